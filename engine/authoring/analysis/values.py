"""Values of expressions: sums of variables, ratios of sums, words; each where a guard holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.authoring.analysis.domain import Words, exactly
from engine.authoring.analysis.formula import FALSE, TRUE, Formula, In, Variable, affine, any_of, every, negated
from engine.language.program import Requirement
from engine.language.source import Span

MOST_PIECES = 36  # cases of one value, by tier, choice, segment or band; beyond, the value is taken as free


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum of factor x variable, plus a constant."""

    terms: tuple[tuple[Variable, Fraction], ...] = ()
    constant: Fraction = Fraction(0)

    def plus(self, other: Sum, factor: Fraction = Fraction(1)) -> Sum:
        """With `factor` times the other added. A variable that cancels out stays, for it must be there."""
        terms = dict(self.terms)
        for variable, each in other.terms:
            terms[variable] = terms.get(variable, Fraction(0)) + each * factor
        return Sum(tuple(terms.items()), self.constant + other.constant * factor)

    def minus(self, other: Sum) -> Sum:
        """With the other taken away. A variable that cancels out stays, for it must be there."""
        terms = dict(self.terms)
        for variable, each in other.terms:
            terms[variable] = terms[variable] - each if variable in terms else -each
        return Sum(tuple(terms.items()), self.constant - other.constant)

    def times(self, factor: Fraction) -> Sum:
        """So many times this."""
        return Sum(tuple((variable, each * factor) for variable, each in self.terms), self.constant * factor)

    @property
    def number(self) -> Fraction | None:
        """The number it is for all partners, or None."""
        return None if self.terms else self.constant


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum divided by another, missing where that is zero."""

    above: Sum
    under: Sum


@dataclass(frozen=True, slots=True)
class Word:
    """A word; `values` is its order, if it has one."""

    text: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The word a variable has."""

    variable: Variable


Value = Sum | Ratio | Word | Chosen


@dataclass(frozen=True, slots=True)
class Piece:
    """A value where a guard holds; the guards of one expression exclude each other."""

    guard: Formula
    value: Value


Pieces = tuple[Piece, ...]
"""An expression's value by cases; where no guard holds it is missing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A three-valued condition: where it is met and where it is refuted; elsewhere it cannot be decided."""

    met: Formula
    refuted: Formula

    @property
    def opposite(self) -> Condition:
        """`not` of it."""
        return Condition(self.refuted, self.met)


ALWAYS = Condition(TRUE, FALSE)
NEVER = Condition(FALSE, TRUE)


def one(value: Value) -> Pieces:
    """A value without cases."""
    return (Piece(TRUE, value),)


def number(value: Fraction | int) -> Pieces:
    """A constant."""
    return one(Sum((), Fraction(value)))


def of_variable(variable: Variable) -> Pieces:
    """The value of a variable."""
    return one(Chosen(variable) if isinstance(variable.base, Words) else Sum(((variable, Fraction(1)),)))


def all_met(conditions: Iterable[Condition]) -> Condition:
    """All of them: refuted as soon as one is."""
    each = tuple(conditions)
    return Condition(every(one.met for one in each), any_of(one.refuted for one in each))


def any_met(conditions: Iterable[Condition]) -> Condition:
    """One of them: refuted when all are."""
    each = tuple(conditions)
    return Condition(any_of(one.met for one in each), every(one.refuted for one in each))


def combined(left: Pieces, right: Pieces, how: Callable[[Value, Value], Pieces | None]) -> Pieces | None:
    """Every case of both; None where a case is beyond sums, or there are too many."""
    if len(left) * len(right) > MOST_PIECES:
        return None
    found: list[Piece] = []
    for one_ in left:
        for two in right:
            made = how(one_.value, two.value)
            if made is None:
                return None
            found += [Piece(every((one_.guard, two.guard, each.guard)), each.value) for each in made]
    return tuple(found) if len(found) <= MOST_PIECES else None


def present(pieces: Pieces) -> Formula:
    """Where the value is there."""
    return any_of(every((each.guard, _present(each.value))) for each in pieces)


def _present(value: Value) -> Formula:
    match value:
        case Sum(terms, _):
            return every(_there(variable) for variable, _ in terms)
        case Ratio(above, under):
            zero = compared(under, "is", Sum())
            return every((_present(above), _present(under), negated(zero)))
        case Chosen(variable):
            return _there(variable)
    return TRUE


def _there(variable: Variable) -> Formula:
    return In(variable, variable.missing.complement()) if variable.base.missing else TRUE


def compared(left: Sum, op: str, right: Sum) -> Formula:
    """Where `left op right` is met; it is refuted where the opposite is met."""
    gap = left.minus(right)
    if not gap.terms:
        return TRUE if HOLDS[op](gap.constant, 0) else FALSE
    if op in ("<", "<="):
        return affine(dict(gap.terms), -gap.constant, op == "<")
    down = {variable: -factor for variable, factor in gap.terms}
    if op in (">", ">="):
        return affine(down, gap.constant, op == ">")
    up = dict(gap.terms)
    if op == "is":
        kept = [variable for variable, factor in gap.terms if factor]
        if len(gap.terms) == len(kept) == 1:
            return In(kept[0], exactly(-gap.constant / up[kept[0]]))
        return every((affine(up, -gap.constant, False), affine(down, gap.constant, False)))
    return any_of((affine(up, -gap.constant, True), affine(down, gap.constant, True)))


HOLDS: Mapping[str, Callable[[Fraction | int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.eq,
    "is not": operator.ne,
}
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "is": "is not", "is not": "is"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "is": "is", "is not": "is not"}


def ratio_compared(ratio: Ratio, op: str, limit: Sum) -> Formula | None:
    """Where a ratio compares with a limit, cross-multiplied; None where that would multiply variables."""
    if limit.number is not None:
        product = ratio.under.times(limit.number)
    elif ratio.under.number is not None:
        product = limit.times(ratio.under.number)
    else:
        return None
    gap = ratio.above.minus(product)
    zero = Sum()
    above = every((compared(ratio.under, ">", zero), compared(gap, op, zero)))
    under = every((compared(ratio.under, "<", zero), compared(gap, MIRRORED[op], zero)))
    return any_of((above, under))


@dataclass(frozen=True, slots=True)
class Judged:
    """One line in an era: `text` as the author wrote it, or what a group asks."""

    text: str
    span: Span
    condition: Condition
    line: Requirement | None = None
