"""A sound program has no findings; each defect planted into it is found as what it is, and as nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.programs import diagnose
from engine.language.diagnostic import Diagnostic
from tests.conftest import ROOT

pytestmark = pytest.mark.search

SOUND = """\
rung: 1
program: ridge
version: "2026"
effective: {from: 2026-02-01, before: 2027-02-01}
currency: USD
calendar: {fiscal_year_starts: february, year_named: start}
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
      region: {type: choice, values: [emea, na, apac], optional: true}
  surveys:
    partner: partner_id
    date: answered_on
    fields: {survey_id: id, partner_id: id, answered_on: date, score: {type: decimal, scale: 1, optional: true}}
  products:
    fields:
      line: {type: choice, values: [network, security], optional: true}
  sales:
    links: {item: {to: products, by: product_id}}
parameters:
  revenue_needed:
    - {from: 2026-02-01, by: [tier], values: {silver: 50_000 USD, gold: 250_000 USD, platinum: 1_000_000 USD}}
    - {from: 2026-08-01, by: [tier], values: {silver: 60_000 USD, gold: 300_000 USD, platinum: 1_000_000 USD}}
  engineers_needed:
    by: [tier, size]
    values: {silver: {smb: 1, enterprise: 2}, gold: {smb: 2, enterprise: 4}, platinum: {smb: 6, enterprise: 10}}
certifications:
  pro: {valid_for: 24 months, grace: 90 days}
  pro_2024: {counts_as: pro, retired_on: 2026-01-01, run_off: 12 months}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  revenue_before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - revenue_before) / revenue_before, scale: 4}
  engineers: {people_holding: pro}
  deals: {from: sales, count: records, where: entry is sale, window: trailing 12 months}
  csat: {from: surveys, average: score, window: last 4 fiscal quarters, ignore_missing: true}
  quarter: {like: revenue, window: last 1 fiscal quarter}
  fund: {formula: quarter * 2%}
segments:
  strategic: {when: ["region in [emea, na]", deals >= 10]}
tiers:
  ladder: [registered, silver, gold, platinum]
  requires:
    - revenue >= revenue_needed
    - engineers >= engineers_needed
  gold:
    requires:
      - any: [growth >= 10%, csat >= 4.2]
  platinum:
    requires:
      - at_least: 2
        of: [csat >= 4.5, growth >= 15%, strategic]
benefits:
  discount: {value: percent, by: [tier], values: {registered: 5%, silver: 10%, gold: 15%}}
  coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
  marketing: {value: money, every: fiscal quarter, is: fund, when: [tier >= silver]}
incentives:
  volume:
    kind: rebate
    from: sales
    where: item.line in [network, security]
    eligible: [tier >= silver]
    period: fiscal quarter
    sum: amount
    method: whole
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 100_000 USD, rate: 2%}
    limits:
      - {at_most: 75_000 USD, per: [partner, period]}
    payee: partner
  launch:
    kind: spiff
    from: sales
    where: [item.line is network, entry is sale]
    during: {from: 2026-03-01, before: 2026-06-01}
    rate: 1%
    of: amount
    payee: seller
  closing:
    kind: spiff
    from: sales
    where: [item.line is security, entry is sale]
    rate: 2%
    of: amount
    payee: seller
