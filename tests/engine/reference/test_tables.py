"""Every table node by rows worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pytest

from engine.plan.scalar import Add, Column, Compare, Comparison, Literal, Scalar, Value
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Table,
    Union,
    Values,
    Within,
)
from engine.reference.tables import ExactRow, Tables, in_order, table_rows
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, money

USD = money("USD", 2)
ID_, AMOUNT, DAY = Column("id", ID), Column("amount", USD, True), Column("day", DATE, True)
ALWAYS = Literal(True, BOOLEAN)
ON_ID = (("id", "id"),)


def rows_of(node: Table, **tables: Sequence[Mapping[str, Value]]) -> list[ExactRow]:
    """The rows of a node, given those of the tables it reads."""
    return list(table_rows(node, Tables(cast("dict[str, Sequence[ExactRow]]", dict(tables))), {}))


def test_scan_keeps_the_stored_fields() -> None:
    """Undeclared columns are dropped, absent ones are missing, decimals become exact fractions."""
    node = Scan("sales", "sales", (ID_, AMOUNT, DAY), ("id",))
    found = table_rows(node, Tables(), {"sales": [{"id": "a", "amount": Decimal("0.10"), "other": 1}]})
    assert found == [{"id": "a", "amount": Fraction(1, 10), "day": None}]


def test_scan_of_an_absent_record_table_is_empty() -> None:
    """No rows is not an error."""
    assert rows_of(Scan("sales", "sales", (ID_,), ("id",))) == []


def test_scan_refuses_a_float() -> None:
    """A float is a fault of the caller, named by its column."""
    broken = cast(Value, 1 / 2)
    with pytest.raises(TypeError, match="`amount` is a float"):
        table_rows(Scan("sales", "sales", (AMOUNT,), ("id",)), Tables(), {"sales": [{"amount": broken}]})


def test_values_cross_filter_extend_union() -> None:
    """Written rows; all pairs; only what is true; new columns see the source's."""
    values = Values("v", (ID_, AMOUNT), (("x", Decimal("1.50")), ("y", None)), ("id",))
    assert rows_of(values) == [{"id": "x", "amount": Fraction(3, 2)}, {"id": "y", "amount": None}]
    assert rows_of(Cross("c", "l", "r"), l=[{"a": 1}, {"a": 2}], r=[{"b": 3}]) == [{"a": 1, "b": 3}, {"a": 2, "b": 3}]
    positive = Compare(AMOUNT, Comparison.MORE, Literal(Decimal(0), USD))
    source: list[dict[str, Value]] = [{"amount": 1}, {"amount": -1}, {"amount": None}]
    assert rows_of(Filter("f", "s", positive), s=source) == [{"amount": 1}]
    added: tuple[tuple[str, Scalar], ...] = (("twice", Add(AMOUNT, AMOUNT)), ("amount2", AMOUNT))
    assert rows_of(Extend("e", "s", added), s=source[:1]) == [{"amount": 1, "twice": 2, "amount2": 1}]
    assert rows_of(Union("u", ("s", "t")), s=source[:1], t=source[1:2]) == source[:2]


def test_lookup_takes_one_row_or_missing() -> None:
    """A match, no match, and a missing value that matches nothing, not even a missing one."""
    node = Lookup("l", "s", "t", (("product", "id"),), (("name", "title"),))
    target: list[dict[str, Value]] = [{"id": "p", "title": "Cable"}, {"id": None, "title": "Nobody"}]
    source: list[dict[str, Value]] = [{"product": "p"}, {"product": "q"}, {"product": None}]
    assert [row["name"] for row in rows_of(node, s=source, t=target)] == ["Cable", None, None]


def test_lookup_of_the_row_in_force() -> None:
    """`start` is included and `before` not; a missing bound is open, a missing day is in no range."""
    within = Within(DAY, "from", "before")
    node = Lookup("l", "s", "t", ON_ID, (("tier", "tier"),), within)
    target: list[dict[str, Value]] = [
        {"id": "a", "tier": "old", "from": None, "before": date(2026, 1, 1)},
        {"id": "a", "tier": "new", "from": date(2026, 1, 1), "before": None},
        {"id": "b", "tier": "gone", "from": date(2025, 1, 1), "before": date(2025, 6, 1)},
    ]
    days = [date(2025, 12, 31), date(2026, 1, 1), None]
    source: list[dict[str, Value]] = [{"id": "a", "day": day} for day in days]
    source.append({"id": "b", "day": date(2025, 6, 1)})
    assert [row["tier"] for row in rows_of(node, s=source, t=target)] == ["old", "new", None, None]


