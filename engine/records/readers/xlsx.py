"""XLSX: the package is checked, a limited child process parses the sheet, its rows become a table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from engine.language.diagnostic import Code
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.extent import note_no_end
from engine.records.readers.findings import Findings
from engine.records.readers.header import UNNAMED, check_header, numbered
from engine.records.readers.layout import Layout, Staged
from engine.records.readers.plain_text import HIDDEN
from engine.records.readers.relation import BATCH, append_rows, create_table
from engine.records.readers.sniff import HEAD, check_format
from engine.records.readers.xlsx_package import check_package

WORKER = Path(__file__).with_name("xlsx_worker.py")
CURE_EXPORT = "export the sheet again from its source; a repair in a spreadsheet program may drop values"
CELLS = {
    codes.FORMULA: (
        "a formula without its result",
        "let a spreadsheet program calculate and save the workbook, or paste the values",
    ),
    codes.EARLY_DATE: ("a date before 1 March 1900", "write the date as text, year first"),
}
WAIT_LIMIT = 300  # seconds by the clock; the worker itself stops after 120 of processor time


def stage_xlsx(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, span: Span, findings: Findings
) -> Staged | None:
    """Make `relation` from one sheet. The first row that is not empty is the header; empty rows are not records."""
    with path.open("rb") as file:
        check_format(file.read(HEAD), layout, span, findings)
    if not findings.total():
        check_package(path, span, findings)
    if findings.total():
        return None
    sheet = _Sheet(connection, relation, layout, span, findings)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "facts"
        if not run_worker(path, layout.sheet, output):
            _note_limits(span, findings)
            return None
        for fact in _facts(output):
            sheet.take(fact)
    return sheet.staged()


def run_worker(path: Path, sheet: str, output: Path, seconds: int = WAIT_LIMIT) -> bool:
    """Parse in a child process; False when it gave up, was stopped, or died."""
    command = [sys.executable, "-I", str(WORKER), str(path.absolute()), sheet, str(output)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and _is_complete(output)


def _is_complete(output: Path) -> bool:
    closing = b'["end"]\n'
    with output.open("rb") as file:
        file.seek(max(output.stat().st_size - len(closing), 0))
        return file.read() == closing


def _note_limits(span: Span, findings: Findings) -> None:
    message = f"`{findings.name}` could not be read within the limits of memory and time"
    findings.at(codes.UNREADABLE, span, message, "export the sheet as CSV or Parquet")


def _facts(output: Path) -> Iterator[list[object]]:
    with output.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)


def cell_name(row: int, column: int) -> str:
    """B7 for row 7, column 2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


