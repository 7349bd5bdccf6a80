"""Parquet: the text of each exact value; what is not exact, not flat or damaged is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.records.readers.layout import Layout

Stage = Callable[..., tuple[list[tuple[object, ...]], list[str]]]

PARQUET = Layout("parquet")
NAME = "sales.parquet"


def write(path: Path, select: str) -> Path:
    """A Parquet file of what a query gives."""
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def test_reads_exact_texts(stage: Stage, tmp_path: Path) -> None:
    """Decimals keep their scale, integers all digits, dates are ISO; NULL and empty text stay apart."""
    path = write(
        tmp_path / NAME,
        "SELECT 'a' AS id, 1.10::DECIMAL(18, 2) AS amount, 9223372036854775807::BIGINT AS big, "
        "255::UTINYINT AS small, DATE '2025-01-02' AS day, true AS flag, '' AS note "
        "UNION ALL SELECT 'b', -0.05, NULL, 0, NULL, false, NULL",
    )
    assert stage(path, PARQUET, NAME) == (
        [
            ("id", "amount", "big", "small", "day", "flag", "note"),
            ("a", "1.10", "9223372036854775807", "255", "2025-01-02", "true", "", 1),
            ("b", "-0.05", None, "0", None, "false", None, 2),
        ],
        [],
    )


def test_lines_are_row_numbers_over_row_groups(stage: Stage, tmp_path: Path) -> None:
    """Rows of many groups keep their order."""
    path = tmp_path / NAME
    pq.write_table(pa.table({"id": [str(row) for row in range(10_000)]}), path, row_group_size=700)
    rows, _ = stage(path, PARQUET, NAME)
    assert rows == [("id",), *((str(row), row + 1) for row in range(10_000))]


def test_no_rows_are_fine(stage: Stage, tmp_path: Path) -> None:
    """A file with columns and no rows is a table without rows."""
    assert stage(write(tmp_path / NAME, "SELECT 1 AS id LIMIT 0"), PARQUET, NAME) == ([("id",)], [])


REFUSED_COLUMNS = {
    "1.5::DOUBLE": "RNG690 column `v` of `sales.parquet` contains binary floating-point numbers (DOUBLE)",
    "1.5::FLOAT": "RNG690 column `v` of `sales.parquet` contains binary floating-point numbers (FLOAT)",
    "[1.5::DECIMAL(4, 2)]": (
        "RNG691 column `v` of `sales.parquet` has the type DECIMAL(4,2)[], which the import cannot read"
    ),
    "[1]": "RNG691 column `v` of `sales.parquet` has the type INTEGER[], which the import cannot read",
    "{'a': 1, 'b': {'c': [2]}}": (
        "RNG691 column `v` of `sales.parquet` has the type STRUCT(a INTEGER, b STRUCT(c INTEGER[])), "
        "which the import cannot read"
    ),
    "{'a_rather_long_name': 1, 'another_long_name': 2}": (
        "RNG691 column `v` of `sales.parquet` has the type STRUCT(a_rather_long_name INTEGER, anoth.., "
        "which the import cannot read"
    ),
    "MAP {'a': 1}": (
        "RNG691 column `v` of `sales.parquet` has the type MAP(VARCHAR, INTEGER), which the import cannot read"
    ),
    "TIMESTAMP '2025-01-02 03:04:05'": (
        "RNG691 column `v` of `sales.parquet` has the type TIMESTAMP, which the import cannot read"
    ),
    "'a'::BLOB": "RNG691 column `v` of `sales.parquet` has the type BLOB, which the import cannot read",
}


@pytest.mark.parametrize("value", REFUSED_COLUMNS)
def test_refuses_columns_without_an_exact_text(stage: Stage, tmp_path: Path, value: str) -> None:
    """The finding names the column; columns beside it do not matter."""
    path = write(tmp_path / NAME, f"SELECT 'a' AS id, {value} AS v, 'b' AS w")
    assert stage(path, PARQUET, NAME) == ([], [f"feed.yaml:3:5 {REFUSED_COLUMNS[value]}"])


def test_refuses_names_that_are_not_one(stage: Stage, tmp_path: Path) -> None:
    """DuckDB would rename the second column of a name without a word."""
    path = tmp_path / NAME
    table = pa.table([["a"], ["b"], ["c"]], names=["id", "id", "_line"])
    pq.write_table(table, path)
    assert stage(path, PARQUET, NAME)[1] == [
        "feed.yaml:3:5 RNG655 column `id` appears twice",
        "feed.yaml:3:5 RNG656 the name `_line` is reserved for the import",
    ]


@pytest.mark.parametrize("number", [0, 7, 0x7F, 0x85, 0x2028, 0x2067, 0xE0041])
def test_every_kind_of_hidden_character_is_seen(stage: Stage, tmp_path: Path, number: int) -> None:
    """DuckDB searches for the same characters as Python does."""
    pq.write_table(pa.table({"v": [f"a{chr(number)}b", None, "\t\r\n\u200f\u00e9"]}), tmp_path / NAME)
    _, findings = stage(tmp_path / NAME, PARQUET, NAME)
    assert findings == ["hidden characters in v"]


def test_refuses_other_files_and_damage(stage: Stage, tmp_path: Path) -> None:
    """By first bytes, by last bytes, by a broken footer, by a broken page."""
    whole = write(tmp_path / NAME, "SELECT 'text' AS id, i AS v FROM range(1000) AS _(i)").read_bytes()
    damaged = "feed.yaml:3:5 RNG676 `sales.parquet` is damaged: "
    assert stage(b"", PARQUET, NAME)[1] == ["feed.yaml:3:5 RNG651 `sales.parquet` is empty"]
    assert stage(b"id,v\n", PARQUET, NAME)[1] == ["feed.yaml:3:5 RNG652 `sales.parquet` is text and not parquet"]
    assert stage(whole[:-2], PARQUET, NAME)[1] == [damaged + "its end is missing"]
    assert stage(b"PAR1", PARQUET, NAME)[1] == [damaged + "its end is missing"]
    footer = whole[:-8] + b"\xff\xff\xff\x0f" + whole[-4:]
    assert stage(footer, PARQUET, NAME)[1] == [damaged + "it cannot be read as Parquet"]
    page = whole[:4] + b"\x55" * 60 + whole[64:]
    assert stage(page, PARQUET, NAME)[1] == [damaged + "it cannot be read as Parquet"]


@pytest.mark.parametrize("name", ["sales[1].parquet", "s*.parquet", "s?.parquet", "it's.parquet"])
def test_a_file_name_is_never_a_pattern(stage: Stage, tmp_path: Path, name: str) -> None:
    """A name with signs of a pattern reads that file, and not the others beside it that would match."""
    for other in ("sales1.parquet", "sa.parquet"):
        write(tmp_path / other, "SELECT 'other' AS id")
    path = tmp_path / name
    pq.write_table(pa.table({"id": ["this"]}), path)
    assert stage(path, PARQUET, name) == ([("id",), ("this", 1)], [])


def test_a_path_that_cannot_be_written_is_refused(stage: Stage, tmp_path: Path) -> None:
    """A backslash beside a sign of a pattern has no text that DuckDB takes literally."""
    path = tmp_path / "a\\*.parquet"
    pq.write_table(pa.table({"id": ["this"]}), path)
    assert stage(path, PARQUET, NAME)[1] == [
        "feed.yaml:3:5 RNG650 the path of `sales.parquet` has a backslash beside `*`, `?` or `[`"
    ]
