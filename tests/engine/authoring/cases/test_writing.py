"""Cases as text: full records, read again as the same case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.authoring.cases.model import Case, Expectation, Row
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.writing import render_case, render_suite
from engine.plan.scalar import Value
from engine.types import number
from tests.engine.authoring.cases.suites import FILE, only, plan_of_small, small

WORLD = """
    cases:
      "a name: with a colon":
        skip: not yet
        prior: {tier: silver, from: 2026-02-01}
        given:
          partners: [{size: smb}]
          people: [{person_id: ann}, {person_id: bob, partner_id: missing}]
          sales: [{closed_on: 2026-05-01, amount: 10_000 USD, seller_id: ann, weight: 1.25}]
        expect:
          tier: silver
          earnings: {rebate: {2026-Q1: none}, spiff: undecided}
          metrics: {growth: 12.5%}
"""


def test_a_case_as_it_is_written() -> None:
    """Ids are said, what is missing is left out; a person of nobody is said to be one."""
    assert render_case(only(WORLD), small()) == (
        '  "a name: with a colon":\n'
        "    as_of: 2026-06-30\n"
        "    partner: P1\n"
        "    skip: not yet\n"
        "    prior: {tier: silver, from: 2026-02-01}\n"
        "    given:\n"
        "      partners:\n"
        "        - {partner_id: P1, size: smb, rank: 0}\n"
        "      people:\n"
        "        - {person_id: ann, partner_id: P1}\n"
        "        - {person_id: bob, partner_id: missing}\n"
        "      sales:\n"
        "        - {sale_id: sale-1, partner_id: P1, seller_id: ann, entry: sale, closed_on: 2026-05-01, "
        "amount: 10_000 USD, weight: 1.25, kept: false, batch: \"none\"}\n"
        "    expect:\n"
        "      tier: silver\n"
        "      earnings:\n"
        "        rebate: {2026-Q1: none}\n"
        "        spiff: undecided\n"
        "      metrics: {growth: 12.5%}\n"
    )  # fmt: skip


def said(row: Row) -> dict[str, Value]:
    """The fields of a row that have a value."""
    return {name: value for name, value in row.items() if value is not None}


def test_it_is_read_as_the_same_case() -> None:
    """Records and expectations come back as they were."""
    case = only(WORLD)
    suite, found = parse_suite(render_suite([case], small(), "small.yaml").encode(), FILE)
    assert suite is not None, found
    assert suite.program is not None
    again, found = read_case(suite.drafts[0], small(), plan_of_small)
    assert again is not None, found
    assert {name: [said(row) for row in rows] for name, rows in again.records.items() if rows} == {
        name: [said(row) for row in rows] for name, rows in case.records.items()
    }
    assert [(each.path, each.answer) for each in again.expected] == [(each.path, each.answer) for each in case.expected]


def test_histories_that_are_no_single_open_tier() -> None:
    """Two rows of history, or one that ended, stand with the records."""
    rows: tuple[Row, ...] = (
        {"partner_id": "P1", "tier": "silver", "from": date(2026, 1, 1), "before": date(2026, 3, 1)},
    )
    case = Case("a", date(2026, 6, 30), "P1", {"statuses": rows, "unknown": ({"a": 1},)})
    text = render_case(case, small())
    assert "prior" not in text
    assert "- {partner_id: P1, tier: silver, from: 2026-01-01, before: 2026-03-01}" in text
    other = Case("a", date(2026, 6, 30), "P2", {"statuses": ({**rows[0], "before": None},)})
    assert "prior" not in render_case(other, small())


def test_nobody_and_nothing_are_said() -> None:
    """Names without people, and tables that the file would fill otherwise."""
    sales: tuple[Row, ...] = (
        {"sale_id": "A", "seller_id": "ann", "closed_on": date(2026, 5, 1), "amount": Decimal(1)},
    )
    text = render_case(Case("a", date(2026, 6, 30), "P1", {"sales": sales}), small(), ["products", "sales"])
    assert "      people: []\n" in text
    assert "      products: []\n" in text
    assert text.count("sales:") == 1


def test_an_amount_in_all_goes_before_its_parts() -> None:
    """Both cannot stand under one name: the first one said stays."""
    both = (
        Expectation(("earnings", "rebate"), Decimal(1), number(2)),
        Expectation(("earnings", "rebate", "2026-Q1"), Decimal(2), number(2)),
    )
    assert "rebate: 1" in render_case(Case("a", date(2026, 6, 30), "P1", {}, both), small())
