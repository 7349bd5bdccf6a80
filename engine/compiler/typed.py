"""Typed scalars, and the names that have a meaning at one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from engine.compiler.paying import Paid
from engine.language import syntax
from engine.language.diagnostic import Diagnostic
from engine.language.program import Requirement
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan.scalar import Literal, Scalar
from engine.types import BOOLEAN, Kind, Type

NUMBERS = (Kind.NUMBER, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Typed:
    """A scalar with its type, and the place it came from. `values`: of a parameter, the values that it may have here,
    each with the place where it is written.
    """

    scalar: Scalar
    type: Type
    span: Span
    values: tuple[Typed, ...] = ()

    def at(self, span: Span) -> Typed:
        """The same where it is read."""
        return replace(self, span=span)

    @property
    def written(self) -> tuple[Typed, ...]:
        """The values where they are written: those of a parameter, or itself."""
        return self.values or (self,)


def all_written(values: Iterable[Typed]) -> tuple[Typed, ...]:
    """All values of several that stand beside each other."""
    return tuple(each for value in values for each in value.written)


BROKEN = Typed(Literal(None, BOOLEAN), BOOLEAN, Span("", 0, 0, 0, 0))
"""The value of a name whose declaration is wrong: this was reported there and is not repeated."""


class Scope(Protocol):
    """The names that have a meaning at one place."""

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of the name; None if it is not declared, `BROKEN` if its declaration is wrong."""

    def names(self) -> Iterable[str]:
        """All names, for suggestions."""

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name that is declared cannot be used here."""

    @property
    def is_crowded(self) -> bool:
        """Whether so much is wrong that unknown names get no suggestions any more."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""

    def note(self, calculation: Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written, for a finding about its digits."""

    @property
    def currency(self) -> str:
        """The program's currency."""

    @property
    def paid(self) -> Paid | None:
        """What rows are paid in, where that is the currency of the row; None where it is the program's."""

    def paying(self, paid: Paid | None) -> Scope:
        """The scope of a value that is paid in other currencies."""

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows. Another version may have more of them."""

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """Lines that read the name as it is read here, without which no value is used: an incentive's `eligible`."""

    @property
    def day(self) -> Typed | None:
        """The day on which dated things are read."""

    @property
    def gates(self) -> list[Scalar]:
        """What must hold for values read here to be paid: that the benefits they name are granted."""
