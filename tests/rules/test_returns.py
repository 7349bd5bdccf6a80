"""What a return takes back of its sale, and what it repeats.

Every amount is worked out by hand: S1 is a sale of 100.00 for 10 pieces, of which R1 takes back 40.00 and 4 pieces.
"""

from __future__ import annotations

import pytest

from tests.ridge.records import rows
from tests.tiny import decide, findings, partners, told

FIELDS = """
records:
  products: {fields: {pack: {type: decimal, scale: 2}, per_pack: {type: decimal, formula: 1 / pack}}}
  sales:
    fields:
      rate: {type: decimal, scale: 2}
      share: {type: decimal, scale: 2}
      unit_price: {type: money}
      before_tax: {type: money, formula: amount / (1 + rate)}
      rounded: {type: money, scale: 2, formula: amount / (1 + rate)}
      in_cents: {type: money, scale: 0, formula: amount / 3}
      less_fee: {type: money, formula: amount - 10 USD}
      unit: {type: money, formula: amount / quantity}
      margin: {type: decimal, formula: (amount - unit_price) / amount}
      total: {type: money, formula: unit_price * quantity}
      half_total: {type: money, formula: unit_price * (quantity / 2)}
      twice: {type: money, formula: before_tax * 2}
      net_total: {type: money, formula: unit_price * quantity / (1 + rate)}
"""
LINES = (
    "sale_id partner_id customer_id product_id entry closed_on recorded_on returns_id quantity amount rate share"
    " unit_price"
)
SALE = "S1|P1|C1|A|sale|2026-02-03|2026-02-01|-|10|100.00|0.25|0.50|10.00"
RETURN = "R1|P1|C1|A|return|2026-03-01|2026-02-01|S1|-4|-40.00|0.25|0.50|10.00"
REST = "R2|P1|C1|A|return|2026-04-01|2026-02-01|S1|-6|-60.00|0.25|0.50|10.00"


def paid(keys: str, *lines: str, sections: str = "", day: str = "2026-12-31") -> list[str]:
    """The amounts of an incentive on these lines; `-` is undecided."""
    text = f"{FIELDS}{sections}\nincentives:\n  x: {{payee: partner, {keys}}}\n"
    products = rows("product_id pack", "A|4.00", "B|5.00")
    found = decide(text, day, {"partners": partners(), "products": products, "sales": rows(LINES, *lines)})
    return found.amounts()


NUMBERS = ("quantity", "share", "rate")


def measured(measure: str, *lines: str) -> list[str]:
    """What is left of a measure: one dollar for each."""
    is_number = measure.split(" ")[0] in NUMBERS and "unit_price" not in measure
    return paid(f'kind: spiff, of: "{measure}", amount: 0.01 USD, per: 0.01{"" if is_number else " USD"}', *lines)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("amount", "60.00"),
        ("quantity", "6.00"),
        ("2 * amount", "120.00"),
        ("amount * share", "30.00"),  # 50 less 20
        ("unit_price * quantity", "60.00"),
        ("amount / (1 + rate)", "48.00"),  # 60 by the 1.25 of the sale, not by 1.50
        ("amount / (1 + rate) * 2", "96.00"),
        ("before_tax", "48.00"),
        ("before_tax * 2", "96.00"),
        ("twice", "96.00"),
        ("rounded", "48.00"),  # 80 less 32
        ("in_cents", "20.00"),  # 33 less 13
        ("amount - 10 USD", "50.00"),  # the fee is the sale's, once
        ("less_fee", "50.00"),
        ("amount - unit_price * quantity / 2", "30.00"),  # 60 less 30
        ("amount * margin", "50.00"),  # 60 at 50 of 60
        ("unit * quantity", "60.00"),  # 6 at 10.00
        ("unit", "10.00"),  # 60 by 6 pieces
        ("(amount + total) / quantity", "20.00"),
        ("(unit - 1 USD) * quantity", "54.00"),  # 6 at 9.00
        ("total", "60.00"),
        ("half_total", "30.00"),
        ("total / (1 + rate)", "48.00"),
        ("net_total", "48.00"),
        ("amount + total", "120.00"),
        ("max(amount - 70 USD, 0 USD)", "-"),  # 60 are less than 70
        ("max(amount - 50 USD, 0 USD)", "10.00"),
        ("abs(amount)", "60.00"),
        ("-amount", "-60.00"),
        ("-amount - total", "-120.00"),
        ("before_tax + before_tax", "96.00"),
        ("amount / product.pack", "15.00"),
        ("amount * product.per_pack", "15.00"),
        ("quantity * product.pack", "24.00"),
        ("quantity * days_between(recorded_on, closed_on)", "12.00"),  # 6 pieces at the 2 days of the sale
        ("quantity * share / (1 + rate)", "2.40"),  # 5 less 2, by 1.25
        ("amount * (1 - rate)", "45.00"),  # 75 less 30
        ("(amount + total) * share", "60.00"),  # 100 less 40
        ("(unit_price - 2 USD) * quantity", "48.00"),  # 8 USD for 6 pieces
        ("max(unit_price, 12 USD) * quantity", "72.00"),
    ],
)
def test_what_is_left_of_a_measure(measure: str, expected: str) -> None:
    """The parts that are added up, by what the sale says; "-" stands for no earning."""
    assert measured(measure, SALE, RETURN) == ([] if expected == "-" else [expected])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("total", "0.68"), ("total * 2", "1.36"), ("total / 2", "0.34"), ("total + total", "1.36"), ("amount", "0.60")],
)
def test_a_condition_reads_what_is_left_whatever_is_measured(measure: str, expected: str) -> None:
    """The return is at 8.00: the measure has 68.00 left of `total`, a condition reads 6 pieces at 10.00."""
    cheaper = RETURN.removesuffix("10.00") + "8.00"
    keys = f'kind: commission, rate: 1%, of: "{measure}", where'
    assert paid(f"{keys}: [total >= 60 USD]", SALE, cheaper) == [expected]
    assert paid(f"{keys}: [total > 60 USD]", SALE, cheaper) == []


