"""Bounties: a fixed amount for a customer's first sale, of all sales there are."""

from __future__ import annotations

import pytest

from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners

SOLD = "sale_id partner_id seller_id customer_id entry closed_on returns_id amount"
DURING = "during: {from: 2026-03-01, before: 2026-06-01}"


def bounty(keys: str = "") -> str:
    """A program with one bounty of 500 USD in spring, to the seller."""
    return f"incentives:\n  b: {{kind: bounty, {DURING}, amount: 500 USD, payee: seller{keys}}}\n"


def paid(text: str, *lines: str, day: str = "2026-12-31") -> list[tuple[str, ...]]:
    """Sources with who earned what; `-` is missing or undecided."""
    found = decide(text, day, {"partners": partners("P1", "P2"), "sales": rows(SOLD, *lines)}, HEAD)
    return sorted(found.earned("source_id", "earner_id", "amount"))


SALES = (
    "S1|P1|E1|C1|sale|2026-02-01|-|10.00",  # before it began
    "S2|P1|E1|C1|sale|2026-03-05|-|10.00",  # C1 is no new customer any more
    "S3|P2|E2|C1|sale|2026-03-06|-|10.00",  # but new to P2
    "S4|P1|E1|C2|sale|2026-03-07|-|10.00",
    "S5|P1|E1|C2|sale|2026-03-08|-|10.00",
    "S6|P1|E1|-|sale|2026-03-09|-|10.00",  # nobody knows whose it is
    "S7|P1|-|C3|sale|2026-03-10|-|10.00",  # new, but nobody sold it
)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", [("S4", "E1", "500.00"), ("S6", "E1", "-"), ("S7", "-", "-")]),
        (", new_to: anybody", [("S4", "E1", "500.00"), ("S6", "E1", "-"), ("S7", "-", "-")]),
        (", new_to: partner", [("S3", "E2", "500.00"), ("S4", "E1", "500.00"), ("S6", "E1", "-"), ("S7", "-", "-")]),
        (", payee: partner", [("S4", "P1", "500.00"), ("S6", "P1", "-"), ("S7", "P1", "500.00")]),
    ],
)
def test_new_customers(keys: str, expected: list[tuple[str, ...]]) -> None:
    """Of all sales known, those before the bounty too; without a customer undecided, never new."""
    text = bounty(keys).replace("payee: seller, payee", "payee")
    assert paid(text, *SALES) == expected


def test_a_sale_given_back_was_never_made() -> None:
    """All of S1 came back, so S2 is the first; of S3 a part came back, and it stays the first."""
    lines = (
        "S1|P1|E1|C1|sale|2026-03-01|-|10.00",
        "S2|P1|E1|C1|sale|2026-03-02|-|10.00",
        "S3|P1|E1|C2|sale|2026-03-03|-|10.00",
        "S4|P1|E1|C2|sale|2026-03-04|-|10.00",
        "R1|P1|E1|C1|return|2026-07-01|S1|-10.00",
        "R3|P1|E1|C2|return|2026-07-01|S3|-9.00",
    )
    assert paid(bounty(), *lines) == [("S2", "E1", "500.00"), ("S3", "E1", "500.00")]
    assert paid(bounty(), *lines, day="2026-06-30") == [("S1", "E1", "500.00"), ("S3", "E1", "500.00")]


def test_ties_of_one_day() -> None:
    """By `order`, then by key."""
    lines = (
        "S1|P1|E1|C1|sale|2026-03-01|-|20.00",
        "S2|P1|E1|C1|sale|2026-03-01|-|10.00",
        "S3|P1|E1|C1|sale|2026-03-01|-|10.00",
    )
    assert paid(bounty(), *lines) == [("S1", "E1", "500.00")]
    assert paid(bounty(", order: [amount]"), *lines) == [("S2", "E1", "500.00")]


def test_returns_and_adjustments_are_no_sales() -> None:
    """They are nobody's first, and earn nothing."""
    lines = (
        "S1|P1|E1|C1|return|2026-03-01|-|-10.00",
        "S2|P1|E1|C1|adjustment|2026-03-02|-|10.00",
        "S3|P1|E1|C1|sale|2026-03-03|-|10.00",
    )
    assert paid(bounty(), *lines) == [("S3", "E1", "500.00")]


def test_the_first_sale_counts_whether_it_pays_or_not() -> None:
    """A small first sale makes the customer known; the larger second one is no first sale."""
    lines = ("S1|P1|E1|C1|sale|2026-03-01|-|10.00", "S2|P1|E1|C1|sale|2026-03-02|-|9000.00")
    assert paid(bounty(", where: amount >= 1_000 USD"), *lines) == []


def test_a_limit_and_a_tier() -> None:
    """At most 800 for a seller: the second customer brings what is left."""
    lines = ("S1|P1|E1|C1|sale|2026-03-01|-|10.00", "S2|P1|E1|C2|sale|2026-03-02|-|10.00")
    text = bounty(", limits: [{at_most: 800 USD, per: [seller]}]")
    assert paid(text, *lines) == [("S1", "E1", "500.00"), ("S2", "E1", "300.00")]
