"""Columns and grain of every kind of table, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

from engine.plan.grain import columns_of, key_of
from engine.plan.literals import literal_number
from engine.plan.scalar import Add, Column, Compare, Comparison, Literal, Mode, Quotient, Round, Scalar
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
)
from engine.types import BOOLEAN, COUNT, COUNT_DIGITS, DATE, ID, Type, money, number

USD = money("USD", 2).sized(10, 2)
TRUE = Literal(True, BOOLEAN)
PARTNER = Column("partner_id", ID)
AMOUNT = Column("amount", USD)
SCORE = Column("score", number(1, 3), optional=True)
PARTNERS = Scan("partners", "partners", (PARTNER, SCORE), ("partner_id",))
SALES = Scan("sales", "sales", (Column("sale_id", ID), PARTNER, AMOUNT, SCORE), ("sale_id",))
DAYS = Values("days", (Column("day", DATE),), (), ("day",))


def columns(*tables: Table) -> tuple[Column, ...]:
    """The columns of the last table."""
    return columns_of(tables)[tables[-1].name]


def key(*tables: Table) -> tuple[str, ...]:
    """The grain of the last table."""
    return key_of(tables)[tables[-1].name]


def test_a_cross_has_both_sides() -> None:
    """Columns and keys of the left side come first."""
    both = Cross("both", "partners", "days")
    assert columns(PARTNERS, DAYS, both) == (PARTNER, SCORE, Column("day", DATE))
    assert key(PARTNERS, DAYS, both) == ("partner_id", "day")


def test_a_filter_changes_neither() -> None:
    """Fewer rows of the same columns and key."""
    few = Filter("few", "partners", TRUE)
    assert columns(PARTNERS, few) == (PARTNER, SCORE)
    assert key(PARTNERS, few) == ("partner_id",)


def test_an_extension_types_its_columns() -> None:
    """A new column has the type of its scalar and may be missing if that may."""
    more = Extend("more", "partners", (("next", Add(SCORE, literal_number(1))),))
    assert columns(PARTNERS, more)[-1] == Column("next", number(1, 4), optional=True)
    assert key(PARTNERS, more) == ("partner_id",)


def test_looked_up_columns_are_optional() -> None:
    """There may be no row to look up."""
    found = Lookup("found", "sales", "partners", (("partner_id", "partner_id"),), (("its id", "partner_id"),))
    assert columns(PARTNERS, SALES, found)[-1] == Column("its id", ID, optional=True)
    assert key(PARTNERS, SALES, found) == ("sale_id",)


def test_a_join_has_what_is_kept_and_taken() -> None:
    """Under the new names, with the key it declares."""
    pairs = Join(
        "pairs",
        "sales",
        "partners",
        (("partner_id", "partner_id"),),
        (("sale", "sale_id"),),
        (("score", "score"),),
        ("sale",),
    )
    assert columns(PARTNERS, SALES, pairs) == (Column("sale", ID), SCORE)
    assert key(PARTNERS, SALES, pairs) == ("sale",)


def test_distinct_values_are_never_missing() -> None:
    """Rows with a missing key are left out."""
    scores = Distinct("scores", "sales", ("score",))
    assert columns(SALES, scores) == (Column("score", number(1, 3)),)
    assert key(SALES, scores) == ("score",)


def measured(op: Op, value: Column | None, type: Type, ignore: bool = False) -> Column:
    """The column that one aggregate over the sales of a partner makes."""
    aggregate = Aggregate("x", op, value, TRUE, type, ignore)
    table = Measure("measured", "partners", "sales", (("partner_id", "partner_id"),), (aggregate,))
    assert key(PARTNERS, SALES, table) == ("partner_id",)
    return columns(PARTNERS, SALES, table)[-1]


def test_a_sum_has_the_digits_of_a_count_more() -> None:
    """And is there even over nothing, unless one row's value may be missing."""
    assert measured(Op.SUM, AMOUNT, USD) == Column("x", USD.sized(10 + COUNT_DIGITS, 2))
    assert measured(Op.SUM, SCORE, SCORE.type).optional
    assert not measured(Op.SUM, SCORE, SCORE.type, ignore=True).optional


