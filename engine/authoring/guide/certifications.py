"""Certifications: how long a certificate counts, what it counts as, and which tiers require it."""

from __future__ import annotations

from engine.authoring.guide.document import Block, Section, Table, Text
from engine.authoring.wording.metrics import say_certification_name
from engine.authoring.wording.tables import NOTHING
from engine.authoring.wording.values import capitalized, say_day, say_duration
from engine.authoring.wording.voice import Voice
from engine.calendar import ONE_DAY, add_months
from engine.language.program import Certification, Program

HEADS = ("Certification", "Counts for", "Grace", "Counts as", "Retired", "Counts until")
RULES = (
    "A person counts once, for the partner the person works for on the day of the decision, however many certificates "
    "the person holds. A certificate counts from the day it is earned; where it carries an end of its own, that end "
    "goes before the length given here. During grace it goes on counting, so that there is time to renew it."
)


def certification_section(program: Program, voice: Voice) -> Section | None:
    """The certifications; None if there are none."""
    if not program.certifications:
        return None
    rows = tuple(_row(each, voice) for each in sorted(program.certifications, key=lambda each: _place(each, voice)))
    kept = [place for place in range(len(HEADS)) if place < 2 or any(row[place] != NOTHING for row in rows)]
    table = Table(
        "certificates",
        "How long certificates count",
        tuple(HEADS[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
    )
    blocks: list[Block] = [table, Text(RULES)]
    return Section("certifications", "Certifications", tuple(blocks))


def _place(each: Certification, voice: Voice) -> tuple[str, bool, str]:
    """By title, and below each the older ones that count as it: the order in the file has no meaning."""
    return say_certification_name(each.counts_as or each.name, voice), bool(each.counts_as), each.title or each.name


def _row(each: Certification, voice: Voice) -> tuple[str, ...]:
    until = add_months(each.retired_on, each.run_off or 0) if each.retired_on is not None else None
    return (
        capitalized(say_certification_name(each.name, voice)),
        say_duration(each.valid_for, "months") if each.valid_for is not None else "without end",
        say_duration(each.grace, "days") if each.grace else NOTHING,
        capitalized(say_certification_name(each.counts_as, voice)) if each.counts_as else NOTHING,
        say_day(each.retired_on) if each.retired_on is not None else NOTHING,
        say_day(until - ONE_DAY) if until is not None else NOTHING,
    )
