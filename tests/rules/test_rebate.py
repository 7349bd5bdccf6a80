"""Rebates: periods, bands, eligibility, limits and rounding, worked out by hand."""

from __future__ import annotations

import pytest

from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners, sales, told

BANDS = "[{from: 0 USD, rate: 1%}, {from: 100 USD, rate: 2%}]"


def rebate(keys: str = "", bands: str = BANDS, period: str = "quarter", sum: str = "amount") -> str:
    """A program with one rebate and more keys of it."""
    more = f", {keys}" if keys else ""
    return f"incentives:\n  r: {{kind: rebate, period: {period}, sum: {sum}, bands: {bands}, payee: partner{more}}}\n"


def paid(text: str, *lines: str, day: str = "2026-12-31", head: str = HEAD) -> list[tuple[str, ...]]:
    """Period and amount of P1's earnings."""
    found = decide(text, day, {"partners": partners(), "sales": sales(*lines)}, head)
    return found.earned("period", "amount")


@pytest.mark.parametrize(
    ("measure", "marginal", "whole"),
    [
        ("0.00", None, None),
        ("50.00", "0.50", "0.50"),
        ("99.99", "1.00", "1.00"),  # 0.9999
        ("100.00", "1.00", "2.00"),  # the edge: `from` is included
        ("100.50", "1.01", "2.01"),
        ("100.25", "1.01", "2.01"),  # 1.005 and 2.005, half up
        ("300.00", "5.00", "6.00"),
        ("-10.00", None, None),  # below the first band
    ],
)
def test_marginal_and_whole(measure: str, marginal: str | None, whole: str | None) -> None:
    """Each band's rate on its part, or the reached band's rate on everything."""
    line = f"S1|P1|sale|2026-01-01|{measure}"
    for method, amount in (("marginal", marginal), ("whole", whole)):
        assert paid(rebate(f"method: {method}"), line) == ([("2026-Q1", amount)] if amount else []), method


@pytest.mark.parametrize(
    ("measure", "marginal", "whole"),
    [
        ("50.00", "5.00", "10.00"),
        ("100.00", "40.00", "30.00"),
        ("100.01", "40.00", "30.00"),
        ("300.00", "40.00", "30.00"),
    ],
)
def test_band_amounts(measure: str, marginal: str, whole: str) -> None:
    """Whole pays the reached band's amount once; marginal pays it pro rata across it, an open one when entered."""
    bands = "[{from: 0 USD, amount: 10 USD}, {from: 100 USD, amount: 30 USD}]"
    line = f"S1|P1|sale|2026-01-01|{measure}"
    assert paid(rebate("method: marginal", bands), line, day="2026-03-31") == [("2026-Q1", marginal)]
    assert paid(rebate("method: whole", bands), line, day="2026-03-31") == [("2026-Q1", whole)]


@pytest.mark.parametrize(("measure", "marginal", "whole"), [("199.99", "3.00", "4.00"), ("200.00", "3.00", None)])
def test_beyond_nothing(measure: str, marginal: str, whole: str | None) -> None:
    """At the last `up_to` whole pays nothing, and marginal nothing more."""
    bands = "[{from: 0 USD, rate: 1%}, {from: 100 USD, rate: 2%, up_to: 200 USD}], beyond: nothing"
    line = f"S1|P1|sale|2026-01-01|{measure}"
    assert paid(rebate("method: marginal", bands), line) == [("2026-Q1", marginal)]
    assert paid(rebate("method: whole", bands), line) == ([("2026-Q1", whole)] if whole else [])


def test_units_measured_earn_amounts() -> None:
    """Bands over units pay an amount."""
    text = rebate("method: whole", "[{from: 0, amount: 0 USD}, {from: 10, amount: 7 USD}]", sum="quantity")
    records = {
        "partners": partners("P1", "P2"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount quantity",
            "S1|P1|sale|2026-01-01|1.00|10",
            "S2|P2|sale|2026-01-01|1.00|9",
        ),
    }
    assert decide(text, "2026-12-31", records).earned("partner_id", "measure", "amount") == [("P1", "10", "7.00")]


PERIODS = ("S1|P1|sale|2026-01-01|10.00", "S2|P1|sale|2026-03-31|20.00", "S3|P1|sale|2026-04-01|40.00")


