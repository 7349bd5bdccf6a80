"""Every slip in a feed or in records is told in exactly the words that stand beside it, and nothing is written.

A case is a folder laid over `data-base`: it holds only what differs from a small faultless feed, perhaps
`arguments.txt` for the command line, and `expected.txt`.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from cli.app import run
from cli.catalogue import all_codes
from tests.gallery.made_data import FILES, PREPARED, write_made

HERE = Path(__file__).parent
BASE, BAD, GOOD = HERE / "data-base", HERE / "data", HERE / "data-good"
CASES = sorted(path.name for path in BAD.iterdir())
GOOD_CASES = sorted(path.name for path in GOOD.iterdir())


def laid_out(case: Path, folder: Path) -> Path:
    """The folder of a case as an analyst would have it."""
    shutil.copytree(BASE, folder)
    shutil.copytree(case, folder, dirs_exist_ok=True)
    for name in ("expected.txt", "arguments.txt"):
        (folder / name).unlink(missing_ok=True)
    write_made(case.name, folder)
    return folder


def imported(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What `rung import feed.yaml` says on stdout and stderr, behind its exit code."""
    monkeypatch.chdir(laid_out(case, tmp_path / "case"))
    for name in ("RUNG_HOME", "RUNG_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    more = case / "arguments.txt"
    line = more.read_text(encoding="utf-8").split() if more.is_file() else []
    code = run(["import", "feed.yaml", "--home", "../home", *line])
    seen = capsys.readouterr()
    return f"exit code {code}\n{seen.err}{seen.out}"


def compare(case: Path, text: str, update: bool) -> None:
    """The text must be the expected one; with `--update-gallery` it becomes that."""
    expected = case / "expected.txt"
    if update:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_bad_records_have_their_message(
    name: str, update: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The findings to the letter, with the code of the folder's name; exit code 3; nothing left in the workspace."""
    text = imported(BAD / name, tmp_path, monkeypatch, capsys)
    compare(BAD / name, text, update)
    assert f"error {name.split('-')[0]} " in text
    assert text.startswith("exit code 3\n")
    assert "Traceback" not in text
    assert "internal error" not in text
    assert str(tmp_path) not in text
    assert left_in(tmp_path / "home") == []


def left_in(home: Path) -> list[str]:
    """Everything in the workspace but its two empty folders."""
    found = [name for _, folders, files in os.walk(home) for name in (*folders, *files)]
    return [name for name in found if name not in ("snapshots", "runs")]


@pytest.mark.parametrize("name", GOOD_CASES)
def test_good_records_become_a_snapshot(
    name: str, update: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What looks odd and is right is imported, with the notes and totals that stand beside it."""
    text = imported(GOOD / name, tmp_path, monkeypatch, capsys)
    compare(GOOD / name, text, update)
    assert text.startswith("exit code 0\n")
    assert "error" not in text
    assert not name.startswith("RNG") or f" {name.split('-')[0]} " in text
    assert "Traceback" not in text
    assert len(list((tmp_path / "home" / "snapshots").iterdir())) == 1


ELSEWHERE = {
    "RNG617": "the file changes while it is read: tests/engine/records/test_files.py",
    "RNG658": "the file changes while it is read: tests/engine/records/readers/test_stage.py",
    "RNG712": "every reader refuses such a character before, as RNG654; tests/engine/records/test_convert.py",
    "RNG770": "a snapshot, not a file of the vendor: tests/cli/test_hostile.py",
    "RNG771": "a snapshot and a program: tests/cli/test_hostile.py",
    "RNG772": "a snapshot, not a file of the vendor: tests/cli/test_hostile.py",
    "RNG790": "the workspace: tests/cli/commands/test_runs.py",
    "RNG791": "an id on the command line: tests/cli/commands/test_explain.py",
    "RNG792": "an id on the command line: tests/cli/test_hostile.py",
    "RNG840": "publishing: tests/cli/commands/test_publish.py",
    "RNG841": "publishing: tests/cli/commands/test_publish.py",
    "RNG842": "publishing: tests/cli/commands/test_publish.py",
    "RNG843": "publishing: tests/cli/commands/test_publish.py",
    "RNG844": "a damaged publication: tests/cli/commands/test_publish.py",
    "RNG845": "a name on the command line: tests/cli/commands/test_publish.py",
    "RNG800": "a damaged run: tests/cli/test_hostile.py",
    "RNG801": "a folder among the runs: tests/cli/test_hostile.py",
    "RNG802": "evaluators that disagree: tests/engine/runs/test_recheck.py",
    "RNG803": "a forged run: tests/engine/runs/test_replay.py",
    "RNG804": "a damaged snapshot behind a run: tests/cli/test_hostile.py",
    "RNG805": "a machine without the referee: tests/engine/runs/test_recheck.py",
    "RNG806": "the referee's own limits: tests/engine/runs/test_summary.py",
    "RNG807": "an id on the command line: tests/cli/test_hostile.py",
    "RNG808": "a note beside a run: tests/engine/runs/test_recheck.py",
    "RNG809": "another version of the engine: tests/engine/runs/test_evaluate.py",
    "RNG810": "a damaged run: tests/cli/test_hostile.py",
}
"""Codes without a folder, and why."""


def test_every_code_is_shown() -> None:
    """No code from RNG600 to RNG899 without a folder that shows it, or a reason why not and the test that does."""
    codes = {each.code for each in all_codes() if "RNG600" <= each.code <= "RNG899"}
    folders = [*BAD.iterdir(), *GOOD.iterdir()]
    texts = "\n".join((each / "expected.txt").read_text(encoding="utf-8") for each in folders)
    assert codes - set(re.findall(r"(?:error|warning|note) (RNG\d{3}) ", texts)) == set(ELSEWHERE)
    named = [path for reason in ELSEWHERE.values() for path in re.findall(r"tests/\S+\.py", reason)]
    assert len(named) >= len(ELSEWHERE)
    assert [path for path in named if not (HERE.parent.parent / path).is_file()] == []


def test_every_made_file_belongs_to_a_folder() -> None:
    """Nothing is made for a case that is gone."""
    made = {case for _, makers in FILES for case in makers} | set(PREPARED)
    assert made <= {*CASES, *GOOD_CASES}
