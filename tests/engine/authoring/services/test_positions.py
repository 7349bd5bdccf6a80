"""Places as editors count them: held against Python's own encoders."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.services.positions import Encoding, Position, Text
from engine.language.source import Span

CODECS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2), Encoding.UTF32: ("utf-32-le", 4)}
LETTERS = st.text(st.sampled_from("aé\u0301漢😀👩\u200d🚀\t #:"), max_size=8)
LINES = st.lists(LETTERS, min_size=1, max_size=4)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(list(Encoding)), st.data())
def test_a_place_is_as_far_in_as_its_characters_are_long(
    lines: list[str], ends: str, encoding: Encoding, data: st.DataObject
) -> None:
    """The units before a place are those of the characters before it; and back again."""
    text = Text.of(ends.join(lines), encoding)
    row = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[row])))
    codec, size = CODECS[encoding]
    position = text.position(row + 1, column + 1)
    assert position == Position(row, len(lines[row][:column].encode(codec)) // size)
    assert text.place(position) == (row + 1, column + 1)


@given(st.text(max_size=30), st.integers(-3, 60), st.integers(-3, 60), st.sampled_from(list(Encoding)))
def test_any_place_is_drawn_into_the_text(text: str, line: int, unit: int, encoding: Encoding) -> None:
    """A place outside, or inside of a character, is the nearest one."""
    known = Text.of(text, encoding)
    row, column = known.place(Position(line, unit))
    assert 1 <= row <= len(known.lines)
    assert 1 <= column <= len(known.lines[row - 1]) + 1
    span = known.range_of(Span("f", line, unit, line, unit + 5))
    assert span.start <= span.end
    assert 0 <= span.end.line < len(known.lines)


def test_a_mark_at_the_start_counts_for_the_editor_alone() -> None:
    """The byte order mark is no character of ours."""
    text = Text.of("\ufeffrung: 1\nx: y", Encoding.UTF16)
    assert text.lines == ("rung: 1", "x: y")
    assert text.position(1, 1) == Position(0, 1)
    assert text.place(Position(0, 1)) == (1, 1)
    assert text.place(Position(0, 0)) == (1, 1)
    assert text.position(2, 1) == Position(1, 0)


def test_inside_of_a_wide_character_is_the_character() -> None:
    """Half of a pair is no place of its own."""
    text = Text.of("a😀b", Encoding.UTF16)
    assert [text.place(Position(0, unit)) for unit in range(5)] == [(1, 1), (1, 2), (1, 2), (1, 3), (1, 4)]
