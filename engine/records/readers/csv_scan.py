"""A CSV file is checked before anything reads it: encoding, quotes, line ends and the length of each row.

The file is walked once, in blocks of whole rows, with operations on whole blocks (about two
seconds for 20 million rows). Only a block in which something is wrong is read row by row, for
the place. What passes can be read by any CSV reader with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from engine.language.diagnostic import Related
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.csv_rows import Break, Dialect, Row, rows_of
from engine.records.readers.findings import Findings
from engine.records.readers.footer import is_totals, to_stop
from engine.records.readers.header import MOST_COLUMNS, UNNAMED, check_header, numbered
from engine.records.readers.layout import Layout
from engine.records.readers.plain_text import CODECS, CONTROLS, check_block, place_in
from engine.records.readers.sniff import HEAD, UTF8_MARK, check_format

BLOCK = 1 << 20  # small enough to stay in the processor's cache, which makes it faster than larger ones
VALUE_LIMIT = 131_072  # bytes; also the limit of the standard library's reader
ROW_LIMIT = 1 << 20  # bytes
MOST_LOST = 10_000  # rows of a wrong length that are set aside; more say that the feed describes the file wrongly
COMMON_DELIMITERS = (",", ";", "\t", "|")
MOST_ABOVE = 20  # lines among which a header is looked for


@dataclass(frozen=True, slots=True)
class Shape:
    """What a faultless file holds. In a plain one every line is a row and all lines end alike.

    `nameless` are the places of the last columns of the header that have no name there: they may only be empty.
    """

    header: tuple[str, ...]
    rows: int
    plain: bool
    nameless: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes of whole rows, and the same split at the quotes: texts outside and inside quotes in turn."""

    data: bytes
    parts: list[bytes]

    @property
    def outside(self) -> list[bytes]:
        """The text outside quotes; an empty text between two others is a doubled quote."""
        return self.parts[::2]

    @property
    def inside(self) -> list[bytes]:
        """The text inside quotes."""
        return self.parts[1::2]


def scan_csv(path: Path, layout: Layout, span: Span, findings: Findings, block_bytes: int = BLOCK) -> Shape | None:
    """Check the file at `path`; None when a finding was noted. What is found does not depend on `block_bytes`."""
    before = findings.total()
    with path.open("rb") as file:
        head = file.read(HEAD)
        check_format(head, layout, span, findings)
        if findings.total() > before:
            return None
        file.seek(len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0)
        scan = _Scan(layout, findings, line=1 + layout.above)
        for block in _blocks(file, layout.quote.encode(), block_bytes):
            if not scan.take(block):
                break
    if findings.total() == before and not scan.header:
        findings.at(codes.EMPTY, span, f"`{findings.name}` contains only empty lines", "export the file again")
    return None if findings.total() > before else scan.shape()


def _blocks(file: BinaryIO, quote: bytes, block_bytes: int) -> Iterator[Block]:
    """The file in blocks of whole rows; the last one may be half a row, when a quote is not closed."""
    rest = b""
    while data := file.read(block_bytes):
        data = rest + data
        parts, kept = _cut(data, quote)
        rest = data[kept:]
        if kept:
            yield Block(data[:kept], parts)
        if len(rest) > ROW_LIMIT:
            rest = _whole_characters(rest)
            break
    if rest:
        yield Block(rest, rest.split(quote) if quote else [rest])


def _whole_characters(data: bytes) -> bytes:
    """The bytes without a character of UTF-8 that is cut off at their end."""
    end = len(data) - 1
    while data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end]


def _cut(data: bytes, quote: bytes) -> tuple[list[bytes], int]:
    """The whole rows at the start of `data`, split at the quotes, and how many bytes they are."""
    if not quote or quote not in data:
        kept = data.rfind(b"\n") + 1
        return [data[:kept]], kept
    parts = data.split(quote)
    end = len(data)
    for index in range(len(parts) - 1, -1, -1):
        start = end - len(parts[index])
        newline = parts[index].rfind(b"\n") if index % 2 == 0 else -1
        if newline >= 0:
            return [*parts[:index], parts[index][: newline + 1]], start + newline + 1
        end = start - 1
    return [], 0


