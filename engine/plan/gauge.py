"""How many digits a scalar needs on the way to its value.

A quotient is an exact pair: numerator over denominator, the denominator positive. Arithmetic
multiplies and adds the pairs, and comparing two cross-multiplies them, so the sides of a comparison
are wider than the values compared. `Shape` follows them; the columnar evaluator carries the same
shapes and leaves decimals for whole numbers of any size exactly where `too_wide` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.plan.literals import Column, is_missing_literal
from engine.plan.node import Node
from engine.types import MAX_DIGITS, Type


@dataclass(frozen=True, slots=True)
class Width:
    """Digits in all, and how many of them after the point."""

    digits: int
    scale: int

    @property
    def whole(self) -> int:
        """Digits before the point."""
        return self.digits - self.scale


ONE = Width(1, 0)


@dataclass(frozen=True, slots=True)
class Shape:
    """The width of a number, or of the two halves of an exact ratio."""

    numerator: Width
    denominator: Width | None = None


Shapes = Mapping[str, Shape]
"""Shapes of the numeric columns of a row."""


def width_of(type: Type) -> Width:
    """The width of a number that is not a ratio."""
    return Width(type.digits, type.scale)


def common_width(left: Width, right: Width) -> Width:
    """Holds values of both, at one scale."""
    scale = max(left.scale, right.scale)
    return Width(max(left.whole, right.whole) + scale, scale)


def sum_width(left: Width, right: Width) -> Width:
    """Holds the sum of both: one digit more for the carry."""
    common = common_width(left, right)
    return Width(common.digits + 1, common.scale)


def product_width(left: Width, right: Width) -> Width:
    """Holds the product of both."""
    return Width(left.digits + right.digits, left.scale + right.scale)


def shift_of(shape: Shape, scale: int) -> tuple[int, int]:
    """Powers of ten by which the halves, as whole numbers, are multiplied to divide at `scale`."""
    denominator = shape.denominator or ONE
    shift = denominator.scale + scale - shape.numerator.scale
    return max(shift, 0), max(-shift, 0)


def rounded_width(shape: Shape, scale: int) -> Width:
    """What a number or ratio has once rounded to `scale` digits after the point: one that needs more is missing."""
    whole = unbounded_width(shape, scale)
    return Width(min(whole.digits, MAX_DIGITS), scale)


def unbounded_width(shape: Shape, scale: int) -> Width:
    """The digits that a number or ratio rounded to `scale` could need.

    The smallest divisor is one at its last digit, and the largest quotient one last digit of the
    numerator, divided by that, below a power of ten: rounding carries over only where it cuts more.
    """
    denominator = shape.denominator or ONE
    carry = scale + denominator.scale < shape.numerator.scale
    return Width(max(1, shape.numerator.whole + denominator.scale + scale + carry), scale)


@dataclass(slots=True)
class Gauge:
    """Measures scalars over one row (and the base row of a `Measure`); `found` keeps every width."""

    row: Shapes
    base: Shapes = field(default_factory=dict)
    found: list[tuple[Node, int]] = field(default_factory=list)
    measured: dict[int, tuple[Node, Shape | None]] = field(default_factory=dict)

    def shape(self, scalar: Node) -> Shape | None:
        """The shape of a numeric scalar, None for any other; all it needs on the way is noted.

        Each is measured once, because some nodes ask twice, and nested ones would double that.
        """
        known = self.measured.get(id(scalar))
        if known is None:
            known = self.measured[id(scalar)] = (scalar, scalar.shape(self))
        return known[1]

    def number(self, scalar: Node) -> Shape:
        """The shape of a scalar that must be numeric. Raises TypeError for any other."""
        shape = self.shape(scalar)
        if shape is None:
            raise TypeError(f"{type(scalar).__name__} is not a number")
        return shape

    def plain(self, scalar: Node) -> Shape | None:
        """The shape of a scalar's type, its operands measured."""
        for each in scalar.operands:
            self.shape(each)
        return self.of_type(scalar)

    def column(self, column: Column) -> Shape | None:
        """The shape of a column of the row, or of the base row."""
        return (self.base if column.of_base else self.row).get(column.name)

    def sum(self, scalar: Node, left: Node, right: Node) -> Shape:
        """The shape of a sum or a difference."""
        one, two = self.number(left), self.number(right)
        numerator = sum_width(*self._crossed(scalar, one, two))
        self._note(scalar, numerator)
        return Shape(numerator, self._product_of(scalar, one.denominator, two.denominator))

    def product(self, scalar: Node, left: Node, right: Node) -> Shape:
        """The shape of a product."""
        one, two = self.number(left), self.number(right)
        numerator = self._product_of(scalar, one.numerator, two.numerator) or ONE
        return Shape(numerator, self._product_of(scalar, one.denominator, two.denominator))

    def quotient(self, scalar: Node, left: Node, right: Node) -> Shape:
        """The shape of a ratio."""
        return Shape(*self._crossed(scalar, self.number(left), self.number(right)))

    def rounded(self, scalar: Node, value: Node, scale: int) -> Shape:
        """The shape of a value rounded to `scale`; of a ratio the long division is noted."""
        shape = self.number(value)
        if shape.denominator is not None:
            above, below = shift_of(shape, scale)
            self._note(
                scalar,
                Width(shape.numerator.digits + above, 0),
                Width(shape.denominator.digits + below, 0),
            )
        rounded = rounded_width(shape, scale)
        self._note(scalar, rounded)
        return Shape(rounded)

    def choice(self, scalar: Node, values: Iterable[Node]) -> Shape | None:
        """One of several values: halves wide enough for each; literally missing ones take no part."""
        shapes = [self.shape(each) for each in values if not is_missing_literal(each)]
        known = [each for each in shapes if each is not None]
        if not known:
            return self.of_type(scalar)
        result_shape = known[0]
        for other in known[1:]:
            result_shape = common_shape(result_shape, other)
        self._note(scalar, result_shape.numerator, result_shape.denominator or ONE)
        return result_shape

    def compare(self, scalar: Node, value: Node, others: Iterable[Node]) -> None:
        """Note what comparing a value with others needs."""
        shape = self.shape(value)
        for other in others:
            self._compare(scalar, shape, self.shape(other))

    def compare_all(self, scalar: Node, values: tuple[Node, ...]) -> None:
        """Note what comparing each with each needs."""
        shapes = [self.shape(each) for each in values]
        for place, left in enumerate(shapes):
            for right in shapes[place + 1 :]:
                self._compare(scalar, left, right)

    def of_type(self, scalar: Node) -> Shape | None:
        """The shape of a scalar's type."""
        return Shape(width_of(scalar.typed)) if scalar.typed.is_numeric else None

    def _note(self, scalar: Node, *widths: Width) -> None:
        self.found.extend((scalar, width.digits) for width in widths)

    def _product_of(self, scalar: Node, left: Width | None, right: Width | None) -> Width | None:
        """The product of two halves; None means one."""
        if left is None or right is None:
            return left or right
        width = product_width(left, right)
        self._note(scalar, width)
        return width

    def _crossed(self, scalar: Node, left: Shape, right: Shape) -> tuple[Width, Width]:
        """Both numerators over one denominator."""
        return (
            self._product_of(scalar, left.numerator, right.denominator) or ONE,
            self._product_of(scalar, right.numerator, left.denominator) or ONE,
        )

    def _compare(self, scalar: Node, left: Shape | None, right: Shape | None) -> None:
        if left is not None and right is not None:
            self._note(scalar, common_width(*self._crossed(scalar, left, right)))


def common_shape(left: Shape, right: Shape) -> Shape:
    """Holds both numbers or ratios, half by half."""
    numerator = common_width(left.numerator, right.numerator)
    if left.denominator is None and right.denominator is None:
        return Shape(numerator)
    return Shape(numerator, common_width(left.denominator or ONE, right.denominator or ONE))
