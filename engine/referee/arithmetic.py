"""Exact arithmetic of the referee: a value is a ratio of two integers, the lower one positive.

Written separately from the reference evaluator on purpose, and over integers only: no Decimal
context, no Fraction, nothing that rounds by itself.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Between,
    Case,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
    Literal,
    Mode,
    MonthsBetween,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Round,
    Scalar,
    Subtract,
    TakenBack,
    Value,
)
from engine.types import MAX_DIGITS, Kind

T = TypeVar("T")
Row = Mapping[str, Value | Fraction]
Ratio = tuple[int, int]
Number = Callable[[Row], Ratio | None]
Truth = Callable[[Row], bool | None]
Words = Callable[[Row], str | None]
Definition = Callable[[str], Scalar | None]
"""How a boolean column is defined in the Plan; None for a field of a record."""


class NotCovered(Exception):
    """The referee has no arithmetic for this; the message says for what."""


def is_textual(scalar: Scalar) -> bool:
    """Whether the expression gives a text."""
    match scalar:
        case Literal(_, type) | Column(_, type):
            return type.is_textual
        case IfMissing(value, _):
            return is_textual(value)
        case Case(branches, otherwise):
            return is_textual(branches[0][1] if branches else otherwise)
        case _:
            return False


def ratio_of(value: Value | Fraction) -> Ratio | None:
    """A stored value as a ratio; dates count days, true is 1."""
    match value:
        case None:
            return None
        case bool():
            return (1, 1) if value else (0, 1)
        case date():
            return (value.toordinal(), 1)
        case int() | Decimal() | Fraction():
            return value.as_integer_ratio()
        case _:
            raise NotCovered("a text where a number is needed")


def number(scalar: Scalar, define: Definition) -> Number:
    """A function from a row to the expression's exact value, None when missing."""
    match scalar:
        case Literal(value, _):
            constant = ratio_of(value)
            return lambda row: constant
        case Column(name, type):
            if type.is_textual:
                raise NotCovered("a text where a number is needed")
            if type.kind is Kind.BOOLEAN and (definition := define(name)) is not None:
                return _flag(truth(definition, define))
            return lambda row: ratio_of(row[name])
        case Add(left, right):
            return _pairwise(left, right, define, add)
        case Subtract(left, right):
            return _pairwise(left, right, define, lambda a, b: add(a, (-b[0], b[1])))
        case Multiply(left, right):
            return _pairwise(left, right, define, lambda a, b: (a[0] * b[0], a[1] * b[1]))
        case Quotient(left, right):
            return _pairwise(left, right, define, divide)
        case TakenBack(value, sold):
            return _pairwise(value, sold, define, taken_back)
        case Least(values):
            return _chosen(values, define, smaller)
        case Greatest(values):
            return _chosen(values, define, lambda a, b: b if smaller(a, b) == a else a)
        case Absolute(value):
            inner = number(value, define)
            return lambda row: None if (given := inner(row)) is None else (abs(given[0]), given[1])
        case Round(value, scale, mode):
            inner = number(value, define)
            return lambda row: None if (given := inner(row)) is None else _short(rounded(given, scale, mode))
        case DaysBetween(start, end):
            return _between_dates(start, end, lambda a, b: (b - a).days)
        case MonthsBetween(start, end):
            return _between_dates(start, end, months_between)
        case Rank(value, listed):
            text = words(value, define)
            places = {word: (place, 1) for place, word in enumerate(listed)}
            return lambda row: None if (word := text(row)) is None else places.get(word)
        case IfMissing(value, default):
            first, second = number(value, define), number(default, define)
            return lambda row: second(row) if (given := first(row)) is None else given
        case Case(branches, otherwise):
            return _case(
                [(truth(test, define), number(then, define)) for test, then in branches], number(otherwise, define)
            )
        case Compare() | Among() | Between() | IsMissing() | And() | Or() | Not() | AtLeast():
            return _flag(truth(scalar, define))
        case _:
            raise NotCovered("a band table inside a condition")


