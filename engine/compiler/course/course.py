"""The second half of the course: an incentive's tables, one phase after the other.

It goes down once: every phase is a table on top of the one before, with the value so far in one column
and the steps that led there. Nothing is postponed, and the table between any two phases can be inspected: `rung show
PROGRAM --plan` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.compiler.course import phases
from engine.compiler.course.asked import Asked
from engine.compiler.course.limits import Bound, in_minor_units
from engine.compiler.course.pay import gated
from engine.compiler.frame import DAY
from engine.compiler.workbench import Workbench
from engine.language.program import Program
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.digits import is_open, shown_scale
from engine.plan.grain import fold_type
from engine.plan.inference import is_optional, type_of
from engine.plan.outputs import COMPLETE, EARNINGS, TOLD
from engine.plan.plan import Part, Phase, Step
from engine.plan.scalar import Column, Comparison, Literal, Mode, Scalar
from engine.plan.table import Extend, Fold, FoldOp, Lookup
from engine.types import DATE, TEXT, Type


@dataclass(frozen=True, slots=True)
class Track:
    """An incentive being compiled: its current table, its value so far, its steps and phases."""

    asked: Asked
    top: str
    value: Column
    steps: tuple[Step, ...] = ()
    done: tuple[Phase, ...] = ()

    @property
    def name(self) -> str:
        """The incentive's name."""
        return self.asked.incentive.name

    def at(self, phase: str, top: str, span: Span, *steps: Step, value: Column | None = None) -> Track:
        """The track after a phase that was done in the table `top`."""
        done = (*self.done, Phase(phase, top, span))
        return replace(self, top=top, value=value or self.value, steps=(*self.steps, *steps), done=done)


def lay(asked: Asked, program: Program, bench: Workbench) -> Part:
    """The tables of an incentive, phase by phase; every frame is closed by now."""
    with bench.at(asked.incentive.span):
        track = _judged(_measured(asked, bench), bench)
        track = _earners(_rounded(_paid(track, bench), program, bench), program, bench)
        for place, bound in enumerate(asked.limits, 1):
            track = _limited(track, place, bound, bench)
        part = _part(track)
    bench.places |= {(each.table, ""): each.span for each in part.phases}
    bench.places |= {(part.table, each.column): each.span for each in part.steps}
    return part


def _measured(asked: Asked, bench: Workbench) -> Track:
    """Rows and measure: of a record what is computed of it, of a period the sum that its frame holds."""
    incentive, measure = asked.incentive, asked.measure
    span = incentive.source_span or incentive.span
    if not asked.base:
        assert measure is not None and isinstance(measure.scalar, Column)  # a period is a sum
        top = asked.frame.close()
        if DAY not in asked.frame.on:  # one period: its day is a column all the same, for limits by period
            top = bench.add(Extend(f"{incentive.name}.day", top, ((DAY, asked.frame.day),)))
        track = Track(asked, top, measure.scalar).at(phases.ROWS, asked.basis[0][0], span)
        return track.at(
            phases.MEASURE, top, measure.span, Step("measure", measure.scalar.name, measure.type, measure.span)
        )
    track = Track(asked, asked.base, Column(DAY, DATE)).at(phases.ROWS, asked.base, span)
    if measure is None:
        return track
    column = Column(f"{incentive.name}.measure", measure.type, is_optional(measure.scalar))
    top = bench.add(Extend(column.name, asked.base, ((column.name, measure.scalar),)))
    step = Step("measure", column.name, measure.type, measure.span)
    return track.at(phases.MEASURE, top, measure.span, step, value=column)


def _judged(track: Track, bench: Workbench) -> Track:
    """What was decided on the day judged, beside the rows; explained before the measure."""
    asked = track.asked
    top = track.top
    if asked.taken:
        taken = tuple((each, each) for each in asked.taken)
        top = bench.add(Lookup(f"{track.name}.judged", top, asked.frame.close(), asked.on, taken))
    columns = [*asked.times, *((f"{track.name}.{name}", value.scalar) for name, value in asked.pay.reads)]
    columns += [(_at_most(track, place), each.amount.scalar) for place, each in enumerate(asked.limits, 1)]
    if columns:
        top = bench.add(Extend(f"{track.name}.read", top, tuple(columns)))
    reads = tuple(Step(name, f"{track.name}.{name}", value.type, value.span) for name, value in asked.pay.reads)
    eligible = asked.incentive.eligible
    judged = track.at(phases.JUDGED, top, eligible[0].span if eligible else asked.incentive.span)
    return replace(judged, steps=(*asked.judged, *track.steps, *reads))


def _at_most(track: Track, place: int) -> str:
    return f"{track.name}.limit{place}.at_most"


def _paid(track: Track, bench: Workbench) -> Track:
    """The amount earned before limits, only for eligible payees."""
    pay = track.asked.pay
    earned = gated(track.asked.gates, pay.earned.scalar)
    column = Column(f"{track.name}.earned", type_of(earned), is_optional(earned))
    top = bench.add(Extend(column.name, track.top, ((column.name, earned),)))
    return track.at(
        phases.PAY, top, pay.earned.span, Step("earned", column.name, column.type, pay.earned.span), value=column
    )


def _rounded(track: Track, program: Program, bench: Workbench) -> Track:
    """To the minor unit, right after pay: what follows works on whole units."""
    whole = in_minor_units(track.value, track.asked.currency, program.scale, program.rounding)
    amount = _decidable(track, whole)
    column = Column(f"{track.name}.rounded", type_of(amount), is_optional(amount))
    top = bench.add(Extend(column.name, track.top, ((column.name, amount),)))
    steps = (Step("rounded", column.name, column.type, track.asked.incentive.span),) if track.asked.limits else ()
    return track.at(phases.ROUND, top, track.asked.incentive.span, *steps, value=column)


