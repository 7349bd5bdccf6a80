"""A ledger: its file, its outbox, and the one way in which commands write to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine

from engine.canonical import Canonical
from engine.ledger.controls import Controls, controls_document
from engine.ledger.database import open_database, reading, usable, writing
from engine.ledger.facts import CONTROLS
from engine.ledger.log import Happened, append, done_before, events, head_of, last_seq
from engine.ledger.outbox import HEADS, Foreign, Outbox, Sign, Verify, last_head, make_outbox, write_head
from engine.ledger.people import ENROL, NEEDS, Role, actors_at, keys_ever
from engine.ledger.upgrade import latest, upgrade, version_of
from engine.signing.sshsig import BadSignature
from engine.signing.sshsig import verify as signed_by
from engine.workspace import PRIVATE, pending_folder, publish_folder

FILE: Final = "ledger.sqlite"
CREATE: Final = "create"
MADE: Final = 3  # events of a new ledger, whose first head may be missing


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger that is open. `id` is random: two ledgers of one name are not one."""

    name: str
    folder: Path
    id: str
    engine: Engine
    outbox: Outbox


@dataclass(frozen=True, slots=True)
class Person:
    """Who gives a command: a name, the public key, and what signs with the private one."""

    name: str
    key: str
    sign: Sign


