"""Cells that mean what stands above them: a report writes the name of a group once, in its own row or the first."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from engine.duck import quoted, text_literal
from engine.language.diagnostic import Diagnostic
from engine.records.codes import feed as codes
from engine.records.feed import Source
from engine.records.projection import cell
from engine.records.readers.layout import LINE, NUMBERS, Staged


def fill_down(connection: duckdb.DuckDBPyConnection, source: Source, staged: Staged) -> tuple[Staged, list[Diagnostic]]:
    """The rows of a source in which cells without a value have that of the row above, and how many there were.

    A cell that takes a number of a workbook is a number as well.
    """
    if not source.fill_down:
        return staged, []
    names = [each.text for each in source.fill_down]
    rows, relation = quoted(staged.relation), f"{staged.relation} filled down"
    above = f"OVER (ORDER BY {LINE})"
    given = {name: cell(source, name) for name in names}
    filled = [f"last_value({text} IGNORE NULLS) {above} AS {quoted(name)}" for name, text in given.items()]
    numbers = NUMBERS
    for name, text in given.items():
        is_number = f"coalesce(list_contains({NUMBERS}, {text_literal(name)}), false)"
        came = f"last_value(CASE WHEN {text} IS NOT NULL THEN {is_number} END IGNORE NULLS) {above}"
        numbers = f"if({text} IS NULL AND {came}, list_append({numbers}, {text_literal(name)}), {numbers})"
    counts = ", ".join(
        f"count(*) FILTER ({text} IS NULL AND {LINE} > (SELECT min({LINE}) FROM {rows} WHERE {text} IS NOT NULL))"
        for text in given.values()
    )
    (numbers_of,) = connection.execute(f"SELECT {counts} FROM {rows}").fetchall()
    connection.execute(
        f"CREATE VIEW {quoted(relation)} AS SELECT * REPLACE ({', '.join(filled)}, {numbers} AS {NUMBERS}) FROM {rows}"
    )
    told = ", ".join(f"{count:,} in `{name}`" for name, count in zip(names, numbers_of, strict=True) if count)
    message = f"cells without a value in `{staged.file}` have the value above them: {told}"
    notes = [codes.CELLS_FILLED.at(source.place("fill_down"), message)] if told else []
    return replace(staged, relation=relation), notes
