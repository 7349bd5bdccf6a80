"""The rows of an incentive, said plainly: less what was returned, those that are sales, the first of each customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.calendar import Cycle, Unit
from engine.language.names import names_in
from engine.language.program import Incentive, Limit
from engine.language.records import RecordTable
from engine.plan.scalar import Value
from tests.properties.naive_expressions import Look, Naive, exact, value_of
from tests.properties.naive_partner import Row, World

FIELDS = {"seller": "seller_id", "customer": "customer_id"}


@dataclass(frozen=True)
class Record:
    """A row to pay on. `fields` are its values less what was returned; `counts` whether it is one, or may be."""

    row: Row
    fields: Mapping[str, Value]
    day: date
    partner: str
    key: Value
    counts: bool | None = True
    back: tuple[Row, ...] = ()


def field_of(word: str, table: RecordTable) -> str:
    """The field that a word such as `seller` stands for."""
    return table.partner if word == "partner" else FIELDS.get(word, word)


def records_of(world: World, incentive: Incentive) -> list[Record]:
    """All rows, also of days that are not paid for."""
    table = world.table(incentive.source)
    rows = world.records.get(incentive.source, ())
    timely = [row for row in rows if world.in_time(table, row, _closing(world, incentive, row[table.date]))]
    restated = incentive.returns == "restate" and table.field("returns_id") is not None
    if not restated:
        found = [_record(table, row, row) for row in timely]
        kept = [each for each in found if not (_once(incentive) and _is_no_sale(each))]
    else:
        kept = []
        for row in timely:
            if row["returns_id"] is None:
                last = _closing(world, incentive, row[table.date])
                made = [each for each in rows if _returns(each, row[table.key[0]], table, world.as_of)]
                back = [each for each in made if world.in_time(table, each, last, "returns")]
                record = _record(table, row, {**row, **_net(table, row, back), **_formulas(world, table, row, back)})
                record = replace(record, back=tuple(back))
                if not (_once(incentive) and (_is_no_sale(record) or _given_back(table, record, back))):
                    kept.append(record)
    return list(_firsts(incentive, table, kept)) if incentive.first else kept


def _closing(world: World, incentive: Incentive, day: Value) -> date:
    """The last day of the period that a record is in, or its own; of another day than the version's, its first.

    Records that share a limit in another order than by day are closed with the last day of the limit's time.
    """
    start, before = world.program.effective
    assert isinstance(day, date)
    if not start <= day < before:
        return start
    calendar, table = world.program.calendar, world.table(incentive.source)
    if incentive.period:
        return calendar.period_of(day, *incentive.period).last_day
    times = [_of_limit(each.per) for each in incentive.limits if _out_of_turn(each, incentive, table)]
    one = times[0] if times and all(each == times[0] for each in times) else None
    if one is not None:
        return calendar.period_of(day, *one).last_day
    until = min(before, incentive.during[1]) if incentive.during else before
    return max(day, until - timedelta(days=1)) if times else day


def _of_limit(words: Iterable[str]) -> Cycle | None:
    """The calendar time that a limit runs over, if it has one."""
    times = {f"{word}{each}": (each, bool(word)) for word in ("", "fiscal ") for each in Unit}
    return next((times[word] for word in words if word in times), None)


def _out_of_turn(limit: Limit, incentive: Incentive, table: RecordTable) -> bool:
    """Whether a record may take from a limit before another of an earlier day."""
    first = (*(limit.order or incentive.order), table.date)[0]
    return first != table.date and not {field_of(each, table) for each in limit.per} & {table.date, *table.key}


def _once(incentive: Incentive) -> bool:
    """Whether records are counted, and not only measured."""
    return bool(incentive.first) or incentive.is_once


def _record(table: RecordTable, row: Row, fields: Mapping[str, Value]) -> Record:
    day = row[table.date]
    assert isinstance(day, date)
    return Record(row, fields, day, str(row[table.partner]), row[table.key[0]])


def _is_no_sale(record: Record) -> bool:
    return record.row.get("entry", "sale") != "sale"


def _returns(row: Row, key: Value, table: RecordTable, as_of: date) -> bool:
    day = row[table.date]
    assert isinstance(day, date)
    return row["returns_id"] == key and day <= as_of


def _net(table: RecordTable, row: Row, back: Iterable[Row]) -> dict[str, Value]:
    """Every number less what came back of it; missing where any of them is."""
    found: dict[str, Value] = {}
    for each in table.stored:
        if each.type.is_numeric:
            values = [row[each.name], *(other[each.name] for other in back)]
            found[each.name] = None if None in values else sum(values)  # type: ignore[arg-type]  # numbers
    return found


def _formulas(world: World, table: RecordTable, row: Row, back: Iterable[Row]) -> dict[str, Value]:
    """What formulas give for the sale, and in all for it and its returns, where they give numbers that are no ratio."""
    found: dict[str, Value] = {}
    for each in table.formulas:
        if each.name == "each_one":  # a ratio is computed of what is left
            continue
        values = [world.row_look(table, one, str(one[table.partner]), world.as_of)(each.name) for one in (row, *back)]
        if each.type.is_numeric:
            found[each.name] = None if None in values else sum(values)  # type: ignore[arg-type]  # numbers
        else:
            found[each.name] = values[0]  # type: ignore[assignment]  # a text, day or truth
    return found


def measured(world: World, incentive: Incentive, record: Record, look: Look, rated: date | None = None) -> Naive:
    """The measure of a record: a product of fields is one of the sale and of each of its returns, added up."""
    assert incentive.measure is not None
    table, read = world.table(incentive.source), " ".join(each.text for each in names_in(incentive.measure))
    if read not in PRODUCTS or not record.back:
        return value_of(incentive.measure, look, {})
    every = [
        value_of(
            incentive.measure,
            world.row_look(table, one, record.partner, world.as_of, rated=rated, kept=incentive.pays_in == "row"),
            {},
        )
        for one in (record.row, *record.back)
    ]
    return None if None in every else sum((each for each in every if isinstance(each, Fraction)), Fraction(0))


PRODUCTS = ("amount quantity", "amount share amount", "product.standard_cost quantity share")
"""The names that the products of fields read which the generator draws."""


def _given_back(table: RecordTable, record: Record, back: list[Row]) -> bool:
    """Whether something came back, and of every number that all records have nothing is left, or less."""
    always = [each.name for each in table.stored if each.type.is_numeric and not each.optional]
    return bool(back) and all(_is_gone(record.row[name], record.fields[name]) for name in always)


def _is_gone(sold: Value, left: Value) -> bool:
    assert isinstance(sold, Decimal | int) and isinstance(left, Decimal | int)
    return (sold >= 0 and left <= 0) or (sold <= 0 and left >= 0)


def _firsts(incentive: Incentive, table: RecordTable, records: list[Record]) -> Iterator[Record]:
    """Each with whether it is the first of its customer, by day, then `order`, then key; unknown without one."""
    seen: set[tuple[Value, ...]] = set()
    for each in sorted(records, key=lambda each: (each.day, *place(incentive.order, each))):
        whose = tuple(each.row[field_of(word, table)] for word in incentive.first)
        counts = None if None in whose else whose not in seen
        seen.add(whose)
        yield replace(each, counts=counts)


def place(order: Iterable[str], record: Record) -> tuple[object, ...]:
    """Where a record stands: by the order given, the day, the key; missing comes last."""
    own = [exact(record.fields[word]) for word in order]
    return (*((value is None, value) for value in own), record.day, str(record.key))
