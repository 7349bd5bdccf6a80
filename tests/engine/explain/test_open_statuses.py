"""Earnings that follow from a status which was undecided on the day judged: said, and listed, by hand-made records.

P1 sold S1 in the first quarter, without its points, and S2 in the second with 4: `silver` needs an order, `gold` 10
points. So on 31 March silver is certain and gold is possible, and on 30 June it is silver.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest

from cli.render.explain_pages import render_explanation_html, render_explanation_md
from cli.render.explain_text import render_explanation
from engine.explain.document import to_json
from engine.explain.model import Explanation, Outcome, Quantity, Record
from engine.plan.outputs import OPEN_STATUSES
from tests.engine.compiler.course.test_reigns import AMENDMENT
from tests.engine.compiler.course.test_reigns import plan as amended
from tests.engine.explain.test_judged import earning_of, explained, part_of, steps, told
from tests.ridge.records import rows
from tests.tiny import HEAD, SALES, Decided, Records, Row, decide, decide_plan, partners

POINTS = """
records:
  sales: {fields: {points: {type: integer, optional: true}}}
metrics:
  orders: {from: sales, count: records, where: entry is sale, window: this quarter}
  score: {from: sales, sum: points, where: entry is sale, window: this quarter}
"""
TIERS = f"""{POINTS}
tiers:
  ladder: [bronze, silver, gold]
  silver: {{requires: [orders >= 1]}}
  gold: {{requires: [score >= 10]}}
