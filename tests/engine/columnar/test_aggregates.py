"""Aggregates in SQL: over nothing, over rows that cannot be decided, and by every way of grouping."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.columnar.aggregates import MOST_FILTERS, grouped_select, lowered_aggregate
from engine.columnar.expressions import ScalarSql
from engine.columnar.grouping import MAX_UNROLLED, groupings_of, origin_of
from engine.columnar.rational import Exact, Number
from engine.plan.gauge import Width
from engine.plan.grain import columns_of
from engine.plan.inference import type_of
from engine.plan.literals import literal_number
from engine.plan.scalar import Add, And, Column, Compare, Comparison, Literal, Quotient, Scalar, Value
from engine.plan.table import (
    Aggregate,
    Cross,
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
)
from engine.types import BOOLEAN, COUNT, DATE, ID, TEXT, money
from tests.engine.columnar.small import last, rows

USD = money("USD", 2)
TRUE = Literal(True, BOOLEAN)
P, BY = Column("partner_id", ID), Column("by", ID)
AMOUNT, FIRM = Column("amount", USD, optional=True), Column("firm", BOOLEAN, optional=True)
WORD, DAY = Column("word", TEXT, optional=True), Column("day", DATE)
PARTNERS = rows("partners", ["partner_id"], [P], ("a",), ("b",), ("c",))
SALES = rows(
    "sales",
    ["sale_id"],
    [Column("sale_id", ID), BY, AMOUNT, FIRM, WORD, DAY],
    ("1", "a", Decimal(10), True, "x", date(2026, 1, 1)),
    ("2", "a", Decimal(-4), True, "x", date(2026, 1, 2)),
    ("3", "a", Decimal(6), False, "y", date(2026, 1, 3)),
    ("4", "a", Decimal(1), True, "z", date(2026, 1, 3)),
    ("5", "b", None, True, None, date(2026, 1, 1)),
    ("6", "b", Decimal(5), None, "x", date(2026, 1, 2)),
    ("7", "b", Decimal(2), False, "x", date(2026, 1, 3)),
)
ON = (("partner_id", "by"),)


def measured(*aggregates: Aggregate) -> list[tuple[Value, ...]]:
    """The aggregates of a (all decided), b (some not) and c (no rows)."""
    table = Measure("measured", "partners", "sales", ON, aggregates)
    return last(PARTNERS, SALES, table, columns=[each.into for each in aggregates])


def one(op: Op, value: Scalar | None, where: Scalar = TRUE, ignore: bool = False) -> list[Value]:
    """One aggregate of the three partners."""
    kind = COUNT if value is None or op is Op.COUNT_DISTINCT else type_of(value)
    return [row[0] for row in measured(Aggregate("x", op, value, where, kind, ignore))]


@pytest.mark.parametrize(
    ("op", "value", "where", "ignore", "expected"),
    [
        (Op.SUM, AMOUNT, TRUE, False, [13, None, 0]),
        (Op.SUM, AMOUNT, TRUE, True, [13, 7, 0]),
        (Op.SUM, AMOUNT, FIRM, False, [7, None, 0]),
        (Op.SUM, AMOUNT, FIRM, True, [7, 0, 0]),
        (Op.COUNT, None, TRUE, False, [4, 3, 0]),
        (Op.COUNT, None, FIRM, False, [3, None, 0]),
        (Op.COUNT, None, FIRM, True, [3, 1, 0]),
        (Op.COUNT_DISTINCT, WORD, TRUE, False, [3, None, 0]),
        (Op.COUNT_DISTINCT, WORD, FIRM, True, [2, 0, 0]),
        (Op.MIN, AMOUNT, TRUE, False, [-4, None, None]),
        (Op.MAX, AMOUNT, TRUE, True, [10, 5, None]),
        (Op.MAX, AMOUNT, FIRM, False, [10, None, None]),
        (Op.MEDIAN_LOW, AMOUNT, TRUE, True, [1, 2, None]),
        (Op.MEDIAN_HIGH, AMOUNT, TRUE, True, [6, 5, None]),
        (Op.MEDIAN_LOW, AMOUNT, FIRM, True, [1, None, None]),
        (Op.MEDIAN_HIGH, AMOUNT, TRUE, False, [6, None, None]),
        (Op.MIN, DAY, TRUE, False, [date(2026, 1, 1), date(2026, 1, 1), None]),
        (Op.MAX, WORD, TRUE, True, ["z", "x", None]),
    ],
)
def test_one_aggregate(op: Op, value: Scalar | None, where: Scalar, ignore: bool, expected: list[Value]) -> None:
    """Rows that cannot be decided make it missing, or are dropped; of nothing sums and counts are 0."""
    assert one(op, value, where, ignore) == expected


def test_aggregates_beside_a_distinct_count() -> None:
    """Grouped in two steps, by partner and word and then by partner, everything stays right."""
    found = measured(
        Aggregate("words", Op.COUNT_DISTINCT, WORD, TRUE, COUNT, True),
        Aggregate("firm words", Op.COUNT_DISTINCT, WORD, FIRM, COUNT),
        Aggregate("sum", Op.SUM, AMOUNT, TRUE, USD, True),
        Aggregate("count", Op.COUNT, None, FIRM, COUNT),
        Aggregate("min", Op.MIN, AMOUNT, TRUE, USD, True),
        Aggregate("max", Op.MAX, AMOUNT, TRUE, USD),
    )
    assert found == [
        (3, 2, Decimal(13), 3, Decimal(-4), Decimal(10)),
        (1, None, Decimal(7), None, Decimal(2), None),
        (0, 0, 0, 0, None, None),
    ]


def test_distinct_counts_of_two_columns_and_a_median() -> None:
    """Each is counted by itself."""
    found = measured(
        Aggregate("words", Op.COUNT_DISTINCT, WORD, TRUE, COUNT, True),
        Aggregate("days", Op.COUNT_DISTINCT, DAY, TRUE, COUNT),
        Aggregate("middle", Op.MEDIAN_LOW, AMOUNT, TRUE, USD, True),
    )
    assert found == [(3, 3, Decimal(1)), (1, 3, Decimal(2)), (0, 0, None)]


DAYS = rows(
    "days",
    ["until"],
    [Column("until", DATE), Column("since", DATE, optional=True)],
    (date(2026, 1, 2), None),
    (date(2026, 1, 3), date(2026, 1, 3)),
)
UNTIL, SINCE = Column("until", DATE, of_base=True), Column("since", DATE, optional=True, of_base=True)
SEEN = And((Compare(DAY, Comparison.AT_MOST, UNTIL), Compare(DAY, Comparison.AT_LEAST, SINCE)))
BASE = Cross("base", "partners", "days")


def on_days(where: Scalar, base: Table = BASE, *between: Table) -> list[tuple[Value, ...]]:
    """The count of rows for every partner on both days."""
    aggregates = (Aggregate("n", Op.COUNT, None, where, COUNT), Aggregate("all", Op.COUNT, None, TRUE, COUNT))
    table = Measure("measured", (between or (base,))[-1].name, "sales", ON, aggregates)
    return last(PARTNERS, DAYS, SALES, BASE, *between, table, columns=["partner_id", "n", "all"])


EXPECTED = [("a", None, 4), ("a", 2, 4), ("b", None, 3), ("b", 1, 3), ("c", 0, 0), ("c", 0, 0)]


def test_bounds_of_written_days_become_aggregates_of_their_own() -> None:
    """On the first day nothing says since when, so no row can be decided; on the second two rows count."""
    assert on_days(SEEN) == EXPECTED
    table = Measure("m", "base", "sales", ON, (Aggregate("n", Op.COUNT, None, SEEN, COUNT),))
    assert len(groupings_of((PARTNERS, DAYS, SALES, BASE, table)).by_name["groups of sales by by"].aggregates) == 2


def test_bounds_that_were_computed_are_compared_row_by_row() -> None:
    """The same counts when the bound is a column computed from the day."""
    moved = Extend("moved", "base", (("bound", Column("until", DATE)),))
    where = And((Compare(DAY, Comparison.AT_MOST, Column("bound", DATE, of_base=True)), SEEN.terms[1]))
    assert on_days(where, BASE, moved) == EXPECTED


def test_base_columns_of_different_origins_are_compared_row_by_row() -> None:
    """A partner's own column beside a written day."""
    where = And((SEEN, Compare(BY, Comparison.EQUAL, Column("partner_id", ID, of_base=True))))
    assert on_days(where) == EXPECTED


