"""JSON Lines: values as they are written, and every way in which a line is no record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.records.readers.layout import Layout
from tests.longer import every

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

JSONL = Layout("jsonl")
NAME = "sales.jsonl"

READ = {
    "numbers keep their text": (
        b'{"id": "1", "v": 1.10}\n{"id": 2, "v": 1e400}\n{"id": -0, "v": 12345678901234567890.10}\n',
        [("id", "v"), ("1", "1.10", 1), ("2", "1e400", 2), ("-0", "12345678901234567890.10", 3)],
    ),
    "booleans and null": (
        b'{"id": true, "v": null}\n{"id": false, "v": ""}\n',
        [("id", "v"), ("true", None, 1), ("false", "", 2)],
    ),
    "names that come and go": (
        b'{"id": "1"}\n{"v": "a", "id": "2"}\n{"w": "b"}\n',
        [("id", "v", "w"), ("1", None, None, 1), ("2", "a", None, 2), (None, None, "b", 3)],
    ),
    "escapes": (
        rb'{"id": "a\"b\\c\/d\ne\tf", "v": "\u00e9\ud83d\ude00"}' + b"\n",
        [("id", "v"), ('a"b\\c/d\ne\tf', "\u00e9\U0001f600", 1)],
    ),
    "Windows line ends and empty lines behind": (
        b'{"id": "1"}\r\n{"id": "2"}\r\n\r\n\n',
        [("id",), ("1", 1), ("2", 2)],
    ),
    "a byte-order mark and no line end at the end": (
        b'\xef\xbb\xbf{"id": "1"}\n{"id": "2"}',
        [("id",), ("1", 1), ("2", 2)],
    ),
    "blanks around": (b' { "id" : "1" } \n', [("id",), ("1", 1)]),
    "an object without names": (b'{}\n{"id": "1"}\n', [("id",), (None, 1), ("1", 2)]),
}


@pytest.mark.parametrize("case", READ)
def test_reads_values_as_written(stage: Stage, case: str) -> None:
    """No number passes through a float; absent and null are NULL, an empty text is not."""
    content, expected = READ[case]
    assert stage(content, JSONL, NAME) == (expected, [])


REFUSED = {
    "an empty file": (b"", ["feed.yaml:3:5 RNG651 `sales.jsonl` is empty"]),
    "only empty lines": (b"\n\n", ["feed.yaml:3:5 RNG651 `sales.jsonl` contains only empty lines"]),
    "B-081 a name twice": (
        b'{"a": 1}\n{"a": 1, "a": 2}\n',
        ["sales.jsonl:2:1 RNG681 `a` appears twice in the object"],
    ),
    "B-081 NaN": (b'{"a": NaN}\n', ["sales.jsonl:1:1 RNG683 `NaN` is not a JSON number"]),
    "infinity": (b'{"a": -Infinity}\n', ["sales.jsonl:1:1 RNG683 `-Infinity` is not a JSON number"]),
    "B-081 100,000 brackets": (
        b'{"a": ' + b"[" * 100_000 + b"\n",
        ["sales.jsonl:1:1 RNG682 values are nested too deep to read"],
    ),
    "B-081 half a surrogate pair": (
        rb'{"a": "x\ud800"}' + b"\n",
        ["sales.jsonl:1:1 RNG654 the value contains half of a surrogate pair (U+D800)"],
    ),
    "half a surrogate pair in a name": (
        rb'{"a\udc00": null}' + b"\n",
        ["sales.jsonl:1:1 RNG654 the value contains half of a surrogate pair (U+DC00)"],
    ),
    "an escaped NUL": (rb'{"a": "\u0000"}', ["hidden characters in a"]),
    "an escaped mark of direction": (
        rb'{"a": "\u202e"}',
        ["hidden characters in a"],
    ),
    "a raw control character": (
        b'{"a": "\x07"}\n',
        [
            "sales.jsonl:1:8 RNG680 the line is not one JSON object: invalid control character at",
        ],
    ),
    "a path that is a name too": (
        b'{"a": {"b": 1}, "a.b": 2}\n',
        ["sales.jsonl:1:2 RNG681 `a.b` appears twice: as a name with a point, and as a name inside an object"],
    ),
    "a list and a value": (
        b'["a"]\n"a"\n',
        [
            "sales.jsonl:1:1 RNG680 the line is a list and not an object",
            "sales.jsonl:2:1 RNG680 the line is a single value and not an object",
        ],
    ),
    "a line cut off": (
        b'{"a": "b\n{"a": "c"}\n',
        ["sales.jsonl:1:7 RNG680 the line is not one JSON object: unterminated string starting at"],
    ),
    "two objects in a line": (
        b'{"a": "b"} {"a": "c"}\n',
        ["sales.jsonl:1:12 RNG680 the line is not one JSON object: extra data"],
    ),
    "a leading zero": (
        b'{"a": 00123}\n',
        ["sales.jsonl:1:8 RNG680 the line is not one JSON object: expecting ',' delimiter"],
    ),
    "an empty line between": (b'{"a": "b"}\n\n{"a": "c"}\n', ["sales.jsonl:2:1 RNG680 the line is empty"]),
    "a name for the import itself": (
        b'{"a": "b"}\n{"_line": "1"}\n',
        ["sales.jsonl:2:1 RNG656 the name `_line` is reserved for the import"],
    ),
    "an empty name": (b'{"a": "b", "": "c"}\n', ["sales.jsonl:1:1 RNG656 column 2 has no name"]),
    "names that differ in capitals": (
        b'{"id": "b"}\n{"ID": "c"}\n',
        ["sales.jsonl:2:1 RNG655 columns `id` and `ID` differ only in capital letters"],
    ),
    "windows-1252": (b'{"a": "\xe9"}\n', ["sales.jsonl:1:8 RNG653 byte 0xE9 is not utf-8"]),
    "UTF-16": ('{"a": "b"}\n'.encode("utf-16"), ["feed.yaml:3:5 RNG653 `sales.jsonl` is written as UTF-16"]),
    "a workbook": (
        b"PK\x03\x04",
        ["feed.yaml:3:5 RNG652 `sales.jsonl` is a workbook (XLSX) or another ZIP file and not jsonl"],
    ),
    "a line without end": (
        b'{"a": "b"}\n{"a": "' + b"x" * 3_000_000,
        ["sales.jsonl:2:1 RNG657 the line is longer than 1,048,576 bytes"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_is_no_record(stage: Stage, case: str) -> None:
    """Every fault has its line and its words, and nothing is staged."""
    content, expected = REFUSED[case]
    assert stage(content, JSONL, NAME) == ([], expected)


@pytest.mark.long
@pytest.mark.parametrize("lead", every(3, [900_000, 500_000, 0]))
def test_the_length_of_a_line_does_not_depend_on_where_it_lies(stage: Stage, lead: int) -> None:
    """A line of a million bytes is read, one of 1.1 million is not, wherever blocks are cut."""
    before = b'{"a": "b"}\n' * (lead // 11)
    assert stage(before + b'{"a": "' + b"x" * 1_000_000 + b'"}\n', JSONL, NAME)[1] == []
    _, findings = stage(before + b'{"a": "' + b"x" * 1_100_000 + b'"}\n', JSONL, NAME)
    line = before.count(b"\n") + 1
    assert findings == [f"sales.jsonl:{line}:1 RNG657 the line is longer than 1,048,576 bytes"]


def test_columns_may_appear_after_many_rows(stage: Stage) -> None:
    """A name first met after 60,000 rows is a column that is NULL before; lines hold over blocks and batches."""
    plain = b"".join(b'{"id": "%d", "fill": "some words to fill the line"}\n' % row for row in range(60_000))
    rows, findings = stage(plain + b'{"id": "last", "new": "x"}\n', JSONL, NAME)
    assert findings == []
    assert rows[0] == ("id", "fill", "new")
    assert rows[1:60_001] == [(str(row), "some words to fill the line", None, row + 1) for row in range(60_000)]
    assert rows[60_001:] == [("last", None, "x", 60_001)]


def test_a_fault_after_many_rows_leaves_nothing(stage: Stage) -> None:
    """Rows already handed over are taken back."""
    plain = b'{"id": "1"}\n' * 60_000
    assert stage(plain + b"{\n", JSONL, NAME)[1] == [
        "sales.jsonl:60001:2 RNG680 the line is not one JSON object: expecting property name enclosed in double quotes"
    ]
