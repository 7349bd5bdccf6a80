"""Snapshots: checked records under the name of their meaning.

A snapshot is a folder `snap-` and 16 characters of a hash over its tables: names and types of
the fields, number and hash of the rows. It holds one Parquet file a table, `manifest.json`, and
below `imports/` what each import read to get there: the same records from another file are
the same snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import duckdb

from engine.canonical import Canonical, canonical_json, content_hash, document_hash, type_document
from engine.duck import PARQUET, open_connection, path_literal, quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.language.near import suggest
from engine.language.records import CURRENCY, Field, RecordSchema, RecordTable
from engine.records.codes import tables as codes
from engine.records.files import file_hash
from engine.types import ROW, Kind, Type
from engine.workspace import Workspace, check_workspace, find_folder

FORMAT = "rung.snapshot/v1"
MANIFEST = "manifest.json"
IMPORTS = "imports"
IMPORT = "import.json"
COMPLETE = "complete_through"  # in the feed, and in the record of an import
PLACE = "place"  # of an import among those of its snapshot, in its record: 0 for the first
QUARANTINE = "quarantine.csv"  # beside it, if rows were set aside; the record has its hash
QUARANTINE_HASH = "quarantine_sha256"
PREFIX = "snap-"
SHORT = 16  # characters of the hash in an id; 64 bits are enough for the snapshots of one workspace
ROW_GROUP = 122_880  # rows, as many as DuckDB writes at once; one partner's are found by reading one or two groups
BEGINNING = 2_048  # rows that are looked at before all of them
LINEAGE = ("_source", "_line")
HELP = "move the snapshot away and import again"


@dataclass(frozen=True, slots=True)
class SnapshotTable:
    """One table of a snapshot. `totals` are its control totals: {field: {"sum": ..} or {"min": .., "max": ..}}."""

    name: str
    file: str
    fields: tuple[tuple[str, Type], ...]
    key: tuple[str, ...]
    rows: int
    sha256: str
    file_sha256: str
    totals: Mapping[str, Mapping[str, str]]
    derived: bool = False

    def type_of(self, field: str) -> Type | None:
        """The type of a field."""
        return next((type for name, type in self.fields if name == field), None)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Records that were checked: a folder of the workspace, or one about to be published."""

    id: str
    sha256: str
    folder: Path
    tables: tuple[SnapshotTable, ...]

    def table(self, name: str) -> SnapshotTable | None:
        """The table of this name, or None when the feed did not fill it."""
        return next((each for each in self.tables if each.name == name), None)

    def path(self, name: str) -> Path:
        """The Parquet file of a table. KeyError for a table that is not there."""
        table = self.table(name)
        if table is None:
            raise KeyError(name)
        return self.folder / table.file


def field_document(type: Type) -> dict[str, Canonical]:
    """The type of a stored field, as in a manifest and in the identity of a snapshot."""
    document = type_document(type)
    if type.kind is Kind.CHOICE:
        document |= {"values": list(type.values), "ordered": type.ordered}
    if type.kind in (Kind.MONEY, Kind.NUMBER):
        document["digits"] = type.digits
    return document


def field_type(document: Mapping[str, object]) -> Type:
    """The type that `field_document` wrote."""
    values, scale, digits = document.get("values"), document.get("scale"), document.get("digits")
    plain = Type(
        Kind(str(document["kind"])),
        currency=str(document.get("currency", "")),
        values=tuple(str(each) for each in values) if isinstance(values, list) else (),
        ordered=document.get("ordered") is True,
    )
    if isinstance(scale, int) and isinstance(digits, int):
        return plain.sized(digits, scale)
    return plain.sized(15, 0) if plain.kind is Kind.INTEGER else plain


def identity(tables: Sequence[SnapshotTable]) -> str:
    """The hash that names a snapshot. Derived tables follow from the others and are left out."""
    document: dict[str, Canonical] = {
        each.name: {
            "fields": [[name, field_document(type)] for name, type in each.fields],
            "key": list(each.key),
            "rows": each.rows,
            "sha256": each.sha256,
        }
        for each in tables
        if not each.derived
    }
    return document_hash({"format": FORMAT, "tables": document})


def snapshot_id(tables: Sequence[SnapshotTable]) -> str:
    """The id of a snapshot with these tables."""
    return PREFIX + identity(tables)[:SHORT]


def row_order(table: RecordTable) -> tuple[str, ...]:
    """The columns a table is sorted by: whose record it is, then its key."""
    owner = table.partner or table.person
    names = {field.name for field in table.stored}
    first = (owner,) if owner in names and owner not in table.key[:1] else ()
    return (*first, *(name for name in table.key if name not in first))


def sql_type(type: Type) -> str:
    """How a value is stored."""
    match type.kind:
        case Kind.MONEY | Kind.NUMBER:
            return f"DECIMAL({type.digits}, {type.scale})"
        case Kind.INTEGER | Kind.DAYS | Kind.MONTHS:
            return "BIGINT"
        case Kind.DATE:
            return "DATE"
        case Kind.BOOLEAN:
            return "BOOLEAN"
        case Kind.CHOICE | Kind.TEXT | Kind.ID:
            return "VARCHAR"
        case _:
            assert_never(type.kind)


