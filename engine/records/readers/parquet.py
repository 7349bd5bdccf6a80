"""Parquet through DuckDB: every column becomes the text of its exact value."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from engine.duck import open_connection, quoted
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.header import UNNAMED, check_header
from engine.records.readers.layout import LINE, NUMBERS, Layout, Staged
from engine.records.readers.plain_text import CONTROLS, HIDDEN
from engine.records.readers.relation import BATCH, path_literal
from engine.records.readers.sniff import HEAD, check_format

MAGIC = b"PAR1"

EXACT = ("VARCHAR", "BOOLEAN", "DATE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
BINARY = ("FLOAT", "DOUBLE")


def stage_parquet(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, span: Span, findings: Findings
) -> Staged | None:
    """Make `relation` as a view on a Parquet file. `_line` is the number of the row."""
    _check_magic(path, layout, span, findings)
    if findings.total():
        return None
    literal = path_literal(path)
    if literal is None:
        message = f"the path of `{findings.name}` has a backslash beside `*`, `?` or `[`"
        findings.at(codes.LAYOUT, span, message, "rename the file or its folder")
        return None
    source = f"read_parquet({literal}, hive_partitioning = false, union_by_name = false)"
    # A database of its own: what a damaged file does to it cannot harm the caller's.
    with open_connection(folders=[path.parent]) as probe:
        try:
            written = _top_names(probe, literal)
            names = check_header(written, lambda _: span, findings)
            source += f" AS rows({', '.join(map(quoted, names))})"
            described = [] if findings.total() else probe.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            _check_types(written, [str(row[1]) for row in described], span, findings)
            rows = 0 if findings.total() else _checked_rows(probe, source, findings)
        except duckdb.Error:
            _note_damage(span, findings, "it cannot be read as Parquet")
    if findings.total():
        return None
    texts = "".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}, " for name in names)
    line = f"row_number() OVER () AS {quoted(LINE)}, NULL::VARCHAR[] AS {quoted(NUMBERS)}"
    connection.execute(f"CREATE VIEW {quoted(relation)} AS SELECT {texts}{line} FROM {source}")
    typed = frozenset(name for name, row in zip(names, described, strict=True) if str(row[1]) != "VARCHAR")
    columns = tuple(each for each in names if not each.startswith(UNNAMED))
    return Staged(relation, columns, rows, findings.name, typed)


def _check_magic(path: Path, layout: Layout, span: Span, findings: Findings) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD)
        check_format(head, layout, span, findings)
        if findings.total():
            return
        file.seek(-min(len(MAGIC), len(head)), 2)
        if file.read() != MAGIC or len(head) < 3 * len(MAGIC):
            _note_damage(span, findings, "its end is missing")


def _note_damage(span: Span, findings: Findings, why: str) -> None:
    findings.at(codes.UNREADABLE, span, f"`{findings.name}` is damaged: {why}", "export the file again")


def _top_names(connection: duckdb.DuckDBPyConnection, literal: str) -> list[str]:
    """Names of the columns as written: DuckDB would rename a second one of the same name."""
    rows = connection.execute(f"SELECT name, num_children FROM parquet_schema({literal})").fetchall()
    names: list[str] = []
    skip = 0
    for name, children in rows[1:]:  # the first is the root
        if not skip:
            names.append(str(name))
        skip = max(skip - 1, 0) + int(children or 0)
    return names


def _check_types(names: list[str], types: list[str], span: Span, findings: Findings) -> None:
    for name, kind in zip(names, types, strict=False):  # no types where the names are wrong
        if kind in BINARY:
            message = f"column `{name}` of `{findings.name}` contains binary floating-point numbers ({kind})"
            cure = "make it a decimal number where the file is written; in SQL: DECIMAL"
            findings.of_column((name,), codes.FLOAT_COLUMN, span, message, cure)
        elif kind not in EXACT and kind not in UNSIGNED and not (kind.startswith("DECIMAL(") and kind[-1] == ")"):
            shown = kind if len(kind) <= 40 else kind[:40] + ".."
            message = f"column `{name}` of `{findings.name}` has the type {shown}, which the import cannot read"
            cure = "make it text, a decimal number or a day where the file is written; in SQL: VARCHAR, DECIMAL or DATE"
            findings.of_column((name,), codes.COLUMN_TYPE, span, message, cure)


def _checked_rows(connection: duckdb.DuckDBPyConnection, source: str, findings: Findings) -> int:
    """The number of rows; notes hidden characters. Every value is read, so that damage is met now."""
    rows = 0
    for batch in connection.sql(f"SELECT * FROM {source}").to_arrow_reader(BATCH):
        rows += batch.num_rows
        texts = (each for each in batch.columns if pa.types.is_string(each.type))
        findings.hidden = findings.hidden or any(map(_holds_hidden, texts))
    return rows


def _holds_hidden(column: pa.Array) -> bool:
    """Whether any text of a column contains a hidden character: the texts are in memory one after the other."""
    texts = column.buffers()[2]
    data = texts.to_pybytes() if texts else b""
    if data.isascii():
        return len(data.translate(None, CONTROLS)) != len(data)
    return HIDDEN.search(data.decode(errors="replace")) is not None
