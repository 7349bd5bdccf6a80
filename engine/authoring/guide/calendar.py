"""The calendar: fiscal periods with their days, when money is decided, and every day on which something changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from engine.authoring.guide.document import Block, Section, Table, Text
from engine.authoring.wording.expressions import say_keys
from engine.authoring.wording.metrics import say_certification_name
from engine.authoring.wording.offers import say_period, say_record
from engine.authoring.wording.programs import say_calendar, say_effective
from engine.authoring.wording.tables import say_table
from engine.authoring.wording.values import capitalized, joined, say_day, sentence
from engine.authoring.wording.voice import Voice, say_heading, say_name
from engine.authoring.wording.windows import say_unit
from engine.calendar import ONE_DAY, Unit, add_months
from engine.language.program import Incentive, Program
from engine.language.program import Table as Values

MOST_PERIODS = 24  # rows; a program of many years shows its quarters by the year


def calendar_section(program: Program, voice: Voice) -> Section:
    """The calendar of a program; it always has at least its own first and last day."""
    blocks: list[Block] = [Text(sentence(f"this version of the program is in force from {say_effective(program)}"))]
    if program.calendar_declared:
        blocks.append(Text(sentence(say_calendar(program))))
    blocks.append(_periods(program))
    decided = tuple(_decided(each, voice) for each in program.incentives)
    if decided:
        blocks.append(Table("decided", "When incentives are decided", ("Incentive", "Measured", "Decided"), decided))
    told = program.effective[0] if voice.day is None else voice.day
    dates = sorted({(day, event) for day, event in dated_events(program, voice) if day >= told})
    if dates:
        rows = tuple((say_day(day), capitalized(event)) for day, event in dates)
        blocks.append(Table("dates", "Dates to note", ("Date", "What happens"), rows))
    return Section("calendar", "Calendar", tuple(blocks))


def _periods(program: Program) -> Table:
    """Quarters of the program with their days, fiscal ones where the program has a fiscal calendar."""
    fiscal = program.calendar_declared
    start, before = program.effective
    periods = program.calendar.periods(start, before, Unit.QUARTER, fiscal)
    if len(periods) > MOST_PERIODS:
        periods = program.calendar.periods(start, before, Unit.YEAR, fiscal)
    unit = say_unit(periods[0].unit, fiscal)
    rows = tuple((each.name, say_day(each.start), say_day(each.last_day)) for each in periods)
    return Table("periods", f"{capitalized(unit)}s", (capitalized(unit), "First day", "Last day"), rows)


def _decided(incentive: Incentive, voice: Voice) -> tuple[str, str, str]:
    name = say_heading(incentive.name, voice, incentive.title)
    measured = say_period(incentive, voice)
    if incentive.period is None:
        return (name, measured, f"on the day of the {say_record(incentive, voice)}")
    return (name, measured, f"once the {say_unit(*incentive.period)} is complete, as of its last day")


def changed_part(old: Values, new: Values, voice: Voice) -> str:
    """What differs between two versions of a value: `3 for Gold (so far 2)`; "" where nothing does."""
    if old.by != new.by or not (old.choices and new.choices):
        said, former = say_table(new, voice), say_table(old, voice)
        return f"{said} (so far {former})" if said != former else ""
    former_of = {each.keys: say_table(each.value, voice) for each in old.choices}
    parts = []
    for each in new.choices:
        said, before = say_table(each.value, voice), former_of.get(each.keys, "")
        if said != before:
            so_far = f" (so far {before})" if before else ""
            keys = say_keys(new, each, voice)  # none of an amount that says its currency itself
            parts.append(f"{said}{f' for {keys}' if keys else ''}{so_far}")
    return joined(parts)


def dated_events(program: Program, voice: Voice) -> Iterator[tuple[date, str]]:
    """Every day inside the program on which something begins, changes or ends, with what it is."""
    start, before = program.effective
    for parameter in program.parameters:
        for before_it, version in pairwise(parameter.versions):
            if version.start is not None and start < version.start < before:
                changed = changed_part(before_it.table, version.table, voice)
                if changed:
                    yield version.start, f"{say_name(parameter.name, voice)}: {changed}"
    for incentive in program.incentives:
        if incentive.during is not None:
            name = say_heading(incentive.name, voice, incentive.title)
            first, last = max(incentive.during[0], start), min(incentive.during[1], before) - ONE_DAY
            yield first, f"{name} begins"
            yield last, f"{name}: last day"
    for each in program.certifications:
        name = say_certification_name(each.name, voice)
        if each.retired_on is not None:
            end = add_months(each.retired_on, each.run_off or 0)
            if each.retired_on >= start and each.run_off:
                yield each.retired_on, f"{name} is retired"
            if start < end < before:
                yield end - ONE_DAY, f"{name}: last day on which it counts"
