"""Windows: which days' records a metric counts, as written and as two days.

The page of RNG520 has the whole list. A window is judged on a day and covers half-open
`[from, before)`; no `from` means everything so far.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from engine.calendar import (
    MAX_SPAN_DAYS,
    MAX_SPAN_MONTHS,
    MONTHS_IN_YEAR,
    ONE_DAY,
    Calendar,
    Unit,
    add_days,
    add_months,
    months_between,
)
from engine.language.codes import expression as codes
from engine.language.diagnostic import Diagnostic
from engine.language.near import close_names
from engine.language.source import Scalar, Span


class WindowKind(StrEnum):
    """How a window's days follow from the day on which it is judged."""

    TRAILING_DAYS = "trailing days"
    TRAILING_MONTHS = "trailing months"  # years are twelve months
    LAST = "last"  # complete periods
    THIS = "this"  # the running period, to date
    THIS_MONTH_AND_LAST = "this month and last"  # the running month and complete ones before it
    PROGRAM_YEAR = "program year"  # since the anniversary of the program's first day
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class Window:
    """A window as written. `count` is of days, months or periods; `unit` is of LAST and THIS."""

    kind: WindowKind
    span: Span
    count: int = 0
    unit: Unit = Unit.MONTH
    fiscal: bool = False

    def __str__(self) -> str:
        period = f"fiscal {self.unit}" if self.fiscal else f"{self.unit}"
        match self.kind:
            case WindowKind.TRAILING_DAYS:
                return f"trailing {_plural(self.count, 'day')}"
            case WindowKind.TRAILING_MONTHS:
                return f"trailing {_plural(self.count, 'month')}"
            case WindowKind.LAST:
                return f"last {_plural(self.count, period)}"
            case WindowKind.THIS:
                return f"this {period}"
            case WindowKind.THIS_MONTH_AND_LAST:
                return f"this {period} and last {_plural(self.count, 'month')}"
            case WindowKind.PROGRAM_YEAR | WindowKind.LIFETIME:
                return self.kind.value
            case _:
                assert_never(self.kind)


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_COUNT = r"(?P<count>[1-9][0-9]{0,5})"
_FISCAL = r"(?P<fiscal>fiscal )?"
_FORMS = (
    (WindowKind.TRAILING_DAYS, rf"trailing {_COUNT} (?P<days>day)s?"),
    (WindowKind.TRAILING_MONTHS, rf"trailing {_COUNT} (?P<unit>month|year)s?"),
    (WindowKind.LAST, rf"last {_COUNT} {_FISCAL}(?P<unit>month|quarter|year)s?"),
    (WindowKind.THIS, rf"this {_FISCAL}(?P<unit>month|quarter|year)"),
    (WindowKind.THIS_MONTH_AND_LAST, rf"this {_FISCAL}(?P<unit>month) and last {_COUNT} months?"),
    (WindowKind.PROGRAM_YEAR, r"program year"),
    (WindowKind.LIFETIME, r"lifetime"),
)
_SINCE = re.compile(r"since [A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?")


def parse_window(scalar: Scalar) -> tuple[Window | None, tuple[Diagnostic, ...]]:
    """The window a scalar says, or one finding with the nearest form as its cure."""
    text = re.sub("[ \t\r\n]+", " ", scalar.text).strip(" ")
    if _SINCE.fullmatch(text):
        finding = codes.WINDOW_LATER.at(
            scalar.span, f"the window `{text}` is not supported yet", help="use `program year` or `trailing 12 months`"
        )
        return None, (finding,)
    for kind, pattern in _FORMS:
        match = re.fullmatch(pattern, text)
        if match:
            return _window(kind, match.groupdict(), scalar.span)
    message = f"`{text}` is not a window" if text else "the window is missing"
    return None, (codes.WINDOW.at(scalar.span, message, help=_cure(text)),)


def _window(kind: WindowKind, words: dict[str, str | None], span: Span) -> tuple[Window | None, tuple[Diagnostic, ...]]:
    """The window of a matched form, unless it is longer than any program."""
    unit = Unit(words.get("unit") or Unit.MONTH)
    count = int(words.get("count") or 0)
    if kind is WindowKind.TRAILING_MONTHS:
        count, unit = count * unit.months, Unit.MONTH
    limit = MAX_SPAN_DAYS if kind is WindowKind.TRAILING_DAYS else MAX_SPAN_MONTHS // unit.months
    if count > limit:
        return None, (codes.DURATION.at(span, "the window is longer than 210 years", help="use `lifetime`"),)
    return Window(kind, span, count, unit, bool(words.get("fiscal"))), ()


