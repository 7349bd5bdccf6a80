"""What a table node means: rows from the rows of earlier tables.

A row holds `Exact` values. A missing value never equals another in a join or look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import assert_never, cast

from engine.plan.scalar import Column, Comparison, Value
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Select,
    Table,
    Union,
    Values,
    Within,
)
from engine.reference.folds import walked
from engine.reference.scalars import Exact, compared, evaluate_scalar, exact

ExactRow = Mapping[str, Exact]
Key = tuple[Exact, ...]

Records = Mapping[str, Sequence[Mapping[str, Value]]]
"""Rows by record table; a table that is absent is empty."""

NO_ROWS: tuple[ExactRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables evaluated so far, and the look-ups built over them on the way."""

    rows: dict[str, Sequence[ExactRow]] = field(default_factory=dict)
    _by: dict[tuple[str, tuple[str, ...]], dict[Key, list[ExactRow]]] = field(default_factory=dict)

    def by(self, table: str, columns: tuple[str, ...]) -> Mapping[Key, Sequence[ExactRow]]:
        """The rows of a table by the values of `columns`; rows with a missing one are left out."""
        found = self._by.get((table, columns))
        if found is None:
            found = self._by[table, columns] = index(self.rows[table], columns)
        return found


def index(rows: Iterable[ExactRow], columns: tuple[str, ...]) -> dict[Key, list[ExactRow]]:
    """Rows by the values of `columns`, in their order; rows with a missing one are left out."""
    found: dict[Key, list[ExactRow]] = {}
    for row in rows:
        key = key_values(row, columns)
        if None not in key:
            found.setdefault(key, []).append(row)
    return found


def key_values(row: ExactRow, columns: Iterable[str]) -> Key:
    """The row's values of `columns`."""
    return tuple(row[column] for column in columns)


def in_order(rows: Iterable[ExactRow], columns: tuple[str, ...]) -> list[ExactRow]:
    """Rows sorted by `columns`: numbers and dates upwards, text by code point, missing last."""
    return sorted(rows, key=lambda row: tuple((row[column] is None, row[column]) for column in columns))


def table_rows(node: Table, tables: Tables, records: Records) -> Sequence[ExactRow]:
    """The rows of one table. Raises TypeError for a float in the records."""
    rows = tables.rows
    match node:
        case Scan():
            return [_scanned(node.columns, row) for row in records.get(node.table, ())]
        case Values():
            names = [column.name for column in node.columns]
            return [dict(zip(names, map(exact, values), strict=True)) for values in node.rows]
        case Cross():
            return [{**left, **right} for left in rows[node.left] for right in rows[node.right]]
        case Filter():
            return [row for row in rows[node.source] if evaluate_scalar(node.where, row) is True]
        case Extend():
            return [
                {**row, **{name: evaluate_scalar(scalar, row) for name, scalar in node.columns}}
                for row in rows[node.source]
            ]
        case Lookup():
            return [{**row, **_taken(node, row, tables)} for row in rows[node.source]]
        case Join():
            return _joined(node, tables)
        case Select():
            return [{name: row[column] for name, column in node.columns} for row in rows[node.source]]
        case Distinct():
            keys = dict.fromkeys(key_values(row, node.key) for row in rows[node.source])
            return [dict(zip(node.key, key, strict=True)) for key in keys if None not in key]
        case Measure():
            return [{**base, **_measured(node, base, tables)} for base in rows[node.base]]
        case Fold():
            return _folded(node, rows[node.source])
        case Union():
            return [row for source in node.sources for row in rows[source]]
    assert_never(node)


def _scanned(columns: tuple[Column, ...], record: Mapping[str, Value]) -> ExactRow:
    """The stored fields of a record; one that the record does not have is missing."""
    values = {column.name: record.get(column.name) for column in columns}
    for name, value in values.items():
        if isinstance(value, float):
            raise TypeError(f"`{name}` is a float; records hold Decimal or int")
    return {name: exact(value) for name, value in values.items()}


def looked_up(node: Lookup, row: ExactRow, tables: Tables) -> ExactRow | None:
    """The row of the target that belongs to a row of the source, if there is one.

    Raises ValueError when two rows of the target apply: their ranges overlap.
    """
    mine = tuple(column for column, _ in node.on)
    theirs = tuple(column for _, column in node.on)
    candidates = tables.by(node.target, theirs).get(key_values(row, mine), NO_ROWS)
    if node.within is not None:
        day = evaluate_scalar(node.within.day, row)
        candidates = _in_force_on(day, node.within, candidates)
    if len(candidates) > 1:
        raise ValueError(f"{len(candidates)} rows of `{node.target}` apply to one row of `{node.source}`")
    return candidates[0] if candidates else None


def _taken(node: Lookup, row: ExactRow, tables: Tables) -> ExactRow:
    target = looked_up(node, row, tables)
    return {name: None if target is None else target[column] for name, column in node.take}


