"""Where a partner stands on designations, and why: statuses by region, and none where one does not apply."""

from __future__ import annotations

from datetime import date

import jsonschema

from cli.render.explain_text import render_explanation
from engine.explain.document import to_json
from engine.explain.explain import explain
from engine.explain.lines import tree
from engine.explain.model import DesignationReason, Explanation, Outcome
from engine.explain.schema import SCHEMA
from engine.reference.evaluate import evaluate
from rules import compile_program
from tests.engine.authoring.services.programs import LADDERS
from tests.properties.programs import loaded
from tests.ridge.records import rows
from tests.tiny import filled

DAY = date(2026, 6, 30)
RECORDS = {
    "partners": rows("partner_id seat reach", "P1|emea|deep", "P2|na|-"),
    "sales": rows(
        "sale_id partner_id entry closed_on amount area",
        "S1|P1|sale|2026-05-01|120.00|emea",
        "S2|P1|sale|2026-05-01|5.00|na",
        "S3|P2|sale|2026-05-01|40.00|na",
    ),
    "nominations": rows("partner_id ladder tier from territory", "P1|specialist|held|2026-01-01|all"),
}


def explained(partner: str, why_not: str | None = None) -> Explanation:
    """The explanation of one partner."""
    plan, found = compile_program(loaded(LADDERS), DAY)
    assert plan is not None, found
    evaluation = evaluate(plan, filled(plan, RECORDS))
    return explain(plan, evaluation, partner, source={}, tier=why_not)


def designation(found: Explanation, name: str, scope: str = "") -> DesignationReason:
    """One designation in one scope."""
    return next(each for each in found.designations if (each.name, each.scope) == (name, scope))


def test_what_is_held_and_why() -> None:
    """A status with its lines, and for each region the next step."""
    found = explained("P1")
    specialist, emea, na = (designation(found, *each) for each in (("specialist",), ("local", "emea"), ("local", "na")))
    assert specialist.status is not None and emea.status is not None and na.status is not None
    assert (specialist.plain, specialist.status.held, specialist.status.because) == (
        True,
        "held",
        "all its lines are met",
    )
    assert [(each.text, each.outcome) for each in specialist.status.lines] == [
        ("revenue >= 100 USD", Outcome.MET),
        ("by invitation", Outcome.MET),
    ]
    assert (emea.status.held, na.status.held) == ("expert", "member")
    assert emea.why_not is None and na.why_not is not None
    assert na.why_not.tier == "local.na.expert"
    first = na.why_not.lines[0]
    assert first.gap is not None and first.observed is not None
    assert (str(first.observed.value), str(first.gap.amount.value)) == ("5.00", "45.00")


def test_one_that_does_not_apply_has_no_status() -> None:
    """The lines say why; a line that reads it is not applicable, has no distance, and is no step to anything."""
    found = explained("P2")
    specialist = designation(found, "specialist")
    assert (specialist.applies, specialist.status, specialist.why_not) == (Outcome.NOT_MET, None, None)
    assert [each.outcome for each in specialist.lines] == [Outcome.NOT_MET]
    assert found.why_not is not None
    read = {each.text: each for each in tree(found.why_not.lines)}
    assert read["specialist"].outcome is Outcome.NOT_APPLICABLE
    assert (read["specialist"].gap, read["specialist"].readings) == (None, ())
    assert all(each.line.text != "specialist" for each in found.why_not.cheapest)


def test_why_not_a_designation() -> None:
    """Asked by the name that people say."""
    found = explained("P2", "local.emea.expert")
    assert found.why_not is not None
    assert found.why_not.tier == "local.emea.expert"


def test_the_document_and_the_text() -> None:
    """The document has its schema; the text says each designation, those that do not apply too."""
    for partner in ("P1", "P2"):
        jsonschema.Draft7Validator(SCHEMA).validate(to_json(explained(partner)))
    text = render_explanation(explained("P2"), 100)
    assert "\nspecialist: does not apply\n" in text
    assert "\nlocal.emea: member\n" in text
    assert "not applicable  " in text
    assert "\nspecialist: held\n" in render_explanation(explained("P1"), 100)
