"""Databases open for reading: each is asked in one transaction, so that all queries of a feed see one state."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from sys import getsizeof
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, CursorResult, NullPool, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from engine.databases.address import address_of
from engine.databases.faults import HOURS, WAIT, too_long, why_closed, why_failed
from engine.records.codes import queries as codes
from engine.records.readers.query import POSTGRESQL, SQLITE, Answer, Refused

BATCH: Final = 1_000  # rows fetched at a time
FIRST: Final = 10  # rows fetched first: how long they are says how many more are
MOST_BYTES: Final = 16 << 20  # of rows fetched at a time; a single one may have more
GROWTH: Final = 4  # times as many rows are fetched next, while they are short
STREAMED: Final[Mapping[str, Any]] = {"stream_results": True, "max_row_buffer": BATCH}
LIMIT: Final = HOURS * 3_600  # seconds
PATIENCE: Final = 5  # seconds to wait for another program that writes into an SQLite file
STEPS: Final = 10_000  # of SQLite between two looks at the clock: some milliseconds
READING: Final = (
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,  # the end of ours; a query that begins with another word than SELECT was refused
)
SETTINGS: Final = (  # of PostgreSQL: how it writes values as texts must not follow what is set for a role
    f"statement_timeout = '{LIMIT}s'",
    "standard_conforming_strings = on",
    "TimeZone = 'UTC'",
    "DateStyle = 'ISO, YMD'",
    "IntervalStyle = 'postgres'",
    "extra_float_digits = 1",
    "bytea_output = 'hex'",
    "xmlbinary = 'base64'",
    "lc_monetary = 'C'",
    "lc_numeric = 'C'",
    "lc_time = 'C'",
)
INSTALL: Final = "install rung with its extra: `pip install '.[postgres]'` in the folder of rung"


@dataclass
class _Open:
    """A connection in its transaction. Holds state: when the query that runs has to be done."""

    dialect: str
    url: URL
    connection: Connection
    deadline: int = 0

    def is_late(self) -> bool:
        """Whether the query that runs has taken too long."""
        return time.monotonic_ns() > self.deadline

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What the driver raises while it works becomes `Refused`, or Ctrl-C where that is what stopped it."""
        try:
            yield
        except DBAPIError as error:
            if self.is_late():
                self._restart()
                raise too_long() from None
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None  # it came while SQLite asked about the clock, and ended there
            self._restart()
            raise why_failed(error, self.url) from None

    def _restart(self) -> None:
        """Begin again, so that what is wrong with the other queries is told, too."""
        with suppress(SQLAlchemyError, sqlite3.Error):
            self.connection.rollback()
            BEGIN[self.dialect](self)

    def answer(self, query: str) -> Answer:
        """The columns and rows of a query."""
        self.deadline = time.monotonic_ns() + LIMIT * 1_000_000_000
        with self.asked():
            result = self.connection.exec_driver_sql(query, execution_options=STREAMED)
            described = result.cursor.description if result.returns_rows else None
        return Answer(self.dialect, tuple(str(each[0]) for each in described or ()), self._rows(result))

    def _rows(self, result: CursorResult[Any]) -> Iterator[Sequence[Sequence[object]]]:
        """The rows, some at a time, and fewer where they are long: no value has a limit before it was read.

        SQLite makes one row after the other, so that each is weighed before the next one. A server sends as many as it
        is asked for.
        """
        cursor: Any = result.cursor  # its type does not say that it gives rows
        number, rows = FIRST, iter(cursor or ())
        while True:
            with self.asked():
                batch = light(rows) if self.dialect == SQLITE else result.fetchmany(number)
            if not batch:
                return
            if self.is_late():
                raise too_long()
            number = next_number(number, batch)
            yield batch


def weight(row: Sequence[object]) -> int:
    """How many bytes of memory the values of a row take."""
    return sum(map(getsizeof, row))


def light(rows: Iterator[Sequence[object]]) -> Sequence[Sequence[object]]:
    """The next rows of SQLite, up to the first with which they are too heavy together.

    They are taken from the driver itself, which is twice as fast for rows one by one.
    """
    taken: list[Sequence[object]] = []
    left = MOST_BYTES
    try:
        for row in islice(rows, BATCH):
            taken.append(row)
            left -= weight(row)
            if left < 0:
                break
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from None
    return taken


def next_number(number: int, batch: Sequence[Sequence[object]]) -> int:
    """How many rows to fetch behind a batch: more than before, but not too many if all are as heavy as its heaviest.

    >>> next_number(10, [("a",)]), next_number(1000, [("a" * 4_000_000,)]), next_number(10, [("a" * 99_000_000,)])
    (40, 4, 1)
    """
    return max(1, min(BATCH, GROWTH * number, MOST_BYTES // max(1, *map(weight, batch))))


class OpenDatabases:
    """The databases of one import, opened when they are asked first. Holds state: the connections."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.open: dict[str, _Open] = {}

    def ask(self, variable: str, query: str) -> Answer:
        """The answer to a query; `Refused` when there is none."""
        if variable not in self.open:
            dialect, url = address_of(variable, self.environment)
            try:
                connection = connected(dialect, url)
                self.open[variable] = _Open(dialect, url, connection)
                BEGIN[dialect](self.open[variable])
            except ImportError:
                message = "the driver of PostgreSQL is not installed"
                raise Refused(codes.DATABASE_ADDRESS, message, INSTALL) from None
            except (SQLAlchemyError, sqlite3.Error) as error:
                raise why_closed(variable, error) from None
        return self.open[variable].answer(query)

    def close(self) -> None:
        """Let go of every connection."""
        for each in self.open.values():
            with suppress(SQLAlchemyError):
                each.connection.close()
        self.open.clear()


def connected(dialect: str, url: URL) -> Connection:
    """A connection on which nothing can be changed. It takes a query as written: no sign in it is a parameter."""
    if dialect == SQLITE:
        engine = create_engine(URL.create("sqlite"), creator=lambda: _read_only(url), poolclass=NullPool)
        more: dict[str, Any] = {}
    else:
        given = {"connect_timeout": WAIT, "client_encoding": "utf8", "application_name": "rung"}
        engine = create_engine(url.set(drivername="postgresql+psycopg"), connect_args=given, poolclass=NullPool)
        more = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return engine.connect().execution_options(no_parameters=True, **more)


def _read_only(url: URL) -> sqlite3.Connection:
    """An SQLite file, opened so that nothing can be written to it."""
    path = quote(str(Path(url.database or "").absolute()))
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=PATIENCE)


def _begin_sqlite(opened: _Open) -> None:
    driver = opened.connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not a connection to SQLite")
    driver.set_authorizer(None)
    driver.set_progress_handler(None, 0)
    driver.execute("PRAGMA query_only = ON")
    driver.execute("BEGIN")
    driver.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the state that all queries see
    driver.set_authorizer(_only_reading)
    driver.set_progress_handler(opened.is_late, STEPS)


def _only_reading(action: int, *details: object) -> int:
    """Whether SQLite may do what a query asks for; it asks before anything runs."""
    return sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY


def _begin_postgresql(opened: _Open) -> None:
    for each in SETTINGS:
        opened.connection.exec_driver_sql(f"SET LOCAL {each}")


BEGIN: Final[Mapping[str, Callable[[_Open], None]]] = {SQLITE: _begin_sqlite, POSTGRESQL: _begin_postgresql}
