"""A limit that may change from row to row has no closed form: its rows are walked one by one.

A limit that falls takes nothing back, so what is left of it is never below zero, and what a row finds depends
on every row before it. The rows leave the database in order, and what each takes comes back by its row
number, which takes time and memory in proportion to the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal, Inexact

import duckdb
import pyarrow as pa

from engine.columnar.folds import LIMIT, PART, VALUE
from engine.columnar.literals import column_sql
from engine.plan.scalar import Literal
from engine.plan.table import Fold, FoldOp

BATCH = 100_000  # rows as Python values at once
WALKED = "rung_rows_walked"
ZERO = Decimal(0)
EXACT = Context(prec=100, traps=[Inexact])

Amount = Decimal | None


def is_walked(fold: Fold, key: tuple[str, ...]) -> bool:
    """Whether a fold has no closed form: a limit that is not a constant, shared by several rows."""
    return fold.op is FoldOp.TAKE and not isinstance(fold.limit, Literal) and not set(key) <= set(fold.partition)


def walk_limit(connection: duckdb.DuckDBPyConnection, fold: Fold, rows: str, into: str) -> None:
    """Write the table `into`: for each row of the table `rows`, by its number, what it takes and the room before it.

    `rows` holds the columns of the fold, and its value, limit and whether it takes part as `folds.given_rows`
    computes them: numbers of one scale.
    """
    partition = ", ".join(column_sql(each) for each in fold.partition) or "1"
    order = ", ".join(f"{column_sql(each)} ASC NULLS LAST" for each in (*fold.partition, *fold.order))
    group = f"dense_rank() OVER (ORDER BY {partition})"
    query = f"SELECT rowid, {group}, {PART}, {VALUE}, {LIMIT} FROM {rows} ORDER BY {order}"
    reader = connection.sql(query).to_arrow_reader(BATCH)
    money = reader.schema.field(reader.schema.names[-1]).type
    schema = pa.schema([(" row", pa.int64()), (" took", money), (" room", money)])
    batches = [pa.record_batch(_arrays(found, money), schema=schema) for found in _walked(reader)]
    connection.register(WALKED, pa.Table.from_batches(batches, schema))
    connection.execute(f"CREATE TEMP TABLE {into} AS FROM {WALKED}")
    connection.unregister(WALKED)


def _arrays(found: tuple[list[int], list[Amount], list[Amount]], money: pa.DataType) -> list[pa.Array]:
    numbers, took, room = found
    return [pa.array(numbers, pa.int64()), pa.array(took, money), pa.array(room, money)]


def _walked(reader: pa.RecordBatchReader) -> Iterator[tuple[list[int], list[Amount], list[Amount]]]:
    """Row numbers, what each row takes and the room before it, batch by batch."""
    group, taken = None, ZERO
    for batch in reader:
        numbers, groups, parts, values, limits = (column.to_pylist() for column in batch.columns)
        took: list[Amount] = []
        room: list[Amount] = []
        for own, part, value, limit in zip(groups, parts, values, limits, strict=True):
            if own != group:
                group, taken = own, ZERO
            left = None if limit is None else EXACT.subtract(limit, taken)
            takes = ZERO if part is False else None
            if part is True and value is not None and left is not None:
                takes = min(value, max(left, ZERO))
                taken = EXACT.add(taken, takes)
            took.append(takes)
            room.append(left)
        yield numbers, took, room
