"""`pays_in: row`: each record earns in its own currency, rounded to the digits of that.

Expected values are worked out by hand: 2.5 % of what the record is, in the same currency.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.compiler.test_converting import PARTNERS, RATES, ROW, WORLD
from tests.properties.agreement import sharded
from tests.properties.records import Rows
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, Records, decide, findings, plan, program, told

PAID = """\
incentives:
  resale:
    kind: commission
    from: sales
    of: amount
    rate: 2.5%
    payee: partner
    pays_in: row
"""
OTHER = """\
  converted:
    kind: commission
    from: sales
    of: amount
    rate: 1%
    payee: partner
"""
OF = ("source_id", "currency", "measure", "earned", "rounded", "amount")


def test_a_record_earns_in_its_own_currency() -> None:
    """2.5 % of 1,000 USD, 1,000 EUR, 120,000 JPY and 10.125 KWD, of which 0.253125 is 0.253; nothing is converted."""
    assert decide(ROW + PAID, "2026-06-30", WORLD).earned(*OF) == [
        ("S1", "USD", "1000.000", "25.000000", "25.000", "25.000"),
        ("S2", "EUR", "1000.000", "25.000000", "25.000", "25.000"),
        ("S3", "JPY", "120000.000", "3000.000000", "3000.000", "3000.000"),
        ("S4", "KWD", "10.125", "0.253125", "0.253", "0.253"),
    ]


CENTS = rows(
    f"{SALES} currency",
    "S1|P1|sale|2026-01-10|1.82|USD",  # 0.0455
    "S2|P1|sale|2026-01-10|101|JPY",  # 2.525
    "S3|P1|sale|2026-01-10|1.020|KWD",  # 0.0255
    "S4|P1|sale|2026-01-10|19|JPY",  # 0.475
)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", {"S1": "0.050", "S2": "3.000", "S3": "0.026"}),
        ("half_even", {"S1": "0.050", "S2": "3.000", "S3": "0.026"}),
        ("down", {"S1": "0.040", "S2": "2.000", "S3": "0.025"}),
        ("up", {"S1": "0.050", "S2": "3.000", "S3": "0.026", "S4": "1.000"}),
    ],
)
def test_rounding_is_by_the_digits_of_the_currency(mode: str, expected: dict[str, str]) -> None:
    """Cents, whole yen, thousandths of a dinar; half a yen or less is nothing unless it is rounded up."""
    head = f"{HEAD}rounding: {{mode: {mode}, at: earning}}\n"
    found = decide(ROW + PAID, "2026-06-30", {"partners": PARTNERS, "sales": CENTS}, head)
    assert {each[0]: each[1] for each in found.earned("source_id", "amount")} == expected


def test_currencies_of_the_same_digits() -> None:
    """With dollars and euros alone there is one way to round: 0.0455 is 0.05."""
    two = ROW.replace(", JPY, KWD", "")
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-01-10|1.82|EUR")
    found = decide(two + PAID, "2026-06-30", {"partners": PARTNERS, "sales": sold})
    assert found.earned("currency", "amount") == [("EUR", "0.05")]


def test_beside_an_incentive_in_the_programs_currency() -> None:
    """1 % of what the sales are worth in dollars: 1,000, 1,000.00001, 804 and 32.90625."""
    found = decide(ROW + PAID + OTHER, "2026-06-30", WORLD, RATES)
    assert sorted(found.earned("incentive", "source_id", "currency", "amount")) == [
        ("converted", "S1", "USD", "10.000"),
        ("converted", "S2", "USD", "10.000"),
        ("converted", "S3", "USD", "8.040"),
        ("converted", "S4", "USD", "0.330"),
        ("resale", "S1", "USD", "25.000"),
        ("resale", "S2", "EUR", "25.000"),
        ("resale", "S3", "JPY", "3000.000"),
        ("resale", "S4", "KWD", "0.253"),
    ]


def test_conditions_read_converted_amounts() -> None:
    """32.90625 USD are less than 33, and 804 are not: what is asked in dollars is, and what is paid is not."""
    asked = PAID.replace("    of:", "    where: amount >= 33 USD\n    eligible: [m >= 1_804 USD]\n    of:")
    metric = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n"
    found = decide(ROW + metric + asked, "2026-06-30", WORLD, RATES)
    assert found.earned("source_id", "currency", "amount") == [
        ("S2", "EUR", "25.000"),  # with it, 2,000.00001 USD are reached
        ("S3", "JPY", "3000.000"),
    ]


def test_rates_go_by_the_currency() -> None:
    """A table by `currency` says one rate for each."""
    by = PAID.replace("rate: 2.5%", "rate: {by: [currency], values: {USD: 1%, EUR: 2%, JPY: 3%, KWD: 4%}}")
    assert [each for (each,) in decide(ROW + by, "2026-06-30", WORLD).earned("amount")] == [
        "10.000",
        "20.000",
        "3600.000",
        "0.405",
    ]


def test_a_table_by_a_metric_begins_in_the_programs_currency() -> None:
    """With S1 the partner has 1,000 USD, with S2 2,000.00001, the other 32.90625. Nothing paid is converted."""
    by = PAID.replace("rate: 2.5%", "rate: {by: [m], bands: [{from: 0 USD, value: 1%}, {from: 1_804 USD, value: 2%}]}")
    metric = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n"
    found = decide(ROW + metric + by, "2026-06-30", WORLD, RATES)
    assert found.earned("source_id", "amount") == [
        ("S1", "10.000"),
        ("S2", "20.000"),
        ("S3", "2400.000"),
        ("S4", "0.101"),
    ]


def test_what_is_measured_stays_in_the_currency_of_the_row() -> None:
    """A share, a difference and a product of fields of the row; a return lowers each in the sale's currency."""
    fields = ROW + "      cost: {type: money, currency: row}\n      share: {type: decimal, scale: 2}\n"
    sold = rows(
        f"{SALES} returns_id currency cost share",
        "S1|P1|sale|2026-01-10|1000|-|JPY|200|0.50",
        "R1|P1|return|2026-02-10|-400|S1|JPY|-80|0.25",
    )
    world: Records = {"partners": PARTNERS, "sales": sold}
    for measure, expected in (
        ("amount - cost", "12.000"),  # 2.5 % of 600 less 120
        ("amount * share", "10.000"),  # of 500 less 100
        ("max(amount, cost)", "15.000"),
    ):
        found = decide(fields + PAID.replace("of: amount", f"of: {measure}"), "2026-06-30", world)
        assert (measure, found.earned("currency", "amount")) == (measure, [("JPY", expected)])


