"""Source text as lines, split where the YAML reader splits them."""

from __future__ import annotations

import re

from engine.language.source import Span

_BREAK = re.compile(r"\r\n|\n|\r")
_PASSWORD = re.compile(r"(://[^/\s:@]*:)([^@\s]+)(?=@)")


def split_lines(text: str) -> tuple[str, ...]:
    r"""The lines of `text` without their ends; CRLF, LF and CR all end a line.

    >>> split_lines("a: 1\r\nb: 2\n")
    ('a: 1', 'b: 2', '')
    """
    return tuple(_BREAK.split(text))


def line_span(file: str, line: int, start: int, end: int) -> Span:
    """A span within one line: `line` counts from 1, `start` and `end` are columns from 1."""
    return Span(file, line, start, line, max(start, end))


def indentation(line: str) -> int:
    """The number of spaces before the first other character."""
    return len(line) - len(line.lstrip(" "))


def is_blank(line: str) -> bool:
    """Whether a line holds nothing but space or a comment."""
    text = line.strip(" \t")  # other spaces are text to YAML
    return not text or text.startswith("#")


def unindented(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without the indentation of the first that is not blank.

    >>> unindented(("  one", "", "    two"))
    ('one', '', '  two')
    """
    depth = next((indentation(line) for line in lines if line.strip()), 0)
    return tuple(line[depth:] for line in lines)


def without_password(text: str) -> str:
    """The text with a star for each character of a password inside a URL: marks under it keep their places.

    >>> without_password("postgresql://ann:secret@db/crm")
    'postgresql://ann:******@db/crm'
    """
    return _PASSWORD.sub(lambda found: found[1] + "*" * len(found[2]), text)


def shown(text: str, most: int = 40) -> str:
    """A text cut for use in a message."""
    return text if len(text) <= most else text[:most] + "..."
