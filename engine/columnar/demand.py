"""Which columns of each table anything reads, so that no others are carried or kept.

A table that has columns has at least one demanded, because SQL has no rows without columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.columnar.grouping import Groupings
from engine.plan.grain import Columns
from engine.plan.plan import Plan
from engine.plan.table import Measure, Table


def demanded_columns(
    plan: Plan, columns: Mapping[str, Columns], keys: Mapping[str, tuple[str, ...]], groupings: Groupings
) -> dict[str, tuple[str, ...]]:
    """The columns read of each table, in the order of the table."""
    named = {name: frozenset(each.name for each in found) for name, found in columns.items()}
    demand = _Demand(keys, groupings, named, {table.name: set() for table in plan.tables})
    for output in plan.outputs:
        demand.ask(output.source, (column for _, column, _ in output.columns))
    for table in reversed(plan.tables):
        if not demand.asked[table.name]:
            demand.ask(table.name, (column.name for column in columns[table.name][:1]))
        demand.follow(table)
    return {
        name: tuple(column.name for column in columns[name] if column.name in asked)
        for name, asked in demand.asked.items()
    }


@dataclass(frozen=True, slots=True)
class _Demand:
    """Columns read so far; tables are followed from the last to the first."""

    keys: Mapping[str, tuple[str, ...]]
    groupings: Groupings
    named: Mapping[str, frozenset[str]]
    asked: dict[str, set[str]] = field(default_factory=dict)

    def ask(self, table: str, names: Iterable[str]) -> None:
        """Demand columns of a table."""
        self.asked[table].update(names)

    def follow(self, table: Table) -> None:
        """Ask the sources of a table for what its demanded columns and its own work need."""
        wanted = self.asked[table.name]
        if isinstance(table, Measure):
            wanted = wanted | set(table.listed)  # aggregates are all computed: measures share them
            if self.groupings.of(table.name) is None:
                self.ask(table.base, self.keys[table.base])  # without a grouping the base is found by its key
        for source, column in (*table.reads, *(each for name in wanted for each in table.makes(name))):
            if column in self.named[source]:
                self.asked[source].add(column)
