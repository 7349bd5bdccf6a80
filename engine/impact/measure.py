"""Compares stages in the database: tiers, money and benefits of all partners, in constant memory."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.duck import open_connection, text_literal
from engine.impact.designations import standings
from engine.impact.grants import gained_or_lost, grants
from engine.impact.model import Flow, Impact, Money, Stake, Step, Total
from engine.impact.relations import EARNER, EARNING, Names, Results, ask, heights, rank
from engine.impact.stages import Stage
from engine.language.currency import in_minor_units
from engine.plan.outputs import OF_TIERS, PARTNER, STATUSES
from engine.records.snapshot import Snapshot, stored_rows
from engine.runs.resources import Resources

TOP = 10  # winners and losers each
KNOWN = "name"  # the field of a partner that people read


@dataclass(frozen=True, slots=True)
class Measured:
    """An impact, and the database in which its movers can still be read."""

    impact: Impact
    connection: duckdb.DuckDBPyConnection
    results: tuple[Results, ...]
    ladder: Mapping[str, int]  # how high each tier of both programs stands, from low to high


Alone = Callable[[int, Stage], Stage | None]
"""From the number of a step, and its stage, to the tiers its clauses give alone; None if they cannot be applied
alone."""


@contextmanager
def measured(
    stages: Sequence[Stage],
    names: Names,
    snapshot: Snapshot,
    resources: Resources,
    alone: Alone,
    folder: Path,
    top: int = TOP,
) -> Iterator[Measured]:
    """The impact of going from the first stage to the last. Partners' names are those of `snapshot`.

    Needs all results of both ends; of the stages between, all but conditions. `alone` is called for every step but
    the first that changes a partner's tier, and writes below `folder`.
    """
    with tempfile.TemporaryDirectory() as spill:
        folders = (snapshot.folder, folder, *dict.fromkeys(each.folder for each in stages))
        connection = open_connection(resources.threads, resources.memory_limit, Path(spill), folders)
        try:
            new = stages[-1].plan.tiers.tiers
            results = tuple(Results(each, names, new, first=each is stages[0]) for each in stages)
            ladder = heights(results[0].ladder, results[-1].ladder)
            _find_moves(results, snapshot, connection)
            _find_alone(results, alone, connection)
            yield Measured(_impact(results, ladder, connection, top), connection, results, ladder)
        finally:
            connection.close()


def _find_moves(results: Sequence[Results], snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> None:
    """Tables: who moves (`moves`), at which steps (`hops`), who earns otherwise (`stakes`), the earnings that differ
    (`dues`), and `names`.
    """
    first, last = results[0], results[-1]
    connection.execute(
        f"CREATE TABLE moves AS SELECT coalesce(a.{PARTNER}, b.{PARTNER}) AS {PARTNER}, a.tier AS before, "
        f"b.tier AS after, a.{PARTNER} IS NOT NULL AS was, b.{PARTNER} IS NOT NULL AS now "
        f"FROM {first.tiers} a FULL JOIN {last.tiers} b ON a.{PARTNER} = b.{PARTNER} "
        "WHERE a.tier IS DISTINCT FROM b.tier"
    )
    connection.execute(f"CREATE TABLE hops ({PARTNER} VARCHAR, step INTEGER, before VARCHAR, after VARCHAR)")
    for number, (one, other) in enumerate(itertools.pairwise(results), 1):
        if one.stage.folder != other.stage.folder:
            connection.execute(
                f"INSERT INTO hops SELECT coalesce(a.{PARTNER}, b.{PARTNER}), {number}, a.tier, b.tier "
                f"FROM {one.tiers} a FULL JOIN {other.tiers} b ON a.{PARTNER} = b.{PARTNER} "
                "WHERE a.tier IS DISTINCT FROM b.tier"
            )
    connection.execute(
        f"CREATE TABLE stakes AS SELECT coalesce(a.{PARTNER}, b.{PARTNER}) AS {PARTNER}, "
        f"coalesce(a.{EARNER}, b.{EARNER}) AS {EARNER}, "
        "coalesce(a.currency, b.currency) AS currency, coalesce(a.amount, 0) AS before, coalesce(b.amount, 0) AS after "
        f"FROM {_earned(first)} a FULL JOIN {_earned(last)} b "
        f"ON a.{PARTNER} = b.{PARTNER} AND a.{EARNER} = b.{EARNER} AND a.currency = b.currency "
        "WHERE coalesce(a.amount, 0) <> coalesce(b.amount, 0)"
    )
    connection.execute(
        f"CREATE TABLE dues AS SELECT {', '.join(f'coalesce(a.{each}, b.{each}) AS {each}' for each in EARNING)}, "
        "a.amount AS before, b.amount AS after, coalesce(a.undecided, false) AS was_open, "
        f"coalesce(b.undecided, false) AS is_open FROM {_one_by_one(first)} a FULL JOIN {_one_by_one(last)} b "
        f"ON {' AND '.join(f'a.{each} = b.{each}' for each in EARNING)} "
        "WHERE coalesce(a.amount, 0) <> coalesce(b.amount, 0) "
        "OR coalesce(a.undecided, false) <> coalesce(b.undecided, false)"
    )
    table = snapshot.table("partners")
    known = table is not None and table.type_of(KNOWN) is not None
    names = f"SELECT {PARTNER}, {KNOWN} FROM {stored_rows(snapshot.path('partners'))}" if known else NAMELESS
    connection.execute(f"CREATE VIEW names AS {names}")


def _find_alone(results: Sequence[Results], alone: Alone, connection: duckdb.DuckDBPyConnection) -> None:
    """A table of the tiers that movers of one step have when this step is all there is: `alone`."""
    connection.execute(f"CREATE TABLE alone ({PARTNER} VARCHAR, step INTEGER, tier VARCHAR)")
    for (step,) in ask(connection, "SELECT DISTINCT step FROM hops ORDER BY step"):
        number = int(str(step))
        stage = results[number].stage if number == 1 else alone(number, results[number].stage)
        if stage is not None:
            tiers = Results(stage, results[0].names, results[-1].stage.plan.tiers.tiers).tiers
            connection.execute(
                f"INSERT INTO alone SELECT t.{PARTNER}, {number}, t.tier FROM {tiers} t "
                f"SEMI JOIN (SELECT {PARTNER} FROM hops WHERE step = {number}) h ON h.{PARTNER} = t.{PARTNER}"
            )


NAMELESS = f"SELECT NULL::VARCHAR AS {PARTNER}, NULL::VARCHAR AS {KNOWN} WHERE false"


def _one_by_one(results: Results) -> str:
    """Every earning with its key, its amount, and whether it is undecided."""
    return f"(SELECT {', '.join(EARNING)}, amount, amount IS NULL AS undecided FROM {results.amounts})"


def _earned(results: Results) -> str:
    """(partner_id, earner, currency, amount): what a partner earns itself, and what each of its sellers earns there."""
    return f"(SELECT {PARTNER}, {EARNER}, currency, sum(amount) AS amount FROM {results.amounts} GROUP BY ALL)"


def _impact(
    results: Sequence[Results], ladder: Mapping[str, int], connection: duckdb.DuckDBPyConnection, top: int
) -> Impact:
    first, last = results[0], results[-1]
    sums = [_sums(each, connection) for each in results]
    up, down, other = _directions("moves", ladder, connection)
    money = tuple(_money(first, last, sums[0], sums[-1]))
    return Impact(
        partners_before=_count(first, connection),
        partners_after=_count(last, connection),
        ladder_before=first.stage.plan.tiers.tiers,
        ladder_after=last.stage.plan.tiers.tiers,
        flows=_flows(first, last, ladder, connection),
        up=up,
        down=down,
        other=other,
        undecided_before=_undecided(first, connection),
        undecided_after=_undecided(last, connection),
        money=money,
        totals=_totals(money),
        grants=tuple(grants(first, last, connection)),
        designations=tuple(standings(first, last, connection)),
        winners=_stakes(results, connection, top, "after > before", "after - before DESC"),
        losers=_stakes(results, connection, top, "after < before", "after - before"),
        steps=tuple(_steps(results, sums, ladder, connection)),
        earnings=_rows_of("dues", connection),
    )


def _count(results: Results, connection: duckdb.DuckDBPyConnection) -> int:
    return _rows_of(results.everybody, connection)


def _rows_of(relation: str, connection: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = ask(connection, f"SELECT count(*) FROM {relation}")
    return int(str(count))


def _undecided(results: Results, connection: duckdb.DuckDBPyConnection) -> int:
    if not results.has(STATUSES.name):
        return 0
    ((count,),) = ask(connection, f"SELECT count(*) FROM {results.file(STATUSES.name)} WHERE undecided AND {OF_TIERS}")
    return int(str(count))


def _flows(
    first: Results, last: Results, ladder: Mapping[str, int], connection: duckdb.DuckDBPyConnection
) -> tuple[Flow, ...]:
    """The matrix of tiers before and after, from low to high."""
    rows = ask(
        connection,
        f"SELECT a.tier, b.tier, count(*) FROM {first.tiers} a FULL JOIN {last.tiers} b "
        f"ON a.{PARTNER} = b.{PARTNER} GROUP BY ALL",
    )
    flows = [Flow(_tier(before), _tier(after), int(str(count))) for before, after, count in rows]
    place = {tier: at for at, tier in enumerate(ladder)}
    return tuple(sorted(flows, key=lambda each: (place.get(each.before or "", -1), place.get(each.after or "", -1))))


def _tier(value: object) -> str | None:
    return None if value is None else str(value)


def _directions(
    table: str, ladder: Mapping[str, int], connection: duckdb.DuckDBPyConnection, where: str = "true"
) -> tuple[int, int, int]:
    """How many rows of a table of moves go up, down, or neither: partners come and go, and a tier replaces another."""
    before, after = rank("before", ladder), rank("after", ladder)
    ((up, down, every),) = ask(
        connection,
        f"SELECT count(*) FILTER ({after} > {before}), count(*) FILTER ({after} < {before}), count(*) "
        f"FROM {table} WHERE {where}",
    )
    counts = int(str(up)), int(str(down))
    return (*counts, int(str(every)) - sum(counts))


Sums = dict[tuple[str, str], tuple[Decimal, int, int]]
"""By (incentive, currency): the sum, the number of payable earnings, and of undecided ones."""


def _sums(results: Results, connection: duckdb.DuckDBPyConnection) -> Sums:
    rows = ask(
        connection,
        "SELECT incentive, currency, coalesce(sum(amount), 0), count(amount), count(*) - count(amount) "
        f"FROM {results.amounts} GROUP BY ALL",
    )
    return {
        (str(incentive), str(currency)): (paid(amount, currency), int(str(payable)), int(str(undecided)))
        for incentive, currency, amount, payable, undecided in rows
    }


def paid(value: object, currency: object) -> Decimal:
    """An amount with the digits of its currency."""
    return in_minor_units(value if isinstance(value, Decimal) else Decimal(str(value)), str(currency))


def _money(first: Results, last: Results, before: Sums, after: Sums) -> Iterator[Money]:
    """Incentives in the order of the new program, then those that are gone; each in the currencies it earned in."""
    for key in dict.fromkeys(_keys(first, last, [*after, *before])):
        one = before.get(key, NOTHING) if _could_earn(first, last, key, before) else None
        other = after.get(key, NOTHING) if _could_earn(last, first, key, after) else None
        yield Money(
            *key,
            one[0] if one else None,
            other[0] if other else None,
            (one or NOTHING)[1],
            (other or NOTHING)[1],
            (one or NOTHING)[2],
            (other or NOTHING)[2],
        )


def _keys(first: Results, last: Results, earned: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Incentives with their currencies: those they earned in, or their program's."""
    for name, own in (*last.incentives.items(), *first.incentives.items()):
        found = [key for key in earned if key[0] == name]
        yield from found
        if not found or {first.incentives.get(name, own), last.incentives.get(name, own)} != {own}:
            yield name, own


