"""An explanation without what cannot be decided because rows were set aside."""

from __future__ import annotations

from dataclasses import replace

from engine.explain.model import Explanation, SetAside


def without_undecided(explanation: Explanation, set_aside: SetAside) -> Explanation:
    """The explanation that gives no reason for what is undecided: there is none but the rows set aside."""
    names = set_aside.incentives
    decided = replace(
        explanation,
        earnings=tuple(each for each in explanation.earnings if each.incentive not in names),
        unearned=tuple(each for each in explanation.unearned if each.id not in names),
        too_late=tuple(each for each in explanation.too_late if each.incentive not in names),
        set_aside=set_aside,
    )
    if not set_aside.run:
        return decided
    return replace(decided, tier=None, why_not=None, designations=(), metrics=(), benefits=(), undecided=())
