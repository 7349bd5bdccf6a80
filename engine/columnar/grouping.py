"""The aggregates of measures, gathered so that the rows of a table are read and grouped once.

An aggregate that reads no base row depends on the rows alone. One that reads base columns which
come from a short table of days (`Values`) becomes one such aggregate per day, with the day's bounds
written in. All measures over the same rows by the same columns then share one GROUP BY.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import cast

from engine.columnar.expressions import reads_base
from engine.plan.grain import Columns, columns_of
from engine.plan.scalar import Column, Literal, Scalar, Value
from engine.plan.table import Aggregate, Lookup, Measure, Table, Values
from engine.plan.tablenode import columns_in
from engine.types import Type

MAX_UNROLLED = 24  # aggregates per measure; beyond, the hash table of the groups outgrows the rows

Bound = tuple[tuple[str, Value, Type], ...]
"""Base columns with the values they have in one variant."""


@dataclass(slots=True)
class Grouping:
    """Aggregates over `rows` by the columns `on`; each under a name of its own."""

    name: str
    rows: str
    on: tuple[str, ...]
    known: dict[Aggregate, Aggregate] = field(default_factory=dict)  # by itself without a name

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """What the grouping computes."""
        return tuple(self.known.values())

    def include(self, aggregate: Aggregate) -> Aggregate:
        """The aggregate as the grouping computes it, under its name there; the same one only once."""
        return self.known.setdefault(
            replace(aggregate, into=""), replace(aggregate, into=f"aggregate {len(self.known)}")
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """Where a measure's aggregates are, for base rows with these values."""

    bound: Bound
    columns: Mapping[str, Aggregate]  # by aggregate of the measure: the one of the grouping


@dataclass(frozen=True, slots=True)
class Placement:
    """A measure that reads a grouping. Without base columns there is one variant, bound to nothing."""

    grouping: str
    variants: tuple[Variant, ...]


@dataclass(slots=True)
class Groupings:
    """All groupings of a plan by name, and the measures that read them."""

    by_name: dict[str, Grouping] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)

    def of(self, table: str) -> Grouping | None:
        """The grouping that a measure reads, if any."""
        placement = self.placements.get(table)
        return self.by_name[placement.grouping] if placement else None

    def place(self, measure: Measure, tables: Mapping[str, Table], columns: Mapping[str, Columns]) -> None:
        """Give the measure a grouping, unless it must be joined with its base row by row."""
        bounds = _bounds(measure, tables, columns)
        if bounds is None:
            return
        on = tuple(dict.fromkeys(column for _, column in measure.on))
        name = f"groups of {measure.rows} by {', '.join(on)}"
        grouping = self.by_name.setdefault(name, Grouping(name, measure.rows, on))
        variants: list[Variant] = []
        for bound in bounds:
            values = {column: Literal(value, type) for column, value, type in bound}
            places = {each.into: grouping.include(_written_in(each, values)) for each in measure.aggregates}
            variants.append(Variant(bound, places))
        self.placements[measure.name] = Placement(name, tuple(variants))


def groupings_of(tables: Sequence[Table]) -> Groupings:
    """The groupings that serve the measures among the tables."""
    found = Groupings()
    by_name = {table.name: table for table in tables}
    columns = columns_of(tables)
    for table in tables:
        if isinstance(table, Measure):
            found.place(table, by_name, columns)
    return found


def _bounds(measure: Measure, tables: Mapping[str, Table], columns: Mapping[str, Columns]) -> tuple[Bound, ...] | None:
    """The values the base columns read can have together; None when they are not few and known."""
    read = _base_columns(measure.aggregates)
    if not read:
        return ((),)
    origins = [origin_of(tables, columns, measure.base, column.name) for column in read]
    first = origins[0]
    if first is None or any(origin is None or origin[0] is not first[0] for origin in origins):
        return None
    values = first[0]
    places = [_place(values, origin[1]) for origin in origins if origin is not None]
    bounds = dict.fromkeys(
        tuple((column.name, row[place], column.type) for column, place in zip(read, places, strict=True))
        for row in values.rows
    )
    varying = sum(1 for each in measure.aggregates if _reads_base(each))
    return tuple(bounds) if len(bounds) * varying <= MAX_UNROLLED else None


def _base_columns(aggregates: Iterable[Aggregate]) -> tuple[Column, ...]:
    """The base columns that the aggregates read, each once."""
    found: dict[str, Column] = {}
    for aggregate in aggregates:
        for scalar in (aggregate.where, aggregate.value):
            for column in columns_in(scalar) if scalar is not None else ():
                if column.of_base:
                    found.setdefault(column.name, column)
    return tuple(found.values())


def _reads_base(aggregate: Aggregate) -> bool:
    return reads_base(aggregate.where) or (aggregate.value is not None and reads_base(aggregate.value))


def _place(values: Values, name: str) -> int:
    return next(place for place, column in enumerate(values.columns) if column.name == name)


def origin_of(
    tables: Mapping[str, Table], columns: Mapping[str, Columns], table: str, column: str
) -> tuple[Values, str] | None:
    """The written-down table a column's values come from, unchanged, and its name there."""
    node = tables[table]
    if isinstance(node, Values):
        return node, column
    if isinstance(node, Lookup) and column in node.listed:
        return None  # or missing, where nothing was found
    passed = [(source, old) for source, old in node.passes(column) if old in {each.name for each in columns[source]}]
    return origin_of(tables, columns, *passed[0]) if len(passed) == 1 else None


def _written_in(aggregate: Aggregate, values: Mapping[str, Literal]) -> Aggregate:
    """The aggregate with base columns replaced by their values."""
    if not _reads_base(aggregate):
        return aggregate
    value = None if aggregate.value is None else substituted(aggregate.value, values)
    return replace(aggregate, where=substituted(aggregate.where, values), value=value)


def substituted(scalar: Scalar, values: Mapping[str, Literal]) -> Scalar:
    """The scalar with base columns replaced by literals."""
    return cast(Scalar, _replaced(scalar, values))


def _replaced(node: object, values: Mapping[str, Literal]) -> object:
    if isinstance(node, Column):
        return values[node.name] if node.of_base else node
    if isinstance(node, tuple):
        return tuple(_replaced(each, values) for each in node)
    if is_dataclass(node) and not isinstance(node, type | Type | Literal):
        changed = {each.name: _replaced(getattr(node, each.name), values) for each in fields(node)}
        return replace(node, **changed)
    return node
