"""Cases about benefits with `per`: expected by key, explained when they fail, and counted among what cases reach."""

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
from tests.engine.authoring.services.programs import KEYED
from tests.properties.programs import loaded

GIVEN = """
rung_test: 1
cases:
  a:
    as_of: 2026-06-30
    partner: P1
    given:
      partners: [{partner_id: P1}]
      sales: [{closed_on: 2026-05-01, amount: 260 USD, area: emea, family: network}]
    expect: EXPECT
"""


@cache
def plan_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The program's plan on a day."""
    return compile_program(loaded(KEYED), day)


def read(expect: str) -> tuple[Case | None, list[str]]:
    """The case with what it expects, and findings in short."""
    suite, found = parse_suite(GIVEN.replace("EXPECT", expect).encode(), "c.test.yaml")
    assert suite is not None, found
    case, more = read_case(suite.drafts[0], loaded(KEYED), plan_at)
    return case, [f"{each.code}: {each.message} ({each.help})" for each in (*found, *more)]


def run(expect: str) -> tuple[Plan, Outcome, Evaluation]:
    """What became of the case."""
    case, found = read(expect)
    assert case is not None, found
    plan, _ = plan_at(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, loaded(KEYED), plan)
    assert evaluation is not None
    return plan, outcome, evaluation


ALL = (
    "{benefits: {badge: {network: true, security: false}, lead: {emea: true, na: false},"
    " margin: {network: 5%, security: none}, gift: none}}"
)


def test_values_are_expected_by_key() -> None:
    """260 USD of network in emea: the badge, the lead, and 5% of the tier registered."""
    assert run(ALL)[1].passed
    assert run("{lines: {benefit.badge.security.1: not_met, badge.network: {specialist: met}}}")[1].passed


def test_a_mismatch_names_the_lines_that_decided() -> None:
    """Those of the key that was expected."""

    def lines(expect: str) -> list[tuple[str, str]]:
        plan, outcome, evaluation = run(expect)
        (mismatch,) = outcome.mismatches
        return [(each.id, each.text) for each in deciding_lines(plan, evaluation, "P1", mismatch, {})]

    assert lines("{benefits: {badge: {security: true}}}") == [("benefit.badge.security.1", "specialist")]
    assert lines("{benefits: {lead: {emea: false}}}") == [("benefit.lead.emea.1", "by_area >= 250 USD")]
    assert lines("{benefits: {gift: 50 USD}}") == [("benefit.gift.1", "tier >= gold")]


def test_what_cannot_be_expected() -> None:
    """A benefit or a value that is not there; one value where there are several, and several of one."""
    assert read("{benefits: {nothing: true}}")[1][0].startswith("RNG906: the program has no benefit `nothing`")
    assert read("{benefits: {badge: {cloud: true}}}")[1][0].startswith("RNG906: `badge` has no value for `cloud`")
    assert read("{benefits: {badge: true}}")[1][0].endswith(
        ": `badge` has a value for each of network, security (write one for each, such as `{network: true}`)"
    )
    assert read("{benefits: {badge: {network: true}}}")[1] == []  # as the advice says
    assert read("{benefits: {margin: 5%}}")[1][0].endswith("such as `{network: 5%}`)")
    assert read("{benefits: {gift: {network: 5 USD}}}")[0] is None
    dotted = read("{benefits: {badge.network: true}}")[1][0]  # as lists and explanations say it
    assert dotted == "RNG906: the program has no benefit `badge.network` (write `badge: {network: ..}`)"


def test_coverage_knows_every_value_of_every_key() -> None:
    """Granted and refused for each; what is not listed for a key is no goal."""
    plan, outcome, evaluation = run(ALL)
    found = cover(loaded(KEYED), plan_at, [(plan, evaluation, "P1", outcome.observed)])
    of_benefits = {each.id: each for each in found.goals if each.kind == "benefit"}
    assert set(of_benefits) == {
        "benefit.badge.network.granted",
        "benefit.badge.network.refused",
        "benefit.badge.security.granted",
        "benefit.badge.security.refused",
        "benefit.lead.emea.granted",
        "benefit.lead.emea.refused",
        "benefit.lead.na.granted",
        "benefit.lead.na.refused",
        "benefit.margin.network.5%",
        "benefit.margin.network.10%",
        "benefit.margin.security.8%",
        "benefit.gift.granted",
        "benefit.gift.refused",
    }
    assert {id for id, each in of_benefits.items() if each.key in found.reached} == {
        "benefit.badge.network.granted",
        "benefit.badge.security.refused",
        "benefit.lead.emea.granted",
        "benefit.lead.na.refused",
        "benefit.margin.network.5%",
        "benefit.gift.refused",
    }


def test_nothing_listed_for_a_key_is_no_goal() -> None:
    """A margin of network alone has no value of security that a case could reach."""
    program = loaded(KEYED.replace("gold: {network: 10%, security: 8%}", "gold: {network: 10%}"))
    plan, outcome, evaluation = run(ALL)
    found = cover(program, lambda day: compile_program(program, day), [(plan, evaluation, "P1", outcome.observed)])
    assert [each.id for each in found.goals if each.id.startswith("benefit.margin")] == [
        "benefit.margin.network.5%",
        "benefit.margin.network.10%",
    ]


def test_a_case_from_a_decision_says_its_values() -> None:
    """What was decided is expected again, by key, and holds."""
    plan, _, _ = run(ALL)
    case, _ = read(ALL)
    assert case is not None
    text = render_case(decided_case("again", loaded(KEYED), plan, case.records, "P1"), loaded(KEYED))
    suite, found = parse_suite(f"rung_test: 1\ncases:\n{text}".encode(), "c.test.yaml")
    assert suite is not None, found
    again, more = read_case(suite.drafts[0], loaded(KEYED), plan_at)
    assert again is not None, more
    assert {each.path for each in again.expected} >= {
        ("benefits", "badge", "network"),
        ("benefits", "lead", "na"),
        ("benefits", "gift"),
    }
    assert run_case(again, loaded(KEYED), plan)[0].passed
