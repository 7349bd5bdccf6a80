"""The fields from which the measure of an earning was computed, record by record.

Values of formulas are worked out by hand: 10 at 5.00 less 10 % are 45.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from cli.render.explain_words import say_quantity
from engine.explain.explain import explain
from engine.explain.model import Computed
from engine.plan.scalar import Value
from engine.reference.evaluate import evaluate
from tests.engine.compiler.test_converting import CARRIED, LISTED, RATES, REFERRED, WORLD
from tests.ridge.records import rows
from tests.tiny import FILE, HEAD, SALES, Row, filled, partners, plan

FIELDS = """
records:
  products: {fields: {weight: {type: decimal, scale: 2}, doubled: {type: decimal, formula: weight * 2}}}
  sales:
    fields:
      price: {type: decimal, scale: 2}
      discount: {type: decimal, scale: 2}
      net: {type: money, formula: price * quantity * (1 - discount)}
      third: {type: money, formula: net / 3}
      heavy: {type: money, formula: net * product.doubled}
      unit: {type: money, formula: amount / quantity}
"""
LINES = "sale_id partner_id product_id entry returns_id closed_on quantity amount price discount"
SOLD = [
    "S1|P1|A|sale|-|2026-02-01|10|50.00|5.00|0.10",
    "B1|P1|A|return|S1|2026-02-09|-4|-20.00|5.00|0.10",
    "S2|P2|B|sale|-|2026-02-03|1|7.00|7.00|0",
]
SALE = {"price": 5, "quantity": 10, "discount": Decimal("0.1"), "net": 45}
RETURN = {"price": 5, "quantity": -4, "discount": Decimal("0.1"), "net": -18}


def records() -> dict[str, Sequence[Row]]:
    """A sale of P1 of which 4 of 10 pieces came back, and one of P2."""
    products = rows("product_id weight", "A|1.50", "B|2.00")
    return {"partners": partners("P1", "P2"), "products": products, "sales": rows(LINES, *SOLD)}


def computed(incentive: str, partner: str = "P1", limit: int | None = None) -> tuple[Computed, ...]:
    """What is said of the only earning, which is not of nothing."""
    compiled = plan(f"{FIELDS}incentives: {{c: {{{incentive}, payee: partner}}}}\n", "2026-12-31")
    found = explain(
        compiled, evaluate(compiled, filled(compiled, records())), partner, source={FILE: []}, records=limit
    ).earnings
    return next(each.parts[0].computed for each in found if each.amount.value)


def shown(found: tuple[Computed, ...]) -> dict[str, dict[str, Value]]:
    """By record."""
    return {
        ".".join((each.record.table, *each.record.key)): {field.name: field.value.value for field in each.fields}
        for each in found
    }


@pytest.mark.parametrize(
    ("incentive", "expected"),
    [
        ("kind: commission, of: net, rate: 10%", {"sales.B1": RETURN, "sales.S1": SALE}),
        ("kind: rebate, period: year, sum: net, rate: 10%", {"sales.B1": RETURN, "sales.S1": SALE}),
        (
            "kind: rebate, period: year, returns: current_period, sum: net, rate: 10%",
            {"sales.B1": RETURN, "sales.S1": SALE},
        ),
        (
            "kind: commission, of: third, rate: 10%",
            {"sales.B1": RETURN, "sales.S1": SALE},  # 27.00 are left, and a third of that
        ),
        (
            "kind: commission, of: heavy, rate: 10%",
            {
                "sales.B1": RETURN | {"product.doubled": 3, "heavy": -54},
                "sales.S1": SALE | {"product.doubled": 3, "heavy": 135},
            },
        ),
        (
            "kind: commission, of: unit, rate: 10%",  # 30.00 for 6 pieces
            {"sales.B1": {"amount": -20, "quantity": -4}, "sales.S1": {"amount": 50, "quantity": 10}},
        ),
        (
            "kind: commission, of: unit * quantity + net, rate: 10%",  # 5 * 6 + 27
            {
                "sales.B1": RETURN | {"amount": -20},
                "sales.S1": SALE | {"amount": 50, "unit": 5},
            },
        ),
        (
            "kind: spiff, of: quantity * price, amount: 1 USD, per: 1",
            {"sales.B1": {"quantity": -4, "price": 5}, "sales.S1": {"quantity": 10, "price": 5}},
        ),
        ("kind: commission, of: amount, rate: 10%", {"sales.B1": {"amount": -20}, "sales.S1": {"amount": 50}}),
        ("kind: rebate, period: year, sum: amount, rate: 10%", {"sales.B1": {"amount": -20}}),
        ("kind: commission, of: amount, returns: current_period, rate: 10%", {}),  # one field: it is the measure
        ("kind: spiff, amount: 1 USD", {}),  # nothing is measured
    ],
)
def test_what_a_measure_is_computed_from(incentive: str, expected: dict[str, dict[str, Value]]) -> None:
    """The fields of the sale and of its return, each with the formula that reads them."""
    assert shown(computed(incentive)) == expected


def test_fields_stand_before_the_formula_that_reads_them() -> None:
    """In the order in which it says them."""
    (found,) = computed("kind: commission, of: net, rate: 10%", "P2")
    assert [each.name for each in found.fields] == ["price", "quantity", "discount", "net"]


def test_no_more_records_than_are_shown() -> None:
    """Of all others the list says how many there are."""
    assert list(shown(computed("kind: commission, of: net, rate: 10%", limit=1))) == ["sales.B1"]


def test_nothing_is_said_without_a_step_of_the_measure() -> None:
    """A part that does not say what it measured."""
    compiled = plan(
        f"{FIELDS}incentives: {{c: {{kind: commission, of: net, rate: 10%, payee: partner}}}}\n", "2026-12-31"
    )
    (earning,) = compiled.earnings
    parts = tuple(replace(each, steps=each.steps[-1:]) for each in earning.parts)
    bare = replace(compiled, earnings=(replace(earning, parts=parts),))
    found = explain(bare, evaluate(bare, filled(bare, records())), "P1", source={FILE: []}).earnings
    assert [each.parts[0].computed for each in found] == [()]


def amounts(incentive: str, head: str = RATES) -> list[str]:
    """What is said of the amounts of money that a measure of P1 multiplies."""
    text = REFERRED + f"incentives: {{c: {{{incentive}, payee: partner}}}}\n"
    compiled = plan(text, "2026-06-30", head)
    world = {**WORLD, "products": LISTED, "sales": CARRIED}
    (earning, *more) = explain(compiled, evaluate(compiled, filled(compiled, world)), "P1", source={FILE: []}).earnings
    parts = [part for each in (earning, *more) for part in each.parts]
    found = [field.value for part in parts for each in part.computed for field in each.fields]
    return [say_quantity(each) for each in found if each.unit == "money"]


@pytest.mark.parametrize(
    "incentive",
    [
        "kind: rebate, period: quarter, sum: product.list_price * quantity, rate: 1%",
        "kind: commission, of: product.list_price * quantity, rate: 1%",
    ],
)
def test_an_amount_is_in_the_currency_of_the_record_it_is_of(incentive: str) -> None:
    """A price of a product, in the currency of that product and with its digits."""
    assert sorted(amounts(incentive)) == ["1,200 JPY", "10.00 EUR", "10.125 KWD"]


@pytest.mark.parametrize(
    ("incentive", "expected"),
    [
        ("of: net", {"price": "12.50 EUR", "quantity": "4", "net": "50.0000005 USD"}),  # by the rate 1.00000001
        ("of: price * quantity, pays_in: row", {"price": "12.50 EUR", "quantity": "4"}),
    ],
)
def test_an_amount_of_the_record_itself(incentive: str, expected: dict[str, str]) -> None:
    """Also where the record is paid in that currency; a formula gives an amount in the program's currency."""
    text = """\
records:
  sales:
    fields:
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
      price: {type: money, currency: row}
      net: {type: money, formula: price * quantity}
"""
    text += f"incentives: {{c: {{kind: commission, {incentive}, rate: 1%, payee: partner}}}}\n"
    compiled = plan(text, "2026-06-30", RATES)
    sold = rows(f"{SALES} currency price quantity", "S1|P1|sale|2026-01-20|7.00|EUR|12.50|4")
    found = explain(compiled, evaluate(compiled, filled(compiled, {**WORLD, "sales": sold})), "P1", source={FILE: []})
    (fields,) = (each.fields for earning in found.earnings for part in earning.parts for each in part.computed)
    assert {each.name: say_quantity(each.value) for each in fields} == expected


