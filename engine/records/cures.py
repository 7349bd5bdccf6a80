"""What in the feed would cure a fault: the formats that fit the values, and the place where to say so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import duckdb

from engine.duck import text_literal
from engine.language.diagnostic import Related
from engine.language.records import Field
from engine.records.check import style_source
from engine.records.codes import rows as codes
from engine.records.convert import CURRENCY_MARK, Problem, conversion, explain, is_mark_of
from engine.records.dates import TIME, read_day, whole_pattern
from engine.records.feed import Feed, FieldMapping, NumberStyle, Source, Style
from engine.records.projection import Projection
from engine.records.readers.layout import LINE
from engine.types import Kind

CLOCK = re.compile(f"{TIME}$")
SEEN = 100_000  # values on which a format is tried; a column has one format or none
FORM_CODES = (codes.DATE_FORM, codes.NUMBER_FORM)  # what shows that a column is written in another way
FIELD_CURES = (  # at the field in the feed
    codes.NOT_MAPPED,
    codes.BOOLEAN_FORM,
    codes.UNKNOWN_VALUE,
    codes.POSITIVE_RETURN,
    codes.SIGN_UNKNOWN,
)
CURED_CODES = (*FORM_CODES, codes.SCALE)  # what may follow from it: the thousands of `1.234` read as decimals
DATE_FORMATS = (
    "",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%m.%d.%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d%m%Y",
    "%m%d%Y",
    *(mark.join(parts) for mark in "-/. " for parts in (("%d", "%b", "%Y"), ("%b", "%d", "%Y"), ("%d", "%b", "%y"))),
    "%b %d, %Y",
    *(mark.join(parts) for mark in "-/." for parts in (("%d", "%m", "%y"), ("%m", "%d", "%y"), ("%y", "%m", "%d"))),
    "excel",
)
FIRST_YEAR, ZONE = 1990, "UTC"  # what a cure names for short years and for times; both are to be judged by the reader
MARKS = (
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (",", " "),
    (".", " "),
    (".", "'"),
    (",", "\u00a0"),
    (",", "\u202f"),
    (".", "\u2019"),
    (".", "\u00a0"),
    (".", "\u202f"),
)
PLAIN_STYLES = (*(NumberStyle(*each) for each in MARKS), NumberStyle(".", ",", indian=True))
NUMBER_STYLES = (
    *PLAIN_STYLES,
    *(replace(each, behind=True) for each in PLAIN_STYLES),
    *(replace(each, parentheses=True) for each in PLAIN_STYLES),
)


@dataclass(frozen=True, slots=True)
class Cure:
    """A way in which the source seems to be written, what to change for it, and where."""

    styles: tuple[Style, ...]
    help: str
    place: Related


def find_cure(
    connection: duckdb.DuckDBPyConnection, feed: Feed, projection: Projection, n: int, field: Field
) -> Cure | None:
    """The formats that fit more of the values of field `n` than the stated one, those that fit most."""
    mapping = projection.fields[n]
    source = style_source(feed, projection.mapping, mapping)
    if source is None or not (field.type.kind is Kind.DATE or field.type.is_numeric):
        return None
    values = f"SELECT x{n} AS x FROM ({projection.judged}) WHERE x{n} IS NOT NULL ORDER BY {LINE}, x{n} LIMIT {SEEN}"
    others = [each for each in _styles(field, source.style) if each != source.style]
    if field.type.kind is Kind.MONEY:
        others += _marked(connection, values, others, source.style, field.type.currency)
    forms = [conversion("x", field.type, each).form for each in (source.style, *others)]
    counts = ", ".join(f"count(*) FILTER (WHERE {form})" for form in forms)
    ((stated, *fits),) = connection.execute(f"SELECT {counts} FROM ({values})").fetchall()
    best = max(fits)
    if best <= stated:
        return None
    fitting = [each for each, number in zip(others, fits, strict=True) if number == best]
    found = {each.numbers.decimal + each.date_format: each for each in reversed(fitting)}  # the plainest of each
    styles = tuple(reversed(found.values()))
    keys = tuple(key for style in styles for key, _ in _changes(source.style, style))
    return Cure(styles, _help(source, styles), Related(source.place(*keys), "the source"))


def _styles(field: Field, stated: Style) -> list[Style]:
    """The usual ways of writing such a value, in place of the stated one."""
    if field.type.kind is Kind.DATE:
        short = {each: FIRST_YEAR if "%y" in each else 0 for each in DATE_FORMATS}
        plain = [replace(stated, date_format=each, first_year=year) for each, year in short.items()]
        timed = [] if stated.zone else [replace(each, zone=ZONE) for each in plain if each.date_format != "excel"]
        return [*plain, *timed]
    return [replace(stated, numbers=each) for each in NUMBER_STYLES]


def _marked(
    connection: duckdb.DuckDBPyConnection, values: str, styles: list[Style], stated: Style, currency: str
) -> list[Style]:
    """The same ways with the currency mark of the column, if it has one and no other."""
    mark = f"regexp_extract(x, {text_literal(CURRENCY_MARK)})"
    found = connection.execute(f"SELECT DISTINCT {mark} FROM ({values}) WHERE {mark} <> '' LIMIT 2").fetchall()
    if len(found) != 1 or stated.numbers.marks or not is_mark_of(found[0][0], currency):
        return []
    return [replace(each, numbers=replace(each.numbers, marks=(found[0][0],))) for each in (stated, *styles)]


def _changes(stated: Style, style: Style) -> list[tuple[str, str]]:
    """The keys of a source that differ, each with its text in the feed; "" where it is left out."""
    pairs = (
        ("date_format", stated.date_format, style.date_format),
        ("first_year", _year(stated), _year(style)),
        ("zone", stated.zone, style.zone),
        ("decimal", stated.numbers.decimal, style.numbers.decimal),
        ("thousands", stated.numbers.thousands, style.numbers.thousands),
        ("grouping", _grouping(stated.numbers), _grouping(style.numbers)),
        ("minus", _minus(stated.numbers), _minus(style.numbers)),
        ("currency_marks", _marks(stated.numbers), _marks(style.numbers)),
    )
    return [(key, new) for key, old, new in pairs if old != new]


def _year(style: Style) -> str:
    return str(style.first_year or "")


def _minus(style: NumberStyle) -> str:
    return "parentheses" if style.parentheses else "behind" if style.behind else "before"


def _grouping(style: NumberStyle) -> str:
    return "indian" if style.indian else ""


def _marks(style: NumberStyle) -> str:
    return f"[{', '.join(map(_yaml, style.marks))}]" if style.marks else ""


def _help(source: Source, styles: tuple[Style, ...]) -> str:
    """What to write in the feed."""
    ways = " or ".join(_way(_changes(source.style, each)) for each in styles)
    which = ", whichever is meant" if len(styles) > 1 else ""
    if any(each.zone != source.style.zone for each in styles):
        which += "; or another zone, in which days count"
    if any(each.first_year != source.style.first_year for each in styles):
        which += "; or another first year of the hundred"
    return f"{ways} under the source `{source.name}`{which}"


def _way(changes: list[tuple[str, str]]) -> str:
    """The keys to write and to remove for one way of writing."""
    written = " and ".join(f"`{key}: {_yaml(text)}`" for key, text in changes if text)
    removed = " and ".join(f"`{key}`" for key, text in changes if not text)
    return " and ".join(part for part in (written and f"write {written}", removed and f"remove {removed}") if part)


def _yaml(text: str) -> str:
    """A value as text for the feed."""
    return (
        text
        if text.isalnum() or text.startswith("[")
        else '"' + text.replace("\u00a0", "\\u00A0").replace("\u202f", "\\u202F") + '"'
    )


def never_cured(n: int, cure: Cure, field: Field) -> str:
    """SQL: the cure is none for the text of field `n`, such as for a day that never was."""
    return " AND ".join(f"NOT ({conversion(f'x{n}', field.type, each).form})" for each in cure.styles)


def is_no_day(text: str) -> bool:
    """Whether a text is written as a day, but in no usual way one of the calendar.

    >>> is_no_day("31.02.2026"), is_no_day("13/13/2026"), is_no_day("12/31/2026"), is_no_day("soon")
    (True, True, False, False)
    """
    day = CLOCK.sub("", text)
    ways = [Style(date_format=each, first_year=FIRST_YEAR) for each in DATE_FORMATS if each != "excel"]
    fitting = [each for each in ways if re.fullmatch(whole_pattern(each), day)]
    return bool(fitting) and all(read_day(day, each) is None for each in fitting)


def cured(cure: Cure | None, problem: Problem, text: str, field: Field) -> bool:
    """Whether the cure is one for this text too."""
    if cure is None or problem.code not in CURED_CODES:
        return False
    return any(explain(text, field.type, style) is None for style in cure.styles)


def feed_place(feed: Feed, projection: Projection, mapping: FieldMapping, problem: Problem) -> tuple[Related, ...]:
    """Where in the feed a fault can be cured that no format cures; nothing when the row must be corrected."""
    if problem.code in FIELD_CURES or problem.of_text:
        return (Related(mapping.span, "the field"),)
    source = style_source(feed, projection.mapping, mapping)
    if source and problem.code in (codes.NUMBER_ABSENT, codes.DATE_RANGE):
        return (Related(source.place("missing"), "the source"),)
    return ()
