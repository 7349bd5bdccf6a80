"""The rows of an incentive: less what was returned, those that are sales, the first of each customer."""

from __future__ import annotations

from tests.ridge.records import rows
from tests.tiny import decide, partners

REBATE = """
incentives:
  r: {kind: rebate, period: quarter, sum: amount, bands: [{from: 0 USD, rate: 10%%}], payee: partner%s}
"""
SPIFF = """
incentives:
  s:
    {kind: spiff, amount: 1 USD, of: quantity, payee: seller, limits: [{at_most: %s USD, per: seller}]%s}
"""
SOLD = "sale_id partner_id seller_id entry closed_on returns_id quantity amount"
SALES = (
    "S1|P1|E1|sale|2026-01-10|-|10|100.00",
    "S2|P1|E1|return|2026-04-10|S1|-4|-40.00",  # of a sale of the quarter before
    "S3|P1|E1|return|2026-04-11|-|-1|-5.00",  # of no sale
    "S4|P1|E1|sale|2026-04-12|-|5|50.00",
)


def paid(text: str, *lines: str, day: str = "2026-06-30", what: str = "period") -> list[tuple[str, ...]]:
    """Periods or sources with their amounts."""
    return decide(text, day, {"partners": partners(), "sales": rows(SOLD, *lines)}).earned(what, "amount")


def test_a_return_restates_the_period_of_its_sale() -> None:
    """Q1 is 100 less 40, Q2 is 50 less the return of no sale."""
    assert paid(REBATE % "", *SALES) == [("2026-Q1", "6.00"), ("2026-Q2", "4.50")]
    assert paid(REBATE % ", returns: restate", *SALES) == [("2026-Q1", "6.00"), ("2026-Q2", "4.50")]


def test_a_return_in_its_own_period() -> None:
    """Q1 keeps its 100, Q2 is 50 less 40 less 5."""
    assert paid(REBATE % ", returns: current_period", *SALES) == [("2026-Q1", "10.00"), ("2026-Q2", "0.50")]


def test_a_return_after_the_day_is_not_known() -> None:
    """As of 31 March nothing came back yet."""
    assert paid(REBATE % "", *SALES, day="2026-03-31") == [("2026-Q1", "10.00")]


def test_a_return_unreaches_a_band() -> None:
    """100 reached the second band; 60 does not."""
    text = REBATE.replace("rate: 10%%}]", "rate: 1%%}, {from: 100 USD, rate: 10%%}], method: whole")
    assert paid(text % "", *SALES[:1]) == [("2026-Q1", "10.00")]
    assert paid(text % "", *SALES[:2]) == [("2026-Q1", "0.60")]


def test_a_return_of_a_part_gives_room_back() -> None:
    """S1 sold 10 less 4, so 6 of 8 are taken and S4 has 2; without the return S1 takes all 8."""
    assert paid(SPIFF % (8, ""), *SALES, what="source_id") == [("S1", "6.00"), ("S3", "-1.00"), ("S4", "3.00")]
    assert paid(SPIFF % (8, ""), SALES[0], SALES[3], what="source_id") == [("S1", "8.00")]


def test_a_return_whose_quantity_is_missing() -> None:
    """What came back of the sale cannot be known, so the sale is undecided."""
    lines = (SALES[0], "S2|P1|E1|return|2026-04-10|S1|-|-40.00")
    assert paid(SPIFF % (8, ""), *lines, what="source_id") == [("S1", "-")]
    assert paid(REBATE % "", *lines) == [("2026-Q1", "6.00")]


def test_conditions_read_what_is_left_of_a_sale() -> None:
    """A sale of 100 of which 40 came back is no sale of 100."""
    assert paid(REBATE % ", where: amount >= 100 USD", *SALES[:1]) == [("2026-Q1", "10.00")]
    assert paid(REBATE % ", where: amount >= 100 USD", *SALES[:2]) == []


LINKED = """
records:
  products: {fields: {line: {type: choice, values: [a, b], optional: true}}}
  sales: {links: {item: {to: products, by: product_id}}}
incentives:
  r1: {kind: rebate, where: item.line is a, BODY}
  r2: {kind: rebate, where: item.line is b, BODY}
  s1: {kind: spiff, where: item.line is a, rate: 1%, of: amount, payee: partner}
"""


