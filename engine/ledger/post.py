"""`rung post`: book what a run says, by difference, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select

from engine.canonical import Canonical
from engine.ledger.database import reading
from engine.ledger.ledger import Command, Ledger, Refused, carry_out
from engine.ledger.posting import Answer, Suspicion, book, stage, suspicions
from engine.ledger.tables import POSTED_RUN

if TYPE_CHECKING:
    from engine.ledger.log import Happened

SHOWN = 3  # periods named in a message


@dataclass(frozen=True, slots=True)
class Last:
    """The run that was posted last for a program: how many were, its id and its day."""

    n: int
    run: str
    as_of: date


Add = Callable[[Mapping[str, Canonical]], int]


def post(ledger: Ledger, command: Command, answer: Answer, posting_date: date, reason: str = "") -> Happened:
    """Book what a run says. With a `reason`, what looks like a part of the records is acknowledged.

    Only the run that was posted last is posted already: one that comes back after another is posted again. Raises
    Refused for a run that is older than the one posted last, and for one that has lost too much.
    """
    with reading(ledger.engine) as connection:
        before = last_posted(connection, answer.family)
    number = (before.n if before.run == answer.run else before.n + 1) if before else 1

    def work(connection: Connection, add: Add) -> None:
        last = last_posted(connection, answer.family)
        if last != before:
            raise Refused("another run was posted in the meantime", "post again")
        if last is not None and answer.as_of < last.as_of:
            message = f"{answer.run} is of {answer.as_of}, and {last.run} of {last.as_of} is posted already"
            raise Refused(message, "evaluate again for a later day, and post that run")
        found = stage(connection, answer)
        doubtful = suspicions(connection, answer.family)
        if doubtful and not reason:
            cure = "look for missing records; if it is right, say why: --acknowledge gone --reason TEXT"
            raise Refused(said_of(answer.run, doubtful), cure)
        event = add(
            {
                "run": answer.run,
                "root": answer.root,
                "family": answer.family,
                "as_of": answer.as_of.isoformat(),
                "posting_date": posting_date.isoformat(),
                "acknowledged": reason if doubtful else "",
                "differences": [
                    [each.incentive, each.period, each.currency, each.cause, each.items, each.minor] for each in found
                ],
            }
        )
        book(connection, answer, found, event, posting_date)
        row = {"scope": answer.family, "n": number, "run": answer.run, "root": answer.root,
               "as_of": answer.as_of.isoformat(), "event": event}  # fmt: skip
        connection.execute(insert(POSTED_RUN).values(row))

    return carry_out(ledger, replace(command, subject=f"{answer.run} as number {number} of {answer.family}"), work)


def last_posted(connection: Connection, family: str) -> Last | None:
    """The run that was posted last for a program: its number, id and day."""
    query = select(POSTED_RUN.c.n, POSTED_RUN.c.run, POSTED_RUN.c.as_of).where(POSTED_RUN.c.scope == family)
    found = connection.execute(query.order_by(POSTED_RUN.c.n.desc()).limit(1)).first()
    return None if found is None else Last(found.n, found.run, date.fromisoformat(found.as_of))


def said_of(run: str, doubtful: tuple[Suspicion, ...]) -> str:
    """What is suspicious, in a sentence."""
    from engine.bank.instruction import money_text

    said = [
        f"{each.keys} of {each.of} earnings of {each.incentive} {each.period}".rstrip()
        + f" with {money_text(each.minor, each.currency)}"
        for each in doubtful[:SHOWN]
    ]
    more = f", and {len(doubtful) - SHOWN} more periods" if len(doubtful) > SHOWN else ""
    return f"{run} no longer has {', '.join(said)}{more}: a part of the records may be missing"
