"""How a metric is computed in a frame: its rows, its window, its aggregates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from engine.calendar import first_day_reaching
from engine.language.codes import meaning
from engine.language.program import Certification, Group, Metric, Program, Requirement
from engine.language.records import REACH, Field, RecordTable
from engine.language.window import window_bounds
from engine.plan import scalar as node
from engine.plan.compiler import ORIGIN, Compiler, Rows, RowScope
from engine.plan.frame import DAY, Frame, FrameScope
from engine.plan.grain import aggregate_column
from engine.plan.lower import Scope, Typed, lower, lower_condition, of_one_unit
from engine.plan.plan import Measured
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar, Value
from engine.plan.table import Aggregate, Distinct, Extend, Filter, Join, Lookup, Measure, Op
from engine.plan.typing import type_of
from engine.types import BOOLEAN, COUNT, DATE, FIELD_DIGITS, ID, TOTAL_DIGITS, Kind, Type
from rules.certifications import counting_as, counts_before

TRUE = Literal(True, BOOLEAN)
SHOWN_SCALE = 6  # digits kept of a ratio that does not say


def value_of(metric: Metric, program: Program, scope: Scope) -> Typed | None:
    """The metric's value at a place: for a partner, or in a row with the metric's own keys."""
    if isinstance(scope, RowScope):
        return _in_row(metric, program, scope)
    assert isinstance(scope, FrameScope)  # there are these two
    frame = scope.frame
    if metric.name not in frame.known:
        if metric.name in frame.building:
            loop = " -> ".join((*frame.building[frame.building.index(metric.name) :], metric.name))
            scope.report(
                meaning.CYCLE.at(
                    metric.span,
                    f"`{metric.name}` depends on itself: {loop}",
                    help="let one of them not need the others",
                )
            )
            return None
        frame.building.append(metric.name)
        frame.known[metric.name] = _build(metric, program, frame)
        frame.building.pop()
    typed = frame.known[metric.name]
    if typed is not None and scope.rounded and typed.type.ratio and metric.scale is not None:
        shown = node.Round(typed.scalar, metric.scale, Mode.HALF_EVEN)
        return Typed(shown, type_of(shown), typed.span)
    return typed


def _build(metric: Metric, program: Program, frame: Frame) -> Typed | None:
    if metric.formula is not None:
        typed = lower(metric.formula, FrameScope(frame, rounded=True))
    elif metric.holding:
        typed = _holding(metric, program, frame)
    else:
        typed = _aggregated(metric, program, frame)
    if typed is not None and metric.if_missing is not None:
        typed = _or_else(metric, typed, frame)
    if typed is not None and frame.recorded:
        _record(metric, typed, program, frame)
    return typed


def _or_else(metric: Metric, typed: Typed, frame: Frame) -> Typed | None:
    assert metric.if_missing is not None
    scope = FrameScope(frame)
    default = lower(metric.if_missing, scope)
    if default is None or not of_one_unit(typed, default, "replaced by", scope):
        return None
    built = node.IfMissing(typed.scalar, default.scalar)
    return Typed(built, type_of(built), typed.span)


def _record(metric: Metric, typed: Typed, program: Program, frame: Frame) -> None:
    """A column with the metric's value as shown, and where its records are found."""
    scalar = typed.scalar
    if typed.type.ratio:
        scalar = node.Round(scalar, SHOWN_SCALE if metric.scale is None else metric.scale, Mode.HALF_EVEN)
    column = frame.derive(f"{metric.name}.shown", scalar)
    sources = tuple(
        (frame.measure_table(rows), each.into)
        for rows, aggregates in frame.aggregates.values()
        for each in aggregates
        if each.into.split(".")[0] == metric.name
    )
    window: tuple[date | None, date | None] = (None, None)
    if metric.window is not None:
        window = window_bounds(metric.window, frame.days[0], program.calendar, program.effective[0], metric.shifted)
    frame.compiler.measured.append(
        Measured(metric.name, metric.title, metric.span, column.type, column.name, sources, window)
    )


def _aggregated(metric: Metric, program: Program, frame: Frame) -> Typed | None:
    source = next((each for each in program.metrics if each.name == metric.source and each.per), None)
    rows = _per_rows(source, program, frame) if source else _record_rows(metric, frame.compiler)
    if rows is None:
        return None
    where = _where(metric, rows, program, frame, of_base=True)
    value = _value(metric, rows, frame.compiler)
    if where is None or (value is None and metric.op != "count"):
        return None
    return _measured(metric, rows, where, value, lambda aggregate: frame.aggregate(rows, aggregate))


