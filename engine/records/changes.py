"""What changed between two snapshots: fields of tables, rows that came and went, and each value before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.duck import open_connection, quoted
from engine.records.snapshot import Snapshot, SnapshotTable, stored_rows
from engine.types import ROW, Kind, Type

SIDES = ("a", "b")  # the older and the newer side of a join
HERE = "@here"  # a column that only rows have that are there; no field is called so
KIND = '"@kind"'


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A field of a row with its value before and after, as text; None is missing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row by its key: `added`, `removed` or `changed`. Of a changed row, only the fields that differ."""

    kind: str
    key: tuple[str | None, ...]
    values: tuple[ValueChange, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a table with what it holds before and after, in words; None is a field that is not there."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many rows of a table came, went and changed; `shown` are the first of them by key.

    `fields` are those that hold something else: the same number of euros and dollars is no change of a row.
    `keys` are the keys before and after where they differ; then rows have no counterpart and are not compared.
    """

    table: str
    added: int
    removed: int
    changed: int
    shown: tuple[RowChange, ...]
    fields: tuple[FieldChange, ...] = ()
    keys: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @property
    def rows(self) -> int:
        """All of them."""
        return self.added + self.removed + self.changed


def compare_snapshots(old: Snapshot, new: Snapshot, limit: int, spill: Path) -> tuple[TableChange, ...]:
    """The tables that differ, with at most `limit` rows shown of each; `spill` takes what does not fit into memory.

    Source files and lines are no part of a row, and tables that follow from others are left out.
    """
    names = dict.fromkeys(each.name for side in (old, new) for each in side.tables if not each.derived)
    connection = open_connection(temp_dir=spill, folders=[old.folder, new.folder])
    try:
        return tuple(found for name in names if (found := _compared(old, new, name, limit, connection)) is not None)
    finally:
        connection.close()


def _compared(
    old: Snapshot, new: Snapshot, name: str, limit: int, connection: duckdb.DuckDBPyConnection
) -> TableChange | None:
    one, other = old.table(name), new.table(name)
    fields = dict.fromkeys(field for each in (one, other) if each is not None for field, _ in each.fields)
    redefined = tuple(_redefined(one, other, fields)) if one is not None and other is not None else ()
    if one is not None and other is not None:
        if {*one.key} != {*other.key}:
            return TableChange(name, 0, 0, 0, (), redefined, (one.key, other.key))
        if (one.sha256, one.fields) == (other.sha256, other.fields):
            return None
    table = other or one
    assert table is not None  # of one of the two
    joined = _joined(table.key, (_side(old, one, fields), _side(new, other, fields)))
    differs = {field: _differs(field, one, other) for field in fields}
    kind = f"CASE WHEN a.{quoted(HERE)} IS NULL THEN 'added' WHEN b.{quoted(HERE)} IS NULL THEN 'removed' "
    kind += f"WHEN {' OR '.join(differs.values())} THEN 'changed' END"
    counts = dict(connection.execute(f"SELECT {kind} AS {KIND}, count(*) FROM {joined} GROUP BY {KIND}").fetchall())
    added, removed, changed = (int(counts.get(each, 0)) for each in ("added", "removed", "changed"))
    if not (added + removed + changed or redefined):
        return None
    values = [f"CAST({side}.{quoted(field)} AS VARCHAR)" for field in fields for side in SIDES]
    # what is missing on both sides does not differ, so a row that came or went shows all that it has
    keys = [f"coalesce({', '.join(f'CAST({each}.{quoted(key)} AS VARCHAR)' for each in SIDES)})" for key in table.key]
    flags = list(differs.values())
    rows = connection.execute(
        f"SELECT {kind} AS {KIND}, {', '.join((*keys, *flags, *values))} FROM {joined} WHERE {kind} IS NOT NULL "
        f"ORDER BY {', '.join(keys)} LIMIT {limit}"
    ).fetchall()
    shown = tuple(_row(row, len(table.key), tuple(fields)) for row in rows)
    return TableChange(name, added, removed, changed, shown, redefined)


def _redefined(one: SnapshotTable, other: SnapshotTable, fields: Iterable[str]) -> Iterator[FieldChange]:
    """The fields that came, went, or are of another type."""
    for field in fields:
        before, after = one.type_of(field), other.type_of(field)
        if before != after:
            sized = before is not None and after is not None and _held(before) == _held(after)
            words = (None if each is None else _held(each, with_digits=sized) for each in (before, after))
            yield FieldChange(field, *words)


def _held(type: Type, *, with_digits: bool = False) -> str:
    """What a field of this type holds."""
    words = str(type)
    if type.kind is Kind.CHOICE:
        words = f"one of {', '.join(type.values)}{', in this order' if type.ordered else ''}"
    elif type.kind is Kind.NUMBER or type.currency == ROW:
        words += f" with {type.scale} decimals"
    return f"{words} and {type.digits} digits" if with_digits else words


def _side(snapshot: Snapshot, table: SnapshotTable | None, fields: Iterable[str]) -> str:
    """SQL: the rows of a side with all fields; one that it lacks is missing."""
    if table is None:
        columns = ", ".join(f"NULL::VARCHAR AS {quoted(each)}" for each in fields)
        return f"(SELECT {columns}, true AS {quoted(HERE)} WHERE false)"
    own = dict(table.fields)
    columns = ", ".join(quoted(each) if each in own else f"NULL::VARCHAR AS {quoted(each)}" for each in fields)
    return f"(SELECT {columns}, true AS {quoted(HERE)} FROM {stored_rows(snapshot.folder / table.file)})"


def _joined(key: Sequence[str], sides: tuple[str, str]) -> str:
    """SQL: rows of both sides by key, compared as text: the types of two snapshots may differ."""
    on = " AND ".join(
        f"CAST(a.{quoted(each)} AS VARCHAR) IS NOT DISTINCT FROM CAST(b.{quoted(each)} AS VARCHAR)" for each in key
    )
    return f"{sides[0]} a FULL JOIN {sides[1]} b ON {on}"


def _differs(field: str, one: SnapshotTable | None, other: SnapshotTable | None) -> str:
    """SQL: whether a field differs. Numbers are compared as numbers, whatever their digits."""
    types = [each.type_of(field) if each is not None else None for each in (one, other)]
    texts = [f"{side}.{quoted(field)}" for side in SIDES]
    if not _alike(*types):
        texts = [f"CAST({each} AS VARCHAR)" for each in texts]
    return f"{texts[0]} IS DISTINCT FROM {texts[1]}"


def _alike(one: Type | None, other: Type | None) -> bool:
    """Whether values of both types can be compared as they are."""
    return one is not None and other is not None and (one.kind is other.kind or (one.is_numeric and other.is_numeric))


def _row(row: Sequence[object], keys: int, fields: tuple[str, ...]) -> RowChange:
    kind, key = str(row[0]), tuple(map(_text, row[1 : 1 + keys]))
    flags, values = row[1 + keys : 1 + keys + len(fields)], row[1 + keys + len(fields) :]
    pairs = zip(fields, flags, values[::2], values[1::2], strict=True)
    return RowChange(kind, key, tuple(ValueChange(name, _text(a), _text(b)) for name, flag, a, b in pairs if flag))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
