"""Files of a feed are found in its folder, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.records.feed import Source
from engine.records.files import check_unchanged, file_hash, find_file, find_program
from tests.engine.records.desk import FEED, feed_of


def source(name: str) -> Source:
    """A source whose file has this name."""
    return feed_of(FEED.replace("lines.csv}", f"'{name}', format: csv}}")).sources[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, one outside it, and links."""
    inside = tmp_path / "inside"
    (inside / "deep").mkdir(parents=True)
    (inside / "deep" / "a.csv").write_text("x\n")
    (tmp_path / "secret.csv").write_text("x\n")
    (inside / "out.csv").symlink_to(tmp_path / "secret.csv")
    (inside / "in.csv").symlink_to("deep/a.csv")
    os.mkfifo(inside / "pipe.csv")
    return inside


@pytest.mark.parametrize("name", ["deep/a.csv", "./deep/a.csv", "in.csv"])
def test_files_in_the_folder(folder: Path, name: str) -> None:
    """Sub-folders and links inside the folder are fine."""
    file, findings = find_file(folder, source(name))
    assert findings == ()
    assert file is not None and file.path == (folder / "deep" / "a.csv").resolve()
    assert file.size == 2


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.csv", "RNG605"),
        ("/etc/passwd", "RNG605"),
        ("~/x.csv", "RNG605"),
        ("c:/x.csv", "RNG605"),
        ("deep\\\\a.csv", "RNG605"),
        ("https://example.org/a.csv", "RNG605"),
        ("*.csv", "RNG605"),
        ("deep/[a].csv", "RNG605"),
        ("out.csv", "RNG605"),
        ("", "RNG605"),
        ("absent.csv", "RNG606"),
        ("deep", "RNG606"),
        ("pipe.csv", "RNG606"),
        ("x" * 300, "RNG606"),
    ],
)
def test_files_elsewhere(folder: Path, name: str, code: str) -> None:
    """Addresses, patterns, links that lead out, pipes and folders are refused."""
    file, findings = find_file(folder, source(name))
    assert file is None
    assert [each.code for each in findings] == [code]


@pytest.mark.parametrize(
    ("name", "message", "help"),
    [
        ("2025.yaml", "there is no program `2025.yaml` beside the feed", "did you mean `2026.yaml`?"),
        ("acme", "`acme` is not a file", "name the program, as in `2026.yaml`"),
        ("x" * 300, f"there is no program `{'x' * 300}` beside the feed", "choose one of: `2026.yaml`"),
    ],
)
def test_a_program_that_is_not_there(tmp_path: Path, name: str, message: str, help: str) -> None:
    """It is told at its place in the feed, with the one that was probably meant."""
    (tmp_path / "2026.yaml").write_text("")
    (tmp_path / "2026.test.yaml").write_text("")
    (tmp_path / "acme").mkdir()
    feed = feed_of(FEED.replace("records: 2026.yaml", f"records: {name}"))
    found, (finding,) = find_program(tmp_path, feed)
    assert found is None and finding.span == feed.program.span
    assert (finding.code, finding.message) == ("RNG606", message)
    assert finding.help.startswith(help)


def test_a_program_beside_the_feed(tmp_path: Path) -> None:
    """The file that `records` names; without any program there, it is said what `records` is for."""
    assert "record tables" in find_program(tmp_path, feed_of(FEED))[1][0].help
    (tmp_path / "2026.yaml").write_text("")
    assert find_program(tmp_path, feed_of(FEED)) == (tmp_path / "2026.yaml", ())


def test_a_file_that_changes_is_noticed(folder: Path) -> None:
    """A file written while it is read is refused."""
    lines = source("deep/a.csv")
    file, _ = find_file(folder, lines)
    assert file is not None
    assert check_unchanged(lines, file) == ()
    (folder / "deep" / "a.csv").write_text("longer\n")
    assert [each.code for each in check_unchanged(lines, file)] == ["RNG617"]


def test_the_hash_is_of_the_bytes(folder: Path) -> None:
    """SHA-256 of `x` and a line feed, as `sha256sum` prints it."""
    expected = "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac"
    assert file_hash(folder / "deep" / "a.csv") == expected
