"""Numbers of other conventions, told in the language's own."""

from __future__ import annotations

import pytest

from engine.language.numerals import groups_thousands, in_our_writing, unit_behind, written_out


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("2,5", "2.5"),
        ("2,50", "2.50"),
        ("0,75", "0.75"),
        ("40.000,00", "40_000"),
        ("40.000,50", "40_000.50"),
        ("1.234.567,8", "1_234_567.8"),
        ("40 000,50", "40_000.50"),
        ("40.000", "40_000"),
        ("1.000.000", "1_000_000"),
        ("12_000.000", "12_000_000"),
        ("250,000", "250_000"),
        ("1,000,000.50", "1_000_000.50"),
        ("1 000 000", "1_000_000"),
        ("40_000", "40_000"),
        ("40000", "40_000"),
        ("40.00", "40"),
        ("150", "150"),
        ("0.5", "0.5"),
    ],
)
def test_each_convention_is_understood(text: str, ours: str) -> None:
    """Decimal comma, points, commas or spaces between thousands: the number in the language's writing."""
    assert in_our_writing(text) == ours


@pytest.mark.parametrize("text", ["", "x", "1,2,3", "00,5", "1.00.000", "4,", "40.0000,5", "1,000.000,5"])
def test_what_follows_no_convention_is_not_guessed(text: str) -> None:
    """A number that no convention explains has no cure."""
    assert in_our_writing(text) is None


@pytest.mark.parametrize(
    ("text", "ours"), [("40k", "40_000"), ("1.5m", "1_500_000"), ("2bn", "2_000_000_000"), ("3mio", "3_000_000")]
)
def test_abbreviated_numbers_are_written_out(text: str, ours: str) -> None:
    """Thousands and millions get their zeros."""
    assert written_out(text) == ours


def test_other_words_are_not_written_out() -> None:
    """A number without an abbreviation, or with more decimals than it has digits, is left alone."""
    assert written_out("40") is None
    assert written_out("1.2345k") is None


@pytest.mark.parametrize(("unit", "ours"), [("", ""), (" %", "%"), ("EUR", " EUR"), (" $", " USD")])
def test_units(unit: str, ours: str) -> None:
    """A percentage has its sign beside it, an amount its code apart."""
    assert unit_behind(unit) == ours


def test_which_points_may_group() -> None:
    """Three digits after the point and one to three before it, the first not zero."""
    assert [groups_thousands(each) for each in ("40.000", "1.250", "12_000.000")] == [True] * 3
    assert [groups_thousands(each) for each in ("40.00", "0.500", "4000.000", "1.2500", "40")] == [False] * 5
