"""`rung schema`: what editors complete from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import Draft7Validator

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_the_schema_is_a_schema(rung: Shell) -> None:
    """It is valid draft-07, which editors read best."""
    schema = json.loads(rung("schema").out)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_the_schema_can_go_to_a_file(rung: Shell) -> None:
    """`--output` writes it, and says so."""
    answer = rung("schema", "--output", "rung.schema.json")
    assert (answer.code, answer.out, answer.err) == (0, "", "wrote rung.schema.json\n")
    assert Path("rung.schema.json").read_text("utf-8") == rung("schema", "--output", "-").out
