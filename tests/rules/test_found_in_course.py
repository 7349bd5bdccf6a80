"""Defects found beside the course: each with the smallest program, and the figure worked out by hand.

Sentences in quotation marks are those of the design's semantics that decide the figure.
"""

from __future__ import annotations

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import decide, partners, sales, told

SOLD = "sale_id partner_id seller_id customer_id entry closed_on returns_id quantity amount"


def paid(text: str, *lines: str, day: str = "2026-12-31") -> list[tuple[str, ...]]:
    """Sources with their amounts; `-` is undecided."""
    sold: list[dict[str, Value]] = rows(SOLD, *lines)
    return decide(text, day, {"partners": partners("P1", "P2"), "sales": sold}).earned("source_id", "amount")


def one(keys: str, sections: str = "") -> str:
    """A program with one incentive, `payee: seller`."""
    return f"{sections}\nincentives:\n  x: {{payee: seller, {keys}}}\n"


def test_a_table_stands_in_a_band_of_a_table() -> None:
    """An entry may be a value again, under `bands` as under `values`: 2% of 100 for silver."""
    text = """
parameters: {p: {by: [tier], values: {a: 1%, b: 2%}}}
tiers: {ladder: [a, b], requires: [region is missing]}
incentives:
  x:
    kind: commission
    of: amount
    rate: {by: [quantity], bands: [{from: 0, value: {by: [tier], values: {a: 1%, b: 2%}}}, {from: 5, value: 3%}]}
    payee: partner
  y: {kind: commission, of: amount, rate: p, payee: partner, adds_to: [x]}
"""
    assert told(text) == []
    assert paid(text, "S1|P1|-|-|sale|2026-01-01|-|4|100.00") == [("S1", "2.00"), ("S1", "2.00")]


CAPPED = "parameters: {cap: [{from: 2026-01-01, value: %s USD}, {from: 2026-07-01, value: %s USD}]}"
ONE_EACH = "kind: spiff, of: quantity, amount: 1 USD, per: 1, limits: [{at_most: cap, per: [%s]}]"


def test_a_limit_that_fell_takes_nothing_back() -> None:
    """By the words "A row takes what is left": after 80 of 100 nothing is left of 50, and the row earns 0, not -30."""
    lines = ("S1|P1|E1|-|sale|2026-01-01|-|80|1.00", "S2|P1|E1|-|sale|2026-07-01|-|20|1.00")
    assert paid(one(ONE_EACH % "seller", CAPPED % (100, 50)), *lines) == [("S1", "80.00")]


def test_a_limit_below_zero_takes_nothing() -> None:
    """A limit below zero is refused where it is written; read of a parameter it leaves nothing to earn."""
    lines = ("S1|P1|E1|-|sale|2026-01-01|-|8|1.00", "S2|P1|E1|-|sale|2026-07-01|-|20|1.00")
    for whose in ("sale_id", "seller"):
        text = one(ONE_EACH % whose, CAPPED % (100, -5))
        assert told(text) or paid(text, *lines) == [("S1", "8.00")], whose


def test_only_the_benefit_that_is_paid_must_be_granted() -> None:
    """A partner who is paid by another entry of the table earns its 1%, whatever the benefit."""
    text = """
tiers: {ladder: [a, b], b: {requires: [region is 'emea']}}
benefits: {share: {value: percent, is: 10%, when: [tier >= b]}}
incentives:
  x: {kind: commission, of: amount, rate: {by: [tier], values: {a: 1%, b: benefits.share}}, payee: partner}
"""
    sold = rows(
        "sale_id partner_id entry closed_on amount", "S1|P1|sale|2026-01-01|100.00", "S2|P2|sale|2026-01-01|100.00"
    )
    records = {"partners": rows("partner_id region", "P1|na", "P2|emea"), "sales": sold}
    assert decide(text, "2026-12-31", records).earned("partner_id", "amount") == [("P1", "1.00"), ("P2", "10.00")]


BOUNTY = "kind: bounty, amount: 500 USD, during: {from: 2026-01-01, before: 2027-01-01}"


def test_the_first_sale_is_the_earliest() -> None:
    """The day decides before the order does: "the customer's first sale of all records known, ties by `order`"."""
    lines = (
        "S1|P1|E1|C1|sale|2026-02-01|-|1|900.00",
        "S2|P1|E1|C1|sale|2026-03-01|-|1|100.00",
        "S3|P1|E1|C2|sale|2026-03-01|-|1|900.00",
        "S4|P1|E1|C2|sale|2026-03-01|-|1|100.00",
    )
    assert paid(one(f"{BOUNTY}, order: [amount]"), *lines) == [("S1", "500.00"), ("S4", "500.00")]


