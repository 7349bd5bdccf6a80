"""Editors know designations and choices: what they are, where they stand, and what can follow a dot."""

from __future__ import annotations

from datetime import date

import pytest

from engine.authoring.services.cases import index_of_cases
from engine.authoring.services.complete import complete
from engine.authoring.services.document import Document
from engine.authoring.services.hover import describe, view_of
from engine.authoring.services.symbols import Symbol, SymbolKind
from rules import SCHEMA, compile_program
from tests.engine.authoring.services.programs import LADDERS, document
from tests.properties.programs import loaded

DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("eligible: [any: [specialist, seat is na]]", "eligible: [|]", {"specialist", "local", "revenue"}),
        ("local.emea >= expert", "local.|", {"emea", "na", "highest", "lowest"}),
        ("local_revenue.na >= 10", "local_revenue.| >= 10", {"emea", "na"}),
        ("local is expert", "local is |", {"member", "expert"}),
        ("by: [specialist]", "by: [|]", {"specialist", "local", "tier"}),
        ("{'true': 5%, 'false': 1%}", "{|}", {"true", "false"}),
        ("{member: 1%, expert: 2%}", "{|}", {"member", "expert"}),
        ("{area: {type: territory", "{area: {type: |", {"territory", "depth", "money", "choice"}),
        ("per: [territory]\n    overall", "per: [|]\n    overall", {"territory", "depth"}),
    ],
)
def test_what_is_offered(old: str, new: str, words: set[str]) -> None:
    """Names, the values of a key, the words of a ladder."""
    assert old in LADDERS
    text = LADDERS.replace(old, new, 1)
    place = text.index("|")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    good = document(LADDERS)
    broken = Document("p.yaml", (text[:place] + text[place + 1 :]).encode(), SCHEMA, good.program)
    assert words <= {each.text for each in complete(broken, line, column, good)}


def test_hovers() -> None:
    """What a designation asks for and whom it applies to; the words of a choice."""
    program = loaded(LADDERS)
    view = view_of(program, DAY, compile_program(program, DAY)[0])
    said = describe(Symbol(SymbolKind.DESIGNATION, "specialist"), view)
    assert said.startswith("**specialist** designation: held or not\n\nSecurity specialist")
    assert "Applies to:\n\n- `seat` is `emea`" in said
    local = describe(Symbol(SymbolKind.DESIGNATION, "local"), view)
    assert local.startswith("**local** designation: member, expert, from the lowest, one for each territory")
    assert "`expert` asks on `2026-06-30`" in local
    assert describe(Symbol(SymbolKind.CHOICE, "territory"), view) == "**territory** choice: one of `emea`, `na`"


def test_names_in_cases() -> None:
    """A designation among the expectations and in the id of a line."""
    text = "rung_test: 1\ncases:\n  a:\n    expect:\n      designations: {local: {emea: expert}}\n"
    text += "      lines: {designation.local.emea.expert.1: met}\n"
    index = index_of_cases(text.encode(), "c.test.yaml", document(LADDERS).index)
    found = index.of(Symbol(SymbolKind.DESIGNATION, "local"))
    assert [each.span.line for each in found if each.span] == [5, 6]
