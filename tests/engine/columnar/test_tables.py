"""Every table node in SQL, against rows worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb

from engine.columnar.evaluate import evaluate_columnar
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Add,
    Column,
    Compare,
    Comparison,
    Greatest,
    IsMissing,
    Literal,
    Mode,
    Quotient,
    Round,
)
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Select,
    Union,
    Within,
)
from engine.types import BOOLEAN, COUNT, DATE, ID, INTEGER, TEXT, Kind, Type, money
from tests.engine.columnar.small import last, plan_of, rows

USD = money("USD", 2)
P, AMOUNT = Column("partner_id", ID), Column("amount", USD, optional=True)
SALE, WORD, DAY = Column("sale_id", ID), Column("word", TEXT, optional=True), Column("day", DATE)
TRUE = Literal(True, BOOLEAN)
PARTNERS = rows("partners", ["partner_id"], [P], ("a",), ("b",), ("c",))
SALES = rows(
    "sales",
    ["sale_id"],
    [SALE, Column("by", ID, optional=True), AMOUNT, WORD],
    ("1", "a", Decimal("10.50"), "x"),
    ("2", "a", Decimal("-3"), None),
    ("3", "b", None, "y"),
    ("4", None, Decimal(7), "x"),
)
ON = (("partner_id", "by"),)


def test_a_filter_keeps_only_what_is_true() -> None:
    """A condition that cannot be decided keeps no row."""
    few = Filter("few", "sales", Compare(AMOUNT, Comparison.MORE, literal_number(0)))
    assert last(SALES, few, columns=["sale_id"]) == [("1",), ("4",)]


def test_a_new_column_sees_the_source_not_its_neighbours() -> None:
    """`amount` on the right is the old one in both."""
    more = Extend("more", "sales", (("twice", Add(AMOUNT, AMOUNT)), ("gone", IsMissing(AMOUNT))))
    assert last(SALES, more, columns=["twice", "gone"]) == [
        (Decimal(21), False),
        (Decimal(-6), False),
        (None, True),
        (Decimal(14), False),
    ]


def test_a_cross_has_every_pair() -> None:
    """Three partners on two days."""
    days = rows("days", ["day"], [DAY], (date(2026, 1, 1),), (date(2026, 1, 2),))
    both = Cross("both", "partners", "days")
    assert len(last(PARTNERS, days, both, columns=["day"])) == 6


def test_a_lookup_finds_at_most_one_row() -> None:
    """A missing value matches nothing, and what is not found is missing."""
    found = Lookup("found", "sales", "partners", (("by", "partner_id"),), (("who", "partner_id"),))
    assert last(PARTNERS, SALES, found, columns=["who"]) == [("a",), ("a",), ("b",), (None,)]


def test_the_row_in_force_starts_with_its_first_day_and_ends_before_its_last() -> None:
    """Missing bounds are open on both sides; a missing day is in no period."""
    start, before = Column("from", DATE, optional=True), Column("before", DATE, optional=True)
    history = rows(
        "history",
        ["tier"],
        [Column("tier", TEXT), start, before],
        ("old", None, date(2026, 1, 1)),
        ("new", date(2026, 1, 1), None),
    )
    days = rows(
        "days", ["n"], [Column("n", INTEGER), Column("day", DATE, optional=True)],
        (1, date(2025, 12, 31)), (2, date(2026, 1, 1)), (3, None),
    )  # fmt: skip
    within = Within(Column("day", DATE, optional=True), "from", "before")
    found = Lookup("found", "days", "history", (), (("tier", "tier"),), within)
    assert last(history, days, found, columns=["tier"]) == [("old",), ("new",), (None,)]


def test_a_row_that_holds_until_the_next() -> None:
    """Of those that have started the last; none before the first, on a missing day, or for a missing key."""
    rate, start = Column("rate", INTEGER), Column("from", DATE)
    rates = rows(
        "rates",
        ["code", "from"],
        [Column("code", TEXT), start, rate],
        ("a", date(2026, 2, 1), 2),
        ("a", date(2026, 1, 1), 1),
        ("b", date(2026, 1, 15), 7),
    )
    days = rows(
        "days", ["n"],
        [Column("n", INTEGER), Column("c", TEXT, optional=True), Column("day", DATE, optional=True)],
        (1, "a", date(2025, 12, 31)), (2, "a", date(2026, 1, 1)), (3, "a", date(2026, 1, 31)),
        (4, "a", date(2026, 2, 1)), (5, "a", date(2027, 1, 1)), (6, "a", None), (7, None, date(2026, 2, 1)),
        (8, "c", date(2026, 2, 1)),
    )  # fmt: skip
    within = Within(Column("day", DATE, optional=True), "from", "")
    found = Lookup("found", "days", "rates", (("c", "code"),), (("rate", "rate"),), within)
    expected = [(1, None), (2, 1), (3, 1), (4, 2), (5, 2), (6, None), (7, None), (8, None)]
    assert last(rates, days, found, columns=["n", "rate"]) == expected


def test_a_join_has_every_pair_that_agrees() -> None:
    """Both sides renamed; rows without a partner are in no pair."""
    pairs = Join("pairs", "partners", "sales", ON, (("who", "partner_id"),), (("sale", "sale_id"),), ("who", "sale"))
    assert last(PARTNERS, SALES, pairs, columns=["who", "sale"]) == [("a", "1"), ("a", "2"), ("b", "3")]


def test_a_selection_renames() -> None:
    """Other names for some of the columns."""
    chosen = Select("chosen", "sales", (("id", "sale_id"), ("w", "word")), ("id",))
    assert last(SALES, chosen, columns=["id", "w"])[0] == ("1", "x")


def test_distinct_values_without_missing_ones() -> None:
    """X and y, not the missing word."""
    words = Distinct("words", "sales", ("word",))
    assert last(SALES, words, columns=["word"]) == [("x",), ("y",)]


def test_the_single_row_of_something() -> None:
    """Distinct by no column: one row if there is any."""
    some = Distinct("some", "sales", ())
    counted = Measure("counted", "some", "sales", (), (Aggregate("n", Op.COUNT, None, TRUE, COUNT),))
    assert last(SALES, some, counted, columns=["n"]) == [(4,)]


def test_a_union_has_all_rows_in_the_wider_type() -> None:
    """A ratio beside a number: both are exact ratios afterwards."""
    one = Select("one", "sales", (("k", "sale_id"),), ("k",))
    third = Extend("third", "one", (("v", Quotient(literal_number(1), literal_number(3))),))
    two = Select("two", "partners", (("k", "partner_id"),), ("k",))
    half = Extend("half", "two", (("v", literal_number(Decimal("0.5"))),))
    both = Union("both", ("third", "half"))
    ratio = Column("v", Type(Kind.NUMBER, digits=2, ratio=True), optional=True)
    shown = Extend("shown", "both", (("shown", Round(Greatest((ratio, ratio)), 2, Mode.UP)),))
    found = last(PARTNERS, SALES, one, third, two, half, both, shown, columns=["shown"])
    assert found == [(Decimal("0.34"),)] * 4 + [(Decimal("0.50"),)] * 3


def test_no_written_rows_are_a_table_too() -> None:
    """With typed columns."""
    none = rows("none", ["partner_id"], [P, AMOUNT])
    assert last(none, Extend("more", "none", (("x", Add(AMOUNT, AMOUNT)),)), columns=["x"]) == []


def test_a_record_table_that_is_absent_is_empty() -> None:
    """Its columns still have their types."""
    scan = Scan("sales", "sales", (SALE, AMOUNT), ("sale_id",))
    total = Measure("total", "partners", "sales", (), (Aggregate("n", Op.SUM, AMOUNT, TRUE, USD, True),))
    assert last(PARTNERS, scan, total, columns=["n"]) == [(Decimal(0),)] * 3


def test_a_record_table_is_read_in_its_declared_types() -> None:
    """Whole numbers come as BIGINT and amounts as DECIMAL, whatever the file holds."""
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE TABLE \"the sales\" AS SELECT 'x' AS sale_id, 5 AS quantity, 7.5 AS amount")
    scan = Scan("sales", "sales", (SALE, Column("quantity", INTEGER), AMOUNT), ("sale_id",))
    result = evaluate_columnar(plan_of(scan), {"sales": '"the sales"'}, connection)
    assert result.rows("sales") == [{"sale_id": "x", "quantity": 5, "amount": Decimal("7.50")}]
    types = connection.execute(f"DESCRIBE {result.query('sales')}").fetchall()
    assert [each[1] for each in types] == ["VARCHAR", "BIGINT", "DECIMAL(16,2)"]
