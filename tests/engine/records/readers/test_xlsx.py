"""XLSX sheets: values as texts, which cells are typed, and what a sheet must not hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from engine.records.readers.layout import Layout
from engine.records.readers.xlsx import cell_name, run_worker

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]
Workbook = Callable[..., bytes]

XLSX = Layout("xlsx")
NAME = "sales.xlsx"
DAMAGED = "feed.yaml:3:5 RNG676 `sales.xlsx, sheet Sales` is damaged"


def text(reference: str, value: str) -> str:
    """A cell that holds a text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


HEADER = f'<row r="1">{text("A1", "id")}{text("B1", "v")}</row>'


def test_reads_cells_as_texts_and_marks_typed_ones(
    stage: Stage, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Integers exact, binary noise removed, dates ISO; `_numbers` names the cells that are not text (B-080)."""
    book = xlsxwriter.Workbook(tmp_path / NAME)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    time = book.add_format({"num_format": "hh:mm"})
    hours = book.add_format({"num_format": "[h]:mm"})
    sheet.write_row(0, 0, ["id", "amount", "day", "flag", "note", 2024])
    sheet.write_string(1, 0, "00123")
    sheet.write_number(1, 1, 0.1 + 0.2)
    sheet.write_datetime(1, 2, datetime.date(2025, 1, 2), day)
    sheet.write_boolean(1, 3, True)
    sheet.write_string(1, 4, "  two\nlines \u00e9 ")
    sheet.write_number(2, 0, 123)
    sheet.write_number(2, 1, -1234567.89)
    sheet.write_datetime(2, 2, datetime.datetime.fromisoformat("2025-01-02T18:30"), day)
    sheet.write_boolean(2, 3, False)
    sheet.write_formula(2, 5, "=1+1", None, 2)
    sheet.write_number(4, 0, 1e22)
    sheet.write_number(4, 1, 9007199254740991)
    sheet.write_number(4, 2, 0.5, time)
    sheet.write_number(4, 3, 1.5, hours)
    sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")
    book.close()
    rows, findings = stage(tmp_path / NAME, XLSX, NAME)
    assert findings == []
    assert rows == [
        ("id", "amount", "day", "flag", "note", "2024"),
        ("00123", "0.3", "2025-01-02", "true", "  two\nlines \u00e9 ", None, 2),
        ("123", "-1234567.89", "2025-01-02T18:30:00", "false", None, "2", 3),
        ("10000000000000000000000", "9007199254740991", "12:00:00", "36:00:00", "#DIV/0!", None, 5),
    ]
    assert connection.execute('SELECT _numbers FROM "staged rows" ORDER BY _line').fetchall() == [
        (["amount", "day", "flag"],),
        (["id", "amount", "day", "flag", "2024"],),
        (["id", "amount", "day", "flag"],),
    ]


def test_dates_follow_the_workbooks_own_calendar(stage: Stage, tmp_path: Path) -> None:
    """A workbook that counts from 1904 gives the same day (B-073)."""
    book = xlsxwriter.Workbook(tmp_path / NAME, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["day"])
    sheet.write_datetime(1, 0, datetime.date(2025, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert stage(tmp_path / NAME, XLSX, NAME) == ([("day",), ("2025-01-02", 2)], [])


def test_refuses_days_that_programs_count_differently(stage: Stage, tmp_path: Path) -> None:
    """Serial 59 is 28 February 1900, 60 a day that never was; 61 is sure (B-073)."""
    book = xlsxwriter.Workbook(tmp_path / NAME)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["day", "other"])
    for row, serial in enumerate((59, 60, 61), 1):
        sheet.write_number(row, 1, serial, day)
    book.close()
    assert stage(tmp_path / NAME, XLSX, NAME)[1] == [
        "sales.xlsx, sheet Sheet1:2:2 RNG677 cell B2 contains a date before 1 March 1900, and 1 more of its column",
    ]


def test_the_sheet_is_named(stage: Stage, tmp_path: Path) -> None:
    """With several sheets the feed says which; a wrong name lists them."""
    book = xlsxwriter.Workbook(tmp_path / NAME)
    for name in ("Cover", "Sales & Co"):
        book.add_worksheet(name).write_column(0, 0, ["id", name])
    book.close()
    assert stage(tmp_path / NAME, Layout("xlsx", sheet="Sales & Co"), NAME) == ([("id",), ("Sales & Co", 2)], [])
    refused = "feed.yaml:3:5 RNG674 `sales.xlsx` has "
    assert stage(tmp_path / NAME, XLSX, NAME)[1] == [refused + "2 sheets, and the feed names none"]
    wrong = Layout("xlsx", sheet="sales")
    assert stage(tmp_path / NAME, wrong, NAME)[1] == [refused + "no sheet `sales`"]


READ = {
    "a stray left margin and top": (
        XLSX,
        f'<row r="3">{text("C3", "id")}{text("D3", "v")}</row><row r="5">{text("C5", "1")}</row>',
        [("id", "v"), ("1", None, 5)],
    ),
    "a formula with an empty text": (
        XLSX,
        HEADER + f'<row r="2">{text("A2", "1")}<c r="B2" t="str"><f>""</f><v></v></c></row>',
        [("id", "v"), ("1", None, 2)],
    ),
    "B-078 a formula with its result": (
        XLSX,
        HEADER + f'<row r="2">{text("A2", "1")}<c r="B2"><f>1+1</f><v>2</v></c></row>',
        [("id", "v"), ("1", "2", 2)],
    ),
    "errors in cells that do not say where they are": (
        XLSX,
        f'{HEADER}<row>{text("A2", "1")}<c t="e"><v>#REF!</v></c></row><row><c t="e"><v>#N/A</v></c></row>',
        [("id", "v"), ("1", "#REF!", 2), ("#N/A", None, 3)],
    ),
    "references in small letters": (
        XLSX,
        HEADER + f'<row r="2">{text("a2", "1")}<c r="b2" t="e"><v>#REF!</v></c></row>',
        [("id", "v"), ("1", "#REF!", 2)],
    ),
    "no header": (
        Layout("xlsx", header=False),
        f'<row r="1">{text("A1", "x")}<c r="B1"><v>5</v></c></row>',
        [("column1", "column2"), ("x", "5", 1)],
    ),
    "an empty column without a name between": (
        XLSX,
        f'<row r="1">{text("A1", "id")}{text("C1", "v")}</row><row r="2">{text("A2", "1")}{text("C2", "a")}</row>',
        [("id", "v"), ("1", "a", 2)],
    ),
    "a header alone": (XLSX, HEADER, [("id", "v")]),
    "empty rows between and behind": (
        XLSX,
        f'{HEADER}<row r="2"/><row r="3">{text("A3", "1")}</row><row r="9"><c r="A9"/></row>',
        [("id", "v"), ("1", None, 3)],
    ),
}


@pytest.mark.parametrize("case", READ)
def test_reads_odd_but_sound_sheets(stage: Stage, workbook: Workbook, case: str) -> None:
    """Empty cells are NULL, empty rows are no records, `_line` is the row of the sheet."""
    layout, rows, expected = READ[case]
    assert stage(workbook(rows), layout, NAME) == (expected, [])


REFUSED = {
    "an empty sheet": ("", ["feed.yaml:3:5 RNG651 the sheet is empty"]),
    "B-078 a formula without result": (
        HEADER + f'<row r="2">{text("A2", "1")}<c r="B2"><f>1+1</f></c></row>',
        ["sales.xlsx, sheet Sales:2:2 RNG673 cell B2 contains a formula without its result"],
    ),
    "a formula with an empty result": (
        HEADER + '<row r="2"><c r="A2"><f>1+1</f><v></v></c><c r="B2"><f>1+1</f><v/></c></row>',
        [
            "sales.xlsx, sheet Sales:2:1 RNG673 cell A2 contains a formula without its result",
            "sales.xlsx, sheet Sales:2:2 RNG673 cell B2 contains a formula without its result",
        ],
    ),
    "a text formula without result": (
        HEADER + '<row r="2"><c r="B2" t="str"><f>A1</f></c></row>',
        ["sales.xlsx, sheet Sales:2:2 RNG673 cell B2 contains a formula without its result"],
    ),
    "B-075 a stray cell": (
        HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        ["feed.yaml:3:5 RNG675 the cells of the sheet reach to XFD1048576"],
    ),
    "a stray row of cells that do not say where they are": (
        HEADER + '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
        ["feed.yaml:3:5 RNG675 the cells of the sheet reach to XFD1048576"],
    ),
    "cells without a name above": (
        HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>2</v></c></row>',
        ["sales.xlsx, sheet Sales:2:4 RNG656 column D has cells and no name in the first row"],
    ),
    "a header twice": (
        f'<row r="1">{text("A1", "id")}{text("C1", "ID")}</row>',
        ["sales.xlsx, sheet Sales:1:3 RNG655 columns `id` and `ID` differ only in capital letters"],
    ),
    "a hidden character": (
        HEADER + f'<row r="2">{text("A2", "1")}{text("B2", "a&#x202E;b")}</row>',
        ["hidden characters in v"],
    ),
    "XML that is cut off": (
        HEADER + "<row",
        ["feed.yaml:3:5 RNG676 `sales.xlsx, sheet Sales` is damaged: it cannot be read as a workbook"],
    ),
    "XML that is cut off, with a formula": (
        HEADER + '<row r="2"><c r="A2"><f>1</f></row>',
        ["feed.yaml:3:5 RNG676 `sales.xlsx, sheet Sales` is damaged: it cannot be read as a workbook"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_unsound_sheets(stage: Stage, workbook: Workbook, case: str) -> None:
    """Every fault has its cell and its words, and nothing is staged."""
    rows, expected = REFUSED[case]
    assert stage(workbook(rows), XLSX, NAME) == ([], expected)


def test_a_prefix_in_the_xml_hides_nothing(stage: Stage, workbook: Workbook) -> None:
    """Formulas are found whatever the namespace is called."""
    rows = '<x:row r="1"><x:c r="A1"><x:f>1+1</x:f></x:c></x:row>'
    assert stage(workbook(rows, prefix="x"), XLSX, NAME)[1] == [
        "sales.xlsx, sheet Sales:1:1 RNG673 cell A1 contains a formula without its result"
    ]


@pytest.mark.long
def test_many_rows_come_in_batches(stage: Stage, workbook: Workbook) -> None:
    """60,000 rows keep their numbers."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(2, 60_002))
    read, findings = stage(workbook(f'<row r="1">{text("A1", "id")}</row>' + rows), XLSX, NAME)
    assert findings == []
    assert read[1:] == [(str(row), row) for row in range(2, 60_002)]


@pytest.mark.long
def test_a_fault_after_many_rows_leaves_nothing(stage: Stage, workbook: Workbook) -> None:
    """Rows already handed over are taken back."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(2, 60_002))
    layout = Layout("xlsx", stop_at="Total")
    assert stage(workbook(f'<row r="1">{text("A1", "id")}</row>' + rows), layout, NAME)[1] == [
        "feed.yaml:3:5 RNG665 no row below the header of `sales.xlsx, sheet Sales` has the text `Total` first"
    ]


def test_a_worker_that_fails_is_a_finding(stage: Stage, workbook: Workbook) -> None:
    """A workbook whose list of sheets leads nowhere is damaged, without a traceback."""
    damaged = workbook(HEADER, {"xl/_rels/workbook.xml.rels": b"<a/>"})
    assert stage(damaged, XLSX, NAME)[1] == ["feed.yaml:3:5 RNG674 `sales.xlsx` has 0 sheets, and the feed names none"]
    gone = workbook(HEADER, {"xl/_rels/workbook.xml.rels": b"<a"})
    assert stage(gone, XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG676 `sales.xlsx` is damaged: it cannot be read as a workbook"
    ]


def test_an_extent_is_seen_however_it_is_written(stage: Stage, workbook: Workbook) -> None:
    """Blanks around an equals sign do not hide a stray cell."""
    rows = HEADER + '<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>'
    assert stage(workbook(rows), XLSX, NAME)[1] == ["feed.yaml:3:5 RNG675 the cells of the sheet reach to XFD1048576"]


UNSURE = "it is not certain where it belongs"
PLACES = {
    "a row twice": (
        '<row r="2"><c r="A2"><v>600</v></c></row><row r="2"><c r="A2"><v>400</v></c></row>',
        f"sales.xlsx, sheet Sales:2:1 RNG678 row 2 stands behind row 2: {UNSURE}",
    ),
    "a cell twice": (
        '<row r="2"><c r="A2"><v>600</v></c><c r="A2"><v>400</v></c></row>',
        f"sales.xlsx, sheet Sales:2:1 RNG678 cell A2 stands behind cell A2: {UNSURE}",
    ),
    "a cell of another row": (
        '<row r="2"><c r="A3"><v>600</v></c></row>',
        f"sales.xlsx, sheet Sales:2:1 RNG678 cell A3 stands first in row 2: {UNSURE}",
    ),
    "a value that is no number": (
        '<row r="2"><c r="A2"><v>NaN</v></c></row>',
        "sales.xlsx, sheet Sales:2:1 RNG676 cell A2 contains `NaN`, which is not a value of the cell's type",
    ),
    "two values": (
        '<row r="2"><c r="A2"><v>600</v><v>400</v></c></row>',
        f"{DAMAGED} behind cell A2: the sheet can be read in more than one way",
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_sheet_is_read_in_one_way_only(stage: Stage, workbook: Workbook, case: str) -> None:
    """Which of two values counts is not guessed; 600.00 was once read as 400.00."""
    rows, expected = PLACES[case]
    assert stage(workbook(HEADER + rows), XLSX, NAME) == ([], [expected])


def test_rows_before_any_row_have_a_place(stage: Stage, workbook: Workbook) -> None:
    """A first row with the number 0, and cells outside rows."""
    assert stage(workbook('<row r="0"/>'), XLSX, NAME)[1] == [
        f"sales.xlsx, sheet Sales:1:1 RNG678 row 0 stands behind row 0: {UNSURE}"
    ]
    assert stage(workbook('<c r="A1"/>'), XLSX, NAME)[1] == [
        f"{DAMAGED} before the first cell: the sheet can be read in more than one way"
    ]


def test_names_of_sheets_are_unique(stage: Stage, tmp_path: Path, workbook: Workbook) -> None:
    """One of two sheets of one name would be read."""
    sheets = (
        b'<workbook xmlns="m" xmlns:r="r"><sheets><sheet name="Sales" r:id="rId1"/><sheet name="SALES" r:id="rId1"/>'
        b"</sheets></workbook>"
    )
    assert stage(workbook(HEADER, {"xl/workbook.xml": sheets}), XLSX, NAME)[1] == [
        "feed.yaml:3:5 RNG674 `sales.xlsx` has two sheets with the name `SALES`"
    ]


@pytest.mark.parametrize(
    ("cells", "layout", "said"),
    [
        ("A4:A5", Layout("xlsx", skip=2), "4:1 RNG679 the cells A4:A5 are merged: all but the first are empty"),
        ("A3:B3", Layout("xlsx", skip=2), "3:1 RNG679 the cells A3:B3 are merged: all but the first are empty"),
        ("A1:B1", Layout("xlsx", skip=2), ""),
        ("A6:B6", Layout("xlsx", skip=2, stop_at="Total"), ""),
    ],
)
def test_merged_cells_are_refused_in_the_table(
    stage: Stage, tmp_path: Path, cells: str, layout: Layout, said: str
) -> None:
    """The second row of a merged partner looks filled and is empty; a title above and a total below are no records."""
    book = xlsxwriter.Workbook(tmp_path / NAME)
    sheet = book.add_worksheet()
    for row, texts in enumerate((("Sales", ""), ("2026", ""), ("partner", "amount"), ("P-1", "6"), ("P-2", "4"))):
        sheet.write_row(row, 0, texts)
    sheet.write_row(5, 0, ("Total", "10"))
    sheet.merge_range(cells, {"A1": "Sales", "A3": "partner", "A4": "P-1", "A6": "Total"}[cells[:2]])
    book.close()
    found = stage(tmp_path / NAME, layout, NAME)[1]
    assert found == ([f"sales.xlsx, sheet Sheet1:{said}"] if said else [])


def test_hidden_rows_are_told_and_read(stage: Stage, tmp_path: Path) -> None:
    """Two of three records; a hidden row above the table is none."""
    book = xlsxwriter.Workbook(tmp_path / NAME)
    sheet = book.add_worksheet("Q1, net")
    sheet.write_column(0, 0, ["Sales", "partner", "P-1", "P-2", "P-3"])
    for row in (0, 3, 4):
        sheet.set_row(row, None, None, {"hidden": True})
    book.close()
    rows, found = stage(tmp_path / NAME, Layout("xlsx", skip=1), NAME)
    assert rows == [("partner",), ("P-1", 3), ("P-2", 4), ("P-3", 5)]
    assert found == ["sales.xlsx, sheet Q1, net:4:1 RNG669 2 rows of the sheet are hidden, and read like the others"]


def test_a_worker_that_dies_or_hangs_gave_nothing(tmp_path: Path, workbook: Workbook) -> None:
    """A file that is gone ends the worker with an error; no time at all stops it."""
    path = tmp_path / NAME
    assert not run_worker(path, "", tmp_path / "facts")
    path.write_bytes(workbook(HEADER))
    assert not run_worker(path, "", tmp_path / "facts", seconds=0)
    assert run_worker(path, "", tmp_path / "facts")


def test_cells_are_named_as_in_a_spreadsheet() -> None:
    """Columns after Z have two letters, after ZZ three."""
    assert [cell_name(7, column) for column in (1, 2, 26, 27, 702, 703, 16384)] == [
        "A7", "B7", "Z7", "AA7", "ZZ7", "AAA7", "XFD7",
    ]  # fmt: skip
