"""What a tier alone tells of a condition."""

from __future__ import annotations

import pytest

from engine.authoring.guide.standing import standing
from tests.tiny import program

LADDER = ("base", "one", "two")
SECTIONS = """
records: {{partners: {{fields: {{a: {{type: boolean, optional: true}}}}}}}}
tiers: {{ladder: [base, one, two], requires: [a], two: {{requires: [joined_on > 2020-01-01]}}}}
benefits: {{extra: {{value: flag, when: [{line}]}}}}
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"tier <= one"', (True, True, False)),
        ('"tier < one"', (True, False, False)),
        ('"tier > one"', (False, False, True)),
        ('"tier is one"', (False, True, False)),
        ('"tier is not one"', (True, False, True)),
        ('"tier in [one, two]"', (False, True, True)),
        ('"tier not in [one]"', (True, False, True)),
        ('"tier >= one and a"', (False, None, None)),
        ('"tier >= one and tier <= one"', (False, True, False)),
        ('"a or tier is two"', (None, None, None)),
        ("{any: [a, tier is two]}", (None, None, None)),
    ],
)
def test_a_tier_tells(line: str, told: tuple[bool | None, ...]) -> None:
    """Met, not met, or left to other things, for each tier from low to high."""
    (condition,) = program(SECTIONS.format(line=line)).benefits[0].when
    assert tuple(standing(condition, tier, LADDER) for tier in LADDER) == told