"""
SHARE = "{by: [tier], values: {bronze: 1%, silver: 2%, gold: 3%}}"
REBATE = "kind: rebate, from: sales, period: quarter, sum: amount, payee: partner"
ELIGIBLE = f"{TIERS}incentives:\n  bonus: {{{REBATE}, rate: 5%, eligible: [tier >= gold]}}\n"
BY_TIER = f"{TIERS}incentives:\n  bonus: {{{REBATE}, rate: {SHARE}}}\n"
FIRST, SECOND = "S1|P1|sale|2026-02-01|100.00|-", "S2|P1|sale|2026-05-01|200.00|4"
UNDECIDED = Quantity("silver", "choice", between=("silver", "gold"))
WORDS = "tier silver (undecided: silver to gold)"


def sold(*lines: str, **more: Sequence[Row]) -> Records:
    """P1 with these sales."""
    return {"partners": partners(), "sales": rows(f"{SALES} points", *lines), **more}


RECORDS = sold(FIRST, SECOND)


def listed(found: Decided, *columns: str) -> list[tuple[object, ...]]:
    """The rows of earnings that follow from an undecided status."""
    return [tuple(row[each] for each in columns) for row in found.outputs[OPEN_STATUSES.name]]


def shown(found: Explanation) -> str:
    """The text of an explanation, on lines of any width."""
    return " ".join(render_explanation(found, 200).split())


def test_a_line_says_that_the_tier_it_read_was_undecided() -> None:
    """Refused in the first quarter as silver, though gold was possible: the line says so, and what was absent."""
    found = told(ELIGIBLE, "2026-06-30", RECORDS)
    first, second = part_of(found, "2026-Q1"), part_of(found, "2026-Q2")
    assert [(each.outcome, *(one.value for one in each.readings)) for each in first.eligible] == [
        (Outcome.NOT_MET, UNDECIDED)
    ]
    (open_,) = first.open
    assert (open_.name, open_.status) == ("tier", UNDECIDED)
    ((field, records),) = [(each.field, each.records.shown) for each in open_.missing]
    assert (field, records) == ("sales.points", (Record("sales", ("S1",)),))
    assert [one.value for each in second.eligible for one in each.readings] == [Quantity("silver", "choice")]
    assert (second.open, first.amount.value, second.amount.value) == ((), 0, 0)


def test_a_rate_by_tier_says_that_the_tier_was_undecided() -> None:
    """2 % of 100.00 as silver, and 2 % of 200.00 where it is certain."""
    found = told(BY_TIER, "2026-06-30", RECORDS)
    first, second = part_of(found, "2026-Q1"), part_of(found, "2026-Q2")
    assert steps(first)[0] == ("tier", "silver")
    assert [each.value for each in (first.steps[0], second.steps[0])] == [UNDECIDED, Quantity("silver", "choice")]
    assert (first.amount.value, second.amount.value) == (2, 4)
    assert [len(each.open) for each in (first, second)] == [1, 0]


@pytest.mark.parametrize(("program", "times"), [(ELIGIBLE, 3), (BY_TIER, 2)])
def test_every_form_says_it(program: str, times: int) -> None:
    """Text, Markdown, HTML and JSON (step, line and reason): in the quarter in which it was so, not in the other."""
    found = told(program, "2026-06-30", RECORDS)
    because = f"{WORDS} because sales.points is missing: sales S1"
    said = shown(found)
    assert said.count(because) == 1 and said.count("undecided:") == 2
    assert said.index("2026-Q1") < said.index(because) < said.index("2026-Q2")
    for page in (render_explanation_md(found), render_explanation_html(found)):
        assert because in " ".join(page.split()) and page.count("(undecided: silver to gold)") == 2
    document = json.dumps(to_json(found))
    assert document.count('"between": ["silver", "gold"]') == times
    assert '"between"' not in json.dumps(to_json(told(program, "2026-06-30", sold(SECOND))))


def test_the_tier_held_before_may_be_above_or_below_what_is_certain() -> None:
    """Gold by its history, where silver to gold is possible: it keeps gold, earns 3 % of 100.00, and this is said."""
    history = rows("partner_id tier from before", "P1|gold|2025-06-01|-")
    part = part_of(told(BY_TIER, "2026-03-31", sold(FIRST, statuses=history)), "2026-Q1")
    assert part.steps[0].value == Quantity("gold", "choice", between=("silver", "gold"))
    assert part.amount.value == 3


def test_the_run_is_listed_by_what_follows_from_it() -> None:
    """Of the first quarter, zero too; not of the second, which was certain, nor without sales, or sales of nothing."""
    others = ("S3|P3|sale|2026-02-02|0.00|-",)
    records = {**sold(FIRST, SECOND, *others), "partners": partners("P1", "P2", "P3")}
    for program, amounts in ((ELIGIBLE, []), (BY_TIER, [("2026-Q1", "2.00"), ("2026-Q2", "4.00")])):
        found = decide(program, "2026-06-30", records)
        assert found.earned("period", "amount") == amounts
        assert listed(found, "partner_id", "incentive", "period", "source_id") == [("P1", "bonus", "2026-Q1", None)]


def test_nothing_is_listed_that_reads_no_status() -> None:
    """The same records, and an incentive whose lines read a number: no table at all."""
    program = f"{TIERS}incentives:\n  bonus: {{{REBATE}, rate: 5%, eligible: [orders >= 1]}}\n"
    found = decide(program, "2026-06-30", RECORDS)
    assert OPEN_STATUSES.name not in found.outputs
    assert part_of(told(program, "2026-06-30", RECORDS), "2026-Q1").open == ()


def test_an_undecided_amount_and_a_running_period_are_listed_elsewhere() -> None:
    """The first quarter has no amount because of its own line; the second runs until the end of June."""
    program = f"{TIERS}incentives:\n  bonus: {{{REBATE}, rate: {SHARE}, eligible: [score >= 1]}}\n"
    found = decide(program, "2026-05-15", RECORDS)
    assert [(row["period"], row["amount"]) for row in found.outputs["earnings"]] == [("2026-Q1", None)]
    assert listed(found, "period") == []
    running = decide(BY_TIER, "2026-05-15", sold(SECOND.replace("|4", "|-")))
    assert listed(running, "period") == []
    part = part_of(told(BY_TIER, "2026-05-15", sold(SECOND.replace("|4", "|-"))), "2026-Q2")
    assert part.steps[0].value == UNDECIDED


def test_a_record_is_told_by_itself() -> None:
    """Each on its own day: S1 without its points, and S2, whose own quarter is certain."""
    program = f"{TIERS}incentives:\n  launch: {{kind: commission, of: amount, rate: {SHARE}, payee: partner}}\n"
    found = decide(program, "2026-06-30", RECORDS)
    assert found.earned("source_id", "amount") == [("S1", "2.00"), ("S2", "4.00")]
    assert listed(found, "incentive", "period", "source_id") == [("launch", None, "S1")]
    first, second = (part_of(told(program, "2026-06-30", RECORDS), each) for each in ("S1", "S2"))
    assert (first.steps[0].value, len(first.open), second.open) == (UNDECIDED, 1, ())


@pytest.mark.parametrize("line", ["expert", "not expert", "any: [expert]"])
def test_a_designation_says_it_as_well(line: str) -> None:
    """Held or not: for the first sale 20 points were possible."""
    program = (
        f"{POINTS}designations: {{expert: {{requires: [score >= 20]}}}}\nincentives:\n"
        f"  launch: {{kind: spiff, from: sales, amount: 7 USD, payee: partner, eligible: [{line}]}}\n"
    ).replace("[any: [expert]]", "[{any: [expert]}]")
    earns = line == "not expert"
    assert decide(program, "2026-06-30", RECORDS).earned("source_id") == ([("S1",), ("S2",)] if earns else [])
    assert listed(decide(program, "2026-06-30", RECORDS), "source_id") == [("S1",)]
    found = told(program, "2026-06-30", RECORDS)
    (open_,) = part_of(found, "S1").open
    assert open_.status == Quantity("not_held", "choice", between=("not_held", "held"))
    assert "expert not_held (undecided: not_held to held) because sales.points is missing: sales S1" in shown(found)
    assert part_of(found, "S2").open == ()


def test_a_status_behind_another_is_told() -> None:
    """Gold asks for `expert`, which is undecided and so not held: gold is refused, and follows from that."""
    program = f"""{POINTS}
