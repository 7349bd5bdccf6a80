"""Amounts in the currency of their row: converted into the program's where a rule reads them.

The rate is that of the row's day, or of the day on which its period or window ends. By a table of rates it is looked
up, row by row or for each day judged; by amounts of equal worth it is a whole number over one that all currencies have
in common, so that totals stay exact: nothing is divided before the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from engine.compiler.totals import whole_number
from engine.compiler.typed import Typed
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic, Related
from engine.language.exchange import Conversion, Worths
from engine.language.program import Program
from engine.language.records import CURRENCY, RATES, RecordTable
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.plan import Converted, Rated
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Cross, Distinct, Extend, Filter, Lookup, Within
from engine.types import DATE, ROW, Type

if TYPE_CHECKING:
    from engine.compiler.frame import Frame
    from engine.compiler.workbench import Rows, Workbench

RATE = "@rate"  # what one unit of the row's currency is worth; no author can name a field like this
MOST_DIGITS = 100  # of the whole numbers that amounts of equal worth become: a total of any size is exact, and slower
CURE = f"add `conversion: {{rates: {RATES.name}, as_at: row}}` at the top, or amounts of equal worth"


@dataclass(frozen=True, slots=True)
class RatedOn:
    """The day whose rate converts amounts of rows, where it is not the row's own: that of a period's or window's end.

    `day` is a scalar of the row, missing in a row that no period or window holds. Of rows that are measured for the
    several days of a `frame` it is a column of those days, and `inside` says which rows the window of a day holds, by
    what is `read` of the row.
    """

    name: str  # tells it from others
    day: Scalar
    frame: Frame | None = None
    inside: Scalar | None = None
    read: tuple[tuple[str, Scalar], ...] = ()


def in_program_currency(
    amount: Column, link: str, span: Span, rows: Rows, bench: Workbench, rated: RatedOn | None = None
) -> Typed | Diagnostic:
    """An amount of a row, or of a row it is linked to by `link.`, converted on the row's day, or on that of `rated`.

    As it is where the program has no conversion: whoever adds it up or compares it refuses it. One of a linked row is
    refused at once, because beside one of the row itself nothing would tell that it is in another currency.
    """
    conversion = bench.program.conversion
    if conversion is None:
        return _is_of_another_row(link, span) if link else Typed(amount, amount.type, span)
    currency = _currency(link, rows, bench)
    day = _day(rated, rows, bench)
    if day is None and (conversion.rates or len(conversion.equal) > 1):
        return meaning.NO_CONVERSION.at(
            span,
            f"records of `{rows.table.name}` have no date, so there is no rate to convert this amount",
            related=[Related(conversion.span, "the rate is that of the row's day")],
            help="measure records with a `date`",
        )
    if conversion.rates:
        if rated is not None and rated.frame is not None:
            rate = _daily(currency, rated, rated.frame, link, rows, bench)
        else:
            assert day is not None  # rows without one were refused
            rate = _looked_up(currency, day, link, rows, bench)
        return _converted(amount, rate, 1, Converted(currency, day), span, rows, bench)
    weighed = _weights(conversion, currency, day, span, bench)
    if isinstance(weighed, Diagnostic):
        return weighed
    worths = tuple((each.start, tuple((one.currency, one.value) for one in each.amounts)) for each in conversion.equal)
    return _converted(amount, *weighed, Converted(currency, day, worths), span, rows, bench)


def _is_of_another_row(link: str, span: Span) -> Diagnostic:
    return meaning.NO_CONVERSION.at(
        span,
        f"this is in the currency of the record that `{link.removesuffix('.')}` leads to, and the program does not say"
        " how it is converted",
        help=CURE,
    )


def _converted(
    amount: Column, rate: Scalar, over: int, told: Converted, span: Span, rows: Rows, bench: Workbench
) -> Typed:
    convert = node.Convert(amount, rate, bench.program.currency)
    bench.converted[rows.table.name, convert] = told
    scalar: Scalar = convert if over == 1 else node.Quotient(convert, whole_number(over))
    return Typed(scalar, type_of(scalar), span)


def _day(rated: RatedOn | None, rows: Rows, bench: Workbench) -> Column | None:
    """The column with the day of the rate: of the row, or of the days judged; None where rows have no day."""
    if rated is None:
        return rows.columns.get(rows.table.date)
    if rated.frame is not None:
        assert isinstance(rated.day, Column)  # of several days
        return replace(rated.day, of_base=True)
    name = f"{RATE} on {rated.name}"
    if name not in rows.columns:
        rows.top = bench.add(Extend(f"{rows.top}+{name}", rows.top, ((name, rated.day),)))
        rows.columns[name] = Column(name, DATE, is_optional(rated.day))
    return rows.columns[name]


def _currency(link: str, rows: Rows, bench: Workbench) -> Column:
    """The column with the currency of a row, or of the one it is linked to."""
    name = f"{link}{CURRENCY}"
    if name not in rows.columns:
        found = rows.table.link(link.removesuffix("."))
        assert found is not None  # the amount was read by it
        bench.link(rows, found, CURRENCY)
    return rows.columns[name]


# -------------------------------------------------------------------------------------------------- by rates


def _looked_up(currency: Column, day: Column, link: str, rows: Rows, bench: Workbench) -> Scalar:
    """The rate in force on a day of the row; one where the row is in the program's currency."""
    own = bench.program.currency
    name = f"{RATE} {link}" if day.name == rows.table.date else f"{RATE} {link} of {day.name}"
    if name not in rows.columns:
        table, type = _rates(bench), _rate_type(bench)
        on, take, within = ((currency.name, "from_currency"),), ((name, "rate"),), Within(day, table.date, "")
        rows.top = bench.add(Lookup(f"{rows.top}+{name}", rows.top, _to_own(bench), on, take, within))
        rows.columns[name] = Column(name, type, optional=True)
        bench.rated.append(Rated(rows.top, name, currency.name, day.name, own, _said(bench)))
    at_par = node.Compare(currency, Comparison.EQUAL, Literal(own, currency.type))
    return node.Case(((at_par, whole_number(1)),), rows.columns[name])


