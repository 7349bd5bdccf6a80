"""What is known of the Plan's tables before any row is read: their columns and their grain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from engine.plan.inference import common_type, is_optional, type_of
from engine.plan.scalar import Column, Scalar
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Select,
    Table,
    Union,
    Values,
)
from engine.types import BOOLEAN, COUNT, COUNT_DIGITS, MAX_DIGITS, Type

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
        case Fold():
            return (*known[table.source], *fold_columns(table, known[table.source]))
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
        case Filter() | Extend() | Lookup() | Fold():
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


def fold_columns(fold: Fold, source: Columns) -> Columns:
    """The columns that a fold adds to those of its source."""
    apart = any(column.optional for column in source if column.name in fold.partition)
    may_miss = fold.op in (FoldOp.TAKE, FoldOp.FIRST, FoldOp.NET) and any(map(is_optional, fold.scalars))
    into = Column(fold.into, fold_type(fold), apart or may_miss)
    if fold.limit is None:
        return (into,)
    type, unknown = _room_type(fold.value, fold.limit), apart or is_optional(fold.limit)
    room = (Column(fold.room, type, unknown), Column(fold.rest, type, unknown or into.optional))
    return (into, *(each for each in room if each.name))


def fold_type(fold: Fold) -> Type:
    """What a row of a fold gets, with the digits that hold it."""
    value = type_of(fold.value)
    match fold.op:
        case FoldOp.TAKE:  # between its value and nothing, at the digits of both
            scale = max(value.scale, type_of(fold.limit or fold.value).scale)
            return value.sized(value.digits - value.scale + scale, scale)
        case FoldOp.SUM:
            return value.sized(fold.digits or min(MAX_DIGITS, value.digits + COUNT_DIGITS), value.scale)
        case FoldOp.COUNT:
            return COUNT
        case FoldOp.FIRST:
            return BOOLEAN
        case FoldOp.NET:
            return _wider(value, 1)
    assert_never(fold.op)


def _room_type(value: Scalar, limit: Scalar) -> Type:
    """A limit less all that was taken, or given back, by as many rows as there can be.

    A digit is left free, so that a row's own part can still be taken from it exactly.
    """
    room = _wider(common_type(_wider(type_of(value), COUNT_DIGITS), type_of(limit)), 1)
    return room.sized(min(room.digits, MAX_DIGITS - 1), room.scale)


def _wider(type: Type, digits: int) -> Type:
    return type.sized(min(MAX_DIGITS, type.digits + digits), type.scale)


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
