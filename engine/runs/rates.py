"""Rates that a run would need and the records do not have: a run that converts is refused without them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.columnar.evaluate import evaluate_columnar
from engine.duck import open_connection
from engine.language.diagnostic import Diagnostic
from engine.plan import scalar as node
from engine.plan.grain import columns_of
from engine.plan.plan import Output, Plan, Rated
from engine.plan.scalar import Comparison, Literal
from engine.plan.table import Distinct, Filter, Table
from engine.plan.tablenode import by_name
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs import codes
from engine.runs.resources import Resources
from engine.runs.worlds import snapshot_paths
from engine.types import DATE

LISTED = 5  # pairs of currencies; one finding each


def missing_rates(plan: Plan, snapshot: Snapshot, resources: Resources) -> tuple[Diagnostic, ...]:
    """A finding for each pair of currencies that rows up to the day of the run are converted by without a rate."""
    if not plan.rated:
        return ()
    asked = _asked(plan)
    relations = {name: stored_rows(path) for name, path in snapshot_paths(snapshot).items()}
    days: dict[str, set[str]] = {}
    with tempfile.TemporaryDirectory() as spill:
        connection = open_connection(resources.threads, resources.memory_limit, Path(spill), (snapshot.folder,))
        result = evaluate_columnar(asked, relations, connection)
        try:
            for output in asked.outputs:
                for row in result.rows(output.name):
                    days.setdefault(str(row["currency"]), set()).add(str(row["day"]))
        finally:
            result.close()
            connection.close()
    return tuple(_finding(currency, sorted(days[currency]), plan.rated[0]) for currency in sorted(days)[:LISTED])


def _finding(currency: str, days: list[str], rated: Rated) -> Diagnostic:
    later = len(days) - 1
    more = f" and on {later} later {'day' if later == 1 else 'days'} until {days[-1]}" if later else ""
    return codes.MISSING_RATE.at(
        rated.span,
        f"there is no rate from {currency} to {rated.own} on {days[0]}{more}",
        help=f"add one with an `effective_from` of {days[0]} or earlier, import again and evaluate",
    )


def _asked(plan: Plan) -> Plan:
    """The Plan of the currencies and days of rows without a rate."""
    tables: list[Table] = []
    outputs: list[Output] = []
    for place, each in enumerate(plan.rated):
        tables += [table for table in (*_needed(plan, each.sources), *each.made) if table not in tables]
        held = by_name(columns_of(tables)[each.table])
        currency, day = held[each.currency], held[each.day]
        without = node.And(
            (
                node.IsMissing(held[each.rate]),
                node.Compare(currency, Comparison.UNEQUAL, Literal(each.own, currency.type)),
                node.Compare(day, Comparison.AT_MOST, Literal(plan.as_of, DATE)),
            )
        )
        name, key = f"without rate {place}", (currency.name, day.name)
        tables += [Filter(f"{name}/rows", each.table, without), Distinct(name, f"{name}/rows", key)]
        named = (("currency", currency.name, currency.type), ("day", day.name, DATE))
        outputs.append(Output(name, name, named, ("currency", "day")))
    return replace(plan, tables=tuple(tables), outputs=tuple(outputs), decisions=tables[-1].name)


def _needed(plan: Plan, wanted: Iterable[str]) -> Iterator[Table]:
    """The tables that some are computed from, and themselves, in order."""
    needed = set(wanted)
    for table in reversed(plan.tables):
        if table.name in needed:
            needed.update(table.sources)
    return (table for table in plan.tables if table.name in needed)
