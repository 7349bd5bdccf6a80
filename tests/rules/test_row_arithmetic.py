"""Lines of an invoice: prices, quantities and discounts multiplied, added up and divided without a digit lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from tests.ridge.records import rows
from tests.tiny import decide, partners

FIELDS = """
records:
  sales:
    fields:
      price: {type: decimal, scale: 4}
      discount: {type: decimal, scale: 4}
"""
LINES = "sale_id partner_id entry closed_on amount quantity price discount"
NET = "price * quantity * (1 - discount)"


def lines(*cells: tuple[str, str, str]) -> list[str]:
    """Lines of P1, by quantity, price and discount."""
    return [f"S{n}|P1|sale|2026-02-01|0.00|{'|'.join(each)}" for n, each in enumerate(cells, 1)]


def some(random: Random, count: int) -> list[tuple[str, str, str]]:
    """Lines as an export has them: four decimals in prices and discounts."""
    return [
        (
            str(random.randint(1, 9_999)),
            str(Decimal(random.randint(1, 10**9)).scaleb(-4)),
            str(Decimal(random.randint(0, 9_999)).scaleb(-4)),
        )
        for _ in range(count)
    ]


def net(cells: tuple[str, str, str]) -> Fraction:
    """What a line comes to, by Python's fractions."""
    quantity, price, discount = map(Fraction, cells)
    return price * quantity * (1 - discount)


@pytest.mark.parametrize("seed", range(3))
def test_lines_add_up_to_the_last_digit(seed: int) -> None:
    """Price * quantity * (1 - discount) of 200 lines, in a metric and as the measure of a rebate."""
    cells = some(Random(seed), 200)
    records = {"partners": partners(), "sales": rows(LINES, *lines(*cells))}
    text = (
        FIELDS
        + f"""
metrics:
  net: {{from: sales, sum: {NET}, window: this year}}
tiers: {{ladder: [a, b], requires: [net >= 1]}}
"""
    )
    total = sum(map(net, cells), Fraction(0))
    assert abs(Fraction(str(decide(text, "2026-06-30", records).metric("net"))) - total) <= Fraction(1, 2 * 10**6)
