"""Follow a value back: to the records behind it, or to what is absent where it cannot be decided.

Nothing is stored while a Plan is evaluated; a trace walks the tables backwards from one row. A row
of a later table holds all columns of the rows it was made from, so it serves as their row too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.records import REACH
from engine.plan.inference import children
from engine.plan.returns import said_part
from engine.plan.scalar import Case, Column, Compare, IsMissing, Literal, Quotient, Rank, Scalar, TakenBack
from engine.plan.table import (
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Scan,
    Select,
    Union,
    Values,
)
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.scalars import Exact, evaluate_scalar, exact
from engine.reference.tables import NO_ROWS, ExactRow, Key, key_values, looked_up, matching, rows_before, selected

DIVISION = "a division by zero"
NO_VALUE = "the program states no value"
RAISES = "the return would raise `{}`, which it has to lower; correct the sign of a number in it"


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """One record: its table and the values of its key as text."""

    table: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """Why a value is missing.

    A field of a record, `table.field` with the record; or, where `field` is "", a reason in words.
    `divisor` is the column that is zero in a division, where it is one.
    """

    field: str
    reason: str
    record: RecordRef | None = None
    divisor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a table; inside a Measure also the row of its base."""

    table: str
    row: ExactRow
    base: Place | None = None


def records_behind(evaluation: Evaluation, measure: str, aggregate: str, base_key: Key) -> tuple[RecordRef, ...]:
    """The records of the rows that one aggregate used, sorted, each once."""
    node = _measure(evaluation, measure)
    base = evaluation.row(measure, base_key)
    chosen = selected(aggregate_of(node, aggregate), matching(node, base, evaluation.exact), base)
    found = (ref for row, _ in chosen.used for ref in _records(evaluation, node.rows, row))
    return tuple(sorted(set(found)))


def records_of(evaluation: Evaluation, table: str, row: ExactRow) -> tuple[RecordRef, ...]:
    """The records that a row of a table was made from, sorted, each once."""
    return tuple(sorted(set(_records(evaluation, table, row))))


def why_missing(evaluation: Evaluation, table: str, row: ExactRow, scalar: Scalar) -> tuple[Absence, ...]:
    """What is absent where `scalar` is missing for a row of `table`, sorted, each once; else nothing."""
    return tuple(sorted(set(_absent(evaluation, scalar, Place(table, row))), key=_absence_order))


def _absence_order(absence: Absence) -> tuple[str, str, tuple[str, ...]]:
    return (absence.field, absence.reason + absence.divisor, absence.record.key if absence.record else ())


def _measure(evaluation: Evaluation, name: str) -> Measure:
    node = evaluation.nodes[name]
    if not isinstance(node, Measure):
        raise KeyError(f"`{name}` is not a Measure")
    return node


def ref_of(node: Scan, row: ExactRow) -> RecordRef:
    """The record in a row of a record table."""
    return RecordRef(node.table, tuple(str(value) for value in key_values(row, node.key)))


def _records(evaluation: Evaluation, table: str, row: ExactRow) -> Iterator[RecordRef]:
    """The records that a row was computed from; the derived table `reach` is not a record."""
    node = evaluation.nodes[table]
    tables = evaluation.exact
    match node:
        case Scan():
            if node.table != REACH.name:
                yield ref_of(node, row)
        case Values():
            return
        case Cross():
            yield from _records(evaluation, node.left, row)
            yield from _records(evaluation, node.right, row)
        case Join():
            for side in sides(evaluation, node, row):
                yield from _records(evaluation, side.table, side.row)
        case Select():
            for place in selected_from(evaluation, node, row):
                yield from _records(evaluation, place.table, place.row)
        case Distinct():
            for each in tables.by(node.source, node.key)[key_values(row, node.key)]:
                yield from _records(evaluation, node.source, each)
        case Measure():
            yield from _records(evaluation, node.base, row)
            rows = matching(node, row, tables)
            for aggregate in node.aggregates:
                for used, _ in selected(aggregate, rows, row).used:
                    yield from _records(evaluation, node.rows, used)
        case Union():
            for source in sources_with(evaluation, node, row):
                yield from _records(evaluation, source.table, source.row)
        case _:  # row by row: it is made from the row of its source that has the same key
            yield from _records(evaluation, node.sources[0], row)


