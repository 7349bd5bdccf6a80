"""Shares and changes that are compared with a number: `growth >= 15` is 1,500 %, and looks like `growth >= 15%`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.authoring.analysis.measured import described, narrower, rendered
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.names import declared_in
from engine.language.percents import in_percent
from engine.language.program import Incentive, Metric, Program, Table, expressions_of
from engine.language.records import RecordTable
from engine.language.syntax import Expression
from engine.parts import inner_parts

LEAST = 2  # of a share or change: two hundred percent
Formulas = Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A measure with what it is compared with; the formulas are those of the names at that place."""

    measure: Expression
    number: Expression
    formulas: Formulas

    @property
    def key(self) -> str:
        """Equal for the same measure, under whatever name."""
        return render_expression(_read(self.measure, self.formulas))


def check_ratios(program: Program) -> Iterator[Diagnostic]:
    """Numbers of 2 or more, without `%`, that are compared with a share or a change, or with what the program
    compares with percentages elsewhere.
    """
    compared = list(_compared(program))
    percents = {each.key for each in compared if in_percent(each.number, program)}
    told = set()
    for each in compared:
        if each.key in percents or is_fraction(each.measure, each.formulas, program):
            for number in _numbers(each.number, program):
                if not number.percent and number.value >= LEAST and number.span not in told:
                    told.add(number.span)
                    yield _finding(number, each.measure)


def _finding(number: syntax.Number, measure: Expression) -> Diagnostic:
    written, whole = f"{number.value.normalize():f}", f"{number.value * 100:,.2f}".rstrip("0").rstrip(".")
    measured = render_expression(measure)
    return meaning.RATIO_WITHOUT_PERCENT.at(
        number.span,
        f"`{written}` without `%` is {whole} %, and `{measured}` is a percentage",
        related=[Related(measure.span, "compared with it")],
        help=f"write `{written}%` for {written} %, `{whole.replace(',', '')}%` for {whole} %",
    )


def is_fraction(measure: Expression, formulas: Formulas, program: Program) -> bool:
    """Whether an expression is a change, `(a - b) / b` or `a / b - 1`, or a part of a whole: of what people write in
    percent. Any other ratio, such as `revenue / 100_000 USD`, may be a plain number.
    """
    match _read(measure, formulas):
        case syntax.Arithmetic("/", top, bottom):
            return _is_change(top, bottom, formulas) or _is_part(top, bottom, program)
        case syntax.Arithmetic("-", syntax.Number(), right):
            return _is_quotient(right, formulas)
        case syntax.Arithmetic("-", left, syntax.Number()):
            return _is_quotient(left, formulas)
        case syntax.Call("min" | "max" | "abs", arguments):
            return any(is_fraction(each, formulas, program) for each in arguments)
        case syntax.Negative(inner):
            return is_fraction(inner, formulas, program)
    return False


def _read(expression: Expression, formulas: Formulas) -> Expression:
    """What a name with a formula stands for; anything else is itself."""
    seen = set()
    while isinstance(expression, syntax.Name):
        text = expression.text.removeprefix("partner.")
        name = text if text in formulas else declared_in(text)[0]
        if name not in formulas or name in seen:
            break
        seen.add(name)
        expression = formulas[name]
    return expression


def _is_quotient(expression: Expression, formulas: Formulas) -> bool:
    """Whether one measure is divided by another."""
    read = _read(expression, formulas)
    return isinstance(read, syntax.Arithmetic) and read.op == "/" and not isinstance(read.right, syntax.Number)


def _is_change(top: Expression, bottom: Expression, formulas: Formulas) -> bool:
    """Whether a difference is divided by one of its two sides."""
    difference = _read(top, formulas)
    if not isinstance(difference, syntax.Arithmetic) or difference.op != "-":
        return False
    divisors = bottom.arguments if isinstance(bottom, syntax.Call) else (bottom,)
    sides = {render_expression(each) for each in (difference.left, difference.right)}
    return any(render_expression(each) in sides for each in divisors)


def _is_part(top: Expression, bottom: Expression, program: Program) -> bool:
    """Whether a metric is divided by one that measures the same of more records, or counts more people."""
    if not (isinstance(top, syntax.Name) and isinstance(bottom, syntax.Name)):
        return False
    metrics = {each.name: each for each in program.metrics}
    part, whole = (metrics.get(declared_in(each.text)[0]) for each in (top, bottom))
    if part is None or whole is None or part.formula is not None or whole.formula is not None:
        return False
    return narrower(part, whole, program) or (part.op == "sum" and _is_inside(part, whole))


def _is_inside(part: Metric, whole: Metric) -> bool:
    """Whether two sums differ only in which records they add up, and the first has no others than the second."""
    one, two = (described(replace(each, where=(), per=(), children=False)) for each in (part, whole))
    lines, wider = ({rendered(line) for line in each.where} for each in (part, whole))
    return one == two and wider <= lines and set(whole.per) <= set(part.per) and whole.children >= part.children


def _numbers(expression: Expression, program: Program) -> Iterator[syntax.Number]:
    """The number written there, or those of the parameter named there."""
    match expression:
        case syntax.Number():
            yield expression
        case syntax.Negative(inner):
            yield from _numbers(inner, program)
        case syntax.Name(text):
            versions = (version for each in program.parameters if each.name == text for version in each.versions)
            for version in versions:
                yield from (each for each in expressions_of(version.table) if isinstance(each, syntax.Number))


# ------------------------------------------------------------------------------------------------ where they stand


def _compared(program: Program) -> Iterator[_Compared]:
    """Every measure with every value that it is compared with, in the whole program."""
    metrics = {each.name: each.formula for each in program.metrics if each.formula is not None}
    tables = {each.name: each for each in program.records.tables}
    known = {**_fields(tables["partners"], tables), **metrics}
    rules = (
        program.parameters,
        program.metrics,
        program.segments,
        program.ladders,
        program.benefits,
        program.incentives,
    )
    pending: list[tuple[object, Formulas]] = [(rules, known)]
    while pending:
        part, formulas = pending.pop()
        if isinstance(part, Metric | Incentive) and part.source in tables:
            formulas = {**known, **_fields(tables[part.source], tables)}
        yield from (_Compared(one, two, formulas) for one, two in _sides(part))
        pending += ((each, formulas) for each in inner_parts(part))


def _fields(table: RecordTable, tables: Mapping[str, RecordTable]) -> dict[str, Expression]:
    """The formulas of a table's own fields, and of those of the rows that it refers to."""
    own = {each.name: each.formula for each in table.formulas}
    for link in table.followed:
        own |= {f"{link.name}.{each.name}": each.formula for each in tables[link.to].formulas}
    return {name: formula for name, formula in own.items() if formula is not None}


def _sides(part: object) -> Iterator[tuple[Expression, Expression]]:
    """What is compared with what, in one part of a program."""
    match part:
        case syntax.Comparing(_, left, right):
            yield left, right
            yield right, left
        case syntax.Ranging(value, low, high):
            yield value, low
            yield value, high
        case Metric(formula=formula, if_missing=default) if formula is not None and default is not None:
            yield formula, default
        case Table(by=(name,), by_spans=(span,), thresholds=thresholds):
            for each in thresholds:
                yield from ((syntax.Name(name, span), start) for start in expressions_of(each.start))
