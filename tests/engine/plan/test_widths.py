"""Digits of intermediates, counted by hand, and the plans that are refused for them."""

from __future__ import annotations

from datetime import date

import pytest

from engine.plan.gauge import Gauge, Shape, Width, rounded_width
from engine.plan.literals import literal_number
from engine.plan.plan import Plan
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    Band,
    Bands,
    Between,
    Case,
    Column,
    Compare,
    Comparison,
    Greatest,
    IfMissing,
    Literal,
    Method,
    Mode,
    Multiply,
    Quotient,
    Rank,
    Round,
    Scalar,
    TakenBack,
)
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
    Select,
    Table,
    Union,
    Values,
    Within,
)
from engine.plan.widths import too_wide
from engine.types import BOOLEAN, DATE, ID, MAX_DIGITS, TEXT, Type, money, number

WIDE = number(2, 30)
A, B = Column("a", WIDE), Column("b", WIDE)
SMALL = Column("small", number(1, 4))
NAME, DAY, FLAG = Column("name", ID), Column("day", DATE), Column("flag", BOOLEAN)
TRUE = Literal(True, BOOLEAN)
ROWS = Scan("rows", "rows", (NAME, DAY, A, B, SMALL, FLAG), ("name",))
SHAPES = {"a": Shape(Width(30, 2)), "b": Shape(Width(30, 2)), "small": Shape(Width(4, 1))}
RATIO = Quotient(A, B)


def plan(*tables: Table) -> Plan:
    """A Plan of these tables alone."""
    return Plan("p", "1", date(2026, 1, 1), tables, (), "rows", (), (), (), (), (), ())


def found(scalar: Scalar) -> list[int]:
    """The digits of what is too wide in one scalar over the rows."""
    return [digits for _, _, digits in too_wide(plan(ROWS, Extend("more", "rows", (("x", scalar),))))]


def test_nothing_is_too_wide_in_ordinary_sums() -> None:
    """Thirty digits and one more for the carry fit."""
    assert found(Add(A, B)) == []


def test_a_product_of_two_wide_numbers_is_refused() -> None:
    """30 + 30 digits, once for the node and once for the column it would fill."""
    assert found(Multiply(A, B)) == [60, 60]


def test_comparing_a_ratio_with_a_number_multiplies_by_its_divisor() -> None:
    """A / b >= 12.5 is a >= 12.5 b: 30 + 3 digits, and two places more for the common scale."""
    gauge = Gauge(SHAPES)
    gauge.shape(Compare(RATIO, Comparison.AT_LEAST, literal_number(12)))
    assert max(digits for _, digits in gauge.found) == 32
    assert found(Compare(RATIO, Comparison.AT_LEAST, SMALL)) == []


def test_comparing_two_wide_ratios_is_refused() -> None:
    """Both sides have 30 + 30 digits."""
    assert 60 in found(Compare(RATIO, Comparison.LESS, Quotient(B, A)))


def test_rounding_a_ratio_needs_room_for_the_shifted_numerator() -> None:
    """30 digits and eight places fit 38, ten do not; a result that would need more is missing."""
    assert found(Round(RATIO, 7, Mode.DOWN)) == []
    assert found(Round(RATIO, 10, Mode.DOWN)) == [40]


def test_a_column_needs_what_its_halves_need() -> None:
    """The type of a number divided by a ratio leaves its size open; its halves bound it."""
    scalar = Round(Quotient(SMALL, Quotient(SMALL, SMALL)), 2, Mode.UP)
    assert scalar.typed.digits == MAX_DIGITS and scalar.may_miss
    assert found(scalar) == []


@pytest.mark.parametrize(
    "scalar",
    [
        Greatest((RATIO, Quotient(B, A))),
        Between(RATIO, Quotient(B, A), literal_number(1)),
        Case(((Compare(RATIO, Comparison.LESS, Quotient(B, A)), A),), B),
        And((Compare(RATIO, Comparison.LESS, Quotient(B, A)),)),
        IfMissing(Multiply(A, B), A),
        Absolute(Multiply(A, B)),
        TakenBack(A, Multiply(A, B)),
        TakenBack(Multiply(A, B), A),
        Bands(Multiply(A, B), (Band(literal_number(0), rate=literal_number(1)),), Method.WHOLE, WIDE),
    ],
)
def test_every_node_is_searched(scalar: Scalar) -> None:
    """What is too wide is found wherever it stands."""
    assert found(scalar)