def _decidable(track: Track, amount: Scalar) -> Scalar:
    """The amount, or missing where one of its limits cannot be decided: it takes no room in the others either."""
    limits = track.asked.limits
    asked = [_whole(track, place, each) for place, each in enumerate(limits, 1)]
    asked += [column for each in limits for column in each.partition(track.asked.columns, track.asked.currency)]
    unknown = [node.IsMissing(each) for each in dict.fromkeys(asked) if each.optional]
    if not unknown:
        return amount
    zero = Literal(0, type_of(amount).sized(1, 0))
    nothing = node.Compare(amount, Comparison.EQUAL, zero)
    return node.Case(((nothing, zero), (node.Or(tuple(unknown)), Literal(None, type_of(amount)))), amount)


def _whole(track: Track, place: int, bound: Bound) -> Column:
    """The column with all of a limit."""
    return Column(_at_most(track, place), bound.amount.type, is_optional(bound.amount.scalar))


def _limited(track: Track, place: int, bound: Bound, bench: Workbench) -> Track:
    """One limit: each row takes what is left of it, in the limit's order or by day and key."""
    asked, into = track.asked, f"{track.name}.limit{place}"
    partition = tuple(each.name for each in bound.partition(asked.columns, asked.currency))
    whole = _whole(track, place, bound)
    room, left = f"{into}.room", f"{into}.left"
    step = Step("limit", into, track.value.type, bound.limit.span, room, left, whole.name)
    if set(asked.key) <= set(partition):  # every row has a limit of its own
        capped = _capped(track.value, whole, bound.amount.scalar)
        top = bench.add(Extend(into, track.top, ((into, capped), (room, whole), (left, node.Subtract(whole, capped)))))
        column = Column(into, type_of(capped), is_optional(capped))
        return track.at(phases.LIMITS, top, bound.limit.span, replace(step, type=column.type), value=column)
    words = bound.limit.order or asked.incentive.order
    declared = (asked.fields[each] for each in words if each in asked.fields)  # `check` reports any other word
    order = dict.fromkeys((*declared, *asked.order))  # a tie in the declared order is broken by day and key
    zero = Literal(0, track.value.type.sized(1, 0))
    asks = node.Compare(track.value, Comparison.UNEQUAL, zero)  # nothing earned stays nothing, whatever the limit is
    limit = bound.amount.scalar if isinstance(bound.amount.scalar, Literal) else whole
    fold = Fold(
        into,
        track.top,
        partition,
        tuple(order),
        FoldOp.TAKE,
        track.value,
        into,
        limit=limit,
        where=asks,
        room=room,
        rest=left,
    )
    top = bench.add(fold)
    column = Column(into, fold_type(fold), optional=True)
    return track.at(phases.LIMITS, top, bound.limit.span, replace(step, type=column.type), value=column)


def _capped(value: Column, whole: Column, written: Scalar) -> Scalar:
    """What a limit of its own leaves of an amount. Nothing earned stays nothing, whatever the limit is."""
    if isinstance(written, Literal):
        return node.Least((value, whole))
    zero = Literal(0, value.type.sized(1, 0))
    left = node.Least((value, node.Greatest((whole, zero))))  # a limit that fell below zero takes nothing back
    return node.Case(((node.Compare(value, Comparison.EQUAL, zero), zero),), left)


def _earners(track: Track, program: Program, bench: Workbench) -> Track:
    """The payee and the key of the earning, under names that no field can have."""
    asked, incentive = track.asked, track.asked.incentive
    types: dict[str, Type] = dict(EARNINGS.keys) | ({COMPLETE: DATE} if COMPLETE in asked.told else {})
    given: dict[str, Scalar] = {
        "program": Literal(program.family, TEXT),
        "incentive": Literal(incentive.name, TEXT),
        "currency": Literal(program.currency, TEXT),
        **asked.told,
    }
    told = tuple((f"{TOLD}{name}", given.get(name, Literal(None, type))) for name, type in types.items())
    top = bench.add(Extend(f"{track.name}.told", track.top, told))
    return track.at(phases.EARNER, top, incentive.span)


def _part(track: Track) -> Part:
    """The incentive as the Plan knows it."""
    asked, incentive = track.asked, track.asked.incentive
    amount = Step("amount", track.value.name, track.value.type, incentive.span)
    return Part(
        incentive=incentive.name,
        table=track.top,
        key=asked.key,
        steps=(*track.steps, amount),
        amount=track.value.name,
        phases=track.done,
        basis=asked.basis,
        judged=asked.frame.name if asked.lines and not asked.frame.recorded else "",
        lines=asked.lines,
        rows=asked.rows,
        where=asked.where,
        bands=asked.pay.bands,
        band_spans=tuple(each.span for each in incentive.bands),
        corrected=asked.corrected,
        fields=asked.read,
        complete=f"{TOLD}{COMPLETE}" if COMPLETE in asked.told else "",
        unreturned=asked.unreturned,
        statuses=asked.statuses,
        read_in=asked.frame.name if asked.statuses and not asked.frame.recorded else "",
        open=asked.open,
    )


def shown(column: Column) -> Scalar:
    """A value for the run's output, where every number has a fixed number of digits."""
    return node.Round(column, shown_scale(column.type), Mode.HALF_EVEN) if is_open(column.type) else column
