"""The tier a partner holds and why, and why it does not hold a higher one."""

from __future__ import annotations

from engine.explain.cheapest import cheapest_step
from engine.explain.lines import lines_of
from engine.explain.model import TierReason, WhyNot
from engine.explain.subject import Subject
from engine.plan.outputs import PARTNER, STATUSES
from engine.plan.plan import Rung


def tier_reason(subject: Subject) -> TierReason | None:
    """The tier with the lines that give it; None for a program without a ladder."""
    status = _status(subject)
    if status is None:
        return None
    held, floor, ceiling, prior = (status.get(name) or "" for name in ("held", "floor", "ceiling", "prior"))
    rung = _rung(subject, held)
    return TierReason(
        held,
        floor,
        ceiling,
        prior,
        floor != ceiling,
        why_held(subject.plan.ladder, held, floor, ceiling, prior),
        subject.clause(rung.span) if rung else None,
        lines_of(subject, rung.lines) if rung else (),
    )


def why_not(subject: Subject, tier: str | None) -> WhyNot | None:
    """Why the partner does not hold `tier`; without one, the next above the tier it holds.

    None at the top of the ladder, for the lowest tier and without a ladder.
    """
    wanted = tier or _next(subject)
    rung = _rung(subject, wanted)
    if rung is None:
        return None
    lines = lines_of(subject, rung.lines)
    return WhyNot(
        rung.tier, subject.clause(rung.span), subject.outcome(rung.outcome), lines, cheapest_step(subject, lines)
    )


def _status(subject: Subject) -> dict[str, str] | None:
    """The partner's row of statuses, its texts only."""
    for row in subject.evaluation.outputs.get(STATUSES.name, []):
        if row[PARTNER] == subject.partner_id:
            return {name: value for name, value in row.items() if isinstance(value, str)}
    return None


def _rung(subject: Subject, tier: str) -> Rung | None:
    return next((rung for rung in subject.plan.rungs if rung.tier == tier), None)


def _next(subject: Subject) -> str:
    """The tier above the one held; "" at the top or without a ladder."""
    status = _status(subject)
    ladder = subject.plan.ladder
    above = ladder[ladder.index(status["held"]) + 1 :] if status else ()
    return above[0] if above else ""


def why_held(ladder: tuple[str, ...], held: str, floor: str, ceiling: str, prior: str) -> str:
    """Why this tier, in one sentence without its subject; `prior` is "" for a partner without history."""
    place = {tier: number for number, tier in enumerate(ladder)}
    if floor != ceiling:
        return _because_undecided(place, held, floor, ceiling, prior)
    if held != floor:
        return f"keeps the tier held before, though its lines now give {floor}"
    if prior and place[prior] < place[held]:
        return f"all its lines are met: rises from {prior}"
    if prior and place[prior] > place[held]:
        return f"the highest tier whose lines are all met: falls from {prior}"
    if held == ladder[0]:
        return "the lowest tier: no other tier has all its lines met"
    return "the highest tier whose lines are all met"


def _because_undecided(place: dict[str, int], held: str, floor: str, ceiling: str, prior: str) -> str:
    between = f"a missing value leaves it open between {floor} and {ceiling}"
    if not prior:
        return f"{between}; a partner without history starts at {floor}"
    if place[prior] < place[held]:
        return f"{between}; {floor} is certain, so it rises from {prior}"
    if place[prior] > place[held]:
        return f"{between}; a tier above {ceiling} is impossible, so it falls from {prior}"
    return f"{between}, so the tier held before stays"
