"""Which rows of a table count, and for which groups: shared by metrics, tiers and incentives."""

from __future__ import annotations

from dataclasses import replace

from engine.compiler.converting import RatedOn
from engine.compiler.expressions import lower_condition
from engine.compiler.frame import Frame
from engine.compiler.workbench import LEFT, Rows, RowScope
from engine.language.program import Group, Requirement
from engine.plan import scalar as node
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Distinct
from engine.types import BOOLEAN, FIELD_DIGITS, TOTAL_DIGITS

TRUE = Literal(True, BOOLEAN)


def row_scope(rows: Rows, frame: Frame, rated: RatedOn | None = None) -> RowScope:
    """Names in the rows measured for a frame: `as_of` is the day judged."""
    day = replace(frame.day, of_base=True) if isinstance(frame.day, Column) else frame.day
    return RowScope(frame.bench, rows, day, rated=rated)


def in_force(rows: Rows, frame: Frame, of_base: bool) -> list[Scalar]:
    """A record with history counts when it is in force on the day judged."""
    assert rows.table.period is not None
    start, before = (rows.columns[each] for each in rows.table.period)
    day = replace(frame.day, of_base=of_base) if isinstance(frame.day, Column) else frame.day
    return [
        node.Compare(start, Comparison.AT_MOST, day),
        node.Or((node.IsMissing(before), node.Compare(before, Comparison.MORE, day))),
    ]


def lower_row_condition(requirement: Requirement, scope: RowScope) -> Scalar | None:
    """A condition on a row."""
    if not isinstance(requirement, Group):
        typed = lower_condition(requirement.expression, scope)
        return typed.scalar if typed else None
    lowered = [lower_row_condition(each, scope) for each in requirement.lines]
    terms = tuple(each for each in lowered if each is not None)
    if len(terms) < len(lowered):
        return None
    match requirement.form:
        case "any":
            return node.Or(terms)
        case "none":
            return node.Not(node.Or(terms))
        case "at_least":
            return node.AtLeast(requirement.count, terms)
    return node.And(terms)


def total_digits(rows: Rows, value: Scalar | None) -> int:
    """The bound on sums of a stored field, whose total the import has checked.

    The `value` of a metric's groups is like a field of their table, but may have more digits.
    """
    if isinstance(value, node.Convert):  # as much of a total as of each amount: times the largest rate
        whole = total_digits(rows, value.left)
        return whole + value.right.typed.digits if whole else 0
    if not (isinstance(value, Column) and value.type.is_numeric):
        return 0
    stored = rows.table.field(value.name.removesuffix(LEFT))
    bounded = stored is not None and stored.is_stored and stored.type.digits <= FIELD_DIGITS
    return TOTAL_DIGITS if bounded else 0


def groups_of(name: str, rows: Rows, keys: tuple[str, ...], frame: Frame) -> str:
    """The distinct keys; in a frame of several days, on each day, with the bounds of its windows."""
    bench = frame.bench
    found = bench.add(Distinct(f"{name}/keys", rows.top, keys))
    if frame.single:
        return found
    return frame.on_each_day(found, name, keys)
