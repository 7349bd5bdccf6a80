"""JSON Lines: one object a line, values taken as they are written.

A number keeps its text (`1.10` stays `1.10`), `true` and `false` become those words, `null` and
an absent name are NULL. Values inside objects have their path as a name: `customer.id`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import Path

import duckdb

from engine.language.diagnostic import Code
from engine.language.near import MOST_NAMES
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import SHOWN, Findings
from engine.records.readers.header import UNNAMED, Met, check_header
from engine.records.readers.layout import Layout, Staged
from engine.records.readers.plain_text import HIDDEN, check_block, hidden_in
from engine.records.readers.relation import BATCH, add_column, append_rows, create_table
from engine.records.readers.sniff import HEAD, UTF8_MARK, check_format

BLOCK = 1 << 20
LINE_LIMIT = 1 << 20
"""Bytes of one line."""


MOST_CELLS = 10_000_000
"""Of the rows handed over at a time, those among them that a record leaves out."""

MOST_LEVELS = 32
"""Of objects inside each other whose values have names; below them is no value."""

TextRecord = dict[str, str | None]
"""A record once it is checked; what the parser gives can hold booleans, lists and objects too."""

NESTED_CURE = "write the values of the list as separate columns, or export its items as a file of their own"


def to_spread(name: str) -> str:
    """What to write so that the items of a list are the rows."""
    return f"if each item of it is a row, write `each: {name}` under the source"


class Refused(ValueError):
    """Ends the parser from inside one of its hooks; does not leave this module."""

    def __init__(self, code: Code, message: str, help: str) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help


def _record(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise Refused(codes.KEY_TWICE, f"`{twice}` appears twice in the object", "remove one of the two")
    return found


def _not_finite(word: str) -> object:
    raise Refused(codes.NOT_FINITE, f"`{word}` is not a JSON number", "write null for a missing value")


class _Number(str):
    """The text of a number that is written without quotes, with a point."""


class _List(str):
    """Stands for a list, which is no value."""


LIST = _List()
SURROGATE = re.compile("[\ud800-\udfff]")
PLAIN = frozenset((str, _Number, type(None)))


# Numbers stay the text they are written with.
DECODER = json.JSONDecoder(
    object_pairs_hook=_record, parse_float=_Number, parse_int=str, parse_constant=_not_finite, strict=True
)


def stage_jsonl(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, span: Span, findings: Findings
) -> Staged | None:
    """Make `relation` from a JSON Lines file; its columns are all names that occur, in the order met."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        check_format(head, layout, span, findings)
    if findings.total():
        return None
    table = Records(connection, relation, findings, layout.each)
    for line, record in _records(path, findings, layout.each):
        table.add(line, record)
    table.check_rows(span, f"`{findings.name}` contains only empty lines")
    return table.staged()


def _records(path: Path, findings: Findings, each: str) -> Iterator[tuple[int, TextRecord | None]]:
    """The records of a file with their lines; what is wrong is noted and left out."""
    blank: list[int] = []
    for first_line, data in _blocks(path, findings):
        if not check_block(data, first_line, "utf-8", findings):
            return
        for line, text in enumerate(data.decode().removesuffix("\n").split("\n"), first_line):
            if not text.strip():
                blank.append(line)
                continue
            for empty in blank:
                cure = "delete the line; it may be where a part of the file is missing"
                findings.at(codes.NOT_JSON, findings.place(empty, 1), "the line is empty", cure)
            blank.clear()
            for record in _parsed(text, line, findings, each):
                yield line, record


def _blocks(path: Path, findings: Findings) -> Iterator[tuple[int, bytes]]:
    """The file in blocks of whole lines, each with the number of its first line."""
    line, rest = 1, b""
    with path.open("rb") as file:
        file.seek(len(UTF8_MARK) if file.read(len(UTF8_MARK)) == UTF8_MARK else 0)
        while data := file.read(BLOCK):
            data = rest + data
            kept = data.rfind(b"\n") + 1
            rest = data[kept:]
            if kept:
                yield line, data[:kept]
            line += data.count(b"\n")
            if len(rest) > LINE_LIMIT:
                _note_long(line, findings)
                return
    if rest:
        yield line, rest


def _note_long(line: int, findings: Findings) -> None:
    message = f"the line is longer than {LINE_LIMIT:,} bytes"
    findings.at(codes.TOO_LONG, findings.place(line, 1), message, "write one object a line")


