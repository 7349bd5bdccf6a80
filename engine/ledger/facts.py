"""What people decided, read from the events up to a position: controls, holds, who is paid for whom."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.ledger.controls import Controls, parse_controls
from engine.ledger.log import events
from engine.ledger.planning import Facts, Payee

CONTROLS, HOLD, FREE, ASSIGN = "controls", "hold", "free", "assign"
"""Kinds of events."""


def controls_at(connection: Connection, position: int) -> Controls:
    """The controls that were published last."""
    found = Controls()
    for each in events(connection, CONTROLS, position):
        found = parse_controls(each.body["controls"])
    return found


def facts_at(connection: Connection, position: int) -> Facts:
    """Holds and assignments that stood at a position."""
    held: set[int] = set()
    assigned: dict[Payee, Payee] = {}
    for each in events(connection, before=position):
        if each.kind == HOLD:
            held.add(each.body["earning"])
        elif each.kind == FREE:
            held.discard(each.body["earning"])
        elif each.kind == ASSIGN:
            assigned[Payee(*each.body["earner"])] = Payee(*each.body["payee"])
    return Facts(frozenset(held), assigned)
