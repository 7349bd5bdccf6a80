"""CSV files that are refused: the exact place and words of every structural fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.records.readers.layout import Layout

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

CSV = Layout("csv")
SEMICOLON = Layout("csv", delimiter=";")

REFUSED = {
    "an empty file": (CSV, b"", ["feed.yaml:3:5 RNG651 `sales.csv` is empty"]),
    "only empty lines": (CSV, b"\n\r\n\n", ["feed.yaml:3:5 RNG651 `sales.csv` contains only empty lines"]),
    "only a byte-order mark": (
        CSV,
        b"\xef\xbb\xbf",
        ["feed.yaml:3:5 RNG651 `sales.csv` contains only empty lines"],
    ),
    "B-052 a field too many": (
        CSV,
        b"id,v\n1,a\n2,b,c\n",
        ["sales.csv:3:5 RNG660 the row has 3 fields, the first row has 2"],
    ),
    "B-053 a field too few": (
        CSV,
        b"id,v,w\n1,a,x\n2\n",
        ["sales.csv:3:2 RNG660 the row has 1 field, the first row has 3"],
    ),
    "a field too many after a row over lines": (
        CSV,
        b'id,v\n1,"a\nb"\n2,b,c\n',
        ["sales.csv:4:5 RNG660 the row has 3 fields, the first row has 2"],
    ),
    "a field too many in one column": (
        CSV,
        b"id\n1,a\n",
        ["sales.csv:2:3 RNG660 the row has 2 fields, the first row has 1"],
    ),
    "an empty line between rows": (
        CSV,
        b"id,v\n1,a\n\n\n2,b\n",
        ["sales.csv:3:1 RNG660 the line is empty", "sales.csv:4:1 RNG660 the line is empty"],
    ),
    "an empty line between rows of one column": (CSV, b"id\n1\n\n2\n", ["sales.csv:3:1 RNG660 the line is empty"]),
    "a line of blanks": (CSV, b"id,v\n1,a\n  \n", ["sales.csv:3:3 RNG660 the row has 1 field, the first row has 2"]),
    "B-054 a header twice": (CSV, b"id,v,id\n1,a,2\n", ["sales.csv:1:6 RNG655 column `id` appears twice"]),
    "a header twice but for capitals": (
        CSV,
        b"id,ID\n1,a\n",
        ["sales.csv:1:4 RNG655 columns `id` and `ID` differ only in capital letters"],
    ),
    "more columns than a file may have, nearly all without a name": (
        CSV,
        b"id" + b"," * 5000 + b"\n",
        ["sales.csv:1:5003 RNG659 5,001 columns are too many: the limit is 5,000"],
    ),
    "a column without a name": (
        CSV,
        b"id, ,v\n1,a,b\n",
        ["sales.csv:1:4 RNG656 column 2 has no name; the feed can read it as `column2`"],
    ),
    "an empty first line": (CSV, b"\nid,v\n", ["sales.csv:1:1 RNG660 the first line is empty"]),
    "a name the import keeps": (
        CSV,
        b"id,_LINE\n1,a\n",
        ["sales.csv:1:4 RNG656 the name `_LINE` is reserved for the import"],
    ),
    "B-055 another delimiter": (
        CSV,
        b"id;amount\n1;2,50\n",
        ["sales.csv:1:3 RNG661 the first line does not contain the delimiter `,`, but `;`"],
    ),
    "another delimiter after quotes": (
        CSV,
        b'"id";"amount"\n1;2\n',
        ["sales.csv:1:5 RNG661 the first line does not contain the delimiter `,`, but `;`"],
    ),
    "tabs for semicolons": (
        SEMICOLON,
        b"id\tv\n1\ta\n",
        ["sales.csv:1:3 RNG661 the first line does not contain the delimiter `;`, but `\\t`"],
    ),
    "B-056 a quote never closed": (
        CSV,
        b'id,v\n1,a\n2,"b\n3,c\n',
        ["sales.csv:3:3 RNG662 the quote opened here is never closed"],
    ),
    "B-056 a quote never closed before another": (
        CSV,
        b'id,v\n1,"a\n2,x\n3,"b"\n',
        ["sales.csv:2:3 RNG662 the quote opened here is not closed before line 4"],
    ),
    "a quote never closed in a mebibyte": (
        CSV,
        b'id,v\n1,"a\n' + b"2,b\n" * 600_000,
        ["sales.csv:2:3 RNG662 the quote opened here is not closed within 1,048,576 bytes"],
    ),
    "a quote inside a field": (
        CSV,
        b'id,v\n1,24" disc\n',
        ["sales.csv:2:5 RNG663 there is a quote inside a field that does not start with one"],
    ),
    "two quotes inside a field": (
        CSV,
        b'id,v\n1,a""b\n',
        ["sales.csv:2:4 RNG663 there is a quote inside a field that does not start with one"],
    ),
    "a blank before a quote": (
        CSV,
        b'id,v\n1, "a"\n',
        ["sales.csv:2:4 RNG663 there is a quote inside a field that does not start with one"],
    ),
    "a quote inside a quoted field": (
        CSV,
        b'id,v\n1,"24" disc"\n',
        ["sales.csv:2:7 RNG663 a text follows the closing quote of the field"],
    ),
    "a broken quote in the header": (
        CSV,
        b'id,"v\n1,2\n',
        ["sales.csv:1:4 RNG662 the quote opened here is never closed"],
    ),
    "B-057 a NUL": (CSV, b"id,v\n1,a\0b\n", ["hidden characters in v"]),
    "a control character": (
        CSV,
        b"id,v\n1,a\n2,\x1a\n",
        ["hidden characters in v"],
    ),
    "B-070 a mark of direction": (
        CSV,
        "id,v\n1,é\u202eb\n".encode(),
        ["hidden characters in v"],
    ),
    "a tag character": (
        CSV,
        "id,v\n1,\U000e0041\n".encode(),
        ["hidden characters in v"],
    ),
    "B-032 a line separator": (
        CSV,
        "id,v\n1,a\u2028\n".encode(),
        ["hidden characters in v"],
    ),
    "lone carriage returns": (
        CSV,
        b"id,v\r1,a\r",
        ["sales.csv:1:5 RNG664 a carriage return without a line feed"],
    ),
    "a lone carriage return in a row": (
        CSV,
        b"id,v\n1,a\rb\n",
        ["sales.csv:2:4 RNG664 a carriage return without a line feed"],
    ),
    "B-029 windows-1252 as UTF-8": (
        CSV,
        b"id,v\n1,a\n2,Soci\xe9t\xe9\n",
        ["sales.csv:3:7 RNG653 byte 0xE9 is not utf-8"],
    ),
    "no byte of windows-1252": (
        Layout("csv", encoding="windows-1252"),
        b"id,v\n1,\x81\n",
        ["sales.csv:2:3 RNG653 byte 0x81 is not windows-1252"],
    ),
    "windows-1252 as latin-1": (
        Layout("csv", encoding="latin-1"),
        b"id,v\n1,\x80\n",
        ["hidden characters in v"],
    ),
    "UTF-8 as windows-1252": (
        Layout("csv", encoding="windows-1252"),
        b"\xef\xbb\xbfid,v\n",
        ["feed.yaml:3:5 RNG653 `sales.csv` starts with the mark of UTF-8, so it is not windows-1252"],
    ),
    "B-029 UTF-16": (CSV, "id,v\n1,a\n".encode("utf-16"), ["feed.yaml:3:5 RNG653 `sales.csv` is written as UTF-16"]),
    "UTF-16 without its mark": (
        CSV,
        "id,v\n1,a\n".encode("utf-16-le"),
        ["feed.yaml:3:5 RNG653 `sales.csv` is written as UTF-16"],
    ),
    "B-082 a workbook": (
        CSV,
        b"PK\x03\x04rest",
        ["feed.yaml:3:5 RNG652 `sales.csv` is a workbook (XLSX) or another ZIP file and not csv"],
    ),
    "B-082 a web page": (CSV, b"\n<HTML><body>", ["feed.yaml:3:5 RNG652 `sales.csv` is a web page (HTML) and not csv"]),
    "JSON": (CSV, b'{"id": 1}', ["feed.yaml:3:5 RNG652 `sales.csv` is JSON and not csv"]),
    "XML": (CSV, b'<?xml version="1.0"?>', ["feed.yaml:3:5 RNG652 `sales.csv` is an XML document and not csv"]),
    "an archive": (CSV, b"\x1f\x8b\x08", ["feed.yaml:3:5 RNG652 `sales.csv` is a gzip archive and not csv"]),
    "a field too long": (
        CSV,
        b"id,v\n1," + b"a" * 131_073 + b"\n",
        ["sales.csv:2:3 RNG657 the value is longer than 131,072 bytes"],
    ),
    "a quoted field too long": (
        CSV,
        b'id,v\n1,"' + b"a\n" * 70_000 + b'"\n',
        ["sales.csv:2:3 RNG657 the value is longer than 131,072 bytes"],
    ),
    "a row too long": (
        CSV,
        b"id,v\n" + b",".join([b"\xe6\x9d\xb1" * 40_000] * 9) + b"\n",
        ["sales.csv:2:1 RNG657 the row is longer than 1,048,576 bytes"],
    ),
    "a row far too long": (
        CSV,
        b"id,v\n" + b",".join([b"\xe6\x9d\xb1" * 40_000] * 30) + b"\n",
        ["sales.csv:2:1 RNG657 the row is longer than 1,048,576 bytes"],
    ),
    "a row far too long, cut in a character": (
        CSV,
        b"id,v\n" + b"1" + b",".join([b"\xe6\x9d\xb1" * 40_000] * 30) + b"\n",
        ["sales.csv:2:1 RNG657 the row is longer than 1,048,576 bytes"],
    ),
    "a row of quoted fields too long": (
        CSV,
        b'id,v\n1,"' + b'","'.join([b"x" * 120_000] * 9) + b'"\n',
        ["sales.csv:2:1 RNG657 the row is longer than 1,048,576 bytes"],
    ),
    "a byte of no encoding": (CSV, b"id,v\n1,\x81\n", ["sales.csv:2:3 RNG653 byte 0x81 is not utf-8"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_can_be_read_in_two_ways(stage: Stage, case: str) -> None:
    """Every structural fault has its place and its words, and nothing is staged."""
    layout, content, expected = REFUSED[case]
    assert stage(content, layout) == ([], expected)


def test_shows_twenty_findings_and_counts_the_others(stage: Stage) -> None:
    """25 bad rows and an empty line: twenty are shown, six counted, trailing empty lines are none."""
    rows = [b"1"] * 25 + [b"", b"2,b", b"", b""]
    _, findings = stage(b"id,v\n" + b"\n".join(rows) + b"\n", CSV)
    assert findings[:20] == [
        f"sales.csv:{line}:2 RNG660 the row has 1 field, the first row has 2" for line in range(2, 22)
    ]
    assert findings[20:] == ["sales.csv:22:1 RNG699 and 6 more findings in `sales.csv`"]


@pytest.mark.long
def test_counts_the_others_over_many_blocks(stage: Stage) -> None:
    """Two million wrong rows with empty lines between and behind are counted exactly."""
    rows = b"1\n" * 1_000_000 + b"\n" + b"1\n" * 1_000_000 + b"1,a\n" + b"\r\n" * 600_000
    _, findings = stage(b"id,v\n" + rows, CSV)
    assert findings[20:] == ["sales.csv:22:1 RNG699 and 1,999,981 more findings in `sales.csv`"]


def test_one_finding_more_is_one(stage: Stage) -> None:
    """The closing line counts in words."""
    assert stage(b"id,v\n" + b"1\n" * 21, CSV)[1][20:] == ["sales.csv:22:1 RNG699 and 1 more finding in `sales.csv`"]


@pytest.mark.parametrize("lead", [0, 500_000, 900_000])
def test_the_length_of_a_row_does_not_depend_on_where_it_lies(stage: Stage, lead: int) -> None:
    """A row of a million bytes is read, one of 1.1 million is not, wherever blocks are cut."""
    before = b",".join([b"-" * 100] * 11) + b"\n"
    rows = before * (1 + lead // len(before))
    assert stage(rows + b",".join([b"x" * 95_000] * 11) + b"\n", Layout("csv", header=False))[1] == []
    _, findings = stage(rows + b",".join([b"x" * 100_000] * 11) + b"\n", Layout("csv", header=False))
    line = rows.count(b"\n") + 1
    assert findings == [f"sales.csv:{line}:1 RNG657 the row is longer than 1,048,576 bytes"]
