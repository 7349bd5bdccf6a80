"""Benefits before and after: how many partners have each, gained it, lost it, or have it with another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

import duckdb

from engine.duck import quoted
from engine.impact.model import Grant
from engine.impact.relations import Results, ask
from engine.plan.outputs import ENTITLEMENTS, PARTNER, granted, of_scope
from engine.plan.plan import Entitlement

MOST_COUNTED = 50  # benefits in one query: DuckDB plans for long if there are hundreds
OF_A_BENEFIT = 5  # counts

Pair = tuple[Entitlement | None, Entitlement | None]
"""A benefit before and after."""

Key = tuple[str, tuple[str, ...]]
"""The new name of a benefit, and its scope."""


def grants(first: Results, last: Results, connection: duckdb.DuckDBPyConnection) -> Iterator[Grant]:
    """Benefits in the order of the new program, then those that are gone."""
    renamed = first.names.benefits
    old = {(renamed.get(each.name, each.name), each.scope): each for each in first.stage.plan.entitlements}
    new = {(each.name, each.scope): each for each in last.stage.plan.entitlements}
    both = {key: (old.get(key), new.get(key)) for key in dict.fromkeys((*new, *old))}
    counted = _counted(first, last, both, connection)
    for (name, _), (one, other), (before, after, *changes) in zip(both, both.values(), counted, strict=True):
        known = other or one
        assert known is not None  # it comes from one of the sides
        said = replace(known, name=name).said
        yield Grant(said, before if one else None, after if other else None, *changes)


def _counted(
    first: Results, last: Results, both: Mapping[Key, Pair], connection: duckdb.DuckDBPyConnection
) -> list[tuple[int, ...]]:
    """For each benefit the partners who had it, have it, gained it, lost it, and have it with another value.

    The rows are read once for many benefits, not once for each.
    """
    found: dict[Key, tuple[int, ...]] = {}
    tables: dict[str, list[Key]] = {}
    for key, pair in both.items():
        tables.setdefault(_beside(first, last, pair), []).append(key)
    for table, keys in tables.items():
        for start in range(0, len(keys), MOST_COUNTED):
            some = keys[start : start + MOST_COUNTED]
            counts = ", ".join(f"count(*) FILTER ({each})" for key in some for each in _asked(*both[key]))
            (row,) = ask(connection, f"SELECT {counts} FROM {table}")
            numbers = iter(int(str(each)) for each in row)
            found |= {key: tuple(islice(numbers, OF_A_BENEFIT)) for key in some}
    return [found[key] for key in both]


def _asked(one: Entitlement | None, other: Entitlement | None) -> tuple[str, ...]:
    """What is counted of a benefit, as conditions on a row before, `a`, and after, `b`."""
    had, has = (
        f"{side}.{quoted(granted(each.name))} IS TRUE" if each else "FALSE" for side, each in (("a", one), ("b", other))
    )
    changed = "FALSE"
    if one and other:
        values = [f"{side}.{quoted(each.name)}" for side, each in (("a", one), ("b", other))]
        if not (one.type.is_numeric and other.type.is_numeric):
            values = [f"CAST({each} AS VARCHAR)" for each in values]
        changed = f"({had}) AND ({has}) AND {values[0]} IS DISTINCT FROM {values[1]}"
    return had, has, f"({has}) AND NOT ({had})", f"({had}) AND NOT ({has})", changed


def _beside(first: Results, last: Results, pair: Pair) -> str:
    """The rows in which a benefit stands, to stand after FROM: before beside after, or of the side that has it."""
    one, other = pair
    if one and other:
        return f"{_in_scope(first, one)} a FULL JOIN {_in_scope(last, other)} b ON a.{PARTNER} = b.{PARTNER}"
    return f"{_in_scope(first, one)} a" if one else f"{_in_scope(last, other)} b" if other else ""


def _in_scope(results: Results, benefit: Entitlement) -> str:
    """The rows of the entitlements in which a benefit stands, to stand after FROM."""
    return f"(SELECT * FROM {results.file(ENTITLEMENTS.name)} WHERE {of_scope(benefit.scope)})"


def gained_or_lost(first: Results, last: Results, connection: duckdb.DuckDBPyConnection) -> tuple[Grant, ...]:
    """Benefits that differ for at least one partner."""
    return tuple(each for each in grants(first, last, connection) if each.gained or each.lost or each.changed)