@dataclass
class _Scan:
    """How far a file was walked. Holds state: the next line, the rows so far, the kinds of line ends."""

    layout: Layout
    findings: Findings
    header: tuple[str, ...] = ()
    nameless: tuple[Span, ...] = ()
    rows: int = 0
    line: int = 1
    odd: int = 0  # rows of another length than the header
    lines: int = 0
    windows_lines: int = 0
    one_line_rows: bool = True
    blank: list[int] = field(default_factory=list)  # empty lines that are wrong if a row follows

    def __post_init__(self) -> None:
        self.dialect = Dialect(self.layout)
        self.codec = CODECS[self.layout.encoding]
        self.delimiter = self.layout.delimiter.encode()
        self.other_bytes = bytes(set(range(256)) - {*self.delimiter, *b"\n"})
        self.harmless = bytes({*self.other_bytes} - {*CONTROLS, *b"\r"})

    def shape(self) -> Shape:
        """What was found."""
        alike = self.windows_lines in (0, self.lines)
        plain = alike and self.one_line_rows and self.codec == "utf-8" and len(self.header) > 1
        return Shape(self.header, self.rows - self.layout.header, plain, self.nameless)

    def take(self, block: Block) -> bool:
        """Check one block; False if the rest of the file cannot be checked."""
        if self._take_plain(block.data if len(block.parts) == 1 else b""):
            return True
        if not check_block(block.data, self.line, self.codec, self.findings):
            return False
        if not self.header and not self._take_header(block.data.decode(self.codec)):
            return False
        fine = self._rows_are_fine(block)
        if not fine and not self._inspect(block):
            return False
        self.line += block.data.count(b"\n")
        return True

    def _take_plain(self, data: bytes) -> bool:
        """Count the rows of a block if it is nothing but whole short lines of ASCII that have all their fields.

        Most blocks are. They are looked at once: what is left without harmless bytes says that they have no control
        character, and how many fields and lines they have. False says nothing, and the block is checked step by step.
        """
        each = len(self.header) - 1
        if each < 1 or self.blank or not data.endswith(b"\n") or not data.isascii():
            return False
        marks = data.translate(None, self.harmless)
        is_windows = marks.startswith(b"\r", each)
        line = self.delimiter * each + (b"\r\n" if is_windows else b"\n")
        rows = len(marks) // len(line)
        if marks != line * rows or not _lines_are_short(data) or (is_windows and data.count(b"\r\n") != rows):
            return False
        self.rows += rows
        self.line += rows
        self.lines += rows
        self.windows_lines += rows * is_windows
        return True

    def _take_header(self, text: str) -> bool:
        row = next(iter(rows_of(text, self.dialect)))
        other = _other_delimiter(row, text, self.layout)
        if other:
            said, seen = _shown(self.layout.delimiter), _shown(other)
            message = f"the first line does not contain the delimiter `{said}`, but `{seen}`"
            cure = f'write `delimiter: "{seen}"` in the feed, and check its number format'
            header = self._line_with_delimiter(text)
            if header:
                message += f"; line {header} does"
                cure = f"if line {header} is the header, write `skip: {header - 1}` under the source; otherwise, {cure}"
            self.findings.at(
                codes.DELIMITER, place_in(text, text.index(other), self.line, self.findings), message, cure
            )
            return False
        if isinstance(row, Break):
            self._note_break(row, text)
            return False
        if row.is_blank and not text.strip("\r\n"):
            return True
        if row.is_blank or self.line > 1 + self.layout.above:
            cure = f"write `skip: {self.line}` under the source, or as many as there are lines above the header"
            message = "the first line is empty"
            self.findings.at(codes.ROW_LENGTH, self.findings.place(self.line, 1), message, cure)
            return False

        def place(index: int) -> Span:
            end = row.starts[index + 1] - 1 if index + 1 < len(row.starts) else row.end
            return place_in(text, row.starts[index], self.line, self.findings, end)

        self.header = row.values if self.layout.header else numbered(len(row.values))
        if len(self.header) <= MOST_COLUMNS:
            named = (count for count in range(len(self.header), 1, -1) if self.header[count - 1].strip())
            self.header = self.header[: next(named, 1)]
        self.nameless = tuple(place(index) for index in range(len(self.header), len(row.values)))
        self.header = check_header(self.header, place, self.findings)
        self.header += tuple(f"{UNNAMED}{index}" for index in range(len(self.header) + 1, len(row.values) + 1))
        return True

    def _line_with_delimiter(self, text: str) -> int:
        """The first line with the stated delimiter, if the next one has as many, as below a header; else 0."""
        counts = [each.count(self.layout.delimiter) for each in text.split("\n", MOST_ABOVE)[:MOST_ABOVE]]
        first = next((index for index, number in enumerate(counts) if number), len(counts))
        return self.line + first if len(set(counts[first : first + 2])) == 1 and counts[first:] else 0

    def _rows_are_fine(self, block: Block) -> bool:
        """Whether every line outside quotes has all its fields; counts them as rows if so."""
        if _quotes_are_broken(block, self.delimiter):
            self.one_line_rows = False
            return False
        inside = block.inside
        structure = b"".join(block.outside) if inside else block.data
        windows_lines = structure.count(b"\r\n")
        if structure.count(b"\r") != windows_lines:
            self.one_line_rows = False
            return False
        quoted = b"".join(inside)
        self.one_line_rows &= b"\n" not in quoted and b"\r" not in quoted
        lines = structure.split(b"\n")
        self.windows_lines += windows_lines
        self.lines += len(lines) - 1
        if not lines[-1]:
            lines.pop()
        longest = max(max(map(len, lines), default=0), max(map(len, inside), default=0))
        long_row = longest + len(quoted) > ROW_LIMIT  # at most; the exact length is left to `_inspect`
        if len(self.header) > 1 and self.findings.overfull:
            self._count_wrong(lines)
            return True
        if self.blank or long_row or longest > VALUE_LIMIT or len(self.header) < 2:
            return False
        if self._has_all_fields(structure, lines):
            self.rows += len(lines)
            return True
        return False

    def _has_all_fields(self, structure: bytes, lines: list[bytes]) -> bool:
        """Whether every line has as many fields as the header; `structure` is the lines before they were split."""
        each = len(self.header) - 1
        if len(self.delimiter) > 1:
            return {line.count(self.delimiter) for line in lines} == {each}
        # what is left without all other bytes is compared as a whole: ten times as fast as counting line by line
        marks = structure.translate(None, self.other_bytes)
        wanted = (self.delimiter * each + b"\n") * len(lines)
        return marks == (wanted if structure.endswith(b"\n") else wanted[:-1])

    def _count_wrong(self, lines: list[bytes]) -> None:
        """Count rows of the wrong length, and empty lines that a row follows, without their places."""
        wrong = sum(line.count(self.delimiter) != len(self.header) - 1 for line in lines)
        empty = 0
        while empty < len(lines) and lines[-1 - empty] in (b"", b"\r"):
            empty += 1
        if empty < len(lines):
            self._note_blank()
        self.findings.more(wrong - empty, self.line)
        self.blank += [self.line] * empty

    def _inspect(self, block: Block) -> bool:
        """Read a block row by row and note what is wrong; False when rows can no longer be distinguished."""
        text = block.data.decode(self.codec)
        line, counted = self.line, 0
        for row in rows_of(text, self.dialect):
            if isinstance(row, Break):
                self._note_break(row, text)
                return False
            line += text.count("\n", counted, row.starts[0])
            counted = row.starts[0]
            if row.is_blank:
                self.blank.append(line)
                continue
            self._note_blank()
            if self._is_lost(row, line):
                self.one_line_rows = False  # then rows are read one by one, and this one is left out
                if len(self.findings.rows) > MOST_LOST:
                    message = (
                        f"more than {MOST_LOST:,} rows of `{self.findings.name}` have another length than the first"
                    )
                    cure = "correct `delimiter`, `quote` or `skip` in the feed; only exceptions are set aside"
                    self.findings.at(codes.ROW_LENGTH, self.findings.place(line, 1), message, cure)
                    return False
                continue
            self._check_row(row, text, line)
            self.rows += 1
        return True

    def _is_lost(self, row: Row, line: int) -> bool:
        """Whether a row is set aside because of its length."""
        if not self.findings.set_aside or len(row.values) == len(self.header):
            return False
        self.findings.rows.append((line, *self._length_said(row, line)))
        return True

    def _note_blank(self) -> None:
        for line in self.blank:
            cure = "delete the line; it may be where a part of the file is missing"
            if self.rows <= self.layout.header or len(self.header) == 1:  # a title has one text
                cure = f"if this line stands above the header, write `skip: {line}` under the source; otherwise, {cure}"
            else:
                cure = f'if the table ends here, write `stop_at: ""` under the source; otherwise, {cure}'
            if self.findings.set_aside:
                self.findings.rows.append((line, "the line is empty", cure))
                self.one_line_rows = False
                continue
            self.findings.at(codes.ROW_LENGTH, self.findings.place(line, 1), "the line is empty", cure)
        self.blank.clear()

    def _check_row(self, row: Row, text: str, line: int) -> None:
        width, found = len(self.header), len(row.values)
        if row.end - row.starts[0] > ROW_LIMIT // 4 and _size(text[row.starts[0] : row.end], self.codec) > ROW_LIMIT:
            self._note_long("row", ROW_LIMIT, place_in(text, row.starts[0], self.line, self.findings))
            return
        if found != width:
            self._note_length(row, text, line)
            return
        for start, value in zip(row.starts, row.values, strict=True):
            if len(value) > VALUE_LIMIT // 4 and _size(value, self.codec) > VALUE_LIMIT:
                self._note_long("value", VALUE_LIMIT, place_in(text, start, self.line, self.findings))

    def _note_length(self, row: Row, text: str, line: int) -> None:
        width, found = len(self.header), len(row.values)
        if self.findings.full:
            self.findings.more(1, line)
            return
        start = row.starts[width] if found > width else row.end
        place = place_in(text, start, self.line, self.findings, row.end)
        self.findings.at(codes.ROW_LENGTH, place, *self._length_said(row, line))

    def _length_said(self, row: Row, line: int) -> tuple[str, str]:
        """What is wrong with the length of a row, and its cure."""
        width, found = len(self.header), len(row.values)
        message = f"the row has {_fields(found)}, the first row has {width}"
        cure = "write an empty field for a missing value"
        if found > width:
            mark = f"a text that contains `{_shown(self.layout.delimiter)}`"
            cure = f"write quotes around {mark}" if self.layout.quote else f"correct {mark} at its source"
            if width == 1:
                cure = "if lines stand above the header, write under the source how many, with `skip`"
        first = next((each.strip() for each in row.values if each.strip()), "")
        self.odd += 1
        if self._may_be_header(row, line):
            above = f"if this line is the header, write `skip: {line - 1}` under the source"
            cure = above if width == 1 else f"{above}; otherwise, {cure}"
        elif found < width and is_totals(first):
            cure = f"{to_stop(first)}; otherwise, {cure}"
        return message, cure

    def _may_be_header(self, row: Row, line: int) -> bool:
        """Whether this is the first row of another length, near the top, and may name columns."""
        return self.odd == 1 and self.layout.header and line <= MOST_ABOVE + self.layout.above and _is_header(row)

    def _note_long(self, what: str, limit: int, place: Span) -> None:
        message = f"the {what} is longer than {limit:,} bytes"
        self.findings.at(codes.TOO_LONG, place, message, "look for a quote that is not closed")

    def _note_break(self, found: Break, text: str) -> None:
        place = place_in(text, max(found.opened, 0), self.line, self.findings)
        here = place_in(text, found.offset, self.line, self.findings)
        quote = self.layout.quote
        if found.code is codes.LINE_END:
            message = "a carriage return without a line feed"
            self.findings.at(found.code, here, message, "save the file with LF or CRLF line ends")
        elif found.opened < 0:
            message = "there is a quote inside a field that does not start with one"
            cure = f"quote the field and write {quote}{quote} for the quote, or state `quote: ''` in the feed"
            self.findings.at(found.code, here, message, cure)
        elif found.code is codes.STRAY_QUOTE:
            message = "a text follows the closing quote of the field"
            cure = f"write {quote}{quote} for a quote inside a quoted field"
            self.findings.at(found.code, here, message, cure)
        elif found.opened == found.offset:
            message = "the quote opened here is never closed"
            if _size(text, self.codec) > ROW_LIMIT:  # then the walk ended before the file did
                message = f"the quote opened here is not closed within {ROW_LIMIT:,} bytes"
            self.findings.at(found.code, place, message, "close it at the end of the field")
        else:
            message = f"the quote opened here is not closed before line {here.line}"
            related = (Related(here, "a text follows the quote that would close it"),)
            self.findings.at(found.code, place, message, "close it at the end of the field", related)


