"""Tables of results compared row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.plan.scalar import Value
from engine.runs.results import Difference, differences, same, text_of


def row(partner: str | None, amount: Value, period: str = "Q1") -> dict[str, Value]:
    """One earning."""
    return {"partner_id": partner, "period": period, "amount": amount}


KEY = ("partner_id", "period")


def found(stored: list[dict[str, Value]], recomputed: list[dict[str, Value]]) -> list[Difference]:
    """The differences of two tables of earnings."""
    return list(differences("earnings", KEY, stored, recomputed))


def test_equal_tables_have_no_difference() -> None:
    """Order of rows and trailing zeros do not matter."""
    one, two = row("P1", Decimal("1.50")), row("P2", None)
    assert found([one, two], [two, row("P1", Decimal("1.5"))]) == []


def test_another_value_is_named_with_both() -> None:
    """Table, partner, key, column, and what each side has."""
    assert found([row("P1", Decimal("1.50"))], [row("P1", None)]) == [
        Difference("earnings", "P1", ("P1", "Q1"), "amount", "1.50", "missing")
    ]


def test_rows_only_one_side_has_are_named() -> None:
    """A row too much, too few, or twice."""
    one = row("P1", 1)
    assert found([one], []) == [Difference("earnings", "P1", ("P1", "Q1"), "", "one row", "no row")]
    assert found([], [one]) == [Difference("earnings", "P1", ("P1", "Q1"), "", "no row", "one row")]
    assert found([one], [one, one]) == [Difference("earnings", "P1", ("P1", "Q1"), "", "one row", "2 rows")]


def test_differences_come_in_the_order_of_the_key() -> None:
    """Missing keys come last, others as text."""
    rows = [row(None, 1), row("P2", 1), row("P10", 1)]
    assert [each.partner for each in found(rows, [])] == ["P10", "P2", "missing"]


def test_true_is_not_one() -> None:
    """Values are equal when they are of one sort and equal."""
    assert same(1, Decimal("1.00"))
    assert same(None, None)
    assert not same(True, 1)
    assert not same(0, None)


def test_values_are_told_as_text() -> None:
    """Missing, booleans, numbers with their scale, dates."""
    values = (None, True, False, Decimal("1E+2"), Decimal("0.10"), date(2026, 1, 2), 7, "x")
    texts = ["missing", "yes", "no", "100", "0.10", "2026-01-02", "7", "x"]
    assert [text_of(value) for value in values] == texts
