"""A workbook for a spreadsheet: typed cells, one sheet for each list, and nothing in it that runs."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from cli.render.visible import visible
from engine.spreadsheet import inert

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # ships no types
    from xlsxwriter.format import Format  # type: ignore[import-untyped]  # as above
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # as above

MOST_ROWS = 1_048_575  # below the header; a longer list goes on in another sheet
MOST_DIGITS = 15  # that a spreadsheet keeps of a number
MOST_TEXT = 32_767  # characters of a cell
LONGEST_NAME = 31  # of a sheet
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = "1900-03-01"  # earlier days are not the same in every spreadsheet
WIDEST, NARROWEST = 40, 9  # columns of a terminal, as which a spreadsheet measures widths
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # in every workbook: the same lists give the same bytes
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Page:
    """A list by its name. Cells are text: those of `numbers` become numbers, and days of `dates` become dates."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[str]]
    numbers: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()


def workbook_bytes(pages: Iterable[Page]) -> Iterator[bytes]:
    """The workbook, part by part; its rows are read once and are not kept in memory."""
    from xlsxwriter import Workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lists.xlsx"
        plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        with Workbook(str(path), {"constant_memory": True, "tmpdir": folder, **plain}) as book:
            book.set_properties({"created": MADE})
            for page in pages:
                _write(book, page)
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                yield part


def _write(book: Workbook, page: Page) -> None:
    """One list, on as many sheets as it needs."""
    head = book.add_format({"bold": True, "bottom": 1})
    kinds = [_kind(name, page) for name in page.columns]
    formats = {each: book.add_format({"num_format": _pattern(each)}) for each in range(MOST_DIGITS + 1)}
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet, line, number = _sheet(book, page, 1, head), 0, 1
    for row in page.rows:
        if line == MOST_ROWS:
            number += 1
            sheet, line = _sheet(book, page, number, head), 0
        line += 1
        for place, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
            _cell(sheet, line, place, (kind, cell), formats, day)


def _kind(name: str, page: Page) -> str:
    return "number" if name in page.numbers else "date" if name in page.dates else ""


def _sheet(book: Workbook, page: Page, number: int, head: Format) -> Worksheet:
    """A sheet with its header, which stays in sight."""
    name = f"{page.name} {number}" if number > 1 else page.name
    sheet = book.add_worksheet(name[:LONGEST_NAME])
    for place, column in enumerate(page.columns):
        sheet.set_column(place, place, min(max(len(column) + 2, NARROWEST), WIDEST))
        sheet.write_string(0, place, visible(inert(column)), head)
    sheet.freeze_panes(1, 0)
    return sheet


def _cell(
    sheet: Worksheet, line: int, place: int, typed: tuple[str, str], formats: dict[int, Format], day: Format
) -> None:
    """A cell as what it is; a number that a spreadsheet would not keep whole stays text."""
    kind, cell = typed
    if not cell:
        return
    if kind == "number" and _digits(cell) > MOST_DIGITS:
        cell = _without_zeros(cell)
    if kind == "number" and NUMBER.fullmatch(cell) and _digits(cell) <= MOST_DIGITS:
        sheet.write_number(line, place, Decimal(cell), formats[len(cell.partition(".")[2])])
    elif kind == "date" and DAY.fullmatch(cell) and cell >= FIRST_DAY:
        sheet.write_datetime(line, place, date.fromisoformat(cell), day)
    else:
        sheet.write_string(line, place, visible(inert(cell))[:MOST_TEXT])


def _digits(number: str) -> int:
    """The digits that a number has, without zeros in front.

    >>> _digits("-1234.50"), _digits("0.05")
    (6, 2)
    """
    return max(len(number.replace(".", "").lstrip("-0")), len(number.partition(".")[2]))


def _without_zeros(number: str) -> str:
    """The same number without the zeros behind its decimals that say nothing; two decimals stay.

    >>> _without_zeros("0.30500500000000000"), _without_zeros("12345678901234500"), _without_zeros("1.0000000000000000")
    ('0.305005', '12345678901234500', '1.00')
    """
    whole, point, decimals = number.partition(".")
    return whole + point + decimals.rstrip("0").ljust(2, "0") if point else number


def _pattern(decimals: int) -> str:
    """How a number is shown: with the digits that it has."""
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"
