"""RNG315: only a limit that several partners share needs an order. What is earned is worked out by hand."""

from __future__ import annotations

import pytest

from tests.tiny import decide, partners, sales, told

COMMISSION = """
incentives:
  c: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner, limits: [{at_most: 30 USD, per: [PER]}]}
"""
SALES = sales(
    "S1|P1|sale|2026-02-01|1000.00",
    "S2|P1|sale|2026-02-02|100.00",
    "S3|P2|sale|2026-02-01|250.00",
    "S4|P2|sale|2026-05-01|200.00",
)


@pytest.mark.parametrize(
    ("per", "amounts"),
    [
        ("sale_id", ["30.00", "10.00", "25.00", "20.00"]),
        ("partner, sale_id", ["30.00", "10.00", "25.00", "20.00"]),
        ("sale_id, quarter", ["30.00", "10.00", "25.00", "20.00"]),
        ("partner_id", ["30.00", "25.00", "5.00"]),
        ("partner", ["30.00", "25.00", "5.00"]),
        ("partner_id, quarter", ["30.00", "25.00", "20.00"]),
    ],
)
def test_a_limit_of_one_partner(per: str, amounts: list[str]) -> None:
    """Each record has its own 30 USD, or each partner, whose second sale then earns nothing; the evaluators agree."""
    text = COMMISSION.replace("PER", per)
    assert told(text) == []
    found = decide(text, "2026-12-31", {"partners": partners("P1", "P2"), "sales": SALES})
    assert [amount for _, amount in sorted(found.earned("source_id", "amount"))] == amounts


@pytest.mark.parametrize("per", ["customer", "customer_id", "product_id", "customer, quarter", "entry"])
def test_a_limit_that_several_partners_share(per: str) -> None:
    """Who comes first decides who is paid, so the program must say it."""
    (found,) = told(COMMISSION.replace("PER", per))
    assert found.endswith("this limit is shared by several partners and does not say who comes first")


def test_a_limit_per_seller_under_either_name() -> None:
    """A seller works for one partner."""
    text = COMMISSION.replace("commission", "spiff").replace("payee: partner", "payee: seller")
    assert told(text.replace("PER", "seller")) == told(text.replace("PER", "seller_id")) == []
