"""Kinds of people: one for each way in which a person's certificates can count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from engine.authoring.analysis.formula import Variable
from engine.authoring.analysis.holding import is_alive
from engine.authoring.analysis.names import Names
from engine.language.certification import counting_as
from engine.language.program import Metric, Program

MOST_PAIRED = 30  # metrics; of more, the pairs are hundreds, and an example of people who hold two is rarely needed


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with these certificates, all of them in force."""

    certificates: frozenset[str]

    def counts_for(self, variable: Variable, names: Names) -> bool:
        """Whether the person counts for the metric behind a variable."""
        metric = names.measures[variable]
        known = names.program.certifications
        held = [any(one.name in self.certificates for one in counting_as((each,), known)) for each in metric.holding]
        return all(held) if metric.holding_all else any(held)


def holders(metrics: Sequence[Metric], names: Names, day: date) -> tuple[Holder, ...]:
    """People who count for one of the metrics, for all of them, and, if there are few, for two."""
    alone = [_certificates(each, names.program, day) for each in metrics]
    known = [each for each in alone if each is not None]
    sizes = {1, len(known), 2 if 2 <= len(known) <= MOST_PAIRED else 1} if known else set()
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
    return next((each.name for each in counting_as((name,), program.certifications) if is_alive(each, day)), None)
