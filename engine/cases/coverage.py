"""What the cases of a program reach, and what none of them does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from engine.cases.goals import Goal, Seen, benefit_goals, edge_goals, line_goals, parameter_goals, tier_goals
from engine.cases.model import Observed
from engine.cases.observing import incentives_on, rules_on
from engine.cases.pay_goals import incentive_goals
from engine.cases.typed import PlanAt
from engine.language.program import Program
from engine.language.source import Span
from engine.plan.plan import Plan
from engine.reference.evaluate import Evaluation


@dataclass(frozen=True, slots=True)
class Coverage:
    """Goals in the order of the program, and the keys of those that were reached."""

    goals: tuple[Goal, ...]
    reached: frozenset[tuple[str, Span]]

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
    goals_on = cache(lambda day: tuple(_goals(program, plan_at, day)))
    goals: dict[tuple[str, Span], Goal] = {}
    for day in turning_days(program):
        for goal in goals_on(day):
            goals.setdefault(goal.key, goal)
    reached: set[tuple[str, Span]] = set()
    for plan, evaluation, partner, observed in decided:
        row = evaluation.row(plan.decisions, (partner,))
        seen = Seen(plan, evaluation, partner, row, observed)
        reached |= {goal.key for goal in goals_on(plan.as_of) if goal.key not in reached and goal.reached(seen)}
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
    for incentive in incentives_on(program, day).values():
        yield from incentive_goals(incentive, plan)
