"""What a return takes back of its sale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.plan.literals import Literal, literal_number
from engine.plan.logic import And, Case, Compare, Comparison, Or
from engine.plan.node import Node
from engine.types import Type

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.scalar import Scalar


TEXT = ": "  # before the text of a calculation in the name of its column; no field has it in its name


def part_named(incentive: str, number: int, text: str) -> str:
    """The column of a calculation that an incentive adds up: `number` of its measure, written as `text`."""
    return f"@{incentive} part {number}{TEXT}{text}"


def said_part(column: str) -> str:
    """What is added up in such a column, or in one of a summand: the text of the calculation, or a field."""
    return (column.partition(TEXT)[2] or column).removeprefix("@")


@dataclass(frozen=True, slots=True)
class TakenBack(Node):
    """`value`, a number of a return; missing where it has the sign of `sold`, that of the sale, and would raise it.

    Zero counts as positive: of nothing sold, only what is negative is taken back.
    """

    value: Scalar
    sold: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value, self.sold)

    def _typed(self) -> Type:
        return self.value.typed

    def _misses(self) -> bool:
        return True

    def _fits(self) -> bool:
        return self.value.typed.is_numeric and self.sold.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.shape(taken_back_case(self))


def taken_back_case(node: TakenBack) -> Case:
    """The same as a case; missing as well where one of the two numbers is."""
    zero = literal_number(Decimal(0))
    signs = ((Comparison.AT_MOST, Comparison.AT_LEAST), (Comparison.AT_LEAST, Comparison.LESS))
    ways = tuple(And((Compare(node.value, back, zero), Compare(node.sold, sign, zero))) for back, sign in signs)
    return Case(((Or(ways), node.value),), Literal(None, node.value.typed))
