"""The days and periods of an incentive, and the parts of a period where rules change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.calendar import Unit
from engine.compiler.course.periods import (
    by_period,
    complete_periods,
    completes_on,
    counted_periods,
    days_paid,
    named_period,
)
from engine.language.program import Incentive, Program
from engine.plan.scalar import Case, Column, Literal, Scalar
from engine.reference.scalars import evaluate_scalar
from engine.types import DATE, TEXT
from tests.tiny import program

DAY = Column("day", DATE)


def quarterly(keys: str = "") -> tuple[Incentive, Program]:
    """A rebate by quarter in the year 2026."""
    read = program(f"incentives: {{x: {{kind: rebate, period: quarter, sum: amount, rate: 1%, payee: partner{keys}}}}}")
    return read.incentives[0], read


def days(text: str) -> tuple[date, date]:
    """Two days."""
    start, before = text.split()
    return date.fromisoformat(start), date.fromisoformat(before)


@pytest.mark.parametrize(
    ("keys", "held", "as_of", "expected"),
    [
        ("", None, "2026-12-31", "2026-01-01 2027-01-01"),
        ("", None, "2026-03-10", "2026-01-01 2026-03-11"),  # to the end of the day of the run
        (", during: {from: 2025-06-01, before: 2026-05-01}", None, "2026-12-31", "2026-01-01 2026-05-01"),
        (", during: {from: 2026-02-01, before: 2028-01-01}", None, "2026-12-31", "2026-02-01 2027-01-01"),
        ("", "2026-04-01 2026-07-01", "2026-12-31", "2026-04-01 2026-07-01"),
        ("", "2026-04-01 2026-07-01", "2026-05-01", "2026-04-01 2026-05-02"),
    ],
)
def test_days_paid(keys: str, held: str | None, as_of: str, expected: str) -> None:
    """Of the program, of `during`, of the days for which the rules hold, and until the day of the run."""
    incentive, read = quarterly(keys)
    incentive = replace(incentive, days=days(held) if held else None)
    assert days_paid(incentive, read, date.fromisoformat(as_of)) == days(expected)


@pytest.mark.parametrize(
    ("as_of", "names"),
    [("2026-03-30", []), ("2026-03-31", ["2026-Q1"]), ("2026-07-01", ["2026-Q1", "2026-Q2"])],
)
def test_complete_periods(as_of: str, names: list[str]) -> None:
    """A period is complete at the end of its last day."""
    incentive, read = quarterly()
    assert [each.name for each in complete_periods(incentive, read, date.fromisoformat(as_of))] == names


def test_no_periods() -> None:
    """None before it begins, and none of an incentive that earns for each record."""
    incentive, read = quarterly(", during: {from: 2026-06-01, before: 2026-07-01}")
    assert complete_periods(incentive, read, date(2026, 5, 1)) == ()
    assert complete_periods(replace(incentive, period=None), read, date(2026, 12, 31)) == ()


def test_parts_of_a_period_keep_its_name() -> None:
    """A change on 10 February parts the first quarter; each set of rules has its part, both called 2026-Q1."""
    incentive, read = quarterly()
    cut = date(2026, 2, 10)
    before = replace(incentive, days=(date(2026, 1, 1), cut), cuts=(cut,))
    after = replace(incentive, days=(cut, date(2027, 1, 1)), cuts=(cut,))
    (first,) = complete_periods(before, read, date(2026, 3, 31))
    (second,) = complete_periods(after, read, date(2026, 3, 31))
    assert (first.name, first.start, first.before) == ("2026-Q1", date(2026, 1, 1), cut)
    assert (second.name, second.start, second.before) == ("2026-Q1", cut, date(2026, 4, 1))
    assert complete_periods(before, read, date(2026, 3, 30)) == ()  # the quarter is not over


@pytest.mark.parametrize(
    ("as_of", "before", "complete"),
    [("2026-05-10", "2026-05-11", "2026-06-30"), ("2026-06-30", "2026-07-01", "2026-06-30")],
)
def test_a_running_period_is_counted_as_far_as_it_has_come(as_of: str, before: str, complete: str) -> None:
    """Through the day of the run; complete on its last day."""
    incentive, read = quarterly()
    *_, last = counted_periods(incentive, read, date.fromisoformat(as_of))
    assert (last.name, last.start, last.before) == ("2026-Q2", date(2026, 4, 1), date.fromisoformat(before))
    assert completes_on(last, read) == date.fromisoformat(complete)


def test_the_name_of_a_day() -> None:
    """The calendar month a day falls in, for the days paid; missing before, and where nothing is paid."""
    incentive, read = quarterly(", during: {from: 2026-02-01, before: 2026-04-01}")
    name = named_period(DAY, (Unit.MONTH, False), incentive, read, date(2026, 12, 31))
    told = {
        day: evaluate_scalar(name, {"day": day}) for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 31))
    }
    assert list(told.values()) == [None, "2026-02", "2026-03"]
    nothing: Scalar = named_period(DAY, (Unit.MONTH, False), incentive, read, date(2026, 1, 1))
    assert nothing == Literal(None, TEXT)


def test_outside_of_all_periods() -> None:
    """A day after the last period has no value."""
    incentive, read = quarterly()
    periods = complete_periods(incentive, read, date(2026, 3, 31))
    value = by_period(DAY, periods, ["first"], TEXT)
    assert isinstance(value, Case)
    assert [evaluate_scalar(value, {"day": date(2026, month, 1)}) for month in (1, 4)] == ["first", None]
