"""Metrics, segments, certifications, tables, benefits and incentives as phrases, whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.authoring.wording.expressions import say_dimension
from engine.authoring.wording.metrics import say_certification, say_metric, say_segment
from engine.authoring.wording.offers import (
    say_bands,
    say_benefit,
    say_during,
    say_first,
    say_incentive,
    say_limit,
    say_limits,
    say_order,
    say_paid,
    say_period,
    say_returns,
)
from engine.authoring.wording.programs import say_calendar, say_effective, say_ladder, say_rounding
from engine.authoring.wording.tables import grid_of, say_parameter
from engine.authoring.wording.voice import Naming, Voice
from tests.tiny import program

SECTIONS = """
calendar: {fiscal_year_starts: july, year_named: end}
rounding: {mode: half_even, at: earning}
records:
  extends: standard
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
  products:
    fields: {line: {type: choice, values: [network, cloud], optional: true}}
  sales:
    links: {item: {to: products, by: product_id}}
parameters:
  minimum: 10_000 USD
  needed: {by: [tier, size], values: {silver: {smb: 1, enterprise: 2}, gold: {smb: 3, enterprise: 3}}}
  staff: {by: revenue, bands: [{from: 0 USD, value: 1}, {from: 1_000_000 USD, value: 3}]}
  special: {by: [big], values: {'true': 2 USD, 'false': 1 USD}}
  floor: minimum
  bar:
    - {from: 2026-01-01, value: 5}
    - {from: 2026-07-01, value: 6}
certifications:
  pro: {title: Network Pro, valid_for: 24 months, grace: 90 days}
  old: {counts_as: pro, retired_on: 2026-03-01, run_off: 6 months}
  gone: {counts_as: pro, retired_on: 2026-06-01}
metrics:
  revenue: {title: Net revenue, from: sales, sum: amount, where: item.line is cloud, window: trailing 12 months}
  before: {like: revenue, shifted: 12 months}
  group: {like: revenue, scope: partner with children}
  growth: {formula: (revenue - before) / before, scale: 4, if_missing: 0}
  deals: {from: deals, count: records, window: this fiscal month and last 2 months}
  items: {from: sales, count_distinct: product_id, window: last 1 fiscal quarter, ignore_missing: true}
  by_customer: {from: sales, sum: amount, per: [customer_id], window: program year}
  best: {from: by_customer, max: value}
  people: {people_holding: {all: [pro, gone]}}
  anyone: {people_holding: pro}
segments:
  big: {title: Big Ones, when: [revenue >= minimum, joined_on < 2020-01-01]}
  small: {when: [revenue < floor]}
tiers:
  ladder: [base, silver, gold]
  requires: [anyone >= needed]
benefits:
  a: {value: money, is: special, every: fiscal year, when: [big]}
  b: {value: flag, when: [best > 1 USD, growth >= 0, group >= 0 USD, deals >= bar, items >= staff, people >= 1, small]}
incentives:
  bonus:
    kind: rebate
    from: sales
    eligible: [tier >= silver]
    period: fiscal quarter
    sum: amount
    method: whole
    bands: [{from: 0 USD, rate: 1%}, {from: 100 USD, amount: 2 USD}, {from: 300 USD, rate: 3%, up_to: 900 USD}]
    beyond: nothing
    limits: [{at_most: 5 USD, per: [partner, period]}, {at_most: 9 USD, per: [partner]}]
    payee: partner
  spiff:
    kind: spiff
    from: sales
    where: item.line is network and entry is sale
    during: {from: 2026-02-01, before: 2026-03-01}
    amount: 7 USD
    per: 10
    of: quantity
    returns: current_period
    limits: [{at_most: 70 USD, per: [seller], order: [recorded_on, sale_id]}]
    payee: seller
