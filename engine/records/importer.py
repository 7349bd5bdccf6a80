"""The import: all files of a feed, checked row by row, become one snapshot, or nothing is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import duckdb

from engine.canonical import Canonical, canonical_json, document_hash
from engine.duck import open_connection, quoted
from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.records import ASSIGNMENTS, PEOPLE, REACH, SET_ASIDE, RecordSchema, RecordTable
from engine.memory import state_of
from engine.records.advice import with_advice
from engine.records.aside import Quarantine
from engine.records.check import check_feed, is_query
from engine.records.codes import tables as codes
from engine.records.columns import check_columns
from engine.records.control import ControlTotal, check_control
from engine.records.feed import Feed, LookUp, TableMapping
from engine.records.files import file_hash
from engine.records.filling import fill_down
from engine.records.findings import as_warnings, row_findings
from engine.records.groups import MAX_GROUPS, Group, fault_groups, lost_group, rule_group
from engine.records.ids import MadeIds, check_ids, id_rule, rows_of_ids
from engine.records.marks import check_marks
from engine.records.naming import check_names
from engine.records.projection import FIRST_ROWS, SOURCE, Projection, look_up_query, project
from engine.records.readers.layout import LINE, Staged
from engine.records.readers.query import Databases
from engine.records.rules import (
    Rule,
    climb,
    confusable_ids,
    count,
    counted,
    equal_rows,
    is_of_things,
    loaded,
    merge_repeated_rows,
    rules_of,
    stand_alone,
    too_large,
    twins,
)
from engine.records.snapshot import (
    COMPLETE,
    IMPORT,
    IMPORTS,
    QUARANTINE,
    QUARANTINE_HASH,
    SHORT,
    Snapshot,
    SnapshotTable,
    read_snapshot,
    snapshot_id,
    sql_type,
    write_manifest,
    write_table,
)
from engine.records.sources import Sources
from engine.records.verify import placed, verify_snapshot
from engine.records.where import blank_rows, keep_rows, lines_left_out, never_lost, told_why
from engine.workspace import Workspace, check_workspace, pending_folder, publish_folder, write_workspace

IMPORT_FORMAT = "rung.import-record/v1"
IN_FILE = f"{LINE}, _value, _other"  # the order of rows that break a rule; one line may have become several
BATCH = 10_000  # faulty rows described at a time


@dataclass(frozen=True, slots=True)
class Limits:
    """What an import may use; `threads` None is all cores."""

    threads: int | None = None
    memory: str = "2GB"


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import. `snapshot` is None when there was an error, or on a dry run.

    `tables` are those of the snapshot that was or would be made, in the order of the schema, the derived one last.
    `quarantined` counts rows by table;
    `quarantine` is the file with them.
    """

    snapshot: Snapshot | None
    diagnostics: tuple[Diagnostic, ...]
    tables: tuple[SnapshotTable, ...] = ()
    quarantined: Mapping[str, int] = field(default_factory=dict)
    quarantine: Path | None = None

    @property
    def id(self) -> str:
        """The id of the snapshot that was or would be made."""
        return snapshot_id(self.tables) if self.tables else ""


def import_feed(
    feed: Feed,
    schema: RecordSchema,
    files: Path,
    workspace: Workspace,
    *,
    quarantine: bool = False,
    dry_run: bool = False,
    control: Sequence[ControlTotal] = (),
    limits: Limits = DEFAULT_LIMITS,
    databases: Databases | None = None,
    on_step: Callable[[str], None] = lambda step: None,
) -> ImportResult:
    """Read the feed's files, which lie in `files`, and publish their records as a snapshot.

    With an error nothing is written. `quarantine` sets faulty rows aside, with those that refer to
    them. The records must add up to `control`. `databases` answers the feed's queries, if it has any. `on_step` hears
    what is being done.
    """
    findings = [*check_feed(feed, schema), *check_workspace(workspace)]
    sources = Sources(feed, files, databases)
    findings += sources.faults
    if has_errors(findings):
        return ImportResult(None, in_file_order(findings))
    with _work_folder(workspace, dry_run) as folder:
        (folder / "snapshot").mkdir()
        connection = open_connection(limits.threads, limits.memory, folder / "spill", [files, folder])
        work = _Import(feed, schema, sources, folder, connection, quarantine, on_step, findings)
        try:
            tables = work.run()
            work.findings += check_control(control, tables) if tables else ()
        finally:
            work.aside.close()
            sources.close()
            connection.close()
        if has_errors(work.findings):
            return ImportResult(None, in_file_order(work.findings))
        if dry_run:
            return ImportResult(None, in_file_order(work.findings), tables, work.aside.rows)
        return _publish(work, workspace, tables)


