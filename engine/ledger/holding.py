"""`rung pay hold`, `free` and `clawback`: what a person decides about one earning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select

from engine.ledger.facts import FREE, HOLD
from engine.ledger.journal import begin_journal, seal_journal
from engine.ledger.ledger import Command, Ledger, Refused, carry_out
from engine.ledger.posting import Cause, Difference, cost_lines
from engine.ledger.tables import EARNING, EARNING_KEY, ITEM

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
        query = select(ITEM).where(ITEM.c.earning == earning.id).order_by(ITEM.c.version.desc()).limit(1)
        last = connection.execute(query).first()
        if last is None or not 0 <= target < last.total:
            had = last.total if last else 0
            raise Refused(f"the earning comes to {had} minor units, so it cannot be taken back to {target}",
                          "name an amount from zero to less than that")  # fmt: skip
        event = add({"earning": earning.id, "target": target, "reason": reason})
        journal = begin_journal(connection, event, Cause.CLAWBACK, posting_date.isoformat(), reason)
        minor = target - last.total
        number = 1 + (connection.execute(select(func.max(ITEM.c.id))).scalar() or 0)
        row = {"id": number, "earning": earning.id, "version": last.version + 1, "role": last.role, "party": last.party,
               "currency": last.currency, "minor": minor, "total": target, "run_total": last.run_total,
               "cause": Cause.CLAWBACK.value, "cause_ref": reason, "journal": journal}  # fmt: skip
        connection.execute(insert(ITEM).values(row))
        difference = Difference(earning.incentive, earning.period, last.currency, Cause.CLAWBACK, 1, minor)
        seal_journal(connection, journal, cost_lines([difference]))

    return carry_out(ledger, command, work)