def test_several_incentives_join_the_same_link() -> None:
    """Each finds the product's line in the same net sales."""
    records = {
        "partners": partners(),
        "products": rows("product_id line", "A|a", "B|b"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount product_id",
            "S1|P1|sale|2026-01-01|10.00|A",
            "S2|P1|sale|2026-01-01|20.00|B",
        ),
    }
    text = LINKED.replace("BODY", "period: quarter, sum: amount, bands: [{from: 0 USD, rate: 10%}], payee: partner")
    found = decide(text, "2026-06-30", records).earned("incentive", "amount")
    assert found == [("r1", "1.00"), ("r2", "2.00"), ("s1", "0.10")]


def test_what_an_earning_is_told_with() -> None:
    """Key, earner, period with its days, and the steps that led to the amount."""
    text = REBATE % ", limits: [{at_most: 5 USD, per: [partner, period]}]"
    found = decide(text, "2026-03-31", {"partners": partners(), "sales": rows(SOLD, *SALES)})
    columns = ("incentive", "partner_id", "earner_id", "period", "period_from", "period_before", "source_id")
    assert found.earned(*columns) == [("r", "P1", "P1", "2026-Q1", "2026-01-01", "2026-04-01", "-")]
    assert found.earned("measure", "earned", "rounded", "amount") == [("100.00", "10.000", "10.00", "5.00")]
    (earning,) = found.plan.earnings
    (part,) = earning.parts
    assert [each.name for each in part.steps] == ["measure", "earned", "rounded", "limit", "amount"]


def test_net_sales_of_other_fields() -> None:
    """One incentive nets amounts, another units: both know what came back."""
    spiff = SPIFF % (100, "")
    text = REBATE % "" + spiff.replace("incentives:\n", "")
    found = decide(
        text,
        "2026-03-31",
        {"partners": partners(), "sales": rows(SOLD, *SALES[:1], "S2|P1|E1|return|2026-03-10|S1|-4|-40.00")},
    )
    assert found.earned("incentive", "amount") == [("r", "6.00"), ("s", "6.00")]


ONCE = "incentives:\n  x: {kind: spiff, amount: 50 USD, payee: partner%s}\n"
BACK = (
    "S1|P1|E1|sale|2026-01-10|-|10|100.00",
    "S2|P1|E1|return|2026-04-10|S1|-4|-40.00",
    "S3|P1|E1|sale|2026-01-11|-|-|70.00",
    "S4|P1|E1|return|2026-04-11|S3|-|-70.00",  # all of it, whatever the quantity was
    "S5|P1|E1|return|2026-04-12|-|-1|-5.00",
    "S6|P1|E1|adjustment|2026-04-13|-|1|5.00",
)


def test_an_amount_paid_once_is_for_sales_alone() -> None:
    """Not for returns and adjustments, nor for a sale given back in full; a part given back takes nothing of it."""
    assert paid(ONCE % "", *BACK, what="source_id") == [("S1", "50.00")]
    assert paid(ONCE % "", *BACK, day="2026-03-31", what="source_id") == [("S1", "50.00"), ("S3", "50.00")]


def test_returns_of_their_own_period_take_no_sale_away() -> None:
    """With `current_period` a return is a row of its own, and no sale."""
    text = ONCE % ", returns: current_period"
    assert paid(text, *BACK, what="source_id") == [("S1", "50.00"), ("S3", "50.00")]


def test_records_without_entries_are_all_paid_once() -> None:
    """Deals are neither sales nor returns."""
    text = "incentives:\n  x: {kind: rebate, from: deals, amount: 5 USD, payee: partner}\n"
    deals = rows("deal_id partner_id submitted_on value", "D1|P1|2026-01-01|-", "D2|P1|2026-01-02|0.00")
    assert decide(text, "2026-12-31", {"partners": partners(), "deals": deals}).amounts() == ["5.00", "5.00"]


def test_a_period_that_is_paid_once() -> None:
    """A complete quarter earns its amount, whatever was sold in it."""
    text = "incentives:\n  x: {kind: rebate, period: quarter, sum: amount, amount: 50 USD, payee: partner}\n"
    assert paid(text, SALES[0]) == [("2026-Q1", "50.00"), ("2026-Q2", "50.00")]


def test_two_incentives_of_one_table_count_and_measure() -> None:
    """One reads what is left of sales, the other also whether they were given back: both on the same day."""
    text = ONCE % "" + "  y: {kind: commission, of: amount, rate: 10%, payee: partner}\n"
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": rows(SOLD, *BACK[:4])})
    assert found.earned("incentive", "source_id", "amount") == [("x", "S1", "50.00"), ("y", "S1", "6.00")]