@pytest.mark.parametrize("shards", [1, 2, 7])
def test_shards_pay_alike(tmp_path: Path, shards: int) -> None:
    """Whoever is decided together."""
    sections = ROW + PAID + OTHER
    schema, compiled = program(sections, RATES).records, plan(sections, "2026-06-30", RATES)
    records: Rows = {
        table.name: [{each.name: row.get(each.name) for each in table.stored} for row in WORLD.get(table.name, ())]
        for table in schema.tables
    }
    records["reach"] = [{"partner_id": each, "source_id": each} for each in ("P1", "P2")]
    (found,) = sharded(compiled, schema, records, tmp_path, [shards])
    whole = decide(sections, "2026-06-30", WORLD, RATES).outputs["earnings"]
    assert (len(found["earnings"]), list(found["earnings"])) == (8, list(whole))


WHY = "`resale` pays in the currency of the row, and"


def test_what_is_paid_is_in_the_currency_of_the_row() -> None:
    """Not a number of pieces, nor an amount that was converted; and not of records without a currency."""
    pieces = told(ROW + PAID.replace("of: amount", "of: quantity"))
    assert pieces == ["RNG300 15`quantity`: `resale` pays in the currency of the row, and this is a whole number"]
    assert told(PAID) == ["RNG300 13`row`: records of `sales` have no currency of their own"]
    (mixed,) = told(ROW + PAID.replace("of: amount", "of: amount - 10 USD"), RATES)
    assert mixed == "RNG332 16`10 USD`: an amount in its row's currency cannot be reduced by an amount in USD"


