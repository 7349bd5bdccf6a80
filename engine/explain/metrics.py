"""Every metric with its value and the records behind it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.explain.conversions import behind_aggregates
from engine.explain.lines import is_percent
from engine.explain.model import MetricReason
from engine.explain.subject import Subject
from engine.explain.sums import sums_of
from engine.plan.plan import Measured
from engine.reference.tables import ExactRow, key_values
from engine.reference.trace import RecordRef, records_behind


def metric_reasons(subject: Subject) -> tuple[MetricReason, ...]:
    """The metrics as of the day, in program order."""
    return tuple(_reason(subject, metric) for metric in subject.plan.metrics)


def _reason(subject: Subject, metric: Measured) -> MetricReason:
    # a metric is shown as a percent where the lines that read it alone compare it with one
    percent = any(is_percent(each) and each.names == (metric.said,) for each in subject.plan.conditions)
    since, before = metric.window
    return MetricReason(
        metric.said,
        metric.title,
        subject.clause(metric.span),
        subject.decided(metric.column, percent),
        since,
        before,
        subject.records(refs_behind(subject, metric.sources, subject.row)),
        subject.missing(subject.plan.decisions, subject.row, metric.column),
        behind_aggregates(subject, metric.sources, subject.row),
        sums_of(subject, metric.sources, subject.row, metric.divided_by),
    )


def refs_behind(subject: Subject, sources: tuple[tuple[str, str], ...], row: ExactRow) -> Iterator[RecordRef]:
    """The records behind aggregates (Measure table, aggregate) of one row that holds their keys."""
    for measure, aggregate in sources:
        key = key_values(row, subject.evaluation.keys[measure])
        yield from records_behind(subject.evaluation, measure, aggregate, key)
