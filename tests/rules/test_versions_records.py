"""Versions evaluated together whose records differ: each reads its own names, and all read the same rows."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from engine.language.chain import chain_programs
from engine.language.program import Program
from rules import compile_program
from tests.ridge.records import rows
from tests.rules.test_versions_together import NEXT
from tests.tiny import Records, decide, decide_plan, partners, program

COLUMNS = ("incentive", "partner_id", "period", "source_id", "amount")


def earned(records: Records, *versions: Program) -> list[tuple[str, ...]]:
    """What the versions together earn by June 2027."""
    chained, found = chain_programs(versions)
    assert chained is not None, found
    plan, found = compile_program(chained, date(2027, 6, 30))
    assert plan is not None, found
    return decide_plan(plan, records).earned(*COLUMNS)


def test_a_new_field_takes_no_name_from_an_earlier_version() -> None:
    """`floor` is 50 USD in 2026, whatever a field of 2027 says: 10 % of 100. In 2027 the field: S3 is too small."""
    old = """
    parameters: {floor: 50 USD}
    incentives:
      resale: {kind: commission, from: sales, of: amount, rate: 10%, where: amount >= floor, payee: partner}
    """
    new = """
    records: {sales: {fields: {floor: {type: money, optional: true}}}}
    incentives:
      resale: {kind: commission, from: sales, of: amount, rate: 5%, where: amount >= floor, payee: partner}
    """
    known = rows(
        "sale_id partner_id entry closed_on amount floor",
        "S1|P1|sale|2026-02-01|100.00|200.00",
        "S2|P1|sale|2027-02-01|100.00|50.00",
        "S3|P1|sale|2027-02-02|100.00|200.00",
    )
    assert earned({"partners": partners(), "sales": known}, program(old), program(new, NEXT)) == [
        ("resale", "P1", "-", "S1", "10.00"),
        ("resale", "P1", "-", "S2", "5.00"),
    ]


def test_a_field_that_was_dropped_takes_no_name_from_a_later_version() -> None:
    """The other way round: what was a field is a parameter now, in the rows of both years."""
    old = """
    records: {partners: {fields: {level: {type: integer, optional: true}}}}
    incentives:
      resale: {kind: commission, from: sales, of: amount, rate: 10%, eligible: [level >= 2], payee: partner}
    """
    new = """
    parameters: {level: 1}
    metrics: {orders: {from: sales, count: records, window: lifetime}}
    incentives:
      resale: {kind: commission, from: sales, of: amount, rate: 5%, eligible: [orders >= level], payee: partner}
    """
    known: Records = {
        "partners": rows("partner_id level", "P1|2", "P2|1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount",
            "S1|P1|sale|2026-02-01|100.00",
            "S2|P2|sale|2026-02-01|100.00",
            "S3|P2|sale|2027-02-01|100.00",
        ),
    }
    assert earned(known, program(old), program(new, NEXT)) == [
        ("resale", "P1", "-", "S1", "10.00"),
        ("resale", "P2", "-", "S3", "5.00"),
    ]


REGIONS = """
records:
  partners: {fields: {region: {type: choice, values: [VALUES], optional: true}}}
incentives:
  volume:
    kind: rebate
    from: sales
    period: year
    sum: amount
    rate: {by: [region], values: {RATES}}
    payee: partner
"""


def test_a_value_that_a_version_does_not_know_is_undecided_there() -> None:
    """2026 has no rate for apac, and 2027 none for na: undecided, never paid. All others have their rate of 100 USD."""
    old = REGIONS.replace("VALUES", "emea, na").replace("RATES", "emea: 1%, na: 2%")
    new = REGIONS.replace("VALUES", "emea, apac").replace("RATES", "emea: 3%, apac: 4%").replace("year", "quarter")
    known: Records = {
        "partners": rows("partner_id region", "P1|apac", "P2|emea", "P3|na"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount",
            *(f"{name}1|{name}|sale|2026-02-01|100.00" for name in ("P1", "P2", "P3")),
            *(f"{name}2|{name}|sale|2027-02-01|100.00" for name in ("P1", "P2", "P3")),
        ),
    }
    assert earned(known, program(old), program(new, NEXT)) == [
        ("volume", "P1", "2026", "-", "-"),
        ("volume", "P1", "2027-Q1", "-", "4.00"),
        ("volume", "P2", "2026", "-", "1.00"),
        ("volume", "P2", "2027-Q1", "-", "3.00"),
        ("volume", "P3", "2026", "-", "2.00"),
        ("volume", "P3", "2027-Q1", "-", "-"),
        ("volume", "P3", "2027-Q2", "-", "-"),
    ]


CURRENCIES = """
records:
  sales: {fields: {amount: {type: money, currency: row}, currency: {type: choice, values: [VALUES]}}}
