"""Replay: compute a stored run again from what it pinned, and compare every decision.

Reads only. Nothing of the present enters: not today's program files, not other records, no date but
the run's. The answer is the same wherever and whenever it is asked.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic
from engine.plan.plan import Output
from engine.records.snapshot import Snapshot, open_snapshot
from engine.runs import codes
from engine.runs.again import compare_chunks, partners_of
from engine.runs.compiled import Compiled, Recompile
from engine.runs.evaluate import compute, database
from engine.runs.manifest import Result
from engine.runs.resources import USUAL, Resources
from engine.runs.results import (
    PARTNER,
    Difference,
    columns_of_output,
    differences,
    parquet,
    read_results,
    read_rows,
    row_count,
)
from engine.runs.store import Findings, Run, open_run, verify_run
from engine.runs.worlds import check_pinned, open_world
from engine.workspace import Workspace


class Engine(StrEnum):
    """Who computes again."""

    COLUMNAR = "columnar"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found. `first` is the first difference in the order of tables and keys.

    `rows` counts the stored rows compared, by table; it is empty when nothing was computed.
    """

    run: str
    engine: Engine
    root: str
    rows: tuple[tuple[str, int], ...]
    first: Difference | None
    findings: Findings = ()

    @property
    def identical(self) -> bool:
        """Whether every decision was computed again to the last digit."""
        return bool(self.rows) and self.first is None


def replay(
    workspace: Workspace, id: str, recompile: Recompile, engine: Engine, resources: Resources = USUAL
) -> tuple[Replay | None, Findings]:
    """Compute the run again and compare. None with findings when there is no such run or snapshot.

    What was pinned is verified first: a damaged run or snapshot is a finding, not a difference.
    """
    run, findings = open_run(workspace, id)
    if run is None:
        return None, findings
    snapshot, problems = pinned_snapshot(workspace, run)
    damaged = (*verify_run(run), *problems)
    if snapshot is None or damaged:
        return Replay(run.id, engine, run.manifest.root, (), None, damaged), damaged
    compiled = recompile(run.program, run.manifest.source.file, run.manifest.meaning.as_of, run.builds_on)
    if compiled.program_hash != run.manifest.meaning.program_hash:
        message = f"the program kept in `{run.id}` does not mean what the run pinned"
        found: Findings = (codes.PINNED_INPUT.at(None, message, help="use the version of rung its manifest names"),)
        return Replay(run.id, engine, run.manifest.root, (), None, found), found
    compare = _by_columnar if engine is Engine.COLUMNAR else _by_reference
    rows, first, found = compare(run, compiled, snapshot, resources)
    if first is not None:
        found = (*found, _difference(first))
    return Replay(run.id, engine, run.manifest.root, rows, first, found), found


def pinned_snapshot(workspace: Workspace, run: Run) -> tuple[Snapshot | None, Findings]:
    """The snapshot a run was computed from, if it is there and whole."""
    pinned = run.manifest.meaning.snapshot
    snapshot, findings = open_snapshot(workspace, pinned)
    if snapshot is None:
        reason = findings[0].message if findings else "it cannot be opened"
        help = f"restore `{pinned}` from a copy, or import the same files again"
        return None, (codes.PINNED_INPUT.at(None, f"the records of `{run.id}` are not there: {reason}", help=help),)
    return snapshot, check_pinned(run, snapshot)


Found = tuple[tuple[tuple[str, int], ...], Difference | None, Findings]


def _by_columnar(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Found:
    """Everybody at once, into a folder outside the workspace; hashes first, rows where they differ."""
    plan = compiled.plan
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database(snapshot, folder, resources) as connection:
            computed = compute(compiled, snapshot, folder, connection, resources)
        connection = open_connection(resources.threads, resources.memory_limit, folder, (run.folder, folder))
        try:
            outputs = {output.name: output for output in plan.outputs}
            stored = read_results(plan, run.folder, connection)
            rows = tuple((each.name, each.rows) for each in stored)
            damaged = tuple(_unlike(run, each) for each in stored if _differs(run, each))
            for mine, theirs in zip(stored, computed, strict=True):
                if mine.content != theirs.content:
                    return rows, _first_difference(outputs[mine.name], run.folder, folder, connection), damaged
            return rows, None, damaged
        finally:
            connection.close()


def _differs(run: Run, stored: Result) -> bool:
    """Whether the rows on disk are others than the manifest hashed."""
    listed = run.manifest.result(stored.name)
    return listed is None or listed.content != stored.content


def _unlike(run: Run, stored: Result) -> Diagnostic:
    message = f"`{run.id}` is damaged: the rows of `{stored.file}` are not those its root was made of"
    return codes.DAMAGED_RUN.at(None, message, help="restore the folder from a copy, or delete it and evaluate again")


def _first_difference(
    output: Output, stored: Path, computed: Path, connection: duckdb.DuckDBPyConnection
) -> Difference | None:
    """The first difference of two files, found by the first partner with one."""
    paths = [folder / f"{output.name}.parquet" for folder in (stored, computed)]
    columns = columns_of_output(output)
    names = ", ".join(quoted(name) for name, _ in columns)
    one, other = (f"SELECT {names} FROM {parquet(path)}" for path in paths)
    select = f"(({one}) EXCEPT ALL ({other})) UNION ALL (({other}) EXCEPT ALL ({one}))"
    ((partner,),) = connection.execute(f"SELECT min({quoted(PARTNER)}) FROM ({select})").fetchall()
    rows = [list(read_rows(path, columns, output.key, connection, [str(partner)])) for path in paths]
    return next(differences(output.name, output.key, *rows), None)


def _by_reference(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Found:
    """Partner by partner from raw records; stops at the first chunk with a difference."""
    plan = compiled.plan
    counts: dict[str, int] = {output.name: 0 for output in plan.outputs}
    with open_world(compiled, snapshot, (run.folder,), resources) as world:
        partners = partners_of(run, world.connection, world.everybody, None)
        for chunk in compare_chunks(run, plan, world.decide, partners, world.connection):
            for name, count in chunk.rows.items():
                counts[name] += count
            if chunk.differences:
                return tuple(sorted(counts.items())), min(chunk.differences, key=_place), ()
        for name, count in sorted(counts.items()):
            stored = row_count(run.path(name), world.connection)
            if stored != count:
                extra = Difference(name, "", (), "", f"{stored} rows", f"{count} rows")
                return tuple(sorted(counts.items())), extra, ()
    return tuple(sorted(counts.items())), None, ()


def _place(difference: Difference) -> tuple[str, str, tuple[str, ...]]:
    return difference.table, difference.partner, difference.key


def _difference(first: Difference) -> Diagnostic:
    """The finding that names the first difference."""
    where = f"`{first.table}`, partner `{first.partner}`"
    others = [each for each in first.key if each != first.partner]
    key = f", key {' '.join(others)}" if others else ""
    column = f", `{first.column}`" if first.column else ""
    message = f"{where}{key}{column}: stored {first.stored}, recomputed {first.recomputed}"
    return codes.REPLAY_DIFFERENCE.at(None, message, help="report it with the run's folder; pay nothing from this run")
