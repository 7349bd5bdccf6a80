"""Expressions and requirements as formulas: what must hold of the variables behind the names.

The program has passed its check: every name is known and every type fits. What no sum expresses becomes a free
variable, named after its text, so that a proof never rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from engine.authoring.analysis.domain import Words
from engine.authoring.analysis.formula import FALSE, TRUE, Formula, In, Variable, any_of, at_least, every, negated
from engine.authoring.analysis.values import (
    ALWAYS,
    HOLDS,
    MIRRORED,
    NEVER,
    OPPOSITE,
    Chosen,
    Condition,
    Piece,
    Pieces,
    Ratio,
    Sum,
    Value,
    Word,
    all_met,
    any_met,
    combined,
    compared,
    number,
    of_variable,
    one,
    present,
    ratio_compared,
)
from engine.language import syntax
from engine.language.expression import render_expression
from engine.language.program import Group, Requirement
from engine.language.syntax import Expression

SIDES = Words(frozenset(("below", "equal", "above")), False, True)
ORDERED: dict[str, frozenset[str]] = {
    "<": frozenset(("below",)),
    "<=": frozenset(("below", "equal")),
    ">": frozenset(("above",)),
    ">=": frozenset(("above", "equal")),
    "is": frozenset(("equal",)),
    "is not": frozenset(("below", "above")),
}
UNDECIDED = Words(frozenset(("met", "refuted")), False, True)


class Scope(Protocol):
    """The meaning of names at one place."""

    def find(self, name: str) -> Pieces | Condition | None:
        """A value or a condition; None for a word that nothing declares."""

    def free(self, text: str, base: Words | None, whole: bool) -> Variable:
        """The variable for a value that no sum expresses: the same for the same text."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads expressions with the names of a scope."""

    scope: Scope

    def requirements(self, lines: Sequence[Requirement]) -> Condition:
        """All of the lines."""
        return all_met(self.requirement(each) for each in lines)

    def requirement(self, line: Requirement) -> Condition:
        """One line, or a group of them."""
        if not isinstance(line, Group):
            return self.condition(line.expression)
        parts = [self.requirement(each) for each in line.lines]
        match line.form:
            case "any":
                return any_met(parts)
            case "none":
                return any_met(parts).opposite
            case "at_least":
                return so_many(line.count, parts)
        return all_met(parts)

    def condition(self, expression: Expression) -> Condition:
        """Where the expression is met, and where it is refuted."""
        match expression:
            case syntax.Truth(value=value):
                return ALWAYS if value else NEVER
            case syntax.Name(text=text):
                found = self.scope.find(text)
                return found if isinstance(found, Condition) else self._truth(found, expression)
            case syntax.Negation(term=term):
                return self.condition(term).opposite
            case syntax.Logic(op=op, terms=terms):
                parts = [self.condition(each) for each in terms]
                return all_met(parts) if op == "and" else any_met(parts)
            case syntax.Missing(value=value, negated=opposite):
                return self._missing(value, opposite)
            case syntax.Comparing(op=op, left=left, right=right):
                return self._compared(left, op, right)
            case syntax.Membership(value=value, options=options, negated=opposite):
                found = any_met(self._compared(value, "is", each) for each in options)
                return found.opposite if opposite else found
            case syntax.Ranging(value=value, low=low, high=high):
                lower = self._compared(value, ">=", low)
                return all_met((lower, self._compared(value, "<=", high)))
        return self._open(expression)

    def _truth(self, found: Pieces | None, expression: Expression) -> Condition:
        """A value that is true or false."""
        decided = self._pairs(found, one(Word("true")), "is") if found else None
        return decided or self._open(expression)

    def _missing(self, value: Expression, opposite: bool) -> Condition:
        there = self._there(value)
        gone = negated(there)
        return Condition(there, gone) if opposite else Condition(gone, there)

    def _there(self, value: Expression) -> Formula:
        if isinstance(value, syntax.Name):
            found = self.scope.find(value.text)
            if isinstance(found, Condition):
                return any_of((found.met, found.refuted))
        return present(self.pieces(value))

    def _open(self, expression: Expression) -> Condition:
        variable = self.scope.free(render_expression(expression), UNDECIDED, False)
        return Condition(*(In(variable, Words(frozenset((each,)))) for each in ("met", "refuted")))

    def _compared(self, left: Expression, op: str, right: Expression) -> Condition:
        return self._against(left, op, self._side(right), render_expression(right))

    def _against(self, left: Expression, op: str, second: Pieces, right: str) -> Condition:
        """A comparison with the values of a text."""
        found = self._pairs(self._side(left), second, op)
        return found if found is not None else self._open_comparison(render_expression(left), op, right)

    def _open_comparison(self, left: str, op: str, right: str) -> Condition:
        """A comparison beyond sums: all that is known is that one side is below, equal to or above the other."""
        text = f"{left} against {right}"
        variable = self.scope.free(text, SIDES, False)
        met = In(variable, Words(ORDERED[op]))
        return Condition(met, In(variable, Words(SIDES.words - ORDERED[op])))

    def reached(self, measured: Expression, start: Pieces, text: str) -> Formula:
        """Where a measure is at or above a start, a value that reads as the text."""
        return self._against(measured, ">=", start, text).met

    def _side(self, expression: Expression) -> Pieces:
        """A side of a comparison; an undeclared word is a value of the other side's choice."""
        if isinstance(expression, syntax.Truth):
            return one(Word("true" if expression.value else "false"))
        if isinstance(expression, syntax.Name):
            found = self.scope.find(expression.text)
            if isinstance(found, Condition):
                return (Piece(found.met, Word("true")), Piece(found.refuted, Word("false")))
            return one(Word(expression.text)) if found is None else found
        return self.pieces(expression)

    def _pairs(self, first: Pieces, second: Pieces, op: str) -> Condition | None:
        """A comparison case by case; None where one is beyond sums."""
        met: list[Formula] = []
        refuted: list[Formula] = []
        for left in first:
            for right in second:
                yes, no = compare(left.value, op, right.value), compare(left.value, OPPOSITE[op], right.value)
                if yes is None or no is None:
                    return None
                met.append(every((left.guard, right.guard, yes)))
                refuted.append(every((left.guard, right.guard, no)))
        return Condition(any_of(met), any_of(refuted))

    def pieces(self, expression: Expression) -> Pieces:
        """The value of an expression by cases; what no sum expresses is a free variable."""
        found = self._pieces(expression)
        if found is not None:
            return found
        whole = isinstance(expression, syntax.Call) and expression.function.endswith("_between")
        return of_variable(self.scope.free(render_expression(expression), None, whole))

    def _pieces(self, expression: Expression) -> Pieces | None:
        match expression:
            case syntax.Number(value=value) | syntax.Money(value=value):
                return number(Fraction(value))
            case syntax.Duration(count=count):
                return number(count)
            case syntax.Day(value=day):
                return number(day.toordinal())
            case syntax.Text(value=text):
                return one(Word(text))
            case syntax.Name(text=text):
                found = self.scope.find(text)
                return found if isinstance(found, tuple) else None
            case syntax.Negative(value=value):
                return combined(number(0), self.pieces(value), _minus)
            case syntax.Arithmetic(op=op, left=left, right=right):
                return combined(self.pieces(left), self.pieces(right), ARITHMETIC[op])
            case syntax.Call(function=function, arguments=arguments):
                return self._call(function, [self.pieces(each) for each in arguments])
        return None

    def _call(self, function: str, arguments: list[Pieces]) -> Pieces | None:
        match function:
            case "abs":
                return combined(arguments[0], number(0), _absolute)
            case "days_between":
                return combined(arguments[1], arguments[0], _minus)
            case "min" | "max":
                found: Pieces | None = arguments[0]
                for each in arguments[1:]:
                    found = combined(found, each, _least if function == "min" else _greatest) if found else None
                return found
        return None


