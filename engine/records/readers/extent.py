"""Where the table of a text file begins and ends: lines above it and below it are cut off, by their number or a text.

What is left is copied, so that everything else reads a file that begins with the header.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout
from engine.records.readers.plain_text import CODECS
from engine.records.readers.sniff import UTF8_MARK

STATED = re.compile(rb'^"?sep=(.)"?\r?\n?$')
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Extent:
    """The bytes of a table in its file: from `start` to before `end`, and the lines above and below it."""

    start: int
    end: int
    above: int = 0
    between: int = 0
    below: int = 0


def find_extent(path: Path, layout: Layout, findings: Findings) -> Extent:
    """Where the table is. A line `sep=;` above it belongs to no table and is compared with the feed."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.readline(len(UTF8_MARK) + 16)
        mark = UTF8_MARK if first.startswith(UTF8_MARK) else b""
        stated = STATED.match(first.removeprefix(mark))
        if stated is None and not layout.skip and layout.stop_at is None:
            return Extent(0, size)
        if stated and stated[1] != layout.delimiter.encode():
            seen = stated[1].decode("latin-1")
            cure = f'write `delimiter: "{seen}"` in the feed, and check its number format'
            message = f"the first line says that `{seen}` is the delimiter, the feed says `{layout.delimiter}`"
            findings.at(codes.DELIMITER, findings.place(1, 1), message, cure)
        above = max(layout.skip, 1 if stated else 0)
        file.seek(len(mark))
        for _ in range(above):
            file.readline()
        start = file.tell()
        if layout.stop_at is None:
            return Extent(start, size, above)
        file.readline()  # the header is never the end
        ends = _ending(layout, layout.stop_at)
        while line := file.readline():
            if ends.match(line):
                return Extent(start, file.tell() - len(line), above, below=1 + sum(1 for _ in file))
    return Extent(start, size, above)


def _ending(layout: Layout, stop_at: str) -> re.Pattern[bytes]:
    """A line whose first cell that is not empty has this text; without a text, a line without any."""
    quote, delimiter = re.escape(layout.quote.encode()), re.escape(layout.delimiter.encode())
    text = re.escape(stop_at.encode(CODECS[layout.encoding], errors="replace"))
    nothing = b"(?:[ \t]|" + delimiter + (b"|" + quote if quote else b"") + b")*"
    after = b"\r?\n?$" if not text else b"[ \t]*(?:" + (quote or b"(?!)") + b"|" + delimiter + b"|\r?\n|$)"
    return re.compile(b"^" + nothing + text + after)


def note_no_end(stop_at: str, span: Span, findings: Findings) -> None:
    """The row at which the table should end is not there."""
    message = f"no row below the header of `{findings.name}` has the text `{stop_at}` first"
    findings.at(codes.NO_END, span, message, "correct `stop_at`, or export the file again if it was cut off")


def cut_table(path: Path, layout: Layout, span: Span, findings: Findings, folder: Path) -> tuple[Path, Layout, Extent]:
    """The file that has the table alone, how it is written, and where it was; the same file if it is alone already."""
    if layout.rows_begin:
        return _cut_list(path, layout, span, findings, folder)
    extent = find_extent(path, layout, findings)
    if layout.stop_at and not extent.below:
        note_no_end(layout.stop_at, span, findings)
    if not extent.above and not extent.below:
        return path, layout, extent
    with path.open("rb") as file, tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as target:
        file.seek(extent.start)
        left = extent.end - extent.start
        while left and (piece := file.read(min(PIECE, left))):
            target.write(piece)
            left -= len(piece)
    return Path(target.name), replace(layout, above=extent.above), extent


def _cut_list(path: Path, layout: Layout, span: Span, findings: Findings, folder: Path) -> tuple[Path, Layout, Extent]:
    """A printed list as a table: lines that do not begin as rows do become rows of empty cells, so that each row
    keeps its line. Nothing else makes such rows: a line of a list has at least the text that it begins with.
    """
    begin, delimiter = layout.rows_begin.encode(), layout.delimiter.encode()
    ends = _ending(layout, layout.stop_at) if layout.stop_at is not None else None
    above = between = below = 0
    nothing = b""
    with path.open("rb") as file, tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as target:
        for number, line in enumerate(file):
            line = line.removeprefix(UTF8_MARK) if number == 0 else line
            is_row = line.startswith(begin)
            if not nothing and not is_row:
                above += 1
                continue
            if nothing and ends and (below or ends.match(line)):
                below += 1
                continue
            nothing = nothing or delimiter * line.count(delimiter)
            between += not is_row
            target.write(line if is_row else nothing + line[len(line.rstrip(b"\r\n")) :])
    if not nothing:
        message = f"no line of `{findings.name}` begins with `{layout.rows_begin}` and has a `{layout.delimiter}`"
        findings.at(codes.EMPTY, span, message, "correct `rows_begin` and `delimiter` under the source")
    if layout.stop_at and not below:
        note_no_end(layout.stop_at, span, findings)
    return Path(target.name), replace(layout, above=above), Extent(0, 0, above, between, below)
