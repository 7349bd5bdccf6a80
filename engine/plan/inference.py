"""What is known of a scalar before any row is read: its type, and whether it may be missing.

A numeric type bounds the value: `digits - scale` digits stand before the point, `scale` after it.
A ratio has no fixed scale; its `digits` bound the part before the point and its `scale` is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from engine.plan.bands import ascends, bands_case, edges_of, operands_of
from engine.plan.literals import is_missing_literal, literal_type, number_size
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
    Value,
)
from engine.types import BOOLEAN, DATE, MAX_DIGITS, TEXT, Kind, Type

RANK_DIGITS = 4  # no list of words is longer than 9,999
KIND_ORDER = (Kind.INTEGER, Kind.MONTHS, Kind.DAYS, Kind.NUMBER, Kind.MONEY)
SPAN_DIGITS = 7  # days from year 1 to year 9999 are 3,652,058


def type_of(scalar: Scalar) -> Type:
    """The type of the scalar's value. Digits may exceed 38: `too_wide` reports where."""
    match scalar:  # the most frequent first: a check asks for ten thousand types
        case Literal():
            return literal_type(scalar)
        case Column():
            return scalar.type
        case Compare() | And() | Or() | Not() | IsMissing() | Among() | Between() | AtLeast():
            return BOOLEAN
        case Add(left, right) | Subtract(left, right):
            return _sum_type(type_of(left), type_of(right))
        case Multiply(left, right):
            return _product_type(type_of(left), type_of(right))
        case Quotient(left, right):
            return _quotient_type(type_of(left), type_of(right))
        case Round(value, scale, _):
            return _rounded_type(type_of(value), scale, _may_carry(value, scale))
        case Absolute(value):
            return type_of(value)
        case Least(values) | Greatest(values):
            return unified(values)
        case DaysBetween() | MonthsBetween():
            return Type(Kind.INTEGER, digits=SPAN_DIGITS)
        case Rank():
            return Type(Kind.INTEGER, digits=RANK_DIGITS)
        case IfMissing(value, default):
            return unified((value, default))
        case Case(branches, otherwise):
            return unified((*(value for _, value in branches), otherwise))
        case Bands():
            return bands_type(scalar)
    assert_never(scalar)


def whole_digits(type: Type) -> int:
    """How many digits may stand before the point."""
    return type.digits - type.scale


def unified(values: Sequence[Scalar]) -> Type:
    """The type that holds each of the values; literally missing ones take no part."""
    types = [type_of(each) for each in values if not is_missing_literal(each)] or [type_of(values[0])]
    result = types[0]
    for other in types[1:]:
        result = common_type(result, other)
    return result


def common_type(left: Type, right: Type) -> Type:
    """The type that holds values of both: the larger number of digits on both sides of the point."""
    if not (left.is_numeric and right.is_numeric):
        return left if len(left.values) >= len(right.values) else replace(left, values=right.values)
    whole = max(whole_digits(left), whole_digits(right))
    return _numeric(_wider_kind(left, right), whole, max(left.scale, right.scale), left.ratio or right.ratio)


def _numeric(kind: Type, whole: int, scale: int, ratio: bool) -> Type:
    """`kind` with this many digits; of a ratio only those before the point count."""
    if ratio:
        return replace(kind, digits=max(1, whole), scale=0, ratio=True)
    return kind.sized(max(1, whole + scale), scale)


def _wider_kind(left: Type, right: Type) -> Type:
    """Money before number before days and months before integer: the kind of a sum, product or choice."""
    return max(left, right, key=lambda each: KIND_ORDER.index(each.kind))


def _sum_type(left: Type, right: Type) -> Type:
    whole = max(whole_digits(left), whole_digits(right)) + 1
    return _numeric(_wider_kind(left, right), whole, max(left.scale, right.scale), left.ratio or right.ratio)