@pytest.mark.parametrize(
    ("period", "day", "expected"),
    [
        ("quarter", "2026-03-30", []),  # not complete
        ("quarter", "2026-03-31", [("2026-Q1", "30.00")]),  # complete at the end of its last day
        ("quarter", "2026-06-29", [("2026-Q1", "30.00")]),
        ("quarter", "2026-06-30", [("2026-Q1", "30.00"), ("2026-Q2", "40.00")]),
        ("month", "2026-04-30", [("2026-01", "10.00"), ("2026-03", "20.00"), ("2026-04", "40.00")]),
        ("year", "2026-12-30", []),
        ("year", "2026-12-31", [("2026", "70.00")]),
    ],
)
def test_only_complete_periods_earn(period: str, day: str, expected: list[tuple[str, ...]]) -> None:
    """A period that still runs has earned nothing yet."""
    assert paid(rebate("", "[{from: 0 USD, rate: 100%}]", period), *PERIODS, day=day) == expected


def test_fiscal_quarters() -> None:
    """With a year from February the first quarter ends in April; January belongs to the year before."""
    head = HEAD + "calendar: {fiscal_year_starts: february, year_named: start}\n"
    text = rebate("", "[{from: 0 USD, rate: 100%}]", "fiscal quarter")
    lines = (
        "S0|P1|sale|2026-01-31|1.00",
        "S1|P1|sale|2026-02-01|10.00",
        "S2|P1|sale|2026-04-30|20.00",
        "S3|P1|sale|2026-05-01|40.00",
    )
    found = decide(text, "2026-07-31", {"partners": partners(), "sales": sales(*lines)}, head)
    assert found.earned("period", "period_from", "period_before", "amount") == [
        ("FY2025-Q4", "2025-11-01", "2026-02-01", "1.00"),
        ("FY2026-Q1", "2026-02-01", "2026-05-01", "30.00"),
        ("FY2026-Q2", "2026-05-01", "2026-08-01", "40.00"),
    ]


def test_two_rebates_of_one_day_have_their_own_periods() -> None:
    """A month and a quarter may end together, and a fiscal quarter with a calendar one."""
    head = HEAD + "calendar: {fiscal_year_starts: april, year_named: end}\n"
    names = ("a|month", "b|quarter", "c|fiscal quarter")
    text = "incentives:\n" + "".join(
        f"  {name}: {{kind: rebate, period: {period}, during: {{from: 2026-03-01, before: 2026-07-01}}, sum: amount,"
        " bands: [{from: 0 USD, rate: 100%}], payee: partner}\n"
        for name, period in (each.split("|") for each in names)
    )
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": sales(*PERIODS)}, head)
    assert found.earned("incentive", "period", "amount") == [
        ("a", "2026-03", "20.00"),
        ("a", "2026-04", "40.00"),
        ("b", "2026-Q1", "20.00"),
        ("b", "2026-Q2", "40.00"),
        ("c", "FY2026-Q4", "20.00"),
        ("c", "FY2027-Q1", "40.00"),
    ]


def test_during_and_program_bound_the_rows() -> None:
    """Sales before the program or outside `during` earn nothing, in whatever period they are."""
    keys = "during: {from: 2026-02-01, before: 2026-05-01}"
    lines = ("S0|P1|sale|2025-12-31|1.00", "S1|P1|sale|2026-01-31|2.00", "S2|P1|sale|2026-02-01|4.00",
             "S3|P1|sale|2026-04-30|8.00", "S4|P1|sale|2026-05-01|16.00")  # fmt: skip
    whole = "[{from: 0 USD, rate: 100%}]"
    assert paid(rebate(keys, whole), *lines) == [("2026-Q1", "4.00"), ("2026-Q2", "8.00")]
    assert paid(rebate(keys, whole), *lines, day="2026-03-31") == [("2026-Q1", "4.00")]
    assert paid(rebate("", whole, "year"), *lines) == [("2026", "30.00")]


ELIGIBLE = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
tiers: {ladder: [registered, silver], silver: {requires: [revenue >= 100 USD]}}
"""


def test_eligible_on_the_periods_last_day() -> None:
    """A partner that reaches silver in May is not eligible for the first quarter, and is for all of the second."""
    text = ELIGIBLE + rebate("eligible: [tier >= silver]", "[{from: 0 USD, rate: 10%}]")
    lines = ("S1|P1|sale|2026-01-10|60.00", "S2|P1|sale|2026-04-01|30.00", "S3|P1|sale|2026-05-01|10.00")
    assert paid(text, *lines, day="2026-06-30") == [("2026-Q2", "4.00")]
    assert paid(text, *lines, day="2026-03-31") == []


def test_tier_of_the_history_on_that_day() -> None:
    """Who held silver by history when the quarter ended is eligible for it."""
    text = """
