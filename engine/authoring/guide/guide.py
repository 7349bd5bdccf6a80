"""The guide of a program: everything a partner needs to know about it, in the order of likely questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date

from engine.authoring.guide.benefits import benefit_section, value_at
from engine.authoring.guide.calendar import calendar_section
from engine.authoring.guide.certifications import certification_section
from engine.authoring.guide.changes import changes_since, changes_to_come
from engine.authoring.guide.designations import designation_section
from engine.authoring.guide.document import Block, Figures, Guide, Points, Section, Text
from engine.authoring.guide.glossary import glossary_section
from engine.authoring.guide.incentives import headline, incentive_section
from engine.authoring.guide.setting import Planner
from engine.authoring.guide.tiers import ladder_steps, tier_section
from engine.authoring.wording.conditions import Clause
from engine.authoring.wording.programs import say_effective
from engine.authoring.wording.tables import NOTHING
from engine.authoring.wording.values import joined, say_day, sentence
from engine.authoring.wording.voice import Naming, Voice, plain_words, say_heading, say_tier
from engine.calendar import ONE_DAY
from engine.language.program import Program


def guide_of(whole: Program, day: date, planner: Planner, previous: Program | None = None) -> Guide:
    """The guide as of a day: values in force then, with those that come later beside them.

    `planner` compiles a program for the worked examples. With `previous`, what changed since that version is a section.
    Reasons, accounting and tax forms are the vendor's own affair and are not in it.
    """
    stages = whole.stages
    begun = [each for each in stages if each.first_day <= day] or [stages[0]]
    program = replace(begun[-1], earlier=None, since=None)
    voice = Voice(program, Naming.PLAIN, day)
    parts = (
        tier_section(program, voice),
        designation_section(program, voice),
        benefit_section(program, voice),
        incentive_section(program, voice, planner),
        certification_section(program, voice),
        calendar_section(program, voice),
        changes_to_come(stages[len(begun) - 1 :], voice),
        changes_since(previous, program, voice) if previous is not None else None,
    )
    sections = (_overview(program, voice), *(each for each in parts if each is not None))
    glossary = glossary_section(program, voice, texts_in(sections))
    return Guide(
        say_heading(program.family, voice, program.title if program.title != program.family else ""),
        "Partner guide",
        _lead(program),
        (f"Version {_edition(begun[-1])}", say_effective(program), f"Amounts in {program.currency}"),
        (*sections, *((glossary,) if glossary is not None else ())),
        (
            f"This guide shows the values in force on {say_day(day)}, and later values with their dates.",
            "It is generated from the program. The examples are invented; the program computes their amounts.",
        ),
    )


def _edition(program: Program) -> str:
    """The version, with the day of its last change."""
    since = f", as amended on {say_day(program.since)}" if program.since is not None else ""
    return f"{program.version}{since}"


def _lead(program: Program) -> str:
    parts = [
        "what the tiers require" if program.ladder.tiers else "",
        "what the designations ask for" if program.designations else "",
        "what partners get" if program.benefits else "",
        "what can be earned" if program.incentives else "",
        "the dates that matter",
    ]
    return sentence(joined([each for each in parts if each]))


def _overview(program: Program, voice: Voice) -> Section:
    blocks: list[Block] = [Figures(tuple(_figures(program, voice)))]
    steps = ladder_steps(program, voice)
    if steps is not None:
        blocks.append(steps)
    points = tuple(_short(program, voice))
    if points:
        blocks += [Text("In short:"), Points(points)]
    return Section("overview", "At a glance", tuple(blocks))


def _figures(program: Program, voice: Voice) -> Iterator[tuple[str, str, str]]:
    start, before = program.effective
    yield "In force from", say_day(start), f"to {say_day(before - ONE_DAY)}"
    if program.ladder.tiers:
        names = [say_tier(each, voice) for each in program.ladder.names]
        ends = f"{names[0]} to {names[-1]}" if len(names) > 1 else names[0]
        yield "Tiers", str(len(names)), ends
    if program.designations:
        yield "Designations", str(len(program.designations)), ""
    if program.benefits:
        yield "Benefits", str(len(program.benefits)), ""
    if program.incentives:
        kinds = joined(list(dict.fromkeys(plain_words(each.kind) for each in program.incentives)))
        yield "Incentives", str(len(program.incentives)), kinds


def _short(program: Program, voice: Voice) -> Iterator[Clause]:
    """What is best at the top, and what can be earned."""
    if program.ladder.tiers:
        top = program.ladder.names[-1]
        best = [
            f"{say_heading(each.name, voice, each.title)}: {value}"
            for each in program.benefits
            if each.table is not None and not each.when and (value := value_at(each.table, top, voice)) != NOTHING
        ]
        if best:
            yield Clause(f"{say_tier(top, voice)}, the highest tier, has", tuple(map(Clause, best)))
    for each in program.incentives:
        yield Clause(f"{say_heading(each.name, voice, each.title)}: {headline(each, voice)}")


def texts_in(value: object) -> Iterator[str]:
    """Every text in a value made of dataclasses and tuples: a guide, a section, a block."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts_in(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "id":  # an anchor
                yield from texts_in(getattr(value, field.name))
