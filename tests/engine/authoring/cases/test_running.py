"""Cases decided in memory, what differs, and the lines and steps that made the difference."""

from __future__ import annotations

import pytest

from engine.authoring.cases.model import Outcome
from engine.authoring.cases.reasons import deciding_lines, earning_steps
from engine.authoring.cases.running import run_case
from tests.engine.authoring.cases.suites import SMALL, only, plan_of_small, run, small

WORLD = """
    cases:
      a:
        given:
          partners: [{size: %s}]
          sales: [{sale_id: A, closed_on: 2026-02-01, amount: %s, channel: web, quantity: 2}]
          certifications: [{times: 2, certification: pro, earned_on: 2026-01-01}]
        expect: %s
"""


def lines(size: str, amount: str, expect: str) -> list[tuple[str, str]]:
    """The lines behind the first mismatch, with their outcomes."""
    case = only(WORLD % (size, amount, expect))
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, small(), plan)
    assert evaluation is not None
    source = {"small.yaml": SMALL.splitlines()}
    found = deciding_lines(plan, evaluation, case.partner, outcome.mismatches[0], source)
    return [(each.text, each.outcome.value) for each in found]


@pytest.mark.parametrize(
    ("size", "amount", "expect", "decided"),
    [
        ("smb", "9_999.99 USD", "{tier: silver}", [("revenue >= 10_000 USD", "not_met")]),
        ("missing", "10_000 USD", "{tier: gold}", [("growth >= 10%", "cannot_decide"), ("large", "cannot_decide")]),
        ("enterprise", "10_000 USD", "{tier: silver}", [
            ("revenue >= 10_000 USD", "met"), ("large", "met"), ("engineers > 1", "met")
        ]),
        ("enterprise", "10_000 USD", "{tiers: {gold: not_met}}", [
            ("revenue >= 10_000 USD", "met"), ("large", "met"), ("engineers > 1", "met")
        ]),
        ("smb", "1 USD", "{tiers: {silver: met}}", [("revenue >= 10_000 USD", "not_met")]),
        ("smb", "1 USD", "{benefits: {gift: 100 USD}}", [("tier >= gold", "not_met")]),
        ("smb", "1 USD", "{benefits: {coaching: true}}", [("growth >= 30%", "cannot_decide")]),
        ("smb", "1 USD", '{lines: {tier.gold.1: met}}', [("revenue >= 10_000 USD", "not_met")]),
        ("smb", "1 USD", "{metrics: {engineers: 1}}", []),
        ("smb", "1 USD", "{benefits: {discount: 5%}}", []),
    ],
)  # fmt: skip
def test_the_lines_that_decided(size: str, amount: str, expect: str, decided: list[tuple[str, str]]) -> None:
    """Below the tier expected what kept from it, above it what gave the next one."""
    assert lines(size, amount, expect) == decided


def test_the_steps_of_an_amount() -> None:
    """Of an amount in all every earning, of a part that part."""
    case = only(WORLD % ("smb", "30_000 USD", "{earnings: {rebate: {2026-Q1: 1 USD}, spiff: 1 USD, }, tier: gold}"))
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, small(), plan)
    assert evaluation is not None
    rebate, spiff, tier = (earning_steps(plan, evaluation, "P1", each, {}) for each in outcome.mismatches)
    assert [[(step.name, str(step.value.value)) for part in each.parts for step in part.steps] for each in rebate] == [
        [("tier", "silver"), ("eligible", "True"), ("measure", "30000.00"), ("earned", "400.00"),
         ("rounded", "400.00"), ("limit", "400.00"), ("amount", "400.00")]
    ]  # fmt: skip
    assert [str(each.amount.value) for each in spiff] == ["None"]  # nobody knows the seller
    assert tier == ()


def test_a_skipped_case_is_not_decided() -> None:
    """It neither passes nor fails."""
    case = only("cases: {a: {skip: not yet, expect: {tier: gold}}}")
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    outcome, evaluation = run_case(case, small(), plan)
    assert (outcome, evaluation) == (Outcome(case), None)
    assert not outcome.passed


def test_records_of_other_partners_stay_theirs() -> None:
    """What another partner sold does not count."""
    (outcome,) = run("""
        cases:
          a:
            partner: P1
            given:
              partners: [{partner_id: P1}, {partner_id: P2}]
              sales: [{partner_id: P2, closed_on: 2026-05-01, amount: 50_000 USD}]
            expect: {tier: registered, metrics: {revenue: 0 USD}}
    """)
    assert outcome.passed


@pytest.mark.parametrize(("expected", "differs"), [("none", 0), ("0 USD", 0), ("0.01 USD", 1)])
def test_who_earns_nothing_has_earned_zero(expected: str, differs: int) -> None:
    """A sale of 1 USD earns no rebate: to expect nothing or 0 is the same, in all and for a period."""
    case = only(WORLD % ("smb", "1 USD", f"{{earnings: {{rebate: {expected}}}}}"))
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    outcome, _ = run_case(case, small(), plan)
    assert len(outcome.mismatches) == differs, outcome.mismatches
