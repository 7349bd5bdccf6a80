"""Explain the decisions of one partner from an evaluation of its world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.explain.benefits import benefit_reasons
from engine.explain.earnings import Named, earning_reasons, unearned
from engine.explain.late import too_late
from engine.explain.metrics import metric_reasons
from engine.explain.model import Explanation, Outcome, Undecided
from engine.explain.subject import PlaceOf, Subject
from engine.explain.tiers import designation_reasons, tier_reason, why_not
from engine.plan.plan import Plan
from engine.plan.scalar import Column
from engine.reference.evaluate import Evaluation
from engine.reference.trace import Absence, why_missing
from engine.types import BOOLEAN

SHOWN = 5
"""Records shown behind a value by default."""


NO_DATES: Mapping[str, str] = {}


def nowhere(table: str, key: tuple[str, ...]) -> None:
    """The place of a record if it is not known."""


def explain(
    plan: Plan,
    evaluation: Evaluation,
    partner_id: str,
    *,
    source: Mapping[str, Sequence[str]],
    place_of: PlaceOf = nowhere,
    records: int | None = SHOWN,
    tier: str | None = None,
    incentive: str | None = None,
    incentives: Iterable[Named] = (),
    dates: Mapping[str, str] = NO_DATES,
) -> Explanation:
    """Why the partner has what it has.

    `source` holds the program's lines by file name; `place_of` finds the source of a record;
    `records` is how many to show behind each value, None for all. `tier` asks why not that tier
    instead of the next one; `incentive` leaves out the earnings of all others. `incentives` are all that
    the program has: the Plan knows only those that can have earned something by its day. `dates` names the field
    with the day of each record table. Raises KeyError for a partner that is not in the evaluation.
    """
    row = evaluation.row(plan.decisions, (partner_id,))
    subject = Subject(plan, evaluation, partner_id, row, source, place_of, records, dates)
    held, earnings = tier_reason(subject), earning_reasons(subject, incentive)
    return Explanation(
        plan.family,
        plan.version,
        plan.as_of,
        plan.day,
        partner_id,
        held,
        why_not(subject, tier),
        tuple(designation_reasons(subject)),
        metric_reasons(subject),
        benefit_reasons(subject, held.held if held else ""),
        earnings,
        unearned(subject, incentive, earnings, incentives),
        _undecided(subject),
        tuple(each for each in plan.scope if incentive in (None, each.incentive)),
        too_late(subject, incentive),
    )


def _undecided(subject: Subject) -> tuple[Undecided, ...]:
    """Everything whose absence leaves lines of the run undecided, with those lines."""
    absences: set[Absence] = set()
    lines: dict[tuple[str, str], list[str]] = {}
    for condition in subject.plan.conditions:
        if condition.parts or subject.decision(condition) is Outcome.NOT_APPLICABLE:
            continue
        column = Column(condition.outcome, BOOLEAN)
        found = why_missing(subject.evaluation, subject.plan.decisions, subject.row, column)
        absences.update(found)
        for kind in {(each.field, subject.reason(each)) for each in found}:
            lines.setdefault(kind, []).append(condition.text)
    return tuple(
        Undecided(missing, tuple(dict.fromkeys(lines[missing.field, missing.reason])))
        for missing in subject.gathered(absences)
    )
