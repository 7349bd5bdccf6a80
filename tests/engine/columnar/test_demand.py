"""Only columns that something reads are carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb

from engine.columnar.demand import demanded_columns
from engine.columnar.evaluate import evaluate_columnar
from engine.columnar.grouping import groupings_of
from engine.plan.grain import columns_of, key_of
from engine.plan.plan import Plan
from engine.plan.scalar import Add, Column, Compare, Comparison, Literal
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
    Within,
)
from engine.types import BOOLEAN, COUNT, DATE, ID, money
from tests.engine.columnar.small import plan_of, rows

USD = money("USD", 2)
TRUE = Literal(True, BOOLEAN)
SALE, PARTNER, DAY, AMOUNT, FEE = (
    Column("sale_id", ID),
    Column("partner_id", ID),
    Column("day", DATE),
    Column("amount", USD),
    Column("fee", USD),
)
SALES = Scan("sales", "sales", (SALE, PARTNER, DAY, AMOUNT, FEE), ("sale_id",))
PARTNERS = Scan("partners", "partners", (PARTNER, Column("from", DATE), Column("before", DATE), FEE), ("partner_id",))


def demanded(*tables: Table, outputs: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The columns demanded of each table when the last one is written with these (name, column)."""
    plan = written(plan_of(*tables), outputs)
    return demanded_columns(plan, columns_of(tables), key_of(tables), groupings_of(tables))


def written(plan: Plan, outputs: Sequence[tuple[str, str]]) -> Plan:
    """The Plan with an output of these columns alone."""
    (output,) = plan.outputs
    types = {column: type for _, column, type in output.columns}
    columns = tuple((name, column, types[column]) for name, column in outputs)
    return replace(plan, outputs=(replace(output, columns=columns, key=(outputs[0][0],)),))


KEY = (("sale_id", "sale_id"),)


def test_what_is_computed_and_not_read_asks_for_nothing() -> None:
    """`twice` is not written, so neither `fee` nor anything else is read for it."""
    more = Extend("more", "sales", (("twice", Add(FEE, FEE)), ("x", Add(AMOUNT, AMOUNT))))
    assert demanded(SALES, more, outputs=[*KEY, ("x", "x")]) == {
        "sales": ("sale_id", "amount"),
        "more": ("sale_id", "x"),
    }


def test_conditions_order_and_partitions_are_read() -> None:
    """Filters and limits read columns that they do not pass on."""
    few = Filter("few", "sales", Compare(DAY, Comparison.LESS, Literal(date(2026, 1, 1), DATE)))
    run = Fold("run", "few", ("partner_id",), ("day", "sale_id"), FoldOp.TAKE, AMOUNT, "taken", FEE)
    found = demanded(SALES, few, run, outputs=[*KEY, ("t", "taken")])
    assert found["sales"] == ("sale_id", "partner_id", "day", "amount", "fee")
    assert found["run"] == ("sale_id", "taken")


def test_joins_read_what_they_match_by() -> None:
    """And pass on what is asked for."""
    looked = Lookup(
        "looked",
        "sales",
        "partners",
        (("partner_id", "partner_id"),),
        (("f", "fee"), ("g", "from")),
        Within(DAY, "from", "before"),
    )
    joined = Join(
        "joined",
        "looked",
        "partners",
        (("partner_id", "partner_id"),),
        (("sale_id", "sale_id"), ("f", "f")),
        (("b", "before"),),
        ("sale_id",),
    )
    chosen = Select("chosen", "joined", (("sale_id", "sale_id"), ("f2", "f"), ("b2", "b")), ("sale_id",))
    assert demanded(SALES, PARTNERS, looked, joined, chosen, outputs=[*KEY, ("f2", "f2")]) == {
        "sales": ("sale_id", "partner_id", "day"),
        "partners": ("partner_id", "from", "before", "fee"),
        "looked": ("sale_id", "partner_id", "f"),
        "joined": ("sale_id", "f"),
        "chosen": ("sale_id", "f2"),
    }


def test_measures_read_rows_and_base() -> None:
    """Row by row the base is found again by its key, by a grouping it is not."""
    total = Aggregate("total", Op.SUM, AMOUNT, TRUE, USD)
    late = Compare(DAY, Comparison.MORE, Column("from", DATE, of_base=True))
    on = (("partner_id", "partner_id"),)
    grouped = Measure("m", "partners", "sales", on, (total,))
    by_row = Measure("m", "partners", "sales", on, (replace(total, where=late),))
    outputs = [("partner_id", "partner_id"), ("total", "total")]
    assert demanded(SALES, PARTNERS, grouped, outputs=outputs)["partners"] == ("partner_id",)
    found = demanded(SALES, PARTNERS, by_row, outputs=outputs)
    assert found["partners"] == ("partner_id", "from")
    assert found["sales"] == ("partner_id", "day", "amount")


def test_a_base_is_found_again_by_its_key() -> None:
    """Also where the key is neither written nor compared; by a grouping it is not needed."""
    count = Aggregate("count", Op.COUNT, None, TRUE, COUNT)
    later = Compare(Column("from", DATE), Comparison.MORE, replace(DAY, of_base=True))
    on, outputs = (("partner_id", "partner_id"),), [("amount", "amount"), ("count", "count")]
    grouped = Measure("m", "sales", "partners", on, (count,))
    by_row = Measure("m", "sales", "partners", on, (replace(count, where=later),))
    assert demanded(SALES, PARTNERS, grouped, outputs=outputs)["sales"] == ("partner_id", "amount")
    assert demanded(SALES, PARTNERS, by_row, outputs=outputs)["sales"] == ("sale_id", "partner_id", "day", "amount")


def test_every_table_has_a_column() -> None:
    """A cross of which one side alone is read still needs rows of the other."""
    days = rows("days", ["d"], [Column("d", DATE)], (date(2026, 1, 1),))
    both = Cross("both", "sales", "days")
    again = Union("again", ("both", "both"))
    some = Distinct("some", "again", ("amount",))
    assert demanded(SALES, days, both, again, some, outputs=[("amount", "amount")]) == {
        "sales": ("amount",),
        "days": ("d",),
        "both": ("amount",),
        "again": ("amount",),
        "some": ("amount",),
    }


def test_a_kept_table_holds_only_what_is_read() -> None:
    """Written twice without its total, the measure is kept without it."""
    values = rows("sales", ["sale_id"], [SALE, AMOUNT], ("1", Decimal(5)), ("2", Decimal(7)))
    parts = (Aggregate("total", Op.SUM, AMOUNT, TRUE, USD), Aggregate("largest", Op.MAX, AMOUNT, TRUE, USD))
    measured = Measure("measured", "sales", "sales", (("sale_id", "sale_id"),), parts)
    plan = written(plan_of(values, measured), [*KEY, ("largest", "largest")])
    twice = replace(plan, outputs=(*plan.outputs, replace(plan.outputs[0], name="again")))
    result = evaluate_columnar(twice, {}, duckdb.connect(":memory:"))
    (kept,) = result.kept
    assert [row[0] for row in result.connection.execute(f"DESCRIBE {kept}").fetchall()] == ["sale_id", "largest"]
    assert result.rows("again") == [{"sale_id": "1", "largest": 5}, {"sale_id": "2", "largest": 7}]
