"""Versions of one program evaluated as one: each decides its own periods by its own rules."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language.chain import chain_programs
from engine.language.program import Program
from engine.plan.plan import Plan
from rules import compile_program
from tests.tiny import HEAD, Records, decide, decide_plan, partners, program, sales

NEXT = HEAD.replace('version: "1"', 'version: "2"').replace(
    "from: 2026-01-01, before: 2027-01-01", "from: 2027-01-01, before: 2028-01-01"
)
OLD = """
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
tiers: {ladder: [registered, silver], requires: [revenue >= 2_500 USD]}
incentives:
  volume:
    kind: rebate
    title: Volume
    from: sales
    eligible: [revenue >= 100 USD]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}, {from: 1_000 USD, rate: 2%}]
    limits: [{at_most: 15 USD, per: [partner, period]}]
    payee: partner
  resale: {kind: commission, from: sales, of: amount, rate: 10%, payee: partner}
  old_only: {kind: commission, from: sales, of: amount, rate: 1%, payee: partner}
"""
NEW = """
metrics: {orders: {from: sales, count: records, where: entry is sale, window: trailing 12 months}}
tiers: {ladder: [bronze, gold], requires: [orders >= 2]}
incentives:
  volume:
    kind: rebate
    title: Volume rebate
    from: sales
    eligible: [orders >= 1]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 3%}]
    payee: partner
  resale: {kind: rebate, from: sales, period: month, sum: amount, bands: [{from: 0 USD, rate: 4%}], payee: partner}
