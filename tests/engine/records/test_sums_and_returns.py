"""Totals that sums can hold, and returns that name a sale."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from engine.language.records import Field, RecordTable
from engine.records.rules import loaded, too_large
from engine.types import ID, money
from tests.engine.records.desk import FEED, imported, told

RETURNS = FEED.replace("entry: {constant: sale}", "entry: kind, returns_id: of")
LINES = "sale,partner,day,amount,kind,of\nS1,P1,2026-01-05,10.50,sale,\nS2,P1,2026-01-06,-1.00,return,S1\n"


def test_a_return_names_a_sale(tmp_path: Path) -> None:
    """A return of a sale is imported."""
    assert imported(tmp_path, RETURNS, lines=LINES).snapshot is not None


def test_a_return_of_a_return_is_refused(tmp_path: Path) -> None:
    """Its line, and the line of the return it names, are told."""
    result = imported(tmp_path, RETURNS, lines=LINES + "S3,P1,2026-01-07,-1.00,return,S2\n")
    assert told(result.diagnostics) == ["lines.csv:4 RNG751 `sales.returns_id`: 'S2' is itself a return"]
    assert result.snapshot is None


def test_a_column_that_adds_up_to_18_digits_is_refused(tmp_path: Path) -> None:
    """12 amounts of the largest size are more than 10**17 cents."""
    rows = "".join(f"S{each},P1,2026-01-05,90071992547409.91\n" for each in range(12))
    result = imported(tmp_path, lines="sale,partner,day,amount\n" + rows)
    assert [each.code for each in result.diagnostics] == ["RNG750"]
    assert result.snapshot is None


@pytest.mark.parametrize(("last", "refused"), [("0.99", []), ("1.00", ["amount"])])
def test_the_edge_is_17_digits(last: str, refused: list[str]) -> None:
    """One cent decides: 10**17 - 1 is held, 10**17 is not, whatever the signs."""
    connection = duckdb.connect()
    table = RecordTable("sales", ("id",), (Field("id", ID), Field("amount", money("USD", 2))))
    connection.execute(
        f"CREATE TEMP TABLE {loaded('sales')} AS SELECT * FROM (VALUES "
        f"('a', CAST(-999999999999999.00 AS DECIMAL(18,2))), ('b', CAST({last} AS DECIMAL(18,2)))) AS v(id, amount)"
    )
    assert list(too_large(connection, table)) == refused
