"""Benefits: by tier and by condition, granted, not granted, and not to be decided."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import Decided, decide, findings, told

LADDER = """
records:
  partners:
    fields:
      score: {type: integer, optional: true}
      size: {type: choice, values: [small, large], optional: true}
      growth: {type: decimal, optional: true}
tiers:
  ladder: [registered, silver, gold, platinum]
  silver: {requires: [score >= 1]}
  gold: {requires: [score >= 2]}
  platinum: {requires: [score >= 3]}
"""


def granted(benefits: str, *people: str) -> Decided:
    """Benefits of partners given as `score|size|growth`."""
    lines = [f"P{place}|{each}" for place, each in enumerate(people, 1)]
    return decide(LADDER + benefits, "2026-06-30", {"partners": rows("partner_id score size growth", *lines)})


def values(found: Decided, name: str, count: int) -> list[tuple[Value, Value]]:
    """Value and granted of the first partners."""
    return [found.benefit(name, f"P{place}") for place in range(1, count + 1)]


def test_a_tier_not_listed_has_what_the_next_lower_has() -> None:
    """And below the lowest listed there is nothing."""
    text = "benefits: {discount: {value: percent, by: [tier], values: {platinum: 20%, silver: 10%}}}"
    found = granted(text, "0|-|-", "1|-|-", "2|-|-", "3|-|-")
    tenth, fifth = Decimal("0.10"), Decimal("0.20")
    assert values(found, "discount", 4) == [(None, False), (tenth, True), (tenth, True), (fifth, True)]


def test_every_kind() -> None:
    """Percents, amounts, quantities, levels and flags."""
    text = """
benefits:
  levels_of_help: {value: level, levels: [standard, named], by: tier, values: {registered: standard, gold: named}}
  licences: {value: quantity, every: year, by: [tier], values: {silver: 5}}
  budget: {value: money, by: [tier], values: {registered: 0 USD, gold: 1_000.50 USD}}
  margin: {value: percent, is: 2.5%, title: Margin}
  badge: {value: flag, when: [tier >= gold]}
"""
    found = granted(text, "0|-|-", "2|-|-")
    assert values(found, "levels_of_help", 2) == [("standard", True), ("named", True)]
    assert values(found, "licences", 2) == [(None, False), (Decimal(5), True)]
    assert values(found, "budget", 2) == [(Decimal(0), True), (Decimal("1000.50"), True)]
    assert values(found, "margin", 2) == [(Decimal("0.025"), True)] * 2
    assert values(found, "badge", 2) == [(None, False), (True, True)]


def test_by_two_names() -> None:
    """The other name is looked at within the tier reached, then within the next lower one."""
    text = """
benefits:
  seats: {value: quantity, by: [size, tier], values: {small: {silver: 1, gold: 2}, large: {silver: 10}}}
"""
    found = granted(text, "2|small|-", "2|large|-", "2|-|-", "0|small|-", "1|small|-")
    expected = [(Decimal(2), True), (Decimal(10), True), (None, None), (None, False), (Decimal(1), True)]
    assert values(found, "seats", 5) == expected


def test_by_choice_and_segment() -> None:
    """A choice that is missing cannot be decided; one that is not listed is refused."""
    text = """
segments: {grown: {when: [growth >= 10%]}}
benefits:
  seats: {value: quantity, by: size, values: {small: 1}}
  coaching: {value: quantity, by: [grown], values: {'true': 2, 'false': 1}}