def _in_force_on(day: Exact, within: Within, rows: Sequence[ExactRow]) -> Sequence[ExactRow]:
    """The rows in force on a day; without an end, those that started last."""
    if within.before:
        return [each for each in rows if _in_force(within, each, day)]
    started = [each for each in rows if day is not None and _has_started(each[within.start], day)]
    last = max((each[within.start] for each in started), default=None)  # type: ignore[type-var]  # days, no other kind
    return [each for each in started if each[within.start] == last]


def _has_started(start: Exact, day: Exact) -> bool:
    return start is not None and compared(Comparison.AT_MOST, start, day) is True


def _in_force(within: Within, row: ExactRow, day: Exact) -> bool:
    """Whether `start` <= day < `before`; a missing bound is open, a missing day is in no range."""
    if day is None:
        return False
    started = compared(Comparison.AT_MOST, row[within.start], day)
    ended = compared(Comparison.AT_MOST, row[within.before], day)
    return started is not False and ended is not True


def _joined(node: Join, tables: Tables) -> Sequence[ExactRow]:
    mine = tuple(column for column, _ in node.on)
    theirs = tuple(column for _, column in node.on)
    partners = tables.by(node.right, theirs)
    return [
        {**{new: left[column] for new, column in node.keep}, **{new: right[column] for new, column in node.take}}
        for left in tables.rows[node.left]
        for right in partners.get(key_values(left, mine), NO_ROWS)
    ]


def matching(node: Measure, base: ExactRow, tables: Tables) -> Sequence[ExactRow]:
    """The rows that agree with a row of the base."""
    mine = tuple(column for column, _ in node.on)
    theirs = tuple(column for _, column in node.on)
    return tables.by(node.rows, theirs).get(key_values(base, mine), NO_ROWS)


def _measured(node: Measure, base: ExactRow, tables: Tables) -> ExactRow:
    rows = matching(node, base, tables)
    return {aggregate.into: aggregated(aggregate, rows, base) for aggregate in node.aggregates}


@dataclass(frozen=True, slots=True)
class Selected:
    """The rows an aggregate uses with their values, and those that could not be decided."""

    used: tuple[tuple[ExactRow, Exact], ...]
    undecided: tuple[ExactRow, ...]


def selected(aggregate: Aggregate, rows: Iterable[ExactRow], base: ExactRow) -> Selected:
    """The rows that pass `where` and have a value, and those where one of the two is missing."""
    used: list[tuple[ExactRow, Exact]] = []
    undecided: list[ExactRow] = []
    for row in rows:
        passes = evaluate_scalar(aggregate.where, row, base)
        if passes is False:
            continue
        value = True if aggregate.value is None else evaluate_scalar(aggregate.value, row, base)
        if passes is None or value is None:
            undecided.append(row)
        else:
            used.append((row, value))
    return Selected(tuple(used), tuple(undecided))


def aggregated(aggregate: Aggregate, rows: Iterable[ExactRow], base: ExactRow) -> Exact:
    """One aggregate over rows; missing when a row cannot be decided, unless those are ignored."""
    chosen = selected(aggregate, rows, base)
    if chosen.undecided and not aggregate.ignore_missing:
        return None
    values = [value for _, value in chosen.used]
    match aggregate.op:
        case Op.COUNT:
            return len(values)
        case Op.COUNT_DISTINCT:
            return len(set(values))
        case Op.SUM:
            return sum(cast("list[Fraction]", values))
        case Op.MIN | Op.MAX | Op.MEDIAN_LOW | Op.MEDIAN_HIGH:
            return _placed(aggregate.op, sorted(cast("list[Fraction]", values)))
    assert_never(aggregate.op)


def _placed(op: Op, ascending: Sequence[Exact]) -> Exact:
    """The first, last or middle one; of nothing: missing."""
    last = len(ascending) - 1
    place = {Op.MIN: 0, Op.MAX: last, Op.MEDIAN_LOW: last // 2, Op.MEDIAN_HIGH: (last + 1) // 2}[op]
    return ascending[place] if ascending else None


def _folded(node: Fold, source: Sequence[ExactRow]) -> Sequence[ExactRow]:
    """The rows of each partition, walked in order."""
    partitions: dict[Key, list[ExactRow]] = {}
    for row in in_order(source, node.order):
        partitions.setdefault(key_values(row, node.partition), []).append(row)
    return [
        {**row, **dict(zip(node.made, made, strict=True))}
        for key, rows in partitions.items()
        for row, made in zip(rows, walked(node, rows, known=None not in key), strict=True)
    ]


def rows_before(node: Fold, row: ExactRow, tables: Tables) -> Sequence[ExactRow]:
    """The earlier rows of a row's partition, in the order they are walked."""
    same = in_order(tables.by(node.name, node.partition).get(key_values(row, node.partition), NO_ROWS), node.order)
    place = next((at for at, each in enumerate(same) if key_values(each, node.order) == key_values(row, node.order)), 0)
    return same[:place]
