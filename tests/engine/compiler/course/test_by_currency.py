"""`pays_in: row` with periods, bands, amounts and limits: rows of each currency are added up separately.

Expected values are worked out by hand, each in its own currency: nothing is converted but what conditions read.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.chain import chain_programs
from rules import compile_program
from tests.longer import every
from tests.properties.agreement import sharded
from tests.properties.records import Rows
from tests.ridge.records import rows
from tests.rules.test_attacked import amended
from tests.tiny import HEAD, SALES, Records, decide, decide_plan, findings, plan, program, told

RATES = HEAD + "conversion: {rates: fx_rates, as_at: row}\n"
CORRECTED = RATES + "corrections: {late_records: 30 days, returns: 90 days}\n"
ROW = """\
records:
  sales:
    fields:
      amount: {type: money, currency: row}
      currency: {type: choice, values: [USD, JPY, KWD]}
      recorded_on: {type: date, optional: true}
"""
TIERS = """\
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
tiers: {ladder: [registered, gold], gold: {requires: [revenue >= 3_000 USD]}}
"""
ZERO = "{by: [currency], values: {USD: 0 USD, JPY: 0 JPY, KWD: 0 KWD}}"
CAP = "{by: [currency], values: {USD: 60 USD, JPY: 4_000 JPY, KWD: 5.125 KWD}}"
VOLUME = f"""\
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands:
      - {{from: {ZERO}, rate: {{by: [tier], values: {{registered: 1%, gold: 2%}}}}}}
      - {{from: floor, rate: 3%}}
    limits: [{{at_most: {CAP}, per: [partner, period]}}]
    payee: partner
    pays_in: row
"""
FLOOR = "parameters: {floor: {by: [currency], values: {USD: 1_000 USD, JPY: 150_000 JPY, KWD: 300 KWD}}}\n"
LAUNCH = """\
  launch:
    kind: spiff
    from: sales
    where: entry is sale
    of: amount
    amount: {by: [currency], values: {USD: 10 USD, JPY: 1_500 JPY, KWD: 3.250 KWD}}
    per: {by: [currency], values: {USD: 500 USD, JPY: 75_000 JPY, KWD: 150 KWD}}
    limits: [{at_most: {by: [currency], values: {USD: 35 USD, JPY: 4_000 JPY, KWD: 10 KWD}}, per: [partner]}]
    payee: partner
    pays_in: row
"""
TRIO = ROW + FLOOR + TIERS + "incentives:\n" + VOLUME + LAUNCH
PARTNERS = rows("partner_id", "P1", "P2", "P3")
QUOTED = rows("from_currency to_currency effective_from rate", "JPY|USD|2026-01-01|0.0067", "KWD|USD|2026-01-01|3.25")
SOLD = rows(
    f"{SALES} returns_id currency recorded_on",
    "S1|P1|sale|2026-01-10|1500.00|-|USD|2026-01-10",
    "S2|P1|sale|2026-02-20|200001|-|JPY|2026-02-20",
    "S3|P1|sale|2026-03-01|450.125|-|KWD|2026-03-01",
    "S4|P1|sale|2026-03-05|900.00|-|USD|2026-03-05",
    "R4|P1|return|2026-03-25|-400.00|S4|USD|2026-03-25",
    "S5|P2|sale|2026-03-31|99.99|-|USD|2026-03-31",
    "S6|P1|sale|2026-03-30|1000.00|-|USD|2026-04-20",  # known in time
    "S7|P1|sale|2026-03-30|70000|-|JPY|2026-05-20",  # known too late
    "S8|P1|sale|2026-04-10|225000|-|JPY|2026-04-10",
)
WORLD: Records = {"partners": PARTNERS, "sales": SOLD, "fx_rates": QUOTED}
OF_PERIOD = ("partner_id", "period", "currency", "measure", "earned", "rounded", "amount")


def of(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Numbers without zeros at their end."""
    return [tuple(f"{Decimal(e).normalize():f}" if e.replace(".", "").isdigit() else e for e in row) for row in found]


