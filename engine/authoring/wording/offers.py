"""What a partner gets: benefits, and incentives with their bands, limits and days."""

from __future__ import annotations

from engine.authoring.wording.conditions import say_requirements
from engine.authoring.wording.expressions import Stated, find_field, say_field, say_value, state_value
from engine.authoring.wording.metrics import say_rows
from engine.authoring.wording.nouns import singular
from engine.authoring.wording.tables import say_table
from engine.authoring.wording.values import joined, say_range
from engine.authoring.wording.voice import Naming, Voice, plain_words, say_choice
from engine.authoring.wording.windows import say_unit
from engine.calendar import cycle_of
from engine.language import syntax
from engine.language.program import BandRow, Benefit, Incentive, Limit, Table
from engine.types import Kind, Method

RETURNS = {
    "restate": "a return reduces the sale it belongs to, on the day of that sale",
    "current_period": "a return counts on its own day",
}


def say_benefit(benefit: Benefit, voice: Voice) -> str:
    """What a benefit grants and to whom: `5% for registered, 10% for silver, each fiscal year, with growth of ...`."""
    parts = [say_table(benefit.table, voice) if benefit.table is not None else "granted"]
    if benefit.per:
        parts.append(f"by itself for each {joined([say_choice(each, voice) for each in benefit.per])}")
    if benefit.every:
        parts.append(f"each {benefit.every}")
    if benefit.when:
        parts.append(f"with {say_requirements(benefit.when, voice)}")
    return ", ".join(parts)


def say_bands(incentive: Incentive, voice: Voice) -> str:
    """What the bands pay: `1% of what lies below 100,000 USD, 2% of what lies from there to 500,000 USD, ...`."""
    bands = incentive.bands
    if not bands:
        return ""
    rows = voice.of_rows(incentive.source)
    said = [_band(place, bands, incentive.method, rows) for place in range(len(bands))]
    whole = "on the whole measure: " if incentive.method is Method.WHOLE and len(bands) > 1 else ""
    beyond = say_beyond(incentive, voice)
    return whole + joined(said) + (f", and {beyond}" if beyond else "")


def say_beyond(incentive: Incentive, voice: Voice) -> str:
    """What the bands pay from the end of the last one on; "" where it has no end."""
    end = incentive.bands[-1].up_to if incentive.bands else None
    if end is None:
        return ""
    nothing = "nothing more" if incentive.method is Method.MARGINAL else "nothing at all"
    return f"{nothing} from {say_edge(end, voice.of_rows(incentive.source))} on"


def _band(place: int, bands: tuple[BandRow, ...], method: Method, voice: Voice) -> str:
    band = bands[place]
    start, end = say_edge(band.start, voice), say_end(place, bands, voice)
    paid = state_value(band.paid, voice, "a rate" if band.rate is not None else "an amount") if band.paid else NO_PAY
    if method is Method.WHOLE:
        part = _reach(place, start, end)
    elif band.rate is not None:
        part = f"of {_inside(place, start, end)}"
    else:
        part = f"spread evenly over {_inside(place, start, end)}" if end else f"once {start} is reached"
    # where the edges vary as well, each says by itself for whom
    return f"{paid.about()} {part}" if paid.varies and "(" in part else paid.about(part)


NO_PAY = Stated("nothing")


def say_edge(edge: Table, voice: Voice) -> str:
    """Where a band begins or ends."""
    return state_value(edge, voice, "a threshold").about()


def say_end(place: int, bands: tuple[BandRow, ...], voice: Voice) -> str:
    """Where a band ends: where the next one begins; "" for one without end."""
    end = bands[place + 1].start if place + 1 < len(bands) else bands[place].up_to
    return say_edge(end, voice) if end is not None else ""


def _inside(place: int, start: str, end: str) -> str:
    if not end:
        return f"what lies above {start}" if place else "everything"
    return f"what lies from there to {end}" if place else f"what lies below {end}"


def _reach(place: int, start: str, end: str) -> str:
    if place == 0:
        return f"below {end}" if end else ""
    return f"from {start} to below {end}" if end else f"from {start} on"


