"""Values by tier, segment, choice and bands: what is wrong with a table, at its word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ridge.records import rows
from tests.tiny import decide, told

FIELDS = """
records:
  partners:
    fields:
      size: {type: choice, values: [s, l]}
      score: {type: integer, optional: true}
      joined: {type: date, optional: true}
"""
USED = """
tiers:
  ladder: [a, b, c]
  requires: [%s]
"""


def slips(table: str, line: str = "p > 0") -> list[str]:
    """Findings about a parameter in a tier's line."""
    return told(f"{FIELDS}parameters:\n  p: {table}\n{USED % line}")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("{by: tier, values: {b: 1, c: 2}}", []),
        ("{by: tier, values: {b: 1}}", ["RNG212 14`b`: `p` has no value for `c`"]),
        (
            "{by: size, values: {s: 1}}",
            ["RNG212 14`s`: `p` has no value for `l`"],
        ),
        (
            "{by: [size, tier], values: {s: {b: 1}}}",
            [
                "RNG212 14`s`: `p` has no value for `l b`",
                "RNG212 14`s`: `p` has no value for `s c`, `l c`",
            ],
        ),
        ("{by: [size, tier], values: {s: {}}}", ["RNG212 14`by`: there is no value here"]),
        ("{by: tier, values: {b: 1, d: 2}}", ["RNG209 14`d`: `d` is not a value of `tier`"]),
        (
            "{by: [size, tier], values: {b: {s: 1}, c: {l: 1}}}",
            [
                "RNG209 14`size`: `values` has no value of `size` at level 1",
            ],
        ),
        (
            "{by: [size, tier], values: {s: {b: 1, x: 2}, l: {b: 1, x: 2}}}",
            ["RNG209 14`x`: `x` is not a value of `tier`"],  # told once
        ),
        ("{by: [tier, tier], values: {b: {b: 1}}}", ["RNG207 14`tier`: `tier` is under `by` twice"]),
        (
            "{by: joined, values: {x: 1}}",
            ["RNG201 14`joined`: `joined` is a date; values can depend on tier, segment or choice"],
        ),
        ("{by: colour, values: {x: 1}}", ["RNG200 14`colour`: unknown name `colour`"]),
        (
            "{by: size, values: {s: 1, l: 5 USD}}",
            ["RNG201 14`5 USD`: this is an amount in USD, the value before is a number"],
        ),
        ("{by: size, values: {s: 1, l: colour}}", ["RNG200 14`colour`: unknown name `colour`"]),
        ("{by: size, values: {s: score, l: 2}}", []),
        ("{by: colour, bands: [{from: 0, value: 1}]}", ["RNG200 14`colour`: unknown name `colour`"]),
        ("{by: score, bands: [{from: colour, value: 1}]}", ["RNG200 14`colour`: unknown name `colour`"]),
        ("{by: score, bands: [{from: 0, value: colour}]}", ["RNG200 14`colour`: unknown name `colour`"]),
        (
            "{by: score, bands: [{from: 0 USD, value: 1}]}",
            ["RNG201 14`0 USD`: a whole number cannot be compared with an amount in USD"],
        ),
        ("{by: size, bands: [{from: 0, value: 1}]}", ["RNG201 14`0`: a choice cannot be compared with a number"]),
        (
            "{by: score, bands: [{from: 0, value: 1}, {from: 5, value: 1 USD}]}",
            ["RNG201 14`1 USD`: this is an amount in USD, the value before is a number"],
        ),
        (
            "{by: score, bands: [{from: 0, value: 1}, {from: 0, value: 2}]}",
            ["RNG306 14`0`: this band does not start above the one before"],
        ),
        ("{by: score, bands: [{from: 1, value: 1}]}", ["RNG305 14`1`: no band covers values below this"]),
        ("{by: score, bands: [{from: -5, value: 1}, {from: score, value: 2}, {from: 3, value: 2}]}", []),
    ],
)
def test_tables(table: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert slips(table) == expected


def test_the_tier_tested_needs_its_own_value_alone() -> None:
    """Nobody is tested for the lowest tier; where the tier is the one held, every tier needs a value."""
    text = FIELDS + "parameters: {p: {by: tier, values: {b: 1, c: 2}}}\n" + USED % "score >= p"
    assert told(text) == []
    held = text + "benefits: {x: {value: flag, when: [score >= p]}}\n"
    assert told(held) == ["RNG212 13`b`: `p` has no value for `a`"]


def test_many_missing_combinations_are_counted() -> None:
    """Three are spelled out, the others counted."""
    text = (
        FIELDS
        + """
parameters: {p: {by: [tier, size], values: {c: {s: 1}}}}
benefits: {x: {value: flag, when: [score >= p]}}
"""
        + USED % "score >= 1"
    )
    assert told(text) == ["RNG212 14`c`: `p` has no value for `a s`, `a l`, `b s` and 2 more"]


def test_below_the_first_band_and_without_a_number() -> None:
    """Bands that start at zero leave what is below undecided, as is what is missing."""
    text = (
        FIELDS
        + """
parameters: {p: {by: score, bands: [{from: 0, value: 1}, {from: 10, value: 2}]}}
metrics: {m: {formula: p}}
"""
        + USED % "m > 0"
    )
    records = {"partners": rows("partner_id size score", "P1|s|10", "P2|s|9", "P3|s|-1", "P4|s|-")}
    found = decide(text, "2026-06-30", records)
    assert [found.metric("m", f"P{n}") for n in (1, 2, 3, 4)] == [Decimal(2), Decimal(1), None, None]
