"""The words of an expression: text to tokens, with a cure for each common mistake.

Positions are characters of the text, from 0, `end` one past the last. Reading stops at the first fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from engine.language.codes import expression as codes
from engine.language.currency import SIGNS
from engine.language.diagnostic import Code
from engine.language.numerals import in_our_writing, unit_behind, written_out


class TokenKind(StrEnum):
    """Terminals of the grammar; the values are their names there."""

    NUMBER = "NUMBER"
    PERCENT = "PERCENT"
    MONEY = "MONEY"
    DURATION = "DURATION"
    DAY = "DAY"
    TEXT = "TEXT"
    NAME = "NAME"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    IS = "IS"
    IN = "IN"
    MISSING = "MISSING"
    BETWEEN = "BETWEEN"
    TRUE = "TRUE"
    FALSE = "FALSE"
    COMPARE = "COMPARE"
    PLUS = "PLUS"
    MINUS = "MINUS"
    TIMES = "TIMES"
    DIVIDED = "DIVIDED"
    LPAR = "LPAR"
    RPAR = "RPAR"
    LSQB = "LSQB"
    RSQB = "RSQB"
    COMMA = "COMMA"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression."""

    kind: TokenKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, where, and the cure."""

    code: Code
    message: str
    help: str
    start: int
    end: int


KEYWORDS: Final = {
    word.value.lower(): word
    for word in (
        TokenKind.AND,
        TokenKind.OR,
        TokenKind.NOT,
        TokenKind.IS,
        TokenKind.IN,
        TokenKind.MISSING,
        TokenKind.BETWEEN,
        TokenKind.TRUE,
        TokenKind.FALSE,
    )
}
OPERATORS: Final = {
    "<": TokenKind.COMPARE,
    "<=": TokenKind.COMPARE,
    ">": TokenKind.COMPARE,
    ">=": TokenKind.COMPARE,
    "+": TokenKind.PLUS,
    "-": TokenKind.MINUS,
    "*": TokenKind.TIMES,
    "/": TokenKind.DIVIDED,
    "(": TokenKind.LPAR,
    ")": TokenKind.RPAR,
    "[": TokenKind.LSQB,
    "]": TokenKind.RSQB,
    ",": TokenKind.COMMA,
}
NULL_WORDS: Final = frozenset(("null", "Null", "NULL", "None"))  # `none` may be a value of a choice

WHOLE: Final = r"(?:0|[1-9][0-9]{0,2}(?:_[0-9]{3})+|[1-9][0-9]*)"
_NUMBER = re.compile(rf"{WHOLE}(?:\.[0-9]+)?")
_DIGITS_BEFORE_POINT = 15
_DIGITS_AFTER_POINT = 8

_LEXEME = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<text>'(?:[^'\r\n]|'')*')
    | (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.:-]))
    | (?P<daylike>[0-9]{4}(?P<by>[-/.])[0-9]{1,2}(?P=by)[0-9]{1,2}[\w:.-]*
                | [0-9]{1,2}(?P<of>[-/.])[0-9]{1,2}(?P=of)[0-9]{4}(?!\w))
    | (?P<thousands>[0-9]{1,3}(?:[ ,][0-9]{3})+(?![0-9_]))
    | (?P<number>\.?[0-9][0-9A-Za-z_.]*)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<apart>[<>][ \t]+=)
    | (?P<foreign>===?|!==?|<>|=<|=>|&&|\|\||\*\*|[=!&|^~%])
    | (?P<operator><=|>=|[-<>+*/()\[\],])
    | (?P<other>.)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(?P<number>[0-9][0-9._]*,[0-9]+)(?P<unit>[ \t]*(?:%|[A-Z]{3}\b|[$€£¥]))?", re.ASCII)
_NUMBER_BEFORE = re.compile(r"([0-9][0-9._]*)[ \t]*$", re.ASCII)
_NUMBER_AFTER = re.compile(r"[ \t]*([0-9](?:[0-9.,_]*[0-9])?)", re.ASCII)
_ID_BEFORE = re.compile(r"\b\w+(?:-\w+)*-$", re.ASCII)
_ID_AFTER = re.compile(r"[\w-]*", re.ASCII)
_UNIT = re.compile(r"[ \t\r\n]+(?:(?P<currency>[A-Z]{3})|(?P<time>(?:day|month|year)s?))(?![A-Za-z0-9_])")

_FOREIGN: Final = {
    "=": ("`=` is not an operator", "write `is`"),
    "==": ("`==` is not an operator", "write `is`"),
    "===": ("`===` is not an operator", "write `is`"),
    "!=": ("`!=` is not an operator", "write `is not`"),
    "!==": ("`!==` is not an operator", "write `is not`"),
    "<>": ("`<>` is not an operator", "write `is not`"),
    "=<": ("`=<` is not an operator", "write `<=`"),
    "=>": ("`=>` is not an operator", "write `>=`"),
    "&&": ("`&&` is not an operator", "write `and`"),
    "&": ("`&` is not an operator", "write `and`"),
    "||": ("`||` is not an operator", "write `or`"),
    "|": ("`|` is not an operator", "write `or`"),
    "!": ("`!` is not an operator", "write `not`"),
    "~": ("`~` is not an operator", "write `not`"),
    "**": ("there is no power operator", "write the product, or declare the value as a parameter"),
    "^": ("there is no power operator", "write the product, or declare the value as a parameter"),
    "%": ("`%` does not follow a number", "a percentage is written `5%`, without a space; there is no remainder"),
}
_BRACES: Final = (
    "braces have no meaning in an expression",
    "write a list of values as `in [a, b]`; declare a table of values under `parameters`, and write its name",
)
_OTHER: Final = {
    '"': ("a text needs single quotes here", "write `'EdgeGuard 9'`"),
    "`": ("a text needs single quotes, not backticks", "write `'EdgeGuard 9'`"),
    "'": ("a text is not closed", "add the closing quote; a quote inside a text is doubled: `'it''s'`"),
    ".": ("a dot can only join two names", "write a link without spaces: `item.line`"),
    "#": ("`#` starts a comment in YAML and has no meaning here", "remove it, or put a text in single quotes"),
    ":": ("`:` has no meaning in an expression", "compare with `is`; put a text in single quotes"),
    ";": ("`;` has no meaning in an expression", "write one condition per line"),
    "{": _BRACES,
    "}": _BRACES,
    "≤": ("`≤` is not an operator", "write `<=`"),
    "≥": ("`≥` is not an operator", "write `>=`"),
    "≠": ("`≠` is not an operator", "write `is not`"),
    "\u00d7": ("`\u00d7` is not an operator", "write `*`"),
    "\u00f7": ("`\u00f7` is not an operator", "write `/`"),
}
_LOOKALIKES: Final = (
    (
        "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u00b4",
        "a curly quote",
        "type a straight single quote: `'`",
    ),
    ("\u00a0\u2007\u2009\u200a\u202f\u3000", "a no-break space", "delete it and type a space"),
    ("\u00ad\u200b\u200c\u200d\u2060\ufeff", "an invisible character", "delete it"),
    ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "a long dash or minus sign", "type a hyphen: `-`"),
)


_LONGEST_SHOWN = 40


def can_follow_dot(word: str) -> bool:
    """Whether a value can stand behind the dot of a name."""
    return _PART.fullmatch(word) is not None


def shortened(text: str) -> str:
    """A text on one line, short enough for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 3] + "..."


