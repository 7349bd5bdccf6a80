"""Small Plans over literal rows, evaluated by DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.columnar.evaluate import ColumnarResult, evaluate_columnar
from engine.plan.consistency import check_plan
from engine.plan.grain import columns_of, key_of
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Column, Value
from engine.plan.table import Table, Values
from tests.properties.relations import connected


def rows(name: str, key: Sequence[str], columns: Sequence[Column], *values: tuple[Value, ...]) -> Values:
    """A table of literal rows."""
    return Values(name, tuple(columns), values, tuple(key))


def plan_of(*tables: Table, outputs: Sequence[str] = ()) -> Plan:
    """A Plan whose outputs are the last table, or those named, with all columns that are no ratio."""
    columns, keys = columns_of(tables), key_of(tables)
    names = outputs or (tables[-1].name,)
    written = tuple(
        Output(
            name,
            name,
            tuple((each.name, each.name, each.type) for each in columns[name] if not each.type.ratio),
            keys[name],
        )
        for name in names
    )
    plan = Plan("p", "1", date(2026, 1, 1), tables, written, names[-1], (), (), (), (), (), ())
    assert check_plan(plan) == ()
    return plan


def result_of(*tables: Table) -> ColumnarResult:
    """The evaluation of tables of literal rows."""
    return evaluate_columnar(plan_of(*tables), {}, connected())


def last(*tables: Table, columns: Sequence[str]) -> list[tuple[Value, ...]]:
    """Some columns of the last table's rows, in the order of its key."""
    found = result_of(*tables).rows(tables[-1].name)
    return [tuple(row[name] for name in columns) for row in found]
