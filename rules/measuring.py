"""How a metric is computed in a frame: its rows, its window, its aggregates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from engine.calendar import LAST_BEFORE, ONE_DAY
from engine.compiler.converting import RatedOn, is_in_one_currency
from engine.compiler.corrections import RECORDED, known_in_time
from engine.compiler.counting import TRUE, groups_of, in_force, lower_row_condition, row_scope, total_digits
from engine.compiler.expressions import lower
from engine.compiler.formulas import undivided
from engine.compiler.frame import DAY, Frame, FrameScope, not_one_value
from engine.compiler.totals import as_whole, divided, no_total
from engine.compiler.typed import Scope, Typed
from engine.compiler.units import of_one_unit
from engine.compiler.workbench import ORIGIN, Rows, RowScope, Workbench
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.program import Metric, Program
from engine.language.records import Field, RecordTable
from engine.language.window import window_bounds
from engine.plan import scalar as node
from engine.plan.digits import is_open, shown_scale
from engine.plan.grain import aggregate_column
from engine.plan.inference import type_of
from engine.plan.owner import said_scope
from engine.plan.plan import Measured
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar, Value
from engine.plan.table import Aggregate, Extend, Filter, Lookup, Measure, Op
from engine.types import COUNT, DATE, Kind, Type
from rules.holding import count_holders
from rules.keyed import Keyed

GROUP_VALUE = "value"  # the column of what is measured of a group
DONE = {"sum": "added up", "average": "added up", "count_distinct": "told apart"}  # with ratios of rows; else ordered


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric at a value for each key of its `per`; `keys` are the values by the names of their choices."""

    metric: Metric
    values: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()

    @property
    def word(self) -> str:
        """The name by which an expression reads it; begins the names of its columns."""
        return ".".join((self.metric.name, said_scope(self.values))) if self.values else self.metric.name


def value_of(metric: Metric, program: Program, scope: Scope) -> Typed | None:
    """The metric's value at a place: for a partner, or in a row with the metric's own keys."""
    if isinstance(scope, RowScope):
        return _in_row(metric, program, scope)
    assert isinstance(scope, FrameScope)  # there are these two
    return _read(Reading(metric), program, scope)


def value_at(
    metric: Metric, program: Program, scope: FrameScope, name: syntax.Name, written: tuple[str, ...]
) -> Typed | None:
    """The value at the keys that are written behind dots, or the current ones."""
    keyed = keyed_metric(metric, program)
    values = keyed.values(written, dict(scope.keys))
    if values is None:
        readable = written and all(words for _, words in keyed.keys)
        cure = cure_of(metric, program)
        scope.report(keyed.unknown(name, written) if readable else not_one_value(name.text, name.span, cure))
        return None
    keys = tuple((choice, value) for value, (choice, _) in zip(values, keyed.keys, strict=True))
    return _read(Reading(metric, values, keys), program, scope)


def keyed_metric(metric: Metric, program: Program) -> Keyed:
    """The metric as a name that is read at values of its keys."""
    return Keyed(metric.name, tuple(key_choice(metric, each, program) for each in metric.per))


def cure_of(metric: Metric, program: Program) -> str:
    """How to read a metric with `per` where no values of its keys are at hand."""
    measured = f"measure it in another metric: `{{from: {metric.name}, max: value}}`" if metric.source else ""
    example = keyed_metric(metric, program).example
    ways = [measured, f"read it at one value of each key: `{example}`" if example else ""]
    return ", or ".join(filter(None, ways)) or "read it in a designation or benefit with the same `per`"


def key_choice(metric: Metric, key: str, program: Program) -> tuple[str, tuple[str, ...]]:
    """The choice of a metric's key, and its values; no values if the key is not a choice."""
    table = program.records.table(metric.source)
    field = table.key_field(key) if table else None
    if field is not None:
        return field.choice or field.name, field.type.values
    return key, program.dimension(key)