def test_a_rebate_in_three_currencies() -> None:
    """P1 is gold. 1,500 + 900 - 400 + 1,000 USD: 20 + 60, at most 60. 200,001 JPY: 3,000 + 1,500.03, at most 4,000.
    450.125 KWD: 6 + 4.50375, at most 5.125. P2 is registered: 1 % of 99.99 USD is 0.9999.
    """
    found = of(decide(TRIO, "2026-07-31", WORLD, CORRECTED).earned("incentive", *OF_PERIOD))
    assert [each[1:] for each in found if each[0] == "volume"] == [
        ("P1", "2026-Q1", "JPY", "200001", "4500.03", "4500", "4000"),
        ("P1", "2026-Q1", "KWD", "450.125", "10.50375", "10.504", "5.125"),
        ("P1", "2026-Q1", "USD", "3000", "80", "80", "60"),
        ("P1", "2026-Q2", "JPY", "225000", "5250", "5250", "4000"),
        ("P2", "2026-Q1", "USD", "99.99", "0.9999", "1", "1"),
    ]


def test_a_spiff_in_three_currencies() -> None:
    """10 USD for every full 500, at most 35 in all: 30, 5 of 10, 0 of 20. 1,500 JPY for every full 75,000, at most
    4,000: 3,000 of 200,001, then 1,000 of 4,500. 3.25 KWD for each of three times 150. S7 became known too late.
    """
    found = of(decide(TRIO, "2026-07-31", WORLD, CORRECTED).earned("incentive", "source_id", "currency", "amount"))
    assert [each[1:] for each in found if each[0] == "launch"] == [
        ("S1", "USD", "30"),
        ("S2", "JPY", "3000"),
        ("S3", "KWD", "9.75"),
        ("S4", "USD", "5"),
        ("S8", "JPY", "1000"),
    ]


def test_each_currency_has_room_of_its_own() -> None:
    """Allocations say which: of 60 USD, 4,000 JPY and 5.125 KWD for each quarter; S6 found no room left."""
    allocations = decide(TRIO, "2026-07-31", WORLD, CORRECTED).outputs["allocations"]
    asked = ("period", "source_id", "currency", "room", "taken", "left")
    found = of([tuple(str(each[name] or 0) for name in asked) for each in allocations if each["partner_id"] == "P1"])
    assert found == [
        ("0", "S1", "USD", "35", "30", "5"),
        ("0", "S2", "JPY", "4000", "3000", "1000"),
        ("0", "S3", "KWD", "10", "9.75", "0.25"),
        ("0", "S4", "USD", "5", "5", "0"),
        ("0", "S6", "USD", "0", "0", "0"),
        ("0", "S8", "JPY", "1000", "1000", "0"),
        ("2026-Q1", "0", "JPY", "4000", "4000", "0"),
        ("2026-Q1", "0", "KWD", "5.125", "5.125", "0"),
        ("2026-Q1", "0", "USD", "60", "60", "0"),
        ("2026-Q2", "0", "JPY", "4000", "4000", "0"),
    ]


def test_a_closed_period_stays() -> None:
    """A return of 10 July is more than 90 days after 31 March: the first quarter keeps 3,000 USD. In an open one it
    takes: without corrections 80 of 3,000 less 1,000 USD is 50.
    """
    back = rows(f"{SALES} returns_id currency recorded_on", "R6|P1|return|2026-07-10|-1000.00|S6|USD|2026-07-10")
    world: Records = {**WORLD, "sales": [*SOLD, *back]}
    limitless = TRIO.replace("USD: 60 USD", "USD: 900 USD")
    for head, expected in ((CORRECTED, "80"), (RATES, "50")):
        found = of(decide(limitless, "2026-07-31", world, head).earned("partner_id", "period", "currency", "amount"))
        assert ("P1", "2026-Q1", "USD", expected) in found


@pytest.mark.parametrize("shards", every(3, [3, 2, 1]))
def test_shards_pay_alike(tmp_path: Path, shards: int) -> None:
    """Whoever is decided together."""
    schema, compiled = program(TRIO, CORRECTED).records, plan(TRIO, "2026-07-31", CORRECTED)
    records: Rows = {
        table.name: [{each.name: row.get(each.name) for each in table.stored} for row in WORLD.get(table.name, ())]
        for table in schema.tables
    }
    records["reach"] = [{"partner_id": each, "source_id": each} for each in ("P1", "P2", "P3")]
    (found,) = sharded(compiled, schema, records, tmp_path, [shards])
    whole = decide(TRIO, "2026-07-31", WORLD, CORRECTED).outputs
    assert len(found["earnings"]) == 10
    assert [list(found[each]) for each in ("earnings", "allocations")] == [
        list(whole[each]) for each in ("earnings", "allocations")
    ]


