"""What is proved of a program with designations: a status can be anything, so nothing false is proved of it."""

from __future__ import annotations

import pytest

from rules import analyse_program
from tests.engine.authoring.services.programs import LADDERS
from tests.properties.programs import loaded


def test_nothing_is_proved_of_what_designations_leave_open() -> None:
    """No line of the program is always or never met."""
    assert [each.code for each in analyse_program(loaded(LADDERS))] == []


def test_a_contradiction_beside_a_designation_is_found() -> None:
    """A tier that asks for a status in two ways that exclude each other is reached by nobody."""
    lines = "      - local_revenue.na >= 10 USD\n"
    text = LADDERS.replace(lines, lines + "      - revenue < 5 USD\n      - revenue > 6 USD\n")
    assert [each.message for each in analyse_program(loaded(text))] == [
        "no partner can reach `gold`: `revenue < 5 USD` and `revenue > 6 USD` are never met together"
    ]


CLOSED = """\
rung: 1
program: levels
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
choices: {area: [emea, na]}
records: {sales: {fields: {place: {type: area, optional: true}}}}
metrics: {sold: {from: sales, count: records, per: [area], window: this year}}
designations:
  level:
    per: [area]
    overall: highest
    ladder: [member, adept, expert]
    adept: {requires: [sold >= 3]}
    expert: {requires: [LINES]}
benefits: {badge: {value: flag, when: [level >= adept]}}
"""


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("sold >= 9, sold < 5", ["no partner can reach `expert` of `level`"]),
        ("sold > 2", ["no partner holds `adept` of `level`"]),
        ("sold > 3", []),
    ],
)
def test_tiers_of_a_designation_with_scopes(lines: str, found: list[str]) -> None:
    """A tier of a designation with a status for each area is closed, or never held, if it is in all of them."""
    told = [each.message for each in analyse_program(loaded(CLOSED.replace("LINES", lines)))]
    assert [each.partition(":")[0] for each in told if not each.startswith("a partner can meet")] == found
