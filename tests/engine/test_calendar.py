"""Month arithmetic against dateutil, fiscal periods against published examples, bounds against brute force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    FIRST_DAY,
    LAST_BEFORE,
    MAX_SPAN_DAYS,
    MAX_SPAN_MONTHS,
    MONTH_NAMES,
    Calendar,
    Period,
    Unit,
    add_days,
    add_months,
    days_between,
    first_day_reaching,
    is_supported,
    months_between,
)

DAYS = st.dates(FIRST_DAY, LAST_BEFORE - timedelta(days=1))
SPANS = st.integers(-MAX_SPAN_MONTHS, MAX_SPAN_MONTHS)
CALENDARS = st.builds(Calendar, st.integers(1, 12), st.sampled_from(("start", "end")))
UNITS = st.sampled_from(Unit)


@given(DAYS, SPANS)
def test_add_months_agrees_with_dateutil(day: date, months: int) -> None:
    """Adding months from the origin clamps to the last day, as dateutil does."""
    assert add_months(day, months) == day + relativedelta(months=months)


def test_month_after_the_31st_counts_from_the_origin() -> None:
    """B-086: one month after 31 January is 28 February; two months are 31 March, not 28."""
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), 2) == date(2026, 3, 31)


def test_anniversary_of_a_leap_day_counts_from_the_origin() -> None:
    """B-085: 29 February 2024 falls on 28 February 2025, and on the 29th again in 2028."""
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)


@given(DAYS, DAYS)
def test_months_between_is_the_largest_that_fits(start: date, end: date) -> None:
    """So many months from the earlier day do not pass the later one, n + 1 do; the mirror is negative."""
    first, last = min(start, end), max(start, end)
    months = months_between(first, last)
    assert first + relativedelta(months=months) <= last < first + relativedelta(months=months + 1)
    assert months_between(last, first) == -months


def test_days_between_and_add_days_are_inverse() -> None:
    """From 1 February to 1 March 2028 there are 29 days, and back."""
    assert days_between(date(2028, 2, 1), date(2028, 3, 1)) == 29
    assert days_between(date(2028, 3, 1), date(2028, 2, 1)) == -29
    assert add_days(date(2028, 2, 1), 29) == date(2028, 3, 1)


@given(st.dates(date(1995, 1, 1), date(2190, 1, 1)), st.integers(0, 37), st.integers(0, 100))
def test_first_day_reaching_against_brute_force(target: date, months: int, days: int) -> None:
    """Walking back from the target, day by day, ends on the same smallest day."""

    def reaches(day: date) -> bool:
        return day + relativedelta(months=months) + timedelta(days=days) > target

    day = target + timedelta(days=2)
    while reaches(day - timedelta(days=1)):
        day -= timedelta(days=1)
    assert first_day_reaching(target, months, days) == day


def test_first_day_reaching_after_a_short_month() -> None:
    """Valid on 30 March for one month: 28 February would last to 28 March, so 1 March is the first."""
    assert first_day_reaching(date(2026, 3, 30), 1, 0) == date(2026, 3, 1)


def test_supported_days_are_1990_to_2199() -> None:
    """B-094: the year 1, 9999 and the edges of the supported range."""
    assert [is_supported(day) for day in (date(1, 1, 1), date(1989, 12, 31), date(1990, 1, 1))] == [False, False, True]
    assert [is_supported(day) for day in (date(2199, 12, 31), date(2200, 1, 1), date(9999, 12, 31))] == [
        True,
        False,
        False,
    ]


def test_longest_spans_cover_the_supported_days() -> None:
    """210 years: no span inside the supported days is longer, and none leaves Python's calendar."""
    assert add_months(FIRST_DAY, MAX_SPAN_MONTHS) == LAST_BEFORE
    assert add_days(FIRST_DAY, MAX_SPAN_DAYS) >= LAST_BEFORE
    assert add_days(add_months(LAST_BEFORE, 2 * MAX_SPAN_MONTHS), 2 * MAX_SPAN_DAYS).year < 9999
    assert add_days(add_months(FIRST_DAY, -2 * MAX_SPAN_MONTHS), -2 * MAX_SPAN_DAYS).year > 1


def test_month_names_are_in_order() -> None:
    """The names agree with the standard library's English ones."""
    assert [name.capitalize() for name in MONTH_NAMES] == [
        date(2026, month, 1).strftime("%B") for month in range(1, 13)
    ]


