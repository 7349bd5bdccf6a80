"""The JSON document: numbers as text, the published schema, and the schema's file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from engine.explain.document import Json, to_json
from engine.explain.explain import explain
from engine.explain.model import Explanation, Quantity, Reading
from engine.explain.schema import SCHEMA, render_schema
from engine.reference.evaluate import evaluate
from tests.plans import WORLD, ridge
from tests.ridge.program import FILE, LINES


def document(partner: str) -> dict[str, Json]:
    """The document of a partner of the hand-built world."""
    plan = ridge()
    return to_json(explain(plan, evaluate(plan, WORLD), partner, source={FILE: LINES}))


@pytest.mark.parametrize("partner", ["P1", "P2", "P3", "P4"])
def test_documents_keep_to_the_schema(partner: str) -> None:
    """A decided, an undecided, a falling and an empty partner."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator(SCHEMA).validate(json.loads(json.dumps(document(partner))))


def test_the_schema_knows_every_field() -> None:
    """Each object of the document has exactly the properties that the schema lists."""
    closed = json.loads(
        json.dumps(SCHEMA).replace('"type": "object"', '"type": "object", "additionalProperties": false')
    )
    for partner in ("P1", "P2", "P3", "P4"):
        jsonschema.Draft7Validator(closed).validate(document(partner))


def test_numbers_are_text() -> None:
    """Decimals and whole numbers as strings, days as ISO dates, truth as it is, missing as null."""
    empty = Explanation("f", "1", date(2026, 6, 30), date(2026, 6, 30), "P", None, None, (), (), (), (), (), ())
    values = (Decimal("1E+3"), 7, True, date(2026, 1, 2), "x", None)
    readings = tuple(Reading("n", Quantity(value, "number")) for value in values)
    found = to_json(replace(empty, metrics=readings))  # type: ignore[arg-type]  # any values will do
    metrics = found["metrics"]
    assert isinstance(metrics, list)
    shown = [each["value"]["value"] for each in metrics]  # type: ignore[index,call-overload]  # a list of objects
    assert shown == ["1000", "7", True, "2026-01-02", "x", None]
    assert (found["format"], found["as_of"], found["tier"]) == ("rung.explain/v1", "2026-06-30", None)


def test_the_published_file_is_current() -> None:
    """docs/schemas holds what the engine states."""
    file = Path(__file__).resolve().parents[3] / "docs" / "schemas" / "explain-v1.schema.json"
    assert file.read_text(encoding="utf-8") == render_schema()