def test_lookup_of_the_row_that_started_last() -> None:
    """Without an end a row holds until the next; none has started before the first, nor on a missing day."""
    node = Lookup("l", "s", "t", ON_ID, (("rate", "rate"),), Within(DAY, "from", ""))
    target: list[dict[str, Value]] = [
        {"id": "a", "rate": 2, "from": date(2026, 2, 1)},
        {"id": "a", "rate": 1, "from": date(2026, 1, 1)},
        {"id": "a", "rate": 9, "from": None},
        {"id": "b", "rate": 7, "from": date(2026, 1, 15)},
    ]
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2027, 1, 1), None]
    source: list[dict[str, Value]] = [{"id": "a", "day": day} for day in days]
    assert [row["rate"] for row in rows_of(node, s=source, t=target)] == [None, 1, 1, 2, 2, None]
    twice: list[dict[str, Value]] = [{"id": "a", "rate": each, "from": date(2026, 1, 1)} for each in (1, 2)]
    with pytest.raises(ValueError, match="2 rows of `t` apply to one row of `s`"):
        rows_of(node, s=source[1:2], t=twice)


def test_lookup_refuses_two_rows_in_force() -> None:
    """Overlapping ranges would make the answer a matter of luck."""
    node = Lookup("l", "s", "t", ON_ID, (("tier", "tier"),))
    with pytest.raises(ValueError, match="2 rows of `t` apply to one row of `s`"):
        rows_of(node, s=[{"id": "a"}], t=[{"id": "a", "tier": "x"}, {"id": "a", "tier": "y"}])


def test_join_pairs_rows_and_renames() -> None:
    """Every pair that agrees; missing agrees with nothing."""
    node = Join("j", "l", "r", (("x", "y"),), (("left", "id"),), (("right", "key"),), ("left", "right"))
    left: list[dict[str, Value]] = [{"id": 1, "x": "a"}, {"id": 2, "x": None}]
    right: list[dict[str, Value]] = [{"key": 7, "y": "a"}, {"key": 8, "y": "a"}, {"key": 9, "y": None}]
    assert rows_of(node, l=left, r=right) == [{"left": 1, "right": 7}, {"left": 1, "right": 8}]


def test_distinct_leaves_out_missing_keys() -> None:
    """Each key once, with its columns only."""
    source: list[dict[str, Value]] = [{"id": "a", "x": 1}, {"id": "a", "x": 2}, {"id": None, "x": 3}]
    assert rows_of(Distinct("d", "s", ("id",)), s=source) == [{"id": "a"}]


def measured(aggregate: Aggregate, *amounts: Value) -> Value | Fraction:
    """One aggregate over rows with these amounts; the base also has a row of somebody else."""
    node = Measure("m", "b", "r", ON_ID, (aggregate,))
    rows: list[dict[str, Value]] = [{"id": "a", "amount": amount} for amount in amounts]
    found = rows_of(node, b=[{"id": "a", "least": 0}], r=[*rows, {"id": "other", "amount": 99}])
    return found[0]["out"]


def aggregate(op: Op, value: Scalar | None = AMOUNT, where: Scalar = ALWAYS, ignore: bool = False) -> Aggregate:
    """An aggregate into `out`."""
    return Aggregate("out", op, value, where, USD, ignore)


