"""Expressions become scalar nodes: names are looked up, types and units checked.

Every function returns None after it has reported why there is no node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, assert_never

from engine.compiler.paying import Paid
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.near import CROWDED, suggest
from engine.language.program import Requirement
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Comparison, Literal, Scalar
from engine.types import BOOLEAN, DATE, ROW, TEXT, Kind, Type

NUMBERS = (Kind.NUMBER, Kind.INTEGER)
COMPARISONS = {
    "<": Comparison.LESS,
    "<=": Comparison.AT_MOST,
    ">": Comparison.MORE,
    ">=": Comparison.AT_LEAST,
    "is": Comparison.EQUAL,
    "is not": Comparison.UNEQUAL,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A scalar with its type, and the place it came from."""

    scalar: Scalar
    type: Type
    span: Span


BROKEN = Typed(Literal(None, BOOLEAN), BOOLEAN, Span("", 0, 0, 0, 0))
"""The value of a name whose declaration is wrong: this was reported there and is not repeated."""


class Scope(Protocol):
    """The names that have a meaning at one place."""

    def find(self, name: syntax.Name) -> Typed | None:
        """The value of the name; None if it is not declared, `BROKEN` if its declaration is wrong."""

    def names(self) -> Iterable[str]:
        """All names, for suggestions."""

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """A finding: why a name that is declared cannot be used here."""

    @property
    def is_crowded(self) -> bool:
        """Whether so much is wrong that unknown names get no suggestions any more."""

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""

    def note(self, calculation: Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written, for a finding about its digits."""

    @property
    def currency(self) -> str:
        """The program's currency."""

    @property
    def paid(self) -> Paid | None:
        """What rows are paid in, where that is the currency of the row; None where it is the program's."""

    def paying(self, paid: Paid | None) -> Scope:
        """The scope of a value that is paid in other currencies."""

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows. Another version may have more of them."""

    def eligible_by(self, name: str) -> tuple[Requirement, ...]:
        """Lines that read the name as it is read here, without which no value is used: an incentive's `eligible`."""

    @property
    def day(self) -> Typed | None:
        """The day on which dated things are read."""

    @property
    def gates(self) -> list[Scalar]:
        """What must hold for values read here to be paid: that the benefits they name are granted."""


CALCULATIONS = (syntax.Arithmetic, syntax.Call, syntax.Comparing, syntax.Ranging, syntax.Membership)


def lower(expression: Expression, scope: Scope) -> Typed | None:
    """The expression as a scalar node."""
    typed = _lower(expression, scope)
    if typed is not None and isinstance(expression, CALCULATIONS):
        scope.note(expression, typed.scalar)
    return typed


def _lower(expression: Expression, scope: Scope) -> Typed | None:
    match expression:
        case syntax.Number() | syntax.Duration() | syntax.Day() | syntax.Text() | syntax.Truth():
            literal = _literal(expression)
            return Typed(literal, literal.type, expression.span)
        case syntax.Money():
            return _money(expression, scope)
        case syntax.Name():
            return _name(expression, scope)
        case syntax.Negative():
            return _negative(expression, scope)
        case syntax.Arithmetic():
            return _arithmetic(expression, scope)
        case syntax.Comparing():
            return _comparing(expression, scope)
        case syntax.Membership():
            return _membership(expression, scope)
        case syntax.Ranging():
            return _ranging(expression, scope)
        case syntax.Missing():
            return _missing(expression, scope)
        case syntax.Logic():
            return _logic(expression, scope)
        case syntax.Negation():
            term = lower_condition(expression.term, scope)
            return Typed(node.Not(term.scalar), BOOLEAN, expression.span) if term else None
        case syntax.Call():
            return _call(expression, scope)
    assert_never(expression)


def lower_condition(expression: Expression, scope: Scope) -> Typed | None:
    """An expression that must be true or false."""
    typed = lower(expression, scope)
    if typed is None or typed.type.kind is Kind.BOOLEAN:
        return typed
    scope.report(
        meaning.NOT_A_CONDITION.at(
            typed.span,
            f"this is {typed.type.said}, not true or false",
            help="compare it, as in `revenue >= 50_000 USD`",
        )
    )
    return None


def decimal_literal(value: Decimal, kind: Kind, currency: str = "") -> Literal:
    """A number as a literal, with just the digits it needs."""
    sign, digits, exponent = value.as_tuple()
    del sign
    scale = max(0, -int(exponent))
    whole = len(digits) + int(exponent)
    return Literal(value, Type(kind, currency=currency, digits=max(whole, 0) + scale or 1, scale=scale))


def _literal(
    expression: syntax.Number | syntax.Duration | syntax.Day | syntax.Text | syntax.Truth,
) -> Literal:
    match expression:
        case syntax.Number(value=value):
            return decimal_literal(value, Kind.NUMBER)
        case syntax.Duration(count=count, unit=unit):
            return Literal(count, Type(Kind(unit), digits=6))
        case syntax.Day(value=day):
            return Literal(day, DATE)
        case syntax.Text(value=text):
            return Literal(text, TEXT)
        case syntax.Truth(value=truth):
            return Literal(truth, BOOLEAN)
    assert_never(expression)


def _money(expression: syntax.Money, scope: Scope) -> Typed | None:
    code, paid = expression.currency, scope.paid
    if paid is not None and paid.codes == (code,):
        stated = paid.stated(decimal_literal(expression.value, Kind.MONEY, ROW))
        return Typed(stated, type_of(stated), expression.span)
    if code == scope.currency:
        literal = decimal_literal(expression.value, Kind.MONEY, code)
        return Typed(literal, literal.type, expression.span)
    scope.report(
        paid.refused(f"an amount in {code}", code, expression.span, render_expression(expression))
        if paid is not None
        else meaning.CURRENCY_MISMATCH.at(
            expression.span,
            f"this amount is in {code}, the program's currency is {scope.currency}",
            help=f"write the amount in {scope.currency}",
        )
    )
    return None


def _name(name: syntax.Name, scope: Scope) -> Typed | None:
    found = scope.find(name)
    if found is None:
        scope.report(scope.refuse(name) or _unknown(name, scope))
    return None if found is BROKEN else found


def _unknown(name: syntax.Name, scope: Scope) -> Diagnostic:
    help = CROWDED if scope.is_crowded else suggest(name.text, scope.names())
    return meaning.UNKNOWN_NAME.at(name.span, f"unknown name `{name.text}`", help=help)


def _negative(expression: syntax.Negative, scope: Scope) -> Typed | None:
    value = lower(expression.value, scope)
    if value is None or not _numeric(value, scope):
        return None
    if isinstance(value.scalar, Literal) and isinstance(value.scalar.value, Decimal | int):
        literal = Literal(-value.scalar.value, value.scalar.type)  # `-5` is a number, wherever a number is allowed
        return Typed(literal, literal.type, expression.span)
    zero = Literal(Decimal(0), Type(value.type.kind, currency=value.type.currency, digits=1))
    scalar = node.Subtract(zero, value.scalar)
    return Typed(scalar, type_of(scalar), expression.span)


def _numeric(value: Typed, scope: Scope) -> bool:
    if value.type.is_numeric:
        return True
    scope.report(
        meaning.TYPE_MISMATCH.at(
            value.span,
            f"this is {value.type.said}, which cannot be used in a calculation",
            help="count with `days_between`" if value.type.kind is Kind.DATE else "use a number",
        )
    )
    return False


def _same_class(left: Type, right: Type) -> bool:
    if left.kind in NUMBERS:
        return right.kind in NUMBERS
    if left.is_textual:
        return right.is_textual
    return left.kind is right.kind and left.currency == right.currency


def _mismatch(left: Typed, right: Typed, verb: str, scope: Scope) -> None:
    if left.type.kind is right.type.kind is Kind.MONEY and left.type.currency != right.type.currency:
        scope.report(
            meaning.NO_CONVERSION.at(
                right.span,
                f"{left.type.said} cannot be {verb} {right.type.said}",
                label=f"this is {right.type.said}",
                related=[Related(left.span, f"this is {left.type.said}")],
                help="add `conversion` at the top; an amount of a record with a day is converted by it",
            )
        )
        return
    hint = "write both in the same unit"
    if {left.type.kind, right.type.kind} <= {Kind.MONEY, *NUMBERS}:
        hint = _currency_cure(left, right, scope)
    scope.report(
        meaning.TYPE_MISMATCH.at(
            right.span,
            f"{left.type.said} cannot be {verb} {right.type.said}",
            label=f"this is {right.type.said}",
            related=[Related(left.span, f"this is {left.type.said}")],
            help=hint,
        )
    )


def of_one_unit(left: Typed, right: Typed, verb: str, scope: Scope) -> bool:
    """Whether two values are of one unit; otherwise that `left` cannot be `verb` (by, with) `right` is reported."""
    if _same_class(left.type, right.type):
        return True
    _mismatch(left, right, verb, scope)
    return False


def _currency_cure(left: Typed, right: Typed, scope: Scope) -> str:
    """The cure for money beside a plain number: the author's own number with the program's currency."""
    for side in (right, left):
        value = side.scalar.value if side.type.kind is Kind.NUMBER and isinstance(side.scalar, Literal) else None
        if isinstance(value, Decimal) and abs(value) >= 1:  # a part of one may be a percentage
            amount = f"{value:,f}".replace(",", "_")
            return f"write `{amount} {scope.currency}`"
    return f"write an amount with its currency, {scope.currency}, and a plain number without"


def _arithmetic(expression: syntax.Arithmetic, scope: Scope) -> Typed | None:
    left, right = lower(expression.left, scope), lower(expression.right, scope)
    if left is None or right is None or not (_numeric(left, scope) and _numeric(right, scope)):
        return None
    built = _combined(expression.op, left, right, scope)
    return Typed(built, type_of(built), expression.span) if built else None


def _combined(op: str, left: Typed, right: Typed, scope: Scope) -> Scalar | None:
    same = _same_class(left.type, right.type)
    plain = right.type.kind in NUMBERS
    match op:
        case "+" | "-" if same:
            return node.Add(left.scalar, right.scalar) if op == "+" else node.Subtract(left.scalar, right.scalar)
        case "*" if plain or left.type.kind in NUMBERS:
            return node.Multiply(left.scalar, right.scalar)
        case "/" if same or plain:
            return node.Quotient(left.scalar, right.scalar)
    verbs = {"+": "added to", "-": "reduced by", "*": "multiplied by", "/": "divided by"}
    _mismatch(left, right, verbs[op], scope)
    return None


def lower_sides(left: Expression, right: Expression, scope: Scope) -> tuple[Typed, Typed] | None:
    """Both sides, where a bare word on one side may be a value of the other side's choice."""
    if isinstance(left, syntax.Name) and isinstance(right, syntax.Name) and scope.find(left) is None:
        other = scope.find(right)
        if other is not None and other is not BROKEN and other.type.kind is Kind.CHOICE:
            word = _word(left, other, scope)
            return (word, other) if word else None
    first = lower(left, scope)
    if first is None:
        return None
    second = _against(first, right, scope)
    return (first, second) if second else None


def _against(left: Typed, right: Expression, scope: Scope) -> Typed | None:
    if left.type.kind is Kind.CHOICE and isinstance(right, syntax.Name | syntax.Text):
        return _word(right, left, scope)
    if left.type.is_textual and isinstance(right, syntax.Name) and scope.find(right) is None:
        cure = f"write a text in single quotes: '{right.text}'"
        scope.report(meaning.UNKNOWN_NAME.at(right.span, f"unknown name `{right.text}`", help=cure))
        return None
    return lower(right, scope)


def _word(word: syntax.Name | syntax.Text, choice: Typed, scope: Scope) -> Typed | None:
    """A word compared with a choice: one of its values, or a declared name, never both."""
    values = choice.type.values
    text = word.value if isinstance(word, syntax.Text) else word.text
    declared = scope.find(word) if isinstance(word, syntax.Name) else None
    if declared is not None and text in values:
        scope.report(
            meaning.AMBIGUOUS_WORD.at(
                word.span,
                f"`{text}` is both a declared name and a value of the choice",
                help=f"write '{text}' in single quotes for the value",
            )
        )
        return None
    if declared is not None:
        return None if declared is BROKEN else declared
    if text in values:
        return Typed(Literal(text, choice.type), choice.type, word.span)
    scope.report(
        meaning.UNKNOWN_VALUE.at(word.span, f"`{text}` is not one of the possible values", help=suggest(text, values))
    )
    return None


def compare(left: Typed, op: Comparison, right: Typed, scope: Scope, span: Span) -> Typed | None:
    """A comparison of two lowered sides, by the rules of their types."""
    ordering = op not in (Comparison.EQUAL, Comparison.UNEQUAL)
    if not _same_class(left.type, right.type):
        _mismatch(left, right, "compared with", scope)
        return None
    if not ordering or left.type.is_numeric or left.type.kind is Kind.DATE:
        return Typed(node.Compare(left.scalar, op, right.scalar), BOOLEAN, span)
    if left.type.kind is Kind.CHOICE and left.type.ordered:
        values = left.type.values
        if right.type.kind is Kind.CHOICE and right.type.values != values:
            _mismatch(left, right, "compared with", scope)
            return None
        return Typed(node.Compare(node.Rank(left.scalar, values), op, node.Rank(right.scalar, values)), BOOLEAN, span)
    scope.report(
        meaning.TYPE_MISMATCH.at(
            left.span,
            f"{left.type.said} has no order, so `{op.value}` cannot compare it",
            help="use `is`, or declare the choice `ordered: true`",
        )
    )
    return None


def _comparing(expression: syntax.Comparing, scope: Scope) -> Typed | None:
    sides = lower_sides(expression.left, expression.right, scope)
    if sides is None:
        return None
    return compare(sides[0], COMPARISONS[expression.op], sides[1], scope, expression.span)


def _membership(expression: syntax.Membership, scope: Scope) -> Typed | None:
    value = lower(expression.value, scope)
    if value is None:
        return None
    options = [_option(value, each, scope) for each in expression.options]
    kept = tuple(each for each in options if each is not None)
    if len(kept) < len(options):
        return None
    among: Scalar = node.Among(value.scalar, kept)
    return Typed(node.Not(among) if expression.negated else among, BOOLEAN, expression.span)


def _option(value: Typed, option: Expression, scope: Scope) -> Literal | None:
    typed = _against(value, option, scope)
    if typed is None:
        return None
    if not _same_class(value.type, typed.type):
        _mismatch(value, typed, "compared with", scope)
        return None
    if isinstance(typed.scalar, Literal):
        return typed.scalar
    scope.report(
        meaning.TYPE_MISMATCH.at(
            typed.span, "a list after `in` contains values, not names", help="compare it with `is`"
        )
    )
    return None


def _ranging(expression: syntax.Ranging, scope: Scope) -> Typed | None:
    value = lower(expression.value, scope)
    if value is None:
        return None
    low, high = _against(value, expression.low, scope), _against(value, expression.high, scope)
    if low is None or high is None:
        return None
    # compare() checks the types of the ends; only its finding matters here
    if any(compare(value, Comparison.AT_LEAST, each, scope, expression.span) is None for each in (low, high)):
        return None
    if value.type.kind is Kind.CHOICE:
        values = value.type.values
        ranked = (node.Rank(each.scalar, values) for each in (value, low, high))
        return Typed(node.Between(*ranked), BOOLEAN, expression.span)
    return Typed(node.Between(value.scalar, low.scalar, high.scalar), BOOLEAN, expression.span)


def _missing(expression: syntax.Missing, scope: Scope) -> Typed | None:
    value = lower(expression.value, scope)
    if value is None:
        return None
    missing: Scalar = node.IsMissing(value.scalar)
    return Typed(node.Not(missing) if expression.negated else missing, BOOLEAN, expression.span)


def _logic(expression: syntax.Logic, scope: Scope) -> Typed | None:
    terms = _all(expression.terms, scope, lower_condition)
    if terms is None:
        return None
    scalars = tuple(term.scalar for term in terms)
    return Typed(node.And(scalars) if expression.op == "and" else node.Or(scalars), BOOLEAN, expression.span)


def _all(
    expressions: Sequence[Expression], scope: Scope, how: Callable[[Expression, Scope], Typed | None]
) -> list[Typed] | None:
    """All lowered, so that each reports its findings; None if any failed."""
    lowered = [how(each, scope) for each in expressions]
    kept = [each for each in lowered if each is not None]
    return kept if len(kept) == len(lowered) else None


def _call(expression: syntax.Call, scope: Scope) -> Typed | None:
    arguments = _all(expression.arguments, scope, lower)
    if arguments is None:
        return None
    scalars = tuple(each.scalar for each in arguments)
    built: Scalar
    if expression.function in ("days_between", "months_between"):
        for each in arguments:
            if each.type.kind is not Kind.DATE:
                scope.report(
                    meaning.TYPE_MISMATCH.at(
                        each.span, f"`{expression.function}` takes two dates, this is {each.type.said}"
                    )
                )
                return None
        between = node.DaysBetween if expression.function == "days_between" else node.MonthsBetween
        built = between(*scalars)
        return Typed(built, type_of(built), expression.span)
    for each in arguments:
        if not _numeric(each, scope):
            return None
        if not _same_class(arguments[0].type, each.type):
            _mismatch(arguments[0], each, "compared with", scope)
            return None
    match expression.function:
        case "abs":
            built = node.Absolute(scalars[0])
        case "min":
            built = node.Least(scalars)
        case _:
            built = node.Greatest(scalars)
    return Typed(built, type_of(built), expression.span)
