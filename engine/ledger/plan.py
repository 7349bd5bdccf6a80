"""A payment plan: a pure function of the ledger at a position of its log, and a day to pay on.

So a plan is never kept as it stands: its file is written from the ledger, and written again, byte for byte, to release
it. Its id is the hash of its header, which holds the hashes of everything else.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, text

from engine.bank.instruction import end_to_end_id, sums_of
from engine.canonical import Canonical, canonical_json, document_hash
from engine.ledger.controls import Controls, controls_document
from engine.ledger.facts import controls_at, facts_at
from engine.ledger.journal import Account
from engine.ledger.ledger import Tampered
from engine.ledger.log import Head, events, head_of
from engine.ledger.planning import Blocked, Due, Open, Outlook, open_items, outlook
from engine.ledger.posting import Cause
from engine.ledger.tied import untied
from engine.spreadsheet import csv_line

FORMAT = "rung.plan/v1"
PREFIX = "plan-"
DIGITS = 8
HEADER = "plan.json"
ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can say: files of a plan have none


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the bridge: what it is about, in minor units, and of how many items."""

    words: str
    currency: str
    minor: int
    items: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with everything it says; `before` is the last one, from whose items some are carried in."""

    ledger: str
    period: str
    head: Head
    pay_on: date
    controls: Controls
    outlook: Outlook
    before: str
    carried: int  # the last item that the plan before could have paid

    @property
    def sums(self) -> dict[str, int]:
        """What is to be paid, by currency."""
        return sums_of(self.outlook.due)


ACCRUED = text("""
SELECT posting.currency, -sum(posting.minor) FROM posting JOIN journal ON journal.id = posting.journal
WHERE posting.account = :account AND journal.event <= :position GROUP BY 1""")
LAST_ITEM = text("""
SELECT coalesce(max(item.id), 0) FROM item JOIN journal ON journal.id = item.journal
WHERE journal.event <= :position""")


def plan_at(connection: Connection, ledger: str, position: int, period: str, pay_on: date) -> Plan:
    """The plan at a position. It pays all that is open; the period is what it is made for.

    Raises Tampered if the open items are not what the accounts say is owed, or not what was posted.
    """
    items = open_items(connection, position)
    owed = sums_of(items)
    booked = {
        str(currency): int(minor)
        for currency, minor in connection.execute(ACCRUED, {"account": Account.ACCRUED.value, "position": position})
    }
    if {key: minor for key, minor in owed.items() if minor} != {key: minor for key, minor in booked.items() if minor}:
        raise Tampered(f"open items come to {owed}, but the accounts say {booked}")
    if wrong := untied(connection):
        raise Tampered(f"the items of event {wrong[0]} are not those that were posted: rows were added or changed")
    controls = controls_at(connection, position)
    found = outlook(items, facts_at(connection, position), controls)
    before, known = plan_before(connection, position)
    carried = int(connection.execute(LAST_ITEM, {"position": known}).scalar() or 0)
    return Plan(ledger, period, head_of(connection, position), pay_on, controls, found, before, carried)


def bridge(plan: Plan) -> tuple[Step, ...]:
    """From what was carried in to what is to be paid, by currency: each line is the sum of its items."""
    lines: dict[tuple[str, int, str], list[int]] = {}
    for each in _items(plan.outlook):
        words, place = _origin(each, plan)
        lines.setdefault((each.currency, place, words), []).append(each.minor)
    for currency in {key[0] for key in lines}:
        own = [minor for key, minors in lines.items() if key[0] == currency for minor in minors]
        lines[currency, 2, OPEN] = own
    for waiting in plan.outlook.blocked:
        lines.setdefault((waiting.currency, 3, waiting.reason.value.capitalize()), []).extend(
            -each.minor for each in waiting.items
        )
    for due in plan.outlook.due:
        lines.setdefault((due.currency, 4, TO_PAY), []).append(due.minor)
    left = _left(plan.outlook)
    for currency, minors in left.items():
        lines.setdefault((currency, 3, DEBT), []).extend(-minor for minor in minors)
    return tuple(
        Step(words, currency, sum(minors), len(minors)) for (currency, _, words), minors in sorted(lines.items())
    )


OPEN, TO_PAY, DEBT = "Open, equal to the ledger", "To pay", "Debt not kept back yet"


def _items(found: Outlook) -> Iterator[Open]:
    """Every open item, once."""
    for waiting in found.blocked:
        yield from waiting.items
    for due in found.due:
        yield from (*due.items, *due.debts)


def _left(found: Outlook) -> dict[str, list[int]]:
    """By currency, debts of payees that are paid all the same: what the controls do not let be kept back."""
    left: dict[str, list[int]] = {}
    for each in found.due:
        minors = [debt.minor for debt in each.debts] + ([each.rest.minor] if each.rest else [])
        if minors:
            left.setdefault(each.currency, []).extend(minors)
    return left


def _origin(item: Open, plan: Plan) -> tuple[str, int]:
    """Where an item comes from, in words, and the place of that line."""
    if item.id <= plan.carried:
        return f"Carried in ({plan.before})", 0
    words = {Cause.NEW: "New", Cause.CHANGED: "Changed", Cause.GONE: "Gone", Cause.CLAWBACK: "Taken back by hand"}
    said = words.get(Cause(item.cause), item.cause)
    return f"{said} {item.period}".rstrip(), 1


def plan_files(plan: Plan) -> dict[str, bytes]:
    """The files of a plan by name, the header first."""
    rest = {
        "payments.csv": _csv(PAYMENT, (payment_row(plan, each) for each in plan.outlook.due)),
        "items.csv": _csv(ITEM, (_item_row(due, each) for due in plan.outlook.due for each in due.items)),
        "blocked.csv": _csv(BLOCKED, (row for each in plan.outlook.blocked for row in _blocked_rows(each))),
    }
    return {HEADER: canonical_json(header(plan, rest)), **rest}


def header(plan: Plan, files: dict[str, bytes]) -> dict[str, Canonical]:
    """What a plan says first of all: its hash is the plan's id."""
    return {
        "format": FORMAT,
        "ledger": plan.ledger,
        "period": plan.period,
        "position": plan.head.position,
        "root": plan.head.root,
        "pay_on": plan.pay_on.isoformat(),
        "before": plan.before,
        "controls": document_hash(controls_document(plan.controls)),
        "payments": len(plan.outlook.due),
        "sums": plan.sums,
        "bridge": [[each.words, each.currency, each.minor, each.items] for each in bridge(plan)],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }


