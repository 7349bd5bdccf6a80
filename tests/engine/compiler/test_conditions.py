"""Conditions: outcome, value and distance of every line; groups and what is in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.owner import Owner, OwnerKind
from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import Decided, decide, told

FIELDS = """
records:
  partners:
    fields:
      a: {type: integer, optional: true}
      b: {type: integer, optional: true}
      day: {type: date, optional: true}
      size: {type: choice, values: [s, l], ordered: true, optional: true}
      worth: {type: money, optional: true}
"""


def judged(line: str, partner: str = "5|3|2026-01-01|s|10.00") -> Decided:
    """The first line of a tier for one partner."""
    text = f"{FIELDS}tiers:\n  ladder: [low, high]\n  requires:\n    - {line}\n"
    return decide(text, "2026-06-30", {"partners": rows("partner_id a b day size worth", f"P1|{partner}")})


LINE = "tier.high.1"


@pytest.mark.parametrize(
    ("line", "met", "value", "distance"),
    [
        ("a >= 7", False, 5, 2),
        ("a >= 5", True, 5, 0),
        ("a > 5", False, 5, 0),
        ("a <= 3", False, 5, 2),
        ("a < 5", False, 5, 0),
        ("7 <= a", False, 5, 2),  # read from the other side
        ("5 < a", False, 5, 0),
        ("3 >= a", False, 5, 2),
        ("5 > a", False, 5, 0),
        ("a is 7", False, 5, 2),
        ("7 is a", False, 5, 2),
        ("a is not 5", False, 5, 0),
        ("a - b >= 2", True, 2, 0),
        ("a >= b", True, 5, 0),
        ("worth >= 12.50 USD", False, Decimal("10.00"), Decimal("2.50")),
        ("a / b >= 2", False, Decimal("1.666667"), Decimal("0.333333")),
        ("b / a > 60%", False, Decimal("0.600000"), Decimal("0.000001")),  # never a distance of zero to what is not met
        ("5 >= 7", False, Decimal(5), Decimal(2)),
    ],
)
def test_value_and_distance(line: str, met: bool, value: Value, distance: Value) -> None:
    """What was observed, and how much is missing in the unit of the line."""
    found = judged(line)
    assert (found.met(LINE), found.gap(LINE)) == (met, (value, distance))


def test_what_cannot_be_decided_has_no_distance() -> None:
    """Neither value nor distance where the field is missing."""
    found = judged("a >= 7", "-|3|-|-|-")
    assert (found.met(LINE), found.gap(LINE)) == (None, (None, None))


@pytest.mark.parametrize(
    "line", ["day >= 2026-01-01", "size >= s", "a in [5, 6]", "a between 5 and 6", "a is not missing", "size is s"]
)
def test_lines_without_distance(line: str) -> None:
    """Days, choices, lists and ranges are met or not."""
    found = judged(f'"{line}"')
    assert found.met(LINE) is True
    (condition,) = found.plan.conditions
    assert (condition.unit, condition.value, condition.form) == (None, "", "compare")


@pytest.mark.parametrize(
    ("line", "form", "parts", "met"),
    [
        ("{all: [a >= 5, b >= 5]}", "all", [True, False], False),
        ("{any: [a >= 5, b >= 5]}", "any", [True, False], True),
        ("{none: [a >= 6, b >= 5]}", "none", [False, False], True),
        ("{at_least: 2, of: [a >= 5, b >= 5, a >= 4]}", "at_least", [True, False, True], True),
        ("a >= 5 and b >= 5", "all", [True, False], False),
        ("a >= 5 or b >= 5", "any", [True, False], True),
        ("not a >= 5", "none", [True], False),
    ],
)
def test_groups(line: str, form: str, parts: list[bool], met: bool) -> None:
    """Every comparison in a group has its own outcome, whether written as a list or as words."""
    found = judged(line)
    assert found.met(LINE) is met
    assert [found.met(f"{LINE}.{place}") for place in range(1, len(parts) + 1)] == parts
    by_id = {each.id: each for each in found.plan.conditions}
    assert (by_id[LINE].form, by_id[LINE].parts) == (form, tuple(f"{LINE}.{n}" for n in range(1, len(parts) + 1)))
    assert {(each.owner, each.of) for each in by_id.values()} == {(Owner(OwnerKind.TIER, "tiers", "high"), "high")}


def test_groups_in_groups_and_names() -> None:
    """A name is a line as well; texts are those of the language."""
    text = (
        FIELDS
        + """
segments: {near: {when: [a >= 5]}}
tiers:
  ladder: [low, high]
  requires:
    - any:
        - near
        - at_least: 1
          of:
            - not near
            - a is missing or b is missing
"""
    )
    found = decide(text, "2026-06-30", {"partners": rows("partner_id a b", "P1|5|-")})
    told_of = {each.id: (each.form, each.text, each.names) for each in found.plan.conditions}
    assert told_of[LINE] == ("any", "any", ())
    assert told_of[f"{LINE}.1"] == ("name", "near", ("near",))
    assert told_of[f"{LINE}.2"] == ("at_least", "at least 1 of", ())
    assert told_of[f"{LINE}.2.1"] == ("none", "not near", ())
    assert told_of[f"{LINE}.2.2.1"] == ("compare", "a is missing", ("a",))
    assert found.met(LINE) is True


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{any: [a >= 5, colour >= 5]}", ["RNG200 18`colour`: unknown name `colour`"]),
        ("a >= 5 and colour >= 5", ["RNG200 18`colour`: unknown name `colour`"]),
        ("not colour", ["RNG200 18`colour`: unknown name `colour`"]),
        ("a", ["RNG203 18`a`: this is a whole number, not true or false"]),
    ],
)
def test_findings(line: str, expected: list[str]) -> None:
    """A broken line in a group is told once."""
    assert told(f"{FIELDS}tiers:\n  ladder: [low, high]\n  requires:\n    - {line}\n") == expected
