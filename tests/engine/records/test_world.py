"""The rows that deciding some partners reads, worked out by hand for six sales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from engine.language.records import RecordSchema
from engine.plan.needs import Needs, Place, Sharing
from engine.records import world as room
from engine.records.world import World, read_rows, read_world, world_of
from tests.engine.records.world_records import PARTNERS, ROWS, SCHEMA, write_snapshot


def by(table: str, field: str) -> Sharing:
    """Who has a record with the same value."""
    return Sharing(Place(table, field), Place(table, field))


BY_SELLER, BELOW = by("sales", "seller_id"), Sharing(Place("reach", "source_id"), None)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files of the snapshot."""
    return write_snapshot(tmp_path_factory.mktemp("snapshot"), ROWS)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database."""
    opened = duckdb.connect(":memory:")
    yield opened
    opened.close()


def ids(world: World, table: str, column: str) -> list[str]:
    """The values of a column of a table in the world."""
    return sorted(str(row[column]) for row in read_rows(world.connection, world.relations[table], [column]))


def test_a_partner_alone(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """Its rows, its people with all their assignments and certificates, and who sold for it."""
    world = world_of(connection, paths, SCHEMA, Needs(), ["a"])
    assert ids(world, "partners", "partner_id") == ["a"]
    assert ids(world, "people", "person_id") == ["ann", "eve", "fay"]
    assert ids(world, "assignments", "partner_id") == ["a", "d", "d"]
    assert ids(world, "certifications", "holding_id") == ["1", "3", "5"]
    assert ids(world, "sales", "sale_id") == ["s1"]
    assert ids(world, "reach", "source_id") == ["a", "b", "c"]


def test_tables_of_nobody_are_whole(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """Products belong to no partner."""
    assert ids(world_of(connection, paths, SCHEMA, Needs(), ["a"]), "products", "product_id") == ["x", "y"]


def test_linked_rows_of_other_partners(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """A seller who works elsewhere is there, because the sale is read with the seller's fields."""
    world = world_of(connection, paths, SCHEMA, Needs(), ["b"])
    assert ids(world, "people", "person_id") == ["ann", "bob"]
    assert ids(world, "certifications", "holding_id") == ["2"]


