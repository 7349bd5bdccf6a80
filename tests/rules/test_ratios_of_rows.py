"""Rows that are divided: by what is written down, exactly; by a field of the row, rounded where a `scale` says so.

Every expected value is made of `fractions.Fraction`, row by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pytest

from engine.rounding import round_decimal
from engine.types import Mode
from tests.ridge.records import rows
from tests.tiny import Records, decide, findings, partners, told

LINES = "sale_id partner_id product_id entry closed_on quantity amount price region"
FIELDS = """
parameters:
  vat: [{from: 2026-01-01, value: 19%}, {from: 2026-07-01, value: 16%}]
  factor: {by: [region], values: {north: 3, south: 7}}
records:
  products: {fields: {list_price: money, net: {type: money, formula: list_price / 1.07}}}
  sales:
    fields:
      price: {type: decimal, scale: 4}
      region: {type: choice, values: [north, south]}
      third: {type: money, formula: amount / 3}
      gross_less: {type: money, formula: third * 2 / 1.19}
      unit: {type: money, formula: amount / quantity}
"""
LIST = {"A": Fraction("12.34"), "B": Fraction("0.07")}


@dataclass(frozen=True)
class Line:
    """A line of an export."""

    item: str
    day: str
    quantity: int
    amount: Fraction
    price: Fraction
    region: str

    @property
    def vat(self) -> Fraction:
        """The tax on its day."""
        return Fraction(19 if self.day < "2026-07" else 16, 100)

    @property
    def factor(self) -> int:
        """That of its region."""
        return 3 if self.region == "north" else 7


def some(random: Random, count: int) -> list[Line]:
    """Lines of two products, in two regions, before and after a change of the tax."""
    return [
        Line(
            random.choice("AB"),
            random.choice(["2026-02-01", "2026-08-01"]),
            random.randint(1, 99),
            Fraction(random.randint(1, 10**7), 100),
            Fraction(random.randint(1, 10**7), 10**4),
            random.choice(["north", "south"]),
        )
        for _ in range(count)
    ]


SOLD = some(Random(7), 60)
PRODUCTS = rows("product_id list_price", "A|12.34", "B|0.07")


def records() -> Records:
    """The lines as records."""
    lines = [
        f"S{n}|P1|{each.item}|sale|{each.day}|{each.quantity}"
        f"|{round_decimal(each.amount, 2, Mode.DOWN)}|{round_decimal(each.price, 4, Mode.DOWN)}|{each.region}"
        for n, each in enumerate(SOLD)
    ]
    return {"partners": partners(), "products": PRODUCTS, "sales": rows(LINES, *lines)}


EXACT: list[tuple[str, Callable[[Line], Fraction]]] = [
    ("amount / 3", lambda line: line.amount / 3),
    ("amount / 1.19", lambda line: line.amount * 100 / 119),
    (
        "amount * 2 / 3 - price * quantity * 1 USD / 7",
        lambda line: line.amount * 2 / 3 - line.price * line.quantity / 7,
    ),
    ("amount / (1 + vat)", lambda line: line.amount / (1 + line.vat)),
    ("amount / factor * (1 / (2 + vat))", lambda line: line.amount / line.factor / (2 + line.vat)),
    ('"max(amount / 3, amount / -7)"', lambda line: line.amount / 3),
    ("third", lambda line: line.amount / 3),
    ("third + gross_less", lambda line: line.amount / 3 + line.amount * 2 / 3 * 100 / 119),
    ("quantity * product.net", lambda line: line.quantity * LIST[line.item] * 100 / 107),
]


@pytest.mark.parametrize(("written", "expected"), EXACT)
def test_rows_divided_by_a_number_add_up_exactly(written: str, expected: Callable[[Line], Fraction]) -> None:
    """As a metric, its average and its largest, and paid by period and by record."""
    exact = sum(map(expected, SOLD), Fraction(0))
    text = (
        FIELDS
        + f"""
metrics:
  m: {{from: sales, sum: {written}, window: this year}}
  n: {{from: sales, average: {written}, window: this year}}
tiers:
  ladder: [a, b, c]
  b: {{requires: [m / 1 USD >= {exact.numerator} / {exact.denominator}, m is n * 60]}}
  c: {{requires: [m / 1 USD > {exact.numerator} / {exact.denominator}]}}
incentives:
  r: {{kind: rebate, period: year, sum: {written}, rate: 10%, payee: partner}}
