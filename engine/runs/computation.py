"""A Plan evaluated over a snapshot into a folder, in one way for new runs and for comparing old ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from engine.columnar.evaluate import ColumnarResult, evaluate_columnar
from engine.columnar.shards import ShardedResult, evaluate_shards
from engine.duck import open_connection
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs.compiled import Compiled
from engine.runs.manifest import Leaves, Result
from engine.runs.resources import Resources
from engine.runs.undecided import Undecided, withhold
from engine.runs.worlds import snapshot_paths
from engine.runs.writing import write_results

SPILL = "spill"  # what does not fit into memory, below the folder


@contextmanager
def database(snapshot: Snapshot, folder: Path, resources: Resources) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that reads the snapshot and writes into `folder`, where it may also spill."""
    spill = folder / SPILL
    spill.mkdir()
    connection = open_connection(resources.threads, resources.memory_limit, spill, (snapshot.folder, folder))
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill)


def compute(
    compiled: Compiled, snapshot: Snapshot, folder: Path, connection: duckdb.DuckDBPyConnection, resources: Resources
) -> tuple[tuple[Result, ...], Leaves]:
    """Evaluate the Plan over the snapshot and write its outputs and their leaves into `folder`.

    Where rows were set aside, what reads them is undecided.
    """
    evaluated = _evaluated(compiled, snapshot, connection, resources)
    try:
        withheld = withhold(compiled, snapshot, connection)
        outputs = Undecided(evaluated, compiled.plan, connection) if withheld else evaluated
        return write_results(outputs, compiled.plan, folder, connection)
    finally:
        evaluated.close()


def _evaluated(
    compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, resources: Resources
) -> ColumnarResult | ShardedResult:
    """All partners at once, or shard by shard, with the same result."""
    paths = snapshot_paths(snapshot)
    if resources.shards > 1:
        return evaluate_shards(compiled.plan, paths, compiled.records, connection, resources.shards)
    relations = {name: stored_rows(path) for name, path in paths.items()}
    return evaluate_columnar(compiled.plan, relations, connection)
