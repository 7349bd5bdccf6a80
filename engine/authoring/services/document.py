"""A text as the services see it: its tree as far as it can be read, the names in it, and what it means.

A text that is being typed is broken most of the time. The entry with a fault is left out and all others are read, so
that names keep their places; what the program means is that of the last text that had no error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.authoring.services.index import Names, index_of, names_of
from engine.authoring.services.symbols import Index
from engine.language.builder import Builder
from engine.language.characters import read_text
from engine.language.diagnostic import Diagnostic
from engine.language.lineage import builds_on, trace_lineage
from engine.language.lines import split_lines
from engine.language.loader import load_tree
from engine.language.program import Program
from engine.language.reading import Reader
from engine.language.shapes import Schema
from engine.language.source import File, Node, Scalar, Span
from engine.language.source import Mapping as Tree

MAX_FAULTS = 8  # entries left out of one text; a text with more faults is read up to the next one

_TOP_LEVEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*:(?:\s|$)")
_ENTRY = re.compile(r" {0,2}[A-Za-z_][A-Za-z0-9_-]*:(?:\s|$)")


@dataclass(frozen=True)
class Document:
    """One text of a program. `others` are the files it builds on.

    `program` is what the text means, or what it meant when it last had no error; None when it never had.
    """

    file: str
    data: bytes
    schema: Schema
    program: Program | None = None
    findings: tuple[Diagnostic, ...] = ()
    others: tuple[File, ...] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines, as spans count them."""
        return lines_of(self.data, self.file)

    @cached_property
    def own(self) -> Tree:
        """The tree of this text alone, as far as it can be read."""
        return recover_tree(self.data, self.file)

    @cached_property
    def tree(self) -> Tree:
        """The tree merged over the file it builds on; only its own if that file cannot be found."""
        if not builds_on(self.own):
            return self.own
        lineage = trace_lineage(self.own, self.file, self.others, Reader())
        return lineage.stages[-1].tree if lineage else self.own

    @cached_property
    def index(self) -> Index:
        """The names in it, and in what it builds on."""
        lines: Mapping[str, tuple[str, ...]] = {
            self.file: self.lines,
            **{each.name: lines_of(each.data, each.name) for each in self.others},
        }
        return index_of(self.tree, self.schema, lines)

    @cached_property
    def fault(self) -> Diagnostic | None:
        """What keeps a part of the text from being read, if anything does."""
        tree, found = load_tree(self.data, self.file)
        return None if tree is not None else next(iter(found), None)

    @cached_property
    def lines_read(self) -> frozenset[int]:
        """The lines of which the tree holds a key or a value."""
        return frozenset(_lines_in(self.own))

    @cached_property
    def names(self) -> Names:
        """What is declared in it, and in what it builds on."""
        return names_of(self.tree, self.schema)

    def text_at(self, span: Span) -> str:
        """The characters of a one-line span."""
        if span.line != span.end_line or span.line > len(self.lines):
            return ""
        return self.lines[span.line - 1][span.column - 1 : span.end_column - 1]


def lines_of(data: bytes, file: str) -> tuple[str, ...]:
    """The lines of a file; none where it is not a text."""
    text, _ = read_text(data, file)
    return split_lines(text) if text is not None else ("",)


def recover_tree(data: bytes, file: str) -> Tree:
    """The readable part of a text: entries with a fault are left out, all others keep their places."""
    text, _ = read_text(data, file)
    lines = list(split_lines(text)) if text is not None else [""]
    builder = Builder(file, tuple(lines))
    for _ in range(MAX_FAULTS):
        builder = Builder(file, tuple(lines))
        builder.read("\n".join(lines))
        if builder.fault is None or not _blank(lines, min(builder.fault.first_line, len(lines)) - 1):
            break
    root = builder.root()
    entries = root.entries if isinstance(root, Tree) else ()
    return Tree(entries, Span(file, 1, 1, len(lines), 1))


def _lines_in(node: Node) -> Iterator[int]:
    if isinstance(node, Scalar):
        yield from range(node.span.line, node.span.end_line + 1)
    elif isinstance(node, Tree):
        for entry in node:
            yield entry.key.span.line
            yield from _lines_in(entry.value)
    else:
        for item in node:
            yield from _lines_in(item)


def _blank(lines: list[str], at: int) -> bool:
    """Empty the lines of the entry around a line; False when they are empty already."""
    start = next((each for each in range(at, -1, -1) if _ENTRY.match(lines[each])), at)
    if _TOP_LEVEL.match(lines[start]) and start < at:
        start = at  # of a section, no more than the line itself
    end = next((each for each in range(at + 1, len(lines)) if _ENTRY.match(lines[each])), len(lines))
    if not any(lines[start:end]):
        return False
    lines[start:end] = [""] * (end - start)
    return True
