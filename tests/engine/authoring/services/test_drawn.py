"""Over drawn programs: the index finds what the compiler reads, and a rename changes nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.authoring.services.document import Document
from engine.authoring.services.edits import edited
from engine.authoring.services.rename import Refusal, may_rename, rename
from engine.authoring.services.symbols import SymbolKind
from engine.language.names import names_in
from engine.language.program import Benefit, Certification, Incentive, Metric, Parameter, Program, Segment, Tier
from rules import SCHEMA, check_program, load_program
from tests.engine.authoring.services.programs import checked
from tests.properties.programs import loaded, random_case

pytestmark = pytest.mark.search

Named = Metric | Parameter | Segment | Certification | Benefit | Incentive | Tier
SEEDS = st.integers(0, 2**32)
NEW = "zz_new"


def declared(program: Program) -> dict[str, SymbolKind]:
    """The names an expression may use, as the parser knows them."""
    return {
        **{each.name: SymbolKind.METRIC for each in program.metrics},
        **{each.name: SymbolKind.PARAMETER for each in program.parameters},
        **{each.name: SymbolKind.SEGMENT for each in program.segments},
    }


@given(SEEDS)
def test_every_name_the_compiler_reads_is_found(seed: int) -> None:
    """Each name in a parsed expression is an occurrence there; a field may stand before a declared name."""
    text = random_case(seed).text
    program, document = loaded(text), Document("program.yaml", text.encode(), SCHEMA)
    known = declared(program)
    found = {
        (each.span.line, each.span.column): each.symbol for each in document.index.occurrences if each.span is not None
    }
    for name in names_in(program):
        if name.text in known and name.span.line == name.span.end_line:
            symbol = found.get((name.span.line, name.span.column))
            assert symbol is not None, (name, text)
            assert symbol.name == name.text
            assert symbol.kind in (known[name.text], SymbolKind.FIELD)


@given(SEEDS)
def test_everything_declared_is_found(seed: int) -> None:
    """As many of each kind as the parser found, under the same names."""
    text = random_case(seed).text
    program, index = loaded(text), Document("program.yaml", text.encode(), SCHEMA).index
    expected: dict[SymbolKind, tuple[Named, ...]] = {
        SymbolKind.METRIC: program.metrics,
        SymbolKind.PARAMETER: program.parameters,
        SymbolKind.SEGMENT: program.segments,
        SymbolKind.CERTIFICATION: program.certifications,
        SymbolKind.BENEFIT: program.benefits,
        SymbolKind.INCENTIVE: program.incentives,
        SymbolKind.TIER: program.ladder.tiers,
    }
    for kind, values in expected.items():
        assert [each.symbol.name for each in index.declared(kind)] == [each.name for each in values]
    tables = [name for name in program.own_tables if re.search(rf"^  {name}:", text, re.M)]
    assert [each.symbol.name for each in index.declared(SymbolKind.TABLE)] == tables


@given(SEEDS, st.data())
@pytest.mark.long
def test_a_rename_changes_the_name_and_nothing_else(seed: int, data: st.DataObject) -> None:
    """The same findings, as many places as there were, and the way back leads to the same text."""
    text = random_case(seed).text
    program, found = load_program(text.encode(), "p.yaml")
    assert program is not None
    document = Document("p.yaml", text.encode(), SCHEMA, program, (*found, *check_program(program)))
    symbols = [each.symbol for each in document.index.declared() if may_rename(document, each.symbol) is None]
    assume(symbols)
    symbol = data.draw(st.sampled_from(symbols))
    edits = rename(document, symbol, NEW, checked)
    assert not isinstance(edits, Refusal), (symbol, edits)
    new = edited(document.data, edits)
    assert new.count(NEW.encode()) == len(document.index.of(symbol)) == len(edits)
    assert [each.code for each in checked(new)] == [each.code for each in document.findings]
    assert re.sub(NEW.encode(), symbol.name.encode(), new) == document.data
