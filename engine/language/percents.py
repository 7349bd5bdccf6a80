"""Whether a number is written in percent: directly, or in the parameter, formula or benefit that it is read of."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language import syntax
from engine.language.names import BENEFITS, OF_PARTNER, declared_in
from engine.language.program import Parameter, Program, Table


def in_percent(value: object, program: Program, seen: frozenset[str] = frozenset()) -> bool:
    """Whether people write the value in percent: 66.67 % and not 0.6667.

    A comparison or a sum is in percent if one of its sides is, and a product or quotient is not: `2 * 50%` is 1, but
    10 % of a count is a count. A name is in percent if all values of its parameter, or its formula, are.
    """
    match value:
        case syntax.Number(percent=percent):
            return percent
        case syntax.Comparing(_, left, right) | syntax.Arithmetic("+" | "-", left, right):
            return in_percent(left, program, seen) or in_percent(right, program, seen)
        case syntax.Negative(inner):
            return in_percent(inner, program, seen)
        case syntax.Name(text) if text not in seen:
            return _is_named(text, program, seen | {text})
        case _:
            return False


def _is_named(text: str, program: Program, seen: frozenset[str]) -> bool:
    """Whether a declared name stands for a percentage."""
    name, _ = declared_in(text.removeprefix(OF_PARTNER))
    for parameter in program.parameters:
        if parameter.name == name:
            values = tuple(_values(parameter))
            return bool(values) and all(in_percent(each, program, seen) for each in values)
    for metric in program.metrics:
        if metric.name == name:
            return in_percent(metric.formula, program, seen)
    return any(f"{BENEFITS}{each.name}" == name and each.value == "percent" for each in program.benefits)


def _values(parameter: Parameter) -> Iterator[object]:
    """All values that it may have."""
    pending: list[Table] = [each.table for each in parameter.versions]
    while pending:
        table = pending.pop()
        if table.single is not None:
            yield table.single
        pending += (*(each.value for each in table.choices), *(each.value for each in table.thresholds))
