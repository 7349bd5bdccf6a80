"""Band tables, and their meaning in other scalars: a case whose branches are straight lines. An edge, a rate or an
amount is an ordinary value: a number in most programs, an expression if it depends on the tier or the day. Numbers
are computed here, once; the rest is a line for each row. `engine/reference/bands.py` computes the same from the parts
of the measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, Inexact
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.plan.arithmetic import Add, Multiply, Quotient, Subtract
from engine.plan.digits import comparable
from engine.plan.literals import Literal, constant_of, literal_number
from engine.plan.logic import Case, Compare, Comparison, IsMissing, Not, conjunction
from engine.plan.node import Node
from engine.types import Method, Type

if TYPE_CHECKING:
    from engine.plan.gauge import Gauge, Shape
    from engine.plan.scalar import Scalar

EXACT = Context(prec=200, traps=[Inexact])  # constants of a band table; no context matters
ZERO = literal_number(0)


@dataclass(frozen=True, slots=True)
class Band:
    """From `start` (included) to the next band's start; the last one to `Bands.end` or for ever.

    Each is a value: a number, or an expression of the row.
    """

    start: Scalar
    rate: Scalar | None = None
    amount: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Bands(Node):
    """A band table applied to `measure`; exactly one of rate or amount is set in each band.

    MARGINAL: sum over bands of rate x the part of the measure inside. A band amount is earned
    pro rata across its band (the last band, when open, pays its amount in full once entered).
    WHOLE: the rate of the reached band x the measure, or its amount once.
    Below the first band nothing is earned. At or above `end` (set by `beyond: nothing`) WHOLE
    pays nothing, and MARGINAL nothing more. Missing where the measure, any edge or any rate is
    missing, reached or not, and where the edges (with `end`) do not strictly ascend.
    """

    measure: Scalar
    bands: tuple[Band, ...]
    method: Method
    result: Type  # of what is earned
    end: Scalar | None = None

    def _operands(self) -> tuple[Scalar, ...]:
        pays = (pay for band in self.bands for pay in (band.rate, band.amount) if pay is not None)
        return (self.measure, *edges_of(self), *pays)

    def _typed(self) -> Type:
        """The kind of the result with the digits of its widest branch."""
        earned = bands_case(self).typed
        return replace(self.result, digits=earned.digits, scale=earned.scale, ratio=earned.ratio)

    def _misses(self) -> bool:
        return not ascends(edges_of(self)) or any(each.may_miss for each in self._operands())

    def _fits(self) -> bool:
        """Edges in the unit of the measure, amounts in that of the result; each band with one of rate and amount."""
        amounts = [band.amount for band in self.bands if band.amount is not None]
        return (
            all(each.typed.is_numeric for each in self._operands())
            and all(comparable(self.measure.typed, edge.typed) for edge in edges_of(self))
            and all(comparable(self.result, amount.typed) for amount in amounts)
            and bool(self.bands)
            and all((band.rate is None) != (band.amount is None) for band in self.bands)
        )

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.shape(bands_case(self))


def edges_of(bands: Bands) -> tuple[Scalar, ...]:
    """Where the bands start, and where the last one ends if it does."""
    starts = tuple(band.start for band in bands.bands)
    return starts if bands.end is None else (*starts, bands.end)


def pays_of(bands: Bands) -> tuple[Scalar, ...]:
    """The rate or the amount of each band, in order. Raises ValueError for a band with neither."""
    return tuple(map(_pay, bands.bands))


def ascends(edges: Sequence[Scalar]) -> bool:
    """Whether each edge is known to lie above the one before, whatever the row."""
    known = [constant_of(edge) for edge in edges]
    pairs = pairwise(known)
    return None not in known and all(low is not None and high is not None and low < high for low, high in pairs)


def bands_case(bands: Bands) -> Scalar:
    """The band table as a case from the highest band down, each branch a straight line.

    Once the measure reaches a band, MARGINAL earns what all lower bands hold in full, plus this band's part.
    Below the first band nothing; where the measure is missing, missing. Edges that are not known
    to ascend are compared in each row, because a table out of order has no meaning: then it is missing,
    and so it is where a rate is missing that this measure would not have reached.
    """
    lines = _lines(bands)
    doubts = _doubts(bands)
    if not doubts:
        return lines
    return Case(((conjunction(doubts), lines),), Literal(None, bands.result))


def _doubts(bands: Bands) -> list[Scalar]:
    """The condition under which a row's bands can be used; none if all edges are literals."""
    edges = edges_of(bands)
    order: list[Scalar] = [
        Compare(low, Comparison.LESS, high) for low, high in pairwise(edges) if not ascends((low, high))
    ]
    # an edge in a comparison has been found missing there; alone it has not
    compared = {edge for each in order if isinstance(each, Compare) for edge in (each.left, each.right)}
    asked = dict.fromkeys(each for each in (*edges, *pays_of(bands)) if each not in compared)
    return order + [Not(IsMissing(each)) for each in asked if constant_of(each) is None]