def plan_id(files: dict[str, bytes]) -> str:
    """The id of a plan, from its header."""
    return PREFIX + hashlib.sha256(files[HEADER]).hexdigest()[:DIGITS]


def plan_hash(files: dict[str, bytes]) -> str:
    """The whole hash of a plan's header."""
    return hashlib.sha256(files[HEADER]).hexdigest()


def plan_bytes(files: dict[str, bytes]) -> bytes:
    """The plan as one file: a zip without times, so that the same plan is the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, ZIPPED), data)
    return written.getvalue()


PAYMENT = ("role", "payee", "currency", "minor", "end_to_end_id")
ITEM = ("role", "payee", "currency", "item", "earning", "version", "incentive", "period", "keys", "partner", "earner",
        "source", "cause", "cause_ref", "minor")  # fmt: skip
BLOCKED = ("role", "payee", "currency", "reason", "item", "incentive", "period", "minor")


def payment_row(plan: Plan, due: Due) -> tuple[str, ...]:
    """A payment as a row."""
    return (due.payee.role, due.payee.id, due.currency, str(due.minor), id_of(plan.ledger, due))


def id_of(ledger: str, due: Due) -> str:
    """The end-to-end id: of the same items always the same, of others never."""
    keys = [(str(each.earning), each.version) for each in due.items]
    return end_to_end_id(ledger, f"{due.payee.role} {due.payee.id}", keys)


def _item_row(due: Due, item: Open) -> tuple[str, ...]:
    return (due.payee.role, due.payee.id, item.currency, str(item.id), str(item.earning), str(item.version),
            item.incentive, item.period, item.keys, item.partner, item.party, item.source, item.cause, item.cause_ref,
            str(item.minor))  # fmt: skip


def _blocked_rows(blocked: Blocked) -> Iterator[tuple[str, ...]]:
    for each in blocked.items:
        yield (blocked.payee.role, blocked.payee.id, each.currency, blocked.reason.value, str(each.id), each.incentive,
               each.period, str(each.minor))  # fmt: skip


def _csv(columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    return "".join(map(csv_line, (columns, *rows))).encode()


PLANNED, APPROVED = "plan", "approve"
"""Kinds of events after which a plan comes out the same as before them."""


def plan_before(connection: Connection, position: int) -> tuple[str, int]:
    """The last plan of an earlier position: its id and that position; ("", 0) without one."""
    found = ("", 0)
    for each in events(connection, PLANNED):
        if int(each.body["position"]) < position:
            found = str(each.body["plan"]), int(each.body["position"])
    return found


def last_position(connection: Connection) -> int:
    """The last event that could change a plan: with the same one, the same plan comes out."""
    return max((each.seq for each in events(connection) if each.kind not in (PLANNED, APPROVED)), default=0)


def banking_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
