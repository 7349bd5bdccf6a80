"""`parameters`: numbers and dates apart from the logic.

A parameter is one value, a value by tier, segment, choice or bands of a number, or a list of
dated versions of these. It is read on the day of the decision: a row's own day,
a period's last day, or the day of the run. Versions start no later than the program; records from
before it (a window reaches back) read the first one.

    revenue_needed:
      - {from: 2026-02-01, by: [tier], values: {silver: 50_000 USD, gold: 250_000 USD}}
      - {from: 2026-08-01, by: [tier], values: {silver: 50_000 USD, gold: 300_000 USD}, reason: "CH-812"}
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from engine.compiler.definitions import Definition
from engine.compiler.typed import Scope, Typed, all_written
from engine.compiler.value_tables import lower_table, one_unit
from engine.compiler.workbench import Workbench
from engine.language.catalogue import Section
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.names import names_in, words_used
from engine.language.program import Ladder, Parameter, Program, Version
from engine.language.reading import Reader, start_of, text_of
from engine.language.shapes import PARTNER, TABLE_KEYS, day, mapping, named, snippet, text
from engine.language.source import Entry, Mapping, Node, Sequence, Span
from engine.plan import scalar as node
from engine.plan.inference import type_of
from engine.plan.scalar import Comparison, Literal
from engine.types import DATE

REASON = text("The reason, for later readers", "price list +20 %, ticket CH-812")
VERSION = mapping(
    {"from": day("The first day on which this version is in force", "2026-08-01"), **TABLE_KEYS, "reason": REASON},
    "from",
    title="parameter version",
)
SNIPPETS = (
    snippet(
        "parameter: one value", "A number kept apart from the logic", {"${1:minimum}": {"value": "${2:10_000 USD}"}}
    ),
    snippet(
        "parameter: by tier",
        "A number for each tier",
        {"${1:revenue_needed}": {"by": ["tier"], "values": {"${2:silver}": "${3:50_000 USD}"}}},
    ),
    snippet(
        "parameter: by bands",
        "A number by the size of another",
        {
            "${1:team_needed}": {
                "by": "${2:revenue}",
                "bands": [{"from": "${3:0 USD}", "value": "${4:1}"}, {"from": "${5:1_000_000 USD}", "value": "${6:3}"}],
            }
        },
    ),
    snippet(
        "parameter: dated",
        "A number that changes on a day",
        {
            "${1:threshold}": [
                {"from": "${2:2026-02-01}", "value": "${3:40_000 USD}"},
                {"from": "${4:2026-08-01}", "value": "${5:50_000 USD}", "reason": "${6:ticket CH-812}"},
            ]
        },
    ),
)
SCHEMA = named(
    {
        "type": ["string", "object", "array"],
        "title": "parameter",
        "properties": {**TABLE_KEYS, "reason": REASON},
        "additionalProperties": False,
        "items": VERSION,
        "minItems": 1,
        "description": "One value, values by dimensions, or dated versions of these",
        "examples": ["40_000 USD", {"by": ["tier"], "values": {"silver": "50_000 USD", "gold": "250_000 USD"}}],
        "x-scope": PARTNER,
    },
    "Numbers and dates kept apart from the logic",
    {"minimum": "40_000 USD"},
    declares="parameter",
    snippets=SNIPPETS,
)


def parse(node_: Node, program: Program, reader: Reader) -> Program:
    """The program with its parameters."""
    entries = node_ if isinstance(node_, Mapping) else ()
    parameters = tuple(_parameter(entry, reader) for entry in entries)
    _refuse_circles(parameters, reader)
    return replace(program, parameters=parameters)


def _parameter(entry: Entry, reader: Reader) -> Parameter:
    name = reader.declare(entry.key)
    nodes = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    versions = tuple(filter(None, (_version(each, reader) for each in nodes)))
    return Parameter(name, entry.key.span, versions)


def _version(node_: Node, reader: Reader) -> Version | None:
    start, reason = None, ""
    place = node_.span
    if isinstance(node_, Mapping):
        start, reason = reader.day(node_.get("from")), text_of(node_.get("reason"))
        place = start_of(node_)
    table = reader.table(node_)
    return Version(start, replace(table, span=place), place, reason) if table else None


def _refuse_circles(parameters: tuple[Parameter, ...], reader: Reader) -> None:
    """A parameter may name another, and none of them itself in the end."""
    named = {each.name: tuple(dict.fromkeys(name.text for name in names_in(each))) for each in parameters}
    for parameter in parameters:
        circle = _way_back(parameter.name, named)
        if circle:
            loop = " -> ".join(circle)
            reader.report(
                meaning.CYCLE.at(
                    parameter.span, f"`{parameter.name}` depends on itself: {loop}", help="give one of them a number"
                )
            )
            return  # the others of the circle are described by this one


def _way_back(start: str, named: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names from one back to itself; () when no way leads back. It may be as long as there are parameters."""
    came_from: dict[str, str] = {}
    pending = [start]
    while pending:
        here = pending.pop()
        for name in reversed(named[here]):
            if name == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if name in named and name not in came_from:
                came_from[name] = here
                pending.append(name)
    return ()


