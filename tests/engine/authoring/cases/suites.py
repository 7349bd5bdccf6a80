"""A test file for a small program, read and run in memory: the notation of the tests of `engine.authoring.cases`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from textwrap import dedent

from engine.authoring.cases.model import Case, Outcome
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import Files, PlanAt, read_case
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.plan.plan import Plan
from rules import compile_program, load_program

FILE = "small.test.yaml"
SMALL = """\
rung: 1
program: small
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
      rank: integer
  sales:
    fields:
      weight: {type: decimal, scale: 2, optional: true}
      channel: {type: choice, values: [web, shop], optional: true}
      kept: boolean
      batch: id
  visits:
    key: [visit_id, day]
    partner: partner_id
    date: day
    fields:
      visit_id: id
      partner_id: id
      day: date
      paid: {type: boolean, optional: true}
certifications:
  pro: {}
metrics:
  revenue: {from: sales, sum: amount, window: trailing 12 months}
  revenue_before: {like: revenue, shifted: 12 months}
  growth: {formula: (revenue - revenue_before) / revenue_before, scale: 4}
  weight: {from: sales, average: weight, window: lifetime, scale: 2}
  engineers: {people_holding: pro}
  paid_visits: {from: visits, count: records, where: paid is true, window: lifetime}
segments:
  large:
    when: [size is enterprise]
tiers:
  ladder: [registered, silver, gold]
  requires: [revenue >= 10_000 USD]
  gold:
    requires:
      - any:
          - growth >= 10%
          - large
      - engineers > 1
benefits:
  discount: {value: percent, by: [tier], values: {silver: 5%, gold: 12.5%}}
  support: {value: level, levels: [basic, best], by: [tier], values: {registered: basic, gold: best}}
  coaching: {value: flag, when: [growth >= 30%]}
  gift: {value: money, is: 100 USD, when: [tier >= gold]}
incentives:
  rebate:
    kind: rebate
    from: sales
    where: channel is web
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 20_000 USD, rate: 2%}
    limits:
      - {at_most: 1_000 USD, per: [partner, period]}
    payee: partner
  spiff:
    kind: spiff
    from: sales
    amount: 10 USD
    of: quantity
    limits:
      - {at_most: 50 USD, per: [seller], order: [closed_on, sale_id]}
    payee: seller
"""


@cache
def small() -> Program:
    """The small program."""
    program, found = load_program(SMALL.encode(), "small.yaml")
    assert program is not None, found
    return program


def planner(program: Program) -> PlanAt:
    """Plans of a program by day."""

    @cache
    def plan_at(day: date) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        return compile_program(program, day)

    return plan_at


plan_of_small = planner(small())


def text(cases: str) -> str:
    """A test file: cases written with the indentation of a test, on one day."""
    return "rung_test: 1\nas_of: 2026-06-30\n" + dedent(cases).lstrip("\n")


def read(cases: str, files: Files | None = None) -> tuple[list[Case], list[Diagnostic]]:
    """The cases of a test file, with all findings."""
    suite, found = parse_suite(text(cases).encode(), FILE)
    findings = list(found)
    kept = []
    for draft in suite.drafts if suite else ():
        case, more = read_case(draft, small(), plan_of_small, files)
        findings += more
        kept += [case] if case else []
    return kept, findings


def told(cases: str, files: Files | None = None) -> list[str]:
    """Findings in short: code, line and message."""
    return [f"{each.code} {each.span.line if each.span else 0}: {each.message}" for each in read(cases, files)[1]]


def only(cases: str, files: Files | None = None) -> Case:
    """The one case of a test file without faults."""
    (case,), found = read(cases, files)
    assert found == []
    return case


def run(cases: str, files: Files | None = None) -> list[Outcome]:
    """What becomes of the cases of a test file without faults."""
    kept, found = read(cases, files)
    assert found == []
    return [decided(case) for case in kept]


def decided(case: Case) -> Outcome:
    """What becomes of one case."""
    plan, _ = plan_of_small(case.as_of)
    assert plan is not None
    return run_case(case, small(), plan)[0]


def answers(outcome: Outcome) -> Mapping[str, object]:
    """What was found where something else was expected, by path."""
    return {".".join(each.expected.path): each.found.answer for each in outcome.mismatches}
