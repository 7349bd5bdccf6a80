"""Every earning of a partner as steps, from the rows to the amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby, islice
from typing import cast

from engine.explain.conversions import measured, of_part
from engine.explain.left_out import PARTNER_TOLD, LeftOut, left_out
from engine.explain.lines import lines_of
from engine.explain.metrics import refs_behind
from engine.explain.model import (
    Clause,
    Computed,
    EarningReason,
    Line,
    OpenStatus,
    Outcome,
    PartReason,
    Quantity,
    Reading,
    Rule,
    StepReason,
)
from engine.explain.model import Part as BandReason
from engine.explain.returned import returns_of
from engine.explain.subject import Subject, quantity
from engine.explain.sums import sums_of_part
from engine.language.records import CURRENCY
from engine.language.source import Span
from engine.plan.outputs import EARNINGS, TOLD
from engine.plan.plan import Earning, Part, Step
from engine.plan.scalar import Column
from engine.reference.bands import BandPart, Unpaid, band_parts, read_bands, unpaid_part
from engine.reference.readings import fields_read, taken_back
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import NO_ROWS, ExactRow, in_order
from engine.reference.trace import RecordRef, records_of, why_missing
from engine.types import BOOLEAN, Type, is_in_row, number

TIER = "tier"  # the step of the tier held, by the word that lines read it by
EARNED = "earned"  # the step of what is paid, before it is rounded
RATE = number(12)
"""More digits than a rate has in any program."""

TELLING = ("period", "period_from", "period_before", "source_id", "earner_id", CURRENCY)
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
            *(_left_out(subject, earning, each) for each in left_out(subject, earning)),
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
    key = tuple(_key(subject, earning, rows))
    return EarningReason(earning.incentive, earning.title, clause, key, total, parts, _complete_on(subject, rows))


def _complete_on(subject: Subject, rows: list[tuple[Part, ExactRow]]) -> date | None:
    """The day from which on the earning of a running period is owed; None where it is owed."""
    part, row = rows[-1]
    return part.complete_on(row, subject.plan.as_of)


def _left_out(subject: Subject, earning: Earning, found: LeftOut) -> EarningReason:
    """A record that earns nothing: what it would have had to be, or the returns that took it back."""
    clause, line = subject.clause(earning.span), found.line
    nothing = quantity(0, _in_currency(found.part.steps[-1].type, found.row))
    first = Quantity(False, BOOLEAN.kind.value)
    steps = (StepReason("first", first, subject.clause(line.span)),) if line is not None else ()
    steps = (*steps, StepReason("amount", nothing, clause))
    records = subject.records(records_of(subject.evaluation, found.table, found.row))
    part = PartReason(None, None, None, (), steps, (), nothing, records, (), returned=found.returned)
    key = tuple(_key(subject, earning, [(found.part, found.row)]))
    return EarningReason(earning.incentive, earning.title, clause, key, nothing, (part,))


def _part(subject: Subject, part: Part, row: ExactRow) -> PartReason:
    day, lines = _judged(subject, part, row)
    open_ = tuple(_open(subject, part, row))
    may_earn = all(each.outcome is Outcome.MET for each in lines)
    steps = tuple(_step(subject, step, row) for step in part.steps)
    refused = next((each for each in lines if each.outcome is Outcome.NOT_MET), None)
    if refused is not None:  # who may not earn gets nothing whatever is paid: that line is the reason, and no rate
        steps = tuple(replace(each, clause=refused.clause) if each.name == EARNED else each for each in steps)
    tier = next((each.status for each in open_ if each.name == TIER), None)
    if tier is not None:
        steps = tuple(replace(each, value=tier) if each.name == TIER else each for each in steps)
    return PartReason(
        _day(row, "period_from"),
        _day(row, "period_before"),
        day,
        lines,
        steps,
        tuple(_bands(subject, part, row)) if may_earn else (),
        quantity(row[part.amount], _in_currency(subject.type_of(part.table, part.amount), row)),
        subject.records(_refs(subject, part, row)),
        subject.missing(part.table, row, part.amount),
        tuple(_computed(subject, part, row)),
        of_part(subject, part, row),
        returns_of(subject, part, row, part.table) if not part.basis and not row[part.amount] else (),
        sums_of_part(subject, part, row),
        open_,
    )


def _open(subject: Subject, part: Part, row: ExactRow) -> Iterator[OpenStatus]:
    """The statuses that it was computed from, on the day judged, as far as they were undecided."""
    if not part.open or row[part.open] is not True:
        return
    _, judged = _on_day(subject, part.read_in, row)
    for each in part.statuses:
        status = judged.status(each.held, each.floor, each.ceiling)
        if status.between:
            unknown = [Column(name, BOOLEAN) for name in each.outcomes if judged.row[name] is None]
            absent = [why_missing(judged.evaluation, judged.table, judged.row, column) for column in unknown]
            yield OpenStatus(each.word, status, judged.gathered(set().union(*absent)))


def _computed(subject: Subject, part: Part, row: ExactRow) -> Iterator[Computed]:
    """The fields of the first records, where the measure is made of several; of one, what returns took back of it."""
    origins = tuple(measured(subject, part, row))
    found = fields_read(subject.evaluation, origins, part.fields)
    if len(part.fields) == 1:
        returns = taken_back(subject.evaluation, origins)
        found = tuple(each for each in found if each.record in returns or (returns and not part.basis))
    by_record = groupby(sorted(found, key=lambda each: each.record), key=lambda each: each.record)
    for record, fields in islice(by_record, subject.limit):
        readings = tuple(Reading(each.name, quantity(each.value, each.type)) for each in fields)
        yield Computed(subject.record(record), readings)


def _judged(subject: Subject, part: Part, row: ExactRow) -> tuple[date | None, tuple[Line, ...]]:
    """The day judged, and the eligible lines with what was observed then."""
    if not part.lines:
        return cast(date | None, row.get(DAY)), ()
    day, judged = _on_day(subject, part.judged, row)
    return day, lines_of(judged, part.lines)


def _on_day(subject: Subject, judged: str, row: ExactRow) -> tuple[date, Subject]:
    """The day on which a row was judged, and the partner as it was then."""
    judging = next((each for each in subject.plan.judgings if each.name == judged), None)
    if judging is None:  # judged on the day of the whole run
        return subject.plan.day, subject
    day = judging.day if isinstance(judging.day, date) else cast(date, row[judging.day])
    return day, subject.on_day(judging, day)


def _day(row: ExactRow, name: str) -> date | None:
    day = row[f"{TOLD}{name}"]
    return day if isinstance(day, date) else None


def _key(subject: Subject, earning: Earning, rows: list[tuple[Part, ExactRow]]) -> Iterator[Reading]:
    """The key of the earning; if it has several parts, with the days of all."""
    part, row = rows[0]
    for name in TELLING:
        value = rows[-1][1][f"{TOLD}{name}"] if name == "period_before" else row[f"{TOLD}{name}"]
        is_said = name == CURRENCY and not (part.basis and is_in_row(part.steps[-1].type))  # a record says it itself
        is_said |= name == "earner_id" and not earning.is_to_seller(value, subject.partner_id)
        if value is not None and not is_said:
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
    return replace(type, currency=str(row[f"{TOLD}currency"])) if is_in_row(type) else type


def _refs(subject: Subject, part: Part, row: ExactRow) -> Iterable[RecordRef]:
    """The records of the basis; of an earning per row, the row's own."""
    if part.basis:
        return refs_behind(subject, part.basis, row)
    return records_of(subject.evaluation, part.table, row)


