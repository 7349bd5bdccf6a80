"""Which filters say nothing new."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.implied import implies, widest_filters
from engine.plan.scalar import And, Column, Compare, Comparison, Literal, Not, Scalar
from engine.reference.scalars import evaluate_scalar
from engine.types import DATE, INTEGER, TEXT

DAY, LINE, COUNT = Column("day", DATE), Column("line", TEXT), Column("count", INTEGER)
FIRST = date(2025, 1, 1)


def bound(op: Comparison, place: int) -> Compare:
    """A bound on the day."""
    return Compare(DAY, op, Literal(FIRST + timedelta(days=place), DATE))


def year(start: int, before: int) -> And:
    """A range of days."""
    return And((bound(Comparison.AT_LEAST, start), bound(Comparison.LESS, before)))


SECURITY = Compare(LINE, Comparison.EQUAL, Literal("security", TEXT))


def test_a_range_inside_another_says_nothing_new() -> None:
    """The quarter within the year, and the year with one more condition, are dropped; the year before stays."""
    filters = [And((year(100, 200), SECURITY)), year(100, 200), year(0, 100), year(150, 200)]
    assert widest_filters(filters) == [year(100, 200), year(0, 100)]


@pytest.mark.parametrize("op", [Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST])
def test_the_same_bound_says_nothing_new(op: Comparison) -> None:
    """In both directions a bound implies itself, and one of two neighbours the other."""
    inner, outer = (1, 2) if op in (Comparison.LESS, Comparison.AT_MOST) else (2, 1)
    assert implies(bound(op, 1), bound(op, 1))
    assert implies(bound(op, inner), bound(op, outer))
    assert not implies(bound(op, outer), bound(op, inner))


def test_what_is_not_seen_is_kept() -> None:
    """Other operators, other columns and numbers are not compared by size."""
    assert not implies(bound(Comparison.AT_MOST, 1), bound(Comparison.LESS, 9))
    assert not implies(
        Compare(COUNT, Comparison.MORE, Literal(10, INTEGER)), Compare(COUNT, Comparison.MORE, Literal(9, INTEGER))
    )
    assert not implies(Compare(LINE, Comparison.EQUAL, Literal("a", TEXT)), bound(Comparison.LESS, 9))
    assert not implies(bound(Comparison.EQUAL, 1), bound(Comparison.EQUAL, 2))
    assert not implies(bound(Comparison.LESS, 1), Not(SECURITY))


bounds = st.builds(bound, st.sampled_from(Comparison), st.integers(0, 4))
conditions = st.lists(st.one_of(bounds, st.just(SECURITY)), min_size=1, max_size=3).map(lambda each: And(tuple(each)))


@given(narrow=conditions, wide=conditions)
def test_implied_means_implied_for_every_row(narrow: Scalar, wide: Scalar) -> None:
    """Where `implies` says so, no row of any day and line contradicts it."""
    if implies(narrow, wide):
        for place in range(-1, 6):
            for line in ("security", "cloud"):
                row = {"day": FIRST + timedelta(days=place), "line": line, "count": 1}
                assert evaluate_scalar(wide, row) or not evaluate_scalar(narrow, row)
