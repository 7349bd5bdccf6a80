"""Numbers written in a Plan: how many digits they have, and which scalars are one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from engine.plan.scalar import Literal, Scalar
from engine.types import Type, number


@lru_cache(maxsize=4096)
def literal_type(literal: Literal) -> Type:
    """The literal's kind with the digits its value has, without trailing zeros after the point."""
    if not literal.type.is_numeric:
        return literal.type
    if literal.value is None:
        return literal.type.sized(1, 0)
    if isinstance(literal.value, str | date):
        raise TypeError(f"a numeric literal holds {literal.value!r}")
    digits, scale = number_size(Decimal(literal.value))
    return literal.type.sized(digits, scale)


def number_size(value: Decimal) -> tuple[int, int]:
    """(digits, scale) that hold the number exactly, as few as possible and at least (1, 0)."""
    _, shown, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not a number")
    text = "".join(map(str, shown)).lstrip("0")
    kept = text.rstrip("0") if exponent < 0 else text
    scale = max(0, -(exponent + len(text) - len(kept))) if kept else 0
    whole = max(0, len(text) + exponent) if kept else 0
    return max(1, whole + scale), scale


def literal_number(value: Decimal | int) -> Literal:
    """A number as a literal with its own digits."""
    exact = Decimal(value)
    digits, scale = number_size(exact)
    return Literal(exact, number(scale, digits))


def constant_of(scalar: Scalar) -> Decimal | None:
    """The number that a scalar is on every row, where it is written down; None where it is not."""
    if not isinstance(scalar, Literal) or isinstance(scalar.value, str | date | bool) or scalar.value is None:
        return None
    return Decimal(scalar.value)


def is_missing_literal(scalar: Scalar) -> bool:
    """Whether the scalar is the literal `missing`."""
    return isinstance(scalar, Literal) and scalar.value is None
