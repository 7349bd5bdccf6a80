"""Leaves in SQL, for everybody at once: the bytes of the definition, whatever the batches and the files."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from engine.duck import open_connection
from engine.plan.scalar import Value
from engine.runs import leaves as module
from engine.runs.leaf import NoLeaves, Sheet, leaf_text, make_form, root_of
from engine.runs.leaves import (
    SCHEMA,
    compute_leaves,
    differing_partners,
    leaf_bytes,
    read_leaves,
    sql_texts,
    write_leaves,
)
from engine.runs.results import leaves_by_partner
from engine.types import ID, INTEGER, TEXT

STATUSES = Sheet("statuses", (("partner_id", ID), ("held", TEXT)), ("partner_id",))
EARNINGS = Sheet(
    "earnings", (("incentive", TEXT), ("partner_id", ID), ("n", INTEGER)), ("incentive", "partner_id", "n")
)
FORM = make_form((STATUSES, EARNINGS))
Write = Callable[[str, str], None]


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """A database that reads the folder of the test."""
    return open_connection(2, folders=[tmp_path])


@pytest.fixture
def write(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> Write:
    """Write a SELECT as a table of results."""

    def written(name: str, select: str) -> None:
        connection.execute(f"COPY ({select}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")

    return written


def usual(write: Write) -> None:
    """A thousand statuses, and three earnings of every seventh partner, some of whom have nothing else."""
    partner = "'P' || lpad(CAST(i AS VARCHAR), 5, '0')"
    write("statuses", f"SELECT {partner} AS partner_id, 'gold' AS held FROM range(1000) r(i) ORDER BY 1")
    write(
        "earnings",
        f"SELECT incentive, {partner} AS partner_id, i * 10 AS n FROM range(3, 1200, 7) r(i), "
        "(VALUES ('a'), ('b'), ('c')) v(incentive) ORDER BY 1, 2, 3",
    )


def expected() -> dict[str, str]:
    """The texts of the same partners by the definition."""
    found = {}
    for i in range(1200):
        partner, paid = f"P{i:05}", i % 7 == 3
        rows: dict[str, list[dict[str, Value]]] = {
            "statuses": [{"partner_id": partner, "held": "gold"}] if i < 1000 else [],
            "earnings": [{"partner_id": partner, "incentive": each, "n": i * 10} for each in "abc"] if paid else [],
        }
        if rows["statuses"] or rows["earnings"]:
            found[partner] = leaf_text(FORM, partner, rows)
    return found


@pytest.mark.parametrize("batch", [100_000, 64, 1])
def test_batches_do_not_matter(
    tmp_path: Path,
    connection: duckdb.DuckDBPyConnection,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
) -> None:
    """Partners whose rows are cut by a batch, and who are in one table only, have the texts of the definition."""
    monkeypatch.setattr(module, "BATCH_ROWS", batch)
    usual(write)
    texts = sql_texts(FORM, tmp_path, connection)
    assert texts == expected()
    assert list(texts) == sorted(texts)
    count, root = write_leaves(FORM, tmp_path, connection)
    assert count == len(texts)
    assert root == root_of(b"".join(sha256(each.encode()).digest() for each in texts.values()))


def test_leaves_are_kept_and_found(tmp_path: Path, connection: duckdb.DuckDBPyConnection, write: Write) -> None:
    """The file has every leaf in the order of partners; some are read by partner, and nobody's are left out."""
    usual(write)
    count, root = write_leaves(FORM, tmp_path, connection)
    leaves = read_leaves(tmp_path, connection)
    assert (leaves.num_rows, root_of(leaf_bytes(leaves))) == (count, root)
    text = expected()["P00003"]
    assert leaves_by_partner(tmp_path, ["P00003", "nobody"], connection) == {"P00003": sha256(text.encode()).digest()}


def test_nobody_has_no_leaf_and_a_root(tmp_path: Path, connection: duckdb.DuckDBPyConnection, write: Write) -> None:
    """Without partners there is an empty file and the root of an empty tree."""
    write("statuses", "SELECT '' AS partner_id, '' AS held WHERE false")
    write("earnings", "SELECT '' AS incentive, '' AS partner_id, 1 AS n WHERE false")
    assert write_leaves(FORM, tmp_path, connection) == (0, sha256().digest())
    assert read_leaves(tmp_path, connection).num_rows == 0


STATUS = "SELECT 'P' AS partner_id, 'gold' AS held"


@pytest.mark.parametrize(
    ("select", "reason"),
    [
        (f"{STATUS} UNION ALL SELECT NULL, 'gold'", "`statuses` has a row without a partner"),
        (f"SELECT * FROM ({STATUS} UNION ALL SELECT 'A', 'gold')", "the rows of `statuses` are not in the order"),
        ("SELECT 'P' AS partner_id", "`statuses` has other columns: held"),
        (f"{STATUS}, 1 AS more", "`statuses` has other columns: more"),
        ("SELECT 1 AS partner_id, 'gold' AS held", "`partner_id` of `statuses` is a INTEGER"),
        ("SELECT 'P' AS partner_id, CAST(1 AS DOUBLE) AS held", "`held` of `statuses` is a DOUBLE"),
    ],
)
def test_tables_that_have_no_leaves(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, write: Write, select: str, reason: str
) -> None:
    """A row of nobody, partners out of order, and columns that the form does not know are refused."""
    usual(write)
    write("statuses", select)
    with pytest.raises(NoLeaves, match=reason):
        compute_leaves(FORM, tmp_path, connection)


@pytest.mark.parametrize("select", ["SELECT 1 AS n", "SELECT 'P' AS partner_id, 'x'::BLOB AS leaf",
                                    "SELECT NULL::VARCHAR AS partner_id, NULL::BLOB AS leaf"])  # fmt: skip
def test_a_file_of_something_else_is_refused(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, write: Write, select: str
) -> None:
    """What holds no leaves is not read as leaves."""
    write("leaves", select)
    with pytest.raises(NoLeaves, match="contains no leaves"):
        read_leaves(tmp_path, connection)


def test_partners_that_differ_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    """By id, with the sides that have a leaf."""

    def leaves(**given: bytes) -> pa.Table:
        return pa.table({"partner_id": list(given), "leaf": [each * 32 for each in given.values()]}).cast(SCHEMA)

    one = leaves(a=b"1", b=b"1", c=b"1")
    assert differing_partners(one, one, connection) == []
    found = differing_partners(one, leaves(a=b"1", c=b"2", d=b"1"), connection)
    assert found == [("b", True, False), ("c", True, True), ("d", False, True)]
