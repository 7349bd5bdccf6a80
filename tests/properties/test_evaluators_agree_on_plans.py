"""The columnar evaluator and the reference give the same rows for any Plan and any records."""

from __future__ import annotations

from random import Random

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.evaluate import evaluate_columnar
from engine.plan.plan import Plan
from engine.plan.typing import check_plan, too_wide
from engine.reference.evaluate import evaluate
from tests.properties.random_plans import RECORDS, Rows, random_plan, random_records
from tests.properties.relations import write_relations


@given(st.integers(0, 2**63))
def test_random_plans_agree(seed: int) -> None:
    """Every table of a random Plan over random rows is equal, value by value, in both evaluators."""
    random = Random(seed)
    plan, records = random_plan(random), random_records(random)
    compare(plan, records)


def compare(plan: Plan, records: Rows) -> None:
    """Fail at the first output in which the evaluators differ."""
    assert check_plan(plan) == ()
    assert too_wide(plan) == ()
    connection = duckdb.connect(":memory:")
    relations = write_relations(connection, records, RECORDS)
    expected = evaluate(plan, records)
    result = evaluate_columnar(plan, relations, connection)
    for output in plan.outputs:
        assert (output.name, result.rows(output.name)) == (output.name, list(expected.outputs[output.name]))
    connection.close()
