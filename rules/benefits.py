"""`benefits`: what a partner is entitled to, by tier and by condition.

A tier not listed has what the next lower listed tier has; below the lowest there is nothing. With
`when`, the conditions must hold as well. A benefit whose condition cannot be decided is not granted,
and is listed as such. With `per` a benefit is granted by itself for each value of these choices: lines and
values are read at it, and its own `by` may name it.

    discount: {value: percent, by: [tier], values: {registered: 5%, silver: 10%, gold: 15%}}
    coaching: {value: flag, when: [tier <= silver, growth >= 30%]}
    badge: {value: flag, per: [practice], when: [specialist]}
    margin: {value: percent, per: [line], by: [tier, line], values: {silver: {network: 5%, security: 8%}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from engine.compiler.conditions import lower_requirements
from engine.compiler.definitions import Definition
from engine.compiler.frame import FrameScope, circle_at
from engine.compiler.paying import Unpaid
from engine.compiler.typed import Scope, Typed
from engine.compiler.value_tables import lower_table
from engine.compiler.workbench import Workbench
from engine.language import syntax
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import names_in
from engine.language.near import suggest
from engine.language.program import Benefit, Program, Table
from engine.language.reading import Reader, text_of, words_of
from engine.language.shapes import (
    VALUES,
    expression,
    listing,
    mapping,
    named,
    names,
    noted,
    one_of,
    requirements,
    snippet,
    text,
)
from engine.language.source import Entry, Mapping, Node, Span
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Entitlement
from engine.plan.scalar import Literal, Scalar
from engine.types import BOOLEAN, Kind, Type
from rules.keyed import keyed_of
from rules.ladders import check_keys, check_together
from rules.rates import check_rates

EVERY = ("month", "quarter", "year", "fiscal month", "fiscal quarter", "fiscal year")
KINDS = ("percent", "level", "quantity", "money", "flag")
UNITS = {"percent": (Kind.NUMBER,), "quantity": (Kind.NUMBER, Kind.INTEGER), "money": (Kind.MONEY,)}
VALUE_MEANING = {
    "percent": "A share, such as a discount",
    "level": "One of the words under `levels`",
    "quantity": "A number of something",
    "money": "An amount",
    "flag": "Granted or not, by `when` alone",
}
MOST = 500  # each has its columns in every row of a run
BENEFIT = mapping(
    {
        "title": text("The benefit's name for people", "Discount on list price"),
        "value": one_of("What is granted", *KINDS, meaning=VALUE_MEANING),
        "levels": listing({"type": "string"}, "The words of a level, low to high", ["standard", "priority", "named"]),
        "every": one_of("How often it is granted", *EVERY),
        "by": names("What the value depends on: `tier`, segments, choice fields", ["tier"], refers="dimension"),
        "values": noted(
            VALUES,
            "The value for each word of the names under `by`; a tier not listed has that of the next lower one",
            {"silver": "10%", "gold": "15%"},
        ),
        "is": expression("One value for all it is granted to", "10%", "500 USD"),
        "when": requirements("Who gets it: all must be met", ["tier <= silver", "growth >= 30%"]),
        "per": names("The choices; it is granted by itself for each value", ["practice"], refers="choice"),
    },
    "value",
    description="What a partner is entitled to, by tier or by condition",
    title="benefit",
)
SCHEMA = named(
    BENEFIT,
    "What a partner is entitled to",
    {"discount": {"value": "percent", "by": ["tier"], "values": {"silver": "10%", "gold": "15%"}}},
    declares="benefit",
    most=MOST,
    snippets=(
        snippet(
            "benefit by tier",
            "A share, amount or number for each tier",
            {"${1:discount}": {"value": "${2:percent}", "by": ["tier"], "values": {"${3:silver}": "${4:10%}"}}},
        ),
        snippet(
            "benefit: level",
            "One of some levels of service",
            {
                "${1:support}": {
                    "value": "level",
                    "levels": ["${2:standard}", "${3:priority}"],
                    "by": ["tier"],
                    "values": {"${4:silver}": "${5:priority}"},
                }
            },
        ),
        snippet(
            "benefit: by condition",
            "Granted to partners that meet all lines",
            {"${1:coaching}": {"value": "flag", "when": ["${2:growth >= 30%}"]}},
        ),
    ),
)


def parse(node_: Node, program: Program, reader: Reader) -> Program:
    """The program with its benefits."""
    entries = node_ if isinstance(node_, Mapping) else ()
    return replace(program, benefits=tuple(_benefit(entry, reader) for entry in entries))


def _benefit(entry: Entry, reader: Reader) -> Benefit:
    name = reader.declare(entry.key)
    tree = entry.value if isinstance(entry.value, Mapping) else Mapping((), entry.key.span)
    kind = text_of(tree.get("value"))
    words, per = words_of(tree.get("levels")), words_of(tree.get("per"))
    reader.each_once(per, "under `per`")
    reader.each_once(words, "a level")
    levels = tuple(each.text for each in words)
    problem = _wrong_keys(kind, {each.key.text for each in tree})
    table = None
    if problem:
        reader.report(meaning.WRONG_KEYS.at(entry.key.span, f"the {kind} `{name}` {problem[0]}", help=problem[1]))
    elif tree.get("by") is not None:
        table = reader.table(Mapping(tuple(each for each in tree if each.key.text in ("by", "values")), tree.span))
        table = replace(table, span=entry.key.span) if table else None
    else:
        table = reader.table(tree.get("is"))
    return Benefit(
        name,
        entry.key.span,
        kind,
        table,
        levels,
        reader.requirements(tree.get("when")),
        text_of(tree.get("every")),
        text_of(tree.get("title")),
        tuple(each.text for each in per),
        tuple(each.span for each in per),
    )


def _wrong_keys(kind: str, keys: set[str]) -> tuple[str, str] | None:
    """What is wrong with the keys of a benefit, and the cure."""
    valued = keys & {"is", "by", "values"}
    if kind == "level" and "levels" not in keys:
        return "does not list its levels", "add `levels`, low to high"
    if kind != "level" and "levels" in keys:
        return "has `levels`", "remove them, or write `value: level`"
    if kind == "flag" and valued:
        return "has a value", "a flag has only `when`: it is granted or not"
    if kind != "flag" and valued not in ({"is"}, {"by", "values"}):
        return "does not have one value", "write `by` with `values`, or `is`"
    return None


def check(program: Program) -> Iterator[Diagnostic]:
    """Check that each benefit can be granted, and that the names it depends on are declared."""
    yield from check_together(program.benefits, program)
    for benefit in program.benefits:
        yield from check_keys(benefit.per, benefit.per_spans, program)
        yield from _check_words(benefit, program)
        if benefit.value == "flag" and not benefit.when:
            yield meaning.NEVER_GRANTED.at(
                benefit.span, f"`{benefit.name}` does not say who gets it", help="add `when`"
            )
        if benefit.value == "percent" and benefit.table is not None:
            yield from check_rates(benefit.table, program)
        if benefit.every.startswith("fiscal") and not program.calendar_declared:
            yield meaning.NO_CALENDAR.at(
                benefit.span,
                "fiscal periods need a fiscal calendar",
                help="add `calendar: {fiscal_year_starts: january, year_named: start}`, or remove `fiscal`",
            )


def _check_words(benefit: Benefit, program: Program) -> Iterator[Diagnostic]:
    """The words of its own keys in its values; a key stands in the outermost `by` alone."""
    if benefit.table is None:
        return
    for place, name in enumerate(benefit.table.by):
        known = program.dimension(name) if name in benefit.per else ()
        wrong = {each.keys[place]: each.key_spans[place] for each in reversed(benefit.table.choices)}
        for word in reversed([each for each in wrong if known and each not in known]):
            yield meaning.UNKNOWN_VALUE.at(
                wrong[word], f"`{word}` is not a value of `{name}`", help=suggest(word, known)
            )
    for name, span in _by_inside(benefit.table):
        if name in benefit.per:
            yield meaning.NOT_HERE.at(
                span,
                f"`{name}` is a key of `{benefit.name}`, and stands in the `by` of a value inside of a value",
                help=f"name it in the outermost `by`: `by: [{', '.join((*benefit.table.by, name))}]`",
            )


def _by_inside(table: Table) -> Iterator[tuple[str, Span]]:
    """What the values inside of a value go by."""
    for each in (*(choice.value for choice in table.choices), *(band.value for band in table.thresholds)):
        yield from zip(each.by, each.by_spans, strict=True)
        yield from _by_inside(each)


def lower(program: Program, bench: Workbench) -> None:
    """Columns of every benefit, in each of its scopes."""
    for benefit in program.benefits:
        for values in program.scopes(benefit.per):
            with bench.at(benefit.span):
                entitlement = _entitlement(benefit, values, bench)
            if entitlement is not None:
                bench.entitlements.append(entitlement)


def define(program: Program, bench: Workbench) -> None:
    """Declare every benefit's name: what it is worth, or whether a flag is granted."""
    for benefit in program.benefits:
        span, name, by_tier = benefit.span, f"benefits.{benefit.name}", bool(benefit.per) or _reads_tier(benefit)
        build = partial(paid_value, benefit)
        if not benefit.per:
            bench.define(Definition(name, span, build, by_tier=by_tier, tried=True))
            continue
        read = partial(_paid_at, benefit, program)
        own = partial(read, name=syntax.Name(name, span), values=())
        bench.define(Definition(name, span, own, by_tier=by_tier, tried=True, at=read, keys=benefit.per))


