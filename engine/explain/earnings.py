"""Every earning of a partner as steps, from the rows to the amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from engine.explain.metrics import refs_behind
from engine.explain.model import Clause, EarningReason, Part, Quantity, Reading, Rule, StepReason
from engine.explain.subject import Subject, quantity
from engine.plan.inference import children
from engine.plan.plan import Earning, Step
from engine.plan.scalar import Bands, Case, Column, Round, Scalar
from engine.plan.table import Filter, Fold, Table
from engine.reference.bands import BandPart, band_parts, read_bands
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow, in_order
from engine.reference.trace import RecordRef, records_of
from engine.types import Type, number

RATE = number(12)
"""More digits than a rate has in any program."""


TOLD = "@out."
"""Begins the columns by which the run tells earnings apart; the compiler adds them to an earning's table."""

TELLING = ("period", "period_from", "period_before", "source_id", "earner_id")
"""Those that say more than whose earning it is, in the order they are read."""


def earning_reasons(subject: Subject, incentive: str | None) -> tuple[EarningReason, ...]:
    """The partner's earnings by incentive and key, those that came to nothing too; of one incentive where named."""
    found: list[EarningReason] = []
    for earning in subject.plan.earnings:
        if incentive in (None, earning.incentive):
            rows = subject.evaluation.exact.rows[_table(subject, earning)]
            mine = [row for row in rows if row["partner_id"] == subject.partner_id]
            found += [_reason(subject, earning, row) for row in in_order(mine, earning.key)]
    return tuple(found)


def unearned(subject: Subject, incentive: str | None, earnings: Iterable[EarningReason]) -> tuple[Rule, ...]:
    """The incentives asked about that have no earning at all, not even of nothing."""
    earned = {each.incentive for each in earnings}
    return tuple(
        Rule(each.incentive, each.title, subject.clause(each.span))
        for each in subject.plan.earnings
        if incentive in (None, each.incentive) and each.incentive not in earned
    )


def _table(subject: Subject, earning: Earning) -> str:
    """The table of the earning's rows, before those of nothing were left out."""
    node = subject.evaluation.nodes[earning.table]
    return node.source if isinstance(node, Filter) else earning.table


def _reason(subject: Subject, earning: Earning, row: ExactRow) -> EarningReason:
    table = _table(subject, earning)
    known = {condition.id: condition for condition in subject.plan.conditions}
    rules = (known[id] for id in earning.lines if id in known)
    return EarningReason(
        earning.incentive,
        earning.title,
        subject.clause(earning.span),
        tuple(_key(subject, earning, row)),
        tuple(Rule(each.id, each.text, subject.clause(each.span)) for each in rules),
        tuple(_step(subject, earning, step, row) for step in earning.steps),
        tuple(_parts(subject, earning, row)),
        quantity(row[earning.amount], subject.type_of(table, earning.amount)),
        subject.records(_refs(subject, earning, row)),
        subject.missing(table, row, earning.amount),
    )


def _key(subject: Subject, earning: Earning, row: ExactRow) -> Iterator[Reading]:
    """What tells the earning apart: as the run says it, else the key of its rows."""
    table = _table(subject, earning)
    told = [name for name in TELLING if row.get(TOLD + name) is not None]
    names = {name: TOLD + name for name in told} or {name: name for name in earning.key}
    for name, column in names.items():
        value = row[column]
        if name != "partner_id" and (name, value) != ("earner_id", subject.partner_id):
            yield Reading(name, quantity(value, subject.type_of(table, column)))


def _behind(subject: Subject, table: str) -> Iterator[Table]:
    """A table and those it is computed from, along the line of its rows."""
    while table:
        node = subject.evaluation.nodes[table]
        yield node
        table = getattr(node, "source", "")


def _step(subject: Subject, earning: Earning, step: Step, row: ExactRow) -> StepReason:
    clause = subject.clause(step.span)
    left, limit = _left(subject, earning, step, row) or (None, None)
    return StepReason(step.name, quantity(row[step.column], step.type, "%" in clause.text), clause, left, limit)


def _left(subject: Subject, earning: Earning, step: Step, row: ExactRow) -> tuple[Quantity, Quantity] | None:
    """Of a limit walked in order: what the rows before left of it, and the whole of it."""
    for walk in _behind(subject, earning.table):
        if isinstance(walk, Fold) and walk.into == step.column and walk.limit is not None and walk.room:
            left, limit = row[walk.room], evaluate_scalar(walk.limit, row)
            return None if left is None else (quantity(left, step.type), quantity(limit, step.type))
    return None


def _refs(subject: Subject, earning: Earning, row: ExactRow) -> Iterable[RecordRef]:
    """The records of the basis; of an earning per row, the row's own."""
    if earning.basis:
        return refs_behind(subject, earning.basis, row)
    return records_of(subject.evaluation, _table(subject, earning), row)


def _parts(subject: Subject, earning: Earning, row: ExactRow) -> Iterator[Part]:
    """The bands that the measure entered."""
    bands = _bands_in(earning.bands, row) if earning.bands is not None else None
    if bands is None:
        return
    measure, table = evaluate_scalar(bands.measure, row), read_bands(bands, lambda each: evaluate_scalar(each, row))
    if measure is None or table is None:
        return
    parts = band_parts(table, Fraction(cast(Fraction, measure)))
    if not _is_step(sum((part.earned for part in parts), Fraction(0)), earning, row):
        return
    for part in parts:
        clause = subject.clause(earning.band_spans[part.place]) if part.place < len(earning.band_spans) else None
        yield _part(part, bands.result, clause)


def _is_step(earned: Fraction, earning: Earning, row: ExactRow) -> bool:
    """Whether what the bands earn is a step of the earning, as far as the step's digits go.

    It is none where the partner was not eligible, and then the bands earned nothing.
    """
    values = ((row[step.column], step.type.scale) for step in earning.steps)
    return any(isinstance(value, Fraction | int) and abs(value - earned) * 10**scale < 1 for value, scale in values)


def _bands_in(scalar: Scalar, row: ExactRow) -> Bands | None:
    """The band table that applies to a row, below roundings and through the branch taken."""
    if any(name not in row for name in _columns(scalar)):
        return None
    match scalar:
        case Bands():
            return scalar
        case Round(value):
            return _bands_in(value, row)
        case Case(branches, otherwise):
            taken = (value for when, value in branches if evaluate_scalar(when, row) is True)
            return _bands_in(next(taken, otherwise), row)
        case _:
            return None


def _columns(scalar: Scalar) -> Iterator[str]:
    """The names of the columns a scalar reads."""
    if isinstance(scalar, Column):
        yield scalar.name
    for child in children(scalar):
        yield from _columns(child)


def _part(part: BandPart, result: Type, clause: Clause | None) -> Part:
    """A band with its measure; amounts with as many digits as they have."""
    wide = result.sized(38, 12)
    return Part(
        quantity(part.start, wide),
        None if part.end is None else quantity(part.end, wide),
        None if part.rate is None else quantity(part.rate, RATE, percent=True),
        None if part.amount is None else quantity(part.amount, wide),
        quantity(part.measure, wide),
        quantity(part.earned, wide),
        clause,
    )
