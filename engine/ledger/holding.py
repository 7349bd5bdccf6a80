"""`rung pay hold`, `free` and `clawback`: what a person decides about one earning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from engine.bank.instruction import money_text
from engine.ledger.facts import FREE, HOLD
from engine.ledger.journal import begin_journal, seal_journal
from engine.ledger.ledger import Command, Ledger, Refused, carry_out
from engine.ledger.posting import Cause, Difference, cost_lines
from engine.ledger.tables import EARNING, EARNING_KEY
from engine.ledger.versions import add_version, last_total

if TYPE_CHECKING:
    from sqlalchemy import Row

    from engine.ledger.log import Happened
    from engine.ledger.post import Add


def find_earning(connection: Connection, key: Mapping[str, str]) -> Row[tuple[object, ...]]:
    """The earning with this key, of which parts may be left out. Raises Refused where none or several have it."""
    unknown = key.keys() - set(EARNING_KEY)
    assert not unknown, unknown
    query = select(EARNING).where(*(EARNING.c[name] == value for name, value in key.items()))
    found = connection.execute(query.limit(2)).all()
    said = ", ".join(f"{name} {value}" for name, value in key.items())
    if not found:
        raise Refused(f"no earning was posted with {said}", "rung balance --earners lists who is owed")
    if len(found) > 1:
        raise Refused(f"several earnings have {said}", "name its period, and the record it is for")
    return found[0]


def hold(ledger: Ledger, command: Command, key: Mapping[str, str], reason: str, *, free: bool = False) -> Happened:
    """Do not pay an earning until it is freed, or free it. Nothing else changes."""

    def work(connection: Connection, add: Add) -> None:
        earning = find_earning(connection, key)
        add({"earning": earning.id, "reason": reason})

    assert command.kind == (FREE if free else HOLD)
    return carry_out(ledger, command, work)


def claw_back(
    ledger: Ledger, command: Command, key: Mapping[str, str], target: int, reason: str, posting_date: date
) -> Happened:
    """Set what an earning comes to, until a run says something new of it: it is then replaced. Raises Refused."""

    def work(connection: Connection, add: Add) -> None:
        earning = find_earning(connection, key)
        total = last_total(connection, earning.id)
        if total is None or not 0 <= target < total:
            had = money_text(total or 0, earning.currency)
            asked = money_text(target, earning.currency)
            raise Refused(f"the earning comes to {had}, so it cannot be taken back to {asked}", "name a lower amount")
        event = add({"earning": earning.id, "target": target, "reason": reason})
        journal = begin_journal(connection, event, Cause.CLAWBACK, posting_date.isoformat(), reason)
        minor = target - total
        add_version(connection, earning.id, minor, Cause.CLAWBACK, reason, journal)
        difference = Difference(earning.incentive, earning.period, earning.currency, Cause.CLAWBACK, 1, minor)
        seal_journal(connection, journal, cost_lines([difference]))

    return carry_out(ledger, command, work)
