"""The leaf of a partner, by definition: its rows in all tables of results as bytes, and their hash.

The bytes are text:

    FORM                    hash of the names of the tables and of the names and types of their columns
    5:P0042                 the partner's id: length in bytes, ":", text
    t1200.00|8:2025-Q3      a row: its fields by column name, without the partner
    .                       the end of a table; the tables follow one another by name

    field:  boolean         "t", "f" or, missing, "-"
            number, date    its text and "|"; missing is "|" alone. A number has the digits of its type
            text            length in bytes, ":", the text; missing is ":" alone

The form says how many fields a row has, and every field says where it ends, so no two sets of rows have
the same bytes. Rows are in the order of the table's key. A leaf contains no run, time, actor or place in a file: the
same decisions always have the same leaf.

`engine/runs/leaves.py` writes the same bytes in SQL, for all partners at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.canonical import Canonical, decimal_text, document_hash, type_document
from engine.merkle import leaf_hash
from engine.plan.outputs import PARTNER
from engine.plan.plan import Output
from engine.plan.scalar import Value
from engine.types import Kind, Type

FORMAT = "rung.leaf/v1"
LEAVES = "leaves"  # the table that leaves are kept in
FILE = f"{LEAVES}.parquet"

END = ".\n"  # of a table: no row begins so, for no field does

Row = Mapping[str, Value]
Columns = tuple[tuple[str, Type], ...]


class NoLeaves(TypeError):
    """Rows that leaves cannot be made of. If an evaluation raises this, it is a bug in this package."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of results as leaves see it: its columns by name, without the partner."""

    name: str
    columns: Columns
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The tables of results by name, and the first line of every leaf of them."""

    sheets: tuple[Sheet, ...]
    head: str


def form_of(outputs: Iterable[Output]) -> Form:
    """The form of a Plan's outputs. Raises NoLeaves."""
    return make_form(
        Sheet(output.name, tuple((name, type) for name, _, type in output.columns), output.key) for output in outputs
    )


def make_form(tables: Iterable[Sheet]) -> Form:
    """The form of tables with all their columns, in any order.

    Raises NoLeaves for one whose rows belong to no partner, or that has the name of the leaves.
    """
    sheets: list[Sheet] = []
    for table in sorted(tables, key=lambda each: each.name):
        if table.name == LEAVES:
            raise NoLeaves(f"a table of results is called `{LEAVES}`")
        if PARTNER not in dict(table.columns):
            raise NoLeaves(f"`{table.name}` has no column `{PARTNER}`")
        others = sorted((each for each in table.columns if each[0] != PARTNER), key=lambda each: each[0])
        sheets.append(Sheet(table.name, tuple(others), table.key))
    names: list[Canonical] = [
        [sheet.name, [[name, type_document(type)] for name, type in sheet.columns]] for sheet in sheets
    ]
    return Form(tuple(sheets), document_hash({"format": FORMAT, "tables": names}) + "\n")


def leaf_of(form: Form, partner: str, rows: Mapping[str, Iterable[Row]]) -> bytes:
    """The leaf of a partner: the hash of its text as an entry of the tree."""
    return leaf_hash(leaf_text(form, partner, rows).encode())


def leaf_text(form: Form, partner: str, rows: Mapping[str, Iterable[Row]]) -> str:
    """What the leaf of a partner is the hash of; `rows` are those of this partner, by table."""
    parts = [form.head, _text(partner), "\n"]
    for sheet in form.sheets:
        mine = sorted(rows.get(sheet.name, ()), key=lambda row: _place(sheet, row))
        parts += [_line(sheet, row) for row in mine]
        parts.append(END)
    return "".join(parts)


def leaves_of(form: Form, rows: Mapping[str, Iterable[Row]]) -> dict[str, bytes]:
    """The leaves of all partners that have rows, in the order of their ids. Raises NoLeaves for a row without a
    partner.
    """
    mine: dict[str, dict[str, list[Row]]] = {}
    for sheet in form.sheets:
        for row in rows.get(sheet.name, ()):
            partner = row[PARTNER]
            if not isinstance(partner, str):
                raise NoLeaves(f"`{sheet.name}` has a row without a partner")
            mine.setdefault(partner, {}).setdefault(sheet.name, []).append(row)
    return {partner: leaf_of(form, partner, mine[partner]) for partner in sorted(mine)}


def _place(sheet: Sheet, row: Row) -> list[tuple[bool, Value]]:
    """The sort key of a row among those of its partner: by key, missing last."""
    return [(row[name] is None, "" if row[name] is None else row[name]) for name in sheet.key]


def _line(sheet: Sheet, row: Row) -> str:
    return "".join(_field(row[name], type) for name, type in sheet.columns) + "\n"


def _field(value: Value, type: Type) -> str:
    """One value. Raises NoLeaves for a value that is not of its type."""
    match value:
        case None:
            return "-" if type.kind is Kind.BOOLEAN else ":" if type.is_textual else "|"
        case bool() if type.kind is Kind.BOOLEAN:
            return "t" if value else "f"
        case str() if type.is_textual:
            return _text(value)
        case date() if type.kind is Kind.DATE:
            return f"{value.isoformat()}|"
        case int() | Decimal() if type.is_numeric and not isinstance(value, bool):
            return f"{_number(Decimal(value), type.scale)}|"
        case _:
            raise NoLeaves(f"{value!r} is no {type}")


def _number(value: Decimal, scale: int) -> str:
    """A number with a fixed number of digits after the point, so that 1 and 1.00 give the same text."""
    text = decimal_text(value)
    whole, _, part = text.partition(".")
    if part[scale:].strip("0"):
        raise NoLeaves(f"{text} has more than {scale} digits after the point")
    part = part[:scale].ljust(scale, "0")
    return f"{whole}.{part}" if scale else whole


def _text(value: str) -> str:
    return f"{len(value.encode())}:{value}"
