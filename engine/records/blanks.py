"""Texts that are right but for the blanks around them: `trim` under their source leaves these out."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Related
from engine.language.records import Field, RecordTable
from engine.records.check import style_of
from engine.records.convert import explain
from engine.records.feed import Feed, FieldMapping, Source, TableMapping
from engine.records.ids import id_rule, id_sql, id_text
from engine.records.projection import Fault
from engine.records.readers.layout import LINE, SPACES, Staged

TO_TRIM = "`trim: true`"
CURE = f"to read texts without the spaces around them, write {TO_TRIM} under the source"


def to_trim(source: str) -> str:
    """What to write."""
    return f"{CURE} `{source}`"


def place_of(source: Source) -> Related:
    """Where to write it."""
    return Related(source.place("trim"), "the source")


def padded_in(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    table: TableMapping,
    mapping: FieldMapping,
    field: Field,
    fault: Fault,
    texts: tuple[str, str],
    keys: str,
) -> str:
    """The source in which blanks are why a text is no value of a field; "" if they are not.

    `texts` are those of `problem_of`; `keys` is the relation with the keys of its look-up.
    """
    text, original = texts
    own, bare = table.source.text if table.source else "", original.strip(SPACES)
    if fault is Fault.CURRENCY:
        return own if _is_padded(text) and text.strip(SPACES) == field.type.currency else ""
    if fault is Fault.LOOK_UP_NONE and mapping.look_up:
        query = f"SELECT min(key) FROM {keys} WHERE trim(key, {text_literal(SPACES)}) = {text_literal(bare)}"
        ((key,),) = connection.execute(query).fetchall()
        return "" if key is None else mapping.look_up.source.text if _is_padded(key) else own
    if not bare or not _is_padded(original) or mapping.look_up:
        return ""
    if fault is Fault.NOT_MAPPED:
        return own if bare in {key.text for key, _ in mapping.map} else ""
    meant = {key.text: value.text for key, value in mapping.map}.get(bare, bare)
    id = id_text(meant, id_rule(feed, mapping, field))
    is_form = fault in (Fault.FORM, Fault.RANGE)
    return own if is_form and explain(id, field.type, style_of(feed, table, mapping)) is None else ""


def _is_padded(text: str) -> bool:
    return text != text.strip(SPACES)


def padded_reference(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    table: RecordTable,
    target: RecordTable,
    place: tuple[str, int, str],
    staged: Mapping[str, Staged],
) -> str:
    """The source in which blanks are why a reference names no record; "" if they are not.

    With a rule for ids that replaces blanks, `P2` and `P2 ` are two ids. `place` is the reference's field, line and id.
    """
    name, line, id = place
    referring, referred = _column(feed, table, name), _column(feed, target, target.key[0])
    if not referring or not referred:
        return ""
    (source, cell, made), (other, key, made_key) = referring, referred
    known = f"SELECT {made_key} FROM {quoted(staged[other].relation)}"
    row = f"{LINE} = {line} AND {cell} <> trim({cell}, {text_literal(SPACES)})"
    own = f"SELECT count(*) FROM {quoted(staged[source].relation)} WHERE {row} AND {made} IN ({known})"
    theirs = f"{key} <> trim({key}, {text_literal(SPACES)}) AND {made_key} = {text_literal(id)}"
    queries = {source: own, other: f"SELECT count(*) FROM {quoted(staged[other].relation)} WHERE {theirs}"}
    return next((each for each, query in queries.items() if connection.execute(query).fetchall()[0][0]), "")


def _column(feed: Feed, table: RecordTable, name: str) -> tuple[str, str, str] | None:
    """The source of a field that is one column as it is, SQL of its cell, and of the id that it has without blanks."""
    mapping, field = feed.table(table.name), table.field(name)
    found = next((each for each in (mapping.fields if mapping else ()) if each.field.text == name), None)
    if not mapping or not mapping.source or not field or not found or len(found.columns) != 1:
        return None
    if found.look_up or found.map or found.is_numbered:
        return None
    cell = quoted(found.columns[0].text)
    return mapping.source.text, cell, id_sql(f"trim({cell}, {text_literal(SPACES)})", id_rule(feed, found, field))
