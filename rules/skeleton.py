"""The skeleton all incentives share: its keys, how they are read, and what is checked of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import replace
from decimal import Decimal

from engine.calendar import Unit
from engine.language import shapes
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.header import personal, unknown_field, unknown_table
from engine.language.names import suggest
from engine.language.program import BandRow, Incentive, Limit, Program
from engine.language.reading import Reader, start_of, text_of, words_of
from engine.language.records import RecordTable
from engine.language.shapes import ROW, expression, later, listing, mapping, name_of, names, one_of, requirements, text
from engine.language.source import Entry, Mapping, Node, Sequence, Span
from engine.language.syntax import Expression, Money, Number
from engine.types import Method
from rules.rates import check_rate

PERIODS = ("month", "quarter", "year", "fiscal month", "fiscal quarter", "fiscal year")
LIMIT = mapping(
    {
        "at_most": expression("The most that is earned", "75_000 USD"),
        "per": names(
            "Over what it runs together: partner, seller, customer, period, or a field of the rows",
            ["partner", "period"],
            ["seller"],
            refers="limit_field",
        ),
        "order": names("Who comes first where the limit is shared", ["recorded_on", "sale_id"], refers="row_field"),
        **later("at_least", "of", "where", "over", "pool"),
    },
    description="At most so much for each of those under `per`",
    title="limit",
)
RETURNS = {
    "restate": "A return lowers its sale, in the sale's own period; the default",
    "current_period": "A return counts on its own day",
}
ACCOUNTING = {
    "contra_revenue": "It lowers the vendor's revenue",
    "expense": "It is a cost of the vendor",
    "distinct_service": "It pays for a service of the partner",
}
SETTLED = {"credit_note": "It is credited on the partner's account", "transfer": "It is paid out"}
BEGINNING: MappingType[str, shapes.Schema] = {
    "kind": text("The kind of incentive"),
    "title": text("Its name for people", "Quarterly volume rebate"),
    "from": name_of("rows", "The record table it pays on", "sales"),
    "where": requirements("Which records count", "item.line in [network, security]", ["entry is sale"], scope=ROW),
    "eligible": requirements("Which partners earn it: all must hold", ["tier >= silver"]),
    **later("judged_on"),
    "during": shapes.days("The days on which records count, `before` not included"),
}
END: MappingType[str, shapes.Schema] = {
    **later("formula", "less", "best_of"),
    "adds_to": names(
        "Incentives of this kind that are meant to pay for the same records, too", ["launch_bonus"], refers="incentive"
    ),
    "limits": listing(LIMIT, "How much is earned at most", [{"at_most": "75_000 USD", "per": ["partner", "period"]}]),
    **later("claim"),
    "returns": one_of("What a return does", *RETURNS, meaning=RETURNS),
    "on_change": {
        **one_of("What holds for a period in which an amendment changes the rules", "split", "at_start", "at_end"),
        "x-later": ["by_date"],
    },
    **later("unlinked_returns", "on_exit", "shares"),
    "payee": text("Who is paid"),
    "accounting": one_of("How it is booked", *ACCOUNTING, meaning=ACCOUNTING),
    "settle_by": one_of("How it is paid", *SETTLED, meaning=SETTLED),
    "tax": text("The tax form it goes on", "us_1099_misc_3"),
}
"""The keys every kind has: those before its own and those behind them, in the order of a file that is laid out."""

BAND = mapping(
    {
        "from": expression("Where the band begins; it ends where the next one does", "100_000 USD"),
        "up_to": expression("Where the last band ends; goes with `beyond: nothing`", "500_000 USD"),
        "rate": expression("The share of what is measured", "2%"),
        "amount": expression("The amount for reaching the band, in place of a rate", "1_000 USD"),
    },
    "from",
    description="What is earned from a size of the measure on",
    title="band",
)
METHODS = {
    "marginal": "Each band's rate on the part of the measure inside it",
    "whole": "The reached band's rate on everything",
}
BANDS: MappingType[str, shapes.Schema] = {
    "method": one_of("How the bands pay", *(each.value for each in Method), meaning=METHODS),
    "bands": listing(
        BAND,
        "What is earned by the size of the measure, low to high",
        [{"from": "0 USD", "rate": "1%"}, {"from": "100_000 USD", "rate": "2%"}],
    ),
    "beyond": one_of("What is earned above the last `up_to`", "nothing"),
}


def parse_skeleton(entry: Entry, kind: str, program: Program, reader: Reader) -> tuple[Incentive, Mapping]:
    """The keys every kind has, and the mapping for the kind's own."""
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    incentive = Incentive(
        name=reader.declare(entry.key),
        kind=kind,
        span=entry.key.span,
        source=text_of(node.get("from"), "sales"),
        payee=text_of(node.get("payee"), "partner"),
        measured=text_of(node.get("measured")),
        title=text_of(node.get("title")),
        where=reader.requirements(node.get("where")),
        eligible=reader.requirements(node.get("eligible")),
        period=_period(node.get("period")),
        during=reader.range(node.get("during")),
        limits=tuple(_limits(node.get("limits"), reader)),
        source_span=_span(node.get("from")),
        period_span=_span(node.get("period")),
        during_span=_span(node.get("during")),
        returns=text_of(node.get("returns"), "restate"),
        accounting=text_of(node.get("accounting")),
        settle_by=text_of(node.get("settle_by")),
        tax=text_of(node.get("tax")),
        adds_to=tuple(each.text for each in words_of(node.get("adds_to"))),
        adds_to_spans=tuple(each.span for each in words_of(node.get("adds_to"))),
        on_change=text_of(node.get("on_change")),
    )
    return _with_bands(incentive, node, reader), node


