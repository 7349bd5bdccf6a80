"""The tables of the Plan that are a run's outputs, built from what the workbench holds in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from engine.compiler.course.course import shown
from engine.compiler.totals import whole_number
from engine.compiler.workbench import Workbench
from engine.language.program import Incentive
from engine.plan import scalar as node
from engine.plan.digits import widest
from engine.plan.inference import type_of
from engine.plan.outputs import (
    ALLOCATIONS,
    COMPLETE,
    CONDITIONS,
    EARNINGS,
    ENTITLEMENTS,
    OPEN_STATUSES,
    PARTNER,
    RUNNING,
    STATUSES,
    TOLD,
    Shape,
    granted,
    metric,
)
from engine.plan.owner import Owner, OwnerKind, said_scope
from engine.plan.plan import Condition, Earning, Output, Part, Step
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar
from engine.plan.table import Aggregate, Distinct, Extend, Filter, Measure, Op, Select, Union, Values
from engine.plan.tablenode import Columns, by_name
from engine.types import BOOLEAN, DATE, ID, ROW, TEXT, Kind, Type, is_in_row, money, number

Named = tuple[str, Scalar]
Known = dict[str, dict[str, Column]]
"""The columns of every table, by table and name."""


def outputs_of(
    bench: Workbench, decisions: str, earnings: Sequence[Earning], columns: Mapping[str, Columns]
) -> tuple[Output, ...]:
    """Every output, in the order in which they are declared; `columns` are those of the tables so far."""
    read = {decisions, *(each.table for each in bench.judgings), *(each.table for each in bench.parts)}
    known = {name: by_name(columns[name]) for name in read}
    kept = {part.table: _of_something(part, known[part.table], bench) for part in bench.parts}
    return (
        _conditions(bench, decisions, known),
        *_statuses(bench, decisions, known),
        *_entitlements(bench, decisions, known),
        *_earnings(bench, earnings, kept),
        _allocations(bench, known, kept),
        *_open_statuses(bench, known),
    )


def _of_something(part: Part, columns: dict[str, Column], bench: Workbench) -> str:
    """The rows that earn something before limits, or are undecided: few of all, and the only ones that are stored."""
    step = _step(part, "rounded")
    assert step is not None  # every incentive is rounded
    return bench.add(Filter(f"{part.table}/kept", part.table, _owed(columns[step.column])))


def _owed(amount: Column) -> Scalar:
    """Whether an amount is undecided or other than zero."""
    some = node.Compare(amount, Comparison.UNEQUAL, Literal(Decimal(0), amount.type.sized(1, 0)))
    return node.Or((node.IsMissing(amount), some)) if amount.optional else some


def earnings_of(bench: Workbench, declared: Iterable[Incentive]) -> tuple[Earning, ...]:
    """The incentives with the parts of each, in the order of the program, earlier rules first.

    `declared` are the incentives under all their rules; a title is that of the last.
    """
    known = tuple(declared)
    incentives = {each.name: each for each in known}
    payees = {name: {each.payee for each in known if each.name == name} for name in incentives}
    places = {name: place for place, name in enumerate(each.name for each in bench.program.incentives)}
    names = sorted(
        dict.fromkeys(each.incentive for each in bench.parts), key=lambda name: places.get(name, len(places))
    )
    currency = bench.program.currency
    return tuple(
        Earning(
            name,
            incentives[name].title,
            incentives[name].span,
            currency,
            tuple(_parts_of(name, bench)),
            payees[name].pop() if len(payees[name]) == 1 else "",
        )
        for name in names
    )


def _parts_of(incentive: str, bench: Workbench) -> Iterator[Part]:
    return (each for each in bench.parts if each.incentive == incentive)


# -------------------------------------------------------------------------------- conditions and statuses


def _conditions(bench: Workbench, decisions: str, known: Known) -> Output:
    """Lines by partner and day: those of the run's day judged, then what incentives asked on the days they judged."""
    columns = known[decisions]
    own = [*_judged_on(bench.day, None), *_answers(bench.decisions.conditions, columns)]
    own += [(metric(each.said), columns[each.column]) for each in bench.measured]
    sources = [(decisions, own)]
    judgings = {each.name: each for each in bench.judgings}
    types = {name: type_of(value) for name, value in own}
    for part in reversed([each for each in bench.parts if each.judged]):  # the rules in force first
        judging, owner = judgings[part.judged], Owner(OwnerKind.INCENTIVE, part.incentive)
        lines = [each for each in judging.conditions if each.owner == owner]
        answers = [_apart(*each, judging.rules, types) for each in _answers(lines, known[judging.table])]
        sources.insert(1, (judging.table, [*_judged_on(judging.day, part.incentive), *answers]))
    return _output(CONDITIONS, sources, bench)


