"""The page of the language is true: its examples are one program that checks without errors."""

from __future__ import annotations

import re
from pathlib import Path

from engine.language.diagnostic import has_errors
from rules import SCHEMA, check_program, load_program

PAGE = Path(__file__).resolve().parents[1] / "docs" / "language.md"


def blocks() -> list[str]:
    """The YAML examples of the page, but for the one that shows lines alone."""
    found = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [each for each in found if not each.startswith("requires:")]


def test_examples_make_one_program_without_errors() -> None:
    """Every example of the page, put together, is accepted."""
    program, found = load_program("\n".join(blocks()).encode(), "language.md")
    assert not has_errors(found), [each.message for each in found]
    assert program is not None
    assert not has_errors(check_program(program)), [each.message for each in check_program(program)]


def test_every_section_is_on_the_page() -> None:
    """No key of the schema is left out."""
    page = PAGE.read_text(encoding="utf-8")
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    named = [key for key, schema in properties.items() if not schema.get("x-later")]
    assert [key for key in named if f"{key}:" not in page] == []
