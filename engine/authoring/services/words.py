"""The names in an expression with their exact places, in broken expressions too.

Tokens are enough: the other side of a comparison is beside the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.language.expression import place_in
from engine.language.source import Scalar, Span
from engine.language.tokens import Token, TokenKind, tokenize

MAX_FAULTS = 20  # in one expression; a longer text is not an expression
MAX_CHARACTERS = 2_000  # as the language itself reads

_WORD = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z_]\w*)*", re.ASCII)
_COMPARES = (TokenKind.COMPARE, TokenKind.IS)
_NEGATES = (TokenKind.NOT,)

Locate = Callable[[int, int], Span | None]


@dataclass(frozen=True, slots=True)
class Word:
    """A bare name, or a text in quotes (`quoted`, without them), and the name it is compared with.

    `span` is None where its exact place is not known: in a value written with escapes.
    """

    text: str
    span: Span | None
    against: str = ""
    quoted: bool = False
    called: bool = False  # a function


def words_of_expression(scalar: Scalar, lines: tuple[str, ...]) -> tuple[Word, ...]:
    """All names and texts of the expression in a scalar, in the order written."""
    if len(scalar.text) > MAX_CHARACTERS:
        return ()
    tokens, locate = _tokens(scalar.text), locator(scalar, lines)
    found = []
    for place, token in enumerate(tokens):
        if token.kind is TokenKind.NAME:
            called = place + 1 < len(tokens) and tokens[place + 1].kind is TokenKind.LPAR
            found.append(Word(token.text, locate(token.start, token.end), _against(tokens, place), called=called))
        elif token.kind is TokenKind.TEXT:
            span = locate(token.start + 1, token.end - 1)
            found.append(Word(token.text[1:-1].replace("''", "'"), span, _against(tokens, place), quoted=True))
    return tuple(found)


def whole_word(scalar: Scalar, lines: tuple[str, ...]) -> Span | None:
    """The place of a scalar that is one name, without its quotes."""
    return locator(scalar, lines)(0, len(scalar.text))


def _tokens(text: str) -> list[Token]:
    """The tokens of a text, those behind a fault too."""
    tokens: list[Token] = []
    start = 0
    for _ in range(MAX_FAULTS):
        read, fault = tokenize(text[start:])
        tokens += [Token(each.kind, each.text, each.start + start, each.end + start) for each in read]
        if fault is None:
            break
        start += max(fault.end, fault.start + 1)
    return tokens


def _against(tokens: list[Token], place: int) -> str:
    """The name on the other side of the comparison: `tier` for `silver` in `tier >= silver`."""
    before, behind = place - 1, place + 1
    while before >= 0 and tokens[before].kind in (TokenKind.COMMA, TokenKind.NAME, TokenKind.TEXT, TokenKind.LSQB):
        before -= 1  # into a list in brackets, up to its `in`
    if before >= 2 and (tokens[before].kind, tokens[before - 2].kind) == (TokenKind.AND, TokenKind.BETWEEN):
        before -= 2  # the second value of `between silver and gold`
    while before >= 0 and tokens[before].kind in _NEGATES:
        before -= 1
    if before >= 0 and tokens[before].kind in (*_COMPARES, TokenKind.IN, TokenKind.BETWEEN):
        before -= 1
        while before >= 0 and tokens[before].kind in _NEGATES:
            before -= 1
        return _name(tokens, before)
    if behind < len(tokens) and tokens[behind].kind in _COMPARES:
        behind += 1
        while behind < len(tokens) and tokens[behind].kind in _NEGATES:
            behind += 1
        return _name(tokens, behind)
    return ""


def _name(tokens: list[Token], place: int) -> str:
    if 0 <= place < len(tokens) and tokens[place].kind is TokenKind.NAME:
        return tokens[place].text
    return ""


def locator(scalar: Scalar, lines: tuple[str, ...]) -> Locate:
    """From characters of a scalar's text to their place in the file.

    Where the text is spread over lines, a word is found by counting words; None where that cannot be trusted.
    """
    place, whole = place_in(scalar), scalar.span
    if place(0, 0) is not whole:  # the text is on one line, unchanged
        return place
    wanted = [(each.start(), each.group()) for each in _WORD.finditer(scalar.text)]
    found = list(_words_between(whole, lines))
    if [text for _, text in wanted] != [text for text, _ in found]:
        return lambda start, end: None
    spans = {start: (span, text) for (start, text), (_, span) in zip(wanted, found, strict=True)}

    def counted(start: int, end: int) -> Span | None:
        known = spans.get(start)
        return known[0] if known and len(known[1]) == end - start else None

    return counted


def _words_between(span: Span, lines: tuple[str, ...]) -> list[tuple[str, Span]]:
    """The words of the file between the ends of a span."""
    found = []
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else 0
        end = span.end_column - 1 if number == span.end_line else len(line)
        if number == span.line and line[start : start + 1] in ("|", ">"):
            continue  # the line that opens a block has an indicator, no words
        for each in _WORD.finditer(line, start, max(start, end)):
            found.append((each.group(), Span(span.file, number, each.start() + 1, number, each.end() + 1)))
    return found
