"""Amounts in the currency of their row, converted where a rule reads them. (Module `compiler/converting.py`.)

Expected values are worked out by hand: a row's amount times its rate, or by the rule of three.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.rounding import round_decimal
from engine.types import Mode
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, Records, decide, told

RATES = HEAD + "conversion: {rates: fx_rates, as_at: row}\n"
EQUAL = HEAD + (
    "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR, 12_000 JPY, 30.500 KWD]},"
    " {from: 2026-03-01, amounts: [100 USD, 80 EUR, 12_000 JPY, 30.500 KWD]}], as_at: row}\n"
)
ROW = """\
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
"""
REVENUE = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n" + (
    "tiers: {ladder: [low, high], high: {requires: [m >= 2_804 USD]}}\n"
)
RESALE = """\
incentives:
  resale:
    kind: commission
    from: sales
    where: amount >= 33 USD
    of: amount
    rate: 2.5%
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""
REBATE = """\
incentives:
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands:
      - {from: 0 USD, rate: 1%}
      - {from: 1_000 USD, rate: 3%}
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""
SOLD = rows(
    f"{SALES} currency",
    "S1|P1|sale|2026-01-10|1000.00|USD",
    "S2|P1|sale|2026-01-20|1000.00|EUR",
    "S3|P1|sale|2026-03-01|120000|JPY",
    "S4|P2|sale|2026-03-31|10.125|KWD",
)
PARTNERS = rows("partner_id", "P1", "P2")
QUOTED = rows(
    "from_currency to_currency effective_from rate",
    "EUR|USD|2026-01-01|1",
    "EUR|USD|2026-01-20|1.00000001",  # from its own day on
    "EUR|USD|2026-01-21|7",
    "JPY|USD|2025-12-31|0.0067",
    "KWD|USD|2026-03-31|3.25",
    "USD|EUR|2026-01-01|9",  # the other direction is not read
    "EUR|JPY|2026-01-20|9",
)
WORLD: Records = {"partners": PARTNERS, "sales": SOLD, "fx_rates": QUOTED}


def test_rates_are_those_of_the_rows_day() -> None:
    """1,000 at par, 1,000 euros at the rate that starts that day, 120,000 yen at the last one: to the last digit."""
    found = decide(ROW + REVENUE, "2026-06-30", WORLD, RATES)
    assert found.metric("m") == Decimal(1000) + 1000 * Decimal("1.00000001") + 120000 * Decimal("0.0067")
    assert found.metric("m") == Decimal("2804.00001")
    assert (found.tier(), found.metric("m", "P2")) == ("high", Decimal("10.125") * Decimal("3.25"))


def test_records_earn_what_they_are_worth() -> None:
    """2.5 % of each, rounded once; ten dinars and an eighth are 32.90625 USD, less than 33."""
    found = decide(ROW + RESALE, "2026-06-30", WORLD, RATES)
    assert found.earned("source_id", "currency", "amount") == [
        ("S1", "USD", "25.00"),
        ("S2", "USD", "25.00"),  # 25.00000025
        ("S3", "USD", "20.10"),
    ]


def test_a_period_adds_up_what_was_converted() -> None:
    """1 % of 1,000 and 3 % of 1,804.00001; 1 % of 32.90625."""
    found = decide(ROW + REBATE, "2026-06-30", WORLD, RATES)
    assert found.earned("partner_id", "currency", "amount") == [("P1", "USD", "64.12"), ("P2", "USD", "0.33")]


def test_equal_worths_convert_by_the_rule_of_three() -> None:
    """1,000 + 1,000 x 100/75 + 120,000 x 100/12,000 is 3,333 1/3; 10.125 x 100/30.5 is 33.196.., so it earns."""
    found = decide(ROW + REVENUE + RESALE, "2026-06-30", {**WORLD, "fx_rates": []}, EQUAL)
    assert found.metric("m") == Decimal("3333.333333")  # as shown
    assert found.earned("source_id", "amount") == [("S1", "25.00"), ("S2", "33.33"), ("S3", "25.00"), ("S4", "0.83")]
    exact = Fraction(1000) + Fraction(100000, 75) + Fraction(12000000, 12000)
    assert round(exact, 6) == Fraction("3333.333333")


def test_equal_worths_are_added_before_they_are_divided() -> None:
    """Three thirds are one: no part of a row is lost, and a threshold is reached exactly."""
    program = ROW + REVENUE.replace("2_804", "4")
    sold = rows(f"{SALES} currency", *(f"S{each}|P1|sale|2026-01-10|1.00|EUR" for each in range(3)))
    found = decide(program, "2026-06-30", {"partners": PARTNERS, "sales": sold}, EQUAL)
    assert (found.tier(), found.metric("m")) == ("high", Decimal("4.000000"))


def test_equal_worths_of_a_later_day() -> None:
    """From March on 80 EUR are worth 100 USD; 1 % of 125 and of 133 1/3."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-02-28|100.00|EUR", "S2|P1|sale|2026-03-01|100.00|EUR")
    found = decide(ROW + REBATE, "2026-06-30", {"partners": PARTNERS, "sales": sold}, EQUAL)
    assert found.earned("measure", "amount") == [("258.333333", "2.58")]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("{from: sales, average: amount, window: lifetime}", "1111.111111"),  # 3,333 1/3 by 3
        ("{from: sales, max: amount, window: lifetime}", "1333.333333"),
        ("{from: sales, median: amount, window: lifetime}", "1000.000000"),
        ("{from: sales, count_distinct: amount, window: lifetime}", "2"),  # 1,000 USD twice
        ("{from: sales, sum: amount * 2 + amount, window: lifetime}", "10000.000000"),
        ("{from: sales, sum: amount - 1 USD, window: lifetime}", "3330.333333"),
        ("{from: sales, sum: '-amount', window: lifetime}", "-3333.333333"),
        ("{from: sales, sum: 'max(amount, 1_100 USD)', window: lifetime}", "3533.333333"),  # 1,100 twice and 1,333 1/3
        ("{from: sales, sum: 'abs(amount)', window: lifetime}", "3333.333333"),
    ],
)
def test_what_is_measured_of_converted_amounts(measure: str, expected: str) -> None:
    """Every measure of rows of 1,000, 1,333 1/3 and 1,000 USD."""
    unit = "3" if "distinct" in measure else "3 USD"
    sections = f"metrics:\n  m: {measure}\ntiers: {{ladder: [low, high], high: {{requires: [m >= {unit}]}}}}\n"
    found = decide(ROW + sections, "2026-06-30", {**WORLD, "fx_rates": []}, EQUAL)
    assert found.metric("m") == Decimal(expected)