def check(program: Program) -> Iterator[Diagnostic]:
    """Dated versions ascend, the first is in force when the program starts, and something reads them."""
    used, uses = words_used(program), _uses_of(program)
    for parameter in program.parameters:
        if parameter.name not in used:
            yield meaning.UNUSED.at(
                parameter.span, f"the parameter `{parameter.name}` is not used", help="use it, or remove it"
            )
        starts = [(each.start, each.span) for each in parameter.versions if each.start is not None]
        for (first, place), (second, span) in itertools.pairwise(starts):
            if second <= first:
                yield meaning.VERSION_ORDER.at(
                    span,
                    f"`{parameter.name}` has a value from {second} after one from {first}",
                    related=[Related(place, "the one before")],
                    help="sort the values by date, one for each date",
                )
        if starts and starts[0][0] > program.effective[0]:
            yield meaning.NOT_YET_IN_FORCE.at(
                starts[0][1],
                f"`{parameter.name}` has no value from {program.effective[0]} to {starts[0][0]}",
                help=f"start the first value on {program.effective[0]} or earlier",
            )
        if parameter.name not in uses.older:
            yield from _out_of_days(parameter, program)
        for ladder in uses.ladders:
            yield from _of_unread_tiers(parameter, ladder, program)


@dataclass(frozen=True, slots=True)
class _OfLadder:
    """What the lines of a ladder read, by tier, and what is read in any other place."""

    ladder: Ladder
    by_tier: dict[str, frozenset[str]]
    elsewhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Uses:
    """Where names are read, collected once for all parameters."""

    older: frozenset[str]  # by rows, which may be older than the program, or by parameters, which rows may read
    ladders: tuple[_OfLadder, ...]  # those that have lines of their tiers


def _uses_of(program: Program) -> _Uses:
    rows = [(each.value, each.where) for each in program.metrics]
    paid = [(each.where, each.measure) for each in program.incentives]
    older = _texts((program.records, *rows, *paid, *program.parameters))
    in_all = _counted(replace(program, earlier=None, follows=None))
    return _Uses(older, tuple(_of_ladder(each, in_all) for each in program.ladders if not each.plain))


def _of_ladder(ladder: Ladder, in_all: Counter[str]) -> _OfLadder:
    by_tier = {each.name: _texts(ladder.lines_of(each)) for each in ladder.tiers[1:]}
    elsewhere = in_all - _counted(ladder) + _counted(ladder.applies_to)
    return _OfLadder(ladder, by_tier, frozenset(elsewhere))


def _counted(part: object) -> Counter[str]:
    return Counter(each.text for each in names_in(part))


def _texts(part: object) -> frozenset[str]:
    return frozenset(each.text for each in names_in(part))


