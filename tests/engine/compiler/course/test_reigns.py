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
        ("split", {"2026-Q2": "50.00", "2026-Q3": "80.00"}),  # 10.00 until June and 40.00 in June
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
    assert found == {"2026-Q2": "11.00"}  # 1.00 of 160.00, then 10.00 of 200.00; of 360.00 at once it were more


def test_the_dates_of_split_periods() -> None:
    """A period that a change splits is one earning under its own name, with its own days."""
    amended = plan("2026-12-31", ("2026-06-01", RATE.format(rate="20%", more=", on_change: split")))
    found = decide_plan(amended, RECORDS).earned("period", "period_from", "period_before")
    assert found[:1] == [("2026-Q2", "2026-04-01", "2026-07-01")]


def test_a_split_period_waits_for_its_last_day() -> None:
    """On 15 June the rules until 31 May have paid nothing yet: the second quarter is still running."""
    amended = plan("2026-06-15", ("2026-06-01", RATE.format(rate="20%", more=", on_change: split")))
    assert earned(amended) == {}


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
    assert [(each.incentive, len(each.parts)) for each in amended.earnings] == [("rebate", 2), ("launch", 1)]
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
    split = ", on_change: split"
    first = ("2026-04-01", RATE.format(rate="20%", more=split))
    assert loaded(first, ("2026-07-01", RATE.format(rate="30%", more=split)))[1] == ()
    (found,) = loaded(first, ("2026-07-01", RATE.format(rate="20%", more=split)))[1]
    assert (found.code, found.span and found.span.file) == ("RNG417", "2026.amendment-2.yaml")
    # of two on one day the second undoes the first: each changes something, so neither is blamed
    again = ("2026-07-01", RATE.format(rate="10%", more=""))
    assert loaded(("2026-07-01", RATE.format(rate="20%", more="")), again)[1] == ()


def test_explained_by_the_rules_of_its_day() -> None:
    """Each earning's place in the program is in the file whose rules paid it."""
    amended = plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more="")))
    (earning,) = amended.earnings
    assert [each.band_spans[0].file for each in earning.parts] == ["2026.yaml", "2026.amendment-1.yaml"]


def test_shown_as_one() -> None:
    """Both parts have one name, so that totals add up."""
    found: Decided = decide_plan(plan("2026-12-31", ("2026-07-01", RATE.format(rate="20%", more=""))), RECORDS)
    assert {each for (each,) in found.earned("incentive")} == {"rebate"}


SPREAD: Records = {
    "partners": partners(),
    "sales": sales(
        "S1|P1|sale|2026-01-15|100.00", "S2|P1|sale|2026-04-15|1000.00", "S3|P1|sale|2026-05-15|10000.00",
        "S4|P1|sale|2026-06-20|100000.00", "S5|P1|sale|2026-08-01|1000000.00",
    ),
}  # fmt: skip
SETTLED = BASE.replace("    payee: partner\n", "    payee: partner\n    on_change: split\n")
DROPPED = ("2026-05-01", "without: [incentives.rebate]")
AGAIN = (
    "2026-06-10",
    """\
incentives:
  rebate:
    {kind: rebate, period: quarter, sum: amount, bands: [{from: 0 USD, rate: 10%}], payee: partner, on_change: split}
""",
)


def test_dropped_and_taken_up_again_in_one_quarter() -> None:
    """The part without the incentive pays nothing; the two others are judged on their own last days and add up."""
    found = decide_plan(plan("2026-12-31", DROPPED, AGAIN, base=SETTLED), SPREAD)
    assert found.earned("period", "period_from", "period_before", "amount") == [
        ("2026-Q1", "2026-01-01", "2026-04-01", "10.00"),
        ("2026-Q2", "2026-04-01", "2026-07-01", "10100.00"),
        ("2026-Q3", "2026-07-01", "2026-10-01", "100000.00"),
    ]
    assert earned(plan("2026-05-31", DROPPED, base=SETTLED), SPREAD) == {"2026-Q1": "10.00"}
    assert earned(plan("2026-06-30", DROPPED, base=SETTLED), SPREAD) == {"2026-Q1": "10.00", "2026-Q2": "100.00"}


