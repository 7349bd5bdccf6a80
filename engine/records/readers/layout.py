"""What the feed mapping says about a source file, and what the file became."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.diagnostic import Diagnostic

LINE = "_line"
"""Column of a staged relation (BIGINT): 1-based line of the file where the row begins; in XLSX
the row number of the sheet, in Parquet the number of the row."""

NUMBERS = "_numbers"
"""Column of a staged relation (VARCHAR[]): names of the columns whose cell of this row is a
number, date or boolean and not a text, so that its text was made by rung. NULL when there is
none, and always NULL for CSV, JSON Lines and Parquet, where the text is what was written.
An importer refuses ids there: `list_contains("_numbers", 'sale_id')`."""

RESERVED = (LINE, NUMBERS)
SPACES = " \t\u00a0\u202f"  # what `trim` leaves out

QUERY = "query"
"""The format of a source that is no file."""


@dataclass(frozen=True, slots=True)
class Unpivot:
    """Wide columns to rows: each of `columns` becomes a row with its name in `name`, its cell in `value`.

    The columns not named are repeated on each row. A missing cell stays a row with a missing value.
    """

    columns: tuple[str, ...]
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a source file is written; every key comes from the feed mapping.

    `delimiter` and `quote` are one ASCII character each (`quote` may be "": no quoting at all).
    `encoding` is utf-8 (a byte-order mark is accepted), windows-1252 or latin-1.
    Without `header` the columns of CSV and XLSX are named column1, column2, ...
    `sheet` may be "" when the workbook has one sheet.
    `records` is the path of the list in a JSON document, "" for the document itself. With `each`, every item of the
    list at this path of an object is a row, and the column `each` has its number in the list.
    With `trim`, spaces around names and cells do not count.
    With `rows_begin`, only lines that begin with this text are the header or rows, as in printed lists.
    `skip` lines stand above the header, and the table ends before the row whose first text is `stop_at` ("" for an
    empty one). `above` lines were cut off already: the file read is a part of another one.
    """

    format: str  # csv, xlsx, json, jsonl, parquet, query
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    sheet: str = ""
    unpivot: Unpivot | None = None
    records: str = ""
    each: str = ""
    trim: bool = False
    skip: int = 0
    stop_at: str | None = None
    above: int = 0
    rows_begin: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """A source file as a table or view of the connection.

    `relation` has `columns`, all VARCHAR (NULL = absent cell; an empty text stays ''), plus
    `_line` and `_numbers` (see LINE and NUMBERS). `rows` counts it after unpivot; `file` is
    the name as in the feed. `typed` are the columns whose numbers are no texts in the file, so that their point is a
    decimal mark. `whole` are columns that were seen to have no point in any text; others may have none, too. `above`,
    `between` and `below` are the lines of the file that the feed leaves out above, in and below the table. `barren`
    objects have no item in the list of `each`, and so no row.
    `faults` are those of columns, with the names by which the feed would read them: they matter only if it does.
    `hidden` are the columns with hidden characters. `lost` are rows of another length than the header, which are not in
    the relation: the line of each, what is wrong, and a cure.
    """

    relation: str
    columns: tuple[str, ...]
    rows: int
    file: str
    typed: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    above: int = 0
    between: int = 0
    below: int = 0
    barren: int = 0
    faults: tuple[tuple[tuple[str, ...], Diagnostic], ...] = ()
    hidden: frozenset[str] = frozenset()
    lost: tuple[tuple[int, str, str], ...] = ()
