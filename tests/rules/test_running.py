"""Periods that still run: what they come to so far is told apart, and is never owed."""

from __future__ import annotations

from datetime import date

from engine.plan.scope import Running
from tests.ridge.records import rows
from tests.rules.test_attacked import amended
from tests.tiny import HEAD, SALES, Decided, decide, partners, sales

VOLUME = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
tiers: {ladder: [registered, silver], requires: [revenue >= 1_000 USD]}
incentives:
  volume:
    kind: rebate
    from: sales
    eligible: [tier >= silver]
    period: quarter
    sum: amount
    rate: 10%
    limits: [{at_most: 150 USD, per: [partner, year]}]
    payee: partner
  resale: {kind: commission, from: sales, of: amount, rate: 1%, payee: partner}
"""
SOLD = (
    "S1|P1|sale|2026-02-01|1100.00",
    "S2|P1|sale|2026-05-05|900.00",
    "S3|P1|sale|2026-05-20|700.00",
)
DAYS = ("period", "period_from", "period_before", "complete_on", "rounded", "amount")


def running(found: Decided, *names: str) -> list[tuple[str, ...]]:
    """Rows of the output of running periods, as text."""
    return [tuple(str(row[each]) for each in names) for row in found.outputs.get("running", ())]


def volume(as_of: str, *lines: str, text: str = VOLUME, head: str = HEAD) -> tuple[list[str], list[tuple[str, ...]]]:
    """The amounts owed of the rebate, and what its running period comes to."""
    found = decide(text, as_of, {"partners": partners(), "sales": sales(*lines)}, head)
    owed = [amount for name, amount in found.earned("incentive", "amount") if name == "volume"]
    return owed, running(found, *DAYS)


def test_a_running_period_is_told_apart_from_what_is_owed() -> None:
    """10 % of 1,100 are 110.00; of 900 so far they are 90.00, of which the year's limit leaves 40.00."""
    second = ("2026-Q2", "2026-04-01", "2026-05-11", "2026-06-30")
    assert volume("2026-02-15", *SOLD) == (
        [],
        [("2026-Q1", "2026-01-01", "2026-02-16", "2026-03-31", "110.00", "110.00")],
    )
    assert volume("2026-05-10", *SOLD) == (["110.00"], [(*second, "90.00", "40.00")])
    assert volume("2026-06-30", *SOLD) == (["110.00", "40.00"], [])  # it is complete: 160.00, of which 40.00


def test_a_complete_run_has_no_such_output() -> None:
    """On the last day of a period nothing runs."""
    found = decide(VOLUME, "2026-03-31", {"partners": partners(), "sales": sales(*SOLD)})
    assert "running" not in found.outputs
    assert found.plan.running == ()


def test_the_plan_says_which_periods_run() -> None:
    """By incentive, with the days that have passed and the day on which the period is complete."""
    found = decide(VOLUME, "2026-05-10", {"partners": partners(), "sales": sales(*SOLD)})
    days = (date(2026, 4, 1), date(2026, 5, 11), date(2026, 6, 30))
    assert found.plan.running == (Running("volume", "2026-Q2", *days),)
    assert [each.period for each in found.plan.scope if each.incentive == "volume"] == ["2026-Q1"]


def test_a_running_period_takes_nothing_from_a_limit() -> None:
    """Only the complete quarter stands in the allocations."""
    found = decide(VOLUME, "2026-05-10", {"partners": partners(), "sales": sales(*SOLD)})
    assert [(row["period"], str(row["taken"])) for row in found.outputs["allocations"]] == [("2026-Q1", "110.00")]


def test_a_running_period_is_judged_on_the_day_of_the_run() -> None:
    """On 4 May the partner has sold 999 and is registered; with the sale of 5 May it is silver."""
    few = ("S1|P1|sale|2026-04-01|999.00", "S2|P1|sale|2026-05-05|1.00")
    assert volume("2026-05-04", *few)[1] == []
    assert [each[-1] for each in volume("2026-05-05", *few)[1]] == ["100.00"]


