"""The records behind a run, opened so that partners can be decided from them again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic
from engine.plan.plan import Plan
from engine.plan.table import Scan
from engine.records.snapshot import Snapshot, stored_rows, verify_snapshot
from engine.reference.evaluate import Evaluation, evaluate
from engine.runs import codes
from engine.runs.again import Decide
from engine.runs.resources import Resources
from engine.runs.store import Run

PARTNERS = "partners"  # the record table with a row for everybody


@dataclass(frozen=True, slots=True)
class World:
    """The records of a snapshot: SQL of all partners, and a way to decide some of them."""

    connection: duckdb.DuckDBPyConnection
    everybody: str
    decide: Decide


@contextmanager
def open_world(plan: Plan, snapshot: Snapshot, folders: tuple[Path, ...], resources: Resources) -> Iterator[World]:
    """Records of the snapshot, read-only; `folders` may be read too. Spills outside the workspace."""
    with tempfile.TemporaryDirectory() as spill:
        connection = open_connection(
            resources.threads, resources.memory_limit, Path(spill), (snapshot.folder, *folders)
        )
        try:
            yield World(connection, stored_rows(snapshot.path(PARTNERS)), decider(plan, snapshot, connection))
        finally:
            connection.close()


def decider(plan: Plan, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> Decide:
    """Decide partners with the reference from the rows of their world alone."""

    def decide(partners: Sequence[str]) -> Evaluation:
        records = {}
        for node in plan.tables:
            if isinstance(node, Scan) and snapshot.table(node.table):
                names = [c.name for c in node.columns]
                cur = connection.execute(
                    f"SELECT {', '.join(map(quoted, names))} FROM {stored_rows(snapshot.path(node.table))}"
                )
                records[node.table] = [dict(zip(names, row, strict=True)) for row in cur.fetchall()]
        return evaluate(plan, records)

    return decide


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
