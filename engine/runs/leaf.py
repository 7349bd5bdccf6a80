"""The leaf of a partner, by definition: its rows in all tables of results as bytes, and their SHA-256.

The bytes are text:

    FORM                    hash of the names of the tables and of the names and types of their columns, and
                            which of them repeat which
    5:P0042                 the partner's id: length in bytes, ":", text
    t1200.00|8:2025-Q3      a row: its fields by column name, without the partner
    .                       the end of a table; the tables follow one another by name

    field:  boolean         "t", "f" or, missing, "-"
            number, date    its text and "|"; missing is "|" alone. A number has the digits of its type;
                            "=" alone where it repeats the number of the column that the form names
            text            length in bytes, ":", the text; missing is ":" alone

The form says how many fields a row has, and every field says where it ends, so no two sets of rows have
the same bytes. Rows are in the order of the table's key. A leaf contains no run, time, actor or place in a file: the
same decisions always have the same leaf.

The root of a run is the tree hash (`engine/merkle.py`) over all leaves in the order of partners. Its entries are pages
of 16 leaves side by side. To prove a partner's rows takes the page and the hashes on its way to the root. The text of a
leaf begins with a hexadecimal digit, and what the tree hashes with 0 or 1, so neither can be passed off as the other.

`engine/runs/leaves.py` writes the same bytes in SQL, for all partners at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from engine.canonical import Canonical, decimal_text, document_hash, type_document
from engine.merkle import SIZE, leaf_hash, tree_hash
from engine.plan.outputs import PARTNER
from engine.plan.plan import Output
from engine.plan.scalar import Value
from engine.types import Kind, Type

FORMAT = "rung.leaf/v1"
LEAVES = "leaves"  # the table that leaves are kept in
FILE = f"{LEAVES}.parquet"

PAGE = 16  # leaves of an entry: each alone as an entry would make the tree fifteen times as much work
END = ".\n"  # of a table: no row begins so, for no field does
REPEATED = "="  # no number begins so

Row = Mapping[str, Value]
Columns = tuple[tuple[str, Type], ...]


class NoLeaves(TypeError):
    """Rows that leaves cannot be made of. If an evaluation raises this, it is a bug in this package."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of results as leaves see it: its columns by name, without the partner.

    `repeats` are columns of numbers that show what another shows, and that other: lines of several tiers observe one
    metric. It makes texts shorter, and whatever values the two have, the text says both.
    """

    name: str
    columns: Columns
    key: tuple[str, ...]
    repeats: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """The tables of results by name, and the first line of every leaf of them."""

    sheets: tuple[Sheet, ...]
    head: str


def form_of(outputs: Iterable[Output]) -> Form:
    """The form of a Plan's outputs. Raises NoLeaves."""
    return make_form(sheet_of(output) for output in outputs)


def sheet_of(output: Output) -> Sheet:
    """The sheet of an output, all columns in their order. What is read from one column of the Plan is repeated."""
    columns = tuple((name, type) for name, _, type in output.columns)
    first: dict[tuple[str, Type], str] = {}
    repeats = {
        name: first[column, type]
        for name, column, type in output.columns
        if type.is_numeric and first.setdefault((column, type), name) != name
    }
    return Sheet(output.name, columns, output.key, repeats)


def make_form(tables: Iterable[Sheet]) -> Form:
    """The form of tables with all their columns, in any order.

    Raises NoLeaves for one whose rows belong to no partner, that has the name of the leaves, or in which something
    else than a number repeats a number of its type, or repeats what itself repeats another.
    """
    sheets: list[Sheet] = []
    for table in sorted(tables, key=lambda each: each.name):
        if table.name == LEAVES:
            raise NoLeaves(f"a table of results is called `{LEAVES}`")
        if PARTNER not in dict(table.columns):
            raise NoLeaves(f"`{table.name}` has no column `{PARTNER}`")
        types = dict(table.columns)
        for name, other in table.repeats.items():
            mine = types.get(name)
            if mine is None or mine != types.get(other) or not mine.is_numeric or other in table.repeats:
                raise NoLeaves(f"`{name}` of `{table.name}` cannot repeat `{other}`")
        others = sorted((each for each in table.columns if each[0] != PARTNER), key=lambda each: each[0])
        sheets.append(replace(table, columns=tuple(others)))
    names: list[Canonical] = [
        [sheet.name, [[name, type_document(type)] for name, type in sheet.columns], dict(sheet.repeats)]
        for sheet in sheets
    ]
    return Form(tuple(sheets), document_hash({"format": FORMAT, "tables": names}) + "\n")


def leaf_of(form: Form, partner: str, rows: Mapping[str, Iterable[Row]]) -> bytes:
    """The leaf of a partner: the hash of its text."""
    return sha256(leaf_text(form, partner, rows).encode()).digest()


def root_of(leaves: bytes) -> bytes:
    """The root over leaves, one after another in the order of partners."""
    pages = [leaves[at : at + PAGE * SIZE] for at in range(0, len(leaves), PAGE * SIZE)]
    return tree_hash(b"".join(map(leaf_hash, pages)))


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
    return "".join(_cell(sheet, row, name, type) for name, type in sheet.columns) + "\n"


def _cell(sheet: Sheet, row: Row, name: str, type: Type) -> str:
    value, other = row[name], sheet.repeats.get(name)
    return REPEATED if other is not None and value is not None and value == row[other] else _field(value, type)


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
