"""Answers of atoms to conditions, floor and ceiling."""

from __future__ import annotations

import pytest

from engine.plan.scalar import IsMissing
from engine.referee.combine import Standing, combiner
from engine.referee.facts import Encoded
from engine.referee.formula import Answer
from engine.referee.translate import brief_of
from tests.engine.referee.conditions import AT_LEAST, compare, condition, flag, literal, plan, whole

MET, NOT_MET, OPEN, SILENT = Answer.MET, Answer.NOT_MET, Answer.CANNOT_DECIDE, Answer.NOT_COVERED

SILVER = condition("tier.silver.1", compare(whole("s"), AT_LEAST, literal(1)))
GOLD = condition("tier.gold.1", compare(whole("g"), AT_LEAST, literal(1)))
LADDER = plan(SILVER, GOLD, rungs=(("silver", ("tier.silver.1",)), ("gold", ("tier.gold.1",))))
NAMES = {MET: ["e", "a"], NOT_MET: ["e"], OPEN: [], SILENT: []}


@pytest.mark.parametrize(
    ("silver", "gold", "floor", "ceiling"),
    [
        (MET, MET, "gold", "gold"),
        (MET, NOT_MET, "silver", "silver"),
        (MET, OPEN, "silver", "gold"),
        (NOT_MET, MET, "gold", "gold"),
        (OPEN, NOT_MET, "registered", "silver"),
        (NOT_MET, NOT_MET, "registered", "registered"),
        (MET, SILENT, None, None),
        (SILENT, MET, "gold", "gold"),
        (SILENT, OPEN, None, "gold"),
    ],
)
def test_the_tier_is_an_interval(silver: Answer, gold: Answer, floor: str | None, ceiling: str | None) -> None:
    """Floor: highest tier met; ceiling: highest not refuted; none where a silent line could move it."""
    met = {f"{kind}{place}" for place, given in enumerate((silver, gold)) for kind in NAMES[given]}
    refused = tuple((place, "too large") for place, given in enumerate((silver, gold)) if given is SILENT)
    ruling = combiner(LADDER, brief_of(LADDER))("p1", Encoded((1, 1), refused), met)
    assert ruling.conditions == ruling.tiers == (silver, gold)
    assert ruling.standings == (Standing(floor, ceiling),)
    assert ruling.reasons == (("too large",) if refused else ())


def test_without_an_answer_nothing_is_covered() -> None:
    """A partner on whom the engine died has no answers, and the reason is kept."""
    ruling = combiner(LADDER, brief_of(LADDER))("p1", Encoded((1, 1)), "it died")
    assert ruling.conditions == (SILENT, SILENT)
    assert ruling.reasons == ("it died",)


def test_presence_is_always_decided() -> None:
    """Whether a value is missing is met or not met."""
    only = plan(condition("t.1", IsMissing(whole("s"))))
    combine = combiner(only, brief_of(only))
    assert combine("p1", Encoded((1,)), {"e0"}).conditions == (NOT_MET,)
    assert combine("p1", Encoded((None,)), set()).conditions == (MET,)


def test_conditions_in_a_circle_are_not_covered() -> None:
    """Two lines that name each other end in silence, not in an endless call."""
    circle = plan(condition("a", flag("b")), condition("b", flag("a")))
    assert combiner(circle, brief_of(circle))("p1", Encoded(()), set()).conditions == (SILENT, SILENT)
