"""The URL of a database, from the variable of the environment that has it. No message repeats any of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.records.codes import queries as codes
from engine.records.readers.query import POSTGRESQL, SQLITE, Refused

DRIVERS: Final = {
    "sqlite": SQLITE,
    "sqlite+pysqlite": SQLITE,
    "postgresql": POSTGRESQL,
    "postgresql+psycopg": POSTGRESQL,
}
FORMS: Final = "`sqlite:////folder/file.db` or `postgresql://user:password@host/database`"


def address_of(variable: str, environment: Mapping[str, str]) -> tuple[str, URL]:
    """The kind of the database, and its URL; `Refused` when there is none that can be used."""
    text = environment.get(variable, "").strip()  # a value that was read from a file may end in a line
    if not text:
        what = "is empty" if variable in environment else "is not set"
        raise _refused(f"the environment variable `{variable}` {what}", f"set it to the URL of the database: {FORMS}")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise _refused(f"the value of `{variable}` is not the URL of a database", f"write {FORMS}") from None
    dialect = DRIVERS.get(url.drivername)
    if dialect is None:
        name = url.drivername
        message = f"`{variable}` begins with `{name}://`, and no feed reads such a database"
        if name.startswith("postgres"):
            raise _refused(message, "write `postgresql://`; rung uses the driver psycopg")
        raise _refused(message, f"use {FORMS}; from another database, export the rows as a file")
    if dialect == SQLITE:
        _check_file(variable, url)
    return dialect, url


def _check_file(variable: str, url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.query or url.host:
        message = f"`{variable}` does not name a file as SQLite's URLs do"
        raise _refused(
            message, "write `sqlite:////folder/file.db`, or `sqlite:///file.db` for one in the present folder"
        )
    if not Path(url.database).is_file():
        message = f"`{variable}` names an SQLite file that does not exist"
        help = "correct the path; one from the root of the disk has four slashes: `sqlite:////folder/file.db`"
        raise Refused(codes.DATABASE_CLOSED, message, help)


def _refused(message: str, help: str) -> Refused:
    return Refused(codes.DATABASE_ADDRESS, message, help)
