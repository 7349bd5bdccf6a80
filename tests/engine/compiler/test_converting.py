"""Amounts in the currency of their row, converted where a rule reads them. (Module `compiler/converting.py`.)

Expected values are worked out by hand: a row's amount times its rate, or by the rule of three.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.compiler.converting import as_whole, whole_number
from engine.plan import scalar as node
from engine.plan.scalar import Column, Comparison, Scalar
from engine.types import INTEGER, money
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, Records, decide, told

RATES = HEAD + "conversion: {rates: fx_rates, as_at: row}\n"
EQUAL = HEAD + (
    "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR, 12_000 JPY, 30.500 KWD]},"
    " {from: 2026-03-01, amounts: [100 USD, 80 EUR, 12_000 JPY, 30.500 KWD]}], as_at: row}\n"
)
ROW = """\
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
"""
REVENUE = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n" + (
    "tiers: {ladder: [low, high], high: {requires: [m >= 2_804 USD]}}\n"
)
RESALE = """\
incentives:
  resale:
    kind: commission
    from: sales
    where: amount >= 33 USD
    of: amount
    rate: 2.5%
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""
REBATE = """\
incentives:
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 1_000 USD, rate: 3%}
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""
SOLD = rows(
    f"{SALES} currency",
    "S1|P1|sale|2026-01-10|1000.00|USD",
    "S2|P1|sale|2026-01-20|1000.00|EUR",
    "S3|P1|sale|2026-03-01|120000|JPY",
    "S4|P2|sale|2026-03-31|10.125|KWD",
)
PARTNERS = rows("partner_id", "P1", "P2")
QUOTED = rows(
    "from_currency to_currency effective_from rate",
    "EUR|USD|2026-01-01|1",
    "EUR|USD|2026-01-20|1.00000001",  # from its own day on
    "EUR|USD|2026-01-21|7",
    "JPY|USD|2025-12-31|0.0067",
    "KWD|USD|2026-03-31|3.25",
    "USD|EUR|2026-01-01|9",  # the other direction is not read
    "EUR|JPY|2026-01-20|9",
)
WORLD: Records = {"partners": PARTNERS, "sales": SOLD, "fx_rates": QUOTED}


def test_rates_are_those_of_the_rows_day() -> None:
    """1,000 at par, 1,000 euros at the rate that starts that day, 120,000 yen at the last one: to the last digit."""
    found = decide(ROW + REVENUE, "2026-06-30", WORLD, RATES)
    assert found.metric("m") == Decimal(1000) + 1000 * Decimal("1.00000001") + 120000 * Decimal("0.0067")
    assert found.metric("m") == Decimal("2804.00001")
    assert (found.tier(), found.metric("m", "P2")) == ("high", Decimal("10.125") * Decimal("3.25"))


def test_records_earn_what_they_are_worth() -> None:
    """2.5 % of each, rounded once; ten dinars and an eighth are 32.90625 USD, less than 33."""
    found = decide(ROW + RESALE, "2026-06-30", WORLD, RATES)
    assert found.earned("source_id", "currency", "amount") == [
        ("S1", "USD", "25.00"),
        ("S2", "USD", "25.00"),  # 25.00000025
        ("S3", "USD", "20.10"),
    ]


def test_a_period_adds_up_what_was_converted() -> None:
    """1 % of 1,000 and 3 % of 1,804.00001; 1 % of 32.90625."""
    found = decide(ROW + REBATE, "2026-06-30", WORLD, RATES)
    assert found.earned("partner_id", "currency", "amount") == [("P1", "USD", "64.12"), ("P2", "USD", "0.33")]


def test_equal_worths_convert_by_the_rule_of_three() -> None:
    """1,000 + 1,000 x 100/75 + 120,000 x 100/12,000 is 3,333 1/3; 10.125 x 100/30.5 is 33.196.., so it earns."""
    found = decide(ROW + REVENUE + RESALE, "2026-06-30", {**WORLD, "fx_rates": []}, EQUAL)
    assert found.metric("m") == Decimal("3333.333333")  # as shown
    assert found.earned("source_id", "amount") == [("S1", "25.00"), ("S2", "33.33"), ("S3", "25.00"), ("S4", "0.83")]
    exact = Fraction(1000) + Fraction(100000, 75) + Fraction(12000000, 12000)
    assert round(exact, 6) == Fraction("3333.333333")


def test_equal_worths_are_added_before_they_are_divided() -> None:
    """Three thirds are one: no part of a row is lost, and a threshold is reached exactly."""
    program = ROW + REVENUE.replace("2_804", "4")
    sold = rows(f"{SALES} currency", *(f"S{each}|P1|sale|2026-01-10|1.00|EUR" for each in range(3)))
    found = decide(program, "2026-06-30", {"partners": PARTNERS, "sales": sold}, EQUAL)
    assert (found.tier(), found.metric("m")) == ("high", Decimal("4.000000"))


def test_equal_worths_of_a_later_day() -> None:
    """From March on 80 EUR are worth 100 USD; 1 % of 125 and of 133 1/3."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-02-28|100.00|EUR", "S2|P1|sale|2026-03-01|100.00|EUR")
    found = decide(ROW + REBATE, "2026-06-30", {"partners": PARTNERS, "sales": sold}, EQUAL)
    assert found.earned("measure", "amount") == [("258.333333", "2.58")]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("{from: sales, average: amount, window: lifetime}", "1111.111111"),  # 3,333 1/3 by 3
        ("{from: sales, max: amount, window: lifetime}", "1333.333333"),
        ("{from: sales, median: amount, window: lifetime}", "1000.000000"),
        ("{from: sales, count_distinct: amount, window: lifetime}", "2"),  # 1,000 USD twice
        ("{from: sales, sum: amount * 2 + amount, window: lifetime}", "10000.000000"),
        ("{from: sales, sum: amount - 1 USD, window: lifetime}", "3330.333333"),
        ("{from: sales, sum: '-amount', window: lifetime}", "-3333.333333"),
        ("{from: sales, sum: 'max(amount, 1_100 USD)', window: lifetime}", "3533.333333"),  # 1,100 twice and 1,333 1/3
        ("{from: sales, sum: 'abs(amount)', window: lifetime}", "3333.333333"),
    ],
)
def test_what_is_measured_of_converted_amounts(measure: str, expected: str) -> None:
    """Every measure of rows of 1,000, 1,333 1/3 and 1,000 USD."""
    unit = "3" if "distinct" in measure else "3 USD"
    sections = f"metrics:\n  m: {measure}\ntiers: {{ladder: [low, high], high: {{requires: [m >= {unit}]}}}}\n"
    found = decide(ROW + sections, "2026-06-30", {**WORLD, "fx_rates": []}, EQUAL)
    assert found.metric("m") == Decimal(expected)