designations: {{expert: {{requires: [score >= 20]}}}}
tiers:
  ladder: [bronze, gold]
  gold: {{requires: [expert]}}
incentives:
  bonus: {{{REBATE}, rate: {{by: [tier], values: {{bronze: 1%, gold: 3%}}}}}}
"""
    assert listed(decide(program, "2026-06-30", RECORDS), "period") == [("2026-Q1",)]
    part = part_of(told(program, "2026-06-30", RECORDS), "2026-Q1")
    assert part.steps[0].value == Quantity("bronze", "choice")
    assert [each.name for each in part.open] == ["expert"]


def test_on_the_day_of_the_run_lines_and_benefits_say_it() -> None:
    """A benefit that asks for gold on the day on which gold cannot be excluded; a name with its own lines below it."""
    text = f"{TIERS}designations: {{expert: {{requires: [score >= 20]}}}}\n"
    text += "benefits: {lab: {value: flag, when: [tier >= gold]}, trip: {value: flag, when: [expert]}}\n"
    lab, trip = told(text, "2026-03-31", RECORDS).benefits
    assert [each.value for each in lab.lines[0].readings] == [UNDECIDED]
    (line,) = trip.lines
    assert [(each.name, each.value.between) for each in line.readings] == [("expert", ("not_held", "held"))]
    assert [each.outcome for each in line.parts] == [Outcome.CANNOT_DECIDE]


@pytest.mark.parametrize(("day", "lines"), [("2026-06-30", True), ("2026-09-30", True), ("2026-06-30", False)])
def test_rules_of_before_an_amendment_say_it(day: str, lines: bool) -> None:
    """The second quarter keeps its rules, on the very day of the run too: gold was possible then."""
    base = HEAD.replace('"1"', '"2026"') + (ELIGIBLE if lines else BY_TIER)
    rules = "incentives: {bonus: {rate: 4%, on_change: at_start}}"
    compiled = amended(day, ("2026-06-01", rules), base=base)
    records = sold(SECOND.replace("|4", "|-"))
    assert listed(decide_plan(compiled, records), "period") == [("2026-Q2",)]
    source = {"2026.yaml": base.splitlines()}
    source["2026.amendment-1.yaml"] = AMENDMENT.format(day="2026-06-01", rules=rules).splitlines()
    (part,) = earning_of(explained(compiled, records, source, "P1"), "2026-Q2").parts
    assert [(each.name, each.status) for each in part.open] == [("tier", UNDECIDED)]
    assert part.judged_on == date(2026, 6, 30)


def test_each_currency_of_a_period_is_told_by_itself() -> None:
    """Sales in euros and dollars in a quarter: two earnings, which follow from the same status."""
    head = HEAD + "conversion: {equal: [{from: 2026-01-01, amounts: [1 USD, 2 EUR]}], as_at: row}\n"
    money = "amount: {type: money, currency: row}, currency: {type: choice, values: [USD, EUR]}, points:"
    program = BY_TIER.replace("points:", money, 1).replace("payee:", "pays_in: row, payee:")
    lines = (f"{FIRST}|EUR", "S2|P1|sale|2026-02-02|50.00|4|USD")
    records = {"partners": partners(), "sales": rows(f"{SALES} points currency", *lines)}
    found = decide(program, "2026-03-31", records, head)
    assert found.earned("currency", "amount") == [("EUR", "2.00"), ("USD", "1.00")]
    assert listed(found, "period", "currency") == [("2026-Q1", "EUR"), ("2026-Q1", "USD")]


def test_a_status_that_is_always_certain_is_never_listed() -> None:
    """Silver by orders alone, which are counted whatever a record lacks: the table is there, and empty."""
    program = ELIGIBLE.replace("  gold: {requires: [score >= 10]}\n", "").replace(", gold]", "]")
    found = decide(program.replace("tier >= gold", "tier >= silver"), "2026-06-30", RECORDS)
    assert found.earned("period", "amount") == [("2026-Q1", "5.00"), ("2026-Q2", "10.00")]
    assert listed(found, "period") == []
