"""What a program says of a partner, computed plainly from the program and the records.

Slow and simple, and without the compiler: no plan, no frames, no joins. It reads the typed program, so it shares the
language's parser, windows and calendar with the rest, which have tests of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from dateutil.relativedelta import relativedelta

from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Certification, Metric, Parameter, Program, Requirement, Table
from engine.language.records import Field, RecordTable
from engine.language.window import window_bounds
from engine.plan.scalar import Value
from engine.rounding import round_decimal
from engine.types import Mode
from tests.properties.naive_expressions import Look, Naive, Orders, all_hold, compared, exact, value_of

Row = Mapping[str, Value]
SHOWN = 6  # digits of a ratio without `scale`


@dataclass
class World:
    """A program with its records, evaluated on the day `as_of`; `day` is the day judged."""

    program: Program
    as_of: date
    records: Mapping[str, Sequence[Row]]
    _metrics: dict[tuple[str, str, date], Naive] = field(default_factory=dict)

    @cached_property
    def partners(self) -> dict[str, Row]:
        """The partners by id."""
        return {str(row["partner_id"]): row for row in self.records.get("partners", ())}

    @property
    def day(self) -> date:
        """The day of the run, or the last that the version governs."""
        return min(self.as_of, self.program.effective[1] - timedelta(days=1))

    def in_time(self, table: RecordTable, row: Row, last_day: date, word: str = "late_records") -> bool:
        """Whether a record became known, and a return was made, before the days up to `last_day` are closed."""
        if not self.program.corrections.declared:
            return True
        when, after = row[table.date], getattr(self.program.corrections, word)
        known = row.get("recorded_on") or when
        assert isinstance(when, date) and isinstance(known, date)
        last = known if word == "late_records" else max(known, when)
        if last > self.as_of:
            return False
        end = last_day + timedelta(days=1)
        return after is None or last < end + relativedelta(**{after.unit: after.count})

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metrics by name."""
        return {each.name: each for each in self.program.metrics}

    def table(self, name: str) -> RecordTable:
        """A record table."""
        found = self.program.records.table(name)
        assert found is not None
        return found

    def group(self, partner: str) -> set[str]:
        """The partner and all below it."""
        found = {partner}
        while more := {p for p, row in self.partners.items() if row["parent_id"] in found} - found:
            found |= more
        return found

    def look(self, partner: str, day: date, tier: str | None = None, rounded: bool = False) -> Look:
        """What names stand for, said of a partner on a day; `tier` is the one tested or held."""

        def found(name: str) -> Naive:
            if name == "tier" and tier is not None:
                return tier
            if name == "as_of":
                return day
            if name in self.metrics and not self.metrics[name].per:
                value = self.metric(self.metrics[name], partner, day)
                return self.shown(self.metrics[name], value) if rounded else value
            for segment in self.program.segments:
                if segment.name == name:
                    return self.holds(segment.when, partner, day)
            for parameter in self.program.parameters:
                if parameter.name == name:
                    return self.parameter(parameter, found, day)
            return exact(self.partners[partner][name])

        return found

    @cached_property
    def orders(self) -> Orders:
        """The ordered choices of a partner."""
        fields = {each.name: each.type.values for each in self.table("partners").fields if each.type.ordered}
        return {**fields, "tier": self.program.ladder.names}

    def holds(self, lines: Sequence[Requirement], partner: str, day: date, tier: str | None = None) -> bool | None:
        """Whether lines hold of a partner on a day."""
        return all_hold(lines, self.look(partner, day, tier), self.orders)

    def parameter(self, parameter: Parameter, look: Look, day: date | None) -> Naive:
        """A parameter's value where `look` says what else there is, on a day."""
        table = parameter.versions[0].table  # also before its day
        for version in parameter.versions[1:]:
            if day is not None and version.start is not None and version.start <= day:
                table = version.table
        return self.valued(table, look)

    def valued(self, table: Table, look: Look) -> Naive:
        """The value of a table at a place."""
        if table.single is not None:
            return value_of(table.single, look, self.orders)
        here = [look(each) for each in table.by]
        if table.thresholds:
            reached = None
            for threshold in table.thresholds:
                if compared("<=", self.valued(threshold.start, look), here[0]):
                    reached = threshold.value
            return None if reached is None else self.valued(reached, look)
        words = tuple(str(each).lower() if isinstance(each, bool) else each for each in here)
        for choice in table.choices:
            if choice.keys == words:
                return self.valued(choice.value, look)
        return None

    def metric(self, metric: Metric, partner: str, day: date) -> Naive:
        """A metric of a partner on a day, exact."""
        key = (metric.name, partner, day)
        if key not in self._metrics:
            value: Naive
            if metric.formula is not None:
                value = value_of(metric.formula, self.look(partner, day, rounded=True), self.orders)
            elif metric.holding:
                value = Fraction(len(set(self._holders(metric, partner, day))))
            else:
                value = self._measured(metric, partner, day)
            if value is None and metric.if_missing is not None:
                value = value_of(metric.if_missing, self.look(partner, day), self.orders)
            self._metrics[key] = value
        return self._metrics[key]

    def shown(self, metric: Metric, value: Naive, scale: int | None = None) -> Naive:
        """A ratio at its scale (or at `scale`, where it has none); anything else as it is."""
        digits = scale if metric.scale is None else metric.scale
        if not isinstance(value, Fraction) or digits is None or not self._is_ratio(metric):
            return value
        return Fraction(round_decimal(value, digits, Mode.HALF_EVEN))

    def _is_ratio(self, metric: Metric) -> bool:
        if metric.formula is None:
            of_ratios = metric.value is not None and self._divides_rows(metric.value, metric.source)
            return metric.op in ("average", "median") or of_ratios or self._defaults_to_ratio(metric)
        return _divides(metric.formula) or self._reads_ratio(metric.formula) or self._defaults_to_ratio(metric)

    def _divides_rows(self, value: syntax.Expression, source: str) -> bool:
        """Whether a value of rows divides, itself or in a formula of theirs that is not rounded."""
        table = self.program.records.table(source)
        read = [table.field(each.text) for each in names_in(value)] if table is not None else []
        formulas = [
            each.formula for each in read if each is not None and each.formula is not None and each.scale is None
        ]
        return _divides(value) or any(self._divides_rows(each, source) for each in formulas)

    def _defaults_to_ratio(self, metric: Metric) -> bool:
        default = metric.if_missing
        named = [self.metrics[n.text] for n in names_in(default) if n.text in self.metrics] if default else []
        return default is not None and (_divides(default) or any(map(self._is_ratio, named)))

    def _reads_ratio(self, formula: syntax.Expression) -> bool:
        named = [self.metrics[each.text] for each in names_in(formula) if each.text in self.metrics]
        return any(self._is_ratio(each) and each.scale is None for each in named)

    def _measured(self, metric: Metric, partner: str, day: date) -> Naive:
        grouped = self.metrics.get(metric.source)
        if grouped is not None and grouped.per:
            return aggregated(metric, self._of_groups(metric, grouped, partner, day))
        return aggregated(metric, self._of_rows(metric, self.rows(metric, partner), partner, day))

    def rows(self, metric: Metric, partner: str) -> list[Row]:
        """The records that count for a partner."""
        whose = self.group(partner) if metric.children else {partner}
        owner = self.table(metric.source).partner
        return [row for row in self.records.get(metric.source, ()) if row[owner] in whose]

    def _of_rows(
        self, metric: Metric, rows: Sequence[Row], partner: str, day: date
    ) -> Iterator[tuple[bool | None, Naive]]:
        """For each row inside the window, whether it passes and what it measures."""
        table = self.table(metric.source)
        for row in rows:
            if not self._inside(metric, table, row, day):
                continue
            look = self.row_look(table, row, partner, day, rated=self._end(metric, table, day))
            passes = all_hold(metric.where, look, {})
            yield passes, True if metric.value is None else value_of(metric.value, look, {})

    def _end(self, metric: Metric, table: RecordTable, day: date) -> date | None:
        """The last day of the window where amounts are converted at its end; None: on the row's day."""
        conversion = self.program.conversion
        if conversion is None or conversion.as_at == "row":
            return None
        if metric.window is None or not table.date:
            return day
        calendar, first = self.program.calendar, self.program.effective[0]
        return window_bounds(metric.window, day, calendar, first, metric.shifted)[1] - timedelta(days=1)

    def _inside(self, metric: Metric, table: RecordTable, row: Row, day: date) -> bool:
        if table.period is not None:
            return in_force(row, table.period, day)
        if not table.date or metric.window is None:
            return True
        calendar, first = self.program.calendar, self.program.effective[0]
        start, before = window_bounds(metric.window, day, calendar, first, metric.shifted)
        when = row[table.date]
        assert isinstance(when, date)
        return (start is None or start <= when) and when < before and self.in_time(table, row, day)

    def row_look(
        self,
        table: RecordTable,
        row: Row,
        partner: str,
        today: date,
        net: Mapping[str, Value | Naive] | None = None,
        *,
        rated: date | None = None,
        kept: bool = False,
    ) -> Look:
        """What names stand for in a row that counts for a partner on the day judged; `net` replaces fields.

        Amounts are converted on the day `rated`, or on the row's own; or they are `kept` in the row's currency.
        """
        values: dict[str, object] = {**row, **(net or {})}

        def found(name: str) -> Naive:
            if name in values and kept:
                return exact(values[name])
            if name in values:
                return self._in_program_currency(table, name, row, exact(values[name]), rated)
            if (computed := table.field(name)) is not None and computed.formula is not None:
                return self.computed(computed, found)
            if name == "as_of":
                return today
            if "." in name:
                return self._linked(table, row, *name.split("."))
            if name in self.metrics and self.metrics[name].per and self.metrics[name].source == table.name:
                return self._of_own_group(self.metrics[name], row, partner)
            parameter = next((each for each in self.program.parameters if each.name == name), None)
            if parameter is None:
                raise KeyError(name)
            day = row[table.date] if table.date else None
            assert day is None or isinstance(day, date)
            return self.parameter(parameter, found, day)

        return found

    def _in_program_currency(self, table: RecordTable, name: str, row: Row, value: Naive, rated: date | None) -> Naive:
        """An amount of the row's currency times what one unit of it is worth on the row's day, or on `rated`."""
        field, conversion, own = table.field(name), self.program.conversion, self.program.currency
        if field is None or field.type.currency != "row" or not isinstance(value, Fraction) or row["currency"] == own:
            return value
        day = rated or row[table.date]
        assert conversion is not None and isinstance(day, date)
        if conversion.rates:
            pair = (row["currency"], own)
            rates = [each for each in self.records["fx_rates"] if (each["from_currency"], each["to_currency"]) == pair]
            begun = {each["effective_from"]: each["rate"] for each in rates if str(each["effective_from"]) <= str(day)}
            rate = begun[max(begun, key=str)] if begun else None
            return value * Fraction(rate) if isinstance(rate, Decimal) else None
        begun_worths = [each for each in conversion.equal if each.start <= day] or [conversion.equal[0]]
        worth = {each.currency: Fraction(each.value) for each in begun_worths[-1].amounts}
        return value * worth[own] / worth[str(row["currency"])]

    def computed(self, field: Field, look: Look) -> Naive:
        """A formula's value, rounded where it says so."""
        assert field.formula is not None
        value = value_of(field.formula, look, self.orders)
        if field.scale is None or not isinstance(value, Fraction):
            return value
        return Fraction(round_decimal(value, field.scale, self.program.rounding))

    def _linked(self, table: RecordTable, row: Row, link_name: str, field_name: str) -> Naive:
        link = table.link(link_name)
        assert link is not None
        target = self.table(link.to)
        for other in self.records.get(link.to, ()):
            if row[link.by] is not None and other[target.key[0]] == row[link.by]:
                at = row[link.as_at] if link.as_at else None
                if not link.as_at or (isinstance(at, date) and target.period and in_force(other, target.period, at)):
                    return exact(other[field_name])
        return None

    def _of_own_group(self, metric: Metric, row: Row, partner: str) -> Naive:
        """The group's value as of the run, at the row's own keys."""
        keys = [row[each] for each in metric.per]
        if None in keys:
            return None
        table = self.table(metric.source)
        mine = partner if metric.children else str(row[table.partner])
        rows = [each for each in self.rows(metric, mine) if [each[name] for name in metric.per] == keys]
        value = aggregated(metric, self._of_rows(metric, rows, mine, self.day))
        return self.shown(metric, value, SHOWN)

    def _of_groups(
        self, metric: Metric, grouped: Metric, partner: str, day: date
    ) -> Iterator[tuple[bool | None, Naive]]:
        """For each group of a metric with `per`, whether it passes and what it measures."""

        def keys(row: Row) -> tuple[Value, ...]:
            return tuple(row[each] for each in grouped.per)

        rows = [each for each in self.rows(grouped, partner) if None not in keys(each)]
        rows.sort(key=lambda row: tuple(map(str, keys(row))))
        for key, members in groupby(rows, keys):
            counted = list(self._of_rows(grouped, list(members), partner, day))
            if not any(passes is True or (passes is None and not grouped.ignore_missing) for passes, _ in counted):
                continue  # no record of it counts
            value = aggregated(grouped, counted)
            fields: dict[str, Naive] = {name: exact(each) for name, each in zip(grouped.per, key, strict=True)}
            fields |= {"value": self.shown(grouped, value, SHOWN), "partner_id": partner}
            look = self._group_look(fields, day)
            passes = all_hold(metric.where, look, {})
            yield passes, True if metric.value is None else value_of(metric.value, look, {})

    def _group_look(self, fields: Mapping[str, Naive], today: date) -> Look:
        def found(name: str) -> Naive:
            if name in fields:
                return fields[name]
            if name == "as_of":
                return today
            parameter = next((each for each in self.program.parameters if each.name == name), None)
            if parameter is None:
                raise KeyError(name)
            return self.parameter(parameter, found, None)

        return found

    def _holders(self, metric: Metric, partner: str, day: date) -> Iterator[Value]:
        """The people with the certificates asked for who work for the partner that day."""
        whose = self.group(partner) if metric.children else {partner}
        for person in self.records.get("people", ()):
            if not self._works(person, day) & whose:
                continue
            held = [self._certified(person["person_id"], name, day) for name in metric.holding]
            if all(held) if metric.holding_all else any(held):
                yield person["person_id"]

    def _works(self, person: Row, day: date) -> set[str]:
        moved = [row for row in self.records.get("assignments", ()) if row["person_id"] == person["person_id"]]
        if "assignments" in self.program.own_tables and moved:
            return {str(row["partner_id"]) for row in moved if in_force(row, ("from", "before"), day)}
        return {str(person["partner_id"])}

    def _certified(self, person: Value, name: str, day: date) -> bool:
        known = {each.name: each for each in self.program.certifications}
        for row in self.records.get("certifications", ()):
            certification = known.get(str(row["certification"]))
            if row["person_id"] != person or certification is None or not self._counts_as(certification, name):
                continue
            if _valid(certification, row, day):
                return True
        return False

    def _counts_as(self, certification: Certification, name: str) -> bool:
        known = {each.name: each for each in self.program.certifications}
        while certification.name != name:
            if not certification.counts_as:
                return False
            certification = known[certification.counts_as]
        return True


