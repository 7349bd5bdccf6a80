"""Programs that the random search once found wrong, cut down to what mattered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.records import RecordSchema, standard_tables
from rules import check_program, load_program
from tests.properties.agreement import assert_agree
from tests.properties.programs import Case, compiled, loaded
from tests.properties.records import Records, Row, Rows, days_around

HEAD = """
rung: 1
program: found
version: v1
effective: {from: 2026-02-01, before: 2027-02-01}
currency: USD
"""
AS_OF = date(2026, 9, 30)
STANDARD = RecordSchema(standard_tables("USD", 2))
FOUND = {
    "eligibility of a row by a metric on the row's day": """
metrics:
  m1: {from: sales, sum: amount, window: trailing 12 months}
incentives:
  i1: {kind: spiff, from: sales, eligible: m1 >= 100 USD, rate: 10%, of: amount, payee: partner}
""",
    "eligibility of a row by certificates on the row's day": """
certifications:
  cert_a: {valid_for: 12 months, grace: 30 days}
  cert_b: {valid_for: 12 months}
metrics:
  m1: {people_holding: {all: [cert_a, cert_b]}}
incentives:
  i1: {kind: spiff, from: sales, eligible: m1 >= 1, rate: 10%, of: amount, payee: partner}
""",
    "a negative number in a list and as a band's start": """
metrics:
  m1: {from: sales, sum: amount, where: "amount in [-100 USD, 1000 USD]", window: lifetime}
tiers:
  ladder: [bronze, silver]
  silver: {requires: "m1 in [-100 USD, 100 USD]"}
incentives:
  i1: {kind: rebate, from: sales, period: quarter, sum: amount, bands: [{from: -100 USD, rate: 10%}], payee: partner}
""",
    "two incentives on the same net sales, each reading a linked field": """
metrics:
  m1: {from: sales, count: records, where: item.name is 'alpha', window: lifetime}
segments:
  s1: {when: m1 >= 1}
records: {sales: {links: {item: {to: products, by: product_id}}}}
incentives:
  i1: {kind: rebate, from: sales, period: year, sum: amount, bands: [{from: 0 USD, rate: 1%}], payee: partner}
  i2: {kind: rebate, from: sales, where: item.name is 'alpha', period: year, sum: amount,
       bands: [{from: 0 USD, rate: 1%}], payee: partner}
  i3: {kind: spiff, from: sales, where: item.line is 'alpha' or item.name is 'beta', eligible: s1, rate: 10%,
       of: amount, payee: partner}
""",
    "a band's amount earned pro rata, in thirds of a cent, under limits": """
incentives:
  i1: {kind: rebate, from: sales, period: month, sum: amount, payee: partner,
       bands: [{from: 0 USD, amount: 10 USD}, {from: 700 USD, amount: 7 USD}, {from: 1_000 USD, rate: 1%}],
       limits: [{at_most: 9 USD, per: [partner, period]}, {at_most: 12 USD, per: [partner]}]}
""",
    "an amount for each sale, where nothing is netted": """
incentives:
  i1: {kind: spiff, from: sales, amount: 5 USD, of: 1, payee: seller, limits: [{at_most: 12 USD, per: seller}]}
""",
    "benefits of what was counted, and of a ratio at its scale": """
records: {partners: {fields: {size: {type: choice, values: [a, b], optional: true}}}}
metrics:
  m1: {from: sales, count: records, window: lifetime}
  m2: {formula: m1 / m1, scale: 2}
benefits:
  b1: {value: quantity, is: m1}
  b2: {value: quantity, by: size, values: {a: m1, b: 2.5}}
  b3: {value: percent, is: m2}
""",
}


@pytest.mark.parametrize("what", FOUND)
def test_found_programs(what: str) -> None:
    """The program is sound, and both evaluators give the same rows for several sets of records."""
    text = HEAD + FOUND[what]
    program = loaded(text)
    plan = compiled(text, AS_OF)
    for seed in range(5):
        random = Random(seed)
        words = {"tier": program.ladder.names or ("bronze",), "certification": ("cert_a", "cert_b")}
        days = days_around(random, AS_OF, program.effective)
        assert_agree(plan, Case({}, AS_OF, Records(random, program.records, days, words).draw()).records)


def test_sums_of_groups_have_room() -> None:
    """A sum over groups may need more digits than all of a stored column has."""
    text = (
        HEAD
        + """
metrics:
  g1: {from: sales, max: amount * 2_000, per: [customer_id], window: lifetime}
  m1: {from: g1, sum: value}
segments:
  s1: {when: m1 >= 1 USD}
