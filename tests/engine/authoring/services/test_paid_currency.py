"""The currency of the rows in what a period is paid: the one name there that is of the row and not of the partner."""

from __future__ import annotations

from datetime import date

import pytest

from engine.authoring.services.complete import complete
from engine.authoring.services.hover import describe, view_of
from engine.authoring.services.navigate import symbol_at
from engine.authoring.services.symbols import Symbol, SymbolKind
from rules import compile_program
from tests.engine.authoring.services.programs import document
from tests.engine.compiler.course.test_by_currency import RATES, TRIO

TEXT = RATES + TRIO
FIELD = Symbol(SymbolKind.FIELD, "currency", "sales")


def marked(old: str, new: str) -> tuple[str, int, int]:
    """The text with `new` in place of the first `old`, and the place of the mark in it."""
    text = TEXT.replace(old, new, 1)
    place = text.index("|")
    return text[:place] + text[place + 1 :], text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from: {by: [currency]", "from: {by: [curr|ency]"),
        ("from: {by: [currency]", "from: {by: [sales.curr|ency]"),
        ("at_most: {by: [currency]", "at_most: {by: [curr|ency]"),
    ],
)
def test_it_is_the_field(old: str, new: str) -> None:
    """In a band and in a limit, by itself and behind its table, which is a name of its own."""
    text, line, column = marked(old, new)
    found = symbol_at(document(text), line, column)
    assert found is not None and found.symbol == FIELD
    if "sales." in text:
        table = symbol_at(document(text), line, column - len("currency"))
        assert table is not None and table.symbol == Symbol(SymbolKind.TABLE, "sales")


def test_it_is_nothing_where_another_currency_is_paid() -> None:
    """Without `pays_in: row` a period has no currency to read, and none is offered."""
    text, line, column = marked("from: {by: [currency]", "from: {by: [curr|ency]")
    plain = text.replace("    pays_in: row\n", "", 1)
    assert symbol_at(document(plain), line, column) is None
    assert "currency" not in {each.text for each in complete(document(plain), line, column, document(TEXT))}


def test_it_is_offered_with_its_words() -> None:
    """Under `by` beside the partner's names, not with other fields of the row; and its currencies under `values`."""
    text, line, column = marked("from: {by: [currency]", "from: {by: [|]")
    offered = {each.text for each in complete(document(text), line, column, document(TEXT))}
    assert {"currency", "tier", "region"} <= offered and not {"amount", "entry"} & offered
    text, line, column = marked("{by: [currency], values: {USD: 0 USD", "{by: [currency], values: {U|SD: 0 USD")
    assert {"USD", "JPY", "KWD"} <= {each.text for each in complete(document(text), line, column, document(TEXT))}


def test_a_parameter_by_currency_is_described() -> None:
    """Each amount in its currency."""
    program = document(TEXT).program
    assert program is not None
    day = date(2026, 6, 30)
    said = describe(Symbol(SymbolKind.PARAMETER, "floor"), view_of(program, day, compile_program(program, day)[0]))
    assert said is not None
    assert [row for row in said.splitlines() if row.startswith("| `")][1:] == [
        "| `USD` | 1,000 USD |",
        "| `JPY` | 150,000 JPY |",
        "| `KWD` | 300 KWD |",
    ]
