"""Evaluate a Plan shard by shard: partners split by a hash of their id, each shard in its own world.

The result is that of the whole at once, for any number of shards; each needs less memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb

from engine.columnar.evaluate import evaluate_columnar
from engine.columnar.results import output_order, output_rows, write_query
from engine.duck import quoted
from engine.language.records import RecordSchema
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Value
from engine.records.snapshot import stored_rows
from engine.records.world import world_of

PARTNER = "partner_id"

_shardings = count()  # so that several results on one connection do not share tables


@dataclass(slots=True)
class ShardedResult:
    """The outputs of all shards together, each in a temporary table; as `ColumnarResult`."""

    plan: Plan
    connection: duckdb.DuckDBPyConnection
    tables: dict[str, str] = field(default_factory=dict)

    def query(self, output: str) -> str:
        """SELECT of the output ordered by its key."""
        return f"SELECT * FROM {self.tables[output]}{output_order(self._output(output))}"

    def write(self, output: str, path: Path) -> None:
        """Write the output as one Parquet file, rows in the order of its key."""
        write_query(self.connection, self.query(output), path)

    def rows(self, output: str) -> list[dict[str, Value]]:
        """The rows of the output."""
        return output_rows(self.connection, self.query(output), self._output(output))

    def close(self) -> None:
        """Drop the temporary tables."""
        for name in self.tables.values():
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        self.tables.clear()

    def _output(self, name: str) -> Output:
        return next(each for each in self.plan.outputs if each.name == name)


def evaluate_shards(
    plan: Plan,
    paths: Mapping[str, Path],
    schema: RecordSchema,
    connection: duckdb.DuckDBPyConnection,
    shards: int,
) -> ShardedResult:
    """Evaluate a snapshot's files in `shards` parts. Every output has a column `partner_id`."""
    result = ShardedResult(plan, connection)
    prefix = f"sharding {next(_shardings)}"
    for place in range(shards):
        mine = f"SELECT {PARTNER} FROM {stored_rows(paths['partners'])} WHERE {in_shard(place, shards)}"
        world = world_of(connection, paths, schema, plan.needs, mine)
        part = evaluate_columnar(plan, world.relations, connection)
        for output in plan.outputs:
            rows = f"SELECT * FROM ({part.query(output.name)}) WHERE {in_shard(place, shards)}"
            if output.name in result.tables:
                connection.execute(f"INSERT INTO {result.tables[output.name]} {rows}")
            else:
                name = quoted(f"{prefix} {output.name}")
                connection.execute(f"CREATE TEMP TABLE {name} AS {rows}")
                result.tables[output.name] = name
        part.close()
        world.close()
    return result


def in_shard(place: int, shards: int) -> str:
    """Whether a partner is of this shard: by a hash that is the same on every machine and version."""
    return f"CAST('0x' || substr(md5({quoted(PARTNER)}), 1, 8) AS BIGINT) % {shards} = {place}"
