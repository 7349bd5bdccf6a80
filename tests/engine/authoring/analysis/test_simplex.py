"""Sums under bounds: what has values is given some, what has none is refused, exactly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.analysis import simplex
from engine.authoring.analysis.simplex import OutOfWork, Row, solve_rows

NAMES: tuple[Hashable, ...] = ("a", "b", "c", "d")
SMALL = st.integers(-4, 4).map(Fraction)
FACTORS = st.fixed_dictionaries(dict.fromkeys(NAMES, SMALL))


Factors = Mapping[Hashable, Fraction]


def total(factors: Factors, values: Factors) -> Fraction:
    """The sum of factor x value."""
    return sum((factor * values.get(name, Fraction(0)) for name, factor in factors.items()), Fraction(0))


@given(FACTORS, st.lists(st.tuples(FACTORS, st.integers(0, 3), st.booleans()), min_size=1, max_size=9))
def test_what_has_values_is_given_some(point: Factors, rows: list[tuple[Factors, int, bool]]) -> None:
    """Rows made around a point are kept by what is found, strict ones strictly."""
    given_: list[Row] = []
    for factors, room, strict in rows:
        bound = total(factors, point) + room + (1 if strict else 0)
        given_.append((dict(factors), bound, strict))
    found = solve_rows(given_, NAMES if len(rows) % 2 else ())
    assert found is not None
    for (factors, _, strict), (_, bound, _) in zip(rows, given_, strict=True):
        assert total(factors, found) < bound if strict else total(factors, found) <= bound


@given(st.lists(st.tuples(FACTORS, SMALL, st.integers(1, 3)), min_size=1, max_size=6), st.booleans())
def test_what_has_none_is_refused(rows: list[tuple[Factors, Fraction, int]], strict: bool) -> None:
    """A row that contradicts a sum of the others leaves nothing; with the sum's own bound, nothing strictly."""
    given_: list[Row] = [(dict(factors), bound, False) for factors, bound, _ in rows]
    joined = {name: -sum((each[name] * times for each, _, times in rows), Fraction(0)) for name in NAMES}
    bound = -sum((each * times for _, each, times in rows), Fraction(0))
    assert solve_rows([*given_, (dict(joined), bound - (0 if strict else 1), strict)]) is None


def test_the_least_is_taken() -> None:
    """Among all values those with the least sum, and room up to one where a bound is strict."""
    rows: list[Row] = [
        ({"a": Fraction(-1), "b": Fraction(-1)}, Fraction(-10), True),
        ({"b": Fraction(1)}, Fraction(4), False),
    ]
    rows.append(({"a": Fraction(-1)}, Fraction(0), False))
    found = solve_rows(rows, ["a", "b"])
    assert found is not None and found["a"] + found["b"] == 11


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound there is no answer."""
    monkeypatch.setattr(simplex, "MOST_PIVOTS", 0)
    with pytest.raises(OutOfWork):
        solve_rows([({"a": Fraction(-1)}, Fraction(-1), False)])
