"""What is known of the Plan's tables before any row is read: their columns and their grain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from engine.plan.inference import common_type, is_optional, type_of
from engine.plan.scalar import Column
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Join,
    Lookup,
    Measure,
    Op,
    Running,
    Scan,
    Select,
    Table,
    Union,
    Values,
)
from engine.types import COUNT, COUNT_DIGITS, MAX_DIGITS, Type

Columns = tuple[Column, ...]


def columns_of(tables: Sequence[Table]) -> dict[str, Columns]:
    """The columns of every table, by table name, in the order they are written.

    `tables` are in dependency order. Raises KeyError for a table that is not defined before its use,
    and for a column that its source does not have; `check_plan` names them.
    """
    known: dict[str, Columns] = {}
    for table in tables:
        known[table.name] = table_columns(table, known)
    return known


def table_columns(table: Table, known: dict[str, Columns]) -> Columns:
    """The columns of one table, given those of the tables before it."""
    match table:
        case Scan() | Values():
            return table.columns
        case Cross():
            return known[table.left] + known[table.right]
        case Filter():
            return known[table.source]
        case Extend():
            added = (Column(name, type_of(scalar), is_optional(scalar)) for name, scalar in table.columns)
            return (*known[table.source], *added)
        case Lookup():
            found = _named(known[table.target])
            taken = (replace(found[column], name=name, optional=True) for name, column in table.take)
            return (*known[table.source], *taken)
        case Join():
            left, right = _named(known[table.left]), _named(known[table.right])
            kept = (replace(left[column], name=name) for name, column in table.keep)
            return (*kept, *(replace(right[column], name=name) for name, column in table.take))
        case Select():
            source = _named(known[table.source])
            return tuple(replace(source[column], name=name) for name, column in table.columns)
        case Distinct():
            source = _named(known[table.source])
            return tuple(replace(source[name], optional=False) for name in table.key)
        case Measure():
            return (*known[table.base], *(aggregate_column(each) for each in table.aggregates))
        case Running():
            source = _named(known[table.source])
            amount = source[table.amount]
            optional = amount.optional or is_optional(table.limit)
            return (*known[table.source], Column(table.into, running_type(table, amount), optional))
        case Union():
            return _union_columns([known[name] for name in table.sources])
    assert_never(table)


def key_of(tables: Sequence[Table]) -> dict[str, tuple[str, ...]]:
    """The grain of every table: the columns whose values are unique in it."""
    known: dict[str, tuple[str, ...]] = {}
    for table in tables:
        known[table.name] = _table_key(table, known)
    return known


def _table_key(table: Table, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    match table:
        case Scan() | Values() | Join() | Select() | Distinct():
            return table.key
        case Cross():
            return known[table.left] + known[table.right]
        case Filter() | Extend() | Lookup() | Running():
            return known[table.source]
        case Measure():
            return known[table.base]
        case Union():
            return known[table.sources[0]]
    assert_never(table)


def aggregate_column(aggregate: Aggregate) -> Column:
    """The measured column: its kind from the Plan, its digits from what is aggregated."""
    return Column(aggregate.into, aggregate_type(aggregate), aggregate_optional(aggregate))


def aggregate_type(aggregate: Aggregate) -> Type:
    """A sum has the digits of its value and those of a count more; a count those of a count."""
    if aggregate.value is None or aggregate.op is Op.COUNT_DISTINCT:
        return aggregate.type.sized(COUNT.digits, 0)
    value = type_of(aggregate.value)
    if aggregate.op is Op.SUM:
        return aggregate.type.sized(aggregate.digits or min(MAX_DIGITS, value.digits + COUNT_DIGITS), value.scale)
    return replace(aggregate.type, digits=value.digits, scale=value.scale, ratio=value.ratio)


def aggregate_optional(aggregate: Aggregate) -> bool:
    """Whether the result may be missing: over no rows, or because a row cannot be decided."""
    return aggregate.optional or may_be_undecided(aggregate)


def may_be_undecided(aggregate: Aggregate) -> bool:
    """Whether a single row can make the result missing."""
    if aggregate.ignore_missing:
        return False
    return is_optional(aggregate.where) or (aggregate.value is not None and is_optional(aggregate.value))


def running_type(table: Running, amount: Column) -> Type:
    """What a row can take: its amount, or what is left of the limit after amounts given back."""
    common = common_type(amount.type, type_of(table.limit))
    return common.sized(min(MAX_DIGITS, common.digits + 1), common.scale)


def _named(columns: Columns) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _union_columns(sources: Sequence[Columns]) -> Columns:
    """Column by column the type that holds all sources' values; optional if it is in one."""
    merged = sources[0]
    for other in sources[1:]:
        merged = tuple(
            Column(one.name, common_type(one.type, two.type), one.optional or two.optional)
            for one, two in zip(merged, other, strict=True)
        )
    return merged
