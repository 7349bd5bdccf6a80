"""SPIFFs: amounts per unit, rates, running limits in a declared order, undecided rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from engine.plan.needs import Needs, Place, Sharing
from engine.plan.scalar import Value
from tests.properties.agreement import sharded
from tests.properties.records import Rows
from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners, plan, program, told

SOLD = "sale_id partner_id seller_id entry closed_on recorded_on quantity amount"


def spiff(keys: str) -> str:
    """A program with one SPIFF."""
    return f"incentives:\n  s: {{kind: spiff, payee: seller, {keys}}}\n"


def paid(
    text: str, *lines: str, day: str = "2026-12-31", columns: Sequence[str] = ("source_id", "amount")
) -> list[tuple[str, ...]]:
    """Earnings of two partners, sorted by the first column."""
    return sorted(decide(text, day, {"partners": partners("P1", "P2"), "sales": rows(SOLD, *lines)}).earned(*columns))


@pytest.mark.parametrize(
    ("per", "quantity", "amount"),
    [
        ("per: 1", "3", "15.00"),
        ("per: 0.5", "3", "30.00"),  # six halves
        ("per: 100", "99", None),
        ("per: 100", "100", "5.00"),
        ("per: 100", "250", "10.00"),  # two full hundreds
        ("per: 100", "-150", "-5.00"),  # as much back as the same number earned
        ("per: 1", "0", None),
    ],
)
def test_amount_per_full_units(per: str, quantity: str, amount: str | None) -> None:
    """Only full units earn; a negative number is the mirror."""
    text = spiff(f"amount: 5 USD, {per}, of: quantity, limits: [{{at_most: 1_000 USD, per: seller}}]")
    expected = [("S1", amount)] if amount else []
    assert paid(text, f"S1|P1|E1|sale|2026-01-01|-|{quantity}|1.00") == expected


def test_rate_of_an_amount_and_of_a_decimal() -> None:
    """A rate pays a part of an amount; an amount for every full unit of a number with decimals."""
    assert paid(spiff("rate: 2.5%, of: amount"), "S1|P1|E1|sale|2026-01-01|-|1|0.20") == [("S1", "0.01")]  # 0.005
    text = spiff("amount: 1 USD, of: amount_in_kind, limits: [{at_most: 9 USD, per: seller}]")
    text += "records: {sales: {fields: {amount_in_kind: {type: decimal, optional: true}}}}\n"
    records = {
        "partners": partners(),
        "sales": rows(SOLD + " amount_in_kind", "S1|P1|E1|sale|2026-01-01|-|1|1.00|2.9"),
    }
    assert decide(text, "2026-12-31", records).amounts() == ["2.00"]


RUNNING = (
    "S1|P1|E1|sale|2026-03-03|2026-03-03|1|60.00",
    "S2|P2|E1|sale|2026-03-02|2026-03-09|1|50.00",
    "S3|P1|E1|sale|2026-03-01|-|1|20.00",
    "S4|P1|E2|sale|2026-03-01|2026-03-01|1|30.00",
)


@pytest.mark.parametrize(
    ("limit", "amounts"),
    [
        # by day: S3 20, S2 50, S1 the last 30; E2 has his own hundred
        ("per: seller", [("S1", "30.00"), ("S2", "50.00"), ("S3", "20.00"), ("S4", "30.00")]),
        # by the day we knew, the unknown last: S1 60, S2 40, nothing left for S3
        ("per: [seller], order: [recorded_on]", [("S1", "60.00"), ("S2", "40.00"), ("S4", "30.00")]),
        # within a partner: P1 by day S3 20, S4 30, S1 50; P2 all
        ("per: partner", [("S1", "50.00"), ("S2", "50.00"), ("S3", "20.00"), ("S4", "30.00")]),
        ("per: [seller, partner]", [("S1", "60.00"), ("S2", "50.00"), ("S3", "20.00"), ("S4", "30.00")]),
        ("per: sale_id", [("S1", "60.00"), ("S2", "50.00"), ("S3", "20.00"), ("S4", "30.00")]),
    ],
)
def test_running_limit(limit: str, amounts: list[tuple[str, ...]]) -> None:
    """A seller's hundred runs over both partners, in the declared order."""
    limit = limit if "sale_id" not in limit else limit + ", order: [closed_on]"
    assert paid(spiff(f"rate: 100%, of: amount, limits: [{{at_most: 100 USD, {limit}}}]"), *RUNNING) == amounts


