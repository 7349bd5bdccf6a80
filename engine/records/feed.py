"""A feed: how the columns of a vendor's files become the fields of record tables, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.language.source import Scalar, Span
from engine.language.syntax import Expression
from engine.records.readers.layout import Layout
from engine.types import Mode


class Unmapped(StrEnum):
    """What happens to a value that a `map` does not list."""

    REFUSE = "refuse"
    KEEP = "keep"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a source writes numbers; `thousands` is "" when digits are not grouped; `behind`: `12-` is negative.

    `parentheses`: `(12)` is negative. `indian`: all groups but the last have two digits. Any of `marks` may stand
    before or behind it.
    """

    decimal: str = "."
    thousands: str = ""
    behind: bool = False
    parentheses: bool = False
    indian: bool = False
    marks: tuple[str, ...] = ()


PLAIN = NumberStyle()


@dataclass(frozen=True, slots=True)
class Style:
    """How a source writes numbers and days; `date_format` "" is ISO.

    Years of two digits are those from `first_year` on; `year` is that of days without one. `months` are the names of
    the months, English ones by default.
    With `zone` a day may have a time, which is cut off: the day is that of this zone. Times without an offset are of
    the zone `written_in`, or of the same one.
    """

    numbers: NumberStyle = PLAIN
    date_format: str = ""
    first_year: int = 0
    year: int = 0
    months: tuple[str, ...] = ()
    zone: str = ""
    written_in: str = ""


AS_IN_RUNG = Style()


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows count where `column` has one of `values`, or with `is_not` none of them; "" is a missing value."""

    column: Scalar
    values: tuple[Scalar, ...]
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class IdRule:
    """How a text of a file becomes an id: texts in it are replaced, in this order.

    Then ids of Salesforce with 15 characters get the other three, those of digits alone have leading zeros up to so
    many `digits` and no others, and the `prefix` is put before it.
    """

    span: Span
    replace: tuple[tuple[Scalar, Scalar], ...] = ()
    salesforce: bool = False
    digits: int = 0
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a database: `database` is the variable of the environment that has its URL.

    Without a `text`, it is in the file of the source.
    """

    database: Scalar
    text: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the feed, or a query. `missing` are the texts that mean there is no value; all of `where` must hold
    for a row. In the columns of `fill_down`, a cell without a value has that of the row above, before `where` is looked
    at.

    `renamed` maps the names of unpivoted columns to the text that replaces them.
    `keys` are the keys written in the feed, with their places; `places` are those of their values.
    """

    name: str
    span: Span
    file: Scalar | None
    layout: Layout
    missing: tuple[str, ...] = ("",)
    style: Style = AS_IN_RUNG
    renamed: tuple[tuple[str, str], ...] = ()
    where: tuple[Condition, ...] = ()
    fill_down: tuple[Scalar, ...] = ()
    keys: tuple[Scalar, ...] = ()
    places: tuple[tuple[str, Span], ...] = ()
    query: Query | None = None

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
class Sign:
    """What says the sign of a number: the field `entry`, texts of a `column`, or the number itself, as `written`."""

    span: Span
    written: bool = False
    column: Scalar | None = None
    plus: tuple[Scalar, ...] = ()
    minus: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """A number computed from columns; `names` are those of the expression with their columns.

    Without `rounding`, a result with more decimals than the field keeps is an error.
    """

    expression: Expression
    names: tuple[tuple[Scalar, Scalar], ...]
    rounding: Mode | None = None


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Where a field's value comes from: `columns` (several are joined), or a constant.

    A look-up comes first, then the map. `map` pairs a text of the source with the field's value. `minus` is a second
    column for a number: what stands there is negative, and only one of the two has a number other than zero.
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
    sign: Sign | None = None
    minus: Scalar | None = None
    id: IdRule | None = None
    calculation: Calculation | None = None
    stands_alone: bool = False  # a return whose sale is in no file names none
    is_numbered: bool = False  # the text is followed by the number of the row among those with the same text
    keys: tuple[Scalar, ...] = ()

    @property
    def is_signed_by_entry(self) -> bool:
        """Whether the field `entry` says the sign."""
        return self.sign is not None and not self.sign.written and self.sign.column is None

    @property
    def has_sign_elsewhere(self) -> bool:
        """Whether the number is written without a sign of its own."""
        return self.minus is not None or (self.sign is not None and not self.sign.written)

    @property
    def read(self) -> tuple[Scalar, ...]:
        """The columns of the table's source that the field is made from."""
        signs = self.sign.column if self.sign else None
        return (*self.columns, *(each for each in (self.minus, signs, self.currency) if each))

    @property
    def origin(self) -> str:
        """What the value is made from, for messages."""
        columns = (*self.columns, self.minus) if self.minus else self.columns
        names = " and ".join(f"`{column.text}`" for column in columns)
        return f"column {names}" if len(columns) == 1 else f"columns {names}" if names else "a constant"


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a record table is filled; `source` is None for a table the vendor has no records for."""

    table: Scalar
    source: Scalar | None = None
    fields: tuple[FieldMapping, ...] = ()
    merges_equal_rows: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed mapping. `program` is the file whose record tables apply; `data` its own bytes.

    `ids` is the rule for all ids whose field has none of its own.
    `complete_through` is the day through which the files have every record, where the vendor says so; `complete_at` is
    where that is written.
    """

    name: str
    file: str
    span: Span
    program: Scalar
    data: bytes
    currency: Scalar | None
    sources: tuple[Source, ...]
    tables: tuple[TableMapping, ...]
    ids: IdRule | None = None
    complete_through: date | None = None
    complete_at: Span | None = None

    def source(self, name: str) -> Source | None:
        """The source of this name."""
        return next((each for each in self.sources if each.name == name), None)

    def table(self, name: str) -> TableMapping | None:
        """The mapping of this table."""
        return next((each for each in self.tables if each.table.text == name), None)
