"""The file of a ledger, opened so that a commit that was answered is on the disk, and one process writes at a time.

The settings are those that were tried with a disk that forgets what was not flushed: `synchronous` below FULL lost
commits. SQLite's driver must not begin transactions by itself: then a check and the insert behind it are not one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

BUSY: Final = 10_000  # milliseconds to wait for another writer
SETTINGS: Final = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "synchronous": 2,  # FULL
    "busy_timeout": BUSY,
}
JOURNAL: Final = "wal"


class Busy(Exception):
    """Another process is writing, and did not end in time."""


class Unusable(Exception):
    """The file cannot be read or written: the disk is full, or it is no ledger. The message says what SQLite says."""


@contextmanager
def usable() -> Iterator[None]:
    """What SQLite says of the file and the disk becomes Unusable; what a guard says stays as it is."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError):
        raise
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise Unusable(str(getattr(error, "orig", error))) from error


def open_database(path: Path, *, read_only: bool = False) -> Engine:
    """An engine on the file, which must exist unless a ledger is being made. Nothing is read yet."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # transactions begin where `writing` says so
        cursor = raw.cursor()
        for name, value in SETTINGS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        if read_only:
            cursor.execute("PRAGMA query_only = 1")
        else:
            cursor.execute(f"PRAGMA journal_mode = {JOURNAL}")
        cursor.close()

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One state of the ledger, however long it is read. Raises Unusable."""
    with usable(), engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """The one writer's transaction: all of it is kept, or nothing. Raises Busy and Unusable."""
    with usable(), engine.connect() as connection:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise Busy from error
            raise
        try:
            yield connection
        except BaseException:
            if connection.connection.in_transaction:
                connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def unsafe_settings(connection: Connection) -> tuple[str, ...]:
    """What of the settings is not as it must be, for `rung doctor`."""
    expected = {**SETTINGS, "journal_mode": JOURNAL}
    found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in expected}
    return tuple(f"{name} is {found[name]}, not {value}" for name, value in expected.items() if found[name] != value)