def test_limit_of_each_row_and_of_the_seller() -> None:
    """Limits apply in the order of the list."""
    limits = "limits: [{at_most: 25 USD, per: sale_id, order: closed_on}, {at_most: 60 USD, per: seller}]"
    text = spiff(f"rate: 100%, of: amount, {limits}")
    assert paid(text, *RUNNING) == [("S1", "15.00"), ("S2", "25.00"), ("S3", "20.00"), ("S4", "25.00")]


@pytest.mark.parametrize(
    "keys",
    [
        "limits: [{at_most: 10 USD, per: [seller, month]}]",
        "period: month, limits: [{at_most: 10 USD, per: [seller, period]}]",  # as it was said before
    ],
)
def test_limit_per_month(keys: str) -> None:
    """The limit starts anew in each month, by the day of the sale."""
    lines = (
        "S1|P1|E1|sale|2026-01-30|-|1|8.00",
        "S2|P1|E1|sale|2026-01-31|-|1|8.00",
        "S3|P1|E1|sale|2026-02-01|-|1|8.00",
    )
    columns = ("source_id", "period", "amount")
    assert paid(spiff(f"rate: 100%, of: amount, {keys}"), *lines, day="2026-02-10", columns=columns) == [
        ("S1", "-", "8.00"),
        ("S2", "-", "2.00"),
        ("S3", "-", "8.00"),
    ]


def test_limit_per_fiscal_year() -> None:
    """The fiscal year changes in February: January's sale has the room of the year before."""
    head = HEAD + "calendar: {fiscal_year_starts: february, year_named: start}\n"
    text = spiff("rate: 100%, of: amount, limits: [{at_most: 10 USD, per: [seller, fiscal year]}]")
    lines = (
        "S1|P1|E1|sale|2026-01-31|-|1|8.00",
        "S2|P1|E1|sale|2026-02-01|-|1|8.00",
        "S3|P1|E1|sale|2026-12-01|-|1|8.00",
    )
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": rows(SOLD, *lines)}, head)
    assert found.amounts() == ["8.00", "8.00", "2.00"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (
            "limits: [{at_most: 100 USD, per: [seller], order: [recorded_on]}]",
            "order: [recorded_on], limits: [{at_most: 100 USD, per: [seller]}]",
        ),
        ("limits: [{at_most: 100 USD, per: seller}]", "limits: [{at_most: 100 USD, per: [seller]}]"),
    ],
)
def test_old_and_new_forms_pay_the_same(before: str, now: str) -> None:
    """An order inside the only limit is the order of the incentive."""
    old, new = (spiff(f"rate: 100%, of: amount, {keys}") for keys in (before, now))
    assert paid(old, *RUNNING) == paid(new, *RUNNING)


def test_without_per_an_amount_is_for_every_one() -> None:
    """`of` with an amount means for every one of it, as it was said before `per` had to be."""
    line = "S1|P1|E1|sale|2026-01-01|-|3|1.00"
    for per in ("", "per: 1, "):
        assert paid(spiff(f"amount: 5 USD, {per}of: quantity, {CAP}"), line) == [("S1", "10.00")]


def test_rounding_before_limits() -> None:
    """1.5 % of 17.00 USD is 0.255, so 0.26 each: 384 of 400 sales take 99.84, one the 0.16 left, the others nothing."""
    text = spiff("rate: 1.5%, of: amount, limits: [{at_most: 100 USD, per: [seller]}]")
    lines = [f"S{place:03}|P1|E1|sale|2026-01-01|-|1|17.00" for place in range(400)]
    amounts = [amount for _, amount in paid(text, *lines)]
    assert amounts == ["0.26"] * 384 + ["0.16"]
    assert sum(map(Decimal, amounts)) == 100


def test_tie_in_the_order_is_broken_by_the_key() -> None:
    """Two sales of one day: the lower id comes first."""
    text = spiff("rate: 100%, of: amount, limits: [{at_most: 10 USD, per: seller}]")
    assert paid(text, "S2|P1|E1|sale|2026-01-01|-|1|8.00", "S1|P1|E1|sale|2026-01-01|-|1|8.00") == [
        ("S1", "8.00"),
        ("S2", "2.00"),
    ]


def test_negative_gives_room_back() -> None:
    """A return that names no sale earns its negative, and the room it took is free again."""
    text = spiff("rate: 100%, of: amount, limits: [{at_most: 10 USD, per: seller}]")
    lines = (
        "S1|P1|E1|sale|2026-01-01|-|1|10.00",
        "S2|P1|E1|return|2026-01-02|-|1|-4.00",
        "S3|P1|E1|sale|2026-01-03|-|1|10.00",
    )
    assert paid(text, *lines) == [("S1", "10.00"), ("S2", "-4.00"), ("S3", "4.00")]


