"""Records that earn nothing because an earlier one was the first of its customer, or because they were returned.

They are not rows of the incentive, so no step says anything of them. A record is one of them if it would count
were it the first, or had it not been returned: what else it lacks is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.explain.model import Record
from engine.explain.returned import returns_of
from engine.explain.subject import Subject
from engine.plan.outputs import PARTNER, TOLD
from engine.plan.plan import Condition, Earning, Part
from engine.plan.scalar import Column
from engine.plan.table import Extend, Filter, Fold, Lookup, Table
from engine.reference.scalars import Exact, evaluate_scalar
from engine.reference.tables import ExactRow, in_order

PARTNER_TOLD = f"{TOLD}{PARTNER}"
"""The column that says whose earning a row is."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that earns nothing: the row of `table`, with the key of its earning, and why.

    It was not the first, as `line` asks; or `returned` took it back.
    """

    part: Part
    table: str
    row: ExactRow
    line: Condition | None = None
    returned: tuple[Record, ...] = ()


def left_out(subject: Subject, earning: Earning) -> Iterator[LeftOut]:
    """The partner's records that were not the first or were returned, under each set of rules by their key."""
    for part in earning.parts:
        firsts = [each for each in part.where if each.form == "first" and isinstance(each.scalar, Column)]
        if firsts or part.unreturned:
            yield from _left_out(subject, part, firsts[0] if firsts else None)


def _below(nodes: Mapping[str, Table], name: str) -> Iterator[Table]:
    """The tables that an incentive's last one is laid on, from the top down."""
    node = nodes[name]
    while isinstance(node, Extend | Filter | Fold | Lookup):
        yield node
        node = nodes[node.source]


def _left_out(subject: Subject, part: Part, line: Condition | None) -> Iterator[LeftOut]:
    below = list(_below(subject.evaluation.nodes, part.table))
    chosen = next(each for each in below if isinstance(each, Filter))  # the first on the way down chose the rows
    told = next(dict(each.columns) for each in below if isinstance(each, Extend) and PARTNER_TOLD in dict(each.columns))
    rows = subject.evaluation.exact.rows[chosen.source]
    mine = [row for row in rows if evaluate_scalar(told[PARTNER_TOLD], row) == subject.partner_id]
    first: dict[str, Exact] = {line.scalar.name: True} if line and isinstance(line.scalar, Column) else {}
    for row in in_order(mine, part.key):
        keyed = {**row, **{name: evaluate_scalar(scalar, row) for name, scalar in told.items()}}
        if evaluate_scalar(chosen.where, row) is not False:
            continue
        if evaluate_scalar(chosen.where, {**row, **first}) is True:
            yield LeftOut(part, chosen.source, keyed, line)
            continue
        if part.unreturned and _is_returned(part, chosen, {**row, **first}):
            yield LeftOut(part, chosen.source, keyed, returned=returns_of(subject, part, keyed, chosen.source))


def _is_returned(part: Part, chosen: Filter, row: ExactRow) -> bool:
    """Whether the row would count without its returns, and does not as nothing is left of it."""
    kept = {name: evaluate_scalar(scalar, row) for name, scalar in part.unreturned}
    if evaluate_scalar(chosen.where, {**row, **kept}) is not True:
        return False
    given_back = part.unreturned[0][0]  # how many returns there are: that too little is left is another matter
    return evaluate_scalar(chosen.where, {**row, **kept, given_back: row[given_back]}) is False
