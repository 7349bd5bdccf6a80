"""The total of each payee; every sum is worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cli.payable import PAYEES, Paid, minor_units, totals_by_payee


def paid(earner: str | None, amount: str | None, currency: str = "USD", *, to_seller: bool = True) -> Paid:
    """An earning of P1, or of a seller there."""
    value = None if amount is None else Decimal(amount)
    row = {"partner_id": "P1", "earner_id": earner, "currency": currency, "amount": value}
    return Paid(row, "Launch", "transfer", "expense", to_seller, "Birch")


def test_each_payee_has_one_total_a_currency() -> None:
    """What is undecided is counted and not paid; a sale without a seller is nobody's, and no seller is called None."""
    earned = [
        paid("U2", "10.00"), paid("U1", "0.05"), paid("U1", "-1.00"), paid("U1", "7", "JPY"), paid("U1", None),
        paid(None, None), paid("P1", "3.50", to_seller=False),
    ]  # fmt: skip
    found = [dict(zip(PAYEES, row, strict=True)) for row in totals_by_payee(earned)]
    shown = [tuple(each[name] for name in PAYEES if name not in ("settle_by", "accounting")) for each in found]
    assert shown == [
        ("partner", "P1", "Birch", "USD", "1", "3.50", "350", "0"),
        ("seller", "", "", "USD", "0", "0.00", "0", "1"),
        ("seller", "U1", "", "JPY", "1", "7", "7", "0"),
        ("seller", "U1", "", "USD", "2", "-0.95", "-95", "1"),
        ("seller", "U2", "", "USD", "1", "10.00", "1000", "0"),
    ]


def test_no_part_of_a_unit_is_dropped() -> None:
    """An amount that could not be paid stops the list."""
    with pytest.raises(ValueError, match="is not a whole number of minor units"):
        minor_units({"currency": "USD", "amount": Decimal("1.005")})
