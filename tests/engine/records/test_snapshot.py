"""Snapshots: found by their id, verified against it, and compared with what a program reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.canonical import canonical_json
from engine.duck import open_connection
from engine.language.records import Field, RecordSchema, standard_tables
from engine.memory import Memory, state_of
from engine.records.snapshot import (
    Snapshot,
    check_serves,
    field_document,
    field_type,
    open_snapshot,
    read_snapshot,
    row_order,
    stored_rows,
)
from engine.records.verify import verify_snapshot
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, Type, choice, money, number
from engine.workspace import Workspace
from tests.engine.records.desk import FEED, SCHEMA, SURVEYS, imported, rows_of


@pytest.fixture
def made(tmp_path: Path) -> Snapshot:
    """An imported snapshot in `tmp_path / "home"`."""
    snapshot = imported(tmp_path, FEED + "  surveys: empty\n").snapshot
    assert snapshot is not None
    return snapshot


def test_is_found_by_its_id(tmp_path: Path, made: Snapshot) -> None:
    """The whole id, or its beginning; what is read is what was made."""
    workspace = Workspace(tmp_path / "home")
    for id in (made.id, made.id[:9]):
        snapshot, findings = open_snapshot(workspace, id)
        assert findings == ()
        assert snapshot == made
    assert made.table("nothing") is None
    with pytest.raises(KeyError):
        made.path("nothing")


def test_unknown_ids_and_strange_workspaces(tmp_path: Path, made: Snapshot) -> None:
    """An id that is not there, and a workspace that is none."""
    assert [each.code for each in open_snapshot(Workspace(tmp_path / "home"), "snap-ffff")[1]] == ["RNG791"]
    assert [each.code for each in open_snapshot(Workspace(tmp_path / "files" / "lines.csv"), made.id)[1]] == ["RNG790"]


def test_verifies_files_and_rows(made: Snapshot) -> None:
    """A snapshot as it was made has no findings, by file or by row."""
    assert verify_snapshot(made) == ()


def test_a_missing_or_changed_file_is_found(made: Snapshot) -> None:
    """Each damaged table is named."""
    made.path("sales").unlink()
    made.path("partners").write_bytes(b"")
    assert [each.code for each in verify_snapshot(made)] == ["RNG770", "RNG770"]


def test_a_manifest_that_was_changed_since_it_was_read_is_not_vouched_for(tmp_path: Path, made: Snapshot) -> None:
    """The rows are those of the manifest that was read, but it is another one that would be remembered."""
    memory, manifest = Memory(tmp_path / "memory"), made.folder / "manifest.json"
    kept = manifest.read_bytes()
    for change in (lambda: manifest.write_bytes(kept.replace(b'"rows":2', b'"rows":3')), manifest.unlink):
        change()
        (found,) = verify_snapshot(made, memory)
        assert (found.code, found.message) == ("RNG770", f"the manifest of `{made.id}` was changed while it was read")
        assert not memory.vouches(made.folder, state_of(made.folder))
    manifest.write_bytes(kept)
    assert verify_snapshot(made, memory) == ()


def test_changed_rows_are_found_behind_a_corrected_manifest(made: Snapshot) -> None:
    """Somebody who changes a row and the file's hash in the manifest is found out by the rows' hash."""
    path = made.path("sales")
    connection = open_connection(1, folders=[made.folder])
    other = made.folder / "other.parquet"
    connection.execute(f"COPY (SELECT * REPLACE (max(amount) OVER () AS amount) FROM {stored_rows(path)}) TO '{other}'")
    other.rename(path)
    from engine.records.files import file_hash

    manifest = made.folder / "manifest.json"
    document = json.loads(manifest.read_bytes())
    document["tables"]["sales"]["file_sha256"] = file_hash(path)
    manifest.write_bytes(canonical_json(document) + b"\n")
    forged, findings = read_snapshot(made.folder)
    assert findings == () and forged is not None
    assert [each.message for each in verify_snapshot(forged)] == [
        f"`sales.parquet` of `{made.id}` has other rows than were imported"
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda document: document["tables"]["sales"].update(rows=3), "RNG770"),
        (lambda document: document["tables"]["sales"].update(sha256="0" * 64), "RNG770"),
        (lambda document: document["tables"]["sales"].update(file="../x.parquet"), "RNG770"),
        (lambda document: document["tables"]["sales"].update(fields=1), "RNG770"),
        (lambda document: document["tables"].update(sales=1), "RNG770"),
        (lambda document: document.pop("tables"), "RNG770"),
        (lambda document: document.update(format="rung.snapshot/v9"), "RNG772"),
    ],
)
def test_a_forged_manifest_is_found(made: Snapshot, change: object, code: str) -> None:
    """The folder's name is the hash of what the manifest says."""
    assert callable(change)
    manifest = made.folder / "manifest.json"
    document = json.loads(manifest.read_bytes())
    change(document)
    manifest.write_text(json.dumps(document))
    snapshot, findings = read_snapshot(made.folder)
    assert snapshot is None
    assert [each.code for each in findings] == [code]


