"""What a value was computed of: its scalars, back to the fields of the records.

As in `trace`, a row of a later table serves as the row of the tables it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.plan.inference import children
from engine.plan.scalar import Column, Scalar
from engine.plan.table import Extend, Lookup, Measure, Scan, Select
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.tables import ExactRow, looked_up, matching, selected
from engine.reference.trace import Place, selected_from


@dataclass(frozen=True, slots=True)
class Origin:
    """A scalar and where it was computed; of a column, where it was imported, computed or looked up.

    `owner` is the row that it was looked up in, None where it is of the row itself.
    """

    scalar: Scalar
    place: Place
    owner: ExactRow | None = None


def origins_of(evaluation: Evaluation, scalar: Scalar, place: Place) -> Iterator[Origin]:
    """The scalars that a scalar of a row was computed of, itself last; an operand comes before what reads it.

    Values of the row that a row is measured for are not followed, nor are columns of a row that was looked up.
    """
    if isinstance(scalar, Column):
        if not scalar.of_base:
            yield from _column(evaluation, scalar, place)
        return
    for each in children(scalar):
        yield from origins_of(evaluation, each, place)
    yield Origin(scalar, place)


def origins_of_aggregate(evaluation: Evaluation, node: Measure, aggregate: str, base: Place) -> Iterator[Origin]:
    """The same for an aggregate of one row of its base: of every row that it used. What is counted has none."""
    found = aggregate_of(node, aggregate)
    if found.value is None:
        return
    for row, _ in selected(found, matching(node, base.row, evaluation.exact), base.row).used:
        yield from origins_of(evaluation, found.value, Place(node.rows, row, base))


def _column(evaluation: Evaluation, column: Column, place: Place) -> Iterator[Origin]:
    """The origins of a column: it is one itself where it begins."""
    node, row = evaluation.nodes[place.table], place.row
    match node:
        case Scan():
            yield Origin(column, place)
        case Extend() if column.name in dict(node.columns):
            yield from origins_of(evaluation, dict(node.columns)[column.name], replace(place, table=node.source))
            yield Origin(column, place)
        case Lookup() if column.name in dict(node.take):
            yield Origin(column, place, looked_up(node, row, evaluation.exact))
        case Measure() if any(each.into == column.name for each in node.aggregates):
            yield from origins_of_aggregate(evaluation, node, column.name, Place(node.base, row))
        case Select():
            for each in selected_from(evaluation, node, row):
                old = replace(column, name=dict(node.columns)[column.name])
                yield from _column(evaluation, old, replace(each, base=place.base))
        case _:
            for source, name in node.passes(column.name):
                yield from _column(evaluation, replace(column, name=name), replace(place, table=source))
