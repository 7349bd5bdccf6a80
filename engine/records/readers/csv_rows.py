"""Rows of CSV text one by one, exactly, with the place of each field.

This is the slow reader: it reads headers and finds the place of a fault. Whole files are checked
by `csv_scan` and read by DuckDB or the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.diagnostic import Code
from engine.records import codes_readers as codes
from engine.records.readers.layout import Layout


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its values, the offset of each in the text, and where the row ends (before its line end)."""

    values: tuple[str, ...]
    starts: tuple[int, ...]
    end: int

    @property
    def is_blank(self) -> bool:
        """Whether the line is empty; a quoted empty text is not."""
        return self.end == self.starts[0]


@dataclass(frozen=True, slots=True)
class Break:
    """Where the ends of rows can no longer be found: the offset, and where the field's quote was opened (-1: not
    quoted).
    """

    code: Code
    offset: int
    opened: int = -1


class Dialect:
    """The patterns of one delimiter and quote. Holds compiled patterns and nothing else."""

    def __init__(self, layout: Layout) -> None:
        self.delimiter = layout.delimiter
        self.quote = layout.quote
        quote = re.escape(layout.quote)
        self.bare = re.compile(f"[^{re.escape(layout.delimiter)}{quote}\r\n]*+")
        self.quoted = re.compile(f"{quote}((?:[^{quote}]++|{quote}{quote})*+){quote}" if quote else "(?!)")
        self.ends = (layout.delimiter, "\r", "\n", "")

    def field(self, text: str, start: int) -> tuple[str, int] | Break:
        """The value that begins at `start`, and the offset behind it."""
        if not self.quote or not text.startswith(self.quote, start):
            match = self.bare.match(text, start)
            assert match is not None  # the pattern matches the empty text
            if self.quote and text.startswith(self.quote, match.end()):
                return Break(codes.STRAY_QUOTE, match.end())
            return match[0], match.end()
        match = self.quoted.match(text, start)
        if match is None:
            return Break(codes.UNCLOSED_QUOTE, start, start)
        after = match.end()
        if text[after : after + 1] not in self.ends:
            closed_in_line = "\n" not in match[0]
            return Break(codes.STRAY_QUOTE if closed_in_line else codes.UNCLOSED_QUOTE, after, start)
        return match[1].replace(self.quote * 2, self.quote), after


def rows_of(text: str, dialect: Dialect) -> Iterator[Row | Break]:
    """The rows of a text that begins with a row. A `Break` is the last one given."""
    position = 0
    while position < len(text):
        values: list[str] = []
        starts: list[int] = []
        while True:
            starts.append(position)
            found = dialect.field(text, position)
            if isinstance(found, Break):
                yield found
                return
            value, position = found
            values.append(value)
            if not text.startswith(dialect.delimiter, position):
                break
            position += 1
        end = position
        if text.startswith("\r\n", position):
            position += 2
        elif text.startswith("\r", position):
            yield Break(codes.LINE_END, position)
            return
        else:
            position += 1
        yield Row(tuple(values), tuple(starts), end)
