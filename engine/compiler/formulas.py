"""The value of a formula, in the type that its field declares."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from engine.compiler.typed import NUMBERS, Typed
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.language.records import Field
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.literals import literal_number
from engine.plan.scalar import Literal, Scalar
from engine.types import ROW, Kind, Type, money

MOST_DECIMALS = 12  # of a part of one: a divisor such as 1.28 gives 0.78125


def as_declared(field: Field, typed: Typed, program: Program) -> Typed | Diagnostic:
    """The value as the declared type, rounded where the field has a `scale`; or why it is none."""
    if not _is_of(field.type, typed.type):
        return meaning.TYPE_MISMATCH.at(
            typed.span,
            f"`{field.name}` is declared as {field.type.said}, and its formula gives {typed.type.said}",
            help=_cure(field, typed.type),
        )
    if field.type.currency == ROW and typed.type.currency != ROW:
        return meaning.NO_CONVERSION.at(
            typed.span,
            f"`{field.name}` has `currency: row`, and its formula gives an amount in {program.currency}",
            help="remove `currency: row` from this field: amounts are converted where a formula reads them",
        )
    scalar: Scalar = typed.scalar
    if field.type.kind is Kind.MONEY and typed.type.kind in NUMBERS:  # a price with four decimals is not an amount
        scalar = node.Multiply(scalar, Literal(Decimal(1), money(program.currency, 0)))
    if field.scale is not None:
        scalar = node.Round(scalar, field.scale, program.rounding)
    return Typed(scalar, type_of(scalar), typed.span)


def undivided(typed: Typed) -> Typed:
    """The value without divisions by a number whose part of one ends: a quarter of a row is exact, and adds up."""
    scalar = _undivided(typed.scalar)
    return Typed(scalar, type_of(scalar), typed.span)


def _undivided(scalar: Scalar) -> Scalar:
    match scalar:
        case node.Quotient(left, Literal(value=Decimal() | int() as divisor, type=type)) if not type.currency:
            share = _share(Decimal(divisor))
            return scalar if share is None else node.Multiply(_undivided(left), share)
        case node.Add(left, right):
            return node.Add(_undivided(left), _undivided(right))
        case node.Subtract(left, right):
            return node.Subtract(_undivided(left), _undivided(right))
        case node.Multiply(left, right) if not isinstance(scalar, node.Convert):  # that one is of another unit
            return node.Multiply(_undivided(left), _undivided(right))
    return scalar


def _share(divisor: Decimal) -> Literal | None:
    """One divided by the number, where that ends after a few digits."""
    part = 1 / Fraction(divisor) if divisor else None
    units = part * 10**MOST_DECIMALS if part is not None else Fraction(1, 3)
    if units.denominator != 1:
        return None
    return literal_number(Decimal(units.numerator).scaleb(-MOST_DECIMALS))


def _is_of(declared: Type, found: Type) -> bool:
    match declared.kind:
        case Kind.MONEY:
            return found.kind in (Kind.MONEY, *NUMBERS)
        case Kind.NUMBER:
            return found.kind in NUMBERS
        case Kind.CHOICE:
            return found.kind is Kind.CHOICE and set(found.values) <= set(declared.values)
        case Kind.TEXT | Kind.ID:
            return found.is_textual
    return found.kind is declared.kind and not found.ratio


def _cure(field: Field, found: Type) -> str:
    if found.kind is Kind.CHOICE and field.type.kind is Kind.CHOICE:
        return f"list all its values: {', '.join(found.values)}"
    words = {Kind.NUMBER: "decimal", Kind.DAYS: "integer", Kind.MONTHS: "integer"}
    return f"write `type: {words.get(found.kind, found.kind.value)}`, or change the formula"
