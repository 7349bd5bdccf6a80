"""Places as editors count them, and as we do.

We count lines and characters from 1; an editor counts lines from 0 and, within a line, the units of an
encoding: two of UTF-16 for a character beyond the Basic Multilingual Plane. A byte order mark at the start
of a text is a character to an editor and none to us.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.language.lines import split_lines
from engine.language.source import Span

MARK = "\ufeff"
WIDE = 0xFFFF  # characters above take two units of UTF-16


class Encoding(StrEnum):
    """What an editor counts within a line; the values are the protocol's."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters, as an editor counts: line and units from 0."""

    line: int
    unit: int


@dataclass(frozen=True, slots=True)
class Range:
    """From one place to another, the end not included."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Text:
    """A text by lines, without their ends; `marked` when it began with a byte order mark."""

    lines: tuple[str, ...]
    marked: bool
    encoding: Encoding

    @classmethod
    def of(cls, text: str, encoding: Encoding = Encoding.UTF16) -> Text:
        """The text as an editor holds it."""
        return cls(split_lines(text.removeprefix(MARK)), text.startswith(MARK), encoding)

    def range_of(self, span: Span) -> Range:
        """A span of this text; a place outside of it (the text was longer) is moved to the nearest place inside."""
        start = self.position(span.line, span.column)
        return Range(start, max(start, self.position(span.end_line, span.end_column)))

    def position(self, line: int, column: int) -> Position:
        """The place before the character in this column."""
        row = min(max(line, 1), len(self.lines))
        before = self.lines[row - 1] if row < line else self.lines[row - 1][: max(column, 1) - 1]
        return Position(row - 1, units(before, self.encoding) + self._mark(row))

    def place(self, position: Position) -> tuple[int, int]:
        """Line and column of the character at a place; inside of a character, the character itself."""
        row = min(max(position.line, 0), len(self.lines) - 1)
        line = self.lines[row]
        left = (position.unit if row == position.line else 0) - self._mark(row + 1)
        column = 1
        for character in line:
            left -= units(character, self.encoding)
            if left < 0:
                break
            column += 1
        return row + 1, column

    def _mark(self, line: int) -> int:
        return units(MARK, self.encoding) if self.marked and line == 1 else 0


def units(text: str, encoding: Encoding) -> int:
    """How long a text is to an editor.

    >>> [units("a\U0001f600", each) for each in Encoding]
    [5, 3, 2]
    """
    match encoding:
        case Encoding.UTF8:
            return len(text.encode("utf-8", "surrogatepass"))
        case Encoding.UTF16:
            return sum(2 if ord(each) > WIDE else 1 for each in text)
        case Encoding.UTF32:
            return len(text)
