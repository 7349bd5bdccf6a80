"""`rung ledger`: made once, on purpose. No command that moves money ever makes one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import PersonOption
from cli.options import settings_of


def ledger_create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The ledger's name.", show_default=False)],
    outbox: Annotated[
        str,
        typer.Option("--outbox", metavar="DIR", help="Where payment files go: best on another disk."),
    ],
    pay_by: Annotated[
        str, typer.Option("--pay-by", metavar="bank|ap", help="bank: files for a bank. ap: lists for accounts payable.")
    ] = "ap",
    person: PersonOption = None,
) -> None:
    """Create a ledger, with its outbox and safe controls. Who creates it is its first owner.

    \b
    Example:
      rung key create anna
      rung ledger create acme --outbox out

    """
    from cli.ledgers import ledgers_folder, named, now, person_of, refusals
    from engine.ledger.controls import Controls, PayBy
    from engine.ledger.ledger import create_ledger

    settings = settings_of(context)
    if pay_by not in tuple(PayBy):
        raise Stop(ExitCode.USAGE, f"there is no way to pay `{pay_by}`", "use bank or ap")
    if pay_by == PayBy.BANK:
        raise Stop(ExitCode.USAGE, "payees with bank details are not supported yet", "use --pay-by ap")
    folder = ledgers_folder(settings) / named(name, "a ledger")
    giver = person_of(settings, person)
    with refusals():
        made = create_ledger(folder, name, Path(outbox), Controls(pay_by=PayBy(pay_by)), giver, now())
    settings.say(f"made the ledger {made.name}; bank files and heads go to `{outbox}`")
    settings.say(f"{giver.name} is its only person: plans will say that nobody else approved them")