@pytest.mark.parametrize("measure", ["amount", "amount * 2", "amount + amount", "amount + total"])
@pytest.mark.parametrize(("at_least", "expected"), [(100, ["-"]), (101, [])])
def test_a_condition_reads_what_a_return_repeats(measure: str, at_least: int, expected: list[str]) -> None:
    """A return that repeats the amount leaves the measure undecided; a condition reads the amount of the sale."""
    repeated = RETURN.replace("-40.00", "40.00")
    keys = f'where: [amount >= {at_least} USD], of: "{measure}", kind: commission, rate: 1%'
    assert paid(keys, SALE, repeated) == expected


@pytest.mark.parametrize("measure", ["amount", "quantity", "total", "before_tax", "amount * margin", "rounded", "unit"])
def test_nothing_is_left_of_a_sale_given_back_in_full(measure: str) -> None:
    """In two returns; what is left is exactly nothing."""
    assert measured(measure, SALE, RETURN, REST) == []


NEGATIVE = "R1|P1|C1|A|return|2026-03-01|2026-02-01|S1|-4|-40.00|0.25|-0.50|10.00"


@pytest.mark.parametrize(
    ("measure", "line"),
    [
        ("amount * share", NEGATIVE),  # -40 times -0.50 would raise it by 20
        ("unit_price", RETURN),
        ("before_tax * share", RETURN),  # the ratio is the sale's, and the share of a return is positive
        ("amount", RETURN.replace("-40.00", "40.00")),
        ("quantity", RETURN.replace("|-4|", "|4|")),
        ("amount + unit_price", RETURN),  # -40 and 10 are less than nothing, and would leave 80
        ("amount - unit_price", RETURN),
        ("(amount + unit_price) * share", RETURN),
        ("amount + total", RETURN.replace("-40.00", "-60.00").replace("|-4|", "|4|")),
        ("amount + unit_price * quantity", RETURN.replace("-40.00", "-60.00").replace("|-4|", "|4|")),
        ("(amount - 10 USD) * share", RETURN),  # of half the fee nothing came back
        ("less_fee * share", RETURN),
        ("max(amount - 50 USD, 0 USD) * share", RETURN),  # 25 before; with nothing taken back it would stay 25
        ("min(amount, 50 USD) * share", RETURN),
    ],
)
def test_a_return_that_would_raise_the_measure_leaves_it_undecided(measure: str, line: str) -> None:
    """Never a larger amount without a word; beside a return that lowers it, too."""
    assert measured(measure, SALE, line) == ["-"]
    lowering = RETURN.replace("R1", "R3").replace("-40.00", "-10.00").replace("|-4|", "|-1|")
    assert measured(measure, SALE, line, lowering) == ["-"]


def test_names_that_are_suggested_are_those_of_fields() -> None:
    """Not what is left of the amount, or the day of a sale, which no author can name."""
    text = f"{FIELDS}\nincentives:\n  x: {{kind: commission, payee: partner, of: amount, rate: nowhere}}\n"
    (found,) = (each for each in findings(text) if each.code == "RNG200")
    assert "`amount`" in found.help
    assert "less returns" not in found.help and "@" not in found.help