def _could_earn(side: Results, other: Results, key: tuple[str, str], earned: Sums) -> bool:
    """Whether a side has the incentive, in that currency where the programs are in different ones."""
    name, currency = key
    own = side.incentives.get(name)
    return own is not None and (key in earned or own in (currency, other.incentives.get(name)))


NOTHING = (Decimal(0), 0, 0)


def _totals(money: Sequence[Money]) -> tuple[Total, ...]:
    currencies = dict.fromkeys(each.currency for each in money)
    return tuple(
        Total(
            currency,
            sum((each.before or Decimal(0) for each in money if each.currency == currency), Decimal(0)),
            sum((each.after or Decimal(0) for each in money if each.currency == currency), Decimal(0)),
        )
        for currency in currencies
    )


def _stakes(
    results: Sequence[Results], connection: duckdb.DuckDBPyConnection, top: int, where: str, order: str
) -> tuple[Stake, ...]:
    """The partners with the largest changes, each with what every step adds to it."""
    chosen = f"(SELECT * FROM stakes WHERE {where} ORDER BY {order}, {PARTNER}, {EARNER}, currency LIMIT {top})"
    columns = f"t.{PARTNER}, t.{EARNER}, n.{KNOWN}, t.currency, t.before, t.after, a.tier, b.tier"
    by = f"{order}, t.{PARTNER}, t.{EARNER}, t.currency"
    rows = ask(connection, f"SELECT {columns} {known_of(results, chosen)} ORDER BY {by}")
    found = tuple(map(_stake_of, rows))
    parts = [_earned_by(each, [stake.partner for stake in found], connection) for each in results] if found else []
    return tuple(replace(each, causes=_causes(each, parts)) for each in found)