def so_many(count: int, parts: list[Condition]) -> Condition:
    """At least `count` are met; refuted if too many are refuted."""
    met = at_least(count, tuple(each.met for each in parts))
    return Condition(met, at_least(len(parts) - count + 1, tuple(each.refuted for each in parts)))


def compare(left: Value, op: str, right: Value) -> Formula | None:
    """Where a comparison of two values is met; None where no sum expresses it."""
    match left, right:
        case Sum(), Sum():
            return compared(left, op, right)
        case Ratio(), Sum():
            return ratio_compared(left, op, right)
        case Sum(), Ratio():
            return ratio_compared(right, MIRRORED[op], left)
        case Chosen(variable), Word(text):
            return _among(variable, op, text)
        case Word(text), Chosen(variable):
            return _among(variable, MIRRORED[op], text)
        case Word(), Word():
            return _ordered(left, op, right)
        case Chosen(one_), Chosen(two):
            return _alike(one_, op, two)
    return None


def _among(variable: Variable, op: str, text: str) -> Formula | None:
    """A chosen word against a fixed one."""
    if op in ("is", "is not"):
        return In(variable, Words(frozenset((text,)), op == "is not"))
    if text not in variable.values:
        return None
    place = variable.values.index(text)
    kept = (each for rank, each in enumerate(variable.values) if HOLDS[op](rank, place))
    return In(variable, Words(frozenset(kept)))