def test_an_amount_is_told_in_the_currency_of_its_row() -> None:
    """Of the sale in yen, of its product in euros, and a formula that is not converted; never the word `row`."""
    fields = """
records:
  products: {fields: {price: {type: money, currency: row}, currency: {type: choice, values: [USD, EUR]}}}
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, JPY]}
      share: {type: decimal, scale: 2}
"""
    sold = rows(
        "sale_id partner_id product_id entry returns_id closed_on quantity amount currency share",
        "S1|P1|A|sale|-|2026-02-01|10|5000|JPY|0.50",
    )
    world: dict[str, Sequence[Row]] = {
        "partners": partners("P1"),
        "products": rows("product_id price currency", "A|7.50|EUR"),
        "sales": sold,
        "fx_rates": rows(
            "from_currency to_currency effective_from rate", "JPY|USD|2026-01-01|0.01", "EUR|USD|2026-01-01|2"
        ),
    }
    rates = HEAD + "conversion: {rates: fx_rates, as_at: row}\n"
    own = fields + "      net: {type: money, formula: amount * share}\n"

    def told(sections: str, head: str, keys: str) -> dict[str, tuple[Value, str]]:
        text = f"{sections}incentives: {{c: {{kind: commission, from: sales, rate: 10%, payee: partner, {keys}}}}}\n"
        compiled = plan(text, "2026-12-31", head)
        found = explain(compiled, evaluate(compiled, filled(compiled, world)), "P1", source={FILE: []}).earnings
        ((each,),) = (part.computed for one in found for part in one.parts)
        return {one.name: (one.value.value, one.value.currency) for one in each.fields if one.value.currency}

    assert told(fields, rates, "of: amount * share + product.price * quantity") == {
        "amount": (5000, "JPY"),
        "product.price": (Decimal("7.5"), "EUR"),
    }
    assert told(own, HEAD, "of: net, pays_in: row") == {"amount": (5000, "JPY"), "net": (2500, "JPY")}
