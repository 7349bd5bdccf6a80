"""One row of random records set aside with all that refer to it, as an import does it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import duckdb

from engine.columnar.evaluate import evaluate_columnar
from engine.language.records import ASSIGNMENTS, PEOPLE, REACH, SET_ASIDE, RecordSchema
from engine.plan.outputs import PARTNER
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.records.snapshot import Snapshot, SnapshotTable, stored_rows
from engine.runs.compiled import Compiled
from engine.runs.results import columns_of_output, read_rows
from engine.runs.undecided import Undecided, withheld_of, withhold
from tests.properties.agreement import written
from tests.properties.records import Row, Rows, reach_of
from tests.properties.relations import connected

Gap = tuple[str, str, str]  # table, place, partner
Answers = Mapping[str, list[Mapping[str, Value]]]


@dataclass(frozen=True)
class Halved:
    """The records without some rows, and whose these were."""

    records: Rows
    gaps: tuple[Gap, ...]


def without_a_row(random: Random, schema: RecordSchema, records: Rows) -> Halved:
    """The records without one row, whichever table it is of, and without those that refer to it."""
    tables = [each for each in schema.tables if records.get(each.name)]
    table = random.choice(tables)
    gone: list[tuple[str, Row]] = [(table.name, random.choice(records[table.name]))]
    for name, row in gone:  # it grows
        source = schema.table(name)
        assert source is not None
        gone += [(each, found) for each, found in _referring(schema, records, name, row[source.key[0]], len(source.key))
                 if not any(found is known for _, known in gone)]  # fmt: skip
    left = {
        name: [row for row in rows if not any(row is each for _, each in gone)]
        for name, rows in records.items()
        if name != REACH.name
    }
    left[REACH.name] = list(reach_of(left["partners"]))
    places = [(name, f"{name}:{number}", row) for number, (name, row) in enumerate(gone)]
    gaps = [(name, place, who) for name, place, row in places for who in _owners(schema, left, name, row) or {""}]
    return Halved(left, tuple(gaps))


def _referring(schema: RecordSchema, records: Rows, name: str, key: Value, keys: int) -> Iterator[tuple[str, Row]]:
    """The rows that refer to a row of a table with a key of one field."""
    if keys > 1:
        return
    for table in schema.tables:
        for field in table.stored:
            if field.references == name:
                yield from ((table.name, row) for row in records.get(table.name, ()) if row.get(field.name) == key)


def _owners(schema: RecordSchema, left: Rows, name: str, row: Row) -> set[str]:
    """The partners that a row may belong to, of those that are left."""
    table = schema.table(name)
    assert table is not None
    works = [*left.get(PEOPLE, ()), *left.get(ASSIGNMENTS, ())]
    found = {row.get(table.partner)} | {
        each[PARTNER] for each in works if table.holder and each["person_id"] == row[table.holder]
    }
    return {str(each[PARTNER]) for each in left["partners"]} & {str(each) for each in found}


@contextmanager
def snapshot_of(schema: RecordSchema, halved: Halved) -> Iterator[tuple[Snapshot, duckdb.DuckDBPyConnection]]:
    """A snapshot of what is left, open for reading."""
    with tempfile.TemporaryDirectory() as name:
        connection = connected()
        paths = written(Path(name), schema, halved.records, connection)
        path = Path(name) / f"{SET_ASIDE.name}.parquet"
        connection.execute(
            'CREATE OR REPLACE TABLE gaps ("table" VARCHAR, place VARCHAR, partner VARCHAR, fault VARCHAR)'
        )
        connection.executemany("INSERT INTO gaps VALUES (?, ?, ?, '')", list(halved.gaps))
        connection.execute(f"COPY gaps TO '{path}' (FORMAT parquet)")
        tables = [SnapshotTable(each, f"{each}.parquet", (), (), 0, "", "", {}) for each in (*paths, SET_ASIDE.name)]
        yield Snapshot("snap-0000000000000000", "", Path(name), tuple(tables)), connection
        connection.close()


def withheld_in(plan: Plan, schema: RecordSchema, halved: Halved) -> tuple[frozenset[tuple[str, str]], Answers]:
    """What cannot be decided, by incentive and partner; and all outputs as the columnar evaluator writes them."""
    with snapshot_of(schema, halved) as (snapshot, connection):
        assert withhold(Compiled(plan, schema, ""), snapshot, connection)
        relations = {each.name: stored_rows(snapshot.path(each.name)) for each in snapshot.tables}
        undecided = Undecided(evaluate_columnar(plan, relations, connection), plan, connection)
        answers: dict[str, list[Mapping[str, Value]]] = {}
        for output in plan.outputs:
            path = snapshot.folder / f"{output.name}.out"
            undecided.write(output.name, path)
            answers[output.name] = list(read_rows(path, columns_of_output(output), output.key, connection))
        partners = [str(row[PARTNER]) for row in halved.records["partners"]]
        return withheld_of(connection, partners), answers
