"""Records that became known too late are named, with the day by which they were due: worked out by hand."""

from __future__ import annotations

from datetime import date

from cli.render.explain_text import render_explanation
from engine.explain.explain import explain
from engine.explain.model import Explanation
from engine.language.chain import chain_programs
from engine.plan.plan import Plan
from engine.reference.evaluate import evaluate
from rules import compile_program
from tests.ridge.records import rows
from tests.rules.test_closed_for_good import ORDERS
from tests.tiny import HEAD, Records, filled, partners, plan, program, sales

CLOSING = HEAD + "corrections: {late_records: 90 days, returns: 12 months}\n"
COLUMNS = "sale_id partner_id customer_id entry closed_on recorded_on returns_id amount"
VOLUME = """
incentives:
  volume:
    kind: rebate
    title: Volume rebate
    from: sales
    where: amount >= 10 USD
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
"""
RESALE = """
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
"""


def explained(compiled: Plan, records: Records, limit: int | None = None, incentive: str | None = None) -> Explanation:
    """The explanation of P1."""
    evaluation = evaluate(compiled, filled(compiled, records))
    return explain(compiled, evaluation, "P1", source={}, records=limit, incentive=incentive)


def told(found: Explanation) -> list[tuple[str, ...]]:
    """Incentive, period, record, what it takes back, its day, when it was known, and by when it was due."""
    return [
        (
            each.incentive,
            each.period,
            *late.record.key,
            late.of.key[0] if late.of else "-",
            *(str(day) for day in (late.day, late.known, late.bound)),
        )
        for each in found.too_late
        for late in each.shown
    ]


def late(rules: str, as_of: str, *lines: str, head: str = CLOSING) -> list[tuple[str, ...]]:
    """What came too late among these sales."""
    records = {"partners": partners("P1", "P2"), "sales": sales(*lines, columns=COLUMNS)}
    return told(explained(plan(rules, as_of, head), records))


def test_a_record_and_a_return_that_a_quarter_left_out() -> None:
    """Q1 takes records known by 2026-06-29, and returns made and known by 2027-03-31."""
    found = late(
        VOLUME,
        "2027-12-31",
        "S1|P1|-|sale|2026-02-01|2026-06-29|-|100.00",  # on the last day
        "S2|P1|-|sale|2026-02-02|2026-06-30|-|100.00",  # and the day after
        "R1|P1|-|return|2027-03-31|2027-03-31|S1|-20.00",
        "R2|P1|-|return|2027-03-31|2027-04-01|S1|-20.00",  # made in time, known too late
        "R3|P1|-|return|2027-04-01|2027-04-01|S1|-20.00",
        "R4|P1|-|return|2027-04-02|2027-04-02|S2|-20.00",  # of a sale that is left out itself
    )
    assert found == [
        ("volume", "2026-Q1", "R2", "S1", "2027-03-31", "2027-04-01", "2027-04-01"),
        ("volume", "2026-Q1", "R3", "S1", "2027-04-01", "2027-04-01", "2027-04-01"),
        ("volume", "2026-Q1", "S2", "-", "2026-02-02", "2026-06-30", "2026-06-30"),
    ]


def test_what_would_not_count_is_not_told() -> None:
    """A sale that is too small, of another partner or year; what the day of the run does not know; what was in time."""
    lines = (
        "S1|P1|-|sale|2026-02-01|2026-07-01|-|9.99",
        "S2|P2|-|sale|2026-02-01|2026-07-01|-|100.00",
        "S3|P1|-|sale|2025-12-31|2026-07-01|-|100.00",
        "S4|P1|-|sale|2026-02-01|2027-01-31|-|100.00",
        "S5|P1|-|sale|2026-02-01|-|-|100.00",
        "S6|P1|-|sale|2026-11-01|2027-01-30|-|100.00",
    )
    assert late(VOLUME, "2027-01-30", *lines) == []
    assert [each[2] for each in late(VOLUME, "2027-01-31", *lines)] == ["S4"]
    assert late(VOLUME, "2027-01-31", *lines, head=HEAD) == []


def test_a_record_that_earns_by_itself() -> None:
    """2026-02-01 takes its sale until 2026-05-02, and returns until 2027-02-01; a return without a sale is a record."""
    found = late(
        RESALE,
        "2027-12-31",
        "S1|P1|-|sale|2026-02-01|2026-05-03|-|100.00",
        "S2|P1|-|sale|2026-02-01|2026-05-02|-|100.00",
        "R2|P1|-|return|2027-02-02|-|S2|-20.00",
        "R3|P1|-|return|2026-02-01|2026-08-01|-|-20.00",
    )
    assert found == [
        ("resale", "", "R3", "-", "2026-02-01", "2026-08-01", "2026-05-03"),
        ("resale", "", "S1", "-", "2026-02-01", "2026-05-03", "2026-05-03"),
        ("resale", "", "R2", "S2", "2027-02-02", "2027-02-02", "2027-02-02"),
    ]


