"""What changed between two states of a program, as partners read it.

The comparison is worded for authors, with names in backticks and dates as programs write them; here the same sentences
are said with titles and words. What is the vendor's own affair (records, bookkeeping, reasons) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from engine.authoring.diff.change import Change
from engine.authoring.diff.programs import compare_programs
from engine.authoring.guide.document import Block, Heading, Points, Section, Text
from engine.authoring.wording.conditions import Clause, say_condition
from engine.authoring.wording.metrics import say_certification_name
from engine.authoring.wording.programs import say_effective
from engine.authoring.wording.values import say_day, sentence
from engine.authoring.wording.voice import Voice, plain_words, say_heading, say_name, say_tier
from engine.language.expression import parse_expression
from engine.language.program import Program
from engine.language.source import Scalar

PARTS = (
    (("effective", "currency", "calendar", "rounding", "corrections"), "The program"),
    (("tiers", "parameters", "metrics", "segments"), "Tiers and what they require"),
    (("designations",), "Designations"),
    (("benefits",), "Benefits"),
    (("incentives",), "Incentives"),
    (("certifications",), "Certifications"),
)
"""The heading for each path of changes; changes at other paths do not concern partners."""

NAMED = re.compile(r"`([^`]*)`")
ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def changes_since(old: Program, new: Program, voice: Voice) -> Section:
    """What changed since the version before."""
    opening = f"Compared with version {old.version}, in force {say_effective(old)}:"
    blocks = _told(compare_programs(old, new), voice, old)
    if not blocks:
        blocks = (Text("Nothing has changed for partners."),)
        opening = f"This version was compared with version {old.version}."
    return Section("since", "Changes since the previous version", (Text(opening), *blocks))


def changes_to_come(stages: Sequence[Program], voice: Voice) -> Section | None:
    """What later amendments change; `stages` are the rules in force and those that follow. None without any."""
    blocks: list[Block] = []
    for old, new in pairwise(stages):
        told = _told(compare_programs(_alone(old), _alone(new)), voice, old)
        if told:
            blocks += [Text(sentence(f"from {say_day(new.first_day)} on")), *told]
    return Section("to-come", "Changes to come", tuple(blocks)) if blocks else None


def _alone(stage: Program) -> Program:
    """A stage without the history that led to it."""
    return replace(stage, earlier=None, since=None, amendments=())


def _told(changes: Sequence[Change], voice: Voice, old: Program) -> tuple[Block, ...]:
    """The changes that decide something for a partner, by part of the guide."""
    blocks: list[Block] = []
    for words, title in PARTS:
        said = [
            sentence(in_plain(each.sentence, voice, old))
            for each in changes
            if each.decides and re.split(r"[.\[]", each.path, maxsplit=1)[0] in words
        ]
        if said:
            blocks += [Heading(title), Points(tuple(map(Clause, dict.fromkeys(said))))]
    return tuple(blocks)


def in_plain(text: str, voice: Voice, old: Program) -> str:
    """A sentence to an author as one to a partner."""
    former = Voice(old, voice.naming, voice.day)
    parts = NAMED.split(text)
    said = [_named(part, voice, former) if place % 2 else _between(part, voice) for place, part in enumerate(parts)]
    return "".join(said)


def _named(code: str, voice: Voice, former: Voice) -> str:
    """What stood in backticks: a name, or a line of the program."""
    for each in (voice, former):
        name = _declared(code, each)
        if name:
            return name
    if not re.fullmatch(r"[A-Za-z0-9_.]+", code):
        expression, _ = parse_expression(Scalar(code, voice.program.span))
        if expression is not None:
            return f"“{say_condition(expression, voice)}”"
    return plain_words(code)


def _declared(name: str, voice: Voice) -> str:
    """A declared name by its title; "" where nothing has that name."""
    program = voice.program
    if (metric := voice.metric(name)) is not None:
        return say_name(name, voice, metric.title)
    if (segment := voice.segment(name)) is not None:
        return f"“{say_name(name, voice, segment.title)}”"
    if (designation := voice.designation(name)) is not None:
        return f"“{say_name(name, voice, designation.title)}”"
    if any(each.name == name for each in program.certifications):
        return say_certification_name(name, voice)
    if name in program.ladder.names:
        return say_tier(name, voice)
    titles = {each.name: each.title for each in program.benefits} | {
        each.name: each.title for each in program.incentives
    }
    return say_heading(name, voice, titles[name]) if name in titles else ""


def _between(text: str, voice: Voice) -> str:
    """Words outside backticks: tiers get their capital, days are written out."""
    for tier in voice.program.ladder.names:
        text = re.sub(rf"\b{tier}\b", say_tier(tier, voice), text)
    return ISO_DAY.sub(_day, text)


def _day(found: re.Match[str]) -> str:
    try:
        return say_day(date.fromisoformat(found.group()))
    except ValueError:
        return found.group()