def say_paid(incentive: Incentive, voice: Voice) -> str:
    """What an incentive pays for what it measures, in one phrase."""
    rows = voice.of_rows(incentive.source)
    if incentive.bands:
        return say_bands(incentive, voice)
    if incentive.rate is not None:
        return state_value(incentive.rate, rows, "a rate").across(f"of {say_unit_of(incentive, voice)}")
    if incentive.amount is None:
        return NO_PAY.value
    return state_value(incentive.amount, rows, "an amount").across(say_every(incentive, voice))


def say_unit_of(incentive: Incentive, voice: Voice) -> str:
    """The measure, as it follows `of`; a computed one is in brackets."""
    if incentive.measure is None:
        return f"the {say_record(incentive, voice)}"
    said = say_value(incentive.measure, voice.of_rows(incentive.source))
    return f"({said})" if isinstance(incentive.measure, syntax.Arithmetic | syntax.Negative) else said


def say_every(incentive: Incentive, voice: Voice) -> str:
    """How often an amount is paid: `for each sale`, `for every full 1,000 USD of amount`."""
    if incentive.per is None and incentive.first and incentive.period is None:
        return f"for {say_firsts(incentive, voice)}"
    if incentive.per is None:
        return say_period(incentive, voice, "for ")
    measured = say_unit_of(incentive, voice)
    if not isinstance(incentive.per, syntax.Number) or incentive.per.value != 1:
        per = incentive.per if isinstance(incentive.per, Table) else Table(incentive.per.span, single=incentive.per)
        return f"for every full {state_value(per, voice.of_rows(incentive.source), 'an amount').about()} of {measured}"
    return f"for every {'' if _is_whole(incentive, voice) else 'full '}unit of {measured}"


def _is_whole(incentive: Incentive, voice: Voice) -> bool:
    """Whether what is measured has no parts of a unit."""
    measure = incentive.measure
    found = find_field(measure.text, voice.of_rows(incentive.source)) if isinstance(measure, syntax.Name) else None
    return found is not None and found.type.kind is Kind.INTEGER


def say_measured(incentive: Incentive, voice: Voice) -> str:
    """What an incentive is paid on: `amount of sales where product line is network`."""
    rows, records = voice.of_rows(incentive.source), say_rows(incentive.source, voice)
    if incentive.is_once and incentive.period is not None:  # the amount is paid whatever was measured
        return f"{say_period(incentive, voice)}, whatever its {records} come to"
    value = f"{say_value(incentive.measure, rows)} of " if incentive.measure is not None else ""
    where = f" where {say_requirements(incentive.where, rows)}" if incentive.where else ""
    return f"{value}{records}{where}"


def say_record(incentive: Incentive, voice: Voice) -> str:
    """One of the records: `sale`, to an author `record`."""
    return "record" if voice.naming is Naming.CODE else singular(plain_words(incentive.source))


def say_first(incentive: Incentive, voice: Voice) -> str:
    """That of several records only the first counts; "" where all do."""
    if not incentive.first:
        return ""
    among = "the partner" if "partner" in incentive.first else "all partners"
    return f"only {say_firsts(incentive, voice)} counts, of {among}"


def say_firsts(incentive: Incentive, voice: Voice) -> str:
    """Which of the records count: `the first sale of each customer`."""
    rows = voice.of_rows(incentive.source)
    whose = joined([_side(each, rows) for each in incentive.first if each != "partner"])
    return f"the first {say_record(incentive, voice)}{f' of each {whose}' if whose else ''}"


def say_period(incentive: Incentive, voice: Voice, before: str = "") -> str:
    """What one earning is for: `each fiscal quarter`, or `for each sale`; `before` precedes a period."""
    if incentive.period is None:
        return f"for each {say_record(incentive, voice)}"
    return f"{before}each {say_unit(*incentive.period)}"


def say_during(incentive: Incentive, voice: Voice) -> str:
    """The days whose records can earn."""
    start, before = incentive.during or voice.program.effective
    return say_range(max(start, voice.program.effective[0]), min(before, voice.program.effective[1]))


