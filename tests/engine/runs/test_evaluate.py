"""Runs made, found again, and refused when damaged. (Module `runs/evaluate.py`.)"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.canonical import canonical_json
from engine.language.diagnostic import Diagnostic
from engine.memory import Memory, engine_versions, state_of
from engine.plan.plan import Output
from engine.records.verify import verify_snapshot
from engine.reference import evaluate as reference
from engine.runs import computation
from engine.runs import evaluate as module
from engine.runs.codes import exit_code
from engine.runs.computation import compute
from engine.runs.decisions import check_decisions
from engine.runs.evaluate import Evaluated, evaluate
from engine.runs.leaf import form_of, leaves_of
from engine.runs.notes import read_notes
from engine.runs.resources import USUAL, Resources
from engine.types import ID
from engine.workspace import Workspace, publish_folder
from tests.engine.runs.forging import forge, without_engine
from tests.engine.runs.workspaces import compiled, ridge_request, stored_snapshot
from tests.plans import WORLD, ridge


def evaluated(home: Path, resources: Resources = USUAL) -> Evaluated:
    """The hand-built plan over its records, in the workspace at `home`."""
    workspace, snapshot = stored_snapshot(home)
    return evaluate(ridge_request(snapshot), compiled(), snapshot, workspace, resources)


def messages(findings: tuple[Diagnostic, ...]) -> list[str]:
    """Code and text of findings."""
    return [f"{each.code} {each.message}" for each in findings]


def test_a_run_is_a_folder_with_everything_in_it(tmp_path: Path) -> None:
    """Results, program and manifest; nothing pending is left behind."""
    result = evaluated(tmp_path / "home")
    assert (result.found, result.findings) == (False, ())
    assert result.run is not None
    assert sorted(path.name for path in result.run.folder.iterdir()) == [
        "conditions.parquet",
        "entitlements.parquet",
        "leaves.parquet",
        "manifest.json",
        "program.yaml",
        "rebates.parquet",
        "spiffs.parquet",
        "statuses.parquet",
    ]
    assert [path.name for path in result.run.folder.parent.iterdir()] == [result.run.id]


def test_the_document_counts_what_was_decided(tmp_path: Path) -> None:
    """Tiers by count, who is undecided, and where the files are: P1 silver, P2 gold kept, P3 and P4 registered."""
    result = evaluated(tmp_path / "home")
    document = result.document
    assert document["partners"] == 4
    assert document["tiers"] == {"registered": 2, "silver": 1, "gold": 1}
    assert document["undecided"] == {
        "count": 1, "first": ["P2"], "benefits": {}, "earnings": 0, "first_earnings": [],
        "by_open_status": 0, "first_by_open_status": [],
    }  # fmt: skip
    assert document["as_of"] == "2026-06-30"
    assert result.run is not None
    assert json.loads(canonical_json(document))["files"]["statuses"] == str(result.run.path("statuses"))


def test_evaluating_again_finds_the_run(tmp_path: Path) -> None:
    """The second evaluation computes nothing and says the same."""
    first, second = evaluated(tmp_path / "home"), evaluated(tmp_path / "home")
    assert second.found
    assert second.document == first.document


@pytest.mark.long
def test_the_place_and_the_resources_do_not_matter(tmp_path: Path) -> None:
    """Another folder, number of shards or threads, or memory gives the same id and root."""
    one = evaluated(tmp_path / "a")
    assert one.manifest is not None
    for shards in (1, 2, 7):
        other = evaluated(tmp_path / f"b{shards}", Resources(shards, 2, "1GB"))
        assert other.manifest is not None
        assert (one.manifest.id, one.manifest.root) == (other.manifest.id, other.manifest.root)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """The same numbers, and no run."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    result = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace, dry_run=True)
    assert result.run is None
    assert result.document["tiers"] == {"registered": 2, "silver": 1, "gold": 1}
    assert result.document["files"] == {}
    assert list(workspace.runs.iterdir()) == []


def test_a_damaged_run_is_refused(tmp_path: Path) -> None:
    """A changed file is an integrity failure, and nothing is summed up from it."""
    first = evaluated(tmp_path / "home")
    assert first.run is not None
    with first.run.path("statuses").open("ab") as file:
        file.write(b" ")
    second = evaluated(tmp_path / "home")
    assert second.document == {}
    assert exit_code(second.findings) == 7


def test_a_run_without_manifest_is_refused(tmp_path: Path) -> None:
    """A folder of the run's name that holds no run is not overwritten."""
    first = evaluated(tmp_path / "home")
    assert first.run is not None
    (first.run.folder / "manifest.json").unlink()
    second = evaluated(tmp_path / "home")
    assert second.run is None
    assert [each.code for each in second.findings] == ["RNG800"]


def test_somebody_quicker_makes_no_second_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the same run is published while this one is computed, the published one is verified and used."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")

    def late(pending: Path, final: Path) -> bool:
        shutil.copytree(pending, final)
        return publish_folder(pending, final)

    monkeypatch.setattr(module, "publish_folder", late)
    result = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
    assert (result.found, result.findings) == (True, ())
    assert [path.name for path in workspace.runs.iterdir()] == [ridge_request(snapshot).id]


