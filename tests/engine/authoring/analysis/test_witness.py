"""Records are made for whatever a line asks: in an example that the reference confirms the line is met."""

from __future__ import annotations

import pytest

from engine.language.diagnostic import Diagnostic
from tests.engine.authoring.analysis.examples import failing
from tests.tiny import findings, program

pytestmark = pytest.mark.search

TEXT = """
records:
  partners:
    fields:
      headcount: integer
      rating: {type: decimal, scale: 2, optional: true}
      flag: {type: boolean, optional: true}
      size: {type: choice, values: [small, middle, large], ordered: true}
  surveys:
    partner: partner_id
    date: answered_on
    fields: {survey_id: id, partner_id: id, answered_on: date, score: {type: decimal, scale: 1, optional: true}}
  branches: {partner: partner_id, fields: {branch_id: id, partner_id: id, city: text, staff: {type: integer}}}
  contracts:
    partner: partner_id
    history: {from: signed_on, before: ended_on}
    fields: {contract_id: id, partner_id: id, signed_on: date, ended_on: {type: date, optional: true}, seats: integer}
  products: {fields: {line: {type: choice, values: [network, security]}}}
  sales: {links: {item: {to: products, by: product_id}, buyer: {to: customers, by: customer_id}}}
certifications: {pro: {valid_for: 12 months}, cloud: {}, old: {retired_on: 2026-02-01, counts_as: cloud}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - before) / before}
  month: {like: revenue, window: this month}
  ever: {like: revenue, window: lifetime}
  security: {like: revenue, where: item.line is security}
  banks: {like: revenue, where: [buyer.industry is 'bank', entry is sale]}
  twice: {from: sales, sum: amount * 2 - 1 USD, window: trailing 12 months}
  group: {like: revenue, scope: partner with children}
  deals: {from: sales, count: records, where: amount >= 100 USD, window: trailing 12 months}
  customers: {from: sales, count_distinct: customer_id, window: trailing 12 months}
  days: {from: sales, count_distinct: closed_on, window: trailing 12 months}
  kinds: {from: sales, count_distinct: entry, window: trailing 12 months}
  sizes: {from: sales, count_distinct: quantity, window: trailing 12 months}
  largest: {from: sales, max: amount, window: trailing 12 months}
  latest: {from: sales, max: closed_on, window: trailing 12 months}
  csat: {from: surveys, average: score, window: trailing 12 months, ignore_missing: true}
  csat_before: {like: csat, shifted: 12 months}
  middle: {from: surveys, median: score, window: trailing 3 months}
  staff: {from: branches, sum: staff}
  cities: {from: branches, count: records, where: city is not 'Ulm'}
  seats: {from: contracts, sum: seats}
  pros: {people_holding: pro}
  both: {people_holding: {all: [pro, cloud]}}
  anyone: {people_holding: {any: [old, pro]}}
  teams: {like: pros, scope: partner with children}
tiers:
  ladder: [a, b, c]
  b: {requires: [headcount >= 10]}
  c:
    requires:
      - %s
"""
LINES = (
    "revenue >= 250_000 USD",
    "revenue >= 100 USD and month < 5 USD",
    "revenue < 0 USD and ever > 10 USD",
    "growth >= 33%",
    "growth < -50% and revenue > 7 USD",
    "security > 100 USD and revenue < 40 USD",
    "banks >= 5 USD and revenue is 100.01 USD",
    "twice >= 399 USD",
    "group >= 1_000 USD and revenue < 10 USD",
    "deals >= 7",
    "deals is 2 and revenue < 150 USD",
    "customers >= 4 and revenue >= 12 USD",
    "days >= 3",
    "kinds >= 2",
    "sizes >= 3",
    "largest between 100 USD and 200 USD",
    "largest is missing",
    "latest < 2026-06-01",
    "csat >= 4.25",
    "csat >= 4.5 and csat_before < 3",
    "csat is missing and revenue > 1 USD",
    "middle in [3, 4]",
    "staff > 20",
    "cities >= 2",
    "seats >= 12",
    "pros >= 3",
    "both >= 1 and pros >= 3",
    "both is 2 and pros is 2",
    "anyone > 1 and both < 1",
    "teams >= 2",
    "revenue > before + 10 USD and before > 5 USD",
    "days_between(joined_on, as_of) > 365",
    "region is 'emea' and country is not 'DE'",
    "size is 'middle' and flag and rating is 3.25",
    "not flag and rating is missing",
    "parent_id is not missing",
    "at_least: 2\n        of: [deals >= 1, csat >= 3, flag]",
)


def shown(line: str, text: str = TEXT) -> list[Diagnostic]:
    """What is said about a tier of one line above a tier that asks for something else."""
    return [each for each in findings(text % line, analysed=True) if each.code == "RNG352"]


@pytest.mark.parametrize("line", LINES)
def test_records_are_made(line: str) -> None:
    """The example meets the line, and is refused the tier below."""
    (found,) = shown(line)
    assert [each.form for each in found.evidence] == ["example"]
    assert failing(found, program(TEXT % line)) == []


def test_an_invitation_is_made() -> None:
    """A nomination in force."""
    (found,) = shown("revenue >= 5 USD\n    by_invitation: true")
    assert "nominations:" in found.evidence[0].text


def test_people_work_where_they_are_assigned() -> None:
    """Where assignments count, who has none works where the record of the person says."""
    text = TEXT.replace("  partners:\n", "  assignments: {}\n  partners:\n", 1)
    (found,) = shown("pros >= 2", text)
    assert found.evidence


def test_what_would_need_too_many_records_is_not_shown() -> None:
    """An example of thousands of records is none: nothing is said."""
    assert shown("deals >= 5_000") == []


def test_what_cannot_be_made_is_not_said() -> None:
    """Values that no field carries alone: a product of two fields."""
    assert shown("revenue * csat > 10 USD and revenue * csat < 11 USD") == []
    assert shown("months_between(joined_on, as_of) < 3") == []
