"""The header's `conversion`, and fields in the currency of their row. (Module `language/conversion.py`.)"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.language.records import RATES
from engine.language.source import File
from engine.types import ROW, money
from rules import load_program
from tests.tiny import HEAD, program, told

AMOUNTS = """\
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, JPY]}
"""
RULES = """\
metrics: {m: {from: sales, sum: amount, window: lifetime}}
tiers: {ladder: [low, high], high: {requires: [m >= 1 USD]}}
"""
BOTH = AMOUNTS + RULES


def read(conversion: str, records: str = AMOUNTS) -> Program:
    """A program with this conversion."""
    return program(records + RULES, f"{HEAD}conversion: {conversion}\n")


def said(conversion: str, records: str = AMOUNTS) -> list[str]:
    """What is said of it."""
    return told(records + RULES, f"{HEAD}conversion: {conversion}\n")


def test_rates_bring_their_table() -> None:
    """`fx_rates` is there where a program converts by it, and nowhere else."""
    converting = read("{rates: fx_rates, as_at: row}")
    assert converting.conversion is not None
    assert (converting.conversion.rates, converting.conversion.equal) == ("fx_rates", ())
    assert converting.records.table("fx_rates") == RATES
    assert (
        read("{equal: [{from: 2026-01-01, amounts: [1 USD, 150 JPY]}], as_at: row}").records.table("fx_rates") is None
    )
    assert program("tiers: {ladder: [low]}").conversion is None


def test_the_table_of_rates_may_have_more_fields() -> None:
    """As any standard table."""
    more = AMOUNTS.replace("records:\n", "records:\n  fx_rates: {fields: {source: {type: text, optional: true}}}\n")
    table = read("{rates: fx_rates, as_at: row}", more).records.table("fx_rates")
    assert table is not None
    assert [each.name for each in table.fields] == [*(each.name for each in RATES.fields), "source"]


def test_the_table_of_rates_belongs_to_a_conversion() -> None:
    """Without one nobody would read it."""
    sections = "records: {fx_rates: {fields: {source: text}}}\ntiers: {ladder: [low]}\n"
    assert told(sections) == [
        "RNG300 6`fx_rates`: `fx_rates` is the table of exchange rates, but `conversion` does not use it"
    ]


def test_equal_worths_are_dated_amounts() -> None:
    """Each entry with its day and its amounts, in the order written."""
    found = read(
        "{equal: [{from: 2026-01-01, amounts: [1 USD, 150 JPY]}, {from: 2026-07-01, amounts: [160 JPY, 1.05 USD]}],"
        " as_at: row}"
    ).conversion
    assert found is not None
    assert [each.start for each in found.equal] == [date(2026, 1, 1), date(2026, 7, 1)]
    amounts = [[(each.value, each.currency) for each in entry.amounts] for entry in found.equal]
    assert amounts == [
        [(Decimal(1), "USD"), (Decimal(150), "JPY")],
        [(Decimal(160), "JPY"), (Decimal("1.05"), "USD")],
    ]


def test_an_amount_of_a_row_keeps_the_digits_of_the_finest_currency() -> None:
    """Two for dollars and yen, none for yen and won, three with dinars."""
    for words, scale in (("USD, JPY", 2), ("JPY, KRW", 0), ("USD, JPY, KWD", 3)):
        table = program(AMOUNTS.replace("USD, JPY", words)).records.table("sales")
        assert table is not None
        field = table.field("amount")
        assert field is not None
        assert (field.type, str(field.type)) == (money(ROW, scale), "money in its row's currency")
        assert table.currencies == tuple(words.split(", "))


def test_a_field_called_currency_alone_changes_nothing() -> None:
    """Amounts are in the program's currency unless they say `currency: row`."""
    plain = program(AMOUNTS.replace("amount: {type: money, currency: row}", "amount: money")).records.table("sales")
    assert plain is not None
    assert (plain.currencies, plain.field("amount")) != ((), None)
    assert plain.currencies == ()


@pytest.mark.parametrize(
    ("conversion", "expected"),
    [
        ("{as_at: row}", "RNG300 6`as_at`: amounts are converted either by `rates` or by `equal`"),
        (
            "{rates: fx_rates, equal: [{from: 2026-01-01, amounts: [1 USD, 150 JPY]}], as_at: row}",
            "RNG300 6`rates`: amounts are converted either by `rates` or by `equal`",
        ),
        (
            "{equal: [{from: 2026-01-01, amounts: [1 USD, 150 JPY, 160 JPY]}], as_at: row}",
            "RNG330 6`160 JPY`: `JPY` appears twice in one list",
        ),
        (
            "{equal: [{from: 2026-01-01, amounts: [1 USD, 0 JPY]}], as_at: row}",
            "RNG330 6`0 JPY`: amounts under `equal` must be above zero",
        ),
        (
            "{equal: [{from: 2026-01-01, amounts: [1 EUR, 150 JPY]}], as_at: row}",
            "RNG330 6`from`: none of these amounts is in the program's currency, USD",
        ),
        (
            "{equal: [{from: 2026-02-30, amounts: [1 USD, 150 JPY]}], as_at: row}",
            "RNG041 6`2026-02-30`: there is no day `2026-02-30`",
        ),
        (
            "{equal: [{from: 2026-01-01, amounts: [1 USD, 150]}], as_at: row}",
            "RNG511 6`150`: expected an amount with its currency, found `150`",
        ),
        (
            "{equal: [{from: 2026-01-02, amounts: [1 USD, 150 JPY]}], as_at: row}",
            "RNG403 6`from`: `equal` has no entry on 2026-01-01",
        ),
    ],
)
def test_what_is_no_conversion(conversion: str, expected: str) -> None:
    """Each slip is told at its place."""
    assert said(conversion) == [expected]


