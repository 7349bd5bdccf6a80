"""Types and missing of scalars, against digits counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.plan.digits import common_type, number_size
from engine.plan.inference import children, is_optional, type_of, value_fits
from engine.plan.literals import literal_number
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
    Convert,
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
    conjunction,
    disjunction,
)
from engine.types import BOOLEAN, DATE, ID, ROW, TEXT, Kind, Type, choice, money, number

USD = money("USD", 2).sized(10, 2)
MONEY = Column("amount", USD)
RATE = Column("rate", number(4, 6))
COUNT = Column("count", Type(Kind.INTEGER, digits=5))
MAYBE = Column("maybe", USD, optional=True)
FLAG = Column("flag", BOOLEAN)
OF_ROW = Column("price", money(ROW, 3).sized(10, 3))
UNSURE = Column("unsure", BOOLEAN, optional=True)
DAY = Column("day", DATE)
MISSING = Literal(None, USD)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", (1, 0)),
        ("0.00", (1, 0)),
        ("12.50", (3, 1)),
        ("-3.10", (2, 1)),
        ("0.001", (3, 3)),
        ("1E3", (4, 0)),
        ("100", (3, 0)),
    ],
)
def test_a_number_has_the_fewest_digits_that_hold_it(text: str, size: tuple[int, int]) -> None:
    """Zeros at either end are not digits of the value, those before the point of a whole number are."""
    assert number_size(Decimal(text)) == size


def test_infinity_is_no_number() -> None:
    """A decimal that is not finite has no size."""
    with pytest.raises(ValueError, match="not a number"):
        number_size(Decimal("Infinity"))


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (Literal(Decimal("50000.00"), USD), money("USD", 2).sized(5, 0)),
        (MISSING, USD.sized(1, 0)),
        (Literal("gold", TEXT), TEXT),
        (MONEY, USD),
        (Add(MONEY, MONEY), USD.sized(11, 2)),
        (Subtract(MONEY, COUNT), USD.sized(11, 2)),
        (Add(COUNT, RATE), number(4, 10)),
        (Multiply(MONEY, RATE), USD.sized(16, 6)),
        (Multiply(RATE, MONEY), USD.sized(16, 6)),
        (Multiply(COUNT, COUNT), COUNT.type.sized(10, 0)),
        (Round(MONEY, 0, Mode.DOWN), USD.sized(9, 0)),
        (Round(MONEY, 2, Mode.DOWN), USD),
        (Round(COUNT, 2, Mode.UP), number(2, 7)),
        (Absolute(MONEY), USD),
        (TakenBack(MONEY, COUNT), USD),
        (Least((MONEY, COUNT)), USD),
        (Greatest((RATE, COUNT)), number(4, 9)),
        (DaysBetween(DAY, DAY), Type(Kind.INTEGER, digits=7)),
        (MonthsBetween(DAY, DAY), Type(Kind.INTEGER, digits=7)),
        (Rank(Literal("gold", TEXT), ("silver", "gold")), Type(Kind.INTEGER, digits=4)),
        (IfMissing(MAYBE, literal_number(0)), USD),
        (Case(((FLAG, MONEY),), MISSING), USD),
        (Case((), MISSING), USD.sized(1, 0)),
        (Compare(MONEY, Comparison.LESS, COUNT), BOOLEAN),
        (And((FLAG,)), BOOLEAN),
    ],
)
def test_type_of(scalar: Scalar, expected: Type) -> None:
    """A result has the digits its operands can give it, and the kind that arithmetic gives."""
    assert type_of(scalar) == expected


def test_a_quotient_of_money_is_a_number_without_scale() -> None:
    """The divisor's smallest step is 0.01, so eight digits before the point become ten."""
    assert type_of(Quotient(MONEY, MONEY)) == Type(Kind.NUMBER, digits=10, ratio=True)


def test_a_quotient_by_a_number_stays_money() -> None:
    """Money per something is money; a divisor that is a ratio itself may be any small."""
    assert type_of(Quotient(MONEY, COUNT)) == Type(Kind.MONEY, currency="USD", digits=8, ratio=True)
    assert type_of(Quotient(MONEY, Quotient(COUNT, COUNT))).digits == 38


def test_a_rounded_quotient_has_a_scale_again() -> None:
    """Ten digits before the point and four after; 99999999.99 / 0.01 is the largest, so nothing carries."""
    assert type_of(Round(Quotient(MONEY, MONEY), 4, Mode.HALF_UP)) == number(4, 14)


def test_only_what_is_cut_carries() -> None:
    """99999999.99 / 1 at one digit is 100000000.0, a digit more; any other ratio is taken to carry."""
    assert type_of(Round(Quotient(MONEY, COUNT), 1, Mode.HALF_UP)).digits == 10
    assert type_of(Round(Quotient(MONEY, COUNT), 2, Mode.HALF_UP)).digits == 10
    assert type_of(Round(Absolute(Quotient(MONEY, COUNT)), 2, Mode.HALF_UP)).digits == 11
    assert type_of(Round(Quotient(Quotient(COUNT, COUNT), COUNT), 2, Mode.HALF_UP)).digits == 8


def test_arithmetic_with_a_ratio_is_a_ratio() -> None:
    """Sums, products and choices keep the mark, and count digits before the point only."""
    ratio = Quotient(COUNT, COUNT)
    for scalar in (Add(ratio, RATE), Multiply(RATE, ratio), Least((ratio, RATE)), IfMissing(RATE, ratio)):
        assert type_of(scalar).ratio
        assert type_of(scalar).scale == 0


