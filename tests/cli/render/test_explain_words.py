"""Words of an explanation: values, gaps, records, and text that may come from anywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cli.render.explain_words import (
    aligned,
    say_clause,
    say_gap,
    say_line,
    say_place,
    say_quantity,
    say_records,
    wrapped,
)
from engine.explain.model import Clause, Gap, Quantity, Record, Records


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (None, ""),
        (Quantity(Decimal("1234567.50"), "money", "USD"), "1,234,567.50 USD"),
        (Quantity(Decimal("-5"), "money", "JPY"), "-5 JPY"),
        (Quantity(Decimal("0.14996"), "percent"), "14.996%"),
        (Quantity(Decimal("1"), "percent"), "100%"),
        (Quantity(Decimal("4.2"), "number"), "4.2"),
        (Quantity(12000, "integer"), "12,000"),
        (Quantity(1, "days"), "1 day"),
        (Quantity(24, "months"), "24 months"),
        (Quantity(date(2026, 6, 30), "date"), "2026-06-30"),
        (Quantity(True, "boolean"), "yes"),
        (Quantity(False, "boolean"), "no"),
        (Quantity("gold\x1b[31m", "choice"), "gold<U+001B>[31m"),
        (Quantity(None, "money", "USD"), "missing"),
    ],
)
def test_quantities(quantity: Quantity | None, said: str) -> None:
    """Money with currency and groups of thousands, percents as percents, days in ISO form."""
    assert say_quantity(quantity) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (None, ""),
        (Gap(Quantity(Decimal("20000.00"), "money", "USD"), strict=False, up=True), "20,000.00 USD more"),
        (Gap(Quantity(Decimal("0.01"), "percent"), strict=False, up=True), "1 percentage point more"),
        (Gap(Quantity(2, "integer"), strict=False, up=False), "2 less"),
        (Gap(Quantity(2, "integer"), strict=True, up=True), "more than 2 more"),
        (Gap(Quantity(2, "integer"), strict=True, up=False), "more than 2 less"),
        (Gap(Quantity(0, "integer"), strict=True, up=False), "less than 5"),
    ],
)
def test_gaps(gap: Gap | None, said: str) -> None:
    """In the value's own unit; a strict comparison says more than, or less than its threshold."""
    assert say_gap(gap, Quantity(5, "integer")) == said


def test_records_by_table() -> None:
    """Keys with their places, composed keys joined, what is not shown counted."""
    shown = (Record("people", ("E1",)), Record("sales", ("S1", "2"), "sales.csv", 7))
    assert say_records(Records(1002, shown)) == "people E1; sales S1/2 (sales.csv:7) and 1,000 more"


def test_clauses() -> None:
    """File and line, with the text where it is known."""
    assert say_clause(Clause("a.yaml", 3, 1, "gold:")) == "a.yaml:3  gold:"
    assert say_clause(Clause("a.yaml", 3, 1, "")) == "a.yaml:3"
    assert (say_clause(None), say_place(None), say_line(None)) == ("", "", "")


def test_wide_characters_keep_columns_straight() -> None:
    """A character that takes two columns counts two."""
    assert aligned([("金", "x"), ("gold", "y")], 80) == ["  金    x", "  gold  y"]


def test_long_lists_wrap_between_words() -> None:
    """A word longer than the line stays whole."""
    assert wrapped("sales S1, S2-with-a-long-name", 12, 2) == ["  sales S1,", "  S2-with-a-long-name"]
