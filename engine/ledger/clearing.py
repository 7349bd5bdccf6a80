"""Items cleared, and what is left of one of which only a part is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from engine.bank.instruction import money_text
from engine.ledger.holding import find_earning
from engine.ledger.journal import Account, Line, begin_journal, seal_journal
from engine.ledger.ledger import Command, Ledger, Refused, carry_out
from engine.ledger.log import head_of
from engine.ledger.planning import Open, Rest, open_items
from engine.ledger.posting import Cause
from engine.ledger.tables import CLEARING
from engine.ledger.versions import add_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.ledger.log import Happened
    from engine.ledger.planning import Payee
    from engine.ledger.post import Add


class Ending(StrEnum):
    """How a debt ends without being netted, or an amount without being paid: kinds of events and journals."""

    REFUND = "refund"  # the partner has paid it back
    WRITE_OFF = "write-off"  # nobody will pay it
    FORFEIT = "forfeit"  # what was owed is not owed any more


AGAINST = {Ending.REFUND: Account.BANK, Ending.WRITE_OFF: Account.BAD_DEBT}


def add_rest(connection: Connection, rest: Rest, journal: int, reference: str) -> None:
    """What is left of an item that is cleared: a new one of the same earning, which comes to what it came to."""
    add_version(connection, rest.item.earning, rest.minor, Cause.REST, reference, journal, rest.item.id)


def clear(connection: Connection, items: Iterable[int], journal: int) -> None:
    """Clear items without a payment."""
    rows = [{"item": each, "journal": journal, "payment": None} for each in items]
    connection.execute(insert(CLEARING), rows)


def end_debt(
    ledger: Ledger, command: Command, who: Payee, currency: str, minor: int, reason: str, posting_date: date
) -> Happened:
    """A debt, or a part of it, was paid back or is given up, the oldest items first. Raises Refused for more."""
    ending = Ending(command.kind)

    def work(connection: Connection, add: Add) -> None:
        everything = open_items(connection, head_of(connection).position)
        debts = [each for each in everything if each.minor < 0 and each.currency == currency]
        debts = [each for each in debts if (each.role, each.party) == (who.role, who.id)]
        owed = -sum(each.minor for each in debts)
        if not 0 < minor <= owed:
            had = f"owes {money_text(owed, currency)}" if owed else f"owes nothing in {currency}"
            raise Refused(f"{who.role} {who.id} {had}", "name an amount above zero, and no more than that")
        event = add({"role": who.role, "party": who.id, "currency": currency, "minor": minor, "reason": reason})
        journal = begin_journal(connection, event, ending, posting_date.isoformat(), reason)
        cleared, rest = _oldest(debts, minor)
        clear(connection, (each.id for each in cleared), journal)
        if rest is not None:
            add_rest(connection, rest, journal, reason)
        lines = (Line(AGAINST[ending], currency, minor), Line(Account.ACCRUED, currency, -minor))
        seal_journal(connection, journal, lines)

    return carry_out(ledger, command, work)


def _oldest(debts: Sequence[Open], minor: int) -> tuple[list[Open], Rest | None]:
    """The oldest debts that come to an amount, and what is left of the last of them."""
    cleared: list[Open] = []
    for each in debts:
        if minor <= 0:
            break
        cleared.append(each)
        if -each.minor > minor:
            return cleared, Rest(each, each.minor + minor)
        minor += each.minor
    return cleared, None


def forfeit(ledger: Ledger, command: Command, key: Mapping[str, str], reason: str, posting_date: date) -> Happened:
    """What is open of an earning is not owed any more. Raises Refused where nothing is."""

    def work(connection: Connection, add: Add) -> None:
        earning = find_earning(connection, key)
        items = [each for each in open_items(connection, head_of(connection).position) if each.earning == earning.id]
        minor = sum(each.minor for each in items)
        if minor <= 0:
            raise Refused("nothing is owed for this earning", "rung balance --earners lists what is owed")
        event = add({"earning": earning.id, "minor": minor, "reason": reason})
        journal = begin_journal(connection, event, Ending.FORFEIT, posting_date.isoformat(), reason)
        taken = add_version(connection, earning.id, -minor, Cause.CLAWBACK, reason, journal)
        clear(connection, [*(each.id for each in items), taken], journal)
        at = (earning.incentive, earning.period)
        lines = (Line(Account.ACCRUED, earning.currency, minor, *at), Line(Account.COST, earning.currency, -minor, *at))
        seal_journal(connection, journal, lines)

    return carry_out(ledger, command, work)
