"""Tables of rows as they are: records, written ones, fewer, wider, renamed, distinct, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from engine.plan.digits import common_type, comparable
from engine.plan.inference import value_fits
from engine.plan.literals import Column, Value
from engine.plan.tablenode import (
    Checker,
    Columns,
    Computed,
    Known,
    Pairs,
    Passed,
    RowByRow,
    TableNode,
    by_name,
)
from engine.types import Kind

if TYPE_CHECKING:
    from engine.plan.scalar import Scalar

Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scan(TableNode):
    """The rows of one record table, or of the derived table `reach`.

    `partner` and `person` are the columns that say whose record it is; records without either belong to no partner.
    `kin` are columns that name a record of the same partner, and its table.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partner: str = ""
    person: str = ""
    kin: tuple[tuple[str, str], ...] = ()

    def joined(self, other: Scan) -> Scan:
        """The scan with the columns of another one of the same table as well."""
        columns = {each.name: each for each in (*self.columns, *other.columns)}
        return replace(self, columns=tuple(columns.values()), kin=tuple(dict.fromkeys((*self.kin, *other.kin))))

    def _columns(self, known: Known) -> Columns:
        return self.columns

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return self.key

    def _renamed(self, names: Mapping[str, str]) -> Scan:
        return replace(self, name=names[self.name])

    def _check(self, check: Checker) -> None:
        check.columns(by_name(self.columns), self.key)


@dataclass(frozen=True, slots=True)
class Values(TableNode):
    """Rows written down at compile time: periods, days, their window bounds."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    key: tuple[str, ...]

    def _columns(self, known: Known) -> Columns:
        return self.columns

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return self.key

    def _renamed(self, names: Mapping[str, str]) -> Values:
        return replace(self, name=names[self.name])

    def _check(self, check: Checker) -> None:
        check.columns(by_name(self.columns), self.key)
        dates = [column.type.kind is Kind.DATE for column in self.columns]
        for row in self.rows:
            if len(row) != len(self.columns):
                check.problems.append(f"a row has {len(row)} values for {len(self.columns)} columns")
                return
            for column, is_date, value in zip(self.columns, dates, row, strict=True):
                if is_date and type(value) is date:  # most are: the days of a frame, and its windows
                    continue
                if not value_fits(value, column.type) or (value is None and not column.optional):
                    check.problems.append(f"`{column.name}` cannot be {value!r}")


@dataclass(frozen=True, slots=True)
class Filter(RowByRow):
    """The rows for which `where` is true."""

    name: str
    source: str
    where: Scalar

    def _scalars(self) -> tuple[Computed, ...]:
        return (Computed(self.where, self.source),)

    def _columns(self, known: Known) -> Columns:
        return known[self.source]

    def _renamed(self, names: Mapping[str, str]) -> Filter:
        return replace(self, name=names[self.name], source=names[self.source])

    def _check(self, check: Checker) -> None:
        check.scalar(self.where, check.known[self.source], {}, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Extend(RowByRow):
    """The source's rows with more columns. A new column sees the source's, not its neighbours'."""

    name: str
    source: str
    columns: tuple[tuple[str, Scalar], ...]

    def _origins(self) -> Mapping[str, Passed]:
        """A renamed column of the source still belongs to the source."""
        return {
            name: ((self.source, scalar.name),) if isinstance(scalar, Column) else () for name, scalar in self.columns
        }

    def _scalars(self) -> tuple[Computed, ...]:
        return tuple(Computed(scalar, self.source, into=name) for name, scalar in self.columns)

    def _columns(self, known: Known) -> Columns:
        return (*known[self.source], *(Column(name, scalar.typed, scalar.may_miss) for name, scalar in self.columns))

    def _renamed(self, names: Mapping[str, str]) -> Extend:
        return replace(self, name=names[self.name], source=names[self.source])

    def _check(self, check: Checker) -> None:
        for _, scalar in self.columns:
            check.scalar(scalar, check.known[self.source], {})


@dataclass(frozen=True, slots=True)
class Select(RowByRow):
    """Some columns of the source under other names; its key must stay among them."""

    name: str
    source: str
    columns: Pairs  # (new name, column of the source)
    key: tuple[str, ...]

    def _origins(self) -> Mapping[str, Passed]:
        return {new: ((self.source, old),) for new, old in self.columns}

    def _passing(self) -> tuple[str, ...]:
        return ()

    def _columns(self, known: Known) -> Columns:
        source = by_name(known[self.source])
        return tuple(source[old].named(name) for name, old in self.columns)

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return self.key

    def _renamed(self, names: Mapping[str, str]) -> Select:
        return replace(self, name=names[self.name], source=names[self.source])

    def _check(self, check: Checker) -> None:
        source = check.known[self.source]
        check.columns(source, [old for _, old in self.columns])
        check.columns({new: source[old] for new, old in self.columns if old in source}, self.key)


@dataclass(frozen=True, slots=True)
class Distinct(RowByRow):
    """The distinct values of `key` in the source; a row with a missing key is left out."""

    name: str
    source: str
    key: tuple[str, ...]

    def _origins(self) -> Mapping[str, Passed]:
        return {column: ((self.source, column),) for column in self.key}

    def _passing(self) -> tuple[str, ...]:
        return ()

    def _reads(self) -> Iterable[tuple[str, str]]:
        return ((self.source, column) for column in self.key)

    def _columns(self, known: Known) -> Columns:
        source = by_name(known[self.source])
        return tuple(replace(source[name], optional=False) for name in self.key)

    def _key(self, keys: Keys) -> tuple[str, ...]:
        return self.key

    def _renamed(self, names: Mapping[str, str]) -> Distinct:
        return replace(self, name=names[self.name], source=names[self.source])

    def _check(self, check: Checker) -> None:
        check.columns(check.known[self.source], self.key)


def _holding_both(one: Column, two: Column) -> Column:
    """A column under the name of the first, with room for the values of both."""
    type = common_type(one.type, two.type)
    if type is one.type and one.optional >= two.optional:
        return one
    return Column(one.name, type, one.optional or two.optional)


@dataclass(frozen=True, slots=True)
class Union(TableNode):
    """The rows of all tables `parts`, which have the same columns in the same order."""

    name: str
    parts: tuple[str, ...]

    def _sources(self) -> tuple[str, ...]:
        return self.parts

    def _passing(self) -> tuple[str, ...]:
        return self.parts

    def _columns(self, known: Known) -> Columns:
        """Column by column the type that holds all parts' values; optional if it is in one."""
        merged, *others = (known[name] for name in self.parts)
        for other in others:
            merged = tuple(_holding_both(one, two) for one, two in zip(merged, other, strict=True))
        return merged

    def _renamed(self, names: Mapping[str, str]) -> Union:
        return replace(self, name=names[self.name], parts=tuple(names[each] for each in self.parts))

    def _check(self, check: Checker) -> None:
        first, *others = [tuple(check.known[source].values()) for source in self.parts]
        for other in others:
            if [column.name for column in first] != [column.name for column in other]:
                check.problems.append("the sources have different columns")
            elif not all(comparable(one.type, two.type) for one, two in zip(first, other, strict=True)):
                check.problems.append("the sources have columns of different types")