_CURES = (
    (r"(?i:trailing) .*quarter.*", "quarters start on fixed days; use `last 4 quarters`, or count months"),
    (
        r"(?i:(?:last|past|previous) [0-9]+ days?)",
        "write `trailing N days`: only months, quarters and years are complete",
    ),
    (r"(?i:(?:rolling|past|previous) .*)", "write `trailing 12 months`, or `last 4 quarters` for complete ones"),
    (r"last ((?:fiscal )?(?:month|quarter|year))", r"write how many: `last 1 \1`"),
    (r"(?i:(?:last|trailing) fiscal [0-9]+ .*|last [0-9]+ [a-z]+ fiscal)", "write `last 4 fiscal quarters`"),
    (
        r"(?i:.*(?:to date|ytd|qtd|mtd))",
        "write `this year`, `this quarter` or `this month`: they run to the day judged",
    ),
    (r"(?i:all|ever|always|all time|forever|none)", "say `lifetime`"),
)
_WORDS = (
    "trailing", "last", "this", "fiscal", "day", "days", "month", "months", "quarter", "quarters", "year", "years",
    "and", "program", "lifetime",
)  # fmt: skip
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "six": "6", "nine": "9", "twelve": "12", "eighteen": "18",
    "twenty-four": "24", "thirty": "30", "ninety": "90",
}  # fmt: skip
MAX_WORDS = 8  # of a window; the longest form has six
_ANY_FORM = (
    "write `trailing 12 months`, `last 4 quarters`, `this quarter`, `this month and last 2 months`, "
    "`program year` or `lifetime`"
)


def _cure(text: str) -> str:
    """What to write instead: the lower-case form, a form near to it, or the list."""
    lower = text.lower()
    if lower != text and any(re.fullmatch(pattern, lower) for _, pattern in _FORMS):
        return f"windows are lower case: `{lower}`"
    found = ((re.fullmatch(pattern, lower), cure) for pattern, cure in _CURES)
    cure = next((match.expand(cure) for match, cure in found if match), "")
    return cure or _respelt(text) or _ANY_FORM


def _respelt(text: str) -> str:
    """The window whose words are near to these, if that is one."""
    words = text.lower().split()[:MAX_WORDS]
    near = [_NUMBERS.get(word) or next(iter(close_names(word, _WORDS)), word) for word in words]
    meant = " ".join(near)
    return f"did you mean `{meant}`?" if any(re.fullmatch(pattern, meant) for _, pattern in _FORMS) else ""


def window_bounds(
    window: Window, day: date, calendar: Calendar, program_start: date, shifted_months: int = 0
) -> tuple[date | None, date]:
    """The days a window covers when judged at the end of `day`: from (None is open) until before.

    With `shifted_months` the window is judged that much earlier; see `shifted_day`.
    """
    judged = shifted_day(window, day, shifted_months)
    before = judged + ONE_DAY
    match window.kind:
        case WindowKind.TRAILING_DAYS:
            return add_days(before, -window.count), before
        case WindowKind.TRAILING_MONTHS:
            return add_months(judged, -window.count) + ONE_DAY, before
        case WindowKind.LAST:
            # A period that ends with the day judged is complete: `as of` means the end of that day.
            last = calendar.period_of(before, window.unit, window.fiscal)
            return add_months(last.start, -window.count * window.unit.months), last.start
        case WindowKind.THIS:
            return calendar.period_of(judged, window.unit, window.fiscal).start, before
        case WindowKind.THIS_MONTH_AND_LAST:
            return add_months(judged.replace(day=1), -window.count), before
        case WindowKind.PROGRAM_YEAR:
            return _anniversary(program_start, judged), before
        case WindowKind.LIFETIME:
            return None, before
        case _:
            assert_never(window.kind)


def shifted_day(window: Window, day: date, months: int) -> date:
    """The day `months` before `day` on which a shifted window is judged.

    A trailing window steps back by the calendar's clamping rule, so that it ends exactly where
    the window it is compared with begins. A window of calendar periods keeps the end of a
    month: a quarter complete on 30 June is compared with one complete on 31 March.
    """
    if not months:
        return day
    trailing = window.kind in (WindowKind.TRAILING_DAYS, WindowKind.TRAILING_MONTHS)
    if trailing or (day + ONE_DAY).day != 1:
        return add_months(day, -months)
    return add_months(day + ONE_DAY, -months) - ONE_DAY


def _anniversary(start: date, day: date) -> date:
    """The latest day a whole number of years from `start`, before it too, that is not after `day`."""
    years = months_between(start, day) // MONTHS_IN_YEAR
    candidate = add_months(start, years * MONTHS_IN_YEAR)
    return candidate if candidate <= day else add_months(start, (years - 1) * MONTHS_IN_YEAR)
