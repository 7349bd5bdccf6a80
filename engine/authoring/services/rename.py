"""Renames something everywhere at once, or gives the reason why not. A rename must not change the meaning of the
program. So the new text is read again: every word must mean the same as before, and there may be no new error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.authoring.services.cases import index_of_cases
from engine.authoring.services.document import Document
from engine.authoring.services.edits import Edit, edited
from engine.authoring.services.feeds import index_of_feed
from engine.authoring.services.index import STANDARD
from engine.authoring.services.symbols import Index, Occurrence, Symbol, SymbolKind
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.lines import shown
from engine.language.reading import RESERVED
from engine.language.records import CURRENCY, REFERENCE
from engine.language.shapes import NAME_PATTERN
from engine.language.source import File

Check = Callable[[bytes], tuple[Diagnostic, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a name cannot be changed, or not to this."""

    reason: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Files beside a program that use its names: test files and feeds."""

    tests: Sequence[File] = ()
    feeds: Sequence[File] = ()


def may_rename(document: Document, symbol: Symbol) -> Refusal | None:
    """Why this name cannot be changed; None if it can."""
    if _is_standard(symbol):
        return Refusal(f"`{symbol.name}` is a standard {symbol.kind.label}: its name is part of the language")
    if symbol.kind is SymbolKind.FIELD and symbol.name == CURRENCY and _says_currencies(document, symbol.table):
        return Refusal(f"`{symbol.name}` gives the currency of amounts in `{symbol.table}`: it keeps this name")
    declared = document.index.declaration(symbol)
    if declared is None:
        return Refusal(f"`{symbol.name}` is not declared in this file")
    if declared.around.file != document.file:
        return Refusal(f"`{symbol.name}` comes from `{declared.around.file}`, which this file builds on")
    return None


def rename(
    document: Document, symbol: Symbol, name: str, check: Check, beside: Beside = Beside()
) -> tuple[Edit, ...] | Refusal:
    """The edits that give a symbol another name in its file and beside it. `check` finds what is wrong in a text."""
    read = [document, *(Document(each.name, each.data, {}) for each in (*beside.tests, *beside.feeds))]
    unreadable = next(filter(None, map(_unreadable, read)), None)
    refusal = may_rename(document, symbol) or _bad_name(name) or unreadable or _taken(symbol, name)
    if refusal:
        return refusal
    if name == symbol.name:
        return ()
    program = document.index
    indexes = [
        program,
        *(index_of_cases(each.data, each.name, program) for each in beside.tests),
        *(index_of_feed(each.data, each.name, program) for each in beside.feeds),
    ]
    edits: list[Edit] = []
    files = {document.file: document.data, **{each.name: each.data for each in (*beside.tests, *beside.feeds)}}
    for index in indexes:
        for each in index.of(symbol):
            found = _edit(each, name, files)
            if isinstance(found, Refusal):
                return found
            edits.append(found)
    new = replace(document, data=edited(document.data, [each for each in edits if each.span.file == document.file]))
    return _captured(program, new.index, symbol, name) or _new_error(document, new, check) or tuple(edits)


def _bad_name(name: str) -> Refusal | None:
    if not re.fullmatch(NAME_PATTERN, name):
        return Refusal(
            f"`{shown(name)}` cannot be a name: use lower case letters, digits and underscores, and start with a letter"
        )
    return Refusal(f"`{name}` is a word of the language") if name in RESERVED else None


def _taken(symbol: Symbol, name: str) -> Refusal | None:
    """A standard field of the table is there whether or not the program says so."""
    if symbol.kind is not SymbolKind.FIELD or not _is_standard(replace(symbol, name=name)):
        return None
    return Refusal(f"`{name}` is already the name of a field")


def _unreadable(document: Document) -> Refusal | None:
    """A part that cannot be read may hold the name."""
    fault = document.fault
    if fault is None:
        return None
    place = f"line {fault.span.line} of `{document.file}`" if fault.span else f"`{document.file}`"
    return Refusal(f"{place} cannot be read: {fault.message}")


def _edit(occurrence: Occurrence, name: str, files: dict[str, bytes]) -> Edit | Refusal:
    span = occurrence.span
    where = f"line {occurrence.around.line} of `{occurrence.around.file}`"
    if span is None or span.file not in files:
        return Refusal(f"on {where}, the name is in a text with escapes: write it there without escapes first")
    lines = Document(span.file, files[span.file], {}).lines
    written = lines[span.line - 1][span.column - 1 : span.end_column - 1]
    if f"{written}{REFERENCE}" == occurrence.symbol.name and lines[span.line - 1][span.end_column - 1 :].startswith(
        "."
    ):
        if not name.endswith(REFERENCE) or name == REFERENCE:
            return Refusal(f"`{written}` on {where} follows this reference: the new name must end with `{REFERENCE}`")
        return Edit(span, name.removesuffix(REFERENCE))
    if written != occurrence.symbol.name:
        return Refusal(f"`{shown(written)}` on {where} means this name and would change its meaning")
    return Edit(span, name)


def _captured(before: Index, after: Index, symbol: Symbol, name: str) -> Refusal | None:
    """Whether any word means something else under the new name."""
    moved = {symbol: replace(symbol, name=name)}
    if symbol.kind is SymbolKind.TABLE:
        moved |= {
            each.symbol: replace(each.symbol, table=name)
            for each in before.occurrences
            if each.symbol.table == symbol.name
        }
    meant = [moved.get(each.symbol, each.symbol) for each in before.occurrences]
    means = [each.symbol for each in after.occurrences]
    if meant == means:
        return None
    other = next((each for each in before.occurrences if each.symbol.name == name), None)
    if other is not None:
        return Refusal(f"`{name}` is already the name of a {other.symbol.kind.label}")
    return Refusal(f"`{name}` already means something else in this program")


def _new_error(before: Document, after: Document, check: Check) -> Refusal | None:
    """An error that the new name brings."""
    old = [each for each in before.findings if each.severity is Severity.ERROR]
    new = [each for each in check(after.data) if each.severity is Severity.ERROR]
    if len(new) <= len(old):
        return None
    known = {each.message for each in old}
    first = next((each for each in new if each.message not in known), new[0])
    return Refusal(first.message)


def _says_currencies(document: Document, table: str) -> bool:
    found = document.program.records.table(table) if document.program else None
    return found is not None and bool(found.currencies)


def _is_standard(symbol: Symbol) -> bool:
    if symbol.kind is SymbolKind.TABLE:
        return symbol.name in STANDARD
    table = STANDARD.get(symbol.table)
    return symbol.kind is SymbolKind.FIELD and table is not None and table.field(symbol.name) is not None
