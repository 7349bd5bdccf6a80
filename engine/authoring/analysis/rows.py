"""Names in a record, and which records a metric measures on a day: formulas over the fields of one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.authoring.analysis.domain import Numbers, Words, above, below
from engine.authoring.analysis.expressions import Reader
from engine.authoring.analysis.formula import Formula, In, Linear, Some, Variable, any_of, every
from engine.authoring.analysis.names import Names, table_pieces
from engine.authoring.analysis.values import ALWAYS, Condition, Pieces, all_met, number, of_variable
from engine.calendar import ONE_DAY, Calendar
from engine.language.program import Incentive, Metric, Requirement
from engine.language.records import RecordTable
from engine.language.window import window_bounds

OWN, BELOW = "own", "below"


@dataclass(frozen=True)
class RowScope:
    """Names in a record of a table: its fields, what it links to, parameters of one value, the day judged.

    Without `day` the day judged is any day of the program.
    """

    names: Names
    table: RecordTable
    day: date | None = None

    def find(self, name: str) -> Pieces | Condition | None:
        """A field, a linked field, `as_of`, or a parameter."""
        name = name.removeprefix(f"{self.table.name}.")
        found = self.table.field(name)
        if found is not None:
            return of_variable(self.names.of_row(self.table.name, name, found, found.optional))
        if "." in name:
            return of_variable(self._linked(name))
        if name == "as_of":
            return of_variable(self.names.as_of) if self.day is None else number(self.day.toordinal())
        if name in self.names.parameters:
            parameter = self.names.parameters[name]
            if len(parameter.versions) == 1:
                return table_pieces(parameter.versions[0].table, self)
            return of_variable(self.free(name, None, False))
        metric = self.names.metrics.get(name)
        if metric is not None and metric.per and metric.source == self.table.name:
            return of_variable(self.free(name, None, False))
        return None  # a word: measured values of partners cannot be read in rows

    def _linked(self, name: str) -> Variable:
        first, second = name.split(".", 1)
        link = self.table.link(first)
        target = self.names.program.records.table(link.to) if link else None
        found = target.field(second) if target is not None else None
        assert found is not None  # the link was checked
        return self.names.of_row(self.table.name, name, found, True)

    def free(self, text: str, base: Words | None, whole: bool) -> Variable:
        """A value that no sum expresses, in records of this table on this day."""
        return self.names.free(f"{text}@{self.table.name}@{self.day}", base, whole)

    def where(self, lines: tuple[Requirement, ...]) -> Condition:
        """All lines of a `where`."""
        return Reader(self).requirements(lines)


@dataclass(frozen=True)
class GroupScope(RowScope):
    """Names in a group of records: `value` is what is measured of the group, all else is what its records share."""

    value: Pieces = ()

    def find(self, name: str) -> Pieces | Condition | None:
        """The group's value, or a key."""
        return self.value if name == "value" else super().find(name)


def owner(table: RecordTable, names: Names) -> Variable:
    """Whose record it is: the partner's own, or one of a partner below it."""
    base = Words(frozenset((OWN, BELOW)))
    return names.known((table.name, "@owner"), lambda: Variable("@owner", base))


def measured_rows(metric: Metric, table: RecordTable, names: Names, day: date) -> Condition:
    """Where a record counts for a metric judged on a day, and where it does not."""
    scope = RowScope(names, table, day)
    parts = [_owned(metric, table, names), _when(metric, table, scope), scope.where(metric.where)]
    return all_met(parts)


def _owned(metric: Metric, table: RecordTable, names: Names) -> Condition:
    if metric.children:
        return ALWAYS
    variable = owner(table, names)
    return Condition(*(In(variable, Words(frozenset((each,)))) for each in (OWN, BELOW)))


def _when(metric: Metric, table: RecordTable, scope: RowScope) -> Condition:
    names = scope.names
    if table.period is not None:
        assert scope.day is not None
        return in_force(table, scope, scope.day)
    if not table.date or metric.window is None:
        return ALWAYS
    program = names.program
    assert scope.day is not None
    start, before = window_bounds(metric.window, scope.day, program.calendar, program.effective[0], metric.shifted)
    found = table.field(table.date)
    assert found is not None  # declared
    return between(names.of_row(table.name, table.date, found, found.optional), start, before)


def in_force(table: RecordTable, scope: RowScope, day: date) -> Condition:
    """A record with history on a day."""
    assert table.period is not None
    start, before = (
        scope.names.of_row(table.name, each, f, f.optional) for each in table.period if (f := table.field(each))
    )
    first = between(start, None, date.fromordinal(day.toordinal() + 1))
    ends = Fraction(day.toordinal())
    after = Numbers((above(ends, open_low=True).intervals[0],), True)
    return all_met((first, Condition(In(before, after), In(before, below(ends)))))


def between(variable: Variable, start: date | None, before: date) -> Condition:
    """Where a day is in a half-open range, and where it is outside."""
    end = Fraction(before.toordinal())
    inside = [In(variable, below(end, open_high=True))]
    outside: list[Formula] = [In(variable, above(end))]
    if start is not None:
        first = Fraction(start.toordinal())
        inside.append(In(variable, above(first)))
        outside.append(In(variable, below(first, open_high=True)))
    return Condition(every(inside), any_of(outside))


def holds(formula: Formula, row: Mapping[Variable, Fraction | str | None]) -> bool:
    """Whether a formula is true of a record; a variable that is not in the mapping is missing."""
    match formula:
        case In(variable, domain):
            value = row.get(variable)
            if isinstance(domain, Words):
                return domain.holds(value if isinstance(value, str) else None)
            return domain.holds(value if isinstance(value, Fraction) else None)
        case Linear(terms, bound, strict):
            total = Fraction(0)
            for variable, factor in terms:
                value = row.get(variable)
                if not isinstance(value, Fraction):
                    return False
                total += factor * value
            return total < bound if strict else total <= bound
        case Some(count, terms):
            return sum(holds(each, row) for each in terms) >= count


def days_of(incentive: Incentive, days: tuple[date, date]) -> tuple[date, date]:
    """The days on which records count, half-open; empty where the first is not before the second."""
    start, before = days
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, before


def days_judged(incentive: Incentive, days: tuple[date, date], calendar: Calendar) -> tuple[date, date]:
    """The days on which partners may be judged for an incentive: those of its records, and the end of its last period,
    which may be later than `during`.
    """
    start, before = days_of(incentive, days)
    if incentive.period is None or start >= before:
        return start, before
    return start, min(days[1], calendar.period_of(before - ONE_DAY, *incentive.period).before)
