"""An incentive that earns for each period, or for each currency of its rows in a period: judged on the last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.calendar import Period, cycle_of
from engine.compiler.counting import total_digits
from engine.compiler.course.asked import (
    Asked,
    eligible_of,
    measure_of,
    paid_by_row,
    statuses_read,
    taken_gates,
    time_of,
    times_of,
    try_lines,
    with_tier,
    words_of,
)
from engine.compiler.course.groups import KEY, groups_of
from engine.compiler.course.limits import Bound, bounds_of
from engine.compiler.course.pay import granted, pay_of
from engine.compiler.course.periods import by_period, completes_on, counted_periods, days_paid, inside
from engine.compiler.course.rows import Basis, fields_of
from engine.compiler.course.scopes import GroupScope, PartnerScope, PeriodScope, measure_scope
from engine.compiler.frame import DAY, Frame
from engine.compiler.totals import Whole, as_whole, divided, no_total
from engine.compiler.typed import Typed
from engine.compiler.workbench import Rows, Workbench
from engine.language.codes import meaning
from engine.language.program import Incentive, Program
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.outputs import COMPLETE
from engine.plan.scalar import Column, Literal, Scalar
from engine.plan.table import Aggregate, Extend, Op
from engine.types import DATE, ID, TEXT

PERIOD = "@period"  # the name of the period a row is in; no author can name a field like this


def ask_period(incentive: Incentive, program: Program, basis: Basis | None, bench: Workbench) -> Asked | None:
    """A period is judged on its last day: all partners on those days make the frame."""
    measured = measure_of(incentive, basis, bench)
    periods = counted_periods(incentive, program, bench.as_of)
    # before its first period the frame of the run still checks what the lines say
    frame = bench.frame(tuple(each.last_day for each in periods) or (bench.day,))
    undivided = _adds_up(incentive, measured, basis, bench) if basis is not None and measured is not None else None
    if basis is None or measured is None or undivided is None:
        try_lines(incentive, bench)
        return None
    if not all(each in ("partner", "period") or cycle_of(each) for limit in incentive.limits for each in limit.per):
        return None  # that a limit runs over what no period has was reported
    if incentive.pays_by_row:
        return _ask_groups(incentive, program, basis, undivided, measured, periods, frame)
    scope = PeriodScope(frame, held=True, incentive=incentive)
    rows, aggregate = _summed(incentive, program, basis, undivided[0], periods, frame)
    total = frame.aggregate(rows, aggregate)
    eligible = eligible_of(incentive, PartnerScope(frame, held=True))
    of_rows = divided(total, undivided[1], measured.type)
    whole = total if of_rows == total else frame.derive(f"{incentive.name}.measured", of_rows)
    measure = Typed(whole, whole.type, incentive.measure.span if incentive.measure else incentive.span)
    pay, limits = pay_of(incentive, measure, scope), bounds_of(incentive, program, scope)
    if eligible is None or pay is None or limits is None or not periods:
        return None
    told, held = _told_of_period(incentive, frame, periods, program), frame.known.get("tier")
    pay, paid = granted(incentive, pay, scope.gates)
    values = (*eligible.gates, *(each.scalar for _, each in pay.reads), pay.earned.scalar)
    statuses, open_ = statuses_read(incentive, frame, (*values, *(each.amount.scalar for each in limits)))
    return Asked(
        incentive=incentive,
        frame=frame,
        base="",
        key=("partner_id", DAY),
        measure=measure,
        gates=(*eligible.gates, *paid),
        judged=with_tier(eligible.steps, held.scalar if held is not None else None, pay, limits),
        lines=eligible.lines,
        taken=(),
        pay=pay,
        limits=limits,
        columns=_columns_of_period(limits),
        times=times_of(incentive, limits, frame.day, program, bench),
        order=(DAY, "partner_id"),
        fields={},
        told=told,
        rows=rows.top,
        where=basis.lines,
        corrected=basis.corrected,
        basis=((frame.measure_table(rows), total.name),),
        read=fields_of(incentive, bench),
        statuses=statuses,
        open=open_,
    )


def _ask_groups(
    incentive: Incentive,
    program: Program,
    basis: Basis,
    undivided: Whole,
    measured: Typed,
    periods: tuple[Period, ...],
    frame: Frame,
) -> Asked | None:
    """The rows of each currency are added up separately, and judged as a period is. The partner is the same."""
    name, bench = incentive.name, frame.bench
    rows, where = _in_periods(incentive, program, basis, periods, bench)
    groups = groups_of(incentive, rows, undivided[0], where, bench)
    of_rows = divided(groups.total, undivided[1], measured.type)
    measure = Typed(of_rows, type_of(of_rows), measured.span)
    column = Column(f"{name}.measure", measure.type, is_optional(of_rows))
    paid = paid_by_row(incentive, rows, frame, bench)
    assert paid is not None  # it pays in the currency of the row
    partner = PeriodScope(frame, held=True, incentive=incentive)
    scope = GroupScope(partner, name, rows.table.name, paid.currency, eligible=incentive.eligible, paid=paid)
    eligible = eligible_of(incentive, PartnerScope(frame, held=True))
    pay = pay_of(incentive, Typed(column, measure.type, measure.span), scope)
    limits = bounds_of(incentive, program, scope)
    if eligible is None or pay is None or limits is None or not periods:
        return None
    pay, granting = granted(incentive, pay, scope.gates)
    known = [groups.known] if groups.known is not None else []
    taken = (*(each.column for each in eligible.steps), *scope.taken)
    held = scope.taken.get(f"{name}.reads tier")
    statuses, open_ = statuses_read(incentive, frame, (*eligible.gates, *scope.taken.values()))
    taken = (*taken, *([open_] if open_ else []))
    day = Column(DAY, DATE)
    return Asked(
        incentive=incentive,
        frame=frame,
        base=groups.table,
        currency=paid.currency,
        key=KEY,
        measure=measure,
        gates=(*known, *taken_gates(eligible.gates), *granting),
        judged=with_tier(eligible.steps, held, pay, limits),
        lines=eligible.lines,
        taken=tuple(dict.fromkeys(taken)),
        pay=pay,
        limits=limits,
        columns=_columns_of_period(limits),
        times=times_of(incentive, limits, day, program, bench),
        order=KEY,
        fields={},
        told=_told_of_group(paid.currency, periods, frame, program),
        rows=rows.top,
        where=basis.lines,
        corrected=basis.corrected,
        basis=((groups.table, groups.total.name),),
        on=tuple((each, each) for each in frame.on),
        read=fields_of(incentive, bench),
        statuses=statuses,
        open=open_,
    )


def _columns_of_period(limits: tuple[Bound, ...]) -> dict[str, Column]:
    """The columns for the words of a limit."""
    times = {each: time_of(each) for each in words_of(limits) if cycle_of(each)}
    return {"partner": Column("partner_id", ID), "period": Column(DAY, DATE), **times}


def _told_of_group(currency: Column, periods: tuple[Period, ...], frame: Frame, program: Program) -> dict[str, Scalar]:
    """The key of an earning by period and currency: the name of the period, and the days it covers."""
    partner, day = Column("partner_id", ID), Column(DAY, DATE)
    told: dict[str, Scalar] = {
        "partner_id": partner,
        "earner_id": partner,
        "period": by_period(day, periods, [each.name for each in periods], TEXT),
        "period_from": by_period(day, periods, [each.start for each in periods], DATE),
        "period_before": by_period(day, periods, [each.before for each in periods], DATE),
        "currency": replace(currency, type=TEXT),
    }
    if _is_running(periods[-1], program, frame.bench.as_of):
        told[COMPLETE] = by_period(day, periods, [completes_on(each, program) for each in periods], DATE)
    return told


def _told_of_period(
    incentive: Incentive, frame: Frame, periods: tuple[Period, ...], program: Program
) -> dict[str, Scalar]:
    """The key of an earning by period: its name, and the days it covers."""
    ending = {each.last_day: each for each in periods}
    # calendar and fiscal quarters may end on the same days, under other names; and a part of one begins later
    cycle = f"{periods[0].unit} {periods[0].fiscal}" + (f" {incentive.name}" if incentive.cuts else "")
    partner = Column("partner_id", ID)
    told: dict[str, Scalar] = {
        "partner_id": partner,
        "earner_id": partner,
        "period": frame.bound(f"{PERIOD} {cycle}", lambda day: ending[day].name, TEXT),
        "period_from": frame.bound(f"@starts {cycle}", lambda day: ending[day].start, DATE),
        "period_before": frame.bound(f"@ends {cycle}", lambda day: ending[day].before, DATE),
    }
    if _is_running(periods[-1], program, frame.bench.as_of):
        told[COMPLETE] = frame.bound(f"@complete {cycle}", lambda day: completes_on(ending[day], program), DATE)
    return told


def _is_running(last: Period, program: Program, as_of: date) -> bool:
    """Whether the last period counted is not complete yet."""
    return completes_on(last, program) > as_of


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
        meaning.TYPE_MISMATCH.at(measured.span, f"a sum needs numbers, but this is {measured.type.said}", help=cure)
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
        where = when if isinstance(basis.where, Literal) else node.And((when, basis.where))
    else:
        rows, where = _in_periods(incentive, program, basis, periods, frame.bench)
    return rows, Aggregate(
        f"{incentive.name}.measure",
        Op.SUM,
        measured,
        where,
        type_of(measured),
        digits=total_digits(rows, measured),
    )


def _in_periods(
    incentive: Incentive, program: Program, basis: Basis, periods: tuple[Period, ...], bench: Workbench
) -> tuple[Rows, Scalar]:
    """The rows, each at its period's last day, and which of them count."""
    rows = basis.rows
    day = by_period(basis.day, periods, [each.last_day for each in periods], DATE)
    top = bench.add(Extend(f"{rows.name}@{incentive.name}", rows.top, ((DAY, day),)))
    rows = Rows(
        f"{rows.name}@{incentive.name}", rows.table, top, rows.key, {**rows.columns, DAY: Column(DAY, DATE, True)}
    )
    when = inside(basis.day, *days_paid(incentive, program, bench.as_of))
    return rows, when if isinstance(basis.where, Literal) else node.And((when, basis.where))