def period(pay: str, where: str = "") -> str:
    """A quarterly rebate in the currency of the row that is paid so."""
    head = "incentives:\n  r:\n    kind: rebate\n    from: sales\n    period: quarter\n    sum: amount\n"
    return f"{ROW}{head}{where}{pay}    payee: partner\n    pays_in: row\n"


AMOUNT = "    amount: {by: [currency], values: {USD: 10 USD, JPY: 1_500 JPY, KWD: 3 KWD}}\n"
FEW = rows(
    f"{SALES} currency seller_id",
    "S1|P1|sale|2026-01-10|100.00|USD|-",
    "S2|P1|sale|2026-02-10|0|JPY|A",
    "S3|P2|sale|2026-02-11|5|KWD|-",
    "S4|P9|sale|2026-02-11|5|KWD|A",  # of a partner that is not there
)
FEW_WORLD: Records = {"partners": PARTNERS, "sales": FEW}


def paid(sections: str, world: Records = FEW_WORLD, as_of: str = "2026-06-30") -> list[tuple[str, ...]]:
    """Partner, currency and amount of what is earned."""
    return of(decide(sections, as_of, world).earned("partner_id", "currency", "amount"))


def test_an_amount_once_is_paid_in_the_currencies_of_the_rows() -> None:
    """For a period in each currency that a partner has a record in, be it of nothing; P3 has none, and P9 is nobody."""
    assert paid(period(AMOUNT)) == [("P1", "JPY", "1500"), ("P1", "USD", "10"), ("P2", "KWD", "3")]


def test_whether_a_currency_is_paid_can_be_undecided() -> None:
    """Whether S1 and S3 count is not known: then nothing in dollars or dinars is known either."""
    asked = period(AMOUNT, "    where: seller_id is 'A'\n")
    assert paid(asked) == [("P1", "JPY", "1500"), ("P1", "USD", "-"), ("P2", "KWD", "-")]
    assert paid(period("    rate: 10%\n", "    where: seller_id is 'A'\n")) == [("P1", "USD", "-"), ("P2", "KWD", "-")]
    some = [*FEW, *rows(f"{SALES} currency seller_id", "S5|P1|sale|2026-03-10|1.00|USD|A")]
    assert paid(asked, {**FEW_WORLD, "sales": some})[1] == ("P1", "USD", "10")  # one surely counts


def test_bands_of_pieces_pay_in_each_currency() -> None:
    """How many pieces is in no currency: 12 sold in dollars are paid as 5 and more, 2 sold in yen as fewer."""
    pay = """\
    method: whole
    bands:
      - {from: 0, amount: {by: [currency], values: {USD: 1 USD, JPY: 150 JPY, KWD: 1 KWD}}}
      - {from: 5, amount: {by: [currency], values: {USD: 9 USD, JPY: 900 JPY, KWD: 9 KWD}}}
"""
    sold = rows(f"{SALES} currency quantity", "S1|P1|sale|2026-01-10|1|USD|12", "S2|P1|sale|2026-01-10|1|JPY|2")
    found = paid(period(pay).replace("sum: amount", "sum: quantity"), {"partners": PARTNERS, "sales": sold})
    assert found == [("P1", "JPY", "150"), ("P1", "USD", "9")]


def test_a_rate_needs_an_amount() -> None:
    """Pieces are no share of money in any currency."""
    pieces = period("    rate: 1%\n").replace("sum: amount", "sum: quantity")
    (found,) = told(pieces)
    assert found == "RNG300 17`quantity`: `r` pays in the currency of the row, and this is a whole number"


