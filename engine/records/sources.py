"""The sources of a feed, read: files from their folder, queries from the databases that the caller brings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

import duckdb

from engine.canonical import Canonical
from engine.language.diagnostic import Code, Diagnostic
from engine.records import codes_readers
from engine.records.codes import queries as codes
from engine.records.feed import Feed, Query, Source
from engine.records.files import SourceFile, check_unchanged, file_hash, find_file
from engine.records.query import HELP, is_ordered, query_fault
from engine.records.readers.findings import Findings
from engine.records.readers.layout import Staged
from engine.records.readers.query import Databases, Refused
from engine.records.readers.stage import stage_rows, stage_source

LONGEST: Final = 1 << 20  # bytes of a file with a query
OF_DATABASE: Final[tuple[Code, ...]] = (codes.DATABASE_ADDRESS, codes.DATABASE_CLOSED)
Read = tuple[Staged | None, tuple[Diagnostic, ...]]


class Sources:
    """The files and queries of a feed. Holds state: the `documents` of what was read, for the record of the import.

    `faults` are those of files that were not found.
    """

    def __init__(self, feed: Feed, folder: Path, databases: Databases | None) -> None:
        found = {source.name: find_file(folder, source) for source in feed.sources}
        self.feed = feed
        self.files = {name: file for name, (file, _) in found.items() if file}
        self.faults = [each for _, faults in found.values() for each in faults]
        self.databases = databases
        self.documents: dict[str, Canonical] = {}
        self.closed: set[str] = set()  # databases that could not be opened, which was reported

    def stage(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: Source,
        folder: Path,
        may_lose: bool,
        on_step: Callable[[str], None],
    ) -> Read:
        """Read one source into a relation; `folder` and `may_lose` are those of `stage_source`, which reads files."""
        relation = f"source {source.name}"
        file = self.files.get(source.name)
        if source.query and self.databases:
            return self._ask(connection, relation, source, source.query, on_step)
        if file is None:
            raise ValueError("a query without databases, or a file that was not found")
        on_step(f"reading {file.name}")
        self.documents[source.name] = _document(file)
        return stage_source(connection, relation, file.path, file.name, source.layout, source.span, folder, may_lose)

    def _ask(
        self,
        connection: duckdb.DuckDBPyConnection,
        relation: str,
        source: Source,
        query: Query,
        on_step: Callable[[str], None],
    ) -> Read:
        variable, file = query.database.text, self.files.get(source.name)
        name = query_name(source, query)
        place = source.place("query", "file")
        findings = Findings(name)
        text = query.text.text if query.text else _query_text(file, findings, source) if file else ""
        if findings.total() or variable in self.closed or self.databases is None:
            return None, findings.all()
        on_step(f"reading {name}")
        try:
            answer = self.databases.ask(variable, text)
            staged, copy, found = stage_rows(
                connection, relation, answer, is_ordered(text), source.layout, place, findings
            )
        except Refused as refused:
            if refused.code in OF_DATABASE:
                self.closed.add(variable)
                place = query.database.span
            return None, (refused.code.at(place, refused.message, help=refused.help),)
        self.documents[source.name] = {
            "database": variable,
            "dialect": answer.dialect,
            "query": text,
            **({"file": file.name} if file else {}),
            "rows": copy.rows,
            "sha256": copy.sha256,
        }
        return staged, found

    def check_unchanged(self) -> list[Diagnostic]:
        """Whether the files are still the ones that were found."""
        pairs = ((source, self.files.get(source.name)) for source in self.feed.sources)
        return [each for source, file in pairs if file for each in check_unchanged(source, file)]

    def close(self) -> None:
        """Let go of the databases."""
        if self.databases:
            self.databases.close()


def query_name(source: Source, query: Query) -> str:
    """What the rows of a query come from, in messages and in the snapshot: its database, and its name in the feed."""
    if source.file:
        return f"{query.database.text}, {PurePosixPath(source.file.text).as_posix()}"
    return f"{query.database.text}, query {source.name}"


def _document(file: SourceFile) -> dict[str, Canonical]:
    return {"file": file.name, "size": file.size, "sha256": file_hash(file.path)}


def _query_text(file: SourceFile, findings: Findings, source: Source) -> str:
    """The query in a file; notes what is wrong with it."""
    place = source.place("file")
    if file.size > LONGEST:
        message = f"the query in `{file.name}` is longer than {LONGEST:,} bytes"
        findings.at(codes_readers.TOO_LONG, place, message, "name a file that has one query")
        return ""
    try:
        text = file.path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.at(codes_readers.ENCODING, place, f"`{file.name}` is not UTF-8", "save the file as UTF-8")
        return ""
    if fault := query_fault(text):
        findings.at(codes.QUERY_FORM, place, f"`{file.name}`: {fault}", HELP)
    return text