def truth(scalar: Scalar, define: Definition) -> Truth:
    """A function from a row to true, false or None.

    Used inside numbers only, for the branches of a case: a condition itself is for the rule engine.
    """
    match scalar:
        case Compare(left, op, right):
            if is_textual(left) or is_textual(right):
                return _compare_words(words(left, define), op, words(right, define))
            return _compare(number(left, define), op, number(right, define))
        case Among(value, options):
            return _any(tuple(truth(Compare(value, Comparison.EQUAL, option), define) for option in options))
        case Between(value, low, high):
            lower, upper = Compare(value, Comparison.AT_LEAST, low), Compare(value, Comparison.AT_MOST, high)
            return _all((truth(lower, define), truth(upper, define)))
        case IsMissing(value):
            inner = present(value, define)
            return lambda row: not inner(row)
        case And(terms):
            return _all(tuple(truth(term, define) for term in terms))
        case Or(terms):
            return _any(tuple(truth(term, define) for term in terms))
        case Not(term):
            negated = truth(term, define)
            return lambda row: None if (given := negated(row)) is None else not given
        case AtLeast(count, terms):
            return _at_least(count, tuple(truth(term, define) for term in terms))
        case _:
            flag = number(scalar, define)
            return lambda row: None if (given := flag(row)) is None else given[0] != 0


def words(scalar: Scalar, define: Definition) -> Words:
    """A function from a row to the expression's text, None when missing."""
    match scalar:
        case Literal(value, _):
            constant = _text(value)
            return lambda row: constant
        case Column(name, type):
            if not type.is_textual:
                raise NotCovered("a text compared with something else")
            return lambda row: _text(row[name])
        case IfMissing(value, default):
            first, second = words(value, define), words(default, define)
            return lambda row: second(row) if (given := first(row)) is None else given
        case Case(branches, otherwise):
            return _case(
                [(truth(test, define), words(then, define)) for test, then in branches], words(otherwise, define)
            )
        case _:
            raise NotCovered("a text compared with something else")


def present(scalar: Scalar, define: Definition) -> Callable[[Row], bool]:
    """A function from a row to whether the expression has a value."""
    value = words(scalar, define) if is_textual(scalar) else number(scalar, define)
    return lambda row: value(row) is not None


def add(a: Ratio, b: Ratio) -> Ratio:
    """The sum."""
    return (a[0] + b[0], a[1]) if a[1] == b[1] else (a[0] * b[1] + b[0] * a[1], a[1] * b[1])


def divide(a: Ratio, b: Ratio) -> Ratio | None:
    """The quotient, None for b = 0; the sign moves to the upper integer."""
    if b[0] == 0:
        return None
    upper, lower = a[0] * b[1], a[1] * b[0]
    return (upper, lower) if lower > 0 else (-upper, -lower)


def taken_back(value: Ratio, sold: Ratio) -> Ratio | None:
    """What a return takes back of what was sold, None where it would raise it."""
    return value if (value[0] <= 0 if sold[0] >= 0 else value[0] >= 0) else None


def smaller(a: Ratio, b: Ratio) -> Ratio:
    """The smaller of two; the first on a tie."""
    return a if a[0] * b[1] <= b[0] * a[1] else b


def _short(value: Ratio) -> Ratio | None:
    """A rounded number, or none where it has more digits than a decimal of the engine."""
    return value if abs(value[0]) < 10**MAX_DIGITS else None