def _lines(bands: Bands) -> Scalar:
    """The case, and beside it what each band that the measure has passed holds, where that is no number yet.

    Numbers of the bands below are added up here, in each branch. Expressions are not, as each would stand in the
    branches of all bands above it: of fifty bands with rates by tier, there would be a thousand tables of rates.
    """
    measure, missing = bands.measure, Literal(None, bands.result)
    starts = [band.start for band in bands.bands]
    branches: list[tuple[Scalar, Scalar]] = []
    known: Scalar = ZERO
    passed: list[Scalar] = []
    for band, upper in zip(bands.bands, [*starts[1:], bands.end], strict=True):
        is_marginal = bands.method is Method.MARGINAL
        earned = _marginal_band(band, upper, measure, known) if is_marginal else _whole_band(band, measure)
        branches.append((Compare(measure, Comparison.AT_LEAST, band.start), earned))
        if upper is None or not is_marginal:  # nothing passes an open band
            continue
        full = _band_in_full(band, upper)
        if constant_of(full) is None:
            is_passed, is_below = (Compare(measure, each, upper) for each in (Comparison.AT_LEAST, Comparison.LESS))
            passed.append(Case(((is_passed, full), (is_below, ZERO)), missing))
        else:
            known = _sum(known, full)
    if bands.end is not None:
        branches.append((Compare(measure, Comparison.AT_LEAST, bands.end), known))
    branches.reverse()
    branches.append((Compare(measure, Comparison.LESS, starts[0]), ZERO))
    lines: Scalar = Case(tuple(branches), missing)
    return reduce(Add, passed, lines)


def _whole_band(band: Band, measure: Scalar) -> Scalar:
    return Multiply(band.rate, measure) if band.rate is not None else _pay(band)


def _marginal_band(band: Band, upper: Scalar | None, measure: Scalar, full: Scalar) -> Scalar:
    """The earning of a measure in this band: all of the bands below, and its part of this one."""
    inside = Subtract(measure, band.start)
    if band.rate is not None:
        earned: Scalar = Multiply(band.rate, inside)
    elif upper is None:
        earned = _pay(band)
    else:  # the edges ascend where this is read, so nothing is divided by zero
        earned = Quotient(Multiply(_pay(band), inside), _difference(upper, band.start))
    return _sum(full, earned)


def _band_in_full(band: Band, upper: Scalar) -> Scalar:
    """What the band earns once the measure has passed it."""
    if band.rate is None:
        return _pay(band)
    return _product(band.rate, _difference(upper, band.start))


def _pay(band: Band) -> Scalar:
    pay = band.amount if band.rate is None else band.rate
    if pay is None:
        raise ValueError("a band has neither rate nor amount")
    return pay


def _sum(left: Scalar, right: Scalar) -> Scalar:
    if constant_of(left) == 0:
        return right
    return _folded(EXACT.add, Add, left, right)


def _difference(left: Scalar, right: Scalar) -> Scalar:
    if constant_of(right) == 0:
        return left
    return _folded(EXACT.subtract, Subtract, left, right)


def _product(left: Scalar, right: Scalar) -> Scalar:
    return _folded(EXACT.multiply, Multiply, left, right)


def _folded(
    compute: Callable[[Decimal, Decimal], Decimal],
    node: Callable[[Scalar, Scalar], Scalar],
    left: Scalar,
    right: Scalar,
) -> Scalar:
    """The number two numbers make, or the node that makes it in each row."""
    one, two = constant_of(left), constant_of(right)
    return node(left, right) if one is None or two is None else literal_number(compute(one, two))
