"""What an expression says, before names are looked up: the tree the grammar builds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.language.source import Span


@dataclass(frozen=True, slots=True)
class Number:
    """`4.2`, `250_000`, or `12.5%` with `percent` (value 0.125)."""

    value: Decimal
    span: Span
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """`250_000 USD`."""

    value: Decimal
    currency: str
    span: Span


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`, `24 months` (years are twelve months)."""

    count: int
    unit: str  # days, months
    span: Span


@dataclass(frozen=True, slots=True)
class Day:
    """`2026-02-01`."""

    value: date
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A text or id in single quotes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word, or two joined by a dot: `revenue`, `item.line`, `window.start`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right`, op one of + - * /."""

    op: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """`-value`."""

    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Comparing:
    """`left op right`, op one of < <= > >= is, is not."""

    op: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Membership:
    """`value in [a, b]`, or `not in` when negated."""

    value: Expression
    options: tuple[Expression, ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Ranging:
    """`value between low and high`, both included."""

    value: Expression
    low: Expression
    high: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Missing:
    """`value is missing`, or `is not missing` when negated."""

    value: Expression
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, or with `or`."""

    op: str
    terms: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negation:
    """`not term`."""

    term: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`min(a, b)` and the other functions: min, max, abs, days_between, months_between."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span


Expression = (
    Number
    | Money
    | Duration
    | Day
    | Text
    | Truth
    | Name
    | Arithmetic
    | Negative
    | Comparing
    | Membership
    | Ranging
    | Missing
    | Logic
    | Negation
    | Call
)
