"""Rules between the records of a case: those an import holds every snapshot to.

The import asks them of millions of rows in SQL; here they are said of a few rows, at their places in the test file.
A property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import cast

from engine.authoring.cases import codes
from engine.authoring.cases.given import PARTNER, PARTNERS, Given, Record
from engine.language.diagnostic import Diagnostic, Related
from engine.language.lines import shown
from engine.language.near import FewSuggestions
from engine.language.records import CURRENCY, ENTRY, RETURNS, SALES, TAKEN_BACK, RecordTable
from engine.plan.scalar import Value
from engine.types import TOTAL_DIGITS, Kind

MAX_PARENTS = 16  # above one partner, as in an import
PARENT = "parent_id"


def check_records(given: Given) -> Iterator[Diagnostic]:
    """Every place where the records contradict each other."""
    for rows in given.tables.values():
        if not rows:
            continue
        table = rows[0].table
        yield from _same_keys(table, rows)
        yield from _periods(table, rows)
        yield from _references(given, rows)
        yield from _returns(table, rows)
        yield from _too_large(table, rows)
    yield from _parents(given)


def _key(record: Record) -> tuple[Value, ...]:
    return tuple(record.values.get(name) for name in record.table.key)


def _same_keys(table: RecordTable, rows: list[Record]) -> Iterator[Diagnostic]:
    seen: dict[tuple[Value, ...], Record] = {}
    for record in rows:
        key = _key(record)
        first = seen.setdefault(key, record)
        if first is not record and None not in key:
            named = " and ".join(f"`{name}` {value}" for name, value in zip(table.key, key, strict=True))
            yield codes.BAD_RECORDS.at(
                record.place(table.key[0]),
                f"two records of `{table.name}` have {named}",
                related=[Related(first.place(table.key[0]), "the first one")],
                help="give one of them another id, or leave the id out",
            )


def _periods(table: RecordTable, rows: list[Record]) -> Iterator[Diagnostic]:
    """Periods end after they start, and those of one thing do not overlap."""
    if table.period is None:
        return
    start, before = table.period
    whole: dict[tuple[Value, ...], list[Record]] = {}
    for record in rows:
        first, last = record.values.get(start), record.values.get(before)
        if isinstance(first, date) and isinstance(last, date) and last <= first:
            message = f"the period ends on {last}, but it starts on {first}"
            help = f"`{before}` is the first day after the range"
            yield codes.BAD_RECORDS.at(record.place(before), message, help=help)
        elif isinstance(first, date):
            entity = tuple(record.values.get(name) for name in table.key if name != start)
            whole.setdefault(entity, []).append(record)
    if start not in table.key or len(table.key) < 2:
        return
    for records in whole.values():
        ordered = sorted(records, key=lambda record: cast(date, record.values[start]))
        for earlier, later in pairwise(ordered):
            end = earlier.values.get(before)
            if end is None or cast(date, end) > cast(date, later.values[start]):
                yield codes.BAD_RECORDS.at(
                    later.place(start),
                    f"a period starts on {later.values[start]}, before the previous period ends",
                    related=[Related(earlier.place(start), "the previous period")],
                    help=f"end the previous period on this day: `{before}` is not included",
                )


def _references(given: Given, rows: list[Record]) -> Iterator[Diagnostic]:
    """Check that every referenced record is given, if the case gives any records of its table."""
    table = rows[0].table
    for each in table.stored:
        target = given.schema.table(each.references) if given.rows(each.references) else None
        if target is None:
            continue
        known = {record.values.get(target.key[0]) for record in given.rows(target.name)}
        names, suggest = sorted(map(str, known)), FewSuggestions()
        for record in rows:
            value = record.values.get(each.name)
            if value is not None and value not in known and each.name in record.places:
                yield codes.UNKNOWN_RECORD.at(
                    record.place(each.name),
                    f"there is no record `{shown(str(value))}` in `{target.name}`",
                    help=suggest(str(value), names),
                )


def _returns(table: RecordTable, rows: list[Record]) -> Iterator[Diagnostic]:
    """What a sale and a return cannot be, each for itself and beside the sale that is returned."""
    if table.name != SALES:
        return
    sales = {_key(record)[0]: record for record in rows}
    for record in rows:
        yield from _signs(record)
        sale = sales.get(record.values.get(RETURNS)) if record.values.get(RETURNS) is not None else None
        found = _against_its_sale(record, sale) if sale else None
        if sale and found:
            field, message, help = found
            related = [Related(sale.place(table.key[0]), "the record it names")]
            yield codes.BAD_RECORDS.at(record.place(field), message, related=related, help=help)
    for field in TAKEN_BACK:
        yield from _more_than_sold(table, rows, sales, field)


def _signs(record: Record) -> Iterator[Diagnostic]:
    """A sale is not negative and returns nothing; what returns something is not positive."""
    entry, returns = record.values.get(ENTRY), record.values.get(RETURNS) is not None
    if entry == "sale" and returns:
        help = "write `entry: return`, or leave `returns_id` out"
        yield codes.BAD_RECORDS.at(record.place(RETURNS), "a sale does not return another sale", help=help)
    for field in TAKEN_BACK:
        number = _number(record, field)
        if entry == "sale" and number < 0:
            help = "write `entry: return` or `entry: adjustment`"
            yield codes.BAD_RECORDS.at(record.place(field), f"the `{field}` of a sale is negative", help=help)
        if number > 0 and (entry == "return" or (entry == "adjustment" and returns)):
            message = f"the `{field}` of a record that takes something back is above zero"
            yield codes.BAD_RECORDS.at(record.place(field), message, help="write it with a minus")


def _number(record: Record, field: str) -> Fraction:
    """A number of a record, zero where there is none."""
    value = record.values.get(field)
    return Fraction(value) if isinstance(value, int | Decimal) else Fraction(0)


def _against_its_sale(record: Record, sale: Record) -> tuple[str, str, str] | None:
    """Why a record cannot return this sale: the field, the reason, the cure."""
    own, sold = record.values, sale.values
    table = record.table
    if sold.get(RETURNS) is not None or sold.get(ENTRY) == "return":
        return RETURNS, f"`{own[RETURNS]}` is itself a return", "name the sale that is returned"
    if sold.get(ENTRY) == "adjustment":
        return RETURNS, f"`{own[RETURNS]}` is an adjustment", "name the sale that is returned"
    if own.get(PARTNER) != sold.get(PARTNER):
        return RETURNS, f"`{own[RETURNS]}` is a record of another partner", "name a sale of the same partner"
    if table.currencies and own.get(CURRENCY) != sold.get(CURRENCY):
        message = f"the return is in {own.get(CURRENCY)}, but its sale is in {sold.get(CURRENCY)}"
        return CURRENCY, message, f"write what was credited in {sold.get(CURRENCY)}"
    day, sold_on = own.get(table.date), sold.get(table.date)
    if isinstance(day, date) and isinstance(sold_on, date) and day < sold_on:
        return table.date, f"a return on {day} names a sale of {sold_on}, which was made later", "correct the day"
    return None


def _more_than_sold(
    table: RecordTable, rows: list[Record], sales: dict[Value, Record], field: str
) -> Iterator[Diagnostic]:
    """The returns of a sale take back no more than was sold; the last one is named."""
    left = {key: _number(sale, field) for key, sale in sales.items() if sale.values.get(field) is not None}
    told = set()
    for record in rows:
        sale = record.values.get(RETURNS)
        if sale is None or sale not in left or sales[sale].values.get(ENTRY) != "sale":
            continue
        if table.currencies and record.values.get(CURRENCY) != sales[sale].values.get(CURRENCY):
            continue
        left[sale] += _number(record, field)
        if left[sale] < 0 and sale not in told:
            told.add(sale)
            message = f"the returns of `{sale}` take back more than its `{field}`"
            help = "return less, or record the rest as an `adjustment` without `returns_id`"
            yield codes.BAD_RECORDS.at(record.place(field), message, help=help)


def _too_large(table: RecordTable, rows: list[Record]) -> Iterator[Diagnostic]:
    """What all rows add up to fits the digits that sums have."""
    for each in table.stored:
        if not each.type.is_numeric or each.type.kind in (Kind.DAYS, Kind.MONTHS):
            continue
        values = [record.values.get(each.name) for record in rows]
        total = sum((abs(Fraction(cast(int, value))) for value in values if value is not None), Fraction(0))
        if total >= Fraction(10) ** (TOTAL_DIGITS - each.type.scale):
            message = f"`{table.name}.{each.name}` adds up to more than {TOTAL_DIGITS} digits"
            yield codes.BAD_RECORDS.at(rows[0].place(each.name), message, help="use smaller numbers")


def _parents(given: Given) -> Iterator[Diagnostic]:
    """Check that no partner is its own ancestor, and that trees are not deeper than an import allows."""
    parent = {record.values.get(PARTNER): record.values.get(PARENT) for record in given.rows(PARTNERS)}
    told: set[Value] = set()
    for record in given.rows(PARTNERS):
        start = record.values.get(PARTNER)
        way = [start]
        while (above := parent.get(way[-1])) is not None and above not in way and len(way) <= MAX_PARENTS:
            way.append(above)
        elsewhere = above in way and above != start  # a circle above it: it is reported for the partners in it
        if above is None or elsewhere or told & {*way}:
            continue
        told |= {*way}
        message = (
            f"`{start}` is its own ancestor" if above == start else f"`{start}` has more than {MAX_PARENTS} parents"
        )
        yield codes.BAD_RECORDS.at(record.place(PARENT), message, help="correct one of the parents")


def reach_of(partners: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """Whose records count for whom, as an import derives it; parents must not go in a circle."""
    parent = {row[PARTNER]: row.get(PARENT) for row in partners}
    pairs: list[dict[str, Value]] = []
    for start in parent:
        above: Value = start
        while above is not None:
            pairs.append({PARTNER: above, "source_id": start})
            above = parent.get(above)
    return pairs
