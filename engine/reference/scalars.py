"""What a scalar node means: a value from one row.

Numbers are `int` or `Fraction` inside, so nothing is lost before `Round`. Missing is `None`
and spreads, except where the node's docstring in `engine/plan/scalar.py` says otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import assert_never, cast

from engine.calendar import months_between
from engine.plan.inference import children
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Bands,
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
from engine.reference.bands import banded, read_bands
from engine.rounding import round_decimal
from engine.types import MAX_DIGITS

Exact = Fraction | int | str | bool | date | None
"""A value inside the evaluator: as `Value`, with fractions for decimals."""

Row = Mapping[str, Value | Fraction]
"""A row by column name; the evaluator's own rows hold `Exact` values."""

COMPARE: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.MORE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.EQUAL: operator.eq,
    Comparison.UNEQUAL: operator.ne,
}


def exact(value: Value | Fraction) -> Exact:
    """The value with a decimal turned into a fraction."""
    return _fraction(value) if isinstance(value, Decimal) else value


@lru_cache(maxsize=4096)  # the literals of a plan are read once per row
def _fraction(value: Decimal) -> Fraction:
    return Fraction(value)


def evaluate_scalar(scalar: Scalar, row: Row, base: Row | None = None) -> Exact:
    """The value of `scalar` for `row`; inside a `Measure`, `base` is the row measured for."""
    match scalar:
        case Column():
            return exact((base if scalar.of_base and base is not None else row)[scalar.name])
        case Literal():
            return exact(scalar.value)
        case Compare():
            return compared(
                scalar.op, evaluate_scalar(scalar.left, row, base), evaluate_scalar(scalar.right, row, base)
            )
        case And():
            return all_of(evaluate_scalar(term, row, base) for term in scalar.terms)
        case Or():
            return any_of(evaluate_scalar(term, row, base) for term in scalar.terms)
        case Not():
            return negated(evaluate_scalar(scalar.term, row, base))
        case AtLeast():
            return at_least(scalar.count, [evaluate_scalar(term, row, base) for term in scalar.terms])
        case Between():
            value = evaluate_scalar(scalar.value, row, base)
            low, high = evaluate_scalar(scalar.low, row, base), evaluate_scalar(scalar.high, row, base)
            return all_of((compared(Comparison.AT_LEAST, value, low), compared(Comparison.AT_MOST, value, high)))
        case Among():
            value = evaluate_scalar(scalar.value, row, base)
            return any_of(compared(Comparison.EQUAL, value, exact(option.value)) for option in scalar.options)
        case IsMissing():
            return evaluate_scalar(scalar.value, row, base) is None
        case IfMissing():
            value = evaluate_scalar(scalar.value, row, base)
            return evaluate_scalar(scalar.default, row, base) if value is None else value
        case Case():
            for condition, result in scalar.branches:
                if evaluate_scalar(condition, row, base) is True:
                    return evaluate_scalar(result, row, base)
            return evaluate_scalar(scalar.otherwise, row, base)
        case Bands():
            measure = evaluate_scalar(scalar.measure, row, base)
            table = read_bands(scalar, lambda each: evaluate_scalar(each, row, base))
            return None if measure is None or table is None else banded(table, Fraction(cast(Fraction, measure)))
        case _:
            return _computed(scalar, [evaluate_scalar(operand, row, base) for operand in children(scalar)])


Numeric = Add | Subtract | Multiply | Quotient | Round | Least | Greatest | Absolute | TakenBack
Computed = Numeric | DaysBetween | MonthsBetween | Rank
"""The nodes that are missing as soon as one operand is."""


def _computed(scalar: Computed, values: Sequence[Exact]) -> Exact:
    """Arithmetic, dates and look-ups: missing when any operand is."""
    if any(value is None for value in values):
        return None
    match scalar:
        case DaysBetween():
            start, end = cast("Sequence[date]", values)
            return (end - start).days
        case MonthsBetween():
            start, end = cast("Sequence[date]", values)
            return months_between(start, end)
        case Rank():
            text = cast(str, values[0])
            return scalar.values.index(text) if text in scalar.values else None
        case _:
            return _arithmetic(scalar, cast("Sequence[Fraction]", values))


def _arithmetic(scalar: Numeric, numbers: Sequence[Fraction]) -> Exact:
    """Exact arithmetic over operands that are there; smallest and largest also take dates."""
    match scalar:
        case Add():
            return numbers[0] + numbers[1]
        case Subtract():
            return numbers[0] - numbers[1]
        case Multiply():
            return numbers[0] * numbers[1]
        case Quotient():
            return None if numbers[1] == 0 else Fraction(numbers[0]) / numbers[1]
        case Round():
            number = Fraction(round_decimal(Fraction(numbers[0]), scalar.scale, scalar.mode))
            return number if fits(number, scalar.scale) else None
        case Least():
            return min(numbers)
        case Greatest():
            return max(numbers)
        case Absolute():
            return abs(numbers[0])
        case TakenBack():
            value, sold = numbers
            lowers = value <= 0 if sold >= 0 else value >= 0
            return value if lowers else None
    assert_never(scalar)


def fits(number: Fraction, scale: int) -> bool:
    """Whether a decimal of the engine holds a number with so many digits after the point."""
    return bool(abs(number) * 10**scale < 10**MAX_DIGITS)


def compared(op: Comparison, left: Exact, right: Exact) -> bool | None:
    """Whether `left op right`; missing when a side is. Text compares by code point."""
    if left is None or right is None:
        return None
    return COMPARE[op](cast(Fraction, left), cast(Fraction, right))


def all_of(terms: Iterable[Exact]) -> bool | None:
    """Kleene and: false as soon as one is false."""
    result: bool | None = True
    for term in terms:
        if term is False:
            return False
        if term is None:
            result = None
    return result


def any_of(terms: Iterable[Exact]) -> bool | None:
    """Kleene or: true as soon as one is true."""
    result: bool | None = False
    for term in terms:
        if term is True:
            return True
        if term is None:
            result = None
    return result


def negated(term: Exact) -> bool | None:
    """Kleene not."""
    return None if term is None else term is False


def at_least(count: int, terms: Sequence[Exact]) -> bool | None:
    """Whether `count` terms are true; missing while the undecided ones could still tip it."""
    true = sum(1 for term in terms if term is True)
    undecided = sum(1 for term in terms if term is None)
    if true >= count:
        return True
    return None if true + undecided >= count else False
