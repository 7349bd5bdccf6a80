"""`kind: rebate`: money to the partner for a period's volume.

The measure is a sum over the rows of one complete period. `bands` say what it earns: `marginal` pays
each band's rate on the part inside it, `whole` the reached band's rate on everything; a band may have
an amount in place of a rate. Eligibility is read on the period's last day. Limits come after the
bands, and the amount is rounded once. A return lowers the period of its sale (`returns: restate`), or
counts in its own (`current_period`). A period that is not complete has earned nothing yet.

    volume_rebate:
      kind: rebate
      from: sales
      eligible: [tier >= silver]
      period: quarter
      sum: amount
      method: marginal
      bands:
        - {from: 0 USD, rate: 1%}
        - {from: 100_000 USD, rate: 2%}
      limits:
        - {at_most: 75_000 USD, per: [partner, period]}
      payee: partner
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.compiler.expressions import Typed, lower
from engine.compiler.frame import DAY, Frame
from engine.compiler.workbench import Rows, RowScope, Workbench
from engine.language.catalogue import IncentiveKind
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Incentive, Program
from engine.language.reading import Reader
from engine.language.shapes import ROW, expression, mapping, one_of, snippet
from engine.language.source import Entry
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.plan import Step
from engine.plan.scalar import Bands, Column, Scalar
from engine.plan.table import Aggregate, Extend, Op
from engine.types import DATE, ID, TEXT
from rules.counting import TRUE, total_digits
from rules.earning import (
    Basis,
    Explained,
    Walk,
    basis_of,
    by_period,
    days_paid,
    described,
    eligibility,
    gated,
    inside,
    limit_amount,
    lower_bands,
    periods_of,
)
from rules.skeleton import BANDS, BEGINNING, END, PERIODS, check_skeleton, parse_skeleton, sound_limits

SCHEMA = mapping(
    {
        **BEGINNING,
        "kind": one_of("The kind of incentive", "rebate"),
        "measured": one_of("What one earning is for", "each period"),
        "period": one_of("The period measured", *PERIODS),
        "sum": expression("What is added up over the records of a period", "amount", scope=ROW),
        **BANDS,
        **END,
        "payee": one_of("Who is paid", "partner"),
    },
    "kind",
    "period",
    "sum",
    "bands",
    "payee",
    description="Money to the partner for a period's volume",
    title="rebate",
)
SNIPPET = snippet(
    "rebate",
    "Money to the partner for a period's volume",
    {
        "${1:volume_rebate}": {
            "kind": "rebate",
            "from": "${2:sales}",
            "eligible": ["${3:tier >= silver}"],
            "period": "${4:quarter}",
            "sum": "${5:amount}",
            "method": "${6:marginal}",
            "bands": [{"from": "0 USD", "rate": "${7:1%}"}, {"from": "${8:100_000 USD}", "rate": "${9:2%}"}],
            "limits": [{"at_most": "${10:75_000 USD}", "per": ["partner", "period"]}],
            "payee": "partner",
        }
    },
)


def parse(entry: Entry, program: Program, reader: Reader) -> Incentive:
    """A rebate from its YAML."""
    incentive, tree = parse_skeleton(entry, "rebate", program, reader)
    return replace(incentive, measured="each period", measure=reader.expression(tree.get("sum")))


def check(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """What the skeleton checks."""
    yield from check_skeleton(incentive, program)


def lower_rebate(incentive: Incentive, program: Program, bench: Workbench) -> None:
    """A frame of period ends with the measured sum, then bands, limits and rounding."""
    basis = basis_of(incentive, bench)
    measured = lower(incentive.measure, RowScope(bench, basis.rows)) if basis and incentive.measure else None
    amounts = [limit_amount(each, program, bench) for each in incentive.limits]
    limits = [each for each in amounts if each is not None]
    if basis is None or measured is None or len(limits) < len(amounts) or not _adds_up(measured, bench):
        return
    if not sound_limits(incentive, program):
        return
    periods = periods_of(incentive, program, bench.as_of, complete=True)
    # without a complete period the frame of the run still checks what the lines say
    frame = bench.frame(tuple(each.last_day for each in periods) or (bench.as_of,))
    total = frame.aggregate(*_measure(incentive, program, basis, measured, frame, bench))
    judged = eligibility(incentive, frame)
    bands = lower_bands(incentive, total, program, bench)
    if judged is None or bands is None:
        return
    gates = [judged.gate] if judged.gate is not None else []
    earned = frame.derive(f"{incentive.name}.earned", gated(gates, _plain(bands, program)))
    if not periods:
        return
    ending = {each.last_day: each for each in periods}
    # calendar and fiscal quarters may end on the same days, under other names
    kind = f"{periods[0].unit} {periods[0].fiscal}"
    label = frame.bound(f"@period {kind}", lambda day: ending[day].name, TEXT)
    start = frame.bound(f"@starts {kind}", lambda day: ending[day].start, DATE)
    before = frame.bound(f"@ends {kind}", lambda day: ending[day].before, DATE)
    rows = next(rows for rows, asked in frame.aggregates.values() if any(each.into == total.name for each in asked))
    walk = Walk(
        incentive,
        program,
        bench,
        "",
        frame.on,
        [
            *judged.steps,
            Step("measure", total.name, total.type, incentive.measure.span if incentive.measure else incentive.span),
            Step("earned", earned.name, earned.type, incentive.bands[0].span),
        ],
        earned.name,
        {"partner": "partner_id", "period": DAY},
        (DAY, "partner_id") if DAY in frame.on else ("partner_id",),
    )

    def finish() -> None:
        walk.top = frame.close()
        if DAY not in frame.on:  # one period: its day is a column all the same, for limits by period
            walk.top = bench.add(Extend(f"{incentive.name}.day", walk.top, ((DAY, frame.day),)))
            walk.key = ("partner_id", DAY)
        for place, (limit, amount) in enumerate(zip(incentive.limits, limits, strict=True), 1):
            walk.limit(place, limit, amount)
        partner = Column("partner_id", ID)
        names: dict[str, Scalar] = {"partner_id": partner, "earner_id": partner, "period": label}
        names |= {"period_from": start, "period_before": before}
        explained = Explained(((frame.measure_table(rows), total.name),), judged.lines, bands)
        walk.finish(described(incentive, names), explained)

    bench.later(finish)


def _plain(bands: Bands, program: Program) -> Scalar:
    """What the bands pay. Pro rata parts of a band's amount are no decimal: they are rounded here, once.

    What is rounded to the minor unit stays so under limits, which are amounts.
    """
    return node.Round(bands, program.scale, program.rounding) if type_of(bands).ratio else bands


def _adds_up(measured: Typed, bench: Workbench) -> bool:
    if measured.type.is_numeric and not measured.type.ratio:
        return True
    problem = (
        "a row's measure cannot divide" if measured.type.ratio else f"a sum adds up numbers, this is {measured.type}"
    )
    bench.report(meaning.TYPE_MISMATCH.at(measured.span, problem, help="name a number or an amount of the row"))
    return False


def _measure(
    incentive: Incentive, program: Program, basis: Basis, measured: Typed, frame: Frame, bench: Workbench
) -> tuple[Rows, Aggregate]:
    """The rows, each at its period's last day, and the sum over them."""
    start, before = days_paid(incentive, program, bench.as_of)
    periods = periods_of(incentive, program, bench.as_of, complete=True)
    rows = basis.rows
    if frame.single:
        first = max(start, periods[0].start) if periods else start
        when = inside(basis.day, first, min(before, periods[0].before) if periods else first)
    else:
        when = inside(basis.day, start, before)
        name = f"{rows.name}@{incentive.name}"
        day = by_period(basis.day, periods, [each.last_day for each in periods], DATE)
        top = bench.add(Extend(name, rows.top, ((DAY, day),)))
        rows = Rows(name, rows.table, top, rows.key, {**rows.columns, DAY: Column(DAY, DATE, True)})
    where = when if basis.where == TRUE else node.And((when, basis.where))
    return rows, Aggregate(
        f"{incentive.name}.measure",
        Op.SUM,
        measured.scalar,
        where,
        measured.type,
        digits=total_digits(rows, measured.scalar),
    )


KIND = IncentiveKind("rebate", SCHEMA, parse, check, lower_rebate, __doc__ or "", SNIPPET)