def _parsed(text: str, line: int, findings: Findings, each: str) -> Iterator[TextRecord | None]:
    """The rows of one line as texts by name; none when something is wrong with it."""
    if len(text) > LINE_LIMIT // 4 and len(text.encode()) > LINE_LIMIT:
        _note_long(line, findings)
        return
    try:
        record = DECODER.decode(text)
    except JSONDecodeError as error:
        message = f"the line is not one JSON object: {error.msg[:1].lower()}{error.msg[1:]}"
        findings.at(codes.NOT_JSON, findings.place(line, error.pos + 1), message, "write one object a line")
        return
    except Refused as refused:
        findings.at(refused.code, findings.place(line, 1, len(text) + 1), refused.message, refused.help)
        return
    except RecursionError:
        findings.at(codes.NESTED, findings.place(line, 1), "values are nested too deep to read", NESTED_CURE)
        return
    if not isinstance(record, dict):
        what = "a list" if isinstance(record, list) else "a single value"
        place = findings.place(line, 1, len(text) + 1)
        cure = "write `format: json` under the source" if isinstance(record, list) else "write one object a line"
        findings.at(codes.NOT_JSON, place, f"the line is {what} and not an object", cure)
        return
    yield from rows_of(record, text, line, findings, each)


def rows_of(
    record: dict[str, object], text: str, line: int, findings: Findings, each: str
) -> Iterator[TextRecord | None]:
    """The rows of an object: itself, or one for every item of its list `each`, with the values around it.

    None stands for an object without items. What is wrong is noted, and gives no row.
    """
    if not each:
        texts = texts_of(record, text, line, findings)
        yield from () if texts is None else (texts,)
        return
    rest, items = _taken_out(record, each.split("."))
    around = texts_of(rest, text, line, findings)
    if around is None or items == []:
        findings.lists |= _lists_in(rest)
        yield from () if around is None else (None,)
        return
    if not isinstance(items, list):
        cure = f"the list must be in every object of `{findings.name}`, empty or not"
        cure = f"{told}; {cure}" if (told := _to_choose(_lists_in(record))) else f"correct `each`: {cure}"
        findings.at(codes.NESTED, findings.place(line, 1), f"there is no list at `{each}`", cure)
        return
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            cure = "an item is an object with names and values"
            findings.at(codes.NESTED, findings.place(line, 1), f"item {number} of `{each}` is not an object", cure)
            return
        inner = texts_of(item, text, line, findings)
        if inner is None:
            return
        row = {each: str(number), **{f"{each}.{name}": value for name, value in inner.items()}}
        if twice := next((name for name in row if name in around), ""):
            message = f"`{twice}` is a value beside the list `{each}` and one inside it"
            findings.at(codes.KEY_TWICE, findings.place(line, 1), message, "rename one of the two")
            return
        yield {**around, **row}


def _lists_in(record: dict[str, object]) -> set[str]:
    """The paths in an object at which it has objects in a list."""
    return {path for path, value in _inner(record) if isinstance(value, list) and value and isinstance(value[0], dict)}


def _to_choose(lists: Iterable[str]) -> str:
    """What to write for the lists that there are; "" if there are none."""
    named = [f"`each: {path}`" for path in sorted(lists)]
    return f"if its items are the rows, write {' or '.join(named[:MOST_NAMES])} under the source" if named else ""


def _taken_out(record: dict[str, object], path: list[str]) -> tuple[dict[str, object], object]:
    """The object without what is at a path, and that; an absent or null one is an empty list."""
    name, *deeper = path
    rest = {key: value for key, value in record.items() if key != name}
    found = record.get(name)
    if not deeper:
        return rest, [] if found is None else found
    if not isinstance(found, dict):
        return record, [] if found is None else found
    inner, items = _taken_out(found, deeper)
    return {**rest, name: inner}, items


def texts_of(record: dict[str, object], text: str, line: int, findings: Findings) -> TextRecord | None:
    """A record as texts by name, as it stands in `text`; None when something is wrong with it."""
    texts: TextRecord | None = record  # type: ignore[assignment]  # checked in the next line
    if not PLAIN.issuperset(map(type, record.values())):
        texts = _flat(record, text, line, findings)
    # Without a backslash a character is itself, and those were checked.
    if texts is not None and "\\" in text and not _visible(texts, line, findings):
        return None
    return texts


def _flat(record: dict[str, object], text: str, line: int, findings: Findings) -> TextRecord | None:
    """The record with booleans as words and inner values under their path; None when a name is there twice.

    A list has no text. It is kept as `LIST`: whether that is wrong depends on the feed.
    """
    texts: TextRecord = {}
    for name, value in _inner(record):
        if findings.total() > SHOWN:
            return None
        if name in texts:
            place = findings.place(line, max(text.find(json.dumps(name.split(".")[0], ensure_ascii=False)), 0) + 1)
            message = f"`{name}` appears twice: as a name with a point, and as a name inside an object"
            findings.at(codes.KEY_TWICE, place, message, "rename one of the two")
            return None
        if isinstance(value, bool):
            value = "true" if value else "false"
        texts[name] = LIST if value is LIST or isinstance(value, list) else value if isinstance(value, str) else None
    return texts


