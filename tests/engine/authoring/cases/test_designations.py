"""Cases about designations: expected by scope, explained when they fail, and counted among what cases reach."""

from __future__ import annotations

from datetime import date
from functools import cache

from engine.authoring.cases.coverage import cover
from engine.authoring.cases.decided import decided_case
from engine.authoring.cases.model import Case, Outcome
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.reasons import deciding_lines
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.writing import render_case
from engine.language.diagnostic import Diagnostic
from engine.plan.plan import Plan
from engine.reference.evaluate import Evaluation
from rules import compile_program
from tests.engine.authoring.services.programs import LADDERS
from tests.properties.programs import loaded

GIVEN = """
rung_test: 1
cases:
  a:
    as_of: 2026-06-30
    partner: P1
    given:
      partners: [{partner_id: P1, seat: SEAT}]
      sales: [{closed_on: 2026-05-01, amount: 120 USD, area: emea}]
      statuses: [{ladder: local, territory: emea, tier: member, from: 2026-01-01}]
    expect: EXPECT
"""


@cache
def plan_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The program's plan on a day."""
    return compile_program(loaded(LADDERS), day)


def advice(expect: str) -> list[str]:
    """What findings about the expectations say to write instead."""
    suite, found = parse_suite(GIVEN.replace("EXPECT", expect).replace("SEAT", "emea").encode(), "c.test.yaml")
    assert suite is not None, found
    return [each.help for each in read_case(suite.drafts[0], loaded(LADDERS), plan_at)[1]]


def read(expect: str, seat: str = "emea") -> tuple[Case | None, list[str]]:
    """The case with what it expects, and findings in short."""
    suite, found = parse_suite(GIVEN.replace("EXPECT", expect).replace("SEAT", seat).encode(), "c.test.yaml")
    assert suite is not None, found
    case, more = read_case(suite.drafts[0], loaded(LADDERS), plan_at)
    return case, [f"{each.code}: {each.message}" for each in (*found, *more)]


def run(expect: str, seat: str = "emea") -> tuple[Plan, Outcome, Evaluation]:
    """What became of the case."""
    case, found = read(expect, seat)
    assert case is not None, found
    plan, _ = plan_at(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, loaded(LADDERS), plan)
    assert evaluation is not None
    return plan, outcome, evaluation


def test_statuses_are_expected_by_name_and_scope() -> None:
    """Held or not, none where it does not apply, a tier for each region."""
    assert run("{designations: {specialist: not_held, local: {emea: member, na: member}}}")[1].passed
    assert run("{designations: {specialist: none}, lines: {tier.gold.1.1: not_applicable}}", "na")[1].passed


def test_a_mismatch_names_the_lines_that_decided() -> None:
    """Of the status, or of whom it applies to."""

    def lines(expect: str, seat: str = "emea") -> list[str]:
        plan, outcome, evaluation = run(expect, seat)
        (mismatch,) = outcome.mismatches
        return [each.text for each in deciding_lines(plan, evaluation, "P1", mismatch, {})]

    assert lines("{designations: {specialist: held}}") == ["by invitation"]
    assert lines("{designations: {specialist: held}}", "na") == ["seat is emea"]
    assert lines("{designations: {specialist: none}}") == ["seat is emea"]
    assert lines("{designations: {local: {emea: expert}}}") == ["reach is deep"]


def test_what_cannot_be_expected() -> None:
    """A designation, a region or a tier that is not there; one status where there are several."""
    assert read("{designations: {nobody: held}}")[1] == ["RNG906: the program has no designation `nobody`"]
    assert read("{designations: {local: {apac: expert}}}")[1] == ["RNG906: `local` has no status for `apac`"]
    assert read("{designations: {local: expert}}")[1][0].endswith(": `local` has a status for each of emea, na")
    assert advice("{designations: {local.emea: expert}}") == ["write `local: {emea: ..}`"]
    assert advice("{designations: {local.apac: expert}}") == ["did you mean `local`?"]


def test_coverage_knows_every_status() -> None:
    """Each tier in each scope, being without, and lines that do not apply."""
    plan, outcome, evaluation = run("{designations: {specialist: none}}", "na")
    found = cover(loaded(LADDERS), plan_at, [(plan, evaluation, "P1", outcome.observed)])
    reached = {each.text for each in found.goals if each.key in found.reached}
    assert {
        "is one to whom specialist does not apply",
        "ends in member of local.na",
        "finds `specialist` (gold) not applicable",
    } <= reached
    missed = {each.text for each in found.missed}
    assert {"holds specialist", "is without specialist", "ends in expert of local.emea"} <= missed


def test_a_case_from_a_decision_says_its_statuses() -> None:
    """What was decided is expected again, and holds."""
    plan, _, evaluation = run("{designations: {specialist: none}}", "na")
    del evaluation
    case, _ = read("{designations: {specialist: none}}", "na")
    assert case is not None
    made = decided_case("again", loaded(LADDERS), plan, case.records, "P1")
    text = render_case(made, loaded(LADDERS))
    assert "specialist: none" in text
    suite, found = parse_suite(f"rung_test: 1\ncases:\n{text}".encode(), "c.test.yaml")
    assert suite is not None, found
    again, more = read_case(suite.drafts[0], loaded(LADDERS), plan_at)
    assert again is not None, more
    assert run_case(again, loaded(LADDERS), plan)[0].passed
