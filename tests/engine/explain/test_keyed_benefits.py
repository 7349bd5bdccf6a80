"""Benefits with `per` in the explanation: one for each key, with its own lines."""

from __future__ import annotations

from datetime import date

import jsonschema

from cli.render.explain_text import render_explanation
from engine.explain.document import to_json
from engine.explain.explain import explain
from engine.explain.model import Explanation, Outcome
from engine.explain.schema import SCHEMA
from engine.reference.evaluate import evaluate
from rules import compile_program
from tests.engine.authoring.services.programs import KEYED
from tests.properties.programs import loaded
from tests.ridge.records import rows
from tests.tiny import filled

DAY = date(2026, 6, 30)
RECORDS = {
    "partners": rows("partner_id", "P1", "P2"),
    "sales": rows(
        "sale_id partner_id entry closed_on amount area family",
        "S1|P1|sale|2026-05-01|260.00|emea|network",
        "S2|P1|sale|2026-05-02|50.00|na|security",
        "S3|P2|sale|2026-05-03|7.00|na|-",
    ),
}


def explained(partner: str = "P1") -> Explanation:
    """The explanation of a partner: 310 USD make P1 gold."""
    plan, found = compile_program(loaded(KEYED), DAY)
    assert plan is not None, found
    return explain(plan, evaluate(plan, filled(plan, RECORDS)), partner, source={"random.yaml": KEYED.splitlines()})


def test_each_key_by_itself() -> None:
    """Badge of network (260 of 100 USD) and not of security; 10% and 8% by the tier gold."""
    found = {(each.id, each.scope): each for each in explained().benefits}
    assert {key: (each.outcome, str(each.value.value)) for key, each in found.items()} == {
        ("badge", "network"): (Outcome.MET, "True"),
        ("badge", "security"): (Outcome.NOT_MET, "None"),
        ("lead", "emea"): (Outcome.MET, "True"),
        ("lead", "na"): (Outcome.NOT_MET, "None"),
        ("margin", "network"): (Outcome.MET, "0.1"),
        ("margin", "security"): (Outcome.MET, "0.08"),
        ("gift", ""): (Outcome.MET, "50.00"),
    }
    assert (found["margin", "security"].tier, found["badge", "security"].lines[0].text) == ("gold", "specialist")
    gap = found["lead", "na"].lines[0].gap
    assert gap is not None and str(gap.amount.value) == "200.00"


def test_a_record_without_the_key_is_undecided() -> None:
    """The field that is missing is named; the others show the rate of their own key, on their own day."""
    (unknown,) = [each for each in explained("P2").earnings if each.incentive == "resale"]
    assert (unknown.amount.value, {each.field for each in unknown.parts[0].missing}) == (None, {"sales.family"})
    rates = {
        str(each.key[0].value.value): [str(step.value.value) for step in each.parts[0].steps if step.name == "rate"]
        for each in explained().earnings
        if each.incentive == "resale"
    }
    assert rates == {"S1": ["0.05"], "S2": ["0.08"]}


def test_the_document_and_the_text() -> None:
    """The document has its schema, the text the name with its key."""
    jsonschema.Draft7Validator(SCHEMA).validate(to_json(explained()))
    text = render_explanation(explained(), 100)
    assert "  badge.network: yes\n" in text
    assert "  badge.security: not granted\n" in text
    assert "  margin.security: 8%, listed for gold" in text
    assert "  gift: 50.00 USD" in text
