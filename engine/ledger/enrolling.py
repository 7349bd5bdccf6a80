"""`rung actor`, `rung ledger controls` and `rung payee assign`: what an owner or a steward decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from engine.canonical import Canonical
from engine.ledger.controls import Controls, controls_document
from engine.ledger.facts import ASSIGN, CONTROLS
from engine.ledger.ledger import Command, Ledger, Refused, carry_out
from engine.ledger.people import ENROL, LEAVE, Actor, Role, actors_at, names_of

if TYPE_CHECKING:
    from engine.ledger.log import Happened
    from engine.ledger.planning import Payee
    from engine.ledger.post import Add


def enrol(ledger: Ledger, command: Command, actor: Actor) -> Happened:
    """Enrol a person with a key, or give it another key or other roles. Raises Refused for a key of somebody else."""

    def work(connection: Connection, add: Add) -> None:
        actors = actors_at(connection)
        others = sorted(names_of(connection, actor.key) - {actor.name})
        if others:
            raise Refused(f"this is the key of {others[0]}", "two names with one key are one person: make a new key")
        _keep_an_owner({**actors, actor.name: actor}.values())
        roles = sorted(each.value for each in actor.roles)
        body: Mapping[str, Canonical] = {"person": actor.name, "key": actor.key, "roles": roles}
        add(body)

    assert command.kind == ENROL
    return carry_out(ledger, command, work)


def leave(ledger: Ledger, command: Command, name: str) -> Happened:
    """A person may do nothing any more; what it did and signed stays. Raises Refused for the last owner."""

    def work(connection: Connection, add: Add) -> None:
        actors = dict(actors_at(connection))
        if actors.pop(name, None) is None:
            raise Refused(f"{name} is not enrolled in this ledger", "rung actor list shows who is")
        _keep_an_owner(actors.values())
        add({"person": name})

    assert command.kind == LEAVE
    return carry_out(ledger, command, work)


def _keep_an_owner(actors: Iterable[Actor]) -> None:
    """Somebody must be able to enrol others. Raises Refused."""
    if not any(Role.OWNER in each.roles for each in actors):
        raise Refused("nobody would be owner any more", "make somebody else owner first")


def set_controls(ledger: Ledger, command: Command, controls: Controls) -> Happened:
    """Freeze controls: they hold from now on."""

    def work(_: Connection, add: Add) -> None:
        add({"controls": controls_document(controls)})

    assert command.kind == CONTROLS
    return carry_out(ledger, command, work)


def assign(ledger: Ledger, command: Command, earner: Payee, payee: Payee) -> Happened:
    """Pay somebody else for what an earner is owed, from now on."""

    def work(_: Connection, add: Add) -> None:
        add({"earner": [earner.role, earner.id], "payee": [payee.role, payee.id]})

    assert command.kind == ASSIGN
    return carry_out(ledger, command, work)
