"""Conditions, three-valued (Kleene), and choices by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.plan.arithmetic import types_of
from engine.plan.digits import all_comparable, comparable, unified
from engine.plan.literals import Literal
from engine.plan.node import Node
from engine.types import BOOLEAN, Kind, Type

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.scalar import Scalar


class Comparison(StrEnum):
    """How two values of one type are compared."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "="
    UNEQUAL = "!="


class Condition(Node):
    """A node that is true, false or missing."""

    __slots__ = ()

    @property
    def typed(self) -> Type:
        """True or false."""
        return BOOLEAN


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    left: Scalar
    op: Comparison
    right: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.left, self.right)

    def _fits(self) -> bool:
        return comparable(self.left.typed, self.right.typed)

    def _shape(self, gauge: Gauge) -> Shape | None:
        gauge.compare(self, self.left, (self.right,))
        return None


@dataclass(frozen=True, slots=True)
class Among(Condition):
    """Whether the value equals one of the literals."""

    value: Scalar
    options: tuple[Literal, ...]

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value, *self.options)

    def _fits(self) -> bool:
        return all_comparable([each.typed for each in self._operands()])

    def _shape(self, gauge: Gauge) -> Shape | None:
        gauge.compare(self, self.value, self.options)
        return None


@dataclass(frozen=True, slots=True)
class Between(Condition):
    """low <= value <= high, both included; decided false as soon as one side is refuted."""

    value: Scalar
    low: Scalar
    high: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value, self.low, self.high)

    def _fits(self) -> bool:
        return all_comparable([each.typed for each in self._operands()])

    def _shape(self, gauge: Gauge) -> Shape | None:
        gauge.compare(self, self.value, (self.low, self.high))
        return None


@dataclass(frozen=True, slots=True)
class IsMissing(Condition):
    """Whether the value is missing; itself never missing."""

    value: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value,)

    def _misses(self) -> bool:
        return False


class Together(Condition):
    """What conditions over several terms have in common."""

    __slots__ = ()

    terms: tuple[Scalar, ...]

    def _operands(self) -> tuple[Scalar, ...]:
        return self.terms

    def _fits(self) -> bool:
        return all(each.typed.kind is Kind.BOOLEAN for each in self.terms)


@dataclass(frozen=True, slots=True)
class And(Together):
    """Kleene: false if any is false, else missing if any is missing. Of nothing: true."""

    terms: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Or(Together):
    """Kleene: true if any is true, else missing if any is missing. Of nothing: false."""

    terms: tuple[Scalar, ...]


def conjunction(terms: Iterable[Scalar]) -> Scalar:
    """All terms together: one alone as it is, of none true."""
    listed = tuple(terms)
    return And(listed) if len(listed) > 1 else listed[0] if listed else Literal(True, BOOLEAN)


def disjunction(terms: Iterable[Scalar]) -> Scalar:
    """Any of the terms: one alone as it is, of none false."""
    listed = tuple(terms)
    return Or(listed) if len(listed) > 1 else listed[0] if listed else Literal(False, BOOLEAN)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    term: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.term,)

    def _fits(self) -> bool:
        return self.term.typed.kind is Kind.BOOLEAN


@dataclass(frozen=True, slots=True)
class AtLeast(Together):
    """True if `count` terms are true, false if so many cannot be reached, else missing."""

    count: int
    terms: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IfMissing(Node):
    """The value, or `default` where it is missing."""

    value: Scalar
    default: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value, self.default)

    def _typed(self) -> Type:
        return unified(types_of((self.value, self.default)))

    def _misses(self) -> bool:
        return self.value.may_miss and self.default.may_miss

    def _fits(self) -> bool:
        return comparable(self.value.typed, self.default.typed)

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.choice(self, (self.value, self.default))


@dataclass(frozen=True, slots=True)
class Case(Node):
    """The value of the first branch whose condition is true (missing is not true)."""

    branches: tuple[tuple[Scalar, Scalar], ...]
    otherwise: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (*(each for branch in self.branches for each in branch), self.otherwise)

    def _results(self) -> tuple[Scalar, ...]:
        return (*(value for _, value in self.branches), self.otherwise)

    def _typed(self) -> Type:
        return unified(types_of(self._results()))

    def _misses(self) -> bool:
        return any(each.may_miss for each in self._results())

    def _fits(self) -> bool:
        conditions = all(condition.typed.kind is Kind.BOOLEAN for condition, _ in self.branches)
        values = [value.typed for _, value in self.branches]
        return conditions and all_comparable([self.otherwise.typed, *values])

    def _shape(self, gauge: Gauge) -> Shape | None:
        for condition, _ in self.branches:
            gauge.shape(condition)
        return gauge.choice(self, self._results())
