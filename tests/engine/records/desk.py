"""A small vendor to import from: record tables, a feed, files; each test changes one thing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.duck import open_connection
from engine.language.diagnostic import Diagnostic
from engine.language.records import Field, RecordSchema, RecordTable, standard_tables
from engine.records.feed import Feed
from engine.records.importer import ImportResult, import_feed
from engine.records.parse import parse_feed
from engine.records.snapshot import Snapshot, stored_rows
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, choice, number
from engine.workspace import Workspace

SURVEYS = RecordTable(
    "surveys",
    ("survey_id",),
    (
        Field("survey_id", ID),
        Field("partner_id", ID, references="partners"),
        Field("answered_on", DATE),
        Field("score", number(2), optional=True),
        Field("answers", INTEGER, optional=True),
        Field("size", choice("small", "large"), optional=True),
        Field("public", BOOLEAN, optional=True),
        Field("comment", TEXT, optional=True),
    ),
    partner="partner_id",
    date="answered_on",
)
SCHEMA = RecordSchema((*standard_tables("USD", 2), SURVEYS))

HEAD = "rung: 1\nfeed: desk\nrecords: 2026.yaml\n"
FEED = (
    HEAD
    + """\
sources:
  accounts: {file: accounts.csv}
  lines: {file: lines.csv}
tables:
  partners: {from: accounts, fields: {partner_id: id, parent_id: parent, name: name}}
  sales:
    from: lines
    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}
"""
)
ACCOUNTS = "id,parent,name\nP1,,Alpha\nP2,P1,Beta\n"
LINES = "sale,partner,day,amount\nS1,P1,2026-01-05,10.50\nS2,P2,2026-02-01,7\n"


def feed_of(text: str) -> Feed:
    """A feed without findings."""
    feed, findings = parse_feed(text.encode(), "feed.yaml")
    assert feed is not None, findings
    return feed


def imported(
    folder: Path,
    feed: str = FEED,
    files: Mapping[str, str | bytes] | None = None,
    *,
    schema: RecordSchema = SCHEMA,
    quarantine: bool = False,
    dry_run: bool = False,
    **changed: str,
) -> ImportResult:
    """Import into `folder / "home"`; `accounts=` and `lines=` are the files' texts."""
    texts: dict[str, str | bytes] = {"accounts.csv": ACCOUNTS, "lines.csv": LINES, **(files or {})}
    texts |= {f"{name}.csv": text for name, text in changed.items()}
    source = folder / "files"
    source.mkdir(exist_ok=True)
    for name, text in texts.items():
        (source / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    workspace = Workspace(folder / "home")
    return import_feed(feed_of(feed), schema, source, workspace, quarantine=quarantine, dry_run=dry_run)


def rows_of(snapshot: Snapshot, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    """The rows of a table in their order."""
    connection = open_connection(1, folders=[snapshot.folder])
    return connection.execute(f"SELECT {columns} FROM {stored_rows(snapshot.path(table))}").fetchall()


def told(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """Findings as `file:line CODE message`."""
    return [
        f"{each.span.file}:{each.span.line} {each.code} {each.message}" if each.span else f"{each.code} {each.message}"
        for each in diagnostics
    ]
