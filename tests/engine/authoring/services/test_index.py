"""Which symbol each word stands for: a program with every construct, and all places of its names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.authoring.services.symbols import Symbol, SymbolKind
from tests.engine.authoring.services.programs import EVERYTHING, GOOD, at, checked, document, read

DOCUMENT = document(EVERYTHING)


def places(kind: str, name: str, table: str = "") -> list[str]:
    """The lines in which a symbol stands, with the name in brackets."""
    found = []
    for each in DOCUMENT.index.of(Symbol(SymbolKind(kind), name, table)):
        assert each.span is not None
        line = DOCUMENT.lines[each.span.line - 1]
        start, end = each.span.column - 1, each.span.end_column - 1
        found.append(f"{each.span.line}:{line[max(start - 12, 0) : start]}«{line[start:end]}»")
    return found


def test_the_program_has_no_errors() -> None:
    """What is indexed here is a program that means something."""
    assert [each.message for each in checked(EVERYTHING.encode()) if each.severity.value == "error"] == []


EXPECTED = {
    ("metric", "revenue"): 6,
    ("metric", "before"): 3,
    ("metric", "growth"): 3,
    ("metric", "by_customer"): 2,
    ("metric", "best"): 2,
    ("metric", "talked"): 2,
    ("parameter", "floor"): 6,
    ("parameter", "needed"): 2,
    ("parameter", "team"): 2,
    ("parameter", "dated"): 2,
    ("certification", "pro"): 3,
    ("certification", "old_pro"): 2,
    ("segment", "big"): 3,
    ("tier", "silver"): 9,
    ("tier", "gold"): 7,
    ("tier", "registered"): 4,
    ("benefit", "discount"): 2,
    ("incentive", "volume"): 1,
    ("table", "visits"): 4,
    ("table", "sales"): 5,
    ("table", "statuses"): 1,
    ("link", "item", "sales"): 4,
    ("field", "line", "products"): 4,
    ("field", "size", "partners"): 4,
    ("field", "minutes", "visits"): 4,
    ("field", "visit_id", "visits"): 2,
    ("field", "amount", "sales"): 4,
    ("field", "entry", "sales"): 2,
    ("field", "customer_id", "sales"): 2,
    ("field", "partner_id", "sales"): 1,
}
"""How often each stands in `EVERYTHING`, counted by hand in its text."""


@pytest.mark.parametrize("symbol", EXPECTED, ids="-".join)
def test_all_places_of_a_name(symbol: tuple[str, ...]) -> None:
    """As many as a person counts, each at the name itself."""
    found = places(*symbol)
    assert len(found) == EXPECTED[symbol], found
    written = {each.split("«")[1] for each in found}
    assert written <= {f"{symbol[1]}»", "partner»", "customer»"}


@pytest.mark.parametrize(
    ("marked", "symbol"),
    [
        ("formula: >\n      (rev|enue - before)", ("metric", "revenue", "")),
        ("/ max(bef|ore, floor)", ("metric", "before", "")),
        ("where: \"it|em.line is 'network'", ("link", "item", "sales")),
        ("where: \"item.li|ne is 'network'", ("field", "line", "products")),
        ("where: tier is 'sil|ver'", ("tier", "silver", "")),
        ("\"tier is not 'regis|tered'\"", ("tier", "registered", "")),
        ("'si|ze is enterprise'", ("field", "size", "partners")),
        ("{smb: fl|oor, enterprise: 20_000 USD}", ("parameter", "floor", "")),
        ("per: [part|ner, period]", ("field", "partner_id", "sales")),
        ("talk|ed > dated", ("metric", "talked", "")),
    ],
)
def test_the_symbol_at_a_place(marked: str, symbol: tuple[str, str, str]) -> None:
    """Links, quoted words, folded scalars and keys of values are told apart."""
    found = DOCUMENT.index.at("p.yaml", *at(EVERYTHING, marked))
    assert found is not None
    assert (found.symbol.kind.value, found.symbol.name, found.symbol.table) == symbol


@pytest.mark.parametrize(
    "marked",
    [
        'reason: "reve|nue rose, gold too"',
        'reason: "revenue rose, go|ld too"',
        "when: [silver_days > 9]".replace("when", "none").replace("9", "|9"),
        "'size is enter|prise'",
        'is sec|urity"',
        "max: val|ue",
        "/ ma|x(before, floor)",
        "tier: 0".replace("tier: 0", "kind: reb|ate"),
    ],
)
def test_words_that_are_no_names(marked: str) -> None:
    """Texts for people, values of choices, functions, words of the language."""
    assert DOCUMENT.index.at("p.yaml", *at(EVERYTHING, marked)) is None


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_place_reads_as_its_name(path: Path) -> None:
    """In whole programs each place holds the name it is said to hold, and everything declared is found once."""
    found = document(read(path))
    declared = [each.symbol for each in found.index.declared()]
    assert len(declared) == len(set(declared)) > 5
    for each in found.index.occurrences:
        assert each.span is not None
        assert found.text_at(each.span) in (each.symbol.name, re.sub("_id$", "", each.symbol.name))
