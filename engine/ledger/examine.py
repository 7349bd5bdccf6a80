"""A ledger examined anew: settings, guards, sums, plans, and what the outbox has seen of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from engine.ledger.database import Unusable, reading, unsafe_settings
from engine.ledger.ledger import FILE, Ledger, Refused, Tampered, check_outbox, open_ledger
from engine.ledger.log import Damaged, events, head_of
from engine.ledger.outbox import DELIVERED
from engine.ledger.paying import read_plan
from engine.ledger.plan import PLANNED
from engine.ledger.tables import RELEASE
from engine.ledger.tied import untied
from engine.ledger.upgrade import wrong_guards

SUMS = """
SELECT journal.id FROM journal LEFT JOIN seal ON seal.journal = journal.id
WHERE seal.journal IS NULL OR seal.lines <> (SELECT count(*) FROM posting WHERE posting.journal = journal.id)
  OR EXISTS (SELECT 1 FROM posting WHERE posting.journal = journal.id GROUP BY currency HAVING sum(minor) <> 0)"""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a ledger. `is_damage`: something does not hold; otherwise it is unsafe, or only of note."""

    text: str
    cure: str
    is_damage: bool = False
    is_note: bool = False


def examine_ledger(folder: Path) -> Iterator[Wrong]:
    """Everything that is wrong with the ledger in a folder."""
    restore = "restore the ledger from a copy, and find out who changed it"
    try:
        ledger = open_ledger(folder, read_only=True)
    except Refused as refused:
        yield Wrong(refused.message, refused.cure)
        return
    except Unusable as fault:
        yield Wrong(f"it cannot be read: {fault}", restore, is_damage=True)
        return
    with reading(ledger.engine) as connection:
        for each in unsafe_settings(connection):
            yield Wrong(f"a commit may be lost: {each}", "use a folder on a disk of this machine")
        guards = wrong_guards(connection)
        if guards:
            yield Wrong(f"guards are missing or changed: {', '.join(guards)}", restore, is_damage=True)
        try:
            head_of(connection)
            for event in events(connection, PLANNED):
                read_plan(connection, ledger, event.body["plan"])
        except (Damaged, Tampered, Refused) as error:
            yield Wrong(str(error), restore, is_damage=True)
        for seq in untied(connection):
            yield Wrong(f"the items of event {seq} are not those that were posted", restore, is_damage=True)
        for (journal,) in connection.exec_driver_sql(SUMS):
            yield Wrong(f"journal {journal} is not sealed, or does not add up", restore, is_damage=True)
    yield from _outbox(ledger)


def _outbox(ledger: Ledger) -> Iterator[Wrong]:
    """What the outbox says of the ledger, and where it is."""
    try:
        check_outbox(ledger)
    except Refused as refused:
        yield Wrong(refused.message, refused.cure)
        return
    except (Tampered, Damaged) as tampered:
        yield Wrong(str(tampered), "work with the ledger that was used last", is_damage=True)
        return
    with reading(ledger.engine) as connection:
        for row in connection.execute(select(RELEASE.c.plan, RELEASE.c.file, RELEASE.c.sha256)):
            yield from _released(ledger, row.plan, row.file, row.sha256)
    if (ledger.folder / FILE).stat().st_dev == ledger.outbox.folder.stat().st_dev:
        text = "the outbox is on the disk of the ledger: if both are restored together, nothing tells"
        yield Wrong(text, "keep the outbox on another disk", is_note=True)


def _released(ledger: Ledger, plan: str, file: str, sha256: str) -> Iterator[Wrong]:
    """Whether the file of a release is what was released. Whoever pays it may have taken it away."""
    path = ledger.outbox.folder / file
    if not file:
        return
    if not path.is_file():
        if not (ledger.outbox.folder / DELIVERED / path.name).is_file():
            text = f"`{plan}` is released, and its file was not written"
            yield Wrong(text, f"finish it: rung pay release {plan}")
    elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        yield Wrong(f"`{file}` is not what was released", "do not pay it; find out who changed it", is_damage=True)
