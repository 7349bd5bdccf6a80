"""Encoding and hidden characters: places, words and cures."""

from __future__ import annotations

import unicodedata

from engine.language.source import Span
from engine.records.readers.findings import Findings
from engine.records.readers.plain_text import HIDDEN, check_block, hidden_in, place_in


def test_the_cure_names_the_encoding_that_fits() -> None:
    """Windows-1252 is offered only where the text makes sense in it."""
    cures = []
    for data in (b"Soci\xe9t\xe9", b"\xe9\x81", "\u202e".encode()[:2] + b"\x01"):
        findings = Findings("x.csv", Span("acme/feed.yaml", 6, 3, 6, 8))
        assert not check_block(data, 1, "utf-8", findings)
        cures.append(findings.all()[0].help)
    assert cures == [
        "save the file as UTF-8, or write `encoding: windows-1252` under the source in feed.yaml",
        "save the file as UTF-8",
        "save the file as UTF-8",
    ]
    nowhere = Findings("x.jsonl")  # a format whose encoding cannot be stated
    assert not check_block(b"Soci\xe9t\xe9", 1, "utf-8", nowhere)
    assert nowhere.all()[0].help == "save the file as UTF-8"


def test_hidden_are_controls_and_marks_that_turn_text() -> None:
    """The set is what Unicode calls control, surrogate, separator of lines, or explicit direction; and tags."""
    explicit = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    for number in range(0x110000):
        character = chr(number)
        expected = (
            (unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and character not in "\t\n\r")
            or unicodedata.bidirectional(character) in explicit
            or 0xE0000 <= number <= 0xE007F
        )
        assert (HIDDEN.match(character) is not None) is expected, hex(number)


def test_hidden_characters_have_a_name() -> None:
    """Four words for four kinds."""
    assert [hidden_in(each) for each in ("\0", "\x07", "\u2066", "\ud800")] == [
        "a NUL character",
        "a control character (U+0007)",
        "a character that changes the writing direction (U+2066)",
        "half of a surrogate pair (U+D800)",
    ]


def test_places_count_characters_and_end_with_the_line() -> None:
    """Columns are characters and not bytes; a span stays in its line."""
    findings = Findings("x")
    text = "a\n\u00e9\u00e9b\nc"
    span = place_in(text, 4, 10, findings, len(text))
    assert (span.line, span.column, span.end_line, span.end_column) == (11, 3, 11, 4)
    last = place_in(text, 6, 10, findings, 7)
    assert (last.line, last.column, last.end_column) == (12, 1, 2)
