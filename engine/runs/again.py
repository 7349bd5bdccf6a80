"""Decide partners once more with the reference, from raw records, beside what a run has stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.reference.evaluate import Evaluation
from engine.runs.results import PARTNER, Difference, Row, columns_of_output, differences, read_rows
from engine.runs.store import Run

CHUNK = 1000  # partners decided at once: their records are held as Python values

Decision = Mapping[str, Value | Fraction]
Decide = Callable[[Sequence[str]], Evaluation]
"""The reference's evaluation of the world of these partners. It also holds rows of partners that
belong to that world without being asked for; those are not decided."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one chunk of partners came to. `rows` and `values` count what was compared."""

    partners: tuple[str, ...]
    evaluation: Evaluation
    stored: dict[str, list[Row]]
    differences: tuple[Difference, ...]
    rows: dict[str, int]
    values: int


def compare_chunks(
    run: Run, plan: Plan, decide: Decide, partners: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Iterator[Compared]:
    """Chunk by chunk, every output row and value of these partners against the stored ones."""
    for at in range(0, len(partners), CHUNK):
        yield compare_partners(run, plan, decide, partners[at : at + CHUNK], connection)


def compare_partners(
    run: Run, plan: Plan, decide: Decide, partners: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Compared:
    """Every output row and value of these partners against the stored ones."""
    evaluation = decide(partners)
    asked = set(partners)
    found: list[Difference] = []
    kept: dict[str, list[Row]] = {}
    rows: dict[str, int] = {}
    values = 0
    for output in plan.outputs:
        columns = columns_of_output(output)
        stored = list(read_rows(run.path(output.name), columns, output.key, connection, partners))
        decided = [row for row in evaluation.outputs[output.name] if row[PARTNER] in asked]
        found += differences(output.name, output.key, stored, decided)
        kept[output.name] = stored
        rows[output.name] = len(stored)
        values += len(stored) * len(columns)
    return Compared(tuple(partners), evaluation, kept, tuple(found), rows, values)


def decisions_of(plan: Plan, compared: Compared) -> list[Decision]:
    """The rows of the decisions table of the partners asked for, numbers exact."""
    asked = set(compared.partners)
    rows = compared.evaluation.exact.rows[plan.decisions]
    return [row for row in rows if row[PARTNER] in asked]


def partners_of(run: Run, connection: duckdb.DuckDBPyConnection, everybody: str, count: int | None) -> list[str]:
    """Partners of a snapshot: all by id, or `count` of them in an order that only the run decides.

    `everybody` is SQL with a column of partner ids. The order is that of a hash of run and partner,
    so nobody can choose who is looked at, and everybody can look again at the same.
    """
    order = PARTNER if count is None else f"sha256(? || '/' || {PARTNER}), {PARTNER}"
    bound: list[str | int] = [] if count is None else [run.id, count]
    limit = "" if count is None else " LIMIT ?"
    query = f"SELECT DISTINCT {PARTNER} FROM {everybody}"
    select = f"SELECT {PARTNER} FROM ({query}) AS partners ORDER BY {order}{limit}"
    return [str(partner) for (partner,) in connection.execute(select, bound).fetchall()]
