"""Scalar nodes: a value computed from one row.

Missing spreads: a node with a missing operand is missing, except where its docstring says
otherwise. Booleans are three-valued (Kleene): true, false, missing for `cannot decide`.
Numbers are exact; only `Round` loses digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.types import Method, Mode, Type

__all__ = [
    "Absolute", "Add", "Among", "And", "AtLeast", "Band", "Bands", "Between", "Case", "Column", "Compare",
    "Comparison", "DaysBetween", "Greatest", "IfMissing", "IsMissing", "Least", "Literal", "Method", "Mode",
    "MonthsBetween", "Multiply", "Not", "Or", "Quotient", "Rank", "Round", "Scalar", "Subtract", "Value",
]  # fmt: skip

Value = Decimal | int | str | bool | date | None
"""A value in a row. Money and numbers are Decimal, integers int, choice, text and id str."""


class Comparison(StrEnum):
    """How two values of one type are compared."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "="
    UNEQUAL = "!="


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `None` is missing."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Column:
    """A value of the row. In a `Measure`, `of_base` reads the row of the base instead.

    `optional` says that the value may be missing.
    """

    name: str
    type: Type
    optional: bool = False
    of_base: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Subtract:
    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Multiply:
    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Quotient:
    """The exact ratio of two numbers; missing where `right` is zero.

    Comparisons of quotients are exact (cross-multiplied), never after rounding.
    """

    left: Scalar
    right: Scalar


@dataclass(frozen=True, slots=True)
class Round:
    """The value at `scale` digits after the point. The one node that loses digits."""

    value: Scalar
    scale: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class Least:
    """The smallest; missing when any is missing."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Greatest:
    """The largest; missing when any is missing."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Absolute:
    value: Scalar


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """Days from `start` to `end`, negative when `end` is earlier."""

    start: Scalar
    end: Scalar


@dataclass(frozen=True, slots=True)
class MonthsBetween:
    """Whole months from `start` to `end`: the largest n with start + n months <= end.

    Month arithmetic clamps to the last day. Negative, by the mirror, when `end` is earlier.
    """

    start: Scalar
    end: Scalar


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a text in `values`, from 0; missing for a text not listed."""

    value: Scalar
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    left: Scalar
    op: Comparison
    right: Scalar


@dataclass(frozen=True, slots=True)
class Among:
    """Whether the value equals one of the literals."""

    value: Scalar
    options: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """low <= value <= high, both included; decided false as soon as one side is refuted."""

    value: Scalar
    low: Scalar
    high: Scalar


@dataclass(frozen=True, slots=True)
class IsMissing:
    """Whether the value is missing; itself never missing."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class And:
    """Kleene: false if any is false, else missing if any is missing. Of nothing: true."""

    terms: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Kleene: true if any is true, else missing if any is missing. Of nothing: false."""

    terms: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Not:
    term: Scalar


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True if `count` terms are true, false if so many cannot be reached, else missing."""

    count: int
    terms: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IfMissing:
    """The value, or `default` where it is missing."""

    value: Scalar
    default: Scalar


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first branch whose condition is true (missing is not true)."""

    branches: tuple[tuple[Scalar, Scalar], ...]
    otherwise: Scalar


@dataclass(frozen=True, slots=True)
class Band:
    """From `start` (included) to the next band's start; the last one to `Bands.end` or for ever.

    Each is a value: a number, or an expression of the row.
    """

    start: Scalar
    rate: Scalar | None = None
    amount: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Bands:
    """A band table applied to `measure`; exactly one of rate or amount is set in each band.

    MARGINAL: sum over bands of rate x the part of the measure inside. A band amount is earned
    pro rata across its band (the last band, when open, pays its amount in full once entered).
    WHOLE: the rate of the reached band x the measure, or its amount once.
    Below the first band nothing is earned. At or above `end` (set by `beyond: nothing`) WHOLE
    pays nothing, and MARGINAL nothing more. Missing where the measure, any edge or any rate is
    missing, reached or not, and where the edges (with `end`) do not strictly ascend.
    """

    measure: Scalar
    bands: tuple[Band, ...]
    method: Method
    result: Type  # of what is earned
    end: Scalar | None = None


Scalar = (
    Literal
    | Column
    | Add
    | Subtract
    | Multiply
    | Quotient
    | Round
    | Least
    | Greatest
    | Absolute
    | DaysBetween
    | MonthsBetween
    | Rank
    | Compare
    | Among
    | Between
    | IsMissing
    | And
    | Or
    | Not
    | AtLeast
    | IfMissing
    | Case
    | Bands
)
