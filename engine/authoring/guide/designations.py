"""Designations: what each requires, whom it is for, and, with `per`, for which values."""

from __future__ import annotations

from collections.abc import Iterator

from engine.authoring.guide.document import Block, Card, Cards, Heading, Section, Text
from engine.authoring.wording.conditions import Clause, clauses_of
from engine.authoring.wording.programs import designation_clauses
from engine.authoring.wording.values import capitalized, joined, sentence
from engine.authoring.wording.voice import Voice, say_choice, say_heading
from engine.language.program import Ladder, Program, Tier


def designation_section(program: Program, voice: Voice) -> Section | None:
    """The designations; None for a program without any."""
    if not program.designations:
        return None
    names = [say_heading(each.name, voice, each.title) for each in program.designations]
    opening = f"Beside its tier a partner can have {'a designation' if len(names) == 1 else 'designations'}: "
    blocks: list[Block] = [Text(f"{opening}{joined(names)}.")]
    for name, ladder in zip(names, program.designations, strict=True):
        blocks += [*([] if ladder.plain else [Heading(name)]), *_blocks(name, ladder, voice)]
    return Section("designations", "Designations", tuple(blocks))


def _blocks(name: str, ladder: Ladder, voice: Voice) -> Iterator[Block]:
    if ladder.per:
        yield Text(
            sentence(f"{name}: there is one for each {joined([say_choice(each, voice) for each in ladder.per])}")
        )
    if ladder.applies_to:
        parts = [each.flat() for each in clauses_of(ladder.applies_to, voice)]
        yield Text(sentence(f"{name} is for partners with {joined(parts)}; others have none"))
    if not ladder.plain:
        steps = joined([say_heading(each, voice) for each in ladder.names])
        yield Text(sentence(f"{name} has the steps {steps}, from low to high"))
    yield Cards(tuple(_card(name, ladder, tier, voice) for tier in ladder.tiers[1:]))


def _card(name: str, ladder: Ladder, tier: Tier, voice: Voice) -> Card:
    called = name if ladder.plain else f"{name}: {say_heading(tier.name, voice, tier.title)}"
    clauses = designation_clauses(ladder, tier, voice)
    points = tuple(Clause(capitalized(each.text), each.parts) for each in clauses)
    needs = "one thing" if len(points) == 1 else "all of the following"
    return Card(called, f"It takes {needs}:", points)
