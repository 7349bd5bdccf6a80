"""What a run decides, said from the program and the day of the run: the periods of each incentive, open or closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.calendar import ONE_DAY
from engine.compiler.corrections import closed_before, closed_together, end_of
from engine.compiler.course.periods import complete_periods, completes_on, counted_periods, days_paid
from engine.language.program import Incentive, Program
from engine.plan.scope import Decided, Running


def decided_by(program: Program, as_of: date) -> Iterator[Decided]:
    """What the rules of one edition decide at the end of the day of the run."""
    for incentive in program.incentives:
        if incentive.period is None:
            yield from _records(incentive, program, as_of)
        else:
            yield from _periods(incentive, program, as_of)


def running_in(programs: Iterable[Program], as_of: date) -> tuple[Running, ...]:
    """The periods that are not complete at the end of the day, under all rules that reach into them."""
    found: dict[tuple[str, str], Running] = {}
    for program in programs:
        for incentive in program.incentives:
            first, end = days_paid(incentive, program, as_of)
            for each in counted_periods(incentive, program, as_of):
                complete = completes_on(each, program)
                if complete > as_of:
                    key, start, before = (incentive.name, each.name), max(each.start, first), min(each.before, end)
                    known = found.get(key, Running(*key, start, before, complete))
                    days = min(known.start, start), max(known.before, before)
                    found[key] = Running(*key, *days, complete)
    return tuple(found.values())


def _records(incentive: Incentive, program: Program, as_of: date) -> Iterator[Decided]:
    """The days whose records earn; each is closed by itself, or with those that share a limit."""
    start, before = days_paid(incentive, program, as_of)
    if start >= before:
        return
    unit, day = closed_together(incentive, program), start
    while day < before and not _is_open(closed_before(end_of(day, unit, program), program), as_of):
        day += ONE_DAY
    closes = closed_before(end_of(before - ONE_DAY, unit, program), program)
    yield Decided(incentive.name, program.edition, "", start, before, day if day < before else None, closes)


def _periods(incentive: Incentive, program: Program, as_of: date) -> Iterator[Decided]:
    """The complete periods; one that a change of rules cuts is closed as a whole."""
    assert incentive.period is not None
    first, end = days_paid(incentive, program, as_of)
    for each in complete_periods(incentive, program, as_of):
        closes = closed_before(end_of(each.start, incentive.period, program), program)
        start, before = max(each.start, first), min(each.before, end)
        opened = start if _is_open(closes, as_of) else None
        yield Decided(incentive.name, program.edition, each.name, start, before, opened, closes)


def _is_open(closes: date | None, as_of: date) -> bool:
    """Whether something may become known after the day of the run that still counts."""
    return closes is None or closes > as_of + ONE_DAY
