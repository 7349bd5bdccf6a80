"""What a driver says when something is wrong, in messages that give away no user, password or host."""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from engine.records.codes import queries as codes
from engine.records.readers.query import Refused

HOURS: Final = 1  # that a query may take
WAIT: Final = 10  # seconds for a server to answer

HELP: Final = "try the query in the shell of the database, with the user of the URL"
WHY_CLOSED: Final = (  # words of the driver, what they mean, and a cure; the first that fits counts
    ("password", "does not accept the user and password", "correct them in the URL"),
    ("role ", "does not know the user", "correct the user in the URL"),
    ("pg_hba", "does not let this user in from here", "let the server accept this user and machine"),
    ("database ", "has no database of this name, or does not let the user in", "correct the name in the URL"),
    ("translate host", "has a host that is not known", "correct the host in the URL"),
    ("resolve host", "has a host that is not known", "correct the host in the URL"),
    ("timeout", f"gives no answer within {WAIT} seconds", "correct host and port in the URL, or start the server"),
    ("refused", "is not running, or not at this host and port", "correct them in the URL, or start the server"),
    ("No such file", "is not running, or not at this host and port", "correct them in the URL, or start the server"),
    ("SSL", "cannot be reached by the kind of connection the URL asks for", "correct `sslmode` in the URL"),
    ("certificate", "cannot prove who it is", "correct `sslmode` and `sslrootcert` in the URL"),
)
READS_ONLY: Final = "it would do more than read"


def why_closed(variable: str, error: Exception) -> Refused:
    """Why a database cannot be opened, for what a driver raised."""
    cause = getattr(error, "orig", None) or error
    said = str(cause)
    if isinstance(cause, sqlite3.Error):
        message, help = (
            f"`{variable}` names a file that cannot be read as SQLite",
            "name an SQLite file that you may read",
        )
        if "locked" in said:
            message, help = f"the SQLite file of `{variable}` is locked by another program", "import when it is done"
        return Refused(codes.DATABASE_CLOSED, message, help)
    for words, reason, help in WHY_CLOSED:
        if words in said:
            return Refused(codes.DATABASE_CLOSED, f"the server of `{variable}` {reason}", help)
    help = "correct the URL, or let the server accept this user"
    return Refused(codes.DATABASE_CLOSED, f"the server of `{variable}` did not open a connection", help)


def why_failed(error: DBAPIError, url: URL) -> Refused:
    """Why a query has no answer."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        reason = READS_ONLY if "not authorized" in str(cause) else str(cause)
        return _failed(reason, HELP, url)
    said = getattr(cause, "diag", None)
    state = getattr(cause, "sqlstate", None)
    if state == "57014":  # cancelled: by its limit of time, as Ctrl-C is no error
        return too_long()
    if state and said is not None and said.message_primary:
        return _failed(str(said.message_primary), str(said.message_hint or HELP), url)
    if type(cause).__name__ == "DataError":  # of the driver: a value that Python cannot hold
        return _failed(str(cause), "cast the column to text in the query, or leave it out", url)
    return Refused(codes.QUERY_FAILED, "the connection to the database was lost", "import again")


def too_long() -> Refused:
    """A query that has used up its time."""
    help = "read fewer rows, or let the database prepare them in a table"
    return Refused(codes.QUERY_FAILED, f"the query took longer than {HOURS} hour", help)


def _failed(reason: str, help: str, url: URL) -> Refused:
    if url.password:
        reason, help = (each.replace(str(url.password), "***") for each in (reason, help))
    return Refused(codes.QUERY_FAILED, f"the database refuses the query: {' '.join(reason.split())}", help)