def _record_rows(metric: Metric, compiler: Compiler) -> Rows | None:
    span = metric.source_span or metric.span
    rows = compiler.rows(metric.source, span, metric.children)
    if rows is not None and not rows.table.partner:
        compiler.report(
            meaning.NOT_HERE.at(
                span,
                f"records of `{metric.source}` belong to no partner",
                help="measure a table with a `partner` field",
            )
        )
        return None
    return rows


def _where(metric: Metric, rows: Rows, program: Program, frame: Frame, of_base: bool) -> Scalar | None:
    """Window and `where` together; the window first, so that a row outside it is out whatever it lacks."""
    terms = _window(metric, rows, program, frame, of_base)
    good = True
    for each in metric.where:
        lowered = lower_row_condition(each, RowScope(frame.compiler, rows))
        good = good and lowered is not None
        terms += [lowered] if lowered is not None else []
    if not good:
        return None
    return terms[0] if len(terms) == 1 else node.And(tuple(terms)) if terms else TRUE


def _window(metric: Metric, rows: Rows, program: Program, frame: Frame, of_base: bool) -> list[Scalar]:
    table = rows.table
    if table.period is not None:
        return in_force(rows, frame, of_base)
    if not table.date or metric.window is None:
        return []
    window = metric.window

    def bound(place: int) -> Callable[[date], Value]:
        return lambda day: window_bounds(window, day, program.calendar, program.effective[0], metric.shifted)[place]

    name = f"{window}-{metric.shifted}"
    column = rows.columns[table.date]
    before = frame.bound(f"@before {name}", bound(1), of_base=of_base)
    terms: list[Scalar] = [node.Compare(column, Comparison.LESS, before)]
    if bound(0)(frame.days[0]) is not None:
        start = frame.bound(f"@from {name}", bound(0), of_base=of_base)
        terms.insert(0, node.Compare(column, Comparison.AT_LEAST, start))
    return terms


def in_force(rows: Rows, frame: Frame, of_base: bool) -> list[Scalar]:
    """A record with history counts when it is in force on the day judged."""
    assert rows.table.period is not None
    start, before = (rows.columns[each] for each in rows.table.period)
    day = replace(frame.day, of_base=of_base) if isinstance(frame.day, Column) else frame.day
    return [
        node.Compare(start, Comparison.AT_MOST, day),
        node.Or((node.IsMissing(before), node.Compare(before, Comparison.MORE, day))),
    ]


def lower_row_condition(requirement: Requirement, scope: RowScope) -> Scalar | None:
    """A condition on a row."""
    if not isinstance(requirement, Group):
        typed = lower_condition(requirement.expression, scope)
        return typed.scalar if typed else None
    lowered = [lower_row_condition(each, scope) for each in requirement.lines]
    terms = tuple(each for each in lowered if each is not None)
    if len(terms) < len(lowered):
        return None
    match requirement.form:
        case "any":
            return node.Or(terms)
        case "none":
            return node.Not(node.Or(terms))
        case "at_least":
            return node.AtLeast(requirement.count, terms)
    return node.And(terms)


def _value(metric: Metric, rows: Rows, compiler: Compiler) -> Typed | None:
    if metric.value is None:
        return None
    typed = lower(metric.value, RowScope(compiler, rows))
    if typed is None:
        return None
    if typed.type.ratio:
        compiler.report(
            meaning.TYPE_MISMATCH.at(
                typed.span, "a row's measure cannot divide", help="divide the measured totals instead"
            )
        )
        return None
    if metric.op != "count_distinct" and not typed.type.is_numeric and typed.type.kind is not Kind.DATE:
        compiler.report(
            meaning.TYPE_MISMATCH.at(
                typed.span,
                f"`{metric.op}` measures numbers, this is {typed.type}",
                help="name a number or an amount, or use `count_distinct`",
            )
        )
        return None
    if typed.type.kind is Kind.DATE and metric.op not in ("min", "max", "count_distinct"):
        compiler.report(
            meaning.TYPE_MISMATCH.at(typed.span, f"`{metric.op}` of dates says nothing", help="use min or max")
        )
        return None
    return typed


