"""Queries of feeds on SQLite: the same records as from files, nothing changed, every fault in one sentence."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from engine.databases import reading
from engine.databases.reading import OpenDatabases
from engine.records.importer import ImportResult, import_feed
from engine.records.readers import query as readers
from engine.records.readers.query import Refused
from engine.workspace import Workspace
from tests.engine.records.desk import ACCOUNTS, HEAD, LINES, SCHEMA, feed_of, imported, rows_of, told

ROOT = Path(__file__).resolve().parent.parent.parent.parent
TABLES = """\
tables:
  partners: {from: accounts, fields: {partner_id: id, parent_id: parent, name: name}}
  sales:
    from: lines
    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}
"""
ASKED = "SELECT sale, partner, day, amount FROM lines"
ROWS = (("S2", "P2", "2026-02-01", "7"), ("S1", "P1", "2026-01-05", "10.50"))


def database(folder: Path, rows: Sequence[Sequence[object]] = ROWS, name: str = "desk.db") -> str:
    """An SQLite file with partners and these sales; its URL."""
    path = folder / name
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE accounts (id, parent, name)")
        connection.execute("INSERT INTO accounts VALUES ('P1', NULL, 'Alpha'), ('P2', 'P1', 'Beta')")
        connection.execute("CREATE TABLE lines (sale, partner, day, amount)")
        connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", rows)
    return f"sqlite:///{path}"


def feed(lines: str = ASKED, more: str = "", tables: str = TABLES) -> str:
    """A feed with two queries on the database that `DESK` names."""
    accounts = "{database: DESK, query: 'SELECT id, parent, name FROM accounts'}"
    source = f"{{database: DESK, query: {json.dumps(lines)}{more}}}"
    return f"{HEAD}sources:\n  accounts: {accounts}\n  lines: {source}\n{tables}"


def read(
    folder: Path, url: str, text: str | None = None, *, home: str = "home", quarantine: bool = False
) -> ImportResult:
    """Import a feed whose files lie in `folder`."""
    databases = OpenDatabases({"DESK": url})
    workspace = Workspace(folder / home)
    return import_feed(feed_of(text or feed()), SCHEMA, folder, workspace, databases=databases, quarantine=quarantine)


def records(folder: Path) -> list[dict[str, dict[str, object]]]:
    """What the records of imports say of their sources."""
    return [json.loads(each.read_bytes())["sources"] for each in sorted(folder.rglob("import.json"))]


def codes(result: ImportResult) -> list[str]:
    """The codes of the findings."""
    return [each.code for each in result.diagnostics]


def test_same_rows_from_csv_and_from_sqlite_are_the_same_snapshot(tmp_path: Path) -> None:
    """The id depends on the records alone, and each row knows where it came from."""
    files = imported(tmp_path, accounts=ACCOUNTS, lines=LINES)
    result = read(tmp_path, database(tmp_path), home="other")
    assert result.snapshot is not None, told(result.diagnostics)
    assert (result.id, result.diagnostics) == (files.id, ())
    assert rows_of(result.snapshot, "sales", "sale_id, _source, _line") == [
        ("S1", "DESK, query lines", 1),
        ("S2", "DESK, query lines", 2),
    ]


def test_the_order_in_which_rows_come_makes_no_difference(tmp_path: Path) -> None:
    """Stored in another order they give the same files, bit by bit, and the same record of the import."""
    for rows, home in ((ROWS, "one"), (ROWS[::-1], "two")):
        assert read(tmp_path, database(tmp_path, rows), home=home).snapshot
    files = [
        {
            each.relative_to(tmp_path / home): each.read_bytes()
            for each in (tmp_path / home).rglob("*")
            if each.is_file()
        }
        for home in ("one", "two")
    ]
    assert files[0] == files[1]


def test_an_order_that_the_query_says_numbers_the_rows(tmp_path: Path) -> None:
    """Row 1 is then the first that the database gives, so that a message leads to it."""
    result = read(tmp_path, database(tmp_path), feed(ASKED + " ORDER BY day DESC"))
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, _line") == [("S1", 2), ("S2", 1)]


def test_a_column_may_be_named_rowid(tmp_path: Path) -> None:
    """SQLite has one in each table, and `SELECT rowid, *` reads it."""
    asked = "SELECT 'x' AS rowid, * FROM (SELECT sale, partner, day, amount FROM lines)"
    result = read(tmp_path, database(tmp_path), feed(asked))
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, _line") == [("S1", 1), ("S2", 2)]


def test_the_record_of_the_import_says_what_was_read(tmp_path: Path) -> None:
    """The variable, the kind of database, the query, the rows and their hash; not the path in the URL."""
    (tmp_path / "lines.sql").write_text(f"\ufeff-- sales\n{ASKED};\n", encoding="utf-8")
    text = feed().replace(f"query: {json.dumps(ASKED)}", "file: lines.sql")
    assert read(tmp_path, database(tmp_path, name="hidden.db"), text).snapshot
    ((found),) = records(tmp_path)
    assert found["lines"] == {
        "database": "DESK",
        "dialect": "sqlite",
        "file": "lines.sql",
        "query": f"-- sales\n{ASKED};\n",
        "rows": 2,
        "sha256": found["lines"]["sha256"],
    }
    assert "hidden" not in json.dumps(found)


def test_other_rows_have_another_hash(tmp_path: Path) -> None:
    """Also where a column is read that no field needs."""
    for rows in (ROWS, (*ROWS[:1], ("S1", "P1", "2026-01-05", "10.5"))):
        assert read(tmp_path, database(tmp_path, rows)).snapshot
    first, second = records(tmp_path)
    assert first["lines"]["sha256"] != second["lines"]["sha256"]
    assert first["accounts"]["sha256"] == second["accounts"]["sha256"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM lines",
        "UPDATE lines SET amount = 0",
        "CREATE TABLE x (a)",
        "DROP TABLE lines",
        "PRAGMA user_version = 7",
        "ATTACH 'other.db' AS other",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM lines",
        "WITH x AS (SELECT 1) DELETE FROM lines",
    ],
)
def test_sqlite_itself_changes_nothing(tmp_path: Path, statement: str) -> None:
    """Where the look at the text is left out: the connection reads, and the file stays as it is."""
    url = database(tmp_path)
    before = hashlib.sha256((tmp_path / "desk.db").read_bytes()).hexdigest()
    databases = OpenDatabases({"DESK": url})
    with pytest.raises(Refused) as refused:
        list(databases.ask("DESK", statement).batches)
    databases.close()
    assert refused.value.code.code == "RNG629"
    assert hashlib.sha256((tmp_path / "desk.db").read_bytes()).hexdigest() == before
    assert [each.name for each in tmp_path.iterdir()] == ["desk.db"]


def test_all_queries_see_one_state(tmp_path: Path) -> None:
    """What another program commits between two queries is in neither."""
    url = database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "desk.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")  # in which somebody may write while others read
        databases = OpenDatabases({"DESK": url})
        counted = []
        for _ in range(2):
            counted += [
                tuple(row) for batch in databases.ask("DESK", "SELECT count(*) FROM lines").batches for row in batch
            ]
            writer.execute("DELETE FROM lines")
            writer.commit()
        databases.close()
    assert counted == [(2,), (2,)]


def test_signs_of_parameters_are_signs(tmp_path: Path) -> None:
    """A query is taken as it is written."""
    asked = "SELECT sale, partner, day, amount, '%s :a ? %' AS note FROM lines WHERE sale LIKE 'S%'"
    assert read(tmp_path, database(tmp_path), feed(asked)).snapshot


def test_values_are_exact(tmp_path: Path) -> None:
    """Whole numbers of any size come as they are, and NULL is a missing value."""
    rows = (("S1", "P1", "2026-01-05", 9_007_199_254_740_993), ("S2", "P1", "2026-01-05", None))
    result = read(tmp_path, database(tmp_path, rows))
    assert codes(result) == ["RNG704", "RNG700"]
    assert "'9007199254740993'" in result.diagnostics[0].message


def test_binary_numbers_are_refused_with_a_cure_that_works(tmp_path: Path) -> None:
    """A REAL has no exact text; rounded in the query it has one, and NULL stays NULL."""
    url = database(tmp_path, (("S1", "P1", "2026-01-05", 10.5), ("S2", "P1", "2026-01-05", None)))
    refused = read(tmp_path, url)
    assert codes(refused) == ["RNG690"]
    cure = 'CAST(round("amount", 2) AS TEXT) AS "amount"'
    assert cure in refused.diagnostics[0].help
    result = read(tmp_path, url, feed(f"SELECT sale, partner, day, {cure} FROM lines"))
    assert codes(result) == ["RNG700"]  # the missing amount, and nothing else
    result = read(tmp_path, url, feed(f"SELECT sale, partner, day, {cure} FROM lines WHERE amount NOT NULL"))
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "CAST(amount AS VARCHAR)") == [("10.50",)]


def test_bytes_are_refused_where_they_are_read(tmp_path: Path) -> None:
    """In a column that no field needs they are a note."""
    url = database(tmp_path)
    result = read(tmp_path, url, feed("SELECT sale, partner, day, x'00' AS amount FROM lines"))
    assert codes(result) == ["RNG691"]
    result = read(tmp_path, url, feed("SELECT *, x'00' AS picture, 1 AS Sale FROM lines"))
    assert result.snapshot is None
    assert codes(result) == ["RNG655", "RNG691"]
    result = read(tmp_path, url, feed("SELECT *, x'00' AS picture FROM lines"))
    assert (codes(result), result.snapshot is not None) == (["RNG691"], True)


def test_hidden_characters_are_found(tmp_path: Path) -> None:
    """A database holds what no export shows."""
    url = database(tmp_path, (("S\u202e1", "P1", "2026-01-05", "1"),))
    assert codes(read(tmp_path, url)) == ["RNG654"]


def test_long_values_and_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a CSV file."""
    url = database(tmp_path, (("S1", "P1", "2026-01-05", "1"), ("S2", "P1", "2026-01-05", "2")))
    long = read(tmp_path, url, feed(ASKED.replace("FROM", ", hex(zeroblob(70000)) AS note FROM")))
    assert told(long.diagnostics) == [
        "feed.yaml:6 RNG657 column `note` of `DESK, query lines` has a value of more than 131,072 bytes"
    ]
    just = read(tmp_path, url, feed(ASKED.replace("FROM", ", hex(zeroblob(65536)) AS note FROM")))
    assert just.snapshot is not None
    monkeypatch.setattr(readers, "MOST_ROWS", 1)
    assert told(read(tmp_path, url, home="more").diagnostics)[-1] == (
        "feed.yaml:6 RNG629 the query gives more than 1 rows"
    )


