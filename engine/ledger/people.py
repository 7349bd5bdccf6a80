"""Persons: their keys, and what each may do. All of it is events of the log; nobody is known by a login.

With one person enrolled everything works, and says that nobody else agreed. As soon as a second one is, what one has
made another one must check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from engine.ledger.log import events

ENROL, LEAVE = "enrol", "leave"
"""Kinds of events: a person with a key and roles, which replace those it had; a person that is gone."""


class Role(StrEnum):
    """What a person may do."""

    OWNER = "owner"  # persons and controls
    MAKER = "maker"  # posts, plans, releases, holds
    CHECKER = "checker"  # agrees to plans
    STEWARD = "steward"  # payees and their details
    AUDITOR = "auditor"  # reads


NEEDS: Final = {
    "controls": Role.OWNER,
    ENROL: Role.OWNER,
    LEAVE: Role.OWNER,
    "assign": Role.STEWARD,
    "approve": Role.MAKER,  # who brings the signature of a checker
}
"""The role that a kind of event needs; those that are not named need a maker."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person that is enrolled. `key` is the public key as SSH writes it."""

    name: str
    key: str
    roles: frozenset[Role]


def actors_at(connection: Connection, position: int | None = None) -> Mapping[str, Actor]:
    """Who is enrolled, by name, at a position of the log or at its end."""
    found: dict[str, Actor] = {}
    for each in events(connection, before=position):
        if each.kind == ENROL:
            found[each.body["person"]] = Actor(
                each.body["person"], each.body["key"], frozenset(map(Role, each.body["roles"]))
            )
        elif each.kind == LEAVE:
            found.pop(each.body["person"], None)
    return found


def keys_ever(connection: Connection) -> frozenset[str]:
    """Every key that somebody had: a head that was signed then still holds."""
    return frozenset(each.body["key"] for each in events(connection, ENROL))


def holder_of(actors: Mapping[str, Actor], key: str) -> Actor | None:
    """Whose key it is."""
    return next((each for each in actors.values() if each.key == key), None)


def checkers_of(connection: Connection, maker: str) -> frozenset[str]:
    """Who may agree to what a person has made: somebody else, if there was ever anybody else."""
    actors = actors_at(connection)
    others = frozenset(each.name for each in actors.values() if Role.CHECKER in each.roles and each.name != maker)
    ever = {each.body["person"] for each in events(connection, ENROL)}
    return others if len(ever) > 1 else frozenset(actors)


def names_of(connection: Connection, key: str) -> frozenset[str]:
    """Whose key it is or was: two names with one key are one person."""
    return frozenset(each.body["person"] for each in events(connection, ENROL) if each.body["key"] == key)
