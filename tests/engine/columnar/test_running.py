"""Limits walked in order: the closed form in SQL against a loop."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.relation import Relation
from engine.columnar.running import running_select
from engine.plan.literals import literal_number
from engine.plan.scalar import Column, Value
from engine.plan.table import Running
from engine.plan.widths import Shape, Width
from engine.types import ID, INTEGER, number
from tests.engine.columnar.small import last, rows

ID_COLUMN, WHO, WHEN = Column("id", ID), Column("who", ID, optional=True), Column("when", INTEGER, optional=True)
AMOUNT, LIMIT = Column("amount", number(2, 8), optional=True), Column("limit", number(1, 8), optional=True)
COLUMNS = (ID_COLUMN, WHO, WHEN, AMOUNT, LIMIT)

Row = tuple[str, str | None, int | None, Decimal | None, Decimal | None]


def looped(source: Sequence[Row]) -> dict[str, Decimal | None]:
    """What each row takes: its amount, but no more than is left of its limit after all before it."""
    taken: dict[str | None, Decimal] = {}
    found: dict[str, Decimal | None] = {}
    for key, who, _, amount, limit in sorted(source, key=lambda row: (row[2] is None, row[2] or 0, row[0])):
        if who is None or amount is None:
            found[key] = amount
        elif limit is None:
            found[key] = None
        else:
            takes = min(amount, limit - taken.get(who, Decimal(0)))
            found[key] = takes
            taken[who] = taken.get(who, Decimal(0)) + takes
    return found


CENTS = st.integers(-20_000, 20_000).map(lambda each: Decimal(each).scaleb(-2))
TENTHS = st.integers(-100, 2_000).map(lambda each: Decimal(each).scaleb(-1))
ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "ann", "bob"]),
        st.one_of(st.none(), st.integers(0, 3)),
        st.one_of(st.none(), CENTS),
        st.one_of(st.none(), TENTHS),
    ),
    max_size=12,
).map(lambda each: [(f"r{place:02}", *row) for place, row in enumerate(each)])


@given(ROWS)
def test_the_closed_form_is_the_loop(source: list[Row]) -> None:
    """Amounts given back, limits that change from row to row, missing values, ties in the order."""
    table = Running("run", "source", ("who",), ("when", "id"), "amount", LIMIT, "taken")
    shuffled = source[::-1]
    found = last(rows("source", ["id"], COLUMNS, *shuffled), table, columns=["id", "taken"])
    assert {key: taken for key, taken in found} == looped(source)  # noqa: C416 (rows of any length)


def run(partition: tuple[str, ...], *source: Row, limit: int = 100) -> list[Value]:
    """What rows take of one limit, in the order of their ids."""
    table = Running("run", "source", partition, ("id",), "amount", literal_number(limit), "taken")
    return [row[0] for row in last(rows("source", ["id"], COLUMNS, *source), table, columns=["taken"])]


def row(id: str, amount: int | None, who: str | None = "ann") -> Row:
    """A row without day or limit."""
    return (id, who, None, None if amount is None else Decimal(amount), None)


def test_a_return_gives_room_back() -> None:
    """60, then 40 of 60; 50 come back, so 30 fit."""
    assert run(("who",), row("1", 60), row("2", 60), row("3", -50), row("4", 30)) == [60, 40, -50, 30]


def test_without_a_partition_all_share_one_limit() -> None:
    """A pool; a missing amount takes no room."""
    assert run((), row("1", 60, "ann"), row("2", None, "bob"), row("3", 60, None)) == [60, None, 40]


def test_a_row_of_nobody_is_not_limited() -> None:
    """A missing partition value leaves the amount as it is."""
    assert run(("who",), row("1", 500, None), row("2", 500)) == [500, 100]


def test_every_row_has_its_own_limit_when_the_partition_holds_the_key() -> None:
    """Nothing is walked: each takes the smaller of amount and limit."""
    assert run(("id", "who"), row("1", 60), row("2", 160), row("3", -5), row("4", None), row("5", 700, None)) == [
        60,
        100,
        -5,
        None,
        700,
    ]


def test_only_rounded_numbers_are_limited() -> None:
    """`check_plan` refuses a ratio; so does the SQL."""
    table = Running("run", "source", (), ("id",), "amount", literal_number(1), "taken")
    ratio = Relation("source", ("amount",), {"amount": Shape(Width(5, 0), Width(5, 0))})
    with pytest.raises(TypeError, match="no rounded number"):
        running_select(table, ratio, ("id",), Shape(Width(5, 0)))
