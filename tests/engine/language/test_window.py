"""Windows: every form, its days by hand, and properties that say what shifting and completeness mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, Unit
from engine.language.codes import expression as codes
from engine.language.source import Scalar, Span
from engine.language.window import Window, WindowKind, parse_window, window_bounds

HERE = Span("2026.yaml", 9, 13, 9, 31)
ONE_DAY = timedelta(days=1)
SUMMIT = Calendar(2, "start")  # the fiscal year starts in February
START = date(2026, 2, 1)
DAYS = st.dates(date(1996, 1, 1), date(2190, 1, 1))


def window(text: str) -> Window:
    """The window of a text that is one."""
    parsed, findings = parse_window(Scalar(text, HERE))
    assert parsed is not None, findings
    return parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trailing 90 days", Window(WindowKind.TRAILING_DAYS, HERE, 90)),
        ("trailing 1 day", Window(WindowKind.TRAILING_DAYS, HERE, 1)),
        ("trailing 12 months", Window(WindowKind.TRAILING_MONTHS, HERE, 12)),
        ("trailing 2 years", Window(WindowKind.TRAILING_MONTHS, HERE, 24)),
        ("last 3 months", Window(WindowKind.LAST, HERE, 3)),
        ("last 4 fiscal quarters", Window(WindowKind.LAST, HERE, 4, Unit.QUARTER, fiscal=True)),
        ("last 1 year", Window(WindowKind.LAST, HERE, 1, Unit.YEAR)),
        ("this month", Window(WindowKind.THIS, HERE)),
        ("this fiscal quarter", Window(WindowKind.THIS, HERE, 0, Unit.QUARTER, fiscal=True)),
        ("this year", Window(WindowKind.THIS, HERE, 0, Unit.YEAR)),
        ("this month and last 2 months", Window(WindowKind.THIS_MONTH_AND_LAST, HERE, 2)),
        ("this fiscal month and last 1 month", Window(WindowKind.THIS_MONTH_AND_LAST, HERE, 1, fiscal=True)),
        ("program year", Window(WindowKind.PROGRAM_YEAR, HERE)),
        ("lifetime", Window(WindowKind.LIFETIME, HERE)),
    ],
)
def test_every_form_is_read_and_printed(text: str, expected: Window) -> None:
    """Each form of the list gives its window, and the window prints as a text that gives it again."""
    assert window(text) == expected
    assert window(str(expected)) == expected


def test_white_space_is_of_no_meaning() -> None:
    """A folded block brings line ends; the window is the same."""
    assert window("trailing\n  12 months\n") == window("trailing 12 months")


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("Trailing 12 Months", "`Trailing 12 Months` is not a window", "windows are lower case: `trailing 12 months`"),
        (
            "trailing 4 quarters",
            "`trailing 4 quarters` is not a window",
            "quarters start on fixed days; use `last 4 quarters`, or count months",
        ),
        (
            "last 30 days",
            "`last 30 days` is not a window",
            "write `trailing N days`: only months, quarters and years are complete",
        ),
        (
            "rolling 12 months",
            "`rolling 12 months` is not a window",
            "write `trailing 12 months`, or `last 4 quarters` for complete ones",
        ),
        ("last quarter", "`last quarter` is not a window", "write how many: `last 1 quarter`"),
        ("Last fiscal year", "`Last fiscal year` is not a window", "write how many: `last 1 fiscal year`"),
        ("last fiscal 4 quarters", "`last fiscal 4 quarters` is not a window", "write `last 4 fiscal quarters`"),
        ("last 4 quarters fiscal", "`last 4 quarters fiscal` is not a window", "write `last 4 fiscal quarters`"),
        (
            "year to date",
            "`year to date` is not a window",
            "write `this year`, `this quarter` or `this month`: they run to the day judged",
        ),
        ("all time", "`all time` is not a window", "say `lifetime`"),
    ],
)
def test_near_misses_are_told_the_form(text: str, message: str, help: str) -> None:
    """What is nearly a window gets the form that was probably meant."""
    assert parse_window(Scalar(text, HERE)) == (None, (codes.WINDOW.at(HERE, message, help=help),))


@pytest.mark.parametrize(
    "text", ["trailing 0 months", "trailing 012 months", "trailing", "12 months", "trailing 1.5 years"]
)
def test_anything_else_is_told_the_list(text: str) -> None:
    """What is not near to any form gets the whole list."""
    parsed, findings = parse_window(Scalar(text, HERE))
    assert parsed is None
    assert [(each.code, each.message) for each in findings] == [("RNG520", f"`{text}` is not a window")]
    assert "`trailing 12 months`, `last 4 quarters`" in findings[0].help


def test_a_window_left_out() -> None:
    """An empty value is named as such."""
    _, findings = parse_window(Scalar("", HERE))
    assert findings[0].message == "the window is missing"


@pytest.mark.parametrize("field", ["joined_on", "partner.joined_on"])
def test_since_a_field_is_refused_for_now(field: str) -> None:
    """`since FIELD` is read and refused as not supported yet, never ignored."""
    parsed, findings = parse_window(Scalar(f"since {field}", HERE))
    help = "use `program year` or `trailing 12 months`"
    assert parsed is None
    assert findings == (codes.WINDOW_LATER.at(HERE, f"the window `since {field}` is not supported yet", help=help),)


@pytest.mark.parametrize(
    ("longest", "longer"),
    [
        ("trailing 76701 days", "trailing 76702 days"),
        ("trailing 210 years", "trailing 211 years"),
        ("last 840 quarters", "last 841 quarters"),
        ("this month and last 2520 months", "this month and last 2521 months"),
    ],
)
def test_windows_are_at_most_210_years(longest: str, longer: str) -> None:
    """No window reaches beyond Python's calendar; 210 years are the longest."""
    assert window_bounds(window(longest), date(1990, 1, 1), SUMMIT, START)[0] is not None
    finding = codes.DURATION.at(HERE, "the window is longer than 210 years", help="use `lifetime`")
    assert parse_window(Scalar(longer, HERE)) == (None, (finding,))


