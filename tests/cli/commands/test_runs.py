"""`rung runs`: the list of what was decided."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import ExitCode

if TYPE_CHECKING:
    from tests.cli.conftest import Decided, Shell


def test_an_empty_workspace_lists_nothing(rung: Shell, tmp_path: Path) -> None:
    """No run: a header, a hint on stderr, and no folder is made."""
    answer = rung("runs")
    assert answer.code == 0
    assert answer.out.split() == ["run", "program", "version", "as", "of", "decides", "partners", "snapshot", "recheck"]
    assert "rung evaluate" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_listed(rung: Shell, decided: Decided) -> None:
    """A run is a line with its program, date and number of partners."""
    answer = rung("runs", "--home", str(decided.home), "--json")
    (row,) = json.loads(answer.out)["runs"]
    assert row["run"] == decided.run
    assert (row["program"], row["version"], row["as_of"], row["partners"]) == ("acme", "2026", "2026-06-30", 24)
    text = rung("runs", "--home", str(decided.home)).out
    assert decided.run in text


def test_rechecks_are_told(rung: Shell, decided: Decided, tmp_path: Path) -> None:
    """A run is marked by what its rechecks found; a mismatch is never forgotten."""
    from engine.runs.store import open_run, write_note
    from engine.workspace import Workspace

    shutil.copytree(decided.home, tmp_path / "copy")
    run, _ = open_run(Workspace(tmp_path / "copy"), decided.run)
    assert run is not None
    verdicts = []
    for note in ({}, {"mismatches": 0}, {"mismatches": 1}):
        if note:
            write_note(run, "recheck", note)
        verdicts.append(json.loads(rung("runs", "--home", "copy", "--json").out)["runs"][0]["recheck"])
    assert verdicts == ["none", "passed", "mismatch"]


def test_what_is_no_run_is_left_alone(rung: Shell, tmp_path: Path) -> None:
    """A foreign folder among the runs is told and not listed."""
    (tmp_path / ".rung" / "runs" / "notes").mkdir(parents=True)
    answer = rung("runs")
    assert answer.code == 0
    assert "RNG801" in answer.err


def test_a_workspace_that_cannot_be_trusted_is_refused(rung: Shell, tmp_path: Path) -> None:
    """A file in the workspace's place is refused with exit code 6."""
    (tmp_path / ".rung").write_text("", "utf-8")
    answer = rung("runs")
    assert answer.code == ExitCode.REFUSED
    assert "RNG790" in answer.err
