"""Amounts in the currency of their row: converted into the program's where a rule reads them.

The rate is that of the row's day. By a table of rates it is looked up, row by row; by amounts of equal worth it is a
whole number over one that all currencies have in common, so that totals stay exact: nothing is divided before the sum.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from engine.compiler.expressions import BROKEN, Typed
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.program import Conversion, Worths
from engine.language.records import CURRENCY, RATES
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.digits import number_size
from engine.plan.inference import type_of
from engine.plan.plan import Rated
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Filter, Lookup, Within
from engine.types import DATE, ROW, Kind, Type

if TYPE_CHECKING:
    from engine.compiler.workbench import Rows, Workbench

RATE = "@rate"  # what one unit of the row's currency is worth; no author can name a field like this
MOST_DIGITS = 10  # of the whole numbers that amounts of equal worth become: with those of a total 27


def in_program_currency(amount: Column, link: str, span: Span, rows: Rows, bench: Workbench) -> Typed:
    """An amount of a row, or of a row it is linked to by `link.`, converted on the row's day.

    As it is where the program has no conversion: whoever adds it up or compares it refuses it.
    """
    conversion = bench.program.conversion
    if conversion is None:
        return Typed(amount, amount.type, span)
    currency = _currency(link, rows, bench)
    day = rows.columns.get(rows.table.date)
    if day is None and (conversion.rates or len(conversion.equal) > 1):
        bench.report(
            meaning.NO_CONVERSION.at(
                span,
                f"records of `{rows.table.name}` have no date, so there is no rate to convert this amount",
                related=[Related(conversion.span, "the rate of the row's day is used")],
                help="measure records with a `date`",
            )
        )
        return BROKEN
    if conversion.rates:
        return _converted(amount, _looked_up(currency, day or amount, link, rows, bench), 1, span, bench)
    weighed = _weights(conversion, currency, day, span, rows, bench)
    return _converted(amount, *weighed, span, bench) if weighed is not None else BROKEN


def _converted(amount: Column, rate: Scalar, over: int, span: Span, bench: Workbench) -> Typed:
    scalar: Scalar = node.Convert(amount, rate, bench.program.currency)
    scalar = scalar if over == 1 else node.Quotient(scalar, whole_number(over))
    return Typed(scalar, type_of(scalar), span)


def _currency(link: str, rows: Rows, bench: Workbench) -> Column:
    """The column with the currency of a row, or of the one it is linked to."""
    name = f"{link}{CURRENCY}"
    if name not in rows.columns:
        found = next(each for each in rows.table.links if f"{each.name}." == link)
        bench.link(rows, found, CURRENCY)
    return rows.columns[name]


def whole_number(value: int) -> Literal:
    """A whole number with the digits it needs."""
    return Literal(value, Type(Kind.INTEGER, digits=number_size(Decimal(value))[0]))


# -------------------------------------------------------------------------------------------------- by rates


def _looked_up(currency: Column, day: Column, link: str, rows: Rows, bench: Workbench) -> Scalar:
    """The rate in force on the row's day; one where the row is in the program's currency."""
    name, own = f"{RATE} {link}", Literal(bench.program.currency, currency.type)
    if name not in rows.columns:
        table = bench.program.records.table(RATES.name)
        assert table is not None  # it is there where a program converts by rates
        target = f"{RATES.name}/{bench.program.currency}"
        if target not in bench.tables:
            scan, to = bench.scan(table), Column("to_currency", table.fields[1].type)
            bench.add(Filter(target, scan, node.Compare(to, Comparison.EQUAL, Literal(own.value, to.type))))
        field = table.field("rate")
        assert field is not None  # of the standard table
        on, within = ((currency.name, "from_currency"),), Within(day, table.date, "")
        rows.top = bench.add(Lookup(f"{rows.top}+{name}", rows.top, target, on, ((name, field.name),), within))
        rows.columns[name] = Column(name, field.type, optional=True)
        assert bench.program.conversion is not None  # it is what is looked up for
        rated = Rated(rows.top, name, currency.name, day.name, bench.program.currency, bench.program.conversion.span)
        bench.rated.append(rated)
    at_par = node.Compare(currency, Comparison.EQUAL, own)
    return node.Case(((at_par, whole_number(1)),), rows.columns[name])


# ------------------------------------------------------------------------------------------ by equal worths


def _weights(
    conversion: Conversion, currency: Column, day: Column | None, span: Span, rows: Rows, bench: Workbench
) -> tuple[Scalar, int] | None:
    """What one unit of the row's currency is worth, as a whole number over one for all; None after findings."""
    worths = [_worth(each, bench.program.currency) for each in conversion.equal]
    for entry, worth in zip(conversion.equal, worths, strict=True):
        missing = [each for each in currency.type.values if each not in worth]
        if missing:
            bench.report(
                meaning.NO_CONVERSION.at(
                    span,
                    f"amounts here may be in {_listed(missing)}, but the list under `equal` has no such amount",
                    related=[Related(entry.span, "this list")],
                    help=f"add an amount in {_listed(missing)} to the list",
                )
            )
            return None
    over = lcm(*(each.denominator for worth in worths for each in worth.values()))
    cases = [_weight(worth, over, currency) for worth in worths]
    most = max(each * over for worth in worths for each in worth.values())
    if max(len(str(over)), len(str(int(most)))) > MOST_DIGITS:
        bench.report(
            meaning.TOO_WIDE.at(
                conversion.span,
                f"converting by these amounts needs numbers of more than {MOST_DIGITS} digits to add up exactly",
                help="use round amounts, such as `75 EUR` and `12_000 JPY`",
            )
        )
        return None
    built = cases[0]
    for entry, case in zip(conversion.equal[1:], cases[1:], strict=True):
        assert day is not None  # of several entries the day says which
        since = node.Compare(day, Comparison.AT_LEAST, Literal(entry.start, DATE))
        built = node.Case(((since, case),), built)
    return built, over