def _read(reading: Reading, program: Program, scope: FrameScope) -> Typed | None:
    frame, metric, word = scope.frame, reading.metric, reading.word
    typed = frame.once(word, metric.span, lambda: _build(reading, program, frame))
    if typed is not None and scope.rounded and typed.type.ratio and metric.scale is not None:
        shown = node.Round(typed.scalar, metric.scale, Mode.HALF_EVEN)
        return Typed(shown, type_of(shown), typed.span)
    return typed


def _build(reading: Reading, program: Program, frame: Frame) -> Typed | None:
    metric = reading.metric
    if metric.formula is not None:
        typed = lower(metric.formula, FrameScope(frame, rounded=True, keys=reading.keys))
    elif metric.holding:
        typed = _people(reading, program, frame)
    else:
        typed = _aggregated(reading, program, frame)
    if typed is not None and metric.if_missing is not None:
        typed = _or_else(metric, typed, frame)
    if typed is not None and frame.recorded:
        _record(reading, typed, program, frame)
    return typed


def _people(reading: Reading, program: Program, frame: Frame) -> Typed | None:
    """The people who hold what is listed for the values of its keys."""
    metric = reading.metric.at(reading.values)
    if metric is not None:
        return count_holders(metric, reading.word, program, frame)
    listed = min(reading.metric.holding_at, key=lambda each: each.span)
    frame.bench.report(
        meaning.MISSING_COMBINATION.at(
            listed.span,
            f"`{reading.metric.name}` has no certification for `{' '.join(reading.values)}`",
            help="add it to `values`; there is no default",
        )
    )
    return None


def _or_else(metric: Metric, typed: Typed, frame: Frame) -> Typed | None:
    assert metric.if_missing is not None
    scope = FrameScope(frame)
    default = lower(metric.if_missing, scope)
    if default is None or not of_one_unit(typed, default, "replaced by", scope):
        return None
    built = node.IfMissing(typed.scalar, default.scalar)
    return Typed(built, type_of(built), typed.span)


def _record(reading: Reading, typed: Typed, program: Program, frame: Frame) -> None:
    """A column with the metric's value as shown, and where its records are found."""
    metric, word, scalar = reading.metric, reading.word, typed.scalar
    if is_open(typed.type):
        scalar = node.Round(scalar, _scale(metric, typed.type), Mode.HALF_EVEN)
    column = frame.show(f"{word}.shown", scalar)
    window: tuple[date | None, date | None] = (None, None)
    if metric.window is not None:
        window = window_bounds(metric.window, frame.days[0], program.calendar, program.effective[0], metric.shifted)
    frame.bench.measured.append(
        Measured(
            metric.name,
            metric.title,
            metric.span,
            column.type,
            column.name,
            tuple(frame.behind.get(word, ())),
            window,
            reading.values,
            f"{word}.count" if metric.op == "average" else "",
        )
    )


def _scale(metric: Metric, type: Type) -> int:
    """The digits after the point that are shown of a metric."""
    return shown_scale(type) if metric.scale is None else metric.scale


def _aggregated(reading: Reading, program: Program, frame: Frame) -> Typed | None:
    metric, word = reading.metric, reading.word
    source = next((each for each in program.metrics if each.name == metric.source and each.per), None)
    rows = _groups_met(source, program, frame) if source else _record_rows(metric, frame.bench)
    if rows is None:
        return None
    where = _where(metric, rows, program, frame, of_base=True, values=reading.values)
    value = _value(metric, rows, frame)
    if where is None or (value is None and metric.op != "count"):
        return None
    return _measured(metric, word, rows, where, value, lambda aggregate: frame.aggregate(rows, aggregate, word))


def _record_rows(metric: Metric, bench: Workbench) -> Rows | None:
    span = metric.source_span or metric.span
    rows = bench.rows(metric.source, span, metric.children)
    if rows is not None and not rows.table.partner:
        bench.report(
            meaning.NOT_HERE.at(
                span,
                f"records of `{metric.source}` have no partner",
                help="measure a table with a `partner` field",
            )
        )
        return None
    return rows


