"""What an earning that differs says of its change."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.impact.model import EarningChange

FIVE, NINE = Decimal("5.00"), Decimal("9.00")


@pytest.mark.parametrize(
    ("before", "after", "undecided", "change"),
    [
        (FIVE, NINE, (False, False), Decimal("4.00")),
        (None, NINE, (False, False), NINE),  # it did not exist, so nothing was paid
        (FIVE, None, (False, False), -FIVE),  # it is gone
        (FIVE, None, (False, True), None),
        (None, NINE, (True, False), None),  # a run before the old one may have paid it
    ],
)
def test_the_change(
    before: Decimal | None, after: Decimal | None, undecided: tuple[bool, bool], change: Decimal | None
) -> None:
    """The difference of the amounts; not known where a side is undecided, never the whole amount."""
    key = ("P1", "", "", "rebate", "2026-Q1", "", "USD")
    assert EarningChange(*key, before, after, *undecided, None, None).change == change
