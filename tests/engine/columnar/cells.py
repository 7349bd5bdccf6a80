"""One row of values, and what a scalar makes of it in DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import duckdb

from engine.columnar.expressions import ScalarSql
from engine.columnar.literals import column_sql, is_wide, value_sql
from engine.columnar.rational import Exact, constant, shaped
from engine.columnar.relation import Relation
from engine.plan.gauge import Gauge, Shape, width_of
from engine.plan.scalar import Column, Scalar, Value
from tests.properties.relations import connected


@dataclass
class Cells:
    """Columns by name with the values of one row; scalars are evaluated over it."""

    values: Mapping[str, tuple[Column, Value]]
    connection: duckdb.DuckDBPyConnection = field(default_factory=connected)

    def __post_init__(self) -> None:
        cells = ", ".join(
            f"{value_sql(value, column.type)} AS {column_sql(name)}" for name, (column, value) in self.values.items()
        )
        self.connection.execute(f"CREATE TEMP TABLE cells AS SELECT {cells or '1 AS nothing'}")

    def get(self, scalar: Scalar) -> Value | Fraction:
        """The scalar's value: a number as an exact fraction, stored at the width it is said to have."""
        shapes = {
            name: Shape(width_of(column.type)) for name, (column, _) in self.values.items() if column.type.is_numeric
        }
        lowered = ScalarSql(Relation("cells", tuple(self.values), shapes).sources()).value(scalar)
        if isinstance(lowered, str):
            ((found,),) = self.select([lowered])
            assert found is None or isinstance(found, bool | str) or hasattr(found, "year")
            return cast(Value, found)
        shape = Gauge(shapes).number(scalar)
        return self.exact(shaped(lowered, shape))

    def exact(self, number: Exact) -> Fraction | None:
        """The value of both halves; a wide one stands without its point."""
        halves = [number.numerator, number.denominator or constant(1).numerator]
        found = self.select([each.sql for each in halves])[0]
        if None in found:
            return None
        points = [10**each.width.scale if is_wide(each.width) else 1 for each in halves]
        numerator, denominator = (Fraction(value) / point for value, point in zip(found, points, strict=True))
        assert denominator > 0
        return numerator / denominator

    def select(self, items: Sequence[str]) -> list[tuple]:  # type: ignore[type-arg] # rows of any types
        """The rows of a SELECT over the cells; no item may be a DOUBLE."""
        query = f"SELECT {', '.join(items)} FROM cells"
        types = [str(type) for _, type, *_ in self.connection.execute(f"DESCRIBE {query}").fetchall()]
        assert "DOUBLE" not in types
        return self.connection.execute(query).fetchall()


def cells(**values: tuple[Column, Value]) -> Cells:
    """A row with these columns."""
    return Cells(values)
