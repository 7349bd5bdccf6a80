"""Rows of a base, each with aggregates over the matching rows of another table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.plan.gauge import Shape, Width
from engine.plan.literals import Column
from engine.plan.tablenode import Checker, Columns, Computed, Known, Meeting, Pairs, Passed, TableNode
from engine.types import COUNT, COUNT_DIGITS, Kind, Type

if TYPE_CHECKING:
    from engine.plan.scalar import Scalar


class Op(StrEnum):
    """How the rows of a group become one value."""

    SUM = "sum"  # of nothing: 0
    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    MIN = "min"  # of nothing: missing, as the three below
    MAX = "max"
    MEDIAN_LOW = "median_low"  # the middle value, the lower of two
    MEDIAN_HIGH = "median_high"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One measured value over the rows that pass `where`.

    A row whose `where` cannot be decided, or that passes and whose `value` is missing, makes the
    result missing; with `ignore_missing` such rows are dropped instead. For COUNT, `value` is None.
    `digits` bounds a sum more tightly than the number of rows does: a stored column adds up to at
    most `TOTAL_DIGITS` over a whole snapshot, which the import checks. 0: by value and rows.
    """

    into: str
    op: Op
    value: Scalar | None
    where: Scalar
    type: Type
    ignore_missing: bool = False
    digits: int = 0

    @property
    def optional(self) -> bool:
        """Whether the result may be missing because of the operation itself."""
        return self.op not in (Op.SUM, Op.COUNT, Op.COUNT_DISTINCT)


def aggregate_column(aggregate: Aggregate) -> Column:
    """The measured column: its kind from the Plan, its digits from what is aggregated."""
    return Column(aggregate.into, aggregate_type(aggregate), aggregate_optional(aggregate))


def aggregate_type(aggregate: Aggregate) -> Type:
    """A sum has the digits of its value and those of a count more; a count those of a count."""
    if aggregate.value is None or aggregate.op is Op.COUNT_DISTINCT:
        return aggregate.type.sized(COUNT.digits, 0)
    value = aggregate.value.typed
    if aggregate.op is Op.SUM:
        return aggregate.type.sized(aggregate.digits or value.digits + COUNT_DIGITS, value.scale)
    return replace(aggregate.type, digits=value.digits, scale=value.scale, ratio=value.ratio)


def aggregate_width(aggregate: Aggregate, value: Width | None) -> Width:
    """The digits of an aggregate over values of this width; for a sum, if its total is not bounded."""
    if value is None or aggregate.op is Op.COUNT_DISTINCT:
        return Width(COUNT.digits, 0)
    if aggregate.op is Op.SUM:
        every = value.digits + COUNT_DIGITS
        return Width(max(min(aggregate.digits or every, every), value.scale, 1), value.scale)
    return value


def aggregate_optional(aggregate: Aggregate) -> bool:
    """Whether the result may be missing: over no rows, or because a row cannot be decided."""
    return aggregate.optional or may_be_undecided(aggregate)


def may_be_undecided(aggregate: Aggregate) -> bool:
    """Whether a single row can make the result missing."""
    if aggregate.ignore_missing:
        return False
    return aggregate.where.may_miss or (aggregate.value is not None and aggregate.value.may_miss)


@dataclass(frozen=True, slots=True)
class Measure(TableNode):
    """The rows of `base`, each with aggregates over the rows of `rows` that agree on `on`.

    `on` pairs base column with row column. Aggregates read row columns, and base columns
    through `Column.of_base`.
    """

    name: str
    base: str
    rows: str
    on: Pairs
    aggregates: tuple[Aggregate, ...]

    def _sources(self) -> tuple[str, ...]:
        return (self.base, self.rows)

    def _meets(self) -> tuple[Meeting, ...]:
        return (Meeting(self.base, self.rows, self.on),)

    def _origins(self) -> Mapping[str, Passed]:
        return {each.into: () for each in self.aggregates}

    def _passing(self) -> tuple[str, ...]:
        return (self.base,)

    def _reads(self) -> Iterable[tuple[str, str]]:
        for one, two in self.on:
            yield from ((self.base, one), (self.rows, two))

    def _scalars(self) -> tuple[Computed, ...]:
        read = ((each.into, scalar) for each in self.aggregates for scalar in (each.where, each.value))
        return tuple(Computed(scalar, self.rows, self.base, into) for into, scalar in read if scalar is not None)

    def _columns(self, known: Known) -> Columns:
        return (*known[self.base], *map(aggregate_column, self.aggregates))

    def _shapes(self, computed: Mapping[str, Shape]) -> Mapping[str, Shape]:
        numeric = [each for each in self.aggregates if aggregate_type(each).is_numeric]
        values = ((each, computed[each.into].numerator if each.into in computed else None) for each in numeric)
        return {each.into: Shape(aggregate_width(each, value)) for each, value in values}

    def _renamed(self, names: Mapping[str, str]) -> Measure:
        return replace(self, name=names[self.name], base=names[self.base], rows=names[self.rows])

    def _check(self, check: Checker) -> None:
        base, rows = check.known[self.base], check.known[self.rows]
        check.matched(base, rows, self.on)
        for aggregate in self.aggregates:
            _check_aggregate(aggregate, rows, base, check)


def _check_aggregate(
    aggregate: Aggregate, rows: Mapping[str, Column], base: Mapping[str, Column], check: Checker
) -> None:
    check.scalar(aggregate.where, rows, base, Kind.BOOLEAN)
    if (aggregate.value is None) != (aggregate.op is Op.COUNT):
        check.problems.append(f"`{aggregate.into}`: {aggregate.op} with the wrong number of values")
    if aggregate.value is not None and check.scalar(aggregate.value, rows, base):
        value = aggregate.value.typed
        if value.ratio:
            check.problems.append(f"`{aggregate.into}`: {aggregate.op} of an exact ratio; round it first")
        if aggregate.op is Op.SUM and not value.is_numeric:
            check.problems.append(f"`{aggregate.into}`: a sum of {value}")