def test_a_missing_value_leaves_it_undecided() -> None:
    """A quantity that is missing: no amount so far, and none owed."""
    text = "incentives: {r: {kind: rebate, period: quarter, sum: quantity, amount: 1 USD, per: 1, payee: partner}}"
    columns = f"{SALES} quantity"
    known = {"partners": partners(), "sales": rows(columns, "S1|P1|sale|2026-02-01|1.00|-")}
    found = decide(text, "2026-02-15", known)
    assert (found.outputs["earnings"], running(found, "period", "amount")) == ([], [("2026-Q1", "None")])


def test_only_running_periods() -> None:
    """Beside no other incentive the column that says when is never missing."""
    text = "incentives: {r: {kind: rebate, period: year, sum: amount, rate: 10%, payee: partner,\n"
    text += "  limits: [{at_most: 5 USD, per: [partner, period]}]}}"
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": sales("S1|P1|sale|2026-02-01|70.00")})
    assert (found.outputs["earnings"], found.outputs["allocations"]) == ([], [])
    assert running(found, "period", "rounded", "amount") == [("2026", "7.00", "5.00")]


def test_a_period_that_the_version_ends_in_runs_until_its_last_day() -> None:
    """The version ends on 14 May: nothing is added after, and the quarter is owed from 30 June on."""
    head = HEAD.replace("2027-01-01", "2026-05-15")
    days = ("2026-Q2", "2026-04-01", "2026-05-15", "2026-06-30")
    assert volume("2026-06-29", *SOLD, head=head) == (["110.00"], [(*days, "90.00", "40.00")])
    assert volume("2026-06-30", *SOLD, head=head) == (["110.00", "40.00"], [])


def test_parts_under_several_rules_are_one_running_period() -> None:
    """10 % of 1,100 before the amendment of 10 February, and 20 % of 50 after it."""
    text = "incentives: {r: {kind: rebate, period: quarter, sum: amount, rate: 10%, payee: partner,"
    text += " on_change: split}}"
    known = {"partners": partners(), "sales": sales(SOLD[0], "S2|P1|sale|2026-02-20|50.00")}
    found = amended(text, "2026-02-10", "incentives: {r: {rate: 20%}}", known, "2026-03-01")
    assert found.outputs["earnings"] == []
    assert running(found, *DAYS) == [("2026-Q1", "2026-01-01", "2026-03-02", "2026-03-31", "120.00", "120.00")]
    assert found.plan.running == (Running("r", "2026-Q1", date(2026, 1, 1), date(2026, 3, 2), date(2026, 3, 31)),)


def test_each_currency_has_its_own_running_period() -> None:
    """10 % of each currency's sum; the quarter before is owed."""
    head = HEAD + "conversion: {equal: [{from: 2026-01-01, amounts: [1 USD, 2 EUR]}], as_at: row}\n"
    text = """
    records:
      sales:
        fields:
          amount: {type: money, currency: row}
          currency: {type: choice, values: [USD, EUR]}
    incentives:
      r: {kind: rebate, period: quarter, sum: amount, rate: 10%, payee: partner, pays_in: row}
    """
    lines = (
        "S1|P1|sale|2026-02-01|100.00|EUR",
        "S2|P1|sale|2026-05-01|30.00|EUR",
        "S3|P1|sale|2026-05-02|50.00|USD",
    )
    known = {"partners": partners(), "sales": rows(f"{SALES} currency", *lines)}
    found = decide(text, "2026-05-10", known, head)
    assert found.earned("period", "currency", "amount") == [("2026-Q1", "EUR", "10.00")]
    assert sorted(running(found, "period", "currency", "amount")) == [
        ("2026-Q2", "EUR", "3.00"),
        ("2026-Q2", "USD", "5.00"),
    ]