@pytest.mark.parametrize("modes", [("at_start", "split"), ("split", "at_end"), ("at_end", "at_start")])
def test_two_changes_in_one_period_are_settled_alike(modes: tuple[str, str]) -> None:
    """Otherwise some days would be nobody's, and some everybody's."""
    days = ("2026-05-01", "2026-06-10")
    rates = ("20%", "30%")
    _, found = loaded(*(
        (day, RATE.format(rate=rate, more=f", on_change: {mode}"))
        for day, rate, mode in zip(days, rates, modes, strict=True)
    ))  # fmt: skip
    assert {each.code for each in found} == {"RNG416"}
    assert "with different `on_change`" in found[-1].message


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("split", {"2026-Q1": "10.00", "2026-Q2": "32100.00"}),  # 100.00, 2,000.00 and 30,000.00
        ("at_start", {"2026-Q1": "10.00", "2026-Q2": "11100.00"}),
        ("at_end", {"2026-Q1": "10.00", "2026-Q2": "33300.00"}),
    ],
)
def test_two_changes_in_one_quarter(mode: str, expected: Mapping[str, str]) -> None:
    """10 %, from May 20 %, from 10 June 30 %: three parts, or the whole by the first or the last rules."""
    changes = (("2026-05-01", "20%"), ("2026-06-10", "30%"))
    amended = [(day, RATE.format(rate=rate, more=f", on_change: {mode}")) for day, rate in changes]
    assert earned(plan("2026-12-31", *amended), SPREAD) == {**expected, "2026-Q3": "300000.00"}


def test_changes_in_different_periods_are_settled_apart() -> None:
    """May's change splits its quarter, August's leaves its own to the rules it began with."""
    may, august = (
        RATE.format(rate="20%", more=", on_change: split"),
        RATE.format(rate="30%", more=", on_change: at_start"),
    )
    amended = plan("2026-12-31", ("2026-05-01", may), ("2026-08-15", august))
    found = earned(amended, SPREAD)
    assert found == {"2026-Q1": "10.00", "2026-Q2": "22100.00", "2026-Q3": "200000.00"}  # Q2: 100.00 and 22,000.00


def test_nothing_to_settle_after_its_time() -> None:
    """A rebate that ended in March may change inside any later quarter."""
    over = BASE.replace("    payee", "    during: {from: 2026-01-01, before: 2026-04-01}\n    payee")
    amended = plan("2026-12-31", ("2026-05-15", RATE.format(rate="20%", more="")), base=over)
    assert earned(amended, SPREAD) == {"2026-Q1": "10.00"}


def test_two_amendments_on_one_day() -> None:
    """What each of them changes is not told apart."""
    same = RATE.format(rate="20%", more="")
    assert loaded(("2026-07-01", same), ("2026-07-01", same))[1] == ()


WIDE = BASE + "    limits: [{at_most: 500 USD, per: [partner]}]\n"


def test_a_limit_of_a_rebate_that_runs_on() -> None:
    """500 USD a partner over all quarters: a change of the rate must say whose limit it is."""
    _, found = loaded(("2026-07-01", RATE.format(rate="20%", more="")), base=WIDE)
    assert [each.code for each in found] == ["RNG416"]
    settled = ("2026-07-01", RATE.format(rate="20%", more=", on_change: at_start"))
    assert earned(plan("2026-12-31", settled, base=WIDE), SPREAD) == {"2026-Q1": "10.00", "2026-Q2": "490.00"}


def test_how_it_is_booked_changes_no_amount() -> None:
    """Another way to pay splits nothing, and no limit starts anew."""
    amended = plan("2026-12-31", ("2026-05-10", "incentives: {rebate: {settle_by: transfer}}"), base=WIDE)
    assert earned(amended, SPREAD) == {"2026-Q1": "10.00", "2026-Q2": "490.00"}


CERTIFIED = BASE.replace(
    "metrics:\n", "certifications: {pro: {}, old_pro: {}}\nmetrics:\n  pros: {people_holding: pro}\n"
)
CERTIFIED = CERTIFIED.replace("revenue >= 1_000 USD", "pros >= 1").replace(
    "    period: quarter", "    eligible: [tier is gold]\n    period: quarter"
)


def test_what_counts_as_something_is_reached() -> None:
    """A certificate made to count from July on earns from July on, not for the quarters before."""
    amended = plan("2026-12-31", ("2026-07-01", "certifications: {old_pro: {counts_as: pro}}"), base=CERTIFIED)
    people: Records = {
        **SPREAD,
        "people": rows("person_id partner_id", "E1|P1"),
        "certifications": rows("holding_id person_id certification earned_on", "H1|E1|old_pro|2025-01-01"),
    }
    assert earned(amended, people) == {"2026-Q3": "100000.00"}


def test_a_metric_may_have_any_name() -> None:
    """One called like a word of our own is looked at like any other."""
    base = TIERED.replace("revenue", "incentive").replace("tier is gold", "incentive >= 1 USD")
    dear = "metrics: {incentive: {where: amount >= 9_000_000 USD}}"
    found = earned(plan("2026-12-31", ("2026-07-01", dear), base=base), SPREAD)
    assert found == {"2026-Q1": "10.00", "2026-Q2": "11100.00"}