def test_measures_of_the_same_rows_share_one_grouping() -> None:
    """Rows are read and grouped once, and the same aggregate is computed once."""
    total = Aggregate("total", Op.SUM, AMOUNT, TRUE, USD)
    one_table = Measure("one", "partners", "sales", ON, (total,))
    two = Measure(
        "two",
        "base",
        "sales",
        ON,
        (Aggregate("again", Op.SUM, AMOUNT, TRUE, USD), Aggregate("n", Op.COUNT, None, SEEN, COUNT)),
    )
    found = groupings_of((PARTNERS, DAYS, SALES, BASE, one_table, two))
    assert list(found.by_name) == ["groups of sales by by"]
    assert len(found.by_name["groups of sales by by"].aggregates) == 3
    assert found.of("one") is found.of("two")
    assert found.of("partners") is None


def test_too_many_days_are_compared_row_by_row() -> None:
    """Beyond a number of aggregates, the groups would be larger than the rows."""
    count = MAX_UNROLLED + 1
    many = rows("days", ["until"], DAYS.columns, *((date(2026, 1, 1 + place), None) for place in range(count)))
    table = Measure("m", "base", "sales", ON, (Aggregate("n", Op.COUNT, None, SEEN, COUNT),))
    assert groupings_of((PARTNERS, many, SALES, BASE, table)).of("m") is None