def _reads_tier(benefit: Benefit) -> bool:
    return any(each.text == "tier" for each in names_in(benefit))


def _paid_at(
    benefit: Benefit, program: Program, scope: Scope, name: syntax.Name, values: tuple[str, ...]
) -> Typed | None:
    """What a benefit with `per` is worth at the values written behind dots, or at the current ones."""
    assert isinstance(scope, FrameScope)  # its definition does not stand in rows
    keyed = keyed_of(f"benefits.{benefit.name}", benefit.per, program)
    found = keyed.values(values, dict(scope.keys))
    if found is not None:
        return paid_value(benefit, scope, found)
    if not all(words for _, words in keyed.keys):
        return None  # that there is no such choice was reported
    if values:
        scope.report(keyed.unknown(name, values))
        return None
    cure = "what is paid for each record, without `period`, reads it by the record's own field"
    scope.report(
        meaning.NOT_HERE.at(
            name.span,
            f"`{name.text}` has a value for each {' and '.join(benefit.per)}, and which one is not known here",
            help=f"name one, such as `{keyed.example}`; {cure}" if keyed.example else cure,
        )
    )
    return None


def paid_value(benefit: Benefit, scope: Scope, values: tuple[str, ...] = ()) -> Typed | None:
    """The benefit's value on the day judged, for an incentive that pays by it; `values` are those of its keys.

    Where it is not granted nothing is paid, so whoever reads the value must also ask for that.
    """
    assert isinstance(scope, FrameScope)  # its definition does not stand in rows
    building, name = scope.frame.building, f"benefits.{'.'.join((benefit.name, *values))}"
    if name in building and name not in scope.frame.known:
        scope.report(circle_at(benefit.span, building, name, f"`{name}`"))
        scope.frame.known[name] = None  # reported once, whichever of the circle is read
    if name in scope.frame.known:
        return None
    building.append(name)
    found = _paid_value(benefit, scope, values)
    building.pop()
    return found


