"""Tiers nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis import codes
from engine.analysis.lines import impossible, lines_of, smallest
from engine.analysis.names import Era, Names
from engine.analysis.proofs import never_together, proof
from engine.language.diagnostic import Diagnostic, Related
from engine.language.program import Tier


def unreachable_tiers(names: Names) -> Iterator[Diagnostic]:
    """A finding for every tier whose lines are never all met, in any era."""
    for tier in names.program.ladder.tiers[1:]:
        closed = [era for era in names.eras if _closed(tier, names, era)]
        if len(closed) == len(names.eras):
            yield _unreachable(tier, names, closed[0])


def _closed(tier: Tier, names: Names, era: Era) -> bool:
    return impossible([each.condition.met for each in lines_of(tier, names, era)], names, era)


def _unreachable(tier: Tier, names: Names, era: Era) -> Diagnostic:
    core = smallest(lines_of(tier, names, era), names, era)
    return codes.UNREACHABLE_TIER.at(
        tier.span,
        f"nobody can reach `{tier.name}`: " + " and ".join(f"`{each.text}`" for each in core),
        related=[Related(each.span, "this line" if place == 0 else "and this") for place, each in enumerate(core)],
        help="change one of these lines, or drop the tier",
        evidence=[proof(never_together(core))],
    )
