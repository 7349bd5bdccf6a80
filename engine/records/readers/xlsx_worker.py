"""Parses one sheet of a workbook, as a process of its own with limits. Run as a script.

    python -I xlsx_worker.py WORKBOOK SHEET OUTPUT

It imports nothing of the engine, so that it starts quickly and holds nothing worth having.
OUTPUT gets one JSON list a line; the last one is ["end"], without which the reading is not
complete. Facts, in this order:

    ["sheets", [name, ..]]                  the sheet is not there, or not stated; then only "end"
    ["twice", name]                         two sheets have this name; then only "end"
    ["extent", row, column]                 the cells span too many places; then only "end"
    ["place", row, column, written]         a row or cell that is not behind the one before it; then only "end"
    ["value", row, column, written]         a value that is not of the cell's type; then only "end"
    ["broken", row, column]                 a cell that holds what cells do not hold; then only "end"
    ["merged", range]                       merged cells; then only "end"
    ["damaged"]                             not a workbook after all; then only "end"
    ["formula", row, column]                a formula without its result
    ["early", row, column]                  a date before 1 March 1900
    ["row", number, column, [text or null, ..], [index of typed cell, ..]]

Rows and columns count from 1; a row's texts begin at `column`. A cell is typed when it is a
number, a date, a time or a boolean.
"""

from __future__ import annotations

import datetime
import json
import math
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZipFile

import python_calamine

MEMORY_LIMIT = 4 << 30  # bytes of address space
TIME_LIMIT = 120  # seconds of processor time
OUTPUT_LIMIT = 2 << 30  # bytes
PLACES_LIMIT = 30_000_000  # cells between the first and the last, empty ones too
PIECE = 1 << 20

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

# Days before this one differ between programs: the calendar of workbooks has a 29 February 1900.
FIRST_SURE_DAY = datetime.date(1900, 3, 1)

REFERENCE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([Ee][+-]?[0-9]{1,3})?")
SMALLEST, LARGEST = Decimal("1e-300"), Decimal("1e300")
LAST_EXACT = Decimal(2**53)  # up to here a binary number keeps every whole number
SURE_DIGITS = 15  # of any other, it keeps as many
WHOLE = re.compile(r"-?[1-9][0-9]*")
VALUES = {
    "n": NUMBER,
    "s": re.compile(r"[0-9]{1,9}"),
    "b": re.compile("[01]|true|false"),
    "d": re.compile(r"[0-9T:.Z+-]+"),
    "e": re.compile(r"#[A-Za-z0-9_/!?]+"),
    "str": re.compile(r".*", re.DOTALL),
}
"""How the value of a cell is written, by its type. Texts in the cell itself (`inlineStr`) are not values."""

PARENTS = {"row": "sheetData", "c": "row", "v": "c", "is": "c", "f": "c"}
"""What makes up the rows of a sheet, and where it must stand. The value reader does not look at that."""

LINKS = "xl/_rels/workbook.xml.rels"
PROLOG = re.compile(rb"\A(\xef\xbb\xbf)?<\?xml[^>]*\?>")


class Fault(Exception):
    """The sheet is not read: it may be read in more than one way. Does not leave this module."""

    def __init__(self, *fact: object) -> None:
        super().__init__(fact)
        self.fact = list(fact)


def limit_self() -> None:
    """Give up rather than take more memory, time or disk than a workbook may need."""
    try:
        import resource
    except ImportError:  # pragma: no cover - not on Windows, where the caller's timeout is what there is
        return
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, TIME_LIMIT),
        (resource.RLIMIT_FSIZE, OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if hard < 0 else min(limit, hard), hard))


