"""A version evaluated after its last day: its periods by its rules, with what is known by then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.tiny import decide, findings, partners, sales

pytestmark = pytest.mark.search

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
        assert date(2026, 11, 15) in judged  # while it runs, for what it has come to
        assert date(2026, 12, 31) not in judged


@pytest.mark.parametrize(
    ("period", "first", "before", "name", "whole"),
    [
        ("month", "2026-05-01", "2026-05-16", "2026-05", "2026-05-31"),
        ("month", "2026-05-10", "2026-05-11", "2026-05", "2026-05-31"),  # one day in the middle
        ("quarter", "2026-01-01", "2026-03-31", "2026-Q1", "2026-03-31"),  # only the last day is missing
        ("quarter", "2026-01-01", "2026-05-16", "2026-Q2", "2026-06-30"),
        ("fiscal quarter", "2026-02-01", "2026-04-01", "FY2026-Q1", "2026-04-30"),
        ("year", "2026-01-01", "2026-12-01", "2026", "2026-12-31"),
        ("fiscal year", "2026-02-01", "2027-01-01", "FY2026", "2027-01-31"),
    ],
)
def test_what_the_end_of_the_program_cuts_is_paid_once_the_whole_period_has_ended(
    period: str, first: str, before: str, name: str, whole: str
) -> None:
    """1 % of 700 on the program's last day; nothing a day too early. No check calls such an incentive dead."""
    head = SHORT.replace("{from: 2026-01-01, before: 2026-11-16}", f"{{from: {first}, before: {before}}}")
    head += "calendar: {fiscal_year_starts: february, year_named: start}\n"
    rules = PAYING.replace("period: quarter", f"period: {period}")
    assert findings(rules, head, analysed=True) == ()
    last = str(date.fromisoformat(before) - timedelta(days=1))
    lines = (f"S1|P1|sale|{last}|-|-|700.00", f"S2|P1|sale|{before}|-|-|5000.00")
    too_early = str(date.fromisoformat(whole) - timedelta(days=1))
    assert (name, "7.00") not in quarters(too_early, *lines, head=head, rules=rules)
    for as_of in (whole, "2029-01-01"):
        earned = quarters(as_of, *lines, head=head, rules=rules)
        assert [each for each in earned if each[1] != "0.00"] == [(name, "7.00")]


CLOSING = """\
rung: 1
program: tiny
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
corrections: {late_records: 90 days, returns: 12 months}
"""
DATED = "sale_id partner_id entry closed_on recorded_on returns_id amount"
PAYING = """
incentives:
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}, {from: 1_000 USD, rate: 2%}]
    payee: partner
"""


def quarters(as_of: str, *lines: str, head: str = CLOSING, rules: str = PAYING) -> list[tuple[str, ...]]:
    """What was earned, by period or record."""
    found = decide(rules, as_of, {"partners": partners(), "sales": sales(*lines, columns=DATED)}, head)
    return [(row[0] if row[0] != "-" else row[1], row[2]) for row in found.earned("period", "source_id", "amount")]


def test_a_record_counts_until_its_period_is_closed_to_late_records() -> None:
    """The fourth quarter and 90 days end with 2027-03-31. 1 % of 700, and of 700 and 200."""
    sold = "S1|P1|sale|2026-10-05|-|-|700.00"
    for recorded, amount in (("2027-03-31", "9.00"), ("2027-04-01", "7.00")):
        late = f"S2|P1|sale|2026-10-06|{recorded}|-|200.00"
        assert quarters("2027-12-31", sold, late) == [("2026-Q4", amount)]
    assert quarters("2027-12-31", sold, "S2|P1|sale|2026-10-06|-|-|200.00") == [("2026-Q4", "9.00")]
    # what is not known by the day of the run counts in no run of that day
    assert quarters("2027-01-09", sold, "S2|P1|sale|2026-10-06|2027-01-10|-|200.00") == [("2026-Q4", "7.00")]
    assert quarters("2027-01-10", sold, "S2|P1|sale|2026-10-06|2027-01-10|-|200.00") == [("2026-Q4", "9.00")]


def test_a_return_counts_until_its_sales_period_is_closed_to_returns() -> None:
    """The first quarter and twelve months end with 2027-03-31; it must be made and known by then."""
    sold = "S1|P1|sale|2026-02-05|-|-|700.00"
    for made, recorded, amount in (
        ("2027-03-31", "2027-03-31", "5.00"),
        ("2027-03-31", "-", "5.00"),
        ("2027-04-01", "-", "7.00"),
        ("2027-03-31", "2027-04-01", "7.00"),
    ):
        given_back = f"R1|P1|return|{made}|{recorded}|S1|-200.00"
        assert quarters("2028-12-31", sold, given_back) == [("2026-Q1", amount)]
    assert quarters("2027-03-30", sold, "R1|P1|return|2027-03-31|-|S1|-200.00") == [("2026-Q1", "7.00")]


def test_without_corrections_everything_known_counts() -> None:
    """Years later, too; and with one of the two words, the other closes nothing."""
    sold, late = "S1|P1|sale|2026-02-05|-|-|700.00", "S2|P1|sale|2026-02-06|2031-01-01|-|200.00"
    back = "R1|P1|return|2031-01-01|-|S1|-100.00"
    open_head = CLOSING.replace("corrections: {late_records: 90 days, returns: 12 months}\n", "")
    assert quarters("2031-12-31", sold, late, back, head=open_head) == [("2026-Q1", "8.00")]
    only_late = CLOSING.replace(", returns: 12 months", "")
    assert quarters("2031-12-31", sold, late, back, head=only_late) == [("2026-Q1", "6.00")]
    only_returns = CLOSING.replace("late_records: 90 days, ", "")
    assert quarters("2031-12-31", sold, late, back, head=only_returns) == [("2026-Q1", "9.00")]
    assert quarters("2030-12-31", sold, late, back, head=only_returns) == [("2026-Q1", "7.00")]  # not known yet


