"""The summary of a run: stable fields, counted from its result tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.canonical import Canonical, decimal_text
from engine.duck import quoted
from engine.language.currency import in_minor_units
from engine.plan import outputs
from engine.plan.outputs import PARTNER, granted
from engine.plan.owner import TIERS, said_scope
from engine.plan.plan import Entitlement, Plan
from engine.plan.scope import Running
from engine.records.through import Through
from engine.runs.manifest import Manifest, aside_document, days_document, scope_document
from engine.runs.results import parquet

CONDITIONS, STATUSES, ENTITLEMENTS = (
    each.name for each in (outputs.CONDITIONS, outputs.STATUSES, outputs.ENTITLEMENTS)
)
EARNINGS, RUNNING, OPEN = outputs.EARNINGS.name, outputs.RUNNING.name, outputs.OPEN_STATUSES.name
INCENTIVE = "incentive"  # the column of an incentive's rows
AT_ONCE = 100  # benefits counted by one question
FIRST = 10  # undecided partners and earnings named; the result tables have all of them


@dataclass(frozen=True, slots=True)
class UndecidedEarning:
    """The key of an earning without an amount, or with one that follows from an undecided status; a period or record
    that it does not have is "".
    """

    incentive: str
    partner_id: str
    earner_id: str
    period: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Standings:
    """How many partners hold each tier of a designation in one scope, "" where it has none; and are undecided.

    `without` counts those of the undecided that hold no tier of it.
    """

    name: str
    scope: str
    held: tuple[tuple[str, int], ...]
    undecided: int
    without: int = 0


@dataclass(frozen=True, slots=True)
class OpenBenefit:
    """A benefit that cannot be decided for some partners, and the first of them."""

    name: str
    partners: int
    first: str


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a running period of an incentive comes to for all partners, by currency; and how many are undecided."""

    period: Running
    totals: tuple[tuple[str, Decimal], ...]
    undecided: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and totals of a run. `undecided` counts partners whose floor is not their ceiling on the tiers.

    `benefits` counts the partners that have each; `totals` is {incentive: {currency: amount}}. `running` are the
    periods that are not complete, whose amounts are not owed and in no total. `by_open_status` counts the earnings with
    an amount, zero too, that follows from a status which was undecided on the day judged.
    """

    partners: int
    tiers: tuple[tuple[str, int], ...]
    benefits: tuple[tuple[str, int], ...]
    totals: tuple[tuple[str, str, Decimal], ...]
    undecided: int
    first_undecided: tuple[str, ...]
    undecided_earnings: int
    first_undecided_earnings: tuple[UndecidedEarning, ...] = ()
    designations: tuple[Standings, ...] = ()
    undecided_benefits: tuple[OpenBenefit, ...] = ()
    running: tuple[SoFar, ...] = ()
    by_open_status: int = 0
    first_by_open_status: tuple[UndecidedEarning, ...] = ()

    @property
    def without_tier(self) -> int:
        """How many partners hold none of the tiers, because rows that their tier reads were set aside."""
        return self.partners - sum(count for _, count in self.tiers) if self.tiers else 0


class Questions:
    """Counts from the result tables in one folder."""

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

    def partners(self, table: str, where: str = "true") -> int:
        """How many partners have a row that passes; a partner may have several rows."""
        ((counted,),) = self.rows(table, f"count(DISTINCT {PARTNER})", f"WHERE {where}")
        return int(str(counted))

    def of_partners(self, table: str, told: str, select: str) -> list[tuple[object, ...]]:
        """A question about what is `told` of each partner by all of its rows, which are put together once."""
        path = self._folder / f"{table}.parquet"
        each = f"SELECT {PARTNER}, {told} FROM {parquet(path)} GROUP BY {PARTNER}"
        return self._connection.execute(f"SELECT {select} FROM ({each})").fetchall()

    def rows(self, table: str, select: str, rest: str) -> list[tuple[object, ...]]:
        """A question in SQL about one table."""
        path = self._folder / f"{table}.parquet"
        return self._connection.execute(f"SELECT {select} FROM {parquet(path)} {rest}").fetchall()


def summarize(plan: Plan, folder: Path, connection: duckdb.DuckDBPyConnection) -> Summary:
    """Count the results in `folder`. A Plan without tiers, benefits or incentives has empty parts."""
    ask = Questions(plan, folder, connection)
    tiers = dict.fromkeys(plan.tiers.tiers, 0)
    if ask.has(STATUSES, "held"):
        held = ask.rows(STATUSES, "held, count(*)", f"WHERE {outputs.OF_TIERS} GROUP BY held")
        tiers |= {str(tier): int(str(count)) for tier, count in held if tier is not None}
    listed: list[tuple[object, ...]] = []
    if ask.has(STATUSES, "undecided"):
        listed = ask.rows(STATUSES, PARTNER, f"WHERE undecided AND {outputs.OF_TIERS} ORDER BY {PARTNER} LIMIT {FIRST}")
    benefits = tuple(_benefits(plan, ask))
    return Summary(
        _partners(ask),
        tuple(tiers.items()),
        tuple((said, partners) for said, partners, _ in benefits),
        _totals(plan, ask),
        ask.count(STATUSES, f"undecided AND {outputs.OF_TIERS}") if ask.has(STATUSES, "undecided") else 0,
        tuple(str(partner) for (partner,) in listed),
        ask.count(EARNINGS, "amount IS NULL") if ask.has(EARNINGS, "amount") else 0,
        _first_earnings(ask, EARNINGS, "WHERE amount IS NULL") if ask.has(EARNINGS, "amount") else (),
        tuple(_standings(plan, ask)),
        tuple(open_ for _, _, open_ in benefits if open_.partners),
        tuple(_running(plan, ask)),
        ask.count(OPEN) if ask.has(OPEN, PARTNER) else 0,
        _first_earnings(ask, OPEN),
    )


def _standings(plan: Plan, ask: Questions) -> Iterator[Standings]:
    """Designations in the order of the program; a partner without a status is in none of the counts."""
    if not ask.has(STATUSES, "held"):
        return
    counted: dict[tuple[object, object], dict[object, int]] = {}
    open_: dict[tuple[object, object], int] = {}
    rows = ask.rows(STATUSES, "ladder, scope, held, undecided, count(*)", "GROUP BY ALL")
    for name, scope, held, undecided, count in rows:
        found = counted.setdefault((name, scope), {})
        found[held] = found.get(held, 0) + int(str(count))
        open_[name, scope] = open_.get((name, scope), 0) + (int(str(count)) if undecided else 0)
    for ladder in plan.ladders:
        if ladder.name != TIERS:
            key = (ladder.name, said_scope(ladder.scope) or None)
            held_by = counted.get(key, {})
            tiers = tuple((tier, held_by.get(tier, 0)) for tier in ladder.tiers)
            yield Standings(ladder.name, key[1] or "", tiers, open_.get(key, 0), held_by.get(None, 0))


def _benefits(plan: Plan, ask: Questions) -> Iterator[tuple[str, int, OpenBenefit]]:
    """Each benefit, how many partners have it, and of how many it is missing whether they do.

    Many are asked for at once: each question opens the file, whose head is as long as there are columns.
    """
    known = [each for each in plan.entitlements if ask.has(ENTITLEMENTS, granted(each.name))]
    for start in range(0, len(known), AT_ONCE):
        part = known[start : start + AT_ONCE]
        numbered = list(enumerate(part))
        told = (told_of for place, each in numbered for told_of in _told_of_partner(each, place))
        counts = ", ".join(
            f"count(*) FILTER (WHERE has_{place}), count(*) FILTER (WHERE open_{place}), "
            f"min({PARTNER}) FILTER (WHERE open_{place})"
            for place, _ in numbered
        )
        (found,) = ask.of_partners(ENTITLEMENTS, ", ".join(told), counts)
        for place, each in numbered:
            having, missing, first = found[3 * place : 3 * place + 3]
            yield each.said, int(str(having)), OpenBenefit(each.said, int(str(missing)), str(first))


def _told_of_partner(benefit: Entitlement, place: int) -> tuple[str, str]:
    """Whether a partner has a benefit, and whether that is missing: in the rows of its scope."""
    column, here = quoted(granted(benefit.name)), outputs.of_scope(benefit.scope)
    return f"bool_or({column} AND {here}) AS has_{place}", f"bool_or({column} IS NULL AND {here}) AS open_{place}"


def _partners(ask: Questions) -> int:
    """How many partners were decided: each has a row for the day of the run, which no incentive judged."""
    of_run = f"{INCENTIVE} IS NULL" if ask.has(CONDITIONS, INCENTIVE) else "true"
    return ask.partners(CONDITIONS, of_run) if ask.has(CONDITIONS, PARTNER) else 0


def _first_earnings(ask: Questions, table: str, where: str = "") -> tuple[UndecidedEarning, ...]:
    """The first earnings of a table, in the order they are stored in."""
    names = tuple(each.name for each in fields(UndecidedEarning))
    if not all(ask.has(table, name) for name in names):
        return ()
    rows = ask.rows(table, ", ".join(names), f"{where} LIMIT {FIRST}")
    return tuple(UndecidedEarning(*("" if value is None else str(value) for value in row)) for row in rows)


def _totals(plan: Plan, ask: Questions) -> tuple[tuple[str, str, Decimal], ...]:
    """The total of each incentive in each currency; an incentive without earnings has a total of zero in its own."""
    if not ask.has(EARNINGS, "incentive"):
        return ()
    sums: dict[str, dict[str, object]] = {each.incentive: {} for each in plan.earnings}
    for name, currency, amount in ask.rows(EARNINGS, "incentive, currency, sum(amount)", "GROUP BY ALL ORDER BY ALL"):
        sums[str(name)][str(currency)] = amount
    return tuple(
        (each.incentive, currency, in_minor_units(amount if isinstance(amount, Decimal) else Decimal(0), currency))
        for each in plan.earnings
        for currency, amount in (sums[each.incentive] or {each.currency: None}).items()
    )


def _running(plan: Plan, ask: Questions) -> Iterator[SoFar]:
    """Each running period in the order of the program, with what it comes to in each currency."""
    sums: dict[tuple[object, object], dict[str, Decimal]] = {}
    open_: dict[tuple[object, object], int] = {}
    if ask.has(RUNNING, "amount"):
        select = "incentive, period, currency, sum(amount), count(*) - count(amount)"
        for name, period, currency, amount, undecided in ask.rows(RUNNING, select, "GROUP BY ALL ORDER BY ALL"):
            open_[name, period] = open_.get((name, period), 0) + int(str(undecided))
            if isinstance(amount, Decimal):
                sums.setdefault((name, period), {})[str(currency)] = in_minor_units(amount, str(currency))
    own = {each.incentive: {each.currency: in_minor_units(Decimal(0), each.currency)} for each in plan.earnings}
    for each in plan.running:
        key = (each.incentive, each.period)
        yield SoFar(each, tuple((sums.get(key) or own.get(each.incentive, {})).items()), open_.get(key, 0))


def summary_document(
    manifest: Manifest, summary: Summary, days: Iterable[Through], files: Mapping[str, Path]
) -> dict[str, Canonical]:
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
        "scope": scope_document(manifest),
        "complete_through": days_document(days),
        "set_aside": aside_document(manifest.set_aside),
        "partners": summary.partners,
        "tiers": dict(summary.tiers),
        "without_tier": summary.without_tier,
        "designations": [
            {
                "name": each.name,
                "scope": each.scope or None,
                "held": dict(each.held),
                "undecided": each.undecided,
                "without_status": each.without,
            }
            for each in summary.designations
        ],
        "benefits": dict(summary.benefits),
        "totals": totals,
        "running": [
            {
                "incentive": each.period.incentive,
                "period": each.period.period,
                "from": each.period.start.isoformat(),
                "before": each.period.before.isoformat(),
                "complete_on": each.period.complete_on.isoformat(),
                "so_far": {currency: decimal_text(amount) for currency, amount in each.totals},
                "undecided": each.undecided,
            }
            for each in summary.running
        ],
        "undecided": {
            "count": summary.undecided,
            "first": list(summary.first_undecided),
            "benefits": {each.name: each.partners for each in summary.undecided_benefits},
            "earnings": summary.undecided_earnings,
            "first_earnings": [asdict(each) for each in summary.first_undecided_earnings],
            "by_open_status": summary.by_open_status,
            "first_by_open_status": [asdict(each) for each in summary.first_by_open_status],
        },
        "root": manifest.root,
        "files": {name: str(path) for name, path in files.items()},
    }
