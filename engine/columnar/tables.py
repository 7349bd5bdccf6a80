"""Table nodes as SELECT statements over the relations before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from engine.columnar.aggregates import finished, grouped_select, lowered_aggregate
from engine.columnar.expressions import ScalarSql, Sources
from engine.columnar.folds import fold_select
from engine.columnar.grouping import Grouping, Groupings, Placement, Variant
from engine.columnar.literals import column_sql, decimal_type, inner_type, value_sql
from engine.columnar.relation import Relation, matched, stored
from engine.plan.gauge import Shape, Shapes
from engine.plan.grain import Columns
from engine.plan.scalar import Column
from engine.plan.table import (
    Aggregate,
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
    Union,
    Values,
    Within,
)


@dataclass(frozen=True, slots=True)
class Builder:
    """What a SELECT is built from. `wanted` are the columns of each table that anything reads."""

    records: Mapping[str, str]
    relations: Mapping[str, Relation]
    keys: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, Columns]
    wanted: Mapping[str, tuple[str, ...]]
    groupings: Groupings

    def select(self, table: Table, shapes: Shapes) -> str:
        """The SELECT of a table whose numeric columns have these shapes."""
        match table:
            case Scan():
                return self._scan(table, shapes)
            case Values():
                return _values(table)
            case Cross():
                left, right = self.relations[table.left], self.relations[table.right]
                both = [*left.everything("l"), *right.everything("r")]
                return f"SELECT {', '.join(both)} FROM {left.name} AS l CROSS JOIN {right.name} AS r"
            case Filter():
                source = self.relations[table.source]
                return f"SELECT * FROM {source.name} WHERE {ScalarSql(source.sources()).plain(table.where)}"
            case Extend():
                return self._extend(table, shapes)
            case Lookup():
                return self._lookup(table)
            case Join():
                return self._join(table)
            case Select():
                source = self.relations[table.source]
                return f"SELECT {', '.join(source.copied(self._of(table, table.columns)))} FROM {source.name}"
            case Distinct():
                source = self.relations[table.source]
                present = " AND ".join(f"{column_sql(name)} IS NOT NULL" for name in table.key) or "TRUE"
                items = ", ".join(source.copied([(name, name) for name in table.key])) or "1"
                return f"SELECT DISTINCT {items} FROM {source.name} WHERE {present}"
            case Measure():
                placement = self.groupings.placements.get(table.name)
                return self._measure(table, placement, shapes) if placement else self._measure_by_row(table, shapes)
            case Fold():
                return fold_select(table, self.relations[table.source], self.keys[table.source], shapes)
            case Union():
                return " UNION ALL ".join(self.united(table, shapes))
        assert_never(table)

    def grouping(self, grouping: Grouping) -> tuple[str, Shapes]:
        """The SELECT of all aggregates over the rows of a table by some of its columns, and their shapes."""
        rows = self.relations[grouping.rows]
        scalars = ScalarSql(rows.sources())
        lowered = [lowered_aggregate(each, scalars) for each in grouping.aggregates]
        keys = {name: column_sql(name) for name in grouping.on}
        optional = {each.name for each in self.columns[grouping.rows] if each.optional}
        select = grouped_select(rows.name, keys, lowered, [keys[name] for name in keys if name in optional])
        return select, {each.aggregate.into: Shape(each.width) for each in lowered}

    def _of(self, table: Table, named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of a table's (new name, old name) that anything reads."""
        return [(new, old) for new, old in named if new in self.wanted[table.name]]

    def _scan(self, table: Scan, shapes: Shapes) -> str:
        known = self.records.get(table.table)
        read = [each for each in table.columns if each.name in self.wanted[table.name]]
        types = {each.name: _stored_type(each, shapes) for each in read}
        if known is None:
            items = (f"CAST(NULL AS {types[each.name]}) AS {column_sql(each.name)}" for each in read)
            return f"SELECT {', '.join(items)} WHERE FALSE"
        cast = (f"CAST({column_sql(each.name)} AS {types[each.name]}) AS {column_sql(each.name)}" for each in read)
        return f"SELECT {', '.join(cast)} FROM {known}"

    def _extend(self, table: Extend, shapes: Shapes) -> str:
        source = self.relations[table.source]
        scalars = ScalarSql(source.sources())
        added = [
            item
            for name, scalar in table.columns
            if name in self.wanted[table.name]
            for item in stored(name, scalars.value(scalar), shapes.get(name))
        ]
        passed = [name for name in source.columns if name in self.wanted[table.name]]
        items = ["*"] if len(passed) == len(source.columns) else source.copied((name, name) for name in passed)
        return f"SELECT {', '.join([*items, *added])} FROM {source.name}"

    def _lookup(self, table: Lookup) -> str:
        source, target = self.relations[table.source], self.relations[table.target]
        condition = matched("s", "t", table.on)
        join = "LEFT JOIN"
        if table.within is not None and table.within.before:
            condition += f" AND {self.in_force(table.within, source)}"
        elif table.within is not None:  # until the next one: of those that have started, the last
            join, day = "ASOF LEFT JOIN", ScalarSql(source.sources("s")).plain(table.within.day)
            condition += f" AND {day} >= {column_sql(table.within.start, 't')}"
        items = [*source.everything("s"), *target.copied(self._of(table, table.take), "t")]
        return f"SELECT {', '.join(items)} FROM {source.name} AS s {join} {target.name} AS t ON {condition}"

    def in_force(self, within: Within, source: Relation) -> str:
        """Whether a row of the target `t` is in force on the day of the source's row `s`."""
        day = ScalarSql(source.sources("s")).plain(within.day)
        start, before = column_sql(within.start, "t"), column_sql(within.before, "t")
        return f"({start} IS NULL OR {start} <= {day}) AND ({before} IS NULL OR {day} < {before}) AND {day} IS NOT NULL"

    def _join(self, table: Join) -> str:
        left, right = self.relations[table.left], self.relations[table.right]
        items = [*left.copied(self._of(table, table.keep), "l"), *right.copied(self._of(table, table.take), "r")]
        condition = matched("l", "r", table.on)
        return f"SELECT {', '.join(items)} FROM {left.name} AS l JOIN {right.name} AS r ON {condition}"

    def _measure(self, table: Measure, placement: Placement, shapes: Shapes) -> str:
        """The base, with the group of each row joined to it."""
        base, groups = self.relations[table.base], self.relations[placement.grouping]
        held = base.sources("b")
        items = base.everything("b")
        for aggregate in table.aggregates:
            if aggregate.into in self.wanted[table.name]:
                shape = shapes.get(aggregate.into)
                found = _variants(aggregate, placement.variants, held, groups.shapes, shape)
                items.append(f"{found} AS {column_sql(aggregate.into)}")
        return (
            f"SELECT {', '.join(items)} FROM {base.name} AS b LEFT JOIN {groups.name} AS g"
            f" ON {matched('b', 'g', table.on)}"
        )

    def _measure_by_row(self, table: Measure, shapes: Shapes) -> str:
        """Base rows joined with their rows, grouped by the base's key, joined to the base again."""
        base, rows = self.relations[table.base], self.relations[table.rows]
        scalars = ScalarSql(rows.sources("r"), base.sources("b"))
        lowered = [lowered_aggregate(each, scalars) for each in table.aggregates]
        keys = {name: column_sql(name, "b") for name in self.keys[table.base]}
        pairs = f"{base.name} AS b JOIN {rows.name} AS r ON {matched('b', 'r', table.on)}"
        groups = grouped_select(pairs, keys, lowered)
        same = " AND ".join(
            f"{column_sql(name, 'b')} IS NOT DISTINCT FROM {column_sql(name, 'g')}" for name in self.keys[table.base]
        )
        items = base.everything("b")
        for each in lowered:
            name = each.aggregate.into
            found = finished(each.aggregate, "g", each.width, shapes.get(name))
            items.append(f"{found} AS {column_sql(name)}")
        return f"SELECT {', '.join(items)} FROM {base.name} AS b LEFT JOIN ({groups}) AS g ON {same or 'TRUE'}"

    def united(self, table: Union, shapes: Shapes) -> list[str]:
        """The SELECT of the rows of each source."""
        selects = []
        for name in table.sources:
            source = self.relations[name]
            sources = source.sources()
            items = [
                item
                for column in self.wanted[table.name]
                for item in stored(column, sources[column], shapes.get(column))
            ]
            selects.append(f"SELECT {', '.join(items)} FROM {source.name}")
        return selects


