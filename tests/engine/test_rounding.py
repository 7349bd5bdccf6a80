"""Rounding against the decimal module with room to spare, and the cases where modes differ."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rounding import round_decimal
from engine.types import Mode

AMPLE = decimal.Context(prec=200)
NAMES = {
    Mode.HALF_UP: decimal.ROUND_HALF_UP,
    Mode.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Mode.DOWN: decimal.ROUND_DOWN,
    Mode.UP: decimal.ROUND_UP,
}
VALUES = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20)


@given(VALUES, st.integers(0, 8), st.sampled_from(Mode))
def test_agrees_with_quantize(value: Decimal, scale: int, mode: Mode) -> None:
    """A decimal rounds as `quantize` does with enough digits, but for the sign of zero."""
    expected = value.quantize(Decimal((0, (1,), -scale)), rounding=NAMES[mode], context=AMPLE)
    rounded = round_decimal(value, scale, mode)
    assert rounded == expected
    assert rounded.as_tuple().exponent == -scale


@pytest.mark.parametrize(
    ("text", "half_up", "half_even", "down", "up"),
    [
        ("0.125", "0.13", "0.12", "0.12", "0.13"),
        ("0.135", "0.14", "0.14", "0.13", "0.14"),
        ("-0.125", "-0.13", "-0.12", "-0.12", "-0.13"),
        ("0.121", "0.12", "0.12", "0.12", "0.13"),
        ("0.129", "0.13", "0.13", "0.12", "0.13"),
        ("0.12", "0.12", "0.12", "0.12", "0.12"),
        ("-0.001", "0.00", "0.00", "0.00", "-0.01"),
    ],
)
def test_modes_differ_on_ties_and_remainders(text: str, half_up: str, half_even: str, down: str, up: str) -> None:
    """To two digits: a tie, an odd neighbour, the mirror below zero, either side of the tie, exact, almost zero."""
    found = [str(round_decimal(Decimal(text), 2, mode)) for mode in Mode]
    assert found == [half_up, half_even, down, up]


def test_a_third_is_rounded_from_the_exact_fraction() -> None:
    """A fraction that no decimal holds is rounded once: 2/3 to 0.67, and 1/3 of a cent away from zero by `up`."""
    assert str(round_decimal(Fraction(2, 3), 2, Mode.HALF_UP)) == "0.67"
    assert str(round_decimal(Fraction(1, 300), 2, Mode.UP)) == "0.01"
    assert str(round_decimal(7, 2, Mode.DOWN)) == "7.00"


def test_the_ambient_context_plays_no_part() -> None:
    """With two digits of precision in force, twenty digits stay exact."""
    with decimal.localcontext(decimal.Context(prec=2, rounding=decimal.ROUND_CEILING)):
        assert str(round_decimal(Decimal("12345678901234567890.125"), 2, Mode.HALF_EVEN)) == "12345678901234567890.12"