def test_a_return_lowers_its_sale_in_the_currency_of_the_sale() -> None:
    """900 EUR are left of it, and are worth what they were on the day of the sale, not of the return."""
    sold = rows(
        f"{SALES} returns_id currency",
        "S1|P1|sale|2026-01-19|1000.00|-|EUR",
        "R1|P1|return|2026-01-25|-100.00|S1|EUR",
    )
    found = decide(ROW + RESALE, "2026-06-30", {**WORLD, "sales": sold}, RATES)
    assert found.earned("source_id", "measure", "amount") == [("S1", "900.00000000000", "22.50")]


WORTH = HEAD + (
    "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 100 EUR, 10_000 JPY, 30 KWD]},"
    " {from: 2026-01-20, amounts: [500 USD, 100 EUR, 10_000 JPY, 30 KWD]}], as_at: row}\n"
)


@pytest.mark.parametrize("measure", ["amount", "amount * quantity", "amount * quantity / 2 * 2", "amount + amount * 0"])
@pytest.mark.parametrize("by", ["rates", "worth"])
@pytest.mark.parametrize("keys", ["kind: commission, of: {}", "kind: rebate, period: quarter, sum: {}"])
def test_a_return_takes_back_at_the_rate_of_its_sale(measure: str, by: str, keys: str) -> None:
    """600 EUR are left at 1.00, the rate of the sale, whatever the rate of the return and whatever is multiplied."""
    sold = rows(
        f"{SALES} returns_id quantity currency",
        "S1|P1|sale|2026-01-10|1000.00|-|1|EUR",
        "R1|P1|return|2026-01-25|-400.00|S1|1|EUR",
    )
    rates = rows("from_currency to_currency effective_from rate", "EUR|USD|2026-01-01|1.0", "EUR|USD|2026-01-20|5.0")
    text = f"{ROW}incentives: {{x: {{{keys.format(f'{chr(34)}{measure}{chr(34)}')}, rate: 10%, payee: partner}}}}\n"
    world = {**WORLD, "sales": sold, "fx_rates": rates}
    found = decide(text, "2026-06-30", world, RATES if by == "rates" else WORTH)
    assert found.amounts() == ["60.00"]


