"""Lines of an export, with price, quantity and discount as they stand there: imported, added up, paid and explained.

Every expected value is made of `fractions.Fraction`, cell by cell, and rounded where the program says so.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from engine.rounding import round_decimal
from engine.types import Mode

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

PROGRAM = """\
rung: 1
program: shop
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: EUR
records:
  products: {fields: {pack: {type: integer}, rebate: {type: decimal, scale: 3}}}
  sales:
    fields:
      price: {type: decimal, scale: 4}
      discount: {type: decimal, scale: 5}
      net: {type: money, formula: price * quantity * (1 - discount)}
      after: {type: money, formula: net * (1 - product.rebate)}
      invoiced: {type: money, scale: 2, formula: net}
metrics:
  net_sales: {from: sales, sum: net, window: this year}
  after_rebate: {from: sales, sum: after / 1.19, window: this year}
  invoices: {from: sales, sum: invoiced, window: this year}
  pieces: {from: sales, sum: quantity, window: this year}
  mean_price: {formula: net_sales / pieces, scale: 4}
tiers:
  ladder: [member, gold]
  gold: {requires: [after_rebate / net_sales >= 70%, mean_price > 1 EUR, invoices > 0 EUR]}
incentives:
  commission: {kind: commission, of: net, rate: 2.5%, payee: partner}
  bonus: {kind: rebate, period: quarter, sum: after, rate: 1.75%, payee: partner}
"""
FEED = """\
rung: 1
feed: shop
records: 2026.yaml
sources:
  accounts: {file: accounts.csv}
  items: {file: items.csv}
  lines: {file: Umsatz.csv, delimiter: ";", decimal: ",", thousands: ".", date_format: "%d.%m.%Y"}
tables:
  partners: {from: accounts, fields: {partner_id: id}}
  products: {from: items, fields: {product_id: item, pack: pack, rebate: rebate}}
  sales:
    from: lines
    fields:
      sale_id: Beleg
      partner_id: Kunde
      product_id: Artikel
      entry: {constant: sale}
      closed_on: Datum
      quantity: Menge
      amount: Wert
      price: Preis
      discount: Rabatt
