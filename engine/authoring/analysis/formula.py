"""Formulas: claims about a partner, as facts about variables combined by `at least N of`.

A formula is true or false of an assignment in which a variable may be missing; a three-valued condition
becomes two formulas, one for `met` and one for `refuted` (`engine.authoring.analysis.conditions`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from engine.authoring.analysis.domain import Domain, Interval, Numbers, Words


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Something of a partner that may have one of many values; `base` holds all it can ever have.

    `values` are the words of an ordered choice from low to high, `listed` those of any
    choice as declared. `unit` says how values are written: a currency, `%`,
    `day`. `free` marks a value that is calculated in a way no sum expresses: any value is taken as possible. Two
    variables are the same only where they are one object.
    """

    name: str
    base: Domain
    whole: bool = False
    values: tuple[str, ...] = ()
    unit: str = ""
    free: bool = False
    listed: tuple[str, ...] = ()

    @property
    def missing(self) -> Domain:
        """The set of no value alone."""
        return Words(frozenset(), False, True) if isinstance(self.base, Words) else Numbers((), True)


@dataclass(frozen=True, slots=True)
class In:
    """The variable has a value of the set."""

    variable: Variable
    domain: Domain


@dataclass(frozen=True, slots=True)
class Linear:
    """All variables are there, and the sum of `factor x variable` is at most `bound`, or with `strict` below it."""

    terms: tuple[tuple[Variable, Fraction], ...]
    bound: Fraction
    strict: bool = False


class _Remembered:
    """What is determined once for a formula."""

    __slots__ = ("_variables",)

    _variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Some(_Remembered):
    """At least `count` of the terms are true."""

    count: int
    terms: tuple[Formula, ...]


Formula = In | Linear | Some
TRUE = Some(0, ())
FALSE = Some(1, ())


def both(*terms: Formula) -> Formula:
    """All of the terms."""
    return every(terms)


def every(terms: Iterable[Formula]) -> Formula:
    """All of the terms, flat."""
    flat: list[Formula] = []
    for each in terms:
        if isinstance(each, Some) and each.count == len(each.terms):
            flat += each.terms
        elif isinstance(each, Some) and (each.count <= 0 or each.count > len(each.terms)):
            if each.count > len(each.terms):
                return FALSE
        else:
            flat.append(each)
    return flat[0] if len(flat) == 1 else Some(len(flat), tuple(flat))


def any_of(terms: Iterable[Formula]) -> Formula:
    """One of the terms, flat."""
    flat: list[Formula] = []
    for each in terms:
        if isinstance(each, Some) and each.count <= 0:
            return TRUE
        if isinstance(each, Some) and each.count == 1:
            flat += each.terms
        elif not (isinstance(each, Some) and each.count > len(each.terms)):
            flat.append(each)
    return flat[0] if len(flat) == 1 else Some(1, tuple(flat))


def at_least(count: int, terms: tuple[Formula, ...]) -> Formula:
    """So many of the terms."""
    if count <= 0:
        return TRUE
    if count == len(terms):
        return every(terms)
    return any_of(terms) if count == 1 else Some(count, terms)


def negated(formula: Formula) -> Formula:
    """True wherever the formula is not."""
    match formula:
        case In(variable, domain):
            return In(variable, domain.complement())
        case Linear(terms, bound, strict):
            other = Linear(tuple((variable, -factor) for variable, factor in terms), -bound, not strict)
            gone = (In(each, each.missing) for each, _ in terms if each.base.missing)
            return any_of((other, *gone))
        case Some(count, terms):
            return at_least(len(terms) - count + 1, tuple(negated(each) for each in terms))


def affine(terms: dict[Variable, Fraction], bound: Fraction, strict: bool) -> Formula:
    """Sum of factor x variable <= bound (< when strict), in the simplest form there is."""
    kept = {variable: factor for variable, factor in terms.items() if factor}
    if not kept:
        holds = bound > 0 or (bound == 0 and not strict)
        # a variable that cancels out must be there all the same
        there = [In(each, each.missing.complement()) for each in terms if each.base.missing]
        return every(there) if holds else FALSE
    there = [In(each, each.missing.complement()) for each in terms if each not in kept and each.base.missing]
    if len(kept) > 1:
        return every((Linear(tuple(kept.items()), bound, strict), *there))
    ((variable, factor),) = kept.items()
    limit = bound if factor == 1 else -bound if factor == -1 else bound / factor
    interval = Interval(None, limit, False, strict) if factor > 0 else Interval(limit, None, strict)
    return every((In(variable, Numbers((interval,))), *there))


def variables_in(formula: Formula) -> tuple[Variable, ...]:
    """Every variable, once, in order. They are determined once for alternatives, which many proofs have in common."""
    if isinstance(formula, In):
        return (formula.variable,)
    if isinstance(formula, Linear):
        return tuple(variable for variable, _ in formula.terms)
    try:
        return formula._variables
    except AttributeError:
        found = tuple(dict.fromkeys(variable for each in formula.terms for variable in variables_in(each)))
        object.__setattr__(formula, "_variables", found)
        return found
