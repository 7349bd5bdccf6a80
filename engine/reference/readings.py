"""The fields from which a value was computed, record by record: price, quantity and discount of a line.

As in `trace`, a row of a later table serves as the row of the tables it was made from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from engine.language.records import CURRENCY
from engine.plan.inference import children
from engine.plan.scalar import Column, Scalar
from engine.plan.table import Extend, Lookup, Measure, Scan, Select
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.scalars import Exact
from engine.reference.tables import ExactRow, Key, looked_up, matching, selected
from engine.reference.trace import RecordRef, ref_of, selected_from
from engine.types import ROW, Type


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field of a record that a value was computed from, a formula too."""

    record: RecordRef
    name: str
    value: Exact
    type: Type


@dataclass(frozen=True, slots=True)
class _Reader:
    """Looks for these fields, and for no others."""

    evaluation: Evaluation
    fields: Collection[str]

    def of(self, scalar: Scalar, table: str, row: ExactRow) -> Iterator[FieldRead]:
        """What a scalar reads in a row: fields before the formula that reads them."""
        if isinstance(scalar, Column):
            yield from self._column(scalar.name, table, row)
        for each in children(scalar):
            yield from self.of(each, table, row)

    def _column(self, column: str, table: str, row: ExactRow) -> Iterator[FieldRead]:
        node = self.evaluation.nodes[table]
        match node:
            case Scan():
                yield from self._found(column, table, row)
            case Extend() if column in dict(node.columns):
                yield from self.of(dict(node.columns)[column], node.source, row)
                yield from self._found(column, table, row)
            case Lookup() if column in dict(node.take):
                yield from self._found(column, table, row)
            case Measure() if any(each.into == column for each in node.aggregates):
                yield from self.aggregated(node, column, row)
            case Select():
                for place in selected_from(self.evaluation, node, row):
                    yield from self._column(dict(node.columns)[column], place.table, place.row)
            case _:
                for name, old in node.passes(column):
                    yield from self._column(old, name, row)

    def _found(self, column: str, table: str, row: ExactRow) -> Iterator[FieldRead]:
        if column in self.fields:
            type = next(each.type for each in self.evaluation.columns[table] if each.name == column)
            if type.currency == ROW:
                type = replace(type, currency=self._currency(column, table, row))
            yield FieldRead(self._record(table, row), column, row[column], type)

    def _currency(self, column: str, table: str, row: ExactRow) -> str:
        """The currency of an amount in that of its row: of the row itself, or of the one that it was taken from."""
        node = self.evaluation.nodes[table]
        of: ExactRow | None = row
        if isinstance(node, Lookup) and column in dict(node.take):
            of = looked_up(node, row, self.evaluation.exact)
        return str(of[CURRENCY]) if of is not None else ROW

    def _record(self, table: str, row: ExactRow) -> RecordRef:
        """The record that a row is of: not those that were looked up for it, or added to it."""
        node = self.evaluation.nodes[table]
        match node:
            case Scan():
                return ref_of(node, row)
            case Select():
                (place,) = selected_from(self.evaluation, node, row)
                return self._record(place.table, place.row)
        return self._record(node.sources[0], row)

    def aggregated(self, node: Measure, aggregate: str, base: ExactRow) -> Iterator[FieldRead]:
        """What the rows that an aggregate used read."""
        found = aggregate_of(node, aggregate)
        assert found.value is not None  # of what is counted, no measure is computed
        for row, _ in selected(found, matching(node, base, self.evaluation.exact), base).used:
            yield from self.of(found.value, node.rows, row)


def fields_read(
    evaluation: Evaluation, table: str, row: ExactRow, column: str, fields: Collection[str]
) -> tuple[FieldRead, ...]:
    """Which of `fields` a column of a row was computed from, each once."""
    return tuple(dict.fromkeys(_Reader(evaluation, fields)._column(column, table, row)))


def fields_measured(
    evaluation: Evaluation, measure: str, aggregate: str, base_key: Key, fields: Collection[str]
) -> tuple[FieldRead, ...]:
    """The same for an aggregate of one base row."""
    node, base = evaluation.nodes[measure], evaluation.row(measure, base_key)
    assert isinstance(node, Measure)  # a part of an incentive names one
    return tuple(dict.fromkeys(_Reader(evaluation, fields).aggregated(node, aggregate, base)))
