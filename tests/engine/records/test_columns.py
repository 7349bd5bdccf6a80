"""What is wrong with a column matters only if the feed reads it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # the library has no types

from engine.language.diagnostic import Severity
from engine.records.importer import ImportResult
from tests.engine.records.desk import FEED, imported, rows_of
from tests.longer import every

HEADER = ["sale", "partner", "day", "amount"]
ROWS = [["S1", "P1", "2026-01-05", "10.50"], ["S2", "P2", "2026-02-01", "7"]]
HIDDEN = "a\x07b"


def csv_bytes(table: list[list[str]]) -> bytes:
    """The table as CSV."""
    return "".join(",".join(row) + "\n" for row in table).encode()


def xlsx_bytes(table: list[list[str]]) -> bytes:
    """The table as a workbook of texts."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text)
    return target.getvalue()


def parquet_bytes(table: list[list[str]]) -> bytes:
    """The table as Parquet."""
    target = io.BytesIO()
    pq.write_table(pa.table([*map(list, zip(*table[1:], strict=True))], names=table[0]), target)
    return target.getvalue()


def jsonl_bytes(table: list[list[str]]) -> bytes:
    """The table as JSON Lines."""
    return "".join(json.dumps(dict(zip(table[0], row, strict=True))) + "\n" for row in table[1:]).encode()


def json_bytes(table: list[list[str]]) -> bytes:
    """The table as one JSON list."""
    return b"[" + b",".join(jsonl_bytes(table).splitlines()) + b"]"


FORMATS = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "parquet": parquet_bytes,
    "jsonl": jsonl_bytes,
    "json": json_bytes,
}


def read(
    folder: Path, format: str, table: list[list[str]], *, quarantine: bool = False, feed: str = FEED
) -> ImportResult:
    """Import the lines from a file of this format."""
    name = f"lines.{format}"
    return imported(folder, feed.replace("lines.csv", name), {name: FORMATS[format](table)}, quarantine=quarantine)


def told(result: ImportResult) -> list[str]:
    """Code and severity of all findings."""
    return [f"{each.code} {each.severity.name.lower()}" for each in result.diagnostics]


def beside(name: str, *cells: str) -> list[list[str]]:
    """The lines with one more column."""
    return [[*row, cell] for row, cell in zip([HEADER, *ROWS], (name, *cells), strict=True)]


@pytest.mark.parametrize(
    ("format", "name", "cells", "code"),
    [
        *((format, "note", ("ok", HIDDEN), "RNG654") for format in FORMATS),
        ("csv", "no\x07te", ("ok", ""), "RNG654"),
        ("jsonl", "no\x07te", ("ok", ""), "RNG654"),
        ("xlsx", "_line", ("ok", ""), "RNG656"),
        ("jsonl", "_line", ("ok", ""), "RNG656"),
        ("parquet", "_line", ("ok", ""), "RNG656"),
    ],
)
def test_a_fault_in_a_column_that_nobody_reads_is_a_note(
    tmp_path: Path, format: str, name: str, cells: tuple[str, str], code: str
) -> None:
    """The rows are stored as if the column were not there."""
    result = read(tmp_path, format, beside(name, *cells))
    assert told(result) == [f"{code} note"]
    assert result.id == read(tmp_path, format, [HEADER, *ROWS]).id


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize(("first", "second"), every(2, [("note", "note"), ("note", "Note")]))
def test_two_columns_of_one_name_matter_if_one_is_read(tmp_path: Path, format: str, first: str, second: str) -> None:
    """A note where nobody reads them; an error, once, where a field reads either."""
    table = [[*row, cell] for row, cell in zip(beside(first, "a", "b"), (second, "c", "d"), strict=True)]
    assert told(read(tmp_path, format, table)) == ["RNG655 note"]
    for name in {first, second}:
        feed = FEED.replace("amount: amount", f"amount: amount, customer_id: {name}")
        found = told(read(tmp_path, format, table, feed=feed))
        assert [each for each in found if "error" in each or "655" in each] == ["RNG655 error"]


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_column_without_a_name_before_others_is_a_note(tmp_path: Path, format: str) -> None:
    """Other programs write numbers of rows so."""
    table = [[first, *row] for first, row in zip(("", "0", "1"), [HEADER, *ROWS], strict=True)]
    result = read(tmp_path, format, table)
    assert told(result) == ["RNG656 note"]
    assert result.id == read(tmp_path, format, [HEADER, *ROWS]).id


