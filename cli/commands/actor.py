"""`rung actor`: who may do what in a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import LedgerOption, PersonOption
from cli.options import settings_of

ROLES = "owner, maker, checker, steward, auditor"


def actor_add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name.", show_default=False)],
    key: Annotated[str, typer.Option("--key", metavar="FILE", help="The person's public key: a `.pub` file.")],
    roles: Annotated[str, typer.Option("--roles", metavar="ROLE,..", help=f"Any of {ROLES}.")],
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Enrol a person with a key and roles, or replace those it has.

    \b
    Example:
      rung actor add anna --key anna.pub --roles checker

    owner: persons and controls. maker: posts, plans, releases. checker: agrees to plans of others. steward: payees.
    auditor: reads. From the second person on, nobody can approve an own plan.
    """
    from cli.ledgers import command_of, ledger_at, named, person_of, refusals
    from engine.ledger.enrolling import enrol
    from engine.ledger.people import ENROL, Actor, Role
    from engine.signing.keys import parse_public_key

    settings = settings_of(context)
    wanted = frozenset(each.strip() for each in roles.split(",") if each.strip())
    unknown = sorted(wanted - set(Role))
    if unknown or not wanted:
        raise Stop(ExitCode.USAGE, f"there is no role `{unknown[0]}`" if unknown else "no role", f"use any of {ROLES}")
    try:
        text = Path(key).read_text("utf-8")
    except (OSError, ValueError):
        raise Stop(ExitCode.USAGE, f"cannot read the key `{key}`", "name the `.pub` file of the person") from None
    opened = ledger_at(settings, ledger)
    with refusals():
        actor = Actor(named(name, "a person"), parse_public_key(text).text, frozenset(map(Role, wanted)))
        giver = person_of(settings, person)
        enrol(opened, command_of(ENROL, actor.name, giver, repeats=True), actor)
    settings.say(f"{name} is enrolled in {opened.name} as {', '.join(sorted(wanted))}")


def actor_remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name.", show_default=False)],
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """End what a person may do. What it did and signed stays.

    \b
    Example:
      rung actor remove anna
    """
    from cli.ledgers import command_of, ledger_at, person_of, refusals
    from engine.ledger.enrolling import leave
    from engine.ledger.people import LEAVE

    settings = settings_of(context)
    opened = ledger_at(settings, ledger)
    with refusals():
        leave(opened, command_of(LEAVE, name, person_of(settings, person), repeats=True), name)
    settings.say(f"{name} may do nothing in {opened.name} any more")


def actor_list(context: typer.Context, ledger: LedgerOption = None) -> None:
    """List who may do what.

    \b
    Example:
      rung actor list
    """
    from cli.ledgers import ledger_at, refusals
    from cli.output import Sheet, emit, render_text
    from engine.ledger.database import reading
    from engine.ledger.people import actors_at
    from engine.signing.keys import parse_public_key

    opened = ledger_at(settings_of(context), ledger, read_only=True)
    with refusals(), reading(opened.engine) as connection:
        found = sorted(actors_at(connection).values(), key=lambda each: each.name)
    rows = tuple((each.name, ", ".join(sorted(each.roles)), parse_public_key(each.key).fingerprint) for each in found)
    emit(render_text(Sheet(("name", "roles", "key"), rows)), None)
