"""RNG352: a partner that meets a tier and not the one below it, for every kind of measure that a line may read.

Without an example that the reference evaluator confirms nothing is reported, so each finding here shows one that holds.
"""

from __future__ import annotations

import pytest

from tests.tiny import findings

pytestmark = pytest.mark.search

BASE = """
choices: {area: [emea, na, apac]}
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
  regional_sold: {like: sold, per: [area]}
  regional_product: {formula: regional * regional_sold, per: [area]}
  by_customer: {like: revenue, per: [customer_id]}
  orders: {like: sold, per: [customer_id]}
  assortment: {like: kinds, per: [customer_id]}
  best: {from: by_customer, max: value}
  best_gap: {from: by_customer, max: value - 2 * value}
  typical: {from: by_customer, average: value}
  large: {from: by_customer, count: records, where: value >= 10_000 USD}
  large_sum: {from: by_customer, sum: value, where: value >= 10_000 USD}
  customers: {from: by_customer, count_distinct: customer_id}
  most_orders: {from: orders, max: value}
  all_orders: {from: orders, sum: value}
  faithful: {from: orders, count: records, where: value >= 3}
  broad: {from: assortment, count: records, where: value >= 2}
  served: {from: regional, count: records, where: value >= 1_000 USD}
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


@pytest.mark.parametrize("upper", ["regional_product.emea >= 3 USD"])
def test_what_no_example_shows(upper: str) -> None:
    """A product of two measures has any value for the analysis, so no records are made for it."""
    assert skipped("revenue >= 9_000 USD", upper) == []


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("large >= 2", "revenue >= 30_000 USD"),
        ("revenue >= 100_000 USD", "large >= 3"),
        ("best >= 20_000 USD", "revenue >= 30_000 USD"),
        ("revenue >= 9_000 USD", "best >= 5_000 USD"),
        ("best < 20_000 USD", "best >= 30_000 USD"),
        ("revenue >= 9_000 USD", "best_gap >= 3 USD"),
        ("sold >= 3", "large_sum >= 50_000 USD"),
        ("large >= 2", "customers >= 5"),
        ("buyers >= 4", "typical >= 5_000 USD"),
        ("faithful >= 2", "sold >= 5"),
        ("revenue >= 9_000 USD", "faithful >= 2"),
        ("sold >= 9", "most_orders >= 5"),
        ("revenue >= 9_000 USD", "all_orders >= 5"),
        ("revenue >= 9_000 USD", "broad >= 2"),
        ("faithful >= 3", "broad >= 2"),
        ("regional.emea >= 5_000 USD", "served >= 2"),
        ("revenue >= 9_000 USD", "served >= 3"),
        ("{any: [large >= 2, faithful >= 2]}", "revenue >= 40_000 USD"),
        ("revenue >= 9_000 USD", "regional_ratio.emea >= 3"),
    ],
)
def test_what_is_measured_of_groups(lower: str, upper: str) -> None:
    """A metric over the groups of another one: a sum, a count, the greatest or a mean of groups, and values at keys."""
    (example,) = skipped(lower, upper)
    assert "tiers: {gold: met, silver: not_met}" in example


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("large >= 2", "large >= 3"),
        ("best >= 10_000 USD", "large >= 1"),
        ("buyers >= 2", "large >= 2"),
        ("sold >= 6", "faithful >= 2"),
        ("served >= 1", "regional.emea >= 1_000 USD"),
        ("served >= 0", "served >= 4"),
        ("regional_ratio.emea >= 2", "regional.emea >= 3_000 USD"),
    ],
)
def test_groups_that_the_upper_tier_implies(lower: str, upper: str) -> None:
    """Two customers with three orders each have six; there are three areas, so no fourth can be served."""
    assert skipped(lower, upper) == []


LEVELS = (
    BASE[: BASE.index("tiers:")]
    + """
certifications: {pro: {}}
designations:
  level:
    ladder: [member, adept, expert, master]
    adept: {requires: [LOWER]}
    expert: {requires: [UPPER]}
    master: {requires: [UPPER, revenue >= 1_000_000 USD]}