def _apart(name: str, value: Scalar, rules: str, types: dict[str, Type]) -> Named:
    """What a line observed, under the line's name; under one of its own where other rules measure something else."""
    type = type_of(value)
    other = types.setdefault(name, type)
    if (other.kind, other.currency) == (type.kind, type.currency):
        return name, value
    return f"{name} in {rules}", value


def _judged_on(day: date | str, incentive: str | None) -> list[Named]:
    """Whom, on which day, and for which incentive; None where it is for the run itself."""
    when = Literal(day, DATE) if isinstance(day, date) else Column(day, DATE)
    return list(zip(CONDITIONS.key, (Column(PARTNER, ID), when, Literal(incentive, TEXT)), strict=True))


def _answers(conditions: Iterable[Condition], columns: dict[str, Column]) -> Iterator[Named]:
    """Outcome, observed value and distance of each line, and whether it applies where it may not."""
    for each in conditions:
        yield each.id, columns[each.outcome]
        if each.applies:
            yield f"{each.id}.applies", columns[each.applies]
        if each.unit is not None:
            yield f"{each.id}.value", columns[each.value]
            yield f"{each.id}.distance", columns[each.distance]


def _statuses(bench: Workbench, decisions: str, known: Known) -> Iterator[Output]:
    """The status of each partner on each ladder in each scope; no row if the ladder does not apply."""
    if not bench.ladders:
        return
    alone = len(bench.ladders) == 1 and not bench.ladders[0].applies
    sources: list[tuple[str, list[Named]]] = []
    for place, ladder in enumerate(bench.ladders):
        top = decisions
        if ladder.applies:
            there = node.IfMissing(known[decisions][ladder.applies], _TRUE)
            top = bench.add(Filter(f"{STATUSES.name}.those{place}", decisions, there))
        scope = Literal(said_scope(ladder.scope) or None, TEXT)
        keys: list[Scalar] = [Column(PARTNER, ID), Literal(ladder.name, TEXT), scope]
        told = [known[decisions][getattr(ladder, name)] for name in STATUSES.values]
        if not alone:  # of several ladders the names of tiers are words and no choice
            told = [each if each.type == BOOLEAN else replace(each, type=TEXT) for each in told]
        names = (*STATUSES.key, *STATUSES.values)
        sources.append((top, list(zip(names, [*keys, *told], strict=True))))
    yield _output(STATUSES, sources, bench)


def _entitlements(bench: Workbench, decisions: str, known: Known) -> Iterator[Output]:
    """What each partner is granted: one row for all benefits without `per`, and one for each scope of the others.

    In a row of a scope that a benefit does not have it is not granted, so that missing always means undecided.
    """
    if not bench.entitlements:  # without benefits there is nothing to say of anybody
        return
    columns = known[decisions]
    types = {each.name: columns[each.value].type for each in reversed(bench.entitlements)}
    names = dict.fromkeys(each.name for each in bench.entitlements)
    sources = []
    for scope in dict.fromkeys(said_scope(each.scope) for each in bench.entitlements):
        there = {each.name: each for each in bench.entitlements if said_scope(each.scope) == scope}
        told: list[Named] = [(PARTNER, Column(PARTNER, ID)), ("scope", Literal(scope or None, TEXT))]
        for name in names:
            found = there.get(name)
            told.append((name, columns[found.value] if found else Literal(None, types[name])))
            told.append((granted(name), columns[found.granted] if found else Literal(False, BOOLEAN)))
        sources.append((decisions, told))
    yield _output(ENTITLEMENTS, sources, bench)


