"""`benefits`: what a partner is entitled to, by tier and by condition.

A tier not listed has what the next lower listed tier has; below the lowest there is nothing. With
`when`, the conditions must hold as well. A benefit whose condition cannot be decided is not granted,
and is listed as such.

    discount: {value: percent, by: [tier], values: {registered: 5%, silver: 10%, gold: 15%}}
    coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.language import syntax
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Benefit, Program, Table
from engine.language.reading import Reader, text_of, words_of
from engine.language.shapes import NAMES, REQUIREMENTS, VALUES, listing, mapping, named, one_of, text
from engine.language.source import Entry, Mapping, Node, Span
from engine.plan import scalar as node
from engine.plan.compiler import Compiler
from engine.plan.conditions import lower_requirements
from engine.plan.dimensions import lower_table
from engine.plan.frame import FrameScope
from engine.plan.lower import Typed
from engine.plan.plan import Entitlement
from engine.plan.scalar import Literal, Scalar
from engine.plan.typing import is_optional, type_of
from engine.types import BOOLEAN, ID, Kind, Type

KINDS = ("percent", "level", "quantity", "money", "flag")
UNITS = {"percent": Kind.NUMBER, "quantity": Kind.NUMBER, "money": Kind.MONEY}
SCHEMA = named(
    mapping(
        {
            "title": text("The benefit's name for people"),
            "value": one_of("What is granted", *KINDS),
            "levels": listing({"type": "string"}, "Words of a level, low to high"),
            "by": NAMES,
            "values": VALUES,
            "is": text("One value for all it is granted to", "10%"),
            "when": REQUIREMENTS,
            "every": one_of(
                "How often it is granted", "month", "quarter", "year", "fiscal month", "fiscal quarter", "fiscal year"
            ),
        },
        "value",
    ),
    "What a partner is entitled to",
)


def parse(node_: Node, program: Program, reader: Reader) -> Program:
    """The program with its benefits."""
    entries = node_ if isinstance(node_, Mapping) else ()
    return replace(program, benefits=tuple(_benefit(entry, reader) for entry in entries))


def _benefit(entry: Entry, reader: Reader) -> Benefit:
    name = reader.declare(entry.key)
    tree = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    kind = text_of(tree.get("value"))
    table = reader.table(tree.get("is"))
    if tree.get("by") is not None:
        table = reader.table(Mapping(tuple(each for each in tree if each.key.text in ("by", "values")), tree.span))
        table = replace(table, span=entry.key.span) if table else None
    levels = tuple(each.text for each in words_of(tree.get("levels")))
    if (kind == "level") != bool(levels) or (kind == "flag") == (table is not None):
        reader.report(
            meaning.WRONG_KEYS.at(
                entry.key.span,
                f"the {kind} `{name}` does not have the keys of one",
                help="a level has `levels`; a flag has `when` alone; all others have `by` with `values`, or `is`",
            )
        )
    return Benefit(
        name,
        entry.key.span,
        kind,
        table,
        levels,
        reader.requirements(tree.get("when")),
        text_of(tree.get("every")),
        text_of(tree.get("title")),
    )


def check(program: Program) -> Iterator[Diagnostic]:
    """Each benefit is granted to somebody, and names what it depends on."""
    for benefit in program.benefits:
        if benefit.value == "flag" and not benefit.when:
            yield meaning.NEVER_GRANTED.at(
                benefit.span, f"`{benefit.name}` says nobody who gets it", help="add `when`, or `by` with `values`"
            )
        if benefit.every.startswith("fiscal") and not program.calendar_declared:
            yield meaning.NO_CALENDAR.at(
                benefit.span,
                f"`every: {benefit.every}` needs a fiscal calendar",
                help="add `calendar`, or drop `fiscal`",
            )


def lower(program: Program, compiler: Compiler) -> None:
    """Columns of every benefit, and the table of entitlements."""
    columns: list[tuple[str, str, Type]] = [("partner_id", "partner_id", ID)]
    for benefit in program.benefits:
        entitlement = _entitlement(benefit, compiler)
        if entitlement is not None:
            compiler.entitlements.append(entitlement)
            columns.append((benefit.name, entitlement.value, entitlement.type))
            columns.append((f"{benefit.name}.granted", entitlement.granted, BOOLEAN))
    compiler.pending.append(("entitlements", compiler.decisions, tuple(columns)))


def _entitlement(benefit: Benefit, compiler: Compiler) -> Entitlement | None:
    frame = compiler.decisions
    scope = FrameScope(frame, held=True)
    owner = f"benefit.{benefit.name}"
    lines = lower_requirements(owner, benefit.when, scope) if benefit.when else []
    value = _value(benefit, scope)
    if lines is None or value is None:
        return None
    terms = [each.scalar for each in lines] + _there(benefit, value, scope)
    granted = frame.derive(f"{owner}.granted", node.And(tuple(terms)) if len(terms) != 1 else terms[0])
    given = frame.derive(f"{owner}.value", node.Case(((granted, value.scalar),), Literal(None, value.type)))
    by_tier = benefit.table is not None and "tier" in benefit.table.by
    spans: tuple[tuple[str, Span], ...] = ()
    if benefit.table is not None and by_tier:
        place = benefit.table.by.index("tier")
        spans = tuple((each.keys[place], each.span) for each in benefit.table.choices)
    return Entitlement(
        benefit.name,
        benefit.span,
        given.name,
        granted.name,
        _sized(value),
        by_tier,
        tuple(each.id for each in lines),
        spans,
    )


def _sized(value: Typed) -> Type:
    """The value's type with the digits that all of its branches need."""
    size = type_of(value.scalar)
    return replace(value.type, digits=size.digits, scale=size.scale)


