"""RNG211: values of a parameter that no rule reads, as names that none uses."""

from __future__ import annotations

import pytest

from tests.tiny import told

BASE = """
records: {partners: {fields: {size: {type: choice, values: [small, large], optional: true}}}}
metrics: {sold: {from: sales, count: records, window: trailing 12 months}}
parameters:
  p: TABLE
tiers:
  ladder: [low, mid, high]
  TIERS
REST
"""
ALL = "{by: [tier], values: {low: 1, mid: 2, high: 3}}"
OF_MID = "requires: [sold >= 1]\n  mid: {requires: [sold >= p]}"


def unread(table: str, tiers: str = "requires: [sold >= p]", rest: str = "") -> list[str]:
    """The findings about values of `p`, without their lines."""
    text = BASE.replace("TABLE", table).replace("TIERS", tiers).replace("REST", rest)
    found = told(text)
    assert not [each for each in found if not each.startswith("RNG211")], found
    return [each.partition("`")[2] for each in found]


LOW = "low`: the value of `p` for `low` is not used: no line of `low` reads it"
HIGH = "high`: the value of `p` for `high` is not used: no line of `high` reads it"


@pytest.mark.parametrize(
    ("tiers", "rest", "expected"),
    [
        ("requires: [sold >= p]", "", [LOW]),  # the lowest tier has no lines
        (OF_MID, "", [LOW, HIGH]),
        (f"cumulative: true\n  {OF_MID}", "", [LOW]),  # high takes over the line of mid
        ("requires: [sold >= p]", "benefits: {b: {value: flag, when: [sold >= p]}}", []),  # reads the tier held
        (OF_MID, "segments: {s: {when: [sold >= 1]}}\nbenefits: {b: {value: quantity, is: p, when: [s]}}", []),
    ],
)
def test_values_for_tiers(tiers: str, rest: str, expected: list[str]) -> None:
    """A value by tier is read where a line of that tier reads it; elsewhere the tier held may be any."""
    assert unread(ALL, tiers, rest) == expected


def test_values_inside_others() -> None:
    """Values by two names, in either order, dated, and by bands: each place once."""
    by_two = (
        "{by: [tier, size], values: {low: {small: 1, large: 2}, mid: {small: 1, large: 2}, high: {small: 1, large: 2}}}"
    )
    assert unread(by_two) == [LOW]
    inside = "{by: [size], values: {small: " + ALL + ", large: {by: [tier], values: {mid: 2, high: 3}}}}"
    assert unread(inside) == [LOW]
    bands = "{by: sold, bands: [{from: 0, value: " + ALL + "}, {from: 9, value: 2}]}"
    assert unread(bands) == [LOW]


def test_what_is_advised_can_be_done() -> None:
    """Without the values that nothing reads the program is complete, and nothing is left to say."""
    assert unread("{by: [tier], values: {mid: 2, high: 3}}") == []
    assert unread("{by: [tier], values: {mid: 2}}", OF_MID) == []


def test_values_for_the_tiers_of_a_designation() -> None:
    """In its lines its name means the tier tested; a designation that is held or not has no such lines."""
    text = """
metrics: {sold: {from: sales, count: records, window: trailing 12 months}}
parameters: {p: {by: [expert], values: {none: 1, one: 2, two: 3}}}
designations: {expert: {ladder: [none, one, two], requires: [sold >= p]APPLIES}}
benefits: {b: {value: flag, when: [expert >= one]}}
"""
    assert [each.partition(": ")[2] for each in told(text.replace("APPLIES", ""))] == [
        "the value of `p` for `none` is not used: no line of `none` reads it"
    ]
    plain = """
metrics: {sold: {from: sales, count: records, window: trailing 12 months}}
parameters: {p: {by: [expert], values: {"true": 1, "false": 2}}}
designations: {expert: {requires: [sold >= 1]}}
benefits: {b: {value: flag, when: [sold >= p]}}
"""
    assert told(plain) == []


DATED = "[{from: 2024-01-01, value: 1}, {from: FIRST, value: 2}, {from: LAST, value: 3}]"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-06-01", "2026-06-01",
         ["from`: a value of `p` is not used: it ends on 2025-06-01, and the program begins on 2026-01-01"]),
        ("2026-01-01", "2026-06-01",
         ["from`: a value of `p` is not used: it ends on 2026-01-01, and the program begins on 2026-01-01"]),
        ("2026-01-02", "2026-06-01", []),
        ("2026-01-02", "2026-12-31", []),
        ("2026-01-02", "2027-01-01",
         ["from`: a value of `p` is not used: it begins on 2027-01-01, and the program ends before 2027-01-01"]),
    ],
)  # fmt: skip
def test_values_of_days_outside_the_program(first: str, last: str, expected: list[str]) -> None:
    """The program is in force from 2026-01-01 to 2026-12-31. A value of another day is read by no rule."""
    assert unread(DATED.replace("FIRST", first).replace("LAST", last)) == expected


def test_rows_may_be_older() -> None:
    """A window reaches back before the program, so an older value may be that of a row."""
    text = """
metrics: {net: {from: sales, sum: amount / p, window: trailing 12 months}}
parameters: {p: [{from: 2024-01-01, value: 1}, {from: 2025-06-01, value: 2}]}
segments: {s: {when: [net >= 5 USD]}}
benefits: {b: {value: flag, when: [s]}}
"""
    assert told(text) == []
