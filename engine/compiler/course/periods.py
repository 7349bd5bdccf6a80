"""The days and periods of an incentive, and parts of periods where its rules change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.calendar import ONE_DAY, Cycle, Period
from engine.language.program import Incentive, Program
from engine.plan import scalar as node
from engine.plan.scalar import Comparison, Literal, Scalar, Value
from engine.types import DATE, TEXT, Type


def days_paid(incentive: Incentive, program: Program, as_of: date) -> tuple[date, date]:
    """The days whose records can earn until now: half-open, empty if it has not begun."""
    start, before = program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    if incentive.days is not None:
        start, before = max(start, incentive.days[0]), min(before, incentive.days[1])
    return start, min(before, as_of + ONE_DAY)


def complete_periods(incentive: Incentive, program: Program, as_of: date) -> tuple[Period, ...]:
    """The incentive's periods that ended by now: what is still running is not owed yet.

    Of a period that a change of rules cuts, or the end of the version, only the part under these rules: it keeps
    the period's name, and waits for the period's last day, so that an earning does not grow after it was there.
    """
    found = counted_periods(incentive, program, as_of)
    return tuple(each for each in found if completes_on(each, program) <= as_of)


def counted_periods(incentive: Incentive, program: Program, as_of: date) -> tuple[Period, ...]:
    """The periods that ended by now, and the one that still runs, as far as it has come.

    A running period is counted and judged as if it ended on the day of the run. What it comes to is not owed.
    """
    start, before = days_paid(incentive, program, as_of)
    if incentive.period is None or start >= before:
        return ()
    unit, fiscal = incentive.period
    end = min(program.effective[1], as_of + ONE_DAY)
    parts = (_part(each, start, incentive.cuts) for each in program.calendar.periods(start, before, unit, fiscal))
    return tuple(replace(each, before=min(each.before, end)) for each in parts)


def completes_on(period: Period, program: Program) -> date:
    """The day from which on a period, or a part of one, is owed: the last day of the whole period."""
    return program.calendar.period_of(period.start, period.unit, period.fiscal).last_day


def _part(period: Period, start: date, cuts: Sequence[date]) -> Period:
    """The part of a period from `start` on, or from its own start, to where a change cuts it off."""
    inside = sorted({each for each in cuts if period.start < each < period.before})
    if not inside:
        return period
    edges = [period.start, *inside, period.before]
    place = max(number for number, edge in enumerate(edges[:-1]) if edge <= max(start, period.start))
    return replace(period, start=edges[place], before=edges[place + 1])


def named_period(day: Scalar, cycle: Cycle, incentive: Incentive, program: Program, as_of: date) -> Scalar:
    """The name of the calendar period that a day falls in, for the days that the incentive pays for or judges.

    A period that `during` cuts is judged on its last day, which may be in a later calendar period.
    """
    start, before = days_paid(incentive, program, as_of)
    before = max([before, *(each.before for each in counted_periods(incentive, program, as_of))])
    periods = program.calendar.periods(start, before, *cycle) if start < before else ()
    return by_period(day, periods, [each.name for each in periods], TEXT)


def inside(day: Scalar, start: date, before: date) -> Scalar:
    """Whether a day is in the range."""
    return node.And(
        (
            node.Compare(day, Comparison.AT_LEAST, Literal(start, DATE)),
            node.Compare(day, Comparison.LESS, Literal(before, DATE)),
        )
    )


def by_period(day: Scalar, periods: Sequence[Period], values: Sequence[Value], type: Type) -> Scalar:
    """The value of the period a day is in; missing outside all of them."""
    none = Literal(None, type)
    if not periods:
        return none
    branches: list[tuple[Scalar, Scalar]] = [
        (node.Compare(day, Comparison.LESS, Literal(periods[0].start, DATE)), none)
    ]
    for period, value in zip(periods, values, strict=True):
        branches.append((node.Compare(day, Comparison.LESS, Literal(period.before, DATE)), Literal(value, type)))
    return node.Case(tuple(branches), none)
