"""How many digits the numbers of a record table have, where their types alone would leave no room.

A stored number may have 16 digits, and the product of three of them 48. Real prices, quantities and discounts
are far smaller: bounded by the largest of each column, their products and sums fit decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import duckdb

from engine.columnar.literals import column_sql
from engine.plan.gauge import Shape, Shapes, Width
from engine.plan.scalar import Column
from engine.plan.table import Scan


def largest(table: Scan, relation: str | None, wanted: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Shapes:
    """The shapes of the wanted numeric columns, by the largest value of each; of no records, a digit each."""
    columns = [each for each in table.columns if each.type.is_numeric and each.name in wanted]
    if not columns:
        return {}
    sizes: Sequence[Decimal | int | None] = [None] * len(columns)
    if relation is not None:
        items = ", ".join(f"max(abs({column_sql(each.name)}))" for each in columns)
        (sizes,) = connection.execute(f"SELECT {items} FROM {relation}").fetchall()
    return {each.name: Shape(_width(each, size)) for each, size in zip(columns, sizes, strict=True)}


def _width(column: Column, size: Decimal | int | None) -> Width:
    scale = column.type.scale
    digits = len(str(int(Decimal(size or 0).scaleb(scale))))
    return Width(max(digits, scale, 1), scale)
