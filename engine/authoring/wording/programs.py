"""The program as a whole: its days, calendar, rounding, ladder and tiers."""

from __future__ import annotations

from engine.authoring.wording.conditions import Clause, clauses_of
from engine.authoring.wording.values import joined, say_count, say_day, say_money, say_range
from engine.authoring.wording.voice import Voice, say_tier
from engine.calendar import MONTH_NAMES
from engine.language.program import Ladder, Program, Tier
from engine.language.syntax import Duration
from engine.types import Mode

ROUNDINGS = {
    Mode.HALF_UP: "to the nearest {unit}, halves up",
    Mode.HALF_EVEN: "to the nearest {unit}, halves to the even digit",
    Mode.DOWN: "down to the {unit}",
    Mode.UP: "up to the {unit}",
}
INVITED = "an invitation"


def say_effective(program: Program) -> str:
    """The first and last day on which a program is in force."""
    return say_range(*program.effective)


def say_calendar(program: Program) -> str:
    """How the fiscal year runs; "" where the program declares none."""
    if not program.calendar_declared:
        return ""
    month = MONTH_NAMES[program.calendar.fiscal_start_month - 1].capitalize()
    named = "starts" if program.calendar.year_named == "start" else "ends"
    return f"the fiscal year starts on 1 {month} and is named after the year in which it {named}"


def say_rounding(program: Program) -> str:
    """How amounts are rounded: `to the nearest 0.01 USD, halves up`."""
    unit = f"{'0.' + '0' * (program.scale - 1) + '1' if program.scale else '1'} {program.currency}"
    return ROUNDINGS[program.rounding].format(unit=unit)


def say_corrections(program: Program) -> str:
    """How long late records and returns change a period; "" where the program does not say."""
    corrections = program.corrections
    if not corrections.declared:
        return ""
    late, back = (_for(each) for each in (corrections.late_records, corrections.returns))
    if late == back:
        return f"after a period, records that become known late and returns still change it {late}"
    return f"after a period, records that become known late still change it {late}, and returns {back}"


def _for(after: Duration | None) -> str:
    return "without end" if after is None else f"for {say_count(after.count, after.unit.removesuffix('s'))}"


def say_conversion(program: Program) -> str:
    """How amounts in other currencies are converted: `at the rate of the day of the record`; "" where they are not."""
    conversion = program.conversion
    if conversion is None:
        return ""
    day = "the last day of the period or window" if conversion.at_period_end else "the day of the record"
    if conversion.rates:
        return f"at the rate of {day}"
    entries = [
        f"{joined([say_money(each.value, each.currency) for each in entry.amounts])} from {say_day(entry.start)}"
        for entry in conversion.equal
    ]
    until = f", as on {day}" if conversion.at_period_end else ""
    return f"by amounts of equal worth{until}: {'; '.join(entries)}"


def say_ladder(program: Program, voice: Voice) -> str:
    """The tiers from low to high."""
    return joined([say_tier(each, voice) for each in program.ladder.names])


def designation_clauses(ladder: Ladder, tier: Tier, voice: Voice) -> tuple[Clause, ...]:
    """What one tier of a designation requires, or being held; nothing for the lowest."""
    common = ladder.common if tier.name != ladder.names[0] else ()
    invited = (Clause(INVITED),) if tier.invitation is not None else ()
    return (*clauses_of((*common, *tier.requires), voice), *invited)


def tier_clauses(tier: Tier, voice: Voice) -> tuple[Clause, ...]:
    """What a tier requires: the common lines, its own, and an invitation; nothing for the lowest."""
    ladder = voice.program.ladder
    spoken = voice.of_tier(tier.name)
    common = ladder.common if ladder.tiers and tier.name != ladder.tiers[0].name else ()
    invited = (Clause(INVITED),) if tier.invitation is not None else ()
    return (*clauses_of((*common, *tier.requires), spoken), *invited)