def test_a_manifest_that_is_no_document(made: Snapshot) -> None:
    """Absent, empty or nonsense: damaged, never a traceback."""
    for data in (b"", b"[]", b"{" * 100_000, b"\xff"):
        (made.folder / "manifest.json").write_bytes(data)
        assert read_snapshot(made.folder)[0] is None
    (made.folder / "manifest.json").unlink()
    assert [each.code for each in read_snapshot(made.folder)[1]] == ["RNG770"]


@pytest.mark.parametrize(
    "type", [ID, TEXT, DATE, BOOLEAN, INTEGER, money("JPY", 0), number(4), choice("a", "b", ordered=True)]
)
def test_types_survive_the_manifest(type: Type) -> None:
    """A type is read back as it was written."""
    assert field_type(json.loads(json.dumps(field_document(type)))) == type


def test_rows_are_sorted_by_whose_they_are() -> None:
    """Partner first, then person, then the key; no column twice."""
    tables = {table.name: table for table in standard_tables("USD", 2)}
    assert row_order(tables["partners"]) == ("partner_id",)
    assert row_order(tables["sales"]) == ("partner_id", "sale_id")
    assert row_order(tables["certifications"]) == ("person_id", "holding_id")
    assert row_order(tables["assignments"]) == ("partner_id", "person_id", "from")
    assert row_order(tables["products"]) == ("product_id",)


@pytest.mark.parametrize(
    ("first", "last"), [("Same", "Other"), ("Same", ""), ("", "Other"), ("Same", "Same"), ("", "")]
)
def test_one_value_in_thousands_of_rows_is_not_taken_for_that_of_all(tmp_path: Path, first: str, last: str) -> None:
    """Each row has its own text, whatever the rows before it have."""
    names = [first] * 3_000 + [last]
    accounts = "id,parent,name\n" + "".join(f"P{n:04},,{name}\n" for n, name in enumerate(names))
    lines = "sale,partner,day,amount\nS1,P0001,2026-01-05,10.50\n"
    snapshot = imported(tmp_path, accounts=accounts, lines=lines).snapshot
    assert snapshot is not None
    assert rows_of(snapshot, "partners", "partner_id, name") == [
        (f"P{n:04}", name or None) for n, name in enumerate(names)
    ]


def test_serves_the_program_it_was_made_for(made: Snapshot) -> None:
    """The same record tables, or one with more values of a choice, or fewer fields."""
    assert check_serves(made, SCHEMA, ["sales", "partners"]) == ()
    wider = replace(
        SURVEYS,
        fields=tuple(
            replace(f, type=choice("small", "large", "huge")) if f.name == "size" else f for f in SURVEYS.fields[:-1]
        ),
    )
    assert check_serves(made, RecordSchema((wider,))) == ()


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (
            Field("amount", money("EUR", 2)),
            "`sales.amount` is an amount in USD in the snapshot, but an amount in EUR in the program",
        ),
        (Field("channel", TEXT), "there is no `sales.channel`"),
        (Field("entry", choice("sale")), "`sales.entry` may be `return`, which the program does not list"),
        (Field("entry", TEXT), "`sales.entry` is a choice in the snapshot, but a text in the program"),
    ],
)
def test_does_not_serve_another_program(made: Snapshot, field: Field, message: str) -> None:
    """A field in another form, or a new one, is named."""
    sales = SCHEMA.table("sales")
    assert sales is not None
    changed = replace(sales, fields=(*(each for each in sales.fields if each.name != field.name), field))
    (finding,) = check_serves(made, RecordSchema((changed,)))
    assert finding.code == "RNG771" and message in finding.message


def test_a_table_the_program_reads_must_be_there(made: Snapshot) -> None:
    """A table that the feed did not fill is not taken for empty."""
    assert made.table("surveys") is not None
    (finding,) = check_serves(made, SCHEMA, ["surveys", "deals"])
    assert "no table `deals`" in finding.message and "deals: empty" in finding.help
