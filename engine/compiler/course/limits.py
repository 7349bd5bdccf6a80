"""Limits: in the order written, each takes what is left of it; what exceeds it is not earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compiler.course.pay import value_of
from engine.compiler.expressions import Scope, Typed
from engine.language.codes import meaning
from engine.language.program import Incentive, Limit, Program
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Column, Literal, Mode
from engine.types import Kind

CURE = "a limit is an amount such as `3_000 USD`"


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit with its amount, in minor units of the currency paid."""

    limit: Limit
    amount: Typed

    def partition(self, columns: Mapping[str, Column]) -> tuple[Column, ...]:
        """The columns over which it runs together."""
        return tuple(columns[each] for each in self.limit.per)


def bounds_of(incentive: Incentive, program: Program, scope: Scope) -> tuple[Bound, ...] | None:
    """The limits with their amounts; None after findings.

    A benefit that is not granted is a limit of zero, so no further check is needed.
    """
    asked = len(scope.gates)
    found = [_bound(each, program, scope) for each in incentive.limits]
    del scope.gates[asked:]
    kept = tuple(each for each in found if each is not None)
    return kept if len(kept) == len(found) else None


def _bound(limit: Limit, program: Program, scope: Scope) -> Bound | None:
    amount = value_of(limit.at_most, (Kind.MONEY,), CURE, scope)
    if amount is None:
        return None
    value = amount.scalar.value if isinstance(amount.scalar, Literal) else None
    if isinstance(value, str | bool) or value is None or not value < 0:  # type: ignore[operator]  # money is a number
        return Bound(limit, _in_units(amount, program))
    scope.report(
        meaning.BAD_LIMIT.at(
            limit.at_most.span, "a limit below zero would take money instead of paying it", help="write 0 or more"
        )
    )
    return None


def _in_units(amount: Typed, program: Program) -> Typed:
    """The amount without parts of a minor unit: what is earned has none, and must not exceed it."""
    if not amount.type.ratio and type_of(amount.scalar).scale <= program.scale:
        return amount
    whole = node.Round(amount.scalar, program.scale, Mode.DOWN)
    return Typed(whole, type_of(whole), amount.span)
