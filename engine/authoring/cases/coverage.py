"""What the cases of a program reach, and what none of them does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from engine.authoring.cases.goals import Goal, Seen, benefit_goals, edge_goals, line_goals, parameter_goals, tier_goals
from engine.authoring.cases.model import Observed
from engine.authoring.cases.observing import incentives_on, rules_on
from engine.authoring.cases.pay_goals import incentive_goals
from engine.authoring.cases.typed import PlanAt
from engine.language.program import Program
from engine.language.source import Span
from engine.plan.plan import Plan
from engine.reference.evaluate import Evaluation

Key = tuple[str, Span]
GoalsOn = Callable[[date], tuple[Goal, ...]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Goals in the order of the program, and the keys of those that were reached."""

    goals: tuple[Goal, ...]
    reached: frozenset[Key]

    @property
    def missed(self) -> tuple[Goal, ...]:
        """What no case does."""
        return tuple(each for each in self.goals if each.key not in self.reached)

    @property
    def share(self) -> int:
        """Hundredths of the goals reached, rounded down; all of nothing is 100."""
        return 100 * len(self.reached) // len(self.goals) if self.goals else 100


def cover(program: Program, plan_at: PlanAt, decided: Iterable[tuple[Plan, Evaluation, str, Observed]]) -> Coverage:
    """What cases reach: for each its Plan, its evaluation, its partner and what was observed."""
    goals_on = goals_by_day(program, plan_at)
    reached: set[Key] = set()
    for plan, evaluation, partner, observed in decided:
        reached |= reached_by(goals_on(plan.as_of), plan, evaluation, partner, observed, reached)
    return coverage_of(program, goals_on, reached)


def goals_by_day(program: Program, plan_at: PlanAt) -> GoalsOn:
    """The goals of a program on a day, made once for each."""
    return cache(lambda day: tuple(_goals(program, plan_at, day)))


def reached_by(
    goals: Iterable[Goal], plan: Plan, evaluation: Evaluation, partner: str, observed: Observed, known: Set[Key]
) -> set[Key]:
    """The goals that one decided case reaches, beside those `known` to be."""
    seen = Seen(plan, evaluation, partner, evaluation.row(plan.decisions, (partner,)), observed)
    return {goal.key for goal in goals if goal.key not in known and goal.reached(seen)}


def coverage_of(program: Program, goals_on: GoalsOn, reached: Set[Key]) -> Coverage:
    """All goals of a program, on every day from which something else holds."""
    goals: dict[Key, Goal] = {}
    for day in turning_days(program):
        for goal in goals_on(day):
            goals.setdefault(goal.key, goal)
    ordered = sorted(goals.values(), key=lambda goal: (goal.span.file != program.file, goal.span))
    return Coverage(tuple(ordered), frozenset(reached & goals.keys()))


def turning_days(program: Program) -> tuple[date, ...]:
    """The days from which something else holds, and the last one, when every period is complete."""
    first, before = program.effective
    days = {first, before - timedelta(days=1)}
    for stage in program.stages:
        days.add(stage.first_day)
        days |= {version.start for each in stage.parameters for version in each.versions if version.start}
    return tuple(sorted(day for day in days if first <= day < before))


def _goals(program: Program, plan_at: PlanAt, day: date) -> Iterator[Goal]:
    plan, _ = plan_at(day)
    if plan is None:
        return
    rules = rules_on(program, day)
    yield from tier_goals(rules, plan)
    yield from line_goals(plan)
    yield from edge_goals(plan)
    yield from parameter_goals(rules, plan)
    yield from benefit_goals(rules)
    for name, incentive in incentives_on(program, day).items():
        stages = [each for each in program.stages if each.first_day <= day]
        ruled = [own for each in reversed(stages) for own in each.incentives if own.name == name]
        table = program.records.table(incentive.source)
        if table is not None:
            yield from incentive_goals(ruled, plan, table.partner)
