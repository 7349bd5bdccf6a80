"""Aggregates as SQL: exact, and missing where a single row cannot be decided.

`sum` and FILTER pass over NULL, so undecided rows are counted separately, but only if the Plan says that there can be
any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from engine.columnar.expressions import ScalarSql
from engine.columnar.implied import widest_filters
from engine.columnar.literals import column_sql, is_wide
from engine.columnar.rational import Exact, Number
from engine.columnar.wide import ZERO
from engine.plan.gauge import Shape, Width
from engine.plan.grain import may_be_undecided
from engine.plan.inference import is_optional
from engine.plan.measures import aggregate_width
from engine.plan.table import Aggregate, Op

UNDECIDED = " undecided"
VALUE = " value"  # what a distinct count counts
ENTERS = " enters"  # of a distinct count: whether some row lets the value in
OF_NOTHING = (Op.SUM, Op.COUNT, Op.COUNT_DISTINCT)  # 0 over no rows
MEDIANS = (Op.MEDIAN_LOW, Op.MEDIAN_HIGH)
MOST_FILTERS = 50  # conditions of the aggregates of one grouping, up to which rows that meet none are left out


@dataclass(frozen=True, slots=True)
class Lowered:
    """An aggregate's parts in SQL over one row; `passes` is "" where every row passes."""

    aggregate: Aggregate
    value: str
    passes: str
    undecided: str
    of: Width | None = None  # the digits of the value, where it is a number

    @property
    def width(self) -> Width:
        """The digits of the result, where it is a number."""
        return aggregate_width(self.aggregate, self.of)

    @property
    def into(self) -> str:
        """The column of the result."""
        return column_sql(self.aggregate.into)

    @property
    def flag(self) -> str:
        """The column that says whether a row could not be decided."""
        return column_sql(self.aggregate.into + UNDECIDED)

    @property
    def filter(self) -> str:
        """The FILTER clause."""
        return f" FILTER (WHERE {self.passes})" if self.passes else ""


def lowered_aggregate(aggregate: Aggregate, scalars: ScalarSql) -> Lowered:
    """The parts of one aggregate. Raises TypeError for a ratio: `check_plan` refuses those."""
    passes = scalars.plain(aggregate.where)
    value, of = "", None
    if aggregate.value is not None:
        found = scalars.value(aggregate.value)
        if isinstance(found, Exact) and found.denominator is not None:
            raise TypeError(f"aggregate {aggregate.into} of an exact ratio")
        if isinstance(found, Exact):
            of = found.numerator.width
            total = aggregate_width(aggregate, of)
            value = found.numerator.cast(total) if is_wide(total) else found.numerator.sql
        else:
            value = found
    undecided = _undecided(aggregate, passes, value) if may_be_undecided(aggregate) else ""
    return Lowered(aggregate, value, "" if passes == "TRUE" else passes, undecided, of)


def _undecided(aggregate: Aggregate, passes: str, value: str) -> str:
    reasons = [f"{passes} IS NULL"] if is_optional(aggregate.where) else []
    if aggregate.value is not None and is_optional(aggregate.value):
        reasons.append(f"({passes} AND {value} IS NULL)")
    return " OR ".join(reasons)


def grouped_select(
    source: str, keys: Mapping[str, str], aggregates: Sequence[Lowered], present: Sequence[str] = ()
) -> str:
    """SELECT of one row per group: the keys, the aggregates, and a flag beside each that needs one.

    `keys` gives the SQL of each key column in the source by its name in the result. Rows in which
    one of `present` is missing belong to no group.
    """
    where = _where(aggregates, present)
    distinct = {each.value for each in aggregates if each.aggregate.op is Op.COUNT_DISTINCT}
    if len(distinct) == 1 and not any(each.aggregate.op in MEDIANS for each in aggregates):
        return _two_steps(source, keys, aggregates, distinct.pop(), where)
    items = [item for each in aggregates for item in _flat_items(each)]
    return _select(source, keys, items, where)


def _select(source: str, keys: Mapping[str, str], items: Sequence[str], where: str = "") -> str:
    named = [f"{sql} AS {column_sql(name)}" for name, sql in keys.items()]
    group = f" GROUP BY {', '.join(keys.values())}" if keys else ""
    return f"SELECT {', '.join([*named, *items])} FROM {source}{where}{group}"


