"""Our SARIF against the schema of SARIF 2.1.0, as a locked package of npm carries it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from cli.programs import diagnose
from cli.render.renderers import RENDERERS
from engine.language.diagnostic import Code, Diagnostic

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "tests/extra/node/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    """The standard's schema; `make test-all` installs it."""
    if not SCHEMA.is_file():
        pytest.skip("tests/extra/node is not installed: npm is not on this machine")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


def errors(validator: Draft4Validator, found: tuple[Diagnostic, ...], files: dict[str, bytes]) -> list[str]:
    """What the schema has against the document, with places."""
    document = json.loads(RENDERERS["sarif"](found, files))
    return [f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in validator.iter_errors(document)]


def test_every_finding_of_the_gallery(validator: Draft4Validator) -> None:
    """One log with all findings of the gallery, and one about no file."""
    files = {path.name: path.read_bytes() for path in sorted((ROOT / "tests/gallery/bad").glob("*.yaml"))}
    found = tuple(each for name, data in files.items() for each in diagnose(data, name, ())[1])
    nowhere = Code("RNG999", "about-nothing", "page").at(None, "about no file")
    assert len(found) > len(files)
    assert errors(validator, (*found, nowhere), files) == []


def test_nothing_found(validator: Draft4Validator) -> None:
    """A log without results is one, too."""
    assert errors(validator, (), {}) == []


def test_the_schema_can_refuse(validator: Draft4Validator) -> None:
    """A result without a message is refused: the schema is the real one."""
    document = json.loads(RENDERERS["sarif"]((), {}))
    document["runs"][0]["results"] = [{"ruleId": "RNG001"}]
    assert not validator.is_valid(document)
