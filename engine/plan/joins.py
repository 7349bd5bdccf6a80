"""Tables of rows beside rows of another table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.plan.tablenode import Checker, Columns, Computed, Known, Meeting, Pairs, Passed, TableNode, by_name, flipped
from engine.types import Kind

if TYPE_CHECKING:
    from engine.plan.scalar import Scalar

Keys = Mapping[str, tuple[str, ...]]


def _agreeing(left: str, right: str, on: Pairs) -> Iterable[tuple[str, str]]:
    """The columns by which rows of two tables are joined."""
    for one, two in on:
        yield from ((left, one), (right, two))


@dataclass(frozen=True, slots=True)
class Cross(TableNode):
    """Every row of `left` with every row of `right`."""

    name: str
    left: str
    right: str

    def _sources(self) -> tuple[str, ...]:
        return (self.left, self.right)

    def _meets(self) -> tuple[Meeting, ...]:
        return (Meeting(self.left, self.right, ()), Meeting(self.right, self.left, ()))

    def _passing(self) -> tuple[str, ...]:
        return (self.left, self.right)

    def _columns(self, known: Known) -> Columns:
        return known[self.left] + known[self.right]

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return keys[self.left] + keys[self.right]

    def _renamed(self, names: Mapping[str, str]) -> Cross:
        return replace(self, name=names[self.name], left=names[self.left], right=names[self.right])


@dataclass(frozen=True, slots=True)
class Within:
    """The row in force on a day: `start` <= day < `before`; a missing bound is open.

    Without `before` a row is in force until the next one that agrees: of those that have started, the last.
    """

    day: Scalar  # of the source's row
    start: str  # columns of the target
    before: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the target that it reads."""
        return (self.start, self.before) if self.before else (self.start,)


@dataclass(frozen=True, slots=True)
class Lookup(TableNode):
    """Join to at most one row of `target`; taken columns are missing if there is none.

    `on` pairs source column with target column. Without `within` the target is unique by these
    columns; with it, by these columns and the day.
    """

    name: str
    source: str
    target: str
    on: Pairs
    take: Pairs  # (new name, column of the target)
    within: Within | None = None

    def _sources(self) -> tuple[str, ...]:
        return (self.source, self.target)

    def _meets(self) -> tuple[Meeting, ...]:
        """A row is given what it looks up, and a taken value belongs to the rows that looked it up."""
        return (Meeting(self.source, self.target, self.on), Meeting(self.target, self.source, flipped(self.on)))

    def _origins(self) -> Mapping[str, Passed]:
        return {new: ((self.target, old),) for new, old in self.take}

    def _passing(self) -> tuple[str, ...]:
        return (self.source,)

    def _reads(self) -> Iterable[tuple[str, str]]:
        yield from _agreeing(self.source, self.target, self.on)
        if self.within is not None:
            yield from ((self.target, each) for each in self.within.columns)

    def _scalars(self) -> tuple[Computed, ...]:
        return (Computed(self.within.day, self.source),) if self.within is not None else ()

    def _columns(self, known: Known) -> Columns:
        found = by_name(known[self.target])
        taken = (replace(found[column], name=name, optional=True) for name, column in self.take)
        return (*known[self.source], *taken)

    def _renamed(self, names: Mapping[str, str]) -> Lookup:
        return replace(self, name=names[self.name], source=names[self.source], target=names[self.target])

    def _check(self, check: Checker) -> None:
        source, target = check.known[self.source], check.known[self.target]
        check.matched(source, target, self.on)
        check.columns(target, [old for _, old in self.take])
        if self.within is not None:
            check.scalar(self.within.day, source, {}, Kind.DATE)
            check.columns(target, self.within.columns)


@dataclass(frozen=True, slots=True)
class Join(TableNode):
    """Every pair of rows that agree on `on`; the key is both keys. `take` may rename."""

    name: str
    left: str
    right: str
    on: Pairs
    keep: Pairs  # (new name, column of left)
    take: Pairs  # (new name, column of right)
    key: tuple[str, ...]

    def _sources(self) -> tuple[str, ...]:
        return (self.left, self.right)

    def _meets(self) -> tuple[Meeting, ...]:
        return (Meeting(self.left, self.right, self.on), Meeting(self.right, self.left, flipped(self.on)))

    def _origins(self) -> Mapping[str, Passed]:
        taken: dict[str, Passed] = {new: ((self.right, old),) for new, old in self.take}
        return {new: ((self.left, old),) for new, old in self.keep} | taken

    def _reads(self) -> Iterable[tuple[str, str]]:
        return _agreeing(self.left, self.right, self.on)

    def _columns(self, known: Known) -> Columns:
        left, right = by_name(known[self.left]), by_name(known[self.right])
        kept = (replace(left[column], name=name) for name, column in self.keep)
        return (*kept, *(replace(right[column], name=name) for name, column in self.take))

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return self.key

    def _renamed(self, names: Mapping[str, str]) -> Join:
        return replace(self, name=names[self.name], left=names[self.left], right=names[self.right])

    def _check(self, check: Checker) -> None:
        left, right = check.known[self.left], check.known[self.right]
        check.matched(left, right, self.on)
        check.columns(left, [old for _, old in self.keep])
        check.columns(right, [old for _, old in self.take])
        here = {new: left[old] for new, old in self.keep if old in left}
        here |= {new: right[old] for new, old in self.take if old in right}
        check.columns(here, self.key)
