"""Random scalars over the columns of a row, never wider than 38 digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from engine.plan.gauge import Gauge, Shapes
from engine.plan.inference import type_of
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Band,
    Bands,
    Between,
    Case,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
    Literal,
    Method,
    Mode,
    MonthsBetween,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Round,
    Scalar,
    Subtract,
    TakenBack,
)
from engine.types import BOOLEAN, DATE, MAX_DIGITS, TEXT, Kind, Type, number

NUMBERS = ("0", "1", "-1", "0.15", "2.5", "100", "-0.01", "3", "7", "12.5", "0.333")
WORDS = ("emea", "na", "it's", "")
DAYS = (date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 1), date(2021, 2, 28), date(2020, 12, 31))
RESULT = Type(Kind.MONEY, scale=2)
STARTS = ("-5", "0", "1", "10", "100")


@dataclass(frozen=True)
class Scalars:
    """Draws scalars from `columns`, whose numeric ones have `shapes`; base columns may be among them."""

    random: Random
    columns: Sequence[Column]
    row: Shapes
    base: Shapes

    def number(self, depth: int, ratio: bool = True) -> Scalar:
        """A number; without `ratio` one that has a fixed scale."""
        drawn = self._number(depth)
        if not ratio and type_of(drawn).ratio:
            drawn = Round(drawn, self.random.choice((0, 2)), self.random.choice(list(Mode)))
        return drawn if self.fits(drawn) else literal_number(Decimal(self.random.choice(NUMBERS)))

    def boolean(self, depth: int) -> Scalar:
        """A condition."""
        drawn = self._boolean(depth)
        return drawn if self.fits(drawn) else Literal(self.random.choice((True, False, None)), BOOLEAN)

    def of_kind(self, kind: Kind) -> list[Column]:
        """The columns of a kind; any number for INTEGER, any word for TEXT."""
        if kind is Kind.INTEGER:
            return [each for each in self.columns if each.type.is_numeric]
        if kind is Kind.TEXT:
            return [each for each in self.columns if each.type.is_textual]
        return [each for each in self.columns if each.type.kind is kind]

    def fits(self, scalar: Scalar) -> bool:
        """Whether no step of the scalar is wider than 38 digits."""
        gauge = Gauge(self.row, self.base)
        gauge.shape(scalar)
        type = type_of(scalar)
        return (type.ratio or type.digits <= MAX_DIGITS) and all(digits <= MAX_DIGITS for _, digits in gauge.found)

    def _leaf(self, kind: Kind) -> Scalar:
        columns = self.of_kind(kind)
        if columns and self.random.random() < 0.75:
            return self.random.choice(columns)
        if kind is Kind.INTEGER:
            if self.random.random() < 0.1:
                return Literal(None, number(2))
            return literal_number(Decimal(self.random.choice(NUMBERS)))
        if kind is Kind.DATE:
            return Literal(self.random.choice((*DAYS, None)), DATE)
        return Literal(self.random.choice((*WORDS, None)), TEXT)

    def _number(self, depth: int) -> Scalar:
        if depth <= 0:
            return self._leaf(Kind.INTEGER)
        two: tuple[Callable[[Scalar, Scalar], Scalar], ...] = (
            Add, Subtract, Multiply, Quotient, Quotient, IfMissing, TakenBack
        )  # fmt: skip
        pick = self.random.randrange(15)
        if pick < len(two):
            return two[pick](self.number(depth - 1), self.number(depth - 1))
        match pick:
            case 7:
                return Round(self.number(depth - 1), self.random.choice((0, 1, 2, 4)), self.random.choice(list(Mode)))
            case 8 | 9:
                values = tuple(self.number(depth - 1) for _ in range(self.random.randint(1, 3)))
                return Least(values) if pick == 8 else Greatest(values)
            case 10:
                return Absolute(self.number(depth - 1))
            case 11:
                branches = [(self.boolean(depth - 1), self.number(depth - 1)) for _ in range(self.random.randint(0, 2))]
                return Case(tuple(branches), self.number(depth - 1))
            case 12:
                node = self.random.choice((DaysBetween, MonthsBetween))
                return node(self._leaf(Kind.DATE), self._leaf(Kind.DATE))
            case 13:
                return Rank(self._leaf(Kind.TEXT), WORDS[1:])
            case _:
                return self.bands(self.number(depth - 1))

    def bands(self, measure: Scalar) -> Bands:
        """A band table over a measure; now and then its edges and rates are values of the row."""
        starts = sorted(map(Decimal, self.random.sample(STARTS, self.random.randint(1, 4))))
        bands = tuple(
            Band(self._value(start), rate=self._value(Decimal(self.random.choice(("0.01", "0.025", "1")))))
            if self.random.random() < 0.6
            else Band(self._value(start), amount=self._value(Decimal(self.random.choice(("0", "10", "7")))))
            for start in starts
        )
        end = self._value(Decimal(2000)) if self.random.random() < 0.3 else None
        return Bands(measure, bands, self.random.choice(list(Method)), RESULT, end)

    def _value(self, number: Decimal) -> Scalar:
        """A number of a band: mostly itself, else a column or a choice that may be missing."""
        pick = self.random.random()
        columns = [each for each in self.of_kind(Kind.INTEGER) if not each.type.ratio]
        if pick < 0.08 and columns:
            return self.random.choice(columns)
        if pick < 0.16:
            otherwise = literal_number(number + 1) if self.random.random() < 0.7 else Literal(None, RESULT)
            return Case(((self.boolean(0), literal_number(number)),), otherwise)
        return literal_number(number)

    def _boolean(self, depth: int) -> Scalar:
        flags = self.of_kind(Kind.BOOLEAN)
        if flags and (depth <= 0 or self.random.random() < 0.1):
            return self.random.choice(flags)
        pick = self.random.randrange(11) if depth > 0 else self.random.randrange(4)
        op = self.random.choice(list(Comparison))
        terms = tuple(self.boolean(depth - 1) for _ in range(self.random.randint(0, 3))) if 7 <= pick <= 9 else ()
        match pick:
            case 0:
                return Compare(self._leaf(Kind.DATE), op, self._leaf(Kind.DATE))
            case 1:
                return Compare(self._leaf(Kind.TEXT), op, self._leaf(Kind.TEXT))
            case 2:
                words = tuple(
                    Literal(self.random.choice((*WORDS, None)), TEXT) for _ in range(self.random.randint(0, 2))
                )
                return Among(self._leaf(Kind.TEXT), words)
            case 3 | 4:
                return Compare(self.number(depth - 1), op, self.number(depth - 1))
            case 5:
                options = (
                    literal_number(Decimal(self.random.choice(NUMBERS))) for _ in range(self.random.randint(0, 3))
                )
                return Among(self.number(depth - 1), tuple(options))
            case 6:
                return Between(self.number(depth - 1), self.number(depth - 1), self.number(depth - 1))
            case 7:
                return And(terms)
            case 8:
                return Or(terms)
            case 9:
                return AtLeast(self.random.randint(0, 3), terms)
            case _:
                return self._unary(depth)

    def _unary(self, depth: int) -> Scalar:
        pick = self.random.randrange(4)
        if pick == 0:
            return IsMissing(self.random.choice((self.number, self.boolean))(depth - 1))
        if pick == 1:
            return Not(self.boolean(depth - 1))
        if pick == 2:
            return IfMissing(self.boolean(depth - 1), self.boolean(depth - 1))
        return Case(((self.boolean(depth - 1), self.boolean(depth - 1)),), self.boolean(depth - 1))
