"""The entry point for all formats: pick the reader, then unpivot."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.codes import feed as feed_codes
from engine.records.readers.csv import stage_csv
from engine.records.readers.extent import cut_table
from engine.records.readers.findings import Findings
from engine.records.readers.header import UNNAMED, check_header
from engine.records.readers.json import stage_json
from engine.records.readers.jsonl import stage_jsonl
from engine.records.readers.layout import LINE, NUMBERS, SPACES, Layout, Staged
from engine.records.readers.parquet import stage_parquet
from engine.records.readers.plain_text import CODECS
from engine.records.readers.query import Answer, Copy, stage_query
from engine.records.readers.relation import drop_relation, hidden_columns
from engine.records.readers.unpivot import WIDE, stage_unpivot
from engine.records.readers.xlsx import stage_xlsx

AS_WRITTEN = " as written"
READERS = {"csv": stage_csv, "xlsx": stage_xlsx, "json": stage_json, "jsonl": stage_jsonl, "parquet": stage_parquet}


def check_layout(layout: Layout, span: Span, findings: Findings) -> None:
    """Note what no file can be written like."""
    marks = (("delimiter", layout.delimiter), *((("quote", layout.quote),) if layout.quote else ()))
    if layout.format not in READERS:
        findings.at(codes.LAYOUT, span, f"`{layout.format}` is not a known format", f"one of {', '.join(READERS)}")
    if layout.encoding not in CODECS or (layout.encoding != "utf-8" and layout.format != "csv"):
        known = ", ".join(CODECS) if layout.format == "csv" else "utf-8"
        findings.at(
            codes.LAYOUT, span, f"`{layout.encoding}` is not an encoding for {layout.format} files", f"one of {known}"
        )
    for name, mark in marks:
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or (not mark.isprintable() and mark != "\t"):
            findings.at(codes.LAYOUT, span, f"the {name} is not a single ASCII character", "as in `delimiter: ';'`")
    if layout.quote == layout.delimiter:
        findings.at(
            codes.LAYOUT, span, "delimiter and quote are the same character", "write the one that the file uses"
        )


def is_changed(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether a file was written to, or replaced, between two looks at it."""
    return (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino)


def stage_trimmed(
    connection: duckdb.DuckDBPyConnection, relation: str, written: Staged, span: Span, findings: Findings
) -> Staged:
    """Make `relation` without the spaces around names and cells, with which printed lists fill their columns.

    What is left of the names is looked at like other names: two may be the same now.
    """
    findings.columns = [(tuple(each.strip(SPACES) for each in read), fault) for read, fault in findings.columns]
    names = check_header([each.strip(SPACES) for each in written.columns], lambda _: span, findings)
    pairs = zip(written.columns, names, strict=True)
    cells = "".join(f"trim({quoted(old)}, {text_literal(SPACES)}) AS {quoted(new)}, " for old, new in pairs)
    numbers = f"list_transform({NUMBERS}, lambda each: trim(each, {text_literal(SPACES)})) AS {NUMBERS}"
    connection.execute(
        f"CREATE VIEW {quoted(relation)} AS SELECT {cells}{LINE}, {numbers} FROM {quoted(written.relation)}"
    )
    typed = frozenset(each.strip(SPACES) for each in written.typed)
    columns = tuple(each for each in names if not each.startswith(UNNAMED))
    return replace(written, relation=relation, columns=columns, typed=typed)


def stage_source(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    path: Path,
    name: str,
    layout: Layout,
    span: Span,
    folder: Path | None = None,
    set_aside: bool = False,
) -> tuple[Staged | None, tuple[Diagnostic, ...]]:
    """Make `relation` from the file at `path`, or say why not.

    `name` is the file's name in findings; `span` is the place in the feed mapping, for findings
    about the file as a whole. `folder` takes a copy of the table alone, where a file has more than it; the connection
    may read it too. `path` was resolved and checked by the caller and is taken
    literally, never as a pattern. With any finding that is not a warning nothing is staged; what is wrong
    with columns alone is in `Staged.faults` and `Staged.hidden`, because it matters only if the feed reads them. With
    `set_aside`, rows of another length than the header are left out, as `Staged.lost`; only CSV has such rows.
    The connection may read the folder of `path` and keeps the order of rows (`preserve_insertion_order`).
    """
    findings = Findings(name, span if layout.format == "csv" else None, set_aside=set_aside)
    check_layout(layout, span, findings)
    if findings.total():
        return None, findings.all()
    before = path.stat()
    first = _read_as(relation, layout)
    table, extent = path, None
    if layout.format == "csv":
        table, layout, extent = cut_table(path, layout, span, findings, folder or path.parent)
    staged = None if findings.total() else READERS[layout.format](connection, first, table, layout, span, findings)
    if staged and extent:
        staged = replace(staged, above=extent.above, between=extent.between, below=extent.below)
        staged = without_lines(connection, staged) if extent.between else staged
    if is_changed(before, path.stat()):
        message = f"`{name}` changed while it was being read"
        findings.at(feed_codes.FILE_CHANGED, span, message, "import again when the export is complete")
    return finish(connection, relation, staged, layout, span, findings)


def without_lines(connection: duckdb.DuckDBPyConnection, staged: Staged) -> Staged:
    """The rows without the lines of a printed list that are none, which have no character in any cell."""
    kept = f"{staged.relation} rows"
    is_row = " OR ".join(f"{quoted(each)} <> ''" for each in staged.columns)
    connection.execute(f"CREATE VIEW {quoted(kept)} AS SELECT * FROM {quoted(staged.relation)} WHERE {is_row}")
    return replace(staged, relation=kept, rows=staged.rows - staged.between)


def stage_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    answer: Answer,
    ordered: bool,
    layout: Layout,
    span: Span,
    findings: Findings,
) -> tuple[Staged | None, Copy, tuple[Diagnostic, ...]]:
    """Make `relation` from the answer to a query, as `stage_source` does from a file. `Refused` if it breaks off."""
    staged, copy = stage_query(connection, _read_as(relation, layout), answer, ordered, span, findings)
    settled, found = finish(connection, relation, staged, layout, span, findings)
    return settled, copy, found


def _narrow(relation: str, layout: Layout) -> str:
    """What the rows are called before wide columns become rows."""
    return relation + WIDE if layout.unpivot else relation


def _read_as(relation: str, layout: Layout) -> str:
    """What they are called as they are read."""
    return _narrow(relation, layout) + AS_WRITTEN if layout.trim else _narrow(relation, layout)


def finish(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    staged: Staged | None,
    layout: Layout,
    span: Span,
    findings: Findings,
) -> tuple[Staged | None, tuple[Diagnostic, ...]]:
    """What follows when the rows are read: spaces go, wide columns become rows; with a finding nothing is staged."""
    if staged and layout.trim:
        staged = stage_trimmed(connection, _narrow(relation, layout), staged, span, findings)
    if staged and layout.unpivot:
        staged = stage_unpivot(connection, relation, staged, layout.unpivot, span, findings)
    if staged and not findings.total():
        hidden = hidden_columns(connection, staged) if findings.hidden else frozenset()
        staged = replace(staged, faults=tuple(findings.columns), hidden=hidden, lost=tuple(findings.rows))
    if findings.total():
        staged = None
        for each in dict.fromkeys((relation, _narrow(relation, layout), _read_as(relation, layout))):
            drop_relation(connection, each)
    return staged, findings.all()
