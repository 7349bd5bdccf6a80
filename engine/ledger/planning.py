"""What is to be paid: open items by payee and currency, netted, and what waits and why.

A debt is netted with what is owed, oldest first, up to the share that the controls allow. An earning that is held or
undecided waits only if it is owed to the payee: otherwise holding a correction would pay more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, text

from engine.ledger.controls import Controls


class Reason(StrEnum):
    """Why something is not paid now."""

    HELD = "held"
    UNDECIDED = "undecided"
    NEGATIVE = "negative balance"
    NOTHING = "nothing left to pay"
    OTHER_CURRENCY = "owes in another currency"
    MINIMUM = "below minimum"


@dataclass(frozen=True, slots=True)
class Open:
    """An item that nobody cleared, with its key."""

    id: int
    earning: int
    version: int
    role: str
    party: str
    currency: str
    minor: int
    cause: str
    cause_ref: str
    incentive: str
    period: str
    keys: str
    partner: str
    source: str
    posted: str  # the day of its journal
    is_undecided: bool


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: a partner or a seller, or whoever takes their money."""

    role: str
    id: str


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a debt of which a part was kept back: minor units below zero."""

    item: Open
    minor: int


@dataclass(frozen=True, slots=True)
class Due:
    """A payment: the items it clears, and what is left of the last debt among them."""

    payee: Payee
    currency: str
    minor: int
    items: tuple[Open, ...]
    rest: Rest | None = None
    debts: tuple[Open, ...] = ()  # of the payee, which the controls do not let be kept back now

    @property
    def said(self) -> tuple[str, str, str, int]:
        """The payment in short: who, and how much."""
        return self.payee.role, self.payee.id, self.currency, self.minor


@dataclass(frozen=True, slots=True)
class Blocked:
    """Open items of a payee that are not paid, and why."""

    payee: Payee
    currency: str
    reason: Reason
    items: tuple[Open, ...]

    @property
    def minor(self) -> int:
        """What they come to."""
        return sum(each.minor for each in self.items)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be paid and what is not: every open item is in one of the two."""

    due: tuple[Due, ...]
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What people decided: earnings that are held, and who is paid for whom."""

    held: frozenset[int] = frozenset()
    assigned: Mapping[Payee, Payee] = field(default_factory=dict)


OPEN = text("""
WITH known AS (SELECT id, event, posting_date FROM journal WHERE event <= :position)
SELECT item.id, earning.id AS earning, item.version, item.role, item.party, item.currency, item.minor, item.cause,
  item.cause_ref, earning.incentive, earning.period, earning.keys, earning.partner, earning.source,
  known.posting_date AS posted,
  coalesce((SELECT state FROM undecided WHERE undecided.earning = earning.id AND undecided.event <= :position
    ORDER BY undecided.event DESC LIMIT 1), 0) AS is_undecided
FROM item JOIN earning ON earning.id = item.earning JOIN known ON known.id = item.journal
WHERE NOT EXISTS (SELECT 1 FROM clearing JOIN known AS past ON past.id = clearing.journal WHERE clearing.item = item.id)
ORDER BY item.role, item.party, item.currency, item.id""")


def open_items(connection: Connection, position: int) -> tuple[Open, ...]:
    """Every item that was open at a position of the log, by party and currency, the oldest first."""
    found = connection.execute(OPEN, {"position": position}).mappings()
    return tuple(Open(**{**row, "is_undecided": bool(row["is_undecided"])}) for row in found)


def outlook(items: Iterable[Open], facts: Facts, controls: Controls) -> Outlook:
    """What may be paid of these items, and what waits."""
    by_payee: dict[Payee, list[Open]] = {}
    for each in items:
        own = Payee(each.role, each.party)
        by_payee.setdefault(facts.assigned.get(own, own), []).append(each)
    due: list[Due] = []
    blocked: list[Blocked] = []
    for payee in sorted(by_payee, key=attrgetter("role", "id")):
        for found in _of_payee(payee, by_payee[payee], facts, controls):
            if isinstance(found, Due):
                due.append(found)
            else:
                blocked.append(found)
    return Outlook(tuple(due), tuple(blocked))


def _of_payee(payee: Payee, items: Sequence[Open], facts: Facts, controls: Controls) -> Iterator[Due | Blocked]:
    """What a payee is paid in each currency."""
    currencies: dict[str, list[Open]] = {}
    for currency, group in groupby(sorted(items, key=attrgetter("currency", "id")), key=attrgetter("currency")):
        waiting, left = _waiting(tuple(group), facts)
        for why, held in waiting:
            yield Blocked(payee, currency, why, held)
        if left:
            currencies[currency] = left
    balances = {currency: sum(each.minor for each in left) for currency, left in currencies.items()}
    owing = {currency for currency, minor in balances.items() if minor < 0}
    for currency, left in currencies.items():
        due = _netted(payee, currency, left, controls)
        reason = _why_not(due, balances[currency], owing - {currency}, controls)
        if due is None or reason is not None:
            yield Blocked(payee, currency, reason or Reason.NOTHING, tuple(left))
        else:
            yield due


def _waiting(items: Sequence[Open], facts: Facts) -> tuple[list[tuple[Reason, tuple[Open, ...]]], list[Open]]:
    """Items of earnings that are held or undecided, by reason, and the others. What is owed back does not wait."""
    found: dict[Reason, tuple[Open, ...]] = {}
    left: list[Open] = []
    for _, group in groupby(sorted(items, key=attrgetter("earning", "id")), key=attrgetter("earning")):
        own = tuple(group)
        reason = Reason.HELD if own[0].earning in facts.held else Reason.UNDECIDED if own[0].is_undecided else None
        if reason is None or sum(each.minor for each in own) <= 0:
            left += own
        else:
            found[reason] = (*found.get(reason, ()), *own)
    return sorted(found.items()), sorted(left, key=attrgetter("id"))


def _netted(payee: Payee, currency: str, items: Sequence[Open], controls: Controls) -> Due | None:
    """What is owed less what is owed back, as far as the controls allow; None if nothing is left to pay."""
    owed = tuple(each for each in items if each.minor >= 0)
    debts = [each for each in items if each.minor < 0]
    gross = sum(each.minor for each in owed)
    kept = min(-sum(each.minor for each in debts), int(gross * controls.recover))
    minor = gross - kept
    if minor <= 0:
        return None
    cleared: list[Open] = []
    rest = None
    for each in debts:  # the oldest first
        if kept <= 0:
            break
        cleared.append(each)
        if -each.minor > kept:
            rest = Rest(each, each.minor + kept)
        kept += each.minor
    left = tuple(debts[len(cleared) :])
    return Due(payee, currency, minor, tuple(sorted((*owed, *cleared), key=attrgetter("id"))), rest, debts=left)


def _why_not(due: Due | None, balance: int, owing: set[str], controls: Controls) -> Reason | None:
    """Why a payment is not made, None if it is; `owing` are the other currencies in which the payee owes."""
    if due is None:
        return Reason.NEGATIVE if balance < 0 else Reason.NOTHING
    if owing:
        return Reason.OTHER_CURRENCY
    return Reason.MINIMUM if due.minor < controls.minimum.get(due.currency, 0) else None
