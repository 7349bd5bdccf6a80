"""Folds: the closed forms in SQL against a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.folds import fold_select
from engine.columnar.relation import Relation
from engine.plan.gauge import Shape, Width
from engine.plan.literals import literal_number
from engine.plan.scalar import Column, Compare, Comparison, Quotient, Value
from engine.plan.table import Fold, FoldOp
from engine.types import BOOLEAN, ID, INTEGER, number
from tests.engine.columnar.small import last, rows

ID_COLUMN, WHO, WHEN = Column("id", ID), Column("who", ID, optional=True), Column("when", INTEGER, optional=True)
AMOUNT, LIMIT = Column("amount", number(2, 8), optional=True), Column("limit", number(1, 8), optional=True)
GATE = Column("gate", BOOLEAN, optional=True)
COLUMNS = (ID_COLUMN, WHO, WHEN, AMOUNT, LIMIT, GATE)

Row = tuple[str, str | None, int | None, Decimal | None, Decimal | None, bool | None]
Got = dict[str, object]


def in_order(source: Sequence[Row]) -> list[Row]:
    """By `when`, missing last, then by id."""
    return sorted(source, key=lambda row: (row[2] is None, row[2] or 0, row[0]))


def take(source: Sequence[Row]) -> Got:
    """(taken, room): the amount, but no more than is left of the row's limit after all before it."""
    taken: dict[str, Decimal] = {}
    found: Got = {}
    for key, who, _, amount, limit, gate in in_order(source):
        before = None if who is None else taken.get(who, Decimal(0))
        room = None if before is None or limit is None else limit - before
        if gate is False:
            found[key] = (0, room)
        elif gate is None or who is None or amount is None or room is None:
            found[key] = (None, room)
        else:
            takes = min(amount, max(room, Decimal(0)))
            found[key] = (takes, room)
            taken[who] = taken.get(who, Decimal(0)) + takes
    return found


def net(source: Sequence[Row]) -> Got:
    """The amount less that of the last row before that passed the gate and had one."""
    settled: dict[str, Decimal] = {}
    found: Got = {}
    for key, who, _, amount, _, gate in in_order(source):
        if gate is False:
            found[key] = 0
        elif gate is None or who is None or amount is None:
            found[key] = None
        else:
            found[key] = amount - settled.get(who, Decimal(0))
            settled[who] = amount
    return found


def earlier(source: Sequence[Row], of: Callable[[list[Row], Row], object]) -> Got:
    """Something of the rows before of the same partition; missing without one."""
    ordered = in_order(source)
    found: Got = {}
    for place, row in enumerate(ordered):
        before = [each for each in ordered[:place] if each[1] == row[1]]
        found[row[0]] = None if row[1] is None else of(before, row)
    return found


def first(before: list[Row], row: Row) -> bool | None:
    """Whether the gate is true here and was not before, as far as it is known."""
    gates = [each[5] for each in before]
    if row[5] is False or True in gates:
        return False
    return None if row[5] is None or None in gates else True


CENTS = st.integers(-20_000, 20_000).map(lambda each: Decimal(each).scaleb(-2))
TENTHS = st.integers(-100, 2_000).map(lambda each: Decimal(each).scaleb(-1))
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "ann", "bob"]),
        st.one_of(st.none(), st.integers(0, 3)),
        st.one_of(st.none(), CENTS),
        st.one_of(st.none(), TENTHS),
        st.sampled_from([None, False, True, True]),
    ),
    max_size=12,
).map(lambda each: [(f"r{place:02}", *row) for place, row in enumerate(each)])


def folded(fold: Fold, source: Sequence[Row]) -> Got:
    """What each row gets of a fold; the rows are given last to first."""
    found = last(rows("source", ["id"], COLUMNS, *source[::-1]), fold, columns=["id", *fold.made])
    return {str(key): tuple(made) if fold.room else made[0] for key, *made in found}


def fold_of(op: FoldOp, value: Column) -> Fold:
    """A fold of each seller's rows by their day."""
    return Fold("fold", "source", ("who",), ("when", "id"), op, value, "got")


@given(ROWS)
def test_take_is_the_loop(source: list[Row]) -> None:
    """Amounts given back, limits that change from row to row, missing values, ties, rows left out."""
    fold = replace(fold_of(FoldOp.TAKE, AMOUNT), limit=LIMIT, where=GATE, room="room")
    assert folded(fold, source) == take(source)


