"""Whom an explanation is about, and the small things every part of it needs: clauses, values, records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from engine.explain.model import Clause, Missing, Outcome, Quantity, Record, Records
from engine.language.currency import scale_of
from engine.language.source import Span
from engine.plan.plan import Condition, Judging, Plan
from engine.plan.scalar import Column, Mode
from engine.reference.evaluate import Evaluation
from engine.reference.scalars import Exact
from engine.reference.tables import ExactRow
from engine.reference.trace import Absence, RecordRef, why_missing
from engine.rounding import round_decimal
from engine.types import Kind, Type

RATIO_DIGITS = 6
"""Digits after the point of an exact ratio that is shown; decisions use the ratio itself."""

PlaceOf = Callable[[str, tuple[str, ...]], tuple[str, int] | None]
"""(record table, key) -> (source file, line), or None where it is not known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One partner of an evaluation, with the program's source lines and the places of records."""

    plan: Plan
    evaluation: Evaluation
    partner_id: str
    row: ExactRow  # of the decisions table
    source: Mapping[str, Sequence[str]]
    place_of: PlaceOf
    limit: int | None  # how many records to show; None for all
    dates: Mapping[str, str] = field(default_factory=dict)  # of each record table, the field with its day
    judging: Judging | None = None  # the lines and table of another day than the run's; `row` is of that table

    @property
    def table(self) -> str:
        """The table of which `row` is a row."""
        return self.judging.table if self.judging is not None else self.plan.decisions

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The lines that were judged in that table."""
        return self.judging.conditions if self.judging is not None else self.plan.conditions

    def on_day(self, judging: Judging, day: date) -> Subject:
        """The same partner as it was judged on another day."""
        key = (self.partner_id,) if isinstance(judging.day, date) else (self.partner_id, day)
        return replace(self, judging=judging, row=self.evaluation.row(judging.table, key))

    def clause(self, span: Span) -> Clause:
        """The place with the text of its line."""
        lines = self.source.get(span.file, ())
        text = lines[span.line - 1].strip() if 0 < span.line <= len(lines) else ""
        return Clause(span.file, span.line, span.column, text)

    def outcome(self, column: str) -> Outcome:
        """The outcome in a column of the decisions."""
        return outcome_of(self.row[column])

    def decision(self, condition: Condition) -> Outcome:
        """The outcome of a line."""
        return decision_of(condition, self.row)

    def type_of(self, table: str, column: str) -> Type:
        """The type of a table's column."""
        return next(each.type for each in self.evaluation.columns[table] if each.name == column)

    def decided(self, column: str, percent: bool = False) -> Quantity:
        """The value in a column of the decisions."""
        return quantity(self.row[column], self.type_of(self.table, column), percent)

    def status(self, held: str, floor: str, ceiling: str) -> Quantity:
        """A status in columns of the decisions, with what was possible where it was undecided."""
        between = tuple(str(self.row[each]) for each in (floor, ceiling) if self.row[each] is not None)
        return replace(self.decided(held), between=between if len(set(between)) > 1 else ())

    def records(self, refs: Iterable[RecordRef]) -> Records:
        """Records counted, and the first of them with their places."""
        found = sorted(set(refs))
        shown = found if self.limit is None else found[: self.limit]
        return Records(len(found), tuple(self.record(ref) for ref in shown))

    def record(self, ref: RecordRef) -> Record:
        """A record with its place, where it is known."""
        file, line = self.place_of(ref.table, ref.key) or ("", 0)
        return Record(ref.table, ref.key, file, line)

    def missing(self, table: str, row: ExactRow, column: str) -> tuple[Missing, ...]:
        """What is absent where a column of a row is missing."""
        return self.gathered(why_missing(self.evaluation, table, row, Column(column, Type(Kind.TEXT))))

    def gathered(self, absences: Iterable[Absence]) -> tuple[Missing, ...]:
        """Absences by field and reason, each with its records."""
        groups: dict[tuple[str, str], list[RecordRef]] = {}
        for absence in absences:
            refs = groups.setdefault((absence.field, self.reason(absence)), [])
            if absence.record is not None:
                refs.append(absence.record)
        return tuple(Missing(field, reason, self.records(refs)) for (field, reason), refs in sorted(groups.items()))

    def reason(self, absence: Absence) -> str:
        """Why something is absent; a divisor of zero by the name of its metric."""
        if not absence.divisor:
            return absence.reason
        for each in self.plan.metrics:
            if absence.divisor == each.divided_by:  # of an average
                return f"`{each.said}` has no records to average"
            if absence.divisor in (each.column, *(aggregate for _, aggregate in each.sources)):
                return f"a division by `{each.said}`, which is 0"
        return f"a division by `{absence.divisor}`, which is 0"


def decision_of(condition: Condition, row: ExactRow) -> Outcome:
    """The outcome of a line in a row of the table that decided it."""
    if condition.applies and row[condition.applies] is False:
        return Outcome.NOT_APPLICABLE
    return outcome_of(row[condition.outcome])


def outcome_of(value: Exact) -> Outcome:
    """A Kleene value as an outcome."""
    if value is None:
        return Outcome.CANNOT_DECIDE
    return Outcome.MET if value is True else Outcome.NOT_MET


def quantity(value: Exact, type: Type, percent: bool = False) -> Quantity:
    """A value with its unit, without needless zeros; `percent` shows a number as a percent.

    An exact ratio is rounded to be shown: decisions use the ratio itself.
    """
    unit = "percent" if percent and type.kind is Kind.NUMBER else type.kind.value
    if value is None or type.kind not in (Kind.MONEY, Kind.NUMBER):
        whole = int(value) if isinstance(value, Fraction) else value  # the evaluator counts in either
        return Quantity(whole, unit, type.currency)
    scale = RATIO_DIGITS if type.ratio else type.scale
    shown = round_decimal(cast(Fraction, value), scale, Mode.HALF_EVEN)
    return Quantity(_trimmed(shown, scale_of(type.currency) or 0), unit, type.currency)


def _trimmed(value: Decimal, scale: int) -> Decimal:
    """The same number with `scale` digits after the point, or as many more as it needs."""
    digits = f"{value:f}".partition(".")[2].rstrip("0")
    return round_decimal(value, max(len(digits), scale), Mode.HALF_EVEN)