def _rates(bench: Workbench) -> RecordTable:
    table = bench.program.records.table(RATES.name)
    assert table is not None  # it is there where a program converts by rates
    return table


def _rate_type(bench: Workbench) -> Type:
    field = _rates(bench).field("rate")
    assert field is not None  # of the standard table
    return field.type


def _said(bench: Workbench) -> Span:
    assert bench.program.conversion is not None  # it is what rates are looked up for
    return bench.program.conversion.span


def _to_own(bench: Workbench) -> str:
    """The rates to the program's currency."""
    own, table = bench.program.currency, _rates(bench)
    target = f"{RATES.name}/{own}"
    if target not in bench.tables:
        scan, to = bench.scan(table), Column("to_currency", table.fields[1].type)
        bench.add(Filter(target, scan, node.Compare(to, Comparison.EQUAL, Literal(own, to.type))))
    return target


def _daily(currency: Column, rated: RatedOn, frame: Frame, link: str, rows: Rows, bench: Workbench) -> Scalar:
    """The rate in force at the end of a window that rows are measured for on several days.

    A row is in many such windows, so each day has the rates of all currencies, and a row picks the one of its own.
    """
    asked = f"{frame.name}/{RATE} {rows.name} {link}{rated.name}"
    if asked not in frame.rated:
        frame.rated.add(asked)
        bench.rated.append(_asked_daily(asked, currency, rated, frame, rows, bench))
    return _picked(currency, rated, frame, bench, of_base=True)


def _picked(currency: Column, rated: RatedOn, frame: Frame, bench: Workbench, *, of_base: bool) -> Scalar:
    """The rate of a row by its currency, from the columns of a day."""
    own = bench.program.currency
    found: list[tuple[Scalar, Scalar]] = []
    for code in currency.type.values:
        rate = whole_number(1) if code == own else _rate_of_day(code, rated, frame, bench, of_base=of_base)
        found.append((node.Compare(currency, Comparison.EQUAL, Literal(code, currency.type)), rate))
    return node.Case(tuple(found), Literal(None, _rate_type(bench)))


def _rate_of_day(code: str, rated: RatedOn, frame: Frame, bench: Workbench, *, of_base: bool) -> Column:
    """A column of the days judged: the rate of a currency on the day that a window ends."""
    name, table = f"{RATE} {code} {rated.name}", _rates(bench)
    is_from = frame.bound(f"{RATE} {code}", lambda _: code, table.fields[0].type)
    assert isinstance(is_from, Column)  # of several days
    on, take, within = ((is_from.name, table.fields[0].name),), ((name, "rate"),), Within(rated.day, table.date, "")
    target = _to_own(bench)
    frame.daily.setdefault(name, lambda top: Lookup(f"{top}+{name}", top, target, on, take, within))
    return Column(name, _rate_type(bench), optional=True, of_base=of_base)