def test_entries_ascend() -> None:
    """Two lists of one day would both be in force."""
    entry = "{from: 2026-01-01, amounts: [1 USD, 150 JPY]}"
    message = "RNG402 6`from`: the days of the entries must rise, but 2026-01-01 follows 2026-01-01"
    assert said(f"{{equal: [{entry}, {entry}], as_at: row}}") == [message]


def test_a_conversion_of_nothing() -> None:
    """A warning: somebody meant amounts to be converted."""
    assert said("{rates: fx_rates, as_at: row}", "") == [
        "RNG211 6`rates`: `conversion` has no effect: every amount of the records is in the program's currency"
    ]


NO_FIELD = (
    "RNG331 9`amount`: `amount` has `currency: row`, so `sales` needs a field `currency`: "
    "a choice that is never missing"
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", [NO_FIELD]),
        ("currency: text", [NO_FIELD]),
        ("currency: {type: choice, values: [USD, JPY], optional: true}", [NO_FIELD]),
        ("currency: {type: choice, values: [USD, YEN]}", ["RNG530 10`YEN`: `YEN` is not a currency code of ISO 4217"]),
        ("currency: {type: choice, values: [USD, XAU]}", ["RNG531 10`XAU`: nothing can be paid in `XAU` (gold)"]),
    ],
)
def test_the_field_that_says_the_currency(field: str, expected: list[str]) -> None:
    """It is a choice of currencies, and every record has it."""
    records = AMOUNTS.replace("currency: {type: choice, values: [USD, JPY]}", field)
    assert told(records + RULES)[:1] == expected


def test_the_currencies_may_be_a_choice_of_the_program() -> None:
    """Shared by the tables that hold them; each word is a currency all the same."""
    for field in ("currency: currency", "currency: {type: currency}"):
        records = "choices: {currency: [USD, KWD]}\n" + AMOUNTS.replace(
            "currency: {type: choice, values: [USD, JPY]}", field
        )
        table = read("{rates: fx_rates, as_at: row}", records).records.table("sales")
        assert table is not None
        assert (table.currencies, table.fields[-2].type) == (("USD", "KWD"), money(ROW, 3))
        wrong = told(records.replace("KWD", "DINAR") + RULES)
        assert wrong[0] == "RNG530 11`currency`: `DINAR` is not a currency code of ISO 4217"


def test_only_money_has_a_currency() -> None:
    """As only a choice is ordered."""
    sections = AMOUNTS.replace("amount: {", "net: {type: decimal, currency: row}\n      amount: {")
    message = "RNG300 9`currency`: the type `decimal` has no `currency`"
    assert told(sections + RULES) == [message]


@pytest.mark.parametrize(("old", "new"), [("rates", "equal"), ("equal", "rates")])
def test_a_version_may_convert_in_another_way(old: str, new: str) -> None:
    """What is inherited is named, and is gone once the cure is followed."""
    ways = {"rates": "rates: fx_rates", "equal": "equal: [{from: 2026-01-01, amounts: [1 USD, 150 JPY]}]"}
    first = HEAD + f"conversion: {{{ways[old]}, as_at: row}}\n{AMOUNTS}"
    text = 'rung: 1\nprogram: tiny\nversion: "2"\nextends: "1"\neffective: {from: 2027-01-01, before: 2028-01-01}\n'
    text += f"conversion: {{{ways[new]}}}\n"

    def read(second: str) -> tuple[Program | None, tuple[Diagnostic, ...]]:
        files = [File("1.yaml", first.encode()), File("2.yaml", second.encode())]
        return load_program(files[-1].data, files[-1].name, files)

    _, (found,) = read(text)
    assert found.message == "amounts are converted either by `rates` or by `equal`"
    assert found.span is not None and found.related[0].span is not None
    assert (found.span.file, found.span.line, found.related[0].span.file) == ("2.yaml", 6, "1.yaml")
    assert found.help == f"add `without: [conversion.{old}]` to remove what is inherited, or leave out this one"
    cured, findings = read(text + f"without: [conversion.{old}]\n")
    assert cured is not None and cured.conversion is not None and findings == ()
    assert (bool(cured.conversion.rates), bool(cured.conversion.equal)) == (new == "rates", new == "equal")
