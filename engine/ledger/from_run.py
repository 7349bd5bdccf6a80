"""What a stored run says, for posting: its earnings in minor units, and the days that it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from duckdb import DuckDBPyConnection

from engine.language.currency import minor_of
from engine.ledger.posting import Answer, Scope
from engine.plan.outputs import EARNINGS, OPEN_STATUSES, PARTNER
from engine.plan.plan import Earning, Plan
from engine.plan.scope import Decided
from engine.runs.leaf import Row
from engine.runs.results import read_rows
from engine.runs.store import Run

PARTNER_ROLE, SELLER_ROLE = "partner", "seller"


def answer_of(run: Run, plan: Plan, connection: DuckDBPyConnection) -> Answer:
    """The answer of a run, whose program compiles to `plan`. Its earnings are read as they are asked for."""
    manifest = run.manifest
    scope = scope_of(manifest.scope)
    rows = _earnings(run, {each.incentive: each for each in plan.earnings}, scope, connection)
    told = (manifest.source.family, run.id, manifest.root, manifest.meaning.as_of)
    return Answer(*told, tuple(scope.values()), rows, _provisional(run, connection))


def _provisional(run: Run, connection: DuckDBPyConnection) -> Iterator[Mapping[str, object]]:
    """Earnings that follow from a status that was undecided: it may be a higher one, from which they are more."""
    result = run.manifest.result(OPEN_STATUSES.name)
    if result is None:
        return
    for row in read_rows(run.path(OPEN_STATUSES.name), result.columns, (), connection):
        yield {"partner": row[PARTNER], "incentive": row["incentive"], "period": row["period"] or "",
               "source": row["source_id"] or ""}  # fmt: skip


def scope_of(decided: Iterable[Decided]) -> Mapping[str, Scope]:
    """The days of each incentive that a run decides, from the first to the last: its versions leave none between."""
    found: dict[str, Scope] = {}
    for each in decided:
        known = found.get(each.incentive)
        start = min(each.start, known.start) if known else each.start
        before = max(each.before, known.before) if known else each.before
        found[each.incentive] = Scope(each.incentive, start, before)
    return found


def _earnings(
    run: Run, earnings: Mapping[str, Earning], scope: Mapping[str, Scope], connection: DuckDBPyConnection
) -> Iterator[Mapping[str, object]]:
    """The earnings of a run, as postings know them."""
    result = run.manifest.result(EARNINGS.name)
    if result is None:
        return
    for row in read_rows(run.path(EARNINGS.name), result.columns, (), connection):
        incentive = str(row["incentive"])
        yield _earning(row, earnings[incentive], scope[incentive])


def _earning(row: Row, earning: Earning, scope: Scope) -> Mapping[str, object]:
    amount, currency = row["amount"], str(row["currency"] or "")  # what a record without one is paid in is undecided
    start, before = row["period_from"] or scope.start, row["period_before"] or scope.before  # a record has no period
    assert isinstance(start, date) and isinstance(before, date)
    to_seller = earning.is_to_seller(row["earner_id"], row[PARTNER])
    return {
        "family": row["program"],
        "incentive": row["incentive"],
        "period": row["period"] or "",
        "keys": row["keys"] or "",
        "partner": row[PARTNER],
        "role": SELLER_ROLE if to_seller else PARTNER_ROLE,
        "earner": row["earner_id"] or "",
        "source": row["source_id"] or "",
        "currency": currency,
        "start": start.isoformat(),
        "before": before.isoformat(),
        "minor": minor_of(amount, currency) if isinstance(amount, Decimal) else None,
    }
