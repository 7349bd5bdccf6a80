"""JSON: one document with a list of objects, at its top or at a path; the objects are read as those of JSON Lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path

import duckdb

from engine.language.near import MOST_NAMES
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.jsonl import DECODER, MOST_LEVELS, Records, Refused, rows_of
from engine.records.readers.layout import Layout, Staged
from engine.records.readers.plain_text import check_block
from engine.records.readers.sniff import HEAD, UTF8_MARK, check_format

LIMIT = 256 << 20  # bytes of a document, which is held in memory
CURE = "export the file again; it may have been cut off"
SPACE = re.compile(r"[ \t\r\n]*")


class _Broken(ValueError):
    """The document is not as it should be at an offset; does not leave this module."""

    def __init__(self, offset: int, message: str, help: str = CURE) -> None:
        super().__init__(message)
        self.offset, self.message, self.help = offset, message, help


def stage_json(
    connection: duckdb.DuckDBPyConnection, relation: str, path: Path, layout: Layout, span: Span, findings: Findings
) -> Staged | None:
    """Make `relation` from the objects of the list; a row has the line on which its object begins."""
    with path.open("rb") as file:
        check_format(file.read(HEAD), layout, span, findings)
    if path.stat().st_size > LIMIT:
        message = f"`{findings.name}` is larger than {LIMIT >> 20} MiB"
        findings.at(codes.TOO_LONG, span, message, "export it as JSON Lines, one object a line")
    if findings.total():
        return None
    data = path.read_bytes().removeprefix(UTF8_MARK)
    if not check_block(data, 1, "utf-8", findings):
        return None
    text, table = data.decode(), Records(connection, relation, findings, layout.each)
    line, counted = 1, 0
    try:
        for start, end, value in _items(text, layout.records):
            line, counted = line + text.count("\n", counted, start), start
            if not isinstance(value, dict):
                raise _Broken(start, "an item of the list is not an object", "a row is an object with names and values")
            for record in rows_of(value, text[start:end], line, findings, layout.each):
                table.add(line, record)
    except _Broken as broken:
        place = findings.place(
            text.count("\n", 0, broken.offset) + 1, broken.offset - text.rfind("\n", 0, broken.offset)
        )
        findings.at(codes.NOT_JSON, place, broken.message, broken.help)
    table.check_rows(span, f"the list in `{findings.name}` is empty")
    return table.staged()


def _items(text: str, path: str) -> Iterator[tuple[int, int, object]]:
    """The items of the list, each with its offset and its end."""
    at = _space(text, 0)
    for name in path.split(".") if path else ():
        at = _enter(text, at, name)
    if text[at : at + 1] != "[":
        where = f"at `{path}` " if path else ""
        raise _Broken(
            at, f"there is no list {where}in the document", _to_name(text, "export it with a list of objects")
        )
    at = _space(text, at + 1)
    while text[at : at + 1] != "]":
        value, end = _value(text, at)
        yield at, end, value
        at = _parted(text, end, "]")
    rest = _space(text, at + 1)
    for name in reversed(path.split(".")) if path else ():
        rest = _leave(text, rest, name)
    if rest < len(text):
        raise _Broken(rest, f"something follows the end of the {'document' if path else 'list'}")


def _enter(text: str, at: int, wanted: str) -> int:
    """The offset of the value of a name in the object at `at`."""
    if text[at : at + 1] != "{":
        message = f"there is no object that could have `{wanted}`"
        raise _Broken(at, message, _to_name(text, "correct the path under `records`"))
    at = _space(text, at + 1)
    while text[at : at + 1] != "}":
        name, at = _name(text, at)
        if name == wanted:
            return at
        _, end = _value(text, at)
        at = _parted(text, end, "}")
    raise _Broken(at, f"the object has no `{wanted}`", _to_name(text, "correct the path under `records`"))


def _to_name(text: str, otherwise: str) -> str:
    """What to write for a list of objects that the document has; `otherwise` if it has none that a path leads to."""
    try:
        document, _ = DECODER.raw_decode(text, _space(text, 0))
    except (JSONDecodeError, Refused, RecursionError):
        return CURE
    paths = [path for path, value in _lists(document) if value and isinstance(value[0], dict)]
    if isinstance(document, list):
        return "remove `records` under the source: the document is the list"
    if not paths:
        return otherwise
    named = [f"`records: {path}`" for path in paths[:MOST_NAMES]]
    more = ", .." if len(paths) > MOST_NAMES else ""
    return f"write {' or '.join(named)}{more} under the source"


def _lists(value: object, path: str = "") -> Iterator[tuple[str, list[object]]]:
    """The lists of a document outside of other lists, with the paths that a feed can name."""
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, dict) and path.count(".") < MOST_LEVELS:
        for name, inner in value.items():
            if name and "." not in name:
                yield from _lists(inner, f"{path}.{name}" if path else name)


def _leave(text: str, at: int, entered: str) -> int:
    """The offset behind the object in which a name was entered. The name does not occur again, nor is it cut off."""
    at = _parted(text, at, "}")
    while text[at : at + 1] != "}":
        name, value = _name(text, at)
        if name == entered:
            raise _Broken(at, f"`{entered}` appears twice in the object", "remove one of the two")
        _, end = _value(text, value)
        at = _parted(text, end, "}")
    return _space(text, at + 1)


def _name(text: str, at: int) -> tuple[str, int]:
    """The name at an offset, and the offset of its value."""
    name, end = _value(text, at)
    end = _space(text, end)
    if not isinstance(name, str) or text[end : end + 1] != ":":
        raise _Broken(end, "the document is not JSON here")
    return name, _space(text, end + 1)


def _parted(text: str, at: int, close: str) -> int:
    """The offset behind a comma, or of the closing mark."""
    at = _space(text, at)
    if text[at : at + 1] == close:
        return at
    if text[at : at + 1] != ",":
        raise _Broken(at, "the document is not JSON here")
    at = _space(text, at + 1)
    if text[at : at + 1] == close:
        raise _Broken(at, "nothing follows the comma")
    return at


def _value(text: str, at: int) -> tuple[object, int]:
    try:
        value: tuple[object, int] = DECODER.raw_decode(text, at)
    except JSONDecodeError as error:
        raise _Broken(error.pos, f"the document is not JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except Refused as refused:
        raise _Broken(at, refused.message, refused.help) from None
    except RecursionError:
        raise _Broken(at, "values are nested too deep to read", "export fewer levels") from None
    return value


def _space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at
