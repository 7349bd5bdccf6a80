"""Amounts in the currency of their row that a value was computed from: by which rate on which day, or which worths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import cast

from engine.explain.model import Conversion, Quantity
from engine.explain.subject import Subject, quantity
from engine.plan.inference import children
from engine.plan.plan import Converted, Part
from engine.plan.scalar import Column, Convert, Scalar
from engine.plan.table import Extend, Measure, Scan, Select
from engine.plan.tablenode import columns_in
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import NO_ROWS, ExactRow, key_values, matching, selected
from engine.reference.trace import records_of
from engine.types import money, number

SHOWN = 6  # digits after the point of what an amount came to by amounts of equal worth, which may have no end
EXACT = 12  # and by a rate: those of the amount and of the rate

Place = tuple[str, ExactRow, ExactRow | None]
"""A table, a row of it, and the row it was measured for."""


def behind_aggregates(subject: Subject, sources: Iterable[tuple[str, str]], row: ExactRow) -> tuple[Conversion, ...]:
    """The conversions in what aggregates (Measure table, aggregate) of one row added up or compared."""
    evaluation = subject.evaluation
    found: list[Conversion] = []
    for name, into in sources:
        node = evaluation.nodes[name]
        assert isinstance(node, Measure)  # aggregates are of these
        aggregate = aggregate_of(node, into)
        if aggregate.value is not None:
            base = evaluation.row(name, key_values(row, evaluation.keys[name]))
            for each, _ in selected(aggregate, matching(node, base, evaluation.exact), base).used:
                found += _conversions(subject, aggregate.value, (node.rows, each, base))
    return _first(subject, found)


def of_part(subject: Subject, part: Part, row: ExactRow) -> tuple[Conversion, ...]:
    """The conversions in the measure of an earning: of a period in the rows that it adds up, of a record in its own."""
    if part.basis:
        return behind_aggregates(subject, part.basis, row)
    measure = next((step.column for step in part.steps if step.name == "measure"), "")
    found = _definitions(subject.evaluation, measure, (part.table, row, None))
    return _first(subject, (each for definition, place in found for each in _conversions(subject, definition, place)))


def _first(subject: Subject, found: Iterable[Conversion]) -> tuple[Conversion, ...]:
    """Each once, as many as records are shown."""
    once = tuple(dict.fromkeys(found))
    return once if subject.limit is None else once[: subject.limit]


def _conversions(subject: Subject, scalar: Scalar, place: Place) -> Iterator[Conversion]:
    for convert, where in _converts(subject.evaluation, scalar, place):
        table, row, base = where
        known = subject.plan.converted.get((_records_of(subject.evaluation, table), convert))
        names = (each.name in (base or {} if each.of_base else row) for each in columns_in(convert))
        if known is not None and all(names):
            yield from _conversion(subject, convert, known, where)


def _conversion(subject: Subject, convert: Convert, known: Converted, place: Place) -> Iterator[Conversion]:
    """What an amount in another currency came to; none where it, or its rate, is missing."""
    table, row, base = place
    amount, code = evaluate_scalar(convert.left, row, base), evaluate_scalar(known.currency, row, base)
    day = cast("date | None", evaluate_scalar(known.day, row, base)) if known.day is not None else None
    rate = evaluate_scalar(convert.right, row, base)
    if amount is None or rate is None or code == convert.currency:
        return
    worths: tuple[Quantity, ...] = ()
    since, worth = day, Fraction(cast(Fraction, rate))
    if known.worths:
        since, entry = known.in_force(day)
        par = dict(entry)
        worth = Fraction(par[convert.currency]) / Fraction(par[str(code)])
        worths = tuple(quantity(Fraction(par[each]), money(each, 12)) for each in (str(code), convert.currency))
    yield Conversion(
        subject.records(records_of(subject.evaluation, table, row)).shown,
        quantity(cast(Fraction, amount), money(str(code), 12)),
        quantity(Fraction(cast(Fraction, amount)) * worth, money(convert.currency, SHOWN if known.worths else EXACT)),
        None if known.worths else quantity(worth, number(12)),
        since,
        worths,
    )


def _converts(evaluation: Evaluation, scalar: Scalar, place: Place) -> Iterator[tuple[Convert, Place]]:
    """The conversions in a scalar, and in the columns that it reads where these were computed."""
    if isinstance(scalar, Convert):
        yield scalar, place
    if isinstance(scalar, Column) and not scalar.of_base:
        for definition, where in _definitions(evaluation, scalar.name, place):
            yield from _converts(evaluation, definition, where)
    for each in children(scalar):
        yield from _converts(evaluation, each, place)


def _definitions(evaluation: Evaluation, column: str, place: Place) -> Iterator[tuple[Scalar, Place]]:
    """What a column was computed as, and of which row; nothing where it is a field, or was joined.

    Below what returns take from a sale, it was computed of the sale and of each return.
    """
    table, row, base = place
    node = evaluation.nodes[table]
    found = dict(node.columns).get(column) if isinstance(node, Extend) else None
    if found is not None:
        yield found, place
    elif isinstance(node, Measure):
        yield from _definitions(evaluation, column, (node.base, row, None))
        for each in matching(node, row, evaluation.exact):
            yield from _definitions(evaluation, column, (node.rows, each, None))
    elif isinstance(node, Select):  # it leaves columns out: the row it was made of has them
        key, names = evaluation.keys[table], dict(node.columns)
        whole = evaluation.exact.by(node.source, tuple(names[each] for each in key))
        for each in whole.get(key_values(row, key), NO_ROWS):
            yield from _definitions(evaluation, names.get(column, column), (node.source, each, base))
    elif node.sources:
        yield from _definitions(evaluation, column, (node.sources[0], row, base))


def _records_of(evaluation: Evaluation, table: str) -> str:
    """The record table whose rows these are."""
    node = evaluation.nodes[table]
    while not isinstance(node, Scan) and node.sources:
        node = evaluation.nodes[node.sources[0]]
    return node.table if isinstance(node, Scan) else ""
