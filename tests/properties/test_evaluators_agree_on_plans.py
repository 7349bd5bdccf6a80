"""The columnar evaluator and the reference give the same rows for any Plan and any records."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.columnar.evaluate import evaluate_columnar
from engine.plan.consistency import check_plan
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.plan.widths import too_wide
from engine.reference.evaluate import evaluate
from tests.properties.random_plans import RECORDS, Rows, random_plan, random_records
from tests.properties.relations import connected, write_relations


@given(st.integers(0, 2**63))
def test_random_plans_agree(seed: int) -> None:
    """Every table of a random Plan over random rows is equal, value by value, in both evaluators."""
    random = Random(seed)
    plan, records = random_plan(random), random_records(random)
    assert check_plan(plan) == ()
    assert too_wide(plan) == ()
    expected = evaluate(plan, records)
    found = columnar(plan, records)
    for output in plan.outputs:
        assert (output.name, found[output.name]) == (output.name, list(expected.outputs[output.name]))


@settings(max_examples=20)
@given(st.integers(0, 2**63))
def test_neither_threads_nor_the_order_of_rows_matter(seed: int) -> None:
    """Four threads and shuffled rows give the same rows as one thread and the rows as they came."""
    random = Random(seed)
    plan, records = random_plan(random), random_records(random)
    expected = columnar(plan, records)
    for rows in records.values():
        random.shuffle(rows)
    assert columnar(plan, records, threads=4) == expected


def columnar(plan: Plan, records: Rows, threads: int = 1) -> dict[str, list[dict[str, Value]]]:
    """All outputs by the columnar evaluator."""
    connection = connected(threads)
    result = evaluate_columnar(plan, write_relations(connection, records, RECORDS), connection)
    found = {output.name: result.rows(output.name) for output in plan.outputs}
    connection.close()
    return found
