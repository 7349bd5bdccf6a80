"""Amended versions: which rules decide which days, by amounts worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from engine.language.diagnostic import Diagnostic, has_errors
from engine.language.program import Program
from engine.language.source import File
from engine.plan.plan import Plan
from rules import check_program, compile_program, load_program
from tests.ridge.records import rows
from tests.tiny import Decided, Records, decide_plan, partners, sales

BASE = """\
rung: 1
program: tiny
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
tiers:
  ladder: [base, gold]
  gold: {requires: [revenue >= 1_000 USD]}
incentives:
  rebate:
    kind: rebate
    from: sales
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 10%}]
    payee: partner
"""
AMENDMENT = """\
rung: 1
program: tiny
amends: "2026"
amendment: 1
effective_from: {day}
reason: a test
{rules}
"""
RATE = "incentives: {{rebate: {{bands: [{{from: 0 USD, rate: {rate}}}]{more}}}}}"
SALES = sales("S1|P1|sale|2026-05-01|100.00", "S2|P1|sale|2026-06-15|200.00", "S3|P1|sale|2026-08-01|400.00")
RECORDS: Records = {"partners": partners(), "sales": SALES}


def loaded(*amendments: tuple[str, str], base: str = BASE) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The version with amendments, each a day and rules; the findings of the whole checker."""
    texts = [AMENDMENT.format(day=day, rules=rules).replace("amendment: 1", f"amendment: {number}")
             for number, (day, rules) in enumerate(amendments, 1)]  # fmt: skip
    files = [File("2026.yaml", base.encode())]
    files += [File(f"2026.amendment-{number}.yaml", text.encode()) for number, text in enumerate(texts, 1)]
    program, found = load_program(files[-1].data, files[-1].name, files)
    return program, (*found, *(check_program(program) if program else ()))


def plan(day: str, *amendments: tuple[str, str], base: str = BASE) -> Plan:
    """The Plan of the amended version at a date."""
    program, found = loaded(*amendments, base=base)
    assert program is not None and not has_errors(found), found
    compiled, found = compile_program(program, date.fromisoformat(day))
    assert compiled is not None, found
    return compiled


def whole(day: str) -> Plan:
    """The Plan of the version without amendments."""
    program, _ = load_program(BASE.encode(), "2026.yaml")
    assert program is not None
    compiled, found = compile_program(program, date.fromisoformat(day))
    assert compiled is not None, found
    return compiled


def earned(compiled: Plan, records: Records = RECORDS) -> Mapping[str, str]:
    """Amounts by period."""
    return dict(decide_plan(compiled, records).earned("period", "amount"))  # type: ignore[arg-type]  # pairs


def test_a_rate_changed_between_periods() -> None:
    """The second quarter pays by the old rate, the third by the new one."""
    amended = plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more="")))
    assert earned(amended) == {"2026-Q2": "30.00", "2026-Q3": "80.00"}


def test_before_it_takes_effect_nothing_changes() -> None:
    """The day before, the Plan is that of the version as it was."""
    amended = plan("2026-07-31", ("2026-08-01", RATE.format(rate="20%", more=", on_change: split")))
    assert amended.tables == whole("2026-07-31").tables
    assert earned(amended) == {"2026-Q2": "30.00"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("split", {"2026-Q2/1": "10.00", "2026-Q2/2": "40.00", "2026-Q3": "80.00"}),
        ("at_start", {"2026-Q2": "30.00", "2026-Q3": "80.00"}),
        ("at_end", {"2026-Q2": "60.00", "2026-Q3": "80.00"}),
    ],
)
def test_a_rate_changed_inside_a_period(mode: str, expected: Mapping[str, str]) -> None:
    """From 1 June 20 % in place of 10 %: `on_change` says what the second quarter's 300.00 are paid by."""
    amended = plan("2026-12-31", ("2026-06-01", RATE.format(rate="20%", more=f", on_change: {mode}")))
    assert earned(amended) == expected


