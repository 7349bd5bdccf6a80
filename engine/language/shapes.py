"""JSON Schema pieces that sections share. Scalars are text here; only true and false are booleans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Schema = Mapping[str, object]

NAME_PATTERN: Final = "^[a-z][a-z0-9_]*$"
LATER: Final[Schema] = {"x-later": True}


def text(description: str, *examples: str) -> Schema:
    """A free text."""
    plain: Schema = {"type": "string", "description": description}
    return {**plain, "examples": list(examples)} if examples else plain


def matching(pattern: str, expected: str, description: str, *examples: str) -> Schema:
    """A text of one form; `expected` is what a message says was wanted."""
    return {
        "type": "string",
        "pattern": pattern,
        "x-expected": expected,
        "description": description,
        "examples": list(examples),
    }


def one_of(description: str, *values: str) -> Schema:
    """One of some words."""
    return {"enum": list(values), "description": description}


def mapping(properties: Mapping[str, Schema], *required: str, description: str = "") -> Schema:
    """A mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        "description": description,
    }


def named(item: Schema, description: str) -> Schema:
    """A mapping from names the author chooses."""
    return {
        "type": "object",
        "propertyNames": {
            "pattern": NAME_PATTERN,
            "x-expected": "a name of lower case letters, digits and underscores that starts with a letter",
        },
        "additionalProperties": item,
        "minProperties": 1,
        "description": description,
    }


def listing(item: Schema, description: str, least: int = 1) -> Schema:
    """A list of at least so many items."""
    return {"type": "array", "items": item, "minItems": least, "description": description}


DAY: Final = matching("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date such as `2026-02-01`", "A date", "2026-02-01")
RANGE: Final = mapping({"from": DAY, "before": DAY}, "from", "before", description="Days, `before` not included")
DURATION: Final = matching(
    "^[0-9_]+ (day|days|month|months|year|years)$",
    "a duration such as `24 months`",
    "A duration",
    "24 months",
    "90 days",
)
WHOLE: Final = matching("^[0-9_]+$", "a whole number", "A whole number", "3")
EXPRESSION: Final = text("An expression")  # without examples: one that suits every key suits none
NAMES: Final[Schema] = {
    "type": ["array", "string"],
    "items": {"type": "string"},
    "minItems": 1,
    "description": "A name, or a list of names",
}
TRUTH: Final[Schema] = {"type": "boolean"}
REQUIREMENTS: Final[Schema] = {"$ref": "#/definitions/requirements"}
TABLE: Final[Schema] = {"$ref": "#/definitions/table"}
VALUES: Final[Schema] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": ["string", "object"],
        "additionalProperties": {"type": ["string", "object"]},
    },
}
TABLE_KEYS: Final[Mapping[str, Schema]] = {
    "value": text("An expression", "3"),
    "by": NAMES,
    "values": VALUES,
    "bands": listing(
        mapping({"from": text("Where the band begins", "0"), "value": text("The value in it", "5%")}, "from", "value"),
        "Values by bands of a number",
    ),
}

DEFINITIONS: Final[Mapping[str, Schema]] = {
    "requirements": {
        "type": ["array", "string", "object"],
        "minItems": 1,
        "items": {"$ref": "#/definitions/requirement"},
        "description": "Conditions; all must hold",
        "if": {"type": "object"},
        "then": {"$ref": "#/definitions/requirement"},
    },
    "requirement": {
        "type": ["string", "object"],
        "description": "A comparison or a name, or all / any / none / at_least with of",
        "properties": {
            "all": REQUIREMENTS,
            "any": REQUIREMENTS,
            "none": REQUIREMENTS,
            "at_least": WHOLE,
            "of": REQUIREMENTS,
            "met": LATER,
            "in": LATER,
            "requires": LATER,
        },
        "additionalProperties": False,
        "minProperties": 1,
        "if": {"required": ["at_least"]},
        "then": {"required": ["of"], "maxProperties": 2},
        "else": {"maxProperties": 1},
    },
    "table": {
        "type": ["string", "object"],
        "properties": dict(TABLE_KEYS),
        "additionalProperties": False,
        "description": "One value, or values by dimensions",
    },
}
