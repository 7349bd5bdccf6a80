"""Whether a stored snapshot is what its id says: every row, the totals, and `reach` from the partners again."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from engine.canonical import Canonical, content_hash
from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic
from engine.language.records import REACH
from engine.memory import FORGETFUL, Memory, state_of
from engine.records.codes import tables as codes
from engine.records.files import file_hash
from engine.records.snapshot import (
    COMPLETE,
    HELP,
    IMPORT,
    IMPORTS,
    LINEAGE,
    MANIFEST,
    PLACE,
    QUARANTINE,
    QUARANTINE_HASH,
    SHORT,
    Snapshot,
    SnapshotTable,
    count_and_totals,
    manifest_text,
    sql_type,
    stored_rows,
)

PARTNERS = "partners"
LINEAGE_TYPES = dict(zip(LINEAGE, ("VARCHAR", "BIGINT"), strict=True))


def verify_snapshot(snapshot: Snapshot, memory: Memory = FORGETFUL) -> tuple[Diagnostic, ...]:
    """Whether the tables are the ones that the id names, and the records of imports beside them are as written.

    Everything is read, unless the memory knows that these files were verified. The manifest is read again as well: it
    may have been changed since it was read, and what is remembered is that the files in this state were verified.
    """
    state = state_of(snapshot.folder)
    damaged_imports = check_imports(snapshot)  # small, and not part of the state: one is added by each import
    if memory.vouches(snapshot.folder, state):
        return damaged_imports
    wrong = tuple(codes.DAMAGED.at(None, each, help=HELP) for each in _wrong(snapshot))
    if not wrong:
        memory.keep(snapshot.folder, state)
    return (*wrong, *damaged_imports)


def is_verified(snapshot: Snapshot, memory: Memory) -> bool:
    """Whether the memory knows that the files, as they are now, were verified: not changed since, nor changed back."""
    return memory.vouches(snapshot.folder, state_of(snapshot.folder))


def _wrong(snapshot: Snapshot) -> Iterator[str]:
    """What is wrong, by table; `reach` is derived only from sound partners."""
    with tempfile.TemporaryDirectory() as spill:
        connection = open_connection(temp_dir=Path(spill), folders=[snapshot.folder])
        try:
            if not _is_manifest(snapshot):
                yield f"the manifest of `{snapshot.id}` was changed while it was read"
            reasons = {each.file: _damage(snapshot, each, connection) for each in snapshot.tables}
            damaged = [f"`{file}` of `{snapshot.id}` {reason}" for file, reason in reasons.items() if reason]
            yield from damaged
            if not damaged and not _reach_follows(snapshot, connection):
                yield f"`{REACH.name}` of `{snapshot.id}` does not follow from its partners"
        finally:
            connection.close()


def _is_manifest(snapshot: Snapshot) -> bool:
    try:
        return (snapshot.folder / MANIFEST).read_bytes() == manifest_text(snapshot.tables)
    except OSError:
        return False


def _damage(snapshot: Snapshot, table: SnapshotTable, connection: duckdb.DuckDBPyConnection) -> str:
    """Why a table is not the one that the manifest names; "" if it is."""
    path = snapshot.folder / table.file
    try:
        if file_hash(path) != table.file_sha256:
            return "is not the file that was imported"
        if _stored_types(path, connection) != _types_of(table):
            return "has other columns than its manifest says"
        rows = stored_rows(path)
        if content_hash(connection, f"SELECT * FROM {rows}", table.fields) != table.sha256:
            return "has other rows than were imported"
        if count_and_totals(connection, rows, table.fields) != (table.rows, table.totals):
            return "does not add up to the totals in its manifest"
    except (OSError, ValueError, duckdb.Error):  # ValueError: of Arrow
        return "cannot be read"
    return ""


def _stored_types(path: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    found = connection.execute(f"DESCRIBE FROM {stored_rows(path)}").fetchall()
    return {str(name): str(type).replace(" ", "") for name, type, *_ in found}


def _types_of(table: SnapshotTable) -> dict[str, str]:
    """How the columns of a table are stored: another type could give the same text and other sums."""
    fields = {name: sql_type(type).replace(" ", "") for name, type in table.fields}
    return fields if table.derived else fields | LINEAGE_TYPES


def _reach_follows(snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether `reach`, which is no part of the id, is what an import derives from the partners, and the only such."""
    derived = [each for each in snapshot.tables if each.derived]
    if [each.name for each in derived] != [REACH.name] or snapshot.table(PARTNERS) is None:
        return False
    from engine.records.rules import climb, loaded  # an import's rules take long to load, and most is vouched for

    connection.execute(f"CREATE VIEW {loaded(PARTNERS)} AS FROM {stored_rows(snapshot.path(PARTNERS))}")
    if climb(connection) is not None:
        return False
    fields = tuple((field.name, field.type) for field in REACH.stored)
    order = ", ".join(quoted(name) for name in REACH.key)
    sha256 = content_hash(connection, f"SELECT * FROM {loaded(REACH.name)} ORDER BY {order}", fields)
    return (derived[0].fields, derived[0].key, derived[0].sha256) == (fields, REACH.key, sha256)


def check_imports(snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """Whether the records of imports beside the tables are as they were written: each is named by its hash."""
    folder = snapshot.folder / IMPORTS
    records = sorted(folder.iterdir()) if folder.is_dir() else ()
    return tuple(
        codes.DAMAGED.at(None, f"the import record `{each.name}` of `{snapshot.id}` is damaged", help=HELP)
        for each in records
        if not each.name.startswith(".") and not is_import(each)  # a file manager leaves `.DS_Store` anywhere
    )


def is_import(record: Path) -> bool:
    """Whether this folder holds the record of an import as it was written: with its place, a day if it has one, and the
    rows that it set aside.
    """
    try:
        text = (record / IMPORT).read_bytes().removesuffix(b"\n")
        document = json.loads(text)
        if COMPLETE in document:
            date.fromisoformat(document[COMPLETE])
        is_one = type(document[PLACE]) is int
        aside = document.get(QUARANTINE_HASH)
        is_one = is_one and (aside is None or file_hash(record / QUARANTINE) == aside)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return False
    return is_one and hashlib.sha256(text).hexdigest()[:SHORT] == record.name


def imports_at(snapshot: Snapshot) -> list[Path]:
    """The folders of all imports of these rows."""
    return [each for each in (snapshot.folder / IMPORTS).glob("*") if is_import(each)]


def imports_of(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The records of all imports of these rows."""
    return [json.loads((each / IMPORT).read_bytes()) for each in imports_at(snapshot)]


def newest_imports(snapshot: Snapshot) -> list[dict[str, object]]:
    """The record of the last import of these rows; several where they were imported at the same time; none if none."""
    documents = imports_of(snapshot)
    last = max((each[PLACE] for each in documents), default=0)
    return [each for each in documents if each[PLACE] == last]


def placed(document: dict[str, Canonical], snapshot: Snapshot) -> dict[str, Canonical]:
    """The record of an import with its place; that of the last import if it says the same."""
    newest = newest_imports(snapshot)
    place = max((int(str(each[PLACE])) for each in newest), default=-1)
    return {**document, PLACE: place if {**document, PLACE: place} in newest else place + 1}
