"""A version evaluated after its last day: its periods by its rules, with what is known by then."""

from __future__ import annotations

from datetime import date

from tests.tiny import decide, partners, sales

RULES = """
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
tiers: {ladder: [registered, silver], requires: [revenue >= 2_500 USD]}
benefits: {support: {value: flag, when: [revenue >= 2_500 USD, "days_between(as_of, 2026-12-31) is 0"]}}
incentives:
  volume:
    kind: rebate
    from: sales
    eligible: [revenue >= 100 USD]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}, {from: 1_000 USD, rate: 2%}]
    payee: partner
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
"""
SOLD = "sale_id partner_id entry closed_on returns_id amount"
KNOWN = (
    "S1|P1|sale|2026-02-01|-|900.00",
    "S2|P1|sale|2026-12-20|-|1500.00",
)
LATER = (
    "S3|P1|sale|2026-03-15|-|400.00",  # a late record of the first quarter
    "R2|P1|return|2027-02-10|S2|-500.00",  # a return made after the year
    "S4|P1|sale|2027-01-15|-|9000.00",  # a sale of the next year
)
PERIODS = ("period", "period_from", "period_before", "amount")


def volume(as_of: str, *lines: str, rules: str = RULES) -> list[tuple[str, ...]]:
    """What the rebate earned, by period."""
    found = decide(rules, as_of, {"partners": partners(), "sales": sales(*lines, columns=SOLD)})
    earned = found.earned("incentive", *PERIODS)
    return [each[1:] for each in earned if each[0] == "volume"]


def test_a_late_record_and_a_late_return_restate_the_quarters() -> None:
    """Q1: 1 % of 900; then of 1,000, and 2 % of 300. Q4: 1 % of 1,000 and 2 % of 500; then 1 % of 1,000."""
    first = ("2026-Q1", "2026-01-01", "2026-04-01")
    last = ("2026-Q4", "2026-10-01", "2027-01-01")
    assert volume("2026-12-31", *KNOWN) == [(*first, "9.00"), (*last, "20.00")]
    assert volume("2027-03-31", *KNOWN, *LATER) == [(*first, "16.00"), (*last, "10.00")]
    assert volume("2027-02-09", *KNOWN, *LATER) == [(*first, "16.00"), (*last, "20.00")]  # the return is not made yet


def test_records_of_the_next_year_earn_nothing_here() -> None:
    """10 % of each sale of the year, less what was returned of it."""
    known = {"partners": partners(), "sales": sales(*KNOWN, *LATER, columns=SOLD)}
    found = decide(RULES, "2027-03-31", known).earned("incentive", "source_id", "amount")
    assert [each[1:] for each in found if each[0] == "resale"] == [
        ("S1", "90.00"),
        ("S2", "100.00"),
        ("S3", "40.00"),
    ]


def test_partners_are_judged_on_the_last_day() -> None:
    """Of the trailing year 900, 400 and 1,500 count: the return and the sale of the next year happened later."""
    known = {"partners": partners(), "sales": sales(*KNOWN, *LATER, columns=SOLD)}
    found = decide(RULES, "2027-03-31", known)
    assert (found.plan.as_of, found.plan.day) == (date(2027, 3, 31), date(2026, 12, 31))
    assert {row["day"] for row in found.outputs["conditions"] if row["incentive"] is None} == {date(2026, 12, 31)}
    assert found.gap("tier.silver.1")[0] == 2800
    assert found.tier() == "silver"
    assert found.benefit("support") == (True, True)  # `as_of` in a condition is the day judged


SHORT = """\
rung: 1
program: tiny
version: "1"
effective: {from: 2026-01-01, before: 2026-11-16}
currency: USD
"""


def test_a_period_that_the_version_ends_in_is_shorter() -> None:
    """It waits for its last day as ever, and is judged on the last day of the version."""
    known = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2026-11-15|-|700.00", "S2|P1|sale|2026-11-16|-|5000.00", columns=SOLD),
    }
    for as_of, amounts in (("2026-11-15", []), ("2026-12-30", []), ("2026-12-31", ["7.00"]), ("2028-01-01", ["7.00"])):
        found = decide(RULES, as_of, known, SHORT)
        volume = [row for row in found.outputs["earnings"] if row["incentive"] == "volume"]
        assert [str(row["amount"]) for row in volume] == amounts
        assert [(row["period"], row["period_before"]) for row in volume] == [
            ("2026-Q4", date(2026, 11, 16)) for _ in amounts
        ]
        judged = [row["day"] for row in found.outputs["conditions"] if row["incentive"] == "volume"]
        assert max(judged, default=None) in (None, date(2026, 9, 30), date(2026, 11, 15))
