"""A world: the rows of a snapshot that deciding some partners reads, and no others.

It holds the partners asked for; those that share a value of a limit across partners with them;
everybody below these, where the program counts children's records; and the people, certificates
and linked rows that belong to all of them. Deciding a world gives the partners asked for the same
decisions as deciding everybody. Other partners in it are there for their rows: their own decisions
may lack rows and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb

from engine.duck import quoted, text_literal
from engine.language.records import REACH, RecordSchema, RecordTable
from engine.plan.plan import Needs
from engine.plan.scalar import Value
from engine.records.snapshot import LINEAGE, stored_rows

SMALL = 1000  # values written into a query: Parquet skips row groups by them; more are joined
PEOPLE, ASSIGNMENTS, PERSON = "people", "assignments", "person_id"

_names = count()  # so that several worlds on one connection do not share tables


@dataclass(slots=True)
class World:
    """SQL relations by record table; a table that the snapshot does not hold is not there.

    `partners` is a temporary table with one column `partner_id`: whose rows are in. `close` drops
    what was made.
    """

    connection: duckdb.DuckDBPyConnection
    paths: Mapping[str, Path]
    schema: RecordSchema
    partners: str = ""
    relations: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Drop the temporary tables."""
        for name in self.made:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        self.made.clear()

    def keep(self, select: str) -> str:
        """The rows of a SELECT as a temporary table; its name."""
        name = quoted(f"world {next(_names)}")
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {select}")
        self.made.append(name)
        return name

    def values(self, select: str) -> str:
        """The distinct values of a one-column SELECT, as SQL that can stand after IN."""
        name = self.keep(f"SELECT DISTINCT value FROM ({select}) AS v(value) WHERE value IS NOT NULL")
        found = self.connection.execute(f"FROM {name} ORDER BY value LIMIT {SMALL + 1}").fetchall()
        if len(found) > SMALL:
            return f"(SELECT value FROM {name})"
        return f"({', '.join(text_literal(str(value)) for (value,) in found) or 'NULL'})"

    def rows(self, table: str) -> str:
        """All rows of a record table, as SQL that can stand after FROM."""
        return stored_rows(self.paths[table])


def world_of(
    connection: duckdb.DuckDBPyConnection,
    paths: Mapping[str, Path],
    schema: RecordSchema,
    needs: Needs,
    partners: Sequence[str] | str,
) -> World:
    """The world of some partners: their ids, or a SELECT of one column with them.

    `paths` gives the Parquet file of every table in the snapshot, the derived `reach` among them.
    """
    world = World(connection, paths, schema)
    ids = world.values(_closure(world, needs, partners))
    world.partners = world.keep(f"SELECT partner_id FROM {world.rows('partners')} WHERE partner_id IN {ids}")
    people = world.values(_people(world, ids)) if PEOPLE in paths else ""
    for name in paths:
        table = schema.table(name) or (REACH if name == REACH.name else None)
        if table is not None:
            world.relations[name] = _restricted(world, table, ids, people)
    return world


def _closure(world: World, needs: Needs, partners: Sequence[str] | str) -> str:
    """SELECT of the partners whose rows are needed."""
    if not isinstance(partners, str):
        partners = f"SELECT unnest([{', '.join(map(text_literal, partners))}]::VARCHAR[])"
    select = partners
    for _ in needs.shared:  # a limit may pass rows on to the next one: as many steps as there are
        ids = world.values(select)
        sharing = [_sharing(world, table, column, ids) for table, column in needs.shared if table in world.paths]
        select = " UNION ".join([partners, *sharing])
        partners = select
    if needs.children and REACH.name in world.paths:
        ids = world.values(select)
        select += f" UNION SELECT source_id FROM {world.rows(REACH.name)} WHERE partner_id IN {ids}"
    return select


def _sharing(world: World, table: str, column: str, ids: str) -> str:
    """SELECT of the partners that have a value of the column which one of `ids` has too."""
    owner = _table(world, table).partner
    mine = world.values(f"SELECT {quoted(column)} FROM {world.rows(table)} WHERE {quoted(owner)} IN {ids}")
    return f"SELECT {quoted(owner)} FROM {world.rows(table)} WHERE {quoted(column)} IN {mine}"


def _table(world: World, name: str) -> RecordTable:
    found = world.schema.table(name)
    if found is None:
        raise KeyError(name)
    return found


def _people(world: World, ids: str) -> str:
    """SELECT of the people that work, or by their assignments worked, for the partners."""
    select = f"SELECT {PERSON} FROM {world.rows(PEOPLE)} WHERE partner_id IN {ids}"
    if ASSIGNMENTS in world.paths:
        select += f" UNION SELECT {PERSON} FROM {world.rows(ASSIGNMENTS)} WHERE partner_id IN {ids}"
    return select


def _restricted(world: World, table: RecordTable, ids: str, people: str) -> str:
    """The rows of a table that belong to the partners or their people, or are linked from such rows."""
    rows = world.rows(table.name)
    owned = _owned(table, ids, people)
    if not owned:
        return rows
    tests = [owned]
    for source, by in _links_to(world, table.name):
        linking = _owned(source, ids, people)
        if linking and source.name in world.paths:
            found = world.values(f"SELECT {quoted(by)} FROM {world.rows(source.name)} WHERE {linking}")
            tests.append(f"{quoted(table.key[0])} IN {found}")
    return f"(SELECT * FROM {rows} WHERE {' OR '.join(tests)})"


def _owned(table: RecordTable, ids: str, people: str) -> str:
    """The test by which a row belongs to the world; "" for tables of nobody in particular.

    Whether a person works elsewhere is told by all the assignments of that person.
    """
    if table.name in (PEOPLE, ASSIGNMENTS) and people:
        return f"({quoted(table.partner)} IN {ids} OR {PERSON} IN {people})"
    if table.partner:
        return f"{quoted(table.partner)} IN {ids}"
    if table.person and people:
        return f"{quoted(table.person)} IN {people}"
    return ""


def _links_to(world: World, target: str) -> Iterator[tuple[RecordTable, str]]:
    """The tables whose rows name a row of the target by a link, and the field that does."""
    for table in world.schema.tables:
        for link in table.links:
            if link.to == target:
                yield table, link.by


def read_rows(connection: duckdb.DuckDBPyConnection, relation: str, columns: Iterable[str]) -> list[dict[str, Value]]:
    """The rows of a relation as exact Python values: Decimal, int, str, bool, date or None.

    `columns` are those asked for, such as a table's fields and `_source` and `_line`; a column that
    the relation does not have is left out.
    """
    held = [str(name) for name, *_ in connection.execute(f"DESCRIBE FROM {relation}").fetchall()]
    names = [name for name in columns if name in held]
    rows = connection.execute(f"SELECT {', '.join(map(quoted, names))} FROM {relation}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def read_world(world: World, tables: Iterable[str]) -> dict[str, list[dict[str, Value]]]:
    """The rows of record tables with their lineage, for the reference; an absent table has none."""
    found: dict[str, list[dict[str, Value]]] = {}
    for name in dict.fromkeys(tables):
        table = world.schema.table(name) or (REACH if name == REACH.name else None)
        if table is not None and name in world.relations:
            columns = (*(each.name for each in table.stored), *LINEAGE)
            found[name] = read_rows(world.connection, world.relations[name], columns)
    return found
