"""The records behind a run, opened so that partners can be decided from them again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from engine.duck import open_connection
from engine.language.diagnostic import Diagnostic
from engine.memory import FORGETFUL, Memory
from engine.plan.table import Scan
from engine.records.snapshot import Snapshot, open_snapshot, stored_rows
from engine.records.verify import verify_snapshot
from engine.records.world import read_rows, world_of
from engine.reference.evaluate import Evaluation, evaluate
from engine.runs import codes
from engine.runs.again import Decide
from engine.runs.compiled import Compiled
from engine.runs.resources import Resources
from engine.runs.store import Run
from engine.runs.undecided import undecided_rows, withheld_of, withhold
from engine.workspace import Workspace

PARTNERS = "partners"  # the record table with a row for all partners
Withheld = Callable[[Sequence[str]], frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class World:
    """The records of a snapshot: SQL of all partners, and a way to decide some of them.

    `withheld` tells what cannot be decided of some of them because rows were set aside, by incentive and partner.
    """

    connection: duckdb.DuckDBPyConnection
    everybody: str
    decide: Decide
    withheld: Withheld


@contextmanager
def open_world(
    compiled: Compiled, snapshot: Snapshot, folders: tuple[Path, ...], resources: Resources
) -> Iterator[World]:
    """Records of the snapshot, read-only; `folders` may be read too. Spills outside the workspace."""
    with tempfile.TemporaryDirectory() as spill:
        connection = open_connection(
            resources.threads, resources.memory_limit, Path(spill), (snapshot.folder, *folders)
        )
        try:
            everybody = stored_rows(snapshot.path(PARTNERS))
            withheld = withholder(compiled, snapshot, connection)
            yield World(connection, everybody, decider(compiled, snapshot, connection, withheld), withheld)
        finally:
            connection.close()


def withholder(compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> Withheld:
    """Tell what cannot be decided of partners."""
    if not withhold(compiled, snapshot, connection):
        return lambda partners: frozenset()
    return lambda partners: withheld_of(connection, partners)


def decider(
    compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, withheld: Withheld
) -> Decide:
    """Decide partners with the reference, from the rows of their world alone."""
    plan = compiled.plan
    paths = snapshot_paths(snapshot)
    columns: dict[str, dict[str, None]] = {}
    for node in compiled.plan.tables:
        if isinstance(node, Scan):
            columns.setdefault(node.table, {}).update(dict.fromkeys(each.name for each in node.columns))

    def decide(partners: Sequence[str]) -> Evaluation:
        world = world_of(connection, paths, compiled.records, compiled.plan.needs, partners)
        try:
            held = {table: names for table, names in columns.items() if table in world.relations}
            records = {table: read_rows(connection, world.relations[table], names) for table, names in held.items()}
        finally:
            world.close()
        evaluation, open_ = evaluate(plan, records), withheld(partners)
        if not open_:
            return evaluation
        outputs = {each.name: undecided_rows(plan, each, evaluation.outputs[each.name], open_) for each in plan.outputs}
        return replace(evaluation, outputs=outputs)

    return decide


def snapshot_paths(snapshot: Snapshot) -> dict[str, Path]:
    """The file of every table of a snapshot."""
    return {table.name: snapshot.path(table.name) for table in snapshot.tables}


def pinned_snapshot(
    workspace: Workspace, run: Run, memory: Memory = FORGETFUL
) -> tuple[Snapshot | None, tuple[Diagnostic, ...]]:
    """The snapshot a run was computed from, if it is there and verified."""
    pinned = run.manifest.meaning.snapshot
    snapshot, findings = open_snapshot(workspace, pinned)
    if snapshot is None:
        reason = findings[0].message if findings else "it cannot be opened"
        help = f"restore `{pinned}` from a copy, or import the same files again"
        return None, (codes.PINNED_INPUT.at(None, f"the records of `{run.id}` cannot be read: {reason}", help=help),)
    return snapshot, check_pinned(run, snapshot, memory)


def check_pinned(run: Run, snapshot: Snapshot, memory: Memory = FORGETFUL) -> tuple[Diagnostic, ...]:
    """Whether the snapshot is the run's, and its records are those that its id names."""
    pinned = run.manifest.meaning.snapshot
    help = f"restore `{pinned}` from a copy, or import the same files again"
    if snapshot.id != pinned:
        message = f"`{run.id}` was computed from `{pinned}`, not from `{snapshot.id}`"
        return (codes.PINNED_INPUT.at(None, message, help=help),)
    return tuple(
        codes.PINNED_INPUT.at(None, f"the records of `{run.id}` have changed: {each.message}", help=help)
        for each in verify_snapshot(snapshot, memory)
    )