def tokenize(text: str) -> tuple[tuple[Token, ...], Fault | None]:
    """The tokens of a text up to its first fault."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _LEXEME.match(text, position)
        assert match is not None  # `other` takes any character
        group, position = match.lastgroup or "", match.end()
        if group == "space":
            continue
        word = _read(group, text, match.start(), position)
        if isinstance(word, Fault):
            return tuple(tokens), word
        tokens.append(word)
        position = word.end  # an amount continues to its currency
    return tuple(tokens), None


def _read(group: str, text: str, start: int, end: int) -> Token | Fault:
    """The token, or the fault, of one lexeme."""
    word = text[start:end]
    match group:
        case "text":
            return Token(TokenKind.TEXT, word, start, end)
        case "day":
            return Token(TokenKind.DAY, word, start, end)
        case "operator":
            return Token(OPERATORS[word], word, start, end)
        case "name":
            return _name(word, start, end)
        case "number":
            return _number(text, start, end)
        case "daylike":
            return Fault(codes.DAY, f"`{word}` is not how a date is written", "write `2026-02-01`", start, end)
        case "thousands":
            mark = "comma" if "," in word else "space"
            cure = f"write `{re.sub('[ ,]', '_', word)}`; separate two values by a comma and a space"
            return Fault(codes.THOUSANDS_COMMA, f"`{word}` groups digits with a {mark}", cure, start, end)
        case "apart":
            cure = f"write `{word[0]}=` without a space"
            return Fault(codes.FOREIGN_OPERATOR, f"`{word}` is two operators", cure, start, end)
        case "foreign":
            return Fault(codes.FOREIGN_OPERATOR, *_FOREIGN[word], start, end)
        case _:
            return _sign(text, start, end) if word in SIGNS else _other(word, start, end)


def _name(word: str, start: int, end: int) -> Token | Fault:
    """A keyword or a name; what its dots mean is known where it is looked up."""
    lower = word.lower()
    if word in KEYWORDS:
        return Token(KEYWORDS[word], word, start, end)
    if lower in KEYWORDS:
        cure = f"write `{lower}`; if it is a value, put it in single quotes: `'{word}'`"
        return Fault(codes.FOREIGN_OPERATOR, f"the keyword `{lower}` is lower case", cure, start, end)
    if word in NULL_WORDS:
        return Fault(
            codes.FOREIGN_OPERATOR, f"there is no `{word}`", "write `is missing` or `is not missing`", start, end
        )
    return Token(TokenKind.NAME, word, start, end)


def _number(text: str, start: int, end: int) -> Token | Fault:
    """A number with the unit after it, if there is one."""
    word = text[start:end]
    if comma := _decimal_comma(text, start):
        return comma
    fault = _number_fault(word)
    if fault:
        return _hyphenated(text, start, end) or Fault(codes.NUMBER, *fault, start, end)
    if text[end : end + 1] == "%":
        return Token(TokenKind.PERCENT, text[start : end + 1], start, end + 1)
    unit = _UNIT.match(text, end)
    if unit is None:
        return Token(TokenKind.NUMBER, word, start, end)
    kind = TokenKind.MONEY if unit["currency"] else TokenKind.DURATION
    if kind is TokenKind.DURATION and "." in word:
        cure = "write whole days or months: `18 months`"
        return Fault(codes.NUMBER, f"`{text[start : unit.end()]}` is not a whole number", cure, start, unit.end())
    return Token(kind, text[start : unit.end()], start, unit.end())


def _decimal_comma(text: str, start: int) -> Fault | None:
    """The fault of `2,5%` or `40.000,00 EUR`; between brackets a comma may separate two values."""
    found = _DECIMAL_COMMA.match(text, start)
    ours = in_our_writing(found["number"]) if found else None
    inside = sum(text.count(each, 0, start) for each in "([") > sum(text.count(each, 0, start) for each in ")]")
    if found is None or ours is None or inside:
        return None
    message = f"`{shortened(found.group())}` is written with a decimal comma"
    return Fault(codes.NUMBER, message, f"write `{ours}{unit_behind(found['unit'] or '')}`", start, found.end())


def _hyphenated(text: str, start: int, end: int) -> Fault | None:
    """The fault of an id with hyphens, `ART-0003`, whose last part is not a number."""
    before, after = _ID_BEFORE.search(text, 0, start), _ID_AFTER.match(text, end)
    if before is None or after is None:
        return None
    id = shortened(text[before.start() : after.end()])
    cure = f"put an id in single quotes: `'{id}'`"
    return Fault(codes.NUMBER, f"`{id}` without quotes is a subtraction", cure, before.start(), after.end())


def _sign(text: str, start: int, end: int) -> Fault:
    """The fault of a currency sign, with the amount it belongs to."""
    number = _NUMBER_BEFORE.search(text, 0, start) or _NUMBER_AFTER.match(text, end)
    code = SIGNS[text[start:end]]
    amount = shortened(in_our_writing(number[1]) or number[1]) if number else ""
    cure = f"write `{amount} {code}`" if amount else f"write `{code}` after the number"
    return Fault(codes.CHARACTER, "an amount is written with the currency code after it", cure, start, end)


_NUMBER_FAULTS: Final = (
    (r"\.[0-9]+", "does not start with a digit", "write the zero: `0{word}`"),
    (r"[0-9_]+\.", "ends with a point", "write `{head}`"),
    (r"0[0-9_]+(?:\.[0-9]+)?", "starts with a zero", "remove the zero; put an id in single quotes: `'{word}'`"),
    (r"[0-9.]+[eE][0-9]+", "has an exponent", "write the number out, digits grouped as in `250_000`"),
    (r"[0-9.]+[kKmM]|[0-9.]+(?:bn|mn|mio)", "is abbreviated", "write the number out: `{full}`"),
    (r"[0-9_.]+[A-Z]{3}", "has no space before the currency", "write `{number} {unit}`"),
    (r"[0-9_.]+(?:day|month|year)s?", "has no space before its unit", "write `{number} {unit}`"),
    (r"[0-9]+(?:\.[0-9]+){2,}", "has more than one point", "group digits with underscores: `{full}`"),
    (r"[0-9_]*_[0-9_]*(?:\.[0-9_]*)?", "groups its digits unevenly", "group them in threes: `250_000`"),
)


def _number_fault(word: str) -> tuple[str, str] | None:
    """Message and cure for a number written wrong."""
    if _NUMBER.fullmatch(word):
        whole, _, decimals = word.replace("_", "").partition(".")
        if len(whole) > _DIGITS_BEFORE_POINT:
            return f"`{word}` has more than {_DIGITS_BEFORE_POINT} digits before the point", "check the number of zeros"
        if len(decimals) > _DIGITS_AFTER_POINT:
            return f"`{word}` has more than {_DIGITS_AFTER_POINT} decimals", "round it, or divide by a whole number"
        return None
    head = word[: len(word) - len(word.lstrip("0123456789_."))]
    word = shortened(word)
    for pattern, message, cure in _NUMBER_FAULTS:
        if re.fullmatch(pattern, word):
            full = written_out(word) or in_our_writing(word) or "250_000"
            help = cure.format(word=word, head=word.rstrip("."), number=head, unit=word[len(head) :], full=full)
            return f"the number `{word}` {message}", help
    return f"`{word}` is neither a number nor a name", f"put an id or a text in single quotes: `'{word}'`"


def _other(character: str, start: int, end: int) -> Fault:
    """The fault of a character outside the language."""
    if character in _OTHER:
        return Fault(codes.CHARACTER, *_OTHER[character], start, end)
    code_point = f"U+{ord(character):04X}"
    for characters, what, cure in _LOOKALIKES:
        if character in characters:
            return Fault(codes.CHARACTER, f"there is {what} ({code_point}) here", cure, start, end)
    shown = f"`{character}` ({code_point})" if character.isprintable() else code_point
    cure = "names are written with a-z, digits and `_`; put a text in single quotes"
    return Fault(codes.CHARACTER, f"the character {shown} is not part of an expression", cure, start, end)