"""
MONTHLY = """\
  monthly:
    kind: rebate
    where: item.line is network
    eligible: [tier >= gold]
    period: month
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
"""
PLANTED = {
    "a sign turned around": ("- revenue >= revenue_needed", "- revenue <= revenue_needed", "RNG352"),
    "a region for gold that excludes another line": (
        "- any: [growth >= 10%, csat >= 4.2]",
        "- all: [region is emea, region is apac]",
        "RNG350",
    ),
    "growth of what does not grow": (
        "- any: [growth >= 10%, csat >= 4.2]",
        "- all: [growth >= 10%, revenue_before > revenue]",
        "RNG350",
    ),
    "engineers below zero": ("smb: 6, enterprise: 10", "smb: 6, enterprise: 3", "RNG309"),
    "a certification that ends": (
        "pro: {valid_for: 24 months, grace: 90 days}",
        "pro: {retired_on: 2026-07-01}",
        "RNG351",
    ),
    "a threshold that falls in August": ("gold: 300_000 USD", "gold: 55_000 USD", "RNG309"),
    "gold without the common line": (
        "  platinum:\n    requires:\n      - at_least: 2\n        of: [csat >= 4.5, growth >= 15%, strategic]",
        "  platinum:\n    requires:\n      - at_least: 1\n        of: [csat >= 4.5, growth >= 15%, strategic]",
        "RNG352",
    ),
    "an old line": (
        "- any: [growth >= 10%, csat >= 4.2]",
        "- revenue >= 10_000 USD\n      - growth >= 10%",
        "RNG352 RNG354",
    ),
    "an alternative within another": (
        "any: [growth >= 10%, csat >= 4.2]",
        "any: [growth >= 10%, csat >= 4.2, growth >= 12%]",
        "RNG354",
    ),
    "an alternative nobody can use": (
        "any: [growth >= 10%, csat >= 4.2]",
        "any: [growth >= 10%, csat >= 4.2, {all: [revenue < 1 USD, deals > 3]}]",
        "RNG355",
    ),
    "a segment nobody is in": ("region in [emea, na]", "region in [emea, na] and region is apac", "RNG355"),
    "a benefit nobody gets": (
        "when: [tier <= silver, growth >= 30%]",
        "when: [tier < registered, growth >= 30%]",
        "RNG311",
    ),
    "a value nobody gets": (
        "gold: 15%}}",
        "gold: 15%}, when: [tier <= silver]}",
        "RNG356",
    ),
    "returns that are sales": (
        "where: [item.line is network, entry is sale]",
        "where: [entry is return, entry is sale]",
        "RNG357",
    ),
    "nobody eligible": ("eligible: [tier >= silver]", "eligible: [tier >= silver, revenue < 50_000 USD]", "RNG357"),
    "a rate of nothing": ("rate: 2%\n    of", "rate: 0%\n    of", "RNG357"),
    "a copied launch": ("where: [item.line is security, entry is sale]", "where: [entry is sale]", "RNG358"),
    "a rebate for what a rebate is paid for": (
        "  launch:\n    kind: spiff",
        MONTHLY + "  launch:\n    kind: spiff",
        "RNG358",
    ),
    "a limit below the band": ("at_most: 75_000 USD", "at_most: 500 USD", "RNG359"),
    "an upper band that pays less": ("{from: 100_000 USD, rate: 2%}", "{from: 100_000 USD, rate: 0.5%}", "RNG360"),
    "a fund of the year each quarter": ("window: last 1 fiscal quarter", "window: trailing 12 months", "RNG361"),
}


def findings(text: str) -> tuple[Diagnostic, ...]:
    """All that is said about a program."""
    return diagnose(text.encode(), "ridge.yaml")[1]


def test_a_sound_program_has_none() -> None:
    """Nothing is said of a program that says what is meant."""
    assert findings(SOUND) == ()


@pytest.mark.parametrize("name", PLANTED)
def test_planted_defects_are_found(name: str) -> None:
    """One change makes a defect; the findings are its own."""
    before, after, expected = PLANTED[name]
    assert SOUND.count(before) == 1
    found = findings(SOUND.replace(before, after))
    assert {each.code for each in found} == set(expected.split()), [(each.code, each.message) for each in found]
    assert all(each.evidence for each in found if "RNG350" <= each.code <= "RNG389")
    shown = [each for each in found if each.code in ("RNG309", "RNG352", "RNG358", "RNG360")]
    assert all(each.evidence[-1].form == "example" for each in shown)


SHIPPED = [
    *sorted((ROOT / "programs").glob("*/2*.yaml")),
    *sorted((ROOT / "tests" / "gallery" / "good").glob("*program.yaml")),
]


@pytest.mark.parametrize("path", [each for each in SHIPPED if ".test." not in each.name], ids=lambda path: path.stem)
def test_shipped_programs_have_none(path: Path) -> None:
    """Programs that are shipped, and those of the gallery that are good, have no findings."""
    assert diagnose(path.read_bytes(), str(path))[1] == ()