def _where(aggregates: Sequence[Lowered], present: Sequence[str]) -> str:
    """Rows that no aggregate can use, or that belong to no group, need not be grouped.

    Of very many conditions mostly one holds, and to compare each with each other takes longer than to group the rows.
    """
    tests = [f"{each} IS NOT NULL" for each in present]
    if 0 < len({each.passes for each in aggregates}) <= MOST_FILTERS and all(each.passes for each in aggregates):
        open_ones = [each for each in aggregates if is_optional(each.aggregate.where)]
        sure = {each.aggregate.where: each.passes for each in aggregates if not is_optional(each.aggregate.where)}
        used = [f"coalesce({each.passes}, TRUE)" for each in open_ones]
        used += [sure[where] for where in widest_filters(list(sure))]
        tests.append(f"({' OR '.join(dict.fromkeys(used))})")
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _flat_items(each: Lowered) -> list[str]:
    items = [f"{_flat(each)} AS {each.into}"]
    return [*items, f"bool_or({each.undecided}) AS {each.flag}"] if each.undecided else items


def _flat(each: Lowered) -> str:
    match each.aggregate.op:
        case Op.COUNT:
            return f"count(*){each.filter}"
        case Op.COUNT_DISTINCT:
            return f"count(DISTINCT {each.value}){each.filter}"
        case Op.SUM:
            return f"sum({each.value}){each.filter}"
        case Op.MIN:
            return f"min({each.value}){each.filter}"
        case Op.MAX:
            return f"max({each.value}){each.filter}"
        case Op.MEDIAN_LOW:
            return f"quantile_disc({each.value}, 0.5){each.filter}"
        case Op.MEDIAN_HIGH:  # a negative share counts from the largest
            return f"quantile_disc({each.value}, -0.5){each.filter}"
    assert_never(each.aggregate.op)


def _two_steps(source: str, keys: Mapping[str, str], aggregates: Sequence[Lowered], value: str, where: str) -> str:
    """First one row per group and value, then per group: lighter than DISTINCT in every aggregate."""
    inner, outer = [], []
    for each in aggregates:
        if len(aggregates) == 1 and not is_optional(each.aggregate.where):  # whatever is grouped enters
            outer.append(f"count({column_sql(VALUE)}) AS {each.into}")
        elif each.aggregate.op is Op.COUNT_DISTINCT:
            enters = column_sql(each.aggregate.into + ENTERS)
            inner.append(f"bool_or({each.passes or 'TRUE'}) AS {enters}")
            outer.append(f"count({column_sql(VALUE)}) FILTER (WHERE {enters}) AS {each.into}")
        else:
            inner.append(f"{_flat(each)} AS {each.into}")
            outer.append(f"{_again(each)} AS {each.into}")
        if each.undecided:
            inner.append(f"bool_or({each.undecided}) AS {each.flag}")
            outer.append(f"bool_or({each.flag}) AS {each.flag}")
    first = _select(source, {**keys, VALUE: value}, inner, where)
    return _select(f"({first})", {name: column_sql(name) for name in keys}, outer)


def _again(each: Lowered) -> str:
    """The aggregate of the parts' aggregates."""
    match each.aggregate.op:
        case Op.MIN:
            return f"min({each.into})"
        case Op.MAX:
            return f"max({each.into})"
        case _:
            return f"sum({each.into})"


def finished(computed: Aggregate, alias: str, width: Width, shape: Shape | None) -> str:
    """The measured value of a base row from the group joined to it, or from none, in the shape of its column.

    `computed` is the aggregate as it was grouped: with bounds written in it may be sure to be decided. Where it
    is a number, `width` are its digits there.
    """
    result = column_sql(computed.into, alias)
    if computed.op in OF_NOTHING:
        result = f"coalesce({result}, {ZERO if is_wide(width) else 0})"
    if may_be_undecided(computed):
        result = f"CASE WHEN {column_sql(computed.into + UNDECIDED, alias)} THEN NULL ELSE {result} END"
    return f"({result})" if shape is None else Number(f"({result})", width).cast(shape.numerator)
