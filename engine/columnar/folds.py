"""`Fold` in closed form, as window functions.

There is no loop: the result of a row follows from sums, largest and last values over the rows before it.
What a fold reads is computed first, into columns under names that no Plan gives.
"""

from __future__ import annotations

from typing import assert_never

from engine.columnar.expressions import ScalarSql
from engine.columnar.literals import column_sql, is_wide
from engine.columnar.rational import Exact, Number
from engine.columnar.relation import Relation
from engine.plan.gauge import Shape, Shapes, Width
from engine.plan.inference import type_of
from engine.plan.scalar import Scalar
from engine.plan.table import Fold, FoldOp
from engine.types import MAX_DIGITS

VALUE, LIMIT, KNOWN, PART, ENTERS, SUM, EXCESS = (
    column_sql(f" {each}") for each in ("value", "limit", "known", "part", "enters", "sum", "excess")
)
ROW, TOOK, ROOM = (column_sql(f" {each}") for each in ("row", "took", "room"))  # of rows walked one by one
NOW, BEFORE = "CURRENT ROW", "1 PRECEDING"


def fold_select(fold: Fold, source: Relation, key: tuple[str, ...], shapes: Shapes) -> str:
    """The SELECT of a fold. `key` is the grain of the source; `shapes` are those of the fold's columns."""
    rows = given_rows(fold, source)
    match fold.op:
        case FoldOp.TAKE if set(key) <= set(fold.partition):  # every row has a limit of its own
            took, room = f"least({VALUE}, greatest({LIMIT}, 0))", LIMIT
            rows = _entering(rows)
        case FoldOp.TAKE:
            rows, took, room = _take(fold, _entering(rows))
        case FoldOp.SUM | FoldOp.COUNT:
            took, room = f"CASE WHEN {KNOWN} THEN {_total(fold)} END", ""
        case FoldOp.FIRST:
            took, room = _first(fold), ""
        case FoldOp.NET:
            took, room = f"{VALUE} - {_last(fold)}", ""
        case _:
            assert_never(fold.op)
    if fold.op is FoldOp.TAKE:
        took = _of_those_who_take_part(took, ENTERS)
    elif fold.op is FoldOp.NET:
        took = _of_those_who_take_part(took, VALUE)
    return _with_columns(fold, source, shapes, took, room, f"({rows})")


def given_rows(fold: Fold, source: Relation) -> str:
    """The SELECT of the source's rows with what the fold reads of each."""
    return f"SELECT *, {', '.join(_given(fold, ScalarSql(source.sources())))} FROM {source.name}"


def walked_select(fold: Fold, source: Relation, shapes: Shapes, rows: str, walked: str) -> str:
    """The SELECT of a fold whose rows, the table `rows`, were walked one by one into the table `walked`."""
    joined = f"{rows} AS r JOIN {walked} AS w ON r.rowid = w.{ROW}"
    return _with_columns(fold, source, shapes, f"w.{TOOK}", f"w.{ROOM}", joined)


def _with_columns(fold: Fold, source: Relation, shapes: Shapes, took: str, room: str, rows: str) -> str:
    columns = {fold.into: took}
    columns |= {
        fold.room: f"CASE WHEN {KNOWN} THEN {room} END",
        fold.rest: f"CASE WHEN {KNOWN} THEN {room} - ({took}) END",
    }
    made = [f"{_typed(columns[name], shapes.get(name))} AS {column_sql(name)}" for name in fold.made]
    return f"SELECT {', '.join([*source.everything(), *made])} FROM {rows}"


def _given(fold: Fold, scalars: ScalarSql) -> list[str]:
    """What each row brings: its numbers at one scale, so that they can be added up and compared."""
    known = " AND ".join(f"{column_sql(name)} IS NOT NULL" for name in fold.partition) or "TRUE"
    items = [f"{_value(fold, scalars)} AS {VALUE}", f"({known}) AS {KNOWN}"]
    if fold.limit is not None:
        items.append(f"{_number(fold, fold.limit, scalars)} AS {LIMIT}")
    if fold.op in (FoldOp.TAKE, FoldOp.NET):
        part = "TRUE" if fold.where is None else scalars.plain(fold.where)
        # who is left out is left out of any partition; who is not must be known to be of this one
        items.append(f"(CASE WHEN {part} THEN CASE WHEN {known} THEN TRUE END ELSE {part} END) AS {PART}")
    return items


