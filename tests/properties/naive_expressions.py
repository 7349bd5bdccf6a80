"""Expressions evaluated as a reader would, straight from the syntax tree: no types, no plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from dateutil.relativedelta import relativedelta

from engine.language import syntax
from engine.language.program import Group, Requirement
from engine.language.syntax import Expression

Naive = Fraction | str | bool | date | None
"""A value; numbers of every unit are fractions."""

Look = Callable[[str], Naive]
"""The value of a name; raises KeyError for a word that names nothing, which then stands for itself."""

Orders = dict[str, tuple[str, ...]]
"""The words of ordered choices, low to high, by the name that has them."""


def value_of(expression: Expression, look: Look, orders: Orders) -> Naive:
    """The expression's value; None is missing, or cannot be decided."""
    match expression:
        case syntax.Number(value=value) | syntax.Money(value=value):
            return Fraction(value)
        case syntax.Duration(count=count):
            return Fraction(count)
        case syntax.Day(value=value) | syntax.Text(value=value) | syntax.Truth(value=value):
            return value
        case syntax.Name(text=text):
            try:
                return look(text)
            except KeyError:
                return text
        case syntax.Negative(value=inner):
            number = _number(inner, look, orders)
            return None if number is None else -number
        case syntax.Arithmetic():
            return _arithmetic(expression, look, orders)
        case syntax.Call():
            return _called(expression, look, orders)
    return truth_of(expression, look, orders)


def truth_of(expression: Expression, look: Look, orders: Orders) -> bool | None:
    """Whether a condition holds: true, false, or None where it cannot be decided."""

    def of(each: Expression) -> Naive:
        return value_of(each, look, orders)

    match expression:
        case syntax.Comparing(op=op, left=left, right=right):
            return compared(op, of(left), of(right), _order(orders, left, right))
        case syntax.Membership(value=value, options=options, negated=negated):
            here = of(value)
            found = None if here is None else any(here == of(each) for each in options)
            return opposite(found) if negated else found
        case syntax.Ranging(value=value, low=low, high=high):
            order = _order(orders, value, low, high)
            return every((compared(">=", of(value), of(low), order), compared("<=", of(value), of(high), order)))
        case syntax.Missing(value=value, negated=negated):
            return (of(value) is None) != negated
        case syntax.Logic(op=op, terms=terms):
            outcomes = [truth_of(each, look, orders) for each in terms]
            return every(outcomes) if op == "and" else opposite(every(map(opposite, outcomes)))
        case syntax.Negation(term=term):
            return opposite(truth_of(term, look, orders))
    return cast("bool | None", of(expression))


def all_hold(lines: Iterable[Requirement], look: Look, orders: Orders) -> bool | None:
    """Whether all lines hold."""
    return every([_holds(each, look, orders) for each in lines])


def _holds(line: Requirement, look: Look, orders: Orders) -> bool | None:
    if not isinstance(line, Group):
        return truth_of(line.expression, look, orders)
    outcomes = [_holds(each, look, orders) for each in line.lines]
    match line.form:
        case "all":
            return every(outcomes)
        case "any":
            return opposite(every(map(opposite, outcomes)))
        case "none":
            return every(map(opposite, outcomes))
    met, open_ = outcomes.count(True), outcomes.count(None)
    return True if met >= line.count else None if met + open_ >= line.count else False


def every(outcomes: Iterable[bool | None]) -> bool | None:
    """Kleene's and."""
    seen = list(outcomes)
    return False if False in seen else None if None in seen else True


def opposite(outcome: bool | None) -> bool | None:
    """Kleene's not."""
    return None if outcome is None else not outcome


def compared(op: str, left: Naive, right: Naive, order: tuple[str, ...] = ()) -> bool | None:
    """A comparison; words of an ordered choice compare by their place."""
    if left is None or right is None:
        return None
    if op in ("is", "is not"):
        return (left == right) == (op == "is")
    a, b = (order.index(str(each)) if order else each for each in (left, right))
    less, same = a < b, a == b  # type: ignore[operator]  # the checker let them be compared
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[op]


def _order(orders: Orders, *sides: Expression) -> tuple[str, ...]:
    names = [each.text for each in sides if isinstance(each, syntax.Name)]
    return next((orders[each] for each in names if each in orders), ())


def _number(expression: Expression, look: Look, orders: Orders) -> Fraction | None:
    value = value_of(expression, look, orders)
    assert value is None or isinstance(value, Fraction)
    return value


def _arithmetic(expression: syntax.Arithmetic, look: Look, orders: Orders) -> Fraction | None:
    left, right = _number(expression.left, look, orders), _number(expression.right, look, orders)
    if left is None or right is None:
        return None
    match expression.op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right if right else None


def _called(call: syntax.Call, look: Look, orders: Orders) -> Naive:
    values = [value_of(each, look, orders) for each in call.arguments]
    if None in values:
        return None
    match call.function:
        case "days_between":
            start, end = cast("list[date]", values)
            return Fraction((end - start).days)
        case "months_between":
            start, end = cast("list[date]", values)
            return Fraction(whole_months(start, end))
        case "abs":
            return abs(cast(Fraction, values[0]))
    numbers = cast("list[Fraction]", values)
    return min(numbers) if call.function == "min" else max(numbers)


def whole_months(start: date, end: date) -> int:
    """The largest number of months after `start` that is not after `end`; negative by the mirror."""
    if end < start:
        return -whole_months(end, start)
    months = 0
    while start + relativedelta(months=months + 1) <= end:
        months += 1
    return months


def exact(value: object) -> Naive:
    """A record's value: numbers as fractions."""
    if isinstance(value, bool):
        return value
    return Fraction(value) if isinstance(value, Decimal | int) else cast(Naive, value)
