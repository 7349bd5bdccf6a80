"""Files that are named by mistake: what they are is said, and which file to name."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from engine.language.characters import read_text


def workbook() -> bytes:
    """A zip archive, as every workbook is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 99)
    return held.getvalue()


def database() -> bytes:
    """A SQLite database with a table."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE a (b)")
        return connection.serialize()


def parquet(path: str) -> bytes:
    """A Parquet file with a row."""
    duckdb.sql(f"COPY (SELECT 1 AS a) TO '{path}' (FORMAT parquet)")
    return Path(path).read_bytes()


@pytest.mark.parametrize("kind", ["workbook", "old workbook", "Parquet", "SQLite", "PDF", "compressed"])
def test_a_file_that_is_no_text_is_called_what_it_is(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """RNG002 speaks of no encoding where the file is no text, and says which files are read."""
    made: dict[str, Callable[[], bytes]] = {
        "workbook": workbook,
        "old workbook": lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 500,
        "Parquet": lambda: parquet(str(tmp_path_factory.mktemp("files") / "a.parquet")),
        "SQLite": database,
        "PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "compressed": lambda: gzip.compress(b"rung: 1\n"),
    }
    text, (found,) = read_text(made[kind](), "pay.xlsx")
    assert text is None
    assert found.code == "RNG002" and kind in found.message and "not text" in found.message
    assert "encoding" not in found.help and "name a YAML file" in found.help


def test_another_encoding_is_still_one() -> None:
    """A text in another encoding is told as before."""
    _, (found,) = read_text("rung: 1\ntitle: Caf\u00e9\n".encode("latin-1"), "a.yaml")
    assert found.code == "RNG002" and "Latin-1" in found.help
