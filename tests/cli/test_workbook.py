"""`cli/workbook.py`: cells as what they are, and nothing that a spreadsheet would run."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from cli import workbook
from cli.workbook import Page, workbook_bytes

if TYPE_CHECKING:
    import pytest

ROWS = (
    ("0012", "1234.50", "2026-03-31", "=1+1"),
    ("https://x.example", "-0.05", "1899-12-31", "{=SUM(A1)}"),
    ("P\x00\ufffe3", "12345678901234567.89", "", "\t@x"),
    ("", "", "2026-02-30x", "-5"),
)
KINDS = {"numbers": frozenset({"amount"}), "dates": frozenset({"day"})}
COLUMNS = ("id", "amount", "day", "=note")


def written(*pages: Page) -> bytes:
    """The workbook as a whole."""
    return b"".join(workbook_bytes(pages))


def test_cells_are_typed_and_inert() -> None:
    """Ids and texts stay text, and so does a number of more digits than a spreadsheet keeps; formulas get a quote."""
    data = written(Page("pay", COLUMNS, ROWS, **KINDS))
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("pay").to_python()
    assert head == ["id", "amount", "day", "'=note"]
    assert rows == [
        ["0012", 1234.5, date(2026, 3, 31), "'=1+1"],
        ["https://x.example", -0.05, "1899-12-31", "{=SUM(A1)}"],
        ["P<U+0000><U+FFFE>3", "12345678901234567.89", "", "'    @x"],
        ["", "", "2026-02-30x", "-5"],
    ]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"hyperlink" not in sheet
        assert b"<v>1234.50</v>" in sheet  # the number that was written, with all its digits


def test_zeros_behind_a_number_do_not_make_it_a_text() -> None:
    """An exact result has as many decimals as its steps; what a spreadsheet can keep of it is a number."""
    exact = ("0.305005000000000000", "2550.00000000000000", "12.300000000000000001", "123456789012345600", "-7.25")
    data = written(Page("pay", ("earned",), [(each,) for each in exact], frozenset({"earned"})))
    _, *rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("pay").to_python()
    assert rows == [[0.305005], [2550], ["12.300000000000000001"], ["123456789012345600"], [-7.25]]


def test_the_same_lists_give_the_same_bytes() -> None:
    """No time and no name of a person is in it."""
    assert written(Page("pay", COLUMNS, ROWS, **KINDS)) == written(Page("pay", COLUMNS, iter(ROWS), **KINDS))


def test_a_long_list_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet has a last row; the next one begins with the header again."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    book = CalamineWorkbook.from_filelike(BytesIO(written(Page("pay", ("id",), [(f"P{at}",) for at in range(5)]))))
    assert book.sheet_names == ["pay", "pay 2", "pay 3"]
    assert [book.get_sheet_by_name(name).to_python() for name in book.sheet_names] == [
        [["id"], ["P0"], ["P1"]],
        [["id"], ["P2"], ["P3"]],
        [["id"], ["P4"]],
    ]
