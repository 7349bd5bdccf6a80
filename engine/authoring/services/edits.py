"""Changes to a text, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.authoring.services.positions import MARK
from engine.language.characters import read_text
from engine.language.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters of a one-line span, replaced by others."""

    span: Span
    text: str


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The text of a file after the edits; line ends and all other bytes stay."""
    text = data.decode("utf-8")
    mark = MARK if text.startswith(MARK) else ""
    assert read_text(data, "")[0] is not None, "what has spans could be read"
    rows = _with_ends(text.removeprefix(mark))
    for each in sorted(edits, key=lambda each: each.span, reverse=True):
        row = rows[each.span.line - 1]
        rows[each.span.line - 1] = row[: each.span.column - 1] + each.text + row[each.span.end_column - 1 :]
    return (mark + "".join(rows)).encode("utf-8")


def _with_ends(text: str) -> list[str]:
    r"""Lines with their ends, split where spans count lines.

    >>> _with_ends("a\r\nb\rc\n")
    ['a\r\n', 'b\r', 'c\n', '']
    """
    rows, start = [], 0
    for place, character in enumerate(text):
        ends = character == "\n" or (character == "\r" and text[place + 1 : place + 2] != "\n")
        if ends:
            rows.append(text[start : place + 1])
            start = place + 1
    return [*rows, text[start:]]