def test_values_read_the_partner_and_the_period() -> None:
    """A dated parameter by currency on the period's last day; a tier; the day judged; a field that both have."""
    fields = ROW.replace(
        "records:\n", "records:\n  partners: {fields: {currency: {type: choice, values: [USD, JPY]}}}\n"
    )
    dated = (
        "parameters:\n  gift:\n"
        "    - {from: 2026-01-01, by: [sales.currency], values: {USD: 1 USD, JPY: 100 JPY, KWD: 1 KWD}}\n"
        "    - {from: 2026-04-01, by: [sales.currency], values: {USD: 2 USD, JPY: 200 JPY, KWD: 2 KWD}}\n"
    )
    text = period("    amount: gift\n    eligible: [partner_id is 'P1']\n").replace(ROW, fields + dated)
    later = rows(f"{SALES} currency", "S5|P1|sale|2026-05-10|7|KWD")
    found = paid(text, {**FEW_WORLD, "sales": [*FEW, *later]})
    assert found == [("P1", "JPY", "100"), ("P1", "USD", "1"), ("P1", "KWD", "2")]
    by_own = text.replace("amount: gift", "amount: {by: [partner.currency], values: {USD: 5 USD, JPY: 5 JPY}}")
    assert [each.code for each in findings(by_own.replace(dated, ""))] == ["RNG202"]
    assert told(text.replace("sales.currency", "currency"))[0].endswith("is a field of both the record and its partner")
    days = '    rate: {by: [sales.currency], values: {USD: "days_between(as_of, as_of) + 1%", JPY: 1%, KWD: 1%}}\n'
    assert paid(period(days)) == [("P1", "USD", "1"), ("P2", "KWD", "0.05")]


def test_a_limit_that_is_computed_is_cut_to_whole_units() -> None:
    """A third of 10 JPY is 3, of 10 USD 3.33: what exceeds a minor unit is no room."""
    third = "{by: [currency], values: {USD: 10 USD / 3, JPY: 10 JPY / 3, KWD: 10 KWD / 3}}"
    found = paid(period(f"    rate: 100%\n    limits: [{{at_most: {third}, per: [partner]}}]\n"))
    assert found == [("P1", "USD", "3.33"), ("P2", "KWD", "3.333")]


def test_one_limit_for_several_partners() -> None:
    """Shared by a customer, in the order of their days, by currency: P2 finds 2 of 5 USD left, and all of 5 KWD."""
    text = period("    rate: 10%\n").replace("    period: quarter\n    sum: amount\n", "    of: amount\n")
    cap = "{by: [currency], values: {USD: 5 USD, JPY: 5 JPY, KWD: 5 KWD}}"
    text = text.replace(
        "    payee", f"    order: [closed_on]\n    limits: [{{at_most: {cap}, per: [customer]}}]\n    payee"
    )
    sold = rows(
        f"{SALES} currency customer_id",
        "S1|P1|sale|2026-01-10|30.00|USD|C",
        "S2|P2|sale|2026-01-11|40.00|USD|C",
        "S3|P2|sale|2026-01-12|90|KWD|C",
    )
    found = paid(text, {"partners": PARTNERS, "customers": rows("customer_id", "C"), "sales": sold})
    assert found == [("P1", "USD", "3"), ("P2", "USD", "2"), ("P2", "KWD", "5")]


def test_the_rows_of_one_currency_alone() -> None:
    """Where a line of `where` leaves one, amounts are written in it; 2 % of 5 KWD is 0.1, at most 0.05."""
    for line in ("currency is KWD", "currency is 'KWD'", "currency in [KWD]"):
        pay = "    bands: [{from: 0 KWD, rate: 2%}]\n    limits: [{at_most: 0.050 KWD, per: [partner]}]\n"
        assert paid(period(pay, f"    where: {line}\n")) == [("P2", "KWD", "0.05")]


@pytest.mark.parametrize(
    "line", ["currency is not KWD", "amount > 1 USD", "{any: [currency is KWD]}", "currency in [KWD, JPY]"]
)
def test_other_lines_leave_more_than_one(line: str) -> None:
    """What they exclude is not followed: an amount in dinars alone is refused."""
    pay = "    rate: 1%\n    limits: [{at_most: 5 KWD, per: [partner]}]\n"
    assert [each.code for each in findings(period(pay, f"    where:\n      - {line}\n"), RATES)] == ["RNG202"]


