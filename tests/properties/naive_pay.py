"""What an incentive pays of a measure, said plainly: a rate, an amount once or for every so many, bands."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from engine.language.program import Incentive, Table
from engine.language.syntax import Money, Number
from engine.types import Method
from tests.properties.naive_expressions import Look, Naive
from tests.properties.naive_judging import Judge


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
    assert isinstance(incentive.per, Number | Money)
    return each * int(measure / Fraction(incentive.per.value))  # full ones only, toward zero


def _number(judge: Judge, value: Table, look: Look) -> Fraction | None:
    found = judge.read(value, look)
    assert found is None or isinstance(found, Fraction)
    return found


def _banded(judge: Judge, incentive: Incentive, measure: Naive, look: Look) -> Fraction | None:
    """All bands are read; one that is missing, or does not begin above the one before, leaves all undecided."""
    bands, last = incentive.bands, incentive.bands[-1].up_to
    edges = [_number(judge, each.start, look) for each in bands]
    edges += [_number(judge, last, look)] if last is not None else []
    pays = [_number(judge, each.paid, look) for each in bands if each.paid is not None]
    if None in edges or None in pays or not isinstance(measure, Fraction):
        return None
    if any(low >= high for low, high in pairwise(edges)):  # type: ignore[operator]  # none is missing
        return None
    ends = [*edges[1:], None][: len(bands)]
    total = Fraction(0)
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
