"""What is proved of benefits with `per`: what holds in every scope, and nothing that only one scope refutes."""

from __future__ import annotations

import pytest

from engine.authoring.analysis.names import Names
from engine.authoring.analysis.worth import number_of, numbers_of
from engine.language.program import Table
from engine.language.source import Span
from engine.language.syntax import Name
from rules import analyse_program
from tests.engine.authoring.services.programs import KEYED
from tests.properties.programs import loaded


def told(old: str = "", new: str = "") -> list[str]:
    """The messages about the program with a part changed."""
    assert old in KEYED
    return [each.message for each in analyse_program(loaded(KEYED.replace(old, new, 1) if old else KEYED))]


def test_nothing_is_proved_of_what_keys_leave_open() -> None:
    """Every value may be granted to somebody."""
    assert told() == []


def test_lines_that_exclude_each_other_do_so_in_every_scope() -> None:
    """A metric read at the key is the same on both lines."""
    assert told("when: [by_area >= 250 USD]", "when: [by_area >= 250 USD, by_area < 200 USD]") == [
        "no partner ever gets `lead`: `by_area >= 250 USD` and `by_area < 200 USD` are never met together"
    ]


def test_two_keys_exclude_nothing() -> None:
    """What is sold in one region says nothing of the other."""
    assert told("when: [by_area >= 250 USD]", "when: [by_area >= 250 USD, by_area.na < 200 USD]") == []


WHEN = "    values: {registered: {network: 5%}, gold: {network: 10%, security: 8%}}\n"


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            "tier < gold",
            [
                "no partner ever gets this value of `margin.network`: no partner with gold meets `when`",
                "no partner ever gets this value of `margin.security`: no partner with gold meets `when`",
            ],
        ),
        (
            "tier >= gold",
            ["no partner ever gets this value of `margin.network`: no partner with registered meets `when`"],
        ),
    ],
)
def test_values_that_nobody_gets(when: str, expected: list[str]) -> None:
    """Each value of a key is looked at by itself: of network both tiers are listed, of security gold alone."""
    assert told(WHEN, f"{WHEN}    when: [{when}]\n") == expected


def test_a_value_without_a_key_is_told_once() -> None:
    """Values by tier are the same in every scope."""
    values = "    values: {registered: 5%, gold: 8%}\n    when: [tier >= gold]\n"
    text = KEYED.replace("by: [tier, family]", "by: [tier]").replace(WHEN, values)
    assert [each.message for each in analyse_program(loaded(text))] == [
        "no partner ever gets this value of `margin`: no partner with registered meets `when`"
    ]


def test_nothing_for_any_key_and_tier() -> None:
    """Security is listed for gold alone, which `when` excludes; of network nothing is listed."""
    found = told(WHEN, "    values: {gold: {security: 8%}}\n    when: [tier < gold]\n")
    assert found == ["no partner ever gets `margin.security`: `tier < gold` leaves no value"]


def test_the_worth_of_what_is_paid() -> None:
    """All values where records say the key, those of one where it is named; none of what is not there."""
    program = loaded(KEYED)
    names = Names(program, program.effective)
    at = Span("p.yaml", 1, 1, 1, 2)

    def numbers(name: str) -> set[str]:
        return {str(each) for each in numbers_of(Table(at, single=Name(name, at)), names)}

    assert numbers("benefits.margin") == {"1/20", "1/10", "2/25"}
    assert numbers("benefits.margin.network") == {"1/20", "1/10"}
    assert number_of(Table(at, single=Name("benefits.margin.security", at)), names) is not None
    assert numbers("benefits.margin.cloud") == {"None"}


@pytest.mark.parametrize(
    ("rate", "values", "expected"),
    [
        ("benefits.margin", "{registered: {network: 5%}, gold: {network: 10%, security: 8%}}", True),
        ("benefits.margin.security", "{registered: {network: 5%}, gold: {network: 10%, security: 8%}}", True),
        ("benefits.margin.security", "{registered: {network: 5%}}", False),
        ("benefits.lucky", "{registered: {network: 5%}}", True),
    ],
)
def test_two_rules_that_pay_one_record(rate: str, values: str, expected: bool) -> None:
    """They are reported where an example of a record and its partner confirms it."""
    text = KEYED.replace("{registered: {network: 5%}, gold: {network: 10%, security: 8%}}", values)
    lucky = "  lucky: {value: percent, per: [family], is: 3%, when: [revenue >= 10 USD]}\n"
    text = text.replace("incentives:\n", f"{lucky}incentives:\n")
    text = text.replace("rate: benefits.margin,", f"rate: {rate},")
    text += "  other: {kind: commission, from: sales, of: amount, rate: 1%, payee: partner}\n"
    found = [each.message for each in analyse_program(loaded(text)) if each.code == "RNG358"]
    assert any("`resale` and `other`" in each or "`other` and `resale`" in each for each in found) is expected, found