def _out_of_days(parameter: Parameter, program: Program) -> Iterator[Diagnostic]:
    """Values in force on no day of the program. A row may be older, so what rows read is not reported."""
    first, before = program.effective
    following = (*(each.start for each in parameter.versions[1:]), None)
    for version, end in zip(parameter.versions, following, strict=True):
        why = ""
        if end is not None and end <= first:
            why = f"it ends on {end}, and the program begins on {first}"
        elif version.start is not None and version.start >= before:
            why = f"it begins on {version.start}, and the program ends before {before}"
        if why and version.span.file == program.file:  # one of another file may be used there
            yield meaning.UNUSED.at(
                version.span, f"a value of `{parameter.name}` is not used: {why}", help="correct the date, or remove it"
            )


def _of_unread_tiers(parameter: Parameter, uses: _OfLadder, program: Program) -> Iterator[Diagnostic]:
    """Values for tiers in whose lines nothing reads the parameter, if nothing but lines of the ladder does."""
    ladder = uses.ladder
    if parameter.name in uses.elsewhere:
        return
    read = {name for name, texts in uses.by_tier.items() if parameter.name in texts}
    told = set()
    for word, span in _words(parameter, ladder.name or "tier") if read else ():
        if word in ladder.names and word not in read and span not in told and span.file == program.file:
            told.add(span)
            yield meaning.UNUSED.at(
                span,
                f"the value of `{parameter.name}` for `{word}` is not used: no line of `{word}` reads it",
                help="remove it" + (f", or use it in a line of `{word}`" if word in ladder.names[1:] else ""),
            )


def _words(parameter: Parameter, name: str) -> Iterator[tuple[str, Span]]:
    """The words of a dimension for which the parameter has values, with their places."""
    pending = [each.table for each in parameter.versions]
    while pending:
        table = pending.pop(0)
        for choice in table.choices:
            words = zip(table.by, choice.keys, choice.key_spans, strict=True)
            yield from ((word, span) for by, word, span in words if by == name)
        pending += (*(each.value for each in table.choices), *(each.value for each in table.thresholds))


def define(program: Program, bench: Workbench) -> None:
    """Declare every parameter's name: its value is the parameter's."""
    for parameter in program.parameters:
        dated, by_tier = len(parameter.versions) > 1, any("tier" in each.table.by for each in parameter.versions)
        bench.define(Definition(parameter.name, parameter.span, partial(value_of, parameter), "*", dated, by_tier))


def value_of(parameter: Parameter, scope: Scope) -> Typed | None:
    """The parameter's value at a place, on the place's day."""
    lowered = [lower_table(version.table, scope, inherit=False, named=parameter.name) for version in parameter.versions]
    values = [each for each in lowered if each is not None]
    if len(values) < len(lowered) or not all(one_unit(values[0], each, scope, "version") for each in values[1:]):
        return None
    day = scope.day
    if len(values) == 1 or day is None:
        return _of_values(values[0], values[:1])
    if isinstance(day.scalar, Literal):
        found = _on(str(day.scalar.value), parameter, values)
        return _of_values(found, [found])
    branches = tuple(
        (node.Compare(day.scalar, Comparison.AT_LEAST, Literal(version.start, DATE)), value.scalar)
        for version, value in zip(parameter.versions, values, strict=True)
    )
    built = node.Case(tuple(reversed(branches)), values[0].scalar)
    return _of_values(Typed(built, type_of(built), parameter.span), values)


def _of_values(value: Typed, values: list[Typed]) -> Typed:
    """The value with those that it may be: a finding about one is told where that one is written."""
    return replace(value, values=all_written(values))


def _on(day: str, parameter: Parameter, values: list[Typed]) -> Typed:
    """The version in force on a day known now; the first holds for all days before the second."""
    found = values[0]
    for version, value in zip(parameter.versions, values, strict=True):
        if str(version.start) <= day:
            found = value
    return found


SECTION = Section("parameters", SCHEMA, parse, check, __doc__ or "", define)
