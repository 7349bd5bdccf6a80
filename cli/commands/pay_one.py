"""What a person decides of one earning or debt: `hold`, `free`, `clawback`, `forfeit`, `refund`, `write-off`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import ExitCode, Stop
from cli.ledgers import LedgerOption, PersonOption
from cli.options import settings_of

if TYPE_CHECKING:
    from cli.options import Settings
    from engine.ledger.ledger import Command, Ledger
    from engine.ledger.log import Happened

EarnerOption = Annotated[str, typer.Option("--earner", metavar="ID", help="The partner or seller who earns.")]
IncentiveOption = Annotated[str, typer.Option("--incentive", metavar="NAME", help="The incentive.")]
PeriodOption = Annotated[str, typer.Option("--period", metavar="PERIOD", help="The period, as 2026-Q3.")]
SourceOption = Annotated[str, typer.Option("--source", metavar="ID", help="The record, where each earns by itself.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: it is kept with the booking.")]
AmountOption = Annotated[str, typer.Option("--amount", metavar="AMOUNT", help="As 97.00.")]
CurrencyOption = Annotated[str, typer.Option("--currency", metavar="CODE", help="As USD.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="partner|seller", help="What the earner is.")]


def pay_hold(
    context: typer.Context,
    earner: EarnerOption,
    incentive: IncentiveOption,
    reason: ReasonOption,
    period: PeriodOption = "",
    source: SourceOption = "",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Do not pay an earning until it is freed. Nothing else changes.

    \b
    Example:
      rung pay hold --earner P-0022 --incentive rebate --period 2026-Q3 --reason "dispute 4711"
    """
    from engine.ledger.facts import HOLD
    from engine.ledger.holding import hold

    key = key_of(earner, incentive, period, source)
    done(settings_of(context), ledger, person, HOLD, str(key), partial(hold, key=key, reason=reason), "waits")


def pay_free(
    context: typer.Context,
    earner: EarnerOption,
    incentive: IncentiveOption,
    reason: ReasonOption,
    period: PeriodOption = "",
    source: SourceOption = "",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Pay an earning that was held.

    \b
    Example:
      rung pay free --earner P-0022 --incentive rebate --period 2026-Q3 --reason "settled"
    """
    from engine.ledger.facts import FREE
    from engine.ledger.holding import hold

    key = key_of(earner, incentive, period, source)
    act = partial(hold, key=key, reason=reason, free=True)
    done(settings_of(context), ledger, person, FREE, str(key), act, "waits no longer")


def pay_clawback(
    context: typer.Context,
    earner: EarnerOption,
    incentive: IncentiveOption,
    to: Annotated[str, typer.Option("--to", metavar="AMOUNT", help="What the earning comes to from now on, as 0.00.")],
    currency: CurrencyOption,
    reason: ReasonOption,
    period: PeriodOption = "",
    source: SourceOption = "",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Take an earning back by hand, until a run says something new of it.

    \b
    Example:
      rung pay clawback --earner P-0022 --incentive rebate --period 2026-Q3 --to 0.00 --currency USD --reason "fraud"

    It is taken once: a later run that says the same replaces it, and takes nothing more.
    """
    from cli.ledgers import today
    from engine.ledger.holding import claw_back

    key = key_of(earner, incentive, period, source) | {"currency": currency}
    target = minor_units(to, currency)
    act = partial(claw_back, key=key, target=target, reason=reason, posting_date=today())
    done(settings_of(context), ledger, person, "clawback", f"{key} {target}", act, f"comes to {to} {currency} now")


def pay_forfeit(
    context: typer.Context,
    earner: EarnerOption,
    incentive: IncentiveOption,
    reason: ReasonOption,
    period: PeriodOption = "",
    source: SourceOption = "",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Owe what is open of an earning no longer.

    \b
    Example:
      rung pay forfeit --earner P-0022 --incentive rebate --period 2026-Q3 --reason "contract ended, clause 7"
    """
    from cli.ledgers import today
    from engine.ledger.clearing import Ending, forfeit

    key = key_of(earner, incentive, period, source)
    act = partial(forfeit, key=key, reason=reason, posting_date=today())
    done(settings_of(context), ledger, person, Ending.FORFEIT, str(key), act, "is not owed any more")


def pay_refund(
    context: typer.Context,
    earner: EarnerOption,
    amount: AmountOption,
    currency: CurrencyOption,
    reason: ReasonOption,
    role: RoleOption = "partner",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Book that an earner has paid back what it owed.

    \b
    Example:
      rung pay refund --earner P-0022 --amount 97.00 --currency USD --reason "received on 4 December, ref 8812"

    The same refund with the same reason is booked once.
    """
    from engine.ledger.clearing import Ending

    end(context, Ending.REFUND, (role, earner, currency, amount, reason), ledger, person)


def pay_write_off(
    context: typer.Context,
    earner: EarnerOption,
    amount: AmountOption,
    currency: CurrencyOption,
    reason: ReasonOption,
    role: RoleOption = "partner",
    ledger: LedgerOption = None,
    person: PersonOption = None,
) -> None:
    """Give up what an earner owes.

    \b
    Example:
      rung pay write-off --earner P-0022 --amount 3.00 --currency USD --reason "too small to collect"
    """
    from engine.ledger.clearing import Ending

    end(context, Ending.WRITE_OFF, (role, earner, currency, amount, reason), ledger, person)


Act = Callable[["Ledger", "Command"], "Happened"]


def end(
    context: typer.Context,
    kind: str,
    what: tuple[str, str, str, str, str],
    ledger: str | None,
    person: str | None,
) -> None:
    """A debt ends, wholly or in part."""
    from cli.ledgers import earning_role, today
    from engine.ledger.clearing import end_debt
    from engine.ledger.planning import Payee

    role, earner, currency, amount, reason = what
    minor = minor_units(amount, currency)
    who = Payee(earning_role(role), earner)
    act = partial(end_debt, who=who, currency=currency, minor=minor, reason=reason, posting_date=today())
    done(
        settings_of(context),
        ledger,
        person,
        kind,
        f"{role} {earner} {currency} {minor} {reason}",
        act,
        f"owes {amount} {currency} less",
        once=True,
    )


def done(
    settings: Settings,
    ledger: str | None,
    person: str | None,
    kind: str,
    subject: str,
    act: Act,
    said: str,
    *,
    once: bool = False,
) -> None:
    """Carry it out and say so. `once`: the same words a second time are the same command."""
    from cli.ledgers import command_of, ledger_at, person_of, refusals

    opened = ledger_at(settings, ledger)
    command = command_of(kind, subject, person_of(settings, person), repeats=not once)
    with refusals():
        happened = act(opened, command)
    again = " (it was done already: nothing was booked now)" if not happened.is_new else ""
    settings.say(f"{kind}: {said}{again}")


def key_of(earner: str, incentive: str, period: str, source: str) -> dict[str, str]:
    """The parts of an earning's key that were given."""
    given = {"earner": earner, "incentive": incentive, "period": period, "source": source}
    return {name: value for name, value in given.items() if value}


def minor_units(amount: str, currency: str) -> int:
    """An amount as a whole number of minor units."""
    import re
    from decimal import Decimal

    from engine.language.currency import minor_of

    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,4})?", amount):
        raise Stop(
            ExitCode.USAGE, f"`{amount}` is not an amount", "write it as 97.00, without marks and without a sign"
        )
    try:
        return minor_of(Decimal(amount), currency)
    except ValueError as error:
        raise Stop(ExitCode.USAGE, str(error), "write the amount with the digits of its currency") from None
