"""Sets of values: what is in them is what is in them, however they were made."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.authoring.analysis.domain import Interval, Numbers, Words, above, below, exactly, within

POINTS = [None, *(Fraction(each, 2) for each in range(-6, 7))]
BOUNDS = st.one_of(st.none(), st.integers(-2, 2).map(Fraction))


@st.composite
def intervals(draw: st.DrawFn) -> Numbers:
    """One interval of numbers, perhaps with missing."""
    low, high = draw(BOUNDS), draw(BOUNDS)
    interval = Interval(low, high, low is not None and draw(st.booleans()), high is not None and draw(st.booleans()))
    return Numbers((interval,) if not interval.is_empty else (), draw(st.booleans()))


SETS = st.recursive(
    intervals(),
    lambda sets: st.one_of(sets.map(Numbers.complement), st.tuples(sets, sets).map(lambda two: two[0].meet(two[1]))),
)
WORDS = st.builds(Words, st.frozensets(st.sampled_from("abc")), st.booleans(), st.booleans())


@given(SETS, SETS)
def test_numbers(one: Numbers, two: Numbers) -> None:
    """A number, or missing, is in both, in the rest, and in a part, as the words say."""
    for point in POINTS:
        assert one.meet(two).holds(point) == (one.holds(point) and two.holds(point))
        assert one.complement().holds(point) != one.holds(point)
    assert one.meet(one.complement()).is_empty
    assert within(one.meet(two), one) and one.complement().complement() == one
    if one.within(two):
        assert all(two.holds(point) for point in POINTS if one.holds(point))


@given(SETS)
def test_whole_numbers(one: Numbers) -> None:
    """The whole numbers of a set are those in it, and every bound is one of them."""
    whole = one.whole()
    for point in (each for each in POINTS if each is None or each.denominator == 1):
        assert whole.holds(point) == one.holds(point)
    for each in whole.intervals:
        assert all(bound is None or whole.holds(bound) for bound in (each.low, each.high))


@given(WORDS, WORDS)
def test_words(one: Words, two: Words) -> None:
    """The same of words, where there are others that nobody lists."""
    for word in (None, "a", "b", "c", "other"):
        assert one.meet(two).holds(word) == (one.holds(word) and two.holds(word))
        assert one.complement().holds(word) != one.holds(word)
    assert one.within(two) == one.meet(two.complement()).is_empty


def test_hull_and_ends() -> None:
    """The hull goes around all; a set by its ends holds them or not."""
    both = below(Fraction(0), open_high=True).complement().meet(exactly(Fraction(3)).complement())
    assert both.hull == Interval(Fraction(0))
    assert [above(Fraction(1), open_low=True).holds(Fraction(each)) for each in (1, 2)] == [False, True]
