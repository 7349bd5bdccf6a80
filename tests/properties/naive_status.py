"""Tiers and benefits, said plainly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.language.program import Benefit, Ladder, Requirement, Table, Tier
from tests.properties.naive_expressions import Look, Naive, every, value_of
from tests.properties.naive_partner import World, in_force


@dataclass(frozen=True)
class Status:
    """Where a partner stands on a day."""

    held: str
    floor: str
    ceiling: str
    prior: str | None


def own_lines(ladder: Ladder, tier: Tier) -> list[Requirement]:
    """The lines under a tier, and those under each tier below it in a cumulative ladder, the next one first."""
    found = list(tier.requires)
    for each in ladder.tiers[::-1]:
        if ladder.cumulative and ladder.names.index(each.name) < ladder.names.index(tier.name):
            found += each.requires
    return found


def line_outcomes(world: World, tier: Tier, partner: str, day: date) -> list[bool | None]:
    """The common lines, the tier's own, and the invitation."""
    lines = (*world.program.ladder.common, *own_lines(world.program.ladder, tier))
    outcomes = [world.holds((each,), partner, day, tier.name) for each in lines]
    if tier.invitation is not None:
        outcomes.append(_invited(world, tier, partner, day))
    return outcomes


def _invited(world: World, tier: Tier, partner: str, day: date) -> bool:
    rows = world.records.get("nominations", ())
    mine = [row for row in rows if row["partner_id"] == partner and row["tier"] == tier.name]
    return any(in_force(row, ("from", "before"), day) for row in mine)


def status_of(world: World, partner: str, day: date) -> Status:
    """Floor, ceiling, the tier before, and the tier held between them."""
    names = world.program.ladder.names
    outcomes = {each.name: every(line_outcomes(world, each, partner, day)) for each in world.program.ladder.tiers[1:]}
    outcomes[names[0]] = True
    floor = [each for each in names if outcomes[each] is True][-1]
    ceiling = [each for each in names if outcomes[each] is not False][-1]
    rows = [row for row in world.records.get("statuses", ()) if row["partner_id"] == partner]
    before = [str(row["tier"]) for row in rows if in_force(row, ("from", "before"), day)]
    prior = before[0] if before and before[0] in names else None
    held = floor if prior is None else max(floor, min(prior, ceiling, key=names.index), key=names.index)
    return Status(held, floor, ceiling, prior)


def benefit_of(world: World, benefit: Benefit, partner: str, day: date) -> tuple[bool | None, Naive]:
    """Whether a benefit is granted on a day, and what."""
    tier = status_of(world, partner, day).held if world.program.ladder.tiers else None
    granted = world.holds(benefit.when, partner, day, tier)
    value: Naive = True
    if benefit.table is not None:
        value, there = granted_of(world, benefit.table, world.look(partner, day, tier, rounded=True))
        granted = every((granted, there))
    return granted, value if granted else None


def granted_of(world: World, table: Table, look: Look) -> tuple[Naive, bool | None]:
    """The value, and whether there is one: not known where a name that it goes by is missing."""
    if table.single is not None:
        value = value_of(table.single, look, world.orders)
        return value, None if value is None else True
    here = [look(each) for each in table.by]
    words = [str(each).lower() if isinstance(each, bool) else each for each in here]
    ladder = world.program.ladder.names
    for choice in sorted(table.choices, key=lambda each: [-ladder.index(w) for w in each.keys if w in ladder]):
        reached = [
            word in ladder and ladder.index(key) <= ladder.index(str(word)) if name == "tier" else key == word
            for name, key, word in zip(table.by, choice.keys, words, strict=True)
        ]
        if all(reached):
            value, there = granted_of(world, choice.value, look)
            if there is not False:
                return value, there
            break
    return None, None if None in here else False
