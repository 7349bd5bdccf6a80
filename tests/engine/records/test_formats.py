"""The same records from CSV, JSON Lines, Parquet and a workbook are one snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from tests.engine.records.desk import FEED, imported, told

ROWS = [("S1", "P1", "2026-01-05", "10.50"), ("S2", "P2", "2026-02-01", "7")]
NAMES = ("sale", "partner", "day", "amount")


def write_workbook(path: Path, rows: list[tuple[str | int, ...]], numbers: bool) -> None:
    """The rows as a sheet; amounts as numbers or as texts."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, NAMES)
        for n, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(n, column, value)
                elif column == 3 and numbers:
                    sheet.write_number(n, column, int(value.replace(".", "")) / (100 if "." in value else 1))
                else:
                    sheet.write_string(n, column, value)


def write_json_lines(path: Path) -> None:
    """The rows as JSON Lines."""
    path.write_text("".join(json.dumps(dict(zip(NAMES, row, strict=True))) + "\n" for row in ROWS))


def write_parquet(path: Path) -> None:
    """The rows as Parquet, with a decimal and a date column."""
    values = ", ".join(str(row) for row in ROWS)
    duckdb.connect().execute(
        f"COPY (SELECT sale, partner, CAST(day AS DATE) AS day, CAST(amount AS DECIMAL(9, 2)) AS amount"
        f" FROM (VALUES {values}) AS t({', '.join(NAMES)})) TO '{path}'"
    )


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "xlsx"])
def test_formats_agree(tmp_path: Path, ending: str) -> None:
    """How a file is written does not matter to what it says."""
    expected = imported(tmp_path).id
    path = tmp_path / "files" / f"lines.{ending}"
    if ending == "jsonl":
        write_json_lines(path)
    elif ending == "parquet":
        write_parquet(path)
    else:
        write_workbook(path, list(ROWS), numbers=True)
    result = imported(tmp_path, FEED.replace("lines.csv", path.name))
    assert result.diagnostics == ()
    assert result.id == expected


def test_ids_that_are_numbers_in_a_workbook(tmp_path: Path) -> None:
    """An id stored as a number has lost its zeros; a joined one is taken."""
    (tmp_path / "files").mkdir()
    write_workbook(tmp_path / "files" / "lines.xlsx", [(7, "P1", "2026-01-05", "1")], numbers=False)
    feed = FEED.replace("lines.csv", "lines.xlsx")
    assert told(imported(tmp_path, feed).diagnostics) == [
        (
            "lines.xlsx, sheet Sales:2 RNG709 `sales.sale_id`: column `sale` has '7' in a cell that is not text,"
            " so leading zeros may be lost"
        )
    ]
    joined = feed.replace("sale_id: sale", "sale_id: {join: [partner, sale]}")
    assert imported(tmp_path, joined).snapshot is not None