def _there(benefit: Benefit, value: Typed, scope: FrameScope) -> list[Scalar]:
    """Whether there is a value: unknown where a dimension is missing, false where none is listed."""
    if benefit.table is None or not is_optional(value.scalar):
        return []
    exists: list[Scalar] = [node.Not(node.IsMissing(value.scalar))]
    for name, span in zip(benefit.table.by, benefit.table.by_spans, strict=True):
        dimension = scope.find(syntax.Name(name, span))
        if dimension is not None and is_optional(dimension.scalar):
            known = node.Case(((node.IsMissing(dimension.scalar), Literal(None, BOOLEAN)),), Literal(True, BOOLEAN))
            exists.append(known)
    return exists[1:] + exists[:1] if len(exists) == 1 else [_decided(exists)]


def _decided(exists: list[Scalar]) -> Scalar:
    """No value because a dimension is missing cannot be decided; no value though all are there is false."""
    there, *known = exists
    return node.Case(
        ((there, Literal(True, BOOLEAN)),),
        node.Case(((node.And(tuple(known)), Literal(False, BOOLEAN)),), Literal(None, BOOLEAN)),
    )


def _value(benefit: Benefit, scope: FrameScope) -> Typed | None:
    if benefit.table is None:
        return Typed(Literal(True, BOOLEAN), BOOLEAN, benefit.span)
    if benefit.value == "level":
        return _level(benefit, benefit.table, scope)
    typed = lower_table(benefit.table, scope, inherit=True)
    if typed is None:
        return None
    if typed.type.kind is not UNITS[benefit.value]:
        scope.report(
            meaning.TYPE_MISMATCH.at(
                typed.span,
                f"`{benefit.name}` is a {benefit.value}, its values are {typed.type}",
                help="write percents with `%`, amounts with the currency, quantities plain",
            )
        )
        return None
    return typed


def _level(benefit: Benefit, table: Table, scope: FrameScope) -> Typed | None:
    """Words of `levels`, made known while the table is lowered."""
    type = Type(Kind.CHOICE, values=benefit.levels, ordered=True)
    return lower_table(table, _Levels(scope, type, benefit.span), inherit=True)


class _Levels:
    """A scope in which a bare word is a level."""

    def __init__(self, scope: FrameScope, type: Type, span: Span) -> None:
        self.scope, self.type, self.span = scope, type, span
        self.currency, self.day, self.report = scope.currency, scope.day, scope.report

    def names(self) -> Iterator[str]:
        """The levels."""
        yield from self.type.values

    def find(self, name: syntax.Name) -> Typed | None:
        """A level, or what the name stands for otherwise."""
        if name.text in self.type.values:
            return Typed(Literal(name.text, self.type), self.type, name.span)
        return self.scope.find(name) if name.text == "tier" or name.text not in self.type.values else None

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """As the scope beneath."""
        return self.scope.refuse(name)


SECTION = Section("benefits", SCHEMA, parse, check, lower, __doc__ or "")
