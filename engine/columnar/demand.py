"""Which columns of each table anything reads, so that no others are carried or kept.

A table that has columns has at least one demanded, because SQL has no rows without columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.columnar.grouping import Groupings, columns_in
from engine.plan.grain import Columns
from engine.plan.plan import Plan
from engine.plan.scalar import Scalar
from engine.plan.table import (
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    Join,
    Lookup,
    Measure,
    Scan,
    Select,
    Table,
    Values,
)


def demanded_columns(
    plan: Plan, columns: Mapping[str, Columns], keys: Mapping[str, tuple[str, ...]], groupings: Groupings
) -> dict[str, tuple[str, ...]]:
    """The columns read of each table, in the order of the table."""
    demand = _Demand(columns, keys, groupings, {table.name: set() for table in plan.tables})
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
    """Columns asked for so far; tables are followed from the last to the first."""

    columns: Mapping[str, Columns]
    keys: Mapping[str, tuple[str, ...]]
    groupings: Groupings
    asked: dict[str, set[str]] = field(default_factory=dict)

    def ask(self, table: str, names: Iterable[str]) -> None:
        """Demand columns of a table."""
        self.asked[table].update(names)

    def follow(self, table: Table) -> None:
        """Ask the sources of a table for what its demanded columns and its own work need."""
        asked = self.asked[table.name]
        match table:
            case Scan() | Values():
                pass
            case Cross():
                self._split(asked, table.left, table.right)
            case Filter():
                self.ask(table.source, asked | _read([table.where]))
            case Extend():
                made = dict(table.columns)
                self.ask(table.source, (asked - made.keys()) | _read(made[name] for name in made if name in asked))
            case Lookup():
                self._lookup(table, asked)
            case Join():
                self.ask(table.left, {old for new, old in table.keep if new in asked} | {one for one, _ in table.on})
                self.ask(table.right, {old for new, old in table.take if new in asked} | {two for _, two in table.on})
            case Select():
                self.ask(table.source, (old for new, old in table.columns if new in asked))
            case Distinct():
                self.ask(table.source, table.key)
            case Measure():
                self._measure(table, asked)
            case Fold():
                walked = {*table.partition, *table.order, *self.keys[table.source]}
                self.ask(table.source, (asked - set(table.made)) | walked | _read(table.scalars))
            case _:
                for source in table.sources:
                    self.ask(source, asked)

    def _split(self, asked: set[str], left: str, right: str) -> None:
        in_left = {column.name for column in self.columns[left]}
        self.ask(left, asked & in_left)
        self.ask(right, asked - in_left)

    def _lookup(self, table: Lookup, asked: set[str]) -> None:
        taken = dict(table.take)
        self.ask(table.source, (asked - taken.keys()) | {one for one, _ in table.on})
        self.ask(table.target, {taken[name] for name in taken if name in asked} | {two for _, two in table.on})
        if table.within is not None:
            self.ask(table.source, _read([table.within.day]))
            self.ask(table.target, (table.within.start, table.within.before))

    def _measure(self, table: Measure, asked: set[str]) -> None:
        """Aggregates are all computed: measures share them. Without a grouping the base is found by its key."""
        made = {each.into for each in table.aggregates}
        scalars = [each for aggregate in table.aggregates for each in (aggregate.where, aggregate.value) if each]
        read = [column for scalar in scalars for column in columns_in(scalar)]
        self.ask(table.base, (asked - made) | {one for one, _ in table.on})
        self.ask(table.base, (column.name for column in read if column.of_base))
        self.ask(table.rows, {column.name for column in read if not column.of_base} | {two for _, two in table.on})
        if self.groupings.of(table.name) is None:
            self.ask(table.base, self.keys[table.base])


def _read(scalars: Iterable[Scalar]) -> set[str]:
    """The names of the columns that scalars read."""
    return {column.name for scalar in scalars for column in columns_in(scalar)}
