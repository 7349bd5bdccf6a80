"""What is known of a scalar before any row is read: the nodes say it of themselves (`engine/plan/node.py`)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.plan.digits import number_size, whole_digits
from engine.plan.scalar import Scalar, Value
from engine.types import DATE, TEXT, Kind, Type


def type_of(scalar: Scalar) -> Type:
    """The type of the scalar's value. Digits may exceed 38."""
    return scalar.typed


def is_optional(scalar: Scalar) -> bool:
    """Whether the value may be missing for some row."""
    return scalar.may_miss


def children(scalar: Scalar) -> tuple[Scalar, ...]:
    """The operands of a scalar, in order."""
    return scalar.operands


def value_fits(value: Value, type: Type) -> bool:
    """Whether a written value is one of the type: its Python class, digits and scale."""
    if value is None:
        return True
    if type.kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if type.kind is DATE.kind:
        return isinstance(value, date)
    if type.kind in (Kind.CHOICE, Kind.ID, TEXT.kind):
        return isinstance(value, str)
    if isinstance(value, bool | str | date):
        return False
    digits, scale = number_size(Decimal(value))
    return scale <= type.scale and digits - scale <= whole_digits(type)
