"""`Running` in closed form, as window functions.

With S the running sum of amounts and L the limit of each row, what is taken in all up to row k is
T = min over j <= k of (S at k, L at j + S at k - S at j) = S - M, with M = max(0, running max of S - L).
So a row takes its amount less the growth of M. A row whose amount or limit is missing takes part in
neither; a row with a missing partition value is not limited.
"""

from __future__ import annotations

from engine.columnar.expressions import ScalarSql
from engine.columnar.literals import column_sql, decimal_type, number_sql
from engine.columnar.rational import Exact, Number
from engine.columnar.relation import Relation
from engine.plan.table import Running
from engine.plan.widths import Shape, Width
from engine.types import MAX_DIGITS


def running_select(table: Running, source: Relation, key: tuple[str, ...], taken: Shape) -> str:
    """The SELECT of a limit walked in order. `key` is the grain of the source."""
    amount, limit = _number(source, table), ScalarSql(source.sources()).number(table.limit)
    scale = taken.numerator.scale
    into, type = column_sql(table.into), decimal_type(taken.numerator)
    wide = Width(MAX_DIGITS, scale)  # a sum of all amounts
    outside = " OR ".join(f"{column_sql(name)} IS NULL" for name in table.partition)
    skipped = f"({amount.sql} IS NULL OR {limit.is_missing})"
    if set(key) <= set(table.partition):  # every row has a limit of its own
        least = f"least({amount.cast(taken.numerator)}, {limit.numerator.cast(taken.numerator)})"
        alone = f"CASE WHEN {skipped} THEN NULL ELSE {least} END"
        return f"SELECT *, {_unlimited(outside, amount, taken, alone)} AS {into} FROM {source.name}"
    enters = f"CASE WHEN {skipped} THEN NULL ELSE {amount.cast(wide)} END"
    partition = f"PARTITION BY {', '.join(column_sql(name) for name in table.partition)} " if table.partition else ""
    order = ", ".join(f"{column_sql(name)} ASC NULLS LAST" for name in table.order)
    over = f"{partition}ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND"
    zero = number_sql(0, wide)
    excess = f"CASE WHEN {skipped} THEN NULL ELSE {column_sql(' sum')} - {limit.numerator.cast(wide)} END"
    summed = f"SELECT *, sum({enters}) OVER ({over} CURRENT ROW) AS {column_sql(' sum')} FROM {source.name}"
    exceeded = f"SELECT *, {excess} AS {column_sql(' excess')} FROM ({summed})"
    now = f"max({column_sql(' excess')}) OVER ({over} CURRENT ROW)"
    before = f"max({column_sql(' excess')}) OVER ({over} 1 PRECEDING)"
    growth = f"greatest({zero}, coalesce({now}, {zero})) - greatest({zero}, coalesce({before}, {zero}))"
    walked = f"CASE WHEN {skipped} THEN NULL ELSE CAST({amount.cast(wide)} - ({growth}) AS {type}) END"
    items = ", ".join([*source.everything(), f"{_unlimited(outside, amount, taken, walked)} AS {into}"])
    return f"SELECT {items} FROM ({exceeded})"


def _number(source: Relation, table: Running) -> Number:
    found = source.sources()[table.amount]
    if not isinstance(found, Exact) or found.denominator is not None:
        raise TypeError(f"the amount of {table.name} is no rounded number")
    return found.numerator


def _unlimited(outside: str, amount: Number, taken: Shape, limited: str) -> str:
    if not outside:
        return f"({limited})"
    return f"(CASE WHEN {outside} THEN {amount.cast(taken.numerator)} ELSE ({limited}) END)"
