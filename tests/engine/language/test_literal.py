"""Literal values: exact, bounded, and each with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.diagnostic import Diagnostic
from engine.language.literal import LITERAL_KINDS, Literal, negated, read_literal
from engine.language.source import Span
from engine.language.syntax import Day, Duration, Money, Number, Text
from engine.language.tokens import tokenize


def place(start: int, end: int) -> Span:
    """Characters of a text on the first line."""
    return Span("f", 1, 1 + start, 1, 1 + end)


def read(text: str) -> Literal | Diagnostic:
    """The literal that a text of one token is."""
    tokens, fault = tokenize(text)
    assert fault is None
    assert len(tokens) == 1 and tokens[0].kind in LITERAL_KINDS
    return read_literal(tokens[0], place)


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**8 - 1))
def test_all_digits_are_kept(whole: int, decimals: int) -> None:
    """Fifteen digits before the point and eight after are read exactly, grouped or not, plain or as a percentage."""
    for text in (f"{whole}.{decimals:08}", f"{whole:_}.{decimals:08}"):
        number, percent = read(text), read(f"{text}%")
        assert isinstance(number, Number) and isinstance(percent, Number)
        assert number.value == Decimal(whole * 10**8 + decimals).scaleb(-8)
        assert percent.value * 100 == number.value


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_all_supported_days_are_read(day: date) -> None:
    """The ISO form of every supported day is that day."""
    assert read(day.isoformat()) == Day(day, place(0, 10))


@pytest.mark.parametrize("text", ["1989-12-31", "2200-01-01", "2026-00-10", "2026-13-01", "2025-02-29", "0000-01-01"])
def test_other_days_are_not(text: str) -> None:
    """B-094: days that do not exist or are out of range are refused at their place."""
    found = read(text)
    assert isinstance(found, Diagnostic)
    assert (found.code, found.span) == ("RNG508", place(0, 10))


@pytest.mark.parametrize(
    ("text", "longer"), [("76_701 days", "76702 days"), ("2520 months", "2521 months"), ("210 years", "211 years")]
)
def test_durations_are_at_most_210_years(text: str, longer: str) -> None:
    """The longest span inside the supported days passes, one more does not."""
    assert isinstance(read(text), Duration)
    found = read(longer)
    assert isinstance(found, Diagnostic) and found.code == "RNG512"


def test_a_wrong_currency_is_marked_alone() -> None:
    """Of `100 ABC` the code is wrong and not the amount."""
    found = read("100 ABC")
    assert isinstance(found, Diagnostic) and found.span == place(4, 7)


def test_negated_keeps_everything_else() -> None:
    """Currency and percent stay, the place grows by the sign, zero has none."""
    here = place(0, 6)
    assert negated(Money(Decimal(5), "USD", place(1, 6)), here) == Money(Decimal(-5), "USD", here)
    assert negated(Number(Decimal("0.05"), place(1, 3), percent=True), here) == Number(Decimal("-0.05"), here, True)
    assert str(negated(Number(Decimal("0.0"), place(1, 4)), here).value) == "0.0"


def test_text_keeps_what_is_inside() -> None:
    """Only the doubled quote is one."""
    assert read("' a''b '") == Text(" a'b ", place(0, 8))
