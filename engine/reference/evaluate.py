"""Evaluate a Plan on the records of a world: every table once, in the order of the Plan.

This is the definition of what a program means. It reads nothing but its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import cast

from engine.plan.grain import columns_of, key_of
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Column, Mode, Value
from engine.plan.table import Aggregate, Measure, Table
from engine.reference.scalars import Exact, Row, fits
from engine.reference.tables import (
    ExactRow,
    Key,
    Records,
    Tables,
    in_order,
    key_values,
    matching,
    selected,
    table_rows,
)
from engine.rounding import round_decimal
from engine.types import Kind, Type

OutputRow = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Behind:
    """The keys of the rows an aggregate used, and of those that could not be decided."""

    used: tuple[Key, ...]
    undecided: tuple[Key, ...]


@dataclass(frozen=True)
class Evaluation:
    """A Plan evaluated on the records of a world.

    `exact` holds every table with its numbers as `int` and `Fraction`; `outputs` holds the rows of
    the run by output name, in the order of their keys.
    """

    plan: Plan
    exact: Tables = field(repr=False)
    outputs: Mapping[str, list[OutputRow]]

    @cached_property
    def tables(self) -> Mapping[str, list[Row]]:
        """Every table by name, decimals at the scale of their column; exact ratios stay fractions."""
        types = {name: {each.name: each.type for each in columns} for name, columns in self.columns.items()}
        return {name: [_stored_row(row, types[name]) for row in rows] for name, rows in self.exact.rows.items()}

    @cached_property
    def columns(self) -> Mapping[str, tuple[Column, ...]]:
        """The typed columns of every table."""
        return columns_of(self.plan.tables)

    @cached_property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The key columns of every table."""
        return key_of(self.plan.tables)

    @cached_property
    def nodes(self) -> Mapping[str, Table]:
        """The table nodes of the Plan by name."""
        return {node.name: node for node in self.plan.tables}

    def row(self, table: str, key: Key) -> ExactRow:
        """The row of a table with this key; raises KeyError if there is none."""
        return self.exact.by(table, self.keys[table])[key][0]

    def behind(self, measure: str, aggregate: str, base_key: Key) -> Behind:
        """The rows behind one aggregate of one base row, by the keys of the table measured."""
        node = self.nodes[measure]
        if not isinstance(node, Measure):
            raise KeyError(f"`{measure}` is not a Measure")
        base = self.row(measure, base_key)
        chosen = selected(aggregate_of(node, aggregate), matching(node, base, self.exact), base)
        columns = self.keys[node.rows]
        return Behind(
            tuple(key_values(row, columns) for row, _ in chosen.used),
            tuple(key_values(row, columns) for row in chosen.undecided),
        )


def aggregate_of(node: Measure, name: str) -> Aggregate:
    """The aggregate of a Measure by the column it fills; raises KeyError if there is none."""
    for aggregate in node.aggregates:
        if aggregate.into == name:
            return aggregate
    raise KeyError(f"`{node.name}` has no aggregate `{name}`")


def evaluate(plan: Plan, records: Records) -> Evaluation:
    """All tables and outputs of the Plan. Raises TypeError for a float in the records."""
    tables = Tables()
    for node in plan.tables:
        tables.rows[node.name] = table_rows(node, tables, records)
    return Evaluation(plan, tables, {output.name: _output_rows(output, tables) for output in plan.outputs})


def _output_rows(output: Output, tables: Tables) -> list[OutputRow]:
    """The output's columns of its source, sorted by its key."""
    renamed = [{name: row[column] for name, column, _ in output.columns} for row in tables.rows[output.source]]
    types = {name: type for name, _, type in output.columns}
    return [cast(OutputRow, _written_row(row, types)) for row in in_order(renamed, output.key)]


def _written_row(row: ExactRow, types: Mapping[str, Type]) -> Row:
    """The row as it is written: a number that no decimal holds is missing."""
    return {name: stored(value, types[name]) if _is_short(value, types[name]) else None for name, value in row.items()}


def _is_short(value: Exact, type: Type) -> bool:
    return value is None or not type.is_numeric or fits(Fraction(cast(Fraction, value)), type.scale)


def _stored_row(row: ExactRow, types: Mapping[str, Type]) -> Row:
    return {name: stored(value, types[name]) for name, value in row.items()}


def stored(value: Exact, type: Type) -> Value | Fraction:
    """The value as a result holds it: Decimal at the type's scale, int, or an exact ratio.

    Raises ValueError for a number with more digits after the point than its type has.
    """
    if value is None or not type.is_numeric or type.ratio:
        return value
    number = round_decimal(cast(Fraction, value), type.scale, Mode.DOWN)
    if number != value:
        raise ValueError(f"{value} has more than {type.scale} digits after the point")
    return number if type.kind in (Kind.MONEY, Kind.NUMBER) else int(number)
