"""`rung payee`: who is paid for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.ledgers import LedgerOption, PersonOption
from cli.options import settings_of


def payee_assign(
    context: typer.Context,
    earner: Annotated[str, typer.Argument(metavar="EARNER", help="Who earns: an id.", show_default=False)],
    payee: Annotated[str, typer.Argument(metavar="PAYEE", help="Who is paid: an id.", show_default=False)],
    role: Annotated[str, typer.Option("--role", metavar="partner|seller", help="What the earner is.")] = "partner",
    payee_role: Annotated[
        str, typer.Option("--payee-role", metavar="partner|seller", help="What the payee is.")
    ] = "partner",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Pay somebody else for what an earner is owed, from the next plan on. The earnings stay the earner's.

    \b
    Example:
      rung payee assign P-0022 HOLDING-7
      rung payee assign A-2 P-0022 --role seller

    A steward says who is paid. To end it, assign the earner to itself.
    """
    from cli.ledgers import command_of, earning_role, ledger_at, person_of, refusals
    from engine.ledger.enrolling import assign
    from engine.ledger.facts import ASSIGN
    from engine.ledger.planning import Payee

    settings = settings_of(context)
    earning, paid = Payee(earning_role(role), earner), Payee(earning_role(payee_role), payee)
    opened = ledger_at(settings, ledger)
    with refusals():
        assign(opened, command_of(ASSIGN, f"{role} {earner}", person_of(settings, person), repeats=True), earning, paid)
    settings.say(f"{paid.role} {paid.id} is paid for {earning.role} {earning.id} from the next plan on")
