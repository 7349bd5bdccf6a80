"""Whether data fits a schema, against jsonschema, which `check_shape` gives what does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from engine.authoring.cases.schema import SCHEMA as TESTS
from engine.language import shape
from engine.language.fitting import Json, fits
from engine.language.loader import load_tree
from engine.records.control import CONTROL_SCHEMA
from engine.records.feed_schema import FEED_SCHEMA
from rules import SCHEMA as PROGRAMS

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path for folder in ("programs", "tests") for path in (ROOT / folder).rglob("*.yaml"))
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "program": PROGRAMS,
    "feed": FEED_SCHEMA,
    "rung_test": TESTS,
    "control": CONTROL_SCHEMA,
}
VALUES: tuple[Json, ...] = (None, True, False, "", "1", "-1.5", "word", "2026-01-01", [], ["a", "a"], {}, {"a": "b"})


def errors(data: Json, schema: Mapping[str, object]) -> list[object]:
    """What jsonschema finds, with the keywords and types of the language."""
    return list(shape._validator_class()(schema).iter_errors(data))


def data_of(path: Path) -> dict[str, Json]:
    """A file as JSON data; nothing where it cannot be read."""
    tree, _ = load_tree(path.read_bytes(), "p.yaml")
    data = shape.plain(tree) if tree is not None else None
    return data if isinstance(data, dict) else {}


def changed(data: Json, random: Random) -> Json:
    """The data with one part replaced, removed, or added."""
    if isinstance(data, dict) and data:
        key = random.choice(list(data))
        match random.randrange(6):
            case 0:
                return {**data, random.choice(("strange", "kind", "Bad Name", "when")): random.choice(VALUES)}
            case 1:
                return {name: value for name, value in data.items() if name != key}
        return {**data, key: changed(data[key], random)}
    if isinstance(data, list) and data and random.randrange(4):
        at = random.randrange(len(data))
        return [*data[:at], changed(data[at], random), *data[at + 1 :]]
    return random.choice(VALUES)


@pytest.mark.long
def test_files_and_changed_copies() -> None:
    """Each file, and copies with one change, fit exactly where jsonschema finds nothing."""
    random, answers = Random(1), set()
    for path in FILES:
        data = data_of(path)
        schema = next((each for key, each in SCHEMAS.items() if key in data), PROGRAMS)
        for each in (data, *(changed(data, random) for _ in range(4))):
            answers.add(fits(each, schema))
            assert fits(each, schema) == (not errors(each, schema)), (path, each)
    assert answers == {True, False}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": ["array", "null"]},
        {"type": "string"},
        {"type": "boolean"},
        {"type": "integer"},
        {"type": "number"},
        {"enum": [1, "word", True, None]},
        {"enum": ["word"], "x-later": ["1"]},
        {"const": 1},
        {"const": False},
        {"x-later": True},
        {"pattern": "^[a-z]+$"},
        {"required": ["a"]},
        {"properties": {"a": {"const": "c"}}},
        {"properties": {"a": True}, "additionalProperties": False},
        {"additionalProperties": {"type": "array"}},
        {"propertyNames": {"enum": ["b"]}},
        {"items": {"enum": ["b"]}},
        {"minItems": 1},
        {"maxItems": 1},
        {"uniqueItems": True},
        {"uniqueItems": False},
        {"minProperties": 1},
        {"maxProperties": 0},
        {"allOf": [{"type": "string"}, {"minItems": 9}, {"pattern": "1"}]},
        {"if": {"type": "string"}, "then": {"const": "1"}, "else": {"type": "object"}},
        {"if": {"type": "string"}, "else": {"type": "object"}},
        {"title": "a note", "x-note": "another"},
        {"items": {"$ref": "#/definitions/name"}, "definitions": {"name": {"enum": ["b"]}}},
    ],
    ids=str,
)
def test_every_keyword(schema: Mapping[str, object]) -> None:
    """On values of every type, a keyword refuses what jsonschema refuses."""
    for value in VALUES:
        assert fits(value, schema) == (not errors(value, schema)), value


def test_a_definition_may_name_itself() -> None:
    """Lists in lists, to any depth."""
    schema = {
        "$ref": "#/definitions/tree",
        "definitions": {"tree": {"type": "array", "items": {"$ref": "#/definitions/tree"}}},
    }
    assert fits([[], [[]]], schema)
    assert not fits([[], ["leaf"]], schema)


def test_an_unknown_keyword_fits_nothing() -> None:
    """So that jsonschema decides."""
    assert not fits(["x"], {"contains": {"const": "x"}})
