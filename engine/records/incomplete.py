"""Whose decisions cannot be made because rows were set aside: of the partners of such rows, and of those who share
something with them.

This is the world of a partner (`world.py`) seen from the other side: a partner whose world has a row set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.duck import quoted, text_literal
from engine.language.records import ASSIGNMENTS, NOBODY, PEOPLE, PERSON, REACH, SET_ASIDE, RecordSchema, RecordTable
from engine.plan.needs import Needs, Sharing
from engine.records.snapshot import Snapshot, stored_rows

PARTNERS, OWNER = "partners", "@owner"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A table from which rows were set aside: how many, and of how many of them no partner is known."""

    table: str
    rows: int
    unknown: int


def rows_set_aside(snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> tuple[SetAside, ...]:
    """Every table of the snapshot from which rows were set aside."""
    if snapshot.table(SET_ASIDE.name) is None:
        return ()
    found = connection.execute(
        f'SELECT "table", count(DISTINCT place), count(DISTINCT place) FILTER (WHERE partner = {text_literal(NOBODY)})'
        f" FROM {stored_rows(snapshot.path(SET_ASIDE.name))} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple(SetAside(str(table), int(rows), int(unknown)) for table, rows, unknown in found)


def rows_of(snapshot: Snapshot, partner: str, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Table, place and fault of each row of a partner that was set aside."""
    select = f'SELECT "table", place, fault FROM {stored_rows(snapshot.path(SET_ASIDE.name))} WHERE partner = ?'
    found = connection.execute(f"{select} ORDER BY ALL", [partner]).fetchall()
    return [(str(table), str(place), str(fault)) for table, place, fault in found]


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The tables of a snapshot from which rows were set aside, and its files."""

    tables: frozenset[str]
    paths: Mapping[str, Path]
    schema: RecordSchema

    def partners(self, read: Iterable[str], needs: Needs) -> str:
        """SELECT of the partners of whom something cannot be decided that reads these tables; "" if there are none.

        A row set aside could say anything: where its table is shared by what its rows say, it may meet everybody.
        """
        missing = self.tables.intersection(read)
        if PARTNERS in self.tables and REACH.name in read:  # a partner that is not there may be below anybody
            missing |= {REACH.name}
        if not missing:
            return ""
        if needs.everybody or any(self._is_shared(each, needs) for each in missing):
            return f"SELECT partner_id FROM {self._rows(PARTNERS)}"
        names = ", ".join(map(text_literal, sorted(missing)))
        found = f'SELECT partner AS partner_id FROM {self._rows(SET_ASIDE.name)} WHERE "table" IN ({names})'
        found += f" AND partner <> {text_literal(NOBODY)}"
        rounds = [found]  # each named and computed once: the text of one inside the next would double at every round
        for number in range(needs.rounds):
            before = f"SELECT partner_id FROM met{number}"
            rounds.append(" UNION ".join((before, *(self._meeting(each, before) for each in needs.shared))))
        met = ", ".join(f"met{number} AS MATERIALIZED ({each})" for number, each in enumerate(rounds))
        return f"WITH {met} SELECT partner_id FROM met{needs.rounds}"

    def _is_shared(self, table: str, needs: Needs) -> bool:
        """Whether a row of the table may concern any partner: derived, found by what it says, or in force for all."""
        known = self.schema.table(table)
        if known is None or any(each.theirs is not None and each.theirs.table == table for each in needs.shared):
            return True
        return not known.partner and not known.holder and bool(known.date or known.period)

    def _meeting(self, sharing: Sharing, partners: str) -> str:
        """SELECT of those whose records have a value that records of these partners have, or that name them."""
        mine, theirs = sharing.mine, sharing.theirs
        values = partners
        if theirs is not None:
            owner = self._table(theirs.table).partner
            values = (
                f"SELECT {quoted(theirs.field)} FROM {self._rows(theirs.table)} WHERE {quoted(owner)} IN ({partners})"
            )
        owner, rows = quoted(OWNER), self._owned(mine.table)
        return f"SELECT {owner} FROM {rows} WHERE {quoted(mine.field)} IN ({values}) AND {owner} IS NOT NULL"

    def _owned(self, name: str) -> str:
        """The rows of a table, each beside every partner that it belongs to."""
        table, rows = self._table(name), self._rows(name)
        owned = [f"SELECT *, {quoted(table.partner)} AS {quoted(OWNER)} FROM {rows}"] if table.partner else []
        if table.holder:
            works = " UNION ".join(
                f"SELECT {PERSON}, partner_id AS {quoted(OWNER)} FROM {self._rows(each)}"
                for each in (PEOPLE, ASSIGNMENTS)
                if each in self.paths
            )
            owned.append(
                f"SELECT r.*, w.{quoted(OWNER)} FROM {rows} r JOIN ({works}) w ON r.{quoted(table.holder)} = w.{PERSON}"
            )
        return f"({' UNION ALL '.join(owned)})"

    def _rows(self, name: str) -> str:
        return stored_rows(self.paths[name])

    def _table(self, name: str) -> RecordTable:
        return REACH if name == REACH.name else next(each for each in self.schema.tables if each.name == name)