def test_another_period_is_a_split() -> None:
    """From quarters to months inside a quarter: the quarter so far is one part, and nothing else will do."""
    monthly = "incentives: {{rebate: {{period: month{more}}}}}"
    assert [each.code for each in loaded(("2026-05-01", monthly.format(more="")))[1]] == ["RNG416"]
    assert [each.code for each in loaded(("2026-05-01", monthly.format(more=", on_change: at_end")))[1]] == ["RNG416"]
    found = earned(plan("2026-12-31", ("2026-05-01", monthly.format(more=", on_change: split"))), SPREAD)
    assert found == {
        "2026-Q1": "10.00", "2026-Q2": "100.00", "2026-05": "1000.00", "2026-06": "10000.00", "2026-08": "100000.00"
    }  # fmt: skip


def test_returns_hold_for_a_version() -> None:
    """Sales restated on one side and returns counted on the other would net twice."""
    _, found = loaded(("2026-07-01", "incentives: {rebate: {returns: current_period}}"))
    assert [each.code for each in found] == ["RNG414"]


def test_an_incentive_that_was_over_is_taken_up_again() -> None:
    """Its time was over when the amendment gave it another: there is nothing to settle."""
    over = BASE + LIMITED.replace("payee: partner}", "payee: partner, during: {from: 2026-01-01, before: 2026-05-01}}")
    more = "incentives: {launch: {during: {from: 2026-01-01, before: 2026-09-01}}}"
    records: Records = {
        "partners": partners(),
        "sales": rows("sale_id partner_id entry closed_on amount quantity",
                      "S1|P1|sale|2026-04-01|0.00|1", "S2|P1|sale|2026-08-01|0.00|1"),
    }  # fmt: skip
    found = decide_plan(plan("2026-12-31", ("2026-07-01", more), base=over), records).earned("source_id", "amount")
    assert found == [("S1", "10.00"), ("S2", "10.00")]


def test_an_amendment_that_reaches_back_behind_another_changes_something() -> None:
    """The second takes effect before the first; it is compared on its own day."""
    changes = (("2026-10-01", RATE.format(rate="20%", more="")), ("2026-07-01", RATE.format(rate="30%", more="")))
    assert loaded(*changes)[1] == ()


RENAMED = """\
rung: 1
program: tiny
version: "2026"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records: {partners: {fields: {a: {type: boolean, optional: true}}}}
tiers: {ladder: [base, silver], was: {old: silver}, silver: {requires: [a]}}
"""


@pytest.mark.parametrize(
    ("status", "held"),
    [
        ("P1|silver|2025-03-01|-", "argent"),
        ("P1|silver|2026-03-01|-", "argent"),  # named by the version, renamed by the amendment
        ("P1|argent|2026-08-01|-", "argent"),
        ("P1|old|2025-03-01|-", "argent"),  # through both
        ("P1|old|2026-03-01|-", "base"),  # no name of that time
    ],
)
def test_tiers_renamed_by_an_amendment(status: str, held: str) -> None:
    """A status bears the name of its own time, whichever renaming came after."""
    rules = "without: [tiers.silver]\ntiers: {ladder: [base, argent], was: {silver: argent}, argent: {requires: [a]}}"
    records: Records = {
        "partners": [{"partner_id": "P1", "a": None}],
        "statuses": rows("partner_id tier from before", status),
    }
    assert decide_plan(plan("2026-12-31", ("2026-07-01", rules), base=RENAMED), records).tier() == held


KEYED = (
    BASE.replace("currency: USD\n", "currency: USD\nchoices: {line: [a, b]}\n").replace(
        "incentives:",
        "benefits: {cut: {value: percent, per: [line], by: [line], values: {a: 1%, b: 2%}}}\nincentives:",
    )
).replace("bands: [{from: 0 USD, rate: 10%}]", "rate: benefits.cut.b")


def test_a_benefit_read_at_a_key_is_reached() -> None:
    """What the rate reads is the benefit, whose value an amendment changes in the middle of a quarter."""
    _, found = loaded(("2026-05-01", "benefits: {cut: {values: {a: 1%, b: 3%}}}"), base=KEYED)
    assert [each.code for each in found if has_errors([each])] == ["RNG416"]
    _, found = loaded(("2026-07-01", "benefits: {cut: {values: {a: 1%, b: 3%}}}"), base=KEYED)
    assert not has_errors(found)