def test_a_change_inside_a_period() -> None:
    """1 % until 14 February, 2 % from then on: 15 + 20 USD of two parts. Yen were sold in the first, dinars after it:
    each has the days of its part. Every part has the limit for itself.
    """
    base = period("    rate: 1%\n").replace("    payee", "    on_change: split\n    payee")
    sold = rows(
        f"{SALES} currency",
        "S1|P1|sale|2026-01-10|1500.00|USD",
        "S2|P1|sale|2026-03-20|1000.00|USD",
        "S3|P1|sale|2026-01-11|50000|JPY",
        "S4|P2|sale|2026-03-10|100|KWD",
    )
    found = amended(
        base, "2026-02-15", "incentives: {r: {rate: 2%}}", {"partners": PARTNERS, "sales": sold}, "2026-06-30"
    )
    columns = ("partner_id", "period", "period_from", "period_before", "currency", "amount")
    assert of(found.earned(*columns)) == [
        ("P1", "2026-Q1", "2026-01-01", "2026-02-15", "JPY", "500"),
        ("P1", "2026-Q1", "2026-01-01", "2026-04-01", "USD", "35"),
        ("P2", "2026-Q1", "2026-02-15", "2026-04-01", "KWD", "2"),
    ]


def test_of_people_under_another_name() -> None:
    """A table whose partner is called otherwise."""
    text = (
        period("    rate: 10%\n")
        .replace("from: sales", "from: orders")
        .replace(
            ROW,
            "records:\n  orders:\n    key: order_id\n    partner: buyer_id\n    date: day\n    fields:\n"
            "      order_id: {type: id}\n      buyer_id: {type: id, references: partners}\n      day: {type: date}\n"
            "      amount: {type: money, currency: row}\n      currency: {type: choice, values: [USD, JPY]}\n",
        )
    )
    sold = rows("order_id buyer_id day amount currency", "O1|P2|2026-01-10|700|JPY", "O2|P2|2026-01-11|90.00|USD")
    assert paid(text, {"partners": PARTNERS, "orders": sold}) == [("P2", "JPY", "70"), ("P2", "USD", "9")]


LIMIT = "    rate: 1%\n    limits: [{at_most: VALUE, per: [partner]}]\n"
WHY = "`r` pays in the currency of the row, here USD, JPY or KWD"


@pytest.mark.parametrize(
    ("value", "place", "message"),
    [
        ("5 USD", "5 USD", f"RNG202: this is an amount in USD, and {WHY}"),
        ("5 JPY", "5 JPY", f"RNG202: this is an amount in JPY, and {WHY}"),
        ("5", "5", "RNG201: expected an amount of money, found a number"),
        ("cap", "cap", f"RNG202: this is an amount in USD, and {WHY}"),
        ("revenue * 10%", "revenue * 10%", f"RNG202: this is an amount in USD, and {WHY}"),
        (
            "{by: [currency], values: {USD: 5 USD, JPY: 5 USD, KWD: 5 KWD}}",
            "5 USD",
            "RNG202: this is an amount in USD, and `r` pays in the currency of the row, here JPY",
        ),
        (
            "{by: [currency], values: {USD: 5 USD, JPY: 5 EUR, KWD: 5 KWD}}",
            "5 EUR",
            "RNG202: this is an amount in EUR, and `r` pays in the currency of the row, here JPY",
        ),
        ("{by: [currency], values: {USD: 5 USD, JPY: 5 JPY}}", "USD", "RNG212: there is no value for `KWD`"),
        (
            "{by: [currency], values: {USD: 5 USD, JPY: 5 JPY, KWD: 5 KWD, EUR: 5 EUR}}",
            "EUR",
            "RNG209: `EUR` is not a value of `currency`",
        ),
        (
            "{by: [currency], values: {USD: revenue - 5 USD, JPY: 5 JPY, KWD: 5 KWD}}",
            "5 USD",
            "RNG332: an amount in USD cannot be reduced by an amount in its row's currency",
        ),
        ("curency", "curency", "RNG200: unknown name `curency`"),
    ],
)
def test_amounts_that_are_not_in_the_currency_of_the_row(value: str, place: str, message: str) -> None:
    """One finding, at the value, with what to write."""
    text = period(LIMIT.replace("VALUE", value)).replace(
        "incentives:", f"{TIERS}parameters: {{cap: 5 USD}}\nincentives:"
    )
    (found,) = [each for each in findings(text, RATES) if each.severity.value == "error"]
    (said,) = [each for each in told(text, RATES) if each.startswith(found.code)]
    where = said.partition("`")[2].partition("`: ")[0]
    assert (f"{found.code}: {found.message}", where) == (message, place)