@pytest.mark.parametrize(
    ("text", "day", "start", "before"),
    [
        # twelve months up to and including 31 May: from 1 June the year before
        ("trailing 12 months", date(2020, 5, 31), date(2019, 6, 1), date(2020, 6, 1)),
        ("trailing 12 months", date(2026, 2, 28), date(2025, 3, 1), date(2026, 3, 1)),
        ("trailing 1 month", date(2026, 3, 31), date(2026, 3, 1), date(2026, 4, 1)),
        ("trailing 30 days", date(2026, 3, 1), date(2026, 1, 31), date(2026, 3, 2)),
        ("trailing 1 day", date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2)),
        # the quarter that ends with the day judged is complete, on the day before it is not
        ("last 1 quarter", date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1)),
        ("last 1 quarter", date(2026, 6, 29), date(2026, 1, 1), date(2026, 4, 1)),
        ("last 4 fiscal quarters", date(2026, 4, 30), date(2025, 5, 1), date(2026, 5, 1)),
        ("last 2 fiscal years", date(2026, 7, 15), date(2024, 2, 1), date(2026, 2, 1)),
        ("last 3 months", date(2026, 7, 15), date(2026, 4, 1), date(2026, 7, 1)),
        ("this month", date(2026, 7, 15), date(2026, 7, 1), date(2026, 7, 16)),
        ("this fiscal quarter", date(2026, 7, 15), date(2026, 5, 1), date(2026, 7, 16)),
        ("this year", date(2026, 7, 15), date(2026, 1, 1), date(2026, 7, 16)),
        ("this fiscal year", date(2026, 1, 31), date(2025, 2, 1), date(2026, 2, 1)),
        ("this month and last 2 months", date(2026, 7, 15), date(2026, 5, 1), date(2026, 7, 16)),
        ("this month and last 1 month", date(2026, 1, 31), date(2025, 12, 1), date(2026, 2, 1)),
        ("program year", date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 2)),
        ("program year", date(2027, 1, 31), date(2026, 2, 1), date(2027, 2, 1)),
        ("program year", date(2026, 1, 31), date(2025, 2, 1), date(2026, 2, 1)),
        ("program year", date(2024, 7, 1), date(2024, 2, 1), date(2024, 7, 2)),
        ("lifetime", date(2026, 7, 15), None, date(2026, 7, 16)),
    ],
)
def test_days_of_a_window(text: str, day: date, start: date | None, before: date) -> None:
    """Each form covers the days counted by hand."""
    assert window_bounds(window(text), day, SUMMIT, START) == (start, before)


