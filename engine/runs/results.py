"""The tables of results on disk: read back and compared by rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.canonical import decimal_text
from engine.duck import path_literal, quoted
from engine.plan.outputs import PARTNER
from engine.plan.plan import Output
from engine.plan.scalar import Value
from engine.runs.leaf import FILE, Columns, Row
from engine.types import Kind

BATCH_ROWS = 20_000  # rows in Python at once


def row_count(path: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows a result has."""
    ((count,),) = connection.execute(f"SELECT count(*) FROM {parquet(path)}").fetchall()
    return int(count)


def columns_of_output(output: Output) -> Columns:
    """Names and types of an output's columns."""
    return tuple((name, type) for name, _, type in output.columns)


def parquet(path: Path) -> str:
    """A Parquet file as SQL for FROM."""
    return f"read_parquet({path_literal(path.resolve())})"


def read_rows(
    path: Path,
    columns: Columns,
    key: Sequence[str],
    connection: duckdb.DuckDBPyConnection,
    partners: Sequence[str] | None = None,
) -> Iterator[Row]:
    """The rows of a result in the order of its key, of these partners or of all.

    Text sorts by code point, missing last, as everywhere.
    """
    names = [name for name, _ in columns]
    select = f"SELECT {', '.join(map(quoted, names))} FROM {parquet(path)}"
    order = f" ORDER BY {', '.join(f'{quoted(name)} NULLS LAST' for name in key)}" if key else ""
    chosen = "" if partners is None else f" WHERE {quoted(PARTNER)} IN (SELECT unnest(?))"
    cursor = connection.cursor()  # a result read in parts occupies its connection
    cursor.execute(select + chosen + order, [] if partners is None else [list(partners)])
    whole = [type.kind in (Kind.INTEGER, Kind.DAYS, Kind.MONTHS) for _, type in columns]
    while rows := cursor.fetchmany(BATCH_ROWS):
        for row in rows:
            yield {
                name: int(value) if is_whole and value is not None else value
                for name, is_whole, value in zip(names, whole, row, strict=True)
            }


def leaves_by_partner(folder: Path, partners: Sequence[str], connection: duckdb.DuckDBPyConnection) -> dict[str, bytes]:
    """The leaves kept in `folder` of some partners; who has none is left out."""
    select = f"SELECT {PARTNER}, leaf FROM {parquet(folder / FILE)} WHERE {PARTNER} IN (SELECT unnest(?))"
    return dict(connection.execute(select, [list(partners)]).fetchall())


def partners_decided(folder: Path, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Every partner of the run in `folder`, in order: each has a leaf, also one without a status and an earning."""
    cursor = connection.cursor()  # a result read in parts occupies its connection
    cursor.execute(f"SELECT {PARTNER} FROM {parquet(folder / FILE)} ORDER BY {PARTNER}")
    while rows := cursor.fetchmany(BATCH_ROWS):
        yield from (partner for (partner,) in rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two evaluations have otherwise, or, with `column` "", how many rows of a key."""

    table: str
    partner: str
    key: tuple[str, ...]
    column: str
    stored: str
    recomputed: str


def differences(
    table: str, key: Sequence[str], stored: Iterable[Row], recomputed: Iterable[Row]
) -> Iterator[Difference]:
    """Where two tables of the same columns and key differ, in the order of the key."""
    left, right = _by_key(stored, key), _by_key(recomputed, key)
    for place in sorted(left.keys() | right.keys()):
        mine, theirs = left.get(place, []), right.get(place, [])
        row = (mine or theirs)[0]
        partner, texts = text_of(row.get(PARTNER)), tuple(text_of(row.get(name)) for name in key)
        if len(mine) != len(theirs):
            yield Difference(table, partner, texts, "", _rows(mine), _rows(theirs))
            continue
        for one, other in zip(mine, theirs, strict=True):
            for column, value in one.items():
                if not same(value, other[column]):
                    yield Difference(table, partner, texts, column, text_of(value), text_of(other[column]))


def _rows(rows: Sequence[Row]) -> str:
    return {0: "no row", 1: "one row"}.get(len(rows), f"{len(rows)} rows")


def _by_key(rows: Iterable[Row], key: Sequence[str]) -> dict[tuple[tuple[bool, str], ...], list[Row]]:
    """Rows by their key, in a form every value can be sorted by: missing last, else by text."""
    found: dict[tuple[tuple[bool, str], ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple((row[name] is None, text_of(row[name])) for name in key), []).append(row)
    return found


def same(a: Value, b: Value) -> bool:
    """Whether two values are one: 1 and 1.00 are, true and 1 are not."""
    return isinstance(a, bool) is isinstance(b, bool) and a == b


def text_of(value: Value) -> str:
    """A value as a message shows it."""
    match value:
        case None:
            return "missing"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
