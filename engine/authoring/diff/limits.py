"""Limits of an incentive: how much, and what each runs over."""

from __future__ import annotations

from collections.abc import Sequence

from engine.authoring.diff.bare import same
from engine.authoring.diff.change import Kind, Value
from engine.authoring.diff.comparison import Comparison, Place, plain
from engine.authoring.diff.phrases import joined, say
from engine.authoring.diff.tables import Keys, Telling, told_table
from engine.calendar import cycle_of
from engine.language.program import Limit


def told_limits(comparison: Comparison, old: Sequence[Limit], new: Sequence[Limit], place: Place, who: str) -> None:
    """Report changed limits, identified by their `per`; two limits with the same `per` are identified by their
    place.
    """
    left = [each for each in old if not any(same(each, other) for other in new)]
    fresh = [each for each in new if not any(same(each, other) for other in old)]
    partner: dict[int, Limit] = {}
    for alike in (_runs_alike, _limits_alike):
        for number, each in enumerate(fresh):
            found = next((other for other in left if alike(other, each)), None) if number not in partner else None
            if found is not None:
                partner[number] = found
                left.remove(found)
    for number, each in enumerate(fresh):
        match = partner.get(number)
        at = Place(_path(place, each), place.clause, match.span if match else None, each.span)
        if match is not None:
            _told_limit(comparison, match, each, at, who)
        else:
            sentence = f"{who} is now also limited to {say(each.at_most)} per {_per(each)}"
            comparison.tell(Kind.ADDED, at, None, plain(each.at_most), sentence)
    for each in left:
        at = Place(_path(place, each), place.clause, each.span, None)
        sentence = f"{who} is no longer limited to {say(each.at_most)} per {_per(each)}"
        comparison.tell(Kind.REMOVED, at, plain(each.at_most), None, sentence)
    if not left and not fresh and not same(tuple(old), tuple(new)):
        sentence = f"the limits of {who} are applied in another order"
        orders = tuple(tuple(f"per {_per(each)}" for each in limits) for limits in (old, new))
        comparison.tell(Kind.MOVED, place, orders[0], orders[1], sentence)


def _told_limit(comparison: Comparison, old: Limit, new: Limit, place: Place, who: str) -> None:
    """Report changes of an existing limit: its period, its amount, or its order."""
    per = _per(new)

    def wording(keys: Keys, before: Value, after: Value) -> str:
        of = f" for {' '.join(keys)}" if keys else ""
        if after is None:
            return f"{who} has no limit per {per} of its own{of} any more, was {say(before)}"
        was = f", was {say(before)}" if before is not None else ""
        return f"{who} is now limited to {say(after)} per {per}{of}{was}"

    if not same(old.at_most, new.at_most):
        telling = Telling(f"the limit of {who} per {per}", wording, apart=False)
        told_table(comparison, old.at_most, new.at_most, place, telling)
    if set(old.per) != set(new.per):
        sentence = f"{who} is now limited to {say(new.at_most)} per {per}, was per {_per(old)}"
        comparison.tell(Kind.CHANGED, place, old.per, new.per, sentence)
    if old.order != new.order:
        after, before = say_order(new.order), say_order(old.order)
        sentence = f"the limit of {who} per {per} is now used up in the order of {after}, was {before}"
        comparison.tell(Kind.MOVED, place, old.order or None, new.order or None, sentence)


def _runs_alike(one: Limit, other: Limit) -> bool:
    return set(one.per) == set(other.per)


def _limits_alike(one: Limit, other: Limit) -> bool:
    """Whether only the time differs over which it runs."""
    return _whose(one) == _whose(other) and same(one.at_most, other.at_most)


def _whose(limit: Limit) -> set[str]:
    return {each for each in limit.per if each != "period" and cycle_of(each) is None}


def _path(place: Place, limit: Limit) -> str:
    return f"{place.path}[per {', '.join(limit.per)}]"


def _per(limit: Limit) -> str:
    return joined(list(limit.per)) or "program"


def say_order(order: Sequence[str]) -> str:
    """By what records are taken; where nothing is said, by day and then by key."""
    return joined([f"`{each}`" for each in order]) or "day and key"
