"""Expressions become scalar nodes: names are looked up, types and units checked.

Every function returns None after it has reported why there is no node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import assert_never

from engine.compiler.typed import BROKEN, NUMBERS, Scope, Typed
from engine.compiler.units import report_mismatch, same_class
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.expression import render_expression
from engine.language.near import CROWDED, suggest
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Comparison, Literal, Scalar
from engine.types import BOOLEAN, DATE, ROW, TEXT, Kind, Type

COMPARISONS = {
    "<": Comparison.LESS,
    "<=": Comparison.AT_MOST,
    ">": Comparison.MORE,
    ">=": Comparison.AT_LEAST,
    "is": Comparison.EQUAL,
    "is not": Comparison.UNEQUAL,
}


TIER = "tier"
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
            help=f"compare it, as in `{_compared(expression, typed.type, scope)}`",
        )
    )
    return None


def _compared(expression: Expression, type: Type, scope: Scope) -> str:
    """A comparison with what should be one: of the same kind, in the program's currency."""
    said = render_expression(expression)
    match type.kind:
        case Kind.CHOICE if type.values:
            return f"{said} {'>=' if type.ordered else 'is'} {type.values[-1]}"
        case Kind.MONEY:
            return f"{said} >= 50_000 {scope.currency}"
        case Kind.DATE:
            return f"{said} >= 2026-01-01"
        case _:
            return f"{said} is 'a text'" if type.is_textual else f"{said} >= 5"


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
    help = CROWDED if scope.is_crowded else _tier_meant(name, scope) or suggest(name.text, scope.names())
    return meaning.UNKNOWN_NAME.at(name.span, f"unknown name `{name.text}`", help=help)


def _tier_meant(name: syntax.Name, scope: Scope) -> str:
    """What to write for the name of a tier alone, where the tier can be read: a line compares something."""
    found = scope.find(syntax.Name(TIER, name.span)) if TIER in scope.names() and name.text != TIER else None
    if found is None or name.text not in found.type.values or isinstance(found.scalar, Literal):
        return ""  # in the lines of a tier, `tier` is that tier
    return f"`{name.text}` is a tier: write `tier is {name.text}`, or `tier >= {name.text}` for it and those above"


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


def _arithmetic(expression: syntax.Arithmetic, scope: Scope) -> Typed | None:
    left, right = lower(expression.left, scope), lower(expression.right, scope)
    if left is None or right is None or not (_numeric(left, scope) and _numeric(right, scope)):
        return None
    built = _combined(expression.op, left, right, scope)
    return Typed(built, type_of(built), expression.span) if built else None


def _combined(op: str, left: Typed, right: Typed, scope: Scope) -> Scalar | None:
    same = same_class(left.type, right.type)
    plain = right.type.kind in NUMBERS
    match op:
        case "+" | "-" if same:
            return node.Add(left.scalar, right.scalar) if op == "+" else node.Subtract(left.scalar, right.scalar)
        case "*" if plain or left.type.kind in NUMBERS:
            return node.Multiply(left.scalar, right.scalar)
        case "/" if same or plain:
            return node.Quotient(left.scalar, right.scalar)
    verbs = {"+": "added to", "-": "reduced by", "*": "multiplied by", "/": "divided by"}
    report_mismatch(left, right, verbs[op], scope)
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
    if not same_class(left.type, right.type):
        report_mismatch(left, right, "compared with", scope)
        return None
    if not ordering or left.type.is_numeric or left.type.kind is Kind.DATE:
        return Typed(node.Compare(left.scalar, op, right.scalar), BOOLEAN, span)
    if left.type.kind is Kind.CHOICE and left.type.ordered:
        values = left.type.values
        if right.type.kind is Kind.CHOICE and right.type.values != values:
            report_mismatch(left, right, "compared with", scope)
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
    if not same_class(value.type, typed.type):
        report_mismatch(value, typed, "compared with", scope)
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
        if not same_class(arguments[0].type, each.type):
            report_mismatch(arguments[0], each, "compared with", scope)
            return None
    match expression.function:
        case "abs":
            built = node.Absolute(scalars[0])
        case "min":
            built = node.Least(scalars)
        case _:
            built = node.Greatest(scalars)
    return Typed(built, type_of(built), expression.span)