@contextmanager
def _work_folder(workspace: Workspace, dry_run: bool) -> Iterator[Path]:
    """A folder to work in, beside where the snapshot will be; elsewhere when nothing may be written."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="rung-") as name:
            yield Path(name)
        return
    write_workspace(workspace)
    with pending_folder(workspace.snapshots) as folder:
        yield folder


def _publish(work: _Import, workspace: Workspace, tables: tuple[SnapshotTable, ...]) -> ImportResult:
    """Give the snapshot its name, or find it there, and add the record of this import."""
    made = write_manifest(work.folder / "snapshot", tables)
    final, state = workspace.snapshots / made.id, state_of(made.folder)
    if publish_folder(made.folder, final):
        workspace.memory.keep(final, state)
    snapshot, faults = read_snapshot(final)
    findings = [*work.findings, *faults, *(verify_snapshot(snapshot, workspace.memory) if snapshot else ())]
    if snapshot is None or has_errors(findings):
        return ImportResult(None, in_file_order(findings))
    imports = snapshot.folder / IMPORTS
    imports.mkdir(exist_ok=True)
    document = placed(work.document(), snapshot)
    record = imports / document_hash(document)[:SHORT]
    pending = work.folder / "import"
    pending.mkdir()
    (pending / IMPORT).write_bytes(canonical_json(document) + b"\n")
    aside = None
    if work.aside.rows:
        work.aside.path.rename(pending / QUARANTINE)
        aside = record / QUARANTINE
    publish_folder(pending, record)
    return ImportResult(snapshot, in_file_order(findings), tables, work.aside.rows, aside)


class _Import:
    """One running import: a database with the rows so far, and the findings."""

    def __init__(
        self,
        feed: Feed,
        schema: RecordSchema,
        sources: Sources,
        folder: Path,
        connection: duckdb.DuckDBPyConnection,
        quarantine: bool,
        on_step: Callable[[str], None],
        findings: list[Diagnostic],
    ) -> None:
        self.feed = feed
        self.schema = schema
        self.sources = sources
        self.folder = folder
        self.connection = connection
        self.quarantine = quarantine
        self.on_step = on_step
        self.findings = findings
        self.aside = Quarantine(folder / QUARANTINE, connection)
        self.staged: dict[str, Staged] = {}
        self.made_ids: dict[str, list[MadeIds]] = {}  # by what they name
        self.counted: dict[str, int] = {}
        self.broken: set[str] = set()  # tables with faulty rows that were not set aside

    @property
    def tables(self) -> list[tuple[RecordTable, TableMapping]]:
        """The tables that the feed fills, in the order of the schema."""
        pairs = ((table, self.feed.table(table.name)) for table in self.schema.tables)
        return [(table, mapping) for table, mapping in pairs if mapping]

    def run(self) -> tuple[SnapshotTable, ...]:
        """Every step in order; it ends early where a step leaves nothing for the next."""
        self._stage()
        if not has_errors(self.findings):
            self._check_marks()
        if not has_errors(self.findings):
            self._load()
            self.findings += check_ids(self.connection, self.made_ids)
            self.findings += self.sources.check_unchanged()
        if not has_errors(self.findings) or self.broken:
            self._merge()
            self._apply_rules()
        if has_errors(self.findings):
            return ()
        return self._write()

    # Reading

    def _stage(self) -> None:
        """Read every file and query, and see that it has the columns."""
        for source in self.feed.sources:
            kept = never_lost(self.feed, source) if self.quarantine else ""
            may_lose = self.quarantine and not kept
            staged, faults = self.sources.stage(self.connection, source, self.folder, may_lose, self.on_step)
            self.findings += (told_why(each, kept) for each in faults)
            if staged:
                self.staged[source.name] = staged
        self.sources.close()
        self.findings += check_columns(self.connection, self.feed, self.tables, self.staged)
        if not has_errors(self.findings):
            self._leave_out()

    def _leave_out(self) -> None:
        """Only the rows that count go on."""
        for source in self.feed.sources:
            self.findings += lines_left_out(source, self.staged[source.name])
            for step in (fill_down, keep_rows):
                self.staged[source.name], findings = step(self.connection, source, self.staged[source.name])
                self.findings += findings

    def _check_marks(self) -> None:
        """Whether a point is a decimal mark is known before a number is read."""
        for table, mapping in self.tables:
            if mapping.source:
                self.findings += check_marks(self.connection, self.feed, table, mapping, self.staged)

    def _load(self) -> None:
        """Fill the record tables with the rows that have no fault of their own."""
        look_ups = self._make_look_ups()
        for table, mapping in self.tables:
            self.on_step(f"checking {table.name}")
            if mapping.source is None:
                self._load_nothing(table)
                continue
            staged = self.staged[mapping.source.text]
            projection, faulty = self._fill(table, mapping, staged, look_ups)
            from_file = not is_query(self.feed, mapping)  # a query has no rows that a spreadsheet added
            if faulty and from_file and (filled := blank_rows(self.connection, staged)):
                self.staged[mapping.source.text], note = filled
                self.findings.append(note)
                staged = self.staged[mapping.source.text]
                projection, faulty = self._fill(table, mapping, staged, look_ups)
            self._note_ids(projection, staged)
            self._note_counts(projection, staged)
            if faulty:
                self._report_rows(projection, staged, faulty)
            if staged.lost:
                self._report_lost(table, staged)

    def _fill(
        self, table: RecordTable, mapping: TableMapping, staged: Staged, look_ups: Mapping[LookUp, str]
    ) -> tuple[Projection, int]:
        """Fill a table with the rows that have no fault of their own; the number of the others."""
        projection = project(self.feed, table, mapping, staged, look_ups)
        self.connection.execute(f"CREATE OR REPLACE TABLE {loaded(table.name)} AS {projection.valid}")
        for column in projection.added:
            self.connection.execute(f"ALTER TABLE {loaded(table.name)} ADD COLUMN {column}")
        total = count(self.connection, projection.total)
        return projection, total - count(self.connection, f"SELECT count(*) FROM {loaded(table.name)}")

    def _note_ids(self, projection: Projection, staged: Staged) -> None:
        """Keep in mind which ids are made by rules."""
        table = projection.table
        for n, mapping in enumerate(projection.fields):
            field = table.field(mapping.field.text)
            rule = id_rule(self.feed, mapping, field) if field else None
            if field and rule and rule.replace and not mapping.is_numbered:
                name = f"{table.name}.{field.name}"
                thing = field.references or (table.name if table.key == (field.name,) else name)
                ids = MadeIds(name, staged.file, rows_of_ids(projection.judged, n))
                self.made_ids.setdefault(thing, []).append(ids)

    def _make_look_ups(self) -> dict[LookUp, str]:
        """A relation for every look-up of the feed."""
        made: dict[LookUp, str] = {}
        for _, mapping in self.tables:
            for each in mapping.fields:
                source = self.feed.source(each.look_up.source.text) if each.look_up else None
                if each.look_up and source and each.look_up not in made:
                    name = quoted(f"look-up {len(made)}")
                    query = look_up_query(each.look_up, source, self.staged[source.name])
                    self.connection.execute(f"CREATE TABLE {name} AS {query}")
                    made[each.look_up] = name
        return made

    def _load_nothing(self, table: RecordTable) -> None:
        """An empty table, for records the vendor does not have."""
        columns = [f"{quoted(each.name)} {sql_type(each.type)}" for each in table.stored]
        columns += [f"{SOURCE} VARCHAR", f"{LINE} BIGINT"]
        self.connection.execute(f"CREATE TABLE {loaded(table.name)} ({', '.join(columns)})")

    def _note_counts(self, projection: Projection, staged: Staged) -> None:
        """Say what made no row."""
        total = count(self.connection, projection.total)
        empty = count(self.connection, projection.empty)
        span = projection.mapping.table.span
        if empty:
            skipped = "was skipped" if empty == 1 else "were skipped"
            message = f"{_counted(empty, 'cell')} of `{staged.file}` without a value {skipped}"
            self.findings.append(codes.EMPTY_CELLS.at(span, message))
        if total == 0 and not staged.lost:
            message = f"`{staged.file}` has no rows for `{projection.table.name}`"
            self.findings.append(codes.NO_ROWS.at(span, message, help="if that is meant, write `empty`"))

    # Faults

    def _report_rows(self, projection: Projection, staged: Staged, faulty: int) -> None:
        """Describe the rows with faults of their own; all of them when they are set aside."""
        groups = fault_groups(self.connection, self.feed, projection, staged)
        self._report(projection.table.name, groups, faulty)
        if self.quarantine:
            rows = self._rows(projection.faulty)
            self.aside.add(row_findings(self.feed, projection, staged.file, rows))
            self.aside.keep_faulty(projection, staged.file)

    def _report_lost(self, table: RecordTable, staged: Staged) -> None:
        """Set the rows aside that have no columns, because they have too few or too many cells."""
        group = lost_group(table.name, staged)
        self._report(table.name, [group], len(staged.lost))
        self.aside.add(group.first)
        self.aside.keep_lost(table, staged.file, (line for line, *_ in staged.lost))

    def _rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """The rows of a query, some at a time."""
        self.connection.execute(query)
        while batch := self.connection.fetchmany(BATCH):  # to the end: a half-read result blocks the connection
            yield from batch

    def _report(self, table: str, groups: Sequence[Group], rows: int) -> None:
        """Report the faults of rows, which are set aside or stop the import."""
        told = [each for group in groups[:MAX_GROUPS] for each in group.diagnostics]
        if len(groups) > MAX_GROUPS:
            message = f"{rows:,} rows of `{table}` have {len(groups):,} kinds of errors; {MAX_GROUPS} are listed"
            told.append(codes.MORE_FINDINGS.at(None, message, help="correct the listed ones and import again"))
        if self.quarantine:
            self.aside.count(table, rows)
            self.findings += as_warnings(told)
            return
        self.broken.add(table)
        self.findings += told

    def _merge(self) -> None:
        """A row that repeats another in all fields counts once, where that is sure or the feed says so."""
        for table, mapping in self.tables:
            if not mapping.source or not self._once_counted(counted(twins(table))):
                continue
            if not mapping.merges_equal_rows and not is_of_things(table, self.schema):
                self._apply(equal_rows(table, is_query(self.feed, mapping)))
                merge_repeated_rows(self.connection, table)  # they were reported
                continue
            if repeated := merge_repeated_rows(self.connection, table):
                times = "counts" if repeated == 1 else "count"
                rows = f"{_counted(repeated, 'row')} of `{table.name}`"
                message = f"{rows} {'is' if repeated == 1 else 'are'} equal to another in all fields and {times} once"
                self.findings.append(codes.REPEATED_ROWS.at(mapping.table.span, message))

    def _apply_rules(self) -> None:
        """Check the rows against each other; with quarantine until nothing more has to go."""
        self.on_step("checking keys and references")
        filled = frozenset(table.name for table, mapping in self.tables if mapping.source) - self.broken
        for table, mapping in self.tables:
            if table.name not in (*self.broken, *self.aside.rows):  # a row that is missing may be the sale
                self.findings += stand_alone(self.connection, table, mapping)
        while True:
            broken = 0
            for table, mapping in self.tables:
                if mapping.source:
                    broken += sum(self._apply(rule) for rule in rules_of(table, self.schema, filled))
            circle = None if "partners" in self.broken else climb(self.connection)
            broken += self._apply(circle) if circle else 0
            if not broken or not self.quarantine:
                break
        for table, mapping in self.tables:
            for name in too_large(self.connection, table) if mapping.source else ():
                message = f"`{table.name}` is too large to add up exactly: {name}"
                self.findings.append(codes.TOTAL_TOO_LARGE.at(mapping.table.span, message, help="check the unit"))
        for table, mapping in self.tables:
            if mapping.source and table.name not in self.broken:
                self.findings += check_names(self.connection, table, mapping)
        self._warn(confusable_ids(next(table for table, _ in self.tables if table.name == "partners")))
        for name, rows in self.aside.rows.items():
            verb, which = ("was", "it") if rows == 1 else ("were", "them")
            message = f"{_counted(rows, 'row')} of `{name}` {verb} set aside"
            self.findings.append(codes.SET_ASIDE.at(None, message, help=f"correct {which} and import again"))

    def _warn(self, rule: Rule) -> None:
        """Report rows that stay."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE broken AS {rule.query}")
        self.findings += [each for group in self._broken(rule) for each in group.diagnostics]

    def _broken(self, rule: Rule) -> list[Group]:
        """The rows of the table `broken` that are reported for themselves."""
        reported = count(self.connection, "SELECT count(*) FROM broken WHERE NOT _led")
        first = list(self._rows(f"SELECT * FROM broken WHERE NOT _led ORDER BY {IN_FILE} LIMIT {FIRST_ROWS}"))
        findings = [rule.finding(row) for row in first]
        findings = with_advice(self.connection, self.feed, self.schema, self.staged, rule, findings)
        return [rule_group(self.feed, findings, reported)] if findings else []

    def _apply(self, rule: Rule) -> int:
        """Report the rows that break a rule, and take them out when they are set aside; their number."""
        if rule.only_if and not self._once_counted(rule.only_if):
            return 0
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE broken AS {rule.query}")
        groups = self._broken(rule)
        if not groups:
            return 0
        total = count(self.connection, "SELECT count(*) FROM broken") if self.quarantine else groups[0].rows
        self._report(rule.table, groups, total)
        if self.quarantine:
            self.aside.add(map(rule.finding, self._rows(f"SELECT * FROM broken ORDER BY _led, {IN_FILE}")))
            self.aside.keep_broken(next(table for table, _ in self.tables if table.name == rule.table))
            self.connection.execute(f"DELETE FROM {loaded(rule.table)} WHERE rowid IN (SELECT _row FROM broken)")
        return groups[0].rows

    def _once_counted(self, query: str) -> int:
        """What a query counts, asked once: rows only go, so nothing stays nothing."""
        if query not in self.counted:
            self.counted[query] = count(self.connection, query)
        return self.counted[query]

    # Writing

    def _write(self) -> tuple[SnapshotTable, ...]:
        """Every table as a sorted file, the derived one last."""
        folder = self.folder / "snapshot"
        written = []
        if self.aside.rows:
            self.aside.load(table.name for table, _ in self.tables if table.name in (PEOPLE, ASSIGNMENTS))
            written.append(write_table(self.connection, loaded(SET_ASIDE.name), SET_ASIDE, folder))
        for table, _ in self.tables:
            self.on_step(f"writing {table.name}")
            written.append(write_table(self.connection, loaded(table.name), table, folder))
            if table.name != "partners":
                self.connection.execute(f"DROP TABLE {loaded(table.name)}")
        written.append(write_table(self.connection, loaded(REACH.name), REACH, folder, derived=True))
        return tuple(written)

    def document(self) -> dict[str, Canonical]:
        """What this import read: the feed as it was written, every file by its bytes, every query by its rows."""
        name = PurePath(self.feed.file).name
        return {
            "format": IMPORT_FORMAT,
            "feed": {"name": self.feed.name, "file": name, "text": self.feed.data.decode("utf-8-sig")},
            "sources": dict(self.sources.documents),
            "quarantined": dict(self.aside.rows),
            **({QUARANTINE_HASH: file_hash(self.aside.path)} if self.aside.rows else {}),
            **({COMPLETE: self.feed.complete_through.isoformat()} if self.feed.complete_through else {}),
        }


def _counted(number: int, what: str) -> str:
    """A number of things: `1 row`, `2,000 rows`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
