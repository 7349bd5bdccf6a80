"""Rows one by one: values, offsets and where telling them apart ends."""

from __future__ import annotations

from engine.records import codes_readers as codes
from engine.records.readers.csv_rows import Break, Dialect, Row, rows_of
from engine.records.readers.layout import Layout

DIALECT = Dialect(Layout("csv"))


def test_rows_carry_offsets() -> None:
    """Each field's offset, and the end of the row before its line end."""
    assert list(rows_of('a,"b\n"""\r\n\n,', DIALECT)) == [
        Row(("a", 'b\n"'), (0, 2), 8),
        Row(("",), (10,), 10),
        Row(("", ""), (11, 12), 12),
    ]


def test_a_quoted_empty_text_is_no_blank_line() -> None:
    """An empty line has nothing at all."""
    assert [isinstance(row, Row) and row.is_blank for row in rows_of('\n""\n', DIALECT)] == [True, False]


def test_a_break_is_the_last_thing_given() -> None:
    """The offset where it is seen, and where the quote was opened."""
    assert list(rows_of('a\n"b', DIALECT)) == [Row(("a",), (0,), 1), Break(codes.UNCLOSED_QUOTE, 2, 2)]
    assert list(rows_of('"b"c\nd', DIALECT)) == [Break(codes.STRAY_QUOTE, 3, 0)]
    assert list(rows_of('"b\n"c\nd', DIALECT)) == [Break(codes.UNCLOSED_QUOTE, 4, 0)]
    assert list(rows_of('b"c\nd', DIALECT)) == [Break(codes.STRAY_QUOTE, 1)]
    assert list(rows_of("a\rb\n", DIALECT)) == [Break(codes.LINE_END, 1)]
