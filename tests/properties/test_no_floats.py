"""No column of any table in the database is computed by floating point.

An output casts each column to its type, which would hide a DOUBLE, so the tables behind the outputs are described.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.columnar.evaluate import FORBIDDEN, evaluate_columnar
from engine.plan.plan import Plan
from engine.plan.scalar import Column
from tests.longer import every
from tests.properties.agreement import scanned
from tests.properties.collection import SEEDS
from tests.properties.programs import compiled, random_case
from tests.properties.random_plans import RECORDS, Rows, random_plan, random_records
from tests.properties.relations import write_relations


@settings(max_examples=20)
@given(st.integers(0, 2**63))
def test_no_table_of_a_random_plan(seed: int) -> None:
    """Plans of all nodes in any order."""
    random = Random(seed)
    assert floats(random_plan(random), random_records(random), RECORDS) == []


@pytest.mark.parametrize("seed", every(4, SEEDS))
def test_no_table_of_a_random_program(seed: int) -> None:
    """Programs of all kinds."""
    case = random_case(seed)
    plan = compiled(case.text, case.as_of)
    assert floats(plan, case.records, scanned(plan)) == []


def floats(plan: Plan, records: Rows, columns: Mapping[str, Sequence[Column]]) -> list[tuple[str, str, str]]:
    """(table, column, type) of every column that is a floating point number."""
    connection = duckdb.connect(":memory:")
    result = evaluate_columnar(plan, write_relations(connection, records, columns), connection)
    found = []
    for table, relation in result.relations.items():
        described = connection.execute(f"DESCRIBE {result.statement((table,), f'FROM {relation.name}')}").fetchall()
        found += [(table, str(name), str(type)) for name, type, *_ in described if type in FORBIDDEN]
    connection.close()
    return found
