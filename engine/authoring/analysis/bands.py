"""Findings about pay: incentives that pay nothing, bands behind a limit, and edges at which a larger measure earns
less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from engine.authoring.analysis import codes
from engine.authoring.analysis.names import Names
from engine.authoring.analysis.proofs import digits, proof
from engine.authoring.analysis.searching import Search
from engine.authoring.analysis.worth import Words, cases_of, number_of, numbers_of, said, values_of
from engine.language.currency import scale_of
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.names import names_in
from engine.language.program import BandRow, Incentive, Limit, Table, expressions_of
from engine.language.records import CURRENCY
from engine.language.source import Span
from engine.language.syntax import Money
from engine.types import Kind, Method

ZERO = Fraction(0)


class Paid:
    """A band table in numbers, where dimensions have certain words; `known` says whether all of them are numbers."""

    def __init__(self, incentive: Incentive, names: Names, words: Words) -> None:
        self.incentive, self.names, self.words = incentive, names, words
        starts = [self.number(each.start) for each in incentive.bands]
        values = [self.number(each.paid) for each in incentive.bands]
        self.starts = [each or ZERO for each in starts]
        self.values = [each or ZERO for each in values]
        ascends = all(low < high for low, high in pairwise(self.starts))
        self.known = bool(starts) and None not in starts and None not in values and ascends

    def number(self, value: Table | None) -> Fraction | None:
        """The number a value is for all partners and always, where dimensions have the words."""
        return number_of(value, self.names, self.words)

    @property
    def currency(self) -> str:
        """What it pays in: the program's currency, or that of the rows that have the words."""
        if not self.incentive.pays_by_row:
            return self.names.program.currency
        named = [word for name, word in self.words.items() if _is_currency(name)]
        stated = (each for value in values_of(self.incentive) for each in expressions_of(value))
        codes = [*named, *(each.currency for each in stated if isinstance(each, Money))]
        return codes[0] if codes else ""

    @property
    def said(self) -> str:
        """For whom, as the end of a phrase: amounts say their currency themselves."""
        own = self.incentive.pays_by_row
        return said({name: word for name, word in self.words.items() if not (own and _is_currency(name))})

    def start_text(self, place: int) -> str:
        """Where a band begins, in the currency where the band below pays a rate of it."""
        unit = f" {self.currency}" if self.incentive.bands[place - 1].rate is not None else ""
        return f"{digits(self.starts[place])}{unit}"

    def limit(self) -> tuple[Fraction, Span] | None:
        """The maximum of one earning, by the lowest of the limits."""
        found = [
            (amount, each.span)
            for each in self.incentive.limits
            if self._caps(each) and (amount := self.number(each.at_most)) is not None
        ]
        return min(found, key=lambda each: each[0]) if found else None

    def _caps(self, limit: Limit) -> bool:
        """Whether no earning exceeds the limit: it has the limit for itself, or no other ever gives room back."""
        return _is_own(limit, self.incentive, self.names) or (self.starts[0] >= 0 and min(self.values) >= 0)

    def whole(self, place: int, measure: Fraction) -> Fraction:
        """What a band of `whole` pays on a measure."""
        row: BandRow = self.incentive.bands[place]
        return self.values[place] * measure if row.rate is not None else self.values[place]

    def below(self, place: int) -> Fraction:
        """What is earned just where a band begins, by the bands before it."""
        if self.incentive.method is Method.WHOLE:
            return self.whole(place - 1, self.starts[place]) if place else ZERO
        total = ZERO
        for each in range(place):
            if self.incentive.bands[each].rate is None:
                total += self.values[each]
            else:
                total += self.values[each] * (self.starts[each + 1] - self.starts[each])
        return total

    def is_behind(self, place: int, limit: Fraction) -> bool:
        """Whether a band begins where the limit is reached, and no band above it earns less."""
        later = [self.whole(each, self.starts[each]) for each in range(place, len(self.starts))]
        falling = self.incentive.method is Method.WHOLE and min(later) < limit
        return self.below(place) >= limit and not falling and self.starts[place] > 0 and min(self.values) >= 0


def _is_currency(name: str) -> bool:
    return name.rpartition(".")[2] == CURRENCY


def _is_own(limit: Limit, incentive: Incentive, names: Names) -> bool:
    """Whether every earning has the limit for itself."""
    if incentive.period is not None:
        return {"partner", "period"} <= set(limit.per)
    table = names.program.records.table(incentive.source)
    return table is not None and set(table.key) <= set(limit.per)


def band_findings(incentive: Incentive, names: Names, search: Search) -> Iterator[Diagnostic]:
    """Findings about the bands of one incentive."""
    cases = [Paid(incentive, names, words) for words in cases_of(incentive, names)]
    if not incentive.bands:
        return
    if all(each.known for each in cases):
        yield from _behind(cases)
    if incentive.method is Method.WHOLE:
        yield from _falling([each for each in cases if each.known], search)


