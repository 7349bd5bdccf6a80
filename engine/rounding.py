"""Rounding, exactly: the one place where digits are lost.

Works on integers, so neither the ambient decimal context nor any precision matters.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from engine.types import Mode


def round_decimal(value: Decimal | Fraction | int, scale: int, mode: Mode) -> Decimal:
    """`value` with exactly `scale` digits after the point, by `mode`; zero has no sign.

    half_up and up move away from zero, down towards it. `scale` is not negative.
    """
    exact = Fraction(value) * 10**scale
    whole, remainder = divmod(abs(exact.numerator), exact.denominator)
    if _moves_away(whole, remainder, exact.denominator, mode):
        whole += 1
    digits = tuple(int(digit) for digit in str(whole))
    return Decimal((1 if exact < 0 and whole else 0, digits, -scale))


def _moves_away(whole: int, remainder: int, denominator: int, mode: Mode) -> bool:
    """Whether `whole` + remainder / denominator, a positive number, is rounded up."""
    twice = 2 * remainder
    match mode:
        case Mode.HALF_UP:
            return twice >= denominator
        case Mode.HALF_EVEN:
            return twice > denominator or (twice == denominator and whole % 2 == 1)
        case Mode.DOWN:
            return False
        case Mode.UP:
            return remainder > 0
        case _:
            assert_never(mode)