benefits: {badge: {value: flag, when: [level >= expert]}}
"""
)


def of_levels(lower: str, upper: str, changed: str = "", to: str = "") -> list[tuple[str, str]]:
    """Message and example of RNG352 about `expert`."""
    text = LEVELS.replace(changed, to) if changed else LEVELS
    found = findings(text.replace("LOWER", lower).replace("UPPER", upper), analysed=True)
    assert not [each for each in found if each.severity.name == "ERROR"], found
    told = [each for each in found if each.code == "RNG352" and "`expert`" in each.message.split(" and ")[0]]
    return [(each.message, each.evidence[0].text) for each in told]


@pytest.mark.parametrize(
    ("lower", "upper"), [("revenue >= 100 USD", "sold >= 3"), ("large >= 2", "revenue >= 30_000 USD")]
)
def test_a_designation_with_a_ladder(lower: str, upper: str) -> None:
    """The example shows the tier held, and the line of the tier below that is not met."""
    ((message, example),) = of_levels(lower, upper)
    assert message == "a partner can meet `expert` of `level` and not `adept` below it"
    assert "designations: {level: expert}" in example
    assert "designation.level.adept.1: {outcome: not_met}" in example


def test_a_designation_whose_tiers_require_more_and_more() -> None:
    """Nothing is said where the lower line is implied, repeated, or taken over."""
    assert of_levels("sold >= 2", "sold >= 3") == []
    assert of_levels("revenue >= 100 USD", "sold >= 3, revenue >= 100 USD") == []
    cumulative = "  level:\n    cumulative: true\n"
    assert of_levels("revenue >= 100 USD", "sold >= 3", "  level:\n", cumulative) == []


def test_only_partners_to_whom_a_designation_applies_count() -> None:
    """The lower line is met by all of them; or the example has what `applies_to` asks."""
    applying = "  level:\n    applies_to: [revenue >= 100 USD]\n"
    assert of_levels("revenue >= 100 USD", "sold >= 3", "  level:\n", applying) == []
    ((_, example),) = of_levels("revenue >= 200 USD", "sold >= 3", "  level:\n", applying)
    assert "100 USD" in example


def test_a_designation_with_a_status_for_each_key() -> None:
    """The lines read the metric, its formula and another designation at one value of the key."""
    keyed = "  level:\n    per: [area]\n    overall: highest\n"
    ((_, example),) = of_levels("regional >= 900 USD", "regional_buyers >= 2", "  level:\n", keyed)
    assert "level: {emea: expert}" in example
    assert "designation.level.emea.adept.1: {outcome: not_met}" in example
    ((_, example),) = of_levels("regional_buyers >= 3", "regional_ratio >= 2", "  level:\n", keyed)
    assert "level: {emea: expert}" in example
    assert of_levels("regional >= 900 USD", "regional_ratio >= 2", "  level:\n", keyed) == []


def test_a_nomination_for_a_tier_of_a_designation() -> None:
    """The missed line is the invitation; or the example has the nomination, with its ladder."""
    invited = "adept: {by_invitation: true, "
    ((_, example),) = of_levels("sold >= 1", "sold >= 3", "adept: {", invited)
    assert "designation.level.adept.2: {outcome: not_met}" in example
    invited = "expert: {by_invitation: true, "
    ((_, example),) = of_levels("revenue >= 100 USD", "sold >= 3", "expert: {", invited)
    (nomination,) = [each for each in example.splitlines() if "tier: expert" in each]
    assert "ladder: level" in nomination


@pytest.mark.parametrize(
    ("upper", "needs"),
    [("star", "closed_on"), ("level >= adept", "closed_on"), ("level.emea is adept", "emea"), ("not star", "expect")],
)
def test_a_tier_that_reads_a_designation(upper: str, needs: str) -> None:
    """The example meets the lines of the status that the upper tier reads."""
    per = "per: [area], overall: highest, " if "emea" in upper else ""
    line = f"{'regional' if per else 'revenue'} >= 9 USD"
    level = f"level: {{{per}ladder: [member, adept], adept: {{requires: [{line}]}}}}"
    text = f"designations:\n  star: {{requires: [sold >= 2]}}\n  {level}\n"
    text = BASE.replace("tiers:\n", text + "certifications: {pro: {}}\ntiers:\n", 1)
    text = text.replace("  regional:", "  engineers: {people_holding: pro}\n  regional:")
    found = findings(text.replace("LOWER", "engineers >= 2").replace("UPPER", upper), analysed=True)
    (example,) = [each.evidence[0].text for each in found if each.code == "RNG352"]
    assert "tiers: {gold: met, silver: not_met}" in example
    assert needs in example