def _where(
    metric: Metric, rows: Rows, program: Program, frame: Frame, of_base: bool, values: tuple[str, ...] = ()
) -> Scalar | None:
    """Window and `where` together; the window first, so that a row outside it is out whatever it lacks.

    `values` are those of its keys. A row that counts and lacks a key may be of any group: each is missing then.
    """
    terms = _window(metric, rows, program, frame, of_base)
    scope = row_scope(rows, frame, _rated_on(metric, rows, program, frame))
    good = True
    for each in metric.where:
        lowered = lower_row_condition(each, scope)
        good = good and lowered is not None
        terms += [lowered] if lowered is not None else []
    for key, value in zip(metric.per, values, strict=bool(values)):
        field = rows.table.key_field(key)
        column = frame.bench.column(rows, field.name) if field is not None else None
        if field is None or column is None:
            return None  # reported by the check
        terms.append(node.Compare(column, Comparison.EQUAL, Literal(value, field.type)))
    if not good:
        return None
    return node.conjunction(terms)


def _window(metric: Metric, rows: Rows, program: Program, frame: Frame, of_base: bool) -> list[Scalar]:
    table = rows.table
    if table.period is not None:
        return in_force(rows, frame, of_base)
    if not table.date or metric.window is None:
        return []
    window = metric.window

    @cache
    def bounds(day: date) -> tuple[date | None, date]:
        return window_bounds(window, day, program.calendar, program.effective[0], metric.shifted)

    def bound(place: int) -> Callable[[date], Value]:
        return lambda day: bounds(day)[place]

    name = _window_name(metric)
    column = rows.columns[table.date]
    before = frame.bound(f"@before {name}", bound(1), of_base=of_base)
    terms: list[Scalar] = [node.Compare(column, Comparison.LESS, before)]
    if bound(0)(frame.days[0]) is not None:
        start = frame.bound(f"@from {name}", bound(0), of_base=of_base)
        terms.insert(0, node.Compare(column, Comparison.AT_LEAST, start))
    return [*terms, *known_in_time(rows, frame, of_base)]


def _window_name(metric: Metric) -> str:
    return f"{metric.window}-{metric.shifted}"


def _rated_on(metric: Metric, rows: Rows, program: Program, frame: Frame) -> RatedOn | None:
    """The last day of the window, or the day judged where there is none; None where amounts are converted by row."""
    conversion, window = program.conversion, metric.window if rows.table.date else None
    if conversion is None or not conversion.at_period_end:
        return None

    def last(day: date) -> date:
        if window is None:
            return day
        return window_bounds(window, day, program.calendar, program.effective[0], metric.shifted)[1] - ONE_DAY

    name = "day judged" if window is None else _window_name(metric)
    day = frame.bound(f"@last {name}", last)
    held, read = (rows, ()) if frame.single else _with_days(rows, program)
    terms = _window(metric, held, program, frame, of_base=False)
    inside = node.And(tuple(terms)) if terms else None
    if not frame.single:
        return RatedOn(name, day, frame, inside, read)
    ends = day if inside is None else node.Case(((inside, day),), Literal(None, DATE))
    return RatedOn(f"{name} on {frame.days[0]}", ends)  # rows are shared by frames of other days


def _with_days(rows: Rows, program: Program) -> tuple[Rows, tuple[tuple[str, Scalar], ...]]:
    """The rows with other columns for the days that a window asks, which are never missing; and what these are."""
    table, columns = rows.table, rows.columns
    read: dict[str, Scalar] = {table.date: columns[table.date]} if table.date else {}
    if table.date and RECORDED in columns and program.corrections.declared:
        read[RECORDED] = node.IfMissing(columns[RECORDED], columns[table.date])
    if table.period is not None:
        start, before = table.period
        read = {start: columns[start], before: node.IfMissing(columns[before], Literal(LAST_BEFORE, DATE))}
    held = {each: Column(f"@held {each}", DATE) for each in read}
    return replace(rows, columns={**columns, **held}), tuple((f"@held {each}", value) for each, value in read.items())


