"""Whether a stored run is what it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.language.diagnostic import Diagnostic
from engine.runs.codes import exit_code
from engine.runs.evaluate import evaluate
from engine.runs.manifest import manifest_text
from engine.runs.store import Run, file_hash, open_run
from engine.runs.verify import verify_run
from engine.workspace import Workspace
from tests.engine.runs.forging import forge_manifest, forge_table
from tests.engine.runs.workspaces import compiled, ridge_request, stored_snapshot
from tests.plans import ridge

pytestmark = pytest.mark.search


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


def damage(run: Run) -> list[str]:
    """What is said to be damaged, without the words that all findings have."""
    findings = verify_run(run)
    assert all(each.code == "RNG800" for each in findings)
    return [each.message.removeprefix(f"`{run.id}` is damaged: ") for each in findings]


@pytest.mark.parametrize("name", ["conditions.parquet", "program.yaml"])
def test_a_changed_file_is_found(run: Run, name: str) -> None:
    """One byte more in any file of the run is damage."""
    with (run.folder / name).open("ab") as file:
        file.write(b" ")
    findings = verify_run(run)
    assert messages(findings) == [f"RNG800 `{run.id}` is damaged: `{name}` differs from its manifest"]
    assert exit_code(findings) == 7


def test_a_lost_file_is_found(run: Run) -> None:
    """A file that is not there is damage."""
    run.path("statuses").unlink()
    assert messages(verify_run(run)) == [f"RNG800 `{run.id}` is damaged: `statuses.parquet` cannot be read"]


def test_a_changed_row_is_found_by_its_partner(run: Run) -> None:
    """A row changed together with the hash of its file does not give the leaf of its partner."""
    change = "SELECT * REPLACE (CASE partner_id WHEN 'P2' THEN 'silver' ELSE held END AS held) FROM stored"
    assert damage(forge_table(run, ridge(), "statuses", change)) == [
        "the rows of partner `P2` do not match their stored hash (leaf)"
    ]


def test_many_changed_rows_are_counted(run: Run) -> None:
    """The first partner is named."""
    change = "SELECT * REPLACE (NOT undecided AS undecided) FROM stored"
    assert damage(forge_table(run, ridge(), "statuses", change)) == [
        "the rows of partner `P1` (and of 3 more) do not match their stored hash (leaf)"
    ]


def test_a_row_too_few_and_a_row_too_many_are_found(run: Run) -> None:
    """Who lost a row has another leaf, and who is not in the run at all has none."""
    change = """SELECT * FROM (SELECT * FROM stored WHERE partner_id <> 'P2'
        UNION ALL SELECT * REPLACE ('P9' AS partner_id) FROM stored WHERE partner_id = 'P1')"""
    assert damage(forge_table(run, ridge(), "statuses", change)) == [
        "the rows of partner `P2` do not match their stored hash (leaf)",
        "its tables have rows of partner `P9`, but there is no leaf for them",
    ]


def forge_leaves(run: Run, drop: str) -> Run:
    """The run without the leaf of a partner, with the hash of the file and the number of leaves made to fit."""
    path = run.path("leaves")
    leaves = pq.read_table(path)
    kept = [place for place, partner in enumerate(leaves.column("partner_id").to_pylist()) if partner != drop]
    pq.write_table(leaves.take(kept), path)
    changed = replace(run.manifest.leaves, count=len(kept), sha256=file_hash(path))
    return forge_manifest(replace(run.manifest, leaves=changed), run)


def test_a_leaf_too_few_is_found(run: Run) -> None:
    """The root is not that of the leaves, and the partner is named."""
    assert damage(forge_leaves(run, "P3")) == [
        "its root does not match its leaves",
        "its tables have rows of partner `P3`, but there is no leaf for them",
    ]


def test_a_leaf_without_rows_is_found(run: Run) -> None:
    """A partner taken out of every table still has its leaf."""
    for table in ("conditions", "statuses", "entitlements", "rebates", "spiffs"):
        run = forge_table(run, ridge(), table, "SELECT * FROM stored WHERE partner_id <> 'P4'")
    assert damage(run) == ["it has a leaf for partner `P4`, but no rows"]


def test_other_counts_are_found(run: Run) -> None:
    """The manifest says how many rows a table has."""
    results = tuple(replace(each, rows=each.rows + 1) for each in run.manifest.results if each.name == "statuses")
    others = tuple(each for each in run.manifest.results if each.name != "statuses")
    forged = forge_manifest(replace(run.manifest, results=(*others, *results)), run)
    assert damage(forged) == ["`statuses.parquet` has 4 rows, but its manifest says 5"]


def test_tables_without_leaves_are_damage(run: Run) -> None:
    """A column of floating point, a file that is none: both are said."""
    stored = forge_table(
        run, ridge(), "statuses", "SELECT * FROM (SELECT * REPLACE (1.5::DOUBLE AS floor) FROM stored)"
    )
    assert damage(stored) == ["`floor` of `statuses` is a DOUBLE"]
    run.path("statuses").write_text("nothing", encoding="utf-8")
    results = tuple(
        replace(each, sha256=file_hash(run.path(each.name))) if each.name == "statuses" else each
        for each in run.manifest.results
    )
    assert damage(forge_manifest(replace(run.manifest, results=results), run)) == [
        "its tables of results cannot be read"
    ]


def test_a_changed_manifest_is_found(run: Run) -> None:
    """Another snapshot or another root does not fit the rest, even where the manifest's own hash fits."""
    damaged = f"RNG800 `{run.id}` is damaged:"
    meaning = replace(run.manifest.meaning, snapshot="snap-0000000000000000")
    other = forge_manifest(replace(run.manifest, meaning=meaning), run)
    assert messages(verify_run(other)) == [f"{damaged} its contents give another id"]
    other = forge_manifest(replace(run.manifest, leaves=replace(run.manifest.leaves, root="0" * 64)), run)
    assert messages(verify_run(other)) == [f"{damaged} its root does not match its leaves"]
    (run.folder / "manifest.json").write_bytes(manifest_text(run.manifest).replace(run.id.encode(), b"run-0"))
    assert messages(open_run(home(run), run.id)[1]) == [f"{damaged} its manifest is not as it was written"]