def total_digits(rows: Rows, value: Scalar | None) -> int:
    """The bound on sums of a stored field, whose total the import has checked.

    The `value` of a metric's groups stands like a field in their table, and may have more digits than one.
    """
    if not (isinstance(value, Column) and value.type.is_numeric):
        return 0
    stored = rows.table.field(value.name.removeprefix("net."))
    return TOTAL_DIGITS if stored is not None and stored.type.digits <= FIELD_DIGITS else 0


Ask = Callable[[Aggregate], Column]


def _measured(metric: Metric, rows: Rows, where: Scalar, value: Typed | None, ask: Ask) -> Typed:
    """The metric's aggregates, put together."""

    def aggregate(suffix: str, op: Op) -> Column:
        type = COUNT if value is None or op in (Op.COUNT, Op.COUNT_DISTINCT) else value.type
        # a count for an average counts the rows whose value is there, and is missing where one is not
        measured = None if op is Op.COUNT and value is None else value
        into = f"{metric.name}.{suffix}"
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
    return Typed(built, type_of(built), metric.span)


def _per_rows(metric: Metric, program: Program, frame: Frame) -> Rows | None:
    """A metric with `per` as a table of its own: one row per partner and keys, with `value`."""
    name = f"{frame.name}/{metric.name}"
    if name in frame.compiler.tables:
        return frame.tabled[name]
    rows = _record_rows(metric, frame.compiler)
    if rows is None:
        return None
    missing = [each for each in metric.per if each not in rows.columns]
    where = _where(metric, rows, program, frame, of_base=True)
    value = _value(metric, rows, frame.compiler)
    if where is None or missing or (value is None and metric.op != "count"):
        return None
    keys = (rows.table.partner, *metric.per)
    base = _groups(name, rows, keys, frame)
    asked: list[Aggregate] = []

    def ask(aggregate: Aggregate) -> Column:
        asked.append(aggregate)
        return aggregate_column(aggregate)

    typed = _measured(metric, rows, where, value, ask)
    top = frame.compiler.add(
        Measure(f"{name}/measured", base, rows.top, tuple((each, each) for each in keys), tuple(asked))
    )
    return _as_table(name, metric, rows, typed, top, frame)


def _groups(name: str, rows: Rows, keys: tuple[str, ...], frame: Frame) -> str:
    """The distinct keys; in a frame of several days, on each day, with the bounds of its windows."""
    compiler = frame.compiler
    found = compiler.add(Distinct(f"{name}/keys", rows.top, keys))
    if frame.single:
        return found
    return frame.on_each_day(found, name, keys)


def _as_table(name: str, metric: Metric, rows: Rows, typed: Typed, top: str, frame: Frame) -> Rows:
    value = typed.scalar
    if typed.type.ratio:
        value = node.Round(value, SHOWN_SCALE if metric.scale is None else metric.scale, Mode.HALF_EVEN)
    frame.compiler.add(Extend(name, top, (("value", value),)))
    fields = [Field(each, rows.columns[each].type) for each in (rows.table.partner, *metric.per)]
    fields.append(Field("value", type_of(value), optional=True))
    key = (rows.table.partner, *metric.per) if frame.single else (rows.table.partner, *metric.per, DAY)
    table = RecordTable(metric.name, key, tuple(fields), partner=rows.table.partner)
    columns = {each.name: Column(each.name, each.type, each.optional) for each in fields}
    if not frame.single:
        columns[DAY] = Column(DAY, DATE)
    frame.tabled[name] = Rows(name, table, name, key, columns)
    return frame.tabled[name]


def _in_row(metric: Metric, program: Program, scope: RowScope) -> Typed | None:
    """A `per` metric read in a row of the table it is measured from, at the row's own keys."""
    column = f"{metric.name}.value"
    rows, compiler = scope.rows, scope.compiler
    if column not in rows.columns:
        if metric.name in compiler.decisions.building:
            scope.report(
                meaning.CYCLE.at(
                    metric.span, f"`{metric.name}` depends on itself through its own records", help="drop the name"
                )
            )
            return None
        compiler.decisions.building.append(metric.name)
        table = _per_rows(metric, program, compiler.decisions)
        compiler.decisions.building.pop()
        if table is None:
            return None
        # a record that counts for a partner above has its own partner's value, unless that counts children too
        whose = ORIGIN if ORIGIN in rows.columns and not metric.children else table.table.partner
        on = tuple((whose if each == table.table.partner else each, each) for each in table.key)
        rows.top = compiler.add(Lookup(f"{rows.top}+{column}", rows.top, table.top, on, ((column, "value"),)))
        rows.columns[column] = Column(column, table.columns["value"].type, optional=True)
    found = rows.columns[column]
    return Typed(found, found.type, metric.span)


