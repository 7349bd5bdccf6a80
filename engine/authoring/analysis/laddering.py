"""Falling thresholds: a higher tier requires less than a lower one in the same line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.language import syntax
from engine.language.expression import render_expression
from engine.language.program import Ladder, Line, Parameter, Program, Requirement, Table
from engine.language.source import Span
from engine.language.syntax import Expression

TIER = "tier"  # the dimension by which values go by the tiers; by those of a designation, it has its name


@dataclass(frozen=True, slots=True)
class Falling:
    """Two places with requirements of a higher and a lower tier, of which the lower tier requires more.

    `line` is the lower tier's; `words` are the words of the parameter's other dimensions there.
    """

    measure: str
    tier: str
    span: Span
    lower: str
    lower_span: Span
    line: Requirement
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    value: Decimal
    span: Span
    line: Requirement


def falling_thresholds(program: Program, ladder: Ladder) -> Iterator[Falling]:
    """Own lines and parameters by tier in common lines. Only `>=` and `>` against numbers are compared."""
    parameters = {each.name: each for each in program.parameters}
    by = ladder.name or TIER
    for line in ladder.common:
        name = _parameter_asked(line)
        if name in parameters:
            yield from _falling(parameters[name], by, dict.fromkeys(ladder.names[1:], line))
    for name, lines in _asked_alike(ladder).items():
        if name in parameters:
            yield from _falling(parameters[name], by, lines)
    highest: dict[str, tuple[str, _Asked]] = {}
    for tier in ladder.tiers:
        for measure, found in _asked(tier.requires):
            before = highest.get(measure)
            if before is not None and found.value < before[1].value:
                yield Falling(measure, tier.name, found.span, before[0], before[1].span, before[1].line)
            else:
                highest[measure] = (tier.name, found)


def _parameter_asked(line: Requirement) -> str:
    if isinstance(line, Line) and isinstance(line.expression, syntax.Comparing) and line.expression.op in (">", ">="):
        right = line.expression.right
        return right.text if isinstance(right, syntax.Name) else ""
    return ""


def _asked(lines: tuple[Requirement, ...]) -> Iterator[tuple[str, _Asked]]:
    for line in lines:
        expression = line.expression if isinstance(line, Line) else None
        if isinstance(expression, syntax.Comparing) and expression.op in (">", ">="):
            value = _number(expression.right)
            if value is not None:
                yield render_expression(expression.left), _Asked(value, expression.right.span, line)


def _number(expression: Expression) -> Decimal | None:
    return expression.value if isinstance(expression, syntax.Number | syntax.Money) else None


def _asked_alike(ladder: Ladder) -> dict[str, dict[str, Requirement]]:
    """Own lines that compare the same measure with the same parameter, by parameter and tier."""
    measures: dict[str, str] = {}
    found: dict[str, dict[str, Requirement]] = {}
    for tier in ladder.tiers[1:]:
        for line in tier.requires:
            name = _parameter_asked(line)
            text = render_expression(line.expression) if name and isinstance(line, Line) else ""
            if text and measures.setdefault(name, text) == text:
                found.setdefault(name, {})[tier.name] = line
    return found


def _falling(parameter: Parameter, by: str, lines: Mapping[str, Requirement]) -> Iterator[Falling]:
    """Where a parameter falls from one tier to a higher one; `lines` are theirs, low to high."""
    for version in parameter.versions:
        yield from _falling_in(version.table, parameter.name, by, lines)


Words = tuple[tuple[str, str], ...]
"""Dimensions with a word of each."""


def _falling_in(table: Table, name: str, by: str, lines: Mapping[str, Requirement]) -> Iterator[Falling]:
    """Values of each combination of the other dimensions than `by`, walked up the ladder."""
    listed = list(_listed(table, (), table.span))
    last: dict[Words, tuple[str, _Asked]] = {}
    for tier, line in lines.items():
        for words, value, span in listed:
            if {word for name, word in words if name == by} != {tier}:
                continue
            rest = tuple(sorted(each for each in words if each[0] != by))
            before = last.get(rest)
            if before is not None and value < before[1].value:
                yield Falling(name, tier, span, before[0], before[1].span, before[1].line, rest)
            last[rest] = (tier, _Asked(value, span, line))


def _listed(table: Table, words: Words, span: Span) -> Iterator[tuple[Words, Decimal, Span]]:
    """Every number of a table with the words it is for, those inside its values too; bands compare with nothing."""
    value = _number(table.single) if table.single is not None else None
    if value is not None:
        yield words, value, span
    for choice in table.choices:
        yield from _listed(choice.value, (*words, *zip(table.by, choice.keys, strict=True)), choice.span)