@pytest.mark.parametrize("value", ["5 USD", "5 JPY", "5", "cap"])
def test_the_cures_work(value: str) -> None:
    """A table as in the help, when each `..` in it is an amount; or one currency only. No `..` may be left, because
    nothing would be paid in a currency that was forgotten.
    """
    text = period(LIMIT.replace("VALUE", value)).replace("incentives:", "parameters: {cap: 5 USD}\nincentives:")
    (found,) = [each for each in findings(text) if each.severity.value == "error"]
    table = found.help.partition("`")[2].partition("`, or")[0]
    assert table.startswith("{by: [currency], values: {USD: ")
    copied = text.replace(f"at_most: {value}", f"at_most: {table}").replace("parameters: {cap: 5 USD}\n", "")
    assert ".. KWD" in table and told(copied.replace(".. ", "7 ")) == []
    for forgotten in re.findall(r"\.\. ([A-Z]{3})", table):
        assert told(re.sub(rf"\.\. (?!{forgotten})", "7 ", copied))
    line = found.help.rpartition("with `where: ")[2].rstrip("`")
    code = line.removeprefix("currency is ")
    one = text.replace("    rate", f"    where: {line}\n    rate").replace(f"at_most: {value}", f"at_most: 5 {code}")
    assert told(one.replace("parameters: {cap: 5 USD}\n", "")) == []


def test_of_many_currencies_some_are_named() -> None:
    """Six of eight, and how many more there are."""
    codes = "USD, JPY, KWD, EUR, GBP, CHF, CAD, AUD"
    text = period(LIMIT.replace("VALUE", "5 USD")).replace("[USD, JPY, KWD]", f"[{codes}]")
    (found,) = findings(text)
    assert found.message.endswith("here USD, JPY, KWD, EUR, GBP, CHF or 2 others")
    assert "CHF: .. CHF, ..}}`, or pay in USD only, with `where: currency is USD`" in found.help


def test_bands_ascend_in_each_currency() -> None:
    """100 JPY are not above 100 JPY, whatever is so of dollars; below another dimension it is known as well."""
    edge = "{by: [currency], values: {USD: 0 USD, JPY: 100 JPY, KWD: 0 KWD}}"
    above = "{by: [currency], values: {USD: 1 USD, JPY: 100 JPY, KWD: 1 KWD}}"
    each = "{sale: 9 X, return: 9 X, adjustment: 9 X}"
    listed = ", ".join(f"{code}: {each.replace('X', code)}" for code in ("USD", "JPY", "KWD"))
    two = f"{{by: [currency, entry], values: {{{listed}}}}}"
    bands = f"    bands: [{{from: {edge}, rate: 1%}}, {{from: ABOVE, rate: 2%}}]\n"
    (found,) = findings(period(bands.replace("ABOVE", above)))
    assert (found.code, found.message) == ("RNG306", "this band does not start above the one before for JPY")
    by_record = period(bands.replace("ABOVE", two)).replace(
        "    period: quarter\n    sum: amount\n", "    of: amount\n"
    )
    assert told(by_record) == []  # checked when it is evaluated


def test_thresholds_of_a_metric_are_in_the_programs_currency() -> None:
    """Also below a currency: what is compared is in dollars, and only what is paid is in yen."""
    rate = (
        "    rate: {by: [currency], values: {USD: 1%, JPY: {by: revenue, bands: [{from: 0 USD, value: 1%},"
        " {from: 500 USD, value: 10%}]}, KWD: 1%}}\n"
    )
    text = period(rate).replace("incentives:", f"{TIERS}incentives:")
    sold = rows(f"{SALES} currency", "S1|P1|sale|2026-01-10|1000|JPY", "S2|P1|sale|2026-01-10|600.00|USD")
    found = decide(text, "2026-06-30", {"partners": PARTNERS, "sales": sold, "fx_rates": QUOTED}, RATES)
    assert of(found.earned("currency", "amount")) == [("JPY", "100"), ("USD", "6")]


