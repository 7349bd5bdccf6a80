"""What a name is said to be: kind, type, unit, meaning, and its value on a day."""

from __future__ import annotations

from datetime import date

import pytest

from engine.authoring.services.hover import View, day_shown, describe, view_of
from engine.authoring.services.navigate import symbol_at
from engine.authoring.services.symbols import Symbol, SymbolKind
from rules import compile_program, load_program
from tests.engine.authoring.services.programs import EVERYTHING, SUMMIT, document, read


def view(text: str, day: date) -> View:
    """A program seen on a day, with its Plan."""
    program, found = load_program(text.encode(), "p.yaml")
    assert program is not None, found
    return view_of(program, day, compile_program(program, day)[0])


JUNE = view(read(SUMMIT), date(2026, 6, 30))
ALL = view(EVERYTHING, date(2026, 6, 30))

SHOWN = {
    ("parameter", "revenue_needed"): """\
**revenue_needed** parameter: money

On `2026-06-30`:

| Tier | Value |
| --- | --- |
| `silver` | 50,000 USD |
| `gold` | 250,000 USD |
| `platinum` | 1,000,000 USD |

From `2026-08-01`: (price list +20 %, ticket CH-812)

| Tier | Value |
| --- | --- |
| `silver` | 50,000 USD |
| `gold` | 300,000 USD |
| `platinum` | 1,000,000 USD |""",
    ("parameter", "engineers_needed"): """\
**engineers_needed** parameter: number

On `2026-06-30`:

| Tier | `smb` | `enterprise` |
| --- | --- | --- |
| `silver` | 1 | 2 |
| `gold` | 2 | 4 |
| `platinum` | 6 | 10 |""",
    ("benefit", "discount"): """\
**discount** benefit: percent

5% for `registered`, 10% for `silver`, 15% for `gold` and 20% for `platinum`.""",
    ("field", "region", "partners"): (
        "**region** field of `partners`: one of `emea`, `na`, `apac`, `latam`; may be missing"
    ),
    ("field", "amount", "sales"): "**amount** field of `sales`: money in USD",
    ("field", "partner_id", "sales"): "**partner_id** field of `sales`: id; the key of `partners`",
    ("field", "email", "people"): "**email** field of `people`: text; may be missing; personal: never stored",
    ("link", "item", "sales"): "**item** link of `sales`\n\nThe row of `products` that `product_id` names.",
}


@pytest.mark.parametrize("symbol", SHOWN, ids="-".join)
def test_what_is_shown(symbol: tuple[str, ...]) -> None:
    """To the letter."""
    kind, name, *table = symbol
    assert describe(Symbol(SymbolKind(kind), name, *table), JUNE) == SHOWN[symbol]


def test_a_metric_has_its_unit_its_meaning_and_its_days() -> None:
    """The window as it lies on the day; a shifted one lies earlier."""
    lines = describe(Symbol(SymbolKind.METRIC, "revenue"), JUNE).split("\n\n")
    assert lines[:2] == ["**revenue** metric: money in USD", "Net revenue, trailing twelve months"]
    assert "`amount` of `sales` over the trailing twelve months" in lines[2]
    assert lines[3:] == ["Judged on `2026-06-30`: from `2025-07-01` to before `2026-07-01`."]
    before = describe(Symbol(SymbolKind.METRIC, "revenue_before"), JUNE)
    assert before.endswith("Judged on `2026-06-30`: from `2024-07-01` to before `2025-07-01`.")


def test_a_parameter_on_a_later_day_is_what_it_is_then() -> None:
    """From the day a version starts, the one before is gone."""
    on = describe(Symbol(SymbolKind.PARAMETER, "revenue_needed"), view(read(SUMMIT), date(2026, 8, 1)))
    assert "On `2026-08-01`: (price list +20 %, ticket CH-812)" in on
    assert "300,000 USD" in on
    assert "250,000 USD" not in on
    single = describe(Symbol(SymbolKind.PARAMETER, "floor"), ALL)
    assert single == "**floor** parameter: money\n\nOn `2026-06-30`: **10,000 USD**"
    bands = describe(Symbol(SymbolKind.PARAMETER, "team"), ALL)
    assert "| from 0 USD | 1 |" in bands


def test_tiers_tell_their_place_and_what_they_ask() -> None:
    """The lowest asks nothing; a higher one has the values of the day."""
    assert describe(Symbol(SymbolKind.TIER, "registered"), JUNE) == (
        "**registered** tier: 1 of 4, from the lowest\n\nEvery partner has at least this tier."
    )
    gold = describe(Symbol(SymbolKind.TIER, "gold"), JUNE)
    assert gold.startswith("**gold** tier: 3 of 4, from the lowest\n\nRequired on `2026-06-30`:\n\n- ")
    assert "250,000 USD" in gold


