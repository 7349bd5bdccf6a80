"""Rows that are left out of a file: they are counted and named, and nothing else of the import sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.source import Scalar
from engine.records.codes import feed as codes
from engine.records.codes_readers import ROW_LENGTH
from engine.records.convert import shown
from engine.records.feed import Condition, Feed, Source
from engine.records.findings import row_span
from engine.records.projection import cell
from engine.records.readers.layout import LINE, Staged

MOST_SHOWN = 4  # kinds of rows left out that are named, those with most rows first
MOST_KNOWN = 1_000  # texts of a column among which one that is meant is looked for


def never_lost(feed: Feed, source: Source) -> str:
    """Why rows of a source cannot be set aside before anything is known of them; "" where they can.

    A look-up that finds one row might have found two, a row might have had its value from the lost one, and a number
    in an id counts all rows: nobody knows which of the others would be different.
    """
    if any(each.look_up.source.text == source.name for table in feed.tables for each in table.fields if each.look_up):
        return "other rows look something up in this file"
    if source.fill_down:
        return "the rows below take values from it (`fill_down`)"
    if any(each.is_numbered for table in feed.tables for each in table.fields if _is(source, table.source)):
        return "an id has the number of its row (`numbered`)"
    return ""


def told_why(finding: Diagnostic, reason: str) -> Diagnostic:
    """A finding about a row without columns, with the reason why it stops the import although rows are set aside."""
    if finding.code != ROW_LENGTH.code or not reason:
        return finding
    return replace(finding, help=f"{finding.help}; it cannot be set aside, because {reason}")


def _is(source: Source, name: Scalar | None) -> bool:
    return name is not None and name.text == source.name


def condition_sql(source: Source, condition: Condition) -> str:
    """SQL: whether a row counts; never missing."""
    column, texts = quoted(condition.column.text), [each.text for each in condition.values]
    has = f"coalesce({column} IN ({', '.join(map(text_literal, texts))}), false)"
    if "" in texts:
        has = f"({has} OR {cell(source, condition.column.text)} IS NULL)"
    return f"NOT {has}" if condition.is_not else has


def keep_rows(connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged) -> tuple[Staged, list[Diagnostic]]:
    """The rows of a source that count, as a view, and what is said about the others."""
    if not source.where:
        return staged, []
    kept = " AND ".join(condition_sql(source, each) for each in source.where)
    listed = [(each, value) for each in source.where for value in each.values]
    counts = "".join(
        f", count(*) FILTER ({condition_sql(source, replace(each, values=(value,), is_not=False))})"
        for each, value in listed
    )
    rows = quoted(staged.relation)
    query = f"SELECT count(*) FILTER ({kept}){counts} FROM {rows}"
    ((number, *met),) = connection.execute(query).fetchall()
    findings = [
        _never_met(connection, source, each, value.text, staged)
        for (each, value), times in zip(listed, met, strict=True)
        if not times and value.text
    ]
    if number < staged.rows:
        findings.append(_left_out(connection, source, staged, kept, staged.rows - number))
    relation = f"{staged.relation} kept"
    connection.execute(f"CREATE VIEW {quoted(relation)} AS SELECT * FROM {rows} WHERE {kept}")
    return replace(staged, relation=relation, rows=number), findings


def _never_met(
    connection: duckdb.DuckDBPyConnection, source: Source, condition: Condition, text: str, staged: Staged
) -> Diagnostic:
    """A text of a condition that no row has: perhaps it is written in another way."""
    column = quoted(condition.column.text)
    query = (
        f"SELECT DISTINCT {column} FROM {quoted(staged.relation)} WHERE {column} <> '' ORDER BY 1 LIMIT {MOST_KNOWN}"
    )
    known = [str(each) for (each,) in connection.execute(query).fetchall()]
    place = next((each.span for each in condition.values if each.text == text), condition.column.span)
    message = f"no row of `{staged.file}` has {shown(text)} in `{condition.column.text}`"
    return codes.WHERE_NEVER_MET.at(place, message, help=suggest(text, known))


def _left_out(
    connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged, kept: str, rows: int
) -> Diagnostic:
    """How many rows do not count, and what they have in the columns that decide it."""
    cells = ", ".join(f"coalesce({quoted(each.column.text)}, '')" for each in source.where)
    query = (
        f"SELECT count(*), {cells} FROM {quoted(staged.relation)} WHERE NOT ({kept})"
        f" GROUP BY ALL ORDER BY ALL DESC LIMIT {MOST_SHOWN + 1}"
    )
    groups = connection.execute(query).fetchall()
    named = "; ".join(f"{number:,} with {_cells(source.where, texts)}" for number, *texts in groups[:MOST_SHOWN])
    if len(groups) > MOST_SHOWN:
        named += f"; {rows - sum(number for number, *_ in groups[:MOST_SHOWN]):,} with other texts"
    total = f"{rows:,} of {staged.rows:,} rows" if staged.rows != 1 else "the only row"
    verb = "was" if rows == 1 else "were"
    return codes.ROWS_LEFT_OUT.at(
        source.place("where"), f"{total} of `{staged.file}` {verb} left out by `where`: {named}"
    )


def _cells(conditions: Sequence[Condition], texts: Sequence[str]) -> str:
    """The texts of a row in the columns of the conditions."""
    columns = dict(zip((each.column.text for each in conditions), texts, strict=True))
    return " and ".join(
        f"{shown(text)} in `{name}`" if text else f"nothing in `{name}`" for name, text in columns.items()
    )


def last_line(staged: Staged) -> str:
    """SQL: the last line with a value in any column."""
    blank = " AND ".join(f"coalesce({quoted(each)}, '') = ''" for each in staged.columns)
    return f"SELECT max({LINE}) FROM {quoted(staged.relation)} WHERE NOT ({blank})"


def lines_left_out(source: Source, staged: Staged) -> Iterator[Diagnostic]:
    """What the feed leaves out above and below the table of a source, and objects without items."""
    if staged.barren:
        which = "1 object" if staged.barren == 1 else f"{staged.barren:,} objects"
        verb = "has" if staged.barren == 1 else "have"
        message = f"{which} of `{staged.file}` {verb} no item in `{source.layout.each}`, and so no row"
        yield codes.ROWS_LEFT_OUT.at(source.place("each"), message)
    parts = [f"{_lines(staged.above)} above the header"] if staged.above else []
    parts += [f"{_lines(staged.between)} between its rows (`rows_begin`)"] if staged.between else []
    parts += [f"{_lines(staged.below)} from the end of the table on (`stop_at`)"] if staged.below else []
    if parts:
        verb = "was" if staged.above + staged.between + staged.below == 1 else "were"
        message = f"{' and '.join(parts)} of `{staged.file}` {verb} left out"
        yield codes.ROWS_LEFT_OUT.at(source.place("stop_at", "skip", "rows_begin"), message)


def _lines(number: int) -> str:
    return f"{number:,} line" if number == 1 else f"{number:,} lines"


def blank_rows(connection: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[Staged, Diagnostic] | None:
    """The rows without those at the end that have no value in any column, and what is said about these; None if
    there are none.

    Spreadsheets write them behind the last record. Between records they stay, because something may be missing there.
    """
    rows = quoted(staged.relation)
    last = last_line(staged)
    query = f"SELECT count(*), min({LINE}), ({last}) FROM {rows} WHERE {LINE} > ({last})"
    ((number, first, end),) = connection.execute(query).fetchall()
    if not number:
        return None
    relation = f"{staged.relation} filled"
    connection.execute(f"CREATE VIEW {quoted(relation)} AS SELECT * FROM {rows} WHERE {LINE} <= {end}")
    message = f"{number:,} {'row' if number == 1 else 'rows'} without any value at the end of `{staged.file}`"
    verb = "was" if number == 1 else "were"
    note = codes.ROWS_LEFT_OUT.at(row_span(staged.file, first), f"{message} {verb} left out")
    return replace(staged, relation=relation, rows=staged.rows - number), note
