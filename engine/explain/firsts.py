"""Records that earn nothing because an earlier one was the first of its customer.

They are not rows of the incentive, so no step says anything of them. A record is one of them if it would count
were it the first: what else it lacks is not its place among the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.explain.subject import Subject
from engine.plan.outputs import PARTNER, TOLD
from engine.plan.plan import Condition, Earning, Part
from engine.plan.scalar import Column
from engine.plan.table import Extend, Filter, Fold, Lookup, Table
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import ExactRow, in_order

PARTNER_TOLD = f"{TOLD}{PARTNER}"
"""The column that says whose earning a row is."""


@dataclass(frozen=True, slots=True)
class Later:
    """A record that was not the first: the row of `table`, with the key of its earning, and the line."""

    part: Part
    line: Condition
    table: str
    row: ExactRow


def later_rows(subject: Subject, earning: Earning) -> Iterator[Later]:
    """The partner's records that were not the first, under each set of rules in the order of their key."""
    for part in earning.parts:
        for line in part.where:
            if line.form == "first" and isinstance(line.scalar, Column):
                yield from _later(subject, part, line, line.scalar.name)


def _below(nodes: Mapping[str, Table], name: str) -> Iterator[Table]:
    """The tables that an incentive's last one is laid on, from the top down."""
    node = nodes[name]
    while isinstance(node, Extend | Filter | Fold | Lookup):
        yield node
        node = nodes[node.source]


def _later(subject: Subject, part: Part, line: Condition, first: str) -> Iterator[Later]:
    below = list(_below(subject.evaluation.nodes, part.table))
    chosen = next(each for each in below if isinstance(each, Filter))  # the first on the way down chose the rows
    told = next(dict(each.columns) for each in below if isinstance(each, Extend) and PARTNER_TOLD in dict(each.columns))
    rows = subject.evaluation.exact.rows[chosen.source]
    partner = told[PARTNER_TOLD]
    mine = [row for row in rows if row[first] is False and evaluate_scalar(partner, row) == subject.partner_id]
    for row in in_order(mine, part.key):
        if evaluate_scalar(chosen.where, {**row, first: True}) is True:
            keys = {name: evaluate_scalar(scalar, row) for name, scalar in told.items()}
            yield Later(part, line, chosen.source, {**row, **keys})