def _is_header(row: Row) -> bool:
    """Whether a row may name columns: each cell is another text, and none begins with a digit."""
    names = {each.strip() for each in row.values}
    return len(names) == len(row.values) and not any(not each or each[0].isdigit() for each in names)


def _lines_are_short(data: bytes) -> bool:
    """Whether lines are certainly not too long, because every piece of half that length has the end of one."""
    half = VALUE_LIMIT // 2
    return all(data.find(b"\n", start, start + half) >= 0 for start in range(0, len(data), half))


def _quotes_are_broken(block: Block, delimiter: bytes) -> bool:
    """Whether a quote is anywhere but around a whole field or doubled inside one, or is not closed."""
    if len(block.parts) == 1:
        return False
    if len(block.parts) % 2 == 0:
        return True
    first, *between, last = block.outside
    ends = {each[-1:] for each in {first, *between}}
    starts = {each[:1] for each in {*between, last}}
    return not (ends <= {b"", delimiter, b"\n"} and starts <= {b"", delimiter, b"\n", b"\r"})


def _other_delimiter(row: Row | Break, text: str, layout: Layout) -> str:
    """The common delimiter that splits the first line where the stated one does not, "" if there is none."""
    if isinstance(row, Break):
        behind = text[row.offset] if row.code is codes.STRAY_QUOTE and row.opened == 0 else ""
        return behind if behind in COMMON_DELIMITERS else ""
    line = text[: row.end]
    if len(row.values) > 1 or (layout.quote and line.startswith(layout.quote)):
        return ""
    return max((each for each in COMMON_DELIMITERS if each in line), key=line.count, default="")


def _size(text: str, codec: str) -> int:
    """The number of bytes; characters outside the encoding cannot be in a text that was read with it."""
    return len(text.encode(codec))


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _shown(delimiter: str) -> str:
    return "\\t" if delimiter == "\t" else delimiter
