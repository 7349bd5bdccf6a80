"""Replay: compute a stored run again from its stored inputs, and compare every decision. It only reads, and it uses
no present program files, no other records and no date but the run's. The answer is the same at any time and on any
machine.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import duckdb

from engine.canonical import canonical_json, type_document
from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic
from engine.plan.outputs import PARTNER
from engine.plan.plan import Output, Plan
from engine.records.snapshot import Snapshot, open_snapshot
from engine.runs import codes
from engine.runs.again import compare_chunks, partners_of
from engine.runs.compiled import Compiled, Recompile
from engine.runs.evaluate import compute, database
from engine.runs.leaf import LEAVES, Sheet, form_of
from engine.runs.resources import USUAL, Resources
from engine.runs.results import Difference, columns_of_output, differences, parquet, read_rows, row_count
from engine.runs.store import Findings, Run, open_run
from engine.runs.verify import verify_run
from engine.runs.worlds import check_pinned, open_world
from engine.workspace import Workspace


class Engine(StrEnum):
    """The evaluator to use."""

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

    The stored inputs are verified first: a damaged run or snapshot is a finding, not a difference.
    """
    run, findings = open_run(workspace, id)
    if run is None:
        return None, findings
    snapshot, problems = pinned_snapshot(workspace, run)
    damaged = (*verify_run(run, resources), *problems)
    if snapshot is None or damaged:
        return Replay(run.id, engine, run.manifest.root, (), None, damaged), damaged
    compiled = recompile(run)
    message = ""
    if compiled.program_hash != run.manifest.meaning.program_hash:
        message = f"the program kept in `{run.id}` no longer has the meaning recorded for the run"
    elif (compiled.plan.scope, compiled.plan.judged) != (run.manifest.scope, run.manifest.judged):
        message = f"the manifest of `{run.id}` says another scope than its program has on its day"
    if message:
        found: Findings = (codes.PINNED_INPUT.at(None, message, help="use the version of rung its manifest names"),)
        return Replay(run.id, engine, run.manifest.root, (), None, found), found
    compare = _by_columnar if engine is Engine.COLUMNAR else _by_reference
    rows, first = compare(run, compiled, snapshot, resources)
    found = () if first is None else (_difference(first),)
    return Replay(run.id, engine, run.manifest.root, rows, first, found), found


def pinned_snapshot(workspace: Workspace, run: Run) -> tuple[Snapshot | None, Findings]:
    """The snapshot a run was computed from, if it is there and whole."""
    pinned = run.manifest.meaning.snapshot
    snapshot, findings = open_snapshot(workspace, pinned)
    if snapshot is None:
        reason = findings[0].message if findings else "it cannot be opened"
        help = f"restore `{pinned}` from a copy, or import the same files again"
        return None, (codes.PINNED_INPUT.at(None, f"the records of `{run.id}` cannot be read: {reason}", help=help),)
    return snapshot, check_pinned(run, snapshot)


Found = tuple[tuple[tuple[str, int], ...], Difference | None]


def _by_columnar(run: Run, compiled: Compiled, snapshot: Snapshot, resources: Resources) -> Found:
    """All partners at once, into a folder outside the workspace; leaves first, rows if leaves differ. The run is
    verified, so its root represents its rows.
    """
    rows = tuple((each.name, each.rows) for each in run.manifest.results)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database(snapshot, folder, resources) as connection:
            _, leaves = compute(compiled, snapshot, folder, connection, resources)
        if leaves.root == run.manifest.root:
            return rows, None
        connection = open_connection(resources.threads, resources.memory_limit, folder, (run.folder, folder))
        try:
            first = _differing(run, compiled.plan, folder, connection)
        finally:
            connection.close()
        return rows, first or Difference(LEAVES, "", (), "root", run.manifest.root, leaves.root)


def _differing(run: Run, plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection) -> Difference | None:
    """The first difference of a run and the tables in a folder, whose roots are not the same."""
    kept = {sheet.name: _declared(sheet) for sheet in run.manifest.form.sheets}
    made = {sheet.name: _declared(sheet) for sheet in form_of(plan.outputs).sheets}
    for name in sorted(kept.keys() | made.keys()):
        one, other = kept.get(name, {"no table"}), made.get(name, {"no table"})
        if one != other:
            return Difference(name, "", (), "", *(", ".join(sorted(each)) for each in (one - other, other - one)))
    outputs = sorted(plan.outputs, key=lambda each: each.name)
    found = (_first_difference(output, run.folder, folder, connection) for output in outputs)
    return next((each for each in found if each is not None), None)


def _declared(sheet: Sheet) -> set[str]:
    """Columns with their types, and the key, as a message says them."""
    columns = {f"{name} {canonical_json(type_document(type)).decode()}" for name, type in sheet.columns}
    return {*columns, f"key {' '.join(sheet.key)}"}


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
    if partner is None:
        return None
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
                return tuple(sorted(counts.items())), min(chunk.differences, key=_place)
        for name, count in sorted(counts.items()):
            stored = row_count(run.path(name), world.connection)
            if stored != count:
                extra = Difference(name, "", (), "", f"{stored} rows", f"{count} rows")
                return tuple(sorted(counts.items())), extra
    return tuple(sorted(counts.items())), None


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