@pytest.mark.parametrize(
    ("month", "named", "day", "unit", "name", "start", "before"),
    [
        # B-091: fiscal year 1 June to 31 May, named by the year it ends in
        (6, "end", date(2026, 5, 31), Unit.YEAR, "FY2026", date(2025, 6, 1), date(2026, 6, 1)),
        (6, "end", date(2026, 6, 1), Unit.YEAR, "FY2027", date(2026, 6, 1), date(2027, 6, 1)),
        (6, "start", date(2026, 5, 31), Unit.YEAR, "FY2025", date(2025, 6, 1), date(2026, 6, 1)),
        # the calendar of the program in the design: starts in February, named by the start
        (2, "start", date(2026, 10, 31), Unit.QUARTER, "FY2026-Q3", date(2026, 8, 1), date(2026, 11, 1)),
        (2, "start", date(2027, 1, 31), Unit.QUARTER, "FY2026-Q4", date(2026, 11, 1), date(2027, 2, 1)),
        (2, "start", date(2026, 3, 1), Unit.MONTH, "FY2026-M02", date(2026, 3, 1), date(2026, 4, 1)),
        (2, "end", date(2026, 1, 15), Unit.MONTH, "FY2026-M12", date(2026, 1, 1), date(2026, 2, 1)),
        # a quarter across new year: December to February
        (12, "end", date(2026, 1, 1), Unit.QUARTER, "FY2026-Q1", date(2025, 12, 1), date(2026, 3, 1)),
        # a fiscal year that is the calendar year has one name, whichever end names it
        (1, "start", date(2026, 8, 9), Unit.YEAR, "FY2026", date(2026, 1, 1), date(2027, 1, 1)),
        (1, "end", date(2026, 8, 9), Unit.YEAR, "FY2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_fiscal_periods_by_name(
    month: int, named: Literal["start", "end"], day: date, unit: Unit, name: str, start: date, before: date
) -> None:
    """A day's fiscal period has the published name and bounds."""
    assert Calendar(month, named).period_of(day, unit, fiscal=True) == Period(start, before, name, unit, True)


@pytest.mark.parametrize(
    ("unit", "name", "start", "before"),
    [
        (Unit.MONTH, "2026-09", date(2026, 9, 1), date(2026, 10, 1)),
        (Unit.QUARTER, "2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        (Unit.YEAR, "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_calendar_periods_ignore_the_fiscal_year(unit: Unit, name: str, start: date, before: date) -> None:
    """Without `fiscal` the year starts in January, whatever the program's calendar."""
    period = Calendar(6, "end").period_of(date(2026, 9, 30), unit, fiscal=False)
    assert (period.name, period.start, period.before, period.fiscal) == (name, start, before, False)
    assert str(period) == name


@given(CALENDARS, DAYS, UNITS, st.booleans())
def test_a_period_holds_its_days_and_no_others(calendar: Calendar, day: date, unit: Unit, fiscal: bool) -> None:
    """Periods tile time: a period holds its day and its ends, and its neighbours begin where it ends."""
    period = calendar.period_of(day, unit, fiscal)
    assert day in period and period.start in period and period.last_day in period
    assert period.before not in period and period.start - timedelta(days=1) not in period
    assert period.start + relativedelta(months=unit.months) == period.before
    assert calendar.next(period).start == period.before
    assert calendar.previous(period).before == period.start
    assert calendar.next(calendar.previous(period)) == period


@given(CALENDARS, st.integers(1995, 2100), UNITS, st.booleans())
def test_names_are_unique(calendar: Calendar, year: int, unit: Unit, fiscal: bool) -> None:
    """Three years of periods have as many names as periods, and sort by name as by date."""
    periods = calendar.periods(date(year, 1, 1), date(year + 3, 1, 1), unit, fiscal)
    names = [period.name for period in periods]
    assert names == sorted(set(names))


@given(CALENDARS, DAYS, st.integers(-40, 900), UNITS, st.booleans())
def test_periods_are_those_that_overlap(calendar: Calendar, start: date, length: int, unit: Unit, fiscal: bool) -> None:
    """`periods` gives exactly the periods of the days in the range, each once."""
    before = start + timedelta(days=length)
    days = [start + timedelta(days=each) for each in range(length)]
    expected = dict.fromkeys(calendar.period_of(day, unit, fiscal) for day in days)
    assert calendar.periods(start, before, unit, fiscal) == tuple(expected)
