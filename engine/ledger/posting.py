"""Posting a run by difference: what its earnings come to now, less what they came to with the run posted before.

A run gives the whole answer for its scope. A key that is new or changed gets an item with the difference. A key in
scope that the run no longer has comes to zero. A key that the run cannot decide keeps what it was, and so does one out
of scope: neither is gone. All is compared by sets in the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, text

from engine.ledger.journal import Account, Line, begin_journal, seal_journal
from engine.ledger.tables import EARNING_KEY

BATCH: Final = 50_000


class Cause(StrEnum):
    """Why an item is there."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    CLAWBACK = "clawback"  # a target that a person named
    REST = "rest"  # what is left of a debt that was partly kept back


@dataclass(frozen=True, slots=True)
class Scope:
    """The days of an incentive that a run decides. Nothing between them is anybody else's to decide."""

    incentive: str
    start: date
    before: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run says; `scope` has one entry for each incentive.

    `earnings` has a mapping for each: the columns of the key, the days `start` and `before` of its period, or those of
    the scope if it is for a record, and `minor`, None where the run cannot decide it. `provisional` are partner,
    incentive, period and source of earnings that follow from an undecided status, also of those that come to nothing:
    they are not decided either.
    """

    family: str
    run: str
    root: str
    as_of: date
    scope: tuple[Scope, ...]
    earnings: Iterable[Mapping[str, object]]
    provisional: Iterable[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """The items of one cause in a period of an incentive, together."""

    incentive: str
    period: str
    currency: str
    cause: str
    items: int
    minor: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a partial feed would look like: keys that are gone, with what they came to."""

    incentive: str
    period: str
    currency: str
    keys: int
    of: int
    minor: int
    of_minor: int


KEY: Final = ", ".join(EARNING_KEY)
SAME_KEY: Final = " AND ".join(f"staged.{each} = earning.{each}" for each in EARNING_KEY)
RECORD: Final = ("family", "incentive", "period", "keys", "partner", "source")
SAME_RECORD: Final = " AND ".join(f"staged.{each} = earning.{each}" for each in RECORD)
PROVISIONAL: Final = text("""
CREATE TEMP TABLE provisional (
  partner TEXT NOT NULL, incentive TEXT NOT NULL, period TEXT NOT NULL, source TEXT NOT NULL)""")
FILL_PROVISIONAL: Final = text("INSERT INTO provisional VALUES (:partner, :incentive, :period, :source)")

COLUMNS: Final = ", ".join(f"{each} TEXT NOT NULL" for each in (*EARNING_KEY, "start", "before"))
STAGE: Final = text(f"CREATE TEMP TABLE staged ({COLUMNS}, minor INTEGER, UNIQUE ({KEY}))")
FILL: Final = text(
    f"INSERT INTO staged VALUES ({', '.join(f':{each}' for each in EARNING_KEY)}, :start, :before, :minor)"
)
SCOPE: Final = text("CREATE TEMP TABLE scope (incentive TEXT NOT NULL, start TEXT NOT NULL, before TEXT NOT NULL)")
FILL_SCOPE: Final = text("INSERT INTO scope VALUES (:incentive, :start, :before)")
OUTSIDE: Final = text("""
SELECT incentive, period FROM staged WHERE NOT EXISTS (
  SELECT 1 FROM scope
  WHERE scope.incentive = staged.incentive AND staged.start >= scope.start AND staged.before <= scope.before)
LIMIT 1""")
NEW_KEYS: Final = text(f"""
INSERT INTO earning (id, {KEY}, start, before)
SELECT (SELECT coalesce(max(id), 0) FROM earning) + row_number() OVER (ORDER BY {KEY}), {KEY}, start, before
FROM staged WHERE NOT EXISTS (SELECT 1 FROM earning WHERE {SAME_KEY})""")
LATEST: Final = """
item.earning = earning.id
AND NOT EXISTS (SELECT 1 FROM item AS later WHERE later.earning = item.earning AND later.version = item.version + 1)"""
IN_SCOPE: Final = """
earning.family = :family AND EXISTS (
  SELECT 1 FROM scope WHERE earning.start >= scope.start AND earning.before <= scope.before AND scope.incentive =
    iif(EXISTS (SELECT 1 FROM scope AS own WHERE own.incentive = earning.incentive), earning.incentive, ''))"""
"""An incentive that the program no longer has is decided on all days that the run decides: it earns nothing."""
UNCLEAR: Final = text(f"""
CREATE TEMP TABLE unclear AS
SELECT earning.id AS earning FROM staged JOIN earning ON {SAME_KEY} WHERE staged.minor IS NULL
UNION
SELECT earning.id FROM staged JOIN earning ON {SAME_RECORD} WHERE staged.minor IS NULL
  AND '' IN (staged.earner, staged.currency)
UNION
SELECT earning.id FROM provisional JOIN earning ON earning.family = :family
  AND earning.partner = provisional.partner AND earning.incentive = provisional.incentive
  AND earning.period = provisional.period AND earning.source = provisional.source""")
