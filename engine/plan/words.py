"""A Plan in words: every table with what it does, every column with how it is computed, each with its place.

A node is identified by its class and its parts, so a new one needs nothing here; signs only make the usual ones short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from engine.language.source import Span
from engine.parts import parts
from engine.plan.plan import Earning, Part, Plan
from engine.plan.scalar import (
    Add,
    And,
    Case,
    Column,
    Compare,
    Convert,
    Literal,
    Multiply,
    Or,
    Quotient,
    Scalar,
    Subtract,
)
from engine.plan.table import Aggregate, Extend, Measure, Table, Values
from engine.types import BOOLEAN, Type

SIGNS = {Add: "+", Subtract: "-", Multiply: "*", Quotient: "/"}
EVERY = (And(()), Literal(value=True, type=BOOLEAN))  # conditions that leave nothing out
SHOWN_ROWS = 3  # of a table that is written down in the Plan
TOLD_BEFORE = ("name", "columns", "aggregates", "key", "rows")
"""Fields of tables that have lines of their own."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line about a Plan; `depth` is how far it is indented, `place` the line of the program it is there for."""

    text: str
    place: Span | None = None
    depth: int = 0


def say_plan(plan: Plan) -> Iterator[Told]:
    """The whole Plan: its tables in the order in which they are computed, then its outputs."""
    for table in plan.tables:
        yield from say_table(table, plan)
    for output in plan.outputs:
        names = ", ".join(name for name, _, _ in output.columns)
        yield Told(f"output {output.name} from {output.source}: {names}")


def say_incentive(earning: Earning, plan: Plan, phases: Iterable[tuple[str, str]]) -> Iterator[Told]:
    """An incentive phase by phase; `phases` are all there are, (name, what it does)."""
    yield Told(f"{earning.incentive}, phase by phase", earning.span)
    for place, part in enumerate(earning.parts, 1):
        if len(earning.parts) > 1:
            yield Told(f"rules {place} of {len(earning.parts)}", part.phases[0].span)
        yield from _phases(part, plan, phases)


def _phases(part: Part, plan: Plan, phases: Iterable[tuple[str, str]]) -> Iterator[Told]:
    tables = {each.name: each for each in plan.tables}
    told: set[str] = set()
    for name, does in phases:
        done = [each for each in part.phases if each.name == name]
        if not done:
            yield Told(f"{name}: none", depth=1)
        for phase in done:
            yield Told(f"{name}: {does}", phase.span, 1)
            for table in _down_to(phase.table, tables, told):
                yield from say_table(table, plan, 2)


def _down_to(name: str, tables: dict[str, Table], told: set[str]) -> list[Table]:
    """The tables that lead to one and were not printed before, in order."""
    if name in told or name not in tables:
        return []
    told.add(name)
    before = [each for source in tables[name].sources for each in _down_to(source, tables, told)]
    return [*before, tables[name]]


def say_table(table: Table, plan: Plan, depth: int = 0) -> Iterator[Told]:
    """A table and the columns it computes."""
    place = plan.places.get((table.name, ""))
    yield Told(f"{table.name}: {_does(table)}", place, depth)
    computed: tuple[tuple[str, object], ...] = ()
    match table:
        case Extend(columns=columns):
            computed = columns
        case Measure(aggregates=aggregates):
            computed = tuple((each.into, each) for each in aggregates)
        case Values(rows=rows, columns=columns):
            shown = "; ".join(", ".join(map(say, row)) for row in rows[:SHOWN_ROWS])
            more = f"; and {len(rows) - SHOWN_ROWS} more" if len(rows) > SHOWN_ROWS else ""
            yield Told(f"{', '.join(each.name for each in columns)}: {shown}{more}", place, depth + 1)
    for name, value in computed:
        yield Told(f"{name} = {say(value)}", plan.places.get((table.name, name), place), depth + 1)


def _does(table: Table) -> str:
    """What a table does, by its class, its sources and its other parts."""
    parts = [(each.name, getattr(table, each.name)) for each in fields(table) if each.name not in TOLD_BEFORE]
    own = [(name, value) for name, value in parts if value not in (*table.sources, table.sources)]
    told = [f"{_words(name)} {say(value)}" for name, value in own if _said(value)]
    sources = " and ".join(table.sources)
    return ", ".join([f"{_words(type(table).__name__)}{f' of {sources}' if sources else ''}", *told])


def _said(value: object) -> bool:
    return value not in (None, "", (), 0, False)


def say(value: object) -> str:
    """A scalar, a value or anything made of them."""
    match value:
        case Column(name=name, of_base=of_base):
            return f"{name} of the base" if of_base else name
        case Literal(value=inner):
            return say(inner)
        case Compare(left, op, right):
            return f"{_inner(left)} {op.value} {_inner(right)}"
        case Convert(left, right, currency):
            return f"{_inner(left)} {SIGNS[Multiply]} {_inner(right)} in {currency}"
        case Add() | Subtract() | Multiply() | Quotient():
            return f"{_inner(value.left)} {SIGNS[type(value)]} {_inner(value.right)}"
        case And(terms):
            return " and ".join(map(_inner, terms)) or "yes"
        case Or(terms):
            return " or ".join(map(_inner, terms)) or "no"
        case Case(branches, otherwise):
            cases = "; ".join(f"{say(then)} if {say(when)}" for when, then in branches)
            return f"({cases}; else {say(otherwise)})"
        case Aggregate():
            of = say(value.value) if value.value is not None else "records"
            where = "" if value.where in EVERY else f" where {say(value.where)}"
            return f"{_words(value.op.value)} of {of}{where}"
        case None:
            return "missing"
        case bool():
            return "yes" if value else "no"
        case Enum():
            return _words(str(value.value))
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(map(say, value))
        case _:
            return _made(value)


def _made(value: object) -> str:
    """A node by its class and its parts, without types."""
    if not is_dataclass(value):
        return str(value)
    inner = ", ".join(say(each) for each in parts(value) if not isinstance(each, Type))
    return f"{_words(type(value).__name__)}({inner})"


def _inner(scalar: Scalar) -> str:
    """A scalar as a part of another: in brackets where it is more than one word."""
    signed = isinstance(scalar, Add | Subtract | Multiply | Quotient | And | Or | Compare)
    return f"({say(scalar)})" if signed else say(scalar)


def _words(name: str) -> str:
    """A name of the code as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
