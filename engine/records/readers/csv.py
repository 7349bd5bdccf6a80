"""CSV: checked by `csv_scan`, then read by DuckDB where every line is a row, else row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from engine.duck import quoted, text_literal
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.csv_scan import Shape, scan_csv
from engine.records.readers.findings import Findings
from engine.records.readers.header import UNNAMED
from engine.records.readers.layout import LINE, NUMBERS, Layout, Staged
from engine.records.readers.plain_text import CODECS
from engine.records.readers.relation import BATCH, append_rows, create_table, path_literal

BEGINNING = 2_048  # rows that say which columns may have nothing but whole numbers


def stage_csv(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, span: Span, findings: Findings
) -> Staged | None:
    """Make `relation` from a CSV file: a view on the file where that is safe, else a table."""
    shape = scan_csv(path, layout, span, findings)
    if shape is None:
        return None
    names = tuple(each for each in shape.header if not each.startswith(UNNAMED))
    staged = Staged(relation, names, shape.rows, findings.name)
    whole = view_fits(connection, relation, path, layout, shape) if shape.plain else None
    if whole is not None:
        return _without_nameless(connection, replace(staged, whole=whole), shape, findings)
    create_table(connection, relation, shape.header)
    read = _read_rows(connection, relation, path, layout, shape)
    if read != shape.rows:
        raise RuntimeError(  # pragma: no cover - only if this module or the standard library is wrong
            f"two readers see {shape.rows} and {read} rows in one file"
        )
    return _without_nameless(connection, staged, shape, findings)


def _without_nameless(
    connection: duckdb.DuckDBPyConnection, staged: Staged, shape: Shape, findings: Findings
) -> Staged | None:
    """The relation, whose last columns without a name must be empty: spreadsheets write such columns."""
    width = len(shape.header) - len(shape.nameless)
    names = shape.header[width:]
    if not names:
        return staged
    first = ", ".join(f"min({quoted(LINE)}) FILTER ({quoted(name)} <> '')" for name in names)
    lines = connection.execute(f"SELECT {first} FROM {quoted(staged.relation)}").fetchall()[0]
    for number, (line, place) in enumerate(zip(lines, shape.nameless, strict=True), width + 1):
        if line is not None:
            message = f"column {number} has no name, but a value on line {line:,}"
            cure = (
                "give it a name in the first row, or delete the column"
                f"; if line {line:,} is the header, write `skip: {line - 1}` under the source"
            )
            findings.at(codes.COLUMN_NAME, place, message, cure)
    return None if findings.total() else staged


def view_fits(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, shape: Shape
) -> frozenset[str] | None:
    """Make a view on the file and count it: DuckDB has to see the rows that the scan saw.

    None when it does not, and then there is no view. Else the columns of `Staged.whole`, which are seen in passing.
    """
    literal = path_literal(path)
    if literal is None:
        return None
    names = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in shape.header)
    always = ", ".join(text_literal(name) for name in shape.header)
    quote = text_literal(layout.quote)
    # `new_line` is left out on purpose: with it, DuckDB 2.0 reads no rows in strict mode.
    source = (
        f"read_csv({literal}, auto_detect = false, header = {str(layout.header).lower()}, "
        f"delim = {text_literal(layout.delimiter)}, quote = {quote}, escape = {quote}, comment = '', "
        f"columns = {{{names}}}, force_not_null = [{always}], null_padding = false, strict_mode = true, "
        f"ignore_errors = false, compression = 'none', encoding = 'utf-8', hive_partitioning = false)"
    )
    texts = ", ".join(quoted(name) for name in shape.header)
    line = f"row_number() OVER () + {int(layout.header) + layout.above} AS {quoted(LINE)}"
    view = quoted(relation)
    connection.execute(
        f"CREATE VIEW {view} AS SELECT {texts}, {line}, NULL::VARCHAR[] AS {quoted(NUMBERS)} FROM {source}"
    )
    try:
        _, digits = _counted(
            connection, "NOT regexp_full_match({}, '-?[0-9]*')", shape.header, f"{source} LIMIT {BEGINNING}"
        )
        rows, whole = _counted(connection, "contains({}, '.')", digits, source)
    except duckdb.InvalidInputException:
        rows, whole = None, []
    if rows == shape.rows:
        return frozenset(whole)
    connection.execute(f"DROP VIEW {view}")
    return None


def _counted(connection: duckdb.DuckDBPyConnection, has: str, names: Sequence[str], rows: str) -> tuple[int, list[str]]:
    """The number of rows, and the columns in which no text has what is looked for."""
    found = ", ".join(["count(*)", *(f"coalesce(bool_or({has.format(quoted(name))}), false)" for name in names)])
    ((number, *any),) = connection.execute(f"SELECT {found} FROM (FROM {rows})").fetchall()
    return number, [name for name, has_one in zip(names, any, strict=True) if not has_one]


def _read_rows(connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, shape: Shape) -> int:
    """Fill the table row by row, with the line where each row begins; gives the number of rows."""
    rows: list[list[str]] = []
    lines: list[int] = []
    total = 0
    for line, row in _rows(path, layout):
        if len(row) != len(shape.header):
            continue  # it is set aside
        lines.append(line)
        rows.append(row)
        if len(rows) == BATCH:
            append_rows(connection, relation, shape.header, lines, list(zip(*rows, strict=True)))
            total += len(rows)
            rows, lines = [], []
    if rows:
        append_rows(connection, relation, shape.header, lines, list(zip(*rows, strict=True)))
    return total + len(rows)


def _rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Every row but the header, with its first line. Only line feeds count as lines, as in an editor."""
    codec = "utf-8-sig" if layout.encoding == "utf-8" else CODECS[layout.encoding]
    with path.open(encoding=codec, newline="\n") as file:
        reader = csv.reader(
            file,
            delimiter=layout.delimiter,
            quotechar=layout.quote or None,
            doublequote=True,
            quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
            strict=True,
        )
        if layout.header:
            next(reader)
        before = reader.line_num
        for row in reader:
            if row:
                yield layout.above + before + 1, row
            before = reader.line_num