def test_a_type_that_cannot_be_read_is_a_note_too(tmp_path: Path) -> None:
    """Binary numbers and lists beside the columns of the feed."""
    columns = [*map(list, zip(*ROWS, strict=True)), [0.1, 0.2], [[1], [2]]]
    target = io.BytesIO()
    pq.write_table(pa.table(columns, names=[*HEADER, "score", "tags"]), target)
    feed = FEED.replace("lines.csv", "lines.parquet")
    result = imported(tmp_path, feed, {"lines.parquet": target.getvalue()})
    assert told(result) == ["RNG690 note", "RNG691 note"]
    wrong = imported(tmp_path, feed.replace("amount: amount", "amount: score"), {"lines.parquet": target.getvalue()})
    assert told(wrong) == ["RNG690 error", "RNG691 note"]


def test_a_formula_without_its_result_matters_if_it_is_read(tmp_path: Path) -> None:
    """One finding for its column."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for row, texts in enumerate(beside("double", "", "")):
            sheet.write_row(row, 0, texts)
        sheet.write_formula(1, 4, "=D2*2", value="")
        sheet.write_formula(2, 4, "=D3*2", value="")
    feed = FEED.replace("lines.csv", "lines.xlsx")
    result = imported(tmp_path, feed, {"lines.xlsx": target.getvalue()})
    assert [(each.code, each.severity, each.message) for each in result.diagnostics] == [
        ("RNG673", Severity.NOTE, "cell E2 contains a formula without its result, and 1 more of its column")
    ]
    wrong = imported(tmp_path, feed.replace("amount: amount", "amount: double"), {"lines.xlsx": target.getvalue()})
    assert told(wrong) == ["RNG673 error"]


@pytest.mark.parametrize(
    ("format", "column"),
    every(2, [("csv", 0), ("csv", 1), ("csv", 2), ("csv", 3), ("xlsx", 1), ("parquet", 3), ("jsonl", 1), ("json", 1)]),
)
def test_a_hidden_character_in_a_field_is_a_fault_of_its_row(tmp_path: Path, format: str, column: int) -> None:
    """An error, and with `quarantine` the row alone is set aside; its partner is known if it is not in his id."""
    bad = ["S3", "P2", "2026-03-01", "5"]
    bad[column] += "\x07"
    table = [HEADER, *ROWS, bad]
    assert told(read(tmp_path, format, table)) == ["RNG654 error"]
    result = read(tmp_path, format, table, quarantine=True)
    assert result.snapshot is not None
    assert result.quarantined == {"sales": 1}
    assert rows_of(result.snapshot, "sales", "sale_id") == [("S1",), ("S2",)]
    assert rows_of(result.snapshot, "set-aside", "partner, fault") == [
        ("" if column == 1 else "P2", f"RNG654 {['sale_id', 'partner_id', 'closed_on', 'amount'][column]}")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        "amount: amount, customer_id: {column: note, map: {x: C1}, unmapped: missing}",
        "amount: amount, customer_id: {join: [sale, note]}",
        "amount: {column: amount, sign: {column: note, plus: [x], minus: [y]}}",
    ],
)
def test_nothing_that_a_feed_says_makes_a_hidden_character_disappear(tmp_path: Path, fields: str) -> None:
    """A map, a rule for ids, a join, a sign: what the column holds is checked as it is."""
    feed = FEED.replace("amount: amount", fields)
    assert "RNG654 error" in told(read(tmp_path, "csv", beside("note", "x", HIDDEN), feed=feed))


@pytest.mark.parametrize("quarantine", [False, True])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{file: lines.csv}", "{file: lines.csv, where: {note: x}}"),
        ("partner_id: partner,", "partner_id: {column: partner, look_up: {in: lines, match: note, take: partner}},"),
    ],
)
def test_a_hidden_character_that_decides_about_rows_stops_the_import(
    tmp_path: Path, old: str, new: str, quarantine: bool
) -> None:
    """It is not known which rows are meant."""
    assert old in FEED
    result = read(tmp_path, "csv", beside("note", "x", HIDDEN), feed=FEED.replace(old, new), quarantine=quarantine)
    assert result.snapshot is None
    assert [each for each in told(result) if "error" in each] == ["RNG654 error"]