@pytest.mark.parametrize(
    ("op", "of_four", "of_three", "of_nothing"),
    [
        (Op.SUM, 17, 12, 0),
        (Op.COUNT_DISTINCT, 4, 2, 0),
        (Op.MIN, 1, 1, None),
        (Op.MAX, 10, 10, None),
        (Op.MEDIAN_LOW, 2, 1, None),
        (Op.MEDIAN_HIGH, 4, 1, None),
    ],
)
def test_aggregates(op: Op, of_four: int, of_three: int, of_nothing: int | None) -> None:
    """Over 10, 1, 2, 4; over 10, 1, 1; and over no rows. Another key's row takes no part."""
    assert measured(aggregate(op), 10, 1, 2, 4) == of_four
    assert measured(aggregate(op), 10, 1, 1) == of_three
    assert measured(aggregate(op)) == of_nothing


def test_a_missing_value_makes_the_aggregate_missing() -> None:
    """Unless such rows are ignored; a count without a value does not look at it."""
    for op in (Op.SUM, Op.MIN, Op.MEDIAN_LOW, Op.COUNT_DISTINCT):
        assert measured(aggregate(op), 5, None) is None
    assert measured(aggregate(Op.SUM, ignore=True), 5, None) == 5
    assert measured(aggregate(Op.COUNT, None), 5, None) == 2


def test_a_row_whose_filter_cannot_be_decided_makes_the_aggregate_missing() -> None:
    """A refuted row does not count, an undecided one does, an ignored one does not."""
    positive = Compare(AMOUNT, Comparison.MORE, Literal(Decimal(0), USD))
    assert measured(aggregate(Op.COUNT, None, positive), 5, -5) == 1
    assert measured(aggregate(Op.COUNT, None, positive), 5, None) is None
    assert measured(aggregate(Op.COUNT, None, positive, ignore=True), 5, None) == 1


def test_aggregates_read_the_base_row() -> None:
    """`of_base` compares each row with the row measured for."""
    above = Compare(AMOUNT, Comparison.MORE, Column("least", USD, of_base=True))
    node = Measure("m", "b", "r", ON_ID, (aggregate(Op.COUNT, None, above),))
    base: list[dict[str, Value]] = [{"id": "a", "least": 1}, {"id": "a", "least": 3}, {"id": None, "least": 0}]
    rows: list[dict[str, Value]] = [{"id": "a", "amount": 2}, {"id": "a", "amount": 4}, {"id": None, "amount": 9}]
    assert [row["out"] for row in rows_of(node, b=base, r=rows)] == [2, 1, 0]


def taken(
    *rows: tuple[str | None, int, Value], limit: Scalar | None = None
) -> dict[Value | Fraction, Value | Fraction]:
    """What rows (seller, place, amount) take under a limit of 100 per seller, by place."""
    return walked(FoldOp.TAKE, *rows, limit=limit or Literal(Decimal(100), USD))


def walked(
    op: FoldOp, *rows: tuple[str | None, int, Value], limit: Scalar | None = None, where: Scalar | None = None
) -> dict[Value | Fraction, Value | Fraction]:
    """What rows (seller, place, amount) get of a fold per seller, by place."""
    node = Fold("r", "s", ("seller",), ("place",), op, Column("amount", USD, True), "out", limit, where)
    source: list[dict[str, Value]] = [{"seller": who, "place": place, "amount": each} for who, place, each in rows]
    return {row["place"]: row["out"] for row in rows_of(node, s=source)}


def test_take_takes_what_is_left_in_order() -> None:
    """80 of 100, then 20 of the 50 asked for, then nothing; another seller has its own limit."""
    assert taken(("a", 3, 10), ("a", 1, 80), ("b", 4, 30), ("a", 2, 50)) == {1: 80, 2: 20, 3: 0, 4: 30}


def test_take_gives_room_back() -> None:
    """A negative amount makes room for the next row."""
    assert taken(("a", 1, 100), ("a", 2, -30), ("a", 3, 50)) == {1: 100, 2: -30, 3: 30}


def test_take_is_missing_where_amount_or_partition_is() -> None:
    """Neither takes room; whose limit a row of nobody falls under is not known."""
    assert taken(("a", 1, None), ("a", 2, 100)) == {1: None, 2: 100}
    assert taken((None, 1, 500), (None, 2, 500)) == {1: None, 2: None}


MORE_THAN_5 = Compare(Column("amount", USD, True), Comparison.MORE, Literal(Decimal(5), USD))
"""Whether a row takes part."""


