"""Rows that an import sets aside: written into a file for people, and into the snapshot with whom they belong to.

A decision must not read a table as if such a row had never been there, so a snapshot knows whose rows are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import duckdb

from engine.duck import path_literal, quoted, text_literal
from engine.language.records import NOBODY, PERSON, SET_ASIDE, RecordTable
from engine.records.findings import QUARANTINE_COLUMNS, Finding
from engine.records.projection import SOURCE, Projection
from engine.records.readers.layout import LINE
from engine.records.rules import loaded
from engine.spreadsheet import csv_line, inert

ASIDE = quoted("aside")  # table, place, and what the row says of its partner and its person


class Quarantine:
    """The rows set aside by an import; the file, one line a fault, is made when the first row is set aside."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._connection = connection
        self._file: TextIO | None = None
        self._files: dict[str, str] = {}  # by what stands for it in the file: the name of a source like a formula
        columns = ", ".join(f'"{name}" VARCHAR' for name in ("table", "place", "partner", "person"))
        connection.execute(f"CREATE TEMP TABLE {ASIDE} ({columns})")

    def add(self, findings: Iterable[Finding]) -> None:
        """Write faults down."""
        for finding in findings:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                self._file.write(csv_line(QUARANTINE_COLUMNS))
            self._file.write(csv_line(finding.cells))
            if inert(finding.file) != finding.file:
                self._files[inert(finding.file)] = finding.file

    def count(self, table: str, rows: int) -> None:
        """Rows of a table that were set aside."""
        self.rows[table] = self.rows.get(table, 0) + rows

    def keep_faulty(self, projection: Projection, file: str) -> None:
        """Keep whose rows with faults of their own are: what the fields without a fault say."""
        places = {each.field.text: n for n, each in enumerate(projection.fields)}
        table = projection.table

        def said(name: str) -> str:
            n = places.get(name)
            return "NULL" if n is None else f"CASE WHEN f{n} IS NULL THEN v{n} END"

        bad = " OR ".join(f"f{n} IS NOT NULL" for n in places.values())
        place = f"{text_literal(file + ':')} || {LINE}"
        rows = f"FROM ({projection.judged}) WHERE {bad}"
        self._keep(table, place, f"{said(table.partner)}, {said(table.holder)}", rows)

    def keep_broken(self, table: RecordTable) -> None:
        """Keep whose rows of the table `broken` are: these rows have no fault of their own."""
        names = {each.name for each in table.stored}
        said = ", ".join(quoted(name) if name in names else "NULL" for name in (table.partner, table.holder))
        rows = f"FROM {loaded(table.name)} WHERE rowid IN (SELECT _row FROM broken)"
        self._keep(table, f"{SOURCE} || ':' || {LINE}", said, rows)

    def keep_lost(self, table: RecordTable, file: str, lines: Iterable[int]) -> None:
        """Keep that rows are missing whose values are not known: nothing says whose they are."""
        listed = ", ".join(map(str, lines))
        place = f"{text_literal(file + ':')} || {LINE}"
        self._keep(table, place, "NULL, NULL", f"FROM (SELECT unnest([{listed}]) AS {LINE})")

    def _keep(self, table: RecordTable, place: str, said: str, rows: str) -> None:
        self._connection.execute(f"INSERT INTO {ASIDE} SELECT {text_literal(table.name)}, {place}, {said} {rows}")

    def load(self, people: Iterable[str]) -> None:
        """Make the loaded relation of the rows set aside, each with every partner that it may belong to.

        `people` are the tables that were loaded of those that say for whom a person works.
        """
        self.close()
        works = " UNION ".join(f"SELECT {PERSON}, partner_id FROM {loaded(each)}" for each in people)
        by_person = f" UNION SELECT a.* EXCLUDE (partner, person), w.partner_id FROM {ASIDE} a JOIN ({works}) w"
        by_person += f" ON a.person = w.{PERSON}"
        known = f'SELECT "table", place, partner FROM {ASIDE}{by_person if works else ""}'
        known = f"SELECT k.* FROM ({known}) k SEMI JOIN {loaded('partners')} p ON k.partner = p.partner_id"
        nobody = f'SELECT "table", place, {text_literal(NOBODY)} FROM {ASIDE} ANTI JOIN known USING ("table", place)'
        cases = "".join(f" WHEN {text_literal(one)} THEN {text_literal(other)}" for one, other in self._files.items())
        file = f"CASE file{cases} ELSE file END" if cases else "file"
        faults = (
            f"""SELECT "table", {file} || ':' || line AS place, min(concat_ws(' ', code, field)) AS fault"""
            f" FROM read_csv({path_literal(self.path)}, header = true, all_varchar = true) GROUP BY ALL"
        )
        self._connection.execute(
            f"CREATE TABLE {loaded(SET_ASIDE.name)} AS WITH known AS ({known}), faults AS ({faults})"
            f" SELECT DISTINCT rows.*, coalesce(fault, '') AS fault, place AS {SOURCE}, 0::BIGINT AS {LINE}"
            f' FROM (FROM known UNION {nobody}) AS rows LEFT JOIN faults USING ("table", place)'
        )

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
