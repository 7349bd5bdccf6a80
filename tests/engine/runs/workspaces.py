"""Workspaces with a snapshot of the hand-built plan's records, and runs over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.columnar.literals import output_type
from engine.duck import open_connection, quoted
from engine.language.records import REACH, Field, Link, RecordSchema, RecordTable
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.plan.table import Scan
from engine.records.snapshot import PREFIX, SHORT, Snapshot, identity, write_manifest, write_table
from engine.runs.compiled import Compiled
from engine.runs.evaluate import EvaluationRequest
from engine.runs.manifest import Meaning
from engine.runs.store import Run
from engine.types import ID
from engine.workspace import Workspace, pending_folder, publish_folder, write_workspace
from tests.plans import WORLD, ridge
from tests.ridge.program import FILE, PROGRAM
from tests.tiny import reach

OWNED = ("partners", "people", "sales", "surveys", "statuses")
HASH = "0" * 64
Records = Mapping[str, Sequence[Mapping[str, Value]]]


def record_tables(plan: Plan) -> Iterable[RecordTable]:
    """A record table for every scan of a plan."""
    for node in plan.tables:
        if isinstance(node, Scan) and node.table != REACH.name:
            fields = tuple(Field(each.name, each.type, each.optional) for each in node.columns)
            if node.table == "partners" and "parent_id" not in {each.name for each in fields}:
                fields += (Field("parent_id", ID, optional=True),)
            person = "person_id" if node.table == "certifications" else ""
            yield RecordTable(node.table, node.key, fields, "partner_id" if node.table in OWNED else "", person)


def stored_snapshot(home: Path, plan: Plan | None = None, records: Records = WORLD) -> tuple[Workspace, Snapshot]:
    """A workspace that keeps these records."""
    workspace = Workspace(home)
    write_workspace(workspace)
    with pending_folder(workspace.snapshots) as pending:
        connection = open_connection(threads=1, folders=[pending])
        tables = []
        records = {**records, REACH.name: reach(records.get("partners", ()))}
        for table in (*record_tables(plan or ridge()), REACH):
            columns = [f"{quoted(each.name)} {output_type(each.type)}" for each in table.fields]
            columns += ["_source VARCHAR", "_line BIGINT"]
            connection.execute(f"CREATE TABLE staged ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            for line, row in enumerate(records.get(table.name, ()), start=2):
                values = [row.get(each.name) for each in table.fields]
                connection.execute(f"INSERT INTO staged VALUES ({marks})", [*values, f"{table.name}.csv", line])
            derived = table.name == REACH.name
            tables.append(write_table(connection, "staged", table, pending, derived=derived))
            connection.execute("DROP TABLE staged")
        connection.close()
        snapshot = write_manifest(pending, tables)
        final = workspace.snapshots / (PREFIX + identity(tables)[:SHORT])
        publish_folder(pending, final)
    return workspace, Snapshot(snapshot.id, snapshot.sha256, final, snapshot.tables)


def ridge_request(snapshot: Snapshot, program_hash: str = HASH) -> EvaluationRequest:
    """The request to evaluate the hand-built plan over a snapshot."""
    meaning = Meaning(program_hash, snapshot.id, date(2026, 6, 30))
    return EvaluationRequest(PROGRAM.encode(), FILE, "ridge", "2026", "Ridge Partner Program", meaning)


def compiled() -> Compiled:
    """The hand-built plan as runs take it."""
    plan = ridge()
    links = (Link("item", "products", "product_id"),)
    tables = (replace(each, links=links if each.name == "sales" else ()) for each in record_tables(plan))
    return Compiled(plan, RecordSchema(tuple(tables)), HASH, "ridge", "2026", "Ridge Partner Program")


def recompiled(run: Run) -> Compiled:
    """The hand-built plan, for the bytes it belongs to and no others."""
    pinned = (run.program, run.manifest.source.file, run.manifest.meaning.as_of)
    assert pinned == (PROGRAM.encode(), FILE, date(2026, 6, 30))
    return compiled()