OF_SALE = """
      share: {type: decimal, scale: 2}
      usd: {type: money}
      half: {type: money, formula: amount * share}
      third: {type: money, formula: amount / 3}
      rounded: {type: money, scale: 2, formula: amount * share}
      both: {type: money, formula: half + usd}
      twice: {type: money, formula: usd * 2}
      shared: {type: money, formula: amount * share / (1 + share)}
"""
BACK = f"{SALES} returns_id currency share usd"


@pytest.mark.parametrize("head", [RATES, EQUAL])
@pytest.mark.parametrize(
    ("measure", "of_euros", "of_dollars"),
    [
        ("amount", "1", 0),
        ("amount * share", "0.5", 0),
        ("amount * (1 - share)", "0.5", 0),
        ("amount * share + usd", "0.5", 60),
        ("half", "0.5", 0),
        ("half * 2 + amount", "2", 0),
        ("third", "1/3", 0),
        ("rounded", "0.5", 0),
        ("both", "0.5", 60),
        ("twice", "0", 120),
        ("shared", "1/3", 0),
        ("both / 2", "0.25", 30),
    ],
)
def test_a_return_has_the_rate_of_its_sale(head: str, measure: str, of_euros: str, of_dollars: int) -> None:
    """240 EUR and 60 USD are left of 600 EUR and 150 USD, at the rate of January: 5, or 100 USD for 75 EUR. The return
    is of March, when a euro is worth less; after a second one, nothing is left.
    """
    quoted = rows("from_currency to_currency effective_from rate", "EUR|USD|2026-01-01|5", "EUR|USD|2026-03-01|4")
    fields = ROW + OF_SALE.removeprefix("\n")
    paying = RESALE.replace("of: amount", f"of: {measure}").replace("amount >= 33 USD", "entry is sale")
    sold = rows(
        BACK,
        "S1|P1|sale|2026-01-19|600.00|-|EUR|0.50|150.00",
        "R1|P1|return|2026-03-25|-360.00|S1|EUR|0.50|-90.00",
    )
    rate = Fraction(5) if head == RATES else Fraction(100, 75)
    left = 240 * rate * Fraction(of_euros) + of_dollars
    whole = paying.replace("2.5%", "100%")
    found = decide(fields + whole, "2026-06-30", {**WORLD, "fx_rates": quoted, "sales": sold}, head)
    assert [Fraction(each) for each in found.amounts()] == [round(left, 2)]
    rest = rows(BACK, "R2|P1|return|2026-04-25|-240.00|S1|EUR|0.50|-60.00")
    found = decide(fields + whole, "2026-06-30", {**WORLD, "fx_rates": quoted, "sales": [*sold, *rest]}, head)
    assert found.amounts() == []


def test_a_condition_on_a_formula_reads_what_is_left_at_the_rate_of_the_sale() -> None:
    """Half of 240 EUR at 5 are 600 USD; with half of the return at 4 they would be 780."""
    quoted = rows("from_currency to_currency effective_from rate", "EUR|USD|2026-01-01|5", "EUR|USD|2026-03-01|4")
    sold = rows(
        BACK,
        "S1|P1|sale|2026-01-19|600.00|-|EUR|0.50|150.00",
        "R1|P1|return|2026-03-25|-360.00|S1|EUR|0.50|-90.00",
    )
    for limit, paid in (("600", ["30.00"]), ("600.01", [])):
        text = ROW + OF_SALE.removeprefix("\n") + RESALE.replace("amount >= 33 USD", f"half >= {limit} USD")
        assert decide(text, "2026-06-30", {**WORLD, "fx_rates": quoted, "sales": sold}, RATES).amounts() == paid


