"""RNG212: values of which tiers, segments and choices an incentive needs, when its `eligible` lines exclude some."""

from __future__ import annotations

import pytest

from tests.tiny import decide, partners, sales, told

BASE = """
choices: {{area: [emea, na]}}
records:
  partners:
    fields: {{region: {{type: choice, values: [emea, na]}}, twin: {{type: choice, values: [emea, na]}}, area: area}}
  sales: {{fields: {{area: area}}}}
metrics: {{revenue: {{from: sales, sum: amount, window: trailing 12 months}}}}
segments: {{big: {{when: [revenue >= 500 USD]}}}}
designations: {{star: {{requires: [revenue >= 700 USD]}}}}
parameters: {{least: {{by: [tier], values: {{silver: 1 USD, gold: 2 USD}}}}}}
tiers:
  ladder: [bronze, silver, gold]
  silver: {{requires: [revenue >= 100 USD]}}
  gold: {{requires: [revenue >= 1_000 USD]}}
incentives:
  bonus:
    kind: {kind}
    from: sales
    eligible:
      - {line}
    {keys}
    payee: partner
  prize:
    kind: commission
    from: sales
    eligible: [tier >= silver, big, star, region is emea, partner.area is emea]
    of: amount
    rate: 1%
    limits: [{{at_most: least, per: [partner]}}]
    payee: partner
"""
UPPER = "{by: [tier], values: {silver: 1%, gold: 2%}}"


def missing(line: str, rate: str, kind: str = "record") -> list[str]:
    """What RNG212 says of a rate, in an incentive by record or by period."""
    keys = "of: amount" if kind == "record" else "period: quarter\n    sum: amount"
    text = BASE.format(kind="commission" if kind == "record" else "rebate", line=line, keys=f"{keys}\n    rate: {rate}")
    found = [each for each in told(text) if not each.startswith("RNG211")]
    assert all(each.startswith("RNG212") for each in found), found
    return [each.partition(": ")[2] for each in found]


@pytest.mark.parametrize("kind", ["record", "period"])
@pytest.mark.parametrize(
    "line",
    [
        "tier >= silver",
        "tier > bronze",
        "tier is not bronze",
        "tier in [silver, gold]",
        "tier not in [bronze]",
        "tier between silver and gold",
        "tier is 'gold' or tier is silver",
        "not tier is bronze",
        "not (tier <= bronze or big)",
        "tier >= silver and revenue >= 5 USD",
        "any: [tier is gold, {all: [tier is silver, big]}]",
        "none: [tier is bronze, big]",
        "at_least: 2\n        of: [tier >= silver, tier is not bronze, big]",
        "at_least: 3\n        of: [tier >= silver, big, star]",
    ],
)
def test_a_tier_that_a_line_excludes_needs_no_value(line: str, kind: str) -> None:
    """Whatever else is true of such a partner, it earns nothing."""
    assert missing(line, UPPER, kind) == []


@pytest.mark.parametrize("kind", ["record", "period"])
@pytest.mark.parametrize(
    "line",
    [
        "tier >= bronze",
        "revenue >= 100 USD",
        "any: [tier >= silver, big]",
        "tier >= silver or big",
        "at_least: 1\n        of: [tier >= silver, big]",
        "none: [{all: [tier is bronze, big]}]",
        "not (tier is bronze and big)",
        "not tier is gold",
    ],
)
def test_a_tier_that_may_earn_needs_a_value(line: str, kind: str) -> None:
    """Something else decides, so a partner of the lowest tier may be eligible."""
    assert missing(line, UPPER, kind) == ["there is no value for `bronze`"]


