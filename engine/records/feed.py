"""A feed: how the columns of a vendor's files become the fields of record tables, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.language.source import Scalar, Span
from engine.records.readers.layout import Layout


class Unmapped(StrEnum):
    """What happens to a value that a `map` does not list."""

    REFUSE = "refuse"
    KEEP = "keep"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a source writes numbers; `thousands` is "" when digits are not grouped; `behind`: `12-` is negative."""

    decimal: str = "."
    thousands: str = ""
    behind: bool = False


PLAIN = NumberStyle()


@dataclass(frozen=True, slots=True)
class Style:
    """How a source writes numbers and days; `date_format` "" is ISO."""

    numbers: NumberStyle = PLAIN
    date_format: str = ""


AS_IN_RUNG = Style()


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the feed. `missing` are the texts that mean there is no value.

    `renamed` maps the names of unpivoted columns to the text that replaces them.
    `keys` are the keys written in the feed, with their places; `places` are those of their values.
    """

    name: str
    span: Span
    file: Scalar
    layout: Layout
    missing: tuple[str, ...] = ("",)
    style: Style = AS_IN_RUNG
    renamed: tuple[tuple[str, str], ...] = ()
    keys: tuple[Scalar, ...] = ()
    places: tuple[tuple[str, Span], ...] = ()

    def place(self, *keys: str) -> Span:
        """Where the first of these keys that is written has its value, or the source, where they would be written."""
        return next((span for key in keys for name, span in self.places if name == key), self.span)


@dataclass(frozen=True, slots=True)
class LookUp:
    """The value is replaced by `take` of the one row of `source` whose `match` equals it."""

    source: Scalar
    match: Scalar
    take: Scalar


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Where a field's value comes from: `columns` (several are joined), or a constant.

    A look-up comes first, then the map. `map` pairs a text of the source with the field's value.
    """

    field: Scalar
    span: Span
    columns: tuple[Scalar, ...] = ()
    separator: str = ""
    constant: Scalar | None = None
    look_up: LookUp | None = None
    map: tuple[tuple[Scalar, Scalar], ...] = ()
    unmapped: Unmapped = Unmapped.REFUSE
    currency: Scalar | None = None
    keys: tuple[Scalar, ...] = ()

    @property
    def origin(self) -> str:
        """What the value is made from, for messages."""
        names = " and ".join(f"`{column.text}`" for column in self.columns)
        return f"column {names}" if len(self.columns) == 1 else f"columns {names}" if names else "a constant"


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a record table is filled; `source` is None for a table the vendor has no records for."""

    table: Scalar
    source: Scalar | None = None
    fields: tuple[FieldMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed mapping. `program` is the file whose record tables apply; `data` its own bytes."""

    name: str
    file: str
    span: Span
    program: Scalar
    data: bytes
    currency: Scalar | None
    sources: tuple[Source, ...]
    tables: tuple[TableMapping, ...]

    def source(self, name: str) -> Source | None:
        """The source of this name."""
        return next((each for each in self.sources if each.name == name), None)

    def table(self, name: str) -> TableMapping | None:
        """The mapping of this table."""
        return next((each for each in self.tables if each.table.text == name), None)
