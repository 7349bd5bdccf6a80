"""Conditions in words: what an author writes, and what a reader reads."""

from __future__ import annotations

from datetime import date

import pytest

from engine.authoring.wording.conditions import clauses_of, say_requirements
from engine.authoring.wording.programs import tier_clauses
from engine.authoring.wording.voice import Naming, Voice
from tests.tiny import program

SECTIONS = """
calendar: {{fiscal_year_starts: february, year_named: start}}
records:
  extends: standard
  partners:
    fields:
      size: {{type: choice, values: [smb, enterprise], optional: true}}
      rating: {{type: choice, values: [low, middle, high], ordered: true, optional: true}}
      exclusive: {{type: boolean, optional: true}}
      headcount: {{type: integer, optional: true}}
parameters:
  minimum: 10_000 USD
  needed:
    - {{from: 2026-01-01, by: [tier], values: {{silver: 50_000 USD, gold: 250_000 USD}}}}
    - {{from: 2026-08-01, by: [tier], values: {{silver: 50_000 USD, gold: 300_000 USD}}}}
  team: {{by: [tier, size], values: {{silver: {{smb: 1, enterprise: 2}}, gold: {{smb: 3, enterprise: 3}}}}}}
  staff: {{by: revenue, bands: [{{from: 0 USD, value: 1}}, {{from: 1_000_000 USD, value: 3}}]}}
  starting: 2020-01-01
certifications:
  pro: {{title: Security Pro}}
metrics:
  revenue: {{title: Net revenue, from: sales, sum: amount, window: trailing 12 months}}
  acme: {{title: Acme revenue to date, from: sales, sum: amount, window: this fiscal quarter}}
  before: {{like: revenue, shifted: 12 months}}
  growth: {{formula: (revenue - before) / before, scale: 4}}
  engineers: {{people_holding: pro}}
  deals: {{title: Number of deals, from: deals, count: records, window: last 2 quarters}}
segments:
  big_ones: {{when: [revenue >= 1 USD]}}
tiers:
  ladder: [registered, silver, gold]
  requires:
    - revenue >= needed
    - engineers >= team
  gold: {{requires: [exclusive], by_invitation: true}}
benefits:
  probe: {{value: flag, when: [{line}]}}
  rest: {{value: flag, when: [revenue >= minimum, joined_on > starting, headcount >= staff]}}
  all: {{value: flag, when: [big_ones, acme >= 0 USD, deals >= 0, growth >= 0]}}
"""

SAID = {
    '"revenue >= 250_000 USD"': "at least 250,000 USD of net revenue over the trailing twelve months",
    '"250_000 USD < revenue"': "more than 250,000 USD of net revenue over the trailing twelve months",
    '"acme < 1_000.50 USD"': "less than 1,000.50 USD of Acme revenue to date",
    '"revenue >= minimum"': "at least 10,000 USD of net revenue over the trailing twelve months",
    '"revenue > before"': "net revenue over the trailing twelve months is more than before over the trailing"
    " twelve months, judged 1 year earlier",
    '"growth >= 12.5%"': "growth of at least 12.5%",
    '"(revenue - before) / before >= 10%"': "(net revenue \u2212 before) ÷ before is at least 10%",
    '"engineers >= 1"': "at least 1 engineer",
    '"engineers is 4"': "exactly 4 engineers",
    '"deals >= 3"': "number of deals over the last two complete calendar quarters of at least 3",
    '"headcount between 3 and 5"': "headcount from 3 to 5",
    '"headcount >= staff"': "headcount of at least 1 (3 from 1,000,000 USD of net revenue)",
    '"size is smb"': "size is SMB",
    '"size in [smb, enterprise]"': "size is SMB or enterprise",
    '"size not in [smb]"': "size is not SMB",
    '"size is missing"': "size is not known",
    '"size is not missing"': "size is known",
    '"rating >= middle"': "rating is middle or above",
    '"rating between low and middle"': "rating from low to middle",
    "\"name is '<b>'\"": "partner name is “<b>”",
    '"joined_on <= 2026-02-01"': "joined on or before 1 February 2026",
    '"joined_on > starting"': "joined after 1 January 2020",
    '"joined_on between 2026-01-01 and as_of"': "joined from 1 January 2026 to the day judged",
    '"days_between(joined_on, as_of) > 30"': "more than 30 days between joined on and the day judged",
    '"months_between(joined_on, as_of) >= 1"': "at least 1 month between joined on and the day judged",
    '"max(revenue, before) > 1 USD"': "more than 1 USD of the larger of net revenue and before",
    '"abs(revenue - before) > 1 USD"': "more than 1 USD of the difference between net revenue and before",
    '"-revenue < 1 USD"': "\u2212net revenue is less than 1 USD",
    '"exclusive"': "exclusive: yes",
    '"not exclusive"': "exclusive: no",
    '"big_ones"': "membership of the segment “big ones”",
    '"not big_ones"': "no membership of the segment “big ones”",
    '"not (exclusive or big_ones)"': "not (exclusive: yes or membership of the segment “big ones”)",
    '"exclusive or big_ones and engineers > 1"': "exclusive: yes or (membership of the segment “big ones” and more than"
    " 1 engineer)",
    "{any: [exclusive, big_ones]}": "any one of: exclusive: yes; membership of the segment “big ones”",
    "{at_least: 2, of: [exclusive, engineers > 1, size is smb]}": "any two of: exclusive: yes; more than 1 engineer;"
    " size is SMB",
    "{none: [exclusive]}": "not: exclusive: yes",
    "{any: [{all: [exclusive, size is smb]}, size is enterprise]}": "any one of: (all of: exclusive: yes; size is SMB);"
    " size is enterprise",
}