def test_rows_are_handed_over_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of any size give the same rows."""
    rows = [(f"S{n}", "P1", "2026-01-05", str(n)) for n in range(2_500)]
    whole = read(tmp_path, database(tmp_path, rows))
    monkeypatch.setattr(readers, "BATCH", 1_000)
    assert read(tmp_path, database(tmp_path, rows), home="other").id == whole.id


def test_long_rows_come_a_few_at_a_time(tmp_path: Path) -> None:
    """However many bytes the rows of a query have, few of them are in memory before a value is looked at."""
    url = database(tmp_path, ())
    numbers = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT "
    opened = OpenDatabases({"DESK": url})
    try:
        # 20 MB a row, after a thousand short ones: all together would be a gigabyte
        long = numbers.format(rows=1_050) + "CASE WHEN i > 1000 THEN hex(zeroblob(10000000)) END FROM n"
        sizes = [len(batch) for batch in opened.ask("DESK", long).batches]
        short = [len(batch) for batch in opened.ask("DESK", numbers.format(rows=2_500) + "i FROM n").batches]
    finally:
        opened.close()
    assert sizes == [1_000, *[1] * 50]
    assert short == [1_000, 1_000, 500]


def test_the_first_long_value_ends_an_import(tmp_path: Path) -> None:
    """A query that would give 10 GB is refused at its first row, before the others are made."""
    url = database(tmp_path, (("S1", "P1", "2026-01-05", "1"),))
    many = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    asked = many + "SELECT i AS sale, 'P1' AS partner, day, amount, hex(zeroblob(5000000)) AS note FROM n, lines"
    tracemalloc.start()
    try:
        result = read(tmp_path, url, feed(asked))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert codes(result) == ["RNG657"]
    assert most < 200 << 20


def test_wrong_rows_are_set_aside(tmp_path: Path) -> None:
    """A fault names the query, the row and the column; with quarantine the others are imported."""
    url = database(tmp_path, (*ROWS, ("S3", "P1", "2026-03-01", "a lot"), ("S4", "P9", "2026-03-01", "1")))
    first, second = told(read(tmp_path, url).diagnostics)
    assert first.startswith("DESK, query lines:3 RNG701 `sales.amount`: column `amount`: 'a lot' is not a number")
    assert second == "DESK, query lines:4 RNG732 `sales.partner_id`: there is no record 'P9' in `partners`"
    result = read(tmp_path, url, quarantine=True)
    assert result.quarantined == {"sales": 2}


def test_rows_without_any_value_are_rows(tmp_path: Path) -> None:
    """At the end of a spreadsheet they are nothing; in a database they are records that lack their key."""
    url = database(tmp_path, (*ROWS, (None, None, None, None)))
    assert codes(read(tmp_path, url)) == ["RNG700"]


def test_conditions_columns_to_rows_and_look_ups_work_as_with_files(tmp_path: Path) -> None:
    """What a feed says about a source does not depend on where its rows come from."""
    url = database(tmp_path, (("S1", "alpha", "05.01.2026", "1.250,50"), ("S2", "beta", "05.01.2026", "9")))
    (tmp_path / "ids.csv").write_text("name,id\nalpha,P1\nbeta,P2\n")
    more = ", decimal: ',', thousands: '.', date_format: '%d.%m.%Y', where: {sale: S1}"
    text = feed(more=more).replace(
        "partner_id: partner,", "partner_id: {column: partner, look_up: {in: ids, match: name, take: id}},"
    )
    result = read(tmp_path, url, text.replace("sources:\n", "sources:\n  ids: {file: ids.csv}\n"))
    assert codes(result) == ["RNG623"]
    assert result.snapshot is not None
    columns = "sale_id, partner_id, CAST(closed_on AS VARCHAR), CAST(amount AS VARCHAR)"
    assert rows_of(result.snapshot, "sales", columns) == [("S1", "P1", "2026-01-05", "1250.50")]
    wide = "SELECT 'P1' AS partner, '2026-01-05' AS day, '3' AS a, '4' AS b"
    text = feed(wide, ", unpivot: {columns: [a, b], name: sale, value: amount}")
    result = read(tmp_path, url, text)
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id, CAST(amount AS VARCHAR), _line") == [
        ("a", "3.00", 1),
        ("b", "4.00", 1),
    ]


def test_numbers_of_rows_are_no_part_of_an_id(tmp_path: Path) -> None:
    """The help of equal rows does not propose it, `numbered` is refused, and what it says instead works."""
    url = database(tmp_path, (ROWS[0], ROWS[0]))
    (equal,) = read(tmp_path, url).diagnostics[:1]
    assert (equal.code, "numbered" in equal.help) == ("RNG756", False)
    numbered = TABLES.replace("sale_id: sale", "sale_id: {column: sale, numbered: true}")
    assert codes(read(tmp_path, url, feed(tables=numbered))) == ["RNG614"]
    asked = ASKED.replace(" FROM", ", row_number() OVER (PARTITION BY sale ORDER BY day) AS n FROM")
    joined = TABLES.replace("sale_id: sale", "sale_id: {join: [sale, n]}")
    result = read(tmp_path, url, feed(asked, tables=joined))
    assert result.snapshot is not None, told(result.diagnostics)
    assert rows_of(result.snapshot, "sales", "sale_id") == [("S2-1",), ("S2-2",)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("SELECT * FROM nix", "the database refuses the query: no such table: nix"),
        ("SELECT nix FROM lines", "the database refuses the query: no such column: nix"),
        ("SELECT sale FORM lines AS x y", 'the database refuses the query: near "lines": syntax error'),
        ("SELECT CAST(x'ff' AS TEXT) AS sale", "the database refuses the query: Could not decode to UTF-8"),
        ("SELECT * FROM pragma_user_version", "the database refuses the query: it would do more than read"),
    ],
)
def test_what_sqlite_refuses(tmp_path: Path, asked: str, said: str) -> None:
    """In its words, at the query in the feed; nothing is stored, and other queries are still tried."""
    result = read(tmp_path, database(tmp_path), feed(asked).replace("parent, name FROM", "parent, nome FROM"))
    first, second = result.diagnostics
    assert first.message.endswith("no such column: nome")
    assert (second.code, second.message.startswith(said)) == ("RNG629", True)
    assert second.span is not None
    assert (second.span.file, second.span.line) == ("feed.yaml", 6)
    assert list((tmp_path / "home" / "snapshots").iterdir()) == []


def test_no_rows_and_no_columns(tmp_path: Path) -> None:
    """A query without rows is a table without rows, as a CSV file with its header alone."""
    result = read(tmp_path, database(tmp_path), feed(ASKED + " WHERE false"))
    assert (codes(result), result.snapshot is not None) == (["RNG736"], True)


def test_a_database_that_cannot_be_opened_is_told_once(tmp_path: Path) -> None:
    """Not for each of its queries, and without the path."""
    result = read(tmp_path, f"sqlite:///{tmp_path}/hidden.db")
    assert told(result.diagnostics) == ["feed.yaml:5 RNG628 `DESK` names an SQLite file that does not exist"]
    (tmp_path / "hidden.db").write_text("no database, but long enough to be looked at as one" * 20)
    result = read(tmp_path, f"sqlite:///{tmp_path}/hidden.db")
    assert told(result.diagnostics) == ["feed.yaml:5 RNG628 `DESK` names a file that cannot be read as SQLite"]


def test_a_locked_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that writes at the moment may be waited for."""
    url = database(tmp_path)
    monkeypatch.setattr(reading, "PATIENCE", 0)
    with closing(sqlite3.connect(tmp_path / "desk.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        result = read(tmp_path, url)
    assert told(result.diagnostics) == ["feed.yaml:5 RNG628 the SQLite file of `DESK` is locked by another program"]


def test_a_query_has_a_limit_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite is stopped in the middle of its work."""
    monkeypatch.setattr(reading, "LIMIT", 0)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS sale FROM n"
    result = read(tmp_path, database(tmp_path), feed(endless))
    assert {each.message for each in result.diagnostics} == {"the query took longer than 1 hour"}


def test_a_file_with_a_query_is_looked_at(tmp_path: Path) -> None:
    """Its encoding, its size, and its statement; then the database is not asked."""
    text = feed().replace(f"query: {json.dumps(ASKED)}", "file: lines.sql")
    url = database(tmp_path)
    for data, code in ((b"SELECT 'gr\xf6\xdfe'", "RNG653"), (b"SELECT 1 " * 200_000, "RNG657"), (b"VACUUM", "RNG626")):
        (tmp_path / "lines.sql").write_bytes(data)
        assert codes(read(tmp_path, url, text)) == [code]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """The folder of the gallery's feed, whose sales are a query that never ends."""
    shutil.copytree(ROOT / "tests/gallery/data-base", tmp_path / "case")
    database(tmp_path / "case")
    path = tmp_path / "case" / "feed.yaml"
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS sale FROM n"
    source = f'{{database: DESK, query: "{endless}"}}'
    path.write_text(path.read_text("utf-8").replace("{file: lines.csv}", source), encoding="utf-8")
    yield path.parent


@pytest.mark.search
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_stops_a_query(desk: Path) -> None:
    """In the middle of SQLite's work: exit code 130, and nothing is left in the workspace."""
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", "import", "feed.yaml"],
        cwd=desk,
        env={**os.environ, "DESK": "sqlite:///desk.db", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(desk.glob(".rung/snapshots/*")) and running.poll() is None:
        time.sleep(0.05)
    time.sleep(1)  # past the imports of the room and into the query
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert (running.returncode, said) == (130, "interrupted: no file is left half-written\n")
    assert [each.name for each in (desk / ".rung").rglob("*") if each.name not in ("snapshots", "runs")] == []
