"""What the database refuses, whoever asks: with the tool or with plain SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.ledger.controls import Controls
from engine.ledger.database import reading, unsafe_settings
from engine.ledger.ledger import Refused, create_ledger
from engine.ledger.tables import METADATA, TABLES
from engine.ledger.upgrade import latest, version_of, wrong_guards
from tests.engine.ledger.cases import FAMILY, NOW, Game
from tests.engine.ledger.persons import person

CASE = {
    "events": [
        {"post": {"run": "r1", "earnings": {"P-1 rebate Q3": "100.00", "P-2 rebate Q3": "200.00"}}},
        {"pay": {}},
        {"post": {"run": "r2", "earnings": {"P-1 rebate Q3": "150.00", "P-2 rebate Q3": "200.00"}}},
    ]
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with rows in every table that a quarter fills."""
    game = Game(CASE, tmp_path_factory.mktemp("guards"))
    game.play()
    assert game.refused == {}
    return game.folder / "ledger" / "ledger.sqlite"


@pytest.fixture
def plain(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who knows SQL and not rung: no setting is made. Nothing of it is kept."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    yield connection
    connection.execute("ROLLBACK")
    connection.close()


FILLED = [table.name for table in TABLES if table.name != "undecided"]


@pytest.mark.parametrize("table", FILLED)
def test_rows_stay(plain: sqlite3.Connection, table: str) -> None:
    """No row is changed, deleted, replaced or overwritten, in any table."""
    count = plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    assert count > 0
    column = next(iter(METADATA.tables[table].columns)).name
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true LIMIT 1 ON CONFLICT DO UPDATE SET {column} = {column}",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute(statement)
    assert plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count


def test_no_row_replaces_another_by_its_second_key(plain: sqlite3.Connection) -> None:
    """A row with a new id and the key of another one does not take its place."""
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(
            "INSERT OR REPLACE INTO earning SELECT 99, family, incentive, period, keys, partner, role, earner, source,"
            " currency, start, before FROM earning LIMIT 1"
        )
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute("INSERT OR REPLACE INTO event SELECT 99, command, kind, actor, at, body, leaf FROM event LIMIT 1")


@pytest.mark.parametrize("value", ["1.5", "'many'", "9007199254740992", "-9007199254740992", "0", "NULL"])
def test_money_is_a_whole_number_that_every_reader_can_hold(plain: sqlite3.Connection, value: str) -> None:
    """No fraction, no text, nothing beyond 2**53 - 1, no line of nothing."""
    plain.execute("INSERT INTO journal VALUES (99, 1, 'post', '2026-12-01', '')")
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute(f"INSERT INTO posting VALUES (99, 1, 'cost', '', '', 'USD', {value})")


ITEM = """
INSERT INTO item SELECT 99, earning, version + 1, role, party, currency, 1, total + 1, run_total, cause, cause_ref,
  NULL, 1 FROM item WHERE id = 2"""


def test_a_sealed_journal_takes_no_more_rows(plain: sqlite3.Connection) -> None:
    """Lines, items and clearings come before the seal."""
    for statement in (
        "INSERT INTO posting VALUES (1, 99, 'cost', '', '', 'USD', 5)",
        ITEM,
        "INSERT INTO clearing SELECT id, 1, NULL FROM item WHERE id NOT IN (SELECT item FROM clearing)",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="the journal is sealed"):
            plain.execute(statement)


@pytest.mark.parametrize(
    ("lines", "seal", "why"),
    [
        ([("cost", 5)], (1, 0), "journal not balanced"),
        ([("cost", 5), ("bank", -5)], (3, 0), "seal counts wrong"),
        ([("cost", 5), ("bank", -5)], (2, 1), "seal counts wrong"),
        ([("cost", 5), ("accrued", -5)], (2, 0), "items differ from accrued"),
    ],
)
def test_a_wrong_seal_is_refused(
    plain: sqlite3.Connection, lines: list[tuple[str, int]], seal: tuple[int, int], why: str
) -> None:
    """A journal that is not balanced, not counted, or not tied to its items cannot be sealed."""
    plain.execute("INSERT INTO journal VALUES (99, 1, 'post', '2026-12-01', '')")
    for place, (account, minor) in enumerate(lines, 1):
        plain.execute("INSERT INTO posting VALUES (99, ?, ?, '', '', 'USD', ?)", (place, account, minor))
    with pytest.raises(sqlite3.IntegrityError, match=why):
        plain.execute("INSERT INTO seal VALUES (99, ?, ?)", seal)


def test_an_item_is_cleared_once(plain: sqlite3.Connection) -> None:
    """A second clearing of a paid item is refused, whatever journal it names."""
    plain.execute("INSERT INTO journal VALUES (99, 1, 'release', '2026-12-01', '')")
    with pytest.raises(sqlite3.IntegrityError):
        plain.execute("INSERT INTO clearing SELECT item, 99, payment FROM clearing LIMIT 1")


def test_an_item_follows_the_one_before(plain: sqlite3.Connection) -> None:
    """Versions are numbered without a gap, and the total of each is that of the last one and its own amount."""
    plain.execute("INSERT INTO journal VALUES (99, 1, 'post', '2026-12-01', '')")
    for version, total in ((4, 15_100), (3, 15_101), (2, 15_100)):
        with pytest.raises(sqlite3.IntegrityError, match=r"version does not follow|there already"):
            plain.execute(
                "INSERT INTO item SELECT 99, earning, ?, role, party, currency, 100, ?, run_total, cause, '', NULL, 99"
                " FROM item WHERE earning = 1 AND version = 1",
                (version, total),
            )
    plain.execute(
        "INSERT INTO item SELECT 99, earning, 3, role, party, currency, 100, 15100, run_total, cause, '', NULL, 99"
        " FROM item WHERE earning = 1 AND version = 1"
    )


def test_the_migrations_make_what_is_declared(tmp_path: Path) -> None:
    """A new ledger has the tables of `tables.py`, strict, with all guards, and settings that keep commits."""
    ledger = Game(CASE, tmp_path).ledger
    with reading(ledger.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert version_of(connection) == latest()
        assert wrong_guards(connection) == ()
        assert unsafe_settings(connection) == ()
        found = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").all()
    assert {name for name, strict in found if strict} == {table.name for table in TABLES}


def test_a_guard_that_was_taken_away_is_missed(tmp_path: Path) -> None:
    """Whoever owns the file can drop a guard, or put another in its place: both are seen."""
    game = Game(CASE, tmp_path)
    connection = sqlite3.connect(game.folder / "ledger" / "ledger.sqlite")
    connection.executescript(
        "DROP TRIGGER item_keeps; DROP TRIGGER seal_holds;"
        "CREATE TRIGGER seal_holds BEFORE INSERT ON seal BEGIN SELECT 1; END;"
        "CREATE TRIGGER odd BEFORE INSERT ON seal BEGIN SELECT 1; END;"
    )
    connection.close()
    with reading(game.ledger.engine) as found:
        assert wrong_guards(found) == ("item_keeps", "odd", "seal_holds")


def test_a_ledger_is_made_once_and_with_an_outbox_of_its_own(tmp_path: Path) -> None:
    """A second one of the name, or on the outbox of another one, is refused, and nothing of it is left."""
    game = Game(CASE, tmp_path)
    again = (FAMILY, tmp_path / "other", Controls(), person("maker"), NOW)
    with pytest.raises(Refused, match="there already"):
        create_ledger(tmp_path / "ledger", *again)
    with pytest.raises(Refused, match="of another ledger"):
        create_ledger(tmp_path / "second", FAMILY, game.ledger.outbox.folder, Controls(), person("maker"), NOW)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ledger", "outbox"]
