"""The first half of the course: an incentive's expressions, before the frames that judge it are closed. Every
expression is compiled here, so every finding is reported here. A record and a period differ in three things:
the table of their rows, the day on which they are judged, and the key of an earning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from engine.calendar import Period, cycle_of
from engine.compiler.conditions import all_lines, lower_requirements
from engine.compiler.converting import is_in_one_currency
from engine.compiler.counting import total_digits
from engine.compiler.course.limits import Bound, bounds_of
from engine.compiler.course.pay import Pay, granted, pay_of
from engine.compiler.course.periods import by_period, complete_periods, days_paid, inside, named_period
from engine.compiler.course.rows import Basis, basis_of, fields_of, in_time, undecided_rows
from engine.compiler.course.scopes import JudgedScope, PartnerScope, measure_scope, record_scope
from engine.compiler.expressions import BROKEN, Typed, lower
from engine.compiler.formulas import undivided
from engine.compiler.frame import DAY, Frame
from engine.compiler.totals import Whole, as_whole, divided, no_total
from engine.compiler.workbench import Rows, Workbench
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.names import names_in
from engine.language.program import Incentive, Program
from engine.language.records import CURRENCY
from engine.plan import scalar as node
from engine.plan.inference import children, is_optional, type_of
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Corrected, Step
from engine.plan.scalar import Column, Literal, Scalar
from engine.plan.table import Aggregate, Distinct, Extend, Filter, Op
from engine.types import BOOLEAN, DATE, ID, ROW, TEXT

PERIOD = "@period"  # the name of the period a row is in; no author can name a field like this


@dataclass(frozen=True, slots=True)
class Asked:
    """An incentive with every expression lowered. `base` names the table of its rows, "" for the frame's own.

    `columns` are the columns for the words of a limit; `taken` are the columns that rows read from the judging frame.
    """

    incentive: Incentive
    frame: Frame
    base: str
    key: tuple[str, ...]
    measure: Typed | None
    gates: tuple[Scalar, ...]
    judged: tuple[Step, ...]
    lines: tuple[str, ...]
    taken: tuple[str, ...]
    pay: Pay
    limits: tuple[Bound, ...]
    columns: Mapping[str, Column]
    times: tuple[tuple[str, Scalar], ...]
    order: tuple[str, ...]
    fields: Mapping[str, str]  # the columns for the words of an order
    told: Mapping[str, Scalar]
    rows: str  # the table that the lines of `where` choose from
    where: tuple[Condition, ...]
    corrected: Corrected | None
    basis: tuple[tuple[str, str], ...] = ()
    on: tuple[tuple[str, str], ...] = ()  # how a row finds its partner and day in the frame
    read: tuple[str, ...] = ()  # the fields that a measure of several is computed from
    currency: Column | None = None  # of the row, where it pays in that


def ask(incentive: Incentive, program: Program, bench: Workbench) -> Asked | None:
    """Everything the incentive needs; None after findings, or where it has earned nothing yet."""
    with bench.at(incentive.span):
        basis = basis_of(incentive, bench)
        if incentive.period is not None:
            return _ask_period(incentive, program, basis, bench)
        return _ask_record(incentive, program, basis, bench)


def _measure_of(incentive: Incentive, basis: Basis | None, bench: Workbench) -> Typed | None:
    if basis is None or incentive.measure is None:
        return None
    typed: Typed | None
    if basis.product is not None:
        typed = Typed(basis.product, type_of(basis.product), incentive.measure.span)
    else:
        typed = lower(incentive.measure, measure_scope(incentive, basis.rows, bench))
    if typed is None or not _is_payable(typed, incentive, basis.rows, bench):
        return None
    return typed if basis.product is not None or incentive.period is None or not typed.type.ratio else undivided(typed)


def _is_payable(measure: Typed, incentive: Incentive, rows: Rows, bench: Workbench) -> bool:
    """Whether the measure is in the currency that the incentive pays in; otherwise that it is not is reported."""
    if not incentive.pays_by_row:
        return is_in_one_currency(measure, rows, bench)
    if measure.type.currency == ROW:
        return True
    if not rows.table.currencies:
        return False  # that records have no currency of their own was reported
    bench.report(
        meaning.WRONG_KEYS.at(
            measure.span,
            f"`{incentive.name}` pays in the currency of the row, and this is {measure.type}",
            related=[Related(incentive.pays_in_span or incentive.span, "paid in the currency of the row")],
            help="measure fields with `currency: row` that are imported (formulas are converted), or remove `pays_in`",
        )
    )
    return False


@dataclass(frozen=True, slots=True)
class _Eligible:
    """The eligible lines of an incentive, judged on the days of its frame."""

    gates: tuple[Scalar, ...] = ()
    steps: tuple[Step, ...] = ()
    lines: tuple[str, ...] = ()


def _eligible(incentive: Incentive, scope: PartnerScope) -> _Eligible | None:
    """Columns of the frame that say why: the tier held where a line reads it, then the outcome."""
    if not incentive.eligible:
        return _Eligible()
    frame, asked = scope.frame, len(scope.gates)
    decided = lower_requirements(Owner(OwnerKind.INCENTIVE, incentive.name), incentive.eligible, scope)
    del scope.gates[asked:]  # a line compares what a benefit is worth: nothing is paid by it
    if decided is None:
        return None
    span = incentive.eligible[0].span
    gate = frame.derive(f"{incentive.name}.eligible", all_lines(decided))
    steps = [Step("eligible", gate.name, BOOLEAN, span)]
    tier = next((each for each in names_in(incentive.eligible) if each.text == "tier"), None)
    held = scope.find(tier) if tier else None
    if held is not None and held is not BROKEN:
        column = frame.derive(f"{incentive.name}.tier", held.scalar)
        steps.insert(0, Step("tier", column.name, held.type, span))
    return _Eligible((gate,), tuple(steps), tuple(each.id for each in decided if each.id))


def _with_tier(steps: tuple[Step, ...], held: Scalar | None, pay: Pay, limits: tuple[Bound, ...]) -> tuple[Step, ...]:
    """The steps, preceded by the tier held if no line shows it and a pay or limit depends on it."""
    values = (*(value for _, value in pay.reads), pay.earned, *(each.amount for each in limits))
    reader = next((each for each in values if _reads(each.scalar, held)), None)
    if not isinstance(held, Column) or reader is None or any(each.name == "tier" for each in steps):
        return steps
    return (Step("tier", held.name, held.type, reader.span), *steps)


def _reads(scalar: Scalar, wanted: Scalar | None) -> bool:
    return scalar == wanted or any(_reads(each, wanted) for each in children(scalar))


# ------------------------------------------------------------------------------------------------ records


def _ask_record(incentive: Incentive, program: Program, basis: Basis | None, bench: Workbench) -> Asked | None:
    """A record is judged on its own day: partners and days that occur in the rows make the frame."""
    measure = _measure_of(incentive, basis, bench)
    start, before = days_paid(incentive, program, bench.as_of)
    days = tuple(start + timedelta(days=each) for each in range(max((before - start).days, 0)))
    if basis is None or not days:
        _try_lines(incentive, bench)
        return None
    name, rows = incentive.name, basis.rows
    base, top = _candidates(f"{name}.rows", incentive, basis, bench), rows.top
    frame = Frame(bench, f"{name}.judging", days, _points(incentive, base, rows, bench))
    scope = JudgedScope(record_scope(incentive, rows, bench), PartnerScope(frame, held=True), name)
    column = Column(f"{name}.measure", measure.type, is_optional(measure.scalar)) if measure is not None else None
    eligible = _eligible(incentive, scope.partner)
    pay = pay_of(incentive, Typed(column, measure.type, measure.span) if column and measure else None, scope)
    limits = bounds_of(incentive, program, scope)
    if eligible is None or pay is None or limits is None or (incentive.measure is not None and measure is None):
        return None
    if not all(cycle_of(each) or rows.table.field_of(each) in rows.columns for each in _words(limits)):
        return None  # that a limit runs over what no row has was reported
    if incentive.payee == "seller" and "seller_id" not in rows.columns:
        return None  # a missing payee was reported already
    if rows.top != top:  # what is paid reads linked records, which were joined for it
        base = _candidates(f"{name}.linked", incentive, basis, bench)
    pay, paid = granted(incentive, pay, scope.gates)
    gates = [*undecided_rows(basis), *_taken(eligible.gates), *paid]
    if incentive.payee == "seller":
        gates.append(_known(rows.columns["seller_id"]))
    taken = (*(each.column for each in eligible.steps), *scope.taken)
    held = scope.taken.get(f"{name}.reads tier")
    return Asked(
        incentive=incentive,
        frame=frame,
        base=base,
        currency=rows.columns[CURRENCY] if incentive.pays_by_row else None,
        key=rows.table.key,
        measure=measure,
        gates=tuple(gates),
        judged=_with_tier(eligible.steps, held, pay, limits),
        lines=eligible.lines,
        taken=tuple(dict.fromkeys(taken)),
        pay=pay,
        limits=limits,
        columns={
            each: _time(each) if cycle_of(each) else rows.columns[rows.table.field_of(each)] for each in _words(limits)
        },
        times=_times(incentive, limits, basis.day, program, bench),
        order=in_time(rows),
        fields={each.name: rows.columns[each.name].name for each in rows.table.readable if each.name in rows.columns},
        told=_told_of_record(incentive, rows),
        rows=rows.top,
        where=basis.lines,
        corrected=basis.corrected,
        on=((rows.table.partner, "partner_id"), (DAY, DAY)),
        read=fields_of(incentive, bench),
    )


def _taken(gates: tuple[Scalar, ...]) -> list[Scalar]:
    """Gates of the frame as the rows take them: missing where the partner is not known."""
    return [Column(each.name, BOOLEAN, optional=True) for each in gates if isinstance(each, Column)]


def _try_lines(incentive: Incentive, bench: Workbench) -> None:
    """Lower the eligible lines of an incentive that has no rows, for their findings alone."""
    _eligible(incentive, PartnerScope(bench.decisions, held=True))


def _candidates(name: str, incentive: Incentive, basis: Basis, bench: Workbench) -> str:
    """Rows of the days paid that count, or of which it cannot be decided, with the day they are judged on."""
    start, before = days_paid(incentive, bench.program, bench.as_of)
    terms = [inside(basis.day, start, before)]
    if not isinstance(basis.where, Literal):
        kept = node.IfMissing(basis.where, Literal(True, BOOLEAN)) if is_optional(basis.where) else basis.where
        terms.append(kept)
    where = terms[0] if len(terms) == 1 else node.And(tuple(terms))
    chosen = bench.add(Filter(name, basis.rows.top, where))
    return bench.add(Extend(f"{name}/days", chosen, ((DAY, basis.day),)))


def _points(incentive: Incentive, base: str, rows: Rows, bench: Workbench) -> str:
    """The partners and days that occur in the rows, where anything has to be judged."""
    partner = rows.table.partner
    if partner != "partner_id":
        base = bench.add(Extend(f"{incentive.name}.partners", base, (("partner_id", Column(partner, ID)),)))
    return bench.add(Distinct(f"{incentive.name}.points", base, ("partner_id", DAY)))


def _known(column: Column) -> Scalar:
    """True where the value is there, else undecided."""
    there = Literal(True, BOOLEAN)
    return node.Case(((node.IsMissing(column), Literal(None, BOOLEAN)),), there) if column.optional else there


def _told_of_record(incentive: Incentive, rows: Rows) -> dict[str, Scalar]:
    """The key of an earning by record."""
    partner = Column(rows.table.partner, ID)
    earner = rows.columns["seller_id"] if incentive.payee == "seller" else partner
    told: dict[str, Scalar] = {"partner_id": partner, "earner_id": earner, "source_id": Column(rows.table.key[0], ID)}
    if incentive.pays_by_row:
        told["currency"] = replace(rows.columns[CURRENCY], type=TEXT)
    return told


def _words(limits: tuple[Bound, ...]) -> tuple[str, ...]:
    """The words over which limits run, each once."""
    return tuple(dict.fromkeys(word for each in limits for word in each.limit.per))


def _time(word: str) -> Column:
    """The column with the calendar period that a row falls in."""
    return Column(f"@{word}", TEXT)


def _times(
    incentive: Incentive, limits: tuple[Bound, ...], day: Scalar, program: Program, bench: Workbench
) -> tuple[tuple[str, Scalar], ...]:
    """A column for each calendar period that a limit runs over, by the day given."""
    cycles = {word: cycle for word in _words(limits) if (cycle := cycle_of(word)) is not None}
    return tuple(
        (f"@{word}", named_period(day, cycle, incentive, program, bench.as_of)) for word, cycle in cycles.items()
    )


# ------------------------------------------------------------------------------------------------ periods


def _ask_period(incentive: Incentive, program: Program, basis: Basis | None, bench: Workbench) -> Asked | None:
    """A period is judged on its last day: all partners on those days make the frame."""
    measured = _measure_of(incentive, basis, bench)
    periods = complete_periods(incentive, program, bench.as_of)
    # without a complete period the frame of the run still checks what the lines say
    frame = bench.frame(tuple(each.last_day for each in periods) or (bench.day,))
    undivided = _adds_up(incentive, measured, basis, bench) if basis is not None and measured is not None else None
    if basis is None or measured is None or undivided is None:
        _try_lines(incentive, bench)
        return None
    if not all(each in ("partner", "period") or cycle_of(each) for limit in incentive.limits for each in limit.per):
        return None  # that a limit runs over what no period has was reported
    scope = PartnerScope(frame, held=True)
    rows, aggregate = _summed(incentive, program, basis, undivided[0], periods, frame)
    total = frame.aggregate(rows, aggregate)
    eligible = _eligible(incentive, scope)
    of_rows = divided(total, undivided[1], measured.type)
    whole = total if of_rows == total else frame.derive(f"{incentive.name}.measured", of_rows)
    measure = Typed(whole, whole.type, incentive.measure.span if incentive.measure else incentive.span)
    pay, limits = pay_of(incentive, measure, scope), bounds_of(incentive, program, scope)
    if eligible is None or pay is None or limits is None or not periods:
        return None
    told, held = _told_of_period(incentive, frame, periods), frame.known.get("tier")
    pay, paid = granted(incentive, pay, scope.gates)
    return Asked(
        incentive=incentive,
        frame=frame,
        base="",
        key=("partner_id", DAY),
        measure=measure,
        gates=(*eligible.gates, *paid),
        judged=_with_tier(eligible.steps, held.scalar if held is not None else None, pay, limits),
        lines=eligible.lines,
        taken=(),
        pay=pay,
        limits=limits,
        columns={
            "partner": Column("partner_id", ID),
            "period": Column(DAY, DATE),
            **{each: _time(each) for each in _words(limits) if cycle_of(each)},
        },
        times=_times(incentive, limits, frame.day, program, bench),
        order=(DAY, "partner_id"),
        fields={},
        told=told,
        rows=rows.top,
        where=basis.lines,
        corrected=basis.corrected,
        basis=((frame.measure_table(rows), total.name),),
        read=fields_of(incentive, bench),
    )


def _told_of_period(incentive: Incentive, frame: Frame, periods: tuple[Period, ...]) -> dict[str, Scalar]:
    """The key of an earning by period: its name, and the days it covers."""
    ending = {each.last_day: each for each in periods}
    # calendar and fiscal quarters may end on the same days, under other names; and a part of one begins later
    cycle = f"{periods[0].unit} {periods[0].fiscal}" + (f" {incentive.name}" if incentive.cuts else "")
    partner = Column("partner_id", ID)
    return {
        "partner_id": partner,
        "earner_id": partner,
        "period": frame.bound(f"{PERIOD} {cycle}", lambda day: ending[day].name, TEXT),
        "period_from": frame.bound(f"@starts {cycle}", lambda day: ending[day].start, DATE),
        "period_before": frame.bound(f"@ends {cycle}", lambda day: ending[day].before, DATE),
    }


def _adds_up(incentive: Incentive, measured: Typed, basis: Basis, bench: Workbench) -> Whole | None:
    """The measure as what is added up, over what the total is divided by; None after a finding."""
    whole = as_whole(measured.scalar, basis.rows.wholes)
    if measured.type.is_numeric and whole is not None:
        return whole
    if whole is None:
        assert incentive.measure is not None  # it was measured
        bench.report(
            no_total(incentive.measure, measure_scope(incentive, basis.rows, bench), incentive.name, "added up")
        )
        return None
    cure = "name a number or an amount of the row"
    bench.report(
        meaning.TYPE_MISMATCH.at(measured.span, f"a sum needs numbers, but this is {measured.type}", help=cure)
    )
    return None


def _summed(
    incentive: Incentive,
    program: Program,
    basis: Basis,
    measured: Scalar,
    periods: tuple[Period, ...],
    frame: Frame,
) -> tuple[Rows, Aggregate]:
    """The rows, each at its period's last day, and the sum over them."""
    start, before = days_paid(incentive, program, frame.bench.as_of)
    rows = basis.rows
    if frame.single:
        first = max(start, periods[0].start) if periods else start
        when = inside(basis.day, first, min(before, periods[0].before) if periods else first)
    else:
        when = inside(basis.day, start, before)
        name = f"{rows.name}@{incentive.name}"
        day = by_period(basis.day, periods, [each.last_day for each in periods], DATE)
        top = frame.bench.add(Extend(name, rows.top, ((DAY, day),)))
        rows = Rows(name, rows.table, top, rows.key, {**rows.columns, DAY: Column(DAY, DATE, True)})
    where = when if isinstance(basis.where, Literal) else node.And((when, basis.where))
    return rows, Aggregate(
        f"{incentive.name}.measure",
        Op.SUM,
        measured,
        where,
        type_of(measured),
        digits=total_digits(rows, measured),
    )
