"""URLs of databases: which can be used, and what is said of the others without repeating them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.databases.address import address_of
from engine.databases.faults import why_closed, why_failed
from engine.databases.reading import OpenDatabases
from engine.records.readers.query import Refused

SECRET = "Correct-Horse-9"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "`CRM` is empty"),
        ("crm", "is not the URL of a database"),
        (f"//zoe:{SECRET}@db/crm", "is not the URL of a database"),
        (f"postgresql://zoe:{SECRET}@db:port/crm", "is not the URL of a database"),
        (f"postgres://zoe:{SECRET}@db/crm", "`CRM` begins with `postgres://`"),
        (f"postgresql+psycopg2://zoe:{SECRET}@db/crm", "`CRM` begins with `postgresql+psycopg2://`"),
        (f"mysql://zoe:{SECRET}@db/crm", "`CRM` begins with `mysql://`"),
        ("sqlite://", "does not name a file"),
        ("sqlite:///:memory:", "does not name a file"),
        ("sqlite:///crm.db?mode=rw", "does not name a file"),
        ("sqlite://host/crm.db", "does not name a file"),
    ],
)
def test_urls_that_cannot_be_used(url: str, said: str) -> None:
    """What is wrong, and never the URL itself."""
    with pytest.raises(Refused) as refused:
        address_of("CRM", {"CRM": url})
    assert (refused.value.code.code, said in refused.value.message) == ("RNG627", True)
    assert SECRET not in refused.value.message + refused.value.help
    assert refused.value.__cause__ is None


def test_a_variable_that_is_not_set() -> None:
    """Empty is something else."""
    with pytest.raises(Refused, match="`CRM` is not set"):
        address_of("CRM", {})


def test_urls_that_can_be_used(tmp_path: Path) -> None:
    """SQLite by its file, PostgreSQL with or without the name of its driver."""
    (tmp_path / "a b.db").touch()
    assert address_of("CRM", {"CRM": f"sqlite:///{tmp_path}/a b.db"})[0] == "sqlite"
    for driver in ("postgresql", "postgresql+psycopg"):
        assert address_of("CRM", {"CRM": f"{driver}://zoe@db/crm?sslmode=require"})[0] == "postgresql"


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL needs an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not there
    with pytest.raises(Refused) as refused:
        OpenDatabases({"CRM": f"postgresql://zoe:{SECRET}@127.0.0.1:1/crm"}).ask("CRM", "SELECT 1")
    assert (refused.value.code.code, refused.value.message) == ("RNG627", "the driver of PostgreSQL is not installed")
    assert "'.[postgres]'" in refused.value.help


@pytest.mark.parametrize(
    ("driver_says", "said"),  # as libpq 15 to 17 write it
    [
        ('connection to server at "10.0.0.7", port 5432 failed: Connection refused', "is not running"),
        ('connection failed: FATAL:  password authentication failed for user "zoe"', "user and password"),
        ("connection failed: fe_sendauth: no password supplied", "user and password"),
        ('connection failed: FATAL:  database "crm" does not exist', "no database of this name"),
        ('connection failed: FATAL:  role "zoe" does not exist', "does not know the user"),
        ('connection failed: FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "zoe"', "let this user in"),
        ("failed to resolve host 'db.example.com': [Errno -2] Name or service not known", "is not known"),
        ("connection timeout expired", "gives no answer within 10 seconds"),
        ('connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory', "is not running"),
        ("connection failed: server does not support SSL, but SSL was required", "the kind of connection"),
        ("connection failed: FATAL:  sorry, too many clients already", "did not open a connection"),
    ],
)
def test_why_a_server_is_closed(driver_says: str, said: str) -> None:
    """The reason is recognized; users and hosts are not repeated."""
    refused = why_closed("CRM", OperationalError("", None, Exception(driver_says)))
    assert said in refused.message
    assert not any(each in refused.message + refused.help for each in ("zoe", "10.0.0.7", "example"))


def test_a_password_in_what_a_server_says() -> None:
    """If a query repeats the password, the message does not."""

    class Diagnosed(Exception):
        """What psycopg raises, as far as it is read."""

        sqlstate = "22P02"

        class diag:  # psycopg's name
            """What the server said."""

            message_primary = f'invalid input syntax for type integer: "{SECRET}"'
            message_hint = None

    url = make_url(f"postgresql://zoe:{SECRET}@db/crm")
    refused = why_failed(DBAPIError("", None, Diagnosed()), url)
    assert refused.message == 'the database refuses the query: invalid input syntax for type integer: "***"'


@pytest.mark.parametrize(
    ("name", "state", "said"),
    [
        ("QueryCanceled", "57014", "the query took longer than 1 hour"),
        ("DataError", None, "the database refuses the query: date too large"),
    ],
)
def test_faults_without_words_of_the_server(name: str, state: str | None, said: str) -> None:
    """A query that was stopped, and a value that Python cannot hold."""
    cause = type(name, (Exception,), {"sqlstate": state})("date too large")
    assert why_failed(DBAPIError("", None, cause), make_url("postgresql://")).message == said


def test_a_lost_connection() -> None:
    """What the driver says then has no state, and may name the host."""
    refused = why_failed(
        OperationalError("", None, Exception("server closed the connection")), make_url("postgresql://")
    )
    assert (refused.message, refused.help) == ("the connection to the database was lost", "import again")