def _output(shape: Shape, sources: Sequence[tuple[str, Sequence[Named]]], bench: Workbench) -> Output:
    """One table of several sources; a column that a source does not have is missing there."""
    every: dict[str, list[Type]] = {}
    for _, columns in sources:
        for name, value in columns:
            every.setdefault(name, []).append(type_of(value))
    types = {name: widest(found) if found[0].is_numeric else found[0] for name, found in every.items()}
    absent = {name: Literal(None, type) for name, type in types.items()}
    given = [{**absent, **dict(columns)} for _, columns in sources]
    into: dict[str, str] = {}  # what every source gives twice is one column of the Plan
    first: dict[tuple[Type, tuple[Scalar, ...]], str] = {}
    for name, type in types.items():
        shared = name if name in shape.key else first.setdefault((type, tuple(each[name] for each in given)), name)
        into[name] = f"@{shape.name}.{shared}"  # no author can name a field like this
    tables = []
    for place, ((source, _), values) in enumerate(zip(sources, given, strict=True), 1):
        told = tuple({into[name]: value for name, value in values.items()}.items())
        top = bench.add(Extend(f"{shape.name}.told{place}", source, told))
        kept = tuple((name, name) for name in dict.fromkeys(into.values()))
        tables.append(bench.add(Select(f"{shape.name}.out{place}", top, kept, tuple(into[each] for each in shape.key))))
    top = bench.add(Union(f"{shape.name}.out", tuple(tables))) if len(tables) > 1 else tables[0]
    return Output(shape.name, top, tuple((name, into[name], type) for name, type in types.items()), shape.key)


# -------------------------------------------------------------------------------- earnings


def _earnings(bench: Workbench, earnings: Sequence[Earning], kept: Mapping[str, str]) -> Iterator[Output]:
    """All incentives in one table; earnings of zero are explained, but not stored.

    What running periods come to is not owed, and so is an output of its own.
    """
    types = {name: _step_type(bench, name) for name in EARNINGS.values}
    running = any(part.complete for each in earnings for part in each.parts)
    shape = RUNNING if running else EARNINGS
    told = [_summed(each, shape, types, bench, kept) for each in earnings]
    columns = {name: (name, f"{TOLD}{name}", type) for name, type in (*shape.keys, *types.items())}
    columns_owed = tuple(each for name, each in columns.items() if name != COMPLETE)
    if not told:
        empty = tuple(Column(column, type, True) for _, column, type in columns_owed)
        yield Output(EARNINGS.name, bench.add(Values("earnings", empty, (), _told_key())), columns_owed, EARNINGS.key)
        return
    every = bench.add(Union("earnings/all", tuple(told))) if len(told) > 1 else told[0]
    owed = _owed(Column(f"{TOLD}amount", types["amount"], True))
    if not running:
        yield Output(EARNINGS.name, bench.add(Filter("earnings", every, owed)), columns_owed, EARNINGS.key)
        return
    some = bench.add(Filter("earnings/some", every, owed))
    due = _is_complete(Column(f"{TOLD}{COMPLETE}", DATE, True), bench.as_of)
    yield Output(EARNINGS.name, bench.add(Filter("earnings", some, due)), columns_owed, EARNINGS.key)
    top = bench.add(Filter(RUNNING.name, some, node.Not(due)))
    yield Output(RUNNING.name, top, tuple(columns.values()), RUNNING.key)


def _is_complete(complete: Column, as_of: date) -> Scalar:
    """Whether an earning is owed on a day: what is missing is that of a record, or of a period long complete."""
    past = node.Compare(complete, Comparison.AT_MOST, Literal(as_of, DATE))
    return node.Or((node.IsMissing(complete), past)) if complete.optional else past


def _told_key() -> tuple[str, ...]:
    return tuple(f"{TOLD}{each}" for each in EARNINGS.key)


def _step_type(bench: Workbench, name: str) -> Type:
    """The type that holds a step of every incentive; the measure is shown as a plain number."""
    found = [step.type for part in bench.parts if (step := _step(part, name)) is not None]
    plain = [type_of(shown(Column("", each, True))) for each in found]
    wide = widest(plain if name == "measure" and plain else [_unit(bench, found), *plain])
    wide = wide.sized(wide.digits + SUMMED, wide.scale)  # of parts of one period
    return number(wide.scale, wide.digits) if name == "measure" else wide


