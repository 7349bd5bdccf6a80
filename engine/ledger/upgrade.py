"""Bring the tables of a ledger to the present version, guards included: all of it, or nothing.

SQLite cannot alter much: a table is copied, which its guards and foreign keys would refuse. So guards are taken away
first and made again last, by `guards.py`, and every foreign key is checked before the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.ledger.guards import guards_of
from engine.ledger.tables import TABLES

SCRIPTS: Final = Path(__file__).parent / "migrations"
GUARDS: Final = "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the caller's transaction, with foreign keys off. Raises ValueError if one is broken."""
    for name in connection.exec_driver_sql(GUARDS).scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')  # names of ours: see `guards_of`
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for table in TABLES:
        for statement in guards_of(table).values():
            connection.exec_driver_sql(statement)
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise ValueError(f"rows of `{broken[0][0]}` refer to rows that are not there")


def version_of(connection: Connection) -> str | None:
    """The version of the tables, None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def latest() -> str:
    """The version that this rung makes."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def wrong_guards(connection: Connection) -> tuple[str, ...]:
    """Guards that are missing or differ from what they should be, and triggers that are none, for `rung doctor`."""
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    found = {str(name): str(sql) for name, sql in connection.exec_driver_sql(query)}
    expected = {name: sql for table in TABLES for name, sql in guards_of(table).items()}
    return tuple(sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)))
