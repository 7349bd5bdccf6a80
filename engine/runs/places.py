"""Where records came from: the source file and line that a snapshot keeps beside each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from engine.duck import quoted
from engine.language.records import RecordSchema
from engine.plan.table import Scan
from engine.records.snapshot import LINEAGE, Snapshot, SnapshotTable, row_order, stored_rows
from engine.reference.evaluate import Evaluation
from engine.reference.scalars import Row

Place = tuple[str, int] | None
Key = tuple[str, ...]


def place_finder(
    snapshot: Snapshot, schema: RecordSchema, evaluation: Evaluation, connection: duckdb.DuckDBPyConnection
) -> Callable[[str, Key], Place]:
    """A function from a record's table and key to its source file and line; None for a derived record.

    A table is sorted by owner, and the owner of the row is known from the evaluation, so one partner of a million is
    found by reading a part of the file: once for all rows of an owner.
    """
    rows = {
        node.table: {tuple(str(row[name]) for name in node.key): row for row in evaluation.exact.rows[node.name]}
        for node in evaluation.plan.tables
        if isinstance(node, Scan)
    }

    found: dict[tuple[str, ...], Mapping[Key, Place]] = {}

    def place_of(table: str, key: Key) -> Place:
        stored, declared = snapshot.table(table), schema.table(table)
        if stored is None or declared is None or stored.derived:
            return None
        owner = _owner(rows.get(table, {}).get(key), row_order(declared)[0])
        wanted = owner or dict(zip(stored.key, key, strict=True))
        asked = (table, *wanted.values())
        if asked not in found:
            found[asked] = _places(stored, snapshot.path(table), wanted, connection)
        return found[asked].get(key)

    return place_of


def _places(
    table: SnapshotTable, path: Path, wanted: Mapping[str, str], connection: duckdb.DuckDBPyConnection
) -> dict[Key, Place]:
    """File and line of every row with these values, by its key."""
    keys = ", ".join(_as_text(table, name) for name in table.key)
    conditions = " AND ".join(f"{_as_text(table, name)} = ?" for name in wanted)
    select = f"SELECT {', '.join(LINEAGE)}, {keys} FROM {stored_rows(path)} WHERE {conditions}"
    found = connection.execute(select, list(wanted.values())).fetchall()
    return {tuple(key): (str(file), int(line)) for file, line, *key in found}


def _as_text(table: SnapshotTable, name: str) -> str:
    """A column as text; one that is text stays bare, so that parts of the file can be passed over."""
    type = table.type_of(name)
    return quoted(name) if type is not None and type.is_textual else f"CAST({quoted(name)} AS VARCHAR)"


def _owner(row: Row | None, column: str) -> Mapping[str, str]:
    """The first column of a table's order with its value, where the evaluation read it."""
    value = row.get(column) if row else None
    return {} if value is None else {column: str(value)}
