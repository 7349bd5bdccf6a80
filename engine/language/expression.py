"""Expressions and literals of a program: text in a YAML scalar to the tree of `engine.language.syntax`.

Names are not looked up here. One finding at most comes back for one scalar: the first thing that
is wrong, where, and the cure.
"""

from __future__ import annotations

from engine.language.codes import expression as codes
from engine.language.diagnostic import Diagnostic
from engine.language.grammar import Place, Refusal, build_expression, parse_tokens
from engine.language.literal import LITERAL_KINDS, Literal, negated, read_literal
from engine.language.misreading import call_fault, refusal_fault
from engine.language.rendering import render_expression as render_expression
from engine.language.source import Scalar, Span
from engine.language.syntax import Day, Duration, Expression, Money, Number
from engine.language.tokens import Fault, Token, TokenKind, shortened, tokenize

MAX_CHARACTERS = 2_000
MAX_DEPTH = 32
MAX_NODES = 500

_UNIT_HELP = "write the value with its unit and nothing else"

Findings = tuple[Diagnostic, ...]


def parse_expression(scalar: Scalar) -> tuple[Expression | None, Findings]:
    """The expression in a scalar, or one finding."""
    place = place_in(scalar)
    tokens, finding = _tokens(scalar, place)
    if finding:
        return None, (finding,)
    literals: dict[int, Expression] = {}
    for token in tokens:
        if token.kind in LITERAL_KINDS:
            value = read_literal(token, place)
            if isinstance(value, Diagnostic):
                return None, (value,)
            literals[token.start] = value
    tree = parse_tokens(tokens)
    if isinstance(tree, Refusal):
        return None, (_finding(refusal_fault(tokens, tree, in_list=not scalar.quoted), place),)
    fault = call_fault(tokens)
    if fault:
        return None, (_finding(fault, place),)
    part = build_expression(tree, tokens, literals, place)
    if part.depth > MAX_DEPTH:
        return None, (_too_large(scalar, f"the expression nests {part.depth} levels deep, more than {MAX_DEPTH}"),)
    if part.nodes > MAX_NODES:
        return None, (_too_large(scalar, f"the expression has {part.nodes:,} parts, more than {MAX_NODES}"),)
    return part.expression, ()


def parse_money(scalar: Scalar) -> tuple[Money | None, Findings]:
    """An amount with its currency, perhaps below zero: `250_000 USD`."""
    value, found = _literal(scalar, (TokenKind.MONEY,), "an amount with its currency")
    return (value if isinstance(value, Money) else None), found


def parse_number(scalar: Scalar) -> tuple[Number | None, Findings]:
    """A number or a percentage, perhaps below zero: `4.2`, `12.5%`."""
    value, found = _literal(scalar, (TokenKind.NUMBER, TokenKind.PERCENT), "a number, such as `4.2` or `12.5%`")
    return (value if isinstance(value, Number) else None), found


def parse_day(scalar: Scalar) -> tuple[Day | None, Findings]:
    """A date: `2026-02-01`."""
    value, found = _literal(scalar, (TokenKind.DAY,), "a date, as `2026-02-01`")
    return (value if isinstance(value, Day) else None), found


def parse_duration(scalar: Scalar) -> tuple[Duration | None, Findings]:
    """A number of days, months or years: `30 days`."""
    value, found = _literal(scalar, (TokenKind.DURATION,), "a number of days or months, such as `30 days`")
    return (value if isinstance(value, Duration) else None), found


def parse_integer(scalar: Scalar) -> tuple[int | None, Findings]:
    """A whole number, perhaps below zero: `12`."""
    value, found = _literal(scalar, (TokenKind.NUMBER,), "a whole number, such as `12`")
    if not isinstance(value, Number):
        return None, found
    if value.value != int(value.value):
        return None, (_wrong_literal(scalar, "a whole number, such as `12`"),)
    return int(value.value), ()