def test_one_formula_by_the_rates_of_two_days() -> None:
    """A return that counts on its own day is converted by its own rate, beside an incentive that subtracts it."""
    sold = rows(
        f"{SALES} returns_id currency",
        "S1|P1|sale|2026-01-10|1000.00|-|EUR",
        "R1|P1|return|2026-01-25|-400.00|S1|EUR",
    )
    rates = rows("from_currency to_currency effective_from rate", "EUR|USD|2026-01-01|1.0", "EUR|USD|2026-01-20|2.0")
    own = ROW.rstrip() + "\n      dollars: {type: money, scale: 0, formula: amount}\n"
    pays = "kind: commission, of: dollars, rate: 10%, payee: partner"
    text = f"{own}incentives:\n  a: {{{pays}, returns: current_period}}\n  b: {{{pays}, adds_to: [a]}}\n"
    found = decide(text, "2026-06-30", {**WORLD, "sales": sold, "fx_rates": rates}, RATES)
    paid = sorted(found.earned("incentive", "source_id", "amount"))
    assert paid == [("a", "R1", "-80.00"), ("a", "S1", "100.00"), ("b", "S1", "60.00")]


def test_a_missing_rate_is_never_zero() -> None:
    """Euros of a day before the first rate: the total is missing, and the record's earning undecided."""
    sold = rows(f"{SALES} currency", "S1|P1|sale|2025-12-31|5.00|EUR", "S2|P1|sale|2026-01-01|5000.00|USD")
    found = decide(ROW + REVENUE + RESALE, "2026-06-30", {**WORLD, "sales": sold}, RATES)
    assert (found.metric("m"), found.tier()) == (None, "low")
    assert found.earned("source_id", "amount") == [("S2", "125.00")]  # S1 is before the program starts


LINKED = """\
records:
  products:
    fields:
      list_price: {type: money, currency: row, optional: true}
      currency: {type: choice, values: [USD, EUR]}
  sales:
    links: {item: {to: products, by: product_id}}
metrics: {m: {from: sales, count: records, where: item.list_price >= 10.01 USD, window: lifetime}}
tiers: {ladder: [low, high], high: {requires: [m >= 1]}}
"""
ITEMS = rows("product_id list_price currency", "A|10.00|EUR", "B|10.00|USD")
BOUGHT = rows(
    f"{SALES} product_id",
    "S1|P1|sale|2026-01-01|1.00|A",
    "S2|P1|sale|2026-01-25|1.00|A",
    "S3|P1|sale|2026-01-25|1.00|B",
)


def test_an_amount_of_a_linked_record_is_converted_on_the_rows_day() -> None:
    """10 EUR at 1, 10 EUR at 7, and 10 USD: one is more than 10."""
    found = decide(LINKED, "2026-06-30", {**WORLD, "products": ITEMS, "sales": BOUGHT}, RATES)
    assert found.metric("m") == 1


REFERRED = """\
records:
  products:
    fields:
      list_price: {type: money, currency: row, optional: true}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
metrics:
  m: {from: sales, sum: product.list_price, window: lifetime}
  all: {from: sales, sum: product.list_price * quantity, window: lifetime}
tiers: {ladder: [low, high], high: {requires: [m >= 3 USD, all >= 3 USD]}}
"""
LISTED = rows("product_id list_price currency", "A|10.00|EUR", "B|10.125|KWD", "C|1200|JPY")
CARRIED = rows(
    f"{SALES} product_id quantity",
    "S1|P1|sale|2026-01-01|1.00|A|2",
    "S2|P1|sale|2026-03-31|1.00|B|3",
    "S3|P1|sale|2026-03-01|1.00|C|1",
)


@pytest.mark.parametrize(
    ("head", "one", "every"),
    [
        (RATES, "50.94625", "126.75875"),  # 10 + 32.90625 + 8.04; 20 + 98.71875 + 8.04
        (EQUAL.replace("30.500", "40.500"), "48.333333", "111.666667"),  # 40/3 + 25 + 10; 80/3 + 75 + 10
    ],
)
def test_amounts_of_what_a_reference_leads_to_add_up(head: str, one: str, every: str) -> None:
    """In a sum, and in one of products; `product` follows the reference without a link."""
    found = decide(REFERRED, "2026-06-30", {**WORLD, "products": LISTED, "sales": CARRIED}, head)
    assert (found.metric("m"), found.metric("all")) == (Decimal(one), Decimal(every))
    paid = REFERRED + REBATE.replace("sum: amount", "sum: product.list_price * quantity")
    ((amount,),) = decide(paid, "2026-06-30", {**WORLD, "products": LISTED, "sales": CARRIED}, head).earned("amount")
    assert Decimal(amount) == round(Decimal(every) / 100, 2)  # 1 %