def _valid(certification: Certification, row: Row, day: date) -> bool:
    earned, expires = row["earned_on"], row["expires_on"]
    assert isinstance(earned, date)
    if expires is None and certification.valid_for is not None:
        expires = earned + relativedelta(months=certification.valid_for)
    if isinstance(expires, date) and day >= expires + timedelta(days=certification.grace):
        return False
    retired = certification.retired_on
    if retired is not None and day >= retired + relativedelta(months=certification.run_off or 0):
        return False
    return earned <= day


def in_force(row: Row, period: tuple[str, str], day: date) -> bool:
    """Whether a record with history holds on the day."""
    start, before = row[period[0]], row[period[1]]
    assert isinstance(start, date) and (before is None or isinstance(before, date))
    return start <= day and (before is None or day < before)


def aggregated(metric: Metric, rows: Iterable[tuple[bool | None, Naive]]) -> Naive:
    """What the rows come to; missing when one of them cannot be decided."""
    seen = [(passes, value) for passes, value in rows if passes is not False]
    if any(passes is None or value is None for passes, value in seen) and not metric.ignore_missing:
        return None
    values = [value for passes, value in seen if passes and value is not None]
    match metric.op:
        case "count":
            return Fraction(len(values))
        case "count_distinct":
            return Fraction(len(set(values)))
        case "sum":
            return sum((each for each in values if isinstance(each, Fraction)), Fraction(0))
    ordered = sorted(values)
    if not ordered:
        return None
    match metric.op:
        case "min":
            return ordered[0]
        case "max":
            return ordered[-1]
    numbers = [each for each in ordered if isinstance(each, Fraction)]
    if metric.op == "average":
        return sum(numbers, Fraction(0)) / len(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2


def _divides(expression: syntax.Expression) -> bool:
    match expression:
        case syntax.Arithmetic(op=op, left=left, right=right):
            return op == "/" or _divides(left) or _divides(right)
        case syntax.Call(arguments=arguments):
            return any(map(_divides, arguments))
        case syntax.Negative(value=value):
            return _divides(value)
    return False