def test_returns_of_their_own_period() -> None:
    """With `current_period` a return is a record of its own quarter; it came too late for that one."""
    rules = VOLUME.replace("    where: amount >= 10 USD\n", "    returns: current_period\n")
    found = late(
        rules,
        "2027-12-31",
        "S1|P1|-|sale|2026-02-01|-|-|100.00",
        "R1|P1|-|return|2026-04-01|2026-09-29|S1|-20.00",
    )
    assert found == [("volume", "2026-Q2", "R1", "-", "2026-04-01", "2026-09-29", "2026-09-29")]


def test_an_amount_that_is_paid_once() -> None:
    """A return alone earns nothing, so it is not told; a sale is, though it was the customer's first."""
    bounty = """
    incentives:
      first:
        kind: bounty
        from: sales
        amount: 50 USD
        new_to: anybody
        during: {from: 2026-01-01, before: 2026-12-01}
        payee: partner
    """
    lines = (
        "S1|P1|C1|sale|2026-02-01|2026-05-03|-|100.00",
        "S2|P1|C1|sale|2026-03-01|-|-|100.00",
        "R3|P1|C1|return|2026-02-01|2026-08-01|-|-20.00",
    )
    assert late(bounty, "2027-12-31", *lines) == [
        ("first", "", "S1", "-", "2026-02-01", "2026-05-03", "2026-05-03"),
    ]


def test_records_that_share_a_limit() -> None:
    """By size, all days of the year are closed to records with 2027-03-31."""
    rules = RESALE.replace("payee", "order: [amount], limits: [{at_most: 50 USD, per: [partner]}], payee")
    found = late(rules, "2027-12-31", "S1|P1|-|sale|2026-02-01|2027-04-01|-|100.00")
    assert found == [("resale", "", "S1", "-", "2026-02-01", "2027-04-01", "2027-04-01")]


def test_a_table_that_does_not_say_when_a_record_became_known() -> None:
    """A return of 2027-04-01 is a day too late for the first quarter of 2026."""
    orders = rows(
        "order_id partner_id entry returns_id ordered_on amount",
        "O1|P1|sale|-|2026-02-01|700.00",
        "O2|P1|return|O1|2027-04-01|-200.00",
    )
    found = explained(plan(ORDERS, "2027-12-31", CLOSING), {"partners": partners(), "orders": orders})
    assert told(found) == [("volume", "2026-Q1", "O2", "O1", "2027-04-01", "2027-04-01", "2027-04-01")]
    assert found.too_late[0].shown[0].record.table == "orders"


def test_versions_together_each_by_its_own_bound() -> None:
    """2026 gives 90 days and 2027 ten: the quarters end with 2026-12-31 and 2027-03-31."""
    head = HEAD.replace('"1"', '"2"').replace("2027-01-01", "2028-01-01").replace("2026-01-01", "2027-01-01")
    head += "corrections: {late_records: 10 days, returns: 12 months}\n"
    chained, _ = chain_programs([program(VOLUME, CLOSING), program(VOLUME, head)])
    assert chained is not None
    compiled, _ = compile_program(chained, date(2027, 5, 31))
    assert compiled is not None
    known = sales(
        "S1|P1|-|sale|2026-12-01|2027-04-01|-|100.00",
        "S2|P1|-|sale|2027-03-01|2027-04-11|-|100.00",
        "S3|P1|-|sale|2026-12-01|2027-03-31|-|100.00",
        "S4|P1|-|sale|2027-03-01|2027-04-10|-|100.00",
        "R3|P1|-|return|2027-05-01|-|S3|-20.00",
        columns=COLUMNS,
    )
    found = explained(compiled, {"partners": partners(), "sales": known})
    assert told(found) == [
        ("volume", "2026-Q4", "S1", "-", "2026-12-01", "2027-04-01", "2027-04-01"),
        ("volume", "2027-Q1", "S2", "-", "2027-03-01", "2027-04-11", "2027-04-11"),
    ]
    assert [each.edition for each in found.too_late] == ["1", "2"]


def test_how_it_is_shown() -> None:
    """The first records, and how many more; nothing of an incentive that was not asked about."""
    compiled = plan(VOLUME + RESALE.replace("\nincentives:", ""), "2027-12-31", CLOSING)
    lines = [f"S{place}|P1|-|sale|2026-02-0{place}|2026-08-01|-|100.00" for place in (1, 2, 3)]
    records = {"partners": partners(), "sales": sales(*lines, columns=COLUMNS)}
    text = render_explanation(explained(compiled, records, limit=2, incentive="volume"), 120)
    assert text.endswith(
        "Known too late to count\n\n"
        "  Volume rebate (volume)\n"
        "    2026-Q1, from 2026-01-01 before 2026-04-01: 3 records left out\n"
        "      sales S1 of 2026-02-01, known on 2026-08-01; records count here if known before 2026-06-30\n"
        "      sales S2 of 2026-02-02, known on 2026-08-01; records count here if known before 2026-06-30\n"
        "      and 1 more\n"
    )
    assert "    from 2026-01-01 before 2027-01-01: 3 records left out\n" in (
        render_explanation(explained(compiled, records, incentive="resale"), 120)
    )