def test_a_choice_keeps_its_values_beside_a_bare_word() -> None:
    """The type of a case over words is the one that knows the words."""
    tiers = choice("silver", "gold", ordered=True)
    assert common_type(tiers, TEXT) == tiers
    assert common_type(TEXT, tiers).values == ("silver", "gold")


@pytest.mark.parametrize("value", ["1", date(2026, 1, 1)])
def test_a_numeric_literal_holds_a_number(value: Value) -> None:
    """Text and dates in a numeric literal are a fault of the compiler."""
    with pytest.raises(TypeError, match="numeric literal"):
        type_of(Literal(value, USD))


GOLD = choice("silver", "gold")


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (MISSING, True),
        (MONEY, False),
        (MAYBE, True),
        (IsMissing(MAYBE), False),
        (Add(MONEY, MAYBE), True),
        (Quotient(MONEY, literal_number(2)), False),
        (Quotient(MONEY, literal_number(0)), True),
        (Quotient(MONEY, MONEY), True),
        (Quotient(MAYBE, literal_number(2)), True),
        (Rank(Column("tier", GOLD), ("silver", "gold")), False),
        (Rank(Column("tier", GOLD), ("silver",)), True),
        (Rank(Column("tier", GOLD, optional=True), ("silver", "gold")), True),
        (Rank(Column("tier", TEXT), ("silver", "gold")), True),
        (Rank(Literal("gold", TEXT), ("silver", "gold")), False),
        (IfMissing(MAYBE, MONEY), False),
        (IfMissing(MAYBE, MAYBE), True),
        (Case(((UNSURE, MONEY),), MONEY), False),
        (Case(((FLAG, MAYBE),), MONEY), True),
        (Case(((FLAG, MONEY),), MISSING), True),
        (Not(UNSURE), True),
        (Or((FLAG, FLAG)), False),
    ],
)
def test_is_optional(scalar: Scalar, expected: bool) -> None:
    """Only what can be missing for some row is optional."""
    assert is_optional(scalar) is expected


def test_children_are_the_operands_in_order() -> None:
    """Every node names all of its operands, so that walks over a scalar miss none."""
    one, two = literal_number(1), literal_number(2)
    assert children(one) == ()
    assert children(Quotient(MONEY, one)) == (MONEY, one)
    assert children(Compare(one, Comparison.LESS, two)) == (one, two)
    assert children(Rank(MONEY, ())) == (MONEY,)
    assert children(AtLeast(1, (FLAG, UNSURE))) == (FLAG, UNSURE)
    assert children(Among(MONEY, (one, two))) == (MONEY, one, two)
    assert children(Between(MONEY, one, two)) == (MONEY, one, two)
    assert children(Case(((FLAG, one),), two)) == (FLAG, one, two)


@pytest.mark.parametrize(
    ("value", "type", "expected"),
    [
        (None, USD, True),
        (True, BOOLEAN, True),
        (1, BOOLEAN, False),
        (date(2026, 1, 1), DATE, True),
        ("2026-01-01", DATE, False),
        ("gold", GOLD, True),
        (3, ID, False),
        (Decimal("1.25"), USD, True),
        (Decimal("1.255"), USD, False),
        (10**8, USD, False),
        (True, USD, False),
        ("1", USD, False),
    ],
)
def test_value_fits(value: Value, type: Type, expected: bool) -> None:
    """A written value has the class, the digits and the scale of its column."""
    assert value_fits(value, type) is expected


def test_a_converted_amount_is_money_of_the_other_currency() -> None:
    """The digits of a product; only an amount is converted, and only by a plain number."""
    converted = Convert(OF_ROW, RATE, "USD")
    assert type_of(converted) == money("USD", 7).sized(16, 7)
    assert (converted.fits, is_optional(converted)) == (True, False)
    assert is_optional(Convert(OF_ROW, Column("maybe rate", number(4, 6), optional=True), "USD"))
    assert not Convert(RATE, RATE, "USD").fits
    assert not Convert(OF_ROW, OF_ROW, "USD").fits


@pytest.mark.parametrize(
    ("digits", "scale", "to", "missing"),
    [
        (38, 2, 2, False),  # 36 before the point and 2 after it
        (38, 2, 3, True),
        (38, 2, 1, False),  # 36 and 1, and one more for 9.96
        (38, 1, 0, False),  # 37, and one more
        (38, 0, 0, False),
        (37, 0, 1, False),
        (37, 0, 2, True),
        (5, 2, 30, False),
        (5, 2, 36, True),
    ],
)
def test_a_rounded_number_may_be_missing_where_no_decimal_holds_it(
    digits: int, scale: int, to: int, missing: bool
) -> None:
    """More than 38 digits before and after the point together."""
    assert is_optional(Round(Column("x", number(scale, digits)), to, Mode.HALF_UP)) is missing


TERM, OTHER = Column("a", BOOLEAN), Column("b", BOOLEAN)


def test_conditions_put_together() -> None:
    """One alone stays what it is; of none, all hold and none does."""
    assert (conjunction([]), disjunction([])) == (Literal(True, BOOLEAN), Literal(False, BOOLEAN))
    assert (conjunction([TERM]), disjunction(iter([TERM]))) == (TERM, TERM)
    assert (conjunction([TERM, OTHER]), disjunction([TERM, OTHER])) == (And((TERM, OTHER)), Or((TERM, OTHER)))
