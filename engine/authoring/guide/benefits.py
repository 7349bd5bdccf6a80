"""Benefits: a matrix by tier, and the conditions of benefits that have any."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.guide.document import Block, Points, Section, Table, Text
from engine.authoring.guide.standing import standing
from engine.authoring.wording.conditions import Clause, clauses_of
from engine.authoring.wording.expressions import said_choices, say_value
from engine.authoring.wording.inherited import inherited
from engine.authoring.wording.tables import NOTHING, say_table
from engine.authoring.wording.values import capitalized, joined, sentence
from engine.authoring.wording.voice import Voice, say_choice, say_heading, say_tier
from engine.language.program import Benefit, Program
from engine.language.program import Table as Values


def benefit_section(program: Program, voice: Voice) -> Section | None:
    """The benefits; None if there are none."""
    if not program.benefits:
        return None
    blocks: list[Block] = []
    if program.ladder.tiers:
        tiers = program.ladder.names
        rows = tuple((_name(each, voice), *(_cell(each, tier, voice) for tier in tiers)) for each in program.benefits)
        heads = ("Benefit", *(say_tier(each, voice) for each in tiers))
        blocks.append(Table("benefits-by-tier", "What each tier has", heads, rows))
        if any(_inherits(each) for each in program.benefits):
            blocks.append(Text("A tier has the same as the tier below it, unless the table gives another value."))
    for each in program.benefits:
        if each.per:
            keys = joined([say_choice(key, voice) for key in each.per])
            blocks.append(Text(sentence(f"{_name(each, voice)}: there is one for each {keys}")))
    blocks += _conditions(program, voice)
    return Section("benefits", "Benefits", tuple(blocks))


def _name(benefit: Benefit, voice: Voice) -> str:
    return say_heading(benefit.name, voice, benefit.title)


def _inherits(benefit: Benefit) -> bool:
    return benefit.table is not None and "tier" in benefit.table.by


def _cell(benefit: Benefit, tier: str, voice: Voice) -> str:
    """What a tier has: its own value, or that of the next lower tier that has one."""
    given = "yes" if benefit.table is None else value_at(benefit.table, tier, voice)
    if given == NOTHING:
        return given
    told = [standing(each, tier, voice.program.ladder.names) for each in benefit.when]
    if False in told:
        return NOTHING
    every = f" each {benefit.every}" if benefit.every else ""
    return f"{given}{every}{', on conditions' if None in told else ''}"


def value_at(table: Values, tier: str, voice: Voice) -> str:
    """The value a table gives to a tier, inherited from below where the tier is not listed."""
    if table.single is not None:
        return say_value(table.single, voice)
    if "tier" not in table.by:
        return say_table(table, voice)
    said = said_choices(inherited(table, voice.program.ladder.names), voice.of_tier(tier))
    return "; ".join(f"{value} {keys}".strip() for value, keys in said) or NOTHING


def _conditions(program: Program, voice: Voice) -> Iterator[Block]:
    """The benefits with conditions, and without a ladder all of them."""
    points = []
    ladder = program.ladder.names
    for benefit in program.benefits:
        told = [standing(each, tier, ladder) for each in benefit.when for tier in ladder]
        clauses = clauses_of(benefit.when, voice) if None in told or not ladder else ()  # the table shows tiers
        given = "" if benefit.table is None or program.ladder.tiers else f": {say_table(benefit.table, voice)}"
        every = f" each {benefit.every}" if given and benefit.every else ""
        if clauses:
            parts = tuple(Clause(capitalized(each.text), each.parts) for each in clauses)
            points.append(Clause(f"{_name(benefit, voice)}{given}{every}, for partners with all of this", parts))
        elif given:
            points.append(Clause(f"{_name(benefit, voice)}{given}{every}"))
    if points:
        yield Text("Some benefits have conditions:" if program.ladder.tiers else "Partners have:")
        yield Points(tuple(points))