PAYS = {  # a commission `of: amount` where no kind is said
    "rate: share": "30.00",  # 60 at the 50 % of the sale, not at 100 %
    "rate: margin": "50.00",  # 60 at 50 of 60
    "rate: share * 0.5": "15.00",
    "rate: {by: [quantity], bands: [{from: 0, value: 1%}, {from: 10, value: 10%}]}": "0.60",  # 6 pieces are left
    "method: whole, bands: [{from: 0 USD, rate: 1%}, {from: 100 USD, rate: 10%}]": "0.60",
    "bands: [{from: 0 USD, rate: 1%}, {from: 50 USD, rate: 10%}]": "1.50",  # 0.50 and 1.00
    "bands: [{from: 0 USD, rate: share}, {from: unit_price, rate: 10%}]": "10.00",  # 5 and 5
    "kind: spiff, of: quantity, amount: 7 USD, per: 4": "7.00",  # one full four of six
    "kind: spiff, of: quantity, amount: unit_price, per: 1": "60.00",
    "kind: spiff, of: amount, amount: 1 USD, per: 25 USD": "2.00",
    "rate: 10%, where: amount >= 100 USD": "",  # it is a sale of 60
    "rate: 10%, where: quantity between 1 and 9": "6.00",
    "rate: 10%, where: unit >= 10 USD": "6.00",
    "rate: 10%, where: entry is sale and closed_on < 2026-03-01": "6.00",
    "rate: 10%, limits: [{at_most: amount * 4%, per: [partner, sale_id]}]": "2.40",
    "kind: rebate, period: quarter, sum: amount / (1 + 25%), rate: 10%": "4.80",
    "kind: rebate, period: quarter, sum: amount * share, rate: 10%": "3.00",
    "kind: rebate, period: quarter, sum: rounded, rate: 10%": "4.80",
    "rate: share, returns: current_period": "-20.00 50.00",  # each by its own
}


@pytest.mark.parametrize("keys", PAYS)
def test_what_is_paid_reads_what_is_left(keys: str) -> None:
    """Rates, tables, edges, limits, conditions: of amounts what is left, and what returns repeat as the sale has it."""
    whole = keys if keys.startswith("kind") else f"kind: commission, of: amount, {keys}"
    assert paid(whole, SALE, RETURN) == PAYS[keys].split()


DATED = "parameters: {p: [{from: 2026-01-01, value: 10%}, {from: 2026-03-01, value: 50%}]}\n"


@pytest.mark.parametrize("measure", ["unit_price * quantity * p", "p * unit_price * quantity", "amount * p"])
def test_a_parameter_in_a_measure_is_that_of_the_day_of_the_sale(measure: str) -> None:
    """60 at the 10 % of February; the return was made in March."""
    assert paid(f"kind: commission, of: {measure}, rate: 100%", SALE, RETURN, sections=DATED) == ["6.00"]


MIXED = """
records:
  sales:
    fields:
      unit_price: {type: money}
      plain: {type: money, formula: amount + unit_price}
      whole: {type: money, scale: 0, formula: amount + unit_price}
      twice_whole: {type: money, scale: 2, formula: whole * 2}
      sold: {type: money, scale: 2, formula: amount * (quantity - 2)}
"""


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("of: plain, rate: 10%", "-"),  # 30.00 were taken back, and 10.00 of them are no return
        ("of: whole, rate: 10%", "-"),
        ("of: twice_whole, rate: 10%", "-"),
        ("of: amount, rate: 10%, where: plain >= 70 USD", "6.00"),  # 60 and 10
        ("of: amount, rate: 10%, where: plain > 70 USD", ""),
        ("of: amount, rate: 10%, where: amount + unit_price > 70 USD", ""),
        ("of: amount, rate: 10%, where: whole >= 1 USD", "-"),
        ("of: amount, rate: 10%, order: [whole]", "6.00"),  # an order does not decide what is paid without a limit
        ("of: sold, rate: 1%", "-"),  # 800 less 240: -40 by -6 raises it
    ],
)
def test_a_summand_that_a_return_repeats_hides_in_no_formula(keys: str, expected: str) -> None:
    """Rounded or not: what is added up is undecided. A condition reads 60 and 10, and of a rounded number no guess."""
    text = f"{MIXED}incentives:\n  x: {{payee: partner, kind: commission, {keys}}}\n"
    columns = "sale_id partner_id entry closed_on returns_id quantity amount unit_price"
    lines = ("S1|P1|sale|2026-02-03|-|10|100.00|10.00", "R1|P1|return|2026-03-01|S1|-4|-40.00|10.00")
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(columns, *lines)})
    assert found.amounts() == ([expected] if expected else [])


