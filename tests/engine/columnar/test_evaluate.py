"""Evaluating a whole Plan: what is kept, what is written, what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from engine.columnar.evaluate import evaluate_columnar, refuse_doubles
from engine.columnar.rational import constant
from engine.columnar.relation import stored
from engine.plan.plan import Output
from engine.plan.scalar import Column, Literal, Quotient
from engine.plan.table import Aggregate, Distinct, Extend, Filter, Measure, Op
from engine.types import BOOLEAN, COUNT, ID, INTEGER, Kind, Type, money
from tests.engine.columnar.small import plan_of, result_of, rows
from tests.plans import WORLD, ridge
from tests.properties.agreement import assert_agree

USD = money("USD", 2)
P, AMOUNT = Column("partner_id", ID), Column("amount", USD)
PARTNERS = rows("partners", ["partner_id"], [P], ("b",), ("a",))
SALES = rows("sales", ["sale_id"], [Column("sale_id", ID), P, AMOUNT], ("1", "a", Decimal(5)), ("2", "a", Decimal(7)))
TRUE = Literal(True, BOOLEAN)
TOTAL = Aggregate("total", Op.SUM, AMOUNT, TRUE, USD)
MEASURED = Measure("measured", "partners", "sales", (("partner_id", "partner_id"),), (TOTAL,))


def test_the_hand_built_program_agrees_with_the_reference() -> None:
    """Three tiers, a rebate, a limit across partners: every output of the realistic Plan is equal."""
    assert_agree(ridge(), WORLD)


def test_tables_used_once_are_written_into_their_users() -> None:
    """No temporary table is needed for one output of one measure."""
    result = result_of(PARTNERS, SALES, MEASURED)
    assert result.kept == []
    assert result.rows("measured") == [
        {"partner_id": "a", "total": Decimal(12)},
        {"partner_id": "b", "total": Decimal(0)},
    ]


def test_computed_tables_used_twice_are_kept_until_closed() -> None:
    """Two outputs of one measure compute it once."""
    few = Filter("few", "measured", TRUE)
    connection = duckdb.connect(":memory:")
    result = evaluate_columnar(plan_of(PARTNERS, SALES, MEASURED, few, outputs=("measured", "few")), {}, connection)
    assert len(result.kept) == 1
    assert result.rows("few") == result.rows("measured")
    result.close()
    assert result.kept == []
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_two_results_live_beside_each_other() -> None:
    """On one connection their tables have names of their own."""
    few = Filter("few", "measured", TRUE)
    plan = plan_of(PARTNERS, SALES, MEASURED, few, outputs=("measured", "few"))
    connection = duckdb.connect(":memory:")
    one, two = (evaluate_columnar(plan, {}, connection) for _ in range(2))
    one.close()
    assert two.rows("few")[0]["total"] == 12


def test_an_output_is_written_in_the_order_of_its_key_with_exact_types(tmp_path: Path) -> None:
    """Parquet with DECIMAL and BIGINT, sorted by partner."""
    counted = Measure("counted", "measured", "sales", (), (Aggregate("n", Op.COUNT, None, TRUE, COUNT),))
    result = result_of(PARTNERS, SALES, MEASURED, counted)
    path = tmp_path / "it's.parquet"
    result.write("counted", path)
    read = duckdb.connect(":memory:")
    relation = f"read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
    assert read.execute(f"SELECT * FROM {relation}").fetchall() == [("a", Decimal(12), 2), ("b", Decimal(0), 2)]
    assert [each[1] for each in read.execute(f"DESCRIBE FROM {relation}").fetchall()] == [
        "VARCHAR",
        "DECIMAL(25,2)",
        "BIGINT",
    ]


def test_whole_numbers_wider_than_64_bits_stay_whole() -> None:
    """A product of two whole numbers is an int, not a Decimal."""
    wide = rows("wide", ["n"], [Column("n", Type(Kind.INTEGER, digits=30))], (10**29,))
    assert result_of(wide).rows("wide") == [{"n": 10**29}]
    assert isinstance(result_of(wide).rows("wide")[0]["n"], int)


def test_an_output_without_a_key_is_a_single_row() -> None:
    """Nothing to order by."""
    some = Distinct("some", "sales", ())
    total = Measure("total", "some", "sales", (), (TOTAL,))
    assert plan_of(SALES, some, total).outputs[0].key == ()
    assert result_of(SALES, some, total).rows("total") == [{"total": Decimal(12)}]


def test_a_ratio_is_kept_in_two_columns() -> None:
    """Numerator and denominator, each with a width of its own."""
    ratio = Extend(
        "ratio", "measured", (("r", Quotient(Column("total", USD.sized(25, 2)), Column("total", USD.sized(25, 2)))),)
    )
    result = result_of(PARTNERS, SALES, MEASURED, ratio)
    assert result.relations["ratio"].physical("r") == ("r", "r denominator")
    assert result.rows("ratio")[0] == {"partner_id": "a", "total": Decimal(12)}


def test_a_double_is_an_internal_error() -> None:
    """No column may be computed by floating point."""
    connection = duckdb.connect(":memory:")
    with pytest.raises(TypeError, match="column x is a DOUBLE"):
        refuse_doubles(connection, "table t", "SELECT 1 / 2 AS x")


def test_a_number_needs_a_width_to_be_stored() -> None:
    """A fault of the caller."""
    with pytest.raises(TypeError, match="without a width"):
        stored("x", constant(1), None)


def test_an_output_under_other_names() -> None:
    """An output may rename and widen."""
    table = rows("t", ["k"], [Column("k", INTEGER), Column("amount", USD)], (1, Decimal("1.5")))
    plan = plan_of(table)
    renamed = Output("out", "t", (("key", "k", INTEGER), ("more", "amount", USD.sized(20, 4))), ("key",))
    result = evaluate_columnar(replace(plan, outputs=(renamed,)), {}, duckdb.connect(":memory:"))
    assert result.rows("out") == [{"key": 1, "more": Decimal("1.5000")}]
