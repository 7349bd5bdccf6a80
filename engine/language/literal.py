"""Literal values: an amount, a number, a day, a duration, a text, from one token.

No value passes through a float or through the ambient decimal context.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from engine.calendar import FIRST_DAY, LAST_BEFORE, MAX_SPAN_DAYS, MAX_SPAN_MONTHS, MONTHS_IN_YEAR, is_supported
from engine.language.codes import expression as codes
from engine.language.currency import check_code, check_scale, scale_of
from engine.language.diagnostic import Diagnostic
from engine.language.grammar import Place
from engine.language.numerals import groups_thousands, in_our_writing
from engine.language.source import Span
from engine.language.syntax import Day, Duration, Money, Number, Text
from engine.language.tokens import Token, TokenKind

Literal = Number | Money | Duration | Day | Text
LITERAL_KINDS = (
    TokenKind.NUMBER,
    TokenKind.PERCENT,
    TokenKind.MONEY,
    TokenKind.DURATION,
    TokenKind.DAY,
    TokenKind.TEXT,
)
_PERCENT_DECIMALS = 2  # one hundredth


def read_literal(token: Token, place: Place) -> Literal | Diagnostic:
    """The value of a token of `LITERAL_KINDS`, or why it has none."""
    span = place(token.start, token.end)
    match token.kind:
        case TokenKind.NUMBER:
            return _number(token, span)
        case TokenKind.PERCENT:
            return Number(_decimal(token.text[:-1], _PERCENT_DECIMALS), span, percent=True)
        case TokenKind.MONEY:
            return _money(token, place)
        case TokenKind.DURATION:
            return _duration(token, place)
        case TokenKind.DAY:
            return _day(token, place)
        case _:
            return Text(token.text[1:-1].replace("''", "'"), span)


def negated(number: Number | Money, span: Span) -> Number | Money:
    """The same value below zero, at the span with its sign; zero keeps no sign."""
    return replace(number, value=number.value.copy_negate() if number.value else number.value, span=span)


def _decimal(text: str, shift: int = 0) -> Decimal:
    """The number in `text`, with the point moved left by `shift` digits."""
    whole, _, decimals = text.replace("_", "").partition(".")
    digits = tuple(int(digit) for digit in (whole + decimals).lstrip("0") or "0")
    return Decimal((0, digits, -len(decimals) - shift))


def _number(token: Token, span: Span) -> Number | Diagnostic:
    """A plain number; `15.000` is refused, because three zeros almost always mean fifteen thousand."""
    whole, _, decimals = token.text.partition(".")
    if decimals == "000" and groups_thousands(token.text):
        help = f"write `{in_our_writing(token.text)}` if the point groups digits, `{whole}` if not"
        return codes.NUMBER.at(span, f"`{token.text}` is {whole} here", help=help)
    return Number(_decimal(token.text), span)


def _money(token: Token, place: Place) -> Money | Diagnostic:
    number, currency = token.text.split()
    value, span = _decimal(number), place(token.start, token.end)
    # Less than a minor unit a piece is said with `per`: 5 USD per 1_000.
    found = check_code(currency, place(token.end - len(currency), token.end)) or check_scale(value, currency, span)
    if scale_of(currency) is not None and len(number.partition(".")[2]) > (scale_of(currency) or 0):
        return _too_many_digits(number, currency, span, found)
    return found[0] if found else Money(value, currency, span)


def _too_many_digits(number: str, currency: str, span: Span, found: tuple[Diagnostic, ...]) -> Diagnostic:
    """The finding for an amount with more digits after its point than its currency has, zeros included.

    `15.000 EUR` is fifteen euros to one reader and fifteen thousand to another.
    """
    thousands = f"`{in_our_writing(number)} {currency}` if the point groups digits" if groups_thousands(number) else ""
    if found:
        help = f"write {thousands}; if not, {found[0].help}" if thousands else found[0].help
        return replace(found[0], help=help)
    scale = scale_of(currency) or 0
    whole, _, decimals = number.partition(".")
    kept = f"{whole}.{decimals[:scale]}" if decimals.strip("0") else whole
    message = f"`{number} {currency}` is {kept} {currency} here"
    help = f"write {thousands}, `{kept} {currency}` if not" if thousands else f"write `{kept} {currency}`"
    return codes.MONEY_SCALE.at(span, message, help=help)


def _duration(token: Token, place: Place) -> Duration | Diagnostic:
    digits, word = token.text.split()
    count, unit = int(digits.replace("_", "")), word.rstrip("s") + "s"
    if unit == "years":
        count, unit = count * MONTHS_IN_YEAR, "months"
    span = place(token.start, token.end)
    if count > (MAX_SPAN_DAYS if unit == "days" else MAX_SPAN_MONTHS):
        return codes.DURATION.at(
            span, f"`{token.text}` is longer than 210 years", help="leave it out, or check the number of zeros"
        )
    return Duration(count, unit, span)


def _day(token: Token, place: Place) -> Day | Diagnostic:
    span = place(token.start, token.end)
    try:
        day = date.fromisoformat(token.text)
    except ValueError:
        return codes.DAY.at(span, f"there is no day `{token.text}`", help="check month and day: `2026-02-28`")
    if not is_supported(day):
        return codes.DAY.at(
            span,
            f"`{token.text}` is not from {FIRST_DAY} until {LAST_BEFORE}",
            help="check the year; for a range without an end, leave the date out",
        )
    return Day(day, span)
