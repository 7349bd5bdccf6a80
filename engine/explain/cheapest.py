"""The cheapest next step: the fewest lines whose being met gives a tier.

Every line that is not a group counts one, whatever its gap: the program does not say what a survey point
is worth in revenue. Ties are broken by the order of the program.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.explain.lines import gap_to_leave, tree
from engine.explain.model import Line, Move, Outcome
from engine.explain.subject import Subject
from engine.reference.scalars import all_of, any_of, at_least, negated

KEPT = 64
"""Ways kept at each point. With lines that occur once in a tier the first is always the cheapest;
the rest are kept for lines that occur several times, which then cost once."""

KLEENE = {Outcome.MET: True, Outcome.NOT_MET: False, Outcome.CANNOT_DECIDE: None}
LEFT_OUT = Outcome.NOT_APPLICABLE

Change = tuple[int, bool]  # place of a line in the tier, and whether it has to be met
Way = frozenset[Change]
NOTHING: Way = frozenset()


def cheapest_step(subject: Subject, lines: Sequence[Line]) -> tuple[Move, ...]:
    """The fewest moves after which all `lines` are met; nothing when they are, or when nothing does it."""
    places = {line.id: place for place, line in reversed(list(enumerate(tree(lines))))}
    found = _choose([_ways(line, True, places) for line in lines], len(lines))
    at = {places[line.id]: line for line in tree(lines)}
    for way in found:
        changed = {at[place].id: meet for place, meet in way}
        if all_of(_holds(line, changed) for line in lines) is True:
            return tuple(_move(subject, at[place], meet) for place, meet in sorted(way))
    return ()


def _ways(line: Line, meet: bool, places: dict[str, int]) -> list[Way]:
    """The ways to have a line met, or not met; the cheapest first."""
    if line.outcome is (Outcome.MET if meet else Outcome.NOT_MET):
        return [NOTHING]
    if line.outcome is LEFT_OUT:
        return []  # it has no distance: nothing that the partner does makes it applicable
    parts = [part for part in line.parts if part.outcome is not LEFT_OUT]
    if not parts:
        return [frozenset({(places[line.id], meet)})]
    count = len(parts)
    needed = {"any": 1, "at_least": line.at_least}.get(line.form, count)
    if not meet:
        needed = count - needed + 1  # so many parts the other way leave too few
    turned = line.form == "none"  # met when no part is
    return _choose([_ways(part, meet is not turned, places) for part in parts], needed)


def _choose(parts: Sequence[list[Way]], needed: int) -> list[Way]:
    """The ways to bring about `needed` of the parts, the cheapest first."""
    by_count: list[list[Way]] = [[NOTHING]] + [[] for _ in range(needed)]
    for ways in parts:
        for count in range(needed, 0, -1):
            more = [before | way for before in by_count[count - 1] for way in ways if not _contradict(before, way)]
            by_count[count] = sorted({*by_count[count], *more}, key=_cost)[:KEPT]
    return by_count[needed]


def _holds(line: Line, changed: dict[str, bool]) -> bool | None:
    """Whether a line holds after the changes: one that occurs twice may have been met against another."""
    if line.outcome is LEFT_OUT:
        return False  # at the top of a list; a group leaves it out
    if not line.parts:
        return changed.get(line.id, KLEENE[line.outcome])
    parts = [_holds(part, changed) for part in line.parts if part.outcome is not LEFT_OUT]
    match line.form:
        case "any":
            return any_of(parts)
        case "none":
            return negated(any_of(parts))
        case "at_least":
            return at_least(line.at_least, parts)
        case _:
            return all_of(parts)


def _contradict(one: Way, two: Way) -> bool:
    """Whether a line would have to be met and not met at once."""
    return any((place, not meet) in one for place, meet in two)


def _cost(way: Way) -> tuple[int, list[Change]]:
    return len(way), sorted(way)


def _move(subject: Subject, line: Line, meet: bool) -> Move:
    if meet:
        return Move(line, True, line.gap)
    gaps = [gap_to_leave(subject, condition) for condition in subject.plan.conditions if condition.id == line.id]
    return Move(line, False, gaps[0] if gaps else None)
