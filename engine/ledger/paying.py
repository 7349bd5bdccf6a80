"""`rung pay plan`, `approve` and `release`: what is to be paid, who agreed, and that it was paid once.

A release pays what was approved, or drops a payment and names it; it never pays another amount. A payment goes if the
same one comes out of what the plan knew and all that has become known since that could make it too much.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, func, insert, select

from engine.bank.instruction import money_text, sums_of
from engine.canonical import Canonical
from engine.ledger.clearing import add_rest
from engine.ledger.controls import Controls
from engine.ledger.database import reading
from engine.ledger.facts import controls_at, facts_at
from engine.ledger.journal import Account, Line, begin_journal, seal_journal
from engine.ledger.ledger import Command, Ledger, Person, Refused, Tampered, carry_out, check_outbox
from engine.ledger.log import events, head_of
from engine.ledger.payment_file import PaymentFile, deliver, payment_file
from engine.ledger.people import actors_at, checkers_of, holder_of
from engine.ledger.plan import (
    APPROVED,
    HEADER,
    PLANNED,
    Plan,
    id_of,
    last_position,
    plan_at,
    plan_files,
    plan_hash,
    plan_id,
)
from engine.ledger.planning import Due, open_items, outlook
from engine.ledger.tables import CLEARING, PAYMENT, PLAN, RELEASE
from engine.signing.sshsig import BadSignature, verify

if TYPE_CHECKING:
    from engine.ledger.log import Happened
    from engine.ledger.post import Add

NAMESPACE: Final = "rung-plan@v1"
RELEASED: Final = "release"


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that was made: its id, the hash of its header, and its files."""

    id: str
    hash: str
    plan: Plan
    files: Mapping[str, bytes]
    maker: str
    at: str

    @property
    def text(self) -> bytes:
        """What a checker signs."""
        return approval_text(json.loads(self.files[HEADER]), self.hash)


def make_plan(ledger: Ledger, person: Person, at: str, period: str, pay_on: date) -> Planned:
    """Plan what is to be paid, from all that the ledger knows now. Until it knows more, it is the same plan."""
    with reading(ledger.engine) as connection:
        position = last_position(connection)
    command = Command(PLANNED, f"{period} {pay_on} at {position}", person, at)

    def work(connection: Connection, add: Add) -> None:
        if last_position(connection) != position:
            raise Refused("something was booked in the meantime", "plan again")
        plan = plan_at(connection, ledger.id, position, period, pay_on)
        if not plan.outlook.due and not plan.outlook.blocked:
            raise Refused("nothing is open, so there is nothing to plan", "post a run first: rung post RUN")
        files = plan_files(plan)
        body: Mapping[str, Canonical] = {"plan": plan_id(files), "hash": plan_hash(files), "position": position,
                                         "period": period, "pay_on": pay_on.isoformat()}  # fmt: skip
        connection.execute(insert(PLAN).values(id=plan_id(files), event=add(body), pay_on=pay_on.isoformat()))

    made = carry_out(ledger, command, work)
    with reading(ledger.engine) as connection:
        return read_plan(connection, ledger, str(made.body["plan"]))


def read_plan(connection: Connection, ledger: Ledger, id: str) -> Planned:
    """A plan, written again from the ledger. Raises Refused if there is none, Tampered if it comes out otherwise."""
    made = next((each for each in events(connection, PLANNED) if each.body["plan"] == id), None)
    if made is None:
        raise Refused(f"there is no plan `{id}` in this ledger", "name it as `rung pay plan` did")
    pay_on = date.fromisoformat(made.body["pay_on"])
    plan = plan_at(connection, ledger.id, int(made.body["position"]), str(made.body["period"]), pay_on)
    files = plan_files(plan)
    if plan_hash(files) != made.body["hash"]:
        raise Tampered(f"`{id}` does not come out of the ledger as it was made: rows were changed")
    return Planned(id, plan_hash(files), plan, files, made.actor, made.at)


def approval_text(header: Mapping[str, object], hash: str) -> bytes:
    """What a checker signs: for people to read, and bound to the whole plan by its hash."""
    sums = header["sums"]
    assert isinstance(sums, dict)
    lines = [
        "rung payment plan",
        f"plan: {hash}",
        f"ledger: {header['ledger']}",
        f"position: {header['position']} {header['root']}",
        f"pay on: {header['pay_on']}",
        f"payments: {header['payments']}",
        *(f"sum: {money_text(minor, currency)}" for currency, minor in sorted(sums.items())),
        f"controls: {header['controls']}",
    ]
    return "".join(f"{each}\n" for each in lines).encode()


def approve(ledger: Ledger, command: Command, id: str, signature: str) -> Happened:
    """Note that the person whose signature this is agreed to a plan.

    Raises Refused if it is not a signature of this plan, or of somebody who may not agree: the maker, where there is
    anybody else.
    """

    def work(connection: Connection, add: Add) -> None:
        planned = read_plan(connection, ledger, id)
        actors = actors_at(connection)
        try:
            key = verify(signature, NAMESPACE, planned.text)
        except BadSignature as error:
            raise Refused(f"the signature is not one of `{id}`: {error}", "sign the plan as it is") from error
        holder = holder_of(actors, key.text)
        if holder is None:
            cure = "an owner runs: rung actor add NAME --key FILE --roles checker"
            raise Refused(f"nobody with the key {key.fingerprint} is enrolled", cure)
        if holder.name not in checkers_of(connection, planned.maker):
            why = "made it" if holder.name == planned.maker else "is not a checker"
            raise Refused(f"{holder.name} may not approve `{id}`: {holder.name} {why}", "ask another checker")
        add({"plan": id, "hash": planned.hash, "person": holder.name, "signature": signature})

    return carry_out(ledger, command, work)


