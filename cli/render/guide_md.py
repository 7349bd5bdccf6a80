"""A guide as Markdown, as GitHub and most wikis read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from engine.authoring.guide.document import (
    Block,
    Cards,
    Facts,
    Figures,
    Guide,
    Heading,
    Note,
    Points,
    Steps,
    Table,
    Terms,
    Text,
)
from engine.authoring.wording.conditions import Clause

SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~&$]|:(?=//)|(?<=www)\.")
LEADING = re.compile(r"^(?:[#+=-]|\d+[.)](?=\s|$))")


def render_guide_md(guide: Guide) -> str:
    """The guide as one document; every text in it is escaped."""
    parts = [f"# {escaped(guide.title)}", f"{escaped(guide.eyebrow)}. {escaped(guide.lead)}"]
    parts.append(" · ".join(f"**{escaped(each)}**" for each in guide.badges))
    parts.append("\n".join(f"- [{escaped(each.title)}](#{_anchor(each.title)})" for each in guide.sections))
    for section in guide.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [text for block in section.blocks for text in _block(block)]
    parts.append("---")
    parts += [escaped(each) for each in guide.footer]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""A text as one line that no Markdown reader takes for anything but text.

    >>> escaped("# <b>bold</b> [x](y)"), escaped("1. first"), escaped("https://x.org | *a*")
    ('\\# \\<b\\>bold\\</b\\> \\[x\\](y)', '1\\. first', 'https\\://x.org \\| \\*a\\*')
    """
    line = SPECIAL.sub(lambda found: f"\\{found.group()}", " ".join(text.split()))
    return LEADING.sub(lambda found: f"{found.group()[:-1]}\\{found.group()[-1]}", line)


def _anchor(title: str) -> str:
    """The anchor that readers make of a heading."""
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text(text):
            yield escaped(text)
        case Heading(text):
            yield f"### {escaped(text)}"
        case Points(items):
            yield _list(items)
        case Table():
            yield _table(block)
        case Figures(items):
            yield "\n".join(
                f"- {escaped(label)}: **{escaped(value)}**{f' ({escaped(note)})' if note else ''}"
                for label, value, note in items
            )
        case Facts(items):
            yield "\n".join(f"- **{escaped(label)}:** {escaped(value)}" for label, value in items)
        case Steps():
            return  # the table of the tiers has the same
        case Cards(items):
            for card in items:
                yield f"### {escaped(card.title)}"
                yield escaped(card.text)
                if card.points:
                    yield _list(card.points)
        case Note(title, blocks):
            inner = [f"**{escaped(title)}**", *(text for each in blocks for text in _block(each))]
            yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(inner).split("\n"))
        case Terms(items):
            yield "\n".join(f"- **{escaped(term)}:** {escaped(meaning)}" for term, meaning in items)
        case _:
            assert_never(block)


def _list(items: Sequence[Clause], indent: str = "") -> str:
    lines = []
    for each in items:
        lines.append(f"{indent}- {escaped(each.text)}{':' if each.parts else ''}")
        if each.parts:
            lines.append(_list(each.parts, indent + "  "))
    return "\n".join(lines)


def _table(table: Table) -> str:
    aligned = ["---:" if place in table.numbers else "---" for place in range(len(table.heads))]
    lines = [f"**{escaped(table.caption)}**", "", _line([escaped(each) for each in table.heads]), _line(aligned)]
    for place, row in enumerate(table.rows, 1):
        cells = [escaped(each) for each in row]
        if table.total and place == len(table.rows):
            cells = [f"**{each}**" if each else "" for each in cells]
        lines.append(_line(cells))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
