"""A table of the Plan in SQL: a relation whose columns are numbers, pairs or plain values.

A ratio takes two columns: the numerator under its own name, the denominator beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.columnar.expressions import Sources
from engine.columnar.literals import column_sql
from engine.columnar.rational import Exact, Number, shaped
from engine.plan.gauge import Shape, Shapes

DENOMINATOR = " denominator"


@dataclass(frozen=True, slots=True)
class Relation:
    """`name` is quoted SQL; `columns` are the Plan's, `shapes` those of the numeric ones."""

    name: str
    columns: tuple[str, ...]
    shapes: Shapes

    def sources(self, alias: str = "") -> Sources:
        """How expressions read the columns, of this relation under `alias`."""
        return {name: column_source(name, self.shapes.get(name), alias) for name in self.columns}

    def physical(self, name: str) -> tuple[str, ...]:
        """The SQL columns of one column of the Plan."""
        shape = self.shapes.get(name)
        return (name, name + DENOMINATOR) if shape is not None and shape.denominator else (name,)

    def copied(self, names: Iterable[tuple[str, str]], alias: str = "") -> list[str]:
        """Select items that pass (new name, column) on unchanged."""
        return [
            f"{column_sql(part, alias)} AS {column_sql(new + part.removeprefix(column))}"
            for new, column in names
            for part in self.physical(column)
        ]

    def everything(self, alias: str = "") -> list[str]:
        """Select items that pass all columns on."""
        return self.copied([(name, name) for name in self.columns], alias)


def column_source(name: str, shape: Shape | None, alias: str = "") -> Exact | str:
    """How an expression reads one column."""
    if shape is None:
        return column_sql(name, alias)
    numerator = Number(column_sql(name, alias), shape.numerator)
    if shape.denominator is None:
        return Exact(numerator)
    return Exact(numerator, Number(column_sql(name + DENOMINATOR, alias), shape.denominator))


def stored(name: str, value: Exact | str, shape: Shape | None) -> list[str]:
    """Select items that compute a column."""
    if isinstance(value, str) or shape is None:
        if not isinstance(value, str):
            raise TypeError(f"column {name} is a number without a width")
        return [f"{value} AS {column_sql(name)}"]
    exact = shaped(value, shape)
    items = [f"{exact.numerator.sql} AS {column_sql(name)}"]
    if exact.denominator is not None:
        items.append(f"{exact.denominator.sql} AS {column_sql(name + DENOMINATOR)}")
    return items


def matched(left: str, right: str, on: Sequence[tuple[str, str]]) -> str:
    """The join condition on pairs of columns of two aliases; missing values match nothing."""
    if not on:
        return "TRUE"
    return " AND ".join(f"{column_sql(one, left)} = {column_sql(two, right)}" for one, two in on)
