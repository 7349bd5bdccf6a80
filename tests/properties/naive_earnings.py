"""Rebates and SPIFFs, said plainly: rows, returns, periods, bands, limits, rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.calendar import Period
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Incentive, Limit
from engine.plan.scalar import Value
from engine.rounding import round_decimal
from engine.types import Method
from tests.properties.naive_expressions import Look, all_hold, every, exact, value_of
from tests.properties.naive_partner import Row, World
from tests.properties.naive_status import status_of

Paid = tuple[Value, ...]
FIELDS = {"partner": "partner_id", "seller": "seller_id", "customer": "customer_id"}


@dataclass(frozen=True)
class Due:
    """An earning: who, for what, how much; `amount` is None where it cannot be decided."""

    partner: str
    earner: Value
    period: str | None
    source: Value
    day: date
    amount: Fraction | None
    fields: Mapping[str, Value]


def earnings_of(world: World, incentive: Incentive) -> set[Paid]:
    """(partner, earner, period, source, amount) of everything that is owed, taken back or undecided."""
    found = list(_rebates(world, incentive) if incentive.kind == "rebate" else _spiffs(world, incentive))
    for limit in incentive.limits:
        found = _limited(world, incentive, limit, found)
    program = world.program
    paid: set[Paid] = set()
    for each in found:
        amount = None if each.amount is None else round_decimal(each.amount, program.scale, program.rounding)
        if amount != 0:
            paid.add((each.partner, each.earner, each.period, each.source, amount))
    return paid


def _span(world: World, incentive: Incentive) -> tuple[date, date]:
    start, before = world.program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    return start, min(before, world.as_of + timedelta(days=1))


def _periods(world: World, incentive: Incentive) -> tuple[Period, ...]:
    start, before = _span(world, incentive)
    if incentive.period is None or start >= before:
        return ()
    return world.program.calendar.periods(start, before, *incentive.period)


def _rows(world: World, incentive: Incentive) -> Iterator[tuple[Row, dict[str, Value]]]:
    """The rows to pay on, with what their fields are net of returns."""
    table = world.table(incentive.source)
    rows = world.records.get(incentive.source, ())
    if incentive.returns != "restate" or table.field("returns_id") is None:
        yield from ((row, {}) for row in rows)
        return
    named = {each.text for each in names_in(incentive)}
    fields = [each.name for each in table.stored if each.name in named and each.type.is_numeric]
    for row in rows:
        if row["returns_id"] is not None:
            continue
        back = [
            each for each in rows if each["returns_id"] == row[table.key[0]] and _day(each, table.date) <= world.as_of
        ]
        yield row, {name: _net(row[name], [each[name] for each in back]) for name in fields}


def _net(value: Value, returned: Iterable[Value]) -> Value:
    total: Decimal | int = 0
    for each in (value, *returned):
        if each is None:
            return None
        assert isinstance(each, Decimal | int)
        total += each
    return total


def _day(row: Row, name: str) -> date:
    day = row[name]
    assert isinstance(day, date)
    return day


def _eligible(world: World, incentive: Incentive, partner: str, day: date) -> bool | None:
    if not incentive.eligible:
        return True
    tier = status_of(world, partner, day).held if world.program.ladder.tiers else None
    return world.holds(incentive.eligible, partner, day, tier)


def _rebates(world: World, incentive: Incentive) -> Iterator[Due]:
    start, before = _span(world, incentive)
    table, rows = world.table(incentive.source), list(_rows(world, incentive))
    for period in _periods(world, incentive):
        if period.last_day > world.as_of:
            continue
        for partner in world.partners:
            first, end = max(start, period.start), min(before, period.before)
            mine = [each for each in rows if each[0][table.partner] == partner]
            inside = [each for each in mine if first <= _day(each[0], table.date) < end]
            eligible = _eligible(world, incentive, partner, period.last_day)
            measure = _measure(world, incentive, partner, inside)
            earned = None if eligible is None or measure is None else banded(world, incentive, measure)
            amount = Fraction(0) if eligible is False else earned
            yield Due(partner, partner, period.name, None, period.last_day, amount, {"partner_id": partner})


def _measure(
    world: World, incentive: Incentive, partner: str, rows: Iterable[tuple[Row, dict[str, Value]]]
) -> Fraction | None:
    total = Fraction(0)
    assert incentive.measure is not None
    for row, net in rows:
        look = world.row_look(world.table(incentive.source), row, partner, world.as_of, net)
        passes = all_hold(incentive.where, look, {})
        value = value_of(incentive.measure, look, {})
        if passes is False:
            continue
        if passes is None or not isinstance(value, Fraction):
            return None
        total += value
    return total


def _plain(world: World, expression: syntax.Expression) -> Fraction:
    value = value_of(expression, world.look(next(iter(world.partners)), world.as_of), {})
    assert isinstance(value, Fraction)
    return value


def banded(world: World, incentive: Incentive, measure: Fraction) -> Fraction:
    """What the bands pay for a measure."""
    bands = incentive.bands
    starts = [_plain(world, each.start) for each in bands]
    last = bands[-1].up_to
    ends = [*starts[1:], None if last is None else _plain(world, last)]
    total, divided = Fraction(0), False
    for band, start, end in zip(bands, starts, ends, strict=True):
        paid = _plain(world, band.rate or band.amount or syntax.Number(Decimal(0), band.span))
        whole = incentive.method is Method.WHOLE
        divided = divided or (not whole and band.amount is not None and end is not None)
        if measure < start or (whole and end is not None and measure >= end):
            continue
        inside = measure if whole else (measure if end is None else min(measure, end)) - start
        if band.rate is not None:
            total += paid * inside
        elif whole or end is None:
            total += paid
        else:
            total += paid * inside / (end - start)
    # thirds of a cent are rounded before limits are walked
    return Fraction(round_decimal(total, world.program.scale, world.program.rounding)) if divided else total


def _spiffs(world: World, incentive: Incentive) -> Iterator[Due]:
    table, (start, before) = world.table(incentive.source), _span(world, incentive)
    for row, net in _rows(world, incentive):
        day, partner = _day(row, table.date), str(row[table.partner])
        if not start <= day < before:
            continue
        look = world.row_look(table, row, partner, world.as_of, net)
        seller = row.get("seller_id") if incentive.payee == "seller" else partner
        known = None if seller is None else True
        gate = every((all_hold(incentive.where, look, {}), _eligible(world, incentive, partner, day), known))
        period = next((each.name for each in _periods(world, incentive) if day in each), None)
        amount = _per_row(incentive, look) if gate else Fraction(0) if gate is False else None
        yield Due(partner, seller, period, row[table.key[0]], day, amount, {**row, **net})


def _per_row(incentive: Incentive, look: Look) -> Fraction | None:
    """An amount for every full number of units, or a rate of them."""
    paid, of = incentive.amount or incentive.rate, incentive.of
    assert paid is not None and of is not None
    each, units = value_of(paid, look, {}), value_of(of, look, {})
    if each is None or units is None:
        return None
    assert isinstance(each, Fraction) and isinstance(units, Fraction)
    return each * (int(units / Fraction(incentive.per)) if incentive.amount else units)


def _limited(world: World, incentive: Incentive, limit: Limit, found: list[Due]) -> list[Due]:
    """Each takes what is left in its partition, in order; what is undecided takes nothing."""
    most, single = _plain(world, limit.at_most), world.table(incentive.source).key[0] in limit.per
    left: dict[tuple[Value, ...], Fraction] = defaultdict(lambda: most)
    done: list[Due] = []
    for each in sorted(found, key=lambda each: _place(limit, each)):
        part = tuple(each.period if word == "period" else each.fields[FIELDS.get(word, word)] for word in limit.per)
        if each.amount and (single or None not in part):
            taken = min(each.amount, left[part])
            left[part] -= taken
            done.append(replace(each, amount=taken))
        else:  # what earns nothing needs no room; whose room the rest would take is not known
            done.append(replace(each, amount=each.amount if each.amount == 0 else None))
    return done


def _place(limit: Limit, due: Due) -> tuple[object, ...]:
    """Where it stands in the order: by the limit's own, the day, the key; missing comes last."""
    own = [exact(due.fields[word]) for word in limit.order]
    return (*((value is None, value) for value in own), due.day, str(due.source), due.partner)
