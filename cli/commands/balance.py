"""`rung balance`: what the accounts come to, and who is owed what."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.ledgers import LedgerOption
from cli.options import Format, FormatOption, JsonOption, OutputOption, chosen_format, parse_day, settings_of


def balance(
    context: typer.Context,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="At the end of this day; now if left out.")
    ] = None,
    earners: Annotated[
        bool, typer.Option("--earners", help="What each earner is owed, instead of the accounts.")
    ] = False,
    ledger: LedgerOption = None,
    format: FormatOption = None,
    json: JsonOption = False,
    output: OutputOption = None,
) -> None:
    """Show what the accounts come to, now or at the end of any day. Debits are positive; all accounts add up to zero.

    \b
    Example:
      rung balance
      rung balance --at 2026-10-31
      rung balance --earners --output owed.csv
    """
    from cli.ledgers import ledger_at, refusals, today
    from cli.output import Sheet, document, emit, render_sheet
    from engine.language.currency import amount_of
    from engine.ledger.balance import balances, owed
    from engine.ledger.database import reading

    settings = settings_of(context)
    form = chosen_format(format, json, output)
    day = parse_day(at, "--at") if at is not None else today()
    opened = ledger_at(settings, ledger, read_only=True)
    with refusals(), reading(opened.engine) as connection:
        accounts = () if earners else balances(connection, day)
        found = owed(connection, day) if earners else ()
    columns = ("role", "earner", "currency", "owed", "items") if earners else ("account", "currency", "balance")
    rows = [(each.account, each.currency, f"{amount_of(each.minor, each.currency):f}") for each in accounts]
    rows_owed = [
        (each.role, each.party, each.currency, f"{amount_of(each.minor, each.currency):f}", str(each.items))
        for each in found
    ]
    cells: tuple[tuple[str, ...], ...] = tuple(rows_owed if earners else rows)
    if form is Format.JSON:
        listed = [dict(zip(columns, each, strict=True)) for each in cells]
        emit(document("balance", {"ledger": opened.name, "at": day.isoformat(), "rows": listed}), output)
    else:
        emit(render_sheet(Sheet(columns, cells, frozenset({"balance", "owed", "items"})), form), output)
    if not cells:
        settings.say(f"nothing was posted to {opened.name} by {day}")
