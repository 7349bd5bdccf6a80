"""Journals: lines of totals that sum to zero in every currency, sealed. Debits are positive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from engine.ledger.tables import CLEARING, ITEM, JOURNAL, POSTING, SEAL


class Account(StrEnum):
    """The accounts of the ledger."""

    COST = "cost"  # contra-revenue or expense, as the incentive says
    ACCRUED = "accrued"  # what is owed: the control account of the items
    IN_TRANSIT = "in_transit"  # released, no answer of the bank
    BANK = "bank"
    BAD_DEBT = "bad_debt"


@dataclass(frozen=True, slots=True)
class Line:
    """An amount in an account; `incentive` and `earned_in` say for what, "" where it is for several."""

    account: Account
    currency: str
    minor: int
    incentive: str = ""
    earned_in: str = ""


def begin_journal(connection: Connection, event: int, kind: str, posting_date: str, reason: str = "") -> int:
    """A new journal, which items and clearings may name until it is sealed: its number."""
    number = 1 + (connection.execute(select(func.max(JOURNAL.c.id))).scalar() or 0)
    row = {"id": number, "event": event, "kind": kind, "posting_date": posting_date, "reason": reason}
    connection.execute(insert(JOURNAL).values(row))
    return number


def seal_journal(connection: Connection, journal: int, lines: Iterable[Line]) -> None:
    """Write the lines and the seal; the database refuses what does not sum to zero or differs from the items."""
    rows = [
        {
            "journal": journal,
            "line": place,
            "account": each.account.value,
            "incentive": each.incentive,
            "earned_in": each.earned_in,
            "currency": each.currency,
            "minor": each.minor,
        }
        for place, each in enumerate((each for each in lines if each.minor), 1)
    ]
    if rows:
        connection.execute(insert(POSTING), rows)
    counts = [
        connection.execute(select(func.count()).select_from(table).where(table.c.journal == journal)).scalar() or 0
        for table in (ITEM, CLEARING)
    ]
    connection.execute(insert(SEAL).values(journal=journal, lines=len(rows), items=sum(counts)))
