"""Cells that mean what stands above them: a report writes the name of a group once, in its own row or the first."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.records.codes import feed as codes
from engine.records.feed import Source
from engine.records.projection import cell, order_in_line
from engine.records.readers.header import UNNAMED
from engine.records.readers.layout import LINE, NUMBERS, Staged
from engine.records.where import last_line

ORDER = quoted(f"{UNNAMED}order")  # of rows of the same line


def fill_down(connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged) -> tuple[Staged, list[Diagnostic]]:
    """The rows of a source in which cells without a value have that of the row above, and how many there were.

    A cell that takes a number of a workbook is a number as well. Rows without any value at the end stay as they are.
    """
    if not source.fill_down:
        return staged, []
    relation = f"{staged.relation} filled down"
    rows = f"(SELECT *, {order_in_line(source)} AS {ORDER} FROM {quoted(staged.relation)})"
    above, last = _above(source), last_line(staged)
    own = {each.text: cell(source, each.text) for each in source.fill_down}
    filled = {
        name: f"if({LINE} > ({last}), {text}, last_value({text} IGNORE NULLS) {above})" for name, text in own.items()
    }
    numbers = NUMBERS
    for name, text in own.items():
        is_number = f"coalesce(list_contains({NUMBERS}, {text_literal(name)}), false)"
        came = f"last_value(CASE WHEN {text} IS NOT NULL THEN {is_number} END IGNORE NULLS) {above}"
        numbers = f"if({text} IS NULL AND {came}, list_append({numbers}, {text_literal(name)}), {numbers})"
    marks = ", ".join(
        f"{text} IS NULL AND {filled[name]} IS NOT NULL AND {_is_of_file(source, name)} AS is{n}"
        for n, (name, text) in enumerate(own.items())
    )
    counts = ", ".join(f"count_if(is{n})" for n in range(len(own)))
    (numbers_of,) = connection.execute(f"SELECT {counts} FROM (SELECT {marks} FROM {rows})").fetchall()
    made = ", ".join(f"{text} AS {quoted(name)}" for name, text in filled.items())
    connection.execute(
        f"CREATE VIEW {quoted(relation)} AS SELECT * EXCLUDE ({ORDER}) REPLACE ({made}, {numbers} AS {NUMBERS})"
        f" FROM {rows}"
    )
    told = ", ".join(f"{count:,} in `{name}`" for name, count in zip(own, numbers_of, strict=True) if count)
    message = f"cells without a value in `{staged.file}` have the value above them: {told}"
    notes = [codes.CELLS_FILLED.at(source.place("fill_down"), message)] if told else []
    return replace(staged, relation=relation), notes


def _above(source: Source) -> str:
    """SQL: a row and those above it; above a wide cell is that of its own column."""
    unpivot = source.layout.unpivot
    column = f"PARTITION BY {quoted(unpivot.name)} " if unpivot else ""
    return f"OVER ({column}ORDER BY {LINE}, {ORDER} ROWS UNBOUNDED PRECEDING)"


def _is_of_file(source: Source, name: str) -> str:
    """SQL: the cell is one of the file, and not the same one beside another wide cell of its line."""
    unpivot = source.layout.unpivot
    if unpivot is None or name == unpivot.value:
        return "true"
    return f"{quoted(unpivot.name)} = {text_literal(unpivot.columns[0])}"