def test_a_limit_that_falls_takes_nothing_back() -> None:
    """100 of 150, then 0 of 50 and not -50; 30 given back leave 70 taken, so of 80 there are 10."""
    fold = replace(fold_of(FoldOp.TAKE, AMOUNT), limit=LIMIT, where=GATE, room="room")
    source: list[Row] = [
        (f"r{at}", "ann", at, Decimal(amount), Decimal(limit), True)
        for at, (amount, limit) in enumerate([(100, 150), (5, 50), (-30, 50), (40, 80)])
    ]
    assert {key: made[0] for key, made in folded(fold, source).items()} == {"r0": 100, "r1": 0, "r2": -30, "r3": 10}  # type: ignore[index]  # TAKE makes two


@given(ROWS)
def test_net_is_the_loop(source: list[Row]) -> None:
    """Steps left out and steps undecided change nothing for later ones."""
    assert folded(replace(fold_of(FoldOp.NET, AMOUNT), where=GATE), source) == net(source)


@given(ROWS)
def test_sums_and_counts_are_the_loop(source: list[Row]) -> None:
    """Of the earlier rows that have an amount."""
    total = earlier(source, lambda before, _: sum(amounts(before), Decimal(0)))
    assert folded(fold_of(FoldOp.SUM, AMOUNT), source) == total
    count = earlier(source, lambda before, _: len(amounts(before)))
    assert folded(fold_of(FoldOp.COUNT, AMOUNT), source) == count


def amounts(source: Sequence[Row]) -> list[Decimal]:
    """The amounts that are there."""
    return [each[3] for each in source if each[3] is not None]


@given(ROWS)
def test_first_is_the_loop(source: list[Row]) -> None:
    """Kleene in each row, over what came before it."""
    assert folded(fold_of(FoldOp.FIRST, GATE), source) == earlier(source, first)


def run(partition: tuple[str, ...], *source: Row, limit: int = 100) -> list[Value]:
    """What rows take of one limit, in the order of their ids."""
    table = Fold("run", "source", partition, ("id",), FoldOp.TAKE, AMOUNT, "taken", literal_number(limit))
    return [row[0] for row in last(rows("source", ["id"], COLUMNS, *source), table, columns=["taken"])]


def row(id: str, amount: int | None, who: str | None = "ann") -> Row:
    """A row without day or limit."""
    return (id, who, None, None if amount is None else Decimal(amount), None, None)


def test_a_return_gives_room_back() -> None:
    """60, then 40 of 60; 50 come back, so 30 fit."""
    assert run(("who",), row("1", 60), row("2", 60), row("3", -50), row("4", 30)) == [60, 40, -50, 30]


def test_without_a_partition_all_share_one_limit() -> None:
    """A pool; a missing amount takes no room."""
    assert run((), row("1", 60, "ann"), row("2", None, "bob"), row("3", 60, None)) == [60, None, 40]


def test_a_row_of_nobody_is_undecided() -> None:
    """Whose limit it would take of is not known; nobody else's room is touched."""
    assert run(("who",), row("1", 500, None), row("2", 500)) == [None, 100]


def test_every_row_has_its_own_limit_when_the_partition_holds_the_key() -> None:
    """Nothing is walked: each takes the smaller of amount and limit, with all of it as its room."""
    source = (row("1", 60), row("2", 160), row("3", -5), row("4", None), row("5", 700, None))
    assert run(("id", "who"), *source) == [60, 100, -5, None, None]
    alone = Fold("fold", "source", ("id",), ("id",), FoldOp.TAKE, AMOUNT, "got", literal_number(100), room="room")
    assert folded(alone, source[:2]) == {"1": (60, 100), "2": (100, 100)}


def test_ratios_are_counted() -> None:
    """Only whether there is one matters: dividing by zero gives none."""
    ratio = Fold("fold", "source", (), ("id",), FoldOp.COUNT, Quotient(AMOUNT, AMOUNT), "got")
    assert folded(ratio, (row("1", 5), row("2", 0), row("3", 1))) == {"1": 0, "2": 1, "3": 1}
    dear = Compare(AMOUNT, Comparison.MORE, literal_number(3))
    conditions = Fold("fold", "source", (), ("id",), FoldOp.COUNT, dear, "got")
    assert folded(conditions, (row("1", 5), row("2", None), row("3", 1))) == {"1": 0, "2": 1, "3": 1}


def test_only_rounded_numbers_are_walked() -> None:
    """`check_plan` refuses a ratio; so does the SQL."""
    table = Fold("run", "source", (), ("id",), FoldOp.TAKE, AMOUNT, "taken", literal_number(1))
    ratio = Relation("source", ("amount",), {"amount": Shape(Width(5, 0), Width(5, 0))})
    with pytest.raises(TypeError, match="no rounded number"):
        fold_select(table, ratio, ("id",), {"taken": Shape(Width(5, 0))})
