"""What a run cannot decide because rows were set aside.

What is decided from the records of a partner is undecided if one of these records was set aside: a tier would be lower
and a rebate smaller than it is. Such decisions are replaced, whole, by rows that say nothing but this. The Plan and its
evaluators do not know of it, and decide all others as they would without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from engine.columnar.literals import column_sql, output_type, value_sql
from engine.columnar.results import output_order, write_query
from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.language.records import SET_ASIDE
from engine.plan.needs import Needs, needs_of
from engine.plan.outputs import (
    COMPLETE,
    CONDITIONS,
    EARNINGS,
    ENTITLEMENTS,
    PARTNER,
    RUNNING,
    STATUSES,
    TOLD,
    granted,
)
from engine.plan.owner import said_scope
from engine.plan.plan import Output, Plan
from engine.plan.pruning import leading_to
from engine.plan.scalar import Value
from engine.plan.table import Scan
from engine.records.incomplete import Incomplete
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs import codes
from engine.runs.compiled import Compiled

RUN = ""  # what is decided for the run itself: lines, statuses and benefits on its day
INCENTIVE = "incentive"
WITHHELD = quoted("withheld")  # incentive, partner_id

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is decided together: for an incentive, or for the run. The record tables it reads, and whose rows."""

    incentive: str
    tables: frozenset[str]
    needs: Needs


def readings(plan: Plan) -> Iterator[Reading]:
    """Everything that is decided, with what it reads."""
    asked = {RUN: [(plan.decisions, PARTNER)]}
    for each in plan.earnings:
        asked[each.incentive] = [(part.table, f"{TOLD}{PARTNER}") for part in each.parts]
    for incentive, columns in asked.items():
        tables = leading_to(plan.tables, [table for table, _ in columns])
        read = frozenset(each.table for each in tables if isinstance(each, Scan))
        yield Reading(incentive, read, needs_of(tables, columns))


