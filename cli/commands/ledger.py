"""`rung ledger`: made once, on purpose. No command that moves money ever makes one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import LedgerOption, PersonOption
from cli.options import DryRunOption, settings_of

if TYPE_CHECKING:
    from engine.ledger.controls import Controls


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
      rung ledger create acme --outbox out

    It needs a key: `rung key create NAME`. The controls are written to `controls.yaml` beside the ledger, to be changed
    and set with `rung ledger controls`.
    """
    from cli.ledgers import ledgers_folder, named, now, person_of, refusals
    from cli.output import write_whole
    from engine.ledger.controls import Controls, PayBy
    from engine.ledger.controls_file import controls_text
    from engine.ledger.ledger import create_ledger

    settings = settings_of(context)
    if pay_by not in tuple(PayBy):
        raise Stop(ExitCode.USAGE, f"there is no way to pay `{pay_by}`", "use bank or ap")
    if pay_by == PayBy.BANK:
        raise Stop(ExitCode.USAGE, "payees with bank details are not supported yet", "use --pay-by ap")
    folder = ledgers_folder(settings) / named(name, "a ledger")
    giver = person_of(settings, person)
    with refusals():
        controls = Controls(pay_by=PayBy(pay_by))
        made = create_ledger(folder, name, Path(outbox), controls, giver, now())
    write_whole(folder / "controls.yaml", controls_text(name, controls).encode())
    settings.say(f"made the ledger {made.name}; payment files go to `{outbox}`")
    settings.say(f"{giver.name} is its only person: plans will say that nobody else approved them")


def ledger_controls(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="A file of controls; without it, those that hold are shown.")
    ] = None,
    ledger: LedgerOption = None,
    person: PersonOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Set the controls of a ledger: minimum, number of checkers, share kept back. No other command loosens them.

    \b
    Example:
      rung ledger controls .rung/ledgers/acme/controls.yaml
      rung ledger controls

    The file is checked like a program: exit code 3 if something in it is wrong. An owner sets controls, and they hold
    from then on: plans that were made before keep those they were made with.
    """
    from cli.findings import demand
    from cli.ledgers import command_of, ledger_at, person_of, refusals
    from cli.output import emit
    from cli.programs import read_program
    from engine.ledger.controls_file import read_controls
    from engine.ledger.database import reading
    from engine.ledger.enrolling import set_controls
    from engine.ledger.facts import CONTROLS, controls_at
    from engine.ledger.log import head_of

    settings = settings_of(context)
    if file is None:
        opened = ledger_at(settings, ledger, read_only=True)
        with refusals(), reading(opened.engine) as connection:
            emit(controls_shown(controls_at(connection, head_of(connection).position)), None)
        return
    data = read_program(file)
    name, found, findings = read_controls(data, file)
    controls = demand(settings, found, findings, {file: data})
    opened = ledger_at(settings, ledger or name)
    if opened.name != name:
        raise Stop(ExitCode.REFUSED, f"`{file}` is for the ledger `{name}`, not `{opened.name}`", "name that ledger")
    if not dry_run:
        with refusals():
            set_controls(opened, command_of(CONTROLS, name, person_of(settings, person), repeats=True), controls)
    emit(controls_shown(controls), None)


def controls_shown(controls: Controls) -> str:
    """Controls in words."""
    from decimal import Decimal

    from engine.bank.instruction import money_text

    def amounts(found: Mapping[str, int]) -> str:
        return ", ".join(money_text(minor, currency) for currency, minor in found.items()) or "none"

    share = Decimal((controls.recover * 100).numerator) / (controls.recover * 100).denominator
    return (
        f"minimum            {amounts(controls.minimum)}\n"
        f"one checker up to  {amounts(controls.alone)}\n"
        f"recover at most    {share.normalize():f}%\n"
        f"pay by             {controls.pay_by}\n"
    )