def test_a_sale_without_a_seller_is_undecided() -> None:
    """Listed without an amount; it takes no room. Paid to the partner it needs no seller."""
    keys = "rate: 100%, of: amount, limits: [{at_most: 10 USD, per: partner}]"
    lines = ("S1|P1|-|sale|2026-01-01|-|1|10.00", "S2|P1|E1|sale|2026-01-02|-|1|10.00")
    columns = ("source_id", "partner_id", "earner_id", "amount")
    assert paid(spiff(keys), *lines, columns=columns) == [("S1", "P1", "-", "-"), ("S2", "P1", "E1", "10.00")]
    to_partner = spiff(keys).replace("payee: seller", "payee: partner")
    assert paid(to_partner, *lines, columns=columns) == [("S1", "P1", "P1", "10.00")]


def test_a_row_that_cannot_be_decided() -> None:
    """A condition or a measure that is missing: undecided; refuted: not there at all."""
    text = spiff("where: quantity >= 2, amount: 1 USD, of: quantity, limits: [{at_most: 10 USD, per: seller}]")
    lines = (
        "S1|P1|E1|sale|2026-01-01|-|-|1.00",
        "S2|P1|E1|sale|2026-01-01|-|1|1.00",
        "S3|P1|E1|sale|2026-01-01|-|2|1.00",
    )
    assert paid(text, *lines) == [("S1", "-"), ("S3", "2.00")]


TIERS = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
tiers: {ladder: [registered, silver], silver: {requires: [revenue >= 100 USD]}}
"""


def test_eligible_on_the_rows_own_day() -> None:
    """A partner is judged with the sales up to and including each sale's day."""
    text = TIERS + spiff("eligible: [tier >= silver], rate: 10%, of: amount")
    lines = (
        "S1|P1|E1|sale|2026-01-01|-|1|60.00",
        "S2|P1|E1|sale|2026-01-02|-|1|40.00",
        "S3|P1|E1|sale|2026-01-03|-|1|10.00",
    )
    assert paid(text, *lines) == [("S2", "4.00"), ("S3", "1.00")]
    assert paid(text, *lines, day="2026-01-02") == [("S2", "4.00")]


def test_eligibility_undecided_and_refuted() -> None:
    """Undecided eligibility is an undecided earning; the row's `where` is judged apart."""
    text = spiff("eligible: [region is 'x'], where: entry is sale, rate: 10%, of: amount")
    records: dict[str, list[dict[str, Value]]] = {
        "partners": rows("partner_id region", "P1|-", "P2|x", "P3|y"),
        "sales": rows(SOLD, *(f"S{n}|P{n}|E{n}|sale|2026-01-01|-|1|10.00" for n in (1, 2, 3))),
    }
    assert decide(text, "2026-12-31", records).earned("source_id", "amount") == [("S1", "-"), ("S2", "1.00")]


def test_during() -> None:
    """Half-open, and nothing after the day of the run; before it begins nothing is there."""
    text = spiff(
        "during: {from: 2026-03-01, before: 2026-06-01}, eligible: [region is missing], rate: 100%, of: amount"
    )
    lines = tuple(
        f"S{place}|P1|E1|sale|{day}|-|1|1.00"
        for place, day in enumerate(("2026-02-28", "2026-03-01", "2026-05-31", "2026-06-01"))
    )
    assert paid(text, *lines) == [("S1", "1.00"), ("S2", "1.00")]
    assert paid(text, *lines, day="2026-05-30") == [("S1", "1.00")]
    assert paid(text, *lines, day="2026-02-28") == []


def test_own_table_with_another_partner_field() -> None:
    """Any dated records of a partner may earn; the partner's field may have another name."""
    text = """
records:
  visits:
    partner: visited
    date: on_day
    fields: {visit_id: id, visited: id, on_day: date, hours: integer}
metrics: {made: {from: visits, count: records, window: lifetime}}
""" + spiff(
        "from: visits, eligible: [made >= 2], amount: 3 USD, of: hours, limits: [{at_most: 10 USD, per: partner}]"
    ).replace("payee: seller", "payee: partner")
    records = {
        "partners": partners(),
        "visits": rows(
            "visit_id visited on_day hours", "V1|P1|2026-01-01|1", "V2|P1|2026-01-02|2", "V3|P1|2026-01-03|2"
        ),
    }
    found = decide(text, "2026-12-31", records).earned("partner_id", "earner_id", "source_id", "amount")
    assert found == [("P1", "P1", "V2", "6.00"), ("P1", "P1", "V3", "4.00")]


