"""What an incentive pays of a measure, said plainly: a rate, an amount once or for every so many, bands."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from engine.language.program import Incentive, Table
from engine.language.syntax import Money, Number
from engine.types import Method
from tests.properties.naive_expressions import Look, Naive
from tests.properties.naive_judging import Judge, NotGranted


def paid(judge: Judge, incentive: Incentive, measure: Naive, look: Look) -> Fraction | None:
    """What is earned, exactly; None where a value is missing. Raises NotGranted."""
    if incentive.bands:
        return _banded(judge, incentive, measure, look)
    value = incentive.rate or incentive.amount
    assert value is not None
    each = _number(judge, value, look)
    if incentive.is_once:
        return each
    if each is None or not isinstance(measure, Fraction):
        return None
    if incentive.rate is not None:
        return each * measure
    assert isinstance(incentive.per, Number | Money | Table)
    per = _number(judge, incentive.per, look) if isinstance(incentive.per, Table) else Fraction(incentive.per.value)
    return None if per is None else each * int(measure / per)  # full ones only, toward zero


def _number(judge: Judge, value: Table, look: Look) -> Fraction | None:
    found = judge.read(value, look)
    assert found is None or isinstance(found, Fraction)
    return found


def _banded(judge: Judge, incentive: Incentive, measure: Naive, look: Look) -> Fraction | None:
    """All bands are read; one that is missing, or does not begin above the one before, leaves all undecided.

    What is not granted is worth nothing; where such a band pays, nothing is earned.
    """
    bands, last = incentive.bands, incentive.bands[-1].up_to
    starts = [_granted(judge, each.start, look) for each in bands]
    pays = [_granted(judge, each.paid, look) for each in bands if each.paid is not None]
    edges = [start for start, _ in starts] + ([_number(judge, last, look)] if last is not None else [])
    if not isinstance(measure, Fraction):
        return None
    for place in range(len(bands)):
        granted = starts[place][1] and pays[place][1]
        if not granted and _pays(incentive, edges[: len(bands)], place, measure):
            raise NotGranted
    if None in edges or any(pay is None for pay, _ in pays):
        return None
    if any(low >= high for low, high in pairwise(edges)):  # type: ignore[operator]  # none is missing
        return None
    return _added(incentive, edges, [pay for pay, _ in pays], measure)


def _granted(judge: Judge, value: Table, look: Look) -> tuple[Fraction | None, bool]:
    """A number of a band, and whether the benefits in it are granted."""
    try:
        return _number(judge, value, look), True
    except NotGranted:
        return Fraction(0), False


def _pays(incentive: Incentive, starts: list[Fraction | None], place: int, measure: Fraction) -> bool:
    """Whether a band surely pays: it is entered, and under `whole` it is the one that is reached."""
    start, above = starts[place], starts[place + 1] if place + 1 < len(starts) else None
    if start is None or measure < start:
        return False
    if incentive.method is not Method.WHOLE or place + 1 == len(starts):
        return True
    return above is not None and measure < above


def _added(
    incentive: Incentive, edges: list[Fraction | None], pays: list[Fraction | None], measure: Fraction
) -> Fraction:
    """What the bands come to together."""
    bands, total = incentive.bands, Fraction(0)
    ends = [*edges[1:], None][: len(bands)]
    for place, (start, end, pay) in enumerate(zip(edges, ends, pays, strict=False)):
        assert start is not None and pay is not None
        rated, inside = bands[place].rate is not None, end is None or measure < end
        if measure < start:
            break
        if incentive.method is Method.WHOLE:
            total += (pay * measure if rated else pay) if inside else Fraction(0)
            continue
        part = (measure if inside else end) - start  # type: ignore[operator]  # beyond its end it has one
        if rated:
            total += pay * part
        else:
            total += pay if end is None else pay * part / (end - start)
    return total
