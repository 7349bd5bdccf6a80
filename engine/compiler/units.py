"""Whether two values are of one unit, and what to write where they are not."""

from __future__ import annotations

from collections.abc import Sequence

from engine.compiler.typed import NUMBERS, Scope, Typed
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.numerals import grouped
from engine.plan.literals import constant_of
from engine.types import Kind, Type


def same_class(left: Type, right: Type) -> bool:
    """Whether values of the two types can be compared and added."""
    if left.kind in NUMBERS:
        return right.kind in NUMBERS
    if left.is_textual:
        return right.is_textual
    return left.kind is right.kind and left.currency == right.currency


def report_mismatch(left: Typed, right: Typed, verb: str, scope: Scope) -> None:
    """Report that `left` cannot be `verb` (by, with) `right`."""
    message = f"{left.type.said} cannot be {verb} {right.type.said}"
    label, related = f"this is {right.type.said}", [Related(left.span, f"this is {left.type.said}")]
    if left.type.kind is right.type.kind is Kind.MONEY and left.type.currency != right.type.currency:
        help = "add `conversion` at the top; an amount of a record with a day is converted by it"
        scope.report(meaning.NO_CONVERSION.at(right.span, message, label=label, related=related, help=help))
        return
    help = "write both in the same unit"
    if {left.type.kind, right.type.kind} <= {Kind.MONEY, *NUMBERS}:
        bare = without_currency(right) or without_currency(left)
        if bare is not None and bare not in (left, right):
            read = [Related(each.span, f"this is {each.type.said}") for each in (left, right)]
            scope.report(value_without_currency(bare, message, read, scope))
            return
        help = f"write an amount with its currency, {scope.currency}, and a plain number without"
        if bare is not None:
            help = f"write `{_amount(bare)} {scope.currency}`"
    scope.report(meaning.TYPE_MISMATCH.at(right.span, message, label=label, related=related, help=help))


def of_one_unit(left: Typed, right: Typed, verb: str, scope: Scope) -> bool:
    """Whether two values are of one unit; otherwise that `left` cannot be `verb` (by, with) `right` is reported."""
    if same_class(left.type, right.type):
        return True
    report_mismatch(left, right, verb, scope)
    return False


def without_currency(side: Typed) -> Typed | None:
    """The number written where money is needed, perhaps as the value of a parameter: its currency was forgotten."""
    for each in side.written:
        number = constant_of(each.scalar) if each.type.kind is Kind.NUMBER else None
        if number is not None and abs(number) >= 1:  # a part of one may be a percentage
            return each
    return None


def value_without_currency(bare: Typed, message: str, related: Sequence[Related], scope: Scope) -> Diagnostic:
    """A finding at the value of a parameter: a cure where the parameter is read would take its other values away."""
    help = f"write `{_amount(bare)} {scope.currency}`" if scope.paid is None else scope.paid.cure()
    return meaning.TYPE_MISMATCH.at(bare.span, message, label="this value has no currency", related=related, help=help)


def _amount(bare: Typed) -> str:
    number = constant_of(bare.scalar)
    assert number is not None  # it is a number without a currency
    return grouped(number)