def _unit(bench: Workbench, types: Iterable[Type]) -> Type:
    """The type of amounts of several incentives: in the currency of the row, where one of them pays in that."""
    currency, scale = bench.program.currency, bench.program.scale
    return money(ROW if any(is_in_row(each) for each in types) else currency, scale)


SUMMED = 1  # digits by which parts of one period, at most nine, exceed each of them


def _step(part: Part, name: str) -> Step | None:
    """A step by its name; what is earned and not limited is rounded all the same."""
    steps = {each.name: each for each in part.steps}
    return steps.get(name, steps["amount"] if name == "rounded" else None)


def _summed(earning: Earning, shape: Shape, types: dict[str, Type], bench: Workbench, kept: Mapping[str, str]) -> str:
    """An incentive's earnings. Parts of one period under several rules are one earning, whose steps add up.

    Records are identified by themselves; versions of a program may pay for periods after records.
    """
    periods = [each for each in earning.parts if each.basis]
    split = len(periods) > 1  # in a split period, parts without an amount still show its days
    sources = {each.table: each.table if split and each.basis else kept[each.table] for each in earning.parts}
    tables = {
        each.table: _projected(f"{earning.incentive}/{place}", sources[each.table], each, shape, types, bench)
        for place, each in enumerate(earning.parts)
    }
    found = [tables[each.table] for each in earning.parts if not (split and each.basis)]
    if split:
        found.append(_added_up(earning, [tables[each.table] for each in periods], shape, types, bench))
    return found[0] if len(found) == 1 else bench.add(Union(f"{earning.incentive}/all", tuple(found)))


def _added_up(earning: Earning, tables: Sequence[str], shape: Shape, types: dict[str, Type], bench: Workbench) -> str:
    """The parts of each period as one row."""
    stem = f"{earning.incentive}/parts"
    every = bench.add(Union(stem, tuple(tables)))
    keys = bench.add(Distinct(f"{stem}.keys", every, _present_key()))
    days = [("period_from", Op.MIN), ("period_before", Op.MAX)]
    days += [(COMPLETE, Op.MAX)] if shape is RUNNING else []
    aggregates = [Aggregate(f"{TOLD}{name}", op, Column(f"{TOLD}{name}", DATE, True), _TRUE, DATE) for name, op in days]
    sums = [
        Aggregate(f"{TOLD}{name}", Op.SUM, Column(f"{TOLD}{name}", type, True), _TRUE, type, digits=type.digits)
        for name, type in types.items()
    ]
    on = tuple((each, each) for each in _present_key())
    summed = bench.add(Measure(f"{stem}.summed", keys, every, on, (*aggregates, *sums)))
    absent = tuple((f"{TOLD}{name}", Literal(None, dict(shape.keys)[name])) for name in NO_PERIOD)
    top = bench.add(Extend(f"{stem}.told", summed, absent))
    names = [f"{TOLD}{name}" for name in (*dict(shape.keys), *types)]
    return bench.add(Select(f"{stem}.out", top, tuple((each, each) for each in names), _told_key()))


NO_PERIOD = ("keys", "source_id")
"""Key columns of earnings that have no period."""


def _present_key() -> tuple[str, ...]:
    """Key columns of earnings of periods: never missing there."""
    return tuple(f"{TOLD}{each}" for each in EARNINGS.key if each not in NO_PERIOD)


_TRUE = Literal(True, BOOLEAN)


def _projected(stem: str, source: str, part: Part, shape: Shape, types: dict[str, Type], bench: Workbench) -> str:
    """Rows of a part with the columns that all incentives share."""
    columns: list[Named] = []
    if shape is RUNNING and not part.complete:
        columns.append((f"{TOLD}{COMPLETE}", Literal(None, DATE)))
    for name, type in types.items():
        step = _step(part, name)
        value: Scalar = Literal(None, type)
        if step is not None:
            value = shown(Column(step.column, step.type, True))
            value = _plain(value) if name == "measure" else _as_of_row(value, type)
        columns.append((f"{TOLD}{name}", value))
    top = bench.add(Extend(f"{stem}.steps", source, tuple(columns)))
    names = [f"{TOLD}{name}" for name in (*dict(shape.keys), *types)]
    return bench.add(Select(f"{stem}.out", top, tuple((name, name) for name in names), _told_key()))


