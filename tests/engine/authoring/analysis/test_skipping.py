"""RNG352: a partner that meets a tier and not the one below it, for every kind of measure that a line may read.

Without an example that the reference evaluator confirms nothing is reported, so each finding here shows one that holds.
"""

from __future__ import annotations

import pytest

from tests.tiny import findings

BASE = """
choices: {area: [emea, na]}
records:
  products: {fields: {line: {type: choice, values: [network, security], optional: true}}}
  customers: {fields: {segment: {type: text, optional: true}}}
  sales: {fields: {area: {type: area, optional: true}}}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  sold: {from: sales, count: records, window: trailing 12 months}
  kinds: {from: sales, count_distinct: product_id, window: trailing 12 months}
  buyers: {from: sales, count_distinct: customer_id, window: trailing 12 months}
  lines: {from: sales, count_distinct: product.line, window: trailing 12 months}
  segments_sold: {from: sales, count_distinct: customer.segment, window: trailing 12 months}
  secure_segments: {like: segments_sold, where: customer.name is 'Acme'}
  regional: {like: revenue, per: [area]}
  regional_buyers: {like: buyers, per: [area]}
  regional_best: {from: sales, max: amount, window: trailing 12 months, per: [area]}
  regional_ratio: {formula: regional / 1_000 USD, per: [area]}
tiers:
  ladder: [registered, silver, gold]
  silver: {requires: [LOWER]}
  gold: {requires: [UPPER]}
"""


def skipped(lower: str, upper: str) -> list[str]:
    """The text of the example of RNG352; none where it is not reported."""
    found = findings(BASE.replace("LOWER", lower).replace("UPPER", upper), analysed=True)
    assert not [each for each in found if each.severity.name == "ERROR"], found
    return [each.evidence[0].text for each in found if each.code == "RNG352"]


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("kinds >= 2", "revenue >= 300 USD"),
        ("revenue >= 100 USD", "kinds >= 3"),
        ("revenue >= 100 USD", "lines >= 2"),
        ("lines >= 2", "revenue >= 100 USD"),
        ("revenue >= 100 USD", "segments_sold >= 3"),
        ("revenue >= 100 USD", "secure_segments >= 3"),
        ("regional.emea >= 100 USD", "revenue >= 300 USD"),
        ("revenue >= 300 USD", "regional.emea >= 100 USD"),
        ("regional.na >= 100 USD", "regional.emea >= 100 USD"),
        ("revenue >= 300 USD", "regional_buyers.emea >= 2"),
        ("regional_buyers.emea >= 2", "buyers >= 3"),
        ("revenue >= 300 USD", "regional_best.emea >= 100 USD"),
        ("{any: [buyers >= 3, revenue >= 200 USD]}", "{any: [kinds >= 4, regional.na >= 50 USD]}"),
        ("revenue >= 100 USD, {any: [sold >= 5, kinds >= 3]}", "revenue >= 300 USD"),
        (
            "{at_least: 2, of: [buyers >= 3, kinds >= 2, sold >= 4]}",
            "{at_least: 2, of: [buyers >= 6, revenue >= 9 USD, regional.na >= 5 USD]}",
        ),
    ],
)
def test_a_line_that_is_not_repeated(lower: str, upper: str) -> None:
    """Any measure of records, in a line or inside a group, below or above."""
    (example,) = skipped(lower, upper)
    assert "tiers: {gold: met, silver: not_met}" in example


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("kinds >= 2", "kinds >= 3"),
        ("lines >= 1", "lines >= 2"),
        ("regional.emea >= 100 USD", "regional.emea >= 300 USD"),
        ("buyers >= 2", "regional_buyers.emea >= 2"),
        ("{any: [buyers >= 3, kinds >= 2]}", "buyers >= 5"),
    ],
)
def test_a_line_that_the_upper_tier_implies(lower: str, upper: str) -> None:
    """Who meets the upper tier meets the lower one as well: nothing can be shown, and nothing is said."""
    assert skipped(lower, upper) == []


@pytest.mark.parametrize("upper", ["regional_ratio.emea >= 3"])
def test_what_no_example_shows(upper: str) -> None:
    """A formula at its keys has any value for the analysis, so no records are made for it."""
    assert skipped("revenue >= 9_000 USD", upper) == []