"""
PROGRAM = program(SECTIONS)
PLAIN = Voice(PROGRAM, Naming.PLAIN, date(2026, 5, 1))
CODE = Voice(PROGRAM)


def test_metrics() -> None:
    """What each measures, over which days, of whom, and what happens where something is missing."""
    assert {each.name: say_metric(each, PLAIN) for each in PROGRAM.metrics} == {
        "revenue": "the total amount of sales where product line is cloud, over the trailing twelve months",
        "before": "the total amount of sales where product line is cloud, over the trailing twelve months, judged 1"
        " year earlier",
        "group": "the total amount of sales where product line is cloud, over the trailing twelve months of the"
        " partner and the partners below it",
        "growth": "(net revenue \u2212 before) \u00f7 before, rounded to four decimals, 0 where it cannot be computed",
        "deals": "the number of deals this fiscal month to date and the two months before",
        "items": "the number of different products of sales over the last complete fiscal quarter, records where it is"
        " missing left out",
        "by_customer": "the total amount of sales over the program year to date, for each customer ID",
        "best": "the largest value of by customer by customer ID",
        "people": "the number of people who hold Network Pro and Gone",
        "anyone": "the number of people who hold Network Pro",
    }
    said = {each.name: say_metric(each, CODE) for each in PROGRAM.metrics}
    assert said["by_customer"] == "the total `amount` of `sales` over the program year to date, for each `customer_id`"
    assert said["anyone"] == "the number of people who hold Network Pro"


def test_segments_and_certifications() -> None:
    """Who is in a segment; how long a certificate counts."""
    revenue = "net revenue over the trailing twelve months"
    assert [say_segment(each, PLAIN) for each in PROGRAM.segments] == [
        f"partners that meet all of: at least 10,000 USD of {revenue}; joined before 1 January 2020",
        f"partners that meet this: less than 10,000 USD of {revenue}",
    ]
    own = ", unless it has its own end date"
    assert [say_certification(each, PLAIN) for each in PROGRAM.certifications] == [
        (
            f"a certificate counts for 2 years from the day it is earned{own}",
            "after its end it still counts for 90 days of grace",
        ),
        (
            f"a certificate counts without end from the day it is earned{own}",
            "it counts as Network Pro, not the other way round",
            "it was or will be retired on 1 March 2026 and counts for another 6 months",
        ),
        (
            f"a certificate counts without end from the day it is earned{own}",
            "it counts as Network Pro, not the other way round",
            "it was or will be retired on 1 June 2026 and does not count from that day on",
        ),
    ]


def test_parameters() -> None:
    """In a line and as a grid, by one dimension, several, bands, and days."""
    assert [say_parameter(each, PLAIN) for each in PROGRAM.parameters] == [
        "minimum: 10,000 USD",
        "needed: 1 for Silver and SMB, 2 for Silver and enterprise, 3 for Gold and SMB and 3 for Gold and enterprise",
        "staff: 1 and 3 from 1,000,000 USD on (by net revenue)",
        "special: 2 USD for Big Ones and 1 USD for not Big Ones",
        "floor: 10,000 USD",
        "bar: from 1 January 2026: 5; from 1 July 2026: 6",
    ]
    grids = [grid_of(each.versions[0].table, PLAIN) for each in PROGRAM.parameters]
    assert (grids[1].heads, grids[1].rows) == (
        ("Tier", "SMB", "enterprise"),
        (("Silver", "1", "2"), ("Gold", "3", "3")),
    )
    assert (grids[2].heads, grids[2].rows) == (
        ("Net revenue", "Value"),
        (("from 0 USD", "1"), ("from 1,000,000 USD", "3")),
    )
    assert grids[3].rows == (("Big Ones", "2 USD"), ("not Big Ones", "1 USD"))
    assert [say_dimension(each, CODE) for each in ("tier", "size", "big")] == ["Tier", "`size`", "Big Ones"]


def test_benefits_and_incentives() -> None:
    """What is granted and what is paid, phrase by phrase."""
    assert say_benefit(PROGRAM.benefits[0], PLAIN) == (
        "2 USD for Big Ones (1 USD for not Big Ones), each fiscal year, with membership of the segment “Big Ones”"
    )
    bonus, spiff = PROGRAM.incentives
    assert say_bands(bonus, PLAIN) == (
        "on the whole measure: 1% below 100 USD, 2 USD from 100 USD to below 300 USD and 3% from 300 USD to below"
        " 900 USD, and nothing at all from 900 USD on"
    )
    assert say_limits(bonus, PLAIN) == "at most 5 USD per partner and fiscal quarter and at most 9 USD per partner"
    assert (say_period(bonus, PLAIN), say_during(bonus, PLAIN)) == (
        "each fiscal quarter",
        "1 January 2026 to 31 December 2026",
    )
    assert say_incentive(spiff, PLAIN) == (
        "7 USD for every full 10 of quantity",
        "on quantity of sales where product line is network and the record is a sale",
        "for each sale",
        "1 February 2026 to 28 February 2026",
        "at most 70 USD per seller",
        "first come, first served: by the day recorded, then by sale ID",
        "paid to the seller",
        "a return counts on its own day",
    )
    assert "`item.line` is `network` and `entry` is `sale`" in say_incentive(spiff, CODE)[1]


def test_the_program_itself() -> None:
    """Days, calendar, rounding, ladder."""
    assert say_effective(PROGRAM) == "1 January 2026 to 31 December 2026"
    assert say_calendar(PROGRAM) == "the fiscal year starts on 1 July and is named after the year in which it ends"
    assert say_rounding(PROGRAM) == "to the nearest 0.01 USD, halves to the even digit"
    assert say_ladder(PROGRAM, PLAIN) == "Base, Silver and Gold"


VALUES = """
calendar: {fiscal_year_starts: july, year_named: end}
records:
  extends: standard
  partners: {fields: {size: {type: choice, values: [smb, enterprise]}}}
  sales: {fields: {weight: {type: decimal, scale: 1}}}
