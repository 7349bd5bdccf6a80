"""The program as a whole: its days, calendar, rounding, ladder and tiers."""

from __future__ import annotations

from decimal import Decimal

from engine.authoring.wording.conditions import Clause, clauses_of
from engine.authoring.wording.values import joined, say_count, say_day, say_money, say_range
from engine.authoring.wording.voice import Voice, say_tier
from engine.calendar import MONTH_NAMES
from engine.language.expression import render_expression
from engine.language.program import Ladder, Line, Program, Requirement, Tier
from engine.language.syntax import Comparing, Duration, Money, Number
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


def needed(ladder: Ladder, tier: Tier) -> tuple[Requirement, ...]:
    """The lines of a tier, without those of lower tiers that ask for no more of a number than a line of its own."""
    lines, more = ladder.lines_of(tier), ladder.taken_over(tier)
    said = list(lines[: len(lines) - len(more)])
    for line in more:
        asked = _least(line)
        if asked is None or not any(each and each[0] == asked[0] and each[1] >= asked[1] for each in map(_least, said)):
            said.append(line)
    return tuple(said)


def _least(line: Requirement) -> tuple[str, Decimal] | None:
    """What is compared with a number that it must reach, and the number."""
    match line:
        case Line(Comparing(">=", left, Number(value) | Money(value))):
            return render_expression(left), value
    return None


def designation_clauses(ladder: Ladder, tier: Tier, voice: Voice) -> tuple[Clause, ...]:
    """What one tier of a designation requires, or being held; nothing for the lowest."""
    invited = (Clause(INVITED),) if tier.invitation is not None else ()
    return (*clauses_of(needed(ladder, tier), voice), *invited)


def tier_clauses(tier: Tier, voice: Voice) -> tuple[Clause, ...]:
    """What a tier requires: the common lines, its own, and an invitation; nothing for the lowest."""
    ladder = voice.program.ladder
    spoken = voice.of_tier(tier.name)
    invited = (Clause(INVITED),) if tier.invitation is not None else ()
    return (*clauses_of(needed(ladder, tier), spoken), *invited)
