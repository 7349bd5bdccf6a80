"""What incentives earn, said plainly in the order of their course: rows, measure, judged, pay, rounding, limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from engine.calendar import Period, cycle_of
from engine.language.program import Incentive, Limit
from engine.plan.scalar import Value
from engine.rounding import round_decimal
from engine.types import Mode
from tests.properties.naive_expressions import Look, Naive, all_hold, every, exact
from tests.properties.naive_judging import Judge, NotGranted
from tests.properties.naive_partner import World
from tests.properties.naive_pay import paid
from tests.properties.naive_rows import Record, field_of, measured, records_of

Paid = tuple[Value, ...]


@dataclass(frozen=True)
class Due:
    """An earning: who, for what, how much in whole minor units.

    `amount` is None where it cannot be decided. `caps` are what its limits allow, as read on its own day; `fields` is
    what limits and their orders name.
    """

    partner: str
    earner: Value
    period: str | None
    source: Value
    day: date
    gate: bool | None
    amount: Fraction | None
    caps: tuple[Naive, ...]
    fields: Mapping[str, Value]
    currency: str = ""  # the program's where nothing is said


def earnings_of(world: World, incentive: Incentive, judge: Judge | None = None) -> set[Paid]:
    """(partner, earner, period, source, currency, amount) of everything that is owed, taken back or undecided."""
    found: set[Paid] = set()
    for each in dues_of(world, incentive, judge):
        amount = None if each.amount is None else round_decimal(each.amount, _scale(world, each), Mode.DOWN)
        if amount != 0:
            currency = each.currency or world.program.currency
            found.add((each.partner, each.earner, each.period, each.source, currency, amount))
    return found


def _scale(world: World, due: Due) -> int:
    """The digits of what is paid."""
    return {"": world.program.scale, "JPY": 0, "KWD": 3}.get(due.currency, 2)


def dues_of(world: World, incentive: Incentive, judge: Judge | None = None) -> list[Due]:
    """Every earning at the end of the course, those of nothing too."""
    judge = judge or Judge(world)
    of = _of_records if incentive.period is None else _of_periods
    found = [_open(world, incentive, each) for each in of(world, incentive, judge)]
    for place, limit in enumerate(incentive.limits):
        found = _limited(world, incentive, limit, place, found)
    return found


def _span(world: World, incentive: Incentive) -> tuple[date, date]:
    start, before = world.program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, min(before, world.as_of + timedelta(days=1))


def _of_records(world: World, incentive: Incentive, judge: Judge) -> Iterator[Due]:
    """Each record by itself, judged on its own day."""
    table, (start, before) = world.table(incentive.source), _span(world, incentive)
    for each in records_of(world, incentive):
        if not start <= each.day < before:
            continue
        row = world.row_look(table, each.row, each.partner, world.as_of, each.fields)
        counts = every((each.counts, all_hold(incentive.where, row, {})))
        if counts is False:
            continue
        of_row = incentive.pays_in == "row"
        read = world.row_look(table, each.row, each.partner, world.as_of, each.fields, kept=of_row)
        measure = None if incentive.measure is None else measured(world, incentive, each, read)
        earner = each.row["seller_id"] if incentive.payee == "seller" else each.partner
        gates = [counts, judge.eligible(incentive, each.partner, each.day), None if earner is None else True]
        look = judge.of_row(incentive, each.row, each.fields, each.partner, each.day)
        fields = {**each.fields, "partner": each.partner}
        due = Due(each.partner, earner, None, each.key, each.day, every(gates), None, (), fields)
        due = replace(due, currency=str(each.row["currency"])) if of_row else due
        yield _judged(world, incentive, due, measure, judge, look)


def _of_periods(world: World, incentive: Incentive, judge: Judge) -> Iterator[Due]:
    """Each complete period of each partner, judged on its last day."""
    start, before = _span(world, incentive)
    records = records_of(world, incentive)
    for period in _periods(world, incentive, start, before):
        first, end = max(start, period.start), min(before, period.before)
        inside = [each for each in records if first <= each.day < end]
        day = min(period.last_day, world.program.effective[1] - timedelta(days=1))
        for partner in world.partners:
            own = [each for each in inside if each.partner == partner]
            gate = judge.eligible(incentive, partner, day)
            due = Due(partner, partner, period.name, None, day, gate, None, (), {"partner": partner})
            if incentive.pays_in != "row":
                measure = _sum(world, incentive, partner, own, day)
                yield _judged(world, incentive, due, measure, judge, judge.of_partner(partner, day))
                continue
            for code in sorted({str(each.row["currency"]) for each in own}):
                yield from _of_currency(world, incentive, replace(due, currency=code), own, judge)


def _of_currency(world: World, incentive: Incentive, due: Due, own: list[Record], judge: Judge) -> Iterator[Due]:
    """What the records of one currency earn, if one of them counts or may count."""
    those = [each for each in own if each.row["currency"] == due.currency]
    counts = [each for each in (_counts(world, incentive, due.partner, one) for one in those) if each is not False]
    if not counts:
        return
    measure = _sum(world, incentive, due.partner, those, due.day)
    sure = True if True in counts or not incentive.is_once else None
    of_partner = judge.of_partner(due.partner, due.day)

    def look(name: str) -> Naive:
        return due.currency if name in ("currency", f"{incentive.source}.currency") else of_partner(name)

    def found(name: str) -> Naive:
        for parameter in world.program.parameters:
            if parameter.name == name:
                return world.parameter(parameter, found, due.day)
        return look(name)

    yield _judged(world, incentive, replace(due, gate=every([due.gate, sure])), measure, judge, found)


def _counts(world: World, incentive: Incentive, partner: str, record: Record) -> bool | None:
    """Whether a record is one that counts."""
    table, conversion = world.table(incentive.source), world.program.conversion
    rated = _last_of(world, incentive, record) if conversion is not None and conversion.as_at == "period end" else None
    look = world.row_look(table, record.row, partner, world.as_of, record.fields, rated=rated)
    return all_hold(incentive.where, look, {})


def _last_of(world: World, incentive: Incentive, record: Record) -> date:
    """The last day of the period that a record is in."""
    assert incentive.period is not None
    last = world.program.calendar.period_of(record.day, *incentive.period).last_day
    return min(last, world.program.effective[1] - timedelta(days=1))


def _periods(world: World, incentive: Incentive, start: date, before: date) -> Iterator[Period]:
    if incentive.period is not None and start < before:
        for period in world.program.calendar.periods(start, before, *incentive.period):
            if period.last_day <= world.as_of:
                yield period


def _sum(world: World, incentive: Incentive, partner: str, records: Iterable[Record], end: date) -> Fraction | None:
    """What the records of a period add up to; missing where one cannot be decided."""
    total, table, conversion = Fraction(0), world.table(incentive.source), world.program.conversion
    rated = end if conversion is not None and conversion.as_at == "period end" else None
    assert incentive.measure is not None
    for each in records:
        look = world.row_look(table, each.row, partner, world.as_of, each.fields, rated=rated)
        kept = world.row_look(table, each.row, partner, world.as_of, each.fields, kept=incentive.pays_in == "row")
        of = kept if incentive.pays_in == "row" else look
        passes, value = all_hold(incentive.where, look, {}), measured(world, incentive, each, of, rated)
        if passes is False:
            continue
        if passes is None or not isinstance(value, Fraction):
            return None
        total += value
    return total


def _judged(world: World, incentive: Incentive, due: Due, measure: Naive, judge: Judge, look: Look) -> Due:
    """With what is paid, rounded right away, and what its limits allow. Of a benefit not granted nothing is paid."""
    gate, amount, caps = due.gate, None, list[Naive]()
    try:
        amount = paid(judge, incentive, measure, look)
    except NotGranted:
        gate = False
    for limit in incentive.limits:
        try:
            caps.append(judge.read(limit.at_most, look))
        except NotGranted:
            caps.append(Fraction(0))  # nothing is left of what is not granted
    if gate is False:
        amount = Fraction(0)
    elif gate is None or amount is None:
        amount = None
    else:
        amount = Fraction(round_decimal(amount, _scale(world, due), world.program.rounding))
    return replace(due, gate=gate, amount=amount, caps=tuple(caps))


def _open(world: World, incentive: Incentive, due: Due) -> Due:
    """Undecided where any limit of what is earned is not known, or whose it is: it takes no room in the others."""
    words = [word for limit in incentive.limits for word in limit.per]
    known = None not in [_whose(world, incentive, word, due) for word in words] and None not in due.caps
    return due if known or not due.amount else replace(due, amount=None)


def _limited(world: World, incentive: Incentive, limit: Limit, place: int, found: list[Due]) -> list[Due]:
    """Each takes what is left in its partition, in order; what is undecided takes nothing."""
    used: dict[tuple[Value, ...], Fraction] = defaultdict(Fraction)
    order, done = limit.order or incentive.order, list[Due]()
    for each in sorted(found, key=lambda each: _place(order, each)):
        part = (*(_whose(world, incentive, word, each) for word in limit.per), each.currency)
        cap = each.caps[place]
        if not each.amount:  # what is undecided takes nothing, and nothing asks for nothing
            done.append(each)
        else:
            assert isinstance(cap, Fraction)
            taken = each.amount
            if taken > 0:  # parts of a minor unit are no room
                room = Fraction(round_decimal(cap, _scale(world, each), Mode.DOWN)) - used[part]
                taken = min(taken, max(room, Fraction(0)))
            used[part] += taken
            done.append(replace(each, amount=taken))
    return done


def _whose(world: World, incentive: Incentive, word: str, due: Due) -> Value:
    """What a word of a limit stands for: the period, the time its day is in, whose record it is."""
    cycle = cycle_of(word)
    if cycle is not None:
        return world.program.calendar.period_of(due.day, *cycle).name
    if word == "period":
        return due.period
    return due.partner if word == "partner" else due.fields[field_of(word, world.table(incentive.source))]


def _place(order: Iterable[str], due: Due) -> tuple[object, ...]:
    """Where it stands: by the order given, the day, the key; missing comes last."""
    own = [exact(due.fields[word]) for word in order]
    return (*((value is None, value) for value in own), due.day, str(due.source), due.partner)
