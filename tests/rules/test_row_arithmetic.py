"""Lines of an invoice: prices, quantities and discounts multiplied, added up and divided without a digit lost."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from engine.plan.scalar import Value
from engine.rounding import round_decimal
from engine.types import Mode
from tests.ridge.records import rows
from tests.tiny import Row, decide, partners, told

FIELDS = """
records:
  sales:
    fields:
      price: {type: decimal, scale: 4}
      discount: {type: decimal, scale: 4}
"""
LINES = "sale_id partner_id entry closed_on amount quantity price discount"
NET = "price * quantity * (1 - discount)"
Cells = tuple[str, str, str]


def lines(*cells: Cells, day: str = "2026-02-01") -> list[str]:
    """Lines of P1, by quantity, price and discount."""
    return [f"S{n}|P1|sale|{day}|0.00|{'|'.join(each)}" for n, each in enumerate(cells, 1)]


def some(random: Random, count: int) -> list[Cells]:
    """Lines as an export has them: four decimals in prices and discounts."""
    return [
        (
            str(random.randint(1, 9_999)),
            str(Decimal(random.randint(1, 10**9)).scaleb(-4)),
            str(Decimal(random.randint(0, 9_999)).scaleb(-4)),
        )
        for _ in range(count)
    ]


LARGE: list[Cells] = [("999999999999999", "999999999999.9999", "-99999999999.9999"), ("1", "0.0001", "0.0001")]
"""As large as the import allows: products of 44 digits, which no decimal of the database holds."""


def net(cells: Cells) -> Fraction:
    """What a line comes to, by Python's fractions."""
    quantity, price, discount = map(Fraction, cells)
    return price * quantity * (1 - discount)


def total(cells: list[Cells]) -> Fraction:
    """What lines come to."""
    return sum(map(net, cells), Fraction(0))


def shown(value: Fraction, scale: int = 6) -> Decimal:
    """A number as it is shown."""
    return round_decimal(value, scale, Mode.HALF_EVEN)


@pytest.mark.parametrize("cells", [some(Random(1), 200), some(Random(2), 7)])
def test_lines_add_up_to_the_last_digit(cells: list[Cells]) -> None:
    """Price * quantity * (1 - discount), as an expression and as a field, in a metric and paid to the cent."""
    text = (
        FIELDS
        + f"""
      net: {{type: money, formula: {NET}}}
metrics:
  by_expression: {{from: sales, sum: {NET}, window: this year}}
  by_field: {{from: sales, sum: net, window: this year}}
tiers: {{ladder: [a, b], requires: [by_expression >= 1, by_field >= 1 USD]}}
incentives:
  rebate: {{kind: rebate, period: year, sum: net, rate: 3%, payee: partner}}
  commission: {{kind: commission, of: net, rate: 2.5%, payee: partner}}
"""
    )
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(LINES, *lines(*cells))})
    assert decided.metric("by_expression") == decided.metric("by_field") == shown(total(cells))
    paid = [round_decimal(net(each) * Fraction("0.025"), 2, Mode.HALF_UP) for each in cells]
    rebate = round_decimal(total(cells) * Fraction("0.03"), 2, Mode.HALF_UP)
    expected = sorted([*(f"{each:f}" for each in paid if each), f"{rebate:f}"])
    assert sorted(decided.amounts()) == expected


def test_lines_as_large_as_the_import_allows() -> None:
    """The sum needs 44 digits: it is computed and compared exactly, and missing where it is shown."""
    text = (
        FIELDS
        + f"""
metrics:
  net: {{from: sales, sum: {NET}, window: this year}}
  small: {{from: sales, sum: {NET}, where: quantity < 2, window: this year}}
  share: {{formula: small / net}}
tiers:
  ladder: [a, b, c]
  b: {{requires: [net >= 999_999_999_999_999, share > 0]}}
  c: {{requires: [share < 0]}}
"""
    )
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(LINES, *lines(*LARGE))})
    assert (decided.met("tier.b.1"), decided.met("tier.b.2"), decided.met("tier.c.1")) == (True, True, False)
    assert decided.metric("net") is None  # no decimal holds it
    assert decided.metric("small") == shown(net(LARGE[1]))


@pytest.mark.parametrize(("needed", "met"), [("0.69996", True), ("0.69996001", False), ("0.7", False)])
def test_a_weighted_average_is_compared_exactly(needed: str, met: bool) -> None:
    """69.996 does not reach 70: the quotient of two sums of products is never rounded before it is compared."""
    text = (
        FIELDS
        + f"""
metrics:
  weighted: {{from: sales, sum: price * quantity, window: this year}}
  pieces: {{from: sales, sum: quantity, window: this year}}
  average: {{formula: weighted / pieces}}
tiers: {{ladder: [a, b], requires: [average >= {needed}]}}
"""
    )
    cells: list[Cells] = [("1", "0.7000", "0"), ("4", "0.6999", "0"), ("5", "0.7000", "0")]  # 6.9996 of 10
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(LINES, *lines(*cells))})
    assert decided.met("tier.b.1") is met
    assert decided.metric("average") == Decimal("0.699960")


