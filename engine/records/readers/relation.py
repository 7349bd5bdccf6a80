"""Relations of texts in DuckDB: a table filled batch by batch, and paths that are not patterns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from engine import duck
from engine.duck import quoted, text_literal
from engine.records.readers.layout import LINE, NUMBERS, Staged
from engine.records.readers.plain_text import HIDDEN_SQL

BATCH = 50_000
"""Rows handed to DuckDB at a time: a few megabytes."""

PATTERN = "*?["

_BATCH_NAME = "rung_rows_read"


def path_literal(path: Path) -> str | None:
    """The SQL text that means this file and no other.

    None where DuckDB has no such text: with a backslash beside a sign of patterns.
    """
    text = str(path.absolute())
    return None if "\\" in text and any(sign in text for sign in PATTERN) else duck.path_literal(path)


def create_table(connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]) -> None:
    """Make an empty relation with these columns, `_line` and `_numbers`."""
    texts = "".join(f"{quoted(name)} VARCHAR, " for name in columns)
    connection.execute(f"CREATE TABLE {quoted(relation)} ({texts}{quoted(LINE)} BIGINT, {quoted(NUMBERS)} VARCHAR[])")


def drop_relation(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Take back a relation, be it a table or a view; none is fine too."""
    for kind, catalogue in (("VIEW", "duckdb_views()"), ("TABLE", "duckdb_tables()")):
        found = connection.execute(f"SELECT 1 FROM {catalogue} WHERE {kind.lower()}_name = ?", [relation]).fetchone()
        if found:
            connection.execute(f"DROP {kind} {quoted(relation)}")


def hidden_columns(connection: duckdb.DuckDBPyConnection, staged: Staged) -> frozenset[str]:
    """The columns with hidden characters."""
    if not staged.columns:
        return frozenset()
    pattern = text_literal(HIDDEN_SQL)
    found = ", ".join(f"coalesce(bool_or(regexp_matches({quoted(each)}, {pattern})), false)" for each in staged.columns)
    (row,) = connection.execute(f"SELECT {found} FROM {quoted(staged.relation)}").fetchall()
    return frozenset(name for name, is_hidden in zip(staged.columns, row, strict=True) if is_hidden)


def add_column(connection: duckdb.DuckDBPyConnection, relation: str, name: str) -> None:
    """Add a column of texts; rows already there have NULL in it."""
    connection.execute(f"ALTER TABLE {quoted(relation)} ADD COLUMN {quoted(name)} VARCHAR")


def append_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    lines: Sequence[int],
    values: Sequence[Sequence[str | None]],
    numbers: Sequence[Sequence[str] | None] | None = None,
) -> None:
    """Add rows, given column by column: `values[i]` are the texts of `columns[i]`, None where absent."""
    arrays = [pa.array(each, pa.string()) for each in values]
    batch = pa.table([pa.array(lines, pa.int64()), *arrays], names=[LINE, *(f"c{i}" for i in range(len(columns)))])
    if numbers is not None:
        batch = batch.append_column(NUMBERS, pa.array(numbers, pa.list_(pa.string())))
    chosen = [f"c{i} AS {quoted(name)}" for i, name in enumerate(columns)]
    chosen += [quoted(name) for name in ((LINE,) if numbers is None else (LINE, NUMBERS))]
    connection.register(_BATCH_NAME, batch)
    connection.execute(f"INSERT INTO {quoted(relation)} BY NAME SELECT {', '.join(chosen)} FROM {_BATCH_NAME}")
    connection.unregister(_BATCH_NAME)