"""
    )
    decided = decide(text, "2026-12-31", records())
    assert decided.met("tier.b.1") and decided.met("tier.b.2") and decided.met("tier.c.1") is False
    assert decided.metric("m") == round_decimal(exact, 6, Mode.HALF_EVEN)
    assert decided.amounts() == [str(round_decimal(exact / 10, 2, Mode.HALF_UP))]


@pytest.mark.parametrize(("line", "met"), [("m >= 1 USD", True), ("m > 1 USD", False)])
def test_three_thirds_reach_one(line: str, met: bool) -> None:
    """And no more than one."""
    text = (
        FIELDS
        + f"""
metrics: {{m: {{from: sales, sum: third, window: this year}}}}
tiers: {{ladder: [a, b], requires: [{line}]}}
"""
    )
    sold = [f"S{n}|P1|A|sale|2026-02-01|1|1.00|0|north" for n in range(3)]
    decided = decide(text, "2026-12-31", {"partners": partners(), "products": PRODUCTS, "sales": rows(LINES, *sold)})
    assert decided.met("tier.b.1") is met


RETURNED = "sale_id partner_id entry returns_id closed_on quantity amount price"
PARTS = ["price * quantity / 3", "price * (quantity / 3)", "in_thirds", "in_thirds * 1.19 / 1.19"]


@pytest.mark.parametrize("measure", PARTS)
def test_what_multiplies_fields_and_divides_by_a_number_is_one_of_each_line(measure: str) -> None:
    """10 at 5.00 of which 4 come back: 30.00 are left, and a third of that is 10.00."""
    text = FIELDS + "      in_thirds: {type: decimal, formula: price * quantity / 3}\n"
    text += f"incentives: {{s: {{kind: spiff, of: {measure}, amount: 1 USD, per: 1, payee: partner}}}}\n"
    sold = ["S1|P1|sale|-|2026-02-01|10|0.00|5.0000", "S2|P1|return|S1|2026-02-09|-4|0.00|5.0000"]
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(RETURNED, *sold)})
    assert decided.amounts() == ["10.00"]


def test_a_formula_that_divides_by_a_field_is_computed_from_what_is_left() -> None:
    """60.00 for 6 pieces are 10.00 each; and by period it is refused, for it has no total."""
    pays = "{kind: commission, of: unit, rate: 100%, payee: partner}"
    sold = ["S1|P1|sale|-|2026-02-01|10|100.00|0", "S2|P1|return|S1|2026-02-09|-4|-40.00|0"]
    text = f"{FIELDS}incentives: {{s: {pays}}}\n"
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(RETURNED, *sold)})
    assert decided.amounts() == ["10.00"]
    by_period = text.replace("commission, of:", "rebate, period: year, sum:")
    assert [each.split(" ")[0] for each in told(by_period) if "RNG211" not in each] == ["RNG201"]


ROUNDED = [
    ("sum: amount / quantity", sum),
    ("average: amount / quantity", lambda each: sum(each) / 60),
    ("max: amount / quantity", max),
    ("sum: unit", sum),
]


@pytest.mark.parametrize(("asked", "made"), ROUNDED)
def test_the_cure_for_a_ratio_of_rows_works_and_says_what_it_changes(
    asked: str, made: Callable[[list[Fraction]], Fraction]
) -> None:
    """The program as the help says: each row is rounded to six digits, and that is what is measured."""
    text = f"{FIELDS}metrics: {{m: {{from: sales, {asked}, window: this year}}}}\n"
    text += "tiers: {ladder: [a, b], requires: [m > 0 USD]}\n"
    (found,) = (each for each in findings(text) if each.severity.value == "error")
    help = found.help or ""
    assert "each row is then rounded to 6 digits after the point before it is" in help
    field = re.search(r"add the field `(\w+): ({.*})` to `sales` and write `\1` here", help)
    if field:
        cured = text.replace("      third:", f"      {field[1]}: {field[2]}\n      third:")
        cured = cured.replace(asked.split(": ")[1] + ",", field[1] + ",")
    else:
        assert "add `scale: 6` to the formula of `unit` in `sales`" in help
        cured = text.replace("unit: {type: money,", "unit: {type: money, scale: 6,")
    each = [Fraction(round_decimal(line.amount / line.quantity, 6, Mode.HALF_UP)) for line in SOLD]
    assert decide(cured, "2026-12-31", records()).metric("m") == round_decimal(Fraction(made(each)), 6, Mode.HALF_EVEN)


def test_a_ratio_that_no_formula_can_read_is_refused_in_other_words() -> None:
    """A formula reads no parameters."""
    text = FIELDS + "metrics: {m: {from: sales, sum: amount / (quantity + vat), window: this year}}\n"
    (found,) = (each for each in findings(text) if each.severity.value == "error")
    assert (found.help or "").startswith("a formula of a record cannot read all of it")
