"""Commissions: a share of each sale to the partner, on the sale's own day."""

from __future__ import annotations

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import decide, partners, sales

DATED = """
parameters:
  share:
    - {from: 2026-01-01, by: [tier], values: {registered: 5%, gold: 15%}}
    - {from: 2026-08-01, by: [tier], values: {registered: 6%, gold: 16%}}
records: {partners: {fields: {ranked: {type: boolean, optional: true}}}}
tiers: {ladder: [registered, gold], gold: {requires: [ranked]}}
incentives:
  resale: {kind: commission, of: amount, rate: share, payee: partner}
"""
LINES = tuple(
    f"S{place}|P{who}|sale|{day}|100.00"
    for place, (who, day) in enumerate(((1, "2026-07-31"), (1, "2026-08-01"), (2, "2026-07-31"), (2, "2026-08-01")), 1)
)


def test_by_tier_and_by_date_in_one_incentive() -> None:
    """5% and from August 6%; gold 15% and from August 16%."""
    known: list[dict[str, Value]] = [{"partner_id": "P1", "ranked": False}, {"partner_id": "P2", "ranked": True}]
    found = decide(DATED, "2026-12-31", {"partners": known, "sales": sales(*LINES)})
    assert found.earned("source_id", "earner_id", "amount") == [
        ("S1", "P1", "5.00"), ("S2", "P1", "6.00"), ("S3", "P2", "15.00"), ("S4", "P2", "16.00"),
    ]  # fmt: skip
    (part,) = found.plan.earnings[0].parts
    assert [each.name for each in part.steps] == ["tier", "measure", "rate", "earned", "amount"]


def test_a_rate_that_cannot_be_decided() -> None:
    """A choice that is missing has no rate: listed, never paid."""
    text = """
records: {partners: {fields: {size: {type: choice, values: [small, large], optional: true}}}}
incentives:
  resale: {kind: commission, of: amount, rate: {by: [size], values: {small: 1%, large: 2%}}, payee: partner}
"""
    records = {
        "partners": rows("partner_id size", "P1|-", "P2|large"),
        "sales": sales("S1|P1|sale|2026-01-01|100.00", "S2|P2|sale|2026-01-01|100.00"),
    }
    assert decide(text, "2026-12-31", records).earned("source_id", "amount") == [("S1", "-"), ("S2", "2.00")]


def test_a_partner_that_is_not_known() -> None:
    """A sale of nobody known has no tier on its day, so its rate is undecided."""
    found = decide(DATED, "2026-12-31", {"partners": partners("P2"), "sales": sales("S1|P9|sale|2026-01-01|100.00")})
    assert found.earned("partner_id", "amount") == [("P9", "-")]