def _holding(metric: Metric, program: Program, frame: Frame) -> Typed | None:
    """People with certificates that count on the day; each person once."""
    known = {each.name for each in program.certifications}
    if not set(metric.holding) <= known:
        return None
    parts = [_holders(metric, program, frame, rows) for rows in _holdings(program, frame.compiler, metric)]
    scalar: Scalar = parts[0]
    for part in parts[1:]:
        scalar = node.Add(scalar, part)
    return Typed(scalar, type_of(scalar), metric.span)


def _holdings(program: Program, compiler: Compiler, metric: Metric) -> list[Rows]:
    """Certificates with the partner their holder works for.

    Where the program declares `assignments`, a person with any works where they say on that day;
    everybody else works for `people.partner_id`. No person is in both tables.
    """
    home = _home_holdings(program, compiler, "assignments" in program.own_tables)
    tables = [home]
    if "assignments" in program.own_tables:
        tables.append(_assigned_holdings(program, compiler))
    if metric.children:
        return [_reached(each, compiler) for each in tables]
    return tables


def _table(program: Program, name: str) -> RecordTable:
    table = program.records.table(name)
    assert table is not None  # standard
    return table


HOLDING = ("holding_id", "person_id", "certification", "earned_on", "expires_on")


def _holding_rows(name: str, key: tuple[str, ...], program: Program, extra: tuple[Field, ...]) -> Rows:
    certifications = _table(program, "certifications")
    fields = [each for each in certifications.stored if each.name in HOLDING]
    table = RecordTable(name, key, (*fields, *extra), partner="partner_id", date="earned_on")
    columns = {each.name: Column(each.name, each.type, each.optional) for each in table.fields}
    return Rows(name, table, name, key, columns)


def _home_holdings(program: Program, compiler: Compiler, dated: bool) -> Rows:
    rows = _holding_rows("holdings", ("holding_id",), program, (Field("partner_id", ID, optional=True),))
    if rows.name in compiler.tables:
        return rows
    people, certifications = _table(program, "people"), _table(program, "certifications")
    scan, holder = compiler.scan(certifications), (("person_id", "person_id"),)
    if not dated:
        compiler.add(Lookup(rows.name, scan, compiler.scan(people), holder, (("partner_id", "partner_id"),)))
        return rows
    count = Aggregate("assigned", Op.COUNT, None, TRUE, COUNT)
    counted = compiler.add(
        Measure(
            "people/assigned", compiler.scan(people), compiler.scan(_table(program, "assignments")), holder, (count,)
        )
    )
    nowhere = node.Compare(aggregate_column(count), Comparison.EQUAL, Literal(0, COUNT))
    home = compiler.add(Filter("people/home", counted, nowhere))
    compiler.add(Lookup(rows.name, scan, home, holder, (("partner_id", "partner_id"),)))
    return rows


def _assigned_holdings(program: Program, compiler: Compiler) -> Rows:
    extra = (Field("partner_id", ID), Field("from", DATE), Field("before", DATE, optional=True))
    rows = _holding_rows("holdings/assigned", ("holding_id", "person_id", "from"), program, extra)
    if rows.name not in compiler.tables:
        compiler.add(
            Join(
                rows.name,
                compiler.scan(_table(program, "certifications")),
                compiler.scan(_table(program, "assignments")),
                (("person_id", "person_id"),),
                tuple((each, each) for each in HOLDING),
                tuple((each.name, each.name) for each in extra),
                rows.key,
            )
        )
    rows.table = replace(rows.table, period=("from", "before"))
    return rows


