"""Control totals: what the source system says is in an export.

A file that was cut off between two rows looks whole. Only a total from the system it came
from shows that rows are missing, so finance should ask for one with every export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.language.diagnostic import Diagnostic, has_errors, in_file_order
from engine.language.loader import load_tree
from engine.language.near import FewSuggestions
from engine.language.shape import check_shape
from engine.language.shapes import Schema, mapping, matching, named, one_of, text
from engine.language.source import Mapping, Node, Scalar
from engine.records.codes import tables as codes
from engine.records.snapshot import SnapshotTable
from engine.types import ROW

NUMBER: Final = "^-?[0-9][0-9_]{0,30}(\\.[0-9]{1,8})?$"
TOTALS: Final = mapping(
    {
        "rows": matching("^[0-9][0-9_]{0,15}$", "a number of rows", "How many records", "57_851"),
        "sums": named(matching(NUMBER, "a number such as `77_548_570.20`", "The sum of a field"), "Sums by field"),
    },
    "rows",
    description="The totals of a record table",
)
CONTROL_SCHEMA: Final[Schema] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "rung control totals",
    "type": "object",
    "required": ["rung", "control", "tables"],
    "properties": {
        "rung": one_of("Version of the language", "1"),
        "control": text("Where the totals come from", "CRM export of 2026-02-01"),
        "tables": named(TOTALS, "Totals by record table"),
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """One total: of a field, or the number of rows when `field` is "". `place` is its place in the file."""

    table: Scalar
    field: str
    value: Decimal
    place: Scalar


def parse_control(data: bytes, file: str) -> tuple[tuple[ControlTotal, ...], tuple[Diagnostic, ...]]:
    """The totals in a control file, and all findings about it."""
    tree, found = load_tree(data, file)
    if tree is None or has_errors(found):
        return (), found
    found = in_file_order((*found, *check_shape(tree, CONTROL_SCHEMA)))
    if has_errors(found) or not isinstance(tree, Mapping):
        return (), found
    return tuple(_totals(tree.get("tables"))), found


def _totals(tables: Node | None) -> Iterator[ControlTotal]:
    for entry in tables if isinstance(tables, Mapping) else ():
        if isinstance(entry.value, Mapping):
            rows, sums = entry.value.get("rows"), entry.value.get("sums")
            pairs = [("", rows), *((each.key.text, each.value) for each in (sums if isinstance(sums, Mapping) else ()))]
            for field, value in pairs:
                if isinstance(value, Scalar):
                    yield ControlTotal(entry.key, field, Decimal(re.sub("_", "", value.text)), value)


def check_control(totals: Sequence[ControlTotal], tables: Sequence[SnapshotTable]) -> tuple[Diagnostic, ...]:
    """Whether the records add up to the totals."""
    suggest = FewSuggestions()
    return tuple(found for total in totals for found in _check_total(total, tables, suggest))


def _check_total(total: ControlTotal, tables: Sequence[SnapshotTable], suggest: FewSuggestions) -> Iterator[Diagnostic]:
    table = next((each for each in tables if each.name == total.table.text), None)
    if table is None:
        names = [each.name for each in tables if not each.derived]
        message = f"the import has no table `{total.table.text}`"
        yield codes.CONTROL_TOTAL.at(total.table.span, message, help=suggest(total.table.text, names))
        return
    type = table.type_of(total.field) if total.field else None
    if total.field and (type is None or not type.is_numeric or type.currency == ROW):
        fields = [name for name, type in table.fields if type.is_numeric and type.currency != ROW]
        message = f"`{table.name}` has no sum of `{total.field}`"
        yield codes.CONTROL_TOTAL.at(total.place.span, message, help=suggest(total.field, fields))
        return
    found = Decimal(table.totals.get(total.field, {}).get("sum", "0")) if total.field else Decimal(table.rows)
    if found != total.value:
        what = f"`{table.name}.{total.field}` adds up to {found}" if total.field else f"`{table.name}` has {found} rows"
        message = f"{what}, the control total is {total.value}"
        help = "get the complete export; rows set aside and duplicates are not counted"
        yield codes.CONTROL_TOTAL.at(total.place.span, message, help=help)