def _span(node: Node | None) -> Span | None:
    return node.span if node is not None else None


def _period(node: Node | None) -> tuple[Unit, bool] | None:
    words = text_of(node).split()
    return (Unit(words[-1]), words[0] == "fiscal") if words else None


def _limits(node: Node | None, reader: Reader) -> Iterator[Limit]:
    items = node.items if isinstance(node, Sequence) else ()
    for item in (each for each in items if isinstance(each, Mapping)):
        first = start_of(item)
        at_most = reader.expression(item.get("at_most"))
        per, order = words_of(item.get("per")), words_of(item.get("order"))
        reader.each_once(per, "under `per`")
        if at_most is None and item.get("at_most") is not None:
            continue  # what stands there is told already
        if at_most is None or not per:
            reader.report(
                meaning.WRONG_KEYS.at(
                    first, "a limit has `at_most` and `per`", help="for example `{at_most: 3_000 USD, per: [seller]}`"
                )
            )
            continue
        yield Limit(
            at_most,
            tuple(each.text for each in per),
            first,
            tuple(each.text for each in order),
            tuple(each.span for each in per),
            tuple(each.span for each in order),
        )


def _with_bands(incentive: Incentive, node: Mapping, reader: Reader) -> Incentive:
    bands = node.get("bands")
    rows = [_band(item, reader) for item in bands if isinstance(item, Mapping)] if isinstance(bands, Sequence) else []
    return replace(
        incentive,
        method=Method(text_of(node.get("method"), Method.MARGINAL.value)),
        bands=tuple(each for each in rows if each is not None),
        beyond_nothing=node.get("beyond") is not None,
    )


def _band(node: Mapping, reader: Reader) -> BandRow | None:
    start = reader.expression(node.get("from"))
    rate, amount = reader.expression(node.get("rate")), reader.expression(node.get("amount"))
    if {"rate", "amount"} & {each.key.text for each in node} and rate is amount is None:
        return None  # what stands there is told already
    if (rate is None) == (amount is None):
        reader.report(
            meaning.WRONG_KEYS.at(
                start_of(node), "a band has either `rate` or `amount`", help="`{from: 0 USD, rate: 1%}`"
            )
        )
        return None
    return BandRow(start, start.span, rate, amount, reader.expression(node.get("up_to"))) if start else None