def test_two_weighted_averages_are_compared() -> None:
    """3.5 and 2 x 4 less 25 % are 9.5 for 3 pieces, as 3.5 and 2 x 3 are: equal, and nothing was rounded."""
    text = (
        FIELDS
        + """
metrics:
  weighted: {from: sales, sum: price * quantity * (1 - discount), window: this year}
  pieces: {from: sales, sum: quantity, window: this year}
  before: {like: weighted, shifted: 12 months}
  pieces_before: {like: pieces, shifted: 12 months}
tiers:
  ladder: [a, b, c]
  b: {requires: [weighted / pieces >= before / pieces_before]}
  c: {requires: [weighted / pieces > before / pieces_before]}
"""
    )
    now = lines(("1", "3.5000", "0"), ("2", "4.0000", "0.2500"))
    past = [f"T{each[1:]}" for each in lines(("1", "3.5000", "0"), ("2", "3.0000", "0"), day="2025-02-01")]
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(LINES, *now, *past)})
    assert (decided.met("tier.b.1"), decided.met("tier.c.1")) == (True, False)


RETURNED = "sale_id partner_id entry returns_id closed_on quantity amount price discount"


@pytest.mark.parametrize(("measure", "field"), [(NET, ""), ("net", f"      net: {{type: decimal, formula: {NET}}}\n")])
def test_a_return_takes_back_what_its_own_line_comes_to(measure: str, field: str) -> None:
    """10 at 5.00 less 10%, of which 4 come back: 6 x 4.50 = 27.00 are left, as a field and as an expression."""
    text = (
        FIELDS + field + f"incentives: {{s: {{kind: spiff, of: {measure}, amount: 1 USD, per: 1, payee: partner}}}}\n"
    )
    sold = ["S1|P1|sale|-|2026-02-01|10|0.00|5.0000|0.1000", "S2|P1|return|S1|2026-02-09|-4|0.00|5.0000|0.1000"]
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(RETURNED, *sold)})
    assert decided.amounts() == ["27.00"]


KINDS = """
records:
  products: {fields: {practice: {type: choice, values: [network, cloud], optional: true}}}
  partners:
    fields:
      credit: {type: decimal, optional: true}
      trusted: {type: boolean, formula: credit >= 0.5}
      parents_credit: {type: decimal, formula: parent.credit}
  people: {fields: {goal: money}}
  sales:
    fields:
      practice: {type: choice, values: [cloud, network, other], formula: product.practice}
      unit: {type: money, formula: amount / quantity}
      in_thirds: {type: money, scale: 1, formula: amount / 3}
      bought_by: {type: text, formula: customer.name}
      paid_late: {type: integer, formula: "days_between(closed_on, recorded_on)"}
      due_on: {type: date, formula: recorded_on}
"""
SOLD = "sale_id partner_id seller_id customer_id product_id entry closed_on recorded_on quantity amount"


def records() -> dict[str, Sequence[Row]]:
    """Two sales of P1, whose parent is P2."""
    sold = [
        "S1|P1|E1|C1|A|sale|2026-02-01|2026-02-04|3|100.00",
        "S2|P1|E1|C2|B|sale|2026-02-02|2026-02-02|0|50.00",
    ]
    companies = [{**each, "credit": None, "parent_id": None} for each in partners("P1", "P2")]
    companies[0] |= {"credit": Decimal("0.5"), "parent_id": "P2"}
    companies[1] |= {"credit": Decimal("0.25")}
    return {
        "partners": companies,
        "people": [{"person_id": "E1", "partner_id": "P1", "goal": Decimal("80.00")}],
        "customers": rows("customer_id name", "C1|Ada", "C2|Bob"),
        "products": rows("product_id practice", "A|network", "B|cloud"),
        "sales": rows(SOLD, *sold),
    }


@pytest.mark.parametrize(
    ("measure", "where", "expected"),
    [
        ("count: records", "practice is network", 1),
        ("count: records", "amount >= seller.goal", 1),
        ("count: records", "unit > 33.33 USD and quantity > 0", 1),
        ("count: records", "bought_by is 'Bob'", 1),
        ("sum: in_thirds", "amount > 0 USD", Decimal("50.0")),  # 33.3 and 16.7
        ("max: paid_late", "amount > 0 USD", 3),
        ("min: due_on", "amount > 0 USD", "2026-02-02"),
        ("sum: amount / 4", "amount > 0 USD", Decimal("37.50")),
        ("count: records", "partner.credit > 0.4", 2),
    ],
)
def test_a_formula_of_each_type_is_read_wherever_a_field_is(measure: str, where: str, expected: Value) -> None:
    """Copies through a reference, ratios, rounded amounts, texts, days and numbers."""
    text = (
        KINDS
        + f"""
metrics: {{m: {{from: sales, {measure}, where: "{where}", window: lifetime}}}}
tiers: {{ladder: [a, b], requires: [m is missing]}}
"""
    )
    found = decide(text, "2026-12-31", records()).metric("m")
    assert str(found) == str(expected) or found == expected