def _value(fold: Fold, scalars: ScalarSql) -> str:
    found = scalars.value(fold.value)
    if fold.op is FoldOp.COUNT:  # only whether there is one matters, of a ratio as well
        missing = found.is_missing if isinstance(found, Exact) else f"({found} IS NULL)"
        return f"(CASE WHEN {missing} THEN NULL ELSE TRUE END)"
    return found if isinstance(found, str) else _number(fold, fold.value, scalars)


def _number(fold: Fold, scalar: Scalar, scalars: ScalarSql) -> str:
    found = scalars.number(scalar)
    if found.denominator is not None:
        raise TypeError(f"what {fold.name} walks is no rounded number")
    scale = max(type_of(each).scale for each in (fold.value, fold.limit) if each is not None)
    number = found.numerator
    return number.fitted(scale) if is_wide(number.width) else number.cast(Width(MAX_DIGITS, scale))


def _typed(sql: str, shape: Shape | None) -> str:
    if shape is None:
        return f"({sql})"
    walked = Width(MAX_DIGITS, shape.numerator.scale)  # the database computes sums and differences at 38 digits
    return Number(f"({sql})", walked).cast(shape.numerator)


def _of_those_who_take_part(sql: str, present: str) -> str:
    """What the rows that take part get; 0 for those left out, missing for the rest."""
    return f"CASE WHEN NOT {PART} THEN 0 WHEN {PART} AND {present} IS NOT NULL THEN {sql} END"


def _over(fold: Fold, upto: str) -> str:
    """The rows of the partition from its first on, up to this one or the one before."""
    partition = f"PARTITION BY {', '.join(map(column_sql, fold.partition))} " if fold.partition else ""
    order = ", ".join(f"{column_sql(name)} ASC NULLS LAST" for name in fold.order)
    return f"OVER ({partition}ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND {upto})"


def _entering(rows: str) -> str:
    """The rows with the value of those that are walked."""
    enters = f"CASE WHEN {PART} AND {LIMIT} IS NOT NULL THEN {VALUE} END"
    return f"SELECT *, {enters} AS {ENTERS} FROM ({rows})"


def _take(fold: Fold, rows: str) -> tuple[str, str, str]:
    """The rows with their sums, and SQL for what each takes and for the room before it.

    With S the running sum of values and L the limit of each row, what is taken in all up to row k is
    The limit is a constant here, so what is left of it is never below zero, and
    T = min over j <= k of (S at k, L at j + S at k - S at j) = S - M, with M = max(0, running max of S - L).
    So a row takes its value less the growth of M, and finds L - T of the row before.
    """
    summed = f"SELECT *, sum({ENTERS}) {_over(fold, NOW)} AS {SUM} FROM ({rows})"
    excess = f"CASE WHEN {ENTERS} IS NOT NULL THEN {SUM} - {LIMIT} END"
    exceeded = f"SELECT *, {excess} AS {EXCESS} FROM ({summed})"
    now, before = (f"greatest(0, coalesce(max({EXCESS}) {_over(fold, upto)}, 0))" for upto in (NOW, BEFORE))
    taken_before = f"(coalesce(sum({ENTERS}) {_over(fold, BEFORE)}, 0) - {before})"
    return exceeded, f"{VALUE} - ({now} - {before})", f"{LIMIT} - {taken_before}"


def _total(fold: Fold) -> str:
    if fold.op is FoldOp.COUNT:
        return f"count({VALUE}) {_over(fold, BEFORE)}"
    return f"coalesce(sum({VALUE}) {_over(fold, BEFORE)}, 0)"


def _first(fold: Fold) -> str:
    """Kleene: an own false or an earlier true decides against it, whatever else is missing."""
    earlier = f"coalesce(bool_or({VALUE}) {_over(fold, BEFORE)}, FALSE)"
    open_before = f"coalesce(bool_or({VALUE} IS NULL) {_over(fold, BEFORE)}, FALSE)"
    decided = f"WHEN NOT {VALUE} OR {earlier} THEN FALSE WHEN {VALUE} IS NULL OR {open_before} THEN NULL ELSE TRUE"
    return f"CASE WHEN NOT {KNOWN} THEN NULL {decided} END"


def _last(fold: Fold) -> str:
    """The value of the last earlier row that took part; 0 before the first."""
    taking = f"CASE WHEN {PART} THEN {VALUE} END"
    return f"coalesce(last_value({taking} IGNORE NULLS) {_over(fold, BEFORE)}, 0)"