@dataclass
class _Sheet:
    """The relation while it grows. Holds state: columns by position, rows not yet handed over."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    layout: Layout
    span: Span
    findings: Findings
    columns: dict[int, str] = field(default_factory=dict)  # position in the sheet: name
    written: dict[int, str] = field(default_factory=dict)  # the same as the header writes it
    bad_cells: dict[tuple[int, Code], list[int]] = field(default_factory=dict)  # by column and fault: their rows
    nameless: dict[int, int] = field(default_factory=dict)  # columns without a name: row of their first cell
    lines: list[int] = field(default_factory=list)
    cells: list[list[str | None]] = field(default_factory=list)
    numbers: list[list[str] | None] = field(default_factory=list)
    merged: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    unseen: set[int] = field(default_factory=set)  # rows that the workbook hides
    hidden_rows: list[int] = field(default_factory=list)  # those of them that are records
    header: int = 0  # its row
    rows: int = 0
    made: bool = False
    end: int = 0  # the row at which the table ended
    last: int = 0
    below: int = 0

    def take(self, fact: list[object]) -> None:
        """Take one fact of the worker; see there for what facts are."""
        match fact:
            case ["row", int(number), int(first), list(texts), list(typed)]:
                self._take_row(number, first, texts, typed)
            case ["formula", int(row), int(column)]:
                self.bad_cells.setdefault((column, codes.FORMULA), []).append(row)
            case ["early", int(row), int(column)]:
                self.bad_cells.setdefault((column, codes.EARLY_DATE), []).append(row)
            case ["sheets", list(names)]:
                self._note_sheets([str(name) for name in names])
            case ["extent", int(row), int(column)]:
                message = f"the cells of the sheet reach to {cell_name(row, column)}"
                self.findings.at(codes.EXTENT, self.span, message, "delete the rows and columns beyond the records")
            case ["place", int(row), int(column), str(written)]:
                self._note_place(row, column, written)
            case ["value", int(row), int(column), str(written)]:
                message = f"cell {cell_name(row, column)} contains `{written}`, which is not a value of the cell's type"
                cure = "format the cell as text, or export the sheet as CSV"
                self.findings.at(codes.UNREADABLE, self.findings.place(row, column), message, cure)
            case ["broken", int(row), int(column)]:
                where = f"behind cell {cell_name(row, column)}" if row and column else "before the first cell"
                message = f"`{self.findings.name}` is damaged {where}: the sheet can be read in more than one way"
                self.findings.at(codes.UNREADABLE, self.span, message, CURE_EXPORT)
            case ["sheet", str(name)]:
                self.findings.name += f", sheet {name}"
            case ["hidden", list(rows)]:
                self.unseen = {int(str(each)) for each in rows}
            case ["merged", str(cells), int(first), int(left), int(last), int(right)]:
                self.merged.append((cells, first, left, last, right))
            case ["twice", str(name)]:
                message = f"`{self.findings.name}` has two sheets with the name `{name}`"
                self.findings.at(codes.SHEET, self.span, message, "give each sheet its own name")
            case ["damaged"]:
                message = f"`{self.findings.name}` is damaged: it cannot be read as a workbook"
                self.findings.at(codes.UNREADABLE, self.span, message, "export the file again")

    def _note_place(self, row: int, column: int, written: str) -> None:
        """A row (`column` 0 and a number) or a cell that does not follow the last one in its place."""
        if not column and written.isdigit():
            message = f"row {written} stands behind row {row}"
        else:
            last = f"behind cell {cell_name(row, column)}" if column else f"first in row {row}"
            message = f"cell {written or cell_name(row, column + 1)} stands {last}"
        place = self.findings.place(max(row, 1), max(column, 1))
        self.findings.at(codes.CELL_PLACE, place, f"{message}: it is not certain where it belongs", CURE_EXPORT)

    def _note_sheets(self, names: list[str]) -> None:
        listed = ", ".join(f"`{name}`" for name in names)
        message = f"`{self.findings.name}` has no sheet `{self.layout.sheet}`"
        if not self.layout.sheet:
            message = f"`{self.findings.name}` has {len(names)} sheets, and the feed names none"
        self.findings.at(codes.SHEET, self.span, message, f"write `sheet:` with one of {listed}")

    def _take_row(self, number: int, first: int, texts: list[str | None], typed: list[int]) -> None:
        if number <= self.layout.skip:
            return
        if not self.end and self.columns and self._is_end(number, texts):
            self.end = number
        if self.end:
            self.below += 1
            return
        self.last = number
        if not self.findings.hidden and HIDDEN.search("\n".join(filter(None, texts))):
            self.findings.hidden = True
        if not self.columns:
            self._take_header(number, first, texts)
            if self.layout.header:
                return
        for index, text in enumerate(texts):
            if text is not None and first + index not in self.columns:
                self.nameless.setdefault(first + index, number)
        self.rows += 1
        if number in self.unseen:
            self.hidden_rows.append(number)
        if self.findings.total():
            return
        self.lines.append(number)
        self.cells.append([texts[position - first] for position in self.columns])
        names = [self.columns[first + index] for index in typed if first + index in self.columns]
        self.numbers.append(names or None)
        if len(self.lines) == BATCH:
            self._flush()

    def _is_end(self, number: int, texts: list[str | None]) -> bool:
        """Whether the table ended before this row; rows without a cell are not among the facts."""
        if self.layout.stop_at == "":
            return number > self.last + 1
        return self.layout.stop_at is not None and next(filter(None, texts), "").strip() == self.layout.stop_at

    def _take_header(self, number: int, first: int, texts: list[str | None]) -> None:
        """Name the columns. One without a name is left out as long as all its cells are empty."""
        names = texts if self.layout.header else numbered(len(texts))
        self.columns = {index: name for index, name in enumerate(names, first) if name is not None}
        positions = list(self.columns)

        def place(index: int) -> Span:
            return self.findings.place(number, positions[index])

        self.written, self.header = dict(self.columns), number if self.layout.header else 0
        self.columns = dict(zip(positions, check_header([*self.columns.values()], place, self.findings), strict=True))

    def _note_columns(self) -> None:
        """Note what is wrong with columns, or with cells of one column."""
        for position, row in sorted(self.nameless.items()):
            letter = cell_name(0, position).rstrip("0")
            message = f"column {letter} has cells and no name in the first row"
            cure = "give it a name in the first row, or delete the column"
            self.findings.of_column((), codes.COLUMN_NAME, self.findings.place(row, position), message, cure)
        for (position, code), rows in sorted(self.bad_cells.items(), key=lambda each: (each[1][0], each[0][0])):
            inside = [row for row in rows if self._is_inside(row, row)]
            if inside:
                said, cure = CELLS[code]
                others = f", and {len(inside) - 1:,} more of its column" if inside[1:] else ""
                name = self.written.get(position)
                place = self.findings.place(inside[0], position)
                message = f"cell {cell_name(inside[0], position)} contains {said}{others}"
                if self.columns:
                    self.findings.of_column((name,) if name else (), code, place, message, cure)
                else:  # then it may be why there is no header
                    self.findings.at(code, place, message, cure)

        self._note_merged()

    def _is_inside(self, first: int, last: int) -> bool:
        """Whether rows have a part in the table, its header included."""
        return last > self.layout.skip and not (self.end and first >= self.end)

    def _note_merged(self) -> None:
        """Note merged cells by the columns in which they leave cells empty; those above and below are no records."""
        met: dict[tuple[str, ...] | None, list[tuple[str, Span]]] = {}
        for cells, first, left, last, right in self.merged:
            if self._is_inside(first, last):
                empty = range(left + (first == last), right + 1)
                names = tuple(self.written[each] for each in empty if each in self.written)
                in_header = first <= self.header
                met.setdefault(None if in_header else names, []).append((cells, self.findings.place(first, left)))
        for columns, places in met.items():
            cells, place = places[0]
            more = f", and {len(places) - 1:,} more groups of cells" if len(places) > 2 else ", and one more group"
            message = f"the cells {cells} are merged{more if places[1:] else ''}: all but the first are empty"
            cure = "unmerge the cells and write the value in each of them"
            if columns is None:
                self.findings.at(codes.MERGED, place, message, cure)
            else:
                self.findings.of_column(columns, codes.MERGED, place, message, cure)

    def _note_hidden_rows(self) -> None:
        """Rows that the workbook does not show are records like the others; somebody who looks at it does not know."""
        if self.hidden_rows:
            number, first = len(self.hidden_rows), self.hidden_rows[0]
            counted = "1 row of the sheet is" if number == 1 else f"{number:,} rows of the sheet are"
            message = f"{counted} hidden, and read like the others"
            cure = "show all rows in the workbook and look at them; delete those that are no records"
            self.findings.warnings.append(codes.HIDDEN_ROWS.at(self.findings.place(first, 1), message, help=cure))

    def _flush(self) -> None:
        names = list(self.columns.values())
        if not self.made:
            create_table(self.connection, self.relation, names)
            self.made = True
        if self.lines:
            columns = list(zip(*self.cells, strict=True))
            append_rows(self.connection, self.relation, names, self.lines, columns, self.numbers)
        self.lines, self.cells, self.numbers = [], [], []

    def staged(self) -> Staged | None:
        """The finished relation; None when something is wrong."""
        self._note_columns()
        if self.layout.stop_at and not self.end and not self.findings.total():
            note_no_end(self.layout.stop_at, self.span, self.findings)
        if not self.columns and not self.findings.total():
            self.findings.at(codes.EMPTY, self.span, "the sheet is empty", "export the file again")
        if self.findings.total():
            return None
        self._note_hidden_rows()
        self._flush()
        above = self.layout.skip
        names = tuple(each for each in self.columns.values() if not each.startswith(UNNAMED))
        return Staged(self.relation, names, self.rows, self.findings.name, above=above, below=self.below)
