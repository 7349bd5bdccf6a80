"""What a program's incentives are made of, read from the typed program: forms of pay, and of values by place."""

from __future__ import annotations

from collections.abc import Iterator

from engine.calendar import cycle_of
from engine.language import syntax
from engine.language.names import names_in
from engine.language.program import Incentive, Program, Table

PLACES = ("rate", "amount", "band edge", "band rate", "band amount", "limit")
FORMS = (
    "literal", "parameter", "dated parameter", "formula", "benefit", "by tier", "by segment", "by choice", "by bands",
    "by two names", "nested",
)  # fmt: skip


def values_of(incentive: Incentive) -> Iterator[tuple[str, Table]]:
    """Every value of an incentive, with the place it stands in."""
    given = [("rate", incentive.rate), ("amount", incentive.amount)]
    for band in incentive.bands:
        given += [("band edge", band.start), ("band edge", band.up_to)]
        given += [("band rate", band.rate), ("band amount", band.amount)]
    given += [("limit", limit.at_most) for limit in incentive.limits]
    yield from ((place, value) for place, value in given if value is not None)


def forms_of(value: Table, program: Program) -> Iterator[str]:
    """What a value is; of a parameter also what stands behind it."""
    if value.single is not None:
        yield from _single(value.single, program)
        return
    entries = [*(each.value for each in value.choices), *(each.value for each in value.thresholds)]
    if any(each.single is None for each in entries):
        yield "nested"
    if value.thresholds:
        yield "by bands"
    elif len(value.by) > 1:
        yield "by two names"
    elif value.by[0] == "tier":
        yield "by tier"
    else:
        yield "by segment" if value.by[0] in {each.name for each in program.segments} else "by choice"


def _single(single: syntax.Expression, program: Program) -> Iterator[str]:
    if isinstance(single, syntax.Number | syntax.Money):
        yield "literal"
        return
    name = single.text if isinstance(single, syntax.Name) else ""
    if name.startswith("benefits."):
        yield "benefit"
    for parameter in program.parameters:
        if parameter.name == name:
            yield "dated parameter" if len(parameter.versions) > 1 else "parameter"
            for version in parameter.versions:
                yield from forms_of(version.table, program)
    if not name:
        yield "formula"


def traits_of(incentive: Incentive) -> Iterator[str]:
    """Its grain, how it pays, whom, and what else is said of it."""
    yield "by period" if incentive.period is not None else "by record"
    if incentive.bands:
        yield f"{incentive.method.value} bands"
    elif incentive.rate is not None:
        yield "rate"
    else:
        yield "amount once" if incentive.is_once else f"amount per {type(incentive.per).__name__.lower()}"
    yield f"to the {incentive.payee}"
    if incentive.pays_by_row:
        yield "in the currency of the row"
    if incentive.first:
        yield f"first of {' and '.join(incentive.first)}"
    if incentive.order:
        yield "order"
    if len(incentive.limits) > 1:
        yield "two limits"
    for limit in incentive.limits:
        yield "order of a limit" if limit.order else "limit"
        yield from ("limit in calendar time" for word in limit.per if cycle_of(word) is not None)


DIVIDES = ("field", "scaled field", "metric", "measure of a record", "measure of a period")
DIVISORS = ("number", "parameter", "formula")


def divisions_of(program: Program) -> Iterator[tuple[str, str]]:
    """Where rows are divided by what the program states, and by what; "formula": in a formula that is read there."""
    formulas = {each.name: each for table in program.records.tables for each in table.formulas}
    read = [("field" if each.scale is None else "scaled field", each.formula) for each in formulas.values()]
    read += [("metric", each.value) for each in program.metrics]
    read += [(f"measure of a {'period' if each.period else 'record'}", each.measure) for each in program.incentives]
    for place, expression in read:
        for each in _divided_by(expression):
            names = {name.text for name in names_in(each)}
            if names <= {one.name for one in program.parameters}:
                yield place, "parameter" if names else "number"
        inner = [formulas[name.text] for name in names_in(expression) if name.text in formulas]
        if any(each.scale is None and [*_divided_by(each.formula)] for each in inner):
            yield place, "formula"


def _divided_by(expression: syntax.Expression | None) -> Iterator[syntax.Expression]:
    match expression:
        case syntax.Arithmetic(op=op, left=left, right=right):
            yield from (right,) if op == "/" else ()
            yield from (*_divided_by(left), *_divided_by(right))
        case syntax.Negative(value=value):
            yield from _divided_by(value)
        case syntax.Call(arguments=arguments):
            for each in arguments:
                yield from _divided_by(each)
