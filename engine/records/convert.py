"""Texts to typed values, in SQL for every row, and in Python for the few rows that a finding explains.

Both say the same about every text (a property test holds them together). The grammars are
strict and small; nothing is trimmed, guessed or rounded, and no number passes through a float.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from engine.calendar import FIRST_DAY, LAST_RECORDED
from engine.duck import text_literal
from engine.language.currency import MAX_MINOR
from engine.language.diagnostic import Code
from engine.language.near import suggest
from engine.language.records import ID_PATTERN
from engine.records.codes import rows as codes
from engine.records.dates import DIRECTIVES, NUMBERED, date_sql, read_day, whole_pattern
from engine.records.feed import NumberStyle, Style
from engine.records.readers.layout import SPACES
from engine.types import ROW, Kind, Type

MAX_INTEGER = 10**15 - 1  # 15 digits, exact in every spreadsheet

# Ranges as RE2 and Python both read them. Left and right marks, and joiners, belong to some scripts.
BIDI = r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]"
HIDDEN = r"[\x{0000}-\x{001F}\x{007F}-\x{009F}\x{200B}\x{2028}\x{2029}\x{2060}\x{FEFF}\x{E0000}-\x{E007F}]"
ABSENT = frozenset(
    [
        "-",
        "--",
        "n/a",
        "na",
        "nan",
        "null",
        "none",
        "nil",
        "#n/a",
        "#ref!",
        "#value!",
        "#div/0!",
        "#name?",
        "#null!",
        "#num!",
    ]
)
PERCENT = "[ \u00a0\u202f]?%"  # the sign and the space that some languages put before it
CURRENCY_MARK = "[A-Z]{3}|[A-Z]{0,2}[$\u20ac\u00a3\u00a5\u20b9]|kr\\.?|z\u0142|K\u010d"  # as files write them
MARKS_OF = {
    "\u20ac": ("EUR",),
    "\u00a3": ("GBP",),
    "\u00a5": ("JPY", "CNY"),
    "\u20b9": ("INR",),
    "z\u0142": ("PLN",),
    "K\u010d": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}  # other marks, such as $, are of many currencies
GAP = "[ \u00a0\u202f]?"
SLIP = "correct it in the file, or set its row aside with `--quarantine`"
NO_DAY = f"no format makes it one: {SLIP}"
LAST_HOUR, LAST_MINUTE = 23, 59
PLACES = 2  # by which a percent sign moves the point


@dataclass(frozen=True, slots=True)
class Conversion:
    """SQL over one text: whether its form is right, its value, and whether the value is in range.

    `form` and `within` are never missing for a text that is there. `value` is missing where the form
    is wrong.
    """

    form: str
    value: str
    within: str = "true"

    def under(self, name: str) -> Conversion:
        """The same where `name` is the value: DuckDB computes what stands in a CASE again each time it is written."""
        return Conversion(self.form.replace(self.value, name), name, self.within.replace(self.value, name))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is not a value of its type. `of_text`: the help is about this text, and not for another one."""

    code: Code
    message: str
    help: str = ""
    of_text: bool = False


def is_mark_of(mark: str, currency: str) -> bool:
    """Whether a mark beside a number may mean this currency; "row" is any.

    >>> is_mark_of("EUR", "USD"), is_mark_of("US$", "USD")
    (False, True)
    """
    if currency == ROW:
        return True
    code = re.search("(?<![A-Z])[A-Z]{3}(?![A-Z])", mark)
    known = (code[0],) if code else MARKS_OF.get(mark.rstrip("."))
    return known is None or currency in known


def shown(text: str, most: int = 40) -> str:
    r"""A value for a message: cut, and without invisible characters.

    >>> print(shown("P-1\u202e"))
    'P-1\u202e'
    """
    return repr(text if len(text) <= most else text[:most] + "...")