def test_a_return_lowers_its_sale_in_the_currency_of_the_sale() -> None:
    """900 EUR are left of it, and are worth what they were on the day of the sale, not of the return."""
    sold = rows(
        f"{SALES} returns_id currency",
        "S1|P1|sale|2026-01-19|1000.00|-|EUR",
        "R1|P1|return|2026-01-25|-100.00|S1|EUR",
    )
    found = decide(ROW + RESALE, "2026-06-30", {**WORLD, "sales": sold}, RATES)
    assert found.earned("source_id", "measure", "amount") == [("S1", "900.00000000000", "22.50")]


def test_a_missing_rate_is_never_zero() -> None:
    """Euros of a day before the first rate: the total is missing, and the record's earning undecided."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2025-12-31|5.00|EUR", "S2|P1|sale|2026-01-01|5000.00|USD")
    found = decide(ROW + REVENUE + RESALE, "2026-06-30", {**WORLD, "sales": sold}, RATES)
    assert (found.metric("m"), found.tier()) == (None, "low")
    assert found.earned("source_id", "amount") == [("S2", "125.00")]  # S1 is before the program starts


LINKED = """\
records:
  products:
    fields:
      list_price: {type: money, currency: row, optional: true}
      currency: {type: choice, values: [USD, EUR]}
  sales:
    links: {item: {to: products, by: product_id}}
metrics: {m: {from: sales, count: records, where: item.list_price >= 10.01 USD, window: lifetime}}
tiers: {ladder: [low, high], high: {requires: [m >= 1]}}
"""
ITEMS = rows("product_id list_price currency", "A|10.00|EUR", "B|10.00|USD")
BOUGHT = rows(
    f"{SALES} product_id",
    "S1|P1|sale|2026-01-01|1.00|A",
    "S2|P1|sale|2026-01-25|1.00|A",
    "S3|P1|sale|2026-01-25|1.00|B",
)


def test_an_amount_of_a_linked_record_is_converted_on_the_rows_day() -> None:
    """10 EUR at 1, 10 EUR at 7, and 10 USD: one is more than 10."""
    found = decide(LINKED, "2026-06-30", {**WORLD, "products": ITEMS, "sales": BOUGHT}, RATES)
    assert found.metric("m") == 1


def test_the_currency_of_a_linked_record_may_be_read_itself() -> None:
    """Both products in euros."""
    euros = LINKED.replace("item.list_price >= 10.01 USD", "item.currency is EUR and item.list_price >= 10 USD")
    assert decide(euros, "2026-06-30", {**WORLD, "products": ITEMS, "sales": BOUGHT}, RATES).metric("m") == 2


OWN = """\
records:
  licences:
    partner: partner_id
    fields:
      licence_id: id
      partner_id: id
      price: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
