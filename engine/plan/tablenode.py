"""Properties of every table node. A node is one class, which contains everything known before any row is read: the
tables it reads, where its columns come from, its key, the scalars it computes, and whose rows it combines. Only the
evaluators distinguish nodes by class; they compute the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.plan.literals import Column, Literal

if TYPE_CHECKING:
    from engine.plan.gauge import Shape
    from engine.plan.scalar import Scalar
    from engine.plan.table import Table
    from engine.types import Kind

Columns = tuple[Column, ...]
Known = Mapping[str, Columns]
"""The columns of the tables before, by table."""

Pairs = tuple[tuple[str, str], ...]
"""Columns of two tables that agree, or (new name, old name)."""

Passed = tuple[tuple[str, str], ...]
"""(source, column): where the values of a column come from, unchanged or missing; nothing: it is made here."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Rows of the table `mine` get something from those rows of `theirs` that agree on `on`; of no pair: from all."""

    mine: str
    theirs: str
    on: Pairs


@dataclass(frozen=True, slots=True)
class Computed:
    """A scalar, the table whose row it reads, and the table of the base row beside it, if there is one.

    `into` is the column it makes; "" where it decides something of the row.
    """

    scalar: Scalar
    rows: str
    base: str = ""
    into: str = ""

    def read(self) -> Iterator[tuple[str, str]]:
        """The columns it reads: (table, column), with repetitions."""
        for column in columns_in(self.scalar):
            yield (self.base if column.of_base else self.rows, column.name)


class Checker(Protocol):
    """What a table node asks while it is checked; see `engine/plan/consistency.py`."""

    known: Mapping[str, Mapping[str, Column]]
    problems: list[str]

    def columns(self, known: Mapping[str, Column], names: Iterable[str]) -> None:
        """Note the names that are not known."""

    def matched(self, left: Mapping[str, Column], right: Mapping[str, Column], on: Pairs) -> None:
        """Note pairs that are not known, or that cannot agree."""

    def scalar(
        self, scalar: Scalar, row: Mapping[str, Column], base: Mapping[str, Column], kind: Kind | None = None
    ) -> bool:
        """Check a scalar; returns whether its type is known."""


def columns_in(scalar: Scalar) -> list[Column]:
    """Every column a scalar reads, in order, with repetitions."""
    found: list[Column] = []
    pending = [scalar]
    while pending:
        each = pending.pop()
        if isinstance(each, Column):
            found.append(each)
        elif not isinstance(each, Literal):
            pending += reversed(each.operands)
    return found


def flipped(on: Pairs) -> Pairs:
    """The pairs seen from the other side."""
    return tuple((two, one) for one, two in on)


def by_name(columns: Columns) -> dict[str, Column]:
    """The columns by their names."""
    return {column.name: column for column in columns}


class TableNode:
    """A table node. Subclasses are frozen dataclasses and give the members that begin with `_`.

    Where its own columns come from, and what they are computed from, is determined once, because it is read column by
    column.
    """

    __slots__ = ("_from", "_of")

    name: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is computed from."""
        return self._sources()

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """Whose rows depend on rows of whom."""
        return self._meets()

    def passes(self, column: str) -> Passed:
        """Where a column comes from. A source that does not have the column may be among them (`Cross`)."""
        own = self._known_origins().get(column)
        return tuple((source, column) for source in self._passing()) if own is None else own

    @property
    def passing(self) -> tuple[str, ...]:
        """The sources whose columns it passes on under their own names, all but those that it names itself."""
        return self._passing()

    @property
    def listed(self) -> tuple[str, ...]:
        """The columns that it names itself, made or taken: the last of its columns. All others it passes on."""
        return tuple(self._known_origins())

    @property
    def reads(self) -> Iterator[tuple[str, str]]:
        """(source, column): what it reads of every row, whichever of its columns are wanted."""
        yield from self._reads()
        for each in self.scalars:
            if not each.into:
                yield from each.read()

    def makes(self, column: str) -> Iterator[tuple[str, str]]:
        """(source, column): what it reads for one of its columns."""
        yield from self.passes(column)
        yield from self._known_operands().get(column, ())

    @property
    def scalars(self) -> tuple[Computed, ...]:
        """What it computes."""
        return self._scalars()

    @property
    def widest(self) -> tuple[Computed, ...]:
        """What must fit: its scalars, and what it computes of them beside."""
        return (*self.scalars, *self._beside())

    @property
    def ordered(self) -> tuple[str, ...]:
        """The columns by whose order its rows are walked, which must end in the key; nothing: in none."""
        return self._ordered()

    def columns_from(self, known: Known) -> Columns:
        """Its columns, given those of the tables before it. Raises KeyError for a source that is not there."""
        return self._columns(known)

    def shapes_from(self, computed: Mapping[str, Shape]) -> Mapping[str, Shape]:
        """The shapes of the columns that it makes, given those of the scalars that it computes, by column.

        One that is left out has the width of its type.
        """
        return self._shapes(computed)

    def key_from(self, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """The columns whose values are unique in it."""
        return self._key(keys)

    def renamed(self, names: Mapping[str, str]) -> Table:
        """The same table under another name, over tables under other names."""
        return self._renamed(names)

    def check(self, check: Checker) -> None:
        """Note what does not hold together in it; its sources are known."""
        self._check(check)

    def _known_origins(self) -> Mapping[str, Passed]:
        known: Mapping[str, Passed] | None = getattr(self, "_from", None)
        if known is None:
            known = self._origins()
            object.__setattr__(self, "_from", known)
        return known

    def _known_operands(self) -> Mapping[str, Passed]:
        """What its own columns are computed of: (source, column), by column."""
        known: Mapping[str, Passed] | None = getattr(self, "_of", None)
        if known is None:
            found: dict[str, Passed] = {}
            for each in self.scalars:
                if each.into:
                    found[each.into] = (*found.get(each.into, ()), *each.read())
            object.__setattr__(self, "_of", found)
            return found
        return known

    def _sources(self) -> tuple[str, ...]:
        return ()

    def _meets(self) -> tuple[Meeting, ...]:
        return ()

    def _origins(self) -> Mapping[str, Passed]:
        """Where the columns that it names itself come from; those made here from nowhere."""
        return {}

    def _passing(self) -> tuple[str, ...]:
        return ()

    def _reads(self) -> Iterable[tuple[str, str]]:
        return ()

    def _scalars(self) -> tuple[Computed, ...]:
        return ()

    def _beside(self) -> tuple[Computed, ...]:
        return ()

    def _ordered(self) -> tuple[str, ...]:
        return ()

    def _columns(self, known: Known) -> Columns:
        raise NotImplementedError(f"{type(self).__name__} has no columns")

    def _shapes(self, computed: Mapping[str, Shape]) -> Mapping[str, Shape]:
        return computed

    def _key(self, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """That of its first source: most tables have a row for each of its rows, or for fewer."""
        return keys[self.sources[0]]

    def _renamed(self, names: Mapping[str, str]) -> Table:
        raise NotImplementedError(f"{type(self).__name__} cannot be renamed")

    def _check(self, check: Checker) -> None:
        """Nothing but its sources."""


class RowByRow(TableNode):
    """Tables whose rows are rows of one `source`: each passes on all columns that it does not make."""

    __slots__ = ()

    source: str

    def _sources(self) -> tuple[str, ...]:
        return (self.source,)

    def _passing(self) -> tuple[str, ...]:
        return (self.source,)
