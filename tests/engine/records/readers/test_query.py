"""The rows of a query as texts: every value is exact, or a fault of its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import duckdb
import pytest

from engine.duck import open_connection
from engine.language.source import Span
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Staged
from engine.records.readers.query import Answer, Copy, stage_query

PLACE = Span("feed.yaml", 3, 5, 3, 9)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database."""
    with open_connection(1) as opened:
        yield opened


def staged(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[object]], names: str = "a b", ordered: bool = True
) -> tuple[Staged | None, Copy, Findings]:
    """The rows of an answer from PostgreSQL, in batches of two."""
    batches = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    findings = Findings("CRM, query lines")
    answer = Answer("postgresql", tuple(names.split()), batches)
    return *stage_query(connection, "lines", answer, ordered, PLACE, findings), findings


def texts(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """The rows, each with its line."""
    return connection.execute('SELECT * EXCLUDE (_numbers) FROM "lines" ORDER BY _line').fetchall()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a, b", "a, b"),
        ("", ""),
        (None, None),
        (0, "0"),
        (-(10**30), "-1000000000000000000000000000000"),
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("NaN"), "NaN"),
        (True, "true"),
        (False, "false"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 23, 30), "2026-01-05T23:30:00"),  # noqa: DTZ001 # a `timestamp` has no zone
        (datetime(2026, 1, 5, 23, 30, tzinfo=UTC), "2026-01-05T23:30:00+00:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    ],
)
def test_values_with_a_text(connection: duckdb.DuckDBPyConnection, value: object, text: str | None) -> None:
    """As rung writes them."""
    found, copy, findings = staged(connection, [(value, "x")])
    assert (texts(connection), findings.total(), findings.columns) == ([(text, "x", 1)], 0, [])
    assert found is not None
    assert (found.columns, found.rows, copy.rows) == (("a", "b"), 1, 1)


@pytest.mark.parametrize("value", [b"x", [1], {"a": 1}, time(10, 0), timedelta(days=1), (1, 2)])
def test_values_without_a_text(connection: duckdb.DuckDBPyConnection, value: object) -> None:
    """They are a fault of their column, which matters if a field reads it."""
    _, _, findings = staged(connection, [("x", None), (None, value)])
    ((names, fault),) = findings.columns
    assert (names, fault.code, findings.total()) == (("b",), "RNG691", 0)


def test_columns_of_numbers_are_known(connection: duckdb.DuckDBPyConnection) -> None:
    """The point of a Decimal is a decimal mark; in a column that has texts too, it may be something else."""
    found, _, _ = staged(connection, [(Decimal("1.250"), "1.250"), (None, 7), (3, None)])
    assert found is not None
    assert found.typed == {"a"}


def test_rows_without_an_order_are_sorted(connection: duckdb.DuckDBPyConnection) -> None:
    """By their texts, from the first column on; a missing value is last. The hash is that of the sorted rows."""
    rows = [("b", "2"), (None, "1"), ("a", None), ("b", "10"), ("b", "10")]
    _, first, _ = staged(connection, rows, ordered=False)
    expected = [("a", None, 1), ("b", "10", 2), ("b", "10", 3), ("b", "2", 4), (None, "1", 5)]
    assert texts(connection) == expected
    with open_connection(1) as other:
        _, second, _ = staged(other, rows[::-1], ordered=False)
        assert texts(other) == expected
    with open_connection(1) as third:
        _, ordered, _ = staged(third, rows)
        assert [row[:2] for row in texts(third)] == rows
    assert first == second
    assert first.sha256 != ordered.sha256


def test_names_of_columns_are_those_of_a_header(connection: duckdb.DuckDBPyConnection) -> None:
    """Twice the same, or one that the import keeps for itself, is a fault of the column."""
    found, _, findings = staged(connection, [("x", "y", "z", "w")], "a A _line b")
    assert found is not None
    assert found.columns == ("a", "b")
    assert [fault.code for _, fault in findings.columns] == ["RNG655", "RNG656"]


@pytest.mark.parametrize(("names", "code"), [("", "RNG629"), (" ".join(f"c{n}" for n in range(5_001)), "RNG659")])
def test_a_number_of_columns_that_no_table_has(connection: duckdb.DuckDBPyConnection, names: str, code: str) -> None:
    """None, or too many."""
    found, _, findings = staged(connection, [], names)
    assert (found, [each.code for each in findings.all()]) == (None, [code])
