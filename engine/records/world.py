"""A world: the rows of a snapshot that deciding some partners reads, and no others.

It holds the partners asked for; those whose rows theirs meet by something they share, such as the
seller of a limit or the partner above (the Plan's `Needs` say by what); and the people, certificates
and linked rows that belong to all of them. Deciding a world gives the partners asked for the same
decisions as deciding all partners. Other partners in it are there for their rows: their own decisions
may lack rows and are left out.

Every person who works or worked for a partner of the world is in it with everything: the rows of `people`, all
assignments, wherever they lead, and all certificates. So a Plan may join these by the person without
a need of its own, and `engine/plan/needs.py` counts on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb

from engine.duck import quoted, text_literal
from engine.language.records import ASSIGNMENTS, PEOPLE, PERSON, REACH, RecordSchema, RecordTable
from engine.plan.needs import Needs, Sharing
from engine.plan.scalar import Value
from engine.records.snapshot import LINEAGE, stored_rows

SMALL = 1000  # values written into a query: Parquet skips row groups by them; more are joined

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
        """The distinct values of a one-column SELECT, as SQL for IN."""
        name = self.keep(f"SELECT DISTINCT value FROM ({select}) AS v(value) WHERE value IS NOT NULL")
        found = self.connection.execute(f"FROM {name} ORDER BY value LIMIT {SMALL + 1}").fetchall()
        if len(found) > SMALL:
            return f"(SELECT value FROM {name})"
        return f"({', '.join(text_literal(str(value)) for (value,) in found) or 'NULL'})"

    def rows(self, table: str) -> str:
        """All rows of a record table, as SQL for FROM."""
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
    if needs.everybody:
        partners = f"SELECT partner_id FROM {world.rows('partners')}"
    ids = world.values(_closure(world, needs, partners))
    world.partners = world.keep(f"SELECT partner_id FROM {world.rows('partners')} WHERE partner_id IN {ids}")
    people = world.values(_people(world, ids)) if PEOPLE in paths else ""
    for name in paths:
        table = _known(schema, name)
        if table is not None:
            world.relations[name] = _restricted(world, table, needs, ids, people)
    return world


def _known(schema: RecordSchema, name: str) -> RecordTable | None:
    return schema.table(name) or (REACH if name == REACH.name else None)


def _closure(world: World, needs: Needs, partners: Sequence[str] | str) -> str:
    """SELECT of the partners whose rows are needed."""
    if not isinstance(partners, str):
        partners = f"SELECT unnest([{', '.join(map(text_literal, partners))}]::VARCHAR[])"
    steps = [each for each in needs.shared if all(place.table in world.paths for place in each.places)]
    for _ in range(needs.rounds if steps else 0):
        ids = world.values(partners)
        partners = " UNION ".join([partners, *(_sharing(world, each, ids) for each in steps)])
    return partners


def _sharing(world: World, sharing: Sharing, ids: str) -> str:
    """SELECT of the partners that share a value with one of `ids`, or that one of their records names."""
    mine, theirs = sharing.mine, sharing.theirs
    table = _table(world, mine.table)
    people = world.values(_people(world, ids)) if table.holder else ""
    values = f"SELECT {quoted(mine.field)} FROM {world.rows(mine.table)} WHERE {_owned(table, ids, people) or 'TRUE'}"
    if theirs is None:
        return f"{values} AND {quoted(mine.field)} IS NOT NULL"
    owner = _table(world, theirs.table).partner
    shared = world.values(values)
    return f"SELECT {quoted(owner)} FROM {world.rows(theirs.table)} WHERE {quoted(theirs.field)} IN {shared}"


def _table(world: World, name: str) -> RecordTable:
    found = _known(world.schema, name)
    if found is None:
        raise KeyError(name)
    return found


def _people(world: World, ids: str) -> str:
    """SELECT of the people that work, or by their assignments worked, for the partners."""
    select = f"SELECT {PERSON} FROM {world.rows(PEOPLE)} WHERE partner_id IN {ids}"
    if ASSIGNMENTS in world.paths:
        select += f" UNION SELECT {PERSON} FROM {world.rows(ASSIGNMENTS)} WHERE partner_id IN {ids}"
    return select


def _restricted(world: World, table: RecordTable, needs: Needs, ids: str, people: str) -> str:
    """The rows of a table that belong to the partners or their people, or are linked from such rows."""
    rows = world.rows(table.name)
    owned = _owned(table, ids, people)
    if not owned:
        return rows
    tests = [owned]
    for source, by in _links_to(world, table.name, needs):
        linking = _owned(source, ids, people)
        if linking and source.name in world.paths:
            found = world.values(f"SELECT {quoted(by)} FROM {world.rows(source.name)} WHERE {linking}")
            tests.append(f"{quoted(table.key[0])} IN {found}")
    return f"(SELECT * FROM {rows} WHERE {' OR '.join(tests)})"


def _owned(table: RecordTable, ids: str, people: str) -> str:
    """The test by which a row belongs to the world; "" for tables without partners.

    Whether a person works elsewhere follows from all the assignments of that person.
    """
    tests = [f"{quoted(table.partner)} IN {ids}"] if table.partner else []
    if table.holder and people:
        tests.append(f"{quoted(table.holder)} IN {people}")
    return f"({' OR '.join(tests)})" if tests else ""


def _links_to(world: World, target: str, needs: Needs) -> list[tuple[RecordTable, str]]:
    """The tables whose rows name a row of the target, and the field that does: declared, or read by the Plan."""
    declared = [(table, link.by) for table in world.schema.tables for link in table.links if link.to == target]
    read = [(_table(world, place.table), place.field) for place, table in needs.linked if table == target]
    return declared + [each for each in read if each not in declared]


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
        table = _known(world.schema, name)
        if table is not None and name in world.relations:
            columns = (*(each.name for each in table.stored), *LINEAGE)
            found[name] = read_rows(world.connection, world.relations[name], columns)
    return found
