"""Queries: the rows that a database gives become a relation of texts, read once.

What a database is, is not known here: `Databases` is what the caller brings. A value becomes the text of itself, and a
binary number is a fault of its column, as in Parquet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID

import duckdb

from engine.canonical import content_hash
from engine.duck import quoted
from engine.language.diagnostic import Code
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.codes import queries
from engine.records.readers.findings import Findings
from engine.records.readers.header import UNNAMED, check_header
from engine.records.readers.layout import LINE, NUMBERS, Staged
from engine.records.readers.relation import BATCH, append_rows, create_table, drop_relation
from engine.types import TEXT

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

MOST_ROWS: Final = 100_000_000  # of one query
MOST_WAITING: Final = 32 << 20  # characters that are held before they are handed over
VALUE_LIMIT: Final = 131_072  # bytes of one value, as in a CSV file
WIDEST: Final = 4  # bytes of a character


class Refused(Exception):
    """A query has no answer: the code of what is wrong, a message and a cure. Caught where sources are read."""

    def __init__(self, code: Code, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


@dataclass(frozen=True, slots=True)
class Answer:
    """What a database gives to a query: names of columns, and rows, some at a time. Taking more of them may refuse."""

    dialect: str
    columns: tuple[str, ...]
    batches: Iterable[Sequence[Sequence[object]]]


class Databases(Protocol):
    """The databases of an import, by the variables that have their URLs. All queries on one of them see one state."""

    def ask(self, variable: str, query: str) -> Answer:
        """The answer to a query; `Refused` when there is none."""

    def close(self) -> None:
        """Let go of every connection."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of a query as they were read: how many, and the hash of their texts."""

    rows: int
    sha256: str


def _truth(value: object) -> str:
    return "true" if value else "false"


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else ""


TEXT_OF: Final[dict[type, Callable[[object], str]]] = {
    str: str,
    int: str,
    UUID: str,
    bool: _truth,
    Decimal: lambda value: format(value, "f"),
    date: _day,
    datetime: _day,
}
PLAIN: Final = frozenset((str, type(None)))


@dataclass
class _Column:
    """One column while rows come. Holds state: the texts not yet handed over, and what was met."""

    name: str
    waiting: list[str | None] = field(default_factory=list)
    has_texts: bool = False
    has_others: bool = False
    binary: int = 0  # how many values are binary numbers
    strange: str = ""  # the first type that has no text

    def take(self, cells: Sequence[object]) -> int:
        """Take some values; the length of the longest text, in characters."""
        kinds = set(map(type, cells))
        texts = list(cells) if kinds <= PLAIN else [self._text(each) for each in cells]
        self.has_texts = self.has_texts or str in kinds
        self.has_others = self.has_others or not kinds <= PLAIN
        self.waiting += texts  # type: ignore[arg-type]  # their types were looked at
        return max((len(each) for each in texts if isinstance(each, str)), default=0)

    def _text(self, value: object) -> str | None:
        if value is None:
            return None
        made = TEXT_OF.get(type(value))
        if made is not None:
            return made(value)
        if type(value) is float:
            self.binary += 1
        else:
            self.strange = self.strange or type(value).__name__
        return None


