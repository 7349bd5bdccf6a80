"""Encoding and hidden characters of a text file, a block of whole lines at a time."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from pathlib import PurePath

from engine.language.diagnostic import Related
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings

CONTROLS = bytes((*range(9), 11, 12, *range(14, 32), 127))
"""Control characters of ASCII but tab, line feed and carriage return."""

# C1 controls, line and paragraph separators, marks that turn the direction of writing, tag characters.
# The marks of Hebrew and Arabic between words (U+200E, U+200F) belong to names and stay.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)

HIDDEN_SQL = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{2028}\x{2029}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{e0000}-\x{e007f}]"
)
"""`HIDDEN` for DuckDB: the same set, without surrogates, which UTF-8 does not have."""

CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252", "latin-1": "latin-1"}
"""Encodings a feed may state, as Python calls them."""


def check_block(data: bytes, first_line: int, codec: str, findings: Findings) -> bool:
    """Note bytes outside the encoding, and that there are hidden characters, in whole lines that begin at `first_line`.

    Returns whether the block can be decoded.
    """
    if data.isascii():
        if not findings.hidden and len(data.translate(None, CONTROLS)) != len(data):
            findings.hidden = True
        return True
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        _note_encoding(data, error.start, first_line, codec, findings)
        return False
    if not findings.hidden and HIDDEN.search(text):
        findings.hidden = True
    return True


def place_in(text: str, offset: int, first_line: int, findings: Findings, end: int = 0) -> Span:
    """The place of the character at `offset` of a text that begins at `first_line`.

    With `end` it reaches to that offset, or to the end of the line if that comes first.
    """
    line = first_line + text.count("\n", 0, offset)
    begin = text.rfind("\n", 0, offset) + 1
    stop = text.find("\n", offset, end)
    last = end if stop < 0 else stop
    return findings.place(line, offset - begin + 1, last - begin + 1)


def _note_encoding(data: bytes, offset: int, first_line: int, codec: str, findings: Findings) -> None:
    line = first_line + data.count(b"\n", 0, offset)
    before = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    place = findings.place(line, len(before.decode(codec)) + 1)
    if codec == "utf-8" and not data[:offset].isascii() and _is_cut(data[offset:]):
        findings.at(codes.ENCODING, place, "the file ends inside a character", "it was cut off: export it again")
        return
    name = next(name for name, each in CODECS.items() if each == codec)
    cure = "save the file as UTF-8"
    related: tuple[Related, ...] = ()
    if codec == "utf-8" and findings.source and _reads_as_windows(data):
        feed = PurePath(findings.source.file).name
        cure += f", or write `encoding: windows-1252` under the source in {feed}"
        related = (Related(findings.source, "the source"),)
    findings.at(codes.ENCODING, place, f"byte 0x{data[offset]:02X} is not {name}", cure, related)


def _is_cut(rest: bytes) -> bool:
    """Whether these last bytes of a file begin a character of UTF-8 and do not finish it.

    Behind plain ASCII they may as well be one character of another encoding.
    """
    decoder = getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(rest) == "" and bool(rest)
    except UnicodeDecodeError:
        return False


def _reads_as_windows(data: bytes) -> bool:
    try:
        return HIDDEN.search(data.decode("cp1252")) is None
    except UnicodeDecodeError:
        return False


def first_hidden(text: str) -> str:
    """What to call the first hidden character of a text; "" if there is none."""
    found = HIDDEN.search(text)
    return hidden_in(found[0]) if found else ""


def hidden_in(character: str) -> str:
    """What to call a hidden character in a message."""
    number = ord(character)
    if number == 0:
        return "a NUL character"
    if number in range(0x202A, 0x202F) or number in range(0x2066, 0x206A):
        return f"a character that changes the writing direction (U+{number:04X})"
    if number in range(0xD800, 0xE000):
        return f"half of a surrogate pair (U+{number:04X})"
    return f"a control character (U+{number:04X})"
