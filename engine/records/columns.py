"""Columns that the feed names and the files do not have, or have in a form that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic, Severity
from engine.language.near import FewSuggestions
from engine.language.records import RecordTable
from engine.language.source import Scalar
from engine.records import codes_readers
from engine.records.codes import feed as codes
from engine.records.feed import Feed, FieldMapping, Source, TableMapping
from engine.records.findings import row_span
from engine.records.readers.jsonl import to_spread
from engine.records.readers.layout import LINE, SPACES, Staged
from engine.records.readers.plain_text import HIDDEN_SQL, first_hidden

HAS_SKIP = ("csv", "xlsx")  # the formats that have lines above the header
MOST_ABOVE = 20  # lines among which a header is looked for
OPERATORS = {*"*/+"}  # in what is meant as a calculation of columns


def check_columns(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    tables: Sequence[tuple[RecordTable, TableMapping]],
    staged: Mapping[str, Staged],
) -> Iterator[Diagnostic]:
    """What is wrong with the columns of the files, for the tables that the feed fills."""
    yield from _missing_columns(connection, feed, [mapping for _, mapping in tables], staged)
    yield from _hidden_characters(connection, feed, tables, staged)


def _missing_columns(
    connection: duckdb.DuckDBPyConnection, feed: Feed, tables: Sequence[TableMapping], staged: Mapping[str, Staged]
) -> Iterator[Diagnostic]:
    """One finding for each place that names such a column; files that could not be read have been reported.

    What is wrong with a column is an error if the feed reads it, else a note.
    """
    named = [(source.name, each.column) for source in feed.sources for each in source.where]
    named += [(source.name, each) for source in feed.sources for each in source.fill_down]
    named += [column for table in tables for each in table.fields for column in _named(table, each)]
    read = {(source, column.text) for source, column in named}
    read |= {(each.name, name) for each in feed.sources if each.layout.unpivot for name in each.layout.unpivot.columns}
    for source, found in staged.items():
        for names, fault in found.faults:
            is_read = any((source, name) in read for name in names)
            yield fault if is_read else replace(fault, severity=Severity.NOTE, help="")
    headers = {each.name: header_below(connection, each, staged.get(each.name), named) for each in feed.sources}
    yield from _missing(named, staged, headers)


def _hidden_characters(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    tables: Iterable[tuple[RecordTable, TableMapping]],
    staged: Mapping[str, Staged],
) -> Iterator[Diagnostic]:
    """Columns with hidden characters that no field is made from: a note where nothing reads them.

    In a condition or a look-up they are an error, because what such a row means is not known. Fields find theirs
    in their rows.
    """
    filled = [
        (mapping, each)
        for table, mapping in tables
        for each in mapping.fields
        if each.field.text in {field.name for field in table.stored}
    ]
    chosen = {(source.name, each.column.text) for source in feed.sources for each in source.where}
    chosen |= {
        (each.look_up.source.text, column.text)
        for _, each in filled
        if each.look_up
        for column in (each.look_up.match, each.look_up.take)
    }
    fields = {(mapping.source.text, column.text) for mapping, each in filled if mapping.source for column in each.read}
    for source, found in staged.items():
        for name in (each for each in found.columns if each in found.hidden):
            if (source, name) in chosen:
                yield _hidden_in(connection, found, name, "remove it at its source")
            elif (source, name) not in fields:
                yield replace(_hidden_in(connection, found, name), severity=Severity.NOTE)


def _hidden_in(connection: duckdb.DuckDBPyConnection, staged: Staged, name: str, help: str = "") -> Diagnostic:
    """The first hidden character of a column, and how many rows have one."""
    rows = f"FROM {quoted(staged.relation)} WHERE regexp_matches({quoted(name)}, {text_literal(HIDDEN_SQL)})"
    query = f"SELECT count(*), min({{line: {LINE}, text: {quoted(name)}}}) {rows}"
    ((number, first),) = connection.execute(query).fetchall()
    more = f", and so do {number - 1:,} more rows" if number > 2 else ", and so does one more row" if number > 1 else ""
    message = f"column `{name}` of `{staged.file}` contains {first_hidden(first['text'])}{more}"
    return codes_readers.HIDDEN.at(row_span(staged.file, first["line"]), message, help=help)


def _named(table: TableMapping, field: FieldMapping) -> Iterator[tuple[str, Scalar]]:
    """The sources and columns that a field names."""
    for column in field.read if table.source else ():
        yield table.source.text if table.source else "", column
    if field.look_up:
        yield field.look_up.source.text, field.look_up.match
        yield field.look_up.source.text, field.look_up.take


def header_below(
    connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged | None, named: Iterable[tuple[str, Scalar]]
) -> int:
    """The line that has all names which the feed reads and the first line does not have; 0 if there is none.

    Below a title, most columns of a workbook have no name, and so are not known here: then it is the first line that
    has cells in them.
    """
    read = {column.text for name, column in named if name == source.name}
    missing = read - {*staged.columns} if staged else set()
    if not staged or not missing or source.layout.format not in HAS_SKIP or source.layout.unpivot:
        return 0
    cells = ", ".join(quoted(each) for each in staged.columns)
    rows = f"SELECT {LINE}, {cells} FROM {quoted(staged.relation)} ORDER BY {LINE} LIMIT {MOST_ABOVE}"
    found = connection.execute(rows).fetchall()
    wider = {each.span.line for _, each in staged.faults if each.code == codes_readers.COLUMN_NAME.code and each.span}
    for line, *texts in found:
        names = missing & {str(each).strip(SPACES) for each in texts}
        if names == missing or (line in wider and (names or missing == read)):
            return int(line)
    return 0


def _missing(
    named: Iterable[tuple[str, Scalar]], staged: Mapping[str, Staged], headers: Mapping[str, int]
) -> Iterator[Diagnostic]:
    suggest = FewSuggestions()
    for source, column in named:
        found = staged.get(source)
        told = {name for names, _ in found.faults for name in names} if found else set()
        if found and column.text not in found.columns and column.text not in told:
            message = f"`{found.file}` has no column `{column.text}`"
            header = headers[source]
            help = f"if line {header} is the header, write `skip: {header - 1}` under the source `{source}`"
            yield codes.UNKNOWN_COLUMN.at(column.span, message, help=help if header else _cure(column, found, suggest))


def _cure(column: Scalar, staged: Staged, suggest: FewSuggestions) -> str:
    for names, fault in staged.faults:
        if fault.code == codes_readers.NESTED.code and column.text.startswith(f"{names[0]}."):
            return to_spread(names[0])
    if {*column.text} & OPERATORS and any(each in column.text for each in staged.columns):
        return "to calculate, write `{calculate: a * b, of: {a: COLUMN, b: COLUMN}}`, with + - * / and parentheses"
    near = next((each for each in staged.columns if each.strip(SPACES) == column.text), "")
    if near:
        return f"the file has `{near}`, with spaces: write `trim: true` under the source to leave them out"
    return suggest(column.text, staged.columns)