BY_RECORD = """
incentives:
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
"""


def test_a_record_that_earns_by_itself_is_closed_by_its_own_day() -> None:
    """2026-02-28 and 90 days end with 2026-05-29; and twelve months with 2027-02-28."""
    for recorded, amounts in (("2026-05-29", [("S1", "70.00")]), ("2026-05-30", [])):
        assert quarters("2027-12-31", f"S1|P1|sale|2026-02-28|{recorded}|-|700.00", rules=BY_RECORD) == amounts
    for made, amount in (("2027-02-28", "50.00"), ("2027-03-01", "70.00")):
        lines = ("S1|P1|sale|2026-02-28|-|-|700.00", f"R1|P1|return|{made}|-|S1|-200.00")
        assert quarters("2027-12-31", *lines, rules=BY_RECORD) == [("S1", amount)]


GATED = """
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
tiers: {ladder: [registered, silver], requires: [revenue >= 1_000 USD]}
incentives:
  volume:
    kind: rebate
    from: sales
    eligible: [tier is silver]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
"""


def test_a_closed_period_is_judged_by_what_was_known_then() -> None:
    """A record of the first quarter, learned of after 2026-06-29, makes nobody silver on the quarter's last day."""
    sold = "S1|P1|sale|2026-02-05|-|-|700.00"
    on_time = "S2|P1|sale|2026-02-06|2026-06-29|-|300.00"
    late = "S2|P1|sale|2026-02-06|2026-06-30|-|300.00"
    assert quarters("2027-03-31", sold, on_time, rules=GATED) == [("2026-Q1", "10.00")]
    assert quarters("2027-03-31", sold, late, rules=GATED) == []
    known = {"partners": partners(), "sales": sales(sold, late, columns=DATED)}
    assert decide(GATED, "2026-09-30", known, CLOSING).tier() == "silver"  # known by 2026-12-29 for this day


BOUNTY = """
incentives:
  first_sale:
    kind: bounty
    from: sales
    amount: 100 USD
    new_to: anybody
    during: {from: 2026-01-01, before: 2027-01-01}
    payee: partner
"""


def test_a_customer_stays_new_where_an_earlier_sale_is_learned_of_too_late() -> None:
    """The sale of 2026-05-01 is closed on 2026-07-31; what is learned of after that takes nothing from it."""
    columns = "sale_id partner_id customer_id entry closed_on recorded_on returns_id amount"

    def first(as_of: str, *lines: str) -> list[str]:
        known = {"partners": partners(), "sales": sales(*lines, columns=columns)}
        found = decide(BOUNTY, as_of, known, CLOSING).earned("source_id", "amount")
        return [source for source, amount in found if amount == "100.00"]

    sold = "S2|P1|C1|sale|2026-05-01|-|-|50.00"
    assert first("2027-01-31", sold, "S1|P1|C1|sale|2026-04-20|2026-07-19|-|50.00") == ["S1"]
    assert first("2027-01-31", sold, "S1|P1|C1|sale|2026-04-20|2026-07-20|-|50.00") == ["S2"]
    # of a day before the version: as long as the version's first day is open, which is closed with 2026-04-01
    assert first("2027-01-31", sold, "S1|P1|C1|sale|2025-04-20|2026-04-01|-|50.00") == []
    assert first("2027-01-31", sold, "S1|P1|C1|sale|2025-04-20|2026-04-02|-|50.00") == ["S2"]


def test_the_time_of_a_limit_is_that_of_the_day_judged() -> None:
    """The quarter ends on 2026-07-31, in another calendar quarter than the last day that pays: 1 %, at most 5 USD."""
    rules = """
    calendar: {fiscal_year_starts: february, year_named: start}
    incentives:
      volume:
        kind: rebate
        from: sales
        period: fiscal quarter
        during: {from: 2026-05-01, before: 2026-06-15}
        sum: amount
        bands: [{from: 0 USD, rate: 1%}]
        limits: [{at_most: 5 USD, per: [partner, quarter]}]
        payee: partner
    """
    known = {"partners": partners(), "sales": sales("S1|P1|sale|2026-06-01|-|700.00", columns=SOLD)}
    assert decide(rules, "2026-12-31", known).earned("period", "amount") == [("FY2026-Q2", "5.00")]


DATED_NEED = """
parameters:
  need: [{from: 2026-01-01, value: -1}, {from: 2026-06-20, value: 1}]
metrics: {sold: {from: sales, count: records, window: trailing 12 months}}
incentives:
  volume:
    kind: rebate
    from: sales
    during: {from: 2026-04-01, before: 2026-06-15}
    eligible: [sold <= need]
    period: quarter
    sum: amount
    rate: 1%
    payee: partner
"""


def test_a_period_that_during_cuts_is_judged_on_its_last_day() -> None:
    """A count is never -1 or less, but on 2026-06-30, after `during`, one sale is little enough. No check denies it."""
    known = {"partners": partners(), "sales": sales("S1|P1|sale|2026-06-01|-|700.00", columns=SOLD)}
    assert decide(DATED_NEED, "2026-12-31", known).earned("period", "amount") == [("2026-Q2", "7.00")]
    assert findings(DATED_NEED, analysed=True) == ()
    for never in (
        DATED_NEED.replace("2026-06-20", "2026-07-01"),  # after the quarter
        DATED_NEED.replace("period: quarter\n    sum: amount", "of: amount").replace("rebate", "commission"),
    ):
        assert [each.code for each in findings(never, analysed=True)] == ["RNG357"]
        assert decide(never, "2026-12-31", known).earned("amount") == []