def refused(fields: str, measure: str, more: str = "", sections: str = "") -> list[str]:
    """What is wrong with a SPIFF on decimal fields; that it has no limit is meant."""
    pays = f'{{kind: spiff, of: "{measure}", amount: 1 USD, per: 1, payee: partner{more}}}'
    text = f"{sections}records:\n  sales:\n    fields:\n{fields}incentives: {{x: {pays}}}\n"
    return [each for each in told(text) if not each.startswith("RNG308")]


@pytest.mark.parametrize("op", ["+", "-", "*"])
def test_formulas_that_read_another_twice_are_read_once(op: str) -> None:
    """Forty of them, one on the next; doubled at each step it would never end."""
    formulas = ["quantity * 1", *(f"f{at} {op} f{at}" for at in range(39))]
    declared = [f"      f{at}: {{type: decimal, scale: 2, formula: {each}}}\n" for at, each in enumerate(formulas)]
    assert refused("".join(declared), "f39") == []
    plain = "".join(declared).replace("scale: 2, ", "")
    assert [each.split(" ")[0] for each in refused(plain, "f39")] == (["RNG214"] if op == "*" else [])


def test_a_rounded_number_that_cannot_be_computed_is_reported_once() -> None:
    """A formula that a condition reads, and that adds money to a number."""
    fields = "      wrong: {type: decimal, scale: 2, formula: amount + quantity}\n"
    (found,) = refused(fields, "quantity", ", where: wrong > 1")
    assert found.startswith("RNG201")


def test_too_many_summands_are_refused() -> None:
    """Thirty numbers by thirty others; without returns to subtract, nothing has to be compared."""
    names = [f"n{at}" for at in range(60)]
    fields = "".join(f"      {each}: {{type: decimal, scale: 0}}\n" for each in names)
    measure = f"({' + '.join(names[:30])}) * ({' + '.join(names[30:])})"
    (found,) = refused(fields, measure)
    assert found.startswith("RNG201")
    assert "more than 500 summands" in found
    assert refused(fields, measure, ", returns: current_period") == []
    in_a_field = f"{fields}      made: {{type: decimal, scale: 0, formula: {measure}}}\n"
    (found,) = refused(in_a_field, "n0", ", where: made > 1")
    assert "more than 500 summands" in found


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        ("rate: 4%", ["4.00", "-1.60"]),
        ("bands: [{from: 0 USD, rate: 4%}]", ["4.00"]),  # no band holds -40.00
        ("bands: [{from: 0 USD, rate: 4%}], method: whole", ["4.00"]),
    ],
)
def test_a_period_that_took_back_more_than_it_sold(pay: str, expected: list[str]) -> None:
    """The sale is of the first quarter, and the return alone in the second."""
    keys = f"kind: rebate, period: quarter, sum: amount, returns: current_period, {pay}"
    assert paid(keys, SALE, RETURN.replace("2026-03-01", "2026-05-01")) == expected


STATED = """
parameters:
  vat: [{from: 2026-01-01, value: 25%}, {from: 2026-02-15, value: 60%}]
  floor: [{from: 2026-01-01, value: 8 USD}, {from: 2026-02-15, value: 30 USD}]
"""


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("amount / (1 + vat) * share", "24.00"),  # 50 less 20, by the 1.25 of the sale
        ("amount * share / (1 + vat)", "24.00"),
        ("amount / (1 + vat) * share + amount", "84.00"),
        ("amount * (share + vat)", "45.00"),  # 30, and a quarter of 60
        ("amount * (share - 2 * vat) * share", "0.00"),  # 100 at 0.25, less 40 at it, and half of 30 taken away
        ("-(share + vat) * amount", "-45.00"),
        ("quantity * max(unit_price, floor)", "60.00"),  # 10 USD each: the floor was 8 USD when they were sold
    ],
)
def test_what_the_program_states_is_that_of_the_sale(measure: str, expected: str) -> None:
    """Also where it is multiplied by a field: VAT and floor had changed before the return."""
    keys = f'kind: rebate, period: year, sum: "{measure}", rate: 100%'
    assert paid(keys, SALE, RETURN, sections=STATED) == ([expected] if expected != "0.00" else [])
    assert paid(keys, SALE, RETURN, REST, sections=STATED) == []