def _worth(entry: Worths, own: str) -> dict[str, Fraction]:
    """What one unit of each currency is worth in the program's."""
    par = next(Fraction(each.value) for each in entry.amounts if each.currency == own)
    return {each.currency: par / Fraction(each.value) for each in entry.amounts}


def _weight(worth: dict[str, Fraction], over: int, currency: Column) -> Scalar:
    weights = [(code, whole_number(int(worth[code] * over))) for code in currency.type.values]
    is_in = [node.Compare(currency, Comparison.EQUAL, Literal(code, currency.type)) for code, _ in weights]
    tests = tuple(zip(is_in, (weight for _, weight in weights), strict=True))
    return node.Case(tests, Literal(None, weights[0][1].type))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# ------------------------------------------------------------------------------------------------ totals


def as_whole(scalar: Scalar) -> tuple[Scalar, int] | None:
    """The scalar without its division, and the whole number that divides it; None if it divides by a value of the
    row. The sum is taken before the division, and divided once.
    """
    if not scalar.typed.ratio:
        return scalar, 1
    match scalar:
        case node.Quotient(left, Literal(int(over))) if over > 0:
            found = as_whole(left)
            return (found[0], found[1] * over) if found else None
        case node.Multiply(left, right) if type(scalar) is node.Multiply:
            one, two = as_whole(left), as_whole(right)
            return (node.Multiply(one[0], two[0]), one[1] * two[1]) if one and two else None
        case node.Add(left, right) | node.Subtract(left, right):
            both = _over_one((left, right))
            return (type(scalar)(*both[0]), both[1]) if both else None
        case node.Absolute(value):
            found = as_whole(value)
            return (node.Absolute(found[0]), found[1]) if found else None
        case node.Least(values) | node.Greatest(values):
            all_values = _over_one(values)
            return (type(scalar)(all_values[0]), all_values[1]) if all_values else None
        case node.Case(branches, otherwise):
            results = _over_one((*(each for _, each in branches), otherwise))
            if results is None:
                return None
            *values_of, last = results[0]
            tests = (test for test, _ in branches)
            return node.Case(tuple(zip(tests, values_of, strict=True)), last), results[1]
    return None


def _over_one(scalars: tuple[Scalar, ...]) -> tuple[tuple[Scalar, ...], int] | None:
    """Several scalars over the same whole number."""
    found = [as_whole(each) for each in scalars]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    over = lcm(*(each for _, each in known))
    return tuple(_times(one, over // each) for one, each in known), over


def _times(scalar: Scalar, by: int) -> Scalar:
    return scalar if by == 1 else node.Multiply(scalar, whole_number(by))


def divided(total: Scalar, over: int) -> Scalar:
    """A total of values before their division."""
    return total if over == 1 else node.Quotient(total, whole_number(over))


def is_in_one_currency(value: Typed, rows: Rows, bench: Workbench) -> bool:
    """Whether amounts of several rows may be put together; otherwise that they have several currencies is reported."""
    if value.type.currency != ROW:
        return True
    held = _listed(list(rows.table.currencies) or ["several currencies"])
    place = next((span for name, span in bench.program.record_spans if name == rows.table.name), None)
    bench.report(
        meaning.NO_CONVERSION.at(
            value.span,
            f"amounts in {held} are combined here, but the program does not say how to convert them",
            related=[Related(place, f"records of `{rows.table.name}` hold them")] if place else [],
            help=f"add `conversion: {{rates: {RATES.name}, as_at: row}}` at the top, or"
            " `conversion: {equal: [..], as_at: row}` with amounts of equal worth",
        )
    )
    return False