def _behind(cases: Sequence[Paid]) -> Iterator[Diagnostic]:
    """The first band that begins where the limit is reached already, for all partners."""
    limits = [(each, found) for each in cases if (found := each.limit()) is not None]
    incentive = cases[0].incentive
    if len(limits) < len(cases):
        return
    for place in range(1, len(incentive.bands)):
        if not all(paid.is_behind(place, limit) for paid, (limit, _) in limits):
            continue
        steps: list[str] = []
        for paid, (limit, _) in limits:
            earned, most = f"{digits(paid.below(place))} {paid.currency}", f"{digits(limit)} {paid.currency}"
            steps.append(f"at {paid.start_text(place)} the bands below earn {earned}{paid.said}")
            steps.append(f"the limit pays {most} of it, and no more above")
        limit, span = limits[0][1]
        same = len({(most, paid.currency) for paid, (most, _) in limits}) == 1
        yield codes.BAND_BEHIND_LIMIT.at(
            incentive.bands[place].span,
            f"this band never changes what `{incentive.name}` pays: the limit is reached below it",
            related=[Related(span, f"{digits(limit)} {cases[0].currency} at most" if same else "this limit")],
            help="raise the limit, or remove the band",
            evidence=[proof(steps)],
        )
        return


def _falling(cases: Sequence[Paid], search: Search) -> Iterator[Diagnostic]:
    """Edges at which the whole amount earns less than just below: each is reported once, for the first it holds for."""
    told: set[int] = set()
    for paid in cases:
        limit = paid.limit()
        for place in range(1, len(paid.starts)):
            before, after = paid.below(place), paid.whole(place, paid.starts[place])
            if limit is not None:
                before, after = min(before, limit[0]), min(after, limit[0])
            if after < before and place not in told:
                told.add(place)
                yield _less(paid, place, before, after, search)


def _less(paid: Paid, place: int, before: Fraction, after: Fraction, search: Search) -> Diagnostic:
    incentive, currency = paid.incentive, paid.currency
    edge, start, single = paid.starts[place], paid.start_text(place), incentive.bands[place].start.single
    start = render_expression(single) if single is not None else start
    high, low = f"{digits(before)} {currency}", f"{digits(after)} {currency}"
    return codes.LESS_FOR_MORE.at(
        incentive.bands[place].span,
        f"`{incentive.name}` pays less at {start} than just below: {low} instead of {high}{paid.said}",
        related=[Related(incentive.bands[place - 1].span, "the band before")],
        help="raise the rate or amount of this band, or use `method: marginal`",
        evidence=[
            proof(
                (
                    f"just below {start}, the band before pays up to {high}",
                    f"at {start} this band pays {low}, on everything",
                )
            ),
            *search.edge(incentive, edge, _step(paid), paid.words),
        ],
    )


def _step(paid: Paid) -> Fraction:
    """The least by which the measure can fall short of an edge: of a whole number one, of an amount its minor unit."""
    incentive, table = paid.incentive, paid.names.program.records.table(paid.incentive.source)
    fields = [table.field(each.text) for each in names_in(incentive.measure)] if table is not None else []
    kinds = {each.type.kind for each in fields if each is not None}
    return Fraction(1) if kinds == {Kind.INTEGER} else Fraction(1, 10 ** (scale_of(paid.currency) or 0))


def pays_nothing(incentive: Incentive, names: Names) -> tuple[Span, str] | None:
    """Where it is said that nothing is paid, and what is said; None where something may be."""
    for each in incentive.limits:
        if numbers_of(each.at_most, names) == {ZERO} and _holds_back(each, incentive, names):
            return each.span, "its limit is zero"
    if incentive.bands:
        zero = all(numbers_of(each.paid, names) == {ZERO} for each in incentive.bands)
        return (incentive.bands[0].span, "all of its bands pay zero") if zero else None
    for name, value in (("rate", incentive.rate), ("amount", incentive.amount)):
        if value is not None and numbers_of(value, names) == {ZERO}:
            single = value.single is not None
            return value.span, "it pays zero for each" if single else f"every {name} in its table is zero"
    return None


def _holds_back(limit: Limit, incentive: Incentive, names: Names) -> bool:
    """Whether a limit of zero means that nothing is paid. Otherwise an earning below zero could give room to another
    one.
    """
    if _is_own(limit, incentive, names):
        return True
    paid = incentive.amount if incentive.is_once else None
    values = [*([paid] if paid is not None else []), *(each.paid for each in incentive.bands)]
    starts = [each.start for each in incentive.bands[:1]]
    known = [number for each in (*values, *starts) for number in numbers_of(each, names)]
    return bool(values) and all(number is not None and number >= 0 for number in known)


def pays_for_nothing(incentive: Incentive, names: Names) -> bool:
    """Whether a period may earn though nothing was measured in it: an amount paid once, or a band reached at 0."""
    if incentive.period is None or incentive.pays_by_row:
        return False  # without a record there is nothing to earn
    if not incentive.bands:
        return incentive.is_once
    cases = [Paid(incentive, names, words) for words in cases_of(incentive, names)]
    return not all(each.known for each in cases) or any(_reached_at_zero(each) for each in cases)


def _reached_at_zero(paid: Paid) -> bool:
    """Whether a band begins below zero, or pays an amount from zero on."""
    rows = zip(paid.incentive.bands, paid.starts, strict=True)
    return any(start < 0 or (start == 0 and row.rate is None) for row, start in rows)
