"""Columns that the feed names and the files do not have, or have in a form that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.language.diagnostic import Diagnostic, Severity
from engine.language.names import suggest
from engine.language.source import Scalar
from engine.records.codes import feed as codes
from engine.records.feed import Feed, FieldMapping, TableMapping
from engine.records.readers.layout import Staged

OPERATORS = {*"*/+"}  # in what is meant as a calculation of columns


def missing_columns(feed: Feed, tables: Iterable[TableMapping], staged: Mapping[str, Staged]) -> Iterator[Diagnostic]:
    """One finding for each place that names such a column; files that could not be read have been reported.

    What is wrong with a column is an error if the feed reads it, else a note.
    """
    named = [(source.name, each.column) for source in feed.sources for each in source.where]
    named += [column for table in tables for each in table.fields for column in _named(table, each)]
    read = {(source, column.text) for source, column in named}
    for source, found in staged.items():
        for name, fault in found.faults:
            yield fault if (source, name) in read else replace(fault, severity=Severity.NOTE, help="")
    yield from _missing(named, staged)


def _named(table: TableMapping, field: FieldMapping) -> Iterator[tuple[str, Scalar]]:
    """The sources and columns that a field names."""
    for column in field.read if table.source else ():
        yield table.source.text if table.source else "", column
    if field.look_up:
        yield field.look_up.source.text, field.look_up.match
        yield field.look_up.source.text, field.look_up.take


def _missing(named: Iterable[tuple[str, Scalar]], staged: Mapping[str, Staged]) -> Iterator[Diagnostic]:
    for source, column in named:
        found = staged.get(source)
        if found and column.text not in found.columns:
            message = f"`{found.file}` has no column `{column.text}`"
            yield codes.UNKNOWN_COLUMN.at(column.span, message, help=_cure(column, found))


def _cure(column: Scalar, staged: Staged) -> str:
    if {*column.text} & OPERATORS and any(each in column.text for each in staged.columns):
        return "to calculate, write `{calculate: a * b, of: {a: COLUMN, b: COLUMN}}`, with + - * / and parentheses"
    return suggest(column.text, staged.columns)
