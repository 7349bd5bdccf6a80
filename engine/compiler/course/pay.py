"""What an incentive pays for its measure: a rate, an amount or bands, each of them a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from engine.compiler.expressions import NUMBERS, Scope, Typed
from engine.compiler.value_tables import lower_table
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.numerals import grouped
from engine.language.program import BandRow, Incentive, Table
from engine.language.syntax import Money, Number
from engine.plan import scalar as node
from engine.plan.inference import is_optional, type_of
from engine.plan.scalar import Band, Bands, Column, Comparison, Literal, Method, Mode, Scalar
from engine.types import BOOLEAN, Kind, Type, money

RATE_CURE = "a rate is a number such as `5%`"
AMOUNT_CURE = "an `amount` is paid for units, a `rate` on an amount of money"


@dataclass(frozen=True, slots=True)
class Pay:
    """What a measure earns. `reads` are values that the explanation shows: the rate of a tier, full units.

    `earned` uses the columns that `reads` become, so they come first.
    """

    earned: Typed
    reads: tuple[tuple[str, Typed], ...] = ()
    bands: Bands | None = None


def pay_of(incentive: Incentive, measure: Typed | None, scope: Scope) -> Pay | None:
    """What the incentive pays of a measure; None after findings."""
    if incentive.bands:
        return _by_bands(incentive, measure, scope) if measure is not None else None
    if incentive.rate is not None:
        return _by_rate(incentive, incentive.rate, measure, scope)
    amount = incentive.amount  # none: that it pays nothing was reported
    each = value_of(amount, (Kind.MONEY,), AMOUNT_CURE, scope) if amount is not None else None
    if each is None or incentive.is_once:
        return _named(incentive, "amount", each, lambda paid: paid) if each is not None else None
    return _by_units(incentive, each, measure, scope)


def _by_rate(incentive: Incentive, value: Table, measure: Typed | None, scope: Scope) -> Pay | None:
    rate = value_of(value, NUMBERS, RATE_CURE, scope)
    if rate is None or measure is None or not _is_of(measure, (Kind.MONEY,), AMOUNT_CURE, scope):
        return None
    return _named(incentive, "rate", rate, lambda paid: node.Multiply(paid, measure.scalar))


def _by_units(incentive: Incentive, each: Typed, measure: Typed | None, scope: Scope) -> Pay | None:
    """An amount for every full `per` of the measure: only full ones earn."""
    per = incentive.per
    assert isinstance(per, Number | Money)  # so it was read
    kinds = (Kind.MONEY,) if isinstance(per, Money) else NUMBERS
    cure = AMOUNT_CURE if isinstance(per, Number) else "write `per` in the unit of the measure"
    if measure is None or not _is_of(measure, kinds, cure, scope):
        return None
    if measure.type.kind is Kind.INTEGER and per.value == 1:
        return _named(incentive, "amount", each, lambda paid: node.Multiply(paid, measure.scalar))
    unit = Type(measure.type.kind if isinstance(per, Money) else Kind.NUMBER, currency=measure.type.currency)
    units = node.Round(node.Quotient(measure.scalar, Literal(per.value, unit)), 0, Mode.DOWN)
    full = Typed(units, type_of(units), per.span)
    column = Column(f"{incentive.name}.units", full.type, optional=True)
    pay = _named(incentive, "amount", each, lambda paid: node.Multiply(paid, column))
    return Pay(pay.earned, (*pay.reads, ("units", full)))


def granted(incentive: Incentive, pay: Pay, gates: Iterable[Scalar]) -> tuple[Pay, tuple[Scalar, ...]]:
    """The pay with the step that says whether the benefits it pays by are granted, and the gate that asks it."""
    asked = tuple(dict.fromkeys(gates))
    if not asked:
        return pay, ()
    told = Typed(asked[0] if len(asked) == 1 else node.And(asked), BOOLEAN, pay.earned.span)
    return replace(pay, reads=(*pay.reads, ("granted", told))), (Column(f"{incentive.name}.granted", BOOLEAN, True),)


def _named(incentive: Incentive, name: str, value: Typed, paid: Callable[[Scalar], Scalar]) -> Pay:
    """What a value pays; one that is not written there becomes a column, so that the explanation can show it."""
    if isinstance(value.scalar, Literal):
        earned = paid(value.scalar)
        return Pay(Typed(earned, type_of(earned), value.span))
    earned = paid(Column(f"{incentive.name}.{name}", value.type, optional=True))
    return Pay(Typed(earned, type_of(earned), value.span), ((name, value),))


def _by_bands(incentive: Incentive, measure: Typed, scope: Scope) -> Pay | None:
    """The band table on a measure."""
    program_money = money(scope.currency, 0)
    rows = _bands(incentive, measure, scope)
    up_to = incentive.bands[-1].up_to
    end = _edge(up_to, measure, scope) if up_to is not None else None
    bands = tuple(each for each in rows if each is not None)
    if len(bands) < len(rows) or (up_to is not None and end is None) or not _ascending(incentive, bands, scope):
        return None
    table = Bands(measure.scalar, bands, incentive.method, program_money, end.scalar if end is not None else None)
    return Pay(Typed(table, type_of(table), incentive.bands[0].span), (), table)


def _bands(incentive: Incentive, measure: Typed, scope: Scope) -> list[Band | None]:
    """The bands. A benefit that one of them pays by must be granted where that band pays, and nowhere else."""
    asked = len(scope.gates)
    found: list[tuple[Band | None, tuple[Scalar, ...]]] = []
    for row in incentive.bands:
        band = _band(row, measure, scope)
        found.append((band, tuple(scope.gates[asked:])))
        del scope.gates[asked:]
    for place, (band, gates) in enumerate(found):
        above = found[place + 1][0] if place + 1 < len(found) and incentive.method is Method.WHOLE else None
        if band is not None and gates:
            outside = [node.Compare(measure.scalar, Comparison.LESS, band.start)]
            outside += [node.Compare(measure.scalar, Comparison.AT_LEAST, above.start)] if above is not None else []
            scope.gates.extend(node.Or((*outside, each)) for each in gates)
    return [band for band, _ in found]


def _ascending(incentive: Incentive, bands: tuple[Band, ...], scope: Scope) -> bool:
    """Whether bands ascend, as far as their edges are known now; of others a run decides nothing where they do not."""
    for (low, high), place in zip(pairwise(bands), range(1, len(bands)), strict=True):
        first, second = (each.start.value if isinstance(each.start, Literal) else None for each in (low, high))
        if isinstance(first, Decimal | int) and isinstance(second, Decimal | int) and second <= first:
            scope.report(
                meaning.BAND_ORDER.at(
                    incentive.bands[place].span,
                    "this band does not start above the one before",
                    related=[Related(incentive.bands[place - 1].span, "the band before")],
                    help="sort the bands from low to high",
                )
            )
            return False
    return True


def _band(row: BandRow, measure: Typed, scope: Scope) -> Band | None:
    start = _edge(row.start, measure, scope)
    if start is None:
        return None
    if row.rate is not None:
        rate = value_of(row.rate, NUMBERS, RATE_CURE, scope)
        if rate is None:
            return None
        if measure.type.kind is not Kind.MONEY:
            scope.report(
                meaning.TYPE_MISMATCH.at(
                    row.rate.span,
                    f"a rate needs an amount of money, but the measure is {measure.type}",
                    help="write an `amount` in place of the `rate`",
                )
            )
            return None
        return Band(start.scalar, rate.scalar)
    assert row.amount is not None  # a band has one of both
    amount = value_of(row.amount, (Kind.MONEY,), "a band's amount is money", scope)
    return None if amount is None else Band(start.scalar, None, amount.scalar)


def _edge(value: Table, measure: Typed, scope: Scope) -> Typed | None:
    kinds = NUMBERS if measure.type.kind in NUMBERS else (measure.type.kind,)
    return value_of(value, kinds, "bands have the unit of the measure", scope)


def value_of(value: Table, kinds: tuple[Kind, ...], cure: str, scope: Scope) -> Typed | None:
    """A value of one of these kinds; None after a finding."""
    typed = lower_table(value, scope, inherit=False)
    return typed if typed is not None and _is_of(typed, kinds, cure, scope) else None


def _is_of(typed: Typed, kinds: tuple[Kind, ...], cure: str, scope: Scope) -> bool:
    if typed.type.kind in kinds:
        return True
    number = typed.scalar.value if isinstance(typed.scalar, Literal) else None
    if Kind.MONEY in kinds and typed.type.kind in NUMBERS and isinstance(number, Decimal | int):
        cure = f"write its currency, too: `{grouped(number)} {scope.currency}`; {cure}"
    scope.report(meaning.TYPE_MISMATCH.at(typed.span, f"expected {kinds[0].value}, found {typed.type}", help=cure))
    return False


def gated(gates: tuple[Scalar, ...], value: Scalar) -> Scalar:
    """The value where all gates are true, 0 where one is false, missing where it cannot be decided."""
    if not gates:
        return value
    gate = gates[0] if len(gates) == 1 else node.And(gates)
    kind = type_of(value)
    zero = Literal(0, kind.sized(1, 0))
    if not is_optional(gate):
        return node.Case(((gate, value),), zero)
    return node.Case(((gate, value), (node.Not(gate), zero)), Literal(None, kind))
