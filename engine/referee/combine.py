"""From the rules a partner met to the answers of all its conditions, and the interval on each ladder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.plan.plan import Ladder, Plan
from engine.referee.facts import Encoded
from engine.referee.formula import Answer, Formula, Listed, answer
from engine.referee.rulesets import atom_rule, exists_rule
from engine.referee.translate import Atom, Brief, Exists, facts_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's status on one ladder in one scope, and whether it applies to the partner.

    `floor` and `ceiling` are None where a condition that is not covered could move them.
    """

    floor: str | None
    ceiling: str | None
    applies: Answer = Answer.MET


@dataclass(frozen=True, slots=True)
class Ruling:
    """The referee's answers for one partner: conditions, tiers of all ladders and ladders in the order of the Plan."""

    partner: str
    conditions: tuple[Answer, ...]
    tiers: tuple[Answer, ...]
    standings: tuple[Standing, ...]
    reasons: tuple[str, ...] = ()  # why something is not covered


def combiner(plan: Plan, brief: Brief) -> Callable[[str, Encoded, Collection[str] | str], Ruling]:
    """A function from (partner, its fact, rules met or why there is no answer) to the ruling."""
    formulas: dict[str, Formula] = dict(brief.formulas)
    rungs = [Listed(rung.lines) for rung in plan.rungs]
    applying = [Listed(ladder.conditions) for ladder in plan.ladders]  # of no lines: to all partners

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
        applies = [answer(each, atoms, of) for each in applying]
        return Ruling(partner, conditions, tiers, tuple(standings(plan, tiers, applies)), tuple(reasons))

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


def standings(plan: Plan, tiers: Sequence[Answer], applies: Sequence[Answer]) -> Iterator[Standing]:
    """The interval on each ladder, from the answers of the tiers of all ladders above their lowest."""
    left = iter(tiers)
    for ladder, there in zip(plan.ladders, applies, strict=True):
        found = {rung.tier: next(left) for rung in ladder.rungs}
        yield Standing(floor(ladder, found), ceiling(ladder, found), there)


def floor(ladder: Ladder, found: Mapping[str, Answer]) -> str | None:
    """The highest tier whose lines are all met; the lowest tier has none."""
    return _highest(ladder, found, (Answer.MET,))


def ceiling(ladder: Ladder, found: Mapping[str, Answer]) -> str | None:
    """The highest tier that is still possible."""
    return _highest(ladder, found, (Answer.MET, Answer.CANNOT_DECIDE))


def _highest(ladder: Ladder, found: Mapping[str, Answer], wanted: tuple[Answer, ...]) -> str | None:
    for tier in reversed(ladder.tiers):
        if tier not in found or found[tier] in wanted:
            return tier
        if found[tier] is Answer.NOT_COVERED:
            return None
    return None