"""
REBATES = {"A": ("0.05", Fraction("0.05")), "B": ("12.5%", Fraction("0.125")), "C": ("0%", Fraction(0))}
PARTNERS = ("P1", "P2", "P3")


@dataclass(frozen=True)
class Line:
    """A line of the export."""

    key: str
    partner: str
    item: str
    month: int
    quantity: int
    price: Fraction
    discount: Fraction
    cells: tuple[str, str, str]  # quantity, price and discount as they are written

    @property
    def net(self) -> Fraction:
        """Price times quantity less the discount."""
        return self.price * self.quantity * (1 - self.discount)

    @property
    def after(self) -> Fraction:
        """That less the rebate of the product."""
        return self.net * (1 - REBATES[self.item][1])


def german(value: Fraction, scale: int) -> str:
    """A number as a German export writes it: 1.234,5."""
    text = f"{round_decimal(value, scale, Mode.DOWN):,f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def some(count: int) -> Iterator[Line]:
    """Lines with a discount that some write as a percentage and others as a number."""
    random = Random(20260101)
    for n in range(count):
        quantity = random.choice([random.randint(1, 12), random.randint(1_000, 99_999)])
        price = Fraction(random.randint(1, 10**8), 10**4)
        discount = Fraction(random.choice([0, random.randint(1, 99), random.randint(1, 99_999)]), 10**5)
        percent = german(discount * 100, 3) + random.choice(["%", " %", "\u00a0%"])
        written = percent if random.random() < 0.5 else german(discount, 5)
        yield Line(
            f"L{n:04}",
            random.choice(PARTNERS),
            random.choice("ABC"),
            random.randint(1, 12),
            quantity,
            price,
            discount,
            (german(Fraction(quantity), 0), german(price, 4), written),
        )


LINES = tuple(some(1_000))


def cents(value: Fraction) -> Decimal:
    """To the cent, halves up."""
    return round_decimal(value, 2, Mode.HALF_UP)


def shown(value: Fraction, scale: int = 6) -> Decimal:
    """As a metric is shown."""
    return round_decimal(value, scale, Mode.HALF_EVEN)


@pytest.fixture
def shop(rung: Shell) -> Shell:
    """The folder of the shop, with its snapshot imported."""
    rows = [f"{one.key};{one.partner};{one.item};15.{one.month:02}.2026;{';'.join(one.cells)};0,00" for one in LINES]
    head = "Beleg;Kunde;Artikel;Datum;Menge;Preis;Rabatt;Wert"
    Path("Umsatz.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    Path("accounts.csv").write_text("\n".join(["id", *PARTNERS, ""]), encoding="utf-8")
    items = [f"{name},6,{cell}" for name, (cell, _) in REBATES.items()]
    Path("items.csv").write_text("\n".join(["item,pack,rebate", *items, ""]), encoding="utf-8")
    Path("2026.yaml").write_text(PROGRAM, encoding="utf-8")
    Path("shop.feed.yaml").write_text(FEED, encoding="utf-8")
    answer = rung("import", "shop.feed.yaml")
    assert answer.code == 0, answer.err
    return rung


def run(shop: Shell) -> str:
    """Evaluated on the last day of the year, every partner decided again by the other engines."""
    answer = shop("evaluate", "2026.yaml", "--data", "shop.feed.yaml", "--as-of", "2026-12-31", "--recheck", "all")
    assert answer.code == 0, answer.err
    (found,) = Path(".rung/runs").glob("run-*")
    return found.name


def listed(shop: Shell, what: str) -> list[dict[str, str]]:
    """A list of the run, row by row."""
    arguments = ("--data", "shop.feed.yaml", "--as-of", "2026-12-31", "--show", what, "--format", "csv")
    return list(csv.DictReader(io.StringIO(shop("evaluate", "2026.yaml", *arguments).out)))


def of(partner: str, value: Callable[[Line], Fraction], *months: int) -> Fraction:
    """The sum over a partner's lines, or those of some months."""
    own = (one for one in LINES if one.partner == partner and (not months or one.month in months))
    return sum(map(value, own), Fraction(0))


@pytest.mark.long
def test_a_thousand_lines_add_up_and_pay_to_the_cent(shop: Shell) -> None:
    """Commissions line by line, a rebate of each quarter, and the metrics of every partner."""
    name = run(shop)
    earned = listed(shop, "earnings")
    paid = {each["source_id"]: Decimal(each["amount"]) for each in earned if each["incentive"] == "commission"}
    expected = {one.key: cents(one.net * Fraction(25, 1000)) for one in LINES}
    assert paid == {key: amount for key, amount in expected.items() if amount}
    quarters = {
        (each["partner_id"], each["period"]): Decimal(each["amount"]) for each in earned if each["incentive"] == "bonus"
    }
    months = {f"2026-Q{n}": (3 * n - 2, 3 * n - 1, 3 * n) for n in range(1, 5)}
    assert quarters == {
        (partner, quarter): cents(of(partner, lambda one: one.after, *which) * Fraction(175, 10_000))
        for partner in PARTNERS
        for quarter, which in months.items()
    }
    for partner in PARTNERS:
        document = json.loads(shop("explain", name, partner, "--json").out)
        metrics = {each["name"]: Decimal(each["value"]["value"]) for each in document["metrics"]}
        net, after = of(partner, lambda one: one.net), of(partner, lambda one: one.after) / Fraction("1.19")
        pieces = of(partner, lambda one: Fraction(one.quantity))
        assert metrics == {
            "net_sales": shown(net),
            "after_rebate": shown(after),
            "invoices": of(partner, lambda one: Fraction(cents(one.net))),
            "pieces": pieces,
            "mean_price": shown(net / pieces, 4),
        }
        assert document["tier"]["held"] == ("gold" if after / net >= Fraction(7, 10) else "member")