def conversion(text: str, type: Type, style: Style) -> Conversion:
    """The SQL that makes a value of `type` from the SQL expression `text`."""
    match type.kind:
        case Kind.ID:
            return Conversion(_full(text, ID_PATTERN), text)
        case Kind.TEXT:
            return Conversion(
                f"NOT regexp_matches({text}, {text_literal(HIDDEN + '|' + BIDI)})", f"nfc_normalize({text})"
            )
        case Kind.CHOICE:
            return Conversion(f"{text} IN ({', '.join(text_literal(each) for each in type.values)})", text)
        case Kind.BOOLEAN:
            return Conversion(f"{text} IN ('true', 'false')", f"({text} = 'true')")
        case Kind.DATE:
            return _date_conversion(text, style)
        case Kind.INTEGER:
            value = f"TRY_CAST({plain_number(text, style.numbers)} AS BIGINT)"
            return Conversion(number_form(text, style.numbers, 0), value, _within(value, MAX_INTEGER))
        case Kind.MONEY | Kind.NUMBER:
            return _decimal_conversion(text, type, style.numbers)
        case Kind.DAYS | Kind.MONTHS:
            raise ValueError(f"no field has the type {type}")
        case _:
            assert_never(type.kind)


def _full(text: str, pattern: str) -> str:
    """SQL: the whole text has this form."""
    return f"regexp_full_match({text}, {text_literal(pattern)})"


def _within(value: str, most: int | Decimal) -> str:
    """SQL: the number fits and is at most so large."""
    return f"coalesce({value} BETWEEN -{most} AND {most}, false)"  # the smallest BIGINT has no abs


def _decimal_conversion(text: str, type: Type, style: NumberStyle) -> Conversion:
    value = f"TRY_CAST({plain_number(text, style)} AS DECIMAL({type.digits}, {type.scale}))"
    form = number_form(text, style, type.scale)
    if _takes_percent(type):
        number = plain_number(f"regexp_replace({text}, {text_literal(PERCENT)}, '')", style)
        hundred = f"TRY_CAST({number} AS DECIMAL({type.digits}, {type.scale - PLACES})) * CAST('0.01' AS DECIMAL(3, 2))"
        value = f"if(ends_with({text}, '%'), CAST({hundred} AS DECIMAL({type.digits}, {type.scale})), {value})"
        form = f"({form} OR {_full(text, _percent_pattern(style, type.scale - PLACES))})"
    return Conversion(form, value, _within(value, _largest(type)))


def _takes_percent(type: Type) -> bool:
    """Whether a cell may say `12.5%` for 0.125: in a decimal with room for the two digits more."""
    return type.kind is Kind.NUMBER and type.scale >= PLACES


def _percent_pattern(style: NumberStyle, scale: int) -> str:
    """A number with a percent sign behind it, and perhaps a space between them."""
    return f"({_number_pattern(style, scale)}){PERCENT}"


def _largest(type: Type) -> Decimal | int:
    """The largest number a field of the type keeps."""
    if type.kind is Kind.INTEGER:
        return MAX_INTEGER
    digits = MAX_MINOR if type.kind is Kind.MONEY else 10**type.digits - 1
    return Decimal(digits).scaleb(-type.scale)


def _number_pattern(style: NumberStyle, scale: int) -> str:
    """Digits, grouped as the source groups them, at most `scale` decimals that count, a sign and perhaps a mark.

    Zeros beyond the decimals change nothing and are taken. Thousands never follow a zero: `0.125` is an eighth.
    """
    whole = "[0-9]{1,30}"
    if style.thousands:
        group = re.escape(style.thousands)
        grouped = f"[1-9][0-9]{{0,2}}({group}[0-9]{{3}}){{1,10}}"
        if style.indian:
            grouped = f"[1-9][0-9]{{0,2}}{group}[0-9]{{3}}|[1-9][0-9]?({group}[0-9]{{2}}){{1,14}}{group}[0-9]{{3}}"
        whole = f"({grouped}|{whole})"
    point = re.escape(style.decimal)
    decimals = f"({point}[0-9]{{1,{scale}}}0{{0,20}})?" if scale else f"({point}0{{1,20}})?"
    return _with_sign(f"{whole}{decimals}", style)