def column_number(letters: str) -> int:
    """A -> 1, Z -> 26, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def links_of(package: ZipFile, part: str, folder: str, kind: str) -> dict[str, str]:
    """The links of one kind in a part of links: identity and the name of the part it leads to."""
    links: dict[str, str] = {}
    seen: set[str] = set()
    for link in ElementTree.fromstring(package.read(part)):
        identity = link.get("Id", "")
        if identity in seen:
            raise ValueError("two links of one identity")
        seen.add(identity)
        if link.get("Type", "").endswith(kind):
            target = posixpath.normpath(posixpath.join(folder, link.get("Target", "")))
            links[identity] = target.lstrip("/")
    return links


def sheet_parts(package: ZipFile) -> dict[str, str]:
    """The worksheets in their order, with the name of the part that holds each."""
    start = links_of(package, "_rels/.rels", "/", "/officeDocument")
    if list(start.values()) != ["xl/workbook.xml"]:
        raise ValueError("another part than the one looked at would be read")
    links = links_of(package, LINKS, "/xl", "/worksheet")
    parts: dict[str, str] = {}
    names: set[str] = set()
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            identity = next((value for key, value in element.items() if key.endswith("}id")), "")
            name = element.get("name", "")
            if name.casefold() in names:
                raise Fault("twice", name)
            names.add(name.casefold())
            if identity in links:
                if not links[identity].endswith(".xml"):
                    raise ValueError("only parts that are named as XML were checked as XML")
                parts[name] = links[identity]
    return parts


def check_fixed_parts(package: ZipFile) -> None:
    """The value reader looks for texts and styles under these names only. Texts must be read in one way as well."""
    for kind in ("sharedStrings", "styles"):
        for part in links_of(package, LINKS, "/xl", f"/{kind}").values():
            if part.lower() != f"xl/{kind}.xml".lower():
                raise ValueError("another part than the one looked at would be read")
    for part in package.namelist():
        if part.lower() == "xl/sharedstrings.xml":
            check_texts(package, part)


def check_texts(package: ZipFile, part: str) -> None:
    """Cells name shared texts by number, so each must stand directly below the root, and nothing between them."""
    depth = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        name = name.rpartition(":")[2]
        if (name == "si") != (depth == 2 and name != "extLst"):
            raise ValueError("shared texts that can be counted in more than one way")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parse(package, part, start, end)


def parse(
    package: ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part as XML."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for piece in pieces(package, part):
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def pieces(package: ZipFile, part: str) -> Iterator[bytes]:
    """A part of the package, piece by piece, each ending with a whole tag.

    Comments, CDATA and instructions are refused: the value reader ends a value at them. No spreadsheet program writes
    them.
    """
    with package.open(part) as stream:
        rest = b""
        first = True
        while piece := stream.read(PIECE):
            piece = rest + piece
            cut = piece.rfind(b">") + 1
            rest = piece[cut:]
            text = PROLOG.sub(b"", piece[:cut]) if first else piece[:cut]
            if b"<!" in text or b"<?" in text:
                raise ValueError("what a value reader may end a value at")
            yield piece[:cut]
            first = False
        yield rest


class SheetReader:
    """Reads the sheet strictly, because the value reader does not: it takes the last of two cells at one place.

    Also finds what the value reader does not report: errors as text, and formulas without a result.
    Holds the state of the parser: the innermost element of a row it is in, and the cell it is in.
    """

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.formulas: list[tuple[int, int]] = []
        self.merged: list[tuple[str, int, int, int, int]] = []  # cells, and row and column of the first and the last
        self.hidden: list[int] = []  # rows that are not shown
        self.inside = ""
        self.row = self.column = self.last_column = self.sheets = 0
        self.columns: dict[str, int] = {}
        self.kind = ""
        self.held: set[str] = set()
        self.values: list[str] = []

    def read(self, package: ZipFile, part: str) -> None:
        """Parse the sheet."""
        parse(package, part, self.start, self.end, self.text)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2]
        if not self.inside:
            self.start_outside(name, attributes)
        elif name in PARENTS:
            if self.inside != PARENTS[name]:
                raise Fault("broken", self.row, self.column)
            self.inside = name
            if name == "c":
                self.start_cell(attributes)
            elif name == "row":
                self.start_row(attributes)
            else:
                self.start_value(name)
        elif self.inside != "is":
            raise Fault("broken", self.row, self.column)

    def start_outside(self, name: str, attributes: dict[str, str]) -> None:
        """An element before or behind the rows."""
        if name == "c" or (name == "sheetData" and self.sheets):
            raise Fault("broken", self.row, self.column)
        if name == "sheetData":
            self.sheets += 1
            self.inside = name
        elif name == "mergeCell":
            self.merge(attributes.get("ref", ""))

    def merge(self, cells: str) -> None:
        """Cells that are merged, as `A2:B3`."""
        if not cells:
            return
        corners = [REFERENCE.fullmatch(each) for each in cells.split(":")]
        places = [(int(each[2]), column_number(each[1].upper())) for each in corners if each]
        if len(places) != len(corners) or len(places) > 2:
            raise Fault("broken", self.row, self.column)
        if places[0] != places[-1]:
            self.merged.append((cells, *places[0], *places[-1]))

    def start_row(self, attributes: dict[str, str]) -> None:
        """A row, which must be below the one before it."""
        written = attributes.get("r", str(self.row + 1))
        if not (written.isascii() and written.isdigit() and self.row < int(written) <= LAST_ROW):
            raise Fault("place", self.row, 0, written)
        self.row, self.column = int(written), 0
        if attributes.get("hidden") in ("1", "true"):
            self.hidden.append(self.row)

    def start_cell(self, attributes: dict[str, str]) -> None:
        """A cell, which must be in its row, right of the one before it."""
        column = self.column + 1
        written = attributes.get("r")
        if written is not None:
            letters = written.rstrip("0123456789")
            column = self.columns.get(letters, 0)
            if not column and REFERENCE.fullmatch(written):
                column = self.columns[letters] = column_number(letters.upper())
            if written[len(letters) :] != str(self.row):
                raise Fault("place", self.row, self.column, written)
        if not self.column < column <= LAST_COLUMN:
            raise Fault("place", self.row, self.column, written or "")
        self.column = column
        self.last_column = max(self.last_column, column)
        self.kind = attributes.get("t", "n")
        self.held.clear()
        self.values.clear()

    def start_value(self, name: str) -> None:
        """A value, a text or a formula in a cell: each once, and no value beside a text."""
        if name in self.held or ((name == "is") != (self.kind == "inlineStr") and name != "f"):
            raise Fault("broken", self.row, self.column)
        self.held.add(name)

    def text(self, text: str) -> None:
        """Text of an element."""
        if self.inside == "v":
            self.values.append(text)
        elif self.inside in ("c", "row", "sheetData") and not text.isspace():
            raise Fault("broken", self.row, self.column)

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(":")[2]
        if name == "sheetData":
            self.inside = ""
        elif self.inside == name:
            self.inside = PARENTS[name]
            if name == "c" and self.held:
                self.end_cell()

    def end_cell(self) -> None:
        """A cell with something in it ends."""
        value = "".join(self.values)
        # A formula may give an empty text; an empty number is not a result.
        if "f" in self.held and not (value if self.kind != "str" else "v" in self.held):
            self.formulas.append((self.row, self.column))
        elif "v" in self.held:
            self.check_value(value)
        if self.kind == "e" and value:
            self.errors[self.row, self.column] = value

    def check_value(self, value: str) -> None:
        """A value is written as its type demands, in one piece: the value reader leaves out what `&#48;` stands for."""
        form = VALUES.get(self.kind)
        whole = len(self.values) == 1 or self.kind == "str"
        if not value and self.kind in ("n", "str"):
            return
        if not form or not whole or not form.fullmatch(value) or (self.kind == "n" and not is_kept(value)):
            raise Fault("value", self.row, self.column, value[:80])


def is_kept(value: str) -> bool:
    """Whether a workbook keeps this number: it is in range, and a whole number has no more digits than are exact."""
    number = abs(Decimal(value))
    if number and not SMALLEST < number < LARGEST:
        return False
    return number <= LAST_EXACT or not WHOLE.fullmatch(value) or len(value.lstrip("-").rstrip("0")) <= SURE_DIGITS


def number_text(value: float) -> str:
    """A number as a person typed it.

    Workbooks keep binary numbers and show at most 15 digits, so 0.30000000000000004 is 0.3. Where
    15 digits would change the number by more than such noise, all digits are given.
    """
    if value.is_integer():
        return format(Decimal(repr(value)), ".0f") if value else "0"
    short = Decimal(format(value, ".15g"))
    noise = 4 * Decimal(math.ulp(value))
    return format(short if abs(Decimal(value) - short) <= noise else Decimal(repr(value)), "f")


def cell_text(value: Cell) -> tuple[str | None, bool]:
    """A cell's text, None where it is empty, and whether the cell is typed."""
    if isinstance(value, str):
        return value or None, False
    if isinstance(value, bool):
        return ("true" if value else "false"), True
    if isinstance(value, int | float):
        return number_text(value) if isinstance(value, float) else str(value), True
    if isinstance(value, datetime.timedelta):
        seconds = value.days * 86_400 + value.seconds
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}", True
    return value.isoformat(), True