def check_skeleton(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """What can be wrong with any kind."""
    table = program.records.table(incentive.source)
    if table is None:
        yield unknown_table(incentive.source, incentive.source_span or incentive.span, program.records)
        return
    if not (table.date and table.partner):
        yield meaning.WRONG_KEYS.at(
            incentive.source_span or incentive.span,
            f"`{incentive.name}` pays on `{table.name}`, whose records have no day or no partner",
            help="pay on records with a `date` and a `partner`, such as `sales`",
        )
    if incentive.period is not None and incentive.period[1] and not program.calendar_declared:
        yield meaning.NO_CALENDAR.at(
            incentive.period_span,
            "fiscal periods need a fiscal calendar",
            help="add `calendar: {fiscal_year_starts: january, year_named: start}`, or drop `fiscal`",
        )
    if incentive.during is not None:
        start, before = incentive.during
        if before <= program.effective[0] or start >= program.effective[1]:
            yield meaning.OUTSIDE_PROGRAM.at(
                incentive.during_span,
                f"`{incentive.name}` runs from {start} before {before}, the program from "
                f"{program.effective[0]} before {program.effective[1]}",
                help="let the dates meet, or drop the incentive",
            )
    yield from _check_added(incentive, program)
    yield from _check_bands(incentive, program)
    yield from check_rate(incentive.rate, program)
    for limit in incentive.limits:
        yield from _check_limit(limit, incentive, table)


def _check_added(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    """`adds_to` names other incentives of the kind."""
    others = [each.name for each in program.incentives if each.kind == incentive.kind and each.name != incentive.name]
    for name, span in zip(incentive.adds_to, incentive.adds_to_spans, strict=True):
        if name not in others:
            yield meaning.UNKNOWN_NAME.at(
                span, f"there is no other {incentive.kind} `{name}` to add to", help=suggest(name, others)
            )


DIMENSIONS = {"partner": "partner_id", "seller": "seller_id", "customer": "customer_id"}


def dimension_field(word: str, table: RecordTable) -> str:
    """The field of a row that a dimension of a limit stands for."""
    return table.partner if word == "partner" else DIMENSIONS.get(word, word)


def _check_limit(limit: Limit, incentive: Incentive, table: RecordTable) -> Iterator[Diagnostic]:
    words = zip(limit.per, limit.per_spans, strict=True)
    bad = [found for each in words if (found := _bad_dimension(*each, incentive, table)) is not None]
    yield from bad
    if bad:
        return
    if incentive.measured == "each period":
        if "partner" not in limit.per:
            yield meaning.BAD_LIMIT.at(
                limit.span,
                f"the limit of `{incentive.name}` runs over all partners together, which is not supported yet",
                help="limit it per partner, or per partner and period",
            )
        elif limit.order:
            yield meaning.BAD_LIMIT.at(
                limit.order_spans[0], "periods are walked as they come, so `order` says nothing", help="drop `order`"
            )
        return
    shared = [word for word in limit.per if word != "period"]
    if not shared:
        yield meaning.BAD_LIMIT.at(
            limit.span,
            "this limit runs over all partners together, which is not supported yet",
            help="limit it per partner, seller or customer, with the period",
        )
    elif not {"partner", "seller"} & set(shared) and not limit.order:
        yield meaning.BAD_LIMIT.at(
            limit.span,
            "this limit is shared by several partners and does not say who comes first",
            help="add `order`, for example `order: [recorded_on, closed_on, sale_id]`",
        )
    for word, span in zip(limit.order, limit.order_spans, strict=True):
        ordered = table.field(word)
        if ordered is None:
            yield unknown_field(word, span, table)
        elif ordered.personal:
            yield personal(word, span)


def sound_limits(incentive: Incentive, program: Program) -> bool:
    """Whether the check has nothing to say of the limits; otherwise they cannot be walked."""
    table = program.records.table(incentive.source)
    return table is not None and not any(any(_check_limit(each, incentive, table)) for each in incentive.limits)


def _bad_dimension(word: str, span: Span, incentive: Incentive, table: RecordTable) -> Diagnostic | None:
    """Why a limit cannot run per this word."""
    if word == "period":
        if incentive.period is not None:
            return None
        return meaning.BAD_LIMIT.at(
            span, f"`{incentive.name}` has no `period` to limit by", help="add `period: quarter`"
        )
    found = table.field(dimension_field(word, table))
    if found is None:
        return meaning.BAD_LIMIT.at(
            span,
            f"`{table.name}` has no field for `{word}`",
            help=suggest(word, [*DIMENSIONS, "period", *(each.name for each in table.stored)]),
        )
    if found.personal:
        return personal(word, span)
    if incentive.measured == "each period" and word != "partner":
        return meaning.BAD_LIMIT.at(
            span,
            f"`{incentive.name}` is measured for each partner and period, so no limit runs per {word}",
            help="limit it per partner, or per partner and period",
        )
    return None


def _literal(expression: Expression | None) -> Decimal | None:
    return expression.value if isinstance(expression, Number | Money) else None


def _check_bands(incentive: Incentive, program: Program) -> Iterator[Diagnostic]:
    bands = incentive.bands
    for band in bands:
        yield from check_rate(band.rate, program)
    starts = [_literal(band.start) for band in bands]
    if starts and starts[0] is not None and starts[0] > 0:
        yield meaning.BAND_GAP.at(
            bands[0].span,
            f"nothing is said below {render_expression(bands[0].start)}",
            help="start at 0, with a rate of 0% if nothing is earned",
        )
    for lower, upper in itertools.pairwise(bands):
        yield from _check_neighbours(lower, upper)
    if bands and bands[-1].up_to is not None and not incentive.beyond_nothing:
        yield meaning.BAND_GAP.at(
            bands[-1].up_to.span,
            "nothing is said above this",
            help="drop `up_to`, or say `beyond: nothing` beside `bands`",
        )


def _check_neighbours(lower: BandRow, upper: BandRow) -> Iterator[Diagnostic]:
    first, second, end = _literal(lower.start), _literal(upper.start), _literal(lower.up_to)
    if first is None or second is None:
        return
    if second <= first:
        yield meaning.BAND_ORDER.at(
            upper.span,
            "this band does not start above the one before",
            related=[Related(lower.span, "the band before")],
            help="order bands from low to high",
        )
    elif end is not None and lower.up_to is not None and end > second:
        yield meaning.OVERLAPPING_BANDS.at(
            upper.span,
            f"band from {render_expression(upper.start)} starts inside the band before it",
            label=f"starts below {render_expression(lower.up_to)}",
            related=[Related(lower.up_to.span, "this band ends here")],
            help="drop `up_to`; a band ends where the next begins",
        )
    elif end is not None and lower.up_to is not None and end < second:
        yield meaning.BAND_GAP.at(
            lower.up_to.span,
            f"nothing is said from {render_expression(lower.up_to)} to {render_expression(upper.start)}",
            related=[Related(upper.span, "the next band starts here")],
            help="drop `up_to`; a band ends where the next begins",
        )