def test_bands_start_anew_after_a_split() -> None:
    """Each part of the period walks the bands from the bottom."""
    bands = "bands: [{from: 0 USD, rate: 0%}, {from: 150 USD, rate: 10%}]"
    base = BASE.replace("bands: [{from: 0 USD, rate: 10%}]", bands)
    new = "incentives: {rebate: {bands: [{from: 0 USD, rate: 0%}, {from: 150 USD, rate: 20%}], on_change: split}}"
    records: Records = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2026-05-01|160.00", "S2|P1|sale|2026-06-15|200.00"),
    }
    found = earned(plan("2026-12-31", ("2026-06-01", new), base=base), records)
    assert found == {"2026-Q2/1": "1.00", "2026-Q2/2": "10.00"}


def test_the_dates_of_split_periods() -> None:
    """Each part says from when until when it runs."""
    amended = plan("2026-12-31", ("2026-06-01", RATE.format(rate="20%", more=", on_change: split")))
    found = decide_plan(amended, RECORDS).earned("period", "period_from", "period_before")
    assert found[:2] == [("2026-Q2/1", "2026-04-01", "2026-06-01"), ("2026-Q2/2", "2026-06-01", "2026-07-01")]


def test_two_amendments() -> None:
    """A later one lies over an earlier one; in force are those whose day has come."""
    amended = plan(
        "2026-12-31",
        ("2026-07-01", RATE.format(rate="20%", more="")),
        ("2026-04-01", "incentives: {rebate: {title: Rebate, bands: [{from: 0 USD, rate: 30%}]}}"),
    )
    # the second reaches further back than the first and is the latest word on the rate from then on
    assert earned(amended) == {"2026-Q2": "90.00", "2026-Q3": "120.00"}


def test_an_amendment_from_the_first_day_replaces_the_version() -> None:
    """Nothing is left to be decided by the old rules."""
    program, _ = loaded(("2026-01-01", RATE.format(rate="20%", more="")))
    assert program is not None and program.earlier is None
    assert earned(plan("2026-12-31", ("2026-01-01", RATE.format(rate="20%", more="")))) == {
        "2026-Q2": "60.00",
        "2026-Q3": "80.00",
    }


def test_added_and_removed_incentives() -> None:
    """One added pays from its day on, one dropped up to its day."""
    added = """\
without: [incentives.rebate]
incentives:
  extra: {kind: rebate, from: sales, period: quarter, sum: amount, bands: [{from: 0 USD, rate: 1%}], payee: partner}"""
    found = decide_plan(plan("2026-12-31", ("2026-07-01", added)), RECORDS).earned("incentive", "period", "amount")
    assert found == [("extra", "2026-Q3", "4.00"), ("rebate", "2026-Q2", "30.00")]


LIMITED = """\
  launch:
    {kind: spiff, amount: 10 USD, of: quantity, limits: [{at_most: 15 USD, per: [partner]}], payee: partner}
"""
TIERED = BASE.replace("    period: quarter", "    eligible: [tier is gold]\n    period: quarter")
BIG: Records = {"partners": partners(), "sales": sales("S1|P1|sale|2026-02-01|600.00", "S2|P1|sale|2026-08-01|100.00")}


def test_tiers_of_the_day() -> None:
    """Gold costs 500 until July and 1,000 after: who had it in the first quarter earns for that quarter alone."""
    cheap = TIERED.replace("1_000 USD", "500 USD")
    dear = "tiers: {gold: {requires: [revenue >= 1_000 USD]}}"
    found = decide_plan(plan("2026-12-31", ("2026-07-01", dear), base=cheap), BIG)
    assert found.tier() == "base"
    assert found.earned("period", "amount") == [("2026-Q1", "60.00")]


