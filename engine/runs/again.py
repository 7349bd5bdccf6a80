"""Decide partners once more with the reference, from raw records, beside what a run has stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from engine.plan.outputs import PARTNER
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.reference.evaluate import Evaluation
from engine.runs.leaf import LEAVES, Row, form_of, leaves_of
from engine.runs.results import Difference, columns_of_output, differences, leaves_by_partner, read_rows
from engine.runs.store import Run

CHUNK = 1000  # partners decided at once: their records are held as Python values

Decision = Mapping[str, Value | Fraction]
Decide = Callable[[Sequence[str]], Evaluation]
"""The reference's evaluation of the world of these partners. It also has rows of other partners in that world; those
are not decided."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of one chunk of partners. `rows` and `values` count what was compared."""

    partners: tuple[str, ...]
    evaluation: Evaluation
    stored: dict[str, list[Row]]
    differences: tuple[Difference, ...]
    rows: dict[str, int]
    values: int


def compare_chunks(
    run: Run, plan: Plan, decide: Decide, partners: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Iterator[Compared]:
    """Chunk by chunk, every output row and value of these partners against the stored ones, by leaves.

    The run must be verified: then a leaf says what the rows are, and rows are read only where leaves differ.
    """
    form = form_of(plan.outputs)
    for at in range(0, len(partners), CHUNK):
        chunk = partners[at : at + CHUNK]
        evaluation = decide(chunk)
        decided = _decided(plan, evaluation, chunk)
        kept, made = leaves_by_partner(run.folder, chunk, connection), leaves_of(form, decided)
        differing = [partner for partner in chunk if kept.get(partner) != made.get(partner)]
        stored = _stored(run, plan, differing, connection) if differing else {}
        chosen = set(differing)
        theirs = {name: [row for row in rows if row[PARTNER] in chosen] for name, rows in decided.items()}
        found = _differences(plan, stored, theirs)
        named = {each.partner for each in found}
        found += [
            Difference(LEAVES, each, (each,), "leaf", *(_hex(side.get(each)) for side in (kept, made)))
            for each in differing
            if each not in named  # tables of other columns, for one
        ]
        equal = {name: [row for row in rows if row[PARTNER] not in chosen] for name, rows in decided.items()}
        rows = {name: [*equal[name], *stored.get(name, ())] for name in equal}
        yield _compared(plan, chunk, evaluation, rows, found)


def compare_partners(
    run: Run, plan: Plan, decide: Decide, partners: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Compared:
    """Every output row and value of these partners against the stored ones."""
    evaluation = decide(partners)
    stored = _stored(run, plan, partners, connection)
    found = _differences(plan, stored, _decided(plan, evaluation, partners))
    return _compared(plan, partners, evaluation, stored, found)


def _compared(
    plan: Plan,
    partners: Sequence[str],
    evaluation: Evaluation,
    stored: dict[str, list[Row]],
    found: Sequence[Difference],
) -> Compared:
    rows = {name: len(each) for name, each in stored.items()}
    values = sum(rows[output.name] * len(output.columns) for output in plan.outputs)
    return Compared(tuple(partners), evaluation, stored, tuple(found), rows, values)


def _stored(
    run: Run, plan: Plan, partners: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> dict[str, list[Row]]:
    """What the run has of these partners, by table."""
    return {
        output.name: list(read_rows(run.path(output.name), columns_of_output(output), output.key, connection, partners))
        for output in plan.outputs
    }


def _decided(plan: Plan, evaluation: Evaluation, partners: Sequence[str]) -> dict[str, list[Row]]:
    """What the evaluation has of these partners, by table."""
    asked = set(partners)
    return {
        output.name: [row for row in evaluation.outputs[output.name] if row[PARTNER] in asked]
        for output in plan.outputs
    }


def _differences(
    plan: Plan, stored: Mapping[str, Sequence[Row]], decided: Mapping[str, Sequence[Row]]
) -> list[Difference]:
    return [
        each
        for output in plan.outputs
        for each in differences(output.name, output.key, stored.get(output.name, ()), decided[output.name])
    ]


def _hex(leaf: bytes | None) -> str:
    return leaf.hex() if leaf else "no leaf"


def decisions_of(plan: Plan, compared: Compared) -> list[Decision]:
    """The rows of the decisions table for the requested partners, with exact numbers."""
    asked = set(compared.partners)
    rows = compared.evaluation.exact.rows[plan.decisions]
    return [row for row in rows if row[PARTNER] in asked]


def partners_of(run: Run, connection: duckdb.DuckDBPyConnection, everybody: str, count: int | None) -> list[str]:
    """Partners of a snapshot: all by id, or `count` of them in an order that only the run decides.

    `everybody` is SQL with a column of partner ids. The order is that of a hash of run and partner, so the selection
    cannot be chosen, but it can be repeated.
    """
    order = PARTNER if count is None else f"sha256(? || '/' || {PARTNER}), {PARTNER}"
    bound: list[str | int] = [] if count is None else [run.id, count]
    limit = "" if count is None else " LIMIT ?"
    query = f"SELECT DISTINCT {PARTNER} FROM {everybody}"
    select = f"SELECT {PARTNER} FROM ({query}) AS partners ORDER BY {order}{limit}"
    return [str(partner) for (partner,) in connection.execute(select, bound).fetchall()]
