"""Runs in the workspace: opened, verified, listed, with notes beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.language.diagnostic import Diagnostic
from engine.runs.codes import CODES, EXITS, exit_code
from engine.runs.evaluate import evaluate
from engine.runs.store import Run, check_notes, list_runs, open_run, read_notes, write_note
from engine.runs.verify import verify_run
from engine.workspace import Workspace
from tests.engine.runs.workspaces import compiled, ridge_request, stored_snapshot


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run of the hand-built plan."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    evaluated = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
    assert evaluated.run is not None
    return evaluated.run


def home(run: Run) -> Workspace:
    """The workspace a run is in."""
    return Workspace(run.folder.parent.parent)


def messages(findings: tuple[Diagnostic, ...]) -> list[str]:
    """Code and text of findings."""
    return [f"{each.code} {each.message}" for each in findings]


def test_a_run_is_opened_by_the_beginning_of_its_id(run: Run) -> None:
    """A unique beginning is enough, and the program's bytes come with it."""
    opened, findings = open_run(home(run), run.id[:9])
    assert findings == ()
    assert opened is not None
    assert opened.id == run.id
    assert opened.program.startswith(b"rung: 1\n")
    assert verify_run(opened) == ()


def test_an_unknown_run_is_a_finding(run: Run) -> None:
    """There is nothing to open under another id, and an untrusted workspace is not looked into."""
    opened, findings = open_run(home(run), "run-ffff")
    assert opened is None
    assert messages(findings) == ["RNG791 nothing in this workspace has the id `run-ffff`"]
    file = home(run).home / "file"
    file.touch()
    opened, findings = open_run(Workspace(file), run.id)
    assert (opened, [each.code for each in findings]) == (None, ["RNG790"])


FOREIGN = "its manifest is not in the format `rung.run/v1`"


def test_runs_are_listed_and_other_folders_told(run: Run) -> None:
    """Folders that are no runs are left alone with a warning; pending ones are not mentioned."""
    runs = run.folder.parent
    (runs / "holiday").mkdir()
    (runs / ".pending-x").mkdir()
    (runs / "run-0000000000000000").mkdir()
    (runs / "run-1111111111111111").mkdir()
    (runs / "run-1111111111111111" / "manifest.json").write_text("{}")
    found, findings = list_runs(home(run))
    assert [each.id for each in found] == [run.id]
    reasons = {
        "holiday": "its name is not the id of a run",
        "run-0000000000000000": "`run-0000000000000000` cannot be opened: its manifest cannot be read",
        "run-1111111111111111": f"`run-1111111111111111` cannot be opened: {FOREIGN}",
    }
    assert messages(findings) == [f"RNG801 `{runs / name}` is not a run: {why}" for name, why in reasons.items()]
    assert exit_code(findings) == 0


def test_an_empty_workspace_has_no_runs(tmp_path: Path) -> None:
    """Where nothing was written there is nothing to list and nothing to complain of."""
    assert list_runs(Workspace(tmp_path / "none")) == ((), ())


def test_notes_are_kept_once(run: Run) -> None:
    """A note is named by its content: written twice it is one; other files are passed over."""
    first = write_note(run, "timing", {"seconds": "1.5"})
    assert write_note(run, "timing", {"seconds": "1.5"}) == first
    write_note(run, "confirmed", {})
    (first.parent / "stray.json").write_text("[]")
    (first.parent / "broken.json").write_text("{")
    assert [note["kind"] for note in read_notes(run)] == ["confirmed", "timing"]
    (note,) = read_notes(run, "timing")
    assert note["run"] == run.id
    assert note["root"] == run.manifest.root
    assert verify_run(run) == ()


def test_a_failed_recheck_is_never_forgotten(run: Run) -> None:
    """A note of a mismatch about these results is a finding; one about other results is not."""
    write_note(run, "recheck", {"mismatches": 0})
    assert check_notes(run) == ()
    write_note(run, "recheck", {"mismatches": 1, "root": "0" * 64})
    assert check_notes(run) == ()
    write_note(run, "recheck", {"mismatches": 1})
    findings = check_notes(run)
    assert messages(findings) == [f"RNG808 a recheck of `{run.id}` found mismatches, so it can never be approved"]
    assert exit_code(findings) == 5


def test_the_gravest_finding_decides_the_exit_code() -> None:
    """Integrity before differences before invalid input; warnings and notes exit with 0."""
    every = [code.at(None, "x") for code in CODES]
    assert exit_code(every) == 7
    assert exit_code([each for each in every if EXITS.get(each.code) != 7]) == 5
    assert exit_code([each for each in every if each.code not in EXITS]) == 3
    assert exit_code([each for each in every if each.severity != "error"]) == 0


def test_every_code_has_a_page() -> None:
    """Codes are of the family, unique, and explained."""
    assert [code.code for code in CODES] == [f"RNG8{number:02}" for number in range(len(CODES))]
    assert all(len(code.page) > 100 for code in CODES)
