"""Editors know benefits with `per`: what is offered, what words stand for, and new names for all of it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.authoring.services.cases import index_of_cases
from engine.authoring.services.complete import complete
from engine.authoring.services.document import Document
from engine.authoring.services.edits import edited
from engine.authoring.services.hover import describe, view_of
from engine.authoring.services.rename import Beside, Refusal, rename
from engine.authoring.services.symbols import Symbol, SymbolKind
from engine.language.source import File
from rules import SCHEMA, compile_program
from tests.engine.authoring.services.programs import KEYED, checked, document
from tests.properties.programs import loaded

DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("old", "new", "words", "not_words"),
    [
        ("per: [family], when", "per: [|], when", {"territory", "family"}, {"tier"}),
        ("by: [tier, family]", "by: [tier, |]", {"family", "specialist", "tier"}, {"territory"}),
        ("{registered: {network: 5%}", "{registered: {|: 5%}", {"network", "security"}, {"emea"}),
        ("rate: benefits.margin,", "rate: benefits.|,", {"margin", "gift", "lead"}, {"network"}),
        ("benefits.margin.security", "benefits.margin.|", {"network", "security"}, {"margin", "emea", "highest"}),
        ("benefits.margin.security", "benefits.gift.|", set(), {"network", "margin"}),
        ("rate: benefits.margin,", "rate: benefits.lead.|,", {"emea", "na"}, {"network"}),
    ],
)
def test_what_is_offered(old: str, new: str, words: set[str], not_words: set[str]) -> None:
    """Choices under `per`, the keys under `by`, the values of a key behind a dot."""
    assert old in KEYED
    text = KEYED.replace(old, new, 1)
    place = text.index("|")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    good = document(KEYED)
    broken = Document("p.yaml", (text[:place] + text[place + 1 :]).encode(), SCHEMA, good.program)
    offered = {each.text for each in complete(broken, line, column, good)}
    assert words <= offered and not (not_words & offered), offered


def test_hover() -> None:
    """What it grants, and for which values."""
    program = loaded(KEYED)
    view = view_of(program, DAY, compile_program(program, DAY)[0])
    said = describe(Symbol(SymbolKind.BENEFIT, "margin"), view)
    assert said.startswith("**margin** benefit: percent")
    assert "for each family (network and security)" in said.replace("`", "")


def renamed(kind: SymbolKind, old: str, new: str, tests: str = "") -> tuple[str, str]:
    """Program and test file after a rename."""
    beside = Beside((File("c.test.yaml", tests.encode()),)) if tests else Beside()
    edits = rename(document(KEYED), Symbol(kind, old), new, checked, beside)
    assert not isinstance(edits, Refusal), edits
    own = edited(KEYED.encode(), [each for each in edits if each.span.file != "c.test.yaml"]).decode()
    other = edited(tests.encode(), [each for each in edits if each.span.file == "c.test.yaml"]).decode()
    return own, other


def test_a_benefit_gets_another_name() -> None:
    """Where it is declared, read by row and read at a value; in cases, too."""
    tests = (
        "rung_test: 1\ncases:\n  a:\n    expect:\n      benefits: {margin: {network: 5%}}\n"
        "      lines: {benefit.margin.network.1: met}\n"
    )
    own, other = renamed(SymbolKind.BENEFIT, "margin", "share", tests)
    assert own == KEYED.replace("  margin:", "  share:").replace("benefits.margin", "benefits.share")
    assert other == tests.replace("margin", "share")


def test_a_choice_gets_another_name() -> None:
    """Under `per` and `by`, and as the type of a field; a field of that name keeps its own."""
    own, _ = renamed(SymbolKind.CHOICE, "territory", "zone")
    assert own == KEYED.replace("territory", "zone")
    own, _ = renamed(SymbolKind.CHOICE, "family", "kin")
    assert "by: [tier, kin]" in own and "badge: {value: flag, per: [kin]" in own
    assert "      family: {type: kin, optional: true}" in own


def test_names_in_cases() -> None:
    """The benefit among the expectations and in the id of a line."""
    text = "rung_test: 1\ncases:\n  a:\n    expect:\n      benefits: {badge: {network: true}}\n"
    text += "      lines: {benefit.badge.network.1: met}\n"
    index = index_of_cases(text.encode(), "c.test.yaml", document(KEYED).index)
    found = index.of(Symbol(SymbolKind.BENEFIT, "badge"))
    assert [each.span.line for each in found if each.span] == [5, 6]