def test_too_many_products_of_what_is_stated_are_refused() -> None:
    """Ten sums of a field and a parameter, multiplied out, are 1,024 summands."""
    fields = "".join(f"      n{at}: {{type: decimal, scale: 0}}\n" for at in range(10))
    (found,) = refused(fields, " * ".join(f"(n{at} + p)" for at in range(10)), sections="parameters: {p: 2}\n")
    assert "more than 500 summands" in found


YEAR = "during: {from: 2026-01-01, before: 2027-01-01}"


@pytest.mark.parametrize("keys", ["kind: spiff, amount: 50 USD", f"kind: bounty, amount: 50 USD, {YEAR}"])
def test_a_sale_given_back_in_full_counts_as_never_made(keys: str) -> None:
    """Whatever prices and rates its returns name: those did not come back. Of a sale in part, all is paid."""
    assert paid(keys, SALE, RETURN) == ["50.00"]
    assert paid(keys, SALE, RETURN, REST) == []


@pytest.mark.parametrize(
    ("sold", "back", "stays"),
    [
        ("10.00|0.25|0.50|10.00", "-10.00|0.25|0.50|10.00", False),
        ("10.00|0.25|0.50|10.00", "10.00|0.25|0.50|10.00", True),  # all are repeated
        ("10.00|0.00|0.00|10.00", "10.00|0.00|0.00|10.00", True),  # zero shows nothing
        ("0.00|0.00|0.00|0.00", "0.00|0.00|0.00|0.00", False),  # where there is anything else
        ("-10.00|0.00|0.00|0.00", "10.00|0.00|0.00|0.00", False),
        ("-10.00|0.00|0.00|0.00", "9.99|0.00|0.00|0.00", True),
    ],
)
def test_what_shows_that_all_came_back(sold: str, back: str, stays: bool) -> None:
    """The numbers that every record has: amount, rate, share and price of a unit."""
    start, second = "P1|C1|A|sale|2026-02-03|2026-02-01|-|1", "P1|C1|A|return|2026-02-04|2026-02-01|S1|-1"
    lines = (f"S1|{start}|{sold}", f"R1|{second}|{back}")
    assert paid("kind: spiff, amount: 50 USD", *lines) == (["50.00"] if stays else [])


@pytest.mark.parametrize("returns", ["restate", "current_period"])
def test_what_a_sale_refers_to_is_not_its_own(returns: str) -> None:
    """A sale returns nothing, so the amount of what it returns is missing; it is not lost."""
    found = paid(f"kind: commission, of: returns.amount, rate: 10%, returns: {returns}", SALE)
    assert found == ["-"]


def test_incentives_share_what_is_left() -> None:
    """48.00 are left of both fields, for a commission, for a rebate and for a customer's first sale."""
    pays = "amount: 1 USD, per: 1 USD, payee: partner"
    text = f"""{FIELDS}
incentives:
  a: {{kind: spiff, of: rounded, {pays}}}
  b: {{kind: bounty, of: rounded, {YEAR}, {pays}}}
  c: {{kind: spiff, of: before_tax, {pays}}}
  d: {{kind: spiff, of: before_tax, where: entry is sale, {pays}}}
"""
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(LINES, SALE, RETURN)})
    assert found.earned("incentive", "amount") == [(each, "48.00") for each in "abcd"]


def test_returns_without_a_sale_and_by_their_own_day_are_rows_of_their_own() -> None:
    """The share of each: 50 % of 100, and 50 % of -40."""
    loose = RETURN.replace("|S1|", "|-|")
    assert paid("kind: commission, of: amount, rate: share", SALE, loose) == ["-20.00", "50.00"]


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        ("unit_price * (quantity / 0)", "RNG201"),
        ("unit_price * nope", "RNG200"),
        ("bad", "RNG201"),
        ("circle", "RNG208"),
        ("unit_price * closed_on", "RNG201"),
        ("amount - bad", "RNG201"),
        ("bad * quantity", "RNG201"),
    ],
)
def test_what_is_wrong_with_a_measure_is_reported_once(measure: str, found: str) -> None:
    """In a part, in a formula, and beside them."""
    fields = FIELDS + "      bad: {type: money, formula: (amount + closed_on) / rate}\n" * ("bad" in measure)
    fields += "      circle: {type: money, formula: circle / rate}\n" * ("circle" in measure)
    errors = told(f"{fields}incentives: {{x: {{kind: commission, of: {measure}, rate: 1%, payee: partner}}}}\n")
    assert [each.split(" ")[0] for each in errors if "RNG211" not in each] == [found]
