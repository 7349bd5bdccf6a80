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
SHORT, PART = 15, 5  # characters of an id of Salesforce, and of each part of it that one letter behind it stands for
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"  # by the number whose bits are the capital letters of a part


@dataclass(frozen=True, slots=True)
class MadeIds:
    """The ids of one field: `rows` is SQL with the columns id, text and line."""

    field: str
    file: str
    rows: str


def id_rule(feed: Feed, mapping: FieldMapping, field: Field) -> IdRule | None:
    """The rule for the ids of a field: its own, or that of the feed. A constant is an id already.

    Names that the program declares, such as those of certifications, are not made by a rule for all ids.
    """
    if field.type.kind is not Kind.ID or mapping.constant:
        return None
    return mapping.id or (None if field.names else feed.ids)


def id_sql(text: str, rule: IdRule | None) -> str:
    """SQL: the id that is made from a text."""
    if rule is None:
        return text
    for old, new in rule.replace:
        text = f"replace({text}, {text_literal(old.text)}, {text_literal(new.text)})"
    return _finished_sql(text, rule)


def basis_sql(text: str, rule: IdRule) -> str:
    """SQL: what two texts must share to be one id. What is replaced by nothing is said to mean nothing."""
    for old, new in rule.replace:
        if not new.text:
            text = f"replace({text}, {text_literal(old.text)}, '')"
    return _finished_sql(text, rule)


def _finished_sql(text: str, rule: IdRule) -> str:
    """SQL: what is done to every id, whatever was replaced in it."""
    if rule.salesforce:
        behind = " || ".join(
            f"substr({text_literal(LETTERS)}, 1 + {' + '.join(_bit_sql(text, part, n) for n in range(PART))}, 1)"
            for part in range(0, SHORT, PART)
        )
        text = f"if(regexp_full_match({text}, '[A-Za-z0-9]{{{SHORT}}}'), {text} || {behind}, {text})"
    if rule.digits:
        bare = f"ltrim({text}, '0')"
        padded = f"lpad({bare}, CAST(greatest({rule.digits}, strlen({bare})) AS INTEGER), '0')"
        text = f"if(regexp_full_match({text}, '[0-9]+'), {padded}, {text})"
    return f"{text_literal(rule.prefix)} || {text}" if rule.prefix else text


def _bit_sql(text: str, part: int, n: int) -> str:
    return f"if(substr({text}, {part + n + 1}, 1) BETWEEN 'A' AND 'Z', {1 << n}, 0)"


def id_text(text: str, rule: IdRule | None) -> str:
    """The same id in Python.

    >>> rule = IdRule(Span("feed.yaml", 1, 1, 1, 1), salesforce=True, prefix="SF-")
    >>> id_text("001A0000006Vm9r", rule)
    'SF-001A0000006Vm9rIAC'
    """
    if rule is None:
        return text
    for old, new in rule.replace:
        text = text.replace(old.text, new.text)
    if rule.salesforce and len(text) == SHORT and text.isascii() and text.isalnum():
        parts = [text[start : start + PART] for start in range(0, SHORT, PART)]
        text += "".join(LETTERS[sum(1 << n for n, each in enumerate(part) if each.isupper())] for part in parts)
    if rule.digits and text.isascii() and text.isdigit():
        text = text.lstrip("0").rjust(rule.digits, "0")
    return rule.prefix + text


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
