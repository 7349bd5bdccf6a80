"""The records behind a value of one row: those whose fields it was computed from, and those that led to them.

A reference that is looked up leads to the row looked up, and that row to the one its own reference names. What nothing
reads is not there, though the row has it for other figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from engine.language.records import REACH
from engine.plan.inference import children
from engine.plan.scalar import Case, Column, Scalar
from engine.plan.table import Distinct, Extend, Fold, Join, Lookup, Measure, Scan, Select, Table, Union
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.scalars import evaluate_scalar
from engine.reference.tables import looked_up, matching, selected
from engine.reference.trace import Place, RecordRef, records_of, ref_of, selected_from, sides, sources_with


def records_read(evaluation: Evaluation, asked: Iterable[tuple[Place, Scalar]]) -> set[RecordRef]:
    """The records that scalars were read from, each in its row; values of the row that a row is measured for are not
    followed.
    """
    reader = _Reader(evaluation)
    for place, scalar in asked:
        reader.read(scalar, place)
    return reader.found


def is_record(evaluation: Evaluation, place: Place) -> bool:
    """Whether the row is of a record table and says which record it is: some rows keep only what is read of them."""
    node = evaluation.nodes[place.table]
    return isinstance(node, Scan) and node.table != REACH.name and all(name in place.row for name in node.key)


@dataclass(frozen=True, slots=True)
class _Reader:
    """What was found, and what was followed already. `far` is in a row that was looked up: what that row sums up there,
    such as the metrics of its partner, is a figure of its own.
    """

    evaluation: Evaluation
    found: set[RecordRef] = field(default_factory=set)
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def read(self, scalar: Scalar, place: Place, *, far: bool = False) -> None:
        """Follow a scalar: of a case, the conditions up to the branch that was taken, and this branch."""
        if isinstance(scalar, Column):
            if not scalar.of_base:
                self.column(scalar.name, place, far=far)
            return
        for each in _taken(scalar, place) if isinstance(scalar, Case) else children(scalar):
            self.read(each, place, far=far)

    def column(self, name: str, place: Place, *, far: bool) -> None:
        """Follow a column to where it begins."""
        at = (place.table, name, id(place.row))
        if at in self.seen:
            return
        self.seen.add(at)
        node = self.evaluation.nodes[place.table]
        match node:
            case Scan():
                if is_record(self.evaluation, place):
                    self.found.add(ref_of(node, place.row))
            case Extend() if name in dict(node.columns):
                self.read(dict(node.columns)[name], replace(place, table=node.source), far=far)
            case Lookup() if name in dict(node.take):
                self._looked_up(node, dict(node.take)[name], place, far=far)
            case Measure() if any(each.into == name for each in node.aggregates):
                self._summed(node, name, place, far=far)
            case Fold() if name in node.made:
                self._walked(node, replace(place, table=node.source), far=far)
            case _:
                for source, old in _passed(self.evaluation, node, name, place):
                    self.column(old, source, far=far)

    def _looked_up(self, node: Lookup, name: str, place: Place, *, far: bool) -> None:
        """The reference, and the row that it leads to."""
        source = replace(place, table=node.source)
        target = looked_up(node, place.row, self.evaluation.exact)
        for mine, theirs in node.on:
            self.column(mine, source, far=far)
            if target is not None:
                self.column(theirs, Place(node.target, target), far=True)
        if node.within is not None:
            self.read(node.within.day, source, far=far)
        if target is not None:
            self.column(name, Place(node.target, target), far=True)

    def _summed(self, node: Measure, name: str, place: Place, *, far: bool) -> None:
        """The records that were added up for a row: its returns."""
        if far:
            return
        aggregate = aggregate_of(node, name)
        base = Place(node.base, place.row, place.base)
        for used, _ in selected(aggregate, matching(node, place.row, self.evaluation.exact), place.row).used:
            self.found.update(records_of(self.evaluation, node.rows, used))
            for each in (aggregate.where, *(() if aggregate.value is None else (aggregate.value,))):
                self.read(each, Place(node.rows, used, base))

    def _walked(self, node: Fold, source: Place, *, far: bool) -> None:
        """What it asked of its own row."""
        for each in (node.value, node.limit, node.where):
            if each is not None:
                self.read(each, source, far=far)
        for name in node.partition:
            self.column(name, source, far=far)


def _taken(scalar: Case, place: Place) -> Iterator[Scalar]:
    """What decided a case: the conditions until one was true, and what was taken for it."""
    for when, value in scalar.branches:
        yield when
        if evaluate_scalar(when, place.row, place.base.row if place.base else None) is True:
            yield value
            return
    yield scalar.otherwise


def _passed(evaluation: Evaluation, node: Table, name: str, place: Place) -> Iterator[tuple[Place, str]]:
    """The rows from which a row has a column, and its name there."""
    match node:
        case Select():
            for each in selected_from(evaluation, node, place.row):
                yield replace(each, base=place.base), dict(node.columns)[name]
        case Union():
            yield from ((replace(each, base=place.base), name) for each in sources_with(evaluation, node, place.row))
        case Join():
            for side, renamed in zip(sides(evaluation, node, place.row), (node.keep, node.take), strict=True):
                if name in dict(renamed):
                    yield side, dict(renamed)[name]
            for side, names in zip(sides(evaluation, node, place.row), zip(*node.on, strict=True), strict=True):
                yield from ((side, each) for each in names)  # what paired them
        case Distinct():  # what many rows have in common is read of none of them
            return
        case _:
            for source, old in node.passes(name):
                if any(each.name == old for each in evaluation.columns[source]):
                    yield replace(place, table=source), old