def rounded(value: Ratio, scale: int, mode: Mode) -> Ratio:
    """The value at `scale` digits, as a ratio over a power of ten."""
    unit = 10**scale
    whole, rest = divmod(abs(value[0]) * unit, value[1])
    twice = 2 * rest
    match mode:
        case Mode.DOWN:
            up = False
        case Mode.UP:
            up = rest > 0
        case Mode.HALF_UP:
            up = twice >= value[1]
        case Mode.HALF_EVEN:
            up = twice > value[1] or (twice == value[1] and whole % 2 == 1)
    size = whole + up
    return (size if value[0] >= 0 else -size, unit)


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`; a month later than the 31st ends on the month's last day."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    last_day = monthrange(end.year, end.month)[1]
    return months if end.day >= min(start.day, last_day) else months - 1


def _text(value: Value | Fraction) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise NotCovered("a text compared with something else")


def _day(scalar: Scalar) -> Callable[[Row], date | None]:
    match scalar:
        case Literal(value, _):
            return lambda row: value if isinstance(value, date) else None
        case Column(name, _):
            return lambda row: found if isinstance(found := row[name], date) else None
        case _:
            raise NotCovered("a date that is computed")


def _between_dates(start: Scalar, end: Scalar, measure: Callable[[date, date], int]) -> Number:
    first, last = _day(start), _day(end)

    def value(row: Row) -> Ratio | None:
        a, b = first(row), last(row)
        return None if a is None or b is None else (measure(a, b), 1)

    return value


def _pairwise(
    left: Scalar, right: Scalar, define: Definition, operation: Callable[[Ratio, Ratio], Ratio | None]
) -> Number:
    first, second = number(left, define), number(right, define)

    def value(row: Row) -> Ratio | None:
        a = first(row)
        b = second(row)
        return None if a is None or b is None else operation(a, b)

    return value


def _chosen(values: tuple[Scalar, ...], define: Definition, choose: Callable[[Ratio, Ratio], Ratio]) -> Number:
    parts = [number(each, define) for each in values]

    def value(row: Row) -> Ratio | None:
        best: Ratio | None = None
        for part in parts:
            given = part(row)
            if given is None:
                return None
            best = given if best is None else choose(best, given)
        return best

    return value


def _flag(test: Truth) -> Number:
    return lambda row: None if (given := test(row)) is None else (int(given), 1)


def _case(branches: list[tuple[Truth, Callable[[Row], T]]], otherwise: Callable[[Row], T]) -> Callable[[Row], T]:
    def value(row: Row) -> T:
        for test, then in branches:
            if test(row):
                return then(row)
        return otherwise(row)

    return value


_ORDER: dict[Comparison, Callable[[int, int], bool]] = {
    Comparison.LESS: lambda a, b: a < b,
    Comparison.AT_MOST: lambda a, b: a <= b,
    Comparison.MORE: lambda a, b: a > b,
    Comparison.AT_LEAST: lambda a, b: a >= b,
    Comparison.EQUAL: lambda a, b: a == b,
    Comparison.UNEQUAL: lambda a, b: a != b,
}


def _compare(left: Number, op: Comparison, right: Number) -> Truth:
    holds = _ORDER[op]

    def value(row: Row) -> bool | None:
        a, b = left(row), right(row)
        return None if a is None or b is None else holds(a[0] * b[1], b[0] * a[1])

    return value


def _compare_words(left: Words, op: Comparison, right: Words) -> Truth:
    if op not in (Comparison.EQUAL, Comparison.UNEQUAL):
        raise NotCovered("an order of texts")

    def value(row: Row) -> bool | None:
        a, b = left(row), right(row)
        return None if a is None or b is None else (a == b) is (op is Comparison.EQUAL)

    return value


def _all(tests: tuple[Truth, ...]) -> Truth:
    def value(row: Row) -> bool | None:
        seen = {test(row) for test in tests}
        return False if False in seen else None if None in seen else True

    return value


def _any(tests: tuple[Truth, ...]) -> Truth:
    def value(row: Row) -> bool | None:
        seen = {test(row) for test in tests}
        return True if True in seen else None if None in seen else False

    return value


def _at_least(count: int, tests: tuple[Truth, ...]) -> Truth:
    def value(row: Row) -> bool | None:
        seen = [test(row) for test in tests]
        if seen.count(True) >= count:
            return True
        return False if len(seen) - seen.count(False) < count else None

    return value