def _literal(scalar: Scalar, kinds: tuple[TokenKind, ...], wanted: str) -> tuple[Literal | None, Findings]:
    """The one literal of these kinds that a scalar is, or one finding."""
    place = place_in(scalar)
    tokens, finding = _tokens(scalar, place)
    if finding:
        return None, (finding,)
    minus = tokens[0].kind is TokenKind.MINUS
    words = tokens[1:] if minus else tokens
    if len(words) != 1 or words[0].kind not in kinds:
        bare = TokenKind.MONEY in kinds and [each.kind for each in words] == [TokenKind.NUMBER]
        help = f"write it with its currency, as in `{shortened(words[0].text)} EUR`" if bare else _UNIT_HELP
        return None, (_wrong_literal(scalar, wanted, help),)
    value = read_literal(words[0], place)
    if isinstance(value, Diagnostic):
        return None, (value,)
    if not minus:
        return value, ()
    if not isinstance(value, Number | Money):
        return None, (_wrong_literal(scalar, wanted),)
    return negated(value, place(tokens[0].start, words[0].end)), ()


def _wrong_literal(scalar: Scalar, wanted: str, help: str = _UNIT_HELP) -> Diagnostic:
    message = f"expected {wanted}, found `{shortened(scalar.text)}`"
    return codes.LITERAL.at(scalar.span, message, help=help)


def _tokens(scalar: Scalar, place: Place) -> tuple[tuple[Token, ...], Diagnostic | None]:
    """The tokens of a scalar of bounded size, at least one; or what is wrong with them."""
    if len(scalar.text) > MAX_CHARACTERS:
        count = f"{len(scalar.text):,} characters, more than {MAX_CHARACTERS:,}"
        return (), _too_large(scalar, f"the expression has {count}")
    if scalar.is_null or not scalar.text.strip():
        return (), codes.EMPTY.at(scalar.span, "the value is missing", help="write the value, or remove the key")
    tokens, fault = tokenize(scalar.text)
    if fault:
        return (), _finding(fault, place)
    depth = _bracket_depth(tokens)
    if depth > MAX_DEPTH:
        return (), _too_large(scalar, f"the expression has {depth} brackets inside each other, more than {MAX_DEPTH}")
    return tokens, None


def _bracket_depth(tokens: tuple[Token, ...]) -> int:
    deepest = depth = 0
    for token in tokens:
        if token.kind in (TokenKind.LPAR, TokenKind.LSQB):
            depth += 1
        elif token.kind in (TokenKind.RPAR, TokenKind.RSQB):
            depth -= 1
        deepest = max(deepest, depth)
    return deepest


def _too_large(scalar: Scalar, message: str) -> Diagnostic:
    return codes.TOO_LARGE.at(scalar.span, message, help="split it: declare the parts as metrics with a `formula`")


def _finding(fault: Fault, place: Place) -> Diagnostic:
    return fault.code.at(place(fault.start, fault.end), fault.message, help=fault.help)


def place_in(scalar: Scalar) -> Place:
    """From characters of the scalar's text to spans; the whole scalar if they are not known.

    A plain scalar on one line is unchanged. One in quotes begins after the quote; in single
    quotes each `'` is written twice. Blocks and escapes are not followed.
    """
    span, text = scalar.span, scalar.text
    width = span.end_column - span.column if span.line == span.end_line else -1
    quotes = text.count("'")

    if width == len(text) and not scalar.quoted:
        return span.inside
    if scalar.quoted and width == len(text) + 2:
        return lambda start, end: span.inside(start + 1, end + 1)
    if scalar.quoted and width == len(text) + 2 + quotes and "\\" not in text and '"' not in text:

        def doubled(start: int, end: int) -> Span:
            first, last = start + text.count("'", 0, start), end + text.count("'", 0, end)
            return span.inside(first + 1, last + 1)

        return doubled
    return lambda start, end: span