def test_where_a_column_was_written_down() -> None:
    """Values are followed through everything that passes them on unchanged."""
    tables: tuple[Table, ...] = (
        PARTNERS,
        DAYS,
        SALES,
        BASE,
        Filter("few", "base", TRUE),
        Extend("more", "few", (("x", Column("until", DATE)),)),
        Lookup("looked", "more", "sales", (), (("word", "word"),)),
        Measure("counted", "looked", "sales", ON, (Aggregate("n", Op.COUNT, None, TRUE, COUNT),)),
        Fold(
            "run", "counted", (), ("partner_id", "until"), FoldOp.TAKE, Column("n", COUNT), "taken", literal_number(1)
        ),
        Select(
            "chosen",
            "run",
            (("d", "until"), ("p", "partner_id"), ("x", "x"), ("word", "word"), ("n", "n"), ("taken", "taken")),
            ("p", "d"),
        ),
        Join(
            "joined",
            "chosen",
            "days",
            (),
            (("d", "d"), ("p", "p"), ("x", "x"), ("word", "word"), ("n", "n"), ("taken", "taken")),
            (("s", "since"),),
            ("d", "p", "s"),
        ),
        Union("twice", ("joined", "joined")),
        Scan("scan", "scan", (P,), ("partner_id",)),
    )
    by_name = {table.name: table for table in tables}
    columns = columns_of(tables)
    assert origin_of(by_name, columns, "joined", "d") == (DAYS, "until")
    assert origin_of(by_name, columns, "joined", "s") == (DAYS, "since")
    assert origin_of(by_name, columns, "joined", "p") == (PARTNERS, "partner_id")
    assert origin_of(by_name, columns, "joined", "x") == (DAYS, "until")  # the same under another name
    for computed in ("word", "n", "taken"):
        assert origin_of(by_name, columns, "joined", computed) is None
    assert origin_of(by_name, columns, "twice", "d") is None
    assert origin_of(by_name, columns, "scan", "partner_id") is None


def test_a_base_key_that_may_be_missing() -> None:
    """Base rows find their own group even where a key column is missing."""
    key = Column("k", ID, optional=True)
    base = rows("keyed", ["k"], [key, P], ("1", "a"), (None, "b"))
    where = Compare(BY, Comparison.EQUAL, Column("partner_id", ID, of_base=True))
    table = Measure("m", "keyed", "sales", (), (Aggregate("n", Op.COUNT, None, And((where, TRUE)), COUNT),))
    more = Extend("own", "keyed", (("p2", P),))
    own = Measure(
        "m",
        "own",
        "sales",
        (),
        (Aggregate("n", Op.COUNT, None, Compare(BY, Comparison.EQUAL, Column("p2", ID, of_base=True)), COUNT),),
    )
    assert last(SALES, base, table, columns=["n"]) == [(4,), (3,)]
    assert last(SALES, base, more, own, columns=["n"]) == [(4,), (3,)]


def test_a_ratio_is_not_aggregated() -> None:
    """`check_plan` refuses it; so does the SQL."""
    aggregate = Aggregate("x", Op.MAX, Quotient(Add(AMOUNT, AMOUNT), literal_number(3)), TRUE, USD)
    with pytest.raises(TypeError, match="exact ratio"):
        lowered_aggregate(aggregate, ScalarSql({"amount": Exact(Number("amount", Width(16, 2)))}))


@pytest.mark.parametrize("count", [MOST_FILTERS, MOST_FILTERS + 1])
def test_of_very_many_conditions_no_row_is_left_out(count: int) -> None:
    """Amounts of a are 10, -4, 6 and 1. With one condition more, the rows are not chosen before they are grouped."""
    over = [Compare(AMOUNT, Comparison.MORE, literal_number(n)) for n in range(count)]
    aggregates = [Aggregate(f"over {n}", Op.COUNT, None, where, COUNT) for n, where in enumerate(over)]
    found = measured(*aggregates)
    assert found[0] == tuple(sum(amount > n for amount in (10, -4, 6, 1)) for n in range(count))
    assert found[2] == (0,) * count
    scalars = ScalarSql({"amount": Exact(Number("amount", Width(6, 2)))})
    select = grouped_select("sales", {"by": "by"}, [lowered_aggregate(each, scalars) for each in aggregates])
    assert ("FROM sales WHERE " in select) is (count <= MOST_FILTERS)
