"""Canonical bytes: same meaning, same bytes; different meaning, different bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.canonical import BATCH_ROWS, Canonical, canonical_json, content_hash, decimal_text, document_hash
from engine.duck import open_connection
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Type, choice, money, number

COLUMNS: tuple[tuple[str, Type], ...] = (
    ("id", ID),
    ("a text", TEXT),
    ("entry", choice("sale", "return")),
    ("amount", money("USD", 2)),
    ("share", number(18)),
    ("factor", number(17, 17)),
    ("total", number(3, 38)),
    ("units", INTEGER),
    ("closed_on", DATE),
    ("active", BOOLEAN),
)
Row = tuple[
    str | None,
    str | None,
    str | None,
    Decimal | None,
    Decimal | None,
    Decimal | None,
    Decimal | None,
    int | None,
    date | None,
    bool | None,
]


def plain_hash(rows: Sequence[Row]) -> str:
    """The rule of the module's docstring, written again without SQL."""
    types = [
        {"kind": "id"},
        {"kind": "text"},
        {"kind": "choice"},
        {"kind": "money", "scale": 2, "currency": "USD"},
        {"kind": "number", "scale": 18},
        {"kind": "number", "scale": 17},
        {"kind": "number", "scale": 3},
        {"kind": "integer"},
        {"kind": "date"},
        {"kind": "boolean"},
    ]
    head = [[name, kind] for (name, _), kind in zip(COLUMNS, types, strict=True)]
    out = json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    for row in rows:
        for value in row[:3]:
            data = (value or "").encode()
            out += (b"" if value is None else str(len(data)).encode()) + b":" + data + b"|"
        for amount, scale in ((row[3], 2), (row[4], 18), (row[5], 17), (row[6], 3)):
            out += (b"" if amount is None else f"{amount:.{scale}f}".encode()) + b"|"
        out += (b"" if row[7] is None else str(row[7]).encode()) + b"|"
        out += (b"" if row[8] is None else row[8].isoformat().encode()) + b"|"
        out += (b"" if row[9] is None else str(row[9]).lower().encode()) + b"|\n"
    return hashlib.sha256(out).hexdigest()


def table_hash(rows: Sequence[Row], threads: int = 1) -> str:
    """The hash of the same rows in DuckDB."""
    connection = open_connection(threads)
    connection.execute(
        "CREATE TABLE t (n INTEGER, id VARCHAR, 'a text' VARCHAR, entry VARCHAR, amount DECIMAL(18, 2),"
        " share DECIMAL(18, 18), factor DECIMAL(17, 17),"
        " total DECIMAL(38, 3), units BIGINT, closed_on DATE, active BOOLEAN)".replace("'", '"')
    )
    if rows:
        numbered = [(n, *row) for n, row in enumerate(rows)]
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", numbered)
    return content_hash(connection, "SELECT * FROM t ORDER BY n", COLUMNS)


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
WIDE = Context(prec=38)
ROWS = st.tuples(
    TEXTS,
    TEXTS,
    st.none() | st.sampled_from(["sale", "return"]),
    st.none() | st.decimals(-(10**15), 10**15, places=2).map(lambda each: each + 0),
    st.none() | st.decimals(Decimal("-0.9"), Decimal("0.9"), places=18).map(lambda each: each + 0),
    st.none() | st.decimals(Decimal("-0.9"), Decimal("0.9"), places=17).map(lambda each: each + 0),
    st.none() | st.integers(-(10**38 - 1), 10**38 - 1).map(lambda each: Decimal(each).scaleb(-3, WIDE)),
    st.none() | st.integers(-(10**15), 10**15),
    st.none() | st.dates(date(1990, 1, 1), date(2200, 12, 31)),
    st.none() | st.booleans(),
)


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=12))
def test_equals_the_plain_implementation(rows: list[Row]) -> None:
    """SQL and Arrow buffers give the bytes that the rule says."""
    assert table_hash(rows) == plain_hash(rows)


def test_missing_is_not_empty() -> None:
    """A missing text, an empty one and a shifted boundary are three tables."""
    rest = (None, None, None, None, None, None, None, None)
    hashes = {table_hash([(a, b, *rest)]) for a, b in ((None, None), ("", None), ("a|", ""), ("a", "|"))}
    assert len(hashes) == 4


def test_batches_and_threads_do_not_matter(tmp_path: Path) -> None:
    """More rows than a batch, from a file, by one thread or three: one hash."""
    rows = 2 * BATCH_ROWS + 17
    digest = hashlib.sha256(b'[["n",{"kind":"integer"}],["name",{"kind":"text"}]]\n')
    for n in range(rows):
        name = "" if n % 3 == 0 else f"{len(str(n)) + 3}:p {n} "
        digest.update(f"{n}|{name or ':'}|\n".encode())
    file = tmp_path / "t.parquet"
    for threads in (1, 3):
        connection = open_connection(threads, folders=[tmp_path])
        if not file.exists():
            made = f"SELECT i AS n, CASE WHEN i % 3 <> 0 THEN concat('p ', i, ' ') END AS name FROM range({rows}) r(i)"
            connection.execute(f"COPY ({made}) TO '{file}' (ROW_GROUP_SIZE 5000)")
        query = f"SELECT * FROM read_parquet('{file}')"
        assert content_hash(connection, query, [("n", INTEGER), ("name", TEXT)]) == digest.hexdigest()


def test_json_is_sorted_and_exact() -> None:
    """Keys sorted, no spaces, UTF-8, decimals and days as text."""
    value: Canonical = {"b": [Decimal("1.50"), Decimal("-0.00"), None, True, 7], "a": {"é": date(2026, 2, 1)}}
    assert canonical_json(value) == '{"a":{"é":"2026-02-01"},"b":["1.50","0.00",null,true,7]}'.encode()
    assert document_hash({}) == hashlib.sha256(b"{}").hexdigest()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0.5, TypeError),
        ({"a": {1, 2}}, TypeError),
        ({1: "a"}, TypeError),
        (datetime(2026, 1, 1, tzinfo=UTC), TypeError),
        (2**53, ValueError),
        ({"\U0001f600": 1}, ValueError),
        ("\ud800", ValueError),
        (Decimal("NaN"), ValueError),
    ],
)
def test_json_refuses_what_has_no_one_form(value: Canonical, error: type[Exception]) -> None:
    """Floats, instants, large integers and foreign types have no canonical form."""
    with pytest.raises(error):
        canonical_json(value)


def test_decimals_have_no_exponent() -> None:
    """A decimal is written with all its digits."""
    assert decimal_text(Decimal("1E+3")) == "1000"
    assert decimal_text(Decimal("-0.10")) == "-0.10"
