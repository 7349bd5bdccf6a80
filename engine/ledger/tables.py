"""The tables of a ledger, declared once for every database. Rows are only added: `guards.py` refuses anything else.

Money is a whole number of the smallest unit of its currency, within what every reader can hold (2**53 - 1). Days are
ISO texts. Ids are given under the lock of the one writer, never by a sequence: a number that is skipped looks like a
row that is gone. A key has no NULL, because two NULLs are never equal: what an earning does not have is "".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from engine.canonical import SAFE_INTEGER

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.schema import SchemaItem

STRICT = {"sqlite_strict": True}
NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # a strict table of SQLite knows INTEGER alone, of 64 bits


def _number(*more: SchemaItem, key: bool = False, null: bool = False) -> Any:  # noqa: ANN401 - as SQLModel's Field
    """A column of whole numbers."""
    return Field(sa_column=Column(NUMBER, *more, primary_key=key, nullable=null, autoincrement=False))


def _text(*more: SchemaItem, key: bool = False) -> Any:  # noqa: ANN401 - as SQLModel's Field
    """A column of text, which is never missing."""
    return Field(sa_column=Column(Text, *more, primary_key=key, nullable=False))


def _day(name: str) -> CheckConstraint:
    """Whether a column is a day as ISO text."""
    return CheckConstraint(f"length({name}) = 10", f"{name}_is_a_day")


def _money(name: str) -> CheckConstraint:
    """Whether a column is an amount that every reader can hold."""
    return CheckConstraint(f"{name} BETWEEN -{SAFE_INTEGER} AND {SAFE_INTEGER}", f"{name}_is_safe")


class Event(SQLModel, table=True):
    """What was done, by whom: the log. `body` is canonical JSON; `leaf` the hash of the whole event in the tree."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("command", name="event_once"), STRICT)

    seq: int = _number(key=True)
    command: str = _text()  # its id: the same command a second time is the same event
    kind: str = _text()
    actor: str = _text()
    at: str = _text()
    body: str = _text()
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Journal(SQLModel, table=True):
    """A booking: lines of totals, and the items it makes or clears."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("event", name="journal_once"), _day("posting_date"), STRICT)

    id: int = _number(key=True)
    event: int = _number(ForeignKey("event.seq"))
    kind: str = _text()
    posting_date: str = _text()
    reason: str = _text()


class Posting(SQLModel, table=True):
    """A line of a journal; debits are positive."""

    __tablename__ = "posting"
    __table_args__ = (_money("minor"), CheckConstraint("minor <> 0", "minor_is_something"), STRICT)

    journal: int = _number(ForeignKey("journal.id"), key=True)
    line: int = _number(key=True)
    account: str = _text()
    incentive: str = _text()  # "" where the line is of none
    earned_in: str = _text()
    currency: str = _text()
    minor: int = _number()


class Seal(SQLModel, table=True):
    """The end of a journal: how many lines and items it has. The database refuses a wrong one."""

    __tablename__ = "seal"
    __table_args__ = (STRICT,)

    journal: int = _number(ForeignKey("journal.id"), key=True)
    lines: int = _number()
    items: int = _number()  # made and cleared


EARNING_KEY = ("family", "incentive", "period", "keys", "partner", "role", "earner", "source", "currency")


class Earning(SQLModel, table=True):
    """A key, without an amount: what may be earned once. `role` says whether the earner is the partner or a seller."""

    __tablename__ = "earning"
    __table_args__ = (UniqueConstraint(*EARNING_KEY, name="earning_once"), *map(_day, ("start", "before")), STRICT)

    id: int = _number(key=True)
    family: str = _text()
    incentive: str = _text()
    period: str = _text()
    keys: str = _text()
    partner: str = _text()
    role: str = _text()
    earner: str = _text()
    source: str = _text()
    currency: str = _text()
    start: str = _text()  # days between which its period or its record is: a run that decides all of them decides it
    before: str = _text()


class Item(SQLModel, table=True):
    """A difference that is owed, or owed back: a version of an earning. `total` is what the earning comes to with it;
    `run_total` what the last posted run said, which a manual target leaves as it was.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("earning", "version", name="item_version_once"),
        *map(_money, ("minor", "total", "run_total")),
        Index("item_of_journal", "journal"),
        Index("item_of_origin", "origin"),
        STRICT,
    )

    id: int = _number(key=True)
    earning: int = _number(ForeignKey("earning.id"))
    version: int = _number()
    role: str = _text()
    party: str = _text()
    currency: str = _text()
    minor: int = _number()
    total: int = _number()
    run_total: int = _number()
    cause: str = _text()
    cause_ref: str = _text()
    origin: int | None = _number(null=True)  # the item of which this one is what is left
    journal: int = _number(ForeignKey("journal.id"))


