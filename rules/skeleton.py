"""How an incentive is read from its YAML, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from engine.calendar import Cycle, cycle_of
from engine.language.codes import meaning
from engine.language.expression import render_expression
from engine.language.program import BandRow, Incentive, Limit, Table
from engine.language.reading import Reader, start_of, text_of, words_of
from engine.language.records import CURRENCY
from engine.language.source import Entry, Mapping, Node, Sequence, Span
from engine.language.syntax import Expression, Money, Number
from engine.types import Method

PAYS = ("rate", "amount", "bands")
OF_BANDS = ("method", "beyond")


def parse_incentive(entry: Entry, kind: str, by_period: bool, reader: Reader) -> tuple[Incentive, Mapping]:
    """The keys that all kinds share, and the mapping for a kind's own.

    `by_period`: `period` says what it earns for. In the other kinds it is the time of limits that say
    `period`, as programs wrote it before a limit could name a calendar period itself.
    """
    node = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    cycle = cycle_of(text_of(node.get("period")))
    incentive = Incentive(
        name=reader.declare(entry.key),
        kind=kind,
        span=entry.key.span,
        source=text_of(node.get("from"), "sales"),
        payee=text_of(node.get("payee"), "partner"),
        title=text_of(node.get("title")),
        where=reader.requirements(node.get("where")),
        eligible=reader.requirements(node.get("eligible")),
        period=cycle if by_period else None,
        during=reader.range(node.get("during")),
        measure=reader.expression(node.get("sum") or node.get("of")),
        order=tuple(each.text for each in words_of(node.get("order"))),
        order_spans=tuple(each.span for each in words_of(node.get("order"))),
        limits=tuple(_limits(node.get("limits"), None if by_period else cycle, reader)),
        source_span=_span(node.get("from")),
        period_span=_span(node.get("period")) if by_period else None,
        during_span=_span(node.get("during")),
        returns=text_of(node.get("returns"), "restate"),
        accounting=text_of(node.get("accounting")),
        settle_by=text_of(node.get("settle_by")),
        tax=text_of(node.get("tax")),
        adds_to=tuple(each.text for each in words_of(node.get("adds_to"))),
        adds_to_spans=tuple(each.span for each in words_of(node.get("adds_to"))),
        on_change=text_of(node.get("on_change")),
        pays_in=text_of(node.get("pays_in")).removeprefix("program"),  # as where nothing is said
        pays_in_span=_span(node.get("pays_in")),
    )
    reader.each_once(words_of(node.get("order")), "under `order`")
    incentive = _with_pay(incentive, node, reader)
    _check_measure(incentive, node, reader)
    return incentive, node


def _span(node: Node | None) -> Span | None:
    return node.span if node is not None else None


def _limits(node: Node | None, cycle: Cycle | None, reader: Reader) -> Iterator[Limit]:
    items = node.items if isinstance(node, Sequence) else ()
    for item in (each for each in items if isinstance(each, Mapping)):
        first = start_of(item)
        at_most = reader.table(item.get("at_most"))
        per, order = words_of(item.get("per")), words_of(item.get("order"))
        reader.each_once(per, "under `per`")
        if at_most is None and item.get("at_most") is not None:
            continue  # a wrong value was reported already
        if at_most is None or not per:
            reader.report(
                meaning.WRONG_KEYS.at(
                    first, "a limit has `at_most` and `per`", help="for example `{at_most: 3_000 USD, per: [seller]}`"
                )
            )
            continue
        yield Limit(
            at_most,
            tuple(_named(cycle) if each.text == "period" and cycle is not None else each.text for each in per),
            first,
            tuple(each.text for each in order),
            tuple(each.span for each in per),
            tuple(each.span for each in order),
        )


def _named(cycle: Cycle) -> str:
    return f"fiscal {cycle[0]}" if cycle[1] else f"{cycle[0]}"


def _with_pay(incentive: Incentive, node: Mapping, reader: Reader) -> Incentive:
    """The incentive with what it pays: one of a rate, an amount and bands."""
    given = [each.key for each in node if each.key.text in PAYS]
    if len(given) != 1:
        what = " and ".join(f"`{each.text}`" for each in given) or "nothing"
        reader.report(
            meaning.WRONG_KEYS.at(
                given[1].span if given else incentive.span,
                f"`{incentive.name}` pays {what}, but an incentive pays exactly one of `rate`, `amount` and `bands`",
                help="for example `rate: 2%`, or `amount: 150 USD` with `per: 1`",
            )
        )
    bands = node.get("bands")
    for entry in (node.entry(key) for key in OF_BANDS):
        if entry is not None and bands is None and given:
            key = entry.key
            reader.report(
                meaning.WRONG_KEYS.at(key.span, f"`{key.text}` goes with `bands`", help=f"remove `{key.text}`")
            )
    items = [each for each in bands if isinstance(each, Mapping)] if isinstance(bands, Sequence) else []
    rows = [_band(each, reader) for each in items]
    beyond = node.entry("beyond")
    if beyond is not None and items and items[-1].get("up_to") is None:
        reader.report(
            meaning.WRONG_KEYS.at(
                beyond.key.span, "`beyond` goes with an `up_to` of the last band", help="remove `beyond`"
            )
        )
    return replace(
        incentive,
        rate=reader.table(node.get("rate")),
        amount=reader.table(node.get("amount")),
        per=_per(incentive, node, reader),
        method=Method(text_of(node.get("method"), Method.MARGINAL.value)),
        bands=tuple(each for each in rows if each is not None),
        beyond_nothing=beyond is not None,
    )


def _per(incentive: Incentive, node: Mapping, reader: Reader) -> Expression | Table | None:
    """For how much of the measure an amount is paid; None for one that is paid once."""
    entry = node.entry("per")
    if entry is None:
        # programs paid for every one of `of` before `per` had to say so
        of = node.get("of")
        return Number(Decimal(1), of.span) if of is not None and node.get("amount") is not None else None
    if node.get("amount") is None and any(node.get(each) is not None for each in PAYS):
        reader.report(meaning.WRONG_KEYS.at(entry.value.span, "`per` goes with `amount`", help="remove `per`"))
        return None
    per = reader.table(entry.value)
    if per is None:
        return None
    if per.single is not None:
        return per.single if _is_unit(per, reader) else None
    if incentive.pays_by_row and per.by in ((CURRENCY,), (f"{incentive.source}.{CURRENCY}",)) and per.choices:
        return per if all(_is_unit(each.value, reader) for each in per.choices) else None
    help = f"{UNIT_CURE}; with `pays_in: row` one for each currency, in a table by `currency`"
    reader.report(meaning.WRONG_KEYS.at(entry.value.span, NO_UNIT, help=help))
    return None


NO_UNIT = "`per` is a number or an amount"
UNIT_CURE = "write `per: 1`, or `per: 1_000 USD` of an amount"


def _is_unit(per: Table, reader: Reader) -> bool:
    """Whether an amount can be paid for so much; otherwise that it cannot is reported."""
    if not isinstance(per.single, Number | Money):
        reader.report(meaning.WRONG_KEYS.at(per.span, NO_UNIT, help=UNIT_CURE))
        return False
    if per.single.value <= 0:
        message = f"an amount for every {per.single.value:f} units is not possible"
        reader.report(meaning.WRONG_KEYS.at(per.span, message, help="write 1 or more"))
        return False
    return True


def _check_measure(incentive: Incentive, node: Mapping, reader: Reader) -> None:
    """A period has a sum; a record has a measure of its own, unless an amount is paid once."""
    of, sum = node.entry("of"), node.entry("sum")
    wrong = of if incentive.period is not None else sum
    if wrong is not None:
        good, grain = ("sum", "a period") if incentive.period is not None else ("of", "a record")
        reader.report(
            meaning.WRONG_KEYS.at(
                wrong.key.span,
                f"`{incentive.name}` earns for {grain}, so `{wrong.key.text}` cannot be used",
                help=f"write `{good}`" + ("" if incentive.period is not None else ", or add `period: quarter`"),
            )
        )
        return
    once = incentive.is_once and incentive.period is None
    paid = incentive.rate is not None or incentive.amount is not None or incentive.bands
    if of is None and sum is None and paid and not once:
        good = "sum" if incentive.period is not None else "of"
        reader.report(
            meaning.WRONG_KEYS.at(
                incentive.span,
                f"`{incentive.name}` does not say what it measures",
                help=f"add `{good}`, for example `{good}: amount`",
            )
        )


def _written(value: Table | None, other: str) -> str:
    """A value as it is written, if it is a single one."""
    return render_expression(value.single) if value is not None and value.single is not None else other


def _band(node: Mapping, reader: Reader) -> BandRow | None:
    start = reader.table(node.get("from"))
    rate, amount = reader.table(node.get("rate")), reader.table(node.get("amount"))
    if {"rate", "amount"} & {each.key.text for each in node} and rate is amount is None:
        return None  # a wrong value was reported already
    if (rate is None) == (amount is None):
        cure = "remove one of the two" if rate is not None else "add one of the two"
        cure = f"{cure}, as in `{{from: {_written(start, '..')}, rate: {_written(rate, '1%')}}}`"
        reader.report(meaning.WRONG_KEYS.at(start_of(node), "a band has either `rate` or `amount`", help=cure))
        return None
    return BandRow(start, start.span, rate, amount, reader.table(node.get("up_to"))) if start else None
