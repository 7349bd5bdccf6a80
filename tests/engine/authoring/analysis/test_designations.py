"""What is proved of a program with designations: a status can be anything, so nothing false is proved of it."""

from __future__ import annotations

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
