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


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        (
            "40.000 EUR",
            "`40.000 EUR` is 40 EUR here",
            "write `40_000 EUR` if the point groups digits, `40 EUR` if not",
        ),
        (
            "1.250 USD",
            "`1.250 USD` is 1.25 USD here",
            None,
        ),
        (
            "15.000 JPY",
            "`15.000 JPY` is 15 JPY here",
            "write `15_000 JPY` if the point groups digits, `15 JPY` if not",
        ),
        ("100.00 JPY", "`100.00 JPY` is 100 JPY here", "write `100 JPY`"),
        ("1.5000 EUR", "`1.5000 EUR` is 1.50 EUR here", "write `1.50 EUR`"),
        ("12_000.000 EUR", "`12_000.000 EUR` is 12_000 EUR here", None),
        ("1.0000 KWD", "`1.0000 KWD` is 1 KWD here", "write `1 KWD`"),
        (
            "1.234 EUR",
            "`1.234 EUR` has more decimals than `EUR`, which has 2",
            "write `1_234 EUR` if the point groups digits; if not, write it with at most 2 decimals; for a part of "
            + "a unit, write `per: 1_000`",
        ),
    ],
)
def test_digits_after_the_point_are_counted_as_written(text: str, message: str, help: str | None) -> None:
    """A point between thousands would make 40 of forty thousand, so zeros that no coin pays are refused too."""
    found = read(text)
    assert isinstance(found, Diagnostic)
    assert (found.code, found.message) == ("RNG533", message)
    assert help is None or found.help == help


@pytest.mark.parametrize("text", ["40.00 EUR", "40.5 EUR", "1.000 KWD", "40_000.00 EUR", "0.50 USD", "15 JPY"])
def test_digits_a_currency_has_are_read(text: str) -> None:
    """As many digits as the currency has, or fewer, are an amount."""
    number, currency = text.replace("_", "").split()
    assert read(text) == Money(Decimal(number), currency, place(0, len(text)))


def test_a_plain_number_with_three_zeros_is_refused() -> None:
    """`15.000` is fifteen thousand to half of the world; `0.100` and `15.00` are nothing but decimals."""
    found = read("15.000")
    assert isinstance(found, Diagnostic)
    assert (found.code, found.message) == ("RNG507", "`15.000` is 15 here")
    assert found.help == "write `15_000` if the point groups digits, `15` if not"
    for text in ("0.100", "15.00", "15.250", "1500.000"):
        assert isinstance(read(text), Number)
