"""What goes by two choices, and people counted by choices, in the explanation: one value for each pair of words."""

from __future__ import annotations

from functools import cache

import jsonschema

from cli.render.explain_text import render_explanation
from engine.explain.document import to_json
from engine.explain.explain import explain
from engine.explain.model import Explanation, Outcome
from engine.explain.schema import SCHEMA
from engine.reference.evaluate import evaluate
from tests.ridge.records import rows
from tests.tiny import FILE, HEAD, filled, partners, plan

SECTIONS = """
choices:
  area: [emea, na]
  level: {values: [basic, full], ordered: true}
records:
  sales: {fields: {area: {type: area, optional: true}, level: {type: level, optional: true}}}
certifications:
  low: {valid_for: 24 months}
  high: {valid_for: 24 months}
  other: {valid_for: 24 months}
metrics:
  sold: {from: sales, sum: amount, window: this year, per: [area, level]}
  experts:
    per: [area, level]
    people_holding:
      by: [area, level]
      values: {emea: {basic: low, full: {all: [low, high]}}, na: {basic: {any: [low, other]}, full: high}}
designations:
  local:
    per: [area, level]
    overall: highest
    ladder: [member, expert]
    expert: {requires: [sold >= 100 USD, experts >= 1]}
tiers:
  ladder: [plain, gold]
  gold: {requires: [sold.emea.full >= 300 USD, experts.na.basic >= 2, local.emea.full >= expert]}
benefits:
  lead: {value: flag, per: [area, level], when: [local >= expert]}
  margin:
    value: percent
    per: [area, level]
    by: [tier, area, level]
    values: {plain: {emea: {basic: 1%, full: 2%}}, gold: {emea: {full: 5%}, na: {basic: 3%}}}
incentives:
  resale: {kind: commission, of: amount, rate: benefits.margin, payee: partner}
  fixed: {kind: commission, of: amount, adds_to: [resale], rate: benefits.margin.emea.full, payee: partner}
"""
RECORDS = {
    "partners": partners("P1"),
    "people": rows("person_id partner_id", "A|P1", "B|P1", "C|P1"),
    "certifications": rows(
        "holding_id person_id certification earned_on",
        "H1|A|low|2026-01-01",
        "H2|A|high|2026-01-01",
        "H3|B|other|2026-02-01",
        "H4|C|high|2026-02-01",
    ),
    "sales": rows(
        "sale_id partner_id entry closed_on amount area level",
        "S1|P1|sale|2026-03-01|250.00|emea|full",
        "S2|P1|sale|2026-03-02|40.00|na|basic",
        "S3|P1|sale|2026-03-02|30.00|emea|basic",
    ),
}


@cache
def explained() -> Explanation:
    """The explanation of the only partner."""
    compiled = plan(SECTIONS, "2026-12-31")
    found = evaluate(compiled, filled(compiled, RECORDS))
    return explain(compiled, found, "P1", source={FILE: (HEAD + SECTIONS).splitlines()})


def test_metrics_of_each_pair() -> None:
    """Amounts by pair; people who hold what the pair asks: one, all or any of several, each once."""
    found = {each.name: (str(each.value.value), each.records.count) for each in explained().metrics}
    assert found == {
        "sold.emea.basic": ("30.00", 1),
        "sold.emea.full": ("250.00", 1),
        "sold.na.basic": ("40.00", 1),
        "sold.na.full": ("0.00", 0),
        "experts.emea.basic": ("1", 1),  # A
        "experts.emea.full": ("1", 2),  # A, who holds both
        "experts.na.basic": ("2", 2),  # A and B
        "experts.na.full": ("2", 2),  # A and C
    }


def test_the_lines_of_a_tier_name_the_pair() -> None:
    """One is 50 short, the others are met, and the status read is told with its pair."""
    why = explained().why_not
    assert why is not None
    short, people, local = why.lines
    assert (short.outcome, str(short.gap.amount.value) if short.gap else "") == (Outcome.NOT_MET, "50.00")
    assert people.observed is not None
    assert (people.outcome, people.observed.value) == (Outcome.MET, 2)
    assert [(each.name, each.value.value) for each in local.readings] == [("local.emea.full", "expert")]


def test_the_status_of_each_pair() -> None:
    """Only where 100 USD were sold and somebody holds what is asked."""
    assert {each.scope: each.status.held for each in explained().designations if each.status} == {
        "emea.basic": "member",
        "emea.full": "expert",
        "na.basic": "member",
        "na.full": "member",
    }


def test_benefits_of_each_pair() -> None:
    """A flag says the status that it read in its own pair; a tier's value is that of the pair, or none."""
    found = {(each.id, each.scope): each for each in explained().benefits}
    flags = {scope: each for (id, scope), each in found.items() if id == "lead"}
    assert {scope: each.outcome for scope, each in flags.items()} == {
        "emea.basic": Outcome.NOT_MET,
        "emea.full": Outcome.MET,
        "na.basic": Outcome.NOT_MET,
        "na.full": Outcome.NOT_MET,
    }
    read = {scope: [(one.name, one.value.value) for one in each.lines[0].readings] for scope, each in flags.items()}
    assert read == {
        scope: [(f"local.{scope}", "expert" if scope == "emea.full" else "member")]
        for scope in ("emea.basic", "emea.full", "na.basic", "na.full")
    }
    values = {scope: each.value.value for (id, scope), each in found.items() if id == "margin"}
    assert {scope: str(value) for scope, value in values.items()} == {
        "emea.basic": "0.01",
        "emea.full": "0.02",
        "na.basic": "None",
        "na.full": "None",
    }


def test_a_record_is_paid_by_its_own_pair() -> None:
    """2 % of 250, 1 % of 30, and nothing of the pair that has no margin; by a fixed pair 2 % of each."""
    paid = {(each.incentive, str(each.key[0].value.value)): str(each.amount.value) for each in explained().earnings}
    assert paid == {
        ("resale", "S1"): "5.00",
        ("resale", "S2"): "0.00",
        ("resale", "S3"): "0.30",
        ("fixed", "S1"): "5.00",
        ("fixed", "S2"): "0.80",
        ("fixed", "S3"): "0.60",
    }


def test_the_document_and_the_text() -> None:
    """The document has its schema; the text names every pair, and has no line of spaces."""
    jsonschema.Draft7Validator(SCHEMA).validate(to_json(explained()))
    text = render_explanation(explained(), 120)
    for line in (
        "local.emea.full: expert",
        "  lead.emea.full: yes",
        "  lead.na.basic: not granted",
        "  margin.emea.basic: 1%, listed for plain",
        "    met  local >= expert  local.emea.full expert",
    ):
        assert any(each.startswith(line) for each in text.splitlines()), line
    assert not [each for each in text.splitlines() if each and not each.strip() and each != "  "]
