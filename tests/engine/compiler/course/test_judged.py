"""What an incentive reads on the days it judges: names of rows and partners, eligibility and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from engine.explain.explain import explain
from engine.explain.model import EarningReason, Line, Outcome
from engine.language.diagnostic import has_errors
from engine.language.source import File
from engine.plan.plan import Plan
from engine.reference.evaluate import evaluate
from rules import check_program, compile_program, load_program
from tests.ridge.records import rows
from tests.tiny import FILE, HEAD, Records, decide, decide_plan, partners, plan, sales, told

ELIGIBLE = """
metrics: {orders: {from: sales, count: records, window: lifetime}}
incentives:
  r: {kind: rebate, period: quarter, sum: amount, rate: 10%, eligible: [orders >= 3], payee: partner}
"""
LINES = (
    "S1|P1|sale|2026-01-10|60.00",
    "S2|P1|sale|2026-04-01|30.00",
    "S3|P1|sale|2026-05-01|10.00",
)
RECORDS: Records = {"partners": partners(), "sales": sales(*LINES)}


def reasons(compiled: Plan, text: str, file: str = FILE) -> tuple[EarningReason, ...]:
    """The earnings of P1, explained."""
    filled = {**RECORDS, "reach": [{"partner_id": "P1", "source_id": "P1"}]}
    result = evaluate(compiled, filled)
    return explain(compiled, result, "P1", source={file: text.splitlines()}).earnings


def lines_of(reason: EarningReason) -> list[Line]:
    """The lines that decided who earns it."""
    return [line for part in reason.parts for line in part.eligible]


def test_eligibility_on_an_earlier_day_is_explained() -> None:
    """One order at the end of March: two more were needed. Three at the end of June: met."""
    first, second = reasons(plan(ELIGIBLE, "2026-06-30"), HEAD + ELIGIBLE)
    ((line,), (later,)) = lines_of(first), lines_of(second)
    assert (line.text, line.clause.line, line.outcome) == ("orders >= 3", 9, Outcome.NOT_MET)
    assert line.observed is not None and line.observed.value == 1
    assert line.gap is not None and line.gap.amount.value == 2
    assert (later.outcome, later.observed and later.observed.value) == (Outcome.MET, 3)
    assert [part.judged_on for part in (*first.parts, *second.parts)] == [date(2026, 3, 31), date(2026, 6, 30)]


VERSION = 'rung: 1\nprogram: tiny\nversion: "2026"\n' + HEAD.split("\n", 3)[3] + ELIGIBLE
AMENDMENT = """\
rung: 1
program: tiny
amends: "2026"
amendment: 1
effective_from: 2026-02-10
reason: a test
incentives: {r: {rate: 20%, on_change: split}}
"""


def amended(day: str) -> Plan:
    """The version with its amendment, at a date."""
    files = [File("2026.yaml", VERSION.encode()), File("2026.amendment-1.yaml", AMENDMENT.encode())]
    program, found = load_program(files[1].data, files[1].name, files)
    assert program is not None and not has_errors((*found, *check_program(program))), found
    compiled, found = compile_program(program, date.fromisoformat(day))
    assert compiled is not None, found
    return compiled


SPLIT: Sequence[str] = (*LINES, "S4|P1|sale|2026-01-11|100.00", "S5|P1|sale|2026-02-10|200.00")


def test_a_split_period_is_one_earning_with_its_name() -> None:
    """160 at 10% until 10 February, 200 at 20% from then on: 16 and 40 are one earning of `2026-Q1`, of 56.

    Each part is judged on its own last day: three orders only since 10 February, so its first part earns nothing.
    """
    records = {"partners": partners(), "sales": sales(*SPLIT)}
    found = decide_plan(amended("2026-03-31"), records)
    assert found.earned("period", "period_from", "period_before", "amount") == [
        ("2026-Q1", "2026-01-01", "2026-04-01", "40.00")
    ]
    three = (*SPLIT, "S6|P1|sale|2026-01-12|0.00")
    found = decide_plan(amended("2026-03-31"), {"partners": partners(), "sales": sales(*three)})
    assert found.earned("period", "measure", "amount") == [("2026-Q1", "360.00", "56.00")]


def test_eligibility_is_explained_under_amendments() -> None:
    """Both parts of the first quarter lack orders, each on its own day, by the line where it is written."""
    filled = {**RECORDS, "reach": [{"partner_id": "P1", "source_id": "P1"}]}
    compiled = amended("2026-06-30")
    source = {"2026.yaml": VERSION.splitlines(), "2026.amendment-1.yaml": AMENDMENT.splitlines()}
    first, second = explain(compiled, evaluate(compiled, filled), "P1", source=source).earnings
    assert [part.judged_on for part in first.parts] == [date(2026, 2, 9), date(2026, 3, 31)]
    for line in lines_of(first):
        assert (line.text, line.outcome, line.clause.file) == ("orders >= 3", Outcome.NOT_MET, "2026.yaml")
        assert line.observed is not None and line.observed.value == 1
        assert line.gap is not None and line.gap.amount.value == 2
    assert len(lines_of(first)) == 2
    assert [line.outcome for line in lines_of(second)] == [Outcome.MET]


NAMES = """
records:
  partners: {{fields: {{grade: {{type: choice, values: [low, high], optional: true}}}}}}
  sales: {{fields: {{grade: {{type: choice, values: [low, high], optional: true}}}}}}
incentives:
  x: {{kind: commission, of: amount, rate: {{by: [{word}], values: {{low: 1%, high: 5%}}}}, payee: partner}}
"""


@pytest.mark.parametrize(("word", "amount"), [("sales.grade", "1.00"), ("partner.grade", "5.00")])
def test_a_word_of_the_record_or_of_its_partner(word: str, amount: str) -> None:
    """The sale is low and its partner high; each is told by its table."""
    records = {
        "partners": rows("partner_id grade", "P1|high"),
        "sales": rows("sale_id partner_id entry closed_on amount grade", "S1|P1|sale|2026-01-01|100.00|low"),
    }
    assert decide(NAMES.format(word=word), "2026-12-31", records).amounts() == [amount]


def test_a_word_that_both_have() -> None:
    """It could be either, so it is refused."""
    (found,) = told(NAMES.format(word="grade"))
    assert found.endswith("`grade`: `grade` is a field of both the record and its partner")


def test_what_a_record_cannot_read() -> None:
    """A metric per customer is no value of a partner; the day of the run is none of a record."""
    text = """
metrics: {{each: {{from: sales, sum: amount, per: [customer_id], window: lifetime}}}}
incentives:
  x: {{kind: rebate, {keys}, payee: partner}}
"""
    day = "closed_on > as_of"
    assert any(
        "`as_of` is not allowed" in each for each in told(text.format(keys=f"of: amount, rate: 1%, where: {day}"))
    )
    period = "period: quarter, sum: amount, limits: [{at_most: each, per: partner}], rate: 1%"
    assert any("has one value for each group" in each for each in told(text.format(keys=period)))


def test_before_it_begins_lines_are_checked_all_the_same() -> None:
    """An incentive that has earned nothing by now has findings in its lines like any other."""
    text = """
incentives:
  x:
    kind: commission
    of: amount
    rate: 1%
    during: {from: 2026-06-01, before: 2026-07-01}
    eligible: [region is 'x']
    payee: partner
"""
    assert decide(text, "2026-01-01", {"partners": partners(), "sales": sales(*LINES)}).amounts() == []
    assert told(text.replace("region", "colour")) == ["RNG200 13`colour`: unknown name `colour`"]
