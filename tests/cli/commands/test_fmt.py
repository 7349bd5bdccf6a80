"""`rung fmt`: files put back in the one layout, checked, shown."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.exits import ExitCode
from engine.authoring.layout import file

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

UNTIDY = "program: acme # ours\nrung: 1\n"
TIDY = "rung: 1\nprogram: acme  # ours\n"


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    """A file that is not in the one layout, and may be run by its group."""
    path = tmp_path / "a.yaml"
    path.write_text(UNTIDY, "utf-8")
    path.chmod(0o770)
    return path


def test_files_are_put_back(rung: Shell, untidy: Path, tmp_path: Path) -> None:
    """Those that changed are listed; permissions stay, and so does a link."""
    (tmp_path / "b.yaml").write_text(TIDY, "utf-8")
    (tmp_path / "link.yaml").symlink_to(untidy)
    answer = rung("fmt", "link.yaml", "b.yaml")
    assert (answer.code, answer.out) == (0, "link.yaml\n")
    assert answer.err == "1 file formatted, 1 file already formatted\n"
    assert untidy.read_text("utf-8") == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o770
    assert (tmp_path / "link.yaml").is_symlink()
    assert rung("fmt", "link.yaml", "b.yaml").out == ""


def test_check_lists_and_writes_nothing(rung: Shell, untidy: Path) -> None:
    """Exit code 5 where a file would change, 0 where none would."""
    answer = rung("fmt", "--check", "a.yaml")
    assert (answer.code, answer.out) == (ExitCode.DIFFERENCES, "a.yaml\n")
    assert answer.err == "1 file would change\n"
    assert untidy.read_text("utf-8") == UNTIDY
    rung("fmt", "a.yaml")
    assert rung("fmt", "--check", "a.yaml").code == 0


def test_diff_shows_what_would_change(rung: Shell, untidy: Path) -> None:
    """A unified diff, also where the last line has no end; nothing is written."""
    untidy.write_text("program: a\ntitle:  2", "utf-8")
    answer = rung("fmt", "--diff", "a.yaml")
    assert answer.code == ExitCode.DIFFERENCES
    assert answer.out == (
        "--- a.yaml\n+++ a.yaml\n@@ -1,2 +1,2 @@\n program: a\n-title:  2\n\\ No newline at end of file\n+title: 2\n"
    )
    assert untidy.read_text("utf-8") == "program: a\ntitle:  2"


def test_stdin_to_stdout(rung: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`-` reads and writes there; with `--output` into a file."""
    for arguments in ((), ("--output", "c.yaml")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UNTIDY.encode())))
        answer = rung("fmt", "-", "--quiet", *arguments)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out == ("" if arguments else TIDY)
    assert (tmp_path / "c.yaml").read_text("utf-8") == TIDY


def test_faults_are_shown_and_the_file_left_alone(rung: Shell, untidy: Path, tmp_path: Path) -> None:
    """Exit code 3; the other files are laid out."""
    (tmp_path / "bad.yaml").write_text("program: a\nprogram:  b\n", "utf-8")
    answer = rung("fmt", "bad.yaml", "a.yaml")
    assert (answer.code, answer.out) == (ExitCode.INVALID, "a.yaml\n")
    assert "error RNG007" in answer.err
    assert "bad.yaml:2:1" in answer.err
    assert answer.err.endswith("1 file formatted, 1 file with errors, not changed\n")
    assert (tmp_path / "bad.yaml").read_text("utf-8") == "program: a\nprogram:  b\n"
    assert rung("fmt", "--check", "bad.yaml").code == ExitCode.INVALID


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sources: {p: {file: f}}\nfeed: a\n", "feed: a\nsources: {p: {file: f}}\n"),
        ("cases: {a: {expect: {tier: b}, as_of: 2026-01-01}}\nrung_test: 1\n",
         "rung_test: 1\ncases: {a: {as_of: 2026-01-01, expect: {tier: b}}}\n"),
        ("tables: {sales: {sums: {a: 1}, rows: 2}}\ncontrol: x\n",
         "control: x\ntables: {sales: {rows: 2, sums: {a: 1}}}\n"),
        ('{"program": p, rung: 1}\n', "rung: 1\nprogram: p\n"),
    ],
)  # fmt: skip
def test_each_kind_of_file_has_its_order(rung: Shell, untidy: Path, before: str, after: str) -> None:
    """Feeds, tests, control totals, programs."""
    untidy.write_text(before, "utf-8")
    assert rung("fmt", "a.yaml").code == 0
    assert untidy.read_text("utf-8") == after


