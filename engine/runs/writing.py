"""The results of an evaluation as files, and their entries in the manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import duckdb

from engine.plan.plan import Output, Plan
from engine.runs.leaf import FILE, Form, form_of, sheet_of
from engine.runs.leaves import write_leaves
from engine.runs.manifest import Leaves, Result
from engine.runs.results import row_count
from engine.runs.store import file_hash


class Writes(Protocol):
    """An evaluation whose outputs can be written."""

    def write(self, output: str, path: Path) -> None:
        """Write the output as one Parquet file, rows in the order of its key."""


def write_results(
    evaluated: Writes, plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection
) -> tuple[tuple[Result, ...], Leaves]:
    """Write every output of the Plan into `folder`, and the leaves of all partners; returns their entries for the
    manifest.

    Raises NoLeaves for an output whose rows do not all belong to a partner.
    """
    form = form_of(plan.outputs)
    for output in plan.outputs:
        evaluated.write(output.name, folder / f"{output.name}.parquet")
    results = (read_result(output, folder / f"{output.name}.parquet", connection) for output in plan.outputs)
    return tuple(sorted(results, key=lambda each: each.name)), make_leaves(form, folder, connection)


def make_leaves(form: Form, folder: Path, connection: duckdb.DuckDBPyConnection) -> Leaves:
    """Write the leaves of the results in `folder`; returns their entry for the manifest. Raises NoLeaves."""
    count, root = write_leaves(form, folder, connection)
    return Leaves(count, file_hash(folder / FILE), root.hex())


def read_result(output: Output, path: Path, connection: duckdb.DuckDBPyConnection) -> Result:
    """The manifest's entry for a written output."""
    sheet = sheet_of(output)
    return Result(output.name, row_count(path, connection), file_hash(path), sheet.columns, sheet.key, sheet.repeats)
