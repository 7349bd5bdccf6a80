"""Symbols: the declarations of a program, and every place of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.language.source import Span


class SymbolKind(StrEnum):
    """What a name is of; the values are the words of the schema's `x-declares` and `x-refers`."""

    PARAMETER = "parameter"
    CERTIFICATION = "certification"
    METRIC = "metric"
    SEGMENT = "segment"
    DESIGNATION = "designation"
    CHOICE = "choice"
    TIER = "tier"
    BENEFIT = "benefit"
    INCENTIVE = "incentive"
    TABLE = "table"
    FIELD = "field"
    LINK = "link"

    @property
    def label(self) -> str:
        """What a person calls it."""
        return "record table" if self is SymbolKind.TABLE else self.value


SHARED = (
    SymbolKind.PARAMETER,
    SymbolKind.CERTIFICATION,
    SymbolKind.METRIC,
    SymbolKind.SEGMENT,
    SymbolKind.DESIGNATION,
    SymbolKind.BENEFIT,
    SymbolKind.INCENTIVE,
)
"""Kinds whose names are identified by the name alone: each is declared once in a program."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something with a name; `table` is the record table of a field or a link."""

    kind: SymbolKind
    name: str
    table: str = ""

    def __str__(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place of a name. `span` is None if its exact place is not known (escapes in quotes). `declares`: the name is
    declared here. `around` is the whole value that contains it.
    """

    symbol: Symbol
    span: Span | None
    around: Span
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """All occurrences, in the order written."""

    occurrences: tuple[Occurrence, ...] = ()

    def at(self, file: str, line: int, column: int) -> Occurrence | None:
        """The narrowest occurrence at a place; the place just behind a word belongs to it."""
        inside = [each for each in self.occurrences if each.span and _holds(each.span, file, line, column)]
        return min(inside, key=_width, default=None)

    def of(self, symbol: Symbol) -> tuple[Occurrence, ...]:
        """All places of a symbol."""
        return tuple(each for each in self.occurrences if each.symbol == symbol)

    def declaration(self, symbol: Symbol) -> Occurrence | None:
        """Where a symbol is declared; None for what the language brings along."""
        return next((each for each in self.occurrences if each.declares and each.symbol == symbol), None)

    def declared(self, *kinds: SymbolKind) -> Iterator[Occurrence]:
        """Declarations of these kinds, in the order written; of all kinds when none is named."""
        yield from (each for each in self.occurrences if each.declares and (not kinds or each.symbol.kind in kinds))

    def named(self, name: str) -> tuple[Symbol, ...]:
        """All symbols of a name."""
        return tuple(dict.fromkeys(each.symbol for each in self.occurrences if each.symbol.name == name))


def in_order(occurrences: Iterable[Occurrence]) -> Index:
    """An index of these occurrences, each once."""
    unique = dict.fromkeys(occurrences)
    return Index(tuple(sorted(unique, key=lambda each: (each.span or each.around, each.symbol.kind))))


def _holds(span: Span, file: str, line: int, column: int) -> bool:
    return span.file == file and (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def _width(occurrence: Occurrence) -> int:
    span = occurrence.span or occurrence.around
    return span.end_column - span.column
