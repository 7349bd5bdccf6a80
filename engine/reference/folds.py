"""What a `Fold` means: the rows of one partition walked in order, each told what came before it.

Sums begin with the integer 0 and divide nothing, so that what is counted in whole numbers stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import assert_never, cast

from engine.plan.scalar import Scalar
from engine.plan.table import Fold, FoldOp
from engine.reference.scalars import Exact, all_of, evaluate_scalar, negated

ExactRow = Mapping[str, Exact]
Made = tuple[Exact, ...]
"""The columns a fold adds to one row: `into`, and for TAKE the room before and after it."""


def walked(node: Fold, rows: Sequence[ExactRow], known: bool) -> list[Made]:
    """What each row of a partition gets; `rows` are in order. Not `known`: a value of the partition is missing."""
    match node.op:
        case FoldOp.TAKE:
            return list(_take(node, rows, known))
        case FoldOp.NET:
            return list(_net(node, rows, known))
        case FoldOp.SUM | FoldOp.COUNT | FoldOp.FIRST if not known:
            return [(None,)] * len(rows)
        case FoldOp.SUM | FoldOp.COUNT:
            return list(_total(node, rows))
        case FoldOp.FIRST:
            return list(_first(node, rows))
    assert_never(node.op)


def takes_part(node: Fold, row: ExactRow) -> bool | None:
    """Whether a row is one of those walked; missing where it cannot be decided."""
    return True if node.where is None else cast("bool | None", evaluate_scalar(node.where, row))


def _number(scalar: Scalar | None, row: ExactRow) -> Fraction | int | None:
    return None if scalar is None else cast("Fraction | int | None", evaluate_scalar(scalar, row))


def _take(node: Fold, rows: Sequence[ExactRow], known: bool) -> Iterator[Made]:
    taken: Fraction | int = 0
    for row in rows:
        part, value, limit = takes_part(node, row), _number(node.value, row), _number(node.limit, row)
        room = limit - taken if known and limit is not None else None
        took: Fraction | int | None = 0 if part is False else None
        if part is True and value is not None and room is not None:
            took = min(value, max(room, 0))
            taken += took
        left = None if room is None or took is None else room - took
        yield (took, *((room,) if node.room else ()), *((left,) if node.rest else ()))


def _net(node: Fold, rows: Sequence[ExactRow], known: bool) -> Iterator[Made]:
    before: Fraction | int = 0
    for row in rows:
        part, value = takes_part(node, row), _number(node.value, row)
        if part is True and known and value is not None:
            yield (value - before,)
            before = value
        else:
            yield (0 if part is False else None,)


def _total(node: Fold, rows: Sequence[ExactRow]) -> Iterator[Made]:
    total: Fraction | int = 0
    for row in rows:
        yield (total,)
        value = evaluate_scalar(node.value, row)
        if value is not None:
            total += 1 if node.op is FoldOp.COUNT else cast(Fraction, value)


def _first(node: Fold, rows: Sequence[ExactRow]) -> Iterator[Made]:
    none_before: bool | None = True
    for row in rows:
        own = evaluate_scalar(node.value, row)
        yield (all_of((own, none_before)),)
        none_before = all_of((none_before, negated(own)))
