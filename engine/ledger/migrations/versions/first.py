"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number(name: str, *, of: str = "", key: bool = False, null: bool = False) -> sa.Column[int]:
    refers = [sa.ForeignKey(of)] if of else []
    return sa.Column(name, NUMBER, *refers, primary_key=key, nullable=null, autoincrement=False)


def _text(name: str, *, of: str = "", key: bool = False) -> sa.Column[str]:
    refers = [sa.ForeignKey(of)] if of else []
    return sa.Column(name, sa.Text(), *refers, primary_key=key, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make them."""
    _log()
    _earnings()
    _runs()
    _payments()


def _log() -> None:
    op.create_table(
        "event",
        _number("seq", key=True),
        _text("command"),
        _text("kind"),
        _text("actor"),
        _text("at"),
        _text("body"),
        _bytes("leaf"),
        sa.UniqueConstraint(
            "command",
            name="event_once",
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        _number("id", key=True),
        _number("event", of="event.seq"),
        _text("kind"),
        _text("posting_date"),
        _text("reason"),
        sa.UniqueConstraint(
            "event",
            name="journal_once",
        ),
        sa.CheckConstraint("length(posting_date) = 10", name="posting_date_is_a_day"),
        sqlite_strict=True,
    )
    op.create_table(
        "posting",
        _number("journal", of="journal.id", key=True),
        _number("line", key=True),
        _text("account"),
        _text("incentive"),
        _text("earned_in"),
        _text("currency"),
        _number("minor"),
        sa.CheckConstraint("minor BETWEEN -9007199254740991 AND 9007199254740991", name="minor_is_safe"),
        sa.CheckConstraint("minor <> 0", name="minor_is_something"),
        sqlite_strict=True,
    )
    op.create_table(
        "seal",
        _number("journal", of="journal.id", key=True),
        _number("lines"),
        _number("items"),
        sqlite_strict=True,
    )


def _earnings() -> None:
    op.create_table(
        "earning",
        _number("id", key=True),
        _text("family"),
        _text("incentive"),
        _text("period"),
        _text("keys"),
        _text("partner"),
        _text("role"),
        _text("earner"),
        _text("source"),
        _text("currency"),
        _text("start"),
        _text("before"),
        sa.CheckConstraint("length(before) = 10", name="before_is_a_day"),
        sa.UniqueConstraint(
            "family",
            "incentive",
            "period",
            "keys",
            "partner",
            "role",
            "earner",
            "source",
            "currency",
            name="earning_once",
        ),
        sa.CheckConstraint("length(start) = 10", name="start_is_a_day"),
        sqlite_strict=True,
    )
    op.create_table(
        "item",
        _number("id", key=True),
        _number("earning", of="earning.id"),
        _number("version"),
        _text("role"),
        _text("party"),
        _text("currency"),
        _number("minor"),
        _number("total"),
        _number("run_total"),
        _text("cause"),
        _text("cause_ref"),
        _number("origin", null=True),
        _number("journal", of="journal.id"),
        sa.UniqueConstraint(
            "earning",
            "version",
            name="item_version_once",
        ),
        sa.CheckConstraint("minor BETWEEN -9007199254740991 AND 9007199254740991", name="minor_is_safe"),
        sa.CheckConstraint("run_total BETWEEN -9007199254740991 AND 9007199254740991", name="run_total_is_safe"),
        sa.CheckConstraint("total BETWEEN -9007199254740991 AND 9007199254740991", name="total_is_safe"),
        sqlite_strict=True,
    )
    op.create_index("item_of_journal", "item", ["journal"])
    op.create_index("item_of_origin", "item", ["origin"])


def _runs() -> None:
    op.create_table(
        "undecided",
        _number("earning", of="earning.id", key=True),
        _number("event", of="event.seq", key=True),
        _number("state"),
        sa.CheckConstraint("state IN (0, 1)", name="state_is_yes_or_no"),
        sqlite_strict=True,
    )
    op.create_table(
        "posted_run",
        _text("scope", key=True),
        _number("n", key=True),
        _text("run"),
        _text("root"),
        _text("as_of"),
        _number("event", of="event.seq"),
        sa.CheckConstraint("length(as_of) = 10", name="as_of_is_a_day"),
        sqlite_strict=True,
    )


def _payments() -> None:
    op.create_table(
        "plan",
        _text("id", key=True),
        _number("event", of="event.seq"),
        _text("pay_on"),
        sa.CheckConstraint("length(pay_on) = 10", name="pay_on_is_a_day"),
        sqlite_strict=True,
    )
    op.create_table(
        "payment",
        _number("id", key=True),
        _text("plan", of="plan.id"),
        _text("role"),
        _text("payee"),
        _text("currency"),
        _number("minor"),
        _text("end_to_end_id"),
        _number("journal", of="journal.id"),
        sa.UniqueConstraint(
            "end_to_end_id",
            name="end_to_end_once",
        ),
        sa.CheckConstraint("minor > 0", name="minor_is_positive"),
        sa.CheckConstraint("minor BETWEEN -9007199254740991 AND 9007199254740991", name="minor_is_safe"),
        sa.UniqueConstraint(
            "plan",
            "role",
            "payee",
            "currency",
            name="payment_once",
        ),
        sqlite_strict=True,
    )
    op.create_index("payment_of_journal", "payment", ["journal"])
    op.create_table(
        "clearing",
        _number("item", of="item.id", key=True),
        _number("journal", of="journal.id"),
        _number("payment", of="payment.id", null=True),
        sqlite_strict=True,
    )
    op.create_index("clearing_of_journal", "clearing", ["journal"])
    op.create_index("clearing_of_payment", "clearing", ["payment"])
    op.create_table(
        "release",
        _text("plan", of="plan.id", key=True),
        _number("event", of="event.seq"),
        _number("journal", of="journal.id", null=True),
        _text("file"),
        _text("sha256"),
        sqlite_strict=True,
    )