"""Earnings that the run cannot decide: they have no amount; it is not known whose they are, or in which currency; or
they follow from a status that is undecided."""
COMPARE: Final = text(f"""
CREATE TEMP TABLE differing AS
SELECT earning.id AS earning, coalesce(item.version, 0) + 1 AS version, earning.role, earning.earner AS party,
  earning.currency, earning.incentive, earning.period, coalesce(staged.minor, 0) - coalesce(item.total, 0) AS minor,
  coalesce(staged.minor, 0) AS total, coalesce(item.total, 0) AS was,
  CASE WHEN item.id IS NULL THEN '{Cause.NEW}' WHEN staged.start IS NULL THEN '{Cause.GONE}' ELSE '{Cause.CHANGED}' END
    AS cause
FROM earning LEFT JOIN item ON {LATEST} LEFT JOIN staged ON {SAME_KEY}
WHERE (staged.start IS NOT NULL OR ({IN_SCOPE})) AND earning.id NOT IN (SELECT earning FROM unclear)
  AND coalesce(staged.minor, 0) <> coalesce(item.run_total, 0)""")
SUSPECTED: Final = text(f"""
SELECT earning.incentive, earning.period, earning.currency,
  count(differing.earning), count(*), coalesce(sum(differing.was), 0), sum(item.total)
FROM earning JOIN item ON {LATEST}
LEFT JOIN differing ON differing.earning = earning.id AND differing.cause = '{Cause.GONE}'
WHERE {IN_SCOPE} AND item.total <> 0
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""")
ADD: Final = text("""
INSERT INTO item (id, earning, version, role, party, currency, minor, total, run_total, cause, cause_ref, journal)
SELECT (SELECT coalesce(max(id), 0) FROM item) + row_number() OVER (ORDER BY earning),
  earning, version, role, party, currency, minor, total, total, cause, :run, :journal FROM differing""")
SUMS: Final = text("""
SELECT incentive, period, currency, cause, count(*), sum(minor) FROM differing
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""")
STATE: Final = """
coalesce((
  SELECT known.state FROM undecided AS known WHERE known.earning = earning.id ORDER BY known.event DESC LIMIT 1), 0)"""
UNDECIDED: Final = text(f"""
INSERT INTO undecided (earning, event, state)
SELECT id, :event, 1 FROM earning WHERE id IN (SELECT earning FROM unclear) AND {STATE} = 0
UNION ALL
SELECT earning.id, :event, 0 FROM earning LEFT JOIN staged ON {SAME_KEY}
WHERE (staged.start IS NOT NULL OR ({IN_SCOPE})) AND earning.id NOT IN (SELECT earning FROM unclear) AND {STATE} = 1""")
TEMPORARY: Final = ("staged", "scope", "provisional", "unclear", "differing")


def stage(connection: Connection, answer: Answer) -> tuple[Difference, ...]:
    """Bring what the run says into temporary tables, and compare: what differs. A key that it has twice is refused."""
    for table in TEMPORARY:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS temp.{table}")
    connection.execute(STAGE)
    connection.execute(SCOPE)
    if answer.scope:
        whole = Scope("", min(each.start for each in answer.scope), max(each.before for each in answer.scope))
        connection.execute(FILL_SCOPE, [
            {"incentive": each.incentive, "start": each.start.isoformat(), "before": each.before.isoformat()}
            for each in (*answer.scope, whole)
        ])  # fmt: skip
    for rows in _batches(answer.earnings):
        connection.execute(FILL, rows)
    outside = connection.execute(OUTSIDE).first()
    if outside is not None:
        raise AssertionError(f"{answer.run} has {outside.incentive} {outside.period}, which is not in its scope")
    connection.execute(NEW_KEYS)
    connection.execute(PROVISIONAL)
    for rows in _batches(answer.provisional):
        connection.execute(FILL_PROVISIONAL, rows)
    connection.execute(UNCLEAR, {"family": answer.family})
    connection.execute(COMPARE, {"family": answer.family})
    return tuple(Difference(*row) for row in connection.execute(SUMS))


def _batches(rows: Iterable[Mapping[str, object]]) -> Iterator[list[Mapping[str, object]]]:
    """Some rows at a time."""
    batch: list[Mapping[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


MANY: Final = 5  # keys that are gone: fewer are never suspicious by number
PERCENT: Final = 100  # one in so many keys of a scope
TENTH: Final = 10  # one part in so many of a period's amount


def suspicions(connection: Connection, family: str) -> tuple[Suspicion, ...]:
    """Periods of which so many keys, or so much, is gone that a part of the records may be missing."""
    found = [Suspicion(*row) for row in connection.execute(SUSPECTED, {"family": family})]
    keys, of = sum(each.keys for each in found), sum(each.of for each in found)
    are_many = keys >= MANY and keys * PERCENT > of
    return tuple(each for each in found if each.keys and (are_many or abs(each.minor) * TENTH > abs(each.of_minor)))


def book(connection: Connection, answer: Answer, found: Sequence[Difference], event: int, posting_date: date) -> None:
    """Add what was staged as items, with their journal. Without differences there is none."""
    connection.execute(UNDECIDED, {"event": event, "family": answer.family})
    if not found:
        return
    journal = begin_journal(connection, event, "post", posting_date.isoformat(), answer.run)
    connection.execute(ADD, {"run": answer.run, "journal": journal})
    seal_journal(connection, journal, cost_lines(found))


def cost_lines(differences: Sequence[Difference]) -> Iterator[Line]:
    """What is owed more is cost; what is owed less takes it back."""
    sums: dict[tuple[str, str, str], int] = {}
    for each in differences:
        key = each.incentive, each.period, each.currency
        sums[key] = sums.get(key, 0) + each.minor
    for (incentive, period, currency), minor in sorted(sums.items()):
        yield Line(Account.COST, currency, minor, incentive, period)
        yield Line(Account.ACCRUED, currency, -minor, incentive, period)
