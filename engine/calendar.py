"""Months, quarters and years: all arithmetic on days that a program can ask for.

Days are `datetime.date`; every range is half-open, `start` included and `before` not.
Months are always counted from the origin and clamped to the last day of the month, so
31 January plus one month is 28 February and plus two months is 31 March. A fiscal year
is twelve calendar months that start with a declared one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, assert_never

FIRST_DAY = date(1990, 1, 1)  # no partner program is older; what is earlier is a typing mistake
LAST_BEFORE = date(2200, 1, 1)
LAST_RECORDED = date(2200, 12, 31)  # of a record: an end "in 2200" that other systems write for no end
MAX_SPAN_MONTHS = 2520  # 210 years: the longest span inside the supported days
MAX_SPAN_DAYS = 76_701  # as many days
MONTHS_IN_YEAR = 12
ONE_DAY = timedelta(days=1)


def say_days(start: date, before: date) -> str:
    """A range in words, with its last day instead of the day after it.

    >>> say_days(date(2026, 1, 1), date(2027, 1, 1)), say_days(date(2026, 1, 1), date(2026, 1, 2))
    ('from 2026-01-01 through 2026-12-31', 'on 2026-01-01')
    """
    last = before - ONE_DAY
    return f"from {start} through {last}" if start < last else f"on {start}"


MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
"""English month names by number, from 1; as a program writes `fiscal_year_starts`."""


class Unit(StrEnum):
    """A calendar period's length."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months it has."""
        return {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: MONTHS_IN_YEAR}[self]


Cycle = tuple[Unit, bool]
"""A unit of the calendar, and whether it is a fiscal one."""


def cycle_of(word: str) -> Cycle | None:
    """The calendar period that a word such as `fiscal quarter` names; None for any other word."""
    unit = word.removeprefix("fiscal ")
    return (Unit(unit), unit != word) if unit in tuple(Unit) else None


SHORTEST_MONTH = 28  # days that every month has


def is_supported(day: date) -> bool:
    """Whether the day is one a program may name: 1990-01-01 to 2199-12-31."""
    return FIRST_DAY <= day < LAST_BEFORE


def is_to_come(day: date, today: date) -> bool:
    """Whether nobody can know this whole day yet; tomorrow is today somewhere else.

    >>> is_to_come(date(2026, 3, 2), date(2026, 3, 1)), is_to_come(date(2026, 3, 3), date(2026, 3, 1))
    (False, True)
    """
    return day - today > ONE_DAY


def add_months(day: date, months: int) -> date:
    """The day `months` later (earlier when negative), clamped to the last day of that month."""
    index = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    if day.day <= SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """The day `days` later, earlier when negative."""
    return day + timedelta(days=days)


def days_between(start: date, end: date) -> int:
    """Days from `start` to `end`, negative when `end` is earlier."""
    return (end - start).days


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`: the largest n with `start` + n months <= `end`.

    Negative, by the mirror, when `end` is earlier.
    """
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * MONTHS_IN_YEAR + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def first_day_reaching(target: date, months: int, days: int) -> date:
    """The smallest day e with e + `months` + `days` > `target`.

    A certificate valid for `months` with `days` of grace still counts on `target` exactly
    when it was earned on this day or later. `months` and `days` are not negative.
    """
    needed = add_days(target, 1 - days)
    day = add_months(needed, -months)
    # Where clamping lost days, the last day of the month still falls short and the next one reaches.
    return day if add_months(day, months) >= needed else day + ONE_DAY


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar or fiscal month, quarter or year, from `start` until `before`."""

    start: date
    before: date
    name: str
    unit: Unit
    fiscal: bool

    @property
    def last_day(self) -> date:
        """The last day inside, on which a period is judged."""
        return self.before - ONE_DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.before

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of a program.

    `fiscal_start_month` is 1 to 12. `year_named` says whether a fiscal year is named after the year in which it
    starts or ends.
    """

    fiscal_start_month: int = 1
    year_named: Literal["start", "end"] = "start"

    def period_of(self, day: date, unit: Unit, fiscal: bool) -> Period:
        """The period that holds `day`."""
        offset = (day.month - self._first_month(fiscal)) % MONTHS_IN_YEAR
        return self._period(add_months(day.replace(day=1), -(offset % unit.months)), unit, fiscal)

    def previous(self, period: Period) -> Period:
        """The period just before."""
        return self.period_of(period.start - ONE_DAY, period.unit, period.fiscal)

    def next(self, period: Period) -> Period:
        """The period just after."""
        return self.period_of(period.before, period.unit, period.fiscal)

    def periods(self, start: date, before: date, unit: Unit, fiscal: bool) -> tuple[Period, ...]:
        """The periods that overlap the days from `start` until `before`, in order."""
        found: list[Period] = []
        day = start
        while day < before:
            period = self.period_of(day, unit, fiscal)
            found.append(period)
            day = period.before
        return tuple(found)

    def _first_month(self, fiscal: bool) -> int:
        return self.fiscal_start_month if fiscal else 1

    def _period(self, start: date, unit: Unit, fiscal: bool) -> Period:
        first = self._first_month(fiscal)
        offset = (start.month - first) % MONTHS_IN_YEAR  # months since the year began
        year_start = add_months(start, -offset)
        year_end = add_months(year_start, MONTHS_IN_YEAR - 1)
        year = year_end.year if fiscal and self.year_named == "end" else year_start.year
        name = f"FY{year}" if fiscal else f"{year}"
        match unit:
            case Unit.MONTH:
                name += f"-M{offset + 1:02}" if fiscal else f"-{start.month:02}"
            case Unit.QUARTER:
                name += f"-Q{offset // Unit.QUARTER.months + 1}"
            case Unit.YEAR:
                pass  # the year alone is its name
            case _:
                assert_never(unit)
        return Period(start, add_months(start, unit.months), name, unit, fiscal)
