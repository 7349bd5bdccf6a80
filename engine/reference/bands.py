"""Band tables: what each band of a measure earns.

The parts are the definition and the explanation at once: what is paid is their sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.plan.scalar import Band, Bands, Method

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class BandPart:
    """One band at work: the part of the measure it applies to and what that earns.

    `end` is None for a band without end. Exactly one of `rate` and `amount` is set.
    """

    place: int  # of the band in the table, from 0
    start: Fraction
    end: Fraction | None
    rate: Fraction | None
    amount: Fraction | None
    measure: Fraction
    earned: Fraction


def band_parts(bands: Bands, measure: Fraction) -> tuple[BandPart, ...]:
    """The bands that the measure enters, in order; one at most for WHOLE. Empty: nothing is earned."""
    ends = [Fraction(band.start) for band in bands.bands[1:]] + [None if bands.end is None else Fraction(bands.end)]
    entered = [
        (place, band, end)
        for place, (band, end) in enumerate(zip(bands.bands, ends, strict=True))
        if measure >= Fraction(band.start)
    ]
    if bands.method is Method.MARGINAL:
        return tuple(_marginal_part(place, band, end, measure) for place, band, end in entered)
    beyond = bands.end is not None and measure >= Fraction(bands.end)
    if beyond or not entered:
        return ()
    return (_whole_part(*entered[-1], measure),)


def banded(bands: Bands, measure: Fraction) -> Fraction:
    """What the measure earns under the bands, exact."""
    return sum((part.earned for part in band_parts(bands, measure)), ZERO)


def _marginal_part(place: int, band: Band, end: Fraction | None, measure: Fraction) -> BandPart:
    start = Fraction(band.start)
    inside = measure - start if end is None else min(measure, end) - start
    rate, amount = _rate_and_amount(band)
    if rate is not None:
        earned = rate * inside
    elif end is None:
        earned = amount or ZERO
    else:
        earned = (amount or ZERO) * inside / (end - start)
    return BandPart(place, start, end, rate, amount, inside, earned)


def _whole_part(place: int, band: Band, end: Fraction | None, measure: Fraction) -> BandPart:
    rate, amount = _rate_and_amount(band)
    earned = rate * measure if rate is not None else amount or ZERO
    return BandPart(place, Fraction(band.start), end, rate, amount, measure, earned)


def _rate_and_amount(band: Band) -> tuple[Fraction | None, Fraction | None]:
    """The band's rate or amount as exact fractions; the other is None."""
    if band.rate is not None:
        return Fraction(band.rate), None
    return None, Fraction(band.amount or 0)
