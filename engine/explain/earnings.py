"""Every earning of a partner as steps, from the rows to the amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby, islice
from typing import cast

from engine.explain.conversions import of_part
from engine.explain.firsts import PARTNER_TOLD, Later, later_rows
from engine.explain.lines import lines_of
from engine.explain.metrics import refs_behind
from engine.explain.model import (
    Clause,
    Computed,
    EarningReason,
    Line,
    Outcome,
    PartReason,
    Quantity,
    Reading,
    Rule,
    StepReason,
)
from engine.explain.model import Part as BandReason
from engine.explain.subject import Subject, quantity
from engine.language.source import Span
from engine.plan.outputs import EARNINGS, TOLD
from engine.plan.plan import Earning, Part, Step
from engine.plan.scalar import Bands
from engine.reference.bands import BandPart, band_parts, read_bands
from engine.reference.readings import fields_measured, fields_read
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import NO_ROWS, ExactRow, in_order, key_values
from engine.reference.trace import RecordRef, records_of
from engine.types import BOOLEAN, ROW, Type, number

RATE = number(12)
"""More digits than a rate has in any program."""

TELLING = ("period", "period_from", "period_before", "source_id", "earner_id")
"""The key of an earning, in reading order."""

Named = tuple[str, str, Span]
"""An incentive by name, with its title and place."""

DAY = "@day"  # the day on which a row was judged

Rows = dict[tuple[object, ...], list[tuple[Part, ExactRow]]]


def earning_reasons(subject: Subject, incentive: str | None) -> tuple[EarningReason, ...]:
    """The partner's earnings by incentive and key, including those of zero; of one incentive if named."""
    return tuple(
        each
        for earning in subject.plan.earnings
        if incentive in (None, earning.incentive)
        for each in (
            *(_reason(subject, earning, rows) for rows in _by_key(subject, earning).values()),
            *(_not_first(subject, earning, each) for each in later_rows(subject, earning)),
        )
    )


def unearned(
    subject: Subject, incentive: str | None, earnings: Iterable[EarningReason], waiting: Iterable[Named]
) -> tuple[Rule, ...]:
    """The requested incentives without any earning, not even one of zero; `waiting` has not paid yet."""
    earned = {each.incentive for each in earnings}
    named = ((each.incentive, each.title, each.span) for each in subject.plan.earnings)
    known = {name: Rule(name, title, subject.clause(span)) for name, title, span in (*named, *waiting)}
    return tuple(rule for name, rule in known.items() if incentive in (None, name) and name not in earned)


def _by_key(subject: Subject, earning: Earning) -> Rows:
    """The partner's rows by earning: one for each set of rules that had a part in it, the earlier first."""
    found: Rows = {}
    for part in earning.parts:
        rows = subject.evaluation.exact.by(part.table, (PARTNER_TOLD,)).get((subject.partner_id,), NO_ROWS)
        for row in in_order(rows, part.key):
            found.setdefault(tuple(row[f"{TOLD}{name}"] for name in EARNINGS.key), []).append((part, row))
    return found


def _reason(subject: Subject, earning: Earning, rows: list[tuple[Part, ExactRow]]) -> EarningReason:
    parts = tuple(_part(subject, part, row) for part, row in rows)
    amounts = [each.amount for each in parts]
    total = amounts[0]
    if len(parts) > 1:
        known = [cast(Fraction, row[part.amount]) for part, row in rows if row[part.amount] is not None]
        whole = sum(known, Fraction(0)) if len(known) == len(rows) else None
        total = quantity(whole, _in_currency(rows[0][0].steps[-1].type, rows[0][1]))
    clause = subject.clause(earning.span)
    return EarningReason(earning.incentive, earning.title, clause, tuple(_key(subject, rows)), total, parts)


def _not_first(subject: Subject, earning: Earning, later: Later) -> EarningReason:
    """A record that earns nothing, and what it would have had to be."""
    clause = subject.clause(earning.span)
    nothing = quantity(0, _in_currency(later.part.steps[-1].type, later.row))
    first = StepReason("first", Quantity(False, BOOLEAN.kind.value), subject.clause(later.line.span))
    steps = (first, StepReason("amount", nothing, clause))
    records = subject.records(records_of(subject.evaluation, later.table, later.row))
    part = PartReason(None, None, None, (), steps, (), nothing, records, ())
    key = tuple(_key(subject, [(later.part, later.row)]))
    return EarningReason(earning.incentive, earning.title, clause, key, nothing, (part,))


def _part(subject: Subject, part: Part, row: ExactRow) -> PartReason:
    day, lines = _judged(subject, part, row)
    may_earn = all(each.outcome is Outcome.MET for each in lines)
    return PartReason(
        _day(row, "period_from"),
        _day(row, "period_before"),
        day,
        lines,
        tuple(_step(subject, step, row) for step in part.steps),
        tuple(_bands(subject, part, row)) if may_earn else (),
        quantity(row[part.amount], _in_currency(subject.type_of(part.table, part.amount), row)),
        subject.records(_refs(subject, part, row)),
        subject.missing(part.table, row, part.amount),
        tuple(_computed(subject, part, row)),
        of_part(subject, part, row),
    )


