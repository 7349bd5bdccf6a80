"""Folds: rows in order, each computed from the rows before it in its partition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from engine.plan.arithmetic import Subtract
from engine.plan.digits import common_type, comparable, is_plain_number
from engine.plan.literals import Column
from engine.plan.tablenode import Checker, Columns, Computed, Known, Meeting, Passed, RowByRow
from engine.types import BOOLEAN, COUNT, COUNT_DIGITS, MAX_DIGITS, Kind, Type

if TYPE_CHECKING:
    from engine.plan.scalar import Scalar


class FoldOp(StrEnum):
    """The result of an ordered fold for a row, from itself and the rows before it in its partition."""

    TAKE = "take"
    SUM = "sum"
    COUNT = "count"
    FIRST = "first"
    NET = "net"


@dataclass(frozen=True, slots=True)
class Fold(RowByRow):
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

    `where` selects the rows that take part in TAKE and NET. Rows for which it is false get 0 and change nothing;
    undecided ones get missing and change nothing. For all others a missing partition value makes
    the result missing, because their partition is not known.
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
    def values(self) -> tuple[Scalar, ...]:
        """What it reads of each row beside its partition and order."""
        return tuple(each for each in (self.value, self.limit, self.where) if each is not None)

    @property
    def made(self) -> tuple[str, ...]:
        """The columns it adds."""
        return tuple(each for each in (self.into, self.room, self.rest) if each)

    def _origins(self) -> Mapping[str, Passed]:
        return dict.fromkeys(self.made, ())

    def _meets(self) -> tuple[Meeting, ...]:
        """A row depends on the others of its partition."""
        return (Meeting(self.source, self.source, tuple((each, each) for each in self.partition)),)

    def _reads(self) -> Iterable[tuple[str, str]]:
        return ((self.source, column) for column in (*self.partition, *self.order))

    def _ordered(self) -> tuple[str, ...]:
        return self.order

    def _scalars(self) -> tuple[Computed, ...]:
        return tuple(Computed(each, self.source) for each in self.values)

    def _beside(self) -> tuple[Computed, ...]:
        """The room a limit leaves, and the step since the last."""
        if self.limit is not None:
            return (Computed(Subtract(self.limit, self.value), self.source),)
        return (Computed(Subtract(self.value, self.value), self.source),) if self.op is FoldOp.NET else ()

    def _columns(self, known: Known) -> Columns:
        return (*known[self.source], *fold_columns(self, known[self.source]))

    def _renamed(self, names: Mapping[str, str]) -> Fold:
        return replace(self, name=names[self.name], source=names[self.source])

    def _check(self, check: Checker) -> None:
        source = check.known[self.source]
        check.columns(source, (*self.partition, *self.order))
        sound = [check.scalar(each, source, {}) for each in self.values]
        if self.where is not None and all(sound) and self.where.typed.kind is not Kind.BOOLEAN:
            check.problems.append("`where` is no condition")
        if (self.limit is not None) != (self.op is FoldOp.TAKE) or (self.made[1:] and self.op is not FoldOp.TAKE):
            check.problems.append(f"{self.op} with or without a limit")
        if self.where is not None and self.op not in (FoldOp.TAKE, FoldOp.NET):
            check.problems.append(f"{self.op} leaves nobody out")
        if not check.problems:
            self._check_op(check)

    def _check_op(self, check: Checker) -> None:
        """Whether the operation is defined for what it reads."""
        value = self.value.typed
        if self.op is FoldOp.FIRST:
            if value.kind is not Kind.BOOLEAN:
                check.problems.append(f"the first of {value}")
        elif self.op is not FoldOp.COUNT:
            numbers = [value] if self.limit is None else [value, self.limit.typed]
            if not all(map(is_plain_number, numbers)) or not comparable(numbers[0], numbers[-1]):
                check.problems.append("value and limit must be rounded numbers of one unit")


def fold_columns(fold: Fold, source: Columns) -> Columns:
    """The columns that a fold adds to those of its source."""
    apart = any(column.optional for column in source if column.name in fold.partition)
    may_miss = fold.op in (FoldOp.TAKE, FoldOp.FIRST, FoldOp.NET) and any(each.may_miss for each in fold.values)
    into = Column(fold.into, fold_type(fold), apart or may_miss)
    if fold.limit is None:
        return (into,)
    type, unknown = _room_type(fold.value, fold.limit), apart or fold.limit.may_miss
    room = (Column(fold.room, type, unknown), Column(fold.rest, type, unknown or into.optional))
    return (into, *(each for each in room if each.name))


def fold_type(fold: Fold) -> Type:
    """The type of a fold's result, with its digits."""
    value = fold.value.typed
    match fold.op:
        case FoldOp.TAKE:  # between its value and nothing, at the digits of both
            scale = max(value.scale, (fold.limit or fold.value).typed.scale)
            return value.sized(min(MAX_DIGITS, value.digits - value.scale + scale), scale)
        case FoldOp.SUM:
            return value.sized(fold.digits or min(MAX_DIGITS, value.digits + COUNT_DIGITS), value.scale)
        case FoldOp.COUNT:
            return COUNT
        case FoldOp.FIRST:
            return BOOLEAN
        case FoldOp.NET:
            return _wider(value, 1)
    assert_never(fold.op)


def _room_type(value: Scalar, limit: Scalar) -> Type:
    """A limit less all that was taken, or given back, by as many rows as there can be.

    A digit is left free, so that a row's own part can still be taken from it exactly.
    """
    room = _wider(common_type(_wider(value.typed, COUNT_DIGITS), limit.typed), 1)
    return room.sized(min(room.digits, MAX_DIGITS - 1), room.scale)


def _wider(type: Type, digits: int) -> Type:
    return type.sized(min(MAX_DIGITS, type.digits + digits), type.scale)
