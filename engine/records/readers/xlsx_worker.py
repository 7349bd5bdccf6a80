"""Parses one sheet of a workbook, as a process of its own with limits. Run as a script.

    python -I xlsx_worker.py WORKBOOK SHEET OUTPUT

It imports nothing of the engine, so that it starts quickly and holds nothing worth having.
OUTPUT gets one JSON list a line; the last one is ["end"], without which the reading is not
complete. Facts, in this order:

    ["sheets", [name, ..]]                  the sheet is not there, or not stated; then only "end"
    ["extent", cell]                        the cells span too many places; then only "end"
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

REFERENCE = re.compile(rb"""\sr=["']([A-Za-z]{0,3})([0-9]{1,7})["']""")
WORTH_PARSING = (b"<f", b":f", b">#")
"""What a sheet with formulas or errors holds, however it is written: error values begin with `#`."""


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
    for link in ElementTree.fromstring(package.read(part)):
        if link.get("Type", "").endswith(kind):
            target = posixpath.normpath(posixpath.join(folder, link.get("Target", "")))
            links[link.get("Id", "")] = target.lstrip("/")
    return links


def sheet_parts(package: ZipFile) -> dict[str, str]:
    """The worksheets in their order, with the name of the part that holds each."""
    start = links_of(package, "_rels/.rels", "/", "/officeDocument")
    if list(start.values()) != ["xl/workbook.xml"]:
        raise ValueError("another part than the one looked at would be read")
    links = links_of(package, "xl/_rels/workbook.xml.rels", "/xl", "/worksheet")
    parts: dict[str, str] = {}
    for element in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            identity = next((value for key, value in element.items() if key.endswith("}id")), "")
            if identity in links:
                if not links[identity].endswith(".xml"):
                    raise ValueError("only parts that are named as XML were checked as XML")
                parts[element.get("name", "")] = links[identity]
    return parts


def pieces(package: ZipFile, part: str) -> Iterator[bytes]:
    """A part of the package, piece by piece, each ending with a whole tag."""
    with package.open(part) as stream:
        rest = b""
        while piece := stream.read(PIECE):
            piece = rest + piece
            cut = piece.rfind(b">") + 1
            rest = piece[cut:]
            yield piece[:cut]
        yield rest


def extent(package: ZipFile, part: str) -> tuple[int, int, bool]:
    """The last row and column that a row or cell names, and whether the sheet has formulas or errors."""
    letters: set[bytes] = set()
    last_row = 0
    worth = False
    for piece in pieces(package, part):
        found = REFERENCE.findall(piece)
        letters.update(letter for letter, _ in found)
        last_row = max(last_row, max((int(row) for _, row in found), default=0))
        worth = worth or any(mark in piece for mark in WORTH_PARSING)
    return last_row, max((column_number(each.decode().upper()) for each in letters), default=0), worth


class SheetReader:
    """Finds what the value reader does not report: errors as text, and formulas without a result.

    Holds the state of the parser: where it is, and the cell it is in.
    """

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.formulas: list[tuple[int, int]] = []
        self.row = self.column = 0
        self.kind = ""
        self.formula = self.in_value = self.has_value = False
        self.value = ""

    def read(self, package: ZipFile, part: str) -> None:
        """Parse the sheet."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        for piece in pieces(package, part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match name.rpartition(":")[2]:
            case "row":
                self.row = int(attributes.get("r", self.row + 1))
                self.column = 0
            case "c":
                reference = attributes.get("r", "")
                letters = reference.rstrip("0123456789").upper()
                self.column = column_number(letters) if letters else self.column + 1
                self.kind = attributes.get("t", "n")
                self.formula = self.in_value = self.has_value = False
                self.value = ""
            case "f":
                self.formula = True
            case "v":
                self.in_value = self.has_value = True

    def text(self, text: str) -> None:
        """Text of an element."""
        if self.in_value:
            self.value += text

    def end(self, name: str) -> None:
        """An element ends."""
        match name.rpartition(":")[2]:
            case "v":
                self.in_value = False
            case "c":
                # A formula may give an empty text; an empty number is not a result.
                if self.formula and not (self.value if self.kind != "str" else self.has_value):
                    self.formulas.append((self.row, self.column))
                if self.kind == "e" and self.value:
                    self.errors[self.row, self.column] = self.value


def number_text(value: float) -> str:
    """A number as a person typed it.

    Workbooks keep binary numbers and show at most 15 digits, so 0.30000000000000004 is 0.3. Where
    15 digits would change the number by more than such noise, all digits are given.
    """
    if value.is_integer():
        return str(int(value))
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
        last_row, last_column, worth = extent(package, parts[name])
        if last_row * last_column > PLACES_LIMIT:
            yield ["extent", last_row, last_column]
            return
        reader = SheetReader()
        if worth:
            reader.read(package, parts[name])
        yield from (["formula", row, column] for row, column in reader.formulas)
    sheet = python_calamine.load_workbook(str(workbook)).get_sheet_by_name(name)
    yield from rows_of(sheet, reader.errors)


def write_facts(facts: Callable[[], Iterator[list[object]]], output: TextIO) -> None:
    """Write every fact as a line of JSON, closed by "end"."""
    write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    try:
        for fact in facts():
            output.write(write(fact) + "\n")
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
