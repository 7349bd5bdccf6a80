"""One way to stage a file in a test, and to write down what came of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from engine.duck import open_connection, quoted
from engine.language.source import Span
from engine.records.readers.layout import Layout
from engine.records.readers.relation import drop_relation
from engine.records.readers.stage import stage_source

FEED = Span("feed.yaml", 3, 5, 3, 20)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that reads the test's folder and nothing else."""
    with open_connection(threads=2, folders=[tmp_path]) as opened:
        yield opened


@pytest.fixture
def stage(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> Callable[..., tuple[list[tuple[object, ...]], list[str]]]:
    """Stage a file of these bytes; gives header and rows with `_line`, and the findings as text.

    Nothing of a file with a fault in a column is given either: here, every column counts.
    """

    def staged(
        content: bytes | Path, layout: Layout, name: str = "sales.csv"
    ) -> tuple[list[tuple[object, ...]], list[str]]:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        drop_relation(connection, "staged rows")
        result, findings = stage_source(connection, "staged rows", path, name, layout, FEED)
        shown = []
        faults = [each for _, each in result.faults] if result else []
        for each in (*findings, *faults):
            assert each.span is not None
            shown.append(f"{each.span.file}:{each.span.line}:{each.span.column} {each.code} {each.message}")
        if result is None:
            kept = connection.execute(
                "SELECT (SELECT count(*) FROM duckdb_tables())"
                " + (SELECT count(*) FROM duckdb_views() WHERE NOT internal)"
            ).fetchone()
            assert findings, "nothing staged and nothing said"
            assert kept == (0,), "a refused file leaves nothing behind"
            return [], shown
        if faults or result.hidden:
            return [], [*shown, *(f"hidden characters in {each}" for each in sorted(result.hidden))]
        names = ", ".join(quoted(each) for each in (*result.columns, "_line"))
        rows = connection.execute(f"SELECT {names} FROM {quoted(result.relation)} ORDER BY _line").fetchall()
        assert len(rows) == result.rows
        return [result.columns, *rows], shown

    return staged


PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="xl/workbook.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Sales" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
    ),
}


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """A workbook of one sheet, `Sales`, made from the XML of its rows; other parts may be added or replaced."""

    def made(rows: str = "", parts: dict[str, bytes] | None = None, prefix: str = "") -> bytes:
        name = f":{prefix}" if prefix else ""
        mark = f"{prefix}:" if prefix else ""
        sheet = (
            f'<{mark}worksheet xmlns{name}="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            f"<{mark}sheetData>{rows}</{mark}sheetData></{mark}worksheet>"
        )
        contents = {name: text.encode() for name, text in PARTS.items()}
        contents |= {"xl/worksheets/sheet1.xml": sheet.encode()} | (parts or {})
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for part, content in contents.items():
                package.writestr(part, content)
        return target.getvalue()

    return made