def approvals_of(connection: Connection, planned: Planned, before: int | None = None) -> frozenset[str]:
    """Who agreed to a plan as it is, up to a position: every signature is verified again, with the key held then."""
    actors = actors_at(connection, before)
    agreed: set[str] = set()
    for each in events(connection, APPROVED, before):
        try:
            holder = holder_of(actors, verify(str(each.body["signature"]), NAMESPACE, planned.text).text)
        except BadSignature:
            continue  # it is of another plan, or none
        if holder is not None:
            agreed.add(holder.name)
    return frozenset(agreed)


@dataclass(frozen=True, slots=True)
class Paid:
    """A release: what goes, and what was dropped, of a plan."""

    planned: Planned
    going: tuple[Due, ...]
    dropped: tuple[Due, ...]
    file: PaymentFile
    approved: frozenset[str]
    is_new: bool  # whether it was released just now

    @property
    def is_independent(self) -> bool:
        """Whether somebody else than the maker agreed."""
        return bool(self.approved - {self.planned.maker})


def release(ledger: Ledger, command: Command, id: str, posting_date: date) -> Paid:
    """Clear what the plan pays, once, and write its file into the outbox. Again: the same, and nothing new.

    Raises Refused without approvals enough.
    """

    def work(connection: Connection, add: Add) -> None:
        planned = read_plan(connection, ledger, id)
        controls = controls_at(connection, head_of(connection).position)
        _agreed(connection, planned, controls)
        going, dropped = _still_safe(connection, planned, controls)
        file = payment_file(ledger.id, planned.plan, planned.id, planned.hash, planned.at, going)
        event = add({"plan": id, "hash": planned.hash, "dropped": [each.said for each in dropped]})
        journal = _clear(connection, ledger, id, event, going, posting_date) if going else None
        row = {"plan": id, "event": event, "journal": journal, "file": file.name, "sha256": file.sha256}
        connection.execute(insert(RELEASE).values(row))

    command_done = carry_out(ledger, command, work)
    with reading(ledger.engine) as connection:
        planned = read_plan(connection, ledger, id)
        row = connection.execute(select(RELEASE).where(RELEASE.c.plan == id)).one()
        approved = approvals_of(connection, planned, row.event)
    names = {tuple(each) for each in command_done.body["dropped"]}
    due = planned.plan.outlook.due
    going = tuple(each for each in due if each.said not in names)
    file = payment_file(ledger.id, planned.plan, planned.id, planned.hash, planned.at, going)
    if (file.name, file.sha256) != (row.file, row.sha256):
        raise Tampered(f"the file of `{id}` does not come out as it was released")
    if going:
        check_outbox(ledger)  # another copy may have gone on while this one worked: then it may have paid
        deliver(ledger.outbox, file, going)
    dropped = tuple(each for each in due if each.said in names)
    return Paid(planned, going, dropped, file, approved, command_done.is_new)


def _agreed(connection: Connection, planned: Planned, controls: Controls) -> None:
    """Whether enough persons agreed who still may. Raises Refused."""
    able = checkers_of(connection, planned.maker)
    agreed = approvals_of(connection, planned) & able
    needed = 1 if planned.maker in able else controls.checkers(planned.plan.sums)
    if len(agreed) < needed:
        message = f"`{planned.id}` has {len(agreed)} of {needed} approvals"
        raise Refused(message, f"a checker signs it: rung pay approve {planned.id}.rung")


def _still_safe(
    connection: Connection, planned: Planned, controls: Controls
) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
    """Payments of a plan that still come out the same, and those that do not."""
    position = head_of(connection).position
    found = planned.plan.outlook
    known = {item.id for due in found.due for item in (*due.items, *due.debts)}
    known |= {item.id for waiting in found.blocked for item in waiting.items}
    items = [each for each in open_items(connection, position) if each.id in known or each.minor < 0]
    now = {(each.payee, each.currency): each for each in outlook(items, facts_at(connection, position), controls).due}
    safe: list[Due] = []
    dropped: list[Due] = []
    for each in planned.plan.outlook.due:
        (safe if now.get((each.payee, each.currency)) == each else dropped).append(each)
    return tuple(safe), tuple(dropped)


def _clear(
    connection: Connection, ledger: Ledger, id: str, event: int, going: tuple[Due, ...], posting_date: date
) -> int:
    """The journal of a release: payments, the items they clear, and what is left of debts."""
    journal = begin_journal(connection, event, RELEASED, posting_date.isoformat(), id)
    payment = connection.execute(select(func.max(PAYMENT.c.id))).scalar() or 0
    payments, clearings = [], []
    for each in going:
        payment += 1
        payments.append({"id": payment, "plan": id, "role": each.payee.role, "payee": each.payee.id,
                         "currency": each.currency, "minor": each.minor, "end_to_end_id": id_of(ledger.id, each),
                         "journal": journal})  # fmt: skip
        clearings += [{"item": one.id, "journal": journal, "payment": payment} for one in each.items]
    connection.execute(insert(PAYMENT), payments)
    connection.execute(insert(CLEARING), clearings)
    for each in going:
        if each.rest is not None:
            add_rest(connection, each.rest, journal, id)
    lines = [
        line
        for currency, minor in sums_of(going).items()
        for line in (Line(Account.ACCRUED, currency, minor), Line(Account.IN_TRANSIT, currency, -minor))
    ]
    seal_journal(connection, journal, lines)
    return journal
