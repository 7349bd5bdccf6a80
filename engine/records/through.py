"""Through which day the tables of a snapshot are complete: as a feed declared it, else the last day that is seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.language.records import RecordSchema
from engine.records.snapshot import COMPLETE, Snapshot
from engine.records.verify import imports_of, newest_imports


@dataclass(frozen=True, slots=True)
class Through:
    """A table with a day. `day` is None where it has no rows and nothing is declared."""

    table: str
    day: date | None
    is_declared: bool


def complete_through(snapshot: Snapshot, schema: RecordSchema, names: Iterable[str]) -> tuple[Through, ...]:
    """The day of each of these tables whose records have one; tables that the snapshot does not hold are left out.

    The snapshot is verified, and the records of its imports with it.
    """
    declared = _declared(snapshot)
    return tuple(
        Through(name, declared or seen, declared is not None) for name, seen in _seen(snapshot, schema, names).items()
    )


def could_be_known(days: Iterable[Through], snapshot: Snapshot, schema: RecordSchema, names: Iterable[str]) -> bool:
    """Whether these days were known of these tables at some time: each is the last that is seen, or an import declared
    it.
    """
    seen, every = _seen(snapshot, schema, names), {_day(each) for each in imports_of(snapshot)} - {None}
    given = tuple(days)
    return [each.table for each in given] == list(seen) and all(
        each.day in every if each.is_declared else each.day == seen[each.table] for each in given
    )


def _seen(snapshot: Snapshot, schema: RecordSchema, names: Iterable[str]) -> dict[str, date | None]:
    """The last day in each of these tables that has one."""
    found: dict[str, date | None] = {}
    for name in names:
        table, stored = schema.table(name), snapshot.table(name)
        if table is not None and stored is not None and table.date:
            last = stored.totals.get(table.date, {}).get("max")
            found[name] = date.fromisoformat(last) if last else None
    return found


def _declared(snapshot: Snapshot) -> date | None:
    """The day that the last import of these records declared: a later one may declare another day, or withdraw it."""
    days = [_day(each) for each in newest_imports(snapshot)]
    declared = [each for each in days if each is not None]
    return min(declared) if declared and len(declared) == len(days) else None


def _day(record: Mapping[str, object]) -> date | None:
    """The day that an import declared."""
    return date.fromisoformat(str(record[COMPLETE])) if COMPLETE in record else None
