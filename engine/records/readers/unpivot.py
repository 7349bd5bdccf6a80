"""Wide columns to rows: twelve months side by side become twelve rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.near import FewSuggestions
from engine.language.source import Span
from engine.records import codes_readers as codes
from engine.records.readers.findings import Findings
from engine.records.readers.layout import LINE, NUMBERS, RESERVED, Staged, Unpivot

WIDE = "_wide"
"""What is appended to a relation's name for its wide form."""


def check_unpivot(wide: Staged, unpivot: Unpivot, span: Span, findings: Findings) -> None:
    """Note columns the file does not have, and new names that are taken."""
    if not unpivot.columns:
        findings.at(codes.UNPIVOT, span, "`unpivot` names no columns", "list the columns that become rows")
    known, suggest = {*wide.columns}, FewSuggestions()
    for name, times in Counter(unpivot.columns).items():
        if name not in known:
            message = f"`unpivot` names `{name}`, which `{wide.file}` does not have"
            findings.at(codes.UNPIVOT, span, message, suggest(name, wide.columns))
        elif times > 1:
            findings.at(codes.UNPIVOT, span, f"`unpivot` names `{name}` twice", "name each column once")
    unpivoted = {*unpivot.columns}
    kept = [name.lower() for name in wide.columns if name not in unpivoted]
    taken = [*kept, *RESERVED]
    for name in (unpivot.name, unpivot.value):
        if not name or name.lower() in taken:
            used = f"`unpivot` adds a column `{name}`, but this name is already used"
            message = used if name else "`unpivot` adds a column without a name"
            findings.at(codes.UNPIVOT, span, message, "choose another name" if name else "write its name")
        taken.append(name.lower())


def stage_unpivot(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    wide: Staged,
    unpivot: Unpivot,
    span: Span,
    findings: Findings,
) -> Staged | None:
    """Make `relation` as a view on `wide`; rows keep the line of the row they come from."""
    before = findings.total()
    check_unpivot(wide, unpivot, span, findings)
    if findings.total() > before:
        return None
    unpivoted = {*unpivot.columns}
    kept = tuple(name for name in wide.columns if name not in unpivoted)
    names = ", ".join(text_literal(name) for name in unpivot.columns)
    cells = ", ".join(quoted(name) for name in unpivot.columns)
    columns = "".join(f"{quoted(name)}, " for name in kept)
    name, value, line, numbers = (quoted(each) for each in (unpivot.name, unpivot.value, LINE, NUMBERS))
    # A cell that is a number keeps that mark under its new name.
    marked = (
        f"CASE WHEN list_contains({numbers}, {name}) THEN list_append(list_filter({numbers}, lambda each: "
        f"NOT list_contains([{names}], each)), {text_literal(unpivot.value)}) "
        f"ELSE nullif(list_filter({numbers}, lambda each: NOT list_contains([{names}], each)), []) END"
    )
    connection.execute(
        f"CREATE VIEW {quoted(relation)} AS SELECT {columns}{name}, {value}, {line}, {marked} AS {numbers} FROM ("
        f"SELECT {columns}unnest([{names}]) AS {name}, unnest([{cells}]) AS {value}, {line}, {numbers} "
        f"FROM {quoted(wide.relation)})"
    )
    header = (*kept, unpivot.name, unpivot.value)
    typed = wide.typed - unpivoted | ({unpivot.value} if wide.typed.issuperset(unpivot.columns) else set())
    rows = wide.rows * len(unpivot.columns)
    return replace(wide, relation=relation, columns=header, rows=rows, typed=typed, whole=frozenset())
