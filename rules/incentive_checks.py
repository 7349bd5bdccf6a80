"""What can be wrong with an incentive of any kind, beyond names and types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from engine.calendar import cycle_of, say_days
from engine.compiler.converting import cannot_be_ordered
from engine.compiler.value_tables import order_cure
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.essence import essence_of
from engine.language.expression import render_expression
from engine.language.header import personal, unknown_field, unknown_table
from engine.language.near import suggest
from engine.language.program import BandRow, Incentive, Limit, Program, Table
from engine.language.records import RecordTable
from engine.language.source import Span
from engine.language.syntax import Money, Number
from engine.types import ROW
from rules.incentive_keys import SHARED
from rules.rates import check_rates

"""Words of a limit's `per` that mean a field of the rows."""


def check_incentive(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """What can be wrong with any kind."""
    table = program.records.table(incentive.source)
    if table is None:
        yield unknown_table(incentive.source, incentive.source_span or incentive.span, program.records)
        return
    yield from _check_rows(incentive, table, program)
    yield from _check_added(incentive, program)
    yield from _check_pay(incentive, program)
    yield from _check_pays_in(incentive, table)
    yield from _check_order(incentive.order, incentive.order_spans, incentive, table)
    for limit in incentive.limits:
        yield from check_limit(limit, incentive, table, program)


def _check_rows(incentive: Incentive, table: RecordTable, program: Program) -> Iterator[Diagnostic]:
    if not (table.date and table.partner):
        yield meaning.WRONG_KEYS.at(
            incentive.source_span or incentive.span,
            f"`{incentive.name}` pays on `{table.name}`, whose records have no day or no partner",
            help="pay on records with a `date` and a `partner`, such as `sales`",
        )
    if incentive.period is not None and incentive.period[1] and not program.calendar_declared:
        yield _no_calendar(incentive.period_span)
    if incentive.during is not None:
        start, before = incentive.during
        if before <= program.effective[0] or start >= program.effective[1]:
            yield meaning.OUTSIDE_PROGRAM.at(
                incentive.during_span,
                f"`{incentive.name}` runs {say_days(start, before)}, but the program is in force "
                f"{say_days(*program.effective)}",
                help="make the dates overlap, or remove the incentive",
            )
    if incentive.period is None and len(table.key) != 1:
        yield meaning.WRONG_KEYS.at(
            incentive.span,
            f"`{table.name}` needs a single key field to identify an earning",
            help="pay on records with one key field",
        )
    if incentive.payee == "seller" and table.field("seller_id") is None:
        yield meaning.WRONG_KEYS.at(
            incentive.span, f"`{table.name}` has no `seller_id` to pay", help="add the field, or `payee: partner`"
        )


def _no_calendar(span: Span | None) -> Diagnostic:
    return meaning.NO_CALENDAR.at(
        span,
        "fiscal periods need a fiscal calendar",
        help="add `calendar: {fiscal_year_starts: january, year_named: start}`, or remove `fiscal`",
    )


def _check_added(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """`adds_to` names other incentives of the kind."""
    others = [each.name for each in program.incentives if each.kind == incentive.kind and each.name != incentive.name]
    for name, span in zip(incentive.adds_to, incentive.adds_to_spans, strict=True):
        if name not in others:
            yield meaning.UNKNOWN_NAME.at(
                span, f"there is no other {incentive.kind} `{name}` to add to", help=suggest(name, others)
            )


def _check_pay(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """Rates have their `%`, bands ascend without gaps, and what is paid per unit has a limit."""
    if incentive.rate is not None:
        yield from check_rates(incentive.rate, program)
    if incentive.per is not None and not incentive.limits:
        yield meaning.NO_LIMIT.at(
            incentive.span,
            f"`{incentive.name}` pays for each unit without a limit",
            help="add `limits`, for example `- {at_most: 3_000 USD, per: [seller]}`",
        )
    bands = incentive.bands
    for band in bands:
        if band.rate is not None:
            yield from check_rates(band.rate, program)
    first = _literal(bands[0].start) if bands else None
    if first is not None and first > 0:
        start = bands[0].start.single
        zero = f"0 {start.currency}" if isinstance(start, Money) else "0"
        yield meaning.BAND_GAP.at(
            bands[0].span,
            f"no band covers values below {_shown(bands[0].start)}",
            help=f"start at `{zero}`, with a rate of 0% if nothing is earned there",
        )
    for lower, upper in pairwise(bands):
        yield from _check_neighbours(lower, upper)
    if bands and bands[-1].up_to is not None and not incentive.beyond_nothing:
        yield meaning.BAND_GAP.at(
            bands[-1].up_to.span,
            f"no band covers values from {_shown(bands[-1].up_to, 'here')} on",
            help="remove `up_to`, or add `beyond: nothing` beside `bands`",
        )


def _check_pays_in(incentive: Incentive, table: RecordTable) -> Iterator[Diagnostic]:
    """Only records that say their currency can be paid in it."""
    if incentive.pays_by_row and not table.currencies:
        yield meaning.WRONG_KEYS.at(
            incentive.pays_in_span,
            f"records of `{table.name}` have no currency of their own",
            help="remove `pays_in`, or declare there `amount: {type: money, currency: row}` and a field `currency`",
        )


def _literal(value: Table | None) -> Decimal | None:
    """The number of a value that is a literal; None for any other."""
    single = value.single if value is not None else None
    return single.value if isinstance(single, Number | Money) else None


def _unit(literal: Number | Money) -> str:
    return literal.currency if isinstance(literal, Money) else ""


def _shown(value: Table, other: str = "the first band") -> str:
    return render_expression(value.single) if value.single is not None else other


def _check_neighbours(lower: BandRow, upper: BandRow) -> Iterator[Diagnostic]:
    first, second = _literal(lower.start), _literal(upper.start)
    if first is not None and second is not None and second <= first:
        yield meaning.BAND_ORDER.at(
            upper.span,
            "this band does not start above the one before",
            related=[Related(lower.span, "the band before")],
            help=order_cure(first == second),
        )
    elif lower.up_to is not None and essence_of(lower.up_to) != essence_of(upper.start):
        yield _wrong_end(lower.up_to, upper)


ENDS = "remove `up_to`; a band ends where the next begins"


def _wrong_end(up_to: Table, upper: BandRow) -> Diagnostic:
    """That a band does not end where the next begins."""
    end, start = up_to.single, upper.start.single
    if not (isinstance(end, Number | Money) and isinstance(start, Number | Money)) or _unit(end) != _unit(start):
        return meaning.WRONG_KEYS.at(up_to.span, "only the last band may end at a value of its own", help=ENDS)
    if end.value > start.value:
        return meaning.OVERLAPPING_BANDS.at(
            upper.span,
            f"band from {_shown(upper.start)} starts inside the band before it",
            label=f"starts below {_shown(up_to)}",
            related=[Related(up_to.span, "this band ends here")],
            help=ENDS,
        )
    return meaning.BAND_GAP.at(
        up_to.span,
        f"no band covers values from {_shown(up_to)} to {_shown(upper.start)}",
        related=[Related(upper.span, "the next band starts here")],
        help=ENDS,
    )


def _check_order(
    order: tuple[str, ...], spans: tuple[Span, ...], incentive: Incentive, table: RecordTable
) -> Iterator[Diagnostic]:
    """The words of an order are fields of the rows, and rows are what is taken."""
    if order and incentive.period is not None:
        yield meaning.BAD_LIMIT.at(
            spans[0],
            "`order` has no meaning for periods: they always count in the order of their dates",
            help="remove `order`",
        )
        return
    for word, span in zip(order, spans, strict=True):
        ordered = table.field(word)
        if ordered is None:
            yield unknown_field(word, span, table)
        elif ordered.type.currency == ROW:
            yield cannot_be_ordered(word, span)
        elif ordered.personal:
            yield personal(word, span)


def check_limit(limit: Limit, incentive: Incentive, table: RecordTable, program: Program) -> Iterator[Diagnostic]:
    """What is wrong with one limit; one with a finding cannot be applied."""
    words = tuple(zip(limit.per, limit.per_spans or (limit.span,) * len(limit.per), strict=True))
    bad = [found for each in words if (found := _bad_word(*each, incentive, table, program)) is not None]
    times = [each for each in words if _is_time(each[0])]
    if len(times) > 1 and not bad:
        bad.append(
            meaning.BAD_LIMIT.at(
                times[1][1],
                f"a limit can name one period, but this one names {times[0][0]} and {times[1][0]}",
                help="keep one of them, or write two limits",
            )
        )
    yield from bad
    if bad:
        return
    shared = [word for word in limit.per if not _is_time(word)]
    ordered = limit.order or incentive.order
    if not shared:
        yield meaning.BAD_LIMIT.at(
            limit.span,
            f"the limit of `{incentive.name}` covers all partners together, which is not supported yet",
            help="limit it per partner, or per partner and period"
            if incentive.period is not None
            else "limit it per partner, seller or customer, for example `per: [partner, quarter]`",
        )
    elif not ordered and not _is_of_one_partner(shared, table):
        yield meaning.BAD_LIMIT.at(
            limit.span,
            "this limit is shared by several partners and does not say who comes first",
            help="add `order` to the incentive, for example `order: [recorded_on, closed_on, sale_id]`",
        )
    yield from _check_order(limit.order, limit.order_spans, incentive, table)


def _is_of_one_partner(words: Sequence[str], table: RecordTable) -> bool:
    """Whether no two partners use up the same limit: it goes by whose the records are, or each record has its own."""
    named = {table.field_of(each) for each in words}
    whose = {table.partner, *(table.field_of(each) for each in ("partner", "seller"))}
    return bool(named & whose) or set(table.key) <= named


def _is_time(word: str) -> bool:
    return word == "period" or cycle_of(word) is not None


def _bad_word(word: str, span: Span, incentive: Incentive, table: RecordTable, program: Program) -> Diagnostic | None:
    """Why a limit cannot run per this word."""
    if word == "period":
        if incentive.period is not None:
            return None
        return meaning.BAD_LIMIT.at(
            span,
            f"`{incentive.name}` has no `period` to limit by",
            help="write a calendar period: `per: [seller, quarter]`",
        )
    cycle = cycle_of(word)
    if cycle is not None:
        return _no_calendar(span) if cycle[1] and not program.calendar_declared else None
    found = table.field(table.field_of(word))
    if found is None:
        return meaning.BAD_LIMIT.at(
            span,
            f"`{table.name}` has no field for `{word}`",
            help=suggest(word, [*SHARED, *(each.name for each in table.stored)]),
        )
    if found.personal:
        return personal(word, span)
    if incentive.period is not None and word != "partner":
        return meaning.BAD_LIMIT.at(
            span,
            f"`{incentive.name}` is measured for each partner and period, so a limit per {word} is not possible",
            help="limit it per partner, or per partner and period",
        )
    return None
