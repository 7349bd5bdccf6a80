"""Whether what is owed is what was posted: the items of every posting add up to what its event says of them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from engine.ledger.log import events
from engine.ledger.posting import Cause

POSTED: Final = "post"
ITEMS: Final = text("""
SELECT journal.event, earning.incentive, earning.period, item.currency, item.cause, count(*), sum(item.minor)
FROM item JOIN journal ON journal.id = item.journal JOIN earning ON earning.id = item.earning
WHERE item.cause IN (:new, :changed, :gone) GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""")
CAUSES: Final = {each.value: each.value for each in (Cause.NEW, Cause.CHANGED, Cause.GONE)}


def untied(connection: Connection) -> tuple[int, ...]:
    """Events whose items are not those that they tell of: somebody added or changed some."""
    found: dict[int, list[list[object]]] = {}
    for event, *row in connection.execute(ITEMS, CAUSES):
        found.setdefault(int(event), []).append(row)
    told = {each.seq: each.body["differences"] for each in events(connection, POSTED)}
    return tuple(sorted(seq for seq in found.keys() | told.keys() if found.get(seq, []) != told.get(seq, [])))
