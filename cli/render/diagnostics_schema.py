"""The JSON Schema of `rung.diagnostics/v1`; `docs/schemas/diagnostics-v1.schema.json` is made from it."""

from __future__ import annotations

import json

from cli.render.diagnostics_json import FORMAT
from engine.language.diagnostic import Severity

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
NUMBER_OR_NULL: dict[str, Json] = {"type": ["integer", "null"], "minimum": 1}
PLACE: dict[str, Json] = {
    "file": {"type": ["string", "null"], "description": "As it was named on the command line; null: about no file"},
    "line": {**NUMBER_OR_NULL, "description": "From 1"},
    "column": {**NUMBER_OR_NULL, "description": "From 1, in characters"},
    "end_line": NUMBER_OR_NULL,
    "end_column": {**NUMBER_OR_NULL, "description": "One past the last character"},
}


def _object(properties: dict[str, Json]) -> dict[str, Json]:
    """An object that always has these fields. New fields may come in later."""
    return {"type": "object", "required": list(properties), "properties": properties}


def diagnostics_schema() -> dict[str, Json]:
    """The schema as data."""
    finding: dict[str, Json] = {
        "code": {"type": "string", "pattern": "^RNG[0-9]{3}$", "description": "Never used again for something else"},
        "name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "severity": {"enum": [each.value for each in Severity]},
        "message": {"type": "string", "minLength": 1},
        **PLACE,
        "label": {"type": "string", "description": "What stands beside the mark; often empty"},
        "help": {"type": "string", "description": "The cure"},
        "related": {"type": "array", "items": _object({**PLACE, "label": TEXT})},
        "evidence": {"type": "array", "items": _object({"form": TEXT, "text": TEXT})},
    }
    whole: dict[str, Json] = {
        "format": {"const": FORMAT},
        "errors": COUNT,
        "warnings": COUNT,
        "diagnostics": {"type": "array", "items": _object(finding)},
    }
    described = {"$schema": "http://json-schema.org/draft-07/schema#", "title": FORMAT}
    return {**described, "description": "Findings of `rung check --json`", **_object(whole)}


def render_diagnostics_schema() -> str:
    """The schema as the text of its file."""
    return json.dumps(diagnostics_schema(), indent=2, ensure_ascii=False) + "\n"
