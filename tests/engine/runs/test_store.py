"""Runs in the workspace: opened, verified, listed, with notes beside them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.language.diagnostic import Diagnostic
from engine.memory import Memory
from engine.runs import notes
from engine.runs.codes import CODES, EXITS, exit_code
from engine.runs.evaluate import evaluate
from engine.runs.notes import check_attestations, check_notes, read_notes, write_note
from engine.runs.store import Run, list_runs, open_run
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


def test_runs_are_listed_and_other_folders_told(run: Run) -> None:
    """Folders without an id are left alone with a warning, those with one are damaged; pending ones are passed over."""
    runs = run.folder.parent
    (runs / "holiday").mkdir()
    (runs / ".pending-x").mkdir()
    (runs / "run-0000000000000000").mkdir()
    (runs / "run-1111111111111111").mkdir()
    (runs / "run-1111111111111111" / "manifest.json").write_text("{}")
    found, findings = list_runs(home(run))
    assert [each.id for each in found] == [run.id]
    assert messages(findings) == [
        f"RNG801 `{runs / 'holiday'}` is not a run: its name is not the id of a run",
        "RNG800 `run-0000000000000000` is damaged: its manifest cannot be read",
        "RNG800 `run-1111111111111111` is damaged: its manifest has no format",
    ]
    assert exit_code(findings) == 7


def test_an_empty_workspace_has_no_runs(tmp_path: Path) -> None:
    """Where nothing was written there is nothing to list and nothing to complain of."""
    assert list_runs(Workspace(tmp_path / "none")) == ((), ())


def test_notes_are_kept_once(run: Run) -> None:
    """A note is named by its content: written twice it is one; other files are void."""
    first = write_note(run, "timing", {"seconds": "1.5"})
    assert write_note(run, "timing", {"seconds": "1.5"}) == first
    write_note(run, "confirmed", {})
    (first.parent / "stray.json").write_text("[]")
    (first.parent / "broken.json").write_text("{")
    assert [note["kind"] for note in read_notes(run)] == ["confirmed", "timing"]
    (note,) = read_notes(run, "timing")
    assert note["run"] == run.id
    assert messages(check_attestations(run)) == [
        f"RNG812 attestations of `{run.id}`: `{name}` is void: it is not a note of this run as it was written"
        for name in ("broken.json", "stray.json")
    ]
    assert note["root"] == run.manifest.root
    assert verify_run(run) == ()


def test_a_failed_recheck_is_never_forgotten(run: Run) -> None:
    """A note of a mismatch is a finding; one about other results is void and none."""
    write_note(run, "recheck", {"mismatches": 0})
    assert check_notes(run) == ()
    other = write_note(run, "recheck", {"mismatches": 1, "root": "0" * 64})
    assert check_notes(run) == ()
    assert [each.code for each in check_attestations(run)] == ["RNG812"]
    other.unlink()
    write_note(run, "recheck", {"mismatches": 1})
    findings = check_notes(run)
    assert messages(findings) == [f"RNG808 a recheck of `{run.id}` found mismatches, so it must not be approved"]
    assert exit_code(findings) == 5


def test_a_failed_recheck_is_remembered(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was deleted and made again is still suspected, not by another version. Other notes are forgotten."""
    _, snapshot = stored_snapshot(tmp_path / "again")
    workspace = Workspace(tmp_path / "again", Memory(tmp_path / "memory"))
    first = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
    assert first.run is not None and first.findings == ()
    write_note(first.run, "recheck", {"mismatches": 0})
    made = first.run
    for expected in ([], ["RNG808"]):
        shutil.rmtree(made.folder)
        for found in (False, True):
            again = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
            assert again.run is not None and (again.run.id, again.found) == (made.id, found)
            assert [each.code for each in again.findings] == expected
        write_note(made, "recheck", {"mismatches": 1})
    assert check_notes(run) == ()
    (made.folder / "attestations").rename(tmp_path / "notes")
    assert [each.code for each in check_notes(made)] == ["RNG808"]
    monkeypatch.setattr(notes, "engine_versions", lambda: (("rung", "99"),))
    assert check_notes(made) == ()


def test_a_note_that_is_taken_away_is_missed(run: Run, tmp_path: Path) -> None:
    """A later note names it; the last one is missed by the machine that saw it; of a copied run, by nobody."""
    seen = replace(run, memory=Memory(tmp_path / "memory"))
    first = write_note(seen, "recheck", {"mismatches": 1})
    last = write_note(seen, "timing", {"seconds": "1.5"})
    kept = last.read_bytes()
    last.unlink()
    assert messages(check_attestations(seen)) == [f"RNG812 attestations of `{run.id}`: `{last.name}` is missing"]
    assert check_attestations(run) == ()
    last.write_bytes(kept)
    first.unlink()
    assert messages(check_attestations(run)) == [f"RNG812 attestations of `{run.id}`: `{first.name}` is missing"]
    assert exit_code(check_attestations(run)) == 7


def test_the_gravest_finding_decides_the_exit_code() -> None:
    """Integrity before differences before invalid input; warnings and notes exit with 0."""
    every = [code.at(None, "x") for code in CODES]
    assert exit_code(every) == 7
    assert exit_code([each for each in every if EXITS.get(each.code) != 7]) == 5
    assert exit_code([each for each in every if each.code not in EXITS]) == 3
    assert exit_code([each for each in every if each.severity != "error"]) == 0


def test_every_code_has_a_page() -> None:
    """Codes are of the family, unique, in order, and explained."""
    numbers = [code.code for code in CODES]
    assert numbers == sorted(set(numbers))
    assert all("RNG800" <= number < "RNG820" for number in numbers)
    assert all(len(code.page) > 100 for code in CODES)
