"""Rows of records as DuckDB relations, for tests of the columnar evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import duckdb

from engine.columnar.literals import inner_type, output_type
from engine.duck import quoted
from engine.plan.scalar import Column, Value


@cache
def _database(threads: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": threads})


def connected(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """A connection with temporary tables of its own; opening a database for each costs more than most evaluations."""
    return _database(threads).cursor()


def write_relations(
    connection: duckdb.DuckDBPyConnection,
    records: Mapping[str, Sequence[Mapping[str, Value]]],
    columns: Mapping[str, Sequence[Column]],
) -> dict[str, str]:
    """One table per record table, in the types of a snapshot; the relation of each by name."""
    relations = {}
    for name, typed in columns.items():
        relation = quoted(f"records {name}")
        types = ", ".join(f"{quoted(each.name)} {output_type(each.type)}" for each in typed)
        connection.execute(f"CREATE TEMP TABLE {relation} ({types})")
        cells = ", ".join(f"CAST(unnest(CAST(? AS VARCHAR[])) AS {inner_type(each.type)})" for each in typed)
        rows = records.get(name, ())
        written = [[None if (v := row[each.name]) is None else str(v) for row in rows] for each in typed]
        connection.execute(f"INSERT INTO {relation} SELECT {cells}", written)
        relations[name] = relation
    return relations
