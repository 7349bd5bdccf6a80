"""Numbers from numbers, and spans of days: exact, and rounded only where it is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.plan.digits import (
    all_comparable,
    comparable,
    product_type,
    quotient_type,
    rounded_type,
    sum_type,
    unified,
    whole_digits,
)
from engine.plan.literals import Literal, is_missing_literal
from engine.plan.node import Node
from engine.types import MAX_DIGITS, Kind, Mode, Type

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.scalar import Scalar

RANK_DIGITS = 4  # no list of words is longer than 9,999
SPAN_DIGITS = 7  # days from year 1 to year 9999 are 3,652,058


def types_of(values: tuple[Scalar, ...]) -> list[Type]:
    """The types of values of which one is chosen; literally missing ones take no part, unless all are."""
    return [each.typed for each in values if not is_missing_literal(each)] or [values[0].typed]


class Total(Node):
    """What sum and difference have in common: two numbers of one unit."""

    __slots__ = ()

    left: Scalar
    right: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.left, self.right)

    def _typed(self) -> Type:
        return sum_type(self.left.typed, self.right.typed)

    def _fits(self) -> bool:
        left, right = self.left.typed, self.right.typed
        return left.is_numeric and right.is_numeric and comparable(left, right)

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.sum(self, self.left, self.right)


@dataclass(frozen=True, slots=True)
class Add(Total):
    """The sum."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Subtract(Total):
    """What is left of the first."""

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Multiply(Node):
    left: Scalar
    right: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.left, self.right)

    def _typed(self) -> Type:
        return product_type(self.left.typed, self.right.typed)

    def _fits(self) -> bool:
        return self.left.typed.is_numeric and self.right.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.product(self, self.left, self.right)


@dataclass(frozen=True, slots=True)
class Convert(Multiply):
    """An amount times what one unit of its currency is worth in another: money of that one, unrounded."""

    currency: str

    def _typed(self) -> Type:
        return replace(product_type(self.left.typed, self.right.typed), currency=self.currency)

    def _fits(self) -> bool:
        return self.left.typed.kind is Kind.MONEY and self.right.typed.kind in (Kind.NUMBER, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """The exact ratio of two numbers; missing where `right` is zero.

    Comparisons of quotients are exact (cross-multiplied), never after rounding.
    """

    left: Scalar
    right: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.left, self.right)

    def _typed(self) -> Type:
        return quotient_type(self.left.typed, self.right.typed)

    def _misses(self) -> bool:
        known = isinstance(self.right, Literal) and bool(self.right.value)
        return self.left.may_miss or self.right.may_miss or not known

    def _fits(self) -> bool:
        return self.left.typed.is_numeric and self.right.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.quotient(self, self.left, self.right)


@dataclass(frozen=True, slots=True)
class Round(Node):
    """The value at `scale` digits after the point. The one node that loses digits.

    A result of more than 38 digits is missing: no decimal holds it, and what is paid by it is undecided.
    """

    value: Scalar
    scale: int
    mode: Mode

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value,)

    def _typed(self) -> Type:
        return rounded_type(self.value.typed, self.scale, self._may_carry())

    def _misses(self) -> bool:
        found = self.value.typed
        return self.value.may_miss or whole_digits(found) + self.scale + self._may_carry() > MAX_DIGITS

    def _may_carry(self) -> bool:
        """Whether rounding can reach a new digit before the point, as 9.96 does at one digit.

        A ratio of numbers stays at least one last digit of its numerator, divided by that of its divisor,
        below the next power of ten; it carries only where that is less than one unit of `scale`.
        """
        if isinstance(self.value, Quotient):
            left, right = self.value.left.typed, self.value.right.typed
            if not left.ratio and not right.ratio:
                return self.scale + right.scale < left.scale
        type = self.value.typed
        return type.ratio or self.scale < type.scale

    def _fits(self) -> bool:
        return self.value.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.rounded(self, self.value, self.scale)


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    value: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value,)

    def _typed(self) -> Type:
        return self.value.typed

    def _fits(self) -> bool:
        return self.value.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.number(self.value)


class Extreme(Node):
    """What the smallest and the largest have in common: one of several values of a type."""

    __slots__ = ()

    values: tuple[Scalar, ...]

    def _operands(self) -> tuple[Scalar, ...]:
        return self.values

    def _typed(self) -> Type:
        return unified(types_of(self.values))

    def _fits(self) -> bool:
        return bool(self.values) and all_comparable([each.typed for each in self.values])

    def _shape(self, gauge: Gauge) -> Shape | None:
        gauge.compare_all(self, self.values)
        return gauge.choice(self, self.values)


@dataclass(frozen=True, slots=True)
class Least(Extreme):
    """The smallest; missing when any is missing."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Greatest(Extreme):
    """The largest; missing when any is missing."""

    values: tuple[Scalar, ...]


class Span(Node):
    """What counts of days and of months have in common."""

    __slots__ = ()

    start: Scalar
    end: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.start, self.end)

    def _typed(self) -> Type:
        return Type(Kind.INTEGER, digits=SPAN_DIGITS)

    def _fits(self) -> bool:
        return self.start.typed.kind is self.end.typed.kind is Kind.DATE


@dataclass(frozen=True, slots=True)
class DaysBetween(Span):
    """Days from `start` to `end`, negative when `end` is earlier."""

    start: Scalar
    end: Scalar


@dataclass(frozen=True, slots=True)
class MonthsBetween(Span):
    """Whole months from `start` to `end`: the largest n with start + n months <= end.

    Month arithmetic clamps to the last day. Negative, by the mirror, when `end` is earlier.
    """

    start: Scalar
    end: Scalar


@dataclass(frozen=True, slots=True)
class Rank(Node):
    """The place of a text in `values`, from 0; missing for a text not listed."""

    value: Scalar
    values: tuple[str, ...]

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value,)

    def _typed(self) -> Type:
        return Type(Kind.INTEGER, digits=RANK_DIGITS)

    def _misses(self) -> bool:
        return self.value.may_miss or not self._is_listed()

    def _is_listed(self) -> bool:
        """Whether every text the value can be is in the list."""
        if isinstance(self.value, Literal):
            return self.value.value in self.values
        allowed = self.value.typed
        return allowed.kind is Kind.CHOICE and bool(allowed.values) and set(allowed.values) <= set(self.values)

    def _fits(self) -> bool:
        return self.value.typed.is_textual
