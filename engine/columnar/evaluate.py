"""Evaluate a Plan for everyone at once, in DuckDB.

Tables used once are inlined into the statement that uses them; tables computed from groups that are
used more often are kept as temporary tables. The result is a function of the Plan and the rows:
neither the number of threads nor the order of the rows matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import duckdb

from engine.columnar.demand import demanded_columns
from engine.columnar.folds import given_rows, walked_select
from engine.columnar.grouping import Grouping, Groupings, groupings_of
from engine.columnar.largest import largest
from engine.columnar.literals import column_sql, is_wide, output_type
from engine.columnar.rational import Number
from engine.columnar.relation import Relation
from engine.columnar.results import output_order, output_rows, write_query
from engine.columnar.tables import Builder
from engine.columnar.walks import is_walked, walk_limit
from engine.duck import quoted
from engine.plan.gauge import Shapes
from engine.plan.grain import columns_of, key_of
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Value
from engine.plan.table import Cross, Distinct, Fold, Join, Lookup, Measure, Scan, Table, Union
from engine.plan.widths import plan_shapes, table_shapes
from engine.types import Type

FORBIDDEN = ("DOUBLE", "FLOAT")
JOINING = (Measure, Lookup, Join, Cross)
MOST_JOINS = 12  # of one statement; with hundreds, DuckDB plans for minutes, and refuses in the end
MOST_UNITED = 16  # tables in one statement, for the same reason

_evaluations = count()  # so that two results on one connection do not share names


@dataclass(slots=True)
class ColumnarResult:
    """The outputs of an evaluation, still in the database. `close` frees the temporary tables."""

    plan: Plan
    connection: duckdb.DuckDBPyConnection
    statements: dict[str, str] = field(default_factory=dict)  # of tables written into their users
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def query(self, output: str) -> str:
        """SELECT of the output, its columns of exactly their types, ordered by its key."""
        node = self._output(output)
        source = self.relations[node.source]
        items = ", ".join(
            f"CAST({_written(column, type, source)} AS {output_type(type)}) AS {column_sql(name)}"
            for name, column, type in node.columns
        )
        select = f"SELECT {items} FROM {source.name}{output_order(node)}"
        return self.statement((node.source,), select)

    def statement(self, tables: Sequence[str], select: str) -> str:
        """The SELECT with the tables it needs written in front of it."""
        wanted = list(dict.fromkeys(name for table in tables for name in self._written_in(table)))
        if not wanted:
            return select
        parts = ", ".join(
            f"{self.relations[name].name} AS NOT MATERIALIZED ({self.statements[name]})" for name in wanted
        )
        return f"WITH {parts} {select}"

    def write(self, output: str, path: Path) -> None:
        """Write the output as one Parquet file, rows in the order of its key."""
        write_query(self.connection, self.query(output), path)

    def rows(self, output: str) -> list[dict[str, Value]]:
        """The rows of the output: Decimal for money and numbers, int for whole numbers."""
        return output_rows(self.connection, self.query(output), self._output(output))

    def close(self) -> None:
        """Drop the temporary tables; the outputs can no longer be read."""
        for name in self.kept:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        self.kept.clear()

    def _output(self, name: str) -> Output:
        return next(each for each in self.plan.outputs if each.name == name)

    def _written_in(self, table: str) -> Iterator[str]:
        if table in self.statements:
            for source in self.needs[table]:
                yield from self._written_in(source)
            yield table


def evaluate_columnar(plan: Plan, records: Mapping[str, str], connection: duckdb.DuckDBPyConnection) -> ColumnarResult:
    """Evaluate the Plan over SQL relations by record table; a table that is absent is empty.

    A relation is SQL that can follow FROM: a quoted name or `read_parquet` of an escaped path.
    Raises TypeError when a column would be a DOUBLE, which is a bug in this package.
    """
    result = ColumnarResult(plan, connection)
    groupings = groupings_of(plan.tables)
    columns, keys = columns_of(plan.tables), key_of(plan.tables)
    wanted = demanded_columns(plan, columns, keys, groupings)
    builder = Builder(records, result.relations, keys, columns, wanted, groupings)
    writer = _Writer(result, kept_tables(plan, groupings), f"evaluation {next(_evaluations)}")
    shapes, wide = plan_shapes(plan, columns)
    for table in plan.tables:
        grouping = groupings.of(table.name)
        if grouping is not None and grouping.name not in result.relations:
            select, grouped = builder.grouping(grouping)
            writer.add(grouping.name, select, Relation("", (), grouped), (grouping.rows,))
        if wide:  # then the records may be smaller than their types, so that decimals do all the same
            shapes[table.name] = table_shapes(table, columns[table.name], shapes)
            if isinstance(table, Scan):
                bounds = largest(table, records.get(table.table), wanted[table.name], connection)
                shapes[table.name] = {**shapes[table.name], **bounds}
        relation = Relation("", wanted[table.name], shapes[table.name])
        if isinstance(table, Fold) and is_walked(table, keys[table.source]):
            writer.add(table.name, writer.walked(table, shapes[table.name]), relation, ())
        elif isinstance(table, Union) and len(table.sources) > MOST_UNITED:
            writer.fill(table, builder.united(table, shapes[table.name]), relation)
        else:
            writer.add(table.name, builder.select(table, shapes[table.name]), relation, reads_of(table, grouping))
    return result


def _written(column: str, type: Type, source: Relation) -> str:
    """SQL of a column that is written: a wide number as a decimal, and missing where it fits none."""
    shape = source.shapes.get(column)
    if shape is None or not is_wide(shape.numerator):
        return column_sql(column)
    return Number(column_sql(column), shape.numerator).fitted(type.scale)


@dataclass(slots=True)
class _Writer:
    """Gives every table its place: written into its users, or kept as a temporary table."""

    result: ColumnarResult
    keep: frozenset[str]
    prefix: str

    def add(self, table: str, select: str, relation: Relation, reads: tuple[str, ...]) -> None:
        """Place one table; `reads` are the tables its SELECT names."""
        name = quoted(f"{self.prefix}.{len(self.result.relations)} {table}")
        if table in self.keep:
            if relation.columns:  # a grouping keeps all it has
                select = f"SELECT {', '.join(relation.everything())} FROM ({select})"
            self.result.connection.execute(f"CREATE TEMP TABLE {name} AS {self.result.statement(reads, select)}")
            self.result.kept.append(name)
            refuse_doubles(self.result.connection, f"table {table}", f"FROM {name}")
        else:
            self.result.statements[table] = select
            self.result.needs[table] = reads
        self.result.relations[table] = replace(relation, name=name)

    def fill(self, union: Union, selects: Sequence[str], relation: Relation) -> None:
        """Keep a union of very many tables, filled by some of them at a time."""
        name = quoted(f"{self.prefix}.{len(self.result.relations)} {union.name}")
        for start in range(0, len(selects), MOST_UNITED):
            some = slice(start, start + MOST_UNITED)
            select = self.result.statement(union.sources[some], " UNION ALL ".join(selects[some]))
            write = f"INSERT INTO {name}" if start else f"CREATE TEMP TABLE {name} AS"
            self.result.connection.execute(f"{write} {select}")
        self.result.kept.append(name)
        refuse_doubles(self.result.connection, f"table {union.name}", f"FROM {name}")
        self.result.relations[union.name] = replace(relation, name=name)

    def walked(self, fold: Fold, shapes: Shapes) -> str:
        """The SELECT of a fold without a closed form; its rows are walked now, into tables that are kept."""
        connection, source = self.result.connection, self.result.relations[fold.source]
        name = f"{self.prefix}.{len(self.result.kept)} {fold.name}"
        rows, walked = quoted(f"{name} rows"), quoted(f"{name} walked")
        given = self.result.statement((fold.source,), given_rows(fold, source))
        connection.execute(f"CREATE TEMP TABLE {rows} AS {given}")
        walk_limit(connection, fold, rows, walked)
        self.result.kept += [rows, walked]
        return walked_select(fold, source, shapes, rows, walked)


def reads_of(table: Table, grouping: Grouping | None) -> tuple[str, ...]:
    """The tables and groupings that a table's SELECT names."""
    if isinstance(table, Measure) and grouping is not None:
        return (table.base, grouping.name)
    return table.sources


