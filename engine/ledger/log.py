"""The log of a ledger: everything that was done, numbered, each event once.

An event's leaf is the hash of all it says, and the root is the Merkle tree hash (RFC 6962) over the leaves: two ledgers
with the same root have the same history. What people decide is read from the events; see `people.py`, `controls.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from engine.canonical import Canonical, canonical_json
from engine.ledger.tables import EVENT
from engine.merkle import leaf_hash, tree_hash

FORMAT = "rung.event/v1"
TOLD = select(EVENT.c.seq, EVENT.c.command, EVENT.c.kind, EVENT.c.actor, EVENT.c.at, EVENT.c.body)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event. `command` is the id of the command that caused it; `at` an ISO time, of the machine that wrote it.

    `is_new` for the one who has just caused it.
    """

    seq: int
    command: str
    kind: str
    actor: str
    at: str
    body: Mapping[str, Any]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log goes, and the root over it."""

    position: int
    root: str


def append(connection: Connection, command: str, kind: str, actor: str, at: str, body: Mapping[str, Canonical]) -> int:
    """Add an event at the end of the log: its number."""
    seq = 1 + last_seq(connection)
    written = canonical_json(body).decode()
    leaf = _leaf(seq, command, kind, actor, at, written)
    row = {"seq": seq, "command": command, "kind": kind, "actor": actor, "at": at, "body": written, "leaf": leaf}
    connection.execute(insert(EVENT).values(row))
    return seq


def last_seq(connection: Connection) -> int:
    """The number of the last event, 0 in a new log."""
    return int(connection.execute(select(func.max(EVENT.c.seq))).scalar() or 0)


def _leaf(seq: int, command: str, kind: str, actor: str, at: str, body: str) -> bytes:
    """The hash of an event: of a document that holds its body as it is stored."""
    document: Canonical = {
        "format": FORMAT,
        "seq": seq,
        "command": command,
        "kind": kind,
        "actor": actor,
        "at": at,
        "body": body,
    }
    return leaf_hash(canonical_json(document))


def events(connection: Connection, kind: str = "", before: int | None = None) -> Iterator[Happened]:
    """Events in order: of one kind, and up to a position, where asked."""
    query = TOLD.where(EVENT.c.kind == kind) if kind else TOLD
    query = query.where(EVENT.c.seq <= before) if before is not None else query
    for row in connection.execute(query.order_by(EVENT.c.seq)):
        yield _happened(row)


def _happened(row: Sequence[Any]) -> Happened:
    """An event from a row of TOLD."""
    seq, command, kind, actor, at, body = row
    return Happened(seq, command, kind, actor, at, json.loads(body))


def done_before(connection: Connection, command: str) -> Happened | None:
    """The event of this command, if it was done already."""
    row = connection.execute(TOLD.where(EVENT.c.command == command)).first()
    return None if row is None else _happened(row)


def head_of(connection: Connection, position: int | None = None) -> Head:
    """The head of the log, or what it was at an earlier position. Every leaf is computed again: raises Damaged."""
    query = select(EVENT).order_by(EVENT.c.seq)
    rows = connection.execute(query if position is None else query.where(EVENT.c.seq <= position)).all()
    leaves = []
    for place, row in enumerate(rows, 1):
        leaf = _leaf(row.seq, row.command, row.kind, row.actor, row.at, row.body)
        if row.seq != place or row.leaf != leaf:
            raise Damaged(f"event {place} is not as it was written")
        leaves.append(leaf)
    return Head(len(leaves), tree_hash(b"".join(leaves)).hex())


class Damaged(ValueError):
    """The log is not as it was written; the message says where."""
