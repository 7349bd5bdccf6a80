"""Tiers: what each requires, side by side and in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.guide.benefits import value_at
from engine.authoring.guide.document import Block, Card, Cards, Heading, Points, Section, Steps, Table, Text
from engine.authoring.wording.conditions import Clause, clauses_of, compared
from engine.authoring.wording.nouns import singular
from engine.authoring.wording.programs import tier_clauses
from engine.authoring.wording.tables import NOTHING
from engine.authoring.wording.values import capitalized, joined, say_count, sentence
from engine.authoring.wording.voice import Voice, say_name, say_tier
from engine.language.program import Program, Requirement, Tier

ALL_NOTES = 96  # characters for one note on each step of the picture, over all steps
MOST_NOTES = 2
MOST_STEPS = 12  # more make no picture
ALL_MET = "A partner must meet all of this on the day of the decision."


def tier_section(program: Program, voice: Voice) -> Section | None:
    """The tiers; None for a program without a ladder."""
    if not program.ladder.tiers:
        return None
    first, *rest = (say_tier(each, voice) for each in program.ladder.names)
    order = ", from low to high" if rest else ""
    opening = f"The program has {say_count(len(rest) + 1, 'tier')}: {joined([first, *rest])}{order}. "
    opening += f"Every partner is at least {first}." if rest else "Every partner has it."
    blocks: list[Block] = [Text(opening)]
    if rest:
        blocks += [
            *_side_by_side(program, voice),
            *_one_by_one(program, voice),
            Heading("How a partner moves"),
            Points(_moving(program, voice)),
        ]
    return Section("tiers", "Tiers and how to reach them", tuple(blocks))


def ladder_steps(program: Program, voice: Voice) -> Steps | None:
    """The ladder as a picture, with the first thresholds of each tier on its step."""
    if not 2 <= len(program.ladder.tiers) <= MOST_STEPS:
        return None
    steps = tuple((say_tier(each.name, voice), _notes(each, voice)) for each in program.ladder.tiers)
    said = joined([" from ".join(filter(None, (name, notes[0] if notes else ""))) for name, notes in steps])
    return Steps("ladder", "The tiers of the program", f"Steps that rise from left to right: {said}.", steps)


def _notes(tier: Tier, voice: Voice) -> tuple[str, ...]:
    notes: list[str] = []
    most = ALL_NOTES // len(voice.program.ladder.tiers)
    for line in _lines(tier, voice):
        found = compared(line, voice.of_tier(tier.name))
        if found is not None and found.relation == "at least":
            short = found.threshold.value
            subject = singular(found.subject) if short == "1" else found.subject
            whole = "" if found.threshold.varies else f"{short} {subject}"
            if whole and len(whole) <= most:
                notes.append(whole)
            elif " " in short or short.endswith("%"):  # an amount speaks for itself, a bare number does not
                notes.append(short)
    for benefit in voice.program.benefits:
        if benefit.value == "percent" and benefit.table is not None and not benefit.when:
            value = value_at(benefit.table, tier.name, voice)
            if value != NOTHING:
                notes.append(f"{value} {say_name(benefit.name, voice, benefit.title)}")
    fitting = [each for each in notes if len(each) <= most]
    return tuple(fitting[:MOST_NOTES])


def _lines(tier: Tier, voice: Voice) -> tuple[Requirement, ...]:
    """The common lines and the tier's own; the lowest tier has none."""
    ladder = voice.program.ladder
    return () if tier.name == ladder.names[0] else (*ladder.common, *tier.requires)


def _side_by_side(program: Program, voice: Voice) -> Iterator[Block]:
    """Thresholds as a table, where there are any: what is compared down, tiers across."""
    asked: dict[str, dict[str, str]] = {}
    for tier in program.ladder.tiers[1:]:
        more = []
        for line in _lines(tier, voice):
            found = compared(line, voice.of_tier(tier.name))
            label = f"{capitalized(found.subject)}, {found.relation}" if found is not None else ""
            if found is not None and tier.name not in asked.get(label, {}):
                asked.setdefault(label, {})[tier.name] = found.threshold.listed()
            else:
                more += [_short(each) for each in clauses_of((line,), voice.of_tier(tier.name))]
        if more:
            asked.setdefault(MORE, {})[tier.name] = capitalized("; and ".join(more))
        if tier.invitation is not None:
            asked.setdefault("Invitation", {})[tier.name] = "needed"
    if MORE in asked:
        asked[MORE] = asked.pop(MORE)  # last: the longest cells
    if not asked:
        return
    names = program.ladder.names[1:]
    rows = tuple((label, *(cells.get(name, NOTHING) for name in names)) for label, cells in asked.items())
    heads = ("What counts", *(say_tier(each, voice) for each in names))
    yield Table("requirements", "What each tier requires", heads, rows)


MORE = "In addition"


def _short(clause: Clause) -> str:
    """A clause in a cell: for a group, how many of how many, because its parts follow below."""
    if not clause.parts:
        return clause.text
    return f"{clause.text} {say_count(len(clause.parts), 'more requirement')}"


def _one_by_one(program: Program, voice: Voice) -> Iterator[Block]:
    cards = []
    lowest = say_tier(program.ladder.names[0], voice)
    for tier in program.ladder.tiers[1:]:
        clauses = tier_clauses(tier, voice)
        name = say_tier(tier.name, voice)
        if not clauses:
            cards.append(Card(name, f"Every partner of {lowest} reaches {name}."))
            continue
        points = tuple(Clause(capitalized(each.text), each.parts) for each in clauses)
        needs = "one thing" if len(points) == 1 else "all of the following"
        cards.append(Card(name, f"To be {name}, a partner needs {needs}:", points))
    yield Cards(tuple(cards))


def _moving(program: Program, voice: Voice) -> tuple[Clause, ...]:
    """How a partner moves: tiers follow what is met, and a gap in the records takes no tier away."""
    said = [
        sentence("a partner holds the highest tier whose requirements are all met on the day of the decision"),
        sentence(
            "a partner that meets a higher tier rises at once; a partner that no longer meets its tier falls at once"
        ),
        sentence(
            "if a requirement cannot be decided because a record is missing, no partner rises or falls because of it"
        ),
    ]
    if any(each.invitation is not None for each in program.ladder.tiers):
        said.append(sentence("an invitation is a nomination by the vendor that is in force on that day"))
    return tuple(map(Clause, said))