def _paid_value(benefit: Benefit, scope: FrameScope, values: tuple[str, ...]) -> Typed | None:
    frame, owner = scope.frame, Owner(OwnerKind.BENEFIT, benefit.name, "", values)
    scope = _at(benefit, values, scope)
    asked = len(scope.gates)
    lines = lower_requirements(owner, benefit.when, scope) if benefit.when else []
    del scope.gates[asked:]  # a line compares what another benefit is worth, and need not be met by it
    value = _value(benefit, values, replace(scope, rounded=True))
    if lines is None or value is None:
        return None
    terms = [each.settled for each in lines] + _there(benefit.at(values), value, scope)
    gate = frame.derive(f"{owner}.granted", node.And(tuple(terms)) if len(terms) != 1 else terms[0])
    if benefit.value == "flag":  # in a line it says whether it is granted; as pay it is refused by who reads it
        return Typed(gate, BOOLEAN, benefit.span)
    scope.gates.append(gate)
    if not value.type.is_numeric:  # a level of what is not granted is none that a line could be met by
        return Typed(node.Case(((gate, value.scalar),), Literal(None, value.type)), value.type, benefit.span)
    zero = Literal(Decimal(0), value.type.sized(1, 0))  # what is not granted is worth nothing, and not unknown
    built = node.Case(((gate, value.scalar), (node.Not(gate), zero)), Literal(None, value.type))
    return Typed(built, type_of(built), benefit.span)


def _at(benefit: Benefit, values: tuple[str, ...], scope: FrameScope) -> FrameScope:
    """The scope with the current values of the benefit's keys; its lines read the statuses held, also for a tier."""
    keys = tuple(zip(benefit.per, values, strict=True))
    return replace(scope, keys=keys, apart=bool(keys), tested=None, held=True)


def _entitlement(benefit: Benefit, values: tuple[str, ...], bench: Workbench) -> Entitlement | None:
    frame = bench.decisions
    scope = _at(benefit, values, FrameScope(frame, held=True))
    owner = Owner(OwnerKind.BENEFIT, benefit.name, "", values)
    lines = lower_requirements(owner, benefit.when, scope) if benefit.when else []
    value = _value(benefit, values, replace(scope, rounded=True))
    if lines is None or value is None:
        return None
    benefit = benefit.at(values)
    terms = [each.settled for each in lines] + _there(benefit, value, scope)
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
        values,
    )


