"""The file with which a released plan is paid: a pure function of the plan and of what was dropped from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from engine.bank.control import control_payables
from engine.bank.instruction import Instruction, Payment, message_id, sums_of
from engine.bank.payables import payables_csv
from engine.ledger.ledger import Tampered
from engine.ledger.outbox import DELIVERED, FILES, Outbox, write_once
from engine.ledger.plan import Plan, id_of
from engine.ledger.planning import Due


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """Its name in the outbox, and its bytes; without payments it has neither."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def payment_file(ledger: str, plan: Plan, id: str, hash: str, at: str, going: Sequence[Due]) -> PaymentFile:
    """The file that pays what goes. `hash` is that of the plan, `at` the time when it was made."""
    if not going:
        return PaymentFile("", b"")
    payments = tuple(
        Payment(
            id_of(ledger, each),
            f"{each.payee.role} {each.payee.id}",
            "",
            None,
            each.currency,
            each.minor,
            f"{plan.period} {id}",
        )
        for each in going
    )
    instruction = Instruction(id, message_id(hash), at, plan.pay_on, None, payments)
    return PaymentFile(f"{FILES}/{id}.csv", payables_csv(instruction))


def deliver(outbox: Outbox, file: PaymentFile, going: Sequence[Due]) -> None:
    """Put the file into the outbox once, read it again, and compare. Raises Tampered.

    A file that was delivered and taken away is not written again: whoever took it may have paid it.
    """
    mark = f"{DELIVERED}/{file.name.partition('/')[2]}"
    if (outbox.folder / mark).exists() and not (outbox.folder / file.name).exists():
        return
    write_once(outbox, file.name, file.data)
    written = (outbox.folder / file.name).read_bytes()
    control, _ = control_payables(written, file.name)
    if written != file.data or control is None or (control.count, dict(control.sums)) != (len(going), sums_of(going)):
        raise Tampered(f"`{file.name}` in the outbox is not what was released")
    write_once(outbox, mark, f"{file.sha256}\n".encode())