def test_words_and_days_have_no_digits() -> None:
    """Comparing text, counting days and ranking words is never too wide."""
    words = Among(Column("name", ID), (Literal("a", TEXT),))
    gauge = Gauge(SHAPES)
    assert gauge.shape(words) is None
    assert gauge.shape(Case(((words, NAME),), Literal("b", TEXT))) is None
    assert gauge.shape(IfMissing(Literal(None, TEXT), Literal(None, TEXT))) is None
    assert gauge.shape(Rank(NAME, ("a",))) == Shape(Width(4, 0))
    assert gauge.shape(IfMissing(Literal(None, WIDE), Literal(None, WIDE))) == Shape(Width(1, 0))


def test_arithmetic_on_words_is_a_fault_of_the_compiler() -> None:
    """A word has no digits to add."""
    with pytest.raises(TypeError, match="Column is not a number"):
        Gauge({}).number(NAME)


def test_a_choice_of_ratio_and_number_has_two_halves() -> None:
    """The number stands over one."""
    shape = Gauge(SHAPES).shape(IfMissing(RATIO, SMALL))
    assert shape == Shape(Width(30, 2), Width(30, 2))
    assert Gauge(SHAPES).shape(Case((), RATIO)) == Shape(Width(30, 2), Width(30, 2))


def test_ratios_keep_their_halves_through_all_tables() -> None:
    """Whatever a ratio passes through, comparing it with another at the end is too wide."""
    within = Within(DAY, "day", "day")
    others = Scan("others", "others", (Column("other", ID),), ("other",))
    tables = (
        ROWS,
        others,
        Values("days", (Column("d", DATE),), (), ("d",)),
        Extend("ratio", "rows", (("r", RATIO),)),
        Select(
            "chosen",
            "ratio",
            tuple((each, each) for each in ("name", "day", "a", "b", "small", "flag", "r")),
            ("name",),
        ),
        Filter("few", "chosen", FLAG),
        Cross("crossed", "others", "few"),
        Lookup("looked", "crossed", "ratio", (("name", "name"),), (("r2", "r"),), within),
        Join("joined", "looked", "rows", (), (("r3", "r2"), ("other", "other")), (("a", "a"),), ("other",)),
        Distinct("unique", "joined", ("r3", "a")),
        Measure("measured", "unique", "rows", (), (Aggregate("n", Op.SUM, SMALL, TRUE, SMALL.type),)),
        Fold("run", "measured", (), ("a",), FoldOp.TAKE, Column("n", SMALL.type), "t", literal_number(5)),
        Union("all", ("run", "run")),
        Extend("end", "all", (("x", Compare(Column("r3", Type(RATIO_KIND, digits=30, ratio=True)), LESS, RATIO_2)),)),
    )
    assert {table for table, _, _ in too_wide(plan(*tables))} == {"end"}


RATIO_KIND = WIDE.kind
LESS = Comparison.LESS
RATIO_2 = Quotient(Column("a", WIDE), Column("a", WIDE))


def test_aggregates_and_limits_are_searched() -> None:
    """What is too wide inside a measure or a limit names its table."""
    product = Multiply(A, B)
    measure = Measure("m", "rows", "rows", (), (Aggregate("n", Op.SUM, product, TRUE, money("USD", 2)),))
    limit = Round(product, 2, Mode.UP)
    fold = Fold("run", "rows", (), ("name",), FoldOp.TAKE, A, "t", limit)
    step = Fold("net", "rows", (), ("name",), FoldOp.NET, Round(A, 0, Mode.UP), "u")
    assert [(table, digits) for table, _, digits in too_wide(plan(ROWS, measure, fold, step))] == [
        ("m", 60),
        ("m", 69),  # and nine for the number of rows
        ("run", 60),
        ("run", 39),  # a rounded limit of 38, less a value
    ]


def test_a_quotient_carries_only_where_its_divisor_leaves_more_to_cut() -> None:
    """99.999 / 0.1 is 999.99: two places hold it, nothing is cut. One place cuts, and 999.99 becomes 1,000.0."""
    shape = Shape(Width(5, 3), Width(2, 1))
    assert rounded_width(shape, 2) == Width(5, 2)
    assert rounded_width(shape, 1) == Width(5, 1)


def test_a_choice_of_number_and_ratio_has_two_halves_in_either_order() -> None:
    """The number comes first here; between two numbers nothing stands below."""
    assert Gauge(SHAPES).shape(IfMissing(SMALL, RATIO)) == Shape(Width(30, 2), Width(30, 2))
    assert Gauge(SHAPES).shape(IfMissing(SMALL, A)) == Shape(Width(30, 2))
