"""A small snapshot of partners, people, certificates and sales, as Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.columnar.literals import output_type
from engine.duck import quoted
from engine.language.records import REACH, Field, Link, RecordSchema, RecordTable
from engine.plan.scalar import Value
from engine.records.snapshot import LINEAGE, row_order
from engine.types import DATE, ID, TEXT, money

USD = money("USD", 2)
Rows = Sequence[Sequence[Value]]


def _fields(*names: str) -> tuple[Field, ...]:
    types = {"amount": USD, "from": DATE, "name": TEXT}
    return tuple(Field(name, types.get(name, ID), optional=True) for name in names)


PARTNERS = RecordTable("partners", ("partner_id",), _fields("partner_id", "parent_id"), partner="partner_id")
PEOPLE = RecordTable("people", ("person_id",), _fields("person_id", "partner_id"), partner="partner_id")
ASSIGNMENTS = RecordTable(
    "assignments", ("person_id", "from"), _fields("person_id", "partner_id", "from"), partner="partner_id"
)
CERTIFICATIONS = RecordTable("certifications", ("holding_id",), _fields("holding_id", "person_id"), person="person_id")
PRODUCTS = RecordTable("products", ("product_id",), _fields("product_id", "name"))
SALES = RecordTable(
    "sales",
    ("sale_id",),
    _fields("sale_id", "partner_id", "seller_id", "customer_id", "amount"),
    partner="partner_id",
    links=(Link("seller", "people", "seller_id"),),
)
SCHEMA = RecordSchema((PARTNERS, PEOPLE, ASSIGNMENTS, CERTIFICATIONS, PRODUCTS, SALES))
START = date(2025, 1, 1)

ROWS: Mapping[str, Rows] = {
    "partners": [("a", None), ("b", "a"), ("c", "b"), ("d", None), ("it's", None)],
    "people": [("ann", "a"), ("bob", "b"), ("cem", "c"), ("dan", "d"), ("eve", None), ("fay", "a")],
    "assignments": [("eve", "a", START), ("eve", "d", date(2026, 1, 1)), ("fay", "d", START)],
    "certifications": [("1", "ann"), ("2", "bob"), ("3", "eve"), ("4", "dan"), ("5", "fay")],
    "products": [("x", "Ex"), ("y", "Why")],
    "sales": [
        ("s1", "a", "ann", "c1", Decimal("10.00")),
        ("s2", "b", "ann", "c2", Decimal("20.00")),
        ("s3", "b", "bob", "c3", Decimal("30.00")),
        ("s4", "c", "bob", "c4", Decimal("40.00")),
        ("s5", "d", "dan", "c4", Decimal("50.00")),
        ("s6", "it's", None, None, Decimal("60.00")),
    ],
    "reach": [
        ("a", "a"), ("a", "b"), ("a", "c"), ("b", "b"), ("b", "c"), ("c", "c"), ("d", "d"), ("it's", "it's"),
    ],
}  # fmt: skip


def write_snapshot(folder: Path, rows: Mapping[str, Rows], schema: RecordSchema = SCHEMA) -> dict[str, Path]:
    """The files of a snapshot with these rows, sorted as an import sorts them, by table."""
    connection = duckdb.connect(":memory:")
    paths = {}
    for table in (*schema.tables, REACH):
        if table.name not in rows:
            continue
        fields = ", ".join(f"{quoted(each.name)} {output_type(each.type)}" for each in table.fields)
        connection.execute(f"CREATE TABLE {quoted(table.name)} ({fields})")
        for values in rows[table.name]:
            places = ", ".join("?" for _ in values)
            connection.execute(f"INSERT INTO {quoted(table.name)} VALUES ({places})", list(values))
        order = ", ".join(map(quoted, row_order(table)))
        lineage = (
            ""
            if table is REACH
            else f", 'feed.csv' AS {LINEAGE[0]}, CAST(row_number() OVER () AS BIGINT) AS {LINEAGE[1]}"
        )
        paths[table.name] = folder / f"{table.name}.parquet"
        connection.execute(
            f"COPY (SELECT *{lineage} FROM {quoted(table.name)} ORDER BY {order})"
            f" TO '{paths[table.name]}' (FORMAT parquet, ROW_GROUP_SIZE 2)"
        )
    return paths