def test_the_default_says_nothing() -> None:
    """`pays_in: program` is what holds where nothing is said."""
    plain, said = PAID.replace("    pays_in: row\n", ""), PAID.replace("pays_in: row", "pays_in: program")
    assert program(ROW + plain, RATES).incentives[0].pays_in == program(ROW + said, RATES).incentives[0].pays_in == ""


OF_TWO = ROW + "      share: {type: decimal, scale: 2}\n      listed: {type: money}\n"
PRICED = (
    "  products: {fields: {price: {type: money, currency: row}, currency: {type: choice, values: [USD, EUR, JPY]}}}\n"
)


@pytest.mark.parametrize("measure", ["listed * quantity", "share * quantity * 5 USD", "product.price * quantity"])
def test_a_product_in_the_programs_currency_is_not_paid_in_that_of_the_row(measure: str) -> None:
    """10 pieces at 100.00 USD are no 1,000 JPY; an amount of the product is converted, and so in dollars as well."""
    fields = OF_TWO + PRICED
    message = f"RNG300 19`{measure}`: {WHY} this is an amount in USD"
    assert told(fields + PAID.replace("of: amount", f"of: {measure}"), RATES) == [message]


@pytest.mark.parametrize("measure", ["amount", "amount * share", "amount * share / 3"])
def test_a_product_in_several_currencies_is_not_paid_in_the_programs(measure: str) -> None:
    """120,000 JPY times a half are no 60,000 USD: without a conversion neither a record nor a period is paid."""
    message = "amounts in USD, EUR, JPY and KWD are %s here, but the program does not say how to convert them"
    by_record = OTHER.replace("of: amount", f"of: {measure}")
    by_period = by_record.replace("commission", "rebate").replace("of:", "period: quarter\n    sum:")
    for incentive, line, verb in ((by_record, 17, "paid on"), (by_period, 18, "combined")):
        assert told(OF_TWO + "incentives:\n" + incentive) == [f"RNG332 {line}`{measure}`: {message % verb}"]
        assert told(OF_TWO + "incentives:\n" + incentive, RATES) == []


OFFERED = "; or add `pays_in: row` to `{}`, and each currency is paid by itself"
ROW_KEY = "pays_in: row, "
WORTH = "{from: 2026-01-01, amounts: [100 USD, 75 EUR, 12000 JPY, 30 KWD]}"
HEADS = ("conversion: {rates: fx_rates, as_at: row}\n", f"conversion: {{equal: [{WORTH}], as_at: row}}\n")


@pytest.mark.parametrize(
    ("keys", "by_row"),
    [
        ("kind: commission, of: amount, rate: 1%", True),
        ("kind: commission, of: amount / 3 * share, rate: 1%", True),
        ("kind: commission, of: amount, rate: 1%, limits: [{at_most: 5 USD, per: [partner]}]", False),
        ("kind: commission, of: amount, bands: [{from: 0 USD, rate: 1%}]", False),
        ("kind: spiff, of: amount, amount: 1 USD, per: 9 USD, limits: [{at_most: 5 USD, per: [partner]}]", False),
        ("kind: rebate, period: quarter, sum: amount, rate: 1%", True),
    ],
)
def test_each_cure_of_amounts_in_several_currencies_works(keys: str, by_row: bool) -> None:
    """A conversion by rates or by worth; and for a rate without limits also the currency of the row, which is
    offered where it works alone.
    """
    text = OF_TWO + f"incentives: {{x: {{{keys}, payee: partner}}}}\n"
    (found,) = findings(text)
    cure = "add `conversion: {rates: fx_rates, as_at: row}` at the top, or amounts of equal worth"
    assert (found.code, found.help) == ("RNG332", cure + (OFFERED.format("x") if by_row else ""))
    for head in HEADS:
        assert told(text, HEAD + head) == []
    assert (told(text.replace("payee:", f"{ROW_KEY}payee:")) == []) is by_row


