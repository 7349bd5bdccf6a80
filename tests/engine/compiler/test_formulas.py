"""What a division by a written number comes to: exact where its part of one ends."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.compiler.formulas import undivided
from engine.compiler.typed import Typed
from engine.language.source import Span
from engine.plan.literals import literal_number
from engine.plan.scalar import Absolute, Add, Column, Literal, Multiply, Quotient, Scalar, Subtract
from engine.reference.scalars import evaluate_scalar
from engine.types import money, number

A, B = Column("a", number(2)), Column("b", number(2))
ROW = {"a": Decimal("7.25"), "b": Decimal("-3.10")}
QUARTER = Quotient(A, literal_number(4))


@pytest.mark.parametrize(
    ("scalar", "is_ratio"),
    [
        (QUARTER, False),
        (Quotient(A, literal_number(Decimal("1.28"))), False),
        (Quotient(A, literal_number(-50)), False),
        (Quotient(A, literal_number(3)), True),
        (Quotient(A, B), True),
        (Add(QUARTER, B), False),
        (Subtract(B, Quotient(B, literal_number(8))), False),
        (Multiply(QUARTER, QUARTER), False),
        (Absolute(QUARTER), True),
        (Quotient(A, Literal(Decimal(4), money("USD", 2))), True),
    ],
)
def test_a_division_is_a_product_where_that_is_exact(scalar: Scalar, is_ratio: bool) -> None:
    """The value stays the same to the last digit."""
    found = undivided(Typed(scalar, scalar.typed, Span("f", 1, 1, 1, 1)))
    assert found.type.ratio is is_ratio
    assert evaluate_scalar(found.scalar, ROW) == evaluate_scalar(scalar, ROW) is not None


def test_nothing_is_divided_by_zero() -> None:
    """It stays a quotient, which is missing."""
    scalar = Quotient(A, literal_number(0))
    found = undivided(Typed(scalar, scalar.typed, Span("f", 1, 1, 1, 1)))
    assert found.type.ratio and evaluate_scalar(found.scalar, ROW) is None
