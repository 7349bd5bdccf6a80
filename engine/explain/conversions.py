"""Amounts in the currency of their row that a value was computed from: by which rate on which day, or which worths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import cast

from engine.explain.model import Conversion, Quantity
from engine.explain.subject import Subject, quantity
from engine.plan.plan import Part
from engine.plan.scalar import Column, Convert
from engine.plan.table import Measure, Scan
from engine.reference.evaluate import Evaluation
from engine.reference.origins import Origin, origins_of, origins_of_aggregate
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow, key_values
from engine.reference.trace import Place, records_of
from engine.types import Kind, Type, money, number

SHOWN = 6  # digits after the point of what an amount came to by amounts of equal worth, which may have no end
EXACT = 12  # and by a rate: those of the amount and of the rate


def behind_aggregates(subject: Subject, sources: Iterable[tuple[str, str]], row: ExactRow) -> tuple[Conversion, ...]:
    """The conversions in what aggregates (Measure table, aggregate) of one row added up or compared."""
    return _conversions(subject, (each for name, into in sources for each in behind(subject, name, into, row)))


def behind(subject: Subject, table: str, aggregate: str, row: ExactRow) -> Iterator[Origin]:
    """What an aggregate of one row was computed of."""
    node, evaluation = subject.evaluation.nodes[table], subject.evaluation
    assert isinstance(node, Measure)  # aggregates are of these
    base = evaluation.row(table, key_values(row, evaluation.keys[table]))
    return origins_of_aggregate(evaluation, node, aggregate, Place(node.base, base))


def of_part(subject: Subject, part: Part, row: ExactRow) -> tuple[Conversion, ...]:
    """The conversions in the measure of an earning: of a period in the rows that it adds up, of a record in its own."""
    return _conversions(subject, measured(subject, part, row))


def measured(subject: Subject, part: Part, row: ExactRow) -> Iterator[Origin]:
    """What the measure of an earning was computed of; nothing where it has none."""
    for table, aggregate in part.basis:
        yield from behind(subject, table, aggregate, row)
    measure = next((step.column for step in part.steps if step.name == "measure"), "")
    if measure and not part.basis:
        yield from origins_of(subject.evaluation, Column(measure, Type(Kind.TEXT)), Place(part.table, row))


def _conversions(subject: Subject, origins: Iterable[Origin]) -> tuple[Conversion, ...]:
    """The conversions among origins, each once, as many as records are shown."""
    found = (each for origin in origins for each in _of_origin(subject, origin))
    once = tuple(dict.fromkeys(found))
    return once if subject.limit is None else once[: subject.limit]


def _of_origin(subject: Subject, origin: Origin) -> Iterator[Conversion]:
    """What an amount in another currency came to; none where it, or its rate, is missing."""
    place, convert = origin.place, origin.scalar
    row, base = place.row, place.base.row if place.base is not None else None
    if not isinstance(convert, Convert):
        return
    known = subject.plan.converted[_records_of(subject.evaluation, place.table), convert]
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
        subject.records(records_of(subject.evaluation, place.table, row)).shown,
        quantity(cast(Fraction, amount), money(str(code), 12)),
        quantity(Fraction(cast(Fraction, amount)) * worth, money(convert.currency, SHOWN if known.worths else EXACT)),
        None if known.worths else quantity(worth, number(12)),
        since,
        worths,
    )


def _records_of(evaluation: Evaluation, table: str) -> str:
    """The record table whose rows these are."""
    node = evaluation.nodes[table]
    while not isinstance(node, Scan) and node.sources:
        node = evaluation.nodes[node.sources[0]]
    return node.table if isinstance(node, Scan) else ""