class Refused(Exception):
    """A control says no; the message says why, `cure` what to do. Nothing was written."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


class Tampered(Exception):
    """Something does not hold that was sealed, signed or numbered: the message says what. Nothing was written."""


def create_ledger(folder: Path, name: str, outbox: Path, controls: Controls, person: Person, at: str) -> Ledger:
    """Make a ledger in a folder that is not there, with its first event. Raises Refused.

    It is made under another name and gets its own when it is complete.
    """
    if folder.exists():
        raise Refused(f"the ledger `{name}` is there already", "choose another name")
    id = secrets.token_hex(16)
    kept = Outbox(outbox.resolve(), id)
    make_outbox(kept)
    if any((kept.folder / HEADS).iterdir()):
        raise Refused(f"`{outbox}` is the outbox of another ledger", "name a folder of its own")
    folder.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    with pending_folder(folder.parent) as pending:
        _fill(open_database(pending / FILE), name, kept, controls, person, at)
        if not publish_folder(pending, folder):
            raise Refused(f"the ledger `{name}` is there already", "choose another name")
    ledger = open_ledger(folder)
    publish_head(ledger, person)
    return ledger


def _fill(engine: Engine, name: str, outbox: Outbox, controls: Controls, person: Person, at: str) -> None:
    """The tables of a new ledger, and its first events."""
    with _migrating(engine) as connection:
        upgrade(connection)
        body: Mapping[str, Canonical] = {"name": name, "id": outbox.ledger, "outbox": str(outbox.folder)}
        append(connection, f"{CREATE} {name}", CREATE, person.name, at, body)
        roles = [each.value for each in Role if each is not Role.AUDITOR]
        enrolled: Mapping[str, Canonical] = {"person": person.name, "key": person.key, "roles": roles}
        append(connection, f"{ENROL} 1", ENROL, person.name, at, enrolled)
        append(connection, "controls 1", CONTROLS, person.name, at, {"controls": controls_document(controls)})


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """The writer's transaction in which tables may be copied: with foreign keys off, which is set outside of it."""
    with usable(), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = 0")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def open_ledger(folder: Path, *, read_only: bool = False) -> Ledger:
    """A ledger that is there. Raises Refused where it is not, or has tables of another version."""
    if not (folder / FILE).is_file():
        raise Refused(f"there is no ledger `{folder.name}`", "make one: rung ledger create NAME --outbox DIR")
    engine = open_database(folder / FILE, read_only=read_only)
    with reading(engine) as connection:
        if version_of(connection) != latest():
            raise Refused(f"the ledger `{folder.name}` was made by another version of rung", "use that version")
        first = next(events(connection, CREATE))
    return Ledger(
        first.body["name"], folder, first.body["id"], engine, Outbox(Path(first.body["outbox"]), first.body["id"])
    )


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it is and of what, which is its identity; who gives it, and when.

    What `repeats` says how something is from now on, so the same words later are another command: hold, free, hold.
    """

    kind: str
    subject: str
    person: Person
    at: str
    repeats: bool = False

    def id_at(self, position: int) -> str:
        """A command of the same kind and subject is the same; one that repeats, at the same place in the log."""
        return f"{self.kind} {self.subject}" + (f" after {position}" if self.repeats else "")


Work = Callable[[Connection, Callable[[Mapping[str, Canonical]], int]], None]
"""Checks, and then adds: it calls what it is given with the body of its event, once, for the number of the event."""


def carry_out(ledger: Ledger, command: Command, work: Work) -> Happened:
    """Do a command once: its event, all that it adds, and the head in the outbox. A second time, the event as it was.

    Raises Refused and Tampered; then nothing was written, or all of it was and only the head is missing, which the next
    command makes.
    """
    check_outbox(ledger)
    with writing(ledger.engine) as connection:
        check_person(connection, command)
        id = command.id_at(last_seq(connection))
        found = done_before(connection, id)
        is_new = found is None
        if found is None:

            def add(body: Mapping[str, Canonical]) -> int:
                return append(connection, id, command.kind, command.person.name, command.at, body)

            work(connection, add)
            found = done_before(connection, id)
            assert found is not None, "a command adds its event"
    publish_head(ledger, command.person)
    return replace(found, is_new=is_new)


def check_person(connection: Connection, command: Command) -> None:
    """Who gives the command must be enrolled with this key, and have the role that it needs. Raises Refused."""
    person = command.person
    actor = actors_at(connection).get(person.name)
    if actor is None or actor.key != person.key:
        why = "is not enrolled" if actor is None else "is enrolled with another key"
        raise Refused(
            f"{person.name} {why} in this ledger",
            f"an owner runs: rung actor add {person.name} --key FILE --roles ROLE",
        )
    needed = NEEDS.get(command.kind, Role.MAKER)
    if needed not in actor.roles:
        message = f"{person.name} is not {_a(needed)} in this ledger"
        raise Refused(message, f"{_a(needed)} does it, or an owner adds the role")


def _a(role: Role) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


def verifier(ledger: Ledger) -> Verify:
    """Checks that somebody who is or was enrolled signed. What it gives back raises ValueError."""
    with reading(ledger.engine) as connection:
        known = keys_ever(connection)

    def verify(signature: str, namespace: str, text: bytes) -> None:
        try:
            key = signed_by(signature, namespace, text)
        except BadSignature as error:
            raise ValueError(str(error)) from error
        if key.text not in known:
            raise ValueError("nobody with this key is enrolled")

    return verify


def check_outbox(ledger: Ledger) -> None:
    """The last head in the outbox must be one that our log has had. Raises Tampered, and Refused without an outbox."""
    if not (ledger.outbox.folder / HEADS).is_dir():
        cure = "mount its disk, or put it back where it was"
        raise Refused(f"the outbox `{ledger.outbox.folder}` is not there", cure)
    try:
        seen = last_head(ledger.outbox, verifier(ledger))
    except Foreign as error:
        raise Tampered(f"the outbox cannot be trusted: {error}") from error
    with reading(ledger.engine) as connection:
        position = head_of(connection).position
        if seen is None:
            if position > MADE:
                raise Tampered(f"the outbox has no head, but the ledger has {position} events: its heads are gone")
            return
        if seen.position > position:
            message = f"the outbox knows {seen.position} events of this ledger, and the ledger has {position}"
            raise Tampered(f"{message}: it was restored from an older copy")
        if head_of(connection, seen.position) != seen:
            message = f"event {seen.position} in the outbox is another one than in this ledger"
            raise Tampered(f"{message}: another copy of the ledger was used")


def publish_head(ledger: Ledger, person: Person) -> None:
    """Sign the head of the log into the outbox. Raises Tampered."""
    with reading(ledger.engine) as connection:
        head = head_of(connection)
    try:
        write_head(ledger.outbox, head, person.sign, verifier(ledger))
    except Foreign as error:
        raise Tampered(str(error)) from error
