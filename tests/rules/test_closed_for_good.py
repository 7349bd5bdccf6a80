"""What is closed by `corrections` never changes, whatever becomes known of days that are still open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners, plan, sales

pytestmark = pytest.mark.search

CLOSING = HEAD + "corrections: {late_records: 90 days, returns: 90 days}\n"
DATED = "sale_id partner_id entry closed_on recorded_on returns_id amount"
SPIFF = """
incentives:
  launch:
    kind: spiff
    from: sales
    of: amount
    rate: 10%
    ORDER
    limits: [{at_most: 10 USD, per: PER}]
    payee: partner
"""


def paid(as_of: str, *lines: str, order: str = "", per: str = "[partner]", more: str = "") -> list[tuple[str, ...]]:
    """What each record earned, at 10 % and at most 10 USD."""
    rules = SPIFF.replace("ORDER", f"order: {order}" if order else "").replace("PER", per) + more
    records = {"partners": partners(), "sales": sales(*lines, columns=DATED)}
    return decide(rules, as_of, records, CLOSING).earned("source_id", "amount")


FEBRUARY = "S1|P1|sale|2026-02-05|-|-|90.00"
NOVEMBER = "S2|P1|sale|2026-11-05|2027-01-10|-|50.00"  # learned of in January


def test_by_day_a_later_sale_takes_what_is_left() -> None:
    """The sale of February took 9 of 10 USD, and is closed by then; 1 USD is left for the one of November."""
    assert paid("2026-12-31", FEBRUARY, NOVEMBER) == [("S1", "9.00")]
    for order in ("", "[closed_on, amount]"):
        assert paid("2027-01-31", FEBRUARY, NOVEMBER, order=order) == [("S1", "9.00"), ("S2", "1.00")]


def test_in_another_order_all_that_share_a_limit_are_closed_together() -> None:
    """The smaller sale comes first and takes 5 of 10 USD. Nothing is closed before 2027-03-31, so this may change."""
    assert paid("2026-12-31", FEBRUARY, NOVEMBER, order="[amount]") == [("S1", "9.00")]
    assert paid("2027-01-31", FEBRUARY, NOVEMBER, order="[amount]") == [("S1", "5.00"), ("S2", "5.00")]
    rules = SPIFF.replace("ORDER", "order: [amount]").replace("PER", "[partner]")
    for as_of, opened in (("2027-03-30", "2026-01-01"), ("2027-03-31", "None")):
        (scope,) = plan(rules, as_of, CLOSING).scope
        assert (str(scope.open_from), str(scope.closes)) == (opened, "2027-04-01")
    for known, expected in (
        ("2027-03-31", [("S1", "7.00"), ("S2", "3.00")]),
        ("2027-04-01", [("S1", "9.00")]),
    ):
        late = f"S2|P1|sale|2026-01-02|{known}|-|30.00"  # a late record of any day of the year counts as long
        assert paid("2028-12-31", FEBRUARY, late, order="[amount]") == expected


def test_a_return_of_an_open_day_gives_no_room_to_a_closed_one() -> None:
    """By day, 2026-07-05 is closed with 2026-10-03: S1 has 9 USD, and the return leaves S2 the 1 USD it had."""
    lines = (
        "S1|P1|sale|2026-07-05|2026-09-20|-|90.00",
        "S2|P1|sale|2026-09-10|2026-09-11|-|50.00",
        "R2|P1|return|2026-11-10|-|S2|-30.00",
    )
    for as_of in ("2026-10-31", "2026-11-30"):
        assert paid(as_of, *lines) == [("S1", "9.00"), ("S2", "1.00")]
    # first recorded, first served: S2 took 5 USD, then 2; all of it is open until 2027-03-31
    assert paid("2026-10-31", *lines, order="[recorded_on]") == [("S1", "5.00"), ("S2", "5.00")]
    assert paid("2026-11-30", *lines, order="[recorded_on]") == [("S1", "8.00"), ("S2", "2.00")]


@pytest.mark.parametrize(
    ("per", "more", "last"),
    [
        ("[partner, quarter]", "", "2026-06-29"),  # 2026-03-31 and 90 days
        ("[partner, year]", "", "2027-03-31"),
        ("[partner]", "", "2027-03-31"),
        ("[partner]", "    during: {from: 2026-02-01, before: 2026-05-01}\n", "2026-07-29"),  # 2026-04-30 and 90 days
        ("[sale_id]", "", "2026-05-06"),  # a limit of its own has no order: the day and 90 days
        ("[partner, closed_on]", "", "2026-05-06"),
    ],
)
def test_the_time_of_the_limit_says_until_when(per: str, more: str, last: str) -> None:
    """A sale of 2026-02-05 counts if it is known by the last day, and not on the day after."""
    rules = SPIFF.replace("ORDER", "order: [amount]").replace("PER", per) + more
    assert [str(each.closes) for each in plan(rules, "2026-02-05", CLOSING).scope] == [_after(last)]
    for known, expected in ((last, [("S1", "9.00")]), (_after(last), [])):
        assert paid("2028-12-31", FEBRUARY.replace("-|-", f"{known}|-", 1), order="[amount]", per=per, more=more) == (
            expected
        )


def _after(day: str) -> str:
    return str(date.fromisoformat(day) + timedelta(days=1))


def test_limits_of_several_times_are_closed_with_the_last_of_all_days() -> None:
    """One limit a quarter and one a year, both by size: nothing is closed before the year is."""
    rules = SPIFF.replace("ORDER", "order: [amount]").replace(
        "[{at_most: 10 USD, per: PER}]",
        "[{at_most: 10 USD, per: [partner, quarter]}, {at_most: 20 USD, per: [partner, year]}]",
    )
    assert [str(each.closes) for each in plan(rules, "2026-02-05", CLOSING).scope] == ["2027-04-01"]


ORDERS = """
records:
  extends: standard
  orders:
    key: order_id
    partner: partner_id
    date: ordered_on
    fields:
      order_id: {type: id}
      partner_id: {type: id, references: partners}
      entry: {type: choice, values: [sale, return, adjustment]}
      returns_id: {type: id, references: orders, optional: true}
      ordered_on: {type: date}
      amount: {type: money}
incentives:
  volume: {kind: rebate, from: orders, period: quarter, sum: amount, rate: 1%, payee: partner}
"""


def test_returns_in_a_table_that_does_not_say_when_they_became_known() -> None:
    """A record is known on its own day: the first quarter and 90 days end with 2026-06-29."""
    columns = "order_id partner_id entry returns_id ordered_on amount"
    for made, amount in (("2026-06-29", "5.00"), ("2026-06-30", "7.00")):
        orders = rows(columns, "O1|P1|sale|-|2026-02-01|700.00", f"O2|P1|return|O1|{made}|-200.00")
        found = decide(ORDERS, "2027-12-31", {"partners": partners(), "orders": orders}, CLOSING)
        assert found.earned("period", "amount") == [("2026-Q1", amount)]
