"""The status of a partner on each ladder and the reason, and why it is not higher."""

from __future__ import annotations

from collections.abc import Iterator

from engine.explain.cheapest import cheapest_step
from engine.explain.lines import lines_of
from engine.explain.model import DesignationReason, Outcome, TierReason, WhyNot
from engine.explain.subject import Subject
from engine.plan.outputs import PARTNER, STATUSES
from engine.plan.owner import TIERS, said_scope
from engine.plan.plan import Ladder, Plan, Rung


def tier_reason(subject: Subject) -> TierReason | None:
    """The tier with the lines that give it; None for a program without tiers."""
    return _status_reason(subject, subject.plan.tiers)


def designation_reasons(subject: Subject) -> Iterator[DesignationReason]:
    """Every designation in every scope, those that do not apply too."""
    for ladder in subject.plan.ladders:
        if ladder.name == TIERS:
            continue
        applies = subject.outcome(ladder.applies) if ladder.applies else Outcome.MET
        yield DesignationReason(
            ladder.name,
            ladder.title,
            said_scope(ladder.scope),
            ladder.plain,
            applies,
            lines_of(subject, ladder.conditions),
            _status_reason(subject, ladder) if applies is Outcome.MET else None,
            _why_not(subject, _next(subject, ladder)) if applies is Outcome.MET else None,
        )


def why_not(subject: Subject, tier: str | None) -> WhyNot | None:
    """Why the partner does not hold `tier`, which may name a designation; without one, the next tier above its own.

    None at the top of the ladder, for the lowest tier and without a ladder.
    """
    return _why_not(subject, rung_called(subject.plan, tier) if tier else _next(subject, subject.plan.tiers))


def rung_called(plan: Plan, name: str) -> Rung | None:
    """The rung that a person calls so: `gold`, `specialist`, `level.expert`."""
    return next((each for each in plan.rungs if name == (each.of or each.tier)), None)


def _why_not(subject: Subject, rung: Rung | None) -> WhyNot | None:
    if rung is None:
        return None
    lines = lines_of(subject, rung.lines)
    cheapest = cheapest_step(subject, lines)
    return WhyNot(rung.of or rung.tier, subject.clause(rung.span), subject.outcome(rung.outcome), lines, cheapest)


def _status_reason(subject: Subject, ladder: Ladder) -> TierReason | None:
    status = _status(subject, ladder)
    if status is None:
        return None
    held, floor, ceiling, prior = (status.get(name) or "" for name in ("held", "floor", "ceiling", "prior"))
    rung = ladder.rung(held)
    return TierReason(
        held,
        floor,
        ceiling,
        prior,
        floor != ceiling,
        _why_plain(held, floor, ceiling, prior)
        if ladder.plain
        else why_held(ladder.tiers, held, floor, ceiling, prior),
        subject.clause(rung.span) if rung else None,
        lines_of(subject, rung.lines) if rung else (),
    )


def _status(subject: Subject, ladder: Ladder) -> dict[str, str] | None:
    """The partner's row of statuses on a ladder, its texts only."""
    key = {PARTNER: subject.partner_id, "ladder": ladder.name, "scope": said_scope(ladder.scope) or None}
    for row in subject.evaluation.outputs.get(STATUSES.name, []):
        if all(row[name] == value for name, value in key.items()):
            return {name: value for name, value in row.items() if isinstance(value, str)}
    return None


def _next(subject: Subject, ladder: Ladder) -> Rung | None:
    """The tier above the one held; None at the top, without a ladder and without a status."""
    held = (_status(subject, ladder) or {}).get("held")
    above = ladder.tiers[ladder.tiers.index(held) + 1 :] if held else ()
    return ladder.rung(above[0]) if above else None


def _why_plain(held: str, floor: str, ceiling: str, prior: str) -> str:
    """Why a designation is held or not, in one sentence without its subject."""
    if floor != ceiling:
        return "undecided because of a missing value" + (", so it stays as it was" if prior else "")
    return "all its lines are met" if held == ceiling != "not_held" else "its lines are not all met"


def why_held(ladder: tuple[str, ...], held: str, floor: str, ceiling: str, prior: str) -> str:
    """Why this tier, in one sentence without its subject; `prior` is "" for a partner without history."""
    place = {tier: number for number, tier in enumerate(ladder)}
    if floor != ceiling:
        return _because_undecided(place, held, floor, ceiling, prior)
    if held != floor:
        return f"kept from before; its lines now give only {floor}"
    if prior and place[prior] < place[held]:
        return f"up from {prior}: all its lines are met"
    if prior and place[prior] > place[held]:
        return f"down from {prior}: the highest tier whose lines are all met"
    if held == ladder[0]:
        return "the lowest tier: no other tier has all its lines met"
    return "the highest tier whose lines are all met"


def _because_undecided(place: dict[str, int], held: str, floor: str, ceiling: str, prior: str) -> str:
    between = f"a value is missing, so anything from {floor} to {ceiling} is possible"
    if not prior:
        return f"{between}; a partner without history starts at {floor}"
    if place[prior] < place[held]:
        return f"{between}; {floor} is certain, so it goes up from {prior}"
    if place[prior] > place[held]:
        return f"{between}; a tier above {ceiling} is impossible, so it goes down from {prior}"
    return f"{between}; the tier held before is kept"
