"""What a run decides: periods and days, and from which day on they may still change."""

from __future__ import annotations

from datetime import date

import pytest

from engine.plan.scope import Decided, days_decided, first_open
from tests.tiny import HEAD, plan

RULES = """
incentives:
  volume:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
  summer:
    kind: commission
    from: sales
    of: amount
    rate: 10%
    during: {from: 2026-06-01, before: 2026-07-01}
    payee: partner
"""
CLOSING = HEAD + "corrections: {late_records: 30 days, returns: 2 months}\n"


def scope(as_of: str, head: str = CLOSING) -> dict[tuple[str, str], tuple[str, str, str, str]]:
    """Days, the first open one and when all are closed, by incentive and period; `-` is none."""
    return {
        (each.incentive, each.period): (
            str(each.start),
            str(each.before),
            str(each.open_from or "-"),
            str(each.closes or "-"),
        )
        for each in plan(RULES, as_of, head).scope
    }


def test_periods_are_closed_one_after_the_other() -> None:
    """The first quarter with the end of May: the longer of 30 days and two months decides."""
    assert scope("2026-05-30")["volume", "2026-Q1"] == ("2026-01-01", "2026-04-01", "2026-01-01", "2026-06-01")
    assert scope("2026-05-31") == {
        ("volume", "2026-Q1"): ("2026-01-01", "2026-04-01", "-", "2026-06-01"),
        # closed are days up to 31 March: two months after the day that follows them is 2026-06-01, known with May
        ("resale", ""): ("2026-01-01", "2026-06-01", "2026-04-01", "2026-08-01"),
    }


def test_what_has_not_begun_is_not_decided() -> None:
    """The incentive of the summer comes in June; and ends, so that it is closed in a late run."""
    assert ("summer", "") not in scope("2026-05-31")
    assert scope("2026-06-02")["summer", ""] == ("2026-06-01", "2026-06-03", "2026-06-01", "2026-08-03")
    assert scope("2027-06-30")["summer", ""] == ("2026-06-01", "2026-07-01", "-", "2026-09-01")


@pytest.mark.parametrize(
    "head", [HEAD, HEAD + "corrections: {returns: 2 months}\n", HEAD + "corrections: {late_records: 1 day}\n"]
)
def test_what_is_open_to_one_of_both_is_open(head: str) -> None:
    """A word that is left out closes nothing."""
    found = scope("2031-01-01", head)
    assert {(opened, closes) for _, _, opened, closes in found.values()} == {("2026-01-01", "-"), ("2026-04-01", "-"),
        ("2026-06-01", "-"), ("2026-07-01", "-"), ("2026-10-01", "-")}  # fmt: skip


def test_a_summary_of_the_scope() -> None:
    """The days from the first to the last, and the first that is open; of nothing there is none."""
    day = [date(2026, place, 1) for place in range(1, 6)]
    closed = Decided("a", "1", "2026-01", day[0], day[1], None, day[3])
    opened = Decided("b", "1", "2026-03", day[2], day[3], day[2], day[4])
    assert days_decided((opened, closed)) == (day[0], day[3])
    assert first_open((closed, opened)) == day[2]
    assert (first_open([closed]), days_decided(())) == (None, None)
