"""Windows and periods: `over the trailing twelve months`, `each fiscal quarter`."""

from __future__ import annotations

from typing import assert_never

from engine.authoring.wording.values import say_count, say_duration
from engine.calendar import Unit
from engine.language.window import Window, WindowKind


def say_window(window: Window | None, shifted: int = 0) -> str:
    """The days a metric counts, as they follow a noun; "" without a window. `shifted` is in months.

    The words follow a measure: `net revenue over the trailing twelve months`.
    """
    if window is None:
        return ""
    earlier = f", judged {say_duration(shifted, 'months')} earlier" if shifted else ""
    return _said(window) + earlier


def _said(window: Window) -> str:
    match window.kind:
        case WindowKind.TRAILING_DAYS:
            return f"over the trailing {_several(window.count, 'day')}"
        case WindowKind.TRAILING_MONTHS:
            return f"over the trailing {_several(window.count, 'month')}"
        case WindowKind.LAST:
            if window.count == 1:
                return f"over the last complete {say_unit(window.unit, window.fiscal)}"
            return f"over the last {say_count(window.count, f'complete {say_unit(window.unit, window.fiscal)}')}"
        case WindowKind.THIS:
            return f"this {say_unit(window.unit, window.fiscal)} to date"
        case WindowKind.THIS_MONTH_AND_LAST:
            month = say_unit(window.unit, window.fiscal)
            before = "the month before" if window.count == 1 else f"the {say_count(window.count, 'month')} before"
            return f"this {month} to date and {before}"
        case WindowKind.PROGRAM_YEAR:
            return "over the program year to date"
        case WindowKind.LIFETIME:
            return "over all time"
        case _:
            assert_never(window.kind)


def _several(count: int, noun: str) -> str:
    """`twelve months`; of a single one the number goes without saying."""
    return noun if count == 1 else say_count(count, noun)


def say_unit(unit: Unit, fiscal: bool) -> str:
    """A period's noun.

    >>> say_unit(Unit.QUARTER, True), say_unit(Unit.YEAR, False)
    ('fiscal quarter', 'calendar year')
    """
    if fiscal:
        return f"fiscal {unit}"
    return unit.value if unit is Unit.MONTH else f"calendar {unit}"


def names_days(title: str) -> bool:
    """Whether a title already names its days, so the window need not be added.

    >>> names_days("Net revenue, trailing twelve months"), names_days("Net revenue")
    (True, False)
    """
    words = title.lower().replace(",", " ").split()
    return any(word.rstrip("s.)") in TIME_WORDS for word in words)


_TIMES = "annual date day lifetime month monthly mtd qtd quarter quarterly trailing ttm weekly year yearly ytd"
TIME_WORDS = frozenset(_TIMES.split())