def _reached(rows: Rows, compiler: Compiler) -> Rows:
    """Holdings once for every partner above the holder's."""
    compiler.children = True
    name = f"{rows.name}/children"
    key = (*rows.key, "partner_id")
    columns = dict(rows.columns) | {ORIGIN: rows.columns["partner_id"], "partner_id": Column("partner_id", ID)}
    if name not in compiler.tables:
        kept = tuple((ORIGIN if each == "partner_id" else each, each) for each in rows.columns)
        on, taken = (("partner_id", "source_id"),), (("partner_id", "partner_id"),)
        compiler.add(Join(name, rows.top, compiler.scan(REACH), on, kept, taken, key))
    return Rows(name, rows.table, name, key, columns)


def _holders(metric: Metric, program: Program, frame: Frame, rows: Rows) -> Scalar:
    works = in_force(rows, frame, of_base=True) if rows.table.period else []
    wanted = [_counts(each, program, frame, rows) for each in metric.holding]
    suffix = rows.name.replace("/", "_")
    person = rows.columns["person_id"]
    if not metric.holding_all or len(wanted) == 1:
        any_of: Scalar = wanted[0] if len(wanted) == 1 else node.Or(tuple(wanted))
        where = node.And((*works, any_of)) if works else any_of
        return frame.aggregate(rows, Aggregate(f"{metric.name}.{suffix}", Op.COUNT_DISTINCT, person, where, COUNT))
    return _holders_of_all(metric, frame, rows, works, wanted)


def _holders_of_all(metric: Metric, frame: Frame, rows: Rows, works: list[Scalar], wanted: list[Scalar]) -> Scalar:
    """People who hold each of several: counted per person first."""
    compiler = frame.compiler
    name = f"{frame.name}/{metric.name}/{rows.name}"
    keys = ("partner_id", "person_id")
    base = _groups(name, rows, keys, frame)
    counts = tuple(
        Aggregate(f"held.{place}", Op.COUNT, None, node.And((*works, each)), COUNT) for place, each in enumerate(wanted)
    )
    on = tuple((each, each) for each in keys)
    compiler.add(Measure(name, base, rows.top, on, counts))
    held = node.And(tuple(node.Compare(aggregate_column(each), Comparison.MORE, Literal(0, COUNT)) for each in counts))
    key = keys if frame.single else (*keys, DAY)
    fields = tuple(Field(each, ID) for each in keys)
    columns = {each: Column(each, ID) for each in keys} | ({} if frame.single else {DAY: Column(DAY, DATE)})
    people = Rows(name, RecordTable(name, key, fields, partner="partner_id"), name, key, columns)
    into = f"{metric.name}.{rows.name.replace('/', '_')}"
    return frame.aggregate(people, Aggregate(into, Op.COUNT, None, held, COUNT))


def _counts(name: str, program: Program, frame: Frame, rows: Rows) -> Scalar:
    """Whether a holding counts as this certification on the day judged."""
    each_way = tuple(_valid(each, frame, rows) for each in counting_as(name, program))
    return each_way[0] if len(each_way) == 1 else node.Or(each_way)


def _valid(certification: Certification, frame: Frame, rows: Rows) -> Scalar:
    day = replace(frame.day, of_base=True) if isinstance(frame.day, Column) else frame.day
    terms: list[Scalar] = [
        node.Compare(rows.columns["certification"], Comparison.EQUAL, Literal(certification.name, ID)),
        node.Compare(rows.columns["earned_on"], Comparison.AT_MOST, day),
        _unexpired(certification, frame, rows),
    ]
    end = counts_before(certification)
    if end is not None:
        terms.append(node.Compare(day, Comparison.LESS, Literal(end, DATE)))
    return node.And(tuple(terms))


def _unexpired(certification: Certification, frame: Frame, rows: Rows) -> Scalar:
    """The record's own expiry, or the certification's: both as bounds on a date of the record."""
    grace, months = certification.grace, certification.valid_for
    expires, earned = rows.columns["expires_on"], rows.columns["earned_on"]
    # expires_on + grace > day, said of expires_on, so that no evaluator adds days
    bound = frame.bound(f"@expires {grace}", lambda day: first_day_reaching(day, 0, grace), of_base=True)
    own = node.Compare(expires, Comparison.AT_LEAST, bound)
    if months is None:
        return node.IfMissing(own, TRUE)
    oldest = frame.bound(f"@earned {months} {grace}", lambda day: first_day_reaching(day, months, grace), of_base=True)
    return node.IfMissing(own, node.Compare(earned, Comparison.AT_LEAST, oldest))
