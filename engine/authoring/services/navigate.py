"""From a place to the symbol there, and from a symbol to its places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.authoring.services.document import Document
from engine.authoring.services.symbols import Occurrence, Symbol
from engine.language.source import Span

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Found:
    """A symbol at a place, and the word used for it there."""

    symbol: Symbol
    span: Span


def symbol_at(document: Document, line: int, column: int, before: Document | None = None) -> Found | None:
    """The symbol at a place.

    In a text with a fault, a word is also looked up only by its name: in the part that cannot be read among all names,
    elsewhere among those of the text `before`, the last without a fault, whose declaration cannot be read now. A name
    of several symbols gives no result.
    """
    occurrence = document.index.at(document.file, line, column)
    if occurrence is not None and occurrence.span is not None:
        return Found(occurrence.symbol, occurrence.span)
    word = word_at(document, line, column)
    if word is None or document.fault is None:
        return None
    known = (document, before) if line not in document.lines_read else (before,)
    for each in known:
        symbols = each.index.named(document.text_at(word)) if each else ()
        lost = [symbol for symbol in symbols if each is document or not document.index.declaration(symbol)]
        if len(lost) == 1 or (len(symbols) == 1 and line not in document.lines_read):
            return Found((lost or symbols)[0], word)
    return None


def word_at(document: Document, line: int, column: int) -> Span | None:
    """The word around a place, or that ends there."""
    text = document.lines[line - 1] if 1 <= line <= len(document.lines) else ""
    for each in _WORD.finditer(text):
        if each.start() + 1 <= column <= each.end() + 1:
            return Span(document.file, line, each.start() + 1, line, each.end() + 1)
    return None


def declaration_of(document: Document, symbol: Symbol, before: Document | None = None) -> Span | None:
    """Where a symbol is declared; where it was, if that part cannot be read now."""
    for each in (document, before):
        found = each.index.declaration(symbol) if each else None
        if found is not None:
            return found.span or found.around
    return None


def places_of(document: Document, symbol: Symbol, declaring: bool = True) -> tuple[Occurrence, ...]:
    """All places of a symbol, in the files it builds on too."""
    return tuple(each for each in document.index.of(symbol) if declaring or not each.declares)
