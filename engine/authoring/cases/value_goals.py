"""Values by tier, segment, choice or number: their possible entries, and the entry that a row gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.authoring.cases.goals import value_of
from engine.language.expression import render_expression
from engine.language.program import Table, Threshold
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan.scalar import Case, Scalar
from engine.reference.tables import ExactRow

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of a value: the words that select it, and the entry itself."""

    words: Words
    value: Expression
    span: Span


def leaves_of(table: Table, words: Words = ()) -> Iterator[Leaf]:
    """Every entry, in the order written."""
    if table.single is not None:
        yield Leaf(words, table.single, table.span)
    for choice in table.choices:
        yield from leaves_of(choice.value, (*words, *choice.keys))
    for threshold in table.thresholds:
        yield from leaves_of(threshold.value, (*words, _step_of(threshold, table)))


def _step_of(threshold: Threshold, table: Table) -> str:
    start = threshold.start.single
    text = render_expression(start) if start is not None else "an edge of its own"
    return f"{table.by[0]} from {text}"


def leaf_taken(table: Table, scalar: Scalar, row: ExactRow) -> Words | None:
    """The words of the entry that a row is given; None where it is given none.

    `scalar` is what the value was compiled to: a case with a branch for each entry, the highest band first.
    """
    if table.single is not None:
        return ()
    entries = [(each.keys, each.value) for each in table.choices]
    entries += [((_step_of(each, table),), each.value) for each in reversed(table.thresholds)]
    if not isinstance(scalar, Case) or len(scalar.branches) != len(entries):
        return None
    for (words, value), (when, paid) in zip(entries, scalar.branches, strict=True):
        if value_of(when, row) is True:
            rest = leaf_taken(value, paid, row)
            return None if rest is None else (*words, *rest)
    return None
