"""Plans of conditions only, as the referee sees them: no tables, columns straight from the row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.language.source import Span
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Ladder, Plan, Rung
from engine.plan.scalar import Column, Compare, Comparison, Literal, Scalar, Value
from engine.plan.table import Table
from engine.types import BOOLEAN, INTEGER, TEXT, Kind, Type, money, number

SPAN = Span("p.yaml", 1, 1, 1, 2)
OWNER = Owner(OwnerKind.TIER, "tiers", "gold")  # of every line: the referee does not look at it
USD = money("USD", 2)
RATIO = Type(Kind.NUMBER, ratio=True)

LESS, AT_MOST, MORE, AT_LEAST, EQUAL, UNEQUAL = Comparison


def undefined(name: str) -> Scalar | None:
    """No boolean column is computed."""
    return None


def whole(name: str) -> Column:
    """An integer column that may be missing."""
    return Column(name, INTEGER, optional=True)


def amount(name: str) -> Column:
    """A money column that may be missing."""
    return Column(name, USD, optional=True)


def text(name: str) -> Column:
    """A text column that may be missing."""
    return Column(name, TEXT, optional=True)


def flag(name: str) -> Column:
    """A boolean column that may be missing."""
    return Column(name, BOOLEAN, optional=True)


def literal(value: Value) -> Literal:
    """A constant, with the type its Python type says."""
    match value:
        case bool():
            return Literal(value, BOOLEAN)
        case int():
            return Literal(value, INTEGER)
        case Decimal():
            return Literal(value, number(4))
        case str():
            return Literal(value, TEXT)
        case date():
            return Literal(value, Type(Kind.DATE))
        case None:
            return Literal(value, INTEGER)


def compare(left: Scalar, op: Comparison, right: Scalar) -> Compare:
    """A comparison."""
    return Compare(left, op, right)


def condition(id: str, scalar: Scalar) -> Condition:
    """A line that compares, with the column `<id>` for its outcome."""
    return Condition(id, OWNER, "compare", id, SPAN, scalar, outcome=id)


def group(id: str, form: str, *parts: str, at_least: int = 0) -> Condition:
    """A line made of others."""
    return Condition(id, OWNER, form, id, SPAN, literal(True), parts, at_least, id)


def plan(
    *conditions: Condition,
    rungs: tuple[tuple[str, tuple[str, ...]], ...] = (),
    tables: tuple[Table, ...] = (),
    decisions: str = "decisions",
) -> Plan:
    """A Plan of these conditions; `rungs` pairs each tier above `registered` with its lines."""
    return Plan(
        family="p",
        version="1",
        as_of=date(2026, 6, 30),
        tables=tables,
        outputs=(),
        decisions=decisions,
        ladders=(
            Ladder(
                "tiers",
                SPAN,
                ("registered", *(tier for tier, _ in rungs)),
                tuple(Rung(tier, SPAN, lines, f"tier.{tier}") for tier, lines in rungs),
            ),
        ),
        conditions=conditions,
        metrics=(),
        entitlements=(),
        earnings=(),
    )