def withhold(compiled: Compiled, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> bool:
    """Make the relation of what cannot be decided, by incentive and partner; whether there is anything."""
    if snapshot.table(SET_ASIDE.name) is None:
        return False
    paths = {table.name: snapshot.path(table.name) for table in snapshot.tables}
    select = f'SELECT DISTINCT "table" FROM {stored_rows(paths[SET_ASIDE.name])}'
    tables = frozenset(str(table) for (table,) in connection.execute(select).fetchall())
    incomplete = Incomplete(tables, paths, compiled.records)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {WITHHELD} (incentive VARCHAR, {PARTNER} VARCHAR)")
    for each in readings(compiled.plan):
        partners = incomplete.partners(each.tables, each.needs)
        if partners:
            connection.execute(
                f"INSERT INTO {WITHHELD} SELECT DISTINCT {text_literal(each.incentive)}, partner_id FROM ({partners})"
            )
    return True


def check_whole(snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """A finding if rows were set aside: nothing can be compared or repeated that needs all records."""
    if snapshot.table(SET_ASIDE.name) is None:
        return ()
    help = "correct the rows and import again, without `--quarantine`"
    return (codes.NOT_WHOLE.at(None, f"rows were set aside from the records of `{snapshot.id}`", help=help),)


def withheld_of(connection: duckdb.DuckDBPyConnection, partners: Sequence[str]) -> frozenset[tuple[str, str]]:
    """What cannot be decided of these partners, by incentive and partner."""
    select = f"SELECT incentive, {PARTNER} FROM {WITHHELD} WHERE {PARTNER} IN (SELECT unnest(?))"
    found = connection.execute(select, [list(partners)]).fetchall()
    return frozenset((str(incentive), str(partner)) for incentive, partner in found)


# ------------------------------------------------------------------------------- the rows that say so


def stand_ins(plan: Plan, output: str) -> Iterator[tuple[str, Row]]:
    """For each incentive the rows that stand for what is undecided, without the partner; what they lack is missing.

    An incentive has one for each period that the run decides, or one for all records.
    """
    if output == CONDITIONS.name:
        yield RUN, {"day": plan.day}
    elif output == STATUSES.name:
        for each in plan.ladders:
            yield RUN, {"ladder": each.name, "scope": said_scope(each.scope) or None, "undecided": True}
    elif output == ENTITLEMENTS.name:
        for scope in dict.fromkeys(said_scope(each.scope) for each in plan.entitlements):
            there = {each.name for each in plan.entitlements if said_scope(each.scope) == scope}
            absent: Row = {granted(each.name): False for each in plan.entitlements if each.name not in there}
            yield RUN, {"scope": scope or None, **absent}
    elif output == EARNINGS.name:
        yield from _earnings(plan)
    elif output == RUNNING.name:
        named = {each.incentive for each in plan.earnings}
        for period in (each for each in plan.running if each.incentive in named):
            days: Row = {"period": period.period, "period_from": period.start, "period_before": period.before}
            yield period.incentive, {**_earning(plan, period.incentive), **days, COMPLETE: period.complete_on}


def _earnings(plan: Plan) -> Iterator[tuple[str, Row]]:
    named = {each.incentive for each in plan.earnings}
    decided = [each for each in plan.scope if each.incentive in named]
    for incentive, period in dict.fromkeys((each.incentive, each.period) for each in decided):
        days = [each for each in decided if (each.incentive, each.period) == (incentive, period)]
        row = _earning(plan, incentive)
        if period:
            first, end = min(each.start for each in days), max(each.before for each in days)
            row = {**row, "period": period, "period_from": first, "period_before": end}
        yield incentive, row


def _earning(plan: Plan, incentive: str) -> Row:
    currency = next(each.currency for each in plan.earnings if each.incentive == incentive)
    return {"program": plan.family, INCENTIVE: incentive, "currency": currency}


def undecided_rows(plan: Plan, output: Output, rows: Iterable[Row], withheld: frozenset[tuple[str, str]]) -> list[Row]:
    """The rows of an output, with the stand-ins of what cannot be decided in place of their own."""
    kept = [each for each in rows if (each.get(INCENTIVE) or RUN, each[PARTNER]) not in withheld]
    absent: Row = {name: None for name, _, _ in output.columns}
    for incentive, row in stand_ins(plan, output.name):
        kept += [{**absent, **row, PARTNER: partner} for name, partner in sorted(withheld) if name == incentive]
    return sorted(kept, key=lambda row: tuple((row[name] is None, row[name]) for name in output.key))


class Queries(Protocol):
    """An evaluation whose outputs are SELECTs."""

    def query(self, output: str) -> str:
        """SELECT of an output."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """An evaluation of all partners, with stand-ins for what cannot be decided: as `undecided_rows`, in SQL."""

    evaluated: Queries
    plan: Plan
    connection: duckdb.DuckDBPyConnection

    def write(self, output: str, path: Path) -> None:
        """Write the output as one Parquet file, rows in the order of its key."""
        node = next(each for each in self.plan.outputs if each.name == output)
        names = {name for name, _, _ in node.columns}
        incentive = f"coalesce(o.{INCENTIVE}, {text_literal(RUN)})" if INCENTIVE in names else text_literal(RUN)
        decided = (
            f"SELECT o.* FROM ({self.evaluated.query(output)}) o"
            f" ANTI JOIN {WITHHELD} w ON w.{PARTNER} = o.{PARTNER} AND w.incentive = {incentive}"
        )
        parts = (decided, *(_stand_in(node, *each) for each in stand_ins(self.plan, output)))
        write_query(self.connection, f"SELECT * FROM ({' UNION ALL '.join(parts)}){output_order(node)}", path)


def _stand_in(output: Output, incentive: str, row: Row) -> str:
    """SELECT of one stand-in for all partners of whom the incentive cannot be decided."""
    items = [
        PARTNER
        if name == PARTNER
        else f"CAST({'NULL' if row.get(name) is None else value_sql(row[name], type)} AS {output_type(type)})"
        f" AS {column_sql(name)}"
        for name, _, type in output.columns
    ]
    return f"SELECT {', '.join(items)} FROM {WITHHELD} WHERE incentive = {text_literal(incentive)}"
