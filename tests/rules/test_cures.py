"""Cures that lead on: each is followed here, and what follows is checked again."""

from __future__ import annotations

import re

import pytest

from tests.tiny import findings

FIELDS = """\
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise]}
      level: {type: choice, values: [a, b], ordered: true}
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
tiers:
  ladder: [registered, silver, gold]
  silver: {requires: [revenue >= 5 USD]}
  gold: {requires: [revenue >= 9 USD]}
benefits: {help: {value: flag, when: [%s]}}
"""


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("tier", "tier >= gold"),
        ("size", "size is enterprise"),
        ("level", "level >= b"),
        ("revenue", "revenue >= 50_000 USD"),
        ("joined_on", "joined_on >= 2026-01-01"),
        ("name", "name is 'a text'"),
        ("revenue / revenue", "revenue / revenue >= 5"),
    ],
)
def test_what_is_no_condition_is_compared_with_its_own_kind(line: str, cure: str) -> None:
    """RNG203: the comparison that is shown is one that this value allows."""
    (found,) = (each for each in findings(FIELDS % line) if each.code == "RNG203")
    assert found.help == f"compare it, as in `{cure}`"
    assert [each.code for each in findings(FIELDS % cure) if each.code < "RNG300" and each.code != "RNG211"] == []


@pytest.mark.parametrize("line", ["silver or gold", "gold", "not silver", "tier is gold or silver"])
def test_a_tier_alone_is_compared(line: str) -> None:
    """RNG200: a tier is no name of a value; each of the two lines that are shown is one."""
    found = [each for each in findings(FIELDS % line) if each.code == "RNG200"]
    assert found
    for each in found:
        cures = re.findall(r"`(tier [^`]+)`", each.help)
        assert len(cures) == 2
        assert [findings(FIELDS % cure) for cure in cures] == [(), ()]


def test_a_tier_is_no_tier_where_tiers_cannot_be_read() -> None:
    """In the lines of a tier the names are listed, as before; and so they are without a ladder."""
    ladder = FIELDS.replace("silver: {requires: [revenue >= 5 USD]}", "silver: {requires: [gold]}") % "tier is gold"
    without = re.sub(r"tiers:(\n  .*)+", "", FIELDS) % "gold"
    for sections in (ladder, without):
        (found,) = (each for each in findings(sections) if each.code == "RNG200")
        assert "is a tier" not in found.help


REBATE = """
incentives:
  one: {kind: rebate, from: sales, period: quarter, sum: amount, payee: partner,
        bands: [{from: %s, rate: 1%%}, {from: %s, rate: 2%%}]}
"""
NEEDED = """
parameters: {need: {by: revenue, bands: [{from: %s, value: 1}, {from: %s, value: 2}]}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  deals: {from: sales, count: records, window: trailing 12 months}
tiers: {ladder: [a, b], b: {requires: [deals >= need]}}
"""
READ = "parameters: {low: 5 USD, high: 9 USD}\n" + REBATE


@pytest.mark.parametrize(
    ("sections", "edges", "is_equal"),
    [
        (REBATE, ("0 USD", "0 USD"), True),
        (REBATE, ("9 USD", "0 USD"), False),
        (NEEDED, ("0 USD", "0 USD"), True),
        (NEEDED, ("0 USD", "-5 USD"), False),
        (READ, ("high", "low"), False),
        (READ, ("low", "low"), True),
    ],
)
def test_bands_that_start_together_cannot_be_sorted(sections: str, edges: tuple[str, str], is_equal: bool) -> None:
    """RNG306: two bands of one start need another start, others another order."""
    (found,) = (each for each in findings(sections % edges) if each.code == "RNG306")
    assert ("sort" in found.help) is not is_equal
    assert ("higher `from`" in found.help) is is_equal