def _computed(subject: Subject, part: Part, row: ExactRow) -> Iterator[Computed]:
    """The fields of the first records, where the measure is made of several."""
    measure = next((each.column for each in part.steps if each.name == "measure"), "")
    if not part.fields or not measure:
        return
    if part.basis:
        found = [
            each
            for table, aggregate in part.basis
            for key in [key_values(row, subject.evaluation.keys[table])]
            for each in fields_measured(subject.evaluation, table, aggregate, key, part.fields)
        ]
    else:
        found = list(fields_read(subject.evaluation, part.table, row, measure, part.fields))
    by_record = groupby(sorted(found, key=lambda each: each.record), key=lambda each: each.record)
    for record, fields in islice(by_record, subject.limit):
        readings = tuple(Reading(each.name, quantity(each.value, each.type)) for each in fields)
        yield Computed(subject.record(record), readings)


def _judged(subject: Subject, part: Part, row: ExactRow) -> tuple[date | None, tuple[Line, ...]]:
    """The day judged, and the eligible lines with what was observed then."""
    if not part.lines:
        return cast(date | None, row.get(DAY)), ()
    judging = next((each for each in subject.plan.judgings if each.name == part.judged), None)
    if judging is None:  # judged on the day of the whole run
        return subject.plan.day, lines_of(subject, part.lines)
    day = judging.day if isinstance(judging.day, date) else cast(date, row[judging.day])
    return day, lines_of(subject.on_day(judging, day), part.lines)


def _day(row: ExactRow, name: str) -> date | None:
    day = row[f"{TOLD}{name}"]
    return day if isinstance(day, date) else None


def _key(subject: Subject, rows: list[tuple[Part, ExactRow]]) -> Iterator[Reading]:
    """The key of the earning; if it has several parts, with the days of all."""
    part, row = rows[0]
    for name in TELLING:
        value = rows[-1][1][f"{TOLD}{name}"] if name == "period_before" else row[f"{TOLD}{name}"]
        if value is not None and (name, value) != ("earner_id", subject.partner_id):
            yield Reading(name, quantity(value, subject.type_of(part.table, f"{TOLD}{name}")))


def _step(subject: Subject, step: Step, row: ExactRow) -> StepReason:
    """A step with its value; of a limit, what was left of it before and the whole."""
    clause, type = subject.clause(step.span), _in_currency(step.type, row)
    left = quantity(row[step.room], type) if step.room and row[step.room] is not None else None
    whole = quantity(row[step.whole], type) if step.whole and row[step.whole] is not None else None
    percent = "%" in clause.text or step.name == "rate"  # a rate may be read of a benefit or parameter
    return StepReason(step.name, quantity(row[step.column], type, percent), clause, left, whole)


def _in_currency(type: Type, row: ExactRow) -> Type:
    """The type of an amount of an earning: one in the currency of its row is in what the earning is paid in."""
    return replace(type, currency=str(row[f"{TOLD}currency"])) if type.currency == ROW else type


def _refs(subject: Subject, part: Part, row: ExactRow) -> Iterable[RecordRef]:
    """The records of the basis; of an earning per row, the row's own."""
    if part.basis:
        return refs_behind(subject, part.basis, row)
    return records_of(subject.evaluation, part.table, row)


def _bands(subject: Subject, part: Part, row: ExactRow) -> Iterator[BandReason]:
    """The bands that the measure reached, for an eligible payee."""
    bands = part.bands
    earned = next((row[each.column] for each in part.steps if each.name == "earned"), None)
    if bands is None or earned is None:
        return
    measure, table = evaluate_scalar(bands.measure, row), read_bands(bands, lambda each: evaluate_scalar(each, row))
    parts = band_parts(table, Fraction(cast(Fraction, measure))) if measure is not None and table is not None else ()
    if sum((each.earned for each in parts), Fraction(0)) != earned:  # not eligible: the bands paid nothing
        return
    for each in parts:
        clause = subject.clause(part.band_spans[each.place]) if each.place < len(part.band_spans) else None
        yield _band(each, bands, clause)


def _band(part: BandPart, bands: Bands, clause: Clause | None) -> BandReason:
    """A band with its measure; amounts with as many digits as they have."""
    wide: Type = bands.result.sized(38, 12)
    edge: Type = wide

    def amount(value: Fraction | None, type: Type = wide) -> Quantity | None:
        return None if value is None else quantity(value, type)

    start, measure, earned = (quantity(each, edge) for each in (part.start, part.measure, part.earned))
    rate = None if part.rate is None else quantity(part.rate, RATE, percent=True)
    return BandReason(start, amount(part.end), rate, amount(part.amount), measure, earned, clause)
