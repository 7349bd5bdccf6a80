"""Canonical bytes: the one way a value or a table is written down to be hashed.

Two people who hold the same values get the same bytes, on any machine and with any version
of DuckDB. `canonical_json` is for documents, `content_hash` for the rows of a query.

The rows of a table are hashed as text, after a first line that names the columns:

    field:   number, date, boolean   its text and "|"; missing is "|" alone
             choice, text, id        length in bytes, ":", the text, "|"; missing is ":|"
    row:     its fields and a line feed

so that no text can pass for two fields, and missing is not the empty text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from engine.duck import quoted
from engine.types import MAX_DIGITS, Kind, Type

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 100_000  # one text column of so many rows stays far below Arrow's 2 GiB
WORD_DIGITS = 18  # of a DECIMAL in 64 bits
SAFE_INTEGER = 2**53 - 1  # beyond it, readers in other languages lose digits
LARGEST_PLAIN_CHARACTER = "\uffff"  # above it, orders by code point and by UTF-16 differ

Canonical: TypeAlias = "bool | int | str | Decimal | date | Sequence[Canonical] | Mapping[str, Canonical] | None"


def canonical_json(value: Canonical) -> bytes:
    """The JSON text of `value`: sorted keys, no spaces, UTF-8; decimals and dates as strings.

    Equal to RFC 8785 for what it accepts. Raises TypeError for a float or another foreign type,
    ValueError for a lone surrogate, an integer beyond 2**53 - 1 or a key above U+FFFF.
    """
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def document_hash(value: Canonical) -> str:
    """The SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent, keeping its scale; zero has no sign. NaN and infinity: ValueError."""
    if not value.is_finite():
        raise ValueError(f"not a number that can be written: {value}")
    return format(value.copy_abs() if value.is_zero() else value, "f")


def _plain(value: Canonical) -> object:
    """The value in types that `json` writes canonically."""
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > SAFE_INTEGER:
                raise ValueError(f"integer beyond 2**53 - 1: {value}")
            return value
        case Decimal():
            return decimal_text(value)
        case datetime():
            raise TypeError("an instant has no canonical form here; days do")
        case date():
            return value.isoformat()
        case Mapping():
            return {_key(key): _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"no canonical form for {type(value).__name__}")


def _key(key: object) -> str:
    """A key that sorts the same way in every language."""
    if not isinstance(key, str):
        raise TypeError(f"a key must be text, not {type(key).__name__}")
    if key and max(key) > LARGEST_PLAIN_CHARACTER:
        raise ValueError("a key holds a character above U+FFFF")
    return key


def type_document(type: Type) -> dict[str, Canonical]:
    """What of a type belongs to the identity of stored values."""
    document: dict[str, Canonical] = {"kind": type.kind.value}
    if type.kind in (Kind.MONEY, Kind.NUMBER):
        document["scale"] = type.scale
    if type.kind is Kind.MONEY:
        document["currency"] = type.currency
    return document


def content_hash(connection: duckdb.DuckDBPyConnection, query: str, columns: Sequence[tuple[str, Type]]) -> str:
    """The SHA-256, in hex, of the canonical rows of `query`, which must say its order.

    `columns` are the columns hashed, in this order; others of the query are left out. Numbers have no more digits than
    their types allow.
    Rows are streamed: memory does not grow with their number.
    """
    digest = hashlib.sha256()
    digest.update(canonical_json([[name, type_document(type)] for name, type in columns]) + b"\n")
    row = "concat(" + ", ".join([*_fields(columns), "chr(10)"]) + ")"
    reader = connection.sql(f"SELECT {row} AS line FROM ({query}) AS ordered").to_arrow_reader(BATCH_ROWS)
    for batch in reader:
        _update(digest, batch.column(0))
    return digest.hexdigest()


def _fields(columns: Iterable[tuple[str, Type]]) -> list[str]:
    """SQL arguments of the `concat` that writes a row; `concat` reads a missing value as ''."""
    parts: list[str] = []
    for name, type in columns:
        column = quoted(name)
        if type.is_textual:
            parts += [f"strlen({column})", "':'", column, "'|'"]
        elif type.kind in (Kind.MONEY, Kind.NUMBER):
            parts += [f"CAST(CAST({column} AS DECIMAL({_width(type)}, {type.scale})) AS VARCHAR)", "'|'"]
        else:
            parts += [f"CAST({column} AS VARCHAR)", "'|'"]
    return parts


def _width(type: Type) -> int:
    """The digits a decimal has when it becomes a text: those of a machine word, where it has no more.

    More take three times as long. At width = scale DuckDB leaves out the zero before the point.
    """
    return WORD_DIGITS if max(type.digits, type.scale + 1) <= WORD_DIGITS else MAX_DIGITS


def _update(digest: hashlib._Hash, column: pa.Array) -> None:
    """Feed the bytes of a text column, which has no missing values, without a Python object per row."""
    if len(column) == 0:
        return
    import pyarrow as pa  # half of the commands hash no rows, and it takes as long to import as they take to answer

    texts = column.cast(pa.large_string()) if column.type != pa.large_string() else column
    _, offsets, data = texts.buffers()
    places = memoryview(offsets).cast("q")
    first, last = places[texts.offset], places[texts.offset + len(texts)]
    digest.update(memoryview(data)[first:last])
