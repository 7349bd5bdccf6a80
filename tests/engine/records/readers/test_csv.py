"""CSV files as they come: what is read, with which lines, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from engine.records.readers.csv import view_fits
from engine.records.readers.csv_scan import Shape
from engine.records.readers.layout import Layout

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

CSV = Layout("csv")
SEMICOLON = Layout("csv", delimiter=";")

READ = {
    "a plain file": (CSV, b"id,v\n1,a\n2,b\n", [("id", "v"), ("1", "a", 2), ("2", "b", 3)]),
    "Windows line ends": (CSV, b"id,v\r\n1,a\r\n2,b\r\n", [("id", "v"), ("1", "a", 2), ("2", "b", 3)]),
    "both line ends": (CSV, b"id,v\r\n1,a\n2,b\r\n", [("id", "v"), ("1", "a", 2), ("2", "b", 3)]),
    "no line end at the end": (CSV, b"id,v\n1,a", [("id", "v"), ("1", "a", 2)]),
    "B-051 a byte-order mark": (CSV, b"\xef\xbb\xbfid,v\n1,a\n", [("id", "v"), ("1", "a", 2)]),
    "a mark and rows over lines": (CSV, b'\xef\xbb\xbfid,v\n1,"a\nb"\n', [("id", "v"), ("1", "a\nb", 2)]),
    "empty is a text": (CSV, b'id,v\n,""\n"",\n', [("id", "v"), ("", "", 2), ("", "", 3)]),
    "no word means missing": (CSV, b"id,v\nNULL,\\N\nNA,null\n", [("id", "v"), ("NULL", "\\N", 2), ("NA", "null", 3)]),
    "blanks stay": (CSV, b"id,v\n 1 ,\ta\n", [("id", "v"), (" 1 ", "\ta", 2)]),
    "nothing is a comment": (CSV, b"id,v\n#1,--\n", [("id", "v"), ("#1", "--", 2)]),
    "numbers stay texts": (
        CSV,
        b"id,v\n00123,1.10\n1E5,9999999999999999999.99\n",
        [("id", "v"), ("00123", "1.10", 2), ("1E5", "9999999999999999999.99", 3)],
    ),
    "quoted delimiters and quotes": (
        CSV,
        b'id,v\n"a,b","say ""hi"""\n"""",x\n',
        [("id", "v"), ("a,b", 'say "hi"', 2), ('"', "x", 3)],
    ),
    "a quoted header": (CSV, b'"id","v,w"\n1,a\n', [("id", "v,w"), ("1", "a", 2)]),
    "line ends inside quotes": (
        CSV,
        b'id,v\n1,"a\n\nb"\n2,"c\r\nd"\n3,e\n',
        [("id", "v"), ("1", "a\n\nb", 2), ("2", "c\r\nd", 5), ("3", "e", 7)],
    ),
    "a carriage return inside quotes": (CSV, b'id,v\n1,"a\rb"\n2,c\n', [("id", "v"), ("1", "a\rb", 2), ("2", "c", 3)]),
    "a header over two lines": (CSV, b'id,"list\nprice"\n1,a\n', [("id", "list\nprice"), ("1", "a", 3)]),
    "empty lines at the end": (CSV, b"id,v\n1,a\n\n\r\n\n", [("id", "v"), ("1", "a", 2)]),
    "a header alone": (CSV, b"id,v\n", [("id", "v")]),
    "a header alone, unfinished": (CSV, b"id,v", [("id", "v")]),
    "semicolons": (SEMICOLON, b"id;v\n1;2,50\n", [("id", "v"), ("1", "2,50", 2)]),
    "tabs": (Layout("csv", delimiter="\t"), b"id\tv\n1\ta b\n", [("id", "v"), ("1", "a b", 2)]),
    "single quotes": (
        Layout("csv", quote="'"),
        b"id,v\n1,'a, ''b'''\n2,\"\n",
        [("id", "v"), ("1", "a, 'b'", 2), ("2", '"', 3)],
    ),
    "no quoting": (Layout("csv", quote=""), b'id,v\n"1,24" disc\n', [("id", "v"), ('"1', '24" disc', 2)]),
    "no quoting, one column": (Layout("csv", quote=""), b'id\n"1\n', [("id",), ('"1', 2)]),
    "no header": (Layout("csv", header=False), b"1,a\n2,b\n", [("column1", "column2"), ("1", "a", 1), ("2", "b", 2)]),
    "no header, rows over lines": (
        Layout("csv", header=False),
        b'1,"a\nb"\n2,b\n',
        [("column1", "column2"), ("1", "a\nb", 1), ("2", "b", 3)],
    ),
    "one column": (CSV, b'id\n1\n""\n2\n\n', [("id",), ("1", 2), ("", 3), ("2", 4)]),
    "UTF-8": (
        CSV,
        "id,v\nSociété,Żółw 日本 \U0001f600\n".encode(),
        [("id", "v"), ("Société", "Żółw 日本 \U0001f600", 2)],
    ),
    "windows-1252": (
        Layout("csv", encoding="windows-1252"),
        "id,v\nSociété,5 €\n".encode("cp1252"),
        [("id", "v"), ("Société", "5 €", 2)],
    ),
    "latin-1": (Layout("csv", encoding="latin-1"), "id,v\nÅse,é\n".encode("latin-1"), [("id", "v"), ("Åse", "é", 2)]),
    "names that SQL would stumble over": (
        CSV,
        b'id,"a""b; DROP TABLE x",it\'s\n1,2,3\n',
        [("id", 'a"b; DROP TABLE x', "it's"), ("1", "2", "3", 2)],
    ),
    "Hebrew with its marks between words": (
        CSV,
        "id,v\n1,\u05d0\u200f\n".encode(),
        [("id", "v"), ("1", "\u05d0\u200f", 2)],
    ),
}


@pytest.mark.parametrize("case", READ)
def test_reads_every_value_with_its_line(stage: Stage, case: str) -> None:
    """Texts are what stands in the file; `_line` is where the row begins."""
    layout, content, expected = READ[case]
    assert stage(content, layout) == (expected, [])


def test_a_plain_file_is_a_view_and_not_a_copy(stage: Stage, connection: duckdb.DuckDBPyConnection) -> None:
    """A large file is read where it lies; only one with rows over several lines is copied."""
    stage(b"id,v\n1,a\n", CSV)
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
    connection.execute('DROP VIEW "staged rows"')
    stage(b'id,v\n1,"a\nb"\n', CSV)
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (1,)


def test_lines_hold_over_many_blocks_and_batches(stage: Stage) -> None:
    """120,000 rows, one of them over two lines: every `_line` is the line of the row."""
    count = 120_000
    plain = b"".join(b"%d,some words to fill the line\n" % row for row in range(count))
    rows, _ = stage(b"id,v\n" + plain, CSV)
    assert [(row[0], row[-1]) for row in rows[1:]] == [(str(row), row + 2) for row in range(count)]


def test_lines_hold_when_a_row_takes_two(stage: Stage) -> None:
    """The same through the exact reader: after the long row every line is one further on."""
    count = 120_000
    plain = b"".join(b'%d,"some ""words"" to fill"\n' % row for row in range(count))
    rows, _ = stage(b'id,v\nx,"a\nb"\n' + plain, CSV)
    assert [(row[0], row[-1]) for row in rows[1:]] == [("x", 2), *((str(row), row + 4) for row in range(count))]


@pytest.mark.parametrize(
    "name", ["sales[1].csv", "s*.csv", "s?.csv", "it's.csv", "{a,b}.csv", "x.csv.gz", "~.csv", "x\\*.csv", "x\\y.csv"]
)
def test_a_file_name_is_never_a_pattern(stage: Stage, tmp_path: Path, name: str) -> None:
    """A name with signs of a pattern reads that file, and not the others beside it that would match."""
    for other in ("sales1.csv", "sa.csv", "sx.csv", "a.csv", "b.csv", "xa.csv"):
        (tmp_path / other).write_bytes(b"id,v\nother,other\n")
    assert stage(b"id,v\n1,a\n", CSV, name) == ([("id", "v"), ("1", "a", 2)], [])


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        (Shape(("id", "v"), 3, plain=True), b"id,v\n1,a\n2,b\n"),
        (Shape(("id", "v"), 2, plain=True), b"id,v\n1,a\n2,b,c\n"),
    ],
)
def test_a_view_must_show_the_rows_that_were_checked(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, shape: Shape, content: bytes
) -> None:
    """Where DuckDB counts other rows, or refuses one, there is no view and the exact reader takes over."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert view_fits(connection, "x", path, CSV, shape) is None
    assert connection.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'x'").fetchone() is None


def test_columns_without_a_point_are_seen(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Of columns that begin with whole numbers or nothing, those in which none of all texts has a point."""
    path = tmp_path / "x.csv"
    lines = [b"1,2,-3,,4.5,a"] * 3_000
    path.write_bytes(b"\n".join([b"whole,late,below,none,point,text", *lines, b"1,2.000,-3,,4.5,a", b""]))
    shape = Shape(("whole", "late", "below", "none", "point", "text"), 3_001, True)
    assert view_fits(connection, "x", path, CSV, shape) == frozenset(("whole", "below", "none"))
