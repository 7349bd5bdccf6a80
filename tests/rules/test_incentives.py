"""The section of incentives: kinds by name."""

from __future__ import annotations

from engine.language.catalogue import Catalogue
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
    assert told("incentives: {x: " + BODY % "fund" + "}") == [
        "RNG108 6`fund`: incentives of kind `fund` are not supported yet"
    ]


def test_the_catalogue_is_an_argument() -> None:
    """Without a kind its name is not known: nothing in the engine keeps one."""
    (rebate, _) = KINDS
    sections = (*(each for each in CATALOGUE.sections if each.key != "incentives"), incentives.section((rebate,)))
    catalogue = Catalogue(sections, (rebate,))
    data = text("incentives: {x: " + BODY % "spiff" + "}").encode()
    parsed, found = parse_program(data, FILE, catalogue)
    assert parsed is None
    assert [each.code for each in found] == ["RNG108"]
    assert catalogue.kind("rebate") is rebate
    assert catalogue.kind("spiff") is None