@pytest.mark.parametrize(
    ("kind", "name", "start"),
    [
        ("segment", "big", "**big** segment: true or false\n\nPartners that meet"),
        ("certification", "old_pro", "**old_pro** certification\n\nA certificate counts without end"),
        ("incentive", "volume", "**volume** incentive: rebate\n\n- 1% of what lies below"),
        ("metric", "by_customer", "**by_customer** metric: one for each customer_id"),
        ("metric", "growth", "**growth** metric: number\n\n(`revenue`"),
        ("metric", "engineers", "**engineers** metric: integer"),
        ("table", "visits", "**visits** record table\n\nRecords identified by `visit_id`, each on its `held_on`."),
        ("table", "products", "**products** record table\n\nRecords identified by `product_id`. Fields:"),
    ],
)
def test_every_kind_has_its_words(kind: str, name: str, start: str) -> None:
    """The start of each."""
    assert describe(Symbol(SymbolKind(kind), name), ALL).startswith(start)


@pytest.mark.parametrize("kind", list(SymbolKind))
def test_what_the_program_does_not_know_is_left_out(kind: SymbolKind) -> None:
    """A name that is newer than the last good text says nothing."""
    assert describe(Symbol(kind, "newer", "sales" if kind in ("field", "link") else ""), ALL) == ""
    assert describe(Symbol(kind, "newer", "nowhere"), ALL) == ""


def test_texts_of_the_author_stay_texts() -> None:
    """A title cannot become a link, an image, a table or a tag."""
    title = "<b>[x](http://y) ![z](w)</b> | a"
    text = read(SUMMIT).replace("title: Customer satisfaction", f"title: '{title}'")
    shown = describe(Symbol(SymbolKind.METRIC, "csat"), view(text, date(2026, 6, 30)))
    assert r"\<b\>\[x\](http://y) \!\[z\](w)\</b\> \| a" in shown


def test_the_day_is_today_inside_of_the_program() -> None:
    """Else its first day."""
    program = document(read(SUMMIT)).program
    assert program is not None
    days = [date(2025, 12, 31), date(2026, 2, 1), date(2027, 1, 31), date(2027, 2, 1)]
    first = date(2026, 2, 1)
    assert [day_shown(program, day) for day in days] == [first, date(2026, 2, 1), date(2027, 1, 31), first]


def test_without_a_plan_a_metric_is_told_by_its_words() -> None:
    """Type and days need the Plan; the meaning does not."""
    shown = describe(Symbol(SymbolKind.METRIC, "revenue"), View(JUNE.program, JUNE.day))
    assert shown.startswith("**revenue** metric\n\n")
    assert "`amount` of `sales`" in shown
    assert "Judged on" not in shown


def test_a_long_table_is_cut() -> None:
    """With how much there is."""
    areas = [f"t{number}" for number in range(1, 40)]
    values = ", ".join(f"{each}: {number}" for number, each in enumerate(areas, 1))
    text = (
        "rung: 1\nprogram: x\nversion: v1\neffective: {from: 2026-01-01, before: 2027-01-01}\ncurrency: USD\n"
        f"records:\n  partners:\n    fields:\n      area: {{type: choice, values: [{', '.join(areas)}]}}\n"
        f"parameters:\n  many: {{by: [area], values: {{{values}}}}}\n"
        "metrics: {sold: {from: sales, count: records, window: lifetime}}\n"
        "tiers:\n  ladder: [low, high]\n  requires: [sold >= many]\n"
    )
    shown = describe(Symbol(SymbolKind.PARAMETER, "many"), view(text, date(2026, 6, 30)))
    assert shown.endswith("| `t30` | 30 |\nand 9 more")


ARITHMETIC = """\
rung: 1
program: lines
version: v1
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  sales:
    fields:
      price: {type: decimal, scale: 4}
      discount: {type: decimal, scale: 4, optional: true}
      net: {type: money, scale: 2, formula: price * quantity * (1 - discount)}
      unit: {type: money, formula: net / quantity}
      kind: {type: text, formula: product.name}
metrics: {m: {from: sales, sum: net, where: product.line is 'x' and unit > 1 USD, window: lifetime}}
tiers: {ladder: [a, b], requires: [m > 1 USD]}
"""


NET = (
    "**net** field of `sales`: money in USD; "
    "computed as `price * quantity * (1 - discount)`, rounded to 2 digits after the point"
)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("sum: ne|t", NET),
        ("formula: ne|t / quantity", NET),
        ("and uni|t > 1 USD", "**unit** field of `sales`: money in USD; computed as `net / quantity`"),
        ("(1 - disc|ount)", "**discount** field of `sales`: number; may be missing"),
        ("where: prod|uct.line", "**product_id** field of `sales`: id; may be missing; the key of `products`"),
        ("formula: product.na|me", "**name** field of `products`: text; may be missing"),
    ],
)  # fmt: skip
def test_what_a_formula_is_made_of(marked: str, expected: str) -> None:
    """The field, how it is computed, and what the name of a reference stands for."""
    text = ARITHMETIC.replace(marked.replace("|", ""), marked, 1)
    assert text != ARITHMETIC
    place = text.index("|")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    found = symbol_at(document(ARITHMETIC), line, column)
    assert found is not None
    assert describe(found.symbol, view(ARITHMETIC, date(2026, 6, 30))) == expected
