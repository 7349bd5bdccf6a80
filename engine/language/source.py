"""The spanned tree: what the author wrote, with places, before anything is understood.

Lines and columns count from 1; `end_column` is one past the last character.
Scalars keep their text: numbers are never read through a float.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """A source file as it was read; `name` is the one in spans."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a source file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def inside(self, start: int, end: int) -> Span:
        """The part from character `start` to `end` of a one-line span."""
        return Span(self.file, self.line, self.column + start, self.line, self.column + end)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as text. `quoted`: it is in quotes or a block.

    `style` is the sign it starts with in the file: a quote, `|` or `>`, or none. The lines of a block are kept without
    their indentation. The spelling of a value is not part of it: two values with the same text are equal.
    """

    text: str
    span: Span
    quoted: bool = False
    style: str = field(default="", compare=False)
    block: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_null(self) -> bool:
        """Whether the value was left out (`key:`), or written as `null` or `~`."""
        return not self.quoted and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a mapping."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys in the order written. Keys are unique: the loader refuses duplicates. `flow`: in braces."""

    entries: tuple[Entry, ...]
    span: Span
    flow: bool = field(default=False, compare=False)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, key: str) -> Entry | None:
        """The entry under `key`, if there is one."""
        return next((entry for entry in self.entries if entry.key.text == key), None)

    def get(self, key: str) -> Node | None:
        """The value under `key`, if there is one."""
        entry = self.entry(key)
        return entry.value if entry else None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values. `flow`: in brackets."""

    items: tuple[Node, ...]
    span: Span
    flow: bool = field(default=False, compare=False)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


Node = Scalar | Mapping | Sequence