@pytest.mark.parametrize(
    ("text", "day", "shifted", "start", "before"),
    [
        ("trailing 12 months", date(2020, 5, 31), 12, date(2018, 6, 1), date(2019, 6, 1)),
        ("trailing 90 days", date(2026, 5, 31), 3, date(2025, 12, 1), date(2026, 3, 1)),
        # the quarter complete on 30 June is compared with the one complete on 31 March
        ("last 1 quarter", date(2026, 6, 30), 3, date(2026, 1, 1), date(2026, 4, 1)),
        ("last 1 month", date(2025, 2, 28), 12, date(2024, 2, 1), date(2024, 3, 1)),
        ("this month", date(2026, 6, 30), 1, date(2026, 5, 1), date(2026, 6, 1)),
        ("this fiscal quarter", date(2026, 7, 15), 12, date(2025, 5, 1), date(2025, 7, 16)),
        ("program year", date(2026, 3, 15), 12, date(2025, 2, 1), date(2025, 3, 16)),
        ("lifetime", date(2026, 3, 15), 12, None, date(2025, 3, 16)),
    ],
)
def test_days_of_a_shifted_window(text: str, day: date, shifted: int, start: date | None, before: date) -> None:
    """A shifted window is judged so many months earlier; periods keep the end of a month."""
    assert window_bounds(window(text), day, SUMMIT, START, shifted) == (start, before)


@given(DAYS, st.integers(1, 40))
def test_a_trailing_window_begins_where_the_shifted_one_ends(day: date, months: int) -> None:
    """Growth compares neighbours: no day counts in both and none between them is lost."""
    trailing = window(f"trailing {months} months")
    start, before = window_bounds(trailing, day, SUMMIT, START)
    assert window_bounds(trailing, day, SUMMIT, START, months)[1] == start
    assert before == day + ONE_DAY


@given(DAYS, st.integers(0, 40))
def test_a_window_of_quarters_shifted_by_quarters_moves_by_whole_quarters(day: date, quarters: int) -> None:
    """Complete quarters shifted by 3 n months are the quarters n earlier, on every day of the year."""
    start, before = window_bounds(window("last 1 fiscal quarter"), day, SUMMIT, START)
    assert start is not None
    back = relativedelta(months=3 * quarters)
    assert window_bounds(window("last 1 fiscal quarter"), day, SUMMIT, START, 3 * quarters) == (
        start - back,
        before - back,
    )


@given(DAYS, st.dates(date(1996, 1, 1), date(2190, 1, 1)))
def test_the_program_year_holds_the_day_and_starts_on_an_anniversary(day: date, start: date) -> None:
    """From the latest anniversary (29 February clamped) that is not after the day, counted from the origin."""
    begun, before = window_bounds(window("program year"), day, SUMMIT, start)
    years = day.year - start.year
    anniversaries = [start + relativedelta(years=each) for each in (years - 1, years, years + 1)]
    assert begun == max(each for each in anniversaries if each <= day)
    assert before == day + ONE_DAY
