"""Why a case found what it found: the lines of the program that decided, with value, threshold and distance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.authoring.cases.model import Mismatch, Word
from engine.explain.earnings import earning_reasons
from engine.explain.lines import lines_of
from engine.explain.metrics import metric_reasons
from engine.explain.model import EarningReason, Line, MetricReason, Outcome
from engine.explain.subject import Subject
from engine.language.records import CURRENCY
from engine.plan.plan import Ladder, Plan
from engine.reference.evaluate import Evaluation

TIER_PATHS = ("tier", "floor", "ceiling")


def deciding_lines(
    plan: Plan, evaluation: Evaluation, partner: str, mismatch: Mismatch, source: Mapping[str, Sequence[str]]
) -> tuple[Line, ...]:
    """The lines behind a mismatch about a tier, a benefit or a line; none for amounts and metrics.

    Below the tier expected: what kept the partner from it. Above it: what gave the next one.
    """
    subject = Subject(plan, evaluation, partner, evaluation.row(plan.decisions, (partner,)), source, _nowhere, 0)
    section, *rest = mismatch.expected.path
    if section in TIER_PATHS:
        return tuple(_of_tier(subject, mismatch))
    if section == "designations":
        return tuple(_of_designation(subject, mismatch))
    if section == "tiers":
        return tuple(_telling(lines_of(subject, _rung(plan, rest[0])), met=mismatch.found.answer == Outcome.MET))
    if section == "benefits":
        lines = next((each.lines for each in plan.entitlements if [each.name, *each.scope] == rest), ())
        met = mismatch.found.answer not in ("none", "undecided", False)
        return tuple(_telling(lines_of(subject, lines), met))
    return lines_of(subject, [rest[0]]) if section == "lines" else ()


def earning_steps(
    plan: Plan, evaluation: Evaluation, partner: str, mismatch: Mismatch, source: Mapping[str, Sequence[str]]
) -> tuple[EarningReason, ...]:
    """The earnings behind a mismatch about an amount, with their steps, including earnings of zero."""
    path = mismatch.expected.path
    if path[0] != "earnings":
        return ()
    subject = Subject(plan, evaluation, partner, evaluation.row(plan.decisions, (partner,)), source, _nowhere, 0)
    found = earning_reasons(subject, path[1])
    return tuple(each for each in found if set(path[2:]) <= set(_told_by(each)))


def _told_by(earning: EarningReason) -> list[object]:
    """The record, or the period and the currency, that identify an earning of an incentive in a case."""
    return [each.value.value for each in earning.key if each.name in ("source_id", "period", CURRENCY)]


def measured(
    plan: Plan, evaluation: Evaluation, partner: str, mismatch: Mismatch, source: Mapping[str, Sequence[str]]
) -> tuple[MetricReason, ...]:
    """The metric behind a mismatch about one, with its window and how many records it counted."""
    section, *rest = mismatch.expected.path
    if section != "metrics":
        return ()
    subject = Subject(plan, evaluation, partner, evaluation.row(plan.decisions, (partner,)), source, _nowhere, 0)
    return tuple(each for each in metric_reasons(subject) if each.name == rest[0])


def _nowhere(table: str, key: tuple[str, ...]) -> None:
    """Where a record of a case comes from: the test file itself."""


def _rung(plan: Plan, tier: object) -> tuple[str, ...]:
    return next((each.lines for each in plan.tiers.rungs if each.tier == tier), ())


def _of_tier(subject: Subject, mismatch: Mismatch) -> Iterator[Line]:
    return _of_ladder(subject, subject.plan.tiers, mismatch)


def _of_designation(subject: Subject, mismatch: Mismatch) -> Iterator[Line]:
    """The lines of the status; those of whom it applies to where there is one on one side alone."""
    _, name, *scope = mismatch.expected.path
    ladder = next(each for each in subject.plan.ladders if (each.name, *each.scope) == (name, *scope))
    answers = (mismatch.expected.answer, mismatch.found.answer)
    if Word.NONE in answers:
        return _telling(lines_of(subject, ladder.conditions), met=answers[1] != Word.NONE)
    return _of_ladder(subject, ladder, mismatch)


def _of_ladder(subject: Subject, ladder: Ladder, mismatch: Mismatch) -> Iterator[Line]:
    """What kept the partner from the tier expected, or what gave the one it has."""
    expected, found = mismatch.expected.answer, mismatch.found.answer
    if expected not in ladder.tiers or found not in ladder.tiers:
        return
    wanted, got = ladder.tiers.index(str(expected)), ladder.tiers.index(str(found))
    rung = ladder.rung(str(expected if got < wanted else found))
    yield from _telling(lines_of(subject, rung.lines if rung else ()), met=got > wanted)


def _telling(lines: Iterable[Line], met: bool) -> Iterator[Line]:
    """The lines that made the outcome: all that hold, or those that do not; of groups their parts."""
    for line in lines:
        if (line.outcome is Outcome.MET) is not met:
            continue
        yield from _telling(line.parts, met) if line.parts and line.form in ("all", "any", "at_least") else (line,)
