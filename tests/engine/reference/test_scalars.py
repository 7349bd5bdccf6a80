"""Every scalar node by values worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Band,
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
    Method,
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
from engine.reference.scalars import evaluate_scalar
from engine.types import BOOLEAN, DATE, INTEGER, TEXT, number

NUMBER = number(2)


def num(text: str | None) -> Literal:
    """A number, or missing."""
    return Literal(None if text is None else Decimal(text), NUMBER)


def truth(value: bool | None) -> Literal:
    """True, false, or cannot decide."""
    return Literal(value, BOOLEAN)


def day(text: str | None) -> Literal:
    """A day, or missing."""
    return Literal(None if text is None else date.fromisoformat(text), DATE)


def text(value: str | None) -> Literal:
    """A text, or missing."""
    return Literal(value, TEXT)


YES, NO, UNKNOWN = truth(True), truth(False), truth(None)
TWO, THREE, NONE = num("2"), num("3"), num(None)


def value_of(scalar: Scalar) -> Value | Fraction:
    """The scalar for an empty row."""
    return evaluate_scalar(scalar, {})


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (Add(num("0.1"), num("0.2")), Fraction(3, 10)),
        (Add(TWO, NONE), None),
        (Subtract(TWO, THREE), -1),
        (Subtract(NONE, THREE), None),
        (Multiply(num("1.10"), num("1.10")), Fraction(121, 100)),
        (Multiply(num("0"), NONE), None),
        (Quotient(TWO, THREE), Fraction(2, 3)),
        (Quotient(TWO, num("0")), None),
        (Quotient(NONE, num("0")), None),
        (Least((TWO, THREE)), 2),
        (Least((TWO, NONE)), None),
        (Greatest((TWO, THREE)), 3),
        (Greatest((NONE, THREE)), None),
        (Absolute(num("-2.50")), Fraction(5, 2)),
        (Absolute(NONE), None),
        (TakenBack(num("-3"), TWO), -3),
        (TakenBack(num("0"), TWO), 0),
        (TakenBack(THREE, TWO), None),
        (TakenBack(THREE, num("-2")), 3),
        (TakenBack(num("-3"), num("-2")), None),
        (TakenBack(num("-3"), num("0")), -3),
        (TakenBack(THREE, num("0")), None),
        (TakenBack(NONE, TWO), None),
        (TakenBack(num("0"), NONE), None),
    ],
)
def test_arithmetic_is_exact_and_missing_spreads(scalar: Scalar, expected: Value | Fraction) -> None:
    """Sums, products and quotients lose no digit; a missing operand makes them missing."""
    assert value_of(scalar) == expected


@pytest.mark.parametrize(
    ("value", "mode", "expected"),
    [
        ("2.345", Mode.HALF_UP, "2.35"),
        ("2.345", Mode.HALF_EVEN, "2.34"),
        ("2.349", Mode.DOWN, "2.34"),
        ("2.341", Mode.UP, "2.35"),
        ("-2.345", Mode.HALF_UP, "-2.35"),
    ],
)
def test_round_is_the_one_node_that_loses_digits(value: str, mode: Mode, expected: str) -> None:
    """Ties and remainders follow the mode; the sign does not matter."""
    assert value_of(Round(num(value), 2, mode)) == Fraction(expected)


def test_rounding_a_quotient_uses_the_exact_ratio() -> None:
    """2/3 is 0.67 and missing stays missing."""
    assert value_of(Round(Quotient(TWO, THREE), 2, Mode.HALF_UP)) == Fraction(67, 100)
    assert value_of(Round(NONE, 2, Mode.HALF_UP)) is None


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (DaysBetween(day("2026-01-31"), day("2026-03-01")), 29),
        (DaysBetween(day("2026-03-01"), day("2026-01-31")), -29),
        (DaysBetween(day(None), day("2026-01-31")), None),
        (MonthsBetween(day("2026-01-31"), day("2026-02-28")), 1),  # clamped: 31 January + 1 month
        (MonthsBetween(day("2026-01-31"), day("2026-02-27")), 0),
        (MonthsBetween(day("2026-02-28"), day("2025-02-28")), -12),
        (MonthsBetween(day("2026-02-28"), day(None)), None),
    ],
)
def test_dates_count_days_and_whole_months(scalar: Scalar, expected: int | None) -> None:
    """Differences of days, and months clamped to the last day."""
    assert value_of(scalar) == expected


@pytest.mark.parametrize(
    ("op", "below", "same", "above"),
    [
        (Comparison.LESS, True, False, False),
        (Comparison.AT_MOST, True, True, False),
        (Comparison.MORE, False, False, True),
        (Comparison.AT_LEAST, False, True, True),
        (Comparison.EQUAL, False, True, False),
        (Comparison.UNEQUAL, True, False, True),
    ],
)
def test_comparisons_below_on_and_above_the_threshold(op: Comparison, below: bool, same: bool, above: bool) -> None:
    """Each comparison on the three sides of 2, for numbers and for text by code point."""
    assert [value_of(Compare(num(each), op, TWO)) for each in ("1.99", "2.00", "2.01")] == [below, same, above]
    assert [value_of(Compare(text(each), op, text("a"))) for each in ("Z", "a", "b")] == [below, same, above]


def test_a_comparison_of_missing_cannot_be_decided() -> None:
    """Either side missing gives missing, for every comparison."""
    for op in Comparison:
        assert value_of(Compare(NONE, op, TWO)) is None
        assert value_of(Compare(TWO, op, NONE)) is None


def test_ratios_compare_exactly_and_not_after_rounding() -> None:
    """Growth of 14.996 % does not reach 15 %; of exactly 15 % it does."""
    fifteen = Literal(Decimal("0.15"), number(4))
    assert value_of(Compare(Quotient(num("14996"), num("100000")), Comparison.AT_LEAST, fifteen)) is False
    assert value_of(Compare(Quotient(num("15000"), num("100000")), Comparison.AT_LEAST, fifteen)) is True


def test_kleene_and() -> None:
    """False wins over missing, missing over true; of nothing it is true."""
    assert value_of(And((YES, UNKNOWN, NO))) is False
    assert value_of(And((YES, UNKNOWN))) is None
    assert value_of(And((YES, YES))) is True
    assert value_of(And(())) is True


def test_kleene_or() -> None:
    """True wins over missing, missing over false; of nothing it is false."""
    assert value_of(Or((NO, UNKNOWN, YES))) is True
    assert value_of(Or((NO, UNKNOWN))) is None
    assert value_of(Or((NO, NO))) is False
    assert value_of(Or(())) is False


def test_kleene_not() -> None:
    """Not of cannot-decide cannot be decided."""
    assert [value_of(Not(each)) for each in (YES, NO, UNKNOWN)] == [False, True, None]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((YES, YES, NO), True),
        ((YES, NO, NO), False),
        ((YES, UNKNOWN, NO), None),
        ((UNKNOWN, NO, NO), False),  # even if the unknown one is met, it is one of two
    ],
)
def test_at_least_two(terms: tuple[Literal, ...], expected: bool | None) -> None:
    """Decided as soon as the undecided terms cannot change it."""
    assert value_of(AtLeast(2, terms)) is expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        ("2", "2", "3", True),
        ("3", "2", "3", True),
        ("3.01", "2", "3", False),
        ("1", "2", None, False),  # refuted by one side
        ("4", None, "3", False),
        ("2", "2", None, None),
        (None, "2", "3", None),
    ],
)
def test_between_includes_both_ends(
    value: str | None, low: str | None, high: str | None, expected: bool | None
) -> None:
    """Both ends count, and one refuted side decides."""
    assert value_of(Between(num(value), num(low), num(high))) is expected


def test_among_the_listed_values() -> None:
    """In the list, not in it, and missing."""
    options = (text("emea"), text("na"))
    assert value_of(Among(text("na"), options)) is True
    assert value_of(Among(text("apac"), options)) is False
    assert value_of(Among(text(None), options)) is None


def test_missing_can_be_asked_and_replaced() -> None:
    """`is missing` is always decided; `if missing` takes the default only then."""
    assert value_of(IsMissing(NONE)) is True
    assert value_of(IsMissing(TWO)) is False
    assert value_of(IfMissing(NONE, THREE)) == 3
    assert value_of(IfMissing(TWO, THREE)) == 2
    assert value_of(IfMissing(NONE, NONE)) is None


def test_rank_is_the_place_in_the_list() -> None:
    """From 0; a text not listed, or missing, has no rank."""
    ladder = ("registered", "silver", "gold")
    assert value_of(Rank(text("registered"), ladder)) == 0
    assert value_of(Rank(text("gold"), ladder)) == 2
    assert value_of(Rank(text("bronze"), ladder)) is None
    assert value_of(Rank(text(None), ladder)) is None


def test_case_takes_the_first_branch_that_is_true() -> None:
    """A branch that cannot be decided is not true."""
    assert value_of(Case(((UNKNOWN, num("1")), (YES, TWO), (YES, THREE)), num("9"))) == 2
    assert value_of(Case(((NO, num("1")),), num("9"))) == 9


def test_columns_read_the_row_or_the_base() -> None:
    """`of_base` reads the row measured for; decimals become fractions."""
    row: dict[str, Value] = {"amount": Decimal("1.50")}
    base: dict[str, Value] = {"amount": Decimal("7"), "count": 3}
    assert evaluate_scalar(Column("amount", NUMBER), row, base) == Fraction(3, 2)
    assert evaluate_scalar(Column("amount", NUMBER, of_base=True), row, base) == 7
    assert evaluate_scalar(Column("count", INTEGER, of_base=True), row, base) == 3


def test_bands_of_a_missing_measure_are_missing() -> None:
    """No measure, no amount; a measure earns its rate."""
    bands = (Band(literal_number(0), rate=literal_number(Decimal("0.10"))),)
    assert value_of(Bands(NONE, bands, Method.WHOLE, NUMBER)) is None
    assert value_of(Bands(TWO, bands, Method.WHOLE, NUMBER)) == Fraction(1, 5)