class Clearing(SQLModel, table=True):
    """An item is cleared once, whole, by one journal: its key is the item. `payment` is set where it was paid."""

    __tablename__ = "clearing"
    __table_args__ = (Index("clearing_of_journal", "journal"), Index("clearing_of_payment", "payment"), STRICT)

    item: int = _number(ForeignKey("item.id"), key=True)
    journal: int = _number(ForeignKey("journal.id"))
    payment: int | None = _number(ForeignKey("payment.id"), null=True)


class Payment(SQLModel, table=True):
    """What was released to one payee in one currency."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("plan", "role", "payee", "currency", name="payment_once"),
        UniqueConstraint("end_to_end_id", name="end_to_end_once"),
        _money("minor"),
        CheckConstraint("minor > 0", "minor_is_positive"),
        Index("payment_of_journal", "journal"),
        STRICT,
    )

    id: int = _number(key=True)
    plan: str = _text(ForeignKey("plan.id"))
    role: str = _text()
    payee: str = _text()
    currency: str = _text()
    minor: int = _number()
    end_to_end_id: str = _text()
    journal: int = _number(ForeignKey("journal.id"))


class PostedRun(SQLModel, table=True):
    """The runs that were posted for a scope, in order: the last is its head."""

    __tablename__ = "posted_run"
    __table_args__ = (_day("as_of"), STRICT)

    scope: str = _text(key=True)
    n: int = _number(key=True)
    run: str = _text()
    root: str = _text()
    as_of: str = _text()
    event: int = _number(ForeignKey("event.seq"))


class Undecided(SQLModel, table=True):
    """From which posted run on it is not known what an earning comes to (1), or is known again (0). Undecided, it keeps
    what it was, and is not paid.
    """

    __tablename__ = "undecided"
    __table_args__ = (CheckConstraint("state IN (0, 1)", "state_is_yes_or_no"), STRICT)

    earning: int = _number(ForeignKey("earning.id"), key=True)
    event: int = _number(ForeignKey("event.seq"), key=True)
    state: int = _number()


class Plan(SQLModel, table=True):
    """A payment plan: its id is the hash of its header."""

    __tablename__ = "plan"
    __table_args__ = (_day("pay_on"), STRICT)

    id: str = _text(key=True)
    event: int = _number(ForeignKey("event.seq"))
    pay_on: str = _text()


class Release(SQLModel, table=True):
    """A plan is released once; `file` is its bank file, by hash."""

    __tablename__ = "release"
    __table_args__ = (STRICT,)

    plan: str = _text(ForeignKey("plan.id"), key=True)
    event: int = _number(ForeignKey("event.seq"))
    journal: int | None = _number(ForeignKey("journal.id"), null=True)  # none where all was dropped
    file: str = _text()
    sha256: str = _text()


METADATA = SQLModel.metadata
TABLES = tuple(METADATA.sorted_tables)


def _table(name: str) -> Table:
    """A table that a model declares: rows are written and read by statements, never by sessions."""
    return METADATA.tables[name]


EVENT, JOURNAL, POSTING, SEAL = map(_table, ("event", "journal", "posting", "seal"))
EARNING, ITEM, CLEARING, PAYMENT = map(_table, ("earning", "item", "clearing", "payment"))
POSTED_RUN, PLAN, RELEASE = map(_table, ("posted_run", "plan", "release"))