def _inner(record: dict[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    """The values of an object and of those inside it, with their paths: `customer.id`."""
    for name, value in record.items():
        if isinstance(value, dict) and path.count(".") >= MOST_LEVELS:
            yield f"{path}{name}", LIST
        elif isinstance(value, dict):
            yield from _inner(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _visible(record: TextRecord, line: int, findings: Findings) -> bool:
    """Note hidden characters that were written as escapes, and refuse halves of a pair: no text can have them."""
    before = findings.total()
    for name, value in record.items():
        found = HIDDEN.search(name) or HIDDEN.search(value or "")
        if found:
            findings.hidden = True
        if half := SURROGATE.search(name) or SURROGATE.search(value or ""):
            message = f"the value contains {hidden_in(half[0])}"
            findings.at(codes.HIDDEN, findings.place(line, 1), message, "remove it at its source")
    return findings.total() == before


def _text(value: str | None) -> str | None:
    return None if value is LIST else value


@dataclass
class Records:
    """The relation while it grows. Holds state: its columns so far and the rows not yet handed over."""

    connection: duckdb.DuckDBPyConnection
    relation: str
    findings: Findings
    each: str = ""
    columns: dict[str, int] = field(default_factory=dict)  # name: line where it was first met
    names: tuple[str, ...] = ()  # of the columns in the relation
    lines: list[int] = field(default_factory=list)
    records: list[TextRecord] = field(default_factory=list)
    met: Met = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    lists: dict[str, int] = field(default_factory=dict)  # columns that hold lists: line of the first one
    rows: int = 0
    barren: int = 0  # objects without a row
    made: int = 0  # columns of the relation, 0 while there is none

    def add(self, line: int, record: TextRecord | None) -> None:
        """Take one record, or none of an object; after the first finding they are only counted."""
        if record is None:
            self.barren += 1
            return
        if not record.keys() <= self.columns.keys():
            self._widen(line, record)
        self.rows += 1
        if self.findings.total():
            return
        for name, value in record.items():
            if value is LIST:
                self.lists.setdefault(name, line)
        self.typed.update(name for name, value in record.items() if type(value) is _Number)
        self.lines.append(line)
        self.records.append(record)
        if len(self.records) == BATCH or len(self.records) * len(self.columns) > MOST_CELLS:
            self.flush()

    def _widen(self, line: int, record: TextRecord) -> None:
        known = len(self.columns)
        new = [name for name in record if name not in self.columns]
        self.columns |= dict.fromkeys(new, line)
        self.names += check_header(new, self._place, self.findings, self.met, known)

    def _place(self, index: int) -> Span:
        """Where a column was first met."""
        return self.findings.place(list(self.columns.values())[index], 1)

    def check_rows(self, span: Span, why: str) -> None:
        """Note that there are no rows: all objects have empty lists, or else the reason is `why`."""
        if self.findings.total() or self.rows:
            return
        message, cure = why, "export the file again"
        if self.barren:
            message = f"no object of `{self.findings.name}` has an item in `{self.each}`"
            cure = _to_choose(self.findings.lists) or "export the file again"
        self.findings.at(codes.EMPTY, span, message, cure)

    def flush(self) -> None:
        """Hand the waiting rows to DuckDB."""
        if self.findings.total() or not self.records:
            return
        if not self.made:
            create_table(self.connection, self.relation, self.names)
        else:
            for name in self.names[self.made :]:
                add_column(self.connection, self.relation, name)
        self.made = len(self.names)
        values = [[_text(record.get(name)) for record in self.records] for name in self.columns]
        append_rows(self.connection, self.relation, self.names, self.lines, values)
        self.lines, self.records = [], []

    def staged(self) -> Staged | None:
        """The finished relation; None when something is wrong."""
        self.flush()
        if self.findings.total() or not self.made:
            return None
        for name, line in self.lists.items():
            place = self.findings.place(line, 1)
            cure = NESTED_CURE if self.each else f"{to_spread(name)}; or {NESTED_CURE}"
            self.findings.of_column((name,), codes.NESTED, place, f"`{name}` is a list", cure)
        names = tuple(each for each in self.names if not each.startswith(UNNAMED))
        typed = frozenset(self.typed)
        return Staged(self.relation, names, self.rows, self.findings.name, typed, barren=self.barren)