def again(path: Path) -> None:
    """Write a file again as it is."""
    path.write_bytes(path.read_bytes())


@pytest.mark.parametrize("changed", ["nothing", "records", "run"])
def test_what_was_changed_meanwhile_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    """Neither when a run is made nor when it is verified; the records may have been put back as well."""
    home, snapshot = stored_snapshot(tmp_path / "home")

    def changing(*words: object) -> object:
        computed = compute(*words)  # type: ignore[arg-type]  # as they are handed on
        if changed == "records":
            again(snapshot.path("sales"))
        return computed

    def publishing(pending: Path, final: Path) -> bool:
        published = publish_folder(pending, final)
        if changed == "run":
            again(final / "rebates.parquet")
        return published

    def workspace(name: str) -> Workspace:
        memory = Memory(tmp_path / name)
        assert verify_snapshot(snapshot, memory) == ()
        return Workspace(home.home, memory)

    monkeypatch.setattr(module, "compute", changing)
    monkeypatch.setattr(computation, "compute", changing)
    monkeypatch.setattr(module, "publish_folder", publishing)
    first = workspace("first")
    run = evaluate(ridge_request(snapshot), compiled(), snapshot, first).run
    assert run is not None
    assert first.memory.vouches(run.folder, state_of(run.folder)) == (changed == "nothing")
    second = workspace("second")
    assert check_decisions(run, compiled(), snapshot, second.memory) == ()
    assert second.memory.vouches(run.folder, state_of(run.folder)) == (changed != "records")


def test_a_manifest_that_was_changed_since_it_was_read_is_not_vouched_for(tmp_path: Path) -> None:
    """The run is what the manifest says that was read, but it is another one that would be remembered."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    run = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace).run
    assert run is not None
    memory, manifest = Memory(tmp_path / "memory"), run.folder / "manifest.json"
    assert verify_snapshot(snapshot, memory) == ()
    kept = manifest.read_bytes()
    for change in (lambda: manifest.write_bytes(kept.replace(b"Ridge", b"Bridge")), manifest.unlink):
        change()
        assert messages(check_decisions(run, compiled(), snapshot, memory)) == [
            f"RNG800 `{run.id}` is damaged: its manifest was changed while it was read"
        ]
        assert not memory.vouches(run.folder, state_of(run.folder))
    manifest.write_bytes(kept)
    assert check_decisions(run, compiled(), snapshot, memory) == ()


def test_a_workspace_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """Nothing is computed where nothing may be written."""
    _, snapshot = stored_snapshot(tmp_path / "home")
    file = tmp_path / "file"
    file.touch()
    result = evaluate(ridge_request(snapshot), compiled(), snapshot, Workspace(file))
    assert [each.code for each in result.findings] == ["RNG790"]


def test_another_version_confirms_the_run(tmp_path: Path) -> None:
    """A run of another version is computed again; the same root is noted beside it."""
    first = evaluated(tmp_path / "home")
    assert first.run is not None
    without_engine(first.run)
    second = evaluated(tmp_path / "home")
    assert second.findings == ()
    (note,) = read_notes(first.run, "confirmed")
    assert note["engine"] == dict(engine_versions())
    assert first.manifest is not None
    assert note["computed"] == first.manifest.root


def test_another_version_that_decides_otherwise_is_told(tmp_path: Path) -> None:
    """A run whose root the present version does not reach is an integrity failure."""
    first = evaluated(tmp_path / "home")
    assert first.run is not None
    forge(first.run, ridge(), "statuses", "SELECT * REPLACE ('gold' AS held) FROM stored")
    without_engine(first.run)
    second = evaluated(tmp_path / "home")
    assert [each.code for each in second.findings] == ["RNG809"]
    assert "was made by duckdb 1.0.0" in second.findings[0].message
    assert exit_code(second.findings) == 7


def test_an_output_of_nobody_is_a_fault_of_ours(tmp_path: Path) -> None:
    """Rows without a partner would be in no leaf: a Plan with such an output is refused, and no run is left behind."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    program = compiled()
    sold = Output("sold", "sales", (("sale_id", "sale_id", ID),), ("sale_id",))
    plan = replace(program.plan, outputs=(*program.plan.outputs, sold))
    with pytest.raises(TypeError, match="`sold` has no column `partner_id`"):
        evaluate(ridge_request(snapshot), replace(program, plan=plan), snapshot, workspace)
    assert list(workspace.runs.iterdir()) == []


def test_the_root_is_over_the_leaves(tmp_path: Path) -> None:
    """Four partners, four leaves; the root follows from the file, and is the same however the reference gets there."""
    result = evaluated(tmp_path / "home")
    assert result.run is not None
    leaves = pq.read_table(result.run.path("leaves"))
    assert leaves.column("partner_id").to_pylist() == ["P1", "P2", "P3", "P4"]
    page = b"".join(leaves.column("leaf").to_pylist())  # up to sixteen leaves are one entry of the tree
    assert result.run.manifest.root == sha256(b"\0" + page).hexdigest()
    assert result.run.manifest.leaves.count == 4
    decided = reference.evaluate(compiled().plan, WORLD)
    assert (
        list(leaves_of(form_of(compiled().plan.outputs), decided.outputs).values()) == leaves.column("leaf").to_pylist()
    )
