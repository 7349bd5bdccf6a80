"""Thresholds that fall while the ladder rises."""

from __future__ import annotations

import pytest

from tests.tiny import findings, told

RECORDS = """
records: {partners: {fields: {score: integer, size: {type: choice, values: [small, large]}}}}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "tiers: {ladder: [a, b, c], b: {requires: [score >= 5]}, c: {requires: [score >= 4]}}",
            ["RNG309 8`4`: `c` requires less `score` than the lower tier `b`"],
        ),
        ("tiers: {ladder: [a, b, c], b: {requires: [score >= 5]}, c: {requires: [score >= 5]}}", []),
        ("tiers: {ladder: [a, b, c], b: {requires: [score > 5]}, c: {requires: [score < 4]}}", []),
        (
            "tiers: {ladder: [a, b, c], b: {requires: score * 2 > 5}, c: {requires: [score * 2 > 3, any: score > 1]}}",
            ["RNG309 8`3`: `c` requires less `score * 2` than the lower tier `b`"],
        ),
        (
            """
parameters: {needed: {by: [size, tier], values: {small: {b: 5, c: 4}, large: {b: 5, c: 6}}}}
tiers: {ladder: [a, b, c], requires: [score >= needed]}
""",
            ["RNG309 9`4`: `c` requires less `needed` than the lower tier `b`"],
        ),
        (
            """
parameters: {needed: {by: tier, values: {b: score, c: 4}}}
tiers: {ladder: [a, b, c], requires: [score >= needed]}
""",
            [],
        ),
        (
            """
parameters: {needed: {by: size, values: {small: 6, large: 5}}, other: 4}
tiers: {ladder: [a, b, c], requires: [score >= needed, score >= other, score >= 1 + 1, any: [score > 7]]}
""",
            [],
        ),
    ],
)
def test_a_higher_tier_must_not_be_easier(text: str, expected: list[str]) -> None:
    """Own lines with the same left side, and parameters by tier in common lines; formulas are left alone."""
    assert [each for each in told(RECORDS + text, analysed=True) if each.startswith("RNG309")] == expected


def test_both_places_are_shown() -> None:
    """The lower tier's threshold stands beside."""
    found = next(
        each
        for each in findings(
            RECORDS + "tiers: {ladder: [a, b, c], b: {requires: [score > 5]}, c: {requires: [score > 4]}}",
            analysed=True,
        )
    )
    assert [each.label for each in found.related] == ["what `b` requires"]


def test_what_is_no_number_is_left_alone() -> None:
    """A threshold that is a name or a formula is not compared."""
    text = "tiers: {ladder: [a, b, c], b: {requires: [score >= score + 1]}, c: {requires: [score > 0]}}"
    assert not [each for each in told(RECORDS + text, analysed=True) if each.startswith("RNG309")]