def test_parameter_on_the_rows_day() -> None:
    """The amount per unit is the one in force when the sale closed."""
    text = "parameters: {each: [{from: 2026-01-01, value: 1 USD}, {from: 2026-02-01, value: 2 USD}]}\n"
    text += spiff("amount: each, of: quantity, limits: [{at_most: 10 USD, per: seller}]")
    lines = ("S1|P1|E1|sale|2026-01-31|-|1|1.00", "S2|P1|E1|sale|2026-02-01|-|1|1.00")
    assert paid(text, *lines) == [("S1", "1.00"), ("S2", "2.00")]


CAP = "limits: [{at_most: 10 USD, per: seller}]"
ONE_OF = "an incentive pays exactly one of `rate`, `amount` and `bands`"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("of: quantity", [f"RNG300 7`s`: `s` pays nothing, but {ONE_OF}"]),
        (
            f"amount: 1 USD, rate: 1%, of: quantity, {CAP}",
            [f"RNG300 7`rate`: `s` pays `amount` and `rate`, but {ONE_OF}"],
        ),
        ("rate: 1%, per: 2, of: amount", ["RNG300 7`2`: `per` goes with `amount`"]),
        (f"amount: 1 USD, per: 0, of: quantity, {CAP}", ["RNG300 7`0`: an amount for every 0 units is not possible"]),
        ("amount: 1 USD, of: quantity", ["RNG308 7`s`: `s` pays for each unit without a limit"]),
        (f"amount: 1 USD, of: amount, {CAP}", ["RNG201 7`amount`: expected a number, found an amount in USD"]),
        ("rate: 1%, of: quantity", ["RNG201 7`quantity`: expected an amount of money, found a whole number"]),
        (f"amount: 5, of: quantity, {CAP}", ["RNG201 7`5`: expected an amount of money, found a number"]),
        ("rate: 1 USD, of: amount", ["RNG201 7`1 USD`: expected a number, found an amount in USD"]),
        (f"amount: 5 USD / 3, of: quantity, {CAP}", []),  # rounded right after
        ("rate: 1%, of: amount / 3", []),
        ("rate: colour, of: amount", ["RNG200 7`colour`: unknown name `colour`"]),
        ("rate: 1%, of: colour", ["RNG200 7`colour`: unknown name `colour`"]),
        ("rate: 1%, of: amount, where: colour is 'x'", ["RNG200 7`colour`: unknown name `colour`"]),
        ("rate: 1%, of: amount, eligible: [colour is 'x']", ["RNG200 7`colour`: unknown name `colour`"]),
        ("from: deals, rate: 1%, of: value", ["RNG300 7`s`: `deals` has no `seller_id` to pay"]),
    ],
)
def test_findings(keys: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(spiff(keys)) == expected


def test_a_table_with_two_keys_cannot_earn() -> None:
    """An earning is told apart by one key."""
    text = """
records:
  parts:
    {key: [partner_id, day], partner: partner_id, date: day, fields: {partner_id: id, day: date, worth: money}}
incentives: {s: {kind: spiff, payee: partner, from: parts, rate: 1%, of: worth}}
"""
    assert told(text) == ["RNG300 10`s`: `parts` needs a single key field to identify an earning"]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_seller_of_two_partners(count: int, tmp_path: Path) -> None:
    """One limit for the seller, however the partners are divided: 8 with P1, and the 2 that are left with P2."""
    text = spiff(f"rate: 100%, of: amount, {CAP}")
    lines = ("S1|P1|E1|sale|2026-01-01|-|1|8.00", "S2|P2|E1|sale|2026-01-02|-|1|8.00")
    schema, compiled = program(text).records, plan(text, "2026-12-31")
    given = {"partners": partners("P1", "P2"), "sales": rows(SOLD, *lines)}
    records: Rows = {
        table.name: [{each.name: row.get(each.name) for each in table.stored} for row in given.get(table.name, ())]
        for table in schema.tables
    }
    records["reach"] = [{"partner_id": each, "source_id": each} for each in ("P1", "P2")]
    (found,) = sharded(compiled, schema, records, tmp_path, [count])
    assert [(row["partner_id"], str(row["amount"])) for row in found["earnings"]] == [("P1", "8.00"), ("P2", "2.00")]


def test_sellers_are_shared() -> None:
    """Limits shared by sellers are told to whoever cuts the records into worlds."""
    found = decide(spiff(f"rate: 1%, of: amount, {CAP}"), "2026-12-31", {"partners": partners()})
    by_seller = Place("sales", "seller_id")
    assert found.plan.needs == Needs((Sharing(by_seller, by_seller),), 1)
