"""Numbers that a feed computes from columns, exactly: a fraction of two whole numbers until its one rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from engine.duck import text_literal
from engine.language import syntax
from engine.language.diagnostic import Diagnostic
from engine.language.near import FewSuggestions
from engine.language.syntax import Expression
from engine.records.codes import feed as codes
from engine.records.convert import PERCENT, PLACES, number_form, plain_number
from engine.records.feed import Calculation, FieldMapping, NumberStyle
from engine.types import Mode

MOST_DECIMALS = 18  # of an operand; floating numbers of other programs have up to 17
MORE = 6  # decimals shown beyond those that the field keeps
LARGEST = 38  # digits of the whole numbers that are computed with
TENS = f"[{', '.join(f'CAST(1{chr(48) * n} AS HUGEINT)' for n in range(MOST_DECIMALS + PLACES + 1))}]"


def names_in(expression: Expression) -> Iterator[syntax.Name | Expression]:
    """The names of a calculation, and what cannot be part of one."""
    match expression:
        case syntax.Arithmetic():
            yield from names_in(expression.left)
            yield from names_in(expression.right)
        case syntax.Negative():
            yield from names_in(expression.value)
        case syntax.Number():
            return
        case _:
            yield expression


def check_calculation(mapping: FieldMapping, calculation: Calculation) -> Iterator[Diagnostic]:
    """Only numbers, columns under their names, and + - * / between them."""
    names = {name.text: name for name, _ in calculation.names}
    used, suggest = set(), FewSuggestions()
    for part in names_in(calculation.expression):
        if not isinstance(part, syntax.Name):
            message = f"`{mapping.field.text}` is calculated from numbers and columns with + - * / alone"
            help = "compute other things by a `formula` of the program"
            yield codes.FIELD_FORM.at(part.span, message, help=help)
        elif part.text not in names:
            message = f"`{part.text}` is not a name under `of`"
            help = suggest(part.text, list(names)) + f"; or add `{part.text}:` with its column"
            yield codes.FIELD_FORM.at(part.span, message, help=help)
        else:
            used.add(part.text)
    for name, scalar in names.items():
        if name not in used:
            message = f"the calculation does not use `{name}`"
            yield codes.FIELD_FORM.at(scalar.span, message, help=f"remove `{name}`, or use it")


def operand_form(text: str, style: NumberStyle) -> str:
    """SQL: whether a cell is a number to compute with; a percentage is one."""
    number = f"regexp_replace({text}, {text_literal(f'{PERCENT}$')}, '')"
    return number_form(number, style, MOST_DECIMALS)


def bad_operand_sql(calculation: Calculation, cells: Mapping[str, str], style: NumberStyle) -> str:
    """SQL: the first cell that is not a number, "" where there is no result, missing where all is well."""
    wrong = " ".join(f"WHEN NOT {operand_form(cell, style)} THEN {cell}" for cell in cells.values())
    absent = " OR ".join(f"{cell} IS NULL" for cell in cells.values())
    computed = calculated_sql(calculation, cells, style, 0)
    return f"CASE {wrong} WHEN {absent} THEN NULL WHEN {computed} IS NULL THEN '' END"


def calculated_sql(calculation: Calculation, cells: Mapping[str, str], style: NumberStyle, scale: int) -> str:
    """SQL: the result as a plain number in text, rounded to `scale` where the feed says how.

    If it does not, and the result has more decimals than that, the text has more, too: nothing is lost unseen.
    """
    over, under = _fraction(calculation.expression, cells, style)
    sign = f"sign({over}) * sign({under})"
    over, under = f"abs({over})", f"nullif(abs({under}), 0)"

    def whole(decimals: int) -> tuple[str, str, str]:
        many = f"({over} * {_ten(decimals)})"
        return many, f"({many} // {under})", f"({many} % {under})"

    _, number, rest = whole(scale)
    match calculation.rounding:
        case Mode.HALF_UP:
            up = f"2 * {rest} >= {under}"
        case Mode.HALF_EVEN:
            up = f"2 * {rest} > {under} OR (2 * {rest} = {under} AND {number} % 2 = 1)"
        case Mode.UP:
            up = f"{rest} > 0"
        case Mode.DOWN:
            up = "false"
        case None:
            _, more, left = whole(scale + MORE)
            exact = _written(f"{sign} * {number}", scale)
            longer = f"{_written(f'{sign} * {more}', scale + MORE)} || if({left} > 0, '1', '')"
            return _tried(f"if({rest} = 0, {exact}, {longer})", cells)
        case _:
            assert_never(calculation.rounding)
    return _tried(_written(f"{sign} * ({number} + if({up}, 1, 0))", scale), cells)


def _tried(value: str, cells: Mapping[str, str]) -> str:
    """SQL: the value, missing where it is too large.

    The CASE keeps DuckDB from moving parts that occur twice out of the TRY, where they would be an error.
    """
    return f"CASE WHEN {' AND '.join(f'{cell} IS NOT NULL' for cell in cells.values())} THEN TRY({value}) END"


def _fraction(expression: Expression, cells: Mapping[str, str], style: NumberStyle) -> tuple[str, str]:
    """SQL: the value as two whole numbers, one over the other."""
    match expression:
        case syntax.Number():
            places = -min(int(expression.value.as_tuple().exponent), 0)
            return f"({int(expression.value.scaleb(places))}::HUGEINT)", _ten(places)
        case syntax.Name():
            return _operand(cells[expression.text], style)
        case syntax.Negative():
            over, under = _fraction(expression.value, cells, style)
            return f"(-{over})", under
        case syntax.Arithmetic():
            a, b = _fraction(expression.left, cells, style)
            c, d = _fraction(expression.right, cells, style)
            match expression.op:
                case "*":
                    return f"({a} * {c})", f"({b} * {d})"
                case "/":
                    return f"({a} * {d})", f"({b} * {c})"
                case _:
                    return f"({a} * {d} {expression.op} {c} * {b})", f"({b} * {d})"
        case _:
            raise ValueError(f"{expression} was refused")


def _operand(cell: str, style: NumberStyle) -> tuple[str, str]:
    number = plain_number(f"regexp_replace({cell}, {text_literal(f'{PERCENT}$')}, '')", style)
    places = f"strlen(split_part({number}, '.', 2)) + if(ends_with({cell}, '%'), {PLACES}, 0)"
    return f"TRY_CAST(replace({number}, '.', '') AS HUGEINT)", f"{TENS}[{places} + 1]"


def _ten(places: int) -> str:
    return f"(1{'0' * places}::HUGEINT)"


def _written(number: str, places: int) -> str:
    """SQL: a whole number of the last decimal, as text."""
    if not places:
        return f"CAST({number} AS VARCHAR)"
    one = f"CAST('{'0.' + '0' * (places - 1) + '1'}' AS DECIMAL({places + 1}, {places}))"
    return f"CAST(CAST({number} AS DECIMAL({LARGEST - places - 1}, 0)) * {one} AS VARCHAR)"
