"""Records that a period or day no longer takes: they became known after `corrections` had closed it to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from engine.explain.model import LateRecord, Record, TooLate
from engine.explain.subject import Subject
from engine.plan.plan import Corrected, Earning, Part
from engine.plan.scope import Decided
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import NO_ROWS, ExactRow, in_order
from engine.reference.trace import RecordRef


def too_late(subject: Subject, incentive: str | None) -> tuple[TooLate, ...]:
    """What would have counted, by incentive and period; of one incentive where named.

    What became known after the day of the run is not told: that run does not know of it.
    """
    return tuple(
        told
        for earning in subject.plan.earnings
        if incentive in (None, earning.incentive)
        for part in earning.parts
        if part.corrected is not None
        for told in _of_part(subject, earning, part, part.corrected)
    )


def _of_part(subject: Subject, earning: Earning, part: Part, corrected: Corrected) -> Iterator[TooLate]:
    """One for each period, or for all records that earn by themselves, under one set of rules."""
    mine = subject.evaluation.exact.by(part.rows, (corrected.partner,)).get((subject.partner_id,), NO_ROWS)
    rows = in_order(mine, (corrected.day, corrected.key))
    rules = (earning.incentive, corrected.rules)
    scope = [each for each in subject.plan.scope if (each.incentive, each.edition) == rules]
    for decided in scope:
        inside = [row for row in rows if decided.start <= _date(row, corrected.day) < decided.before]
        found = [late for row in inside for late in _of_row(subject, corrected, row)]
        if found:
            shown = tuple(found if subject.limit is None else found[: subject.limit])
            yield _told(subject, earning, decided, len(found), shown)


def returned_too_late(subject: Subject, part: Part, row: ExactRow) -> frozenset[tuple[str, ...]]:
    """The keys of returns of a part's record that came too late to lower it."""
    if part.corrected is None:
        return frozenset()
    rows = subject.evaluation.exact.by(part.rows, (part.corrected.key,)).get((row[part.corrected.key],), NO_ROWS)
    return frozenset(late.record.key for each in rows for late in _of_row(subject, part.corrected, each))


def _told(subject: Subject, earning: Earning, decided: Decided, count: int, shown: tuple[LateRecord, ...]) -> TooLate:
    clause = subject.clause(earning.span)
    days = (decided.start, decided.before)
    return TooLate(earning.incentive, earning.title, clause, decided.edition, decided.period, *days, count, shown)


def _of_row(subject: Subject, corrected: Corrected, row: ExactRow) -> Iterator[LateRecord]:
    """The record itself where it came too late, else the returns of it that did."""
    if evaluate_scalar(corrected.counts, row) is False:
        return
    record = _record(subject, corrected, row)
    if (late := _late(subject, corrected, row, _date(row, corrected.late))) is not None:
        yield LateRecord(record, None, *late)
        return
    if not corrected.returned:
        return
    returns = subject.evaluation.exact.by(corrected.returned, ("returns_id",)).get((row[corrected.key],), NO_ROWS)
    closed = _date(row, corrected.closed)
    for each in in_order(returns, (corrected.day, corrected.key)):
        if (late := _late(subject, corrected, each, closed)) is not None:
            yield LateRecord(_record(subject, corrected, each), record, *late)


def _late(subject: Subject, corrected: Corrected, row: ExactRow, bound: date) -> tuple[date, date, date] | None:
    """The record's own day, when it became known, and the first day on which it was too late; None if it was not."""
    day = _date(row, corrected.day)
    recorded = row[corrected.recorded] if corrected.recorded else None
    known = cast(date, recorded) if recorded is not None else day
    return (day, known, bound) if bound <= max(day, known) <= subject.plan.as_of else None


def _record(subject: Subject, corrected: Corrected, row: ExactRow) -> Record:
    return subject.record(RecordRef(corrected.table, (str(row[corrected.key]),)))


def _date(row: ExactRow, name: str) -> date:
    return cast(date, row[name])