def test_versions_of_a_parameter_are_of_one_unit() -> None:
    """An amount for each currency, then one for all: that is reported where it changes."""
    dated = (
        "parameters:\n  cap:\n"
        "    - {from: 2026-01-01, by: [currency], values: {USD: 5 USD, JPY: 5 JPY, KWD: 5 KWD}}\n"
        "    - {from: 2026-07-01, value: 5 USD}\n"
    )
    (found,) = told(period(LIMIT.replace("VALUE", "cap")).replace("incentives:", f"{dated}incentives:"))
    assert found == "RNG202 15`5 USD`: this is an amount in USD, the version before is an amount in its row's currency"


@pytest.mark.parametrize(
    "per",
    [
        "{by: [entry], values: {sale: 5, return: 5}}",
        "{by: amount, bands: [{from: 0 USD, value: 5}]}",
        "{by: [currency], values: {USD: 5 USD, JPY: amount, KWD: 5 KWD}}",
    ],
)
def test_per_is_a_number_an_amount_or_one_for_each_currency(per: str) -> None:
    """Nothing else is a size."""
    text = LAUNCH.replace("{by: [currency], values: {USD: 500 USD, JPY: 75_000 JPY, KWD: 150 KWD}}", per)
    (found,) = [each for each in findings(f"{ROW}incentives:\n{text}") if each.code == "RNG300"]
    assert found.message == "`per` is a number or an amount"


def test_per_in_one_currency_is_refused() -> None:
    """500 USD are no size of yen; and nobody is paid for every 0 JPY."""
    listed = "{by: [currency], values: {USD: 500 USD, JPY: 75_000 JPY, KWD: 150 KWD}}"
    head = f"{ROW}incentives:\n"
    (found,) = told(head + LAUNCH.replace(listed, "500 USD"))
    assert found.endswith(
        "this is an amount in USD, and `launch` pays in the currency of the row, here USD, JPY or KWD"
    )
    (zero,) = told(head + LAUNCH.replace("JPY: 75_000 JPY", "JPY: 0 JPY"))
    assert zero.endswith("an amount for every 0 units is not possible")
    (short,) = told(head + LAUNCH.replace(", KWD: 150 KWD", ""))
    assert short.endswith("there is no value for `KWD`")


def test_versions_that_know_other_currencies() -> None:
    """In 2026 rows are in dollars and one limit was enough: 1 % of 4,000 USD is 40, at most 30. 2027 adds yen, with a
    limit of its own: 1 % of 9,000 JPY is 90, at most 50. Of yen in 2026 no limit is known: that is undecided.
    """
    head = HEAD.replace('"1"', '"2027"').replace("2026-01-01, before: 2027", "2027-01-01, before: 2028")
    old = ROW.replace("USD, JPY, KWD", "USD") + period(LIMIT.replace("VALUE", "30 USD")).removeprefix(ROW)
    listed = "{by: [currency], values: {USD: 30 USD, JPY: 50 JPY}}"
    new = ROW.replace("USD, JPY, KWD", "USD, JPY") + period(LIMIT.replace("VALUE", listed)).removeprefix(ROW)
    chained, found = chain_programs([program(old), program(new, head)])
    assert chained is not None and not found
    compiled, wrong = compile_program(chained, date(2027, 6, 30))
    assert compiled is not None and not wrong
    sold = rows(
        f"{SALES} currency",
        "S1|P1|sale|2026-12-10|4000.00|USD",
        "S2|P1|sale|2026-12-11|9000|JPY",
        "S3|P1|sale|2027-01-10|9000|JPY",
    )
    decided = decide_plan(compiled, {"partners": PARTNERS, "sales": sold})
    assert of(decided.earned("period", "currency", "earned", "amount")) == [
        ("2026-Q4", "JPY", "90", "-"),
        ("2026-Q4", "USD", "40", "30"),
        ("2027-Q1", "JPY", "90", "50"),
    ]
