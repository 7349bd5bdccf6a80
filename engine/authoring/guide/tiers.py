"""Tiers: what each requires, side by side and in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.guide.document import Block, Card, Cards, Heading, Points, Section, Steps, Table, Text
from engine.authoring.wording.conditions import Clause, clauses_of, compared
from engine.authoring.wording.programs import needed, tier_clauses
from engine.authoring.wording.tables import NOTHING
from engine.authoring.wording.values import capitalized, joined, say_count, sentence
from engine.authoring.wording.voice import Voice, say_tier
from engine.language.program import Program, Requirement, Tier

MOST_NOTES = 4  # requirements on a step of the picture; of more, three and how many there are
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
    """The ladder as a picture, with what each tier requires on its step, and how much more there is."""
    if not 2 <= len(program.ladder.tiers) <= MOST_STEPS:
        return None
    steps = tuple((say_tier(each.name, voice), tuple(_notes(each, voice))) for each in program.ladder.tiers)
    return Steps("ladder", "The tiers of the program, from low to high", steps)


def _notes(tier: Tier, voice: Voice) -> Iterator[str]:
    clauses = tier_clauses(tier, voice)
    told = clauses if len(clauses) <= MOST_NOTES else clauses[: MOST_NOTES - 1]
    yield from (capitalized(_short(each)) for each in told)
    if rest := len(clauses) - len(told):
        yield f"And {say_count(rest, 'more requirement')}"


def _lines(tier: Tier, voice: Voice) -> tuple[Requirement, ...]:
    """What the tier requires; the lowest tier has no lines."""
    ladder = voice.program.ladder
    return () if tier.name == ladder.names[0] else needed(ladder, tier)


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