def _with_sign(digits: str, style: NumberStyle) -> str:
    """The pattern of a number with its sign, and with a currency mark before or behind it."""
    before = behind = ""
    if style.marks:
        mark = "|".join(re.escape(each) for each in style.marks)
        before, behind = f"((?:{mark}){GAP})?", f"({GAP}(?:{mark}))?"
    if style.parentheses:
        plain = f"{before}{digits}{behind}"
        return f"({plain}|\\({plain}\\)|{before}\\({digits}\\){behind})"
    if style.behind:
        return f"{before}{digits}(-?{behind}|{behind}-)" if style.marks else f"{digits}-?"
    return f"(-?{before}|{before}-){digits}{behind}" if style.marks else f"-?{digits}"


def number_form(text: str, style: NumberStyle, scale: int) -> str:
    """SQL: the text is a number with at most `scale` decimals, as the source writes them."""
    return _full(text, _number_pattern(style, scale))


def plain_number(text: str, style: NumberStyle) -> str:
    """SQL: the number in the form that DuckDB reads."""
    below = f"contains({text}, '(')" if style.parentheses else f"contains({text}, '-')"
    for each in (*sorted(style.marks, key=len, reverse=True), style.thousands):
        if each:
            text = f"replace({text}, {text_literal(each)}, '')"
    if style.decimal != ".":
        text = f"replace({text}, {text_literal(style.decimal)}, '.')"
    if style.marks or style.parentheses:
        return f"if({below}, '-', '') || translate({text}, '()- \u00a0\u202f', '')"
    return f"if(ends_with({text}, '-'), '-' || rtrim({text}, '-'), {text})" if style.behind else text


def _digits(text: str, style: NumberStyle) -> Decimal:
    """The same in Python, without the sign."""
    for each in (*sorted(style.marks, key=len, reverse=True), style.thousands):
        text = text.replace(each, "") if each else text
    return Decimal(text.strip("()- \u00a0\u202f").replace(style.decimal, "."))


def _date_conversion(text: str, style: Style) -> Conversion:
    value = date_sql(text, style)
    form = f"({_full(text, whole_pattern(style))} AND {value} IS NOT NULL)"
    return Conversion(form, value, f"coalesce({value} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_RECORDED}', false)")


def explain(text: str, type: Type, style: Style) -> Problem | None:
    """What is wrong with a text as a value of `type`; None when nothing is."""
    explainer: dict[Kind, Callable[[str, Type, Style], Problem | None]] = {
        Kind.ID: _explain_id,
        Kind.TEXT: _explain_text,
        Kind.CHOICE: _explain_choice,
        Kind.BOOLEAN: _explain_boolean,
        Kind.DATE: _explain_date,
        Kind.INTEGER: _explain_number,
        Kind.MONEY: _explain_number,
        Kind.NUMBER: _explain_number,
    }
    return explainer[type.kind](text, type, style)


def _explain_id(text: str, type: Type, style: Style) -> Problem | None:
    if re.fullmatch(ID_PATTERN, text):
        return None
    for character in text:
        if character.isspace() or unicodedata.category(character) in ("Cf", "Cc", "Zs"):
            where = f"{_character_name(character)} in the id {shown(text)}"
            return Problem(codes.ID_WHITESPACE, where, "remove it at the source; ids are never trimmed")
    if len(text) > 64:
        return Problem(codes.ID_FORM, f"the id {shown(text)} has {len(text)} characters, 64 are allowed")
    bad = next((each for each in text if not re.fullmatch("[A-Za-z0-9._-]", each)), text[:1])
    help = "an id has letters A-Z a-z, digits, and `.` `_` `-` after the first; map others with a look-up"
    if not bad:
        return Problem(codes.ID_FORM, "the id is an empty text", help)
    return Problem(codes.ID_FORM, f"{_character_name(bad)} is not allowed there in the id {shown(text)}", help)


def _character_name(character: str) -> str:
    """What to call a character in a message: as it is, if everybody sees what it is; else by its Unicode name.

    >>> _character_name(" "), _character_name("/"), _character_name("\u00a0"), _character_name(chr(9))
    ('a space', '`/`', 'a no-break space (U+00A0)', 'a control character (U+0009)')
    >>> _character_name("\u0410"), _character_name("\u20ac"), _character_name("\u2003")
    ('a cyrillic capital letter a (U+0410)', 'a euro sign (U+20AC)', 'an em space (U+2003)')
    """
    if character == " ":
        return "a space"
    if character.isascii() and character.isprintable() and character != "`":
        return f"`{character}`"
    name = unicodedata.name(character, "control character").lower()
    article = "an" if name[0] in "aio" or (name[0] == "e" and not name.startswith("eu")) else "a"
    return f"{article} {name} (U+{ord(character):04X})"


