"""Segments: members by conditions, on the day judged."""

from __future__ import annotations

import pytest

from tests.ridge.records import rows
from tests.tiny import decide, partners, sales, told

TEXT = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
segments:
  near: {title: Near us, when: [region is 'emea']}
  large:
    when:
      - near
      - revenue >= 100 USD
tiers: {ladder: [registered, silver], requires: [large]}
"""


def test_members() -> None:
    """All lines must hold; a segment may stand on another; unknown stays unknown."""
    records = {
        "partners": rows("partner_id region", "P1|emea", "P2|na", "P3|-", "P4|emea"),
        "sales": sales(*(f"S{n}|P{n}|sale|2026-01-01|100.00" for n in (1, 2, 3))),
    }
    found = decide(TEXT, "2026-06-30", records)
    ids = ("P1", "P2", "P3", "P4")
    assert [found.met("segment.near.1", each) for each in ids] == [True, False, None, True]
    assert [found.met("tier.silver.1", each) for each in ids] == [True, False, None, False]


def test_judged_on_the_periods_last_day() -> None:
    """A segment in a rebate's eligibility is that of the period's end."""
    text = (
        TEXT
        + """
incentives:
  rebate:
    kind: rebate
    eligible: [large]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
"""
    )
    records = {
        "partners": rows("partner_id region", "P1|emea"),
        "sales": sales("S1|P1|sale|2026-01-01|60.00", "S2|P1|sale|2026-04-01|60.00"),
    }
    assert decide(text, "2026-12-31", records).earned("period", "amount") == [("2026-Q2", "0.60")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("segments: {s: {when: [region is missing]}}", ["RNG211 6`s`: the segment `s` is not used"]),
        (
            "segments: {s: {when: [t]}, t: {when: [s]}}",
            ["RNG208 6`s`: `s` depends on itself: s -> t -> s"],
        ),
        (
            "segments: {s: {when: [s]}}",
            ["RNG208 6`s`: `s` depends on itself: s -> s"],
        ),
        (
            """segments: {s: {when: [m > 1]}}
metrics: {m: {formula: p}}
parameters: {p: {by: s, values: {'true': 1, 'false': 2}}}""",
            ["RNG208 7`m`: `m` depends on itself: m -> s -> m"],
        ),
        (
            "segments: {s: {when: [region is 'x', colour is 'y']}}",
            ["RNG200 6`colour`: unknown name `colour`"],
        ),
        (
            """
segments: {s: {when: [region is missing]}}
benefits: {b: {value: percent, by: s, values: {'true': 1%, 'false': 2%}}}
""",
            [],
        ),
        (
            """segments: {s: {when: [1 > 0]}}
metrics: {m: {from: sales, count: records, where: [s], window: lifetime}}
tiers: {ladder: [a, b], requires: [m > 1]}""",
            ["RNG213 7`s`: `s` is a value of the partner and cannot be used in a row of `sales`"],
        ),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(text) == expected


def test_constant_lines() -> None:
    """A constant condition is the same for all."""
    text = "segments: {every_one: {when: [1 > 0]}}\ntiers: {ladder: [a, b], requires: [every_one]}"
    assert decide(text, "2026-06-30", {"partners": partners()}).tier() == "b"
