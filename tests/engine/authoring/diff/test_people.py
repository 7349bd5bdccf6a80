"""A change of the certifications by which people count, for each value of a choice."""

from __future__ import annotations

import pytest

from engine.authoring.diff.programs import compare_programs
from tests.tiny import program

HEAD = """
choices: {practice: [network, cloud]}
certifications: {a: {}, b: {}}
tiers: {ladder: [low, high], requires: [LINE]}
"""
FLAT = HEAD.replace("LINE", "m >= 1") + "metrics: {m: {people_holding: a}}\n"
KEYED = HEAD.replace("LINE", "m.cloud >= 1")
TABLE = KEYED + "metrics: {m: {per: [practice], people_holding: {by: [practice], values: VALUES}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{network: a, cloud: b}",
            "{network: a, cloud: {all: [a, b]}}",
            ["`m` now counts people who hold a and b for cloud, was b"],
        ),
        ("{network: a, cloud: b}", "{cloud: b}", ["`m` no longer counts people who hold a for network"]),
        ("{cloud: b}", "{network: a, cloud: b}", ["`m` now counts people who hold a for network"]),
        ("{network: a, cloud: b}", "{cloud: b, network: a}", []),
    ],
)
def test_certifications_by_choice(old: str, new: str, expected: list[str]) -> None:
    """A sentence for each value; the order in which they are listed is no change."""
    found = compare_programs(program(TABLE.replace("VALUES", old)), program(TABLE.replace("VALUES", new)))
    assert [each.sentence for each in found] == expected


def test_from_one_certification_to_several() -> None:
    """What counted everywhere no longer does."""
    found = compare_programs(program(FLAT), program(TABLE.replace("VALUES", "{cloud: b}")))
    said = [each.sentence for each in found if each.path.startswith("metrics.m.people")]
    assert said == ["`m` no longer counts people who hold a", "`m` now counts people who hold b for cloud"]
