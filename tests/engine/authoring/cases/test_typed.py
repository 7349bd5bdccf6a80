"""Cases against their program: the day, the partner, the tier before."""

from __future__ import annotations

import pytest

from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.typed import fields_read, read_case
from engine.language.codes import meaning
from tests.engine.authoring.cases.suites import FILE, only, plan_of_small, small, text, told


@pytest.mark.parametrize(
    ("case", "messages"),
    [
        ("as_of: 2025-12-31", [
            "RNG909 4: version 1 is not in force on 2025-12-31; it begins on 2026-01-01"
        ]),
        ("as_of: '2026-02-30'", ["RNG508 4: there is no day `2026-02-30`"]),
        ("prior: bronze", ["RNG906 4: the program has no tier `bronze`"]),
        ("prior: {tier: silver, from: '2026-02-30'}", [
            "RNG508 4: there is no day `2026-02-30`",
        ]),
        ("partner: a b", ["RNG902 4: `a b` is no id"]),
        ("partner: P2, given: {partners: [{partner_id: P1}]}", ["RNG910 4: the case gives no partner `P2`"]),
        ("given: {partners: [{}, {}]}", [
            "RNG910 4: the case gives 2 partners but does not say which one the case is about"
        ]),
        ("given: {partner: [{}]}", ["RNG900 4: the program has no record table `partner`"]),
    ],
)  # fmt: skip
def test_what_a_case_cannot_say(case: str, messages: list[str]) -> None:
    """Each fault is told at its place."""
    found = told(f"cases:\n  {{a: {{{case}, expect: {{tier: silver}}}}}}")
    assert [each for each in found if not each.startswith("RNG903")] == messages


def test_a_case_without_expectation_is_warned_of() -> None:
    """It cannot fail; a skipped one need not say anything yet."""
    assert told("cases:\n  a: {given: {partners: [{size: smb}]}}") == [
        "RNG913 4: the case `a` has no `expect`, so it cannot fail"
    ]
    assert told("cases:\n  a: {skip: waits for the price list}") == []


def test_findings_of_the_day() -> None:
    """A program that does not compile on a day says so, and the case is not read."""
    suite, _ = parse_suite(text("cases: {a: {expect: {tier: silver}}}").encode(), FILE)
    assert suite is not None
    unfit = meaning.OUTSIDE_PROGRAM.at(None, "not on this day")
    assert read_case(suite.drafts[0], small(), lambda day: (None, (unfit,))) == (None, (unfit,))


def test_expectations_and_records_have_their_place() -> None:
    """What is expected stands in the order written."""
    case = only("cases: {a: {expect: {tier: silver, metrics: {engineers: 1}}}}")
    assert [each.path for each in case.expected] == [("tier",), ("metrics", "engineers")]
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    assert "amount" in fields_read(plan)["sales"]
    assert "kept" not in fields_read(plan)["sales"]
