"""The types of arithmetic: the kind of a result, and the digits it needs.

A numeric type bounds the value: `digits - scale` digits before the point, `scale` after it.
A ratio has no fixed scale; its `digits` bound the part before the point and its `scale` is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from engine.types import MAX_DIGITS, Kind, Type

SHOWN_SCALE = 6  # digits after the point that are shown of a ratio, and of a number that a decimal may not hold
KIND_ORDER = (Kind.INTEGER, Kind.MONTHS, Kind.DAYS, Kind.NUMBER, Kind.MONEY)


@lru_cache(maxsize=4_096)  # programs say the same numbers again and again
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


def whole_digits(type: Type) -> int:
    """The number of digits before the point."""
    return type.digits - type.scale


def shown_scale(type: Type) -> int:
    """How many digits after the point are shown. All of them, where a decimal is sure to hold the number."""
    if type.ratio:
        return SHOWN_SCALE
    return min(type.scale, SHOWN_SCALE) if type.digits > MAX_DIGITS else type.scale


def is_cut(type: Type) -> bool:
    """Whether fewer digits after the point are shown than there can be."""
    return type.ratio or shown_scale(type) < type.scale


def is_open(type: Type) -> bool:
    """Whether a decimal may be too small for it as it is: it is rounded to be shown, and missing if too long."""
    return type.ratio or type.digits > MAX_DIGITS


def is_plain_number(type: Type) -> bool:
    """Whether it is a number with a fixed scale."""
    return type.is_numeric and not type.ratio


def comparable(left: Type, right: Type) -> bool:
    """Numbers with numbers, but not of two currencies; text with text; else one kind."""
    if left.is_numeric and right.is_numeric:
        return left.currency == right.currency or "" in (left.currency, right.currency)
    return left.kind is right.kind or (left.is_textual and right.is_textual)


def all_comparable(types: Sequence[Type]) -> bool:
    """Whether each is comparable with the first."""
    return all(comparable(types[0], other) for other in types[1:])


def common_type(left: Type, right: Type) -> Type:
    """The type that holds values of both: the larger number of digits on both sides of the point."""
    if left == right and not left.ratio:
        return left
    if not (left.is_numeric and right.is_numeric):
        return left if len(left.values) >= len(right.values) else replace(left, values=right.values)
    whole = max(whole_digits(left), whole_digits(right))
    return _numeric(_wider_kind(left, right), whole, max(left.scale, right.scale), left.ratio or right.ratio)


def unified(types: Iterable[Type]) -> Type:
    """The type that holds values of all."""
    first, *others = types
    for other in others:
        first = common_type(first, other)
    return first


def widest(types: Iterable[Type]) -> Type:
    """The first type, with room for all of them."""
    each = list(types)
    scale = max(one.scale for one in each)
    whole = max(one.digits - one.scale for one in each)
    return each[0].sized(whole + scale, scale)


def _numeric(kind: Type, whole: int, scale: int, ratio: bool) -> Type:
    """`kind` with this many digits; of a ratio only those before the point count."""
    if ratio:
        return replace(kind, digits=max(1, whole), scale=0, ratio=True)
    return kind.sized(max(1, whole + scale), scale)


def _wider_kind(left: Type, right: Type) -> Type:
    """Money before number before days and months before integer: the kind of a sum, product or choice."""
    return max(left, right, key=lambda each: KIND_ORDER.index(each.kind))


def sum_type(left: Type, right: Type) -> Type:
    """One digit more before the point, for the carry."""
    whole = max(whole_digits(left), whole_digits(right)) + 1
    return _numeric(_wider_kind(left, right), whole, max(left.scale, right.scale), left.ratio or right.ratio)


def product_type(left: Type, right: Type) -> Type:
    """The digits of both, before the point and after it."""
    whole = whole_digits(left) + whole_digits(right)
    return _numeric(_wider_kind(left, right), whole, left.scale + right.scale, left.ratio or right.ratio)


def quotient_type(left: Type, right: Type) -> Type:
    """The smallest divisor but zero has `right.scale` digits after the point; a ratio may be any small."""
    whole = MAX_DIGITS if right.ratio else min(MAX_DIGITS, whole_digits(left) + right.scale)
    kind = left if left.kind is Kind.MONEY and right.kind is not Kind.MONEY else Type(Kind.NUMBER)
    return _numeric(kind, whole, 0, ratio=True)


def rounded_type(value: Type, scale: int, carries: bool) -> Type:
    """The value at `scale`; with a digit more before the point where rounding can reach it, and never too long."""
    kind = value if scale == 0 or value.kind is Kind.MONEY else replace(value, kind=Kind.NUMBER)
    return kind.sized(min(MAX_DIGITS, max(1, whole_digits(value) + scale + carries)), scale)
