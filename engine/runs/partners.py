"""A partner as a person names it: by its id, or by its name; and whom a person may have meant."""

from __future__ import annotations

from dataclasses import dataclass

from engine.duck import open_connection
from engine.plan.outputs import PARTNER
from engine.records.snapshot import Snapshot, partners_like, stored_rows

NAME = "name"
MOST = 3  # that are named in a message
LETTERS = "regexp_replace(lower({}), '[^\\p{{L}}\\p{{N}}]', '', 'g')"  # without capitals, blanks and marks


@dataclass(frozen=True, slots=True)
class Known:
    """A partner of the records, with its name; "" without one."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Meant:
    """The partner that a text names; or None, with those it may have meant. `shared`: several have this name."""

    partner: str | None
    near: tuple[Known, ...] = ()
    shared: bool = False


def find_partner(snapshot: Snapshot, text: str) -> Meant:
    """The partner with this id, or else the only one with this name; capitals and blanks in a name do not matter.

    Near are ids that differ in capitals and marks only; else the ids and names that differ least, by one or two
    letters; else names that contain the text.
    """
    table = snapshot.table("partners")
    has_name = table is not None and table.type_of(NAME) is not None
    name = f"coalesce({NAME}, '')" if has_name else "''"
    rows = f"(SELECT {PARTNER} AS id, {name} AS name FROM {stored_rows(snapshot.path('partners'))})"
    connection = open_connection(1, folders=[snapshot.folder])
    try:
        if connection.execute(f"SELECT id FROM {rows} WHERE id = ?", [text]).fetchone():
            return Meant(text)
        called = f"WHERE lower(trim(name)) = lower(trim($1)) AND trim($1) <> '' ORDER BY id LIMIT {MOST + 1}"
        named = [Known(*row) for row in connection.execute(f"SELECT id, name FROM {rows} {called}", [text]).fetchall()]
        if named:
            return Meant(named[0].id) if len(named) == 1 else Meant(None, tuple(named[:MOST]), shared=True)
        near = [Known(each, "") for each in partners_like(snapshot, text)]
        if not near:
            found = connection.execute(f"SELECT id, name FROM {rows} {_near()}", [text]).fetchall()
            near = [Known(*row) for row in found]
        return Meant(None, tuple(near))
    finally:
        connection.close()


def _near() -> str:
    """SQL: the partners that a mistyped id or name may mean, those that differ least."""
    id, name, given = (LETTERS.format(each) for each in ("id", "name", "$1"))
    far = f"least(damerau_levenshtein({id}, {given}), damerau_levenshtein({name}, {given}))"
    allowed = f"CASE WHEN length({given}) < 5 THEN 1 ELSE 2 END"
    contained = f"(length({given}) >= 3 AND contains({name}, {given}))"
    place = f"CASE WHEN {far} <= {allowed} THEN {far} ELSE {allowed} + 1 END"
    return (
        f"WHERE {given} <> '' AND ({far} <= {allowed} OR {contained}) "
        f"QUALIFY {place} = min({place}) OVER () ORDER BY id LIMIT {MOST}"
    )
