"""Table nodes: named steps, each computed from rows of earlier steps, named by `name`.

A table's rows are unique by its key columns (its grain). Column names are unique in a table.

The nodes are in `rows`, `joins`, `measures` and `folds`; each contains everything known before any row is read
(`tablenode.TableNode`). `Table` closes the list for the evaluators, which match on it.
"""

from __future__ import annotations

from engine.plan.folds import Fold, FoldOp
from engine.plan.joins import Cross, Join, Lookup, Within
from engine.plan.measures import Aggregate, Measure, Op
from engine.plan.rows import Distinct, Extend, Filter, Scan, Select, Union, Values

__all__ = [
    "Aggregate", "Cross", "Distinct", "Extend", "Filter", "Fold", "FoldOp", "Join", "Lookup", "Measure", "Op", "Scan",
    "Select", "Table", "Union", "Values", "Within",
]  # fmt: skip

Table = Scan | Values | Cross | Filter | Extend | Lookup | Join | Select | Distinct | Measure | Fold | Union