"""
    )
    most: Row = {"amount": Decimal("99_999_999_999_999.99"), "entry": "sale"}
    sales: Rows = {
        "partners": [{"partner_id": "p"}],
        "customers": [{"customer_id": each} for each in "ab"],
        "sales": [
            {"sale_id": each, "partner_id": "p", "customer_id": each, "closed_on": AS_OF, **most} for each in "ab"
        ],
    }
    for name, rows in sales.items():
        table = STANDARD.table(name)
        assert table is not None
        sales[name] = [dict.fromkeys(each.name for each in table.stored) | row for row in rows]
    plan = compiled(text, AS_OF)
    found = assert_agree(plan, sales).outputs["conditions"]
    assert found[0]["metric.m1"] == 2 * Decimal("99_999_999_999_999.99") * 2000


SLIPS = {
    "a limit without keys": "rate: 1%, limits: [{}]",
    "a limit per a word that no row has": "rate: 1%, limits: [{at_most: 1 USD, per: id}]",
    "a limit per period without periods": "rate: 1%, limits: [{at_most: 1 USD, per: [seller, period]}]",
    "a limit below zero": "rate: 1%, limits: [{at_most: -1 USD, per: seller}]",
    "an order by a word that no row has": "rate: 1%, limits: [{at_most: 1 USD, per: seller, order: [tier]}]",
}


@pytest.mark.parametrize("what", SLIPS)
def test_slips_that_once_raised(what: str) -> None:
    """There is a finding, and no exception."""
    text = f"{HEAD}incentives:\n  i1: {{kind: spiff, from: sales, of: amount, payee: partner, {SLIPS[what]}}}\n"
    assert has_errors(_findings(text))


def test_a_parameter_without_keys() -> None:
    """An empty mapping is no value, and is told so."""
    assert has_errors(_findings(f"{HEAD}parameters:\n  p1: {{}}\n"))


def test_children_of_records_without_a_partner() -> None:
    """Records of nobody in particular are refused, also with the partners below."""
    text = f"{HEAD}metrics:\n  m1: {{from: products, count: records, scope: partner with children}}\n"
    assert has_errors(_findings(text))


def test_a_default_of_another_unit() -> None:
    """What stands for a missing number is a number of the same unit."""
    for default in ("100 USD", "partner_id", "true"):
        metrics = f"m1: {{formula: m2 / m2, if_missing: {default}}}, m2: {{from: nominations, count: records}}"
        assert has_errors(_findings(f"{HEAD}metrics: {{{metrics}}}\n"))


def test_a_benefit_of_a_ratio_without_scale() -> None:
    """What is granted is a decimal number."""
    metrics = "m1: {from: nominations, count: records}"
    assert has_errors(_findings(f"{HEAD}metrics: {{{metrics}}}\nbenefits: {{b1: {{value: quantity, is: m1 / m1}}}}\n"))


def test_a_link_to_rows_without_an_id() -> None:
    """A link reaches a row by its id, and nothing else."""
    prices = "{key: since, history: {from: since, before: until}, fields: {since: date, until: date, item: id}}"
    link = "{links: {price: {to: prices, by: product_id, as_at: closed_on}}}"
    assert has_errors(_findings(f"{HEAD}records: {{prices: {prices}, sales: {link}}}\n"))


def test_values_without_any() -> None:
    """A mapping that ends before a value is reached grants nothing, and is told so."""
    tiers = "tiers: {ladder: [a, b], b: {by_invitation: true}}"
    benefit = "{value: percent, by: [tier, size], values: {a: {}}}"
    fields = "records: {partners: {fields: {size: {type: choice, values: [c]}}}}"
    assert has_errors(_findings(f"{HEAD}{fields}\n{tiers}\nbenefits: {{b1: {benefit}}}\n"))


def test_of_without_at_least() -> None:
    """How many of some lines must hold is never guessed."""
    fields = "records: {partners: {fields: {big: boolean}}}"
    assert has_errors(_findings(f"{HEAD}{fields}\nsegments: {{s1: {{when: {{of: [big, not big]}}}}}}\n"))


def test_groups_per_partner_or_value() -> None:
    """Groups are of each partner as it is, and hold their value under its name."""
    for per in ("partner_id", "value"):
        groups = f"g1: {{from: deals, sum: value, per: [{per}], window: lifetime}}"
        metrics = f"{groups}, m1: {{from: g1, max: value}}"
        assert has_errors(_findings(f"{HEAD}metrics: {{{metrics}}}\nsegments: {{s1: {{when: m1 >= 1 USD}}}}\n"))


def _findings(text: str) -> tuple[Diagnostic, ...]:
    program, found = load_program(text.encode(), "slip.yaml")
    return found if program is None else (*found, *check_program(program))
