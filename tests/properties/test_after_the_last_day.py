"""Any program, evaluated after its last day with records that became known late: everybody decides alike.

The drawn programs get `corrections`, and their sales a day on which they became known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reference.evaluate import evaluate
from tests.properties.agreement import assert_agree, seeded
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