def test_a_formula_of_a_partner_is_read_on_every_day_judged() -> None:
    """In a tier's line, in what an incentive asks and through the parent."""
    text = (
        KINDS
        + """
tiers: {ladder: [a, b], requires: [trusted, parents_credit < 0.3]}
incentives:
  c: {kind: commission, of: amount, eligible: [trusted, trusted], rate: 10%, payee: partner}
"""
    )
    decided = decide(text, "2026-12-31", records())
    assert (decided.tier("P1"), decided.met("tier.b.1", "P2"), decided.met("tier.b.2", "P2")) == ("b", False, None)
    assert decided.amounts() == ["10.00", "5.00"]


def test_limits_orders_and_groups_go_by_formulas() -> None:
    """At most 8 USD for each practice, largest part first; and sales of each practice."""
    text = (
        KINDS
        + """
metrics:
  by_practice: {from: sales, sum: amount, per: practice, window: lifetime}
  best: {from: by_practice, max: value}
tiers: {ladder: [a, b], requires: [best >= 1 USD]}
incentives:
  c:
    kind: commission
    of: amount
    rate: 10%
    payee: partner
    order: [in_thirds]
    limits: [{at_most: 8 USD, per: practice}, {at_most: 11 USD, per: partner}]
"""
    )
    decided = decide(text, "2026-12-31", records())
    assert decided.metric("best") == Decimal("100.00")
    assert decided.earned("source_id", "amount") == [("S1", "6.00"), ("S2", "5.00")]  # 5 first, then 6 of 8


def test_a_formula_of_a_linked_row_is_computed_there() -> None:
    """`product.markup` is a formula of products; a declared link reads it as well."""
    text = """
records:
  products: {fields: {list_price: money, markup: {type: money, formula: list_price - standard_cost}}}
  sales: {links: {item: {to: products, by: product_id}}}
metrics:
  m: {from: sales, sum: product.markup * quantity, window: lifetime}
  n: {from: sales, sum: item.markup, window: lifetime, scope: partner with children}
tiers: {ladder: [a, b], requires: [m >= n]}
"""
    found = records() | {"products": rows("product_id standard_cost list_price", "A|2.00|5.00", "B|1.00|1.50")}
    found["reach"] = [{"partner_id": each, "source_id": "P1"} for each in ("P1", "P2")]
    decided = decide(text, "2026-12-31", found)
    assert (decided.metric("m"), decided.metric("n"), decided.metric("n", "P2")) == (
        9,
        Decimal("3.50"),
        Decimal("3.50"),
    )


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("a: {type: decimal, formula: b}, b: {type: decimal, formula: a}", "RNG208"),
        ("a: {type: decimal, formula: returns.a}", "RNG208"),
        ("a: {type: decimal, formula: amount}", "RNG201"),
        ("a: {type: money, formula: closed_on}", "RNG201"),
        ("a: {type: integer, formula: quantity / 2}", "RNG201"),
        ("a: {type: choice, values: [sale], formula: entry}", "RNG201"),
        ("a: {type: text, formula: quantity}", "RNG201"),
        ("a: {type: boolean, formula: as_of > closed_on}", "RNG213"),
        ("a: {type: decimal, formula: p * quantity}", "RNG213"),
        ("a: {type: decimal, formula: q * quantity}", "RNG200"),
        ("a: {type: decimal, formula: 1 +}", "RNG500"),
        ("a: {type: decimal, optional: true, formula: quantity}", "RNG300"),
        ("a: {type: text, scale: 2, formula: entry}", "RNG300"),
        ("quantity: {type: integer, formula: quantity}", "RNG208"),
        ("amount: {type: money, formula: 2 * standard}, standard: money", "RNG300"),
    ],
)
def test_what_is_wrong_with_a_formula_is_reported_once(fields: str, found: str) -> None:
    """Whether or not it is read, and however often."""
    text = f"""
parameters: {{p: 3}}
records: {{sales: {{fields: {{{fields}}}}}}}
metrics: {{m: {{from: sales, sum: quantity, window: lifetime}}, n: {{from: sales, max: a, window: lifetime}}}}
tiers: {{ladder: [x, y], requires: [m > p]}}
"""
    if not fields.startswith("a:"):
        text = text.replace(", n: {from: sales, max: a, window: lifetime}", "")
    errors = [each for each in told(text) if not each.startswith("RNG211")]
    assert len(errors) == 1 and errors[0].startswith(found), errors


