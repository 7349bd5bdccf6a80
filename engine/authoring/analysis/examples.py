"""Examples: records for a model, kept only if the reference evaluator confirms everything claimed about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from engine.authoring.analysis.formula import Formula, variables_in
from engine.authoring.analysis.lines import floor_facts
from engine.authoring.analysis.names import Era, Names
from engine.authoring.analysis.records import PARTNER, Records, records_of
from engine.authoring.analysis.solver import Model, models
from engine.authoring.analysis.witness import Maker
from engine.authoring.cases.model import Case, Expectation
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.writing import render_case, render_suite
from engine.compiler.plans import compile_plan
from engine.language.catalogue import Catalogue
from engine.language.diagnostic import Evidence
from engine.language.program import Program
from engine.plan.plan import Plan

MOST_MODELS = 8
MOST_TRIES = 10  # worlds the evaluator looks at for one example
MOST_TRIES_IN_ALL = 60  # and for one program: what is not shown by then stays undecided
Claim = Callable[[Plan], Iterable[Expectation]]
"""What an example must show, in the words of a test file."""


@dataclass
class Examples:
    """Looks for examples in one program, and counts how many were wanted and found."""

    names: Names
    program: Program
    catalogue: Catalogue
    plans: dict[date, Plan | None] = field(default_factory=dict)
    tries: int = 0
    wanted: int = 0
    found: int = 0

    def plan(self, day: date) -> Plan | None:
        """The program compiled for a day, once."""
        if day not in self.plans:
            self.plans[day] = compile_plan(self.program, self.catalogue, day)[0]
        return self.plans[day]

    def of(self, title: str, formulas: Iterable[Formula], era: Era, claim: Claim) -> Case | None:
        """A confirmed case in which the formulas hold on the last day of an era; None where none was found."""
        self.wanted += 1
        plan = self.plan(era.last)
        if plan is None:
            return None
        expected = tuple(claim(plan))
        for records in islice(self.records(tuple(formulas), era), MOST_TRIES):
            case = self.confirmed(title, era.last, records, expected)
            if case is not None:
                self.found += 1
                return case
        return None

    def confirmed(self, title: str, day: date, records: Records, expected: tuple[Expectation, ...]) -> Case | None:
        """The case, if the reference evaluator decides all that is expected, reading the text that is shown."""
        if self.tries >= MOST_TRIES_IN_ALL:
            return None
        self.tries += 1
        plan = self.plan(day)
        case = Case(title, day, PARTNER, records, expected)
        return case if plan is not None and self._passes(case, plan) else None

    def _passes(self, case: Case, plan: Plan) -> bool:
        """Whether the case as text, in a test file, has records without findings and passes."""
        suite, found = parse_suite(render_suite([case], self.program).encode("utf-8"), "example")
        if suite is None or found:
            return False
        read, found = read_case(suite.drafts[0], self.program, lambda day: (plan, ()))
        return read is not None and not found and run_case(read, self.program, plan)[0].passed

    def records(self, formulas: tuple[Formula, ...], era: Era, *, early: bool = False) -> Iterator[Records]:
        """Records that are likely to show the formulas on the last day of an era.

        With `early` they are as old as possible, so they are not in the days being analysed.
        """
        used = [variable for each in formulas for variable in variables_in(each)]
        last = Era(era.last, era.before)
        given = (*formulas, *self.names.facts(used, last), *floor_facts(used, self.names, era))
        maker = Maker(self.names, era.last, early)
        for model in islice(models(given), MOST_MODELS):
            if isinstance(model, Model):
                for world in maker.worlds(model):
                    yield from records_of(model, world, self.names, era.last)


def example(case: Case, names: Names) -> Evidence:
    """A case as evidence, in the form that it has under `cases` in a test file."""
    return Evidence("example", render_case(case, names.program).rstrip("\n"))


def tiers(outcomes: Mapping[str, str]) -> tuple[Expectation, ...]:
    """Expectations about the lines of tiers: met, not_met or cannot_decide."""
    return tuple(Expectation(("tiers", tier), outcome) for tier, outcome in outcomes.items())
