"""Goals of what goes by two choices, and of people counted by choices: each pair of words has its own."""

from __future__ import annotations

from engine.authoring.cases.coverage import cover
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from tests.engine.authoring.cases.suites import FILE, planner, text
from tests.engine.explain.test_two_keys import SECTIONS
from tests.tiny import program

CASE = """\
cases:
  one:
    given:
      sales:
        - {sale_id: S1, closed_on: 2026-03-01, amount: 250 USD, area: emea, level: full}
        - {sale_id: S2, closed_on: 2026-03-01, amount: 99.99 USD, area: na, level: basic}
      certifications:
        - {certification: low, earned_on: 2026-01-01, person_id: A}
        - {certification: high, earned_on: 2026-01-01, person_id: A}
    expect:
      metrics: {sold.emea.full: 250 USD, sold.na.basic: 99.99 USD, experts.emea.full: 1, experts.na.basic: 1}
      designations: {local: {emea: {full: expert, basic: member}, na: {basic: member}}}
      benefits: {margin: {emea: {full: 2%}, na: {basic: none}}, lead: {emea: {full: true}, na: {full: false}}}
      earnings: {resale: {S1: 5 USD, S2: 0 USD}, fixed: {S2: 2 USD}}
"""
PAIRS = ("emea.basic", "emea.full", "na.basic", "na.full")


def test_each_pair_has_its_goals() -> None:
    """P1 sold 250 USD of one pair and 99.99 of another; one person holds what three pairs ask, and no pair asks two."""
    rules = program(SECTIONS)
    plan_at = planner(rules)
    suite, found = parse_suite(text(CASE).encode(), FILE)
    assert suite is not None, found
    (draft,) = suite.drafts
    case, found = read_case(draft, rules, plan_at)
    assert case is not None, found
    plan, _ = plan_at(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, rules, plan)
    assert evaluation is not None
    assert outcome.mismatches == ()
    covered = cover(rules, plan_at, [(plan, evaluation, case.partner, outcome.observed)])
    goals = {each.text: each.key in covered.reached for each in covered.goals}

    def reached(told: str) -> list[str]:
        return [pair for pair in PAIRS if goals[told.format(pair)]]

    assert reached("ends in expert of local.{}") == ["emea.full"]
    assert reached("ends in member of local.{}") == ["emea.basic", "na.basic", "na.full"]
    assert reached("meets `sold >= 100 USD` (local.{}.expert)") == ["emea.full"]
    assert reached("just below 100 USD, such as 99.99 USD (sold >= 100 USD, local.{}.expert)") == ["na.basic"]
    assert reached("at exactly 1 (experts >= 1, local.{}.expert)") == list(PAIRS)
    assert reached("just below 1, such as 0 (experts >= 1, local.{}.expert)") == []
    assert reached("is granted `lead.{}`") == ["emea.full"]
    assert reached("is refused `lead.{}`") == ["emea.basic", "na.basic", "na.full"]
    margins = {text for text, seen in goals.items() if "`margin" in text and seen}
    assert margins == {"is granted `margin.emea.basic` of 1%", "is granted `margin.emea.full` of 2%"}
    assert goals["just below 2, such as 1 (experts.na.basic >= 2, gold)"]
    assert not goals["at exactly 300 USD (sold.emea.full >= 300 USD, gold)"]
