"""An incentive that earns for each record: each is judged on its own day, and is an earning of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.calendar import cycle_of
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
from engine.compiler.course.given_back import unreturned
from engine.compiler.course.limits import Bound, bounds_of
from engine.compiler.course.pay import granted, pay_of
from engine.compiler.course.periods import days_paid, inside
from engine.compiler.course.rows import Basis, fields_of, in_time, undecided_rows
from engine.compiler.course.scopes import JudgedScope, PartnerScope, measure_scope, record_scope
from engine.compiler.frame import DAY, Frame
from engine.compiler.typed import Typed
from engine.compiler.workbench import Rows, Workbench
from engine.language.program import Incentive, Program
from engine.language.records import CURRENCY
from engine.plan import scalar as node
from engine.plan.inference import is_optional
from engine.plan.scalar import Column, Literal, Scalar
from engine.plan.table import Distinct, Extend, Filter
from engine.types import BOOLEAN, ID, TEXT


def ask_record(incentive: Incentive, program: Program, basis: Basis | None, bench: Workbench) -> Asked | None:
    """A record is judged on its own day: partners and days that occur in the rows make the frame."""
    measure = measure_of(incentive, basis, bench)
    start, before = days_paid(incentive, program, bench.as_of)
    days = tuple(map(date.fromordinal, range(start.toordinal(), before.toordinal())))
    if basis is None or not days:
        try_lines(incentive, bench)
        return None
    name, rows = incentive.name, basis.rows
    base, top = _candidates(f"{name}.rows", incentive, basis, bench), rows.top
    frame = Frame(bench, f"{name}.judging", days, _points(incentive, base, rows, bench))
    partner, of_row = PartnerScope(frame, held=True), measure_scope if incentive.pays_by_row else record_scope
    paid_in, lines = paid_by_row(incentive, rows, frame, bench), incentive.eligible
    scope = JudgedScope(partner, name, of_row(incentive, rows, bench), eligible=lines, paid=paid_in)
    column = Column(f"{name}.measure", measure.type, is_optional(measure.scalar)) if measure is not None else None
    eligible = eligible_of(incentive, scope.partner)
    pay = pay_of(incentive, Typed(column, measure.type, measure.span) if column and measure else None, scope)
    limits = bounds_of(incentive, program, scope)
    if eligible is None or pay is None or limits is None or (incentive.measure is not None and measure is None):
        return None
    if not all(cycle_of(each) or rows.table.field_of(each) in rows.columns for each in words_of(limits)):
        return None  # that a limit runs over what no row has was reported
    if incentive.payee == "seller" and "seller_id" not in rows.columns:
        return None  # a missing payee was reported already
    if rows.top != top:  # what is paid reads linked records, which were joined for it
        base = _candidates(f"{name}.linked", incentive, basis, bench)
    pay, paid = granted(incentive, pay, scope.gates)
    gates = [*undecided_rows(basis), *taken_gates(eligible.gates), *paid]
    if incentive.payee == "seller":
        gates.append(_known(rows.columns["seller_id"]))
    taken = (*(each.column for each in eligible.steps), *scope.taken)
    held = scope.taken.get(f"{name}.reads tier")
    statuses, open_ = statuses_read(incentive, frame, (*eligible.gates, *scope.taken.values()))
    taken = (*taken, *([open_] if open_ else []))
    return Asked(
        incentive=incentive,
        frame=frame,
        base=base,
        currency=rows.columns[CURRENCY] if incentive.pays_by_row else None,
        key=rows.table.key,
        measure=measure,
        gates=tuple(gates),
        judged=with_tier(eligible.steps, held, pay, limits),
        lines=eligible.lines,
        taken=tuple(dict.fromkeys(taken)),
        pay=pay,
        limits=limits,
        columns=_columns_of_record(limits, rows),
        times=times_of(incentive, limits, basis.day, program, bench),
        order=in_time(rows),
        fields={each.name: rows.columns[each.name].name for each in rows.table.readable if each.name in rows.columns},
        told=_told_of_record(incentive, rows),
        rows=rows.top,
        where=basis.lines,
        corrected=basis.corrected,
        on=((rows.table.partner, "partner_id"), (DAY, DAY)),
        read=fields_of(incentive, bench),
        unreturned=unreturned(rows),
        statuses=statuses,
        open=open_,
    )


def _columns_of_record(limits: tuple[Bound, ...], rows: Rows) -> dict[str, Column]:
    """The columns for the words of its limits."""
    words = words_of(limits)
    return {each: time_of(each) if cycle_of(each) else rows.columns[rows.table.field_of(each)] for each in words}


def _candidates(name: str, incentive: Incentive, basis: Basis, bench: Workbench) -> str:
    """Rows of the days paid that count, or of which it cannot be decided, with the day they are judged on."""
    start, before = days_paid(incentive, bench.program, bench.as_of)
    terms = [inside(basis.day, start, before)]
    if not isinstance(basis.where, Literal):
        kept = node.IfMissing(basis.where, Literal(True, BOOLEAN)) if is_optional(basis.where) else basis.where
        terms.append(kept)
    chosen = bench.add(Filter(name, basis.rows.top, node.conjunction(terms)))
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