def kept_tables(plan: Plan, groupings: Groupings) -> frozenset[str]:
    """The tables worth keeping: used more than once, and not just rows passed on; and those with many joins."""
    uses = Counter(output.source for output in plan.outputs)
    costly: set[str] = set(groupings.by_name)
    uses.update(grouping.rows for grouping in groupings.by_name.values())
    for table in plan.tables:
        reads = reads_of(table, groupings.of(table.name))
        uses.update(reads)
        if isinstance(table, Measure) and groupings.of(table.name) is None:
            uses.update([table.base])  # joined with its rows, then to itself
        if isinstance(table, Measure | Distinct | Fold) or not costly.isdisjoint(reads):
            costly.add(table.name)
    kept = {name for name in costly if uses[name] > 1}
    joins: dict[str, int] = {}
    for table in plan.tables:
        reads = reads_of(table, groupings.of(table.name))
        joins[table.name] = isinstance(table, JOINING) + sum(joins.get(each, 0) for each in reads if each not in kept)
        if joins[table.name] > MOST_JOINS:
            kept.add(table.name)
    return frozenset(kept)


def refuse_doubles(connection: duckdb.DuckDBPyConnection, what: str, query: str) -> None:
    """Raise TypeError for a column computed by floating point."""
    for name, type, *_ in connection.execute(f"DESCRIBE {query}").fetchall():
        if type in FORBIDDEN:
            raise TypeError(f"{what}: column {name} is a {type}")
