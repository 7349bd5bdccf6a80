"""What a run came to: the fields others rely on, counted from its tables of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.canonical import Canonical, decimal_text
from engine.duck import quoted
from engine.plan.plan import Plan
from engine.runs.leaf import PARTNER
from engine.runs.manifest import Manifest
from engine.runs.results import parquet

FIRST = 10  # undecided partners and earnings named; all of them stand in the tables of results


@dataclass(frozen=True, slots=True)
class UndecidedEarning:
    """What tells an earning without an amount from others; a period or a record it does not have is ""."""

    incentive: str
    partner_id: str
    earner_id: str
    period: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and totals of a run. `undecided` counts partners whose floor is not their ceiling.

    `benefits` counts the partners that have each; `totals` is {incentive: {currency: amount}}.
    """

    partners: int
    tiers: tuple[tuple[str, int], ...]
    benefits: tuple[tuple[str, int], ...]
    totals: tuple[tuple[str, str, Decimal], ...]
    undecided: int
    first_undecided: tuple[str, ...]
    undecided_earnings: int
    first_undecided_earnings: tuple[UndecidedEarning, ...] = ()


class Questions:
    """Counts asked of the tables of results in one folder."""

    def __init__(self, plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._folder = folder
        self._connection = connection
        self._columns = {output.name: {name for name, _, _ in output.columns} for output in plan.outputs}

    def has(self, table: str, column: str) -> bool:
        """Whether a table of results has a column."""
        return column in self._columns.get(table, ())

    def count(self, table: str, where: str = "true") -> int:
        """How many rows of a table pass."""
        ((counted,),) = self.rows(table, "count(*)", f"WHERE {where}")
        return int(str(counted))

    def rows(self, table: str, select: str, rest: str) -> list[tuple[object, ...]]:
        """A question in SQL about one table."""
        path = self._folder / f"{table}.parquet"
        return self._connection.execute(f"SELECT {select} FROM {parquet(path)} {rest}").fetchall()


def summarize(plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection) -> Summary:
    """Count the results in `folder`. A Plan without tiers, benefits or incentives has empty parts."""
    ask = Questions(plan, folder, connection)
    everybody = next((each for each in ("statuses", "conditions", "entitlements") if ask.has(each, PARTNER)), "")
    tiers = dict.fromkeys(plan.ladder, 0)
    if ask.has("statuses", "held"):
        tiers |= {str(tier): int(str(count)) for tier, count in ask.rows("statuses", "held, count(*)", "GROUP BY held")}
    listed: list[tuple[object, ...]] = []
    if ask.has("statuses", "undecided"):
        listed = ask.rows("statuses", PARTNER, f"WHERE undecided ORDER BY {PARTNER} LIMIT {FIRST}")
    return Summary(
        ask.count(everybody) if everybody else 0,
        tuple(tiers.items()),
        tuple(
            (each.id, ask.count("entitlements", quoted(f"{each.id}.granted")))
            for each in plan.entitlements
            if ask.has("entitlements", f"{each.id}.granted")
        ),
        _totals(plan, ask),
        ask.count("statuses", "undecided") if ask.has("statuses", "undecided") else 0,
        tuple(str(partner) for (partner,) in listed),
        ask.count("earnings", "amount IS NULL") if ask.has("earnings", "amount") else 0,
        _undecided_earnings(ask),
    )


def _undecided_earnings(ask: Questions) -> tuple[UndecidedEarning, ...]:
    """The first earnings without an amount, in the order they are stored in."""
    names = ("incentive", PARTNER, "earner_id", "period", "source_id")
    if not all(ask.has("earnings", name) for name in (*names, "amount")):
        return ()
    rows = ask.rows("earnings", ", ".join(names), f"WHERE amount IS NULL LIMIT {FIRST}")
    return tuple(UndecidedEarning(*("" if value is None else str(value) for value in row)) for row in rows)


def _totals(plan: Plan, ask: Questions) -> tuple[tuple[str, str, Decimal], ...]:
    """What each incentive comes to in its currency; an incentive nobody earned comes to zero."""
    if not ask.has("earnings", "incentive"):
        return ()
    sums = {str(name): amount for name, amount in ask.rows("earnings", "incentive, sum(amount)", "GROUP BY incentive")}
    return tuple(
        (
            each.incentive,
            each.currency,
            amount if isinstance(amount, Decimal) else Decimal(0).scaleb(-each.steps[-1].type.scale),
        )
        for each in {each.incentive: each for each in plan.earnings}.values()  # an amended one stands there twice
        for amount in [sums.get(each.incentive)]
    )


def summary_document(manifest: Manifest, summary: Summary, files: Mapping[str, Path]) -> dict[str, Canonical]:
    """The document of `rung evaluate --json`, but for `recheck`."""
    totals: dict[str, dict[str, Canonical]] = {}
    for incentive, currency, amount in summary.totals:
        totals.setdefault(incentive, {})[currency] = decimal_text(amount)
    return {
        "run": manifest.id,
        "program": {
            "family": manifest.source.family,
            "version": manifest.source.version,
            "file": manifest.source.file,
            "hash": manifest.meaning.program_hash,
        },
        "snapshot": manifest.meaning.snapshot,
        "as_of": manifest.meaning.as_of.isoformat(),
        "partners": summary.partners,
        "tiers": dict(summary.tiers),
        "benefits": dict(summary.benefits),
        "totals": totals,
        "undecided": {
            "count": summary.undecided,
            "first": list(summary.first_undecided),
            "earnings": summary.undecided_earnings,
            "first_earnings": [asdict(each) for each in summary.first_undecided_earnings],
        },
        "root": manifest.root,
        "files": {name: str(path) for name, path in files.items()},
    }
