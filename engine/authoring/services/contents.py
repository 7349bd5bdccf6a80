"""The table of contents of a file: its sections, and what is declared in them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.authoring.services.document import Document
from engine.authoring.services.symbols import Occurrence, SymbolKind
from engine.language.source import Entry, Node, Scalar, Sequence, Span
from engine.language.source import Mapping as Tree


@dataclass(frozen=True, slots=True)
class Heading:
    """One line of the contents: a section, or something declared. `whole` covers all that belongs to it."""

    name: str
    detail: str
    kind: SymbolKind | None
    span: Span
    whole: Span
    inside: tuple[Heading, ...] = ()


def contents_of(document: Document) -> tuple[Heading, ...]:
    """Headings in the order written."""
    declared = {
        (each.span.line, each.span.column): each
        for each in document.index.declared()
        if each.span is not None and each.span.file == document.file
    }
    return tuple(_heading(each, declared) for each in document.own)


def _heading(entry: Entry, declared: dict[tuple[int, int], Occurrence]) -> Heading:
    inside = tuple(_inside(entry.value, declared))
    found = declared.get((entry.key.span.line, entry.key.span.column))
    detail = entry.value.text if isinstance(entry.value, Scalar) else ""
    if found:
        detail = found.symbol.kind.label
    return Heading(entry.key.text, detail, found.symbol.kind if found else None, entry.key.span, _whole(entry), inside)


def _inside(node: Node, declared: dict[tuple[int, int], Occurrence]) -> list[Heading]:
    """Headings of the declarations in a value, at any depth."""
    found: list[Heading] = []
    if isinstance(node, Tree):
        for entry in node:
            below = _heading(entry, declared)
            found += [below] if below.kind is not None else below.inside
    elif isinstance(node, Sequence):
        for item in node:
            place = declared.get((item.span.line, item.span.column)) if isinstance(item, Scalar) else None
            if place is not None and isinstance(item, Scalar):
                found.append(Heading(item.text, place.symbol.kind.label, place.symbol.kind, item.span, item.span))
    return found


def _whole(entry: Entry) -> Span:
    start, end = entry.key.span, entry.value.span
    last = max((start.end_line, start.end_column), (end.end_line, end.end_column))
    return Span(start.file, start.line, start.column, *last)
