"""Kinds of people: one for each way in which a person's certificates can count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from engine.authoring.analysis.formula import Variable
from engine.authoring.analysis.holding import counting_as, is_alive
from engine.authoring.analysis.names import Names
from engine.language.program import Metric, Program


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with these certificates, all of them in force."""

    certificates: frozenset[str]

    def counts_for(self, variable: Variable, names: Names) -> bool:
        """Whether the person counts for the metric behind a variable."""
        metric = names.measures[variable]
        held = [
            bool({one.name for one in counting_as(each, names.program)} & self.certificates) for each in metric.holding
        ]
        return all(held) if metric.holding_all else any(held)


def holders(metrics: Sequence[Metric], names: Names, day: date) -> tuple[Holder, ...]:
    """People who count for one of the metrics, for two, for all of them."""
    alone = [_certificates(each, names.program, day) for each in metrics]
    known = [each for each in alone if each is not None]
    sizes = {1, 2, len(known)} if known else set()
    found: dict[frozenset[str], Holder] = {}
    for size in sorted(sizes):
        for each in combinations(known, size):
            joined = frozenset().union(*each)
            found.setdefault(joined, Holder(joined))
    return tuple(found.values())


def _certificates(metric: Metric, program: Program, day: date) -> frozenset[str] | None:
    """The fewest certificates that count, each one that can count on the day."""
    names = metric.holding if metric.holding_all else metric.holding[:1]
    for start in range(1 if metric.holding_all else len(metric.holding)):
        wanted = names if metric.holding_all else metric.holding[start : start + 1]
        found = [_alive(each, program, day) for each in wanted]
        if None not in found:
            return frozenset(each for each in found if each is not None)
    return None


def _alive(name: str, program: Program, day: date) -> str | None:
    """A certification that counts as this one and can be in force on the day."""
    return next((each.name for each in counting_as(name, program) if is_alive(each, day)), None)
