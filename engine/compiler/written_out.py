"""How large a program is once every name is replaced by what it stands for, counted before that is done.

A Plan has a column for each aggregate and each formula of records. Parameters, formulas of metrics, segments and
benefits are written out where they are used, so a chain of definitions that each use the one before twice doubles
with every link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.names import OF_PARTNER, declared_in
from engine.language.program import Program, Table
from engine.language.source import Span
from engine.language.syntax import Name
from engine.parts import inner_parts

MOST_PARTS = 10_000  # of one definition, written out
MOST_IN_ALL = 100_000  # of all definitions, tiers and incentives together
DEEPEST = 100  # levels, those of the definitions it is built on included


@dataclass(frozen=True, slots=True)
class _Use:
    """What is written at one place: how many parts, and the definitions named, each as often as it is."""

    label: str
    span: Span
    own: int
    levels: int
    names: tuple[str, ...]
    whole: bool = True  # written out where it is used; else it is a column of a table
    times: int = 1  # that it is decided: once for each combination of values of its `per`


@dataclass(frozen=True, slots=True)
class _Extent:
    """Parts of a definition written out, those it adds where it is used, and how many definitions deep it goes."""

    parts: int
    used: int
    depth: int


def check_written_out(program: Program) -> tuple[Diagnostic, ...]:
    """A finding for each definition or line that grows beyond what can be read or compiled, or for all of them."""
    declared = _declared(program)
    extents = _extents(declared)
    found: list[Diagnostic] = []
    for each in declared.values():
        extent = _written_out(each, extents)
        below = [extents[name] for name in each.names if name in extents]
        if extent.parts > MOST_PARTS and all(other.parts <= MOST_PARTS for other in below):
            message = f"{each.label} has {extent.parts:,} parts with all names written out, more than {MOST_PARTS:,}"
            found.append(meaning.TOO_MUCH.at(each.span, message, help="use fewer names in it, and each only once"))
        if extent.depth > DEEPEST and all(other.depth <= DEEPEST for other in below):
            message = f"{each.label} goes {extent.depth} levels deep with all names written out, more than {DEEPEST}"
            found.append(meaning.TOO_MUCH.at(each.span, message, help="build it on fewer definitions, or nest less"))
    total = sum(each.times * _written_out(each, extents).parts for each in (*declared.values(), *_others(program)))
    if not found and total > MOST_IN_ALL:
        message = f"the program has {total:,} parts with all names written out, more than {MOST_IN_ALL:,}"
        found.append(
            meaning.TOO_MUCH.at(program.span, message, help="shorten its tables, or use fewer names in its lines")
        )
    return tuple(found)


def _declared(program: Program) -> dict[str, _Use]:
    """Every name that stands for something, with what is written there."""
    found = {each.name: _use(f"`{each.name}`", each.span, each.versions) for each in program.parameters}
    for metric in program.metrics:
        value = (metric.formula, metric.if_missing) if metric.formula else (metric.where, metric.value)
        use = _use(f"`{metric.name}`", metric.span, value, whole=metric.formula is not None, more=(metric.source,))
        found[metric.name] = use
    found |= {each.name: _use(f"`{each.name}`", each.span, each.when) for each in program.segments}
    for ladder in program.designations:
        lines = (ladder.applies_to, ladder.tiers, ladder.common)
        use = _use(f"`{ladder.name}`", ladder.span or program.span, lines, whole=False)
        found[ladder.name] = replace(use, times=_times(program, ladder.per))
    for benefit in program.benefits:
        use = _use(f"`{benefit.name}`", benefit.span, (benefit.table, benefit.when))
        found[f"benefits.{benefit.name}"] = replace(use, times=_times(program, benefit.per))
    for field in (each for table in program.records.tables for each in table.formulas):
        use = _use(f"`{field.name}`", field.span or program.span, field.formula, whole=False, of_row=True)
        same = found.get(f"row {field.name}", use)  # fields of one name in two tables are taken as one
        found[f"row {field.name}"] = replace(same, names=(*same.names, *use.names))
    return found


def _times(program: Program, per: tuple[str, ...]) -> int:
    """How many combinations of values there are; one where they are too many, or of no choice, which is refused."""
    return max(1, len(tuple(program.scopes(per))))


def _others(program: Program) -> Iterator[_Use]:
    """What is written outside definitions."""
    for tier in program.ladder.tiers:
        yield _use(f"tier `{tier.name}`", tier.span, program.ladder.lines_of(tier))
    for incentive in program.incentives:
        yield _use(f"`{incentive.name}`", incentive.span, incentive)


def _use(
    label: str, span: Span, value: object, *, whole: bool = True, more: tuple[str, ...] = (), of_row: bool = False
) -> _Use:
    """Count the parts of a value and its levels, and list the names in it."""
    own, levels, names = 0, 0, list(more)
    pending = [(value, 1)]
    while pending:
        each, level = pending.pop()
        own += not isinstance(each, tuple)
        levels = max(levels, level)
        if isinstance(each, Name):
            names += _meant(each.text, of_row)
            continue
        if isinstance(each, Table):
            names += each.by
        pending += [(part, level + (not isinstance(each, tuple))) for part in inner_parts(each)]
    return _Use(label, span, own, levels, tuple(names), whole)


def _meant(text: str, of_row: bool) -> tuple[str, ...]:
    """The names of definitions that a written name may mean: whichever is declared."""
    path = text.removeprefix(OF_PARTNER)
    fields = (f"row {word}" for word in path.split(".")) if of_row else ()
    return (declared_in(path)[0], *fields)


def _extents(declared: Mapping[str, _Use]) -> dict[str, _Extent]:
    """The extent of every definition. One that is built on itself is reported elsewhere, and counted once."""
    found: dict[str, _Extent] = {}
    for start in declared:
        pending = [start]
        entered: set[str] = set()
        while pending:
            name = pending[-1]
            below = [each for each in declared[name].names if each in declared and each not in found]
            if name in found or (name in entered or not below):
                pending.pop()
                found.setdefault(name, _written_out(declared[name], found))
            else:
                entered.add(name)
                pending += [each for each in below if each not in entered]
    return found


def _written_out(use: _Use, extents: Mapping[str, _Extent]) -> _Extent:
    below = [extents[name] for name in use.names if name in extents]
    parts = use.own + sum(each.used for each in below)
    return _Extent(parts, parts if use.whole else 1, use.levels + max((each.depth for each in below), default=0))
