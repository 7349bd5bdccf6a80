"""Scalar nodes as SQL: numbers as exact halves, everything else as one SQL text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import assert_never

from engine.columnar.literals import inner_type, plain_sql
from engine.columnar.rational import (
    SQL_OPERATOR,
    Exact,
    Number,
    absolute,
    added,
    chosen,
    compared,
    constant,
    divided,
    missing,
    multiplied,
    rounded,
)
from engine.plan.bands import bands_case
from engine.plan.gauge import Width, common_width
from engine.plan.inference import children, is_optional, type_of
from engine.plan.returns import taken_back_case
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
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

Sources = Mapping[str, Exact | str]
"""How the columns of a row are read: numbers as halves, others as SQL."""


@dataclass(frozen=True, slots=True)
class ScalarSql:
    """Turns scalars over one row (and the base row of a `Measure`) into SQL."""

    row: Sources
    base: Sources = field(default_factory=dict)

    def value(self, scalar: Scalar) -> Exact | str:
        """The scalar as halves when it is a number, else as SQL."""
        return self.number(scalar) if type_of(scalar).is_numeric else self.plain(scalar)

    def number(self, scalar: Scalar) -> Exact:
        """A numeric scalar. Raises TypeError for any other."""
        match scalar:
            case Literal():
                return _number_literal(scalar)
            case Column():
                found = (self.base if scalar.of_base else self.row)[scalar.name]
                if isinstance(found, str):
                    raise TypeError(f"column {scalar.name} is not a number")
                return found
            case Add(left, right):
                return added(self.number(left), self.number(right))
            case Subtract(left, right):
                return added(self.number(left), self.number(right), "-")
            case Multiply(left, right):
                return multiplied(self.number(left), self.number(right))
            case Quotient(left, right):
                return divided(self.number(left), self.number(right))
            case Round(value, scale, mode):
                return rounded(self.number(value), scale, mode)
            case Absolute(value):
                return absolute(self.number(value))
            case Least(values):
                return self._extreme(values, Comparison.AT_MOST)
            case Greatest(values):
                return self._extreme(values, Comparison.AT_LEAST)
            case IfMissing(value, default):
                first = self.number(value)
                return chosen([f"NOT {first.is_missing}"], [first], self.number(default))
            case Case(branches, otherwise):
                conditions = [self.plain(condition) for condition, _ in branches]
                return chosen(conditions, [self.number(value) for _, value in branches], self.number(otherwise))
            case Bands():
                return self.number(bands_case(scalar))
            case TakenBack():
                return self.number(taken_back_case(scalar))
            case DaysBetween() | MonthsBetween() | Rank():
                result = type_of(scalar)
                width = Width(result.digits, result.scale)
                return Exact(Number(f"CAST({self._counted(scalar)} AS {inner_type(result)})", width))
            case _:
                raise TypeError(f"{type(scalar).__name__} is not a number")

    def plain(self, scalar: Scalar) -> str:
        """A boolean, date or text. Raises TypeError for a number."""
        match scalar:
            case Literal():
                return plain_sql(scalar.value, scalar.type)
            case Column():
                found = (self.base if scalar.of_base else self.row)[scalar.name]
                if isinstance(found, Exact):
                    raise TypeError(f"column {scalar.name} is a number")
                return found
            case Compare(left, op, right):
                return self.comparison(left, op, right)
            case Between(value, low, high):
                above = self.comparison(value, Comparison.AT_LEAST, low)
                return f"({above} AND {self.comparison(value, Comparison.AT_MOST, high)})"
            case Among(value, options):
                return self._among(value, options)
            case IsMissing(value):
                lowered = self.value(value)
                return lowered.is_missing if isinstance(lowered, Exact) else f"({lowered} IS NULL)"
            case And(terms):
                return self._joined(terms, " AND ", "TRUE")
            case Or(terms):
                return self._joined(terms, " OR ", "FALSE")
            case Not(term):
                return f"(NOT {self.plain(term)})"
            case AtLeast(count, terms):
                return _at_least(count, [self.plain(term) for term in terms])
            case IfMissing(value, default):
                return f"coalesce({self.plain(value)}, {self.plain(default)})"
            case Case(branches, otherwise):
                cases = " ".join(f"WHEN {self.plain(when)} THEN {self.plain(then)}" for when, then in branches)
                return f"(CASE {cases} ELSE {self.plain(otherwise)} END)" if cases else self.plain(otherwise)
            case Least(values):
                return self._guarded("least", values)
            case Greatest(values):
                return self._guarded("greatest", values)
            case _:
                raise TypeError(f"{type(scalar).__name__} is a number")

    def comparison(self, left: Scalar, op: Comparison, right: Scalar) -> str:
        """Whether `left op right`; text compares by code point."""
        if type_of(left).is_numeric:
            return compared(self.number(left), op, self.number(right))
        return f"({self.plain(left)} {SQL_OPERATOR.get(op, op.value)} {self.plain(right)})"

    def _joined(self, terms: Sequence[Scalar], operator: str, empty: str) -> str:
        """SQL's own and/or are Kleene's."""
        return "(" + operator.join(self.plain(term) for term in terms) + ")" if terms else empty

    def _among(self, value: Scalar, options: Sequence[Literal]) -> str:
        if type_of(value).is_numeric or not options:
            return self._joined([Compare(value, Comparison.EQUAL, option) for option in options], " OR ", "FALSE")
        return f"({self.plain(value)} IN ({', '.join(self.plain(option) for option in options)}))"

    def _extreme(self, values: Sequence[Scalar], op: Comparison) -> Exact:
        """The value that is `op` all others; missing when any is missing."""
        lowered = [self.number(value) for value in values]
        if len(lowered) == 1:
            return lowered[0]
        if all(each.denominator is None for each in lowered):
            return self._plain_extreme(values, lowered, "least" if op is Comparison.AT_MOST else "greatest")
        conditions = [
            "(" + " AND ".join(compared(each, op, other) for at, other in enumerate(lowered) if at != place) + ")"
            for place, each in enumerate(lowered)
        ]
        return chosen(conditions, lowered, missing())

    def _plain_extreme(self, values: Sequence[Scalar], lowered: Sequence[Exact], function: str) -> Exact:
        width = reduce(common_width, (each.numerator.width for each in lowered))
        sql = f"{function}({', '.join(each.numerator.cast(width) for each in lowered)})"
        return Exact(Number(_unless_missing(sql, values, [each.is_missing for each in lowered]), width))

    def _guarded(self, function: str, values: Sequence[Scalar]) -> str:
        """DuckDB's least and greatest pass over NULL: guard them."""
        lowered = [self.plain(value) for value in values]
        return _unless_missing(f"{function}({', '.join(lowered)})", values, [f"({each} IS NULL)" for each in lowered])

    def _counted(self, scalar: DaysBetween | MonthsBetween | Rank) -> str:
        match scalar:
            case DaysBetween(start, end):
                return f"({self.plain(end)} - {self.plain(start)})"
            case MonthsBetween(start, end):
                return _months(self.plain(start), self.plain(end))
            case Rank(value, words):
                places = " ".join(f"WHEN {plain_sql(word, type_of(value))} THEN {n}" for n, word in enumerate(words))
                return f"(CASE {self.plain(value)} {places} END)" if words else "NULL"
        assert_never(scalar)


