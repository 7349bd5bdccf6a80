"""Metrics, segments, certifications, tables, benefits and incentives as phrases, whole."""

from __future__ import annotations

from datetime import date

from engine.authoring.wording.expressions import say_dimension
from engine.authoring.wording.metrics import say_certification, say_metric, say_segment
from engine.authoring.wording.offers import say_bands, say_benefit, say_during, say_incentive, say_limits, say_period
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
    own = ", unless it carries an end of its own"
    assert [say_certification(each, PLAIN) for each in PROGRAM.certifications] == [
        (
            f"a certificate counts for 2 years from the day it is earned{own}",
            "after its end it goes on counting for 90 days of grace",
        ),
        (
            f"a certificate counts without end from the day it is earned{own}",
            "it counts as Network Pro, not the other way round",
            "it was or will be retired on 1 March 2026 and counts for another 6 months",
        ),
        (
            f"a certificate counts without end from the day it is earned{own}",
            "it counts as Network Pro, not the other way round",
            "it was or will be retired on 1 June 2026 and counts no more from that day",
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
        " 900 USD, and nothing beyond that"
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
