"""Any program, evaluated after its last day with records that became known late: everybody decides alike.

The drawn programs get `corrections`, and their sales a day on which they became known. What is closed stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan.scalar import Value
from engine.reference.evaluate import evaluate
from tests.properties.agreement import assert_agree, seeded
from tests.properties.program_text import Tree
from tests.properties.programs import Case, compiled, loaded, random_case
from tests.properties.reduction import prove
from tests.properties.test_naive_agrees import check_reading

DURATIONS = (None, "0 days", "10 days", "1 month", "90 days", "1 year")
WAIT = (None, 0, 1, 9, 10, 11, 28, 31, 89, 90, 91, 365, 366, 600)  # days until a sale is known


def late_case(seed: int) -> Case:
    """The case of this seed, looked at later."""
    case, random = random_case(seed), Random(f"{seed} later")
    words = {each: random.choice(DURATIONS) for each in ("late_records", "returns")}
    declared = {name: word for name, word in words.items() if word is not None}
    sections = {**case.sections, "corrections": declared} if declared else case.sections
    _, before = loaded(case.text).effective
    as_of = before + timedelta(days=random.choice((-1, 0, 0, 1, 40, 89, 90, 200, 400)))
    sales = [{**row, "recorded_on": _known(row["closed_on"], random)} for row in case.records["sales"]]
    return replace(case, sections=sections, as_of=as_of, records={**case.records, "sales": sales})


def _known(day: object, random: Random) -> date | None:
    assert isinstance(day, date)
    wait = random.choice(WAIT)
    return None if wait is None else day + timedelta(days=wait)


@seeded(3)
@given(st.integers(0, 2**32))
def test_decided_as_it_reads(seed: int) -> None:
    """The naive interpreter and the reference agree on every metric, line, status, benefit and earning."""
    prove(late_case(seed), check_reading)


@seeded(3)
@given(st.integers(0, 2**32))
def test_columnar_equals_reference(seed: int) -> None:
    """So do both evaluators, sharded or not."""
    prove(late_case(seed), check_agreement)


def check_agreement(case: Case) -> None:
    """Both evaluators on one case."""
    assert_agree(compiled(case.text, case.as_of), case.records)


DAYS = {
    "sales": ("sale_id", "closed_on"),
    "deals": ("deal_id", "submitted_on"),
    "activities": ("activity_id", "done_on"),
    "surveys": ("survey_id", "answered_on"),
}
ORDERS: tuple[tuple[str, ...], ...] = (("closed_on",), ("recorded_on",), ("sale_id",), ("recorded_on", "closed_on"))


def closing_case(seed: int) -> Case:
    """A case whose periods are closed in the end; limits of records take them in any order."""
    case, random = late_case(seed), Random(f"{seed} closing")
    words = {"late_records": ("0 days", "10 days", "90 days"), "returns": ("10 days", "1 month", "90 days")}
    sections: dict[str, Tree] = {**case.sections, "corrections": {n: random.choice(each) for n, each in words.items()}}
    incentives = sections.get("incentives")
    if isinstance(incentives, Mapping):
        sections["incentives"] = {name: _ordered(each, random) for name, each in incentives.items()}
    return replace(case, sections=sections)


def _ordered(incentive: Tree, random: Random) -> Tree:
    assert isinstance(incentive, Mapping)
    by_record = "limits" in incentive and "period" not in incentive and incentive.get("from", "sales") == "sales"
    return {**incentive, "order": list(random.choice(ORDERS))} if by_record else incentive


def closed_amounts(case: Case, as_of: date, first: date) -> dict[tuple[Value, ...], Value]:
    """What a run of the day `as_of` pays for what was closed in the run of the day `first`."""
    scope, found = compiled(case.text, first).scope, {}
    sources = {each.name: each.source for each in loaded(case.text).incentives}
    for row in evaluate(compiled(case.text, as_of), case.records).outputs["earnings"]:
        for each in scope:
            until = each.open_from or each.before
            if each.incentive == row["incentive"] and (
                (row["period"] == each.period and each.open_from is None)
                if each.period
                else each.start <= _day_of(row["source_id"], sources[each.incentive], case) < until
            ):
                key = ("partner_id", "incentive", "period", "source_id", "earner_id")
                found[tuple(row[name] for name in key)] = row["amount"]
    return found


def _day_of(source: Value, table: str, case: Case) -> date:
    """The day of a record that earned; of a period none that a record could have."""
    key, name = DAYS[table]
    days = {row[key]: row[name] for row in case.records[table]}
    day = days.get(source, date.max)
    assert isinstance(day, date)
    return day


def check_closed(case: Case) -> None:
    """What is closed in one run is the same in a later one."""
    random = Random(case.text)
    start, before = loaded(case.text).effective
    first = start + timedelta(days=random.randint(30, (before - start).days + 100))
    later = first + timedelta(days=random.choice((1, 10, 60, 300)))
    assert closed_amounts(case, first, first) == closed_amounts(case, later, first)


@seeded(3)
@given(st.integers(0, 2**32))
def test_what_is_closed_never_changes(seed: int) -> None:
    """Whatever becomes known later, and in whatever order limits take records."""
    prove(closing_case(seed), check_closed)


@pytest.mark.long
def test_something_is_closed() -> None:
    """The law above says something: amounts are closed in many cases."""
    closed = 0
    for seed in range(20):
        case = closing_case(seed)
        closed += bool(closed_amounts(case, case.as_of, case.as_of))
    assert closed >= 5


@pytest.mark.long
def test_corrections_decide_something() -> None:
    """What is drawn is not so tame that no record is ever too late."""
    changed = 0
    for seed in range(40):
        case = late_case(seed)
        sections = {name: each for name, each in case.sections.items() if name != "corrections"}
        outputs = [
            evaluate(compiled(each.text, each.as_of), each.records).outputs["earnings"]
            for each in (case, replace(case, sections=sections))
        ]
        changed += outputs[0] != outputs[1]
    assert changed >= 5
