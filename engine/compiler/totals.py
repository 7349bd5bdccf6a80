"""What can be added up exactly: values of rows over one whole number that all rows have in common.

Rows that are divided by what is written down, by 3, by `1 + vat` or by a number for each region, are added up first,
and the total is divided once. Ratios whose divisors are fields have no such number: each row has another.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING

from engine.compiler.expressions import lower
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.names import names_in
from engine.language.rendering import render_expression
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.digits import SHOWN_SCALE, number_size
from engine.plan.inference import children
from engine.plan.literals import constant_of
from engine.plan.scalar import Column, Literal, Scalar
from engine.types import Kind, Type, money

if TYPE_CHECKING:
    from engine.compiler.workbench import RowScope

Whole = tuple[Scalar, int]
"""A scalar that does not divide, and the whole number that it stands over."""
Wholes = Mapping[str, Whole]
"""Of columns that are ratios over one number, by name."""

OPERATORS: Mapping[type[Scalar], Callable[[Fraction, Fraction], Fraction]] = {
    node.Add: operator.add,
    node.Subtract: operator.sub,
    node.Multiply: operator.mul,
    node.Quotient: operator.truediv,
}
MOST_WAYS = 2_000  # numbers that a row may be divided by: each has a branch of its own
SCALE = SHOWN_SCALE  # to which a cure rounds: finer than any price, and shown as it is


def whole_number(value: int) -> Literal:
    """A whole number with the digits it needs."""
    return Literal(value, Type(Kind.INTEGER, digits=number_size(Decimal(value))[0]))


def as_whole(scalar: Scalar, wholes: Wholes) -> Whole | None:
    """The scalar as one that does not divide, over a whole number; None where it divides by something of the row.

    Sums are taken of what does not divide, and divided once.
    """
    if not scalar.typed.ratio:
        return scalar, 1
    match scalar:
        case Column(name=name):
            return wholes.get(name)
        case node.Quotient(left, right):
            return _quotient(left, right, wholes)
        case node.Multiply(left, right) if type(scalar) is node.Multiply:
            one, two = as_whole(left, wholes), as_whole(right, wholes)
            return (node.Multiply(one[0], two[0]), one[1] * two[1]) if one and two else None
        case node.Add(left, right) | node.Subtract(left, right):
            both = _over_one((left, right), wholes)
            return (type(scalar)(*both[0]), both[1]) if both else None
        case node.Absolute(value):
            found = as_whole(value, wholes)
            return (node.Absolute(found[0]), found[1]) if found else None
        case node.Least(values) | node.Greatest(values):
            all_values = _over_one(values, wholes)
            return (type(scalar)(all_values[0]), all_values[1]) if all_values else None
        case node.Case(branches, otherwise):
            results = _over_one((*(each for _, each in branches), otherwise), wholes)
            if results is None:
                return None
            *values_of, last = results[0]
            tests = (test for test, _ in branches)
            return node.Case(tuple(zip(tests, values_of, strict=True)), last), results[1]
    return None


def _quotient(left: Scalar, right: Scalar, wholes: Wholes) -> Whole | None:
    """A quotient by what is written down: by one number, or by one of several that a row chooses."""
    if not _is_written(right) or _ways(left) * _ways_to_divide(right) > MOST_WAYS:
        return None
    found = as_whole(left, wholes)
    if found is None:
        return None
    choice = _choice_in(right)
    if choice is not None:

        def by(divisor: Scalar) -> Scalar:
            chosen = _put(right, choice, divisor)
            return Literal(None, found[0].typed) if _is_nothing(chosen) else node.Quotient(left, chosen)

        branches = tuple((test, by(each)) for test, each in choice.branches)
        return as_whole(node.Case(branches, by(choice.otherwise)), wholes)
    divisor = _written(right)
    if not divisor:
        return None
    return _times(found[0], (1 / divisor).numerator), found[1] * (1 / divisor).denominator


def _ways(scalar: Scalar) -> int:
    """How many branches its quotients are spread into: one for each number that a row may be divided by."""
    if isinstance(scalar, node.Quotient):
        return _ways(scalar.left) * _ways_to_divide(scalar.right)
    return max(1, sum(map(_ways, children(scalar))))


def _ways_to_divide(divisor: Scalar) -> int:
    """How many numbers a divisor that is written down may come to, each choice in it with every other."""
    if isinstance(divisor, node.Case):
        return sum(map(_ways_to_divide, (*(each for _, each in divisor.branches), divisor.otherwise)))
    return prod(map(_ways_to_divide, children(divisor)))


def _is_nothing(divisor: Scalar) -> bool:
    """Whether nothing can be divided by what is written down: it is zero, or missing."""
    return _is_written(divisor) and _choice_in(divisor) is None and not _written(divisor)


def _is_written(scalar: Scalar) -> bool:
    """Whether it is a number that the program states, perhaps one for each of several conditions."""
    if isinstance(scalar, node.Case):
        return all(map(_is_written, (*(each for _, each in scalar.branches), scalar.otherwise)))
    return isinstance(scalar, Literal) or (type(scalar) in OPERATORS and all(map(_is_written, children(scalar))))


def _written(scalar: Scalar) -> Fraction | None:
    """The number that is written down; None where it is missing, or divides by zero."""
    if isinstance(scalar, Literal):
        value = constant_of(scalar)
        return None if value is None else Fraction(value)
    one, two = map(_written, children(scalar))
    if one is None or two is None or (isinstance(scalar, node.Quotient) and not two):
        return None
    return OPERATORS[type(scalar)](one, two)


def _choice_in(scalar: Scalar) -> node.Case | None:
    """The first choice among numbers in a divisor."""
    if isinstance(scalar, node.Case):
        return scalar
    return next((found for each in children(scalar) if (found := _choice_in(each)) is not None), None)


def _put(scalar: Scalar, old: Scalar, new: Scalar) -> Scalar:
    """The divisor with one of the numbers in place of the choice."""
    if scalar == old:
        return new
    match scalar:
        case (
            node.Add(left, right) | node.Subtract(left, right) | node.Multiply(left, right) | node.Quotient(left, right)
        ):
            return type(scalar)(_put(left, old, new), _put(right, old, new))
    return scalar


def _over_one(scalars: tuple[Scalar, ...], wholes: Wholes) -> tuple[tuple[Scalar, ...], int] | None:
    """Several scalars over the same whole number."""
    found = [as_whole(each, wholes) for each in scalars]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    over = lcm(*(each for _, each in known))
    return tuple(_times(one, over // each) for one, each in known), over


def _times(scalar: Scalar, by: int) -> Scalar:
    return scalar if by == 1 else node.Multiply(scalar, whole_number(by))


def divided(total: Scalar, over: int, like: Type) -> Scalar:
    """A total of what was not divided, as the type of what is: amounts divided by an amount are a number."""
    if total.typed.kind is Kind.MONEY and like.kind is not Kind.MONEY:
        return node.Quotient(total, Literal(over, money(total.typed.currency, 0)))
    return total if over == 1 else node.Quotient(total, whole_number(over))


# ------------------------------------------------------------------------------------------- what cannot be


def no_total(expression: Expression, scope: RowScope, name: str, verb: str) -> Diagnostic:
    """That the ratios of rows in an expression have no total, at the one that divides; `name` is what asks for it."""
    ratio = _dividing(expression, scope)
    if isinstance(ratio, syntax.Arithmetic) and (divisor := lower(ratio.right, scope)) and _is_nothing(divisor.scalar):
        return meaning.TYPE_MISMATCH.at(ratio.span, "this divides by zero", help="divide by another number")
    if _divides_too_often(ratio, scope):
        return meaning.TYPE_MISMATCH.at(
            ratio.span,
            f"this divides by more than {MOST_WAYS:,} different numbers, too many to add up exactly",
            help="divide once, by one parameter with a value for each case",
        )
    table = scope.rows.table
    first, _, last = ratio.text.rpartition(".") if isinstance(ratio, syntax.Name) else ("", "", "")
    link = table.link(first) if first else None
    owner = scope.bench.program.records.table(link.to) if link else table
    field = owner.field(last) if owner is not None else None
    related = [Related(field.span, "the formula that divides")] if field is not None and field.span else []
    rounds = f"each row is then rounded to {SCALE} digits after the point before it is {verb}"
    if field is not None and owner is not None:
        cure = f"add `scale: {SCALE}` to the formula of `{field.name}` in `{owner.name}`: {rounds}"
    elif all(table.reads(each.text) for each in names_in(ratio)):
        declared = _declared(ratio, scope, name)
        cure = f"add the field `{declared}` to `{table.name}` and write `{name}_of_row` here: {rounds}"
    else:
        cure = "a formula of a record cannot read all of it: divide fields of the record alone"
    return meaning.TYPE_MISMATCH.at(
        ratio.span,
        f"`{render_expression(ratio)}` is a ratio of each row, and ratios of rows are not {verb}",
        related=related,
        help=f"{cure}; or divide one total by another, which is a different number",
    )


def _divides_too_often(ratio: Expression, scope: RowScope) -> bool:
    """Whether it divides by what is written down, only by more numbers than are told apart."""
    typed = lower(ratio, scope)
    scalar = typed.scalar if typed is not None else None
    return isinstance(scalar, node.Quotient) and _is_written(scalar.right) and _ways(scalar) > MOST_WAYS


def _declared(ratio: Expression, scope: RowScope, name: str) -> str:
    """The field that rounds the ratio, as it is declared."""
    typed = lower(ratio, scope)
    assert typed is not None  # it was lowered as a part of the whole
    kind = "money" if typed.type.kind is Kind.MONEY else "decimal"
    formula = render_expression(ratio)
    return f"{name}_of_row: {{type: {kind}, scale: {SCALE}, formula: {formula}}}"


def _dividing(expression: Expression, scope: RowScope) -> Expression:
    """The smallest part of an expression that has no total."""
    match expression:
        case syntax.Arithmetic(left=left, right=right):
            inner: tuple[Expression, ...] = (left, right)
        case syntax.Negative(value=value):
            inner = (value,)
        case syntax.Call(arguments=arguments):
            inner = arguments
        case _:
            inner = ()
    for each in inner:
        typed = lower(each, scope)
        if typed is not None and as_whole(typed.scalar, scope.rows.wholes) is None:
            return _dividing(each, scope)
    return expression
