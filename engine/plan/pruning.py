"""Tables without what nothing reads: those that lead to an output, and scans of the columns that anything names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.plan.grain import columns_of, key_of
from engine.plan.table import Scan, Table


def leading_to(tables: Iterable[Table], wanted: Iterable[str]) -> tuple[Table, ...]:
    """The tables that those wanted are computed from, and these, in dependency order."""
    by_name = {table.name: table for table in tables}
    found: dict[str, None] = {}

    def want(name: str) -> None:
        if name not in found:
            for each in by_name[name].sources:
                want(each)
            found[name] = None

    for name in wanted:
        want(name)
    return tuple(by_name[name] for name in found)


def pruned(tables: Sequence[Table], asked: Iterable[tuple[str, str]]) -> tuple[Table, ...]:
    """The tables with scans of no more columns than are read; `asked` are (table, column) read from outside. A column
    is read if a table uses it, or if a later table reads a column that it passes on. A scan keeps its key, and who
    its records belong to, because they are identified by these.
    """
    named = {name: frozenset(each.name for each in columns) for name, columns in columns_of(tables).items()}
    read = {name: set(key) for name, key in key_of(tables).items()}
    for table, column in asked:
        read[table].add(column)
    for node in reversed(tables):
        wanted = read[node.name].union(node.listed)
        for source, column in (*node.reads, *(each for name in wanted for each in node.makes(name))):
            if column in named[source]:
                read[source].add(column)
    return tuple(_narrowed(each, read[each.name]) if isinstance(each, Scan) else each for each in tables)


def _narrowed(scan: Scan, read: set[str]) -> Scan:
    kept = read | {scan.partner, scan.person}
    return replace(scan, columns=tuple(column for column in scan.columns if column.name in kept))
