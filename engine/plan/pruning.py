"""Tables without what nothing reads: those that lead to an output, and scans of the columns that anything names.

What is selected of a table without being read counts for nothing: else a test case would have to state it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.plan.grain import columns_of, key_of
from engine.plan.table import Scan, Select, Table


def leading_to(tables: Iterable[Table], wanted: Iterable[str]) -> tuple[Table, ...]:
    """The tables that those wanted are computed from, and these, in dependency order.

    A chain of tables may be longer than Python's stack is deep.
    """
    by_name = {table.name: table for table in tables}
    found: dict[str, None] = {}
    for name in wanted:
        path = [(name, iter(by_name[name].sources))]
        while path:
            last, sources = path[-1]
            source = next((each for each in sources if each not in found), None)
            if source is not None:
                path.append((source, iter(by_name[source].sources)))
            else:
                found[last] = None
                path.pop()
    return tuple(by_name[name] for name in found)


def pruned(tables: Sequence[Table], asked: Iterable[tuple[str, str]]) -> tuple[Table, ...]:
    """The tables with scans and selections of no more columns than are read; `asked` are those read from outside.

    A column is read where a table names it, for itself or to make another, and where one asks for what it
    passes on. A scan keeps its key, and who its records belong to, because they are identified by these.
    """
    named = {name: frozenset(each.name for each in columns) for name, columns in columns_of(tables).items()}
    read = {name: set(key) for name, key in key_of(tables).items()}
    for table, column in asked:
        read[table].add(column)
    for node in reversed(tables):
        wanted = read[node.name] if isinstance(node, Select) else read[node.name].union(node.listed)
        for source, column in (*node.reads, *(each for name in wanted for each in node.makes(name))):
            if column in named[source]:
                read[source].add(column)
    return tuple(_narrowed(each, read[each.name]) for each in tables)


def _narrowed(table: Table, read: set[str]) -> Table:
    match table:
        case Scan():
            kept = read | {table.partner, table.person}
            return replace(table, columns=tuple(column for column in table.columns if column.name in kept))
        case Select():
            return replace(table, columns=tuple(pair for pair in table.columns if pair[0] in read))
    return table
