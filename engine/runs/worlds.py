"""The records behind a run, opened so that partners can be decided from them again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.duck import open_connection
from engine.language.diagnostic import Diagnostic
from engine.plan.table import Scan
from engine.records.snapshot import Snapshot, stored_rows, verify_snapshot
from engine.records.world import read_rows, world_of
from engine.reference.evaluate import Evaluation, evaluate
from engine.runs import codes
from engine.runs.again import Decide
from engine.runs.compiled import Compiled
from engine.runs.resources import Resources
from engine.runs.store import Run

PARTNERS = "partners"  # the record table with a row for all partners


@dataclass(frozen=True, slots=True)
class World:
    """The records of a snapshot: SQL of all partners, and a way to decide some of them."""

    connection: duckdb.DuckDBPyConnection
    everybody: str
    decide: Decide


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
            yield World(connection, everybody, decider(compiled, snapshot, connection))
        finally:
            connection.close()


def decider(compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> Decide:
    """Decide partners with the reference, from the rows of their world alone."""
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
        return evaluate(compiled.plan, records)

    return decide


def snapshot_paths(snapshot: Snapshot) -> dict[str, Path]:
    """The file of every table of a snapshot."""
    return {table.name: snapshot.path(table.name) for table in snapshot.tables}


def check_pinned(run: Run, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """Whether the snapshot is the run's, and its files are those that were imported."""
    pinned = run.manifest.meaning.snapshot
    help = f"restore `{pinned}` from a copy, or import the same files again"
    if snapshot.id != pinned:
        message = f"`{run.id}` was computed from `{pinned}`, not from `{snapshot.id}`"
        return (codes.PINNED_INPUT.at(None, message, help=help),)
    return tuple(
        codes.PINNED_INPUT.at(None, f"the records of `{run.id}` have changed: {each.message}", help=help)
        for each in verify_snapshot(snapshot)
    )