def test_an_amount_of_another_record_is_not_that_of_the_row() -> None:
    """Both are in the currency of their row, but of two rows: without conversion they do not compare."""
    own = ROW + REFERRED.removeprefix("records:\n").partition("metrics:")[0]
    line = "metrics: {m: {from: sales, count: records, where: amount > product.list_price, window: lifetime}}\n"
    sections = own + line + "tiers: {ladder: [low, high], high: {requires: [m >= 1]}}\n"
    (found,) = told(sections)
    assert found.startswith("RNG332 15`product.list_price`: this is in the currency of the record that `product` leads")
    assert told(sections, RATES) == []


def test_the_currency_of_a_linked_record_may_be_read_itself() -> None:
    """Both products in euros."""
    euros = LINKED.replace("item.list_price >= 10.01 USD", "item.currency is EUR and item.list_price >= 10 USD")
    assert decide(euros, "2026-06-30", {**WORLD, "products": ITEMS, "sales": BOUGHT}, RATES).metric("m") == 2


OWN = """\
records:
  licences:
    partner: partner_id
    fields:
      licence_id: id
      partner_id: id
      price: {type: money, currency: row}
      currency: {type: choice, values: [USD, EUR, JPY, KWD]}
metrics: {m: {from: licences, sum: price}}
tiers: {ladder: [low, high], high: {requires: [m >= 1 USD]}}
"""


def test_records_without_a_day() -> None:
    """One list of equal worths needs no day; rates, and lists that change, do."""
    owned = rows("licence_id partner_id price currency", "L1|P1|75|EUR", "L2|P1|1.00|USD")
    once = EQUAL.replace(", {from: 2026-03-01, amounts: [100 USD, 80 EUR, 12_000 JPY, 30.500 KWD]}", "")
    assert decide(OWN, "2026-06-30", {"partners": PARTNERS, "licences": owned}, once).metric("m") == 101
    for head in (RATES, EQUAL):
        expected = ["RNG332 15`price`: records of `licences` have no date, so there is no rate to convert this amount"]
        assert told(OWN, head) == expected


CREDIT = """\
records:
  partners:
    fields:
      credit: {type: money, currency: row}
      twice: {type: money, formula: credit * 2}
      currency: {type: choice, values: [USD, EUR]}
"""
OF_CREDIT = """\
incentives:
  resale:
    kind: commission
    from: sales
    of: OF
    PAYS
    limits: [{at_most: 10_000 USD, per: [partner]}]
    payee: partner
"""


@pytest.mark.parametrize(
    ("read", "sections"),
    [
        ("credit", "tiers: {ladder: [low, high], high: {requires: [credit >= 1 USD]}}\n"),
        ("twice", "tiers: {ladder: [low, high], high: {requires: [twice >= credit]}}\n"),
        ("credit", OF_CREDIT.replace("OF", "quantity").replace("PAYS", "amount: credit\n    per: 1")),
        ("credit", OF_CREDIT.replace("OF", "amount").replace("PAYS", "rate: 1%").replace("10_000 USD", "credit")),
        ("credit", OF_CREDIT.replace("OF", "amount").replace("PAYS", "bands: [{from: 0 USD, amount: credit}]")),
    ],
)
def test_a_field_of_the_partner_is_not_converted(read: str, sections: str) -> None:
    """A partner has no day, so it can neither be compared nor paid; at the place that reads it."""
    message = "this is in the currency of its row, and a partner has no day whose rate converts it"
    found = told(CREDIT + sections)
    assert found[0].partition("`")[2] == f"{read}`: {message}"
    assert {each[:6] for each in found} == {"RNG332"}


def test_without_conversion_two_currencies_never_meet() -> None:
    """In a sum, in a comparison and in what a record is paid."""
    assert [each.split(":")[0] for each in told(ROW + REVENUE + RESALE)] == [
        "RNG332 11`amount`",
        "RNG332 17`33 USD`",
    ]
    paid = RESALE.replace("    where: amount >= 33 USD\n", "")
    assert [each.split(":")[0] for each in told(ROW + paid)] == ["RNG332 15`amount`"]


