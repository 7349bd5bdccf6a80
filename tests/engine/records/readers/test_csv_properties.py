"""CSV against the reader of the standard library, on files nobody would think of."""

from __future__ import annotations

import csv
import io
import tempfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duck import open_connection
from engine.language.source import Span
from engine.records.readers.csv_scan import ROW_LIMIT, VALUE_LIMIT, scan_csv
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout
from engine.records.readers.stage import stage_source

FEED = Span("feed.yaml", 1, 1, 1, 2)

VALUES = st.text(st.sampled_from("ab,;\"'\n\r\t \u00e9\u6771\U0001f600#\\-0"), max_size=6)
SOUP = st.text(st.sampled_from('a,"\n\r;'), max_size=30)
LINES = ("a,b", ",", "", "a", "a,b,c", "\x7f,", "a\r,b", "a,b\r", "a,b\rc", '"a",b', '"a', "\u00e9,b", "\x85,b")


def staged(content: bytes, layout: Layout) -> tuple[tuple[str, ...], list[tuple[object, ...]]] | None:
    """Header and rows with their lines, None when the file is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        with open_connection(threads=2, folders=[path.parent]) as connection:
            result, findings = stage_source(connection, "x", path, "x.csv", layout, FEED)
            if result is None:
                assert findings
                return None
            rows = connection.execute("SELECT * EXCLUDE (_numbers) FROM x ORDER BY _line").fetchall()
            assert len(rows) == result.rows
            return result.columns, rows


@given(
    width=st.integers(1, 4),
    data=st.data(),
    everything_quoted=st.booleans(),
    delimiter=st.sampled_from((",", ";", "\t")),
    end=st.sampled_from(("\n", "\r\n")),
)
def test_what_was_written_is_read(
    width: int, data: st.DataObject, everything_quoted: bool, delimiter: str, end: str
) -> None:
    """Any table written by the standard library comes back value by value."""
    # The library's writer leaves a carriage return unquoted when lines end without one.
    values = VALUES if everything_quoted else VALUES.map(lambda value: value.replace("\r", ""))
    rows = data.draw(st.lists(st.lists(values, min_size=width, max_size=width), max_size=8))
    header = [f"c{number}" for number in range(width)]
    text = io.StringIO()
    writer = csv.writer(
        text, delimiter=delimiter, quoting=csv.QUOTE_ALL if everything_quoted else csv.QUOTE_MINIMAL, lineterminator=end
    )
    writer.writerow(header)
    writer.writerows(rows)
    found = staged(text.getvalue().encode(), Layout("csv", delimiter=delimiter))
    assert found is not None
    assert found[0] == tuple(header)
    assert [list(row[:-1]) for row in found[1]] == rows


@given(SOUP)
def test_what_is_accepted_has_one_reading(body: str) -> None:
    """Whatever passes, the standard library reads the same, row by row and line by line, even when strict."""
    content = "x,y\n" + body
    found = staged(content.encode(), Layout("csv"))
    if found is not None:
        reader = csv.reader(io.StringIO(content, newline="\n"), strict=True)
        next(reader)
        expected, before = [], reader.line_num
        for row in reader:
            if row:
                expected.append((*row, before + 1))
            before = reader.line_num
        assert found[1] == expected


def scanned(content: bytes, **how: int) -> tuple[object, ...]:
    """All that the scan of a file says; hidden characters matter only in a file that is accepted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(content)
        findings = Findings("x.csv")
        shape = scan_csv(path, Layout("csv"), FEED, findings, **how)
        return shape, findings.all(), shape is not None and findings.hidden


@given(SOUP, st.integers(1, 9))
def test_blocks_do_not_matter(body: str, size: int) -> None:
    """A file cut into blocks of few bytes gives the same shape and the same findings."""
    content = ("x,y\n" + body).encode()
    assert scanned(content, block_bytes=size) == scanned(content)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "1,2"])
@pytest.mark.parametrize("size", [1, 8])
def test_rows_behind_the_header_are_checked_as_in_one_block(end: str, last: str, size: int) -> None:
    """Blocks of nothing but rows are counted in another way than the one with the header: with the same result."""
    for lines in product(LINES, LINES):
        content = (end.join(["x,y", *lines, "1,2"]) + end + last).encode()
        assert scanned(content, block_bytes=size) == scanned(content), content


@pytest.mark.parametrize("length", [VALUE_LIMIT // 2, VALUE_LIMIT, VALUE_LIMIT + 1, ROW_LIMIT])
@pytest.mark.parametrize("before", [0, 1, 40_000])
def test_long_values_are_refused_in_any_block(length: int, before: int) -> None:
    """The length of a value counts, wherever it lies in its block."""
    content = b"x,y\n" + b"1,2\n" * before + b"a," + b"b" * length + b"\n3,4\n"
    shape, findings, _ = found = scanned(content, block_bytes=1 << 16)
    assert found == scanned(content)
    assert (shape is not None) == (not findings) == (length <= VALUE_LIMIT)
