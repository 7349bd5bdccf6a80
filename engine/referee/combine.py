"""From the rules a partner met to the answers of all its conditions, and the tier's interval."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from engine.plan.plan import Plan
from engine.referee.facts import Encoded
from engine.referee.formula import Answer, Every, Formula, Reading, answer
from engine.referee.rulesets import atom_rule, exists_rule
from engine.referee.translate import Atom, Brief, Exists, facts_of


@dataclass(frozen=True, slots=True)
class Ruling:
    """The referee's answers for one partner: conditions and tiers in the order of the Plan.

    `floor` and `ceiling` are None where a condition that is not covered could move them.
    """

    partner: str
    conditions: tuple[Answer, ...]
    tiers: tuple[Answer, ...]
    floor: str | None
    ceiling: str | None
    reasons: tuple[str, ...] = ()  # why something is not covered


def combiner(plan: Plan, brief: Brief) -> Callable[[str, Encoded, Collection[str] | str], Ruling]:
    """A function from (partner, its fact, rules met or why there is no answer) to the ruling."""
    formulas: dict[str, Formula] = dict(brief.formulas)
    rungs = [Every(tuple(Reading(line) for line in rung.lines)) for rung in plan.rungs]

    def combine(partner: str, fact: Encoded, met: Collection[str] | str) -> Ruling:
        atoms = atom_answers(brief.atoms, fact, met)
        known: dict[str, Answer] = {}

        def of(condition: str) -> Answer:
            if condition not in known:
                known[condition] = Answer.NOT_COVERED  # what a circle would read
                known[condition] = answer(formulas[condition], atoms, of)
            return known[condition]

        conditions = tuple(of(condition) for condition in formulas)
        tiers = tuple(answer(rung, atoms, of) for rung in rungs)
        reasons = dict.fromkeys(reason for _, reason in fact.refused)
        if isinstance(met, str):
            reasons[met] = None
        return Ruling(partner, conditions, tiers, floor(plan, tiers), ceiling(plan, tiers), tuple(reasons))

    return combine


def atom_answers(atoms: tuple[Atom, ...], fact: Encoded, met: Collection[str] | str) -> list[Answer]:
    """Each atom's answer: whether its fields exist, as the engine saw it, then whether its rule was met."""
    if isinstance(met, str):
        return [Answer.NOT_COVERED] * len(atoms)
    refused = {place for place, _ in fact.refused}
    answers: list[Answer] = []
    for index, atom in enumerate(atoms):
        fields = facts_of(atom)
        exists = all(exists_rule(field) in met for field in fields)
        if refused and not refused.isdisjoint(fields):
            answers.append(Answer.NOT_COVERED)
        elif isinstance(atom, Exists):
            answers.append(Answer.MET if exists else Answer.NOT_MET)
        elif not exists:
            answers.append(Answer.CANNOT_DECIDE)
        else:
            answers.append(Answer.MET if atom_rule(index) in met else Answer.NOT_MET)
    return answers


def floor(plan: Plan, tiers: tuple[Answer, ...]) -> str | None:
    """The highest tier whose lines are all met; the lowest tier has none."""
    return _highest(plan, tiers, (Answer.MET,))


def ceiling(plan: Plan, tiers: tuple[Answer, ...]) -> str | None:
    """The highest tier that is still possible."""
    return _highest(plan, tiers, (Answer.MET, Answer.CANNOT_DECIDE))


def _highest(plan: Plan, tiers: tuple[Answer, ...], wanted: tuple[Answer, ...]) -> str | None:
    found = dict(zip((rung.tier for rung in plan.rungs), tiers, strict=True))
    for tier in reversed(plan.ladder):
        if tier not in found or found[tier] in wanted:
            return tier
        if found[tier] is Answer.NOT_COVERED:
            return None
    return None
