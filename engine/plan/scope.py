"""What a run decides: the periods and days of each incentive, which of them may still change, and what still runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Decided:
    """A period of an incentive, or the days of one that earns by record, under the rules of one edition.

    `open_from` is the first of these days that late records or returns may still change, None where nothing can.
    `closes` is the first day whose news changes none of them any more, None where they are never closed.
    """

    incentive: str
    edition: str
    period: str  # "" for the days of records
    start: date
    before: date
    open_from: date | None
    closes: date | None


@dataclass(frozen=True, slots=True)
class Running:
    """A period of an incentive that is not complete on the day of the run: it earns from `complete_on` on.

    `start` and `before` are the days of it that have passed, under all rules.
    """

    incentive: str
    period: str
    start: date
    before: date
    complete_on: date


def days_decided(scope: Iterable[Decided]) -> tuple[date, date] | None:
    """The first of all days decided, and the first no longer decided; None if there are none."""
    found = tuple(scope)
    return (min(each.start for each in found), max(each.before for each in found)) if found else None


def first_open(scope: Iterable[Decided]) -> date | None:
    """The first day decided that may still change; None where all are closed."""
    return min((each.open_from for each in scope if each.open_from is not None), default=None)
