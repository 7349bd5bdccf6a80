"""Groups of records, and records of partners below: whose they are, which of them count, on what day."""

from __future__ import annotations

from decimal import Decimal

from tests.ridge.records import rows
from tests.tiny import decide, partners

USED = "\ntiers: {ladder: [registered, silver], requires: [%s]}\n"
BOUGHT = "sale_id partner_id entry closed_on amount customer_id"
SOLD = "sale_id partner_id entry closed_on amount"


def test_groups_of_records_that_count() -> None:
    """A customer who bought nothing inside the window is no group of it; in a row its total is 0."""
    text = (
        """
metrics:
  by_customer: {from: sales, sum: amount, per: customer_id, window: trailing 12 months}
  customers: {from: by_customer, count: records}
  least: {from: by_customer, min: value}
  of_quiet: {from: sales, count: records, where: by_customer <= 0 USD, window: lifetime}
"""
        + USED % "customers >= 1 and least >= 1 USD and of_quiet >= 0"
    )
    lines = rows(BOUGHT, "S1|P1|sale|2025-06-30|500.00|C1", "S2|P1|sale|2026-01-01|60.00|C2")
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": lines})
    assert [found.metric(each) for each in ("customers", "least", "of_quiet")] == [1, Decimal(60), 1]


def test_a_group_that_may_have_a_record() -> None:
    """Where it cannot be decided whether a record counts, the group's value is missing, and so is what reads it."""
    text = (
        """
metrics:
  large: {from: sales, count: records, per: customer_id, where: quantity >= 5, window: lifetime%s}
  customers: {from: large, count: records, where: value >= 1}
"""
        + USED % "customers >= 1"
    )
    lines = rows(BOUGHT, "S1|P1|sale|2026-01-01|60.00|C1")
    records = {"partners": partners(), "sales": lines}
    assert decide(text % "", "2026-06-30", records).metric("customers") is None
    assert decide(text % ", ignore_missing: true", "2026-06-30", records).metric("customers") == 0


def test_a_record_of_a_partner_below_keeps_its_own_partner() -> None:
    """With children a record counts for partners above; its fields and links stay its own."""
    text = (
        """
records: {sales: {links: {owner: {to: partners, by: partner_id}}}}
metrics:
  sellers: {from: sales, count_distinct: partner_id, window: lifetime, scope: partner with children}
  below: {from: sales, count: records, where: owner.region is 'na', window: lifetime, scope: partner with children}
"""
        + USED % "sellers >= 1 and below >= 0"
    )
    sold = rows(SOLD, "S1|P1|sale|2026-01-01|1.00", "S2|P2|sale|2026-01-01|1.00")
    records = {"partners": rows("partner_id parent_id region", "P1|-|emea", "P2|P1|na"), "sales": sold}
    found = decide(text, "2026-06-30", records)
    assert [found.metric("sellers", each) for each in ("P1", "P2")] == [2, 1]
    assert [found.metric("below", each) for each in ("P1", "P2")] == [1, 1]


def test_as_of_in_a_record_is_the_day_judged() -> None:
    """In a rebate's eligibility, records are as old as they were on the period's last day."""
    text = (
        """
metrics:
  fresh: {from: sales, count: records, where: "days_between(closed_on, as_of) <= 30", window: lifetime}
"""
        + USED % "fresh >= 0"
        + """
incentives:
  rebate:
    kind: rebate
    eligible: [fresh >= 1]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 100%}]
    payee: partner
"""
    )
    lines = rows(
        "sale_id partner_id entry closed_on amount", "S1|P1|sale|2026-03-20|7.00", "S2|P1|sale|2026-04-02|9.00"
    )
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": lines})
    assert found.earned("period", "amount") == [("2026-Q1", "7.00")]