metrics: {revenue: {title: Net revenue, from: sales, sum: amount, window: trailing 12 months}}
parameters:
  share:
    - {from: 2026-01-01, by: [tier], values: {base: 5%, silver: 10%, gold: 15%}}
    - {from: 2026-08-01, by: [tier], values: {base: 6%, silver: 10%, gold: 15%}}
tiers: {ladder: [base, silver, gold], requires: [revenue >= 5 USD], gold: {by_invitation: true}}
benefits:
  discount: {value: percent, by: [tier], values: {base: 5%, gold: 15%}, when: [revenue >= 1 USD]}
incentives:
"""
BY_TIER = "{by: [tier], values: {base: 5%, silver: 10%, gold: 15%}}"
BY_TWO = (
    "{by: [tier, size], values: {base: {smb: 1%, enterprise: 1%}, silver: {smb: 2%, enterprise: 2%},"
    " gold: {smb: 3%, enterprise: 3%}}}"
)
EDGE = "{by: [tier], values: {base: 9 USD, silver: 8 USD, gold: 7 USD}}"
CAPPED = "limits: [{at_most: 9 USD, per: [partner]}]"
PAID = {
    f"of: amount, rate: {BY_TIER}": "5% of amount for Base, 10% for Silver and 15% for Gold",
    "of: amount, rate: share": (
        "5% of amount for Base, 10% for Silver and 15% for Gold"
        " (from 1 August 2026: 6% for Base, 10% for Silver and 15% for Gold)"
    ),
    "of: amount, rate: benefits.discount": (
        "5% of amount for Base and Silver and 15% for Gold (the benefit discount, where it is granted)"
    ),
    "of: amount - tax, rate: 5%": "5% of (amount \u2212 tax)",
    f"of: amount, rate: {BY_TWO}": (
        "1% of amount for Base and SMB, 1% for Base and enterprise, 2% for Silver and SMB, 2% for Silver and"
        " enterprise, 3% for Gold and SMB and 3% for Gold and enterprise"
    ),
    "amount: 500 USD": "500 USD for each sale",
    f"of: quantity, amount: 5 USD, per: 1, {CAPPED}": "5 USD for every unit of quantity",
    f"of: weight, amount: 5 USD, per: 1, {CAPPED}": "5 USD for every full unit of weight",
    f"of: amount, amount: 5 USD, per: 1_000 USD, {CAPPED}": "5 USD for every full 1,000 USD of amount",
    f"of: amount, bands: [{{from: 0 USD, rate: 1%}}, {{from: {EDGE}, rate: 2%}}]": (
        "1% of what lies below 9 USD for Base (8 USD for Silver; 7 USD for Gold); and"
        " 2% of what lies above 9 USD for Base (8 USD for Silver; 7 USD for Gold)"
    ),
    "of: amount, bands: [{from: 0 USD, amount: 0 USD}, {from: 100 USD, amount: 7 USD}]": (
        "0 USD spread evenly over what lies below 100 USD and 7 USD once 100 USD is reached"
    ),
}


@pytest.mark.parametrize(("body", "words"), PAID.items(), ids=range(len(PAID)))
def test_what_is_paid(body: str, words: str) -> None:
    """By tier, date, benefit, several words, once, and for full units."""
    fields = VALUES.replace("weight:", "tax: {type: money}, weight:")
    parsed = program(f"{fields}  it: {{kind: commission, from: sales, {body}, payee: partner}}\n")
    assert say_paid(parsed.incentives[0], Voice(parsed, Naming.PLAIN, date(2026, 5, 1))) == words


def test_a_value_with_many_entries_is_named_by_what_it_goes_by() -> None:
    """More than six would hide the sentence; a table has them."""
    sizes = "{small: 1%, middle: 2%, large: 3%}"
    fields = VALUES.replace("[smb, enterprise]", "[small, middle, large]")
    rate = f"{{by: [tier, size], values: {{base: {sizes}, silver: {sizes}, gold: {sizes}}}}}"
    parsed = program(f"{fields}  it: {{kind: commission, from: sales, of: amount, rate: {rate}, payee: partner}}\n")
    assert say_paid(parsed.incentives[0], Voice(parsed, Naming.PLAIN)) == "a rate by tier and size of amount"


def test_limits_run_over_calendar_words_and_have_one_order() -> None:
    """The order is said once for the incentive; a limit with an order of its own says it itself."""
    by_tier = "{by: [tier], values: {base: 5 USD, silver: 6 USD, gold: 7 USD}}"
    limits = (
        f"[{{at_most: {by_tier}, per: [seller, quarter]}}, {{at_most: 9 USD, per: [customer_id, fiscal year],"
        " order: [closed_on]}]"
    )
    sold = "kind: spiff, from: sales, of: amount, rate: 1%"
    parsed = program(
        f"{VALUES}  it: {{{sold}, order: [recorded_on, sale_id], limits: {limits}, payee: seller}}\n"
        f"  old: {{{sold}, period: quarter, limits: [{{at_most: 9 USD, per: [seller, period], order: [sale_id]}}],"
        " payee: seller}\n"
        f"  open: {{{sold}, order: [sale_id], payee: seller}}\n"
    )
    voice = Voice(parsed, Naming.PLAIN)
    it, old, open = parsed.incentives
    assert [say_limit(each, it, voice) for each in it.limits] == [
        "at most 5 USD per seller and calendar quarter for Base, 6 USD for Silver and 7 USD for Gold",
        "at most 9 USD per customer ID and fiscal year, first come, first served: by the day closed",
    ]
    assert say_order(it, voice) == "first come, first served: by the day recorded, then by sale ID"
    assert say_limits(old, voice) == "at most 9 USD per seller and calendar quarter"
    assert (say_order(old, voice), say_order(open, voice)) == ("first come, first served: by sale ID", "")
    plain = program(
        f"incentives:\n  it: {{{sold}, order: [sale_id], limits: [{{at_most: 9 USD, per: [seller, quarter]}}],"
        " payee: seller}\n"
    )
    assert say_limits(plain.incentives[0], Voice(plain, Naming.PLAIN)) == "at most 9 USD per seller and quarter"


def test_only_the_first_counts() -> None:
    """Of all partners or of one; what is paid once says for which record, and a return in full takes it away."""
    bonus = replace(PROGRAM.incentives[1], limits=(), order=(), returns="restate")
    once = replace(bonus, per=None, measure=None)
    every, own = replace(once, first=("customer",)), replace(once, first=("partner", "customer"))
    assert say_first(once, PLAIN) == ""
    assert say_first(every, PLAIN) == "only the first sale of each customer counts, of all partners"
    assert say_first(own, PLAIN) == "only the first sale of each customer counts, of the partner"
    assert say_first(own, CODE) == "only the first record of each customer counts, of the partner"
    assert say_first(replace(once, first=("partner",)), PLAIN) == "only the first sale counts, of the partner"
    assert say_paid(every, PLAIN) == "7 USD for the first sale of each customer"
    assert say_returns(once, PLAIN) == "a sale that was returned completely does not count"
    assert say_returns(replace(once, returns="current_period"), PLAIN) == "a return does not cancel a sale"
    assert say_returns(replace(bonus, first=("customer",)), PLAIN) == (
        "a return reduces the sale it belongs to, on the day of that sale; a sale that was returned completely does not"
        " count"
    )


def test_an_amount_once_for_a_period() -> None:
    """It is paid whatever is sold, so a return changes nothing."""
    parsed = program(
        "incentives: {it: {kind: rebate, from: sales, period: quarter, sum: amount, amount: 5 USD, payee: partner}}"
    )
    assert say_incentive(parsed.incentives[0], Voice(parsed, Naming.PLAIN)) == (
        "5 USD for each calendar quarter",
        "each calendar quarter, whatever its sales come to",
        "1 January 2026 to 31 December 2026",
        "paid to the partner",
    )


def test_values_inside_values() -> None:
    """As a grid a cell says what it goes by; in a line an entry stands in brackets."""
    parsed = program(f"{VALUES}  it: {{kind: commission, from: sales, of: amount, rate: 1%, payee: partner}}\n")
    voice = Voice(parsed, Naming.PLAIN)
    text = (
        "{by: [tier], values: {base: 1%, silver: {by: revenue, bands: [{from: 0 USD, value: 2%}, {from: 9 USD, value:"
        " {by: [size], values: {smb: 3%, enterprise: 4%}}}]}, gold: 5%}}"
    )
    nested = program(f"{VALUES}  it: {{kind: commission, from: sales, of: amount, rate: {text}, payee: partner}}\n")
    rate = nested.incentives[0].rate
    assert rate is not None
    assert say_paid(nested.incentives[0], voice) == (
        "1% of amount for Base, 2% for Silver, 3% for Silver and SMB from 9 USD of net revenue, 4% for Silver and"
        " enterprise from 9 USD of net revenue and 5% for Gold"
    )
    assert grid_of(rate, voice).rows == (
        ("Base", "1%"),
        ("Silver", "2% and (3% for SMB and 4% for enterprise) from 9 USD on (by net revenue)"),
        ("Gold", "5%"),
    )