def _number_literal(literal: Literal) -> Exact:
    if literal.value is None:
        return missing()
    if isinstance(literal.value, str | date):
        raise TypeError(f"a numeric literal holds {literal.value!r}")
    return constant(Decimal(literal.value))


def _unless_missing(sql: str, values: Sequence[Scalar], tests: Sequence[str]) -> str:
    """The SQL, or NULL where one of the values that may be missing is."""
    guards = [test for value, test in zip(values, tests, strict=True) if is_optional(value)]
    return f"(CASE WHEN {' OR '.join(guards)} THEN NULL ELSE {sql} END)" if guards else sql


def _at_least(count: int, terms: Sequence[str]) -> str:
    if count <= 0:
        return "TRUE"
    if count > len(terms):
        return "FALSE"
    true = " + ".join(f"(CASE WHEN {term} THEN 1 ELSE 0 END)" for term in terms)
    possible = " + ".join(f"(CASE WHEN NOT {term} THEN 0 ELSE 1 END)" for term in terms)
    return f"(CASE WHEN {true} >= {count} THEN TRUE WHEN {possible} < {count} THEN FALSE END)"


def _months(start: str, end: str) -> str:
    """Whole months, clamped to the last day, by the mirror when `end` is earlier."""
    return f"(CASE WHEN {start} <= {end} THEN {_months_up(start, end)} ELSE -{_months_up(end, start)} END)"


def _months_up(start: str, end: str) -> str:
    """For start <= end: months by name, less one when the clamped day is not reached yet."""
    names = f"(year({end}) - year({start})) * 12 + month({end}) - month({start})"
    clamped = f"least(day({start}), day(last_day({end})))"
    return f"({names} - (CASE WHEN {clamped} > day({end}) THEN 1 ELSE 0 END))"


def reads_base(scalar: Scalar) -> bool:
    """Whether the scalar reads a column of the base row."""
    if isinstance(scalar, Column):
        return scalar.of_base
    return any(reads_base(each) for each in children(scalar))