records: {partners: {fields: {score: {type: integer, optional: true}}}}
tiers: {ladder: [registered, silver], silver: {requires: [score >= 1]}}
""" + rebate("eligible: [tier >= silver]", "[{from: 0 USD, rate: 10%}]")
    records = {
        "partners": partners(),
        "statuses": rows(
            "partner_id tier from before", "P1|silver|2026-01-01|2026-06-30", "P1|registered|2026-06-30|-"
        ),
        "sales": sales(*PERIODS),
    }
    assert decide(text, "2026-06-30", records).earned("period", "amount") == [("2026-Q1", "3.00")]


def test_undecided_is_listed_without_an_amount() -> None:
    """Eligibility or a row that cannot be decided: no amount, never zero; refuted eligibility: nothing."""
    text = rebate("eligible: [region is 'x'], where: seller_id is 'E1'", "[{from: 0 USD, rate: 10%}]")
    columns = "sale_id partner_id entry closed_on amount seller_id"
    records = {
        "partners": rows("partner_id region", "P1|-", "P2|x", "P3|y", "P4|x"),
        "sales": rows(
            columns,
            "S1|P1|sale|2026-01-01|10.00|E1",
            "S2|P2|sale|2026-01-01|10.00|-",
            "S3|P3|sale|2026-01-01|10.00|-",
            "S4|P4|sale|2026-01-01|10.00|E1",
        ),
    }
    found = decide(text, "2026-03-31", records)
    assert found.earned("partner_id", "measure", "earned", "amount") == [
        ("P1", "10.00", "-", "-"),
        ("P2", "-", "-", "-"),
        ("P4", "10.00", "1.000", "1.00"),
    ]


def test_eligibility_that_cannot_be_decided_in_an_empty_period() -> None:
    """Where no eligibility could earn anything it is undecided all the same: what is missing must be found."""
    text = rebate("eligible: [region is 'x']", "[{from: 0 USD, rate: 10%}]")
    records = {"partners": rows("partner_id region", "P1|-")}
    assert decide(text, "2026-03-31", records).earned("measure", "amount") == [("0.00", "-")]


def test_limits() -> None:
    """Per partner and period each earning; per partner all periods in order; in the order of the list."""
    rates = "[{from: 0 USD, rate: 100%}]"
    lines = ("S1|P1|sale|2026-01-01|60.00", "S2|P1|sale|2026-04-01|50.00", "S3|P1|sale|2026-07-01|30.00")
    per_period = "{at_most: 40 USD, per: [partner, period]}"
    ever = "{at_most: 70 USD, per: partner}"
    assert paid(rebate(f"limits: [{per_period}]", rates), *lines) == [
        ("2026-Q1", "40.00"), ("2026-Q2", "40.00"), ("2026-Q3", "30.00"),
    ]  # fmt: skip
    assert paid(rebate(f"limits: [{ever}]", rates), *lines) == [("2026-Q1", "60.00"), ("2026-Q2", "10.00")]
    both = rebate(f"limits: [{per_period}, {ever}]", rates)
    assert paid(both, *lines) == [("2026-Q1", "40.00"), ("2026-Q2", "30.00")]
    assert paid(both, *lines, day="2026-03-31") == [("2026-Q1", "40.00")]
    assert paid(rebate(f"limits: [{ever}]", rates), *lines, day="2026-03-31") == [("2026-Q1", "60.00")]


@pytest.mark.parametrize(
    ("mode", "amounts"),
    [
        ("half_up", ["0.01", "0.02", "0.02"]),
        ("half_even", ["0.02", "0.02"]),
        ("down", ["0.01", "0.01"]),
        ("up", ["0.01", "0.02", "0.02"]),
    ],
)
def test_rounded_once_per_earning(mode: str, amounts: list[str]) -> None:
    """1 % of 0.50, 1.50 and 1.60 is 0.005, 0.015 and 0.016: two halves of a cent in one quarter are one cent."""
    head = HEAD + f"rounding: {{mode: {mode}, at: earning}}\n"
    text = rebate("", "[{from: 0 USD, rate: 1%}]")
    lines = (
        "S1|P1|sale|2026-01-01|0.50",
        "S2|P1|sale|2026-04-01|0.75",
        "S3|P1|sale|2026-04-02|0.75",
        "S4|P1|sale|2026-07-01|1.60",
    )
    assert [amount for _, amount in paid(text, *lines, head=head)] == amounts


def test_limits_in_calendar_time() -> None:
    """Months in a quarter's limit: by the month's last day; a fiscal year that begins in April is another one."""
    head = HEAD + "calendar: {fiscal_year_starts: april, year_named: start}\n"
    lines = tuple(f"S{month}|P1|sale|2026-0{month}-15|60.00" for month in range(1, 7))
    rates = "[{from: 0 USD, rate: 100%}]"

    def amounts(time: str) -> list[str]:
        text = rebate(f"limits: [{{at_most: 100 USD, per: [partner, {time}]}}]", rates, "month")
        return [amount for _, amount in paid(text, *lines, day="2026-06-30", head=head)]

    assert amounts("quarter") == ["60.00", "40.00", "60.00", "40.00"]
    assert amounts("year") == ["60.00", "40.00"]
    assert amounts("fiscal year") == ["60.00", "40.00", "60.00", "40.00"]
    assert amounts("period") == ["60.00"] * 6


def test_a_limit_by_tier() -> None:
    """Silver from May on: at most 10 for the first quarter, at most 25 for the second."""
    limit = "{at_most: {by: [tier], values: {registered: 10 USD, silver: 25 USD}}, per: [partner, period]}"
    text = ELIGIBLE + rebate(f"limits: [{limit}]", "[{from: 0 USD, rate: 100%}]")
    lines = ("S1|P1|sale|2026-01-10|60.00", "S2|P1|sale|2026-05-01|90.00")
    assert paid(text, *lines, day="2026-06-30") == [("2026-Q1", "10.00"), ("2026-Q2", "25.00")]


def test_a_limit_is_of_whole_units() -> None:
    """A third of 100 USD is 33.33 and a part of a cent, which nobody can be paid."""
    text = rebate("limits: [{at_most: 100 USD / 3, per: [partner, period]}]", "[{from: 0 USD, rate: 100%}]")
    assert paid(text, "S1|P1|sale|2026-01-10|60.00", day="2026-03-31") == [("2026-Q1", "33.33")]


def test_by_record() -> None:
    """Without a period each record earns: price protection, ship and debit."""
    text = "incentives:\n  r: {kind: rebate, of: amount, rate: 10%, payee: partner}\n"
    found = decide(text, "2026-12-31", {"partners": partners(), "sales": sales(*PERIODS)})
    assert found.earned("source_id", "period", "amount") == [
        ("S1", "-", "1.00"),
        ("S2", "-", "2.00"),
        ("S3", "-", "4.00"),
    ]


def test_rate_and_amounts_of_a_period() -> None:
    """A rate of the sum; an amount for every full 20 USD of it: 30 and 40 have one and two."""
    for keys, expected in (
        ("rate: 10%", ["3.00", "4.00"]),
        ("amount: 5 USD, per: 20 USD, limits: [{at_most: 99 USD, per: partner}]", ["5.00", "10.00"]),
    ):
        text = f"incentives:\n  r: {{kind: rebate, period: quarter, sum: amount, {keys}, payee: partner}}\n"
        assert [amount for _, amount in paid(text, *PERIODS, day="2026-06-30")] == expected


def test_other_currencies() -> None:
    """Yen have no minor digits, Kuwaiti dinars three."""
    for code, amount, earned in (("JPY", "150", "2"), ("KWD", "150.050", "1.501")):
        head = HEAD.replace("USD", code)
        text = rebate("", f"[{{from: 0 {code}, rate: 1%}}]")
        assert paid(text, f"S1|P1|sale|2026-01-01|{amount}", head=head) == [("2026-Q1", earned)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rebate(sum="entry"), ["RNG201 7`entry`: a sum needs numbers, but this is a choice"]),
        (
            rebate(sum="amount / quantity"),
            [
                (
                    "RNG201 7`amount / quantity`: `amount / quantity` is a ratio of each row,"
                    " and ratios of rows are not added up"
                )
            ],
        ),
        (rebate(sum="colour"), ["RNG200 7`colour`: unknown name `colour`"]),
        (
            rebate(sum="quantity"),
            [
                "RNG201 7`0 USD`: expected a number, found an amount in USD",
                "RNG201 7`100 USD`: expected a number, found an amount in USD",
            ],
        ),
        (
            rebate(sum="quantity", bands="[{from: 0, rate: 5%}]"),
            ["RNG201 7`5%`: a rate needs an amount of money, but the measure is a whole number"],
        ),
        (rebate("eligible: [colour is 'x']"), ["RNG200 7`colour`: unknown name `colour`"]),
        (rebate("where: colour is 'x'"), ["RNG200 7`colour`: unknown name `colour`"]),
        (rebate("eligible: [region > 'x']"), ["RNG201 7`region`: a text has no order, so `>` cannot compare it"]),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(text) == expected
