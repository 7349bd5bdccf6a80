"""Values of a test file: a text by the type of its field, exactly, and back again.

Nothing is converted: an amount has its currency, a number no more digits than its field keeps.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_never, cast

from engine.authoring.cases import codes
from engine.authoring.cases.model import Answer, Word
from engine.language.currency import MAX_MINOR, scale_of
from engine.language.diagnostic import Diagnostic
from engine.language.expression import (
    parse_day,
    parse_duration,
    parse_integer,
    parse_money,
    parse_number,
)
from engine.language.lines import shown
from engine.language.near import suggest
from engine.language.records import ID_PATTERN
from engine.language.rendering import render_number
from engine.language.source import Scalar
from engine.rounding import round_decimal
from engine.types import Kind, Mode, Type

MAX_INTEGER = 10**15 - 1  # as an import takes them
FINER = re.compile("(-?[0-9_]+(?:[.][0-9]+)?) ([A-Z]{3})")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*|[0-9]{4}-Q[1-4]")
WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n", *Word))
"""Texts that mean something else without quotes."""


def read_value(word: Scalar, type: Type, exact: bool = True) -> tuple[Answer | None, tuple[Diagnostic, ...]]:
    """The value of a text, or one finding. `exact` refuses more digits than the type keeps."""
    match type.kind:
        case Kind.MONEY:
            return _money(word, type, exact)
        case Kind.NUMBER:
            number, found = parse_number(word)
            return _checked(word, number.value if number else None, type, found, exact)
        case Kind.INTEGER:
            whole, found = parse_integer(word)
            return _checked(word, None if whole is None else whole, type, found, exact)
        case Kind.DATE:
            day, found = parse_day(word)
            return (day.value if day else None), found
        case Kind.DAYS | Kind.MONTHS:
            return _duration(word, type)
        case Kind.BOOLEAN:
            if word.text in ("true", "false"):
                return word.text == "true", ()
            return _wrong(word, "neither true nor false", "write `true` or `false`")
        case Kind.CHOICE:
            if word.text in type.values:
                return word.text, ()
            return _wrong(word, "not a value of the choice", suggest(word.text, type.values))
        case Kind.ID:
            if re.fullmatch(ID_PATTERN, word.text):
                return word.text, ()
            help = "an id has letters A-Z a-z, digits, and `.` `_` `-` after the first; at most 64"
            return _wrong(word, "no id", help)
        case Kind.TEXT:
            return unicodedata.normalize("NFC", word.text), ()
        case _:
            assert_never(type.kind)


def _wrong(word: Scalar, what: str, help: str) -> tuple[None, tuple[Diagnostic, ...]]:
    return None, (codes.WRONG_VALUE.at(word.span, f"`{shown(word.text)}` is {what}", help=help),)


def _money(word: Scalar, type: Type, exact: bool) -> tuple[Answer | None, tuple[Diagnostic, ...]]:
    finer = None if exact else FINER.fullmatch(word.text)
    if finer is not None:  # what is measured may be finer and larger than what can be paid
        number, found = parse_number(replace(word, text=finer[1]))
        value, currency = number.value if number else None, finer[2]
    else:
        amount, found = parse_money(word)
        value, currency = (amount.value, amount.currency) if amount else (None, "")
    if value is None:
        return None, found
    if currency != type.currency:
        help = f"amounts of this program are in {type.currency}; nothing is converted"
        return _wrong(word, f"in another currency than {type.currency}", help)
    return _checked(word, value, type, found, exact)


def _checked(
    word: Scalar, value: Decimal | int | None, type: Type, found: tuple[Diagnostic, ...], exact: bool
) -> tuple[Answer | None, tuple[Diagnostic, ...]]:
    """The number, unless its field could not hold it."""
    if value is None or not exact:
        return value, found
    scaled = Fraction(value) * 10**type.scale
    if scaled.denominator != 1:
        digits = (
            f"{type.scale} digit{'' if type.scale == 1 else 's'} after the point" if type.scale else "whole numbers"
        )
        return _wrong(
            word, f"more precise than the field, which has {digits}", "write only as many digits as the field has"
        )
    most = MAX_MINOR if type.kind is Kind.MONEY else MAX_INTEGER if type.kind is Kind.INTEGER else 10**type.digits - 1
    if abs(scaled) > most:
        return _wrong(word, "more than the field can hold", "check the number of digits")
    return value, found


def _duration(word: Scalar, type: Type) -> tuple[Answer | None, tuple[Diagnostic, ...]]:
    """Days or months; a bare zero needs no unit in results either, so it is written with one."""
    duration, found = parse_duration(word)
    if duration is None:
        return None, found
    unit = type.kind.value
    if duration.unit != unit:
        return _wrong(word, f"in {duration.unit}, but the value is in {unit}", f"write it in {unit}")
    return duration.count, ()


def same(expected: Answer, found: Answer) -> bool:
    """Whether two answers are one: numbers by value, words and truths only as themselves."""
    for kind in (Word, bool, tuple):
        if isinstance(expected, kind) or isinstance(found, kind):
            return isinstance(expected, kind) and isinstance(found, kind) and expected == found
    return expected == found


def render_answer(answer: Answer, type: Type | None = None, percent: bool = False) -> str:
    """An answer as a test file writes it, such as `250_000 USD`, `12.5%`, `silver`."""
    if isinstance(answer, Word):
        return answer.value
    if isinstance(answer, tuple):
        return f"[{', '.join(render_text(each) for each in answer)}]"
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, date):
        return answer.isoformat()
    if isinstance(answer, str):
        return render_text(answer)
    return _render_number(Decimal(cast("Decimal | int", answer)), type, percent)


def _render_number(value: Decimal, type: Type | None, percent: bool) -> str:
    kind = type.kind if type else Kind.NUMBER
    if kind is Kind.MONEY and type is not None:
        return f"{render_number(trimmed(value, scale_of(type.currency) or 0))} {type.currency}"
    if kind in (Kind.DAYS, Kind.MONTHS):
        return f"{render_number(trimmed(value))} {kind.value}"
    if percent and kind is Kind.NUMBER:
        return f"{render_number(trimmed(Fraction(value) * 100))}%"
    return render_number(trimmed(value))


def trimmed(value: Decimal | Fraction, scale: int = 0) -> Decimal:
    """The same number without needless zeros: whole, or with `scale` digits after the point or more if it has them."""
    exact, places = Fraction(value), 0
    while (exact * 10**places).denominator != 1:  # numbers here come from texts and results: they end
        places += 1
    return round_decimal(exact, max(places, scale) if places else 0, Mode.HALF_EVEN)


def render_text(text: str) -> str:
    """A text so that YAML reads it as that text: plain where nothing can be mistaken."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    return '"' + "".join(_escaped(each) for each in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    point = ord(character)
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
