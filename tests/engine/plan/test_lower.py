"""Cures of expressions whose two sides do not fit."""

from __future__ import annotations

import pytest

from tests.tiny import HEAD, findings

EUROS = HEAD.replace("USD", "EUR")
TEXT = """
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
  orders: {from: sales, count: records, window: lifetime}
tiers: {ladder: [registered, silver], requires: ["%s"]}
"""


@pytest.mark.parametrize(
    ("condition", "help"),
    [
        ("revenue >= 40_000", "write `40_000 EUR`"),
        ("1_234_567.50 <= revenue", "write `1_234_567.50 EUR`"),
        ("revenue >= 10%", "write an amount with its currency, EUR, and a plain number without"),
        ("revenue >= orders", "write an amount with its currency, EUR, and a plain number without"),
        ("revenue * 5 EUR >= revenue", "write an amount with its currency, EUR, and a plain number without"),
    ],
)
def test_a_missing_currency_is_the_programs(condition: str, help: str) -> None:
    """The cure keeps the author's number and names no currency but the program's."""
    found = [each.help for each in findings(TEXT % condition, EUROS) if each.code == "RNG201"]
    assert found == [help]