def say_limit(limit: Limit, incentive: Incentive, voice: Voice) -> str:
    """One limit: `at most 75,000 USD per partner and fiscal quarter`."""
    rows = voice.of_rows(incentive.source)
    per = joined([_limited_by(each, incentive, rows) for each in limit.per])
    said = state_value(limit.at_most, rows, "an amount").across(f"per {per}")
    own = limit.order if limit.order != order_of(incentive) else ()
    return f"at most {said}{f', {_in_order(own, rows)}' if own else ''}"


def _limited_by(word: str, incentive: Incentive, rows: Voice) -> str:
    """A word under a limit's `per`: a payee, a field, or a period."""
    cycle = incentive.period if word == "period" else cycle_of(word)
    if cycle is None:
        return _side(word, rows)
    unit, fiscal = cycle
    # without a fiscal calendar there is one kind of quarter
    return say_unit(unit, fiscal) if fiscal or rows.program.calendar_declared else f"{unit}"


def _side(word: str, rows: Voice) -> str:
    return word if word in SIDES or word == "period" else say_field(word, rows)


def order_of(incentive: Incentive) -> tuple[str, ...]:
    """The order in which records are taken, where it is one: the incentive's, or that of all its limits."""
    orders = {each.order for each in incentive.limits}
    return incentive.order or (next(iter(orders)) if len(orders) == 1 else ())


def say_order(incentive: Incentive, voice: Voice) -> str:
    """Who comes first; "" where nothing is said, or where no record takes anything from another."""
    order = order_of(incentive)
    shared = incentive.limits or incentive.first
    return _in_order(order, voice.of_rows(incentive.source)) if order and shared else ""


def _in_order(order: tuple[str, ...], rows: Voice) -> str:
    return f"first come, first served: by {', then by '.join(_ordered(each, rows) for each in order)}"


def _ordered(name: str, rows: Voice) -> str:
    """What comes first: `recorded_on` is the day recorded."""
    if rows.naming is Naming.CODE or not name.endswith("_on"):
        return say_field(name, rows)
    return f"the day {plain_words(name.removesuffix('_on'))}"


SIDES = ("partner", "seller", "customer")


def say_limits(incentive: Incentive, voice: Voice) -> str:
    """All limits in one phrase; "" without one."""
    return joined([say_limit(each, incentive, voice) for each in incentive.limits])


def say_incentive(incentive: Incentive, voice: Voice) -> tuple[str, ...]:
    """An incentive phrase by phrase: what it pays, on what, when, to whom, with which limits."""
    eligible = f"eligible: {say_requirements(incentive.eligible, voice)}" if incentive.eligible else ""
    return tuple(
        each
        for each in (
            say_paid(incentive, voice),
            f"{'' if incentive.is_once and incentive.period else 'on '}{say_measured(incentive, voice)}",
            say_first(incentive, voice),
            "" if incentive.is_once else say_period(incentive, voice),
            say_during(incentive, voice),
            eligible,
            say_limits(incentive, voice),
            say_order(incentive, voice),
            f"paid to the {incentive.payee}{_say_currency(incentive)}",
            say_returns(incentive, voice),
        )
        if each
    )


def _say_currency(incentive: Incentive) -> str:
    """In which currency it pays; "" in the program's."""
    if not incentive.pays_by_row:
        return ""
    apart = ", with those of each currency apart" if incentive.period is not None else ""
    return f" in the currency of the record{apart}"


def say_returns(incentive: Incentive, voice: Voice) -> str:
    """What a return does; "" for records that cannot be returned, and where it changes nothing."""
    table = voice.program.records.table(incentive.source)
    if table is None or table.field("returns_id") is None or (incentive.is_once and incentive.period is not None):
        return ""
    record = say_record(incentive, voice)
    if incentive.returns != "restate":
        said = RETURNS.get(incentive.returns, "")
        return f"a return does not cancel a {record}" if incentive.is_once or incentive.first else said
    whole = f"a {record} that was returned completely does not count"
    if incentive.is_once:
        return whole
    return f"{RETURNS['restate']}; {whole}" if incentive.first else RETURNS["restate"]
