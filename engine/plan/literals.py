"""What every expression ends in: constants, and columns of the row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.plan.digits import number_size
from engine.plan.node import Node, RowChecker
from engine.types import Type, number

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.scalar import Scalar

Value = Decimal | int | str | bool | date | None
"""A value in a row. Money and numbers are Decimal, integers int, choice, text and id str."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant; `None` is missing."""

    value: Value
    type: Type

    def check(self, check: RowChecker) -> None:
        """It is sound by itself."""

    def _typed(self) -> Type:
        """The literal's kind with the digits its value has, without trailing zeros after the point."""
        if not self.type.is_numeric:
            return self.type
        if self.value is None:
            return self.type.sized(1, 0)
        if isinstance(self.value, str | date):
            raise TypeError(f"a numeric literal holds {self.value!r}")
        return self.type.sized(*number_size(Decimal(self.value)))

    @property
    def may_miss(self) -> bool:
        """Whether it is the literal `missing`."""
        return self.value is None

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.of_type(self)


@dataclass(frozen=True, slots=True)
class Column(Node):
    """A value of the row. In a `Measure`, `of_base` reads the row of the base instead.

    `optional` says that the value may be missing.
    """

    name: str
    type: Type
    optional: bool = False
    of_base: bool = False

    def named(self, name: str) -> Column:
        """The same values under a name, as a column of the row itself."""
        if name == self.name and not self.of_base:
            return self
        return Column(name, self.type, self.optional)

    def check(self, check: RowChecker) -> None:
        """Whether the row has it as it is read."""
        check.column(self)

    @property
    def typed(self) -> Type:
        """The type of its value."""
        return self.type

    @property
    def may_miss(self) -> bool:
        """Whether its value may be missing for some row."""
        return self.optional

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.column(self)


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


def is_missing_literal(scalar: Node) -> bool:
    """Whether the scalar is the literal `missing`."""
    return isinstance(scalar, Literal) and scalar.value is None
