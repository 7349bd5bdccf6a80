"""Whether the tier alone decides a condition: met, not met, or not decided by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.language import syntax
from engine.language.program import Line, Requirement

RANKED: Mapping[str, Callable[[int, int], bool]] = {
    "<": int.__lt__,
    "<=": int.__le__,
    ">": int.__gt__,
    ">=": int.__ge__,
    "is": int.__eq__,
    "is not": int.__ne__,
}


def standing(requirement: Requirement, tier: str, ladder: Sequence[str]) -> bool | None:
    """Whether a holder of the tier meets the line; None if the tier alone does not decide it. A comparison or a list
    of tiers decides it, and an `and` of them.
    """
    if not isinstance(requirement, Line):
        return None
    return _told(requirement.expression, tier, ladder)


def _told(expression: syntax.Expression, tier: str, ladder: Sequence[str]) -> bool | None:
    match expression:
        case syntax.Comparing(op, syntax.Name("tier"), syntax.Name(other)) if other in ladder:
            return RANKED[op](ladder.index(tier), ladder.index(other))
        case syntax.Membership(syntax.Name("tier"), options, negated):
            names = [each.text for each in options if isinstance(each, syntax.Name)]
            return (tier in names) != negated
        case syntax.Logic("and", terms):
            told = [_told(each, tier, ladder) for each in terms]
            return False if False in told else None if None in told else True
        case _:
            return None
