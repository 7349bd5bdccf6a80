"""Replays: the same decisions again, or the first difference by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runs.codes import exit_code
from engine.runs.compiled import Compiled
from engine.runs.evaluate import evaluate
from engine.runs.replay import Engine, Replay, replay
from engine.runs.store import Run
from engine.workspace import Workspace
from tests.engine.runs.forging import forge, forge_table
from tests.engine.runs.workspaces import compiled, recompiled, ridge_request, stored_snapshot
from tests.plans import ridge

pytestmark = pytest.mark.search

both = pytest.mark.parametrize("engine", Engine)
ROWS = (("conditions", 4), ("entitlements", 4), ("rebates", 8), ("spiffs", 4), ("statuses", 4))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run of the hand-built plan."""
    workspace, snapshot = stored_snapshot(tmp_path / "home")
    evaluated = evaluate(ridge_request(snapshot), compiled(), snapshot, workspace)
    assert evaluated.run is not None
    return evaluated.run


def replayed(run: Run, engine: Engine) -> Replay:
    """The replay of a run in its workspace."""
    result, findings = replay(Workspace(run.folder.parent.parent), run.id, recompiled, engine)
    assert result is not None
    assert result.findings == findings
    return result


def content(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@both
def test_every_decision_is_found_again(run: Run, engine: Engine) -> None:
    """Nothing differs, all rows were compared, and nothing was written."""
    home = run.folder.parent.parent
    before = content(home)
    result = replayed(run, engine)
    assert result.identical
    assert (result.rows, result.first, result.findings) == (ROWS, None, ())
    assert content(home) == before


@both
def test_the_first_difference_is_named(run: Run, engine: Engine) -> None:
    """Table, partner, key and column, the stored and the recomputed value."""
    forged = forge(run, ridge(), "spiffs", "SELECT * REPLACE (amount + 0.01 AS amount) FROM stored WHERE event <> 'S6'")
    result = replayed(forged, engine)
    assert not result.identical
    (finding,) = result.findings
    assert finding.code == "RNG803"
    assert finding.message == "`spiffs`, partner `P1`, key S2, `amount`: stored 400.01, recomputed 400.00"
    assert exit_code(result.findings) == 5


@both
def test_a_missing_row_is_a_difference(run: Run, engine: Engine) -> None:
    """A decision that is not stored is named by its key."""
    forged = forge(run, ridge(), "statuses", "SELECT * FROM stored WHERE partner_id <> 'P3'")
    (finding,) = replayed(forged, engine).findings
    assert finding.message == "`statuses`, partner `P3`, key tiers missing: stored no row, recomputed one row"


@both
def test_a_row_of_nobody_is_a_difference(run: Run, engine: Engine) -> None:
    """A decision about a partner that is not in the records does not pass."""
    more = "SELECT * FROM stored UNION ALL SELECT * REPLACE ('P9' AS partner_id) FROM stored WHERE partner_id = 'P1'"
    result = replayed(forge(run, ridge(), "statuses", f"SELECT * FROM ({more})"), engine)
    assert result.first is not None
    assert result.first.table == "statuses"
    assert exit_code(result.findings) == 5


@both
def test_rows_other_than_the_leaves_were_made_of_are_damage(run: Run, engine: Engine) -> None:
    """A table exchanged with its file hash, but not with its leaves, is an integrity failure; nothing is compared."""
    forge_table(run, ridge(), "statuses", "SELECT * REPLACE ('gold' AS held) FROM stored")
    result = replayed(run, engine)
    assert (result.identical, result.rows) == (False, ())
    assert {each.code for each in result.findings} == {"RNG800"}
    assert exit_code(result.findings) == 7


@both
def test_tables_of_other_columns_are_a_difference(run: Run, engine: Engine) -> None:
    """An engine that names a column otherwise, for the same program, does not pass for one that decides alike."""

    def otherwise(run: Run) -> Compiled:
        compiled = recompiled(run)
        (statuses,) = (each for each in compiled.plan.outputs if each.name == "statuses")
        kept = tuple((name, column, type) for name, column, type in statuses.columns if name != "ceiling")
        outputs = (replace(each, columns=kept) if each is statuses else each for each in compiled.plan.outputs)
        return replace(compiled, plan=replace(compiled.plan, outputs=tuple(outputs)))

    result, findings = replay(Workspace(run.folder.parent.parent), run.id, otherwise, engine)
    assert result is not None
    assert result.first is not None
    assert (result.identical, [each.code for each in findings]) == (False, ["RNG803"])
    if engine is Engine.COLUMNAR:
        assert (result.first.table, result.first.stored[:8], result.first.recomputed) == ("statuses", "ceiling ", "")
    else:
        assert (result.first.table, result.first.partner) == ("leaves", "P1")


@both
def test_damaged_inputs_are_no_difference_but_a_failure_of_integrity(run: Run, engine: Engine) -> None:
    """A changed snapshot or a changed run is told before anything is computed."""
    home = run.folder.parent.parent
    sales = next((home / "snapshots").rglob("sales.parquet"))
    kept = sales.read_bytes()
    sales.write_bytes(kept + b" ")
    result = replayed(run, engine)
    assert (result.identical, [each.code for each in result.findings]) == (False, ["RNG804"])
    sales.write_bytes(kept)
    with (run.folder / "program.yaml").open("ab") as file:
        file.write(b" ")
    result = replayed(run, engine)
    assert [each.code for each in result.findings] == ["RNG800"]
    assert exit_code(result.findings) == 7


def test_a_program_that_means_something_else_is_told(run: Run) -> None:
    """A version of rung that reads the pinned bytes otherwise than the run did has nothing to compare."""

    def otherwise(run: Run) -> Compiled:
        return replace(recompiled(run), program_hash="1" * 64)

    result, findings = replay(Workspace(run.folder.parent.parent), run.id, otherwise, Engine.REFERENCE)
    assert result is not None
    assert not result.identical
    assert [each.message for each in findings] == [
        f"the program kept in `{run.id}` no longer has the meaning recorded for the run"
    ]


def test_a_lost_snapshot_is_told(run: Run) -> None:
    """Without the records nothing can be proved."""
    shutil.rmtree(run.folder.parent.parent / "snapshots")
    (finding,) = replayed(run, Engine.COLUMNAR).findings
    assert finding.code == "RNG804"
    assert "cannot be read" in finding.message


def test_an_unknown_run_is_told(tmp_path: Path) -> None:
    """There is nothing to replay."""
    result, findings = replay(Workspace(tmp_path), "run-00000000", recompiled, Engine.COLUMNAR)
    assert result is None
    assert [each.code for each in findings] == ["RNG791"]


SCRIPT = """
import sys
from pathlib import Path
from engine.runs.replay import Engine, replay
from engine.workspace import Workspace
from tests.engine.runs.workspaces import compiled, recompiled
for engine in Engine:
    result, findings = replay(Workspace(Path(sys.argv[1])), sys.argv[2], recompiled, engine)
    print(result.identical, result.root, result.rows, findings)
"""


def test_place_zone_locale_and_hash_seed_do_not_matter(run: Run, tmp_path: Path, repository: Path) -> None:
    """A copy of the workspace replays to the same answer in surroundings that differ in everything."""
    home = run.folder.parent.parent
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(home, copy)
    answers = []
    for folder, zone, language, seed in (
        (home, "UTC", "C.UTF-8", "0"),
        (copy, "Pacific/Kiritimati", "tr_TR.UTF-8", "4242"),
    ):
        surroundings = {"TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed, "PYTHONPATH": str(repository)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(folder), run.id],
            env={**os.environ, **surroundings},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    assert answers[0].startswith("True")