def test_folders(rung: Shell, untidy: Path, tmp_path: Path) -> None:
    """All of ours below a folder; a folder without one is a mistake of the caller."""
    (tmp_path / "other.yml").write_text("b:  1\n", "utf-8")
    (tmp_path / "none").mkdir()
    assert rung("fmt", ".").out == "a.yaml\n"
    assert untidy.read_text("utf-8") == TIDY
    assert rung("fmt", "none").code == ExitCode.USAGE


def test_files_of_others_are_left_alone(
    rung: Shell, untidy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """YAML of any other kind has a layout of its own; on stdin it is refused, so that nothing comes back changed."""
    (tmp_path / "other.yaml").write_text("on:  [push]\n", "utf-8")
    answer = rung("fmt", "other.yaml", "a.yaml")
    assert (answer.code, answer.out) == (0, "a.yaml\n")
    assert answer.err == "1 file formatted, 1 other file ignored\n"
    assert (tmp_path / "other.yaml").read_text("utf-8") == "on:  [push]\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"on:  [push]\n")))
    answer = rung("fmt", "-")
    assert (answer.code, answer.out) == (ExitCode.INVALID, "")


def test_a_file_that_would_say_something_else_is_not_written(
    rung: Shell, untidy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the writer is told as one of rung's."""
    monkeypatch.setattr(file, "render_tree", lambda *_: "rung: 2\n")
    answer = rung("fmt", "a.yaml")
    assert answer.code == ExitCode.INTERNAL
    assert "this is a bug in rung" in answer.err
    assert untidy.read_text("utf-8") == UNTIDY


OLD = """\
rung: 1
program: acme
version: "2026"

incentives:
  launch: {kind: spiff, of: quantity, amount: 1 USD, payee: seller}
  other: {kind: spiff, of: quantity, amount: 1 USD, payee: seller}
"""


def test_keys_that_moved_are_put_in_their_place(rung: Shell, tmp_path: Path) -> None:
    """But not in an incentive that an amendment beside the file changes; `--check` tells of the file."""
    (tmp_path / "2026.yaml").write_text(OLD, "utf-8")
    (tmp_path / "2026.amendment-1.yaml").write_text(
        'program: acme\namends: "2026"\namendment: 1\n\nincentives:\n  launch: {period: month}\n', "utf-8"
    )
    assert rung("fmt", "--check", "2026.yaml").code == ExitCode.DIFFERENCES
    assert rung("fmt", ".").out == "2026.yaml\n"
    head, other = OLD.split("  other:")
    changed = f"{head}  other:{other.replace('1 USD', '1 USD, per: 1')}"
    assert (tmp_path / "2026.yaml").read_text("utf-8") == changed
    assert rung("fmt", "--check", ".").code == 0


def test_the_shipped_programs_are_laid_out(rung: Shell, repository: Path) -> None:
    """What we show is what the formatter writes."""
    files = [str(each) for each in sorted(repository.glob("programs/*/*.yaml"))]
    assert len(files) >= 4
    assert rung("fmt", "--check", *files).code == 0


def test_good_files_of_the_gallery(rung: Shell, repository: Path) -> None:
    """What looks dangerous to YAML and is none goes through."""
    files = [str(each) for each in sorted(repository.glob("tests/gallery/good/*.yaml"))]
    assert files
    assert rung("fmt", "--check", *files).code in (0, ExitCode.DIFFERENCES)


@pytest.mark.parametrize("how", [(), ("--check",), ("--diff",)])
def test_names_do_not_act_on_a_terminal(rung: Shell, tmp_path: Path, how: tuple[str, ...]) -> None:
    """A control character in the name of a file is shown as its number."""
    (tmp_path / "a\x1b[31m.yaml").write_text(UNTIDY, "utf-8")
    answer = rung("fmt", *how, "a\x1b[31m.yaml")
    assert "\x1b" not in answer.out + answer.err
    assert "a<U+001B>[31m.yaml\n" in answer.out
