"""Through which day the records of a run are there, and whether that is its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.calendar import is_to_come
from engine.language.diagnostic import Diagnostic
from engine.plan.table import Scan
from engine.records.snapshot import Snapshot
from engine.records.through import Through, complete_through, could_be_known
from engine.runs import codes
from engine.runs.compiled import Compiled

MANY = 3  # tables that are told in one finding


def days_of(compiled: Compiled, snapshot: Snapshot) -> tuple[Through, ...]:
    """The day of each table with days that the Plan reads."""
    return complete_through(snapshot, compiled.records, _read(compiled))


def could_be_days_of(days: Iterable[Through], compiled: Compiled, snapshot: Snapshot) -> bool:
    """Whether these days were known of the tables that the Plan reads when the run was made."""
    return could_be_known(days, snapshot, compiled.records, _read(compiled))


def _read(compiled: Compiled) -> list[str]:
    return sorted({table.table for table in compiled.plan.tables if isinstance(table, Scan)})


def check_complete(days: Iterable[Through], day: date, today: date) -> tuple[Diagnostic, ...]:
    """A finding for each table that may lack records up to `day`; one for all with the same day, if they are many.

    Of a day to come, nobody can declare that the files are complete through it.
    """
    alike: dict[tuple[date | None, bool], list[str]] = {}
    for each in days:
        if each.day is None or each.day < day:
            alike.setdefault((each.day, each.is_declared), []).append(each.table)
    help = f"export the files again; if nothing is missing, write `complete_through: {day}` in the feed"
    if is_to_come(day, today):
        help = f"{day} is still to come: take the amounts as provisional, or evaluate as of a day that has passed"
    findings = []
    for (last, is_declared), tables in alike.items():
        together = [tables] if len(tables) >= MANY else [[each] for each in tables]
        known = "declared to be complete" if is_declared else "known"
        until = f"only through {last}" if last else "for no day"
        for names in together:
            message = f"the records of {_said(names)} are {known} {until}, and the run is as of {day}"
            findings.append(codes.NOT_COMPLETE.at(None, message, help=help))
    return tuple(findings)


def _said(names: list[str]) -> str:
    *first, last = (f"`{each}`" for each in names)
    return f"{', '.join(first)} and {last}" if first else last