def _value(metric: Metric, rows: Rows, frame: Frame) -> Typed | None:
    bench = frame.bench
    if metric.value is None:
        return None
    typed = lower(metric.value, row_scope(rows, frame, _rated_on(metric, rows, bench.program, frame)))
    if typed is None:
        return None
    if not is_in_one_currency(typed, rows, bench):
        return None
    typed = undivided(typed) if typed.type.ratio else typed
    if as_whole(typed.scalar, rows.wholes) is None:
        bench.report(no_total(metric.value, row_scope(rows, frame), metric.name, DONE.get(metric.op, "ordered")))
        return None
    if metric.op != "count_distinct" and not typed.type.is_numeric and typed.type.kind is not Kind.DATE:
        bench.report(
            meaning.TYPE_MISMATCH.at(
                typed.span,
                f"`{metric.op}` needs numbers, but this is {typed.type.said}",
                help="name a number or an amount, or use `count_distinct`",
            )
        )
        return None
    if typed.type.kind is Kind.DATE and metric.op not in ("min", "max", "count_distinct"):
        bench.report(
            meaning.TYPE_MISMATCH.at(typed.span, f"`{metric.op}` of dates is not possible", help="use min or max")
        )
        return None
    return typed


Ask = Callable[[Aggregate], Column]


def _measured(metric: Metric, word: str, rows: Rows, where: Scalar, row_value: Typed | None, ask: Ask) -> Typed:
    """The metric's aggregates, put together; what every row divides by, the total is divided by."""
    value, over = row_value, 1
    if row_value is not None:
        whole = as_whole(row_value.scalar, rows.wholes)
        assert whole is not None  # others were refused
        value, over = Typed(whole[0], type_of(whole[0]), row_value.span), whole[1]

    def aggregate(suffix: str, op: Op) -> Column:
        type = COUNT if value is None or op in (Op.COUNT, Op.COUNT_DISTINCT) else value.type
        # a count for an average counts the rows whose value is there, and is missing where one is not
        measured = None if op is Op.COUNT and value is None else value
        into = f"{word}.{suffix}"
        if op is Op.COUNT and measured is not None:
            one = node.Case(((node.IsMissing(measured.scalar), Literal(None, COUNT)),), Literal(1, COUNT))
            return ask(Aggregate(into, Op.SUM, one, where, COUNT, metric.ignore_missing))
        scalar = measured.scalar if measured else None
        return ask(Aggregate(into, op, scalar, where, type, metric.ignore_missing, total_digits(rows, scalar)))

    built: Scalar
    match metric.op:
        case "average":
            built = node.Quotient(aggregate("sum", Op.SUM), aggregate("count", Op.COUNT))
        case "median":
            both = node.Add(aggregate("low", Op.MEDIAN_LOW), aggregate("high", Op.MEDIAN_HIGH))
            built = node.Quotient(both, Literal(2, Type(Kind.INTEGER, digits=1)))
        case _:
            built = aggregate("value", Op(metric.op))
    if row_value is not None and metric.op != "count_distinct":
        built = divided(built, over, row_value.type)
    return Typed(built, type_of(built), metric.span)


