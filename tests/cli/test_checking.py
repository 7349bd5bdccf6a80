"""Many files: found in folders, checked by several processes, told in one order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.checking import MOST_PROCESSES, SHARE, Kind, check_file, check_files, files_at, kind_of
from cli.exits import ExitCode
from tests.longer import every

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
rung: 1
program: ridge
version: "{number}"
effective: {{from: 2026-01-01, before: 2027-01-01}}
currency: {currency}
metrics:
  revenue: {{from: sales, sum: amount, window: trailing 12 months}}
tiers:
  ladder: [registered, silver]
  requires: [revenue >= 50_000 USD]
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of programs, enough for three processes; every tenth is in another currency than its threshold."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3 * SHARE + 5):
        text = PROGRAM.format(number=number, currency="EUR" if number % 10 == 3 else "USD")
        (folder / f"{number:03}.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("cores", every(4, [2, 1, 3, 64]))
def test_findings_do_not_depend_on_the_number_of_processes(
    many: Path, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One core or many: the same findings, in the order of the files."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    given = files_at([str(many)])
    checked = check_files(given)
    assert list(given) == sorted(str(each) for each in many.iterdir())
    assert [list(each.sources) for each in checked] == [[name] for name in given]
    assert [each.found for each in checked] == [check_file(name, data).found for name, data in given.items()]
    assert [bool(each.found) for each in checked] == [number % 10 == 3 for number in range(len(given))]
    assert MOST_PROCESSES >= 2


def test_a_fault_in_a_process_is_told_as_any_other(many: Path, rung: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed whose program is too large ends the command with that message, whichever process met it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    with (many / "large.yaml").open("wb") as file:
        file.truncate(5 * 1024 * 1024)
    feed = (ROOT / "programs/summit/feed.yaml").read_text("utf-8").replace("2026.yaml", "large.yaml")
    (many / "zz-feed.yaml").write_text(feed, "utf-8")
    names = [str(each) for each in sorted(many.glob("0*.yaml"))]
    assert len(names) >= 2 * SHARE
    answer = rung("check", *names, str(many / "zz-feed.yaml"))
    assert answer.code == ExitCode.INVALID
    assert "too large for a program" in answer.err


def test_a_folder_means_the_files_that_are_ours(rung: Shell, tmp_path: Path) -> None:
    """Programs, feeds and test files below it, each once; what is hidden or something else is left alone."""
    folder = tmp_path / "programs" / "ridge"
    folder.mkdir(parents=True)
    (folder / "2026.yaml").write_text(PROGRAM.format(number=1, currency="USD"), "utf-8")
    (folder / "other.yaml").write_text("services:\n  web: yes\n", "utf-8")
    (folder / "notes.txt").write_text("program: none\n", "utf-8")
    (tmp_path / "programs" / ".hidden").mkdir()
    (tmp_path / "programs" / ".hidden" / "2026.yaml").write_text("program: [\n", "utf-8")
    given = files_at(["programs", "programs/ridge/2026.yaml"])
    assert list(given) == ["programs/ridge/2026.yaml"]
    assert rung("check", "programs").err == "1 program: no errors\n"
    assert check_file(*next(iter(given.items()))).kind is Kind.PROGRAM


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_ends_all_processes(many: Path) -> None:
    """Ctrl-C while many files are checked: one sentence, the code of an interrupt, and nobody left behind."""
    text = (ROOT / "programs/summit/2026.yaml").read_text("utf-8")
    for number in range(400):
        (many / f"s{number}.yaml").write_text(text, "utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", "check", str(many)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not _has_children(running.pid):  # how long it takes to begin depends on the machine
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert err.strip() == "interrupted: no file is left half-written"
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def _has_children(pid: int) -> bool:
    """Whether a process has started others; where the system does not say, after a while."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    if listing.exists():
        return bool(listing.read_text("utf-8"))
    time.sleep(5)
    return True


FEED = "feed: acme\nrung: 1\nrecords: 2026.yaml\ncurrency: USD\nsources: {}\n"
TESTS_OF = "rung_test: 1\nprogram: 2026.yaml\ncases: {}\n"


@pytest.mark.parametrize(("text", "kind"), [(FEED, Kind.FEED), (TESTS_OF, Kind.TESTS), (PROGRAM, Kind.PROGRAM)])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("feed:", '"feed":', 1).replace("rung_test:", "'rung_test' :", 1),
    ],
)
def test_the_kind_of_a_file_does_not_depend_on_how_its_lines_end(
    text: str, kind: Kind, written: Callable[[str], str], tmp_path: Path
) -> None:
    """YAML takes CR alone as an end of line, a byte order mark, and keys in quotes; a folder finds such files too."""
    data = written(text).encode()
    assert kind_of(data) is kind
    (tmp_path / "x.yaml").write_bytes(data)
    assert list(files_at([str(tmp_path)]).values()) == [data]


def test_a_file_with_cr_is_formatted(rung: Shell, tmp_path: Path) -> None:
    """`rung fmt` called it another file; its lines then end as all others do."""
    path = tmp_path / "x.yaml"
    path.write_bytes(PROGRAM.format(number=1, currency="USD").replace("\n", "\r").encode())
    assert rung("fmt", str(path)).code == 0
    assert b"\r" not in path.read_bytes() and path.read_bytes().count(b"\n") >= 9