def test_a_reference_to_history_asks_for_a_day() -> None:
    """Which price list is meant is for a link to say."""
    text = """
records:
  prices: {key: [item_id, since], history: {from: since, before: until},
           fields: {item_id: id, since: date, until: {type: date, optional: true}, list: money}}
  sales: {fields: {item_id: {type: id, references: prices}, worth: {type: money, formula: item.list}}}
metrics: {m: {from: sales, sum: item.list, window: lifetime}}
tiers: {ladder: [a, b], requires: [m > 1 USD]}
"""
    found = told(text)
    assert [each.split(" ")[0] for each in found] == ["RNG213", "RNG213"]
    assert all("one of several rows" in each for each in found)
    cured = text.replace("worth:", "x:").replace("type: id, references: prices}", "type: id}")
    cured = cured.replace(
        "  sales: {fields", "  sales: {links: {item: {to: prices, by: item_id, as_at: closed_on}}, fields"
    )
    assert told(cured) == []


def test_a_key_is_no_formula() -> None:
    """Nor is the day of a record."""
    text = """
records:
  visits: {partner: partner_id, date: made_on, fields: {visit_id: id, partner_id: id, day: date,
           made_on: {type: date, formula: day}}}
"""
    assert [each.split(" ")[0] for each in told(text)] == ["RNG300"]


@pytest.mark.parametrize(
    ("measure", "amount"),
    [
        ("quantity - price * quantity", "-24.00"),  # 10 less 50, and -4 plus 20
        ("price * quantity + quantity", "36.00"),
        ("-(price * quantity)", "-30.00"),
        ('"max(price * quantity, -9)"', "30.00"),  # of what is left
        ("price / quantity * 6", "-"),  # a return has a price as well: it would be added to that of the sale
    ],
)
def test_what_multiplies_fields_is_one_of_each_line(measure: str, amount: str) -> None:
    """10 at 5.00 are sold, and 4 at 5.00 come back; the amounts are 1.00 and 2.00."""
    pays = f"{{kind: spiff, of: {measure}, amount: 1 USD, per: 1, payee: partner}}"
    text = f"{FIELDS}incentives: {{s: {pays}, t: {pays}}}\n"
    sold = ["S1|P1|sale|-|2026-02-01|10|1.00|5.0000|0", "S2|P1|return|S1|2026-02-09|-4|2.00|5.0000|0"]
    decided = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(RETURNED, *sold)})
    assert decided.amounts() == [amount, amount]


def test_incentives_share_the_rows_of_a_formula() -> None:
    """Two incentives on one formula, one of them paid once for each sale."""
    text = (
        KINDS
        + """
incentives:
  c: {kind: commission, of: in_thirds, rate: 10%, payee: partner}
  d: {kind: spiff, of: in_thirds, amount: 1 USD, per: 10 USD, payee: partner}
  e: {kind: spiff, where: in_thirds > 20 USD, amount: 7 USD, payee: partner}
"""
    )
    assert decide(text, "2026-12-31", records()).earned("incentive", "source_id", "amount") == [
        ("c", "S1", "3.33"),
        ("c", "S2", "1.67"),
        ("d", "S1", "3.00"),
        ("d", "S2", "1.00"),
        ("e", "S1", "7.00"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("incentives: {s: {kind: spiff, of: price * nope, amount: 1 USD, per: 1, payee: partner}}", ["RNG200"]),
        ("incentives: {s: {kind: spiff, of: price * closed_on, amount: 1 USD, per: 1, payee: partner}}", ["RNG201"]),
        ("tiers: {ladder: [a, b], requires: [wrong > 1]}", ["RNG201"]),
        ("metrics: {m: {from: visits, sum: nope, window: lifetime}}", ["RNG200"]),
    ],
)
def test_a_wrong_name_is_reported_once(text: str, found: list[str]) -> None:
    """In a product, in a formula of a partner, and beside a reference that no name can follow."""
    head = """
records:
  partners: {fields: {wrong: {type: decimal, formula: region}}}
  sales: {fields: {price: money}}
  prices: {key: [item_id, since], history: {from: since, before: until},
           fields: {item_id: id, since: date, until: {type: date, optional: true}}}
  visits: {partner: partner_id, date: day,
           fields: {visit_id: id, partner_id: id, day: date, item_id: {type: id, references: prices}}}
"""
    if "wrong" not in text:
        head = head.replace("  partners: {fields: {wrong: {type: decimal, formula: region}}}\n", "")
    warned = ("RNG211", "RNG308")
    assert [each.split(" ")[0] for each in told(head + text + "\n") if not each.startswith(warned)] == found