def test_amounts_of_one_row_need_no_conversion() -> None:
    """They are in the same currency: which of them is more can be asked without a rate."""
    sections = """\
    records:
      sales:
        fields:
          amount: {type: money, currency: row}
          cost: {type: money, currency: row}
          currency: {type: choice, values: [USD, EUR]}
    metrics: {m: {from: sales, count: records, where: amount > cost, window: lifetime}}
    tiers: {ladder: [low, high], high: {requires: [m >= 1]}}
    """
    sold = rows(f"{SALES} cost currency", "S1|P1|sale|2026-01-01|5.00|4.00|EUR", "S2|P1|sale|2026-01-01|5.00|5.00|USD")
    assert decide(sections, "2026-06-30", {"partners": PARTNERS, "sales": sold}).metric("m") == 1


UNEVEN = (
    "{from: 2026-01-01, amounts: [100.03 USD, 75.01 EUR, 12_347 JPY, 1.003 KWD]}",
    "{from: 2026-03-01, amounts: [100.03 USD, 76.99 EUR, 12_349 JPY, 1.009 KWD]}",
)
LINES = [
    ("2026-02-01", "9007199254740.91", "USD"),
    ("2026-02-01", "12.34", "EUR"),
    ("2026-04-01", "77777", "JPY"),
    ("2026-04-01", "5.125", "KWD"),
]


def test_uneven_worths_add_up_exactly() -> None:
    """Their common multiple has 20 digits and more: amounts times it are whole numbers of any size."""
    worth = {
        ("2026-02-01", "USD"): Fraction(1),
        ("2026-02-01", "EUR"): Fraction("100.03") / Fraction("75.01"),
        ("2026-04-01", "JPY"): Fraction("100.03") / 12_349,
        ("2026-04-01", "KWD"): Fraction("100.03") / Fraction("1.009"),
    }
    exact = [Fraction(amount) * worth[day, code] for day, amount, code in LINES]
    head = HEAD + f"conversion: {{equal: [{', '.join(UNEVEN)}], as_at: row}}\n"
    sections = f"""{ROW}
metrics: {{m: {{from: sales, sum: amount, window: lifetime}}, n: {{from: sales, average: amount, window: lifetime}}}}
tiers: {{ladder: [low, high], high: {{requires: [m is n * 4, m > 9_007_199_255_884 USD]}}}}
incentives:
  c: {{kind: commission, of: amount, rate: 1%, payee: partner}}
  r: {{kind: rebate, period: year, sum: amount, rate: 1%, payee: partner}}
"""
    sold = rows(f"{SALES} currency", *(f"S{n}|P1|sale|{d}|{a}|{c}" for n, (d, a, c) in enumerate(LINES)))
    decided = decide(sections, "2026-12-31", {"partners": PARTNERS, "sales": sold}, head)
    assert decided.metric("m") == round_decimal(sum(exact), 6, Mode.HALF_EVEN)
    assert (decided.met("tier.high.1"), decided.met("tier.high.2")) == (True, sum(exact) > 9_007_199_255_884)
    paid = [round_decimal(each / 100, 2, Mode.HALF_UP) for each in (*exact, sum(exact, Fraction(0)))]
    assert sorted(decided.amounts()) == sorted(map(str, paid))


def test_every_currency_of_the_field_has_a_worth() -> None:
    """Found before a run: the words of the choice are known."""
    head = HEAD + "conversion: {equal: [{from: 2026-01-01, amounts: [100 USD, 75 EUR]}], as_at: row}\n"
    message = "amounts here may be in JPY and KWD, but the list under `equal` has no such amount"
    assert told(ROW + REVENUE, head) == [f"RNG332 12`amount`: {message}"]


def test_amounts_of_several_currencies_have_no_order() -> None:
    """More yen are not more than dollars."""
    ordered = RESALE.replace("    payee:", "    order: [amount]\n    payee:")
    message = "the amounts of `amount` are in several currencies, so they cannot be ordered"
    assert told(ROW + ordered, RATES) == [f"RNG213 20`amount`: {message}"]
