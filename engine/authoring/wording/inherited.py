"""The value of a benefit for each tier: a tier that is not listed has the value of the next lower one listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.language.program import Choice, Table


def inherited(table: Table, ladder: Sequence[str]) -> Table:
    """The values with one for every tier that has some, each combination of other words by itself."""
    if "tier" not in table.by:
        return table
    place, ranks = table.by.index("tier"), {name: rank for rank, name in enumerate(ladder)}
    rising = sorted(table.choices, key=lambda each: ranks.get(each.keys[place], len(ranks)))
    reached: dict[tuple[str, ...], Choice] = {}  # by the other words
    filled: list[Choice] = []
    for rank, tier in enumerate(ladder):
        for each in rising:
            if ranks.get(each.keys[place]) == rank:
                reached[each.keys[:place] + each.keys[place + 1 :]] = each
        filled += [replace(each, keys=(*rest[:place], tier, *rest[place:])) for rest, each in reached.items()]
    return replace(table, choices=tuple(filled))