def _asked_daily(asked: str, currency: Column, rated: RatedOn, frame: Frame, rows: Rows, bench: Workbench) -> Rated:
    """Which rates are needed: for each day judged, those of the currencies that the window of the day holds."""
    picked = _picked(currency, rated, frame, bench, of_base=False)
    held, days = f"{asked} held", f"{asked} days"
    ends: Scalar = node.Case(((rated.inside, rated.day),), Literal(None, DATE)) if rated.inside else rated.day
    made = (
        Extend(f"{asked} rows", rows.top, rated.read),
        Distinct(held, f"{asked} rows", (*(name for name, _ in rated.read), currency.name)),
        Cross(days, held, frame.calendar()),
        Extend(asked, days, ((RATE, picked), (f"{RATE} on", ends))),
    )
    return Rated(asked, RATE, currency.name, f"{RATE} on", bench.program.currency, _said(bench), made)


# ------------------------------------------------------------------------------------------ by equal worths


def _weights(
    conversion: Conversion, currency: Column, day: Column | None, span: Span, bench: Workbench
) -> tuple[Scalar, int] | Diagnostic:
    """What one unit of the row's currency is worth, as a whole number over one for all."""
    worths = [_worth(each, bench.program.currency) for each in conversion.equal]
    for entry, worth in zip(conversion.equal, worths, strict=True):
        missing = [each for each in currency.type.values if each not in worth]
        if missing and not bench.together:  # a currency of another version has no worth here: it is missing
            return meaning.NO_CONVERSION.at(
                span,
                f"amounts here may be in {_listed(missing)}, but the list under `equal` has no such amount",
                related=[Related(entry.span, "amounts of equal worth")],
                help=f"add an amount in {_listed(missing)} to the list",
            )
    over = lcm(*(each.denominator for worth in worths for each in worth.values()))
    cases = [_weight(worth, over, currency) for worth in worths]
    most = max(each * over for worth in worths for each in worth.values())
    if max(len(str(over)), len(str(int(most)))) > MOST_DIGITS:
        return meaning.TOO_WIDE.at(
            conversion.span,
            f"converting by these amounts needs numbers of more than {MOST_DIGITS} digits to add up exactly",
            help="write amounts with fewer digits, such as `75 EUR`; this changes what the amounts are worth",
        )
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
    weights = [(code, whole_number(int(worth[code] * over))) for code in currency.type.values if code in worth]
    is_in = [node.Compare(currency, Comparison.EQUAL, Literal(code, currency.type)) for code, _ in weights]
    tests = tuple(zip(is_in, (weight for _, weight in weights), strict=True))
    return node.Case(tests, Literal(None, weights[0][1].type))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def in_own_currency(program: Program) -> str:
    """The cure that ends `pays_in: row`: amounts are then converted, so the program has to say how."""
    return "remove `pays_in`" if program.conversion is not None else f"remove `pays_in` and {CURE}"


def is_in_one_currency(value: Typed, rows: Rows, bench: Workbench, verb: str = "combined", more: str = "") -> bool:
    """Whether amounts of several rows may be put together; otherwise that they have several currencies is reported.

    `verb` is what is done with them, `more` another cure.
    """
    if value.type.currency != ROW:
        return True
    held = _listed(list(rows.table.currencies) or ["several currencies"])
    place = next((span for name, span in bench.program.record_spans if name == rows.table.name), None)
    bench.report(
        meaning.NO_CONVERSION.at(
            value.span,
            f"amounts in {held} are {verb} here, but the program does not say how to convert them",
            related=[Related(place, f"records of `{rows.table.name}` hold them")] if place else [],
            help=CURE + more,
        )
    )
    return False


def cannot_be_ordered(name: str, span: Span) -> Diagnostic:
    """That the amounts of a field or formula are not in one currency, where records are ordered by it."""
    return meaning.NOT_HERE.at(
        span,
        f"the amounts of `{name}` are in several currencies, so they cannot be ordered",
        help="order by a day or an id",
    )