metrics: {m: {from: licences, sum: price}}
tiers: {ladder: [low, high], high: {requires: [m >= 1 USD]}}
"""


def test_records_without_a_day() -> None:
    """One list of equal worths needs no day; rates, and lists that change, do."""
    owned = rows("licence_id partner_id price currency", "L1|P1|75|EUR", "L2|P1|1.00|USD")
    once = EQUAL.replace(", {from: 2026-03-01, amounts: [100 USD, 80 EUR, 12_000 JPY, 30.500 KWD]}", "")
    assert decide(OWN, "2026-06-30", {"partners": PARTNERS, "licences": owned}, once).metric("m") == 101
    for head in (RATES, EQUAL):
        expected = ["RNG332 15`price`: records of `licences` have no date, so there is no rate to convert this amount"]
        assert told(OWN, head) == expected


def test_a_field_of_the_partner_is_not_converted() -> None:
    """A partner has no day: both places are told."""
    sections = """\
    records:
      partners:
        fields:
          credit: {type: money, currency: row}
          currency: {type: choice, values: [USD, EUR]}
    tiers: {ladder: [low, high], high: {requires: [credit >= 1 USD]}}
    """
    message = "RNG332 12`1 USD`: money in its row's currency cannot be compared with money in USD"
    assert told(sections, RATES) == [message]


def test_without_conversion_two_currencies_never_meet() -> None:
    """In a sum, in a comparison and in what a record is paid."""
    assert [each.split(":")[0] for each in told(ROW + REVENUE + RESALE)] == [
        "RNG332 11`amount`",
        "RNG332 17`33 USD`",
    ]
    paid = RESALE.replace("    where: amount >= 33 USD\n", "")
    assert [each.split(":")[0] for each in told(ROW + paid)] == ["RNG332 15`amount`"]


def test_amounts_of_one_row_need_no_conversion() -> None:
    """They are in the same currency: which of them is more can be asked without a rate."""
    sections = """\
    records:
      sales:
        fields:
          amount: {type: money, currency: row}
          cost: {type: money, currency: row}
          currency: {type: choice, values: [USD, EUR]}
    metrics: {m: {from: sales, count: records, where: amount > cost, window: lifetime}}
    tiers: {ladder: [low, high], high: {requires: [m >= 1]}}
    """
    sold = rows(f"{SALES} cost currency", "S1|P1|sale|2026-01-01|5.00|4.00|EUR", "S2|P1|sale|2026-01-01|5.00|5.00|USD")
    assert decide(sections, "2026-06-30", {"partners": PARTNERS, "sales": sold}).metric("m") == 1


def test_worths_that_no_total_could_hold() -> None:
    """Their common multiple has more digits than are left beside a total."""
    worths = "{from: 2026-01-01, amounts: [100.03 USD, 75.01 EUR, 12_347 JPY, 1 KWD]}"
    head = HEAD + f"conversion: {{equal: [{worths}], as_at: row}}\n"
    assert [each.split(":")[0] for each in told(ROW + REVENUE, head)] == ["RNG214 6`equal`"]


def test_every_currency_of_the_field_has_a_worth() -> None:
    """Found before a run: the words of the choice are known."""
    head = HEAD + "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR]}], as_at: row}\n"
    message = "amounts here may be in JPY and KWD, but the list under `equal` has no such amount"
    assert told(ROW + REVENUE, head) == [f"RNG332 12`amount`: {message}"]


def test_amounts_of_several_currencies_have_no_order() -> None:
    """More yen are not more than dollars."""
    ordered = RESALE.replace("    payee:", "    order: [amount]\n    payee:")
    message = "the amounts of `amount` are in several currencies, so they cannot be ordered"
    assert told(ROW + ordered, RATES) == [f"RNG213 20`amount`: {message}"]


X, Y, TRUE = Column("x", money("USD", 2)), Column("y", INTEGER), node.IsMissing(Column("z", INTEGER, True))
HALF, THIRD = node.Quotient(X, whole_number(2)), node.Quotient(X, whole_number(3))
BY_ROW = node.Quotient(X, Y)


@pytest.mark.parametrize(
    ("scalar", "over"),
    [
        (X, 1),
        (node.Quotient(HALF, whole_number(3)), 6),
        (node.Multiply(HALF, node.Quotient(Y, whole_number(5))), 10),
        (node.Add(HALF, THIRD), 6),
        (node.Absolute(THIRD), 3),
        (node.Greatest((HALF, THIRD)), 6),
        (node.Case(((TRUE, HALF),), X), 2),
    ],
)
def test_what_is_divided_in_the_end(scalar: Scalar, over: int) -> None:
    """The least number that all parts have in common."""
    found = as_whole(scalar)
    assert found is not None
    assert (found[0].typed.ratio, found[1]) == (False, over)


@pytest.mark.parametrize(
    "scalar",
    [
        BY_ROW,
        node.Quotient(BY_ROW, whole_number(2)),
        node.Multiply(BY_ROW, Y),
        node.Add(HALF, BY_ROW),
        node.Absolute(BY_ROW),
        node.Least((HALF, BY_ROW)),
        node.Case(((TRUE, BY_ROW),), X),
        node.IfMissing(HALF, X),
    ],
)
def test_what_divides_by_the_row_cannot_be_added_up(scalar: Scalar) -> None:
    """Each row would divide by another number."""
    assert as_whole(scalar) is None


def test_a_comparison_does_not_divide() -> None:
    """It is true or false."""
    asked = node.Compare(HALF, Comparison.MORE, X)
    assert as_whole(asked) == (asked, 1)
