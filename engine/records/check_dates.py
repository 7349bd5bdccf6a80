"""Whether a source says everything that its days need, and nothing that has no effect on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.language.diagnostic import Diagnostic
from engine.records.codes import feed as codes
from engine.records.dates import DIRECTIVES, EPOCHS, EXCEL, NUMBERED
from engine.records.feed import Source

PARTS = ("day", "month", "year")
LETTERS = (  # of a year, a month and a day in the formats of other programs
    (("%Y|[yY]{4}", "%Y"), ("%?[yY]{1,2}", "%y")),
    (("%b|%B|%h|[mM]{3,4}", "%b"), ("%?[mM]{1,2}", "%m")),
    (("%?[dD]{1,2}", "%d"),),
)


def check_dates(source: Source) -> Iterator[Diagnostic]:
    """Findings about `date_format` and the keys that belong to it."""
    style = source.style
    date_format = style.date_format
    if date_format and not is_date_format(date_format, style.year):
        if is_date_format(date_format, 1):
            message = f"`{date_format}` has no year"
            help = "state it beside it, such as `year: 2026`; for days of several years, export them with their year"
            yield codes.DATE_FORMAT.at(source.place("date_format"), message, help=help)
            return
        if style.year and is_date_format(date_format):
            message = f"`year` contradicts `{date_format}`, which has a year"
            yield codes.DATE_FORMAT.at(source.place("year"), message, help="remove `year`")
            return
        message = f"`{date_format}` is not a date format: it needs a year, a month and a day, and no other `%`"
        yield codes.DATE_FORMAT.at(source.place("date_format"), message, help=_meant(date_format))
        return
    needs = (
        ("year", date_format != "", bool(style.year), "a `date_format` that has no year, such as `%d%m`"),
        ("first_year", "%y" in date_format, bool(style.first_year), "`%y` in `date_format`"),
        ("months", "%b" in date_format, bool(style.months), "`%b` in `date_format`"),
        ("written_in", date_format not in NUMBERED and bool(style.zone), bool(style.written_in), "`zone`"),
    )
    for key, has_effect, is_stated, what in needs:
        if is_stated and not has_effect:
            message = f"`{key}` has no effect without {what}"
            yield codes.DATE_FORMAT.at(source.place(key), message, help=f"add {what}, or remove `{key}`")
    if "%y" in date_format and not style.first_year:
        message = "years of two digits belong to more than one century"
        help = "state the first year that they can mean, such as `first_year: 1990` for 1990 to 2089"
        yield codes.DATE_FORMAT.at(source.place("date_format"), message, help=help)
    if date_format in EPOCHS and not style.zone:
        message = f"`{date_format}` needs the `zone` in which days count"
        yield codes.DATE_FORMAT.at(source.place("date_format"), message, help="add it, such as `zone: UTC`")
    if style.months and (len(style.months) != 12 or len({each.lower() for each in style.months}) != 12):
        message = "`months` are twelve different names"
        yield codes.DATE_FORMAT.at(source.place("months"), message, help="list those of January to December")
    for key, zone in (("zone", style.zone), ("written_in", style.written_in)):
        if zone and not is_zone(zone):
            message = f"`{zone}` is not a time zone"
            help = "write `UTC`, or a place such as `Europe/Berlin` or `America/New_York`"
            yield codes.DATE_FORMAT.at(source.place(key), message, help=help)


def is_date_format(written: str, year: int = 0) -> bool:
    """Whether the format has a year, a month and a day, once each, or is that of a number; where the feed states the
    `year`, a month and a day.
    """
    directives = re.findall("%.?", written)
    known = sorted(DIRECTIVES[each][0] for each in directives if each in DIRECTIVES)
    if written in NUMBERED:
        return not year
    return len(directives) == len(known) and tuple(known) == (PARTS[:-1] if year else PARTS)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name. Old names such as `EST`, which know no summer time, are none."""
    if name == "UTC":
        return True
    try:
        return "/" in name and not name.startswith("Etc/") and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _meant(written: str) -> str:
    """An example, or the format that was meant: `dd.mm.yyyy` means `%d.%m.%Y`."""
    if near := next((each for each in (*EPOCHS, *EXCEL) if written.lower().replace("_", " ") in each), ""):
        return f"did you mean `{near}`?"
    meant = re.sub("[ T,]*%[HIMSfpzZT].*$", "", written)
    if meant != written and is_date_format(meant):
        return f"write `{meant}`; to cut off the time, state the `zone` in which days count, such as `zone: UTC`"
    for ways in LETTERS:
        pattern, directive = next((each for each in ways if re.search(each[0], meant)), ways[0])
        meant = re.sub(pattern, directive, meant, count=1)
    if is_date_format(meant) and not re.search("[A-Za-z]{2}", meant):
        return f"did you mean `{meant}`?" + (" state `first_year` beside it" if "%y" in meant else "")
    return "for 29.09.2025 write `%d.%m.%Y`, for 9/29/2025 `%m/%d/%Y`, for 29-Sep-2025 `%d-%b-%Y`"
