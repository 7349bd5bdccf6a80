"""Expressions as text again: the canonical form, as explanations print it.

Parsing the text gives the same tree; brackets are written only if needed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, assert_never

from engine.language.syntax import (
    Arithmetic,
    Call,
    Comparing,
    Day,
    Duration,
    Expression,
    Logic,
    Membership,
    Missing,
    Money,
    Name,
    Negation,
    Negative,
    Number,
    Ranging,
    Text,
    Truth,
)

OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGNED, VALUE = range(8)
"""How tightly a node binds, from loosest to tightest, as in the grammar."""

_BINDING: Final = {"or": OR, "and": AND, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


def render_expression(expression: Expression) -> str:
    """The expression as the author could have written it."""
    match expression:
        case Number(value, _, percent):
            return f"{render_number(_hundredfold(value))}%" if percent else render_number(value)
        case Money(value, currency):
            return f"{render_number(value)} {currency}"
        case Duration(count, unit):
            return f"{render_number(Decimal(count))} {unit if count != 1 else unit.removesuffix('s')}"
        case Day(day):
            return day.isoformat()
        case Text(text):
            return "'" + text.replace("'", "''") + "'"
        case Truth(truth):
            return "true" if truth else "false"
        case Name(name):
            return name
        case Call(function, arguments):
            return f"{function}({_listed(arguments)})"
        case Negative(value):
            return f"-{_inner(value, SIGNED)}"
        case Arithmetic(op, left, right):
            binding = _BINDING[op]
            return f"{_inner(left, binding)} {op} {_inner(right, binding + 1)}"
        case Comparing() | Membership() | Ranging() | Missing():
            return _comparison(expression)
        case Negation(term):
            return f"not {_inner(term, NOT)}"
        case Logic(op, terms):
            return f" {op} ".join(_inner(term, _BINDING[op] + 1) for term in terms)
        case _:
            assert_never(expression)


def render_number(value: Decimal) -> str:
    """A number without exponent, its digits in groups of three: `250_000`, `12.5`."""
    return f"{value:,f}".replace(",", "_")


def _hundredfold(value: Decimal) -> Decimal:
    """The value times a hundred, exactly: the ambient decimal context plays no part."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # a literal is a finite number
    return Decimal((sign, digits, exponent + 2))


def _comparison(expression: Comparing | Membership | Ranging | Missing) -> str:
    match expression:
        case Comparing(op, left, right):
            return f"{_inner(left, SUM)} {op} {_inner(right, SUM)}"
        case Membership(value, options, negated):
            return f"{_inner(value, SUM)} {'not ' if negated else ''}in [{_listed(options)}]"
        case Ranging(value, low, high):
            return f"{_inner(value, SUM)} between {_inner(low, SUM)} and {_inner(high, SUM)}"
        case Missing(value, negated):
            return f"{_inner(value, SUM)} is {'not ' if negated else ''}missing"
        case _:
            assert_never(expression)


def _listed(expressions: tuple[Expression, ...]) -> str:
    return ", ".join(render_expression(each) for each in expressions)


def _inner(expression: Expression, binding: int) -> str:
    """The text of a part, in brackets if it binds less tightly than its place requires."""
    text = render_expression(expression)
    return text if _binding(expression) >= binding else f"({text})"


def _binding(expression: Expression) -> int:
    match expression:
        case Logic(op) | Arithmetic(op):
            return _BINDING[op]
        case Negation():
            return NOT
        case Comparing() | Membership() | Ranging() | Missing():
            return COMPARISON
        case Negative():
            return SIGNED
        case _:
            return VALUE