def stage_query(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    answer: Answer,
    ordered: bool,
    span: Span,
    findings: Findings,
) -> tuple[Staged | None, Copy]:
    """Make `relation` from the rows of an answer, with the number of each row as its line.

    A database gives rows in any order unless the query says one. So without `ordered` they are sorted by all their
    columns, as texts, and then numbered: the same rows are the same relation, however they come.
    """
    written, nothing = answer.columns, Copy(0, "")
    if not written:
        findings.at(queries.QUERY_FAILED, span, "the query gives no columns", "name columns behind SELECT")
        return None, nothing
    names = check_header(written, lambda _: span, findings)
    if findings.total():
        return None, nothing
    columns = tuple(map(_Column, written))
    read = f"{relation} as read"
    create_table(connection, read, names)
    rows = _take_rows(connection, read, names, columns, answer.batches, span, findings)
    _check_types(columns, answer.dialect, span, findings)
    if findings.total():
        return None, nothing
    kept, texts = read, "".join(f"{quoted(name)}, " for name in names)
    if not ordered:
        kept = f"{relation} sorted"
        in_order = f"SELECT {texts.removesuffix(', ')} FROM {quoted(read)} ORDER BY ALL"
        connection.execute(
            f"CREATE TABLE {quoted(kept)} AS SELECT *, row_number() OVER () AS {quoted(LINE)} FROM ({in_order})"
        )
        drop_relation(connection, read)
    rest = f"{quoted(LINE)}, NULL::VARCHAR[] AS {quoted(NUMBERS)}"
    connection.execute(f"CREATE VIEW {quoted(relation)} AS SELECT {texts}{rest} FROM {quoted(kept)}")
    sha256 = content_hash(connection, f"SELECT * FROM {quoted(kept)}", [(name, TEXT) for name in names])
    findings.hidden = True  # whether there are any is seen when the rows are staged
    typed = frozenset(name for name, each in zip(names, columns, strict=True) if each.has_others and not each.has_texts)
    shown = tuple(each for each in names if not each.startswith(UNNAMED))
    return Staged(relation, shown, rows, findings.name, typed), Copy(rows, sha256)


def _take_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    names: Sequence[str],
    columns: Sequence[_Column],
    batches: Iterable[Sequence[Sequence[object]]],
    span: Span,
    findings: Findings,
) -> int:
    """Copy the rows, so that few of them are in memory; their number."""
    rows = done = waiting = 0
    for batch in batches:
        for column, cells in zip(columns, zip(*batch, strict=True), strict=True):
            longest = column.take(cells)
            waiting += longest * len(cells)
            if longest * WIDEST > VALUE_LIMIT:
                _check_lengths(column, span, findings)
        rows += len(batch)
        if rows > MOST_ROWS:
            message = f"the query gives more than {MOST_ROWS:,} rows"
            findings.at(queries.QUERY_FAILED, span, message, "read the rows of fewer days, or add them up")
        if findings.total():
            return rows
        if waiting > MOST_WAITING or rows - done >= BATCH:
            done, waiting = _hand_over(connection, relation, names, columns, done), 0
    _hand_over(connection, relation, names, columns, done)
    return rows


def _hand_over(
    connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str], columns: Sequence[_Column], done: int
) -> int:
    """Put the waiting rows behind those that are `done`; how many are done then."""
    end = done + len(columns[0].waiting)
    append_rows(connection, relation, names, range(done + 1, end + 1), [each.waiting for each in columns])
    for each in columns:
        each.waiting = []
    return end


def _check_lengths(column: _Column, span: Span, findings: Findings) -> None:
    """Note a value that is too long, among those that came last."""
    for text in column.waiting:
        if text is not None and len(text) * WIDEST > VALUE_LIMIT and len(text.encode()) > VALUE_LIMIT:
            message = f"column `{column.name}` of `{findings.name}` has a value of more than {VALUE_LIMIT:,} bytes"
            findings.at(codes.TOO_LONG, span, message, "leave the column out of the query, or cut its texts there")
            return


def _check_types(columns: Sequence[_Column], dialect: str, span: Span, findings: Findings) -> None:
    """Note columns whose values have no exact text."""
    for each in columns:
        where = f"column `{each.name}` of `{findings.name}`"
        if each.binary:
            # a rate that is cut to cents converts wrongly, and nothing would show it
            cure = f"round it in the query, to cents by {_rounded(each.name, dialect)}; a rate needs more digits than 2"
            message = f"{where} contains binary floating-point numbers"
            findings.of_column((each.name,), codes.FLOAT_COLUMN, span, message, cure)
        elif each.strange:
            message = f"{where} has values of the type {each.strange}, which the import cannot read"
            cure = "cast it to text in the query, or leave it out"
            findings.of_column((each.name,), codes.COLUMN_TYPE, span, message, cure)


def _rounded(name: str, dialect: str) -> str:
    """How a database makes an exact number of a binary one; a missing one stays missing."""
    column = quoted(name)
    made = f"CAST(round({column}, 2) AS TEXT)" if dialect == SQLITE else f"CAST({column} AS numeric(18, 2))"
    return f"`{made} AS {column}`"