def known_of(results: Sequence[Results], chosen: str) -> str:
    """SQL from FROM on: a relation with partners, `t`, beside their names `n` and both tiers, `a` and `b`."""
    return (
        f"FROM {chosen} t LEFT JOIN names n ON n.{PARTNER} = t.{PARTNER} "
        f"LEFT JOIN {results[0].tiers} a ON a.{PARTNER} = t.{PARTNER} "
        f"LEFT JOIN {results[-1].tiers} b ON b.{PARTNER} = t.{PARTNER}"
    )


def _stake_of(row: Sequence[object]) -> Stake:
    partner, seller, name, currency, before, after, one, other = row
    amounts = paid(before, currency), paid(after, currency)
    whose = str(partner), str(seller), "" if name is None else str(name)
    return Stake(*whose, str(currency), *amounts, _tier(one), _tier(other))


Earned = dict[tuple[str, str, str], Decimal]
"""By partner, seller and currency."""


def _earned_by(results: Results, partners: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Earned:
    listed = ", ".join(text_literal(each) for each in partners)
    rows = ask(
        connection,
        f"SELECT {PARTNER}, {EARNER}, currency, coalesce(sum(amount), 0) FROM {results.amounts} "
        f"WHERE {PARTNER} IN ({listed}) GROUP BY ALL",
    )
    return {(str(one), str(seller), str(code)): paid(amount, code) for one, seller, code, amount in rows}


def _causes(stake: Stake, parts: Sequence[Earned]) -> tuple[tuple[int, Decimal], ...]:
    key = (stake.partner, stake.seller, stake.currency)
    amounts = [each.get(key, Decimal(0)) for each in parts]
    changes = ((number, after - before) for number, (before, after) in enumerate(itertools.pairwise(amounts), 1))
    return tuple((number, change) for number, change in changes if change)


def _steps(
    results: Sequence[Results], sums: Sequence[Sums], ladder: Mapping[str, int], connection: duckdb.DuckDBPyConnection
) -> Iterator[Step]:
    """What each step does by itself."""
    for number, other in enumerate(results[1:], 1):
        alike = other.stage.folder == results[number - 1].stage.folder
        before, after = sums[number - 1], sums[number]
        money = (
            (*key, after.get(key, NOTHING)[0] - before.get(key, NOTHING)[0]) for key in dict.fromkeys((*before, *after))
        )
        yield Step(
            other.stage.clauses,
            *_directions("hops", ladder, connection, f"step = {number}"),
            tuple(each for each in money if each[2]),
            () if alike else gained_or_lost(results[number - 1], other, connection),
            () if alike else tuple(each for each in standings(results[number - 1], other, connection) if each.differs),
            alike,
        )