def write_table(
    connection: duckdb.DuckDBPyConnection, rows: str, table: RecordTable, folder: Path, *, derived: bool = False
) -> SnapshotTable:
    """Sort the relation `rows` and write it to `folder`; `derived` tables have no source lines."""
    fields = tuple((field.name, field.type) for field in table.stored)
    columns = [name for name, _ in fields] + ([] if derived else list(LINEAGE))
    textual = [field.name for field in table.stored if field.type.is_textual and field.name not in row_order(table)]
    constant = _constant(connection, rows, [*textual, *columns[len(fields) :][:1]])
    order = ", ".join(f"{quoted(name)} ASC NULLS LAST" for name in row_order(table))
    carried = ", ".join(quoted(name) for name in columns if name not in constant)
    all = ", ".join(f"{constant[name]} AS {quoted(name)}" if name in constant else quoted(name) for name in columns)
    path = folder / f"{table.name}.parquet"
    connection.execute(
        f"COPY (SELECT {all} FROM (SELECT {carried} FROM {rows} ORDER BY {order}))"
        f" TO {text_literal(str(path.resolve()))} ({PARQUET}, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    written = stored_rows(path)
    count, totals = count_and_totals(connection, written, fields)
    sha256 = content_hash(connection, f"SELECT * FROM {written}", fields)
    return SnapshotTable(table.name, path.name, fields, table.key, count, sha256, file_hash(path), totals, derived)


def _constant(connection: duckdb.DuckDBPyConnection, rows: str, textual: Sequence[str]) -> dict[str, str]:
    """The textual columns with one value in all rows, as SQL: what need not be carried through the sort.

    A text takes most of the room there, a missing one too, and half of the columns of a vendor's sales are not mapped.
    """
    constant = dict.fromkeys(textual, "")
    for some in (f"(FROM {rows} LIMIT {BEGINNING})", rows):  # the first rows tell most columns apart
        constant = _of_one_value(connection, some, [*constant])
    return constant


def _of_one_value(connection: duckdb.DuckDBPyConnection, rows: str, textual: Sequence[str]) -> dict[str, str]:
    """The columns of texts that have one value in all these rows, as SQL."""
    if not textual:
        return {}
    bounds = ", ".join(f"count({name}), min({name}), max({name})" for name in map(quoted, textual))
    (total, *found) = connection.execute(f"SELECT count(*), {bounds} FROM {rows}").fetchall()[0]
    constant = {}
    for n, name in enumerate(textual):
        count, least, most = found[3 * n : 3 * n + 3]
        if count == 0 or (count == total and least == most):
            constant[name] = f"CAST({'NULL' if least is None else text_literal(least)} AS VARCHAR)"
    return constant


def stored_rows(path: Path) -> str:
    """SQL: the rows of a table file, in their order."""
    return f"read_parquet({path_literal(path.resolve())}, hive_partitioning = false)"


def partners_like(snapshot: Snapshot, id: str, most: int = 2) -> tuple[str, ...]:
    """The ids of partners that a person may have meant: they differ in capitals, or in the marks between."""
    letters = "regexp_replace(lower({}), '[^a-z0-9]', '', 'g')"
    query = (
        f"SELECT partner_id FROM {stored_rows(snapshot.path('partners'))}"
        f" WHERE {letters.format('partner_id')} = {letters.format('?')} ORDER BY partner_id LIMIT {most}"
    )
    connection = open_connection(1, folders=[snapshot.folder])
    try:
        return tuple(found for (found,) in connection.execute(query, [id]).fetchall())
    finally:
        connection.close()


def count_and_totals(
    connection: duckdb.DuckDBPyConnection, rows: str, fields: Sequence[tuple[str, Type]]
) -> tuple[int, dict[str, dict[str, str]]]:
    """The number of rows, and sums of numbers and ranges of days, as text; of several currencies one sum each."""
    asked: list[tuple[str, str]] = []
    for name, type in fields:
        if type.currency == ROW:
            asked += [(name, f"sum {code}") for code in dict(fields)[CURRENCY].values]
        elif type.is_numeric:
            asked.append((name, "sum"))
        elif type.kind is Kind.DATE:
            asked += [(name, "min"), (name, "max")]
    texts = [f"CAST({_aggregated(name, *aggregate.split())} AS VARCHAR)" for name, aggregate in asked]
    ((count, *values),) = connection.execute(f"SELECT {', '.join(['count(*)', *texts])} FROM {rows}").fetchall()
    totals: dict[str, dict[str, str]] = {}
    for (name, aggregate), value in zip(asked, values, strict=True):
        if value is not None:
            totals.setdefault(name, {})[aggregate] = value
    return count, totals


def _aggregated(name: str, aggregate: str, currency: str = "") -> str:
    only = f" FILTER (WHERE {quoted(CURRENCY)} = {text_literal(currency)})" if currency else ""
    return f"{aggregate}({quoted(name)}){only}"


def manifest_document(tables: Sequence[SnapshotTable]) -> dict[str, Canonical]:
    """The manifest of these tables."""
    return {
        "format": FORMAT,
        "id": snapshot_id(tables),
        "sha256": identity(tables),
        "tables": {
            each.name: {
                "file": each.file,
                "fields": [{"name": name, **field_document(type)} for name, type in each.fields],
                "key": list(each.key),
                "rows": each.rows,
                "sha256": each.sha256,
                "file_sha256": each.file_sha256,
                "totals": {name: dict(values) for name, values in each.totals.items()},
                "derived": each.derived,
            }
            for each in tables
        },
    }


def manifest_text(tables: Sequence[SnapshotTable]) -> bytes:
    """The bytes of the manifest of these tables."""
    return canonical_json(manifest_document(tables)) + b"\n"


def write_manifest(folder: Path, tables: Sequence[SnapshotTable]) -> Snapshot:
    """Complete the folder of a snapshot."""
    (folder / MANIFEST).write_bytes(manifest_text(tables))
    return Snapshot(snapshot_id(tables), identity(tables), folder, tuple(tables))


def open_snapshot(workspace: Workspace, id: str) -> tuple[Snapshot | None, tuple[Diagnostic, ...]]:
    """The snapshot of the workspace whose id begins so; its files are not read yet."""
    found = check_workspace(workspace)
    if found:
        return None, found
    folder, found = find_folder(workspace.snapshots, PREFIX, id)
    return read_snapshot(folder) if folder else (None, found)


def read_snapshot(folder: Path) -> tuple[Snapshot | None, tuple[Diagnostic, ...]]:
    """The snapshot in a folder, as its manifest says. Folder and manifest must be named and written as rung does."""
    damaged = codes.DAMAGED.at(None, f"the manifest of `{folder.name}` is damaged", help=HELP)
    try:
        data = (folder / MANIFEST).read_bytes()
        document = json.loads(data)
        if document["format"] != FORMAT:
            message = f"`{folder.name}` is written as {document['format']!r}, this version reads {FORMAT!r}"
            return None, (codes.NEWER_FORMAT.at(None, message, help=HELP),)
        tables = tuple(_read_table(name, each) for name, each in document["tables"].items())
        exact = manifest_text(tables) == data  # so no field is left unread, and every hash is the one computed here
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, (damaged,)
    if not exact or folder.name != snapshot_id(tables):
        return None, (damaged,)
    return Snapshot(folder.name, identity(tables), folder, tables), ()


def _read_table(name: str, document: Mapping[str, object]) -> SnapshotTable:
    fields, key, totals = document["fields"], document["key"], document["totals"]
    if not isinstance(fields, list) or not isinstance(key, list) or not isinstance(totals, dict):
        raise ValueError("not a manifest")
    file = f"{name}.parquet"
    if document["file"] != file or "/" in name:
        raise ValueError("a table is in the file of its name")
    return SnapshotTable(
        name,
        file,
        tuple((str(each["name"]), field_type(each)) for each in fields),
        tuple(str(each) for each in key),
        int(str(document["rows"])),
        str(document["sha256"]),
        str(document["file_sha256"]),
        totals,
        document["derived"] is True,
    )


def check_serves(snapshot: Snapshot, schema: RecordSchema, needed: Iterable[str] = ()) -> tuple[Diagnostic, ...]:
    """Whether the snapshot's tables are as these record tables say, and the `needed` ones are there."""
    findings = []
    for name in needed:
        if snapshot.table(name) is None:
            help = f"fill `{name}` in the feed, or write `{name}: empty` if there are no such records"
            findings.append(codes.NOT_IN_SNAPSHOT.at(None, f"`{snapshot.id}` has no table `{name}`", help=help))
    for table in snapshot.tables:
        declared = schema.table(table.name)
        if declared is None:
            continue
        for field in declared.stored:
            message = _misfit(table, field)
            if message:
                help = "import the feed again with this program"
                findings.append(codes.NOT_IN_SNAPSHOT.at(None, f"`{snapshot.id}`: {message}", help=help))
    return tuple(findings)


def _misfit(table: SnapshotTable, field: Field) -> str:
    """Why a stored field cannot be read as declared; nothing when it can."""
    name = f"`{table.name}.{field.name}`"
    stored = table.type_of(field.name)
    if stored is None:
        return f"there is no {name}; {suggest(field.name, [each for each, _ in table.fields])}"
    if stored.kind is Kind.CHOICE and field.type.kind is Kind.CHOICE:
        strange = [each for each in stored.values if each not in field.type.values]
        return f"{name} may be `{strange[0]}`, which the program does not list" if strange else ""
    if field_document(stored) != field_document(field.type):
        return f"{name} is {stored.said} in the snapshot, but {field.type.said} in the program"
    return ""
