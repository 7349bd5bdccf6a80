"""What an incentive pays for its measure: a rate, an amount or bands, each of them a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.compiler.typed import NUMBERS, Scope, Typed
from engine.compiler.units import value_without_currency, without_currency
from engine.compiler.value_tables import lower_table, order_cure
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.expression import render_expression
from engine.language.numerals import grouped
from engine.language.program import BandRow, Incentive, Table
from engine.language.syntax import Expression, Money
from engine.plan import scalar as node
from engine.plan.currencies import in_currency
from engine.plan.inference import is_optional, type_of
from engine.plan.literals import constant_of
from engine.plan.scalar import Band, Bands, Column, Comparison, Literal, Method, Mode, Scalar
from engine.types import BOOLEAN, ROW, Kind, is_in_row, money, say_kind

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
    assert per is not None  # an amount without it is paid once
    value = per if isinstance(per, Table) else Table(per.span, single=per)
    unit = value_of(value, (Kind.MONEY, *NUMBERS), AMOUNT_CURE, scope)
    if unit is None:
        return None
    kinds = (Kind.MONEY,) if unit.type.kind is Kind.MONEY else NUMBERS
    cure = AMOUNT_CURE if unit.type.kind is not Kind.MONEY else "write `per` in the unit of the measure"
    if measure is None or not _is_of(measure, kinds, cure, scope):
        return None
    if measure.type.kind is Kind.INTEGER and constant_of(unit.scalar) == 1:
        return _named(incentive, "amount", each, lambda paid: node.Multiply(paid, measure.scalar))
    units = node.Round(node.Quotient(measure.scalar, unit.scalar), 0, Mode.DOWN)
    full = Typed(units, type_of(units), per.span)
    column = Column(f"{incentive.name}.units", full.type, optional=True)
    pay = _named(incentive, "amount", each, lambda paid: node.Multiply(paid, column))
    return Pay(pay.earned, (*pay.reads, ("units", full)))


def granted(incentive: Incentive, pay: Pay, gates: Iterable[Scalar]) -> tuple[Pay, tuple[Scalar, ...]]:
    """The pay with the step that says whether the benefits it pays by are granted, and the gate that asks it."""
    asked = tuple(dict.fromkeys(gates))
    if not asked:
        return pay, ()
    told = Typed(node.conjunction(asked), BOOLEAN, pay.earned.span)
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
    result = money(scope.currency if scope.paid is None else ROW, 0)
    rows = _bands(incentive, measure, scope)
    up_to = incentive.bands[-1].up_to
    end = _edge(up_to, measure, scope) if up_to is not None else None
    bands = tuple(each for each in rows if each is not None)
    if len(bands) < len(rows) or (up_to is not None and end is None):
        return None
    if not _ascending(incentive, bands, scope) or not _ends_above(incentive, bands, end, scope):
        return None
    table = Bands(measure.scalar, bands, incentive.method, result, end.scalar if end is not None else None)
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
        code = next((each for each in _codes(scope) if _falls(low.start, high.start, each, scope)), None)
        cure = order_cure(code is not None and not _falls(low.start, high.start, code, scope, or_equal=False))
        if code is not None:
            scope.report(
                meaning.BAND_ORDER.at(
                    incentive.bands[place].span,
                    f"this band does not start above the one before{f' for {code}' if code else ''}",
                    related=[Related(incentive.bands[place - 1].span, "the band before")],
                    help=cure,
                )
            )
            return False
    return True


def _ends_above(incentive: Incentive, bands: tuple[Band, ...], end: Typed | None, scope: Scope) -> bool:
    """Whether the last band ends above its start, as far as both are known now."""
    if end is None:
        return True
    code = next((each for each in _codes(scope) if _falls(bands[-1].start, end.scalar, each, scope)), None)
    if code is not None:
        scope.report(
            meaning.BAND_ORDER.at(
                end.span,
                f"this band does not end above its start{f' for {code}' if code else ''}",
                related=[Related(incentive.bands[-1].span, "it starts here")],
                help="write an `up_to` above the band's `from`",
            )
        )
    return code is None


def _codes(scope: Scope) -> tuple[str, ...]:
    """The currencies that values may go by; one without a name where they do not."""
    return scope.paid.codes if scope.paid is not None else ("",)


def _falls(low: Scalar, high: Scalar, code: str, scope: Scope, *, or_equal: bool = True) -> bool:
    """Whether an edge is known not to lie above the one before, in a currency where they go by it."""
    paid = scope.paid
    edges = (in_currency(each, paid.currency.name, code) if paid is not None else each for each in (low, high))
    first, second = map(constant_of, edges)
    return first is not None and second is not None and (second < first or (or_equal and second == first))


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
                    f"a rate needs an amount of money, but the measure is {measure.type.said}",
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
    """A value of one of these kinds, an amount in the currency that is paid; None after a finding."""
    typed = lower_table(value, scope, inherit=False)
    if typed is None or not _is_of(typed, kinds, cure, scope):
        return None
    return typed if _is_paid(typed, scope, value.single) else None


def _is_paid(typed: Typed, scope: Scope, written: Expression | None) -> bool:
    """Whether an amount is in the currency of the row, where that is paid; otherwise that it is not is reported."""
    if scope.paid is None or typed.type.kind is not Kind.MONEY or is_in_row(typed.type):
        return True
    amount = render_expression(written) if isinstance(written, Money) else ""
    scope.report(scope.paid.refused(typed.type.said, typed.type.currency, typed.span, amount))
    return False


def _is_of(typed: Typed, kinds: tuple[Kind, ...], cure: str, scope: Scope) -> bool:
    if typed.type.kind in kinds:
        return True
    message = f"expected {say_kind(kinds[0])}, found {typed.type.said}"
    bare = without_currency(typed) if Kind.MONEY in kinds and typed.values else None
    if bare is not None:
        scope.report(value_without_currency(bare, message, [Related(typed.span, "it is paid here")], scope))
        return False
    number = constant_of(typed.scalar)
    if Kind.MONEY in kinds and typed.type.kind in NUMBERS and number is not None:
        cure = f"write its currency, too: `{grouped(number)} {scope.currency}`; {cure}"
        cure = cure if scope.paid is None else scope.paid.cure()
    scope.report(meaning.TYPE_MISMATCH.at(typed.span, message, help=cure))
    return False


def gated(gates: tuple[Scalar, ...], value: Scalar) -> Scalar:
    """The value where all gates are true, 0 where one is false, missing where it cannot be decided."""
    if not gates:
        return value
    gate = node.conjunction(gates)
    kind = type_of(value)
    zero = Literal(0, kind.sized(1, 0))
    if not is_optional(gate):
        return node.Case(((gate, value),), zero)
    return node.Case(((gate, value), (node.Not(gate), zero)), Literal(None, kind))