def _per_rows(metric: Metric, program: Program, frame: Frame) -> Rows | None:
    """A metric with `per` as a table of its own: one row per partner and keys, with `value`."""
    name = f"{frame.name}/{metric.name}"
    if name in frame.bench.tables:
        return frame.tabled[name]
    rows = _record_rows(metric, frame.bench)
    if rows is None:
        return None
    per = _key_fields(metric, rows, frame.bench)
    wrong = len(per) < len(metric.per) or any(each in (rows.table.partner, GROUP_VALUE) for each in per)
    where = _where(metric, rows, program, frame, of_base=True)
    value = _value(metric, rows, frame)
    if where is None or wrong or (value is None and metric.op != "count"):
        return None
    keys = (rows.table.partner, *per)
    base = groups_of(name, rows, keys, frame)
    asked: list[Aggregate] = []

    def ask(aggregate: Aggregate) -> Column:
        asked.append(aggregate)
        return aggregate_column(aggregate)

    typed = _measured(metric, metric.name, rows, where, value, ask)
    ask(Aggregate(f"{metric.name}.met", Op.COUNT, None, where, COUNT, metric.ignore_missing))
    top = frame.bench.add(
        Measure(f"{name}/measured", base, rows.top, tuple((each, each) for each in keys), tuple(asked))
    )
    return _as_table(name, metric, rows, typed, top, frame)


def _key_fields(metric: Metric, rows: Rows, bench: Workbench) -> tuple[str, ...]:
    """The fields of the rows for its keys, without keys that have no field."""
    found = [rows.table.key_field(each) for each in metric.per]
    return tuple(each.name for each in found if each is not None and bench.column(rows, each.name))


def _as_table(name: str, metric: Metric, rows: Rows, typed: Typed, top: str, frame: Frame) -> Rows:
    per = _key_fields(metric, rows, frame.bench)
    value = typed.scalar
    if typed.type.ratio:
        value = node.Round(value, _scale(metric, typed.type), Mode.HALF_EVEN)
    frame.bench.add(Extend(name, top, ((GROUP_VALUE, value),)))
    fields = [Field(each, rows.columns[each].type) for each in (rows.table.partner, *per)]
    fields.append(Field(GROUP_VALUE, type_of(value), optional=True))
    key = (rows.table.partner, *per) if frame.single else (rows.table.partner, *per, DAY)
    table = RecordTable(metric.name, key, tuple(fields), partner=rows.table.partner)
    columns = {each.name: Column(each.name, each.type, each.optional) for each in fields}
    if not frame.single:
        columns[DAY] = Column(DAY, DATE)
    frame.tabled[name] = Rows(name, table, name, key, columns)
    return frame.tabled[name]


def _groups_met(metric: Metric, program: Program, frame: Frame) -> Rows | None:
    """The groups in which a record counts, or may count: what another metric measures.

    A row at the keys of any other group reads what is measured of no records.
    """
    rows = _per_rows(metric, program, frame)
    if rows is None:
        return None
    name = f"{rows.name}/met"
    if name not in frame.tabled:
        count = Column(f"{metric.name}.met", COUNT, optional=True)
        there = node.Compare(count, Comparison.MORE, Literal(0, COUNT))
        top = frame.bench.add(Filter(name, rows.top, node.IfMissing(there, TRUE)))
        frame.tabled[name] = Rows(name, rows.table, top, rows.key, rows.columns)
    return frame.tabled[name]


def _in_row(metric: Metric, program: Program, scope: RowScope) -> Typed | None:
    """A `per` metric read in a row of the table it is measured from, at the row's own keys."""
    column = f"{metric.name}.value"
    rows, bench = scope.rows, scope.bench
    if column not in rows.columns:
        if metric.name in bench.decisions.building:
            scope.report(
                meaning.CYCLE.at(
                    metric.span, f"`{metric.name}` depends on itself through its own records", help="remove the name"
                )
            )
            return None
        bench.decisions.building.append(metric.name)
        table = _per_rows(metric, program, bench.decisions)
        bench.decisions.building.pop()
        if table is None:
            return None
        # a record that counts for a partner above has its own partner's value, unless that counts children too
        whose = ORIGIN if ORIGIN in rows.columns and not metric.children else table.table.partner
        on = tuple((whose if each == table.table.partner else each, each) for each in table.key)
        rows.top = bench.add(Lookup(f"{rows.top}+{column}", rows.top, table.top, on, ((column, "value"),)))
        rows.columns[column] = Column(column, table.columns["value"].type, optional=True)
    found = rows.columns[column]
    return Typed(found, found.type, metric.span)
