"""Values that go by the currency of the row, as they are for one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.currencies import currencies_in, in_currency
from engine.plan.scalar import And, Case, Column, Compare, Comparison, Literal, Scalar
from engine.types import BOOLEAN, choice, number

CURRENCY = Column("currency", choice("USD", "JPY", "KWD"))
GOLD = Column("gold", BOOLEAN)


def is_in(code: str) -> Compare:
    """Whether the row is in a currency."""
    return Compare(CURRENCY, Comparison.EQUAL, Literal(code, CURRENCY.type))


def of(value: int | None) -> Literal:
    """A number, or nothing."""
    return Literal(None if value is None else Decimal(value), number(0))


NOTHING = of(None)
LISTED = Case(((is_in("USD"), of(1)), (is_in("JPY"), of(2))), NOTHING)
BELOW = Case(((GOLD, LISTED), (And((is_in("JPY"), GOLD)), of(3)), (is_in("JPY"), of(4)), (GOLD, of(5))), NOTHING)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (of(7), "USD", of(7)),
        (GOLD, "USD", GOLD),
        (LISTED, "JPY", of(2)),
        (LISTED, "KWD", NOTHING),
        (BELOW, "JPY", Case(((GOLD, of(2)), (And((is_in("JPY"), GOLD)), of(3))), of(4))),
        (BELOW, "KWD", Case(((GOLD, NOTHING), (GOLD, of(5))), NOTHING)),
    ],
)
def test_a_value_in_one_currency(value: Scalar, code: str, expected: Scalar) -> None:
    """What is listed for others is left out; what asks for more than the currency stays asked."""
    assert in_currency(value, "currency", code) == expected


def test_the_currencies_that_are_named() -> None:
    """In their order, wherever they stand; not those of another column."""
    assert list(currencies_in(BELOW, "currency")) == ["USD", "JPY", "JPY", "JPY"]
    assert list(currencies_in(BELOW, "paid")) == []
