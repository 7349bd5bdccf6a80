"""What band tables pay: bands behind a limit, edges at which more earns less, and nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.authoring.analysis import codes
from engine.authoring.analysis.expressions import Reader
from engine.authoring.analysis.names import Names, PartnerScope, constant
from engine.authoring.analysis.proofs import digits, proof
from engine.authoring.analysis.searching import Search
from engine.language.diagnostic import Diagnostic, Related
from engine.language.expression import render_expression
from engine.language.names import names_in
from engine.language.program import BandRow, Incentive
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.types import Method

ZERO = Fraction(0)


class Paid:
    """A band table in numbers that hold for everybody; `known` says whether all of them do."""

    def __init__(self, incentive: Incentive, names: Names) -> None:
        self.incentive, self.names = incentive, names
        starts = [self.number(each.start) for each in incentive.bands]
        values = [self.number(each.rate if each.rate is not None else each.amount) for each in incentive.bands]
        self.known = bool(starts) and None not in starts and None not in values
        self.starts = [each or ZERO for each in starts]
        self.values = [each or ZERO for each in values]

    def number(self, expression: Expression | None) -> Fraction | None:
        """The number an expression is for everybody and always; None where it is none."""
        if expression is None:
            return None
        scope = PartnerScope(self.names, self.names.eras[0])
        return constant(Reader(scope).pieces(expression))

    def limit(self) -> tuple[Fraction, Span] | None:
        """The least that a partner earns at most in one period."""
        found = [
            (amount, each.span)
            for each in self.incentive.limits
            if set(each.per) <= {"partner", "period"} and (amount := self.number(each.at_most)) is not None
        ]
        return min(found, key=lambda each: each[0]) if found else None

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


def band_findings(incentive: Incentive, names: Names, search: Search) -> Iterator[Diagnostic]:
    """Findings about the bands of one incentive."""
    paid = Paid(incentive, names)
    if not paid.known:
        return
    limit = paid.limit()
    if limit is not None:
        yield from _behind(paid, *limit)
    if incentive.method is Method.WHOLE:
        yield from _falling(paid, search)


def _behind(paid: Paid, limit: Fraction, span: Span) -> Iterator[Diagnostic]:
    """The first band that begins where the limit is reached already."""
    incentive, currency = paid.incentive, paid.names.program.currency
    for place in range(1, len(paid.starts)):
        later = [paid.whole(each, paid.starts[each]) for each in range(place, len(paid.starts))]
        least = min(later) if incentive.method is Method.WHOLE else paid.below(place)
        if paid.below(place) < limit or least < limit or paid.starts[place] <= 0:
            continue
        edge, earned = digits(paid.starts[place]), digits(paid.below(place))
        unit = f" {currency}" if incentive.bands[place - 1].rate is not None else ""
        yield codes.BAND_BEHIND_LIMIT.at(
            incentive.bands[place].span,
            f"this band never changes what `{incentive.name}` pays: the limit is reached below it",
            related=[Related(span, f"{digits(limit)} {currency} at most")],
            help="raise the limit, or drop the band",
            evidence=[
                proof(
                    (
                        f"at {edge}{unit} the bands below earn {earned} {currency}",
                        f"the limit pays {digits(limit)} {currency} of it, and no more above",
                    )
                )
            ],
        )
        return


def _falling(paid: Paid, search: Search) -> Iterator[Diagnostic]:
    """Edges at which the whole amount earns less than just below."""
    incentive, currency = paid.incentive, paid.names.program.currency
    limit = paid.limit()
    for place in range(1, len(paid.starts)):
        before, after = paid.below(place), paid.whole(place, paid.starts[place])
        if limit is not None:
            before, after = min(before, limit[0]), min(after, limit[0])
        if after >= before:
            continue
        edge = paid.starts[place]
        start = render_expression(incentive.bands[place].start)
        step = Fraction(1, 10**paid.names.program.scale)
        yield codes.LESS_FOR_MORE.at(
            incentive.bands[place].span,
            f"`{incentive.name}` pays less at {start} than just below: {digits(after)} {currency} after "
            f"{digits(before)} {currency}",
            related=[Related(incentive.bands[place - 1].span, "the band before")],
            help="raise the rate or amount of this band, or use `method: marginal`",
            evidence=[
                proof(
                    (
                        f"towards {start} the band before pays up to {digits(before)} {currency}",
                        f"at {start} this band pays {digits(after)} {currency}, on everything",
                    )
                ),
                *search.edge(incentive, edge, step),
            ],
        )


def pays_nothing(incentive: Incentive, names: Names) -> tuple[Span, str] | None:
    """Where it is said that nothing is paid, and what is said; None where something may be."""
    paid = Paid(incentive, names)
    for each in incentive.limits:
        if paid.number(each.at_most) == 0:
            return each.span, "its limit is zero"
    if incentive.bands:
        if paid.known and not any(paid.values):
            return incentive.bands[0].span, "all of its bands pay zero"
        return None
    value = incentive.amount if incentive.amount is not None else incentive.rate
    if value is not None and not any(names_in(value)) and paid.number(value) == 0:
        return value.span, "it pays zero for each"
    return None


def pays_for_nothing(incentive: Incentive, names: Names) -> bool:
    """Whether bands may pay though nothing was measured: an amount, or a band below zero, reached at 0."""
    if not incentive.bands:
        return False
    paid = Paid(incentive, names)
    if not paid.known:
        return True
    rows = zip(incentive.bands, paid.starts, strict=True)
    return any(start < 0 or (start == 0 and row.rate is None) for row, start in rows)
