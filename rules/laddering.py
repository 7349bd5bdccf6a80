"""Whether thresholds rise with the ladder: a higher tier must not ask for less in the same line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.program import Line, Parameter, Program, Requirement, Table
from engine.language.source import Span
from engine.language.syntax import Expression

Found = tuple[Decimal, Span]


def easier_tiers(program: Program) -> Iterator[Diagnostic]:
    """Findings for own lines and for parameters by tier in common lines.

    Only `>=` and `>` against numbers are compared; what a formula asks is not decided here.
    """
    parameters = {each.name: each for each in program.parameters}
    for line in program.ladder.common:
        name = _parameter_asked(line)
        if name in parameters:
            yield from _falling(parameters[name], program.ladder.names)
    highest: dict[str, tuple[str, Found]] = {}
    for tier in program.ladder.tiers:
        for measure, found in _asked(tier.requires):
            before = highest.get(measure)
            if before is not None and found[0] < before[1][0]:
                yield _easier(tier.name, measure, found, *before)
            else:
                highest[measure] = (tier.name, found)


def _parameter_asked(line: Requirement) -> str:
    if isinstance(line, Line) and isinstance(line.expression, syntax.Comparing) and line.expression.op in (">", ">="):
        right = line.expression.right
        return right.text if isinstance(right, syntax.Name) else ""
    return ""


def _asked(lines: tuple[Requirement, ...]) -> Iterator[tuple[str, Found]]:
    for line in lines:
        if (
            isinstance(line, Line)
            and isinstance(line.expression, syntax.Comparing)
            and line.expression.op in (">", ">=")
        ):
            value = _number(line.expression.right)
            if value is not None:
                yield render_expression(line.expression.left), (value, line.expression.right.span)


def _number(expression: Expression) -> Decimal | None:
    return expression.value if isinstance(expression, syntax.Number | syntax.Money) else None


def _falling(parameter: Parameter, ladder: tuple[str, ...]) -> Iterator[Diagnostic]:
    for version in parameter.versions:
        if "tier" in version.table.by:
            yield from _falling_in(version.table, parameter.name, ladder)


def _falling_in(table: Table, name: str, ladder: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Values of each combination of the other dimensions, walked up the ladder."""
    place = table.by.index("tier")
    last: dict[tuple[str, ...], tuple[str, Found]] = {}
    for tier in ladder:
        for choice in table.choices:
            value = _number(choice.value)
            if choice.keys[place] != tier or value is None:
                continue
            rest = choice.keys[:place] + choice.keys[place + 1 :]
            before = last.get(rest)
            if before is not None and value < before[1][0]:
                yield _easier(tier, name, (value, choice.span), *before)
            last[rest] = (tier, (value, choice.span))


def _easier(tier: str, measure: str, found: Found, lower: str, before: Found) -> Diagnostic:
    return meaning.EASIER_TIER.at(
        found[1],
        f"`{tier}` asks for less `{measure}` than `{lower}` below it",
        label="less than below",
        related=[Related(before[1], f"what `{lower}` asks for")],
        help="let thresholds rise with the ladder",
    )
