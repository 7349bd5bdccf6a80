"""Table nodes: named steps, each computed from rows of earlier steps, named by `name`.

A table's rows are unique by its `key` columns (its grain). Column names are unique in a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from engine.plan.scalar import Column, Scalar, Value
from engine.types import TEXT, Type

Pairs = tuple[tuple[str, str], ...]
"""Columns of two tables that agree."""

Passed = tuple[tuple[str, str], ...]
"""(source, column): where the values of a column come from, unchanged; of nothing: it is made here."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Rows of the table `mine` get something from those rows of `theirs` that agree on `on`; of no pair: from all."""

    mine: str
    theirs: str
    on: Pairs


def flipped(on: Pairs) -> Pairs:
    """The pairs seen from the other side."""
    return tuple((two, one) for one, two in on)


class Op(StrEnum):
    """How the rows of a group become one value."""

    SUM = "sum"  # of nothing: 0
    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    MIN = "min"  # of nothing: missing, as the three below
    MAX = "max"
    MEDIAN_LOW = "median_low"  # the middle value, the lower of two
    MEDIAN_HIGH = "median_high"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One measured value over the rows that pass `where`.

    A row whose `where` cannot be decided, or that passes and whose `value` is missing, makes the
    result missing; with `ignore_missing` such rows are dropped instead. For COUNT, `value` is None.
    `digits` bounds a sum more tightly than the number of rows does: a stored column adds up to at
    most `TOTAL_DIGITS` over a whole snapshot, which the import checks. 0: by value and rows.
    """

    into: str
    op: Op
    value: Scalar | None
    where: Scalar
    type: Type
    ignore_missing: bool = False
    digits: int = 0

    @property
    def optional(self) -> bool:
        """Whether the result may be missing, as far as the operation alone tells."""
        return self.op not in (Op.SUM, Op.COUNT, Op.COUNT_DISTINCT)


@dataclass(frozen=True, slots=True)
class Scan:
    """The rows of one record table, or of the derived table `reach`.

    `partner` and `person` are the columns that say whose record it is; records of neither are of
    nobody in particular. `kin` are columns that name a record of the same partner, and its table.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partner: str = ""
    person: str = ""
    kin: tuple[tuple[str, str], ...] = ()

    sources: ClassVar[tuple[str, ...]] = ()
    meets: ClassVar[tuple[Meeting, ...]] = ()

    def passes(self, column: str) -> Passed:
        """Nothing: it reads no table."""
        return ()


@dataclass(frozen=True, slots=True)
class Values:
    """Rows written down at compile time: periods, days, their window bounds."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    key: tuple[str, ...]

    sources: ClassVar[tuple[str, ...]] = ()
    meets: ClassVar[tuple[Meeting, ...]] = ()

    def passes(self, column: str) -> Passed:
        """Nothing: it reads no table."""
        return ()


@dataclass(frozen=True, slots=True)
class Cross:
    """Every row of `left` with every row of `right`."""

    name: str
    left: str
    right: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is computed from."""
        return (self.left, self.right)

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """Every row meets all of the other side."""
        return (Meeting(self.left, self.right, ()), Meeting(self.right, self.left, ()))

    def passes(self, column: str) -> Passed:
        """The side that has the column."""
        return ((self.left, column), (self.right, column))


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows for which `where` is true."""

    name: str
    source: str
    where: Scalar

    meets: ClassVar[tuple[Meeting, ...]] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The table it is computed from."""
        return (self.source,)

    def passes(self, column: str) -> Passed:
        """Every column is the source's."""
        return ((self.source, column),)


@dataclass(frozen=True, slots=True)
class Extend:
    """The source's rows with more columns. A new column sees the source's, not its neighbours'."""

    name: str
    source: str
    columns: tuple[tuple[str, Scalar], ...]

    meets: ClassVar[tuple[Meeting, ...]] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The table it is computed from."""
        return (self.source,)

    def passes(self, column: str) -> Passed:
        """A column of the source, under its own name or another."""
        made = dict(self.columns).get(column, Column(column, TEXT))
        return ((self.source, made.name),) if isinstance(made, Column) else ()


@dataclass(frozen=True, slots=True)
class Within:
    """The row in force on a day: `start` <= day < `before`; a missing bound is open."""

    day: Scalar  # of the source's row
    start: str  # columns of the target
    before: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Join to at most one row of `target`; taken columns are missing where there is none.

    `on` pairs source column with target column. Without `within` the target is unique by these
    columns; with it, by these columns and the day.
    """

    name: str
    source: str
    target: str
    on: tuple[tuple[str, str], ...]
    take: tuple[tuple[str, str], ...]  # (new name, column of the target)
    within: Within | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is computed from."""
        return (self.source, self.target)

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """A row is given what it looks up, and a taken value belongs to the rows that looked it up."""
        return (Meeting(self.source, self.target, self.on), Meeting(self.target, self.source, flipped(self.on)))

    def passes(self, column: str) -> Passed:
        """A taken column is the target's."""
        taken = dict(self.take)
        return ((self.target, taken[column]),) if column in taken else ((self.source, column),)


