"""What the accounts come to, now or at any day before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

ACCOUNTS: Final = text("""
SELECT posting.account, posting.currency, sum(posting.minor) AS minor FROM posting
JOIN journal ON journal.id = posting.journal WHERE journal.posting_date <= :day
GROUP BY 1, 2 HAVING sum(posting.minor) <> 0 ORDER BY 1, 2""")
OWED: Final = text("""
SELECT item.role, item.party, item.currency, sum(item.minor) AS minor, count(*) AS items FROM item
JOIN journal ON journal.id = item.journal
WHERE journal.posting_date <= :day AND NOT EXISTS (
  SELECT 1 FROM clearing JOIN journal AS cleared ON cleared.id = clearing.journal
  WHERE clearing.item = item.id AND cleared.posting_date <= :day)
GROUP BY 1, 2, 3 HAVING sum(item.minor) <> 0 ORDER BY 1, 2, 3""")


@dataclass(frozen=True, slots=True)
class Balance:
    """An account in a currency; debits are positive."""

    account: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What an earner is owed, or owes back if it is below zero."""

    role: str
    party: str
    currency: str
    minor: int
    items: int


def balances(connection: Connection, day: date) -> tuple[Balance, ...]:
    """Every account that is not zero at the end of a day."""
    return tuple(Balance(*row) for row in connection.execute(ACCOUNTS, _end_of(day)))


def owed(connection: Connection, day: date) -> tuple[Owed, ...]:
    """What each earner was owed at the end of a day."""
    return tuple(Owed(*row) for row in connection.execute(OWED, _end_of(day)))


def _end_of(day: date) -> Mapping[str, str]:
    return {"day": day.isoformat()}
