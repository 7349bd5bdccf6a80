"""How texts of files become ids: by a rule that the feed states, the same for every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from engine.duck import text_literal
from engine.language.diagnostic import Diagnostic, Related
from engine.language.records import Field
from engine.language.source import Span
from engine.records.codes import tables as codes
from engine.records.convert import shown
from engine.records.feed import Feed, FieldMapping, IdRule
from engine.records.readers.layout import LINE
from engine.types import Kind

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class MadeIds:
    """The ids of one field: `rows` is SQL with the columns id, text and line."""

    field: str
    file: str
    rows: str


def id_rule(feed: Feed, mapping: FieldMapping, field: Field) -> IdRule | None:
    """The rule for the ids of a field: its own, or that of the feed; a constant is an id already."""
    if field.type.kind is not Kind.ID or mapping.constant:
        return None
    return mapping.id or feed.ids


def id_sql(text: str, rule: IdRule | None) -> str:
    """SQL: the id that is made from a text."""
    for old, new in rule.replace if rule else ():
        text = f"replace({text}, {text_literal(old.text)}, {text_literal(new.text)})"
    return text


def id_text(text: str, rule: IdRule | None) -> str:
    """The same id in Python."""
    for old, new in rule.replace if rule else ():
        text = text.replace(old.text, new.text)
    return text


def basis_sql(text: str, rule: IdRule) -> str:
    """SQL: what two texts must share to be one id. What is replaced by nothing is said to mean nothing."""
    for old, new in rule.replace:
        if not new.text:
            text = f"replace({text}, {text_literal(old.text)}, '')"
    return text


def check_ids(connection: duckdb.DuckDBPyConnection, made: Mapping[str, Sequence[MadeIds]]) -> Iterator[Diagnostic]:
    """Two texts that became one id, in whatever fields that name the same things. They may be two partners."""
    for fields in made.values():
        rows = " UNION ALL ".join(
            f"SELECT id, text, line, {text_literal(each.file)} AS file, {text_literal(each.field)} AS field"
            f" FROM ({each.rows})"
            for each in fields
        )
        changed = f"SELECT DISTINCT id FROM ({rows}) WHERE id <> text"
        first = "min({line: line, text: text, file: file, field: field})"
        query = (
            "SELECT id, list(first ORDER BY text) FROM"
            f" (SELECT id, text, {first} AS first FROM ({rows}) SEMI JOIN ({changed}) USING (id) GROUP BY id, text)"
            f" GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT {MOST_TOLD}"
        )
        for id, (one, other, *_) in connection.execute(query).fetchall():
            message = f"`{other['field']}`: {shown(other['text'])} and {shown(one['text'])} become the same id `{id}`"
            help = "replace the texts by other ones; or, if both mean the same, translate one of them with a `map`"
            yield codes.IDS_COLLIDE.at(_place(other), message, related=[Related(_place(one), "the other")], help=help)


def rows_of_ids(judged: str, n: int) -> str:
    """SQL: the ids of field `n` of a projection, with the texts they are made from."""
    return f"SELECT x{n} AS id, i{n} AS text, {LINE} AS line FROM ({judged}) WHERE f{n} IS NULL AND x{n} IS NOT NULL"


def _place(row: Mapping[str, object]) -> Span:
    line = int(str(row["line"]))
    return Span(str(row["file"]), line, 1, line, 1)