def test_who_is_left_out_gets_zero_and_changes_nothing() -> None:
    """5 are left out, even without a seller; a missing amount leaves it open who takes part."""
    rows = (("a", 1, 60), ("a", 2, 5), (None, 3, 5), ("a", 4, None), ("a", 5, 60), (None, 6, 60))
    assert walked(FoldOp.TAKE, *rows, limit=Literal(Decimal(100), USD), where=MORE_THAN_5) == {
        1: 60, 2: 0, 3: 0, 4: None, 5: 40, 6: None,
    }  # fmt: skip


def test_sums_and_counts_are_of_the_earlier_rows() -> None:
    """Without the row itself; a missing amount adds nothing, and gets the sum all the same."""
    rows = (("a", 1, 10), ("a", 2, None), ("a", 3, 7), ("b", 4, 1), (None, 5, 1), ("a", 6, 0))
    assert walked(FoldOp.SUM, *rows) == {1: 0, 2: 10, 3: 10, 6: 17, 4: 0, 5: None}
    assert walked(FoldOp.COUNT, *rows) == {1: 0, 2: 1, 3: 1, 6: 2, 4: 0, 5: None}


def test_the_first_of_a_partition() -> None:
    """False before it decides nothing, missing leaves later ones open, and after a true one all are not the first."""
    rows = (("a", 1, False), ("a", 2, True), ("a", 3, True), ("a", 4, None), ("b", 5, None), ("b", 6, True))
    more = (("b", 7, None), ("b", 8, False), (None, 9, True), (None, 10, False))
    assert walked(FoldOp.FIRST, *rows, *more) == {
        1: False, 2: True, 3: False, 4: False, 5: None, 6: None, 7: False, 8: False, 9: None, 10: None,
    }  # fmt: skip


def test_a_step_is_what_the_total_grew_by_since_the_last_that_took_part() -> None:
    """100, then 150 in all, a step left out, one that is missing, then 120: 30 less."""
    rows = (("a", 1, 100), ("a", 2, 150), ("a", 3, 5), ("a", 4, None), ("a", 5, 120), (None, 6, 9), (None, 7, 4))
    assert walked(FoldOp.NET, *rows, where=MORE_THAN_5) == {1: 100, 2: 50, 3: 0, 4: None, 5: -30, 6: None, 7: 0}


def test_grants_are_used_first_in_first_out() -> None:
    """250 used of grants of 100, 200 and 300: all of the first, 150 of the second, nothing of the third."""
    used = Literal(Decimal(250), USD)
    assert walked(FoldOp.TAKE, ("a", 1, 100), ("a", 2, 200), ("a", 3, 300), limit=used) == {1: 100, 2: 150, 3: 0}


def test_whole_numbers_stay_whole() -> None:
    """What is shown as a count must be one: no fraction under the type of an integer."""
    for op, limit in ((FoldOp.TAKE, Literal(2, INTEGER)), (FoldOp.SUM, None), (FoldOp.NET, None)):
        found = walked(op, ("a", 1, 3), ("a", 2, 5), limit=limit)
        assert [type(each) for each in found.values()] == [int, int]


def test_take_under_a_limit_of_the_row() -> None:
    """The limit is read in each row; where it is missing, what is taken is missing and takes no room."""
    limit = Column("place", INTEGER)
    assert taken(("a", 1, 5), ("a", 3, 5), limit=limit) == {1: 1, 3: 2}
    assert taken(("a", 1, 5), limit=Literal(None, USD)) == {1: None}


def test_order_puts_missing_last() -> None:
    """Upwards, text by code point, missing at the end."""
    source: list[ExactRow] = [{"t": "b", "n": 1}, {"t": None, "n": 2}, {"t": "Z", "n": 3}, {"t": None, "n": 0}]
    assert [row["n"] for row in in_order(source, ("t", "n"))] == [3, 1, 0, 2]


def test_text_columns_join_as_they_are() -> None:
    """Types of the columns do not change the rows."""
    node = Scan("t", "t", (Column("id", TEXT),), ("id",))
    assert table_rows(node, Tables(), {"t": [{"id": "x"}]}) == [{"id": "x"}]