def _ordered(left: Word, op: str, right: Word) -> Formula | None:
    if op in ("is", "is not"):
        return TRUE if (left.text == right.text) == (op == "is") else FALSE
    values = left.values or right.values
    if left.text not in values or right.text not in values:
        return None
    return TRUE if HOLDS[op](values.index(left.text), values.index(right.text)) else FALSE


def _alike(one_: Variable, op: str, two: Variable) -> Formula | None:
    """Two chosen words, where they are one, or the words of one are known."""
    if one_ is two and op in ("is", "is not"):
        return In(one_, one_.missing.complement()) if op == "is" else FALSE
    known = next((each for each in (one_, two) if isinstance(each.base, Words) and not each.base.others), None)
    if known is None or not isinstance(known.base, Words):
        return None
    other, sign = (two, op) if known is one_ else (one_, MIRRORED[op])
    found: list[Formula] = []
    for word in sorted(known.base.words):
        against = _among(other, MIRRORED[sign], word)
        if against is None:
            return None
        found.append(every((In(known, Words(frozenset((word,)))), against)))
    return any_of(found)


def _plus(left: Value, right: Value) -> Pieces | None:
    return _added(left, right, Fraction(1))


def _minus(left: Value, right: Value) -> Pieces | None:
    return _added(left, right, Fraction(-1))


def _added(left: Value, right: Value, sign: Fraction) -> Pieces | None:
    match left, right:
        case Sum(), Sum():
            return one(left.plus(right, sign))
        case Ratio(above, under), Sum() if right.number is not None:
            return one(Ratio(above.plus(under, right.number * sign), under))
        case Sum(), Ratio(above, under) if left.number is not None:
            return one(Ratio(under.times(left.number).plus(above, sign), under))
    return None


def _times(left: Value, right: Value) -> Pieces | None:
    match left, right:
        case Sum(), Sum():
            if right.number is not None:
                return one(left.times(right.number))
            return one(right.times(left.number)) if left.number is not None else None
        case Ratio(above, under), Sum() if right.number is not None:
            return one(Ratio(above.times(right.number), under))
        case Sum(), Ratio(above, under) if left.number is not None:
            return one(Ratio(above.times(left.number), under))
    return None


def _divided(left: Value, right: Value) -> Pieces | None:
    match left, right:
        case Sum(), Sum():
            if right.number is None:
                return one(Ratio(left, right))
            return one(left.times(1 / right.number)) if right.number else ()
        case Ratio(above, under), Sum() if right.number is not None:
            return one(Ratio(above, under.times(right.number)))
    return None


def _least(left: Value, right: Value) -> Pieces | None:
    return _picked(left, right, "<=")


def _greatest(left: Value, right: Value) -> Pieces | None:
    return _picked(left, right, ">=")


def _picked(left: Value, right: Value, op: str) -> Pieces | None:
    """One of two sums; missing when any is missing, which each guard asks."""
    if not isinstance(left, Sum) or not isinstance(right, Sum):
        return None
    return (
        Piece(compared(left, op, right), left),
        Piece(compared(left, OPPOSITE[op], right), right),
    )


def _absolute(left: Value, right: Value) -> Pieces | None:
    zero = Sum()
    if not isinstance(left, Sum) or right != zero:
        return None
    return (Piece(compared(left, ">=", zero), left), Piece(compared(left, "<", zero), left.times(Fraction(-1))))


ARITHMETIC: dict[str, Callable[[Value, Value], Pieces | None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
}
