"""Queries of feeds on a PostgreSQL of our own: exact values, one state, nothing changed, nothing given away."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from engine.databases import reading
from engine.databases.reading import OpenDatabases
from engine.records.importer import ImportResult, import_feed
from engine.records.readers.query import Refused
from engine.workspace import Workspace
from tests.engine.records.desk import ACCOUNTS, HEAD, LINES, SCHEMA, feed_of, imported, rows_of, told

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "Correct-Horse-9"
TABLES = """\
  partners: {from: accounts, fields: {partner_id: id, parent_id: parent, name: name}}
  sales:
    from: lines
    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}
"""
ASKED = "SELECT sale, partner, day, amount FROM lines"


def _programs() -> Path | None:
    """The folder of `initdb` and `postgres`, which Debian leaves out of the path."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return Path(found).resolve().parent if found else folders[-1] if folders else None


PROGRAMS = _programs()
pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(PROGRAMS is None or not (PROGRAMS / "initdb").is_file(), reason="initdb is not on this machine"),
    pytest.mark.skipif(find_spec("psycopg") is None, reason="the extra `postgres` is not installed"),
]


@dataclass(frozen=True, slots=True)
class Server:
    """A server on this machine alone, with its owner and a reader who may only read."""

    port: int

    def url(self, user: str = "reader", password: str = PASSWORD, database: str = "crm") -> str:
        """The URL of a user."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> list[tuple[object, ...]]:
        """Statements of the owner, each committed; the rows of the last one."""
        rows: list[tuple[object, ...]] = []
        with self.connected() as connection:
            for each in statements:
                result = connection.exec_driver_sql(each)
                rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows

    def connected(self, database: str = "crm") -> Connection:
        """A connection of the owner."""
        url = self.url("owner", database=database).replace("://", "+psycopg://")
        return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A new cluster, owned by a user without rights where the tests run as root."""
    assert PROGRAMS is not None
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="rung-pg-"))
    (folder / "password").write_text(PASSWORD)
    if account:
        os.chown(folder, account, -1)
        os.chown(folder / "password", account, -1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")
    made = (str(PROGRAMS / "initdb"), "-D", data, "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync")
    subprocess.run(
        [*made, "--locale=C", f"--pwfile={folder / 'password'}"], user=account, cwd="/", check=True, capture_output=True
    )
    settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
    running = subprocess.Popen(
        [str(PROGRAMS / "postgres"), "-D", data, *(part for each in settings for part in ("-c", each))],
        user=account,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        own = Server(port)
        _fill(own)
        yield own
    finally:
        running.send_signal(signal.SIGINT)  # at once, without waiting for connections
        running.wait(30)
        shutil.rmtree(folder)


def _account() -> int | None:
    """Whose server it is: PostgreSQL does not run as root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    return None


def _fill(server: Server) -> None:
    """Wait for the server, and make what the tests read."""
    for _ in range(100):
        with suppress(DBAPIError), server.connected("postgres") as connection:
            connection.exec_driver_sql("CREATE DATABASE crm")
            break
        time.sleep(0.1)
    server.run(
        f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'",
        "CREATE TABLE accounts (id text, parent text, name text)",
        "INSERT INTO accounts VALUES ('P1', NULL, 'Alpha'), ('P2', 'P1', 'Beta')",
        "CREATE TABLE lines (sale text, partner text, day date, amount numeric(12, 2), seen timestamptz, rate float8)",
        "INSERT INTO lines VALUES ('S2', 'P2', '2026-02-01', 7, '2026-01-31 23:30:00+00', 0.5),"
        " ('S1', 'P1', '2026-01-05', 10.5, '2026-01-05 12:00:00+00', 0.5)",
        "CREATE TABLE wages (id text)",
        "GRANT SELECT ON accounts, lines TO reader",
    )


def feed(lines: str = ASKED, accounts: str = "SELECT id, parent, name FROM accounts") -> str:
    """A feed that reads both of its sources from the database."""
    asked = {"accounts": accounts, "lines": lines}
    sources = "".join(f"  {name}: {{database: CRM, query: {json.dumps(query)}}}\n" for name, query in asked.items())
    return f"{HEAD}sources:\n{sources}tables:\n{TABLES}"


def read(folder: Path, url: str, text: str, name: str = "home") -> ImportResult:
    """Import a feed."""
    workspace = Workspace(folder / name)
    return import_feed(feed_of(text), SCHEMA, folder, workspace, databases=OpenDatabases({"CRM": url}))


def test_same_rows_from_files_and_from_a_server_are_the_same_snapshot(server: Server, tmp_path: Path) -> None:
    """The id depends on the records alone."""
    files = imported(tmp_path, accounts=ACCOUNTS, lines=LINES)
    result = read(tmp_path, server.url(), feed(), "other")
    assert result.snapshot is not None, told(result.diagnostics)
    assert result.id == files.id
    assert rows_of(result.snapshot, "sales", "sale_id, amount::VARCHAR, _source, _line") == [
        ("S1", "10.50", "CRM, query lines", 1),
        ("S2", "7.00", "CRM, query lines", 2),
    ]


def test_nothing_of_the_url_is_stored(server: Server, tmp_path: Path) -> None:
    """Only the variable is named, and the kind of database."""
    read(tmp_path, server.url(), feed())
    stored = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert [each for each in (PASSWORD, "reader", "127.0.0.1", str(server.port)) if each.encode() in stored] == []
    (record,) = tmp_path.rglob("import.json")
    lines = json.loads(record.read_bytes())["sources"]["lines"]
    assert (lines["database"], lines["dialect"], lines["query"], lines["rows"]) == ("CRM", "postgresql", ASKED, 2)


def test_days_with_a_time_are_those_of_the_zone(server: Server, tmp_path: Path) -> None:
    """`timestamptz` comes in UTC, and `zone` says the day: 23:30 in London is the next day in Berlin."""
    asked = "SELECT sale, partner, seen AS day, amount FROM lines WHERE seen::time > '20:00' -- 100%s :sure"
    text = feed(asked).replace(json.dumps(asked), f"{json.dumps(asked)}, zone: Europe/Berlin")
    result = read(tmp_path, server.url(), text)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "CAST(closed_on AS VARCHAR)") == [("2026-02-01",)]


WRITTEN = (
    "DateStyle = 'SQL, DMY'",
    "IntervalStyle = 'sql_standard'",
    "TimeZone = 'Asia/Tokyo'",
    "extra_float_digits = -9",
    "bytea_output = 'escape'",
    "xmlbinary = 'hex'",
)


def test_texts_do_not_follow_the_settings_of_the_role(server: Server) -> None:
    """A cast to text gives the same for every role: as the manual of PostgreSQL shows its defaults."""
    casts = (
        "day::text", "seen::text", "(seen::date)::text", "('1.5 days'::interval)::text", "((1.0::float8) / 3)::text",
        "'\\x00ff'::bytea::text", "to_char(amount, 'FM9G990D00')", "amount::numeric::money::text",
    )  # fmt: skip
    query = f"SELECT {', '.join(f'{each} AS c{n}' for n, each in enumerate(casts))} FROM lines WHERE sale = 'S2'"
    server.run(*(f"ALTER ROLE reader SET {each}" for each in WRITTEN))
    opened = OpenDatabases({"DESK": server.url()})
    try:
        ((row,),) = opened.ask("DESK", query).batches
    finally:
        opened.close()
        server.run("ALTER ROLE reader RESET ALL")
    days = ("2026-02-01", "2026-01-31 23:30:00+00", "2026-01-31")
    assert tuple(row) == (*days, "1 day 12:00:00", "0.3333333333333333", "\\x00ff", "7.00", "$7.00")


def test_a_day_in_doubtful_order_is_refused(server: Server) -> None:
    """Whether a text has the day or the month first was said by the role; now the query has to say it."""
    opened = OpenDatabases({"DESK": server.url()})
    try:
        with pytest.raises(Refused, match="date/time field value out of range"):
            list(opened.ask("DESK", "SELECT '01/02/2026'::date").batches)
    finally:
        opened.close()


def test_binary_numbers_are_refused_with_a_cure_that_works(server: Server, tmp_path: Path) -> None:
    """A float8 has no exact text; the cast of the help has one."""
    asked = "SELECT sale, partner, day, rate AS amount FROM lines"
    refused = read(tmp_path, server.url(), feed(asked)).diagnostics
    assert [each.code for each in refused] == ["RNG690"]
    assert 'CAST("amount" AS numeric(18, 2)) AS "amount"' in refused[0].help
    cured = "SELECT sale, partner, day, CAST(rate AS numeric(18, 2)) AS amount FROM lines"
    assert read(tmp_path, server.url(), feed(cured)).snapshot is not None


@pytest.mark.parametrize(
    ("type", "value"),
    [("bytea", "'x'"), ("jsonb", "'{}'"), ("int[]", "'{1}'"), ("interval", "'1 day'"), ("time", "'10:00'")],
)
def test_types_without_a_text_are_refused(server: Server, tmp_path: Path, type: str, value: str) -> None:
    """Nothing is guessed about bytes, documents, lists and times."""
    asked = f"SELECT sale, CAST({value} AS {type}) AS partner, day, amount FROM lines"
    assert [each.code for each in read(tmp_path, server.url(), feed(asked)).diagnostics] == ["RNG691"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("SELECT * FROM nothing", 'relation "nothing" does not exist'),
        ("SELECT partnr FROM lines", 'column "partnr" does not exist'),
        ("SELECT FROM WHERE lines", "syntax error"),
        ("SELECT * FROM wages", "permission denied for table wages"),
        ("SELECT 1/0 AS sale", "division by zero"),
        ("SELECT * FROM lines FOR UPDATE", "cannot execute SELECT FOR UPDATE in a read-only transaction"),
        ("SELECT 'infinity'::date AS day", "date too large"),
        ("SELECT set_config('transaction_read_only', 'off', false) AS sale", "read-write mode"),
    ],
)
def test_what_the_server_refuses(server: Server, tmp_path: Path, asked: str, said: str) -> None:
    """Its own words, without the URL; nothing is stored."""
    result = read(tmp_path, server.url(), feed(asked))
    assert [each.code for each in result.diagnostics] == ["RNG629"]
    assert said in result.diagnostics[0].message
    assert list((tmp_path / "home" / "snapshots").iterdir()) == []


def test_every_query_that_fails_is_told(server: Server, tmp_path: Path) -> None:
    """Also behind one that failed when its rows were fetched, which ends the transaction."""
    accounts = "SELECT id, parent, name, 1 / (length(id) - 2) AS n FROM accounts"
    found = read(tmp_path, server.url(), feed("SELECT nix FROM lines", accounts)).diagnostics
    assert [each.message.removeprefix("the database refuses the query: ") for each in found] == [
        "division by zero",
        'column "nix" does not exist',
    ]


def test_a_function_cannot_write_either(server: Server, tmp_path: Path) -> None:
    """What the look at the text cannot see, the transaction refuses, even for the owner."""
    server.run(
        "CREATE TABLE IF NOT EXISTS seen (n int)",
        "CREATE OR REPLACE FUNCTION note() RETURNS text LANGUAGE sql AS $$INSERT INTO seen VALUES (1) RETURNING 'S9'$$",
    )
    asked = "SELECT note() AS sale, partner, day, amount FROM lines"
    result = read(tmp_path, server.url("owner"), feed(asked))
    assert "cannot execute INSERT in a read-only transaction" in result.diagnostics[0].message
    assert server.run("SELECT count(*) FROM seen") == [(0,)]


def test_the_driver_takes_one_statement(server: Server) -> None:
    """Also where the look at the text would miss the second one."""
    databases = OpenDatabases({"CRM": server.url("owner")})
    with pytest.raises(Exception, match="multiple commands") as caught:
        databases.ask("CRM", "SELECT 1; COMMIT; DROP TABLE accounts")
    databases.close()
    assert PASSWORD not in str(caught.value)
    assert server.run("SELECT count(*) FROM accounts") == [(2,)]


def test_all_queries_of_a_feed_see_one_state(server: Server) -> None:
    """A row that is committed between two queries is in neither."""
    databases = OpenDatabases({"CRM": server.url()})
    counted = "SELECT count(*) FROM lines"
    first = [row for batch in databases.ask("CRM", counted).batches for row in batch]
    server.run("INSERT INTO lines VALUES ('S3', 'P1', '2026-03-01', 1)")
    second = [row for batch in databases.ask("CRM", counted).batches for row in batch]
    databases.close()
    server.run("DELETE FROM lines WHERE sale = 'S3'")
    assert [tuple(row) for row in first] == [tuple(row) for row in second] == [(2,)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong-Secret"}, "does not accept the user and password"),
        ({"user": "nobody"}, "does not accept the user and password"),
        ({"database": "nix"}, "has no database of this name"),
    ],
)
def test_a_closed_door(server: Server, tmp_path: Path, changed: dict[str, str], said: str) -> None:
    """One sentence for both sources, without user, password and host."""
    (found,) = read(tmp_path, server.url(**changed), feed()).diagnostics
    assert (found.code, said in found.message) == ("RNG628", True)
    assert not any(each in found.message + found.help for each in (*changed.values(), "127.0.0.1", PASSWORD))


def test_a_query_has_a_limit_of_time(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stops it."""
    monkeypatch.setattr(reading, "LIMIT", 1)
    found = read(tmp_path, server.url(), feed("SELECT pg_sleep(30)::text AS sale")).diagnostics
    assert [each.message for each in found] == ["the query took longer than 1 hour"]


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_the_query_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    """The server forgets the query, the workspace has no folder, the exit code is 130."""
    shutil.copytree(ROOT / "tests/gallery/data-base", tmp_path / "case")
    asked = "SELECT pg_sleep(60)::text AS sale, 'waiting' AS partner"
    path = tmp_path / "case" / "feed.yaml"
    text = path.read_text().replace("{file: lines.csv}", f'{{database: CRM, query: "{asked}"}}')
    path.write_text(text)
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", "import", "feed.yaml"],
        cwd=path.parent,
        env={**os.environ, "CRM": server.url(), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stderr=subprocess.PIPE,
        text=True,
    )
    sleeping = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rung' AND state = 'active'"
    for _ in range(200):
        if server.run(sleeping) == [(1,)]:
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (130, "interrupted: no file is left half-written\n")
    assert server.run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rung'") == [(0,)]
    assert [each for each in (path.parent / ".rung").rglob("*") if each.name not in ("snapshots", "runs")] == []


def test_many_rows_take_little_memory(server: Server, tmp_path: Path) -> None:
    """Rows come some at a time: a million of them are read with little more memory than ten."""
    asked = (
        "SELECT 'S' || n AS sale, 'P1' AS partner, date '2026-01-05' AS day, 1.25 AS amount, repeat('x', 200) AS more"
    )
    peaks = []
    for rows in (10, 1_000_000):
        code = (
            "import resource, sys; from engine.databases.reading import OpenDatabases\n"
            "answer = OpenDatabases({'CRM': sys.argv[1]}).ask('CRM', sys.argv[2])\n"
            "assert sum(map(len, answer.batches)) == int(sys.argv[3])\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        query = f"{asked} FROM generate_series(1, {rows}) AS n"
        line = [sys.executable, "-c", code, server.url(), query, str(rows)]
        own = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        peaks.append(int(subprocess.run(line, env=own, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] - peaks[0] < 30_000  # kilobytes; all rows together are 300 MB
