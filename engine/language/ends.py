"""Help for the key `before`, the first day after a range: who writes it otherwise may mean the last day in the range.

A help that names only the day as it is written would make the range a day shorter, and nobody would notice.
"""

from __future__ import annotations

from datetime import date

from engine.calendar import ONE_DAY

BEFORE = "before"
LAST_DAY_WORDS = ("until", "till", "to", "through", "end", "ends", "last", "last_day", "end_date", "ends_on")
"""Keys for the end of a range in other languages; most of them include the day."""


def day_help(key: str, day: date) -> str:
    """What to write for a day that is written in a wrong form, by the key whose value it is."""
    if key != BEFORE or day == date.max:
        return f"write `{day}`"
    both = f"{day} or {day - ONE_DAY}" if day > date.min else f"{day}"
    return f"write `{day + ONE_DAY}` or `{day}`: `before` is the first day after the range, so the last is {both}"


def last_of_month_help(key: str, last: date) -> str:
    """What to write for a day that its month does not have."""
    told = f"the last day of that month is `{last}`"
    if key != BEFORE or last == date.max:
        return told
    return f"{told}; `before` is the first day after the range: to include {last}, write `{last + ONE_DAY}`"


def renamed_help(day: date | None) -> str:
    """What to write for another key that ends a range, with the day that it has, if it is one."""
    told = "the key is `before`, the first day after the range"
    if day is None or day == date.max:
        return told
    return f"{told}: `before: {day + ONE_DAY}` if {day} is the last day in it"