def _as_of_row(value: Scalar, type: Type) -> Scalar:
    """An amount in the program's currency beside others in that of their row: the column `currency` says which."""
    return value if type_of(value).currency == type.currency else node.Convert(value, whole_number(1), type.currency)


def _plain(value: Scalar) -> Scalar:
    """An amount as a plain number of currency units, so that money and units share a column."""
    type = type_of(value)
    if type.kind is not Kind.MONEY:
        return value
    one = Literal(Decimal(1), type.sized(1, 0))
    return node.Round(node.Quotient(value, one), type.scale, Mode.HALF_EVEN)


# -------------------------------------------------------------------------------- allocations


def _allocations(bench: Workbench, known: Known, kept: Mapping[str, str]) -> Output:
    """Who took what from which limit: a row for each limit that an earning of something met."""
    sources: list[tuple[str, list[Named]]] = []
    unit = _unit(bench, [each.type for part in bench.parts for each in part.steps if each.name == "limit"])
    for part in bench.parts:
        steps = [each for each in part.steps if each.name in ("rounded", "limit")]
        for place, (before, limit) in enumerate(pairwise(steps), 1):
            asked = _allocated(place, limit, known[part.table], unit)
            took = _met(known[part.table][before.column])
            if part.complete:  # a period that runs takes nothing yet
                took = node.And((took, _is_complete(known[part.table][part.complete], bench.as_of)))
            met = Filter(f"{part.table}/limit{place}", kept[part.table], took)
            sources.append((bench.add(met), asked))
    if sources:
        return _output(ALLOCATIONS, sources, bench)
    amount = money(bench.program.currency, bench.program.scale)
    columns = (*ALLOCATIONS.keys, *((name, amount) for name in ALLOCATIONS.values))
    empty = tuple(Column(name, type, True) for name, type in columns)
    source = bench.add(Values(ALLOCATIONS.name, empty, (), ALLOCATIONS.key))
    return Output(ALLOCATIONS.name, source, tuple((name, name, type) for name, type in columns), ALLOCATIONS.key)


def _met(before: Column) -> Scalar:
    """Whether a row used a limit."""
    return node.Compare(before, Comparison.UNEQUAL, Literal(Decimal(0), before.type.sized(1, 0)))


def _allocated(place: int, limit: Step, columns: dict[str, Column], unit: Type) -> list[Named]:
    """What an earning took from a limit, and the room that the limit had for it."""
    told: list[Named] = [(name, columns[f"{TOLD}{name}"]) for name, _ in ALLOCATIONS.keys if name != "limit"]
    amounts = (_as_of_row(columns[each], unit) for each in (limit.room, limit.column, limit.left))
    return [*told, ("limit", Literal(f"{place}", TEXT)), *zip(ALLOCATIONS.values, amounts, strict=True)]


# -------------------------------------------------------------------------------- statuses that were undecided


def _open_statuses(bench: Workbench, known: Known) -> Iterator[Output]:
    """The earnings, also of zero, that have an amount which follows from an undecided status: if the value that was
    missing becomes known, they may change. Where nothing was measured, nothing follows from it.
    """
    sources: list[tuple[str, list[Named]]] = []
    for part in (each for each in bench.parts if each.open):
        columns = known[part.table]
        asked: list[Scalar] = [_is_true(columns[part.open]), node.Not(node.IsMissing(columns[part.amount]))]
        measure = next((each for each in part.steps if each.name == "measure"), None)
        if measure is not None:
            asked.append(_owed(replace(columns[measure.column], type=measure.type)))
        if part.complete:
            asked.append(_is_complete(columns[part.complete], bench.as_of))
        top = bench.add(Filter(f"{part.table}/open", part.table, node.conjunction(asked)))
        sources.append((top, [(name, columns[f"{TOLD}{name}"]) for name, _ in OPEN_STATUSES.keys]))
    if sources:
        yield _output(OPEN_STATUSES, sources, bench)


def _is_true(column: Column) -> Scalar:
    return node.IfMissing(column, Literal(False, BOOLEAN)) if column.optional else column