def test_rows_are_taken_in_the_order_of_what_is_left_of_them() -> None:
    """Rows are "net of returns": 10 are left of S1, so it comes before S2 with 50, and takes 2 of the 3."""
    keys = "kind: spiff, of: quantity, amount: 1 USD, per: 1, order: [amount]"
    lines = (
        "S1|P1|E1|C1|sale|2026-02-01|-|2|100.00",
        "S2|P1|E1|C1|sale|2026-01-01|-|2|50.00",
        "S3|P1|E1|C1|return|2026-03-01|S1|0|-90.00",
    )
    text = one(f"{keys}, limits: [{{at_most: 3 USD, per: [customer]}}]")
    assert paid(text, *lines) == [("S1", "2.00"), ("S2", "1.00")]


def test_a_parameter_reads_what_is_left_of_a_sale() -> None:
    """Rows are "net of returns": of ten units five came back, so the rate is that of five."""
    sections = "parameters: {p: {by: [quantity], bands: [{from: 0, value: 1%}, {from: 10, value: 10%}]}}"
    lines = ("S1|P1|E1|C1|sale|2026-02-01|-|10|100.00", "S2|P1|E1|C1|return|2026-03-01|S1|-5|-50.00")
    assert paid(one("kind: spiff, of: amount, rate: p", sections), *lines) == [("S1", "0.50")]


def test_a_key_that_is_missing_is_undecided() -> None:
    """A missing key is "undecided, not unlimited", and takes no room; who may not earn earns nothing."""
    keys = "kind: spiff, of: quantity, amount: 1 USD, per: 1, eligible: [partner_id is 'P1']"
    lines = (
        "S1|P1|E1|-|sale|2026-01-01|-|8|1.00",
        "S2|P1|E1|C1|sale|2026-01-02|-|8|1.00",
        "S3|P1|E1|C1|sale|2026-01-03|-|8|1.00",
        "S4|P2|E1|-|sale|2026-01-04|-|8|1.00",
    )
    text = one(f"{keys}, limits: [{{at_most: 10 USD, per: [seller, customer]}}]")
    assert paid(text, *lines) == [("S1", "-"), ("S2", "8.00"), ("S3", "2.00")]


def test_who_may_not_earn_is_decided_whatever_the_limit() -> None:
    """Nothing is earned, so an unknown limit leaves nothing open; who may earn is undecided."""
    text = """
parameters: {cap: {by: [region], values: {na: 5 USD, emea: 9 USD}}}
records: {partners: {fields: {region: {type: choice, values: [na, emea], optional: true}}}}
incentives:
  x: {kind: commission, of: amount, rate: 10%, eligible: [partner_id is 'P1'], payee: partner,
      limits: [{at_most: cap, per: [partner]}]}
"""
    sold = sales("S1|P1|sale|2026-01-01|100.00", "S2|P2|sale|2026-01-01|100.00")
    found = decide(text, "2026-12-31", {"partners": partners("P1", "P2"), "sales": sold})
    assert found.earned("source_id", "amount") == [("S1", "-")]


def test_a_computed_sum_may_be_limited() -> None:
    """Programs of the language before pass as they did: half of what is sold, under limits."""
    keys = "kind: rebate, period: quarter, sum: amount * 0.5, payee: partner"
    limits = "limits: [{at_most: 10 USD, per: [partner, period]}, {at_most: 1 USD, per: [partner]}]"
    assert told(f"incentives: {{x: {{{keys}, bands: [{{from: 0 USD, rate: 1.5%}}], {limits}}}}}") == []
    assert told(f"incentives: {{x: {{{keys}, amount: 7 USD, per: 1_000 USD, {limits}}}}}") == []


def test_nothing_earned_stays_nothing_whatever_the_benefit() -> None:
    """A rate of 0% earns nothing, also where the benefit that limits it cannot be decided."""
    text = """
benefits: {cap: {value: money, is: 10 USD, when: [region is 'emea']}}
incentives:
  x: {kind: commission, of: amount, rate: 0%, payee: partner, limits: [{at_most: benefits.cap, per: [partner]}]}
  y: {kind: commission, of: amount, rate: 1%, payee: partner, limits: [{at_most: benefits.cap, per: [partner]}],
      adds_to: [x]}
"""
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": sales("S1|P1|sale|2026-01-01|100.00")})
    assert found.earned("incentive", "amount") == [("y", "-")]