conversion: {equal: [{from: START, amounts: [WORTHS]}], as_at: row}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
"""


def test_a_currency_that_a_version_does_not_know_has_no_worth_there() -> None:
    """2027 adds dinars at 2 for 6 USD: 10 % of 300. 2026 knows euros alone, at 2 for 3 USD: 10 % of 150."""
    old, new = (
        CURRENCIES.replace("VALUES", values).replace("START", start).replace("WORTHS", worths)
        for values, start, worths in (
            ("USD, EUR", "2026-01-01", "3 USD, 2 EUR"),
            ("USD, EUR, KWD", "2027-01-01", "6 USD, 4 EUR, 2 KWD"),
        )
    )
    known = rows(
        "sale_id partner_id entry closed_on amount currency",
        "S1|P1|sale|2026-02-01|100.000|EUR",
        "S2|P1|sale|2026-02-02|100.000|KWD",
        "S3|P1|sale|2027-02-01|100.000|KWD",
    )
    assert earned({"partners": partners(), "sales": known}, program(old), program(new, NEXT)) == [
        ("resale", "P1", "-", "S1", "15.00"),
        ("resale", "P1", "-", "S2", "-"),
        ("resale", "P1", "-", "S3", "30.00"),
    ]


def test_numbers_of_hundreds_of_digits_in_both() -> None:
    """Each fits by itself, and so do both: what is shown of them has at most 38 digits. 1 % of 100, and of 200 USD."""
    fields = "records: {sales: {fields: {share: {type: decimal, scale: 8}, pieces: integer}}}\n"
    rules = """
    incentives:
      volume:
        kind: rebate
        from: sales
        period: quarter
        sum: MEASURE
        rate: 1%
        payee: partner
    """
    old = rules.replace("MEASURE", " * ".join(["amount", *["share"] * 20]))
    new = rules.replace("MEASURE", " * ".join(["amount", *["pieces"] * 20]))
    known = rows(
        "sale_id partner_id entry closed_on amount share pieces",
        "S1|P1|sale|2026-02-01|100.00|1.00000000|9",
        "S2|P1|sale|2027-02-01|100.00|0.00000001|1",
        "S3|P1|sale|2027-02-02|100.00|0.00000001|1",
    )
    versions = (program(fields + dedent(old)), program(fields + dedent(new), NEXT))
    assert earned({"partners": partners(), "sales": known}, *versions) == [
        ("volume", "P1", "2026-Q1", "-", "1.00"),
        ("volume", "P1", "2027-Q1", "-", "2.00"),
    ]


PER = """
choices: {territory: [emea, apac]}
records: {sales: {fields: {FIELDS}}}
metrics: {revenue: {from: sales, sum: amount, per: [territory], window: trailing 12 months}}
designations:
  local: {per: [territory], overall: highest, ladder: [member, expert], expert: {requires: [revenue >= 100 USD]}}
benefits:
  margin: {value: percent, per: [territory], by: [territory], values: {emea: 5%, apac: 3%}, when: [local >= expert]}
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: benefits.margin, payee: partner}
"""


@pytest.mark.parametrize(
    "fields",
    [
        "territory: {type: territory}",
        "territory: {type: choice, values: [emea, apac]}",
        "area: {type: territory}",
        "said: {type: territory}, territory: {type: territory, formula: said}",
    ],
)
def test_a_benefit_by_a_choice_that_a_later_version_extends(fields: str) -> None:
    """5 % of 200 in 2026 and 6 % in 2027, 7 % of what is new then; in 2026, which has no latam, that is undecided.

    S4 finds 200 of emea in twelve months, S5 is alone in apac with 50: no expert, and nothing.
    """
    old = PER.replace("FIELDS", fields)
    new = old.replace("[emea, apac]", "[emea, apac, latam]").replace("{emea: 5%, apac: 3%}", "{emea: 6%, latam: 7%}")
    known = rows(
        "sale_id partner_id entry closed_on amount place",
        "S1|P1|sale|2026-06-01|200.00|emea",
        "S2|P1|sale|2026-06-02|300.00|latam",
        "S3|P1|sale|2027-02-01|100.00|latam",
        "S4|P1|sale|2027-05-31|10.00|emea",
        "S5|P1|sale|2027-05-31|50.00|apac",
    )
    for each in known:
        each |= dict.fromkeys(("territory", "area", "said"), each["place"])
    assert earned({"partners": partners(), "sales": known}, program(old), program(new, NEXT)) == [
        ("resale", "P1", "-", "S1", "10.00"),
        ("resale", "P1", "-", "S2", "-"),
        ("resale", "P1", "-", "S3", "7.00"),
        ("resale", "P1", "-", "S4", "0.60"),
    ]


def test_a_metric_by_a_formula_is_read_in_its_own_rows() -> None:
    """Two of three sales are of a territory with 100 USD or more."""
    sections = """
    choices: {territory: [emea, apac]}
    records: {sales: {fields: {said: {type: territory}, territory: {type: territory, formula: said}}}}
    metrics:
      revenue: {from: sales, sum: amount, per: [territory], window: lifetime}
      big: {from: sales, count: records, where: revenue >= 100 USD, window: lifetime}
    tiers: {ladder: [low, high], high: {requires: [big >= 2, revenue.emea >= 110 USD]}}
    """
    known = rows(
        "sale_id partner_id entry closed_on amount said",
        "S1|P1|sale|2026-06-01|100.00|emea",
        "S2|P1|sale|2026-06-02|10.00|emea",
        "S3|P1|sale|2026-06-03|99.99|apac",
    )
    found = decide(sections, "2026-12-31", {"partners": partners(), "sales": known})
    assert (found.metric("big"), found.metric("revenue.emea"), found.tier()) == (2, 110, "high")