def sides(evaluation: Evaluation, node: Join, row: ExactRow) -> tuple[Place, Place]:
    """The two rows that a join paired."""
    left = {old: row[new] for new, old in node.keep}
    right = {old: row[new] for new, old in node.take}
    for mine, theirs in node.on:
        left[mine] = right[theirs] = left.get(mine, right.get(theirs))
    return _whole(evaluation, node.left, left), _whole(evaluation, node.right, right)


def _whole(evaluation: Evaluation, table: str, some: ExactRow) -> Place:
    """The row of a table whose key is among `some` of its columns."""
    return Place(table, evaluation.row(table, key_values(some, evaluation.keys[table])))


def selected_from(evaluation: Evaluation, node: Select, row: ExactRow) -> Iterator[Place]:
    """The row that a selected row shows some columns of, by the key both have."""
    columns = dict(node.columns)
    old, key = tuple(columns[name] for name in node.key), key_values(row, node.key)
    for source in evaluation.exact.by(node.source, old).get(key, NO_ROWS):
        yield Place(node.source, source)


def sources_with(evaluation: Evaluation, node: Union, row: ExactRow) -> Iterator[Place]:
    """The row of the source that a row of a union comes from; keys are unique in the union."""
    for name in node.sources:
        columns = evaluation.keys[name]
        for source in evaluation.exact.by(name, columns).get(key_values(row, columns), NO_ROWS):
            yield Place(name, source)


def _absent(evaluation: Evaluation, scalar: Scalar, place: Place) -> Iterator[Absence]:
    """What is absent below a scalar; nothing where it has a value."""
    base_row = place.base.row if place.base else None
    if evaluate_scalar(scalar, place.row, base_row) is not None:
        return
    match scalar:
        case Column():
            there = place.base if scalar.of_base and place.base else place
            yield from _absent_column(evaluation, there, scalar.name)
        case Literal():
            yield Absence("", NO_VALUE)
        case Case():
            yield from _absent_case(evaluation, scalar, place)
        case Quotient(left, right) if evaluate_scalar(right, place.row, base_row) == 0:
            yield from _absent(evaluation, left, place)
            yield Absence("", DIVISION, divisor=right.name if isinstance(right, Column) else "")
        case TakenBack(Column(name)) if all(
            evaluate_scalar(each, place.row, base_row) is not None for each in scalar.operands
        ):
            for record in _records(evaluation, place.table, place.row):
                yield Absence("", RAISES.format(said_part(name)), record)
        case Rank(value) if (text := evaluate_scalar(value, place.row, base_row)) is not None:
            yield Absence("", f"`{text}` is not one of the words it is compared with")
        case _:
            for child in children(scalar):
                yield from _absent(evaluation, child, place)


def _absent_case(evaluation: Evaluation, scalar: Case, place: Place) -> Iterator[Absence]:
    """Why a case is missing: branches before the one taken that cannot be decided, and what was taken.

    A branch that is taken because something is missing, and has no value then, is missing for that.
    """
    base_row = place.base.row if place.base else None
    found: list[Absence] = []
    taken = scalar.otherwise
    for when, value in scalar.branches:
        outcome = evaluate_scalar(when, place.row, base_row)
        if outcome is True:
            taken = value
            found += [each for asked in _asked_missing(when) for each in _absent(evaluation, asked, place)]
            break
        if outcome is None:
            found += _absent(evaluation, when, place)
    if isinstance(taken, Literal):
        yield from found or [Absence("", NO_VALUE)]
    else:
        yield from found
        yield from _absent(evaluation, taken, place)


def _asked_missing(scalar: Scalar) -> Iterator[Scalar]:
    """What a condition asks to be missing."""
    if isinstance(scalar, IsMissing):
        yield scalar.value
    for child in children(scalar):
        yield from _asked_missing(child)


