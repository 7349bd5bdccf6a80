"""DuckDB as rung opens it: nothing outside the given folders, nothing to be changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from engine.duck import open_connection, quoted, text_literal


def test_sees_only_its_folders(tmp_path: Path) -> None:
    """A file outside the folders cannot be read or written, by whatever name."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    connection = open_connection(1, folders=[inside])
    connection.execute(f"COPY (SELECT 1 AS x) TO '{inside}/a.parquet'")
    assert connection.execute(f"SELECT * FROM read_parquet('{inside}/a.parquet')").fetchall() == [(1,)]
    for target in (outside / "a.parquet", inside / ".." / "outside" / "a.parquet"):
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"COPY (SELECT 1 AS x) TO '{target}'")


@pytest.mark.parametrize("change", ["SET threads = 1", "SET enable_external_access = true", "INSTALL httpfs"])
def test_settings_are_locked(change: str) -> None:
    """Neither settings nor extensions can be changed once it is open."""
    with pytest.raises(duckdb.Error):
        open_connection(1).execute(change)


def test_a_name_is_never_a_python_variable() -> None:
    """A table that does not exist stays unknown, even if a variable has its name."""
    secret = [1, 2, 3]
    assert secret
    with pytest.raises(duckdb.CatalogException):
        open_connection(1).execute("SELECT * FROM secret")


def test_names_and_texts_are_quoted() -> None:
    """Quotes inside a name or text do not end it; NUL has no place in SQL."""
    text, name = text_literal("it's"), quoted('a "b"')
    row = open_connection(1).execute(f"SELECT {text} AS {name}").fetchone()
    assert row == ("it's",)
    with pytest.raises(ValueError, match="NUL"):
        text_literal("\0")


def test_what_does_not_fit_goes_to_the_temporary_folder(tmp_path: Path) -> None:
    """A sort larger than the memory limit spills instead of failing."""
    connection = open_connection(1, "60MB", tmp_path / "spill")
    query = "SELECT count(*) FROM (SELECT i FROM range(3000000) r(i) ORDER BY hash(i))"
    assert connection.execute(query).fetchone() == (3_000_000,)