def is_early(value: Cell) -> bool:
    """Whether a date is before the first day on which all programs agree."""
    day = value.date() if isinstance(value, datetime.datetime) else value
    return isinstance(day, datetime.date) and day < FIRST_SURE_DAY


def rows_of(sheet: python_calamine.CalamineSheet, errors: dict[tuple[int, int], str]) -> Iterator[list[object]]:
    """The facts of all rows that are not empty."""
    first = sheet.start[1] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts: list[str | None] = []
        typed: list[int] = []
        for index, value in enumerate(cells):
            text, is_typed = cell_text(value)
            if is_typed:
                typed.append(index)
                if is_early(value):
                    yield ["early", number, first + index]
            elif text is None and errors:
                text = errors.get((number, first + index))
            texts.append(text)
        if any(text is not None for text in texts):
            yield ["row", number, first, texts, typed]


def read_workbook(workbook: Path, wanted: str) -> Iterator[list[object]]:
    """All facts of one sheet but the closing one."""
    with ZipFile(workbook) as package:
        parts = sheet_parts(package)
        name = next(iter(parts)) if not wanted and len(parts) == 1 else wanted
        if name not in parts:
            yield ["sheets", list(parts)]
            return
        yield ["sheet", name]
        check_fixed_parts(package)
        reader = SheetReader()
        reader.read(package, parts[name])
        if reader.row * reader.last_column > PLACES_LIMIT:
            yield ["extent", reader.row, reader.last_column]
            return
        yield from (["formula", row, column] for row, column in reader.formulas)
        yield from (["merged", *each] for each in reader.merged)
        if reader.hidden:
            yield ["hidden", reader.hidden]
    sheet = python_calamine.load_workbook(str(workbook)).get_sheet_by_name(name)
    yield from rows_of(sheet, reader.errors)


def write_facts(facts: Callable[[], Iterator[list[object]]], output: TextIO) -> None:
    """Write every fact as a line of JSON, closed by "end"."""
    write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    try:
        for fact in facts():
            output.write(write(fact) + "\n")
    except Fault as fault:
        output.write(write(fault.fact) + "\n")
    except (
        python_calamine.CalamineError,
        ElementTree.ParseError,
        expat.ExpatError,
        KeyError,
        ValueError,
    ):
        output.write('["damaged"]\n')
    output.write('["end"]\n')


def main(workbook: str, sheet: str, output: str) -> None:
    """Read `sheet` of `workbook` into `output`."""
    with Path(output).open("w", encoding="ascii") as file:
        write_facts(lambda: read_workbook(Path(workbook), sheet), file)


if __name__ == "__main__":
    limit_self()
    main(*sys.argv[1:])
