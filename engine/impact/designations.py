"""Designations compared: who holds which level before and after, ladder by ladder and scope by scope."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from engine.duck import text_literal
from engine.impact.model import Flow, Standing
from engine.impact.relations import Results, ask, heights, rank
from engine.plan.outputs import PARTNER, STATUSES, of_scope
from engine.plan.owner import TIERS, said_scope
from engine.plan.plan import Ladder

Key = tuple[str, tuple[str, ...]]
"""The name of a designation, and its scope."""


def standings(first: Results, last: Results, connection: duckdb.DuckDBPyConnection) -> Iterator[Standing]:
    """Designations in the order of the new program, then those that are gone."""
    old, new = _ladders(first), _ladders(last)  # by their names in the new program
    for key in dict.fromkeys((*new, *old)):
        levels = [side[key].tiers if key in side else () for side in (old, new)]
        order = heights(*levels)
        before, after = (_held(side, key, known) for side, known in ((first, old), (last, new)))
        rows = ask(
            connection,
            f"SELECT a.held, b.held, {rank('b.held', order)} - {rank('a.held', order)} AS way, "
            "a.undecided IS TRUE, b.undecided IS TRUE, count(*) "
            f"FROM {before} a FULL JOIN {after} b ON a.{PARTNER} = b.{PARTNER} GROUP BY ALL ORDER BY ALL",
        )
        yield _standing(said(key), rows)


def said(key: Key) -> str:
    """A designation in words: `expert`, `expert.emea`."""
    name, scope = key
    return f"{name}.{said_scope(scope)}" if scope else name


def _ladders(results: Results) -> dict[Key, Ladder]:
    names = results.names.designations
    ladders = (each for each in results.stage.plan.ladders if each.name != TIERS)
    return {(names.get(each.name, each.name), each.scope): each for each in ladders}


def _held(results: Results, key: Key, known: dict[Key, Ladder]) -> str:
    """SQL of (partner_id, held, undecided) of one designation: partners to which it applies."""
    columns = f"SELECT {PARTNER}, held, undecided FROM {results.file(STATUSES.name)}"
    if key not in known:
        return f"(SELECT NULL::VARCHAR AS {PARTNER}, NULL::VARCHAR AS held, NULL::BOOLEAN AS undecided WHERE false)"
    return f"({columns} WHERE ladder = {text_literal(known[key].name)} AND {of_scope(key[1])})"


def _standing(name: str, rows: list[tuple[object, ...]]) -> Standing:
    flows: dict[tuple[str | None, str | None], int] = {}
    counts = {"up": 0, "down": 0, "other": 0, "undecided_before": 0, "undecided_after": 0}
    for before, after, way, was_open, is_open, number in rows:
        count = int(str(number))
        pair = tuple(None if each is None else str(each) for each in (before, after))
        flows[pair[0], pair[1]] = flows.get((pair[0], pair[1]), 0) + count
        if before != after:
            height = 0 if way is None else int(str(way))
            counts["up" if height > 0 else "down" if height < 0 else "other"] += count
        counts["undecided_before"] += count * bool(was_open)
        counts["undecided_after"] += count * bool(is_open)
    return Standing(name, tuple(Flow(*pair, count) for pair, count in flows.items()), **counts)
