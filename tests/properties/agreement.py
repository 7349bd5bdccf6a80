"""One plan by several evaluators, compared row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from engine.columnar.evaluate import evaluate_columnar
from engine.plan.plan import Plan
from engine.plan.scalar import Column, Value
from engine.plan.table import Scan
from engine.reference.evaluate import Evaluation, evaluate
from tests.properties.records import Rows
from tests.properties.relations import write_relations

Outputs = Mapping[str, Sequence[Mapping[str, Value]]]


def scanned(plan: Plan) -> dict[str, tuple[Column, ...]]:
    """The record tables a plan reads, with the columns it reads of them."""
    return {each.table: each.columns for each in plan.tables if isinstance(each, Scan)}


def columnar(plan: Plan, records: Rows, threads: int = 1) -> Outputs:
    """All outputs by the columnar evaluator."""
    connection = duckdb.connect(":memory:", config={"threads": threads})
    try:
        relations = write_relations(connection, records, scanned(plan))
        result = evaluate_columnar(plan, relations, connection)
        return {output.name: result.rows(output.name) for output in plan.outputs}
    finally:
        connection.close()


def assert_agree(plan: Plan, records: Rows) -> Evaluation:
    """Fail at the first output in which the two evaluators differ; the reference's evaluation."""
    expected = evaluate(plan, records)
    assert_same(expected.outputs, columnar(plan, records))
    return expected


def assert_same(expected: Outputs, found: Outputs) -> None:
    """Fail at the first output that differs."""
    for name, rows in expected.items():
        assert (name, list(found[name])) == (name, list(rows))
