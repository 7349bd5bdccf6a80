"""Bare values that another YAML reader would take for something else, or that look like what they are not.

Numbers with units, percentages and expressions are text here; their own parser reads them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from engine.language.codes import yaml as codes
from engine.language.diagnostic import Diagnostic
from engine.language.ends import day_help, last_of_month_help
from engine.language.lines import shown
from engine.language.source import Scalar

MAX_DIGITS = 38  # of an exact number; engine.types says why

MONTHS = 12
_TRUE = ("yes", "on", "true")
_SWITCHES = ("yes", "no", "on", "off")
_CAPITALS = ("true", "false", "null")  # plain only in lower case
# a digit has one place in each pattern: otherwise a long row of digits takes the square of its length
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+(?:\.[0-9_]*)?")
_EXPONENT = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DAY = re.compile(r"(?P<whole>(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2}))")
_TIME = re.compile(_DAY.pattern + r"(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*")
_NO_BREAK = re.compile("[\u00a0\u2007\u202f]")
_CURLY = re.compile("[\u2018\u201a-\u201f]|(?<!\\w)\u2019|\u2019(?!\\w)")  # an apostrophe between letters is none


def check_plain(scalar: Scalar, key: str) -> Diagnostic | None:
    """The first trap an unquoted value falls into, if any; `key` is the one whose value it is, or empty."""
    return _check_characters(scalar) or _check_word(scalar) or _check_number(scalar) or _check_date(scalar, key)


def check_key(key: Scalar) -> Diagnostic | None:
    """The first trap a bare key falls into: keys are texts, and a number or `true` is none."""
    if found := _check_characters(key):
        return found
    if key.text in ("", "~", "null"):
        return codes.KEY_NOT_TEXT.at(key.span, "a key is missing before `:`", help="write `key: value`")
    if key.text in ("true", "false") or _NUMBER.fullmatch(key.text):
        message = f"key `{shown(key.text)}` is not a text"
        return codes.KEY_NOT_TEXT.at(key.span, message, help=f"put it in quotes: `'{shown(key.text)}':`")
    return _check_word(key)


def _check_characters(scalar: Scalar) -> Diagnostic | None:
    if found := _NO_BREAK.search(scalar.text):
        span = scalar.span.inside(found.start(), found.end())
        help = "replace it by an ordinary space; if it is meant, put the whole text in double quotes"
        return codes.NO_BREAK_SPACE.at(span, "this is a no-break space, not a space", help=help)
    if found := _CURLY.search(scalar.text):
        span = scalar.span.inside(found.start(), found.end())
        help = "type `'`; if it belongs to a text, put the whole text in double quotes"
        return codes.CURLY_QUOTES.at(span, f"`{found.group()}` is a curly quote", help=help)
    return None


def _check_word(scalar: Scalar) -> Diagnostic | None:
    text, word = scalar.text, scalar.text.lower()
    if word in _SWITCHES and text in (word, word.upper(), word.capitalize()):
        truth = "true" if word in _TRUE else "false"
        message = f"some YAML readers read unquoted `{shown(text)}` as `{truth}`, others as a text"
        help = f"write `{truth}` for a truth value, or `'{shown(text)}'` for the text: quote it"
        return codes.AMBIGUOUS_WORD.at(scalar.span, message, help=help)
    if word in _CAPITALS and text in (word.upper(), word.capitalize()):
        message = f"some YAML readers read unquoted `{shown(text)}` as `{word}`, others as a text"
        meaning = "an empty value" if word == "null" else "a truth value"
        help = f"write `{word}` for {meaning}, or `'{shown(text)}'` for the text: quote it"
        return codes.AMBIGUOUS_WORD.at(scalar.span, message, help=help)
    return None


def _check_number(scalar: Scalar) -> Diagnostic | None:
    text, span = scalar.text, scalar.span
    if _NOT_FINITE.fullmatch(text):
        help = "write a finite number, or leave the key out"
        return codes.NOT_FINITE.at(span, f"`{shown(text)}` is not a number a program can use", help=help)
    if _EXPONENT.fullmatch(text):
        help = f"write the number out; if it is an id, quote it: `'{shown(text)}'`"
        return codes.EXPONENT.at(span, f"`{shown(text)}` is written with an exponent", help=help)
    digits = sum(each.isdigit() for each in text) if len(text) > MAX_DIGITS else 0
    if digits > MAX_DIGITS and _NUMBER.fullmatch(text):
        message = f"a number of {digits:,} digits; the limit is {MAX_DIGITS}"
        return codes.NUMBER_TOO_LONG.at(span, message, help="shorten it; if it is an id, put it in quotes")
    if _LEADING_ZERO.fullmatch(text):
        help = f"if it is an id, quote it: `'{shown(text)}'`; if it is a number, leave the zero out"
        return codes.LEADING_ZERO.at(span, f"`{shown(text)}` starts with a zero", help=help)
    return None


def _check_date(scalar: Scalar, key: str) -> Diagnostic | None:
    timed = _TIME.fullmatch(scalar.text)
    if not (found := timed or _DAY.fullmatch(scalar.text)):
        return None
    year, month, number = (int(found[each]) for each in ("year", "month", "day"))
    try:
        day = date(year, month, number)
    except ValueError:
        message = f"there is no day `{found['whole']}`"
        return codes.NO_SUCH_DAY.at(scalar.span, message, help=_last_day(year, month, key))
    if timed is None:
        return None
    message = f"`{shown(scalar.text)}` has a time of day; programs count in days"
    return codes.DATE_WITH_TIME.at(scalar.span, message, help=day_help(key, day))


def _last_day(year: int, month: int, key: str) -> str:
    """What is known of the month of a day that is none."""
    if not (1 <= month <= MONTHS and date.min.year <= year < date.max.year):
        return "write a day of the calendar as year-month-day; months go from 01 to 12"
    return last_of_month_help(key, date(year + month // MONTHS, month % MONTHS + 1, 1) - timedelta(days=1))