def _pattern(ranges: str) -> str:
    """A character class in Python's spelling."""
    return re.sub(r"\\x\{([0-9A-F]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", ranges)


def _explain_text(text: str, type: Type, style: Style) -> Problem | None:
    bidi = re.search(_pattern(BIDI), text)
    hidden = re.search(_pattern(HIDDEN), text)
    help = "remove it at the source"
    if bidi:
        return Problem(codes.BIDI, f"{_character_name(bidi[0])} in the text {shown(text)}", help)
    if hidden:
        return Problem(codes.CONTROL_CHARACTER, f"{_character_name(hidden[0])} in the text {shown(text)}", help)
    return None


def _explain_choice(text: str, type: Type, style: Style) -> Problem | None:
    if text in type.values:
        return None
    return Problem(codes.UNKNOWN_VALUE, f"{shown(text)} is not a value of the choice", suggest(text, type.values))


def _explain_boolean(text: str, type: Type, style: Style) -> Problem | None:
    if text in ("true", "false"):
        return None
    help = "a boolean is `true` or `false`; give other words a `map`"
    return Problem(codes.BOOLEAN_FORM, f"{shown(text)} is neither true nor false", help)


def _explain_date(text: str, type: Type, style: Style) -> Problem | None:
    if not re.fullmatch(whole_pattern(style), text):
        message = f"{shown(text)} is not a day in the format {_said_format(style.date_format)}"
        return Problem(codes.DATE_FORM, message, _date_help(text, style))
    day = read_day(text, style)
    if day is None:
        message = f"{shown(text)} is not a day of the calendar" + (
            f" as `{style.date_format}`" * bool(style.date_format)
        )
        return Problem(codes.DATE_FORM, message, SLIP)
    if FIRST_DAY <= day <= LAST_RECORDED:
        return None
    help = "if it means that there is no date, list it under `missing`"
    return Problem(codes.DATE_RANGE, f"the day {day} is outside {FIRST_DAY} to {LAST_RECORDED}", help)


def _said_format(date_format: str) -> str:
    """A date format in words, and as it is written."""
    if date_format in NUMBERED:
        return f"`{date_format}`"
    date_format = said = date_format or "%Y-%m-%d"
    for directive, (name, _) in DIRECTIVES.items():
        said = said.replace(directive, name)
    return f"{said} (`{date_format}`)"


def _date_help(text: str, style: Style) -> str:
    """The cure for a day written in another way."""
    timed = re.search("([0-9][0-9]?):([0-9]{2})", text)
    if timed and (int(timed[1]) > LAST_HOUR or int(timed[2]) > LAST_MINUTE):
        return f"there is no time {timed[0]}: {SLIP}"
    if re.fullmatch("[0-9]{5}", text) and style.date_format not in NUMBERED:
        return "if all days are such numbers of a spreadsheet, write `date_format: excel` under the source"
    if timed and not style.zone:
        return "to cut off the time, state the `zone` in which days count under the source, such as `zone: UTC`"
    if style.date_format:
        return "write all days of a source in the same format"
    return "write year-month-day, or state the `date_format` of the source"