"""
    found = granted(text, "0|small|0.1", "0|large|0.0999", "0|-|-")
    assert values(found, "seats", 3) == [(Decimal(1), True), (None, False), (None, None)]
    assert values(found, "coaching", 3) == [(Decimal(2), True), (Decimal(1), True), (None, None)]


def test_condition_beside_a_tier() -> None:
    """`when` must hold as well; where it cannot be decided nothing is granted, and that is told."""
    text = "benefits: {bonus: {value: percent, by: [tier], values: {silver: 5%}, when: [growth >= 10%]}}"
    found = granted(text, "1|-|0.1", "1|-|0.0999", "1|-|-", "0|-|-", "0|-|0.1")
    five = Decimal("0.05")
    assert values(found, "bonus", 5) == [(five, True), (None, False), (None, None), (None, False), (None, False)]
    (entitlement,) = found.plan.entitlements
    assert (entitlement.by_tier, entitlement.lines) == (True, ("benefit.bonus.1",))
    assert [tier for tier, _ in entitlement.spans] == ["silver"]


def test_several_lines() -> None:
    """All lines of `when` must hold; the tier is the one held."""
    text = "benefits: {coaching: {value: flag, when: [tier <= silver, growth >= 30%]}}"
    found = granted(text, "1|-|0.3", "2|-|0.3", "1|-|-", "2|-|-")
    assert values(found, "coaching", 4) == [(True, True), (None, False), (None, None), (None, False)]


TIER = ", by: [tier], values: "


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        ("{value: flag}", ["RNG311 19`x`: `x` does not say who gets it"]),
        ("{value: flag, is: 5%}", ["RNG300 19`x`: the flag `x` has a value"]),
        ("{value: percent}", ["RNG300 19`x`: the percent `x` does not have one value"]),
        ("{value: percent, by: [tier]}", ["RNG300 19`x`: the percent `x` does not have one value"]),
        ("{value: percent, values: {gold: 5%}}", ["RNG300 19`x`: the percent `x` does not have one value"]),
        (f"{{value: percent, is: 5%{TIER}{{gold: 5%}}}}", ["RNG300 19`x`: the percent `x` does not have one value"]),
        (f"{{value: level{TIER}{{gold: a}}}}", ["RNG300 19`x`: the level `x` does not list its levels"]),
        (f"{{value: percent, levels: [a]{TIER}{{gold: 5%}}}}", ["RNG300 19`x`: the percent `x` has `levels`"]),
        (f"{{value: level, levels: [a, a]{TIER}{{gold: a}}}}", ["RNG207 19`a`: `a` is a level twice"]),
        (f"{{value: level, levels: [a]{TIER}{{gold: b}}}}", ["RNG200 19`b`: unknown name `b`"]),
        (
            f"{{value: level, levels: [a]{TIER}{{gold: 5%}}}}",
            ["RNG201 19`5%`: `x` has `value: level`, this is a number"],
        ),
        (
            f"{{value: percent{TIER}{{gold: 5 USD}}}}",
            ["RNG201 19`5 USD`: `x` has `value: percent`, this is an amount in USD"],
        ),
        (
            "{value: quantity, is: score / 3}",
            ["RNG201 19`score / 3`: the value of `x` is a division, and its number of digits is not stated"],
        ),
        ("{value: money, is: 5}", ["RNG201 19`5`: `x` has `value: money`, this is a number"]),
        (
            f"{{value: percent{TIER}{{gold: 5%, silver: 5 USD}}}}",
            ["RNG201 19`5 USD`: this is an amount in USD, the value before is a number"],
        ),
        (f"{{value: percent{TIER}{{gold: 150%}}}}", ["RNG307 19`150%`: 150 % is more than 100 %"]),
        (f"{{value: percent{TIER}{{golden: 5%}}}}", ["RNG209 19`golden`: `golden` is not a value of `tier`"]),
        (
            "{value: percent, by: [score], values: {gold: 5%}}",
            ["RNG201 19`score`: `score` is a whole number; values can depend on tier, segment or choice"],
        ),
        ("{value: percent, by: [colour], values: {gold: 5%}}", ["RNG200 19`colour`: unknown name `colour`"]),
        (
            "{value: percent, by: [tier, size], values: {gold: 5%}}",
            ["RNG300 19`gold`: `values` must be nested 2 deep, once for each name under `by`"],
        ),
        (
            "{value: percent, is: 5%, when: [growth >= 1 USD]}",
            ["RNG201 19`1 USD`: a number cannot be compared with an amount in USD"],
        ),
        (
            "{value: quantity, is: 5, every: fiscal year}",
            ["RNG401 19`x`: fiscal periods need a fiscal calendar"],
        ),
        ("{value: percent, is: 5 %}", ["RNG505 19`%`: `%` does not follow a number"]),
    ],
)
def test_findings(benefit: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(LADDER + f"benefits:\n  x: {benefit}\n") == expected


def test_a_value_that_is_missing() -> None:
    """Where `is` names something that is missing, it cannot be decided what is granted."""
    found = granted("benefits: {bonus: {value: quantity, is: growth}}", "1|-|0.5", "1|-|-")
    assert values(found, "bonus", 2) == [(Decimal("0.5"), True), (None, None)]


def test_very_many_benefits_are_refused() -> None:
    """Five hundred are accepted, and of one more the number is told."""
    for count, expected in ((500, []), (501, [("RNG107", "`benefits` has 501 keys")])):
        text = (
            LADDER
            + "benefits:\n"
            + "".join(f"  b{each}: {{value: flag, when: [score >= 2]}}\n" for each in range(count))
        )
        assert [(each.code, each.message) for each in findings(text)] == expected
