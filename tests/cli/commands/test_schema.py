"""`rung schema`: what editors complete from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft7Validator

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.mark.parametrize("kind", [(), ("program",), ("feed",), ("tests",)])
def test_the_schema_is_a_schema(rung: Shell, kind: tuple[str, ...]) -> None:
    """It is valid draft-07, which editors read best."""
    schema = json.loads(rung("schema", *kind).out)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_programs_are_what_is_meant_when_nothing_is_said(rung: Shell) -> None:
    """The schema of programs is the one most people want."""
    assert rung("schema").out == rung("schema", "program").out


def test_there_is_no_schema_of_other_kinds(rung: Shell) -> None:
    """Another word is a slip, and the words there are are told."""
    answer = rung("schema", "programs")
    expected = "error: there is no schema of `programs`\n  = help: write one of program, feed, tests\n"
    assert (answer.code, answer.err) == (2, expected)


def test_the_schema_can_go_to_a_file(rung: Shell) -> None:
    """`--output` writes it, and says so."""
    answer = rung("schema", "--output", "rung.schema.json")
    assert (answer.code, answer.out, answer.err) == (0, "", "wrote rung.schema.json\n")
    assert Path("rung.schema.json").read_text("utf-8") == rung("schema", "--output", "-").out
