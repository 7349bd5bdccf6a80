"""What a formula comes to, as the type that its field declares."""

from __future__ import annotations

from decimal import Decimal

from engine.compiler.expressions import NUMBERS, Typed
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program
from engine.language.records import Field
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Literal, Scalar
from engine.types import Kind, Type, money


def as_declared(field: Field, typed: Typed, program: Program) -> Typed | Diagnostic:
    """The value as the declared type, rounded where the field has a `scale`; or why it is none."""
    if not _is_of(field.type, typed.type):
        return meaning.TYPE_MISMATCH.at(
            typed.span,
            f"`{field.name}` is declared as {field.type}, and its formula gives {typed.type}",
            help=_cure(field, typed.type),
        )
    scalar: Scalar = typed.scalar
    if field.type.kind is Kind.MONEY and typed.type.kind in NUMBERS:  # a price with four decimals is no amount
        scalar = node.Multiply(scalar, Literal(Decimal(1), money(program.currency, 0)))
    if field.scale is not None:
        scalar = node.Round(scalar, field.scale, program.rounding)
    return Typed(scalar, type_of(scalar), typed.span)


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