@pytest.mark.parametrize(
    "keys",
    ["of: amount + 5 USD, rate: 1%", "of: dollars, rate: 1%"],
)
def test_ending_pays_in_asks_for_a_conversion_where_there_is_none(keys: str) -> None:
    """With both steps of the cure nothing is left to say."""
    fields = OF_TWO + "      dollars: {type: money, formula: quantity * 1 USD}\n"
    text = f"{fields}incentives: {{x: {{kind: commission, {ROW_KEY}{keys}, payee: partner}}}}\n"
    (found,) = findings(text)
    assert "remove `pays_in` and add `conversion: {rates: fx_rates, as_at: row}`" in found.help
    assert told(text.replace(ROW_KEY, ""), HEAD + HEADS[0]) == []
    (found,) = findings(text, HEAD + HEADS[0])
    assert found.help.endswith("remove `pays_in`")


def test_a_formula_in_the_currency_of_its_row() -> None:
    """Without a conversion a formula is in the currency of its row, and is paid in it: 2.5 % of half of 120,001 JPY,
    less half of 36,000. With one it is in dollars: that is told where it says otherwise, and where it is paid.
    """
    net = OF_TWO + "      net: {type: money, formula: amount * share}\n"
    sold = rows(
        f"{SALES} returns_id currency share",
        "S1|P1|sale|2026-01-10|120001|-|JPY|0.50",
        "R1|P1|return|2026-02-10|-36000|S1|JPY|0.50",
    )
    paid = PAID.replace("of: amount", "of: net")
    for said in (net, net.replace("money, formula", "money, currency: row, formula")):
        found = decide(said + paid, "2026-06-30", {"partners": PARTNERS, "sales": sold})
        assert [Decimal(each) for each in found.earned("measure", "amount")[0]] == [Decimal("42000.5"), 1050]
    assert told(said + paid, RATES) == [
        "RNG332 14`amount * share`: `net` has `currency: row`, and its formula gives an amount in USD"
    ]
    assert told(net + paid, RATES) == [f"RNG300 19`net`: {WHY} this is an amount in USD"]


def test_formulas_in_several_currencies_are_not_ordered() -> None:
    """60,000 JPY are not more than 500 USD: converted they are 402.00 USD, and come first."""
    net = OF_TWO + "      net: {type: money, formula: amount * share}\n"
    limited = "incentives:\n" + OTHER.replace("of: amount", "of: listed").replace(
        "    payee:", "    ORDER\n    limits: [{at_most: 0.50 USD, per: [partner]}]\n    payee:"
    )
    of_all = net + limited.replace("ORDER", "order: [net]")
    message = "the amounts of `net` are in several currencies, so they cannot be ordered"
    assert told(of_all) == [f"RNG213 20`net`: {message}"]
    of_one = net + limited.replace("    ORDER\n", "").replace("USD, per", "USD, order: [net], per")
    assert told(of_one) == [f"RNG213 20`net`: {message}"]
    sold = rows(
        f"{SALES} currency share listed",
        "S1|P1|sale|2026-03-10|120000|JPY|0.50|50.00",
        "S2|P1|sale|2026-03-09|1000|USD|0.50|30.00",
    )
    found = decide(of_all, "2026-06-30", {**WORLD, "sales": sold}, RATES)
    assert [(each, Decimal(got)) for each, got in found.earned("source_id", "amount")] == [("S1", Decimal("0.50"))]
