"""A part of a program without its places: two parts are one in meaning when their bare values are equal.

Agrees with `engine.language.essence`, which makes the hash of a whole program; a property of the tests holds them
together.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache

from engine.language.essence import BY_WORD, PLACES, settled
from engine.language.program import Incentive
from engine.language.source import Span
from engine.language.syntax import Day, Duration, Expression, Money, Number, Text, Truth

Bare = tuple[object, ...] | object

NAMED = ("parameters", "certifications", "metrics", "segments", "designations", "benefits", "incentives")
"""The sections of a program that hold declarations by name."""

LITERALS = (Number, Money, Duration, Day, Text, Truth)


def bare(value: object) -> Bare:
    """The value as nested tuples that compare by meaning; a place only shows that something exists."""
    if isinstance(value, Span):
        return True
    if isinstance(value, Decimal):
        return ("number", value)  # 1 and 1.00 are equal, as they are in the essence
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, tuple):
        return tuple(bare(each) for each in value)
    if isinstance(value, Incentive):
        value = settled(value)
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *(_field(value, name) for name in meant(value)))
    return value


def _field(owner: object, name: str) -> Bare:
    """A field, sorted if its entries are identified by name or keys."""
    value = bare(getattr(owner, name))
    unordered = name in UNORDERED or (type(owner).__name__, name) in BY_WORD
    return frozenset(value) if unordered and isinstance(value, tuple) else value


UNORDERED = frozenset({"choices", "fields", "links", "tables", "own_tables"}) | set(NAMED)
"""Fields whose order has no meaning: their entries are identified by names or keys."""


def meant(value: object) -> tuple[str, ...]:
    """The fields of a dataclass that carry meaning, without places and spelling."""
    assert is_dataclass(value)
    kind: type = type(value)
    return _meant(kind)


@cache
def _meant(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if not each.name.endswith(PLACES))


def same(one: object, other: object) -> bool:
    """Whether two parts mean the same."""
    return one is other or bare(one) == bare(other)


def outline(value: object) -> Bare:
    """The value with every literal left blank: what two versions of one line share when only a number moved."""
    if isinstance(value, LITERALS):
        return "literal"
    if isinstance(value, tuple):
        return tuple(outline(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type | Span):
        return (type(value).__name__, *(outline(getattr(value, name)) for name in meant(value)))
    return bare(value)


def is_literal(expression: Expression) -> bool:
    """Whether the expression is one written value."""
    return isinstance(expression, LITERALS)
