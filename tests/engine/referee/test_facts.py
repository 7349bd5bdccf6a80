"""Rows as integers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.plan.scalar import Column, IsMissing, Quotient, Scalar
from engine.referee.arithmetic import Row
from engine.referee.facts import cross, encoder
from engine.referee.translate import LIMIT, brief_of
from tests.engine.referee.conditions import (
    AT_LEAST,
    EQUAL,
    RATIO,
    amount,
    compare,
    condition,
    literal,
    plan,
    text,
    whole,
)


def fact(scalar: Scalar, row: Row) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
    """The fields of one condition's fact, and what was refused."""
    encoded = encoder(brief_of(plan(condition("t.1", scalar))))(row)
    return encoded.values, tuple(reason for _, reason in encoded.refused)


def test_money_is_in_minor_units() -> None:
    """A scaled number is the exact integer; a missing one has no field."""
    scalar = compare(amount("a"), AT_LEAST, literal(Decimal("10.5")))
    assert fact(scalar, {"a": Decimal("12.34")}) == ((1234,), ())
    assert fact(scalar, {"a": None}) == ((None,), ())


def test_more_digits_than_declared_are_refused() -> None:
    """A value that is not a whole number of its smallest unit is not rounded but refused."""
    refused = ("a value with more than 2 digits after the point",)
    assert fact(compare(amount("a"), AT_LEAST, literal(1)), {"a": Decimal("0.001")}) == ((None,), refused)


def test_values_beyond_the_limit_are_refused() -> None:
    """2**62 itself is the last value that passes."""
    scalar = compare(whole("a"), AT_LEAST, literal(1))
    assert fact(scalar, {"a": LIMIT}) == ((LIMIT,), ())
    assert fact(scalar, {"a": -LIMIT - 1}) == ((None,), ("a value beyond 62 bits",))
    ratio = compare(Quotient(whole("a"), whole("b")), AT_LEAST, whole("c"))
    assert fact(ratio, {"a": LIMIT + 1, "b": 1, "c": 7})[1] == ("a value beyond 62 bits",) * 2


def test_quotients_are_multiplied_across() -> None:
    """Both sides of a comparison with a ratio become integers that compare alike."""
    growth = Quotient(amount("a"), amount("b"))
    scalar = compare(growth, AT_LEAST, literal(Decimal("0.1")))
    (left, right), _ = fact(scalar, {"a": Decimal(11), "b": Decimal(-100)})
    assert left is not None
    assert right is not None
    assert (left >= right) is (Fraction(-11, 100) >= Fraction(1, 10))
    assert fact(scalar, {"a": Decimal(11), "b": Decimal(0)}) == ((None, None), ())
    assert fact(compare(Column("r", RATIO), AT_LEAST, literal(0)), {"r": Fraction(1, 3)}) == ((1, 0), ())


@given(st.fractions(), st.fractions(), st.sampled_from([1, 2**40, 2**61]))
def test_crossing_keeps_the_order(a: Fraction, b: Fraction, factor: int) -> None:
    """Common factors are taken out of numbers beyond the limit, and the order stays."""
    left, right = cross((a.numerator * factor, a.denominator), (b.numerator * factor, b.denominator))
    assert (left > right, left == right) == (a > b, a == b)


def test_texts_are_numbered_by_the_plan() -> None:
    """A text the Plan names has its number; others differ from those and from each other."""
    scalar = compare(text("a"), EQUAL, literal("gold"))
    assert fact(scalar, {"a": "gold"}) == ((1,), ())
    assert fact(scalar, {"a": "other"}) == ((-1,), ())
    both = compare(text("a"), EQUAL, text("b"))
    assert fact(both, {"a": "x", "b": "y"}) == ((-1, -2), ())
    assert fact(both, {"a": "x", "b": "x"}) == ((-1, -1), ())
    assert fact(both, {"a": "x", "b": None}) == ((-1, None), ())


def test_presence_is_a_field_of_its_own() -> None:
    """`is missing` asks for a field that is there or not, whatever the value's size."""
    assert fact(IsMissing(whole("a")), {"a": 2**80}) == ((1,), ())
    assert fact(IsMissing(text("a")), {"a": None}) == ((None,), ())


def test_dates_are_day_numbers() -> None:
    """A date compares as its day number."""
    scalar = compare(whole("a"), AT_LEAST, literal(date(2026, 1, 1)))
    assert fact(scalar, {"a": date(2026, 1, 2)}) == ((date(2026, 1, 2).toordinal(),), ())
