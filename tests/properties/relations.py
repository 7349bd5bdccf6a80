"""Rows of records as DuckDB relations, for tests of the columnar evaluator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from engine.columnar.literals import inner_type, output_type
from engine.duck import quoted
from engine.plan.scalar import Column, Value


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
        places = ", ".join(f"CAST(? AS {inner_type(each.type)})" for each in typed)
        rows = [[None if (v := row[each.name]) is None else str(v) for each in typed] for row in records.get(name, ())]
        if rows:
            connection.executemany(f"INSERT INTO {relation} VALUES ({places})", rows)
        relations[name] = relation
    return relations
