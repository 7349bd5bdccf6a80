"""Whether formulas can all be true at once: a search over their alternatives, with exact sums, in bounded work.

The answer `NONE` is a proof for all values of the variables. A `Model` is only a candidate: it says which values
the conditions allow, and whether records exist that have them is for `engine.authoring.analysis.witness` to show.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import product
from operator import is_

from engine.authoring.analysis.domain import Domain, Interval, Numbers, extent, meet
from engine.authoring.analysis.formula import FALSE, TRUE, Formula, In, Linear, Some, Variable, at_least, variables_in
from engine.authoring.analysis.simplex import OutOfWork, Row, solve_rows

MOST_STEPS = 4_000  # alternatives tried; a program of ten lines a tier needs some dozens
MOST_SPLITS = 64  # ways to choose one interval for each variable of a sum
MOST_WORK = 300_000  # values looked at for one program, a few seconds; shipped programs need some thousand


class Verdict(Enum):
    """Why there is no model."""

    NONE = "proved: there is none"
    OPEN = "not decided"


@dataclass(frozen=True, slots=True)
class Model:
    """What each variable may be, where all formulas hold; sums hold at once for some values in there."""

    domains: Mapping[Variable, Domain]
    sums: tuple[Linear, ...]


Answer = Model | Verdict


@dataclass(slots=True)
class Work:
    """The work that one program may still take. Holds state: what is left."""

    left: int = MOST_WORK

    @property
    def is_over(self) -> bool:
        """Whether there is none left: nothing more is proved, and no example is found."""
        return self.left < 0

    def spend(self, size: int) -> None:
        """Take as much as it costs to look at so many values, where the question is finished in any case."""
        self.left -= size

    def take(self, size: int) -> None:
        """Take as much as it costs to look at so many values; raises OutOfWork where there is none left."""
        self.spend(size)
        if self.is_over:
            raise OutOfWork


def satisfy(formulas: Iterable[Formula], work: Work | None = None) -> Answer:
    """A model of all formulas, or why there is none."""
    return next(models(formulas, work), Verdict.NONE)


def models(formulas: Iterable[Formula], work: Work | None = None, steps: int = MOST_STEPS) -> Iterator[Answer]:
    """Models of all formulas, one for each alternative that holds; `OPEN` last when work ran out before the end."""
    given = tuple(formulas)
    search = _Search(steps, 1 + sum(1 for each in given for _ in variables_in(each)), work or Work())
    try:
        yield from search.run(given, {}, ())
    except (OutOfWork, RecursionError):
        yield Verdict.OPEN


def contradictory(formulas: Iterable[Formula], work: Work | None = None) -> bool:
    """Whether it is proved that the formulas are never all true. Those about other variables are solved separately."""
    flat: list[Formula] = []
    for each in formulas:
        flat += each.terms if isinstance(each, Some) and each.count == len(each.terms) else (each,)
    work = work or Work()
    try:
        work.take(len(flat))  # to part them, which is most of the work where there are many, each soon solved
    except OutOfWork:
        return False
    return any(satisfy(each, work) is Verdict.NONE for each in _apart(flat))


def _apart(formulas: list[Formula]) -> list[list[Formula]]:
    """Formulas in groups that share no variable; the shortest first."""
    groups: dict[Variable, tuple[set[Variable], list[Formula]]] = {}  # by each of its variables
    alone: list[list[Formula]] = []
    for formula in formulas:
        used, mine = set(variables_in(formula)), [formula]
        shared = list({id(found): found for each in used if (found := groups.get(each))}.values())
        if len(shared) == 1:  # most often: nothing is copied
            shared[0][0].update(used)
            shared[0][1].append(formula)
            groups |= dict.fromkeys(used, shared[0])
            continue
        for other, theirs in shared:
            used, mine = used | other, [*theirs, *mine]
        groups |= dict.fromkeys(used, (used, mine))
        alone += [] if used else [mine]
    return sorted([*alone, *{id(mine): mine for _, mine in groups.values()}.values()], key=len)


@dataclass(slots=True)
class _Search:
    steps: int
    size: int  # of all formulas, which each step may look at
    work: Work

    def run(
        self, pending: tuple[Formula, ...], domains: dict[Variable, Domain], sums: tuple[Linear, ...]
    ) -> Iterator[Model]:
        """Models in which everything pending holds, and what was chosen so far."""
        self.work.take(self.size)
        self.steps -= 1
        if self.steps < 0:
            raise OutOfWork
        domains = dict(domains)
        stack, open_ = list(pending), []
        while stack:
            formula = stack.pop()
            match formula:
                case In(variable, domain):
                    self.work.take(extent(domain))
                    if not narrow(domains, variable, domain):
                        return
                case Linear(terms, _, _):
                    there = all(narrow(domains, each, each.missing.complement()) for each, _ in terms)
                    if not there:
                        return
                    sums = (*sums, formula)
                case Some(count, terms) if count == len(terms):
                    stack += terms
                case Some():
                    open_.append(formula)
        rest: list[Some] = []
        decided: list[Formula] = []
        for each in open_:
            simpler = simplified(each, domains, self.work)
            if not isinstance(simpler, Some):
                decided.append(simpler)
            elif simpler.count > len(simpler.terms):
                return
            elif simpler.count == len(simpler.terms):
                decided += simpler.terms
            elif simpler.count > 0:
                rest.append(simpler)
        if decided:  # the rest of these must hold: the others are tried again
            yield from self.run((*decided, *rest), domains, sums)
            return
        if not rest:
            if not sums or values_of(domains, sums, only_whether=True) is not None:
                yield Model(domains, sums)
            return
        yield from self._branch(rest, domains, sums)

    def _branch(self, rest: list[Some], domains: dict[Variable, Domain], sums: tuple[Linear, ...]) -> Iterator[Model]:
        """Choose one term of the smallest alternative, or leave it out."""
        chosen = min(rest, key=lambda each: len(each.terms) - each.count)
        others = tuple(each for each in rest if each is not chosen)
        first, more = chosen.terms[0], chosen.terms[1:]
        yield from self.run((first, at_least(chosen.count - 1, more), *others), domains, sums)
        if chosen.count <= len(more):
            yield from self.run((at_least(chosen.count, more), *others), domains, sums)


def narrow(domains: dict[Variable, Domain], variable: Variable, domain: Domain) -> bool:
    """Let the variable have only values of the set; False when none is left."""
    known = domains.get(variable)
    if known is domain:
        return True
    left = meet(variable.base if known is None else known, domain)
    if variable.whole and isinstance(left, Numbers):
        left = left.whole()
    domains[variable] = left
    return not left.is_empty


def required(formulas: Iterable[Formula]) -> dict[Variable, Domain]:
    """What variables must be wherever all formulas hold, as far as it is seen without trying alternatives."""
    found: dict[Variable, Domain] = {}
    stack = list(formulas)
    while stack:
        match stack.pop():
            case In(variable, domain):
                narrow(found, variable, domain)
            case Some(count, terms) if count == len(terms):
                stack += terms
    return found


def apart(one: Mapping[Variable, Domain], two: Mapping[Variable, Domain]) -> bool:
    """Whether some variable cannot be what both require."""
    return any(each in two and meet(domain, two[each]).is_empty for each, domain in one.items())


def simplified(formula: Formula, domains: Mapping[Variable, Domain], work: Work) -> Formula:
    """The formula without what the domains decide already. Each value looked at is work."""
    if isinstance(formula, Linear):
        return formula
    if isinstance(formula, In):
        work.take(extent(formula.domain))
        known = domains.get(formula.variable, formula.variable.base)
        if known is formula.domain:
            return TRUE
        left_of_it = meet(known, formula.domain)
        if left_of_it == known:  # all of it is inside: intervals neither touch nor overlap, so a set has one form
            return TRUE
        return FALSE if left_of_it.is_empty else formula
    left: list[Formula] = []
    count, possible = formula.count, len(formula.terms)
    if count <= 0 or count > possible:
        return TRUE if count <= 0 else FALSE
    for each in formula.terms:
        simpler = simplified(each, domains, work)
        if isinstance(simpler, Some) and simpler.count <= 0:
            count -= 1
            possible -= 1
            if count <= 0:
                return TRUE
        elif isinstance(simpler, Some) and simpler.count > len(simpler.terms):
            possible -= 1
            if count > possible:
                return FALSE
        else:
            left.append(simpler)
    if len(left) == 1:
        return left[0]
    same = len(left) == len(formula.terms) and all(map(is_, left, formula.terms))
    return formula if same else Some(count, tuple(left))


def without_free(rows: list[Row]) -> list[Row]:
    """The rows that can fail: those of an unknown that is bounded on one side alone hold if it goes the other way."""
    left = rows
    while True:
        signs: dict[Hashable, int] = {}
        for factors, _, _ in left:
            for name, factor in factors.items():
                signs[name] = signs.get(name, 0) | (1 if factor > 0 else 2)
        free = {name for name, sign in signs.items() if sign < 3}
        if not free:
            return left
        left = [row for row in left if not free & row[0].keys()]


def rows_of(variable: Variable, interval: Interval) -> Iterator[Row]:
    """The bounds of an interval as rows of a sum."""
    if interval.low is not None:
        yield {variable: Fraction(-1)}, -interval.low, interval.open_low
    if interval.high is not None:
        yield {variable: Fraction(1)}, interval.high, interval.open_high


def values_of(
    domains: Mapping[Variable, Domain], sums: Sequence[Linear], *, only_whether: bool = False
) -> dict[Hashable, Fraction] | None:
    """Values in the domains that keep all sums, or None if there are none. Whole numbers may come out broken.

    With `only_whether` the values are not all there.
    """
    used = list(dict.fromkeys(variable for each in sums for variable, _ in each.terms))
    choices = []
    for variable in used:
        domain = domains[variable]
        choices.append(domain.intervals if isinstance(domain, Numbers) else ())
    lines: list[Row] = [(dict(each.terms), each.bound, each.strict) for each in sums]
    for tried, chosen in enumerate(product(*choices)):
        if tried >= MOST_SPLITS:
            raise OutOfWork
        bounds = [row for variable, interval in zip(used, chosen, strict=True) for row in rows_of(variable, interval)]
        rows = [*lines, *bounds]
        found = solve_rows(without_free(rows) if only_whether else rows)
        if found is not None:
            return found
    return None