def _absent_column(evaluation: Evaluation, place: Place, column: str) -> Iterator[Absence]:
    """Why a column is missing in a row: what its table took it from."""
    node, row = evaluation.nodes[place.table], place.row
    match node:
        case Scan():
            yield Absence(f"{node.table}.{column}", "is missing", ref_of(node, row))
        case Values():
            yield Absence("", NO_VALUE)
        case Extend() if column in dict(node.columns):
            yield from _absent(evaluation, dict(node.columns)[column], Place(node.source, row))
        case Lookup() if column in dict(node.take):
            yield from _absent_lookup(evaluation, node, row, dict(node.take)[column])
        case Measure() if any(each.into == column for each in node.aggregates):
            yield from _absent_aggregate(evaluation, node, row, column)
        case Fold() if column in node.made:
            yield from _absent_fold(evaluation, node, row)
        case Join():
            for side, renamed in zip(sides(evaluation, node, row), (node.keep, node.take), strict=True):
                if column in dict(renamed):
                    yield from _absent_column(evaluation, side, dict(renamed)[column])
        case Select():
            for place in selected_from(evaluation, node, row):
                yield from _absent_column(evaluation, place, dict(node.columns)[column])
        case Union():
            for source in sources_with(evaluation, node, row):
                yield from _absent_column(evaluation, source, column)
        case Distinct():
            raise KeyError(f"`{column}` is never missing in `{node.name}`")
        case _:  # passed on, in a row that holds those of its sources
            for name, old in node.passes(column):
                if old in {each.name for each in evaluation.columns[name]}:
                    yield from _absent_column(evaluation, Place(name, row), old)


def _absent_lookup(evaluation: Evaluation, node: Lookup, row: ExactRow, column: str) -> Iterator[Absence]:
    """Why a look-up found nothing: no key, no day, no row; or a row whose field is missing."""
    source = Place(node.source, row)
    target = looked_up(node, row, evaluation.exact)
    if target is not None:
        yield from _absent_column(evaluation, Place(node.target, target), column)
        return
    asked = [name for name, _ in node.on if row[name] is None]
    for name in asked:
        yield from _absent_column(evaluation, source, name)
    if node.within is not None:
        yield from _absent(evaluation, node.within.day, source)
    if not asked:
        table, fixed = _asked(evaluation, node.target)
        key = ", ".join(str(each) for each in (*(row[name] for name, _ in node.on), *fixed))
        since = node.within is not None and not node.within.before
        day = f" on {evaluate_scalar(node.within.day, row)} or before" if node.within is not None and since else ""
        yield Absence("", f"`{table}` has no row for {key}{day}")


def _asked(evaluation: Evaluation, name: str) -> tuple[str, tuple[Exact, ...]]:
    """The record table behind a table, and the values that its rows are chosen by: rates to EUR, for one."""
    node = evaluation.nodes[name]
    fixed: tuple[Exact, ...] = ()
    if isinstance(node, Filter) and isinstance(node.where, Compare) and isinstance(node.where.right, Literal):
        fixed = (exact(node.where.right.value),)
    if isinstance(node, Scan) or not node.sources:
        return node.table if isinstance(node, Scan) else name, fixed
    table, more = _asked(evaluation, node.sources[0])
    return table, (*fixed, *more)


def _absent_fold(evaluation: Evaluation, node: Fold, row: ExactRow) -> Iterator[Absence]:
    """Why a row gets nothing known of a fold: its partition, what it reads itself, or a row before it."""
    source = Place(node.source, row)
    for name in node.partition:
        if row[name] is None:
            yield from _absent_column(evaluation, source, name)
    for scalar in node.values:
        yield from _absent(evaluation, scalar, source)
    if node.op is FoldOp.FIRST:
        for each in rows_before(node, row, evaluation.exact):
            yield from _absent(evaluation, node.value, Place(node.source, each))


def _absent_aggregate(evaluation: Evaluation, node: Measure, row: ExactRow, column: str) -> Iterator[Absence]:
    """Why an aggregate is missing: rows that cannot be decided, or no rows at all."""
    aggregate = aggregate_of(node, column)
    chosen = selected(aggregate, matching(node, row, evaluation.exact), row)
    base = Place(node.base, row)
    for undecided in chosen.undecided:
        place = Place(node.rows, undecided, base)
        yield from _absent(evaluation, aggregate.where, place)
        if aggregate.value is not None:
            yield from _absent(evaluation, aggregate.value, place)
    if not chosen.undecided:
        yield Absence("", f"no rows to take a {aggregate.op.value.replace('_', ' ')} of")