@pytest.mark.parametrize(("line", "words"), SAID.items(), ids=SAID.keys())
def test_a_line_is_said(line: str, words: str) -> None:
    """One line, as a partner reads it."""
    parsed = program(SECTIONS.format(line=line))
    assert say_requirements(parsed.benefits[0].when, Voice(parsed, Naming.PLAIN)) == words


HELD = {
    "tier >= silver": "tier `silver` or above",
    "tier > silver": "a tier above `silver`",
    "tier is gold": "tier `gold`",
    "tier is not gold": "a tier other than `gold`",
    "tier in [silver, gold]": "tier `silver` or `gold`",
    "tier not in [silver, gold]": "a tier other than `silver` or `gold`",
    "tier between silver and gold": "tier `silver` to `gold`",
    "gold <= tier": "tier `gold` or above",
}


@pytest.mark.parametrize(("line", "words"), HELD.items(), ids=HELD.keys())
def test_tiers_are_ranked_in_words(line: str, words: str) -> None:
    """In a benefit, where `tier` is the tier held; names as the author wrote them."""
    sections = SECTIONS.format(line="exclusive") + f'  more: {{value: flag, when: ["{line}"]}}\n'
    parsed = program(sections)
    assert say_requirements(parsed.benefits[-1].when, Voice(parsed)) == words


def test_a_tier_reads_its_own_thresholds() -> None:
    """Common lines come first, parameters have the tier's values, later versions where they differ."""
    parsed = program(SECTIONS.format(line="exclusive"))
    voice = Voice(parsed, Naming.PLAIN, date(2026, 6, 30))
    said = [[each.flat() for each in tier_clauses(tier, voice)] for tier in parsed.ladder.tiers]
    assert said == [
        [],
        [
            "at least 50,000 USD of net revenue over the trailing twelve months",
            "at least 1 engineer for SMB (2 for enterprise)",
        ],
        [
            "at least 250,000 USD of net revenue over the trailing twelve months (300,000 USD from 1 August 2026)",
            "at least 3 engineers",
            "exclusive: yes",
            "an invitation",
        ],
    ]
    later = Voice(parsed, Naming.PLAIN, date(2026, 8, 1), tier="gold")
    assert clauses_of(parsed.ladder.common, later)[0].text.startswith("at least 300,000 USD of net revenue over the")
    assert "(" not in clauses_of(parsed.ladder.common, later)[0].text


def test_a_tier_is_called_by_its_title() -> None:
    """By partners; authors read the name."""
    parsed = program("""
        tiers: {ladder: [base, one], one: {title: One Star, requires: [joined_on > 2020-01-01]}}
        benefits: {extra: {value: flag, when: [tier >= one]}}
        """)
    assert say_requirements(parsed.benefits[0].when, Voice(parsed, Naming.PLAIN)) == "tier One Star or above"
    assert say_requirements(parsed.benefits[0].when, Voice(parsed)) == "tier `one` or above"


def test_a_word_of_a_choice_is_that_word() -> None:
    """In a row, whatever metric or segment bears the same name."""
    parsed = program("""
        records:
          extends: standard
          products: {fields: {line: {type: choice, values: [network, cloud], optional: true}}}
          sales: {links: {item: {to: products, by: product_id}}}
        metrics:
          cloud: {title: Cloud revenue, from: sales, sum: amount, where: item.line is cloud, window: lifetime}
        segments: {network: {title: Networkers, when: [cloud > 1 USD]}}
        benefits: {x: {value: flag, when: [network]}}
        incentives:
          i: {kind: spiff, from: sales, where: "item.line in [network, cloud]", rate: 1%, of: amount, payee: partner}
        """)
    voice = Voice(parsed, Naming.PLAIN).of_rows("sales")
    assert say_requirements(parsed.metrics[0].where, voice) == "product line is cloud"
    assert say_requirements(parsed.incentives[0].where, voice) == "product line is network or cloud"
