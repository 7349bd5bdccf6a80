"""What is known of the Plan's tables before any row is read: their columns and their grain."""

from __future__ import annotations

from collections.abc import Sequence

from engine.plan.folds import fold_columns, fold_type
from engine.plan.measures import aggregate_column, aggregate_optional, aggregate_type, may_be_undecided
from engine.plan.table import Table
from engine.plan.tablenode import Columns

__all__ = [
    "Columns", "aggregate_column", "aggregate_optional", "aggregate_type", "columns_of", "fold_columns", "fold_type",
    "key_of", "may_be_undecided",
]  # fmt: skip


def columns_of(tables: Sequence[Table]) -> dict[str, Columns]:
    """The columns of every table, by table name, in the order they are written.

    `tables` are in dependency order. Raises KeyError for a table that is not defined before its use,
    and for a column that its source does not have; `check_plan` names them.
    """
    known: dict[str, Columns] = {}
    for table in tables:
        known[table.name] = table.columns_from(known)
    return known


def key_of(tables: Sequence[Table]) -> dict[str, tuple[str, ...]]:
    """The grain of every table: the columns whose values are unique in it."""
    known: dict[str, tuple[str, ...]] = {}
    for table in tables:
        known[table.name] = table.key_from(known)
    return known
