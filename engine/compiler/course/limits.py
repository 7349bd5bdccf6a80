"""Limits: in the order written, each takes what is left of it; what exceeds it is not earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.compiler.course.pay import value_of
from engine.compiler.typed import Scope, Typed
from engine.language.codes import meaning
from engine.language.currency import scale_of
from engine.language.program import Incentive, Limit, Program
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar
from engine.types import Kind

CURE = "a limit is an amount such as `3_000 USD`"


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit with its amount, in minor units of the currency paid."""

    limit: Limit
    amount: Typed

    def partition(self, columns: Mapping[str, Column], currency: Column | None) -> tuple[Column, ...]:
        """The columns over which it runs together: each `currency` that is paid has room of its own."""
        whose = (columns[each] for each in self.limit.per)
        return tuple(dict.fromkeys(whose if currency is None else (*whose, currency)))


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
        return Bound(limit, _in_units(amount, program, scope))
    scope.report(
        meaning.BAD_LIMIT.at(
            limit.at_most.span, "a limit below zero would take money instead of paying it", help="write 0 or more"
        )
    )
    return None


def _in_units(amount: Typed, program: Program, scope: Scope) -> Typed:
    """The amount without parts of a minor unit: what is earned has none, and must not exceed it."""
    found = type_of(amount.scalar)
    is_whole = is_stated(amount.scalar) if scope.paid else not found.ratio and found.scale <= program.scale
    if is_whole:
        return amount
    whole = in_minor_units(amount.scalar, scope.paid.currency if scope.paid else None, program.scale, Mode.DOWN)
    return Typed(whole, type_of(whole), amount.span)


def is_stated(amount: Scalar) -> bool:
    """Whether it is an amount that the program states, perhaps one for each of several conditions.

    None of these has parts of a minor unit of its own currency: the language refuses them.
    """
    if isinstance(amount, node.Case):
        return all(map(is_stated, (*(each for _, each in amount.branches), amount.otherwise)))
    return isinstance(amount, Literal)


def in_minor_units(amount: Scalar, currency: Column | None, scale: int, mode: Mode) -> Scalar:
    """An amount rounded to minor units: to `scale` digits, or to those of the currency of the row."""
    if currency is None:
        return node.Round(amount, scale, mode)
    digits = {code: scale_of(code) or 0 for code in currency.type.values}
    finest = max(digits.values())
    others = tuple(
        (node.Compare(currency, Comparison.EQUAL, Literal(code, currency.type)), node.Round(amount, scale, mode))
        for code, scale in digits.items()
        if scale != finest
    )
    rounded = node.Round(amount, finest, mode)
    return node.Case(others, rounded) if others else rounded