def _explain_number(text: str, type: Type, style: Style) -> Problem | None:
    numbers = style.numbers
    if type.kind is Kind.NUMBER and re.fullmatch(_percent_pattern(numbers, 60), text):
        return _explain_percent(text, type, numbers)
    if re.fullmatch(_number_pattern(numbers, type.scale), text):
        if _digits(text, numbers) <= _largest(type):
            return None
        return Problem(
            codes.TOO_LARGE,
            f"{shown(text)} is beyond {_largest(type)}",
            "check whether two columns were joined by mistake",
        )
    whole = text.replace(numbers.thousands or " ", "")
    if re.fullmatch(f"-?[0-9]{{31,}}({re.escape(numbers.decimal)}[0-9]*)?-?", whole):
        return Problem(
            codes.TOO_LARGE,
            f"{shown(text)} is beyond {_largest(type)}",
            "check whether two columns were joined by mistake",
        )
    if re.fullmatch(_number_pattern(numbers, 60), text):
        kept = f"{type.scale} decimals" if type.scale else "no decimals"
        whose = type.currency if type.kind is Kind.MONEY and type.currency != ROW else "the field"
        return Problem(
            codes.SCALE, f"{shown(text)} has more decimals than {whose} keeps ({kept})", "round at the source"
        )
    if text.strip().lower() in ABSENT or not text.strip():
        help = "if it means that there is no value, list it under `missing`; the field must then be optional"
        return Problem(codes.NUMBER_ABSENT, f"{shown(text)} is not a number", help)
    message = f"{shown(text)} is not a number in the format expected here, such as `{_example(type, numbers)}`"
    return Problem(codes.NUMBER_FORM, message, _number_help(text, numbers))


def _example(type: Type, style: NumberStyle) -> str:
    """A number below zero, as a source writes it."""
    decimals = style.decimal + "0" * min(type.scale, PLACES) if type.scale else ""
    plain = f"9{style.thousands}900{decimals}"
    return f"({plain})" if style.parentheses else f"{plain}-" if style.behind else f"-{plain}"


def _explain_percent(text: str, type: Type, numbers: NumberStyle) -> Problem | None:
    """What is wrong with a percentage: it is a number with two digits more after the point."""
    value = _digits(re.sub(PERCENT, "", text), numbers).scaleb(-PLACES)
    if value > _largest(type):
        return Problem(
            codes.TOO_LARGE, f"{shown(text)} is beyond {_largest(type)}", "check the percentage at the source"
        )
    if _takes_percent(type) and re.fullmatch(_percent_pattern(numbers, type.scale - PLACES), text):
        return None
    needed = -int(value.normalize().as_tuple().exponent)
    message = f"{shown(text)} is {value:f}, which has more decimals than the field keeps ({type.scale})"
    return Problem(codes.SCALE, message, f"give the field `scale: {max(needed, PLACES)}` in the program")


def _number_help(text: str, style: NumberStyle) -> str:
    """The cure for a number written in another way."""
    if re.fullmatch("-?[0-9]+,[0-9]+", text) and style.decimal == ".":
        return "if the comma is the decimal mark, state `decimal: ','`; between thousands, `thousands: ','`"
    for thousands, decimal in ((",", "."), (".", ","), (" ", ","), ("'", "."), ("\u00a0", ","), ("\u202f", ",")):
        if re.fullmatch(_number_pattern(NumberStyle(decimal, thousands), 60), text):
            if style.thousands not in ("", thousands) or style.decimal not in (".", decimal):
                return "correct it in the file: all numbers of a source are written alike"
            return f"state `thousands: {thousands!r}`" + (" and `decimal: ','`" if decimal == "," else "")
    if re.fullmatch("[0-9][0-9.,' ]*-", text) and not style.behind:
        return "to read a minus after the number, add `minus: behind` to the source"
    if re.fullmatch("-[0-9][0-9.,' ]*", text) and style.behind:
        return "with `minus: behind`, a minus before the number is not allowed"
    if currency := re.search(CURRENCY_MARK, text):
        return f"if `{currency[0]}` is the currency of the field, list it under `currency_marks` of the source"
    if text.startswith("(") and text.endswith(")"):
        return "to read numbers in parentheses as negative, write `minus: parentheses` under the source"
    if re.search("[0-9][eE][+-]?[0-9]", text):
        return "format the column as a number without exponent and export again"
    if text != text.strip(SPACES):
        return "to read texts without the spaces around them, write `trim: true` under the source"
    strange = next((each for each in text if not each.isascii()), "")
    if strange:
        return f"{_character_name(strange)} cannot be part of a number"
    mark = "decimal comma" if style.decimal == "," else "decimal point"
    return f"a number has digits, perhaps a minus before them, perhaps a {mark} with digits on both sides"