def _bands(subject: Subject, part: Part, row: ExactRow) -> Iterator[BandReason]:
    """The bands that the measure reached, for an eligible payee."""
    bands = part.bands
    earned = next((row[each.column] for each in part.steps if each.name == EARNED), None)
    if bands is None or earned is None:
        return
    measure, table = evaluate_scalar(bands.measure, row), read_bands(bands, lambda each: evaluate_scalar(each, row))
    whole = Fraction(cast(Fraction, measure)) if measure is not None else None
    parts = band_parts(table, whole) if whole is not None and table is not None else ()
    if sum((each.earned for each in parts), Fraction(0)) != earned:  # not eligible: the bands paid nothing
        return
    unpaid = unpaid_part(table, whole) if whole is not None and table is not None else None
    every: tuple[BandPart | Unpaid, ...] = (*parts, unpaid) if unpaid is not None else parts
    for each in every:
        clause = subject.clause(part.band_spans[each.place]) if each.place < len(part.band_spans) else None
        yield _band(each, _in_currency(bands.result, row), clause)


def _band(part: BandPart | Unpaid, result: Type, clause: Clause | None) -> BandReason:
    """A band with its measure; amounts with as many digits as they have."""
    wide: Type = result.sized(38, 12)
    edge: Type = wide

    def amount(value: Fraction | None, type: Type = wide) -> Quantity | None:
        return None if value is None else quantity(value, type)

    measure = quantity(part.measure, edge)
    if isinstance(part, Unpaid):
        return BandReason(amount(part.start), amount(part.end), None, None, measure, quantity(0, edge), clause)
    rate = None if part.rate is None else quantity(part.rate, RATE, percent=True)
    start, earned = quantity(part.start, edge), quantity(part.earned, edge)
    return BandReason(start, amount(part.end), rate, amount(part.amount), measure, earned, clause)