def _sized(value: Typed) -> Type:
    """The value's type with the digits that all of its branches need."""
    size = type_of(value.scalar)
    return replace(value.type, digits=size.digits, scale=size.scale)


def _there(benefit: Benefit, value: Typed, scope: FrameScope) -> list[Scalar]:
    """Whether there is a value: unknown where a dimension is missing, false where none is listed."""
    if benefit.table is None or not is_optional(value.scalar):
        return []
    if benefit.table.is_empty:  # nothing is listed for these keys
        return [Literal(False, BOOLEAN)]
    there = node.Not(node.IsMissing(value.scalar))
    if benefit.table.single is not None:  # `is` names something of the partner that is missing: not known, not denied
        return [node.Case(((there, Literal(True, BOOLEAN)),), Literal(None, BOOLEAN))]
    found = [scope.find(syntax.Name(*each)) for each in zip(benefit.table.by, benefit.table.by_spans, strict=True)]
    unknown = tuple(node.IsMissing(each.scalar) for each in found if each is not None and is_optional(each.scalar))
    if not unknown:
        return [there]
    # no value because a dimension is missing cannot be decided; no value though all are there is false
    yes, no, open_ = (Literal(each, BOOLEAN) for each in (True, False, None))
    return [node.Case(((there, yes), (node.Or(unknown), open_)), no)]


def _value(benefit: Benefit, values: tuple[str, ...], scope: FrameScope) -> Typed | None:
    """What the benefit is worth; where nothing is listed for its keys, a missing value of the kind of the others."""
    own = benefit.at(values)
    if own.table is None:
        return Typed(Literal(True, BOOLEAN), BOOLEAN, benefit.span)
    if own.table.is_empty and benefit.table is not None and benefit.table.choices:
        other = _listed(replace(benefit, table=benefit.table.choices[0].value), scope)
        return Typed(Literal(None, other.type), other.type, other.span) if other is not None else None
    return _listed(own, scope)


def _listed(benefit: Benefit, scope: FrameScope) -> Typed | None:
    assert benefit.table is not None  # else it is a flag
    if benefit.value == "level":
        return _level(benefit, benefit.table, scope)
    typed = lower_table(benefit.table, scope, inherit=True)
    if typed is None:
        return None
    if typed.type.kind not in UNITS[benefit.value]:
        scope.report(
            meaning.TYPE_MISMATCH.at(
                _place(benefit.table, typed),
                f"`{benefit.name}` has `value: {benefit.value}`, this is {typed.type.said}",
                help="write percents with `%`, amounts with the currency, quantities plain",
            )
        )
        return None
    if typed.type.ratio:
        scope.report(
            meaning.TYPE_MISMATCH.at(
                _place(benefit.table, typed),
                f"the value of `{benefit.name}` is a division, and its number of digits is not stated",
                help="declare it as a metric with `scale`, and write the name of the metric here",
            )
        )
        return None
    return typed


def _level(benefit: Benefit, table: Table, scope: FrameScope) -> Typed | None:
    """Words of `levels`, declared while the table is compiled."""
    type = Type(Kind.CHOICE, values=benefit.levels, ordered=True)
    typed = lower_table(table, _Levels(scope, type), inherit=True)
    if typed is None or typed.type.values == benefit.levels:
        return typed
    scope.report(
        meaning.TYPE_MISMATCH.at(
            _place(table, typed),
            f"`{benefit.name}` has `value: level`, this is {typed.type.said}",
            help=suggest("", benefit.levels),
        )
    )
    return None


def _place(table: Table, typed: Typed) -> Span:
    """The place of the first value; the others have the same type."""
    return table.choices[0].span if table.choices else typed.span


class _Levels(Unpaid):
    """A scope in which a bare word is a level."""

    def __init__(self, scope: FrameScope, type: Type) -> None:
        self.scope, self.type = scope, type
        self.currency, self.day, self.report, self.gates = scope.currency, scope.day, scope.report, scope.gates
        self.knows_all, self.is_crowded = scope.knows_all, scope.is_crowded
        self.note = scope.note

    def names(self) -> Iterator[str]:
        """The levels."""
        yield from self.type.values

    def find(self, name: syntax.Name) -> Typed | None:
        """A level, or else the value of the name."""
        if name.text in self.type.values:
            return Typed(Literal(name.text, self.type), self.type, name.span)
        return self.scope.find(name)

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """As the scope beneath."""
        return self.scope.refuse(name)


SECTION = Section("benefits", SCHEMA, parse, check, __doc__ or "", define, lower)
