"""Sets of values a variable may have: unions of intervals, or words; missing is a value of its own."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`; None means no bound; with `open_low` and `open_high` the bound itself is
    excluded.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no number is inside."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))

    def meet(self, other: Interval) -> Interval:
        """The numbers in both."""
        low, open_low = _stricter(self.low, self.open_low, other.low, other.open_low, 1)
        high, open_high = _stricter(self.high, self.open_high, other.high, other.open_high, -1)
        return Interval(low, high, open_low, open_high)

    def whole(self) -> Interval:
        """The same whole numbers, with bounds that are inside."""
        low, high = self.low, self.high
        if low is not None:
            low = Fraction(floor(low) + 1 if self.open_low else ceil(low))
        if high is not None:
            high = Fraction(ceil(high) - 1 if self.open_high else floor(high))
        return Interval(low, high)

    def holds(self, number: Fraction) -> bool:
        """Whether the number is inside."""
        return not self.meet(Interval(number, number)).is_empty


def _stricter(
    one: Fraction | None, one_open: bool, two: Fraction | None, two_open: bool, sign: int
) -> tuple[Fraction | None, bool]:
    """The inner of two bounds; `sign` is 1 for lower ones, -1 for upper ones."""
    if one is None or two is None:
        return (two, two_open) if one is None else (one, one_open)
    if one == two:
        return one, one_open or two_open
    return (one, one_open) if (one > two if sign > 0 else one < two) else (two, two_open)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers in any of the intervals, which ascend and do not touch; with `missing` also no value."""

    intervals: tuple[Interval, ...]
    missing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.intervals or self.missing)

    def meet(self, other: Numbers) -> Numbers:
        """What is in both."""
        if other.intervals == EVERYWHERE:
            return self if other.missing or not self.missing else Numbers(self.intervals)
        if self.intervals == EVERYWHERE:
            return Numbers(other.intervals, self.missing and other.missing)
        both = (one.meet(two) for one in self.intervals for two in other.intervals)
        return Numbers(tuple(each for each in both if not each.is_empty), self.missing and other.missing)

    def complement(self) -> Numbers:
        """Everything else, missing among it."""
        gaps: list[Interval] = []
        low, open_low, ended = None, False, False
        for each in self.intervals:
            gap = Interval(low, each.low, open_low, not each.open_low)
            if each.low is not None and not gap.is_empty:
                gaps.append(gap)
            low, open_low, ended = each.high, not each.open_high, each.high is None
        if not ended:
            gaps.append(Interval(low, None, open_low))
        return Numbers(tuple(gaps), not self.missing)

    def whole(self) -> Numbers:
        """The whole numbers of it."""
        kept = (each.whole() for each in self.intervals)
        return Numbers(tuple(each for each in kept if not each.is_empty), self.missing)

    def within(self, other: Numbers) -> bool:
        """Whether all of it is in the other."""
        return self.meet(other.complement()).is_empty

    def holds(self, value: Fraction | None) -> bool:
        """Whether the value is in it; None is missing."""
        return self.missing if value is None else any(each.holds(value) for each in self.intervals)

    @property
    def hull(self) -> Interval:
        """The smallest interval around all of its numbers, of which there are some."""
        first, last = self.intervals[0], self.intervals[-1]
        return Interval(first.low, last.high, first.open_low, last.open_high)


@dataclass(frozen=True, slots=True)
class Words:
    """One of the words, or with `others` any word but these; with `missing` also no value."""

    words: frozenset[str]
    others: bool = False
    missing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not (self.words or self.others or self.missing)

    def meet(self, other: Words) -> Words:
        """What is in both."""
        missing = self.missing and other.missing
        if self.others and other.others:
            return Words(self.words | other.words, True, missing)
        if self.others:
            return Words(other.words - self.words, False, missing)
        return Words(self.words - other.words if other.others else self.words & other.words, False, missing)

    def complement(self) -> Words:
        """Everything else, missing among it."""
        return Words(self.words, not self.others, not self.missing)

    def within(self, other: Words) -> bool:
        """Whether all of it is in the other."""
        return self.meet(other.complement()).is_empty

    def holds(self, value: str | None) -> bool:
        """Whether the word is in it; None is missing."""
        return self.missing if value is None else (value in self.words) != self.others


Domain = Numbers | Words

EVERYWHERE = (Interval(),)
EVERY_NUMBER = Numbers(EVERYWHERE, True)
MISSING_NUMBER = Numbers((), True)
MISSING_WORD = Words(frozenset(), False, True)
TRUTHS = Words(frozenset(("true", "false")))


def extent(domain: Domain) -> int:
    """What it costs to compare a set with another: its intervals, or its words, of which a hundred cost as much."""
    return 1 + (len(domain.intervals) if isinstance(domain, Numbers) else len(domain.words) // 100)


def meet(one: Domain, two: Domain) -> Domain:
    """What is in both, of one sort."""
    if isinstance(one, Numbers) and isinstance(two, Numbers):
        return one.meet(two)
    if isinstance(one, Words) and isinstance(two, Words):
        return one.meet(two)
    raise TypeError("a number is no word")


def within(one: Domain, two: Domain) -> bool:
    """Whether all of one is in two."""
    return meet(one, two.complement()).is_empty


def above(low: Fraction, *, open_low: bool = False) -> Numbers:
    """Numbers from `low` on."""
    return Numbers((Interval(low, None, open_low),))


def below(high: Fraction, *, open_high: bool = False) -> Numbers:
    """Numbers up to `high`."""
    return Numbers((Interval(None, high, False, open_high),))


def exactly(number: Fraction) -> Numbers:
    """The number alone."""
    return Numbers((Interval(number, number),))
