"""Late records and returns over several years and versions: quarters of 1 %, each amount worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language.chain import chain_programs
from rules import compile_program
from tests.tiny import decide_plan, partners, program, sales

VERSION = """\
rung: 1
program: tiny
version: "{name}"
effective: {{from: {start}, before: {before}}}
currency: USD
corrections: {{late_records: {late}, returns: {returns}}}
"""
VOLUME = """
incentives:
  volume:
    kind: rebate
    from: sales
    period: {period}
    sum: amount
    rate: {rate}
    payee: partner
    on_change: split
"""
COLUMNS = "sale_id partner_id entry closed_on recorded_on returns_id amount"


def version(
    start: str,
    before: str,
    rate: str = "1%",
    late: str = "90 days",
    returns: str = "12 months",
    period: str = "quarter",
) -> tuple[str, str]:
    """A version with its rebate."""
    head = VERSION.format(name=start[:4], start=start, before=before, late=late, returns=returns)
    return VOLUME.format(rate=rate, period=period), head


Y26, Y27, Y28 = ((f"{year}-01-01", f"{year + 1}-01-01") for year in (2026, 2027, 2028))


def earned(as_of: str, versions: list[tuple[str, str]], *lines: str) -> list[tuple[str, ...]]:
    """Periods and amounts of all versions together."""
    chained, found = chain_programs([program(*each) for each in versions])
    assert chained is not None, found
    plan, found = compile_program(chained, date.fromisoformat(as_of))
    assert plan is not None, found
    records = {"partners": partners(), "sales": sales(*lines, columns=COLUMNS)}
    return decide_plan(plan, records).earned("period", "amount")


def test_a_return_that_became_known_before_its_sale() -> None:
    """700 less 200, once the sale is known; and nothing where the sale is known too late, or not yet."""
    back = "R1|P1|return|2026-02-10|2026-02-10|S1|-200.00"
    for known, as_of, expected in (
        ("2026-05-01", "2026-04-30", []),
        ("2026-05-01", "2026-05-01", [("2026-Q1", "5.00")]),
        ("2026-06-30", "2027-06-30", []),
    ):
        assert earned(as_of, [version(*Y26)], f"S1|P1|sale|2026-02-05|{known}|-|700.00", back) == expected


@pytest.mark.parametrize(
    ("sale", "as_of", "expected"),
    [
        ("S1|P1|sale|2026-12-05|2027-01-15|-|700.00", "2026-12-31", []),
        ("S1|P1|sale|2026-12-05|2027-01-15|-|700.00", "2027-01-01", []),
        ("S1|P1|sale|2026-12-05|2027-01-15|-|700.00", "2027-01-15", [("2026-Q4", "7.00")]),
        ("S1|P1|sale|2026-12-05|2027-01-15|-|700.00", "2028-02-05", [("2026-Q4", "7.00")]),
        ("S1|P1|sale|2026-12-05|2026-11-01|-|700.00", "2027-06-30", [("2026-Q4", "7.00")]),  # recorded before its day
    ],
)
def test_on_the_last_day_after_it_and_long_after(sale: str, as_of: str, expected: list[tuple[str, str]]) -> None:
    """What is not known by the day of the run does not count in it."""
    assert earned(as_of, [version(*Y26)], sale) == expected


def test_months_end_on_the_days_they_have() -> None:
    """January and a month end with 2026-02-28, February and a month with 2026-03-31."""
    monthly = [version(*Y26, late="1 month", returns="1 month", period="month")]
    lines = (
        "S1|P1|sale|2026-01-05|2026-02-28|-|100.00",
        "S2|P1|sale|2026-01-05|2026-03-01|-|100.00",
        "S3|P1|sale|2026-02-05|2026-03-31|-|300.00",
        "S4|P1|sale|2026-02-05|2026-04-01|-|300.00",
    )
    assert earned("2027-06-30", monthly, *lines) == [("2026-01", "1.00"), ("2026-02", "3.00")]


def test_no_days_after_a_period() -> None:
    """The quarter is closed with its last day, to records and to returns."""
    lines = (
        "S1|P1|sale|2026-03-31|2026-03-31|-|100.00",
        "S2|P1|sale|2026-03-31|2026-04-01|-|100.00",
        "R1|P1|return|2026-03-31|2026-03-31|S1|-10.00",
        "R2|P1|return|2026-04-01|-|S1|-10.00",
    )
    assert earned("2026-12-31", [version(*Y26, late="0 days", returns="0 days")], *lines) == [("2026-Q1", "0.90")]


def test_a_quarter_of_two_versions_that_close_on_other_days() -> None:
    """January is open for 90 days after the quarter, until 2027-06-29, February for ten, until 2027-04-10."""
    both = [
        version("2026-02-01", "2027-02-01"),
        version("2027-02-01", "2028-02-01", rate="3%", late="10 days"),
    ]
    lines = (
        "S1|P1|sale|2027-01-05|2027-06-29|-|700.00",
        "S2|P1|sale|2027-01-05|2027-06-30|-|700.00",
        "S3|P1|sale|2027-02-05|2027-04-10|-|100.00",
        "S4|P1|sale|2027-02-05|2027-04-11|-|100.00",
    )
    assert earned("2027-12-31", both, *lines) == [("2027-Q1", "10.00")]  # 1 % of 700 and 3 % of 100


def test_three_versions() -> None:
    """A return on the last day of 2027 still lowers the last quarter of 2026, one on the day after does not."""
    versions = [version(*Y26), version(*Y28, rate="5%"), version(*Y27, rate="3%")]
    lines = (
        "S1|P1|sale|2026-12-05|-|-|700.00",
        "S2|P1|sale|2027-12-05|-|-|100.00",
        "S3|P1|sale|2028-01-05|-|-|100.00",
        "R1|P1|return|2027-12-31|-|S1|-100.00",
        "R2|P1|return|2028-01-01|-|S1|-100.00",
    )
    assert earned("2028-03-31", versions, *lines) == [("2026-Q4", "6.00"), ("2027-Q4", "3.00"), ("2028-Q1", "5.00")]
