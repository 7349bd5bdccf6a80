"""Outputs leave the database: ordered, exact, as rows or as a Parquet file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from engine.columnar.literals import WHOLE, column_sql, output_type
from engine.duck import PARQUET, text_literal
from engine.plan.plan import Output
from engine.plan.scalar import Value


def output_order(output: Output) -> str:
    """The ORDER BY clause of an output."""
    order = ", ".join(f"{column_sql(name)} NULLS LAST" for name in output.key)
    return f" ORDER BY {order}" if order else ""


def write_query(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write the rows of a SELECT as one Parquet file, in their order."""
    connection.execute(f"COPY ({query}) TO {text_literal(str(path))} ({PARQUET})")


def output_rows(connection: duckdb.DuckDBPyConnection, query: str, output: Output) -> list[dict[str, Value]]:
    """The rows of an output: Decimal for money and numbers, int for whole numbers."""
    wide = [type.kind in WHOLE and output_type(type) != "BIGINT" for _, _, type in output.columns]
    rows = connection.execute(query).fetchall()
    return [
        {
            name: int(value) if is_wide and value is not None else value
            for (name, _, _), is_wide, value in zip(output.columns, wide, row, strict=True)
        }
        for row in rows
    ]
