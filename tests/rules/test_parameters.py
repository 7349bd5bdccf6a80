"""Parameters: dated, by names and by bands, read on the day of the decision."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ridge.records import rows
from tests.tiny import decide, findings, partners, sales, told

pytestmark = pytest.mark.search

LADDER = """
tiers:
  ladder: [registered, silver, gold]
  requires: [revenue >= needed]
"""
REVENUE = """
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
"""
DATED = """
parameters:
  needed:
    - {from: 2026-01-01, by: [tier], values: {silver: 100 USD, gold: 200 USD}}
    - {from: 2026-07-01, by: [tier], values: {silver: 150 USD, gold: 300 USD}, reason: list price}
"""
P1 = {"partners": partners("P1"), "sales": sales("S1|P1|sale|2026-02-01|149.99")}


@pytest.mark.parametrize(("day", "tier"), [("2026-06-30", "silver"), ("2026-07-01", "registered")])
def test_dated_value_changes_on_its_day(day: str, tier: str) -> None:
    """149.99 reaches the 100 of June, and not the 150 in force from 1 July on."""
    assert decide(DATED + REVENUE + LADDER, day, P1).tier() == tier


def test_value_by_two_names() -> None:
    """One mapping level for each name under `by`; the tier tested and the partner's own size."""
    text = """
records: {partners: {fields: {size: {type: choice, values: [small, large], optional: true}}}}
parameters:
  needed: {by: [tier, size], values: {silver: {small: 10 USD, large: 100 USD}, gold: {small: 20 USD, large: 200 USD}}}
"""
    records = {
        "partners": rows("partner_id size", "P1|small", "P2|large", "P3|-"),
        "sales": sales("S1|P1|sale|2026-02-01|20.00", "S2|P2|sale|2026-02-01|199.99", "S3|P3|sale|2026-02-01|500.00"),
    }
    found = decide(text + REVENUE + LADDER, "2026-06-30", records)
    assert [found.tier(each) for each in ("P1", "P2", "P3")] == ["gold", "silver", "registered"]
    assert found.status("P3") == ("registered", "gold", None, "registered", True)


def test_value_by_segment() -> None:
    """A segment is true or false; whether it cannot be decided, the value cannot either."""
    text = """
parameters:
  needed: {by: near, values: {'true': 10 USD, 'false': 100 USD}}
segments: {near: {when: [region is 'emea']}}
"""
    records = {
        "partners": rows("partner_id region", "P1|emea", "P2|na", "P3|-"),
        "sales": sales(*(f"S{n}|P{n}|sale|2026-02-01|50.00" for n in (1, 2, 3))),
    }
    found = decide(text + REVENUE + LADDER, "2026-06-30", records)
    assert [found.met("tier.silver.1", each) for each in ("P1", "P2", "P3")] == [True, False, None]


@pytest.mark.parametrize(("count", "needed"), [(0, "10"), (1, "10"), (2, "20"), (3, "20"), (4, "30")])
def test_value_by_bands(count: int, needed: str) -> None:
    """Bands are half-open: from 2 on the second value holds."""
    text = """
parameters:
  needed: {by: deals_won, bands: [{from: 0, value: 10 USD}, {from: 2, value: 20 USD}, {from: 4, value: 30 USD}]}
metrics:
  deals_won: {from: deals, count: records, window: lifetime}
  due: {formula: needed}
tiers: {ladder: [registered, silver], requires: [due >= 0 USD]}
"""
    deals = rows("deal_id partner_id submitted_on", *(f"D{each}|P1|2026-02-01" for each in range(count)))
    found = decide(text, "2026-06-30", {"partners": partners(), "deals": deals})
    assert found.metric("due") == Decimal(needed)


def test_read_in_a_row_on_the_rows_day() -> None:
    """Sales before 1 July count from 100 on, later ones from 200; older than the program: the first value."""
    text = """
parameters:
  large: [{from: 2026-01-01, value: 100 USD}, {from: 2026-07-01, value: 200 USD}]
metrics:
  large_sales: {from: sales, count: records, where: amount >= large, window: lifetime}
tiers: {ladder: [registered, silver], requires: [large_sales >= 1]}
"""
    records = {
        "partners": partners(),
        "sales": sales(
            "S0|P1|sale|2025-12-31|100.00",
            "S1|P1|sale|2026-06-30|100.00",
            "S2|P1|sale|2026-07-01|199.99",
            "S3|P1|sale|2026-07-01|200.00",
        ),
    }
    assert decide(text, "2026-12-31", records).metric("large_sales") == 3


def test_read_on_a_periods_last_day() -> None:
    """The threshold of eligibility is the one in force when the quarter ends."""
    text = """
parameters:
  wanted: [{from: 2026-01-01, value: 100 USD}, {from: 2026-06-30, value: 200 USD}, {from: 2026-07-01, value: 1 USD}]
metrics: {revenue: {from: sales, sum: amount, window: this quarter}}
incentives:
  rebate:
    kind: rebate
    eligible: [revenue >= wanted]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
"""
    records = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2026-03-31|100.00", "S2|P1|sale|2026-04-01|199.00", "S3|P1|sale|2026-09-30|1.00"),
    }
    found = decide(text, "2026-09-30", records)
    assert found.earned("period", "amount") == [("2026-Q1", "1.00"), ("2026-Q3", "0.01")]


