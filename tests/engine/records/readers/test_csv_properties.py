"""CSV against the reader of the standard library, on files nobody would think of."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.duck import open_connection
from engine.language.source import Span
from engine.records.readers.csv_scan import scan_csv
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Layout
from engine.records.readers.stage import stage_source

FEED = Span("feed.yaml", 1, 1, 1, 2)

VALUES = st.text(st.sampled_from("ab,;\"'\n\r\t \u00e9\u6771\U0001f600#\\-0"), max_size=6)
SOUP = st.text(st.sampled_from('a,"\n\r;'), max_size=30)


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


@given(SOUP, st.integers(1, 9))
def test_blocks_do_not_matter(body: str, size: int) -> None:
    """A file cut into blocks of few bytes gives the same shape and the same findings."""
    content = "x,y\n" + body
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_text(content, encoding="utf-8", newline="")
        whole, pieces = Findings("x.csv"), Findings("x.csv")
        shapes = (
            scan_csv(path, Layout("csv"), FEED, whole),
            scan_csv(path, Layout("csv"), FEED, pieces, block_bytes=size),
        )
    assert shapes[0] == shapes[1]
    assert whole.all() == pieces.all()