def test_an_incentive_that_does_not_change_is_one() -> None:
    """An amendment of something else leaves one table of earnings, and its limit runs on."""
    amended = plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more="")), base=BASE + LIMITED)
    assert [each.incentive for each in amended.earnings] == ["rebate", "rebate", "launch"]
    records: Records = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2026-05-01|1.00|1", "S2|P1|sale|2026-08-01|1.00|1",
                       columns="sale_id partner_id entry closed_on amount quantity"),
    }  # fmt: skip
    found = decide_plan(amended, records).earned("incentive", "source_id", "amount")
    assert [each for each in found if each[0] == "launch"] == [("launch", "S1", "10.00"), ("launch", "S2", "5.00")]


DOUBLE = "incentives: {{launch: {{amount: 20 USD{more}}}}}"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("split", ["10.00", "15.00"]),  # 10 of 15, then 20 of 15 anew
        ("at_start", ["10.00", "5.00"]),  # 10 and 10 of 15
        ("at_end", ["15.00"]),  # 20 of 15, and nothing is left
    ],
)
def test_a_limit_that_runs_across_the_change(mode: str, expected: list[str]) -> None:
    """15 USD a partner, 10 USD a unit and 20 USD from July on: `on_change` says whose limit it is."""
    amended = plan("2026-12-31", ("2026-07-01", DOUBLE.format(more=f", on_change: {mode}")), base=BASE + LIMITED)
    records: Records = {
        "partners": partners(),
        "sales": rows("sale_id partner_id entry closed_on amount quantity",
                      "S1|P1|sale|2026-05-01|0.00|1", "S2|P1|sale|2026-08-01|0.00|1"),
    }  # fmt: skip
    found = decide_plan(amended, records).earned("incentive", "amount")
    assert [amount for name, amount in found if name == "launch"] == expected


@pytest.mark.parametrize(
    ("day", "rules", "base", "expected"),
    [
        ("2026-06-01", RATE.format(rate="20%", more=""), BASE, "`rebate` changes inside a period, on 2026-06-01"),
        ("2026-06-01", "without: [incentives.rebate]", BASE, "`rebate` ends inside a period, on 2026-06-01"),
        ("2026-07-01", DOUBLE.format(more=""), BASE + LIMITED, "`launch` changes while its limit runs, on 2026-07-01"),
        ("2026-06-01", "tiers: {gold: {requires: [revenue > 1 USD]}}", TIERED, "`rebate` changes inside a period"),
    ],
)
def test_a_change_must_be_settled(day: str, rules: str, base: str, expected: str) -> None:
    """Without `on_change` the checker does not guess, not even where a tier behind the incentive changes."""
    _, found = loaded((day, rules), base=base)
    assert [each.code for each in found] == ["RNG416"]
    assert found[0].message.startswith(expected)


def test_what_an_amendment_means_is_checked() -> None:
    """A name that is not there is told once, in the amendment's file."""
    _, found = loaded(("2026-07-01", "tiers: {gold: {requires: [revenu >= 1 USD]}}"))
    assert [(each.code, each.span and each.span.file) for each in found] == [("RNG200", "2026.amendment-1.yaml")]


def test_nothing_amended_and_outside() -> None:
    """An amendment that changes nothing is told, one outside the version refused."""
    assert [each.code for each in loaded(("2026-07-01", RATE.format(rate="10%", more="")))[1]] == ["RNG417"]
    assert [each.code for each in loaded(("2027-01-01", RATE.format(rate="20%", more="")))[1]] == ["RNG415"]


def test_explained_by_the_rules_of_its_day() -> None:
    """Each earning's place in the program is in the file whose rules paid it."""
    amended = plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more="")))
    files = {each.table: each.band_spans[0].file for each in amended.earnings}
    assert sorted(files.values()) == ["2026.amendment-1.yaml", "2026.yaml"]


def test_shown_as_one() -> None:
    """Both parts have one name, so that totals add up."""
    found: Decided = decide_plan(plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more=""))), RECORDS)
    assert {each for (each,) in found.earned("incentive")} == {"rebate"}
