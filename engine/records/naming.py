"""Names in records: certifications, tiers and designations mean something only by the names that the program declares.

A name that the program does not declare is no fault of its row: another program may read it. But here it counts for
nothing, and the import says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.language.near import MOST_NAMES, close_names, suggest
from engine.language.program import Program
from engine.language.records import STANDING, Field, Names, RecordSchema, RecordTable
from engine.records.codes import tables as codes
from engine.records.convert import shown
from engine.records.feed import FieldMapping, TableMapping
from engine.records.findings import to_map
from engine.records.readers.layout import LINE
from engine.records.rules import count, loaded
from engine.types import Kind

CERTIFICATIONS, STATUSES = "certifications", "statuses"
MOST_COMPARED = 100  # names of a field that are compared with those of the program


def named_records(program: Program) -> RecordSchema:
    """The record tables of a program, whose fields know the names that the program declares for their values."""
    stages = [stage for version in program.versions for stage in version.stages]
    return RecordSchema(tuple(_named(table, stages) for table in program.records.tables))


def _named(table: RecordTable, stages: list[Program]) -> RecordTable:
    fields = tuple(
        replace(field, names=names) if field.type.kind in (Kind.ID, Kind.TEXT) and names and names.known else field
        for field in table.fields
        for names in [_names(table.name, field, stages)]
    )
    return replace(table, fields=fields)


def _names(table: str, field: Field, stages: list[Program]) -> Names | None:
    """The names for the values of a field; None where it holds other texts."""
    if (table, field.name) == (CERTIFICATIONS, "certification"):
        return _known("certification", CERTIFICATIONS, (each.name for stage in stages for each in stage.certifications))
    if table not in STANDING:
        return None
    if field.name == "tier":
        ladders = [each for stage in stages for each in stage.ladders]
        tiers = _known("tier", "tiers", (name for each in ladders for name in each.names))
        if table != STATUSES:
            return tiers
        former = (old for each in ladders for old, _ in each.was)
        return replace(tiers, known=(*tiers.known, *former), closed=False)
    if field.name == "ladder":
        found = (each.name for stage in stages for each in stage.designations)
        return _known("designation", "designations", (field.default, *found))
    if field.default:  # a key of designations
        values = (value for stage in stages for value in stage.dimension(field.name))
        return _known(f"value of `{field.name}`", "choices", (field.default, *values))
    return None


def _known(what: str, section: str, names: Iterable[str]) -> Names:
    """Names, each once and in their order."""
    return Names(what, section, tuple(dict.fromkeys(names)))


def check_names(
    connection: duckdb.DuckDBPyConnection, table: RecordTable, mapping: TableMapping
) -> Iterator[Diagnostic]:
    """Names in the loaded rows of a table that the program does not declare: one finding for each field."""
    for each in mapping.fields:
        field = table.field(each.field.text)
        if field is not None and field.names is not None:
            found = _undeclared(connection, table, field, field.names)
            if found:
                total = count(connection, f"SELECT count(*) FROM {loaded(table.name)}")
                yield _finding(table, each, field.names, found, total)


def _undeclared(
    connection: duckdb.DuckDBPyConnection, table: RecordTable, field: Field, names: Names
) -> list[tuple[str, int]]:
    """The names that are not known, each with the number of its rows, in the order of the file."""
    name, known = quoted(field.name), ", ".join(map(text_literal, names.known))
    query = (
        f"SELECT {name}, count(*) FROM {loaded(table.name)} WHERE {name} NOT IN ({known})"
        f" GROUP BY {name} ORDER BY min({LINE}), {name}"
    )
    return connection.execute(query).fetchall()


def _finding(
    table: RecordTable, mapping: FieldMapping, names: Names, found: list[tuple[str, int]], total: int
) -> Diagnostic:
    rows = sum(number for _, number in found)
    listed = ", ".join(_listed(text, number, len(found)) for text, number in found[:MOST_NAMES])
    listed += f", and {len(found) - MOST_NAMES:,} more" if len(found) > MOST_NAMES else ""
    verb, they = ("names", "it counts") if rows == 1 else ("name", "they count")
    message = (
        f"{rows:,} of {total:,} rows of `{table.name}` {verb} a {names.what} that the program does not have"
        f" ({listed}); {they} for nothing"
    )
    return codes.NAME_NOT_DECLARED.at(mapping.span, message, help=_cure(mapping, names, [text for text, _ in found]))


def _listed(text: str, number: int, names: int) -> str:
    """A name; where there are several, with the number of its rows."""
    return shown(text) if names == 1 else f"{shown(text)} in {number:,}"


def _cure(mapping: FieldMapping, names: Names, found: list[str]) -> str:
    """What to write for the first of the names that is probably another one's, or else for the first."""
    meant = next((each for each in found[:MOST_COMPARED] if len(close_names(each, names.known)) == 1), found[0])
    declare = f"declare it under `{names.section}` in the program"
    if mapping.constant or meant in {value.text for _, value in mapping.map}:
        return f"correct it in the feed ({suggest(meant, names.known)}), or {declare}"
    return f"{to_map(meant, mapping, names.known)}; or {declare}"