@pytest.mark.long
def test_an_amount_is_explained_by_price_quantity_and_discount(shop: Shell) -> None:
    """With the line of the export, and what the formula gives."""
    line = next(one for one in LINES if "%" in one.cells[2] and one.discount)
    answer = shop("explain", run(shop), line.partner, "--incentive", "commission", "--json", "--records")
    found = json.loads(answer.out)["earnings"]
    (part,) = next(each["parts"] for each in found if each["key"][0]["value"]["value"] == line.key)
    (computed,) = part["computed"]
    assert (computed["record"]["key"], computed["record"]["line"]) == ([line.key], LINES.index(line) + 2)
    values = [(each["name"], Fraction(each["value"]["value"])) for each in computed["fields"]]
    named = {"price": line.price, "quantity": line.quantity, "discount": line.discount, "net": line.net}
    assert values == list(named.items())


def test_a_formula_is_no_column_of_a_feed(shop: Shell) -> None:
    """A feed that maps a column onto it is refused at the line, and works as the cure says."""
    mapped = FEED.replace("      discount: Rabatt\n", "      discount: Rabatt\n      net: Wert\n")
    Path("shop.feed.yaml").write_text(mapped, encoding="utf-8")
    for command in ("check", "import"):
        answer = shop(command, "shop.feed.yaml")
        said = answer.out + answer.err
        assert answer.code != 0
        assert "shop.feed.yaml:23:7" in said
        assert "`sales.net` is computed by the program, so the feed cannot fill it" in said
        assert "leave it out of the feed" in said
    Path("shop.feed.yaml").write_text(FEED, encoding="utf-8")
    assert shop("check", "shop.feed.yaml").code == 0


CASES = """\
rung_test: 1
as_of: 2026-12-31
cases:
  two lines:
    given:
      products: [{product_id: B, rebate: 12.5%}]
      sales:
        - {sale_id: S1, closed_on: 2026-02-01, product_id: B, quantity: 3, price: 19.9900, discount: 12.5%}
        - {sale_id: S2, closed_on: 2026-02-02, product_id: B, quantity: 1, price: 0.3333, discount: 0.3333}
    expect:
      metrics: {net_sales: NET, after_rebate: AFTER, invoices: INVOICES}
      earnings: {commission: {S1: FIRST, S2: SECOND}, bonus: {"2026-Q1": BONUS}}
"""


def cases() -> str:
    """Two lines and what they come to, by exact fractions."""
    first, second = Fraction("19.99") * 3 * Fraction("0.875"), Fraction("0.3333") * Fraction("0.6667")
    after = (first + second) * Fraction("0.875")
    return (
        CASES.replace("NET", f"{shown(first + second)} EUR")
        .replace("AFTER", f"{shown(after / Fraction('1.19'))} EUR")
        .replace("INVOICES", f"{cents(first) + cents(second)} EUR")
        .replace("FIRST", f"{cents(first / 40)} EUR")
        .replace("SECOND", f"{cents(second / 40)} EUR")
        .replace("BONUS", f"{cents(after * Fraction('0.0175'))} EUR")
    )


@pytest.fixture
def tested(rung: Shell) -> Callable[[str], tuple[int, str]]:
    """Runs a test file of the shop's program."""

    def run(text: str) -> tuple[int, str]:
        Path("2026.yaml").write_text(PROGRAM, encoding="utf-8")
        Path("2026.test.yaml").write_text(text, encoding="utf-8")
        answer = rung("test", "2026.test.yaml")
        return answer.code, answer.out + answer.err

    return run


def test_a_test_file_states_the_cells_and_expects_the_formulas(tested: Callable[[str], tuple[int, str]]) -> None:
    """Percentages may stand in it too, and an amount that is a cent off is told."""
    code, said = tested(cases())
    assert code == 0, said
    code, said = tested(cases().replace("S1: 1.31 EUR", "S1: 1.32 EUR"))
    assert code == 4
    assert "1.31" in said


def test_a_test_file_gives_no_value_of_a_formula(tested: Callable[[str], tuple[int, str]]) -> None:
    """Refused at the key, with what to write instead."""
    code, said = tested(cases().replace("discount: 0.3333}", "discount: 0, net: 1 EUR}"))
    assert code == 3
    assert "2026.test.yaml:9:" in said
    assert "`net` is computed and never stored" in said
    assert "write the fields it is computed from" in said
