"""One plan by several evaluators, compared row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from hypothesis import Phase, settings

from engine.columnar.evaluate import evaluate_columnar
from engine.columnar.shards import evaluate_shards
from engine.duck import text_literal
from engine.language.records import REACH, RecordSchema
from engine.plan.outputs import PARTNER
from engine.plan.plan import Plan
from engine.plan.scalar import Column, Value
from engine.plan.table import Scan
from engine.records.world import read_world, world_of
from engine.reference.evaluate import Evaluation, evaluate
from tests.properties.records import Rows
from tests.properties.relations import connected, write_relations

Outputs = Mapping[str, Sequence[Mapping[str, Value]]]


def scanned(plan: Plan) -> dict[str, tuple[Column, ...]]:
    """The record tables a plan reads, with the columns it reads of them."""
    return {each.table: each.columns for each in plan.tables if isinstance(each, Scan)}


def columnar(plan: Plan, records: Rows, threads: int = 1) -> Outputs:
    """All outputs by the columnar evaluator."""
    connection = connected(threads)
    try:
        relations = write_relations(connection, records, scanned(plan))
        result = evaluate_columnar(plan, relations, connection)
        return {output.name: result.rows(output.name) for output in plan.outputs}
    finally:
        connection.close()


def assert_agree(plan: Plan, records: Rows) -> Evaluation:
    """Fail at the first output in which the two evaluators differ; the reference's evaluation."""
    expected = evaluate(plan, records)
    assert_same(expected.outputs, columnar(plan, records))
    return expected


def assert_same(expected: Outputs, found: Outputs) -> None:
    """Fail at the first output that differs."""
    for name, rows in expected.items():
        assert (name, list(found[name])) == (name, list(rows))


def written(
    folder: Path, schema: RecordSchema, records: Rows, connection: duckdb.DuckDBPyConnection
) -> dict[str, Path]:
    """Every record table as a Parquet file, as in a snapshot."""
    tables = (*schema.tables, REACH)
    columns = {each.name: [Column(f.name, f.type, f.optional) for f in each.stored] for each in tables}
    paths = {}
    for name, relation in write_relations(connection, records, columns).items():
        paths[name] = folder / f"{name}.parquet"
        connection.execute(f"COPY {relation} TO {text_literal(str(paths[name]))} (FORMAT parquet)")
    return paths


def sharded(plan: Plan, schema: RecordSchema, records: Rows, folder: Path, shards: Sequence[int]) -> list[Outputs]:
    """All outputs, evaluated in so many shards, for each number of them."""
    connection = connected()
    try:
        paths = written(folder, schema, records, connection)
        found: list[Outputs] = []
        for count in shards:
            result = evaluate_shards(plan, paths, schema, connection, count)
            found.append({output.name: result.rows(output.name) for output in plan.outputs})
            result.close()
        return found
    finally:
        connection.close()


def alone(plan: Plan, schema: RecordSchema, records: Rows, folder: Path) -> Outputs:
    """All outputs, each partner decided by the reference from the records of its world alone."""
    connection = connected()
    found: dict[str, list[Mapping[str, Value]]] = {output.name: [] for output in plan.outputs}
    try:
        paths = written(folder, schema, records, connection)
        for partner in sorted(str(row[PARTNER]) for row in records["partners"]):
            world = world_of(connection, paths, schema, plan.needs, [partner])
            decided = evaluate(plan, read_world(world, paths)).outputs
            world.close()
            for name, rows in decided.items():
                found[name] += [row for row in rows if row[PARTNER] == partner]
    finally:
        connection.close()
    return found


def seeded(share: int = 1) -> settings:
    """Settings of a property of seeds: one in `share` of the profile's examples; smaller seeds are no simpler."""
    return settings(
        max_examples=max(1, settings().max_examples // share),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
