"""The fields from which a value was computed, record by record: price, quantity and discount of a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from engine.language.records import CURRENCY
from engine.plan.scalar import Column, TakenBack
from engine.plan.table import Scan, Select
from engine.reference.evaluate import Evaluation
from engine.reference.origins import Origin
from engine.reference.scalars import Exact
from engine.reference.tables import ExactRow
from engine.reference.trace import RecordRef, ref_of, selected_from
from engine.types import ROW, Type


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field of a record that a value was computed from, a formula too."""

    record: RecordRef
    name: str
    value: Exact
    type: Type


def fields_read(evaluation: Evaluation, origins: Iterable[Origin], fields: Collection[str]) -> tuple[FieldRead, ...]:
    """Which of `fields` a value was computed from, each once; a field before the formula that reads it."""
    found = (
        _field(evaluation, each.scalar.name, each)
        for each in origins
        if isinstance(each.scalar, Column) and each.scalar.name in fields
    )
    return tuple(dict.fromkeys(found))


def taken_back(evaluation: Evaluation, origins: Iterable[Origin]) -> frozenset[RecordRef]:
    """The returns that took something back of a value."""
    places = (each.place for each in origins if isinstance(each.scalar, TakenBack))
    return frozenset(_record(evaluation, each.table, each.row) for each in places)


def _field(evaluation: Evaluation, column: str, origin: Origin) -> FieldRead:
    """A field of a row, or of the row that it was looked up in, whose currency its amounts have."""
    table, row = origin.place.table, origin.place.row
    type = next(each.type for each in evaluation.columns[table] if each.name == column)
    if type.currency == ROW:
        type = replace(type, currency=str((origin.owner or row).get(CURRENCY) or ""))
    return FieldRead(_record(evaluation, table, row), column, row[column], type)


def _record(evaluation: Evaluation, table: str, row: ExactRow) -> RecordRef:
    """The record that a row is of: not those that were looked up for it, or added to it."""
    node = evaluation.nodes[table]
    match node:
        case Scan():
            return ref_of(node, row)
        case Select():
            (place,) = selected_from(evaluation, node, row)
            return _record(evaluation, place.table, place.row)
    return _record(evaluation, node.sources[0], row)
