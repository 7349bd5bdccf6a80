"""Days as files write them: in a stated format, with names of months, with a time to cut off, or as a number.

SQL for every row, and Python for the few that a finding explains; both say the same about every text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.duck import text_literal
from engine.records.feed import Style

EPOCHS = {"epoch seconds": 1, "epoch milliseconds": 1_000}
EXCEL = {"excel": date(1899, 12, 30), "excel 1904": date(1904, 1, 1)}
NUMBERED = (*EPOCHS, *EXCEL)
ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
SHORT = 3  # letters of a month's name where it is cut
CENTURY = 100

DIRECTIVES = {
    "%Y": ("year", "[0-9]{4}"),
    "%y": ("year", "[0-9]{2}"),
    "%m": ("month", "[0-9]{1,2}"),
    "%b": ("month", ""),
    "%d": ("day", "[0-9]{1,2}"),
}
_DIRECTIVE = re.compile("(%[YymbdB])")
_CLOCK = "(?:(0?[1-9]|1[0-2]):([0-5][0-9])(?::[0-5][0-9](?:[.,][0-9]{1,9})?)? ?([AaPp])[.]?[Mm][.]?"
_CLOCK += "|([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9](?:[.,][0-9]{1,9})?)?)"
TIME = f"(?:(?:T|,? ){_CLOCK} ?(?:(Z|UTC|GMT)|([+-])([01][0-9]):?([0-5][0-9])?)?)"
TWELVE, MINUTE, HALF, HOUR, MINUTES, ZULU, SIGN, OFFSET, OFFSET_MINUTES = range(1, 10)  # the groups of TIME


def parts_of(date_format: str) -> list[str]:
    """The directives of a format and what stands between them, in order.

    >>> parts_of("%d.%m.%y")
    ['%d', '.', '%m', '.', '%y']
    """
    return [each for each in _DIRECTIVE.split(date_format) if each]


def months_of(style: Style) -> dict[str, int]:
    """The names of months, in small letters, with their numbers."""
    if style.months:
        return {name.lower(): number for number, name in enumerate(style.months, 1)}
    long = {name: number for number, name in enumerate(ENGLISH, 1)}
    return {**long, **{name[:SHORT]: number for name, number in long.items()}, "sept": ENGLISH.index("september") + 1}


def date_pattern(style: Style, named: bool = False) -> str:
    """The pattern of a day as the source writes it, without a time. `named` groups are for Python.

    Month and day may have one digit, except where no other character parts them from a neighbour.
    """
    date_format = style.date_format
    if date_format in EPOCHS:
        return f"(?:[0-9]{{{9 + len(str(EPOCHS[date_format])) - 1},{10 + len(str(EPOCHS[date_format])) - 1}}})"
    if date_format in EXCEL:
        return "(?:[0-9]{1,6})"
    if not date_format:
        return "[0-9]{4}-[0-9]{2}-[0-9]{2}" if not named else "(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    packed = re.search("%[Yymd]%[Yymd]", date_format)
    pattern = ""
    for part in parts_of(date_format):
        if part in DIRECTIVES:
            name, digits = DIRECTIVES[part]
            digits = digits or _any_month(style)
            whole = packed and (pattern or not style.year)  # `501` lost a zero, which can only have been the first
            digits = digits.replace("{1,2}", "{2}") if whole else digits
            pattern += f"(?P<{name}>{digits})" if named else f"({digits})"
        else:
            pattern += re.escape(part)
    return pattern


def _any_month(style: Style) -> str:
    """The names of months, longer ones first."""
    return f"(?i:{'|'.join(re.escape(each) for each in sorted(months_of(style), key=len, reverse=True))})"


def whole_pattern(style: Style) -> str:
    """The pattern of a cell: a day, and a time where the feed states a zone."""
    day = date_pattern(style)
    if not style.zone:
        return day
    return f"{day}(?:[.][0-9]{{1,15}})?" if style.date_format in NUMBERED else f"{day}{TIME}?"


def date_sql(text: str, style: Style) -> str:
    """SQL: the day of a text, missing where it is not one; its form is checked elsewhere."""
    if style.date_format in EPOCHS:
        seconds = f"TRY_CAST(split_part({text}, '.', 1) AS BIGINT) // {EPOCHS[style.date_format]}"
        return f"CAST({_in_zone(f'TRY(make_timestamp({seconds} * 1000000))', style)} AS DATE)"
    if style.date_format in EXCEL:
        return f"(DATE '{EXCEL[style.date_format]}' + TRY_CAST(split_part({text}, '.', 1) AS INTEGER))"
    if not style.zone:
        return _day_sql(text, text, style)
    day = date_pattern(style)
    written = f"regexp_extract({text}, {text_literal(f'^(?:{day})')})"
    return _cut_sql(text, written, day, style)


def _day_sql(text: str, written: str, style: Style) -> str:
    """SQL: the day that is written, without a time."""
    date_format = style.date_format
    if not date_format:
        return f"TRY_CAST({written} AS DATE)"
    if "%Y" in date_format and "%b" not in date_format:
        return f"CAST(try_strptime({written}, {text_literal(date_format)}) AS DATE)"
    pattern = text_literal(f"^(?:{date_pattern(style)})")
    order = [DIRECTIVES[each][0] for each in parts_of(date_format) if each in DIRECTIVES]
    found = {name: f"regexp_extract({text}, {pattern}, {order.index(name) + 1})" for name in order}
    if style.year:
        found["year"] = text_literal(str(style.year))
    if "%y" in date_format:
        start = style.first_year
        found["year"] = f"({start} + (TRY_CAST({found['year']} AS INTEGER) + {CENTURY - start % CENTURY}) % {CENTURY})"
    if "%b" in date_format:
        names = months_of(style)
        listed, numbers = ", ".join(map(text_literal, names)), ", ".join(map(str, names.values()))
        found["month"] = f"[{numbers}][list_position([{listed}], lower({found['month']}))]"
    return f"TRY_CAST({found['year']} || '-' || {found['month']} || '-' || {found['day']} AS DATE)"


def _cut_sql(text: str, written: str, day: str, style: Style) -> str:
    """SQL: the day in the stated zone of a text that may have a time."""
    own = _day_sql(text, written, style)
    pattern = text_literal(f"^{TIME}$")
    time = f"substr({text}, length({written}) + 1)"

    def number(group: int) -> str:
        return f"coalesce(TRY_CAST(regexp_extract({time}, {pattern}, {group}) AS INTEGER), 0)"

    half, sign, zulu = (f"regexp_extract({time}, {pattern}, {each})" for each in (HALF, SIGN, ZULU))
    clock = (
        f"if({half} = '', {number(HOUR)} * 60 + {number(MINUTES)},"
        f" {number(TWELVE)} % 12 * 60 + {number(MINUTE)} + if(lower({half}) = 'p', 720, 0))"
    )
    offset = f"({number(OFFSET)} * 60 + {number(OFFSET_MINUTES)}) * if({sign} = '-', -1, 1)"
    moved = _in_zone(f"({own} + to_minutes({clock} - {offset}))", style)
    stated = f"CASE WHEN {zulu} <> '' OR {sign} <> '' THEN CAST({moved} AS DATE)"
    other = own
    if style.written_in and style.written_in != style.zone:
        there = f"timezone({text_literal(style.written_in)}, {own} + to_minutes({clock}))"
        other = f"CAST(timezone({text_literal(style.zone)}, {there}) AS DATE)"
        stated += f" WHEN {time} = '' THEN {own}"
    return f"{stated} ELSE {other} END"


def _in_zone(instant: str, style: Style) -> str:
    """SQL: a time of UTC as it is in the zone of the source."""
    if style.zone in ("", "UTC"):
        return instant
    return f"timezone({text_literal(style.zone)}, timezone('UTC', {instant}))"


def read_day(text: str, style: Style) -> date | None:
    """The day of a text that has the form of the source; None where it is not in the calendar.

    >>> read_day("29-02-16", Style(date_format="%d-%m-%y", first_year=1990))
    datetime.date(2016, 2, 29)
    """
    if style.date_format in EPOCHS:
        seconds = int(text.partition(".")[0]) // EPOCHS[style.date_format]
        return _day_in(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), style)
    if style.date_format in EXCEL:
        return EXCEL[style.date_format] + timedelta(days=int(text.partition(".")[0]))
    found = re.match(date_pattern(style, named=True), text)
    month = months_of(style).get(found["month"].lower(), 0) if found and "%b" in style.date_format else None
    if found is None or month == 0:
        return None
    year = style.year or int(found["year"])
    if "%y" in style.date_format:
        year = style.first_year + (year - style.first_year) % CENTURY
    try:
        day = date(year, int(found["month"]) if month is None else month, int(found["day"]))
    except ValueError:
        return None
    return _moved(day, text[found.end() :], style)


def _moved(day: date, time: str, style: Style) -> date:
    """The day in the zone of the source, of a day and a time as they are written."""
    found = re.fullmatch(TIME, time) if time else None
    if found is None:
        return day
    if found[HALF]:
        minutes = int(found[TWELVE]) % 12 * 60 + int(found[MINUTE]) + (720 if found[HALF] in "Pp" else 0)
    else:
        minutes = int(found[HOUR]) * 60 + int(found[MINUTES])
    written = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
    if found[ZULU] or found[SIGN]:
        offset = timedelta(minutes=int(found[OFFSET] or 0) * 60 + int(found[OFFSET_MINUTES] or 0))
        return _day_in(written + (offset if found[SIGN] == "-" else -offset), style)
    if style.written_in and style.written_in != style.zone:
        return _day_in(written.replace(tzinfo=ZoneInfo(style.written_in)), style)
    return day


def _day_in(instant: datetime, style: Style) -> date:
    return instant.astimezone(ZoneInfo(style.zone or "UTC")).date()