@pytest.mark.parametrize(
    ("line", "rate"),
    [
        ("big", "{by: [big], values: {'true': 1%}}"),
        ("not big", "{by: [big], values: {'false': 1%}}"),
        ("star", "{by: [star], values: {'true': 1%}}"),
        ("region is emea", "{by: [region], values: {emea: 1%}}"),
        ("partner.region is emea", "{by: [region], values: {emea: 1%}}"),
        ("region is emea", "{by: [partner.region], values: {emea: 1%}}"),
        ("area is emea", "{by: [partner.area], values: {emea: 1%}}"),
        ("tier >= silver and big", "{by: [tier, big], values: {silver: {'true': 1%}, gold: {'true': 1%}}}"),
    ],
)
def test_whatever_a_table_goes_by(line: str, rate: str) -> None:
    """Segments, designations and fields of the partner, alone and together."""
    assert missing(line, rate) == []


def test_a_field_of_the_record_is_another_one() -> None:
    """The line reads the partner's `area`, the table that of the sale."""
    assert missing("area is emea", "{by: [sales.area], values: {emea: 1%}}") == ["there is no value for `na`"]


def test_periods_paid_in_the_currency_of_the_row() -> None:
    """A line excludes tiers, and no currency: a field `currency` of the partner is another one."""
    text = """
        records:
          sales:
            fields: {{amount: {{type: money, currency: row}}, currency: {{type: choice, values: [USD, EUR]}}}}
        metrics: {{sold: {{from: sales, count: records, window: trailing 12 months}}}}
        tiers: {{ladder: [bronze, silver], silver: {{requires: [sold >= 2]}}}}
        incentives:
          bonus:
            kind: rebate
            from: sales
            eligible: [tier >= silver]
            period: quarter
            sum: amount
            rate: {{by: [tier, currency], values: {{silver: {rates}}}}}
            pays_in: row
            payee: partner
        """
    assert told(text.format(rates="{USD: 1%, EUR: 2%}")) == []
    (found,) = told(text.format(rates="{USD: 1%}"))
    assert found.endswith("there is no value for `silver EUR`")


def test_a_comparison_with_something_else_excludes_nothing() -> None:
    """Two fields of the partner."""
    assert missing("region is twin", "{by: [region], values: {emea: 1%}}") == ["there is no value for `na`"]


def test_each_incentive_that_reads_a_parameter_needs_its_values() -> None:
    """`prize` excludes the lowest tier, `bonus` does not."""
    assert missing("revenue >= 5 USD", "least / 100 USD") == ["`least` has no value for `bronze`"]
    assert missing("tier >= silver", "least / 100 USD") == []


@pytest.mark.parametrize("kind", ["record", "period"])
def test_who_is_excluded_earns_nothing(kind: str) -> None:
    """50 USD make no silver: nothing, and nothing undecided. 200 USD do, on the day and on the last: 1 %, 2.00 USD."""
    keys = "of: amount" if kind == "record" else "period: quarter\n    sum: amount"
    text = BASE.format(
        kind="commission" if kind == "record" else "rebate", line="tier >= silver", keys=f"{keys}\n    rate: {UPPER}"
    )
    given = {
        "partners": [{**each, "region": "na", "twin": "na", "area": "na"} for each in partners("P1", "P2")],
        "sales": sales("S1|P1|sale|2026-02-01|50.00", "S2|P2|sale|2026-02-01|200.00"),
    }
    earned = decide(text, "2026-04-01", given).earned("partner_id", "incentive", "amount")
    assert [each for each in earned if each[1] == "bonus"] == [("P2", "bonus", "2.00")]


def test_on_the_day_that_is_judged() -> None:
    """A partner that was silver on the day of a sale is paid by silver for it; the sale after that earns nothing."""
    keys = f"of: amount\n    rate: {UPPER}"
    text = BASE.format(kind="commission", line="tier >= silver", keys=keys)
    given = {
        "partners": [{**each, "region": "na", "twin": "na", "area": "na"} for each in partners("P1")],
        "sales": sales("S1|P1|sale|2025-03-01|150.00", "S2|P1|sale|2026-02-01|10.00", "S3|P1|sale|2026-03-02|10.00"),
    }
    earned = decide(text, "2026-06-01", given).earned("incentive", "source_id", "amount")
    assert [each for each in earned if each[0] == "bonus"] == [("bonus", "S2", "0.10")]
