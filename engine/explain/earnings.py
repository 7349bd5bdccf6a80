"""Every earning of a partner as steps, from the rows to the amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from engine.explain.metrics import refs_behind
from engine.explain.model import Clause, EarningReason, Part, Reading, Rule, StepReason
from engine.explain.subject import Subject, quantity
from engine.plan.plan import Earning
from engine.plan.scalar import Bands, Case, Column, Round, Scalar
from engine.plan.typing import children
from engine.reference.bands import BandPart, band_parts
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow, in_order
from engine.reference.trace import RecordRef, records_of
from engine.types import Type, number

RATE = number(12)
"""More digits than a rate has in any program."""


def earning_reasons(subject: Subject, incentive: str | None) -> tuple[EarningReason, ...]:
    """The partner's earnings by incentive and key; of one incentive where it is named."""
    found: list[EarningReason] = []
    for earning in subject.plan.earnings:
        if incentive in (None, earning.incentive):
            rows = (
                row for row in subject.evaluation.exact.rows[earning.table] if row["partner_id"] == subject.partner_id
            )
            found += [_reason(subject, earning, row) for row in in_order(rows, earning.key)]
    return tuple(found)


def _reason(subject: Subject, earning: Earning, row: ExactRow) -> EarningReason:
    known = {condition.id: condition for condition in subject.plan.conditions}
    rules = (known[id] for id in earning.lines if id in known)
    amount = quantity(row[earning.amount], subject.type_of(earning.table, earning.amount))
    return EarningReason(
        earning.incentive,
        earning.title,
        subject.clause(earning.span),
        tuple(Reading(name, quantity(row[name], subject.type_of(earning.table, name))) for name in earning.key),
        tuple(Rule(each.id, each.text, subject.clause(each.span)) for each in rules),
        tuple(
            StepReason(step.name, quantity(row[step.column], step.type, "%" in clause.text), clause)
            for step in earning.steps
            for clause in [subject.clause(step.span)]
        ),
        tuple(_parts(subject, earning, row)),
        amount,
        subject.records(_refs(subject, earning, row)),
        subject.missing(earning.table, row, earning.amount),
    )


def _refs(subject: Subject, earning: Earning, row: ExactRow) -> Iterable[RecordRef]:
    """The records of the basis; of an earning per row, the row's own."""
    if earning.basis:
        return refs_behind(subject, earning.basis, row)
    return records_of(subject.evaluation, earning.table, row)


def _parts(subject: Subject, earning: Earning, row: ExactRow) -> Iterator[Part]:
    """The bands that the measure entered."""
    bands = _bands_in(earning.bands, row) if earning.bands is not None else None
    if bands is None:
        return
    measure = evaluate_scalar(bands.measure, row)
    if measure is None:
        return
    parts = band_parts(bands, Fraction(cast(Fraction, measure)))
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