"""
SOLD = "sale_id partner_id entry closed_on returns_id amount"
KNOWN: Records = {
    "partners": partners(),
    "sales": sales(
        "S1|P1|sale|2026-02-01|-|900.00",
        "S2|P1|sale|2026-12-20|-|1500.00",
        "S3|P1|sale|2026-03-15|-|400.00",
        "R2|P1|return|2027-02-10|S2|-500.00",
        "S4|P1|sale|2027-01-15|-|9000.00",
        columns=SOLD,
    ),
}


def together(*versions: Program) -> Program:
    """The versions as one program."""
    chained, found = chain_programs(versions)
    assert chained is not None, found
    return chained


def planned(chained: Program, as_of: str) -> Plan:
    """Its Plan on a day."""
    plan, found = compile_program(chained, date.fromisoformat(as_of))
    assert plan is not None, found
    return plan


def test_each_version_decides_its_own_periods() -> None:
    """2026-Q1: 1 % of 1,000 and 2 % of 300, at most 15. Q4: 1 % of 1,000 after the return. 2027: 3 % of 9,000."""
    plan = planned(together(program(OLD), program(NEW, NEXT)), "2027-03-31")
    found = decide_plan(plan, KNOWN)
    assert found.earned("incentive", "period", "source_id", "amount") == [
        ("old_only", "-", "S1", "9.00"),
        ("old_only", "-", "S2", "10.00"),
        ("old_only", "-", "S3", "4.00"),
        ("resale", "2027-01", "-", "360.00"),
        ("resale", "-", "S1", "90.00"),
        ("resale", "-", "S2", "100.00"),
        ("resale", "-", "S3", "40.00"),
        ("volume", "2026-Q1", "-", "15.00"),
        ("volume", "2026-Q4", "-", "10.00"),
        ("volume", "2027-Q1", "-", "270.00"),
    ]
    assert (plan.version, plan.day) == ("2", date(2027, 3, 31))
    assert found.tier() == "gold"  # two sales in the year, by the rules of the new one
    assert [each.title for each in plan.earnings if each.incentive == "volume"] == ["Volume rebate"]


def test_a_period_has_one_key_and_amount_alone_and_together() -> None:
    """What the old version decides by itself in March 2027 is what the two decide together, key and all."""
    keys = ("program", "incentive", "period", "source_id", "earner_id", "currency", "earned", "rounded", "amount")
    alone = set(decide(OLD, "2027-03-31", KNOWN).earned(*keys))
    new = set(decide(NEW, "2027-03-31", KNOWN, NEXT).earned(*keys))
    both = decide_plan(planned(together(program(NEW, NEXT), program(OLD)), "2027-03-31"), KNOWN).earned(*keys)
    assert set(both) == alone | new
    assert len(both) == len(alone) + len(new)


def test_conditions_keep_what_each_version_asked() -> None:
    """A line that measures money in one version and a count in the other is kept apart."""
    found = decide_plan(planned(together(program(OLD), program(NEW, NEXT)), "2027-03-31"), KNOWN)
    rows = {(row["incentive"], str(row["day"])): row for row in found.outputs["conditions"]}
    old, new = rows["volume", "2026-12-31"], rows[None, "2027-03-31"]
    assert (old["incentive.volume.1"], old["incentive.volume.1.value in 1"]) == (True, 2800)
    assert (new["incentive.volume.1"], new["incentive.volume.1.value"]) == (True, 2)  # of S2 and S4
    assert old["incentive.volume.1.value"] is None


def test_a_version_that_has_not_begun_decides_nothing() -> None:
    """On the last day of the old version its rules alone are there, and before it there are none."""
    chained = together(program(OLD), program(NEW, NEXT))
    plan = planned(chained, "2026-12-31")
    assert (plan.version, plan.tiers.tiers) == ("1", ("registered", "silver"))
    found, alone = decide_plan(plan, KNOWN), decide(OLD, "2026-12-31", KNOWN)
    assert found.outputs == alone.outputs
    nothing, findings = compile_program(chained, date(2025, 12, 31))
    assert (nothing, [each.code for each in findings]) == (None, ["RNG404"])


def test_after_the_last_version_its_last_day_is_judged() -> None:
    """In 2028 partners are judged on the last day of 2027."""
    plan = planned(together(program(OLD), program(NEW, NEXT)), "2028-06-30")
    assert (plan.as_of, plan.day) == (date(2028, 6, 30), date(2027, 12, 31))


FEBRUARY = HEAD.replace("before: 2027-01-01", "before: 2027-02-01")
FROM_FEBRUARY = NEXT.replace("from: 2027-01-01", "from: 2027-02-01")


def quarterly(rate: str, more: str = "", period: str = "quarter", head: str = HEAD) -> Program:
    """A rebate of each period, at one rate."""
    return program(
        f"""
        incentives:
          volume:
            kind: rebate
            from: sales
            period: {period}
            sum: amount
            bands: [{{from: 0 USD, rate: {rate}}}]
            payee: partner
            {more}
        """,
        head,
    )


def test_a_period_that_two_versions_share_is_split() -> None:
    """1 % of 700 in January, and 3 % of 1,000 in February: one earning of the quarter, when it ends."""
    chained = together(quarterly("1%", head=FEBRUARY), quarterly("3%", "on_change: split", head=FROM_FEBRUARY))
    known = {
        "partners": partners(),
        "sales": sales("S1|P1|sale|2027-01-20|-|700.00", "S2|P1|sale|2027-02-20|-|1000.00", columns=SOLD),
    }
    columns = ("period", "period_from", "period_before", "measure", "amount")
    assert decide_plan(planned(chained, "2027-03-30"), known).earned(*columns) == []
    assert decide_plan(planned(chained, "2027-03-31"), known).earned(*columns) == [
        ("2027-Q1", "2027-01-01", "2027-04-01", "1700.00", "37.00")
    ]


def test_who_is_paid_is_said_where_all_rules_agree() -> None:
    """A spiff that pays the partner first and sellers later has earnings of both: only their ids tell them apart."""
    spiff = "incentives:\n  s: {kind: spiff, from: sales, of: amount, rate: 1%%, payee: %s}\n"
    found = {}
    for old, new in (("partner", "partner"), ("seller", "seller"), ("partner", "seller")):
        chained = together(program(spiff % old, FEBRUARY), program(spiff % new, FROM_FEBRUARY))
        (earning,) = planned(chained, "2027-06-30").earnings
        found[old, new] = earning.payee, earning.is_to_seller("P1", "P1"), earning.is_to_seller("U1", "P1")
    assert found == {
        ("partner", "partner"): ("partner", False, False),
        ("seller", "seller"): ("seller", True, True),
        ("partner", "seller"): ("", False, True),
    }


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            quarterly("1%", head=FEBRUARY),
            quarterly("3%", head=FROM_FEBRUARY),
            "RNG416",
            "version 2 begins on 2027-02-01, inside a period of `volume`, which has no `on_change`",
        ),
        (
            quarterly("1%", head=FEBRUARY),
            quarterly("3%", "on_change: at_end", head=FROM_FEBRUARY),
            "RNG416",
            "inside a period of `volume`, which says `on_change: at_end`",
        ),
        (
            quarterly("1%", "limits: [{at_most: 9 USD, per: [partner, year]}]", "month", FEBRUARY),
            quarterly("1%", "limits: [{at_most: 9 USD, per: [partner, year]}]", "month", FROM_FEBRUARY),
            "RNG416",
            "inside a period of `volume`",
        ),
        (
            quarterly("1%", "during: {from: 2026-06-01, before: 2027-02-02}", head=FEBRUARY),
            quarterly("3%", head=FROM_FEBRUARY),
            "RNG416",
            "inside a period of `volume`",
        ),
        (
            quarterly(
                "1%",
                period="fiscal year",
                head=HEAD + "calendar: {fiscal_year_starts: january, year_named: start}\n",
            ),
            quarterly(
                "1%",
                "on_change: split",
                period="fiscal year",
                head=NEXT + "calendar: {fiscal_year_starts: july, year_named: start}\n",
            ),
            "RNG421",
            "FY2026 of `volume` has other days in version 2 than in version 1",
        ),
    ],
)
def test_a_shared_period_must_be_settled(old: Program, new: Program, code: str, words: str) -> None:
    """Each version pays for its own days, and a name means the same days in both."""
    plan, (finding,) = compile_program(together(old, new), date(2027, 6, 30))
    assert (plan, finding.code) == (None, code)
    assert words in finding.message
    assert finding.help


def test_versions_that_share_no_period_need_no_word() -> None:
    """Other periods, an incentive that ends, or one that runs elsewhere in the year are not shared."""
    for old, new in (
        (quarterly("1%", head=FEBRUARY), quarterly("3%", period="month", head=FROM_FEBRUARY)),
        (quarterly("1%", head=FEBRUARY), program("", FROM_FEBRUARY)),
        *(
            (quarterly("1%", f"during: {days}", head=FEBRUARY), quarterly("3%", head=FROM_FEBRUARY))
            for days in ("{from: 2026-01-01, before: 2026-07-01}", "{from: 2026-06-01, before: 2027-02-01}")
        ),
        (quarterly("1%", period="month", head=FEBRUARY), quarterly("3%", period="month", head=FROM_FEBRUARY)),
    ):
        planned(together(old, new), "2027-06-30")


def test_a_year_is_judged_on_the_last_day_of_its_version() -> None:
    """Its lines are kept with that day; an incentive that only the new version has needs no word."""
    rules = """
    metrics: {{orders: {{from: sales, count: records, where: entry is sale, window: this year}}}}
    incentives:
      {name}:
        kind: rebate
        from: sales
        eligible: [orders >= 1]
        period: year
        sum: amount
        bands: [{{from: 0 USD, rate: 1%}}]
        payee: partner
    """
    old, new = (program(rules.format(name=name), head) for name, head in (("yearly", HEAD), ("annual", NEXT)))
    found = decide_plan(planned(together(old, new), "2027-12-31"), KNOWN)
    assert found.earned("incentive", "period", "amount") == [("annual", "2027", "90.00"), ("yearly", "2026", "23.00")]
    asked = [(row["incentive"], str(row["day"])) for row in found.outputs["conditions"]]
    assert asked == [("yearly", "2026-12-31"), (None, "2027-12-31")]  # those of the new year are the run's own
    (row,) = (row for row in found.outputs["conditions"] if row["incentive"] == "yearly")
    assert (row["incentive.yearly.1"], row["incentive.yearly.1.value"]) == (True, 3)


@pytest.mark.parametrize(
    ("old", "new", "amounts", "words"),
    [
        ("restate", "current_period", ["5.00", "3.00"], "lower the amounts of both versions"),
        ("current_period", "restate", ["7.00", "9.00"], "lower the amounts of neither version"),
    ],
)
def test_returns_that_count_twice_or_never_are_told(old: str, new: str, amounts: list[str], words: str) -> None:
    """1 % of 700 in 2026 and 3 % of 300 in 2027; 200 of the first come back in 2027, in both or in neither."""
    chained = together(quarterly("1%", f"returns: {old}"), quarterly("3%", f"returns: {new}", head=NEXT))
    plan, (finding,) = compile_program(chained, date(2027, 6, 30))
    assert plan is not None
    assert (finding.code, words in finding.message) == ("RNG422", True)
    known = {
        "partners": partners(),
        "sales": sales(
            "S1|P1|sale|2026-12-05|-|700.00",
            "R1|P1|return|2027-02-01|S1|-200.00",
            "S2|P1|sale|2027-02-05|-|300.00",
            columns=SOLD,
        ),
    }
    assert decide_plan(plan, known).amounts() == amounts
    alike = together(quarterly("1%", f"returns: {old}"), quarterly("3%", f"returns: {old}", head=NEXT))
    assert compile_program(alike, date(2027, 6, 30))[1] == ()
