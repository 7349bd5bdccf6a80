"""The section of incentives: kinds by name."""

from __future__ import annotations

import pytest

from engine.compiler.workbench import Workbench
from engine.language.catalogue import Catalogue, Section
from engine.language.parse import parse_program
from rules import CATALOGUE, KINDS, incentives
from tests.tiny import FILE, program, text, told

BODY = "{kind: %s, payee: partner, rate: 1%%, of: amount}"


def test_kinds_are_parsed_by_name() -> None:
    """Each entry by its own kind, in the order written."""
    found = program("""
incentives:
  b: {kind: spiff, payee: partner, rate: 1%, of: amount}
  a: {kind: rebate, period: month, sum: amount, bands: [{from: 0 USD, rate: 1%}], payee: partner}
""").incentives
    assert [(each.name, each.kind) for each in found] == [("b", "spiff"), ("a", "rebate")]


def test_another_kind_is_refused() -> None:
    """`fund` is part of the language and not supported yet."""
    assert told("incentives: {x: " + BODY % "fund" + "}") == ["RNG108 6`fund`: `kind` cannot be `fund` yet"]


@pytest.mark.parametrize(
    ("kind", "help"),
    [
        ("SPIFF", "did you mean `spiff`?"),
        ("spif", "did you mean `spiff`?"),
        ("discount", "write one of " + ", ".join(f"`{each.name}`" for each in KINDS)),
    ],
)
def test_an_unknown_kind_is_no_later_kind(kind: str, help: str) -> None:
    """A misspelt kind gets the one meant; another word is told what there is."""
    data = text("incentives: {x: " + BODY % kind + "}").encode()
    _, (found,) = parse_program(data, FILE, CATALOGUE)
    assert (found.code, found.message, found.help) == ("RNG103", f"`kind` cannot be `{kind}`", help)


def test_the_catalogue_is_an_argument() -> None:
    """Without a kind its name is not known: nothing in the engine keeps one."""
    rebate = KINDS[0]
    others: list[Section[Workbench]] = [each for each in CATALOGUE.sections if each.key != "incentives"]
    catalogue: Catalogue[Workbench] = Catalogue((*others, incentives.section((rebate,))), (rebate,))
    data = text("incentives: {x: " + BODY % "spiff" + "}").encode()
    parsed, found = parse_program(data, FILE, catalogue)
    assert parsed is None
    assert [each.code for each in found] == ["RNG103"]
    assert catalogue.kind("rebate") is rebate
    assert catalogue.kind("spiff") is None
