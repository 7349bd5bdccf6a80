"""From bytes to text: size, encoding, and characters that no program may hold.

A character that is refused is replaced by U+FFFD before the text is read, so that one
bad character does not hide the other findings and every column stays where it was.
"""

from __future__ import annotations

import re

from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic
from engine.language.lines import line_span, split_lines
from engine.language.source import Span

MAX_BYTES = 5 * 1024 * 1024  # one program file; the largest real ones are below 100 kB
REPLACEMENT = "\ufffd"

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # change the direction of writing
_HIDDEN = "\xad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"
_REFUSED = re.compile(f"[{_CONTROL}{_TURNING}{_HIDDEN}]")
_TURNS = re.compile(f"[{_TURNING}]")
_IS_CONTROL = re.compile(f"[{_CONTROL}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SIGNS = (
    (b"PK\x03\x04", "a workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old workbook or another Office file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a compressed file"),
)
"""How files start that are named by mistake. What they hold is no text, so no place in it is shown."""
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16, in both orders
_NUL_SHARE = 4  # UTF-16 without a mark has a NUL in every second byte; text has none


def read_text(data: bytes, file: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a file, without byte order mark and with refused characters replaced.

    None if the text cannot be used: too large, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}"
        help = "move records into data files; a program contains only rules"
        return None, (codes.TOO_LARGE.at(Span(file, 1, 1, 1, 1), message, help=help),)
    if kind := next((kind for sign, kind in _SIGNS if data.startswith(sign)), ""):
        help = "name a YAML file: a program, a feed or a test file; a feed says where the files with records are"
        return None, (codes.NOT_UTF8.at(Span(file, 1, 1, 1, 1), f"the file is {kind}, not text", help=help),)
    if data.startswith(_MARKS) or data.count(0) * _NUL_SHARE > len(data):
        message = "the file is not UTF-8 but looks like UTF-16"
        return None, (codes.NOT_UTF8.at(Span(file, 1, 1, 1, 1), message, help="save the file as UTF-8"),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(data, error.start, file),)
    text = text.removeprefix("\ufeff")
    if not _REFUSED.search(text):
        return text, ()
    return _REFUSED.sub(REPLACEMENT, text), tuple(_refused(text, file))


def refused_in_value(value: str, span: Span) -> Diagnostic | None:
    """A finding when a quoted value holds, by an escape, a character no text may hold.

    The raw text is clean when this is called, so what is found came from an escape.
    """
    if found := _SURROGATE.search(value):
        message = f"the escape for {_name(found.group())} is only half of a character"
        return codes.BAD_ESCAPE.at(span, message, help="write the character itself")
    if found := _REFUSED.search(value):
        return _finding(found.group(), span)
    if "\r" in value:
        return _finding("\r", span)
    return None


def _not_utf8(data: bytes, start: int, file: str) -> Diagnostic:
    lines = split_lines(data[:start].decode("utf-8"))
    column = len(lines[-1].removeprefix("\ufeff")) + 1
    message = f"byte 0x{data[start]:02X} is not UTF-8 text"
    help = "save the file as UTF-8; it looks like an older encoding such as Latin-1 or Windows-1252"
    return codes.NOT_UTF8.at(line_span(file, len(lines), column, column + 1), message, help=help)


def _refused(text: str, file: str) -> list[Diagnostic]:
    found = []
    for number, line in enumerate(split_lines(text), start=1):
        for each in _REFUSED.finditer(line):
            span = line_span(file, number, each.start() + 1, each.end() + 1)
            found.append(_finding(each.group(), span))
    return found


def _finding(character: str, span: Span) -> Diagnostic:
    name = _name(character)
    if _TURNS.match(character):
        message = f"{name} changes the writing direction, so the line looks different from what it means"
        return codes.INVISIBLE_CHARACTER.at(span, message, help="delete the character")
    if character == "\r" or _IS_CONTROL.match(character):
        return codes.CONTROL_CHARACTER.at(span, f"control character {name}", help="delete the character")
    return codes.INVISIBLE_CHARACTER.at(
        span, f"{name} is not visible", help="delete the character and type the word again"
    )


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
