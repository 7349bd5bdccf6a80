"""Rates and percentages: written with `%`, and not above the whole."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.program import Program, Table, expressions_of
from engine.language.syntax import Expression


def check_rate(rate: Expression | None, program: Program) -> Iterator[Diagnostic]:
    """Findings for a rate: a literal, or the values of a parameter. `rate: 1` instead of 1% pays a hundred times too
    much, but looks similar.
    """
    for number in _numbers(rate, program):
        shown = f"{(number.value * 100).normalize():f} %"
        if not number.percent and number.value:
            written = f"{number.value.normalize():f}"
            yield meaning.RATE_WITHOUT_PERCENT.at(
                number.span,
                f"`{written}` without `%` is {shown}",
                help=f"write `{written}%` for {written} %, `{shown.replace(' ', '')}` for {shown}",
            )
        elif number.value > 1:
            yield meaning.RATE_TOO_HIGH.at(
                number.span, f"{shown} is more than 100 %", help="write a rate up to 100 %, such as `5%`"
            )


def check_rates(table: Table, program: Program) -> Iterator[Diagnostic]:
    """Findings for every percentage of a table."""
    for value in expressions_of(table):
        yield from check_rate(value, program)


def _numbers(expression: Expression | None, program: Program) -> Iterator[syntax.Number]:
    """The number written there, or those of the parameter named there."""
    if isinstance(expression, syntax.Number):
        yield expression
    if isinstance(expression, syntax.Name):
        for parameter in program.parameters:
            if parameter.name == expression.text:
                for version in parameter.versions:
                    yield from (each for each in expressions_of(version.table) if isinstance(each, syntax.Number))