def _product_type(left: Type, right: Type) -> Type:
    whole = whole_digits(left) + whole_digits(right)
    return _numeric(_wider_kind(left, right), whole, left.scale + right.scale, left.ratio or right.ratio)


def _quotient_type(left: Type, right: Type) -> Type:
    """The smallest divisor but zero has `right.scale` digits after the point; a ratio may be any small."""
    whole = MAX_DIGITS if right.ratio else min(MAX_DIGITS, whole_digits(left) + right.scale)
    kind = left if left.kind is Kind.MONEY and right.kind is not Kind.MONEY else Type(Kind.NUMBER)
    return _numeric(kind, whole, 0, ratio=True)


def _may_carry(value: Scalar, scale: int) -> bool:
    """Whether rounding can reach a new digit before the point, as 9.96 does at one digit.

    A ratio of numbers stays at least one last digit of its numerator, divided by that of its divisor,
    below the next power of ten; it carries only where that is less than one unit of `scale`.
    """
    if isinstance(value, Quotient):
        left, right = type_of(value.left), type_of(value.right)
        if not left.ratio and not right.ratio:
            return scale + right.scale < left.scale
    type = type_of(value)
    return type.ratio or scale < type.scale


def _rounded_type(value: Type, scale: int, carries: bool) -> Type:
    kind = value if scale == 0 or value.kind is Kind.MONEY else replace(value, kind=Kind.NUMBER)
    return kind.sized(max(1, whole_digits(value) + scale + carries), scale)


def bands_type(bands: Bands) -> Type:
    """What the band table can earn: the kind of `result` with the digits of its widest branch."""
    earned = type_of(bands_case(bands))
    return replace(bands.result, digits=earned.digits, scale=earned.scale, ratio=earned.ratio)


def children(scalar: Scalar) -> tuple[Scalar, ...]:
    """The operands of a scalar, in order."""
    match scalar:
        case Literal() | Column():
            return ()
        case Add(a, b) | Subtract(a, b) | Multiply(a, b) | Quotient(a, b) | DaysBetween(a, b) | MonthsBetween(a, b):
            return (a, b)
        case Compare(a, _, b) | IfMissing(a, b):
            return (a, b)
        case Round(value) | Absolute(value) | Rank(value) | Not(value) | IsMissing(value):
            return (value,)
        case Least(values) | Greatest(values) | And(values) | Or(values) | AtLeast(_, values):
            return values
        case Among(value, options):
            return (value, *options)
        case Between(value, low, high):
            return (value, low, high)
        case Case(branches, otherwise):
            return (*(each for branch in branches for each in branch), otherwise)
        case Bands():
            return operands_of(scalar)
    assert_never(scalar)


def is_optional(scalar: Scalar) -> bool:
    """Whether the value may be missing for some row."""
    match scalar:
        case Literal(value):
            return value is None
        case Column():
            return scalar.optional
        case IsMissing():
            return False
        case Quotient(left, right):
            return is_optional(left) or is_optional(right) or not _is_nonzero_literal(right)
        case Rank(value, values):
            return is_optional(value) or not _can_only_be(value, values)
        case IfMissing(value, default):
            return is_optional(value) and is_optional(default)
        case Case(branches, otherwise):
            return is_optional(otherwise) or any(is_optional(value) for _, value in branches)
        case Bands():
            return not ascends(edges_of(scalar)) or any(is_optional(each) for each in operands_of(scalar))
        case _:
            return any(is_optional(each) for each in children(scalar))


def _is_nonzero_literal(scalar: Scalar) -> bool:
    return isinstance(scalar, Literal) and bool(scalar.value)


def _can_only_be(value: Scalar, values: tuple[str, ...]) -> bool:
    """Whether every text the scalar can have is listed."""
    if isinstance(value, Literal):
        return value.value in values
    allowed = type_of(value)
    return allowed.kind is Kind.CHOICE and bool(allowed.values) and set(allowed.values) <= set(values)


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
