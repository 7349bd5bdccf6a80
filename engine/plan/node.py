"""Properties of every scalar node. A node is one class, which contains everything known before any row is read: its
operands, the type of its value, whether it may be missing, which operands it is defined for, and how many digits its
computation needs. Only the evaluators distinguish nodes by class; they define the meaning.

Types and whether a value may be missing are computed once for a node: a check reads them at every level of an
expression, and would compute those below again each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.literals import Column
    from engine.plan.scalar import Scalar
    from engine.types import Type


class RowChecker(Protocol):
    """What a scalar node asks while it is checked for the rows of a table; see `engine/plan/consistency.py`."""

    problems: list[str]

    def column(self, column: Column) -> None:
        """Note a column that the row does not have, or not of this type."""

    def misfit(self, node: Node) -> None:
        """Note a node that is not defined for the types of its operands."""


class Node:
    """A scalar node. Subclasses are frozen dataclasses and give the members that begin with `_`."""

    __slots__ = ("_may_miss", "_type")

    @property
    def operands(self) -> tuple[Scalar, ...]:
        """The scalars it is computed from, in order."""
        return self._operands()

    @property
    def typed(self) -> Type:
        """The type of its value. Digits may exceed 38."""
        known: Type | None = getattr(self, "_type", None)
        if known is None:
            known = self._typed()
            object.__setattr__(self, "_type", known)
        return known

    @property
    def may_miss(self) -> bool:
        """Whether its value may be missing for some row."""
        known: bool | None = getattr(self, "_may_miss", None)
        if known is None:
            known = self._misses()
            object.__setattr__(self, "_may_miss", known)
        return known

    @property
    def fits(self) -> bool:
        """Whether it is defined for the types of its operands, which are sound themselves."""
        return self._fits()

    def check(self, check: RowChecker) -> None:
        """Note what does not hold together in it and below: columns that are not read as they are, and the first
        nodes from below that are not defined for the types of their operands.
        """
        before = len(check.problems)
        for each in self._operands():
            each.check(check)
        if len(check.problems) == before and not self.fits:
            check.misfit(self)

    def shape(self, gauge: Gauge) -> Shape | None:
        """The width of its value, None where that is not a number; the gauge notes what it needs on the way."""
        return self._shape(gauge)

    def _operands(self) -> tuple[Scalar, ...]:
        return ()

    def _typed(self) -> Type:
        raise NotImplementedError(f"{type(self).__name__} has no type")

    def _misses(self) -> bool:
        """Missing spreads: a node with a missing operand is missing."""
        return any(each.may_miss for each in self._operands())

    def _fits(self) -> bool:
        return True

    def _shape(self, gauge: Gauge) -> Shape | None:
        """That of its type, once its operands are measured."""
        return gauge.plain(self)
