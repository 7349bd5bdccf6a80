"""Designations: names that look alike, what is wrong with a declaration, and days of judging."""

from __future__ import annotations

from datetime import date

import pytest

from tests.ridge.records import rows
from tests.rules.test_designations import FIELDS, SOLD, decided, without_line
from tests.tiny import told

# ------------------------------------------------------------------------------------------------ names that look alike


def test_names_that_look_alike_are_told_apart() -> None:
    """A designation called like a tier, a metric like a kind of owner, tiers like columns of a ladder."""
    sections = """
metrics:
  designation: {from: sales, sum: amount, window: lifetime}
  tiers: {from: sales, count: records, window: lifetime}
designations:
  high: {requires: [designation >= 10 USD]}
  held: {ladder: [floor, ceiling], requires: [tiers >= 2]}
tiers:
  ladder: [low, high, held, outcome]
  high: {requires: [high]}
  held: {requires: [held is ceiling]}
  outcome: {requires: [tier is 'outcome', score >= 9]}
"""
    made = rows(SOLD, "S1|P1|sale|2026-03-01|10.00|-", "S2|P2|sale|2026-03-01|5.00|-", "S3|P2|sale|2026-03-01|4.00|-")
    found = decided(sections, "P1|1|-|-|-", "P2|1|-|-|-", sales=made)
    held = {(row["partner_id"], row["ladder"]): row["held"] for row in found.outputs["statuses"]}
    assert held == {
        ("P1", "tiers"): "high",
        ("P1", "high"): "held",
        ("P1", "held"): "floor",
        ("P2", "tiers"): "held",
        ("P2", "high"): "not_held",
        ("P2", "held"): "ceiling",
    }


def test_a_tier_of_a_designations_name_needs_quotes() -> None:
    """`gold` beside `tier` could be the tier or the designation: quotes say the value."""
    sections = (
        FIELDS
        + """
designations: {gold: {requires: [score >= 5]}}
tiers: {ladder: [silver, gold], gold: {requires: [gold]}}
benefits: {badge: {value: flag, when: [WORD]}}
"""
    )
    assert list(map(without_line, told(sections.replace("WORD", "tier is gold")))) == [
        "RNG206 `gold`: `gold` is both a declared name and a value of the choice"
    ]
    assert told(sections.replace("WORD", "tier is 'gold'")) == []


# ------------------------------------------------------------------------------------------------ findings


USED = "\ntiers: {ladder: [x, y], y: {requires: [s]}}"  # the segment `s`


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ("designations: {a: {}}", ["RNG309 `a`: `a` requires nothing, so every partner has it"]),
        (
            "designations: {a: {ladder: [x, y], x: {requires: [score >= 1]}, y: {requires: [score >= 2]}}}",
            ["RNG314 `x`: `x` is the lowest tier: every partner has it, so its requirements have no effect"],
        ),
        (
            "designations: {a: {requires: [score >= 1], requirse: {requires: [score >= 1]}}}",
            ["RNG310 `requirse`: unknown key `requirse`; `a` has no `ladder`, so it has no tiers"],
        ),
        (
            "designations: {a: {requires: [score >= 1], was: {b: c}}}",
            [
                "RNG300 `was`: `a` has no `ladder`, so it has no renamed tiers",
            ],
        ),
        (
            "designations: {a: {ladder: [x, y], by_invitation: true, requires: [score >= 1]}}",
            ["RNG300 `by_invitation`: `a` has several tiers, so it must say which one is by invitation"],
        ),
        (
            "designations: {a: {per: [line], requires: [score >= 1]}}",
            ["RNG200 `line`: there is no choice `line`"],
        ),
        (
            "designations: {a: {overall: highest, requires: [score >= 1]}}",
            ["RNG300 `highest`: `a` has one status, so `overall` has no meaning"],
        ),
        (
            "designations: {a: {per: [region], overall: small, requires: [score >= 1]}}",
            ["RNG300 `small`: `small` does not name a value of region"],
        ),
        (
            "designations: {a: {per: [region], requires: [score >= 1]}, b: {requires: [a]}}",
            ["RNG213 `a`: `a` has a status for each region; it is not clear which one is meant"],
        ),
        (
            "designations: {a: {per: [region], requires: [score >= 1]}, b: {requires: [a.apac]}}",
            ["RNG200 `a.apac`: unknown name `a.apac`"],
        ),
        (
            "designations: {a: {requires: [score >= 1]}, b: {requires: [a.apac]}}",
            ["RNG200 `a.apac`: unknown name `a.apac`"],
        ),
        (
            "designations: {a: {requires: [b]}, b: {requires: [a]}}",
            ["RNG208 `a`: `a` depends on itself: a -> b -> a"],
        ),
        ("designations: {a: {requires: [a]}}", ["RNG208 `a`: `a` depends on itself: a -> a"]),
        (
            "designations: {a: {applies_to: [scor >= 1], requires: [score >= 1]}}",
            ["RNG200 `scor`: unknown name `scor`"],
        ),
        (
            "designations: {a: {per: [region], overall: highest, requires: [scor >= 1]}, b: {requires: [a]}}",
            ["RNG200 `scor`: unknown name `scor`"],
        ),
        (
            "designations: {a: {per: [region], overall: home, requires: [scor >= 1]}, b: {requires: [a]}}",
            ["RNG200 `scor`: unknown name `scor`"],
        ),
        (
            "designations: {a: {requires: [score >= 1]}}\nsegments: {s: {when: [a]}}" + USED,
            ["RNG213 `a`: whether a partner has `a` is not known here"],
        ),
        (
            "designations: {a: {per: [region], requires: [score >= 1]}}\nsegments: {s: {when: [a.emea]}}" + USED,
            ["RNG213 `a.emea`: whether a partner has `a.emea` is not known here"],
        ),
    ],
)
def test_findings(sections: str, expected: list[str]) -> None:
    """What is wrong with a designation is said at its place."""
    assert [without_line(each) for each in told(FIELDS + sections)] == expected


