"""Examples: records for a model, kept only if the reference evaluator confirms everything claimed about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from engine.authoring.analysis.formula import Formula, variables_in
from engine.authoring.analysis.lines import floor_facts
from engine.authoring.analysis.names import Era, Names, Place
from engine.authoring.analysis.records import PARTNER, Records, records_of
from engine.authoring.analysis.solver import Model, models
from engine.authoring.analysis.witness import Maker
from engine.authoring.cases.model import Case, Expectation
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.writing import render_case, render_suite
from engine.compiler.plans import compile_plan
from engine.compiler.workbench import Workbench
from engine.explain.model import Outcome
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
    catalogue: Catalogue[Workbench]
    plans: dict[tuple[date, frozenset[str]], Plan | None] = field(default_factory=dict)
    tries: int = 0
    wanted: int = 0
    found: int = 0

    @property
    def is_over(self) -> bool:
        """Whether no more worlds are looked at."""
        return self.tries >= MOST_TRIES_IN_ALL

    def plan(self, day: date, incentives: frozenset[str] = frozenset()) -> Plan | None:
        """The program with these incentives alone, compiled for a day, once."""
        key = (day, incentives)
        if key not in self.plans:
            self.plans[key] = compile_plan(with_only(incentives, self.program), self.catalogue, day)[0]
        return self.plans[key]

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

    def confirmed(
        self,
        title: str,
        day: date,
        records: Records,
        expected: tuple[Expectation, ...],
        incentives: frozenset[str] = frozenset(),
    ) -> Case | None:
        """The case, if the reference evaluator decides all that is expected, reading the text that is shown."""
        if self.is_over:
            return None
        self.tries += 1
        plan = self.plan(day, incentives)
        case = Case(title, day, PARTNER, records, expected)
        return case if plan is not None and _passes(case, with_only(incentives, self.program), plan) else None

    def records(self, formulas: tuple[Formula, ...], era: Era, *, early: bool = False) -> Iterator[Records]:
        """Records that are likely to show the formulas on the last day of an era.

        With `early` they are as old as possible, so they are not in the days being analysed.
        """
        held = floor_facts([variable for each in formulas for variable in variables_in(each)], self.names, era)
        formulas = (*formulas, *held)
        used = [variable for each in formulas for variable in variables_in(each)]
        given = (*formulas, *self.names.facts(used, Era(era.last, era.before)))
        maker = Maker(self.names, era.last, early)
        for model in islice(models(given, self.names.work), MOST_MODELS):
            if isinstance(model, Model):
                for world in maker.worlds(model):
                    yield from records_of(model, world, self.names, era.last)


def with_only(incentives: Collection[str], program: Program) -> Program:
    """The program with these incentives alone, the rules before its amendments too: no other changes what they pay."""
    earlier = with_only(incentives, program.earlier) if program.earlier is not None else None
    kept = tuple(each for each in program.incentives if each.name in incentives)
    return replace(program, incentives=kept, earlier=earlier)


def _passes(case: Case, program: Program, plan: Plan) -> bool:
    """Whether the case as text, in a test file, has records without findings and passes."""
    suite, found = parse_suite(render_suite([case], program).encode("utf-8"), "example")
    if suite is None or found:
        return False
    read, found = read_case(suite.drafts[0], program, lambda day: (plan, ()))
    return read is not None and not found and run_case(read, program, plan)[0].passed


def example(case: Case, names: Names) -> Evidence:
    """A case as evidence, in the form that it has under `cases` in a test file."""
    return Evidence("example", render_case(case, names.program).rstrip("\n"))


def tiers(outcomes: Mapping[str, str]) -> tuple[Expectation, ...]:
    """Expectations about the lines of tiers: met, not_met or cannot_decide."""
    return tuple(Expectation(("tiers", tier), outcome) for tier, outcome in outcomes.items())


def standing(place: Place, held: str, missed: tuple[str, int], plan: Plan) -> tuple[Expectation, ...]:
    """Expectations about a designation: a tier is held, and one line of another is not met, by its tier and number."""
    tier, number = missed
    scope = tuple(value for _, value in place.keys)
    ladder = next(each for each in plan.ladders if each.name == place.ladder and each.scope == scope)
    line = next(each.lines[number] for each in ladder.rungs if each.tier == tier)
    return (
        Expectation(("designations", place.ladder, *scope), held),
        Expectation(("lines", line, "outcome"), Outcome.NOT_MET.value),
    )