def test_everybody_below(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """At any depth, when the program counts children's records."""
    world = world_of(connection, paths, SCHEMA, Needs((BELOW,), 1), ["a"])
    assert ids(world, "sales", "sale_id") == ["s1", "s2", "s3", "s4"]


def test_partners_that_share_a_seller(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """B sells with ann too; c, which shares bob with b, is one step further and not needed."""
    world = world_of(connection, paths, SCHEMA, Needs((BY_SELLER,), 1), ["a"])
    assert ids(world, "partners", "partner_id") == ["a", "b"]


def test_everybody(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """The whole snapshot, whoever is asked for."""
    world = world_of(connection, paths, SCHEMA, Needs(everybody=True), ["a"])
    assert len(ids(world, "partners", "partner_id")) == 5
    assert len(ids(world, "sales", "sale_id")) == 6


def test_records_that_a_plan_reads_by_their_key(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """Partner a for b, which names it as its parent; a declared link is followed anyway."""
    linked = Needs(linked=((Place("partners", "parent_id"), "partners"), (Place("sales", "seller_id"), "people")))
    world = world_of(connection, paths, SCHEMA, linked, ["b"])
    assert ids(world, "partners", "partner_id") == ["a", "b"]
    assert ids(world, "people", "person_id") == ["ann", "bob"]


def test_who_shares_people(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """Whose certificates: d has a person of a's by assignment, and sales by dan alone."""
    sold = Sharing(Place("assignments", "person_id"), Place("sales", "seller_id"))
    world = world_of(connection, paths, SCHEMA, Needs((sold,), 1), ["a"])
    assert ids(world, "partners", "partner_id") == ["a"]
    worked = Sharing(Place("certifications", "person_id"), Place("assignments", "person_id"))
    world = world_of(connection, paths, SCHEMA, Needs((worked,), 1), ["a"])
    assert ids(world, "partners", "partner_id") == ["a", "d"]


def test_limits_one_after_the_other(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """What a later limit sees depends on what an earlier one left: a step of sharing for each."""
    needs = Needs((BY_SELLER, by("sales", "customer_id"), by("surveys", "who")), 3)
    world = world_of(connection, paths, SCHEMA, needs, ["a"])
    assert ids(world, "partners", "partner_id") == ["a", "b", "c", "d"]


def test_a_value_that_is_missing_is_not_shared(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """A sale of nobody binds no partners together; ids are quoted."""
    world = world_of(connection, paths, SCHEMA, Needs((BY_SELLER,), 1), ["it's"])
    assert ids(world, "partners", "partner_id") == ["it's"]


def test_nobody(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """A world of unknown or no partners is empty."""
    for nobody in ([], ["unknown"]):
        assert ids(world_of(connection, paths, SCHEMA, Needs(), nobody), "sales", "sale_id") == []


def test_partners_may_be_a_query(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """As for shards."""
    query = f"SELECT partner_id FROM read_parquet('{paths['partners']}') WHERE parent_id IS NOT NULL"
    assert ids(world_of(connection, paths, SCHEMA, Needs(), query), "sales", "sale_id") == ["s2", "s3", "s4"]


@pytest.mark.parametrize("selected", [["a"], ["b", "d"], ["it's"]])
def test_large_worlds_hold_the_same_rows(
    paths: dict[str, Path],
    connection: duckdb.DuckDBPyConnection,
    selected: Sequence[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Values that are joined choose the rows that written ones choose."""
    needs = Needs((BELOW, BY_SELLER), 2)
    small = read_world(world_of(connection, paths, SCHEMA, needs, selected), ROWS)
    monkeypatch.setattr(room, "SMALL", 0)
    large = read_world(world_of(connection, paths, SCHEMA, needs, selected), ROWS)
    for table, rows in small.items():
        assert sorted(map(repr, rows)) == sorted(map(repr, large[table]))


def test_without_people_or_assignments(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """A feed need not fill every table."""
    some = write_snapshot(tmp_path, {name: ROWS[name] for name in ("partners", "sales", "certifications")})
    needs = Needs((BELOW, by("people", "person_id")), 1)
    world = world_of(connection, some, SCHEMA, needs, ["a"])
    assert sorted(world.relations) == ["certifications", "partners", "sales"]
    assert len(ids(world, "certifications", "holding_id")) == 5
    more = write_snapshot(tmp_path, {name: ROWS[name] for name in ("partners", "people")})
    assert ids(world_of(connection, more, SCHEMA, Needs(), ["a"]), "people", "person_id") == ["ann", "fay"]


def test_a_table_the_schema_does_not_know_is_left_out(
    paths: dict[str, Path], connection: duckdb.DuckDBPyConnection
) -> None:
    """The program that asks has fewer tables than the snapshot; sharing by one of those is a fault."""
    schema = RecordSchema((PARTNERS,))
    assert sorted(world_of(connection, paths, schema, Needs(), ["a"]).relations) == ["partners", "reach"]
    with pytest.raises(KeyError, match="sales"):
        world_of(connection, paths, schema, Needs((BY_SELLER,), 1), ["a"])


def test_rows_are_exact_python_values_with_their_lineage(
    paths: dict[str, Path], connection: duckdb.DuckDBPyConnection
) -> None:
    """Decimal for money; file and line beside the fields; none for the derived table."""
    world = world_of(connection, paths, SCHEMA, Needs(), ["a"])
    read = read_world(world, ["sales", "reach", "surveys", "sales"])
    assert read["sales"] == [
        {
            "sale_id": "s1",
            "partner_id": "a",
            "seller_id": "ann",
            "customer_id": "c1",
            "amount": Decimal("10.00"),
            "_source": "feed.csv",
            "_line": 1,
        }
    ]
    assert sorted(read["reach"][0]) == ["partner_id", "source_id"]
    assert sorted(read) == ["reach", "sales"]


def test_a_world_leaves_nothing_behind(paths: dict[str, Path], connection: duckdb.DuckDBPyConnection) -> None:
    """Its temporary tables go when it is closed."""
    world = world_of(connection, paths, SCHEMA, Needs(), ["a"])
    assert connection.execute(f"FROM {world.partners}").fetchall() == [("a",)]
    world.close()
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
