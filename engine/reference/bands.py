"""Band tables: what each band of a measure earns.

The parts are the definition and the explanation at once: what is paid is their sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from engine.plan.bands import edges_of, pays_of
from engine.plan.scalar import Bands, Method, Scalar

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class BandRow:
    """A band of one row, in numbers; `end` is None for a band without end. It has a rate or an amount."""

    start: Fraction
    end: Fraction | None
    rate: Fraction | None
    amount: Fraction | None


@dataclass(frozen=True, slots=True)
class BandTable:
    """The bands of one row, ascending."""

    rows: tuple[BandRow, ...]
    method: Method


@dataclass(frozen=True, slots=True)
class BandPart:
    """One band: the part of the measure inside it, and its earning."""

    place: int  # of the band in the table, from 0
    start: Fraction
    end: Fraction | None
    rate: Fraction | None
    amount: Fraction | None
    measure: Fraction
    earned: Fraction


def read_bands(bands: Bands, evaluate: Callable[[Scalar], object]) -> BandTable | None:
    """The bands with their values read; None where one is missing or the edges do not strictly ascend."""
    edges, pays = _numbers(edges_of(bands), evaluate), _numbers(pays_of(bands), evaluate)
    if edges is None or pays is None or any(low >= high for low, high in pairwise(edges)):
        return None
    starts, ends = edges[: len(pays)], [*edges[1:], None][: len(pays)]
    rows = tuple(
        BandRow(start, end, None if band.rate is None else pay, pay if band.rate is None else None)
        for band, start, end, pay in zip(bands.bands, starts, ends, pays, strict=True)
    )
    return BandTable(rows, bands.method)


def _numbers(scalars: tuple[Scalar, ...], evaluate: Callable[[Scalar], object]) -> tuple[Fraction, ...] | None:
    values = [evaluate(each) for each in scalars]
    numbers = tuple(Fraction(each) for each in values if isinstance(each, int | Decimal | Fraction))
    return numbers if len(numbers) == len(scalars) else None


def band_parts(table: BandTable, measure: Fraction) -> tuple[BandPart, ...]:
    """The bands that the measure enters, in order; one at most for WHOLE. Empty: nothing is earned."""
    entered = [(place, row) for place, row in enumerate(table.rows) if measure >= row.start]
    if table.method is Method.MARGINAL:
        return tuple(_marginal_part(place, row, measure) for place, row in entered)
    if not entered:
        return ()
    place, row = entered[-1]
    beyond = row.end is not None and measure >= row.end
    return () if beyond else (_whole_part(place, row, measure),)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What no band pays on: `start` None below the first band, `end` None from the end of the last one on."""

    place: int  # of the band beside it
    start: Fraction | None
    end: Fraction | None
    measure: Fraction


def unpaid_part(table: BandTable, measure: Fraction) -> Unpaid | None:
    """The part of the measure that no band pays on: of WHOLE all of it; None where the bands pay on everything."""
    first, last = table.rows[0], table.rows[-1]
    if measure < first.start:
        return Unpaid(0, None, first.start, measure)
    if last.end is None or measure < last.end:
        return None
    over = measure if table.method is Method.WHOLE else measure - last.end
    return Unpaid(len(table.rows) - 1, last.end, None, over) if over else None


def banded(table: BandTable, measure: Fraction) -> Fraction:
    """What the measure earns under the bands, exact."""
    return sum((part.earned for part in band_parts(table, measure)), ZERO)


def _marginal_part(place: int, row: BandRow, measure: Fraction) -> BandPart:
    inside = measure - row.start if row.end is None else min(measure, row.end) - row.start
    if row.rate is not None:
        earned = row.rate * inside
    elif row.end is None:
        earned = row.amount or ZERO
    else:
        earned = (row.amount or ZERO) * inside / (row.end - row.start)
    return BandPart(place, row.start, row.end, row.rate, row.amount, inside, earned)


def _whole_part(place: int, row: BandRow, measure: Fraction) -> BandPart:
    earned = row.rate * measure if row.rate is not None else row.amount or ZERO
    return BandPart(place, row.start, row.end, row.rate, row.amount, measure, earned)
