"""Rules between the records of a case: those an import holds every snapshot to.

The import asks them of millions of rows in SQL; here they are said of a few rows, at their places in the test file.
A property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import cast

from engine.authoring.cases import codes
from engine.authoring.cases.given import PARTNER, PARTNERS, Given, Record
from engine.language.diagnostic import Diagnostic, Related
from engine.language.lines import shown
from engine.language.names import suggest
from engine.language.records import RecordTable
from engine.plan.scalar import Value
from engine.types import TOTAL_DIGITS, Kind

MAX_PARENTS = 16  # above one partner, as in an import
PARENT, RETURNS = "parent_id", "returns_id"


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
        for record in rows:
            value = record.values.get(each.name)
            if value is not None and value not in known and each.name in record.places:
                yield codes.UNKNOWN_RECORD.at(
                    record.place(each.name),
                    f"there is no record `{shown(str(value))}` in `{target.name}`",
                    help=suggest(str(value), sorted(str(name) for name in known)),
                )


def _returns(table: RecordTable, rows: list[Record]) -> Iterator[Diagnostic]:
    """A return names a sale, not another return."""
    if table.field(RETURNS) is None:
        return
    returns = {_key(record)[0] for record in rows if record.values.get(RETURNS) is not None}
    for record in rows:
        value = record.values.get(RETURNS)
        if value is not None and value in returns:
            message = f"`{value}` is itself a return"
            yield codes.BAD_RECORDS.at(record.place(RETURNS), message, help="name the sale that is returned")


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
