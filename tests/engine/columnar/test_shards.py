"""Deciding partners in parts gives what deciding all at once gives."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.evaluate import evaluate_columnar
from engine.columnar.shards import evaluate_shards, in_shard
from engine.plan.literals import literal_number
from engine.plan.plan import Plan
from engine.plan.scalar import Column, Compare, Comparison, Literal
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
)
from engine.records.snapshot import stored_rows
from engine.records.world import world_of
from engine.types import BOOLEAN, COUNT, ID
from tests.engine.columnar.small import plan_of
from tests.engine.records.world_records import ROWS, SCHEMA, USD, write_snapshot

pytestmark = pytest.mark.search

P, SOURCE, SELLER = Column("partner_id", ID), Column("source_id", ID), Column("seller_id", ID, optional=True)
SALE, AMOUNT, TRUE = Column("sale_id", ID), Column("amount", USD), Literal(True, BOOLEAN)
ON = (("partner_id", "partner_id"),)
PARTNERS = Scan("partners", "partners", (P,), ("partner_id",), "partner_id")
SALES = Scan("sales", "sales", (SALE, P, SELLER, AMOUNT), ("sale_id",), "partner_id")


def program() -> Plan:
    """Sales with children decide who takes part in a limit per seller, across partners."""
    joined = Join(
        "all sales", "sales", "reach", (("partner_id", "source_id"),), (("sale_id", "sale_id"), ("amount", "amount")),
        ON, ("sale_id", "partner_id"),
    )  # fmt: skip
    total = Measure("total", "partners", "all sales", ON, (Aggregate("group", Op.SUM, AMOUNT, TRUE, USD),))
    group = Column("group", USD.sized(25, 2))
    big = Extend("big", "total", (("big", Compare(group, Comparison.AT_LEAST, literal_number(50))),))
    kept = tuple((name, name) for name in ("sale_id", "partner_id", "seller_id", "amount"))
    who = Join("decided", "sales", "big", ON, kept, (("big", "big"),), ("sale_id",))
    taking = Filter("taking", "decided", Column("big", BOOLEAN))
    limited = Fold("limited", "taking", ("seller_id",), ("sale_id",), FoldOp.TAKE, AMOUNT, "taken", literal_number(60))
    sold = Measure("sold", "big", "sales", ON, (Aggregate("n", Op.COUNT, None, TRUE, COUNT),))
    return plan_of(
        PARTNERS,
        Scan("reach", "reach", (P, SOURCE), ("partner_id", "source_id"), "partner_id"),
        SALES,
        joined,
        total,
        big,
        who,
        taking,
        limited,
        sold,
        outputs=("sold", "limited"),
    )


DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "it's"]),
        st.sampled_from(["ann", "bob", "dan", None]),
        st.integers(-40, 60),
    ),
    max_size=15,
).map(lambda each: [(f"s{at:02}", who, seller, None, Decimal(amount)) for at, (who, seller, amount) in enumerate(each)])


@given(DRAWN, st.sampled_from([1, 2, 7]))
def test_any_number_of_shards(
    tmp_path_factory: pytest.TempPathFactory, sales: list[tuple[str, str, str | None, None, Decimal]], shards: int
) -> None:
    """Children and sellers in other shards change nothing."""
    paths = write_snapshot(tmp_path_factory.mktemp("shards"), {**ROWS, "sales": sales})
    plan, connection = program(), duckdb.connect(":memory:", config={"threads": 2})
    whole = evaluate_columnar(plan, {name: stored_rows(path) for name, path in paths.items()}, connection)
    parts = evaluate_shards(plan, paths, SCHEMA, connection, shards)
    for output in plan.outputs:
        assert parts.rows(output.name) == whole.rows(output.name)
    connection.close()


def test_the_result_of_shards_is_written_like_any_other(tmp_path: Path) -> None:
    """In the order of the key: a, b, d and it's reach 50, nobody sells more than 60,
    and of a sale of nobody it is not known. Closing leaves nothing behind.
    """
    paths = write_snapshot(tmp_path, ROWS)
    plan, connection = program(), duckdb.connect(":memory:")
    result = evaluate_shards(plan, paths, SCHEMA, connection, 3)
    result.write("limited", tmp_path / "out.parquet")
    query = f"SELECT sale_id, taken FROM read_parquet('{tmp_path / 'out.parquet'}')"
    assert connection.execute(query).fetchall() == [
        ("s1", Decimal("10.00")),
        ("s2", Decimal("20.00")),
        ("s3", Decimal("30.00")),
        ("s5", Decimal("50.00")),
        ("s6", None),
    ]
    result.close()
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def alone(plan: Plan, paths: Mapping[str, Path]) -> list[Mapping[str, object]]:
    """The rows of each partner, evaluated on the records of its world alone."""
    connection = duckdb.connect(":memory:")
    found: list[Mapping[str, object]] = []
    for partner, _ in ROWS["partners"]:
        world = world_of(connection, paths, SCHEMA, plan.needs, [str(partner)])
        part = evaluate_columnar(plan, world.relations, connection)
        found += [row for row in part.rows(plan.outputs[0].name) if row["partner_id"] == partner]
        part.close()
        world.close()
    return sorted(found, key=str)


SAME_SELLER = (("seller_id", "seller_id"),)
SOLD = (Aggregate("sold", Op.COUNT, None, TRUE, COUNT),)
PAIRS = Join(
    "pairs", "sales", "others", SAME_SELLER, (("sale_id", "sale_id"), ("partner_id", "partner_id")),
    (("other", "sale_id"),), ("sale_id", "other"),
)  # fmt: skip
SELLERS = Distinct("sellers", "sales", ("seller_id",))
PER_SELLER = Measure("per seller", "sellers", "sales", SAME_SELLER, SOLD)
SHARES: Mapping[type, tuple[Table, ...]] = {
    Fold: (Fold("walked", "sales", ("seller_id",), ("sale_id",), FoldOp.COUNT, AMOUNT, "before"),),
    Measure: (Measure("counted", "sales", "sales", SAME_SELLER, SOLD),),
    Join: (Select("others", "sales", (("sale_id", "sale_id"), ("seller_id", "seller_id")), ("sale_id",)), PAIRS),
    Lookup: (SELLERS, PER_SELLER, Lookup("looked up", "sales", "per seller", SAME_SELLER, (("sold", "sold"),))),
    Cross: (
        Select("names", "partners", (("other", "partner_id"),), ("other",)),
        Cross("both", "partners", "names"),
    ),
}


@pytest.mark.parametrize("kind", list(SHARES), ids=lambda kind: kind.__name__)
def test_no_node_can_be_left_out_of_the_needs(kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Partners who share a seller decide alone as they do together; blind for one kind of node, they do not."""
    paths = write_snapshot(tmp_path, ROWS)
    connection = duckdb.connect(":memory:")
    tables = (PARTNERS, SALES, *SHARES[kind])
    whole = evaluate_columnar(plan_of(*tables), {name: stored_rows(path) for name, path in paths.items()}, connection)
    expected = sorted(whole.rows(tables[-1].name), key=str)
    assert alone(plan_of(*tables), paths) == expected
    monkeypatch.setattr(kind, "_meets", lambda _: ())
    assert alone(plan_of(*tables), paths) != expected


def test_every_partner_is_in_one_shard() -> None:
    """By the first 32 bits of the MD5 of its id: abc gives 0x90015098."""
    connection = duckdb.connect(":memory:")
    rows = [
        connection.execute(f"SELECT {in_shard(at, 7)} FROM (SELECT 'abc' AS partner_id)").fetchall() for at in range(7)
    ]
    assert [row[0][0] for row in rows].index(True) == 0x90015098 % 7
    assert [row[0][0] for row in rows].count(True) == 1