def test_counts_have_the_digits_of_a_count() -> None:
    """Whatever is counted."""
    assert measured(Op.COUNT, None, COUNT) == Column("x", COUNT)
    assert measured(Op.COUNT_DISTINCT, AMOUNT, COUNT) == Column("x", COUNT)


def test_the_largest_of_nothing_is_missing() -> None:
    """Min, max and medians keep the value's type."""
    for op in (Op.MIN, Op.MAX, Op.MEDIAN_LOW, Op.MEDIAN_HIGH):
        assert measured(op, AMOUNT, USD) == Column("x", USD, optional=True)


def test_an_undecided_row_makes_the_aggregate_missing() -> None:
    """A condition that may be missing is enough."""
    where = Compare(SCORE, Comparison.MORE, literal_number(1))
    table = Measure("m", "partners", "sales", (), (Aggregate("x", Op.COUNT, None, where, COUNT),))
    assert columns(PARTNERS, SALES, table)[-1].optional


def folded(op: FoldOp, value: Scalar, limit: Scalar | None = None, room: str = "") -> Fold:
    """A fold over the sales of each partner."""
    return Fold("f", "sales", ("partner_id",), ("sale_id",), op, value, "x", limit, room=room)


def test_a_limit_takes_at_most_the_value() -> None:
    """The digits of the value before the point, and after it those of value and limit."""
    table = folded(FoldOp.TAKE, AMOUNT, SCORE, "left")
    assert columns(SALES, table)[-2] == Column("x", USD, optional=True)
    assert key(SALES, table) == ("sale_id",)


def test_the_room_of_a_limit_holds_what_a_billion_rows_gave_back() -> None:
    """Nine digits for the number of rows, and one for the limit they are taken from."""
    assert columns(SALES, folded(FoldOp.TAKE, AMOUNT, AMOUNT, "left"))[-1] == Column("left", USD.sized(20, 2))
    wide = Column("amount", USD.sized(36, 2))  # a digit of 38 is left for what is taken from it
    assert columns(SALES, folded(FoldOp.TAKE, AMOUNT, wide, "left"))[-1] == Column("left", USD.sized(37, 2))


def test_what_else_a_fold_makes() -> None:
    """Sums hold a billion rows, counts are whole, a step is as wide as a difference."""
    boolean = Compare(AMOUNT, Comparison.MORE, literal_number(1))
    for op, value, made in (
        (FoldOp.SUM, AMOUNT, USD.sized(19, 2)),
        (FoldOp.COUNT, AMOUNT, COUNT),
        (FoldOp.FIRST, boolean, BOOLEAN),
        (FoldOp.NET, AMOUNT, USD.sized(11, 2)),
    ):
        assert columns(SALES, folded(op, value))[-1] == Column("x", made)
    bound = replace(folded(FoldOp.SUM, AMOUNT), digits=17)
    assert columns(SALES, bound)[-1].type == USD.sized(17, 2)


def test_a_fold_may_be_missing() -> None:
    """Where its partition may be; where its value may be, unless that adds nothing."""
    for op, missing in ((FoldOp.SUM, False), (FoldOp.COUNT, False), (FoldOp.NET, True)):
        assert columns(SALES, folded(op, SCORE))[-1].optional is missing
    apart = Fold("f", "sales", ("score",), ("sale_id",), FoldOp.COUNT, AMOUNT, "x")
    assert columns(SALES, apart)[-1].optional


def test_a_union_holds_the_values_of_all_sources() -> None:
    """The larger type and missing if one may be missing."""
    rounded = (("score", Round(Quotient(literal_number(1), literal_number(3)), 3, Mode.DOWN)),)
    one = Extend("one", "days", rounded)
    two = Extend("two", "days", (("score", Literal(None, number(0))),))
    both = Union("both", ("one", "two"))
    assert columns(DAYS, one, two, both) == (Column("day", DATE), Column("score", number(3, 4), optional=True))
    assert key(DAYS, one, two, both) == ("day",)
