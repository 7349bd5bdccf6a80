"""A version of an earning that no run has made: a target that a person named, or what is left of a debt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select

from engine.ledger.tables import ITEM

if TYPE_CHECKING:
    from engine.ledger.posting import Cause


def last_total(connection: Connection, earning: int) -> int | None:
    """What an earning comes to; None if it has no version."""
    query = select(ITEM.c.total).where(ITEM.c.earning == earning).order_by(ITEM.c.version.desc()).limit(1)
    return connection.execute(query).scalar()


def add_version(
    connection: Connection,
    earning: int,
    minor: int,
    cause: Cause,
    reference: str,
    journal: int,
    origin: int | None = None,
) -> int:
    """Add an item to an earning: its id. What the last run said stays known, so a run that repeats it changes nothing.

    With an `origin` it is what is left of that item, whose amount the earning comes to already.
    """
    query = select(ITEM).where(ITEM.c.earning == earning).order_by(ITEM.c.version.desc()).limit(1)
    last = connection.execute(query).one()
    number = 1 + (connection.execute(select(func.max(ITEM.c.id))).scalar() or 0)
    total = last.total if origin is not None else last.total + minor
    row = {"id": number, "earning": earning, "version": last.version + 1, "role": last.role, "party": last.party,
           "currency": last.currency, "minor": minor, "total": total, "run_total": last.run_total,
           "cause": cause.value, "cause_ref": reference, "origin": origin, "journal": journal}  # fmt: skip
    connection.execute(insert(ITEM).values(row))
    return number
