"""RNG317: numbers that look like percentages, and are a hundred times as much."""

from __future__ import annotations

import pytest

from tests.tiny import findings, told

pytestmark = pytest.mark.search

BASE = """
records:
  sales:
    fields:
      cost: {type: money, optional: true}
      margin: {type: decimal, formula: (amount - cost) / amount}
      discount: {type: decimal, scale: 4, optional: true}
  products:
    fields:
      margin: {type: decimal, formula: (standard_cost - 1 USD) / standard_cost}
certifications:
  pro: {}
  expert: {}
choices:
  area: [emea, na]
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  before: {like: revenue, shifted: 12 months}
  returned: {like: revenue, where: entry is return}
  group: {like: revenue, scope: partner with children}
  costs: {like: revenue, sum: cost}
  sold: {from: sales, count: records, window: trailing 12 months}
  adjusted: {like: sold, where: entry is adjustment}
  experts: {people_holding: expert}
  people: {people_holding: {any: [pro, expert]}}
  more: {formula: revenue - before}
  growth: {formula: (revenue - before) / before, scale: 4}
  renamed: {formula: growth}
  discounted: {like: sold, where: WHERE}
"""


def told_of(line: str, where: str = "discount >= 0.1") -> list[str]:
    """The findings RNG317 of a program with this line in a tier."""
    text = BASE.replace("WHERE", where) + f"tiers: {{ladder: [registered, silver], requires: ['{line}']}}\n"
    found = told(text)
    assert not [each for each in found if each.startswith(("RNG1", "RNG5", "RNG20"))], found
    return [each.partition(": ")[2] for each in found if each.startswith("RNG317")]


@pytest.mark.parametrize(
    "measure",
    [
        "growth",
        "renamed",
        "(revenue - before) / before",
        "more / before",
        "(before - revenue) / revenue",
        "(revenue - before) / max(before, 1 USD)",
        "revenue / before - 1",
        "1 - returned / costs",
        "-growth",
        "max(growth, 0)",
        "returned / revenue",
        "revenue / group",
        "adjusted / sold",
        "experts / people",
    ],
)
def test_a_share_or_change_of_fifteen_hundred_percent(measure: str) -> None:
    """15 is 1,500 %: nobody grows so, and no part of a whole is as large. Both cures silence it."""
    assert told_of(f"{measure} >= 15") == [
        f"`15` without `%` is 1,500 %, and `{measure}` is a percentage",
    ]
    assert told_of(f"15 <= {measure}")
    assert not told_of(f"{measure} >= 15%")
    assert not told_of(f"{measure} >= 1500%")


@pytest.mark.parametrize(
    "line",
    [
        "growth >= 1.5",
        "growth >= 1",
        "growth >= 0.15",
        "revenue / 100_000 USD >= 15",
        "revenue / before >= 15",
        "revenue / costs >= 15",
        "revenue / returned >= 15",
        "sold / experts >= 15",
        "growth * 100 >= 15",
        "growth + 15 >= 15",
        "more >= 15 USD",
        "(revenue - before) / costs >= 15",
        "revenue / 10 - before >= 15 USD",
        "sold - 15 >= 15",
        "sold in [15, 16]",
        "growth / renamed >= 15",
        "growth >= 2 * 8",
    ],
)
def test_other_ratios_may_be_plain_numbers(line: str) -> None:
    """Points, coverage and head counts are no percentages, and 1.5 may be a ratio."""
    assert told_of(line) == []


def test_the_cure_names_both_meanings() -> None:
    """Whichever was meant, it can be written so that nobody misreads it."""
    (found,) = [each for each in findings(BASE.replace("WHERE", "entry is sale") + TIERS) if each.code == "RNG317"]
    assert found.help == "write `12.5%` for 12.5 %, `1250%` for 1,250 %"


TIERS = "tiers: {ladder: [registered, silver], requires: ['growth >= 12.5']}\n"


def test_what_is_a_percentage_elsewhere() -> None:
    """A coverage of 60 % in one line and of 80 in the other: one of them lacks its sign. Neither alone is reported."""
    one, other = "revenue / costs >= 60%", "revenue / costs >= 80"
    assert told_of(one) == told_of(other) == []
    assert told_of(f"{one} or {other}") == ["`80` without `%` is 8,000 %, and `revenue / costs` is a percentage"]


def test_fields_of_rows() -> None:
    """A formula of the row or of a row that it names, and a field that is compared with a percentage elsewhere."""
    assert told_of("discounted >= 1", "margin >= 15") == ["`15` without `%` is 1,500 %, and `margin` is a percentage"]
    assert told_of("discounted >= 1", "product.margin >= 15") == [
        "`15` without `%` is 1,500 %, and `product.margin` is a percentage"
    ]
    assert told_of("discounted >= 1", "discount >= 15") == []
    assert told_of("discounted >= 1", "discount >= 15 or discount >= 10%") == [
        "`15` without `%` is 1,500 %, and `discount` is a percentage"
    ]


def test_parameters_ranges_bands_and_defaults() -> None:
    """Wherever a share meets a number: the finding is at the number, once."""
    text = (
        BASE.replace("WHERE", "entry is sale")
        + """
parameters:
  needed: {by: [tier], values: {silver: 15, gold: 1.5}}
  step: {by: growth, bands: [{from: 0, value: 1}, {from: 30, value: 2}]}
tiers:
  ladder: [registered, silver, gold]
  requires: [growth >= needed, growth between 5 and 50, growth > -20, sold >= step]
"""
    )
    text = text.replace("scale: 4}\n  renamed", "scale: 4, if_missing: 7}\n  renamed")
    found = [each for each in told(text) if each.startswith("RNG317")]
    assert [each.split("`")[1] for each in found] == ["7", "15", "30", "5", "50", "20"]