def _stored_type(column: Column, shapes: Shapes) -> str:
    """The SQL type of a stored column: of a number, that of its shape."""
    shape = shapes.get(column.name)
    return inner_type(column.type) if shape is None else decimal_type(shape.numerator)


def _variants(
    aggregate: Aggregate, variants: Sequence[Variant], held: Sources, grouped: Shapes, shape: Shape | None
) -> str:
    """The aggregate's column for the values that the base row has. `grouped` are the shapes in the grouping."""
    computed = [variant.columns[aggregate.into] for variant in variants]
    results = [finished(each, "g", grouped[each.into].numerator, shape) for each in computed]
    if all(each is computed[0] for each in computed):
        return results[0]
    cases = " ".join(
        f"WHEN {_has_values(variant, held)} THEN {result}" for variant, result in zip(variants, results, strict=True)
    )
    return f"(CASE {cases} END)"


def _has_values(variant: Variant, held: Sources) -> str:
    """Whether the base row is one this variant was made for."""
    tests = []
    for name, value, type in variant.bound:
        source = held[name]
        sql = source if isinstance(source, str) else source.numerator.sql
        tests.append(f"{sql} IS NOT DISTINCT FROM {value_sql(value, type)}")
    return " AND ".join(tests)


def _values(table: Values) -> str:
    names = [column_sql(column.name) for column in table.columns]
    if not table.rows:
        items = (f"CAST(NULL AS {inner_type(each.type)}) AS {column_sql(each.name)}" for each in table.columns)
        return f"SELECT {', '.join(items)} WHERE FALSE"
    rows = (
        "(" + ", ".join(value_sql(value, column.type) for value, column in zip(row, table.columns, strict=True)) + ")"
        for row in table.rows
    )
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS v({', '.join(names)})"