def test_days_of_judging() -> None:
    """An incentive judges a designation by region on each sale's day, with the history of that day."""
    sections = """
metrics:
  sold: {from: sales, sum: amount, window: lifetime, per: [region]}
designations:
  local: {per: [region], requires: [sold >= 100 USD]}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: 10%, eligible: [local.emea], payee: partner}
"""
    made = rows(
        SOLD, "S1|P1|sale|2026-03-01|60.00|emea", "S2|P1|sale|2026-03-02|60.00|emea", "S3|P1|sale|2026-03-03|5.00|na"
    )
    found = decided(sections, "P1|1|1|-|-", sales=made, statuses=[])
    assert found.earned("source_id", "amount") == [("S2", "6.00"), ("S3", "0.50")]
    assert date(2026, 6, 30) == found.plan.as_of


# ------------------------------------------------------------------------------------------------ metrics and choices


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (
            (
                "metrics: {sold: {from: sales, sum: amount, window: lifetime, per: [region]}}\n"
                "tiers: {ladder: [x, y], y: {requires: [sold.apac >= 1 USD]}}"
            ),
            ["RNG200 `sold.apac`: unknown name `sold.apac`"],
        ),
        (
            (
                "metrics: {sold: {from: sales, sum: amount, window: lifetime, per: [region, entry]}}\n"
                "designations: {a: {per: [region], requires: [sold >= 1 USD]}}"
            ),
            ["RNG213 `sold`: `sold` has one value for each group (`per`), not one for the partner"],
        ),
        (
            (
                "metrics: {sold: {from: deals, sum: value, window: lifetime, per: [region]}}\n"
                "tiers: {ladder: [x, y], y: {requires: [sold.emea >= 1 USD]}}"
            ),
            ["RNG205 `sold`: `deals` has no field `region`"],
        ),
        (
            "metrics: {half: {formula: score / 2, per: [line]}}\ntiers: {ladder: [x, y], y: {requires: [score >= 1]}}",
            ["RNG200 `half`: a formula can have `per` only for choices, and there is no choice `line`"],
        ),
    ],
    ids=["value", "other key", "no field", "formula"],
)
def test_findings_about_keys_of_metrics(sections: str, expected: list[str]) -> None:
    """A value that the choice does not have, a key that is not at hand, a key that nothing stands for."""
    assert [without_line(each) for each in told(FIELDS + sections)] == expected


def test_findings_about_choices() -> None:
    """A choice cannot have the name of a type; a type must be one, or a choice."""
    found = told("choices: {money: [a, b]}\nrecords: {partners: {fields: {x: sice}}}")
    assert [without_line(each) for each in found] == [
        "RNG210 `money`: `money` is a type of fields",
        "RNG200 `sice`: there is no type `sice`",
    ]


def test_a_status_that_is_open_may_be_the_highest() -> None:
    """A sale that may be of any region leaves the highest status open, unless one is at the top already."""
    sections = """
metrics:
  sold: {from: sales, sum: amount, window: lifetime, per: [region]}
designations:
  local:
    per: [region]
    overall: highest
    ladder: [member, expert]
    requires:
      - any: [local is member, sold >= 100 USD]
tiers:
  ladder: [low, high]
  high: {requires: [local is expert]}
"""
    sold = ("P1|sale|2026-03-01|100.00|-", "P2|sale|2026-03-01|100.00|emea", "P3|sale|2026-03-01|1.00|na")
    made = rows(SOLD, *(f"S{place}|{each}" for place, each in enumerate(sold)))
    found = decided(sections, "P1|1|1|-|-", "P2|1|1|-|-", "P3|1|1|-|-", sales=made)
    assert [found.met("tier.high.1", each) for each in ("P1", "P2", "P3")] == [False, True, False]
    assert [row["undecided"] for row in found.outputs["statuses"] if row["partner_id"] == "P1"] == [True, True, False]


def test_whether_there_is_a_status_may_be_open() -> None:
    """Of a ladder for each region: who has no home may have a status or none, so the highest cannot be told."""
    sections = """
metrics:
  sold: {from: sales, sum: amount, window: lifetime, per: [region]}
designations:
  local:
    per: [region]
    overall: highest
    ladder: [member, expert]
    applies_to: [home is emea]
    requires: [score >= 5, sold >= 0 USD]
tiers:
  ladder: [low, high]
  high: {requires: [local is expert]}
"""
    found = decided(sections, "P1|5|1|emea|-", "P2|5|1|-|-", "P3|1|1|emea|-")
    assert [found.met("tier.high.1", each) for each in ("P1", "P2", "P3")] == [True, None, False]


def test_pay_by_a_benefit_that_a_designation_grants() -> None:
    """Judged on the day of each sale; for those it does not apply to the benefit is not granted."""
    sections = """
designations:
  specialist: {applies_to: [home is emea], requires: [score >= 5]}
benefits:
  margin: {value: percent, is: 10%, when: [any: [specialist, stars >= 9]]}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: benefits.margin, payee: partner}
"""
    made = rows(SOLD, *(f"S{place}|P{place}|sale|2026-03-01|100.00|-" for place in (1, 2, 3)))
    found = decided(sections, "P1|5|1|emea|-", "P2|5|1|na|-", "P3|1|9|na|-", sales=made)
    assert found.earned("partner_id", "amount") == [("P1", "10.00"), ("P3", "10.00")]
