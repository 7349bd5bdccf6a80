"""Source text as lines, split where the YAML reader splits them."""

from __future__ import annotations

import re

from engine.language.source import Span

_BREAK = re.compile(r"\r\n|\n|\r")
_USER = re.compile(r"://[^/\s:@]*:")
_PASSWORD_OPTION = re.compile(r"([?&]password=)([^&\s\"']+)", re.IGNORECASE)


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
    return _PASSWORD_OPTION.sub(_starred, re.sub(r"\S+", _without_user_password, text))


def _starred(found: re.Match[str]) -> str:
    return found[1] + "*" * len(found[2])


def _without_user_password(found: re.Match[str]) -> str:
    """All up to the last `@` is the password: one inside it may stand as it is. No sign is looked at often."""
    word = found[0]
    user, end = _USER.search(word), word.rfind("@")
    start = user.end() if user else end
    return word[:start] + "*" * (end - start) + word[end:] if start < end else word


def shown(text: str, most: int = 40) -> str:
    """A text cut for use in a message."""
    return text if len(text) <= most else text[:most] + "..."