@dataclass(frozen=True, slots=True)
class Join:
    """Every pair of rows that agree on `on`; the key is both keys. `take` may rename."""

    name: str
    left: str
    right: str
    on: tuple[tuple[str, str], ...]
    keep: tuple[tuple[str, str], ...]  # (new name, column of left)
    take: tuple[tuple[str, str], ...]  # (new name, column of right)
    key: tuple[str, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is computed from."""
        return (self.left, self.right)

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """The rows of each side meet those of the other."""
        return (Meeting(self.left, self.right, self.on), Meeting(self.right, self.left, flipped(self.on)))

    def passes(self, column: str) -> Passed:
        """The side whose column it is."""
        kept = dict(self.keep)
        return ((self.left, kept[column]),) if column in kept else ((self.right, dict(self.take)[column]),)


@dataclass(frozen=True, slots=True)
class Select:
    """Some columns of the source under other names; its key must stay among them."""

    name: str
    source: str
    columns: tuple[tuple[str, str], ...]  # (new name, column of the source)
    key: tuple[str, ...]

    meets: ClassVar[tuple[Meeting, ...]] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The table it is computed from."""
        return (self.source,)

    def passes(self, column: str) -> Passed:
        """The source's column under its own name."""
        return ((self.source, dict(self.columns)[column]),)


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct values of `key` in the source; a row with a missing key is left out."""

    name: str
    source: str
    key: tuple[str, ...]

    meets: ClassVar[tuple[Meeting, ...]] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The table it is computed from."""
        return (self.source,)

    def passes(self, column: str) -> Passed:
        """Every column is the source's."""
        return ((self.source, column),)


@dataclass(frozen=True, slots=True)
class Measure:
    """The rows of `base`, each with aggregates over the rows of `rows` that agree on `on`.

    `on` pairs base column with row column. Aggregates read row columns, and base columns
    through `Column.of_base`.
    """

    name: str
    base: str
    rows: str
    on: tuple[tuple[str, str], ...]
    aggregates: tuple[Aggregate, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is computed from."""
        return (self.base, self.rows)

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """A row of the base is measured over the rows that agree with it."""
        return (Meeting(self.base, self.rows, self.on),)

    def passes(self, column: str) -> Passed:
        """All but the aggregates are the base's."""
        return () if any(each.into == column for each in self.aggregates) else ((self.base, column),)


class FoldOp(StrEnum):
    """What a row of an ordered fold gets from itself and the rows before it in its partition."""

    TAKE = "take"
    SUM = "sum"
    COUNT = "count"
    FIRST = "first"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Fold:
    """The rows walked in order, partition by partition; each gets one more column, `into`.

    TAKE: what is left of `limit` for it: min(value, max(0, limit - taken before)). A limit that falls
    takes nothing back, a negative value gives room back; a missing value or limit gives missing and
    takes no room. `room` and `rest`, if named, are columns with what was left of the limit before it
    and after. Grants used up first in, first out are the same walk, with the grants as values and
    what was used in all as the limit.
    SUM: the values of the earlier rows added up, without its own; missing ones add nothing.
    COUNT: how many of the earlier rows have a value, without itself.
    FIRST: whether it is the first for which the boolean value is true (Kleene): false where its own is
    false or an earlier one is true, else missing where its own or an earlier one is missing.
    NET: its value less that of the last earlier row that took part, so that what was settled up to
    there is not settled twice. A row whose value is missing takes no part.

    `where` says who takes part in TAKE and NET. Rows for which it is false get 0 and change nothing;
    undecided ones get missing and change nothing. For all others a missing partition value makes
    the result missing, because no partition can be told to be theirs.
    `order` columns end with the key, so that the order is total; missing sorts last. `digits` bounds
    SUM more tightly than the number of rows does, as in `Aggregate`.
    """

    name: str
    source: str
    partition: tuple[str, ...]
    order: tuple[str, ...]
    op: FoldOp
    value: Scalar
    into: str
    limit: Scalar | None = None  # of TAKE alone
    where: Scalar | None = None  # of TAKE and NET
    room: str = ""  # of TAKE
    rest: str = ""  # of TAKE
    digits: int = 0  # of SUM

    @property
    def scalars(self) -> tuple[Scalar, ...]:
        """What it reads of each row beside its partition and order."""
        return tuple(each for each in (self.value, self.limit, self.where) if each is not None)

    @property
    def made(self) -> tuple[str, ...]:
        """The columns it adds."""
        return tuple(each for each in (self.into, self.room, self.rest) if each)

    @property
    def sources(self) -> tuple[str, ...]:
        """The table it is computed from."""
        return (self.source,)

    @property
    def meets(self) -> tuple[Meeting, ...]:
        """A row depends on the others of its partition."""
        return (Meeting(self.source, self.source, tuple((each, each) for each in self.partition)),)

    def passes(self, column: str) -> Passed:
        """All but what it makes is the source's."""
        return () if column in self.made else ((self.source, column),)


@dataclass(frozen=True, slots=True)
class Union:
    """The rows of all sources, which have the same columns in the same order."""

    name: str
    sources: tuple[str, ...]

    meets: ClassVar[tuple[Meeting, ...]] = ()

    def passes(self, column: str) -> Passed:
        """Each source has every column."""
        return tuple((source, column) for source in self.sources)


Table = Scan | Values | Cross | Filter | Extend | Lookup | Join | Select | Distinct | Measure | Fold | Union