def test_a_parameter_may_name_another() -> None:
    """And both are read on the same day."""
    text = """
parameters:
  base: [{from: 2026-01-01, value: 10 USD}, {from: 2026-07-01, value: 20 USD}]
  needed: base * 2
"""
    assert decide(text + REVENUE + LADDER, "2026-06-30", P1).gap("tier.gold.1") == (Decimal("149.99"), Decimal("0"))
    assert decide(text + REVENUE + LADDER, "2026-12-31", P1).gap("tier.gold.1") == (Decimal("149.99"), Decimal("0"))


def test_one_value_is_that_of_every_day() -> None:
    """A single dated version is a fixed number, which a band may hold."""
    text = """
parameters: {start: [{from: 2025-01-01, value: 100 USD}]}
incentives:
  rebate:
    kind: rebate
    period: year
    sum: amount
    bands: [{from: 0 USD, rate: 0%}, {from: start, rate: 10%}]
    payee: partner
"""
    assert decide(text, "2026-12-31", P1).amounts() == ["5.00"]  # 10 % of 49.99, half up


USED = "tiers: {ladder: [registered, silver], requires: [1 >= %s]}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "parameters: {a: b + c, b: 1, c: a}\n" + USED % "a",
            "RNG208 6`a`: `a` depends on itself: a -> c -> a",
        ),
        (
            "parameters: {a: a}\n" + USED % "a",
            "RNG208 6`a`: `a` depends on itself: a -> a",
        ),
        (
            "parameters: {a: {by: [a], bands: [{from: 0, value: 1}]}}\n" + USED % "a",
            "RNG208 6`a`: `a` depends on itself: a -> a",
        ),
        ("parameters: {a: 1}", "RNG211 6`a`: the parameter `a` is not used"),
        ("parameters: {a: {reason: x}}\n" + USED % "a", "RNG300 6`reason`: there is no value here"),
        (
            "parameters: {a: {value: 1, by: [tier]}}\n" + USED % "a",
            "RNG300 6`by`: `value`, `by`: these keys cannot be combined to one value",
        ),
        (
            "parameters: {a: {by: [tier, as_of], bands: [{from: 0, value: 1}]}}\n" + USED % "a",
            "RNG300 6`by`: `bands` need exactly one number",
        ),
        (
            "parameters: {a: [{from: 2026-01-01, value: 1}, {from: 2026-01-01, value: 2}]}\n" + USED % "a",
            "RNG402 6`from`: `a` has a value from 2026-01-01 after one from 2026-01-01",
        ),
        (
            "parameters: {a: [{from: 2026-01-02, value: 1}]}\n" + USED % "a",
            "RNG403 6`from`: `a` has no value from 2026-01-01 to 2026-01-02",
        ),
        (
            "parameters: {a: [{from: 2026-01-01, value: 1}, {from: 2026-02-01, value: 2 USD}]}\n" + USED % "a",
            "RNG201 6`2 USD`: this is an amount in USD, the version before is a number",
        ),
        ("parameters: {a: 1 +}\n" + USED % "a", "RNG500 6`+`: expected a value or a name after `+`, found the end"),
    ],
)
def test_findings(text: str, expected: str) -> None:
    """Each slip is told once, at its place."""
    assert told(text) == [expected]


def test_circle_names_its_cure() -> None:
    """A parameter ends in a number."""
    (found,) = findings("parameters: {a: a}\n" + USED % "a")
    assert found.help == "give one of them a number"


def test_dated_value_needs_a_day() -> None:
    """A record without a day cannot read what changes by day; one value it can."""
    text = """
records: {visits: {partner: partner_id, fields: {visit_id: id, partner_id: id, length: integer}}}
parameters: {long: %s}
metrics: {visits_made: {from: visits, count: records, where: length >= long}}
tiers: {ladder: [registered, silver], requires: [visits_made >= 1]}
"""
    assert told(text % "[{from: 2026-01-01, value: 1}, {from: 2026-02-01, value: 2}]") == [
        "RNG213 9`long`: `long` changes by date, but records of `visits` have no date"
    ]
    records = {"partners": partners(), "visits": rows("visit_id partner_id length", "V1|P1|5", "V2|P1|4")}
    assert decide(text % "5", "2026-02-01", records).metric("visits_made") == 1


def test_a_long_chain_is_refused_and_not_a_fault() -> None:
    """A thousand parameters, each of them the next: too deep, at one place; a circle of as many is a circle."""
    links = ", ".join(f"p{number}: p{number + 1}" for number in range(1, 1_000))
    (deep,) = findings(f"parameters: {{{links}, p1000: 1}}\n" + USED % "p1")
    assert deep.code == "RNG215"
    circle = findings(f"parameters: {{{links}, p1000: p1}}\n" + USED % "p1")[0]
    assert (circle.code, circle.message.endswith("p999 -> p1000 -> p1")) == ("RNG208", True)
