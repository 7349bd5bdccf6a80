"""From bytes to a program, layer by layer."""

from __future__ import annotations

import pytest

from engine.language.catalogue import Catalogue
from engine.language.parse import parse_program, program_schema
from rules import CATALOGUE, SCHEMA, load_program
from tests.tiny import FILE, HEAD

EMPTY: Catalogue[object] = Catalogue((), ())


def test_sections_are_parsed_in_the_order_of_the_catalogue() -> None:
    """A program with a section, and one without any."""
    program, found = load_program((HEAD + "metrics: {m: {formula: 1}}\n").encode(), FILE)
    assert program is not None and found == ()
    assert [each.name for each in program.metrics] == ["m"]
    bare, found = parse_program(HEAD.encode(), FILE, EMPTY)
    assert bare is not None and bare.metrics == () and found == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "RNG005"),
        (b"- a\n", "RNG006"),
        (HEAD.replace("rung: 1", "rung: 2").encode(), "RNG103"),
        ((HEAD + "metrics: {}\n").encode(), "RNG106"),
        ((HEAD + "metrics: {m: {formula: 1 +}}\n").encode(), "RNG500"),
        (HEAD.replace("USD", "XAU").encode(), "RNG531"),
    ],
)
def test_each_layer_stops_at_an_error(data: bytes, code: str) -> None:
    """One defect, one finding, no program."""
    program, found = load_program(data, FILE)
    assert program is None
    assert [each.code for each in found] == [code]


def test_schema_has_every_section_and_what_comes_later() -> None:
    """Sections of the catalogue, the head, and keys that are refused with their own message."""
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert {"rung", "records", "metrics", "incentives", "pools"} <= set(properties)
    bare = program_schema(EMPTY)["properties"]
    assert isinstance(bare, dict)
    assert "metrics" not in bare
    assert {each.key for each in CATALOGUE.sections} <= set(properties)
