"""Records of a case from a CSV file: the same values as in the test file, one record a line.

The shell hands over the bytes; nothing is opened here. Cells are written as in YAML (`250_000 USD`, `2026-05-01`);
an empty cell is missing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from engine.authoring.cases import codes
from engine.authoring.cases.given import MAX_ROWS
from engine.language.diagnostic import Diagnostic
from engine.language.lines import line_span
from engine.language.source import Entry, Mapping, Scalar, Sequence, Span

MAX_BYTES = 1024 * 1024  # records of a case are few; more belong under a feed
MAX_COLUMNS = 200
LINE = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as the YAML reader splits lines


def parse_csv(data: bytes, file: str) -> tuple[Sequence | None, tuple[Diagnostic, ...]]:
    """The records of a file as a list of mappings with their places, or findings."""
    span = Span(file, 1, 1, 1, 1)
    if len(data) > MAX_BYTES:
        message = f"`{file}` has more than {MAX_BYTES:,} bytes"
        return None, (codes.CASE_FILE.at(span, message, help="use fewer records"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, (codes.CASE_FILE.at(span, f"`{file}` is not UTF-8", help="save it as UTF-8"),)
    lines = LINE.findall(text)
    if "\0" in text or not lines:
        what = "is empty" if not lines else "contains a NUL character"
        return None, (codes.CASE_FILE.at(span, f"`{file}` {what}", help="its first line names the fields"),)
    reports: list[Diagnostic] = []
    try:
        items = tuple(_records(lines, file, reports))
    except csv.Error as fault:
        message = f"`{file}` is not a CSV file: {fault}"
        return None, (codes.CASE_FILE.at(span, message, help="put cells with commas in double quotes"),)
    return (None if reports else Sequence(items, span)), tuple(reports)


def _records(lines: list[str], file: str, reports: list[Diagnostic]) -> Iterator[Mapping]:
    """A mapping for each line below the header."""
    reader = csv.reader(iter(lines), strict=True)
    header = [Scalar(name.strip(), line_span(file, 1, 1, len(lines[0].rstrip()) + 1)) for name in next(reader)]
    names = [each.text for each in header]
    if len(set(names)) < len(names) or len(names) > MAX_COLUMNS or "" in names:
        help = "the first line names each field once"
        reports.append(codes.CASE_FILE.at(header[0].span, "a column has no name, or the name of another", help=help))
        return
    start = reader.line_num + 1
    for count, cells in enumerate(reader, 1):
        span = line_span(file, start, 1, len(lines[start - 1].rstrip()) + 1)
        start = reader.line_num + 1
        if not cells:
            continue
        if len(cells) != len(names) or count > MAX_ROWS:
            message = f"the line has {len(cells)} cells, but the header has {len(names)}"
            if count > MAX_ROWS:
                message = f"there are more than {MAX_ROWS:,} lines"
            reports.append(codes.CASE_FILE.at(span, message, help="give each line a cell for each field"))
            return
        entries = (
            Entry(Scalar(key.text, key.span), Scalar(cell, span))
            for key, cell in zip(header, cells, strict=True)
            if cell
        )
        yield Mapping(tuple(entries), span)
