"""Invented records for an example: rows of the program's own tables that satisfy simple conditions.

Whether they do is not decided here: the reference evaluates them, and an example that does not earn is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from engine.language import syntax
from engine.language.program import Group, Incentive, Program, Requirement
from engine.language.records import Field, RecordTable
from engine.language.syntax import Expression
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.plan.table import Scan
from engine.types import Kind

PARTNER, SELLER = "P-1", "S-1"
IDS = {"partners": PARTNER, "people": SELLER, "customers": "C-1", "products": "A-1"}
ENTRY, SALE = "entry", "sale"
ONE_DAY = timedelta(days=1)
Row = dict[str, Value]


@dataclass
class World:
    """Tables of invented rows by name."""

    program: Program
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: RecordTable, day: date, key: str, wanted: Mapping[str, Value]) -> Row:
        """A row with all its fields, and the rows it refers to; `wanted` may name fields of linked rows."""
        row: Row = {each.name: self._value(each, day) for each in table.stored}
        row |= {name: value for name, value in wanted.items() if name in row and name != table.partner}
        if len(table.key) == 1:
            row[table.key[0]] = key  # always: two rows with one key would be one
        for link in table.followed:
            dotted = f"{link.name}."
            inside = {name.removeprefix(dotted): each for name, each in wanted.items() if name.startswith(dotted)}
            target = self.program.records.table(link.to)
            if target is not None and inside:
                row[link.by] = self._linked(target, day, inside)
        for each in table.stored:
            if each.references:
                self._refer(each.references, row[each.name], day)
        self.tables.setdefault(table.name, []).append(row)
        return row

    def _linked(self, target: RecordTable, day: date, inside: Mapping[str, Value]) -> str:
        """The key of the row linked to; one row serves all rows that want the same of it."""
        key = IDS.get(target.name, f"{target.name[:1].upper()}-1")
        if not any(row[target.key[0]] == key for row in self.tables.get(target.name, ())):
            self.add(target, day, key, inside)
        return key

    def _refer(self, name: str, key: Value, day: date) -> None:
        """A row for a reference, so that it leads somewhere."""
        target = self.program.records.table(name)
        if key is None or target is None or not isinstance(key, str):
            return
        if not any(row[target.key[0]] == key for row in self.tables.get(name, ())):
            self.add(target, day, key, {})

    def _value(self, each: Field, day: date) -> Value:
        """A plain value of a field; an optional one is left out, unless something may be paid on it."""
        if each.references in ("partners", "people"):
            return PARTNER if each.references == "partners" and each.name != "parent_id" else self._person(each)
        if each.name == ENTRY:
            return SALE
        if each.name == "recorded_on":
            return day
        if each.optional and each.type.kind not in (Kind.MONEY, Kind.INTEGER, Kind.NUMBER, Kind.CHOICE):
            return None
        return default_value(each, day)

    def _person(self, each: Field) -> Value:
        return SELLER if each.references == "people" else None

    def filled(self, plan: Plan) -> dict[str, list[Row]]:
        """The rows as a plan scans them, every column there."""
        scans = {each.table: each.columns for each in plan.tables if isinstance(each, Scan)}
        whole: dict[str, list[Row]] = {**self.tables, "reach": [{"partner_id": PARTNER, "source_id": PARTNER}]}
        return {
            name: [{each.name: row.get(each.name) for each in columns} for row in whole.get(name, ())]
            for name, columns in scans.items()
        }


def with_repeat(
    incentive: Incentive, table: RecordTable, sizes: Sequence[Fraction]
) -> tuple[Sequence[Fraction], tuple[dict[str, Value], ...]]:
    """The sizes, and whose each record is; where only the first of each customer counts, one comes twice.

    A single record is not repeated.
    """
    if not incentive.first:
        return sizes, ()
    fields = [f"{word}_id" if table.field(f"{word}_id") else word for word in incentive.first if word != "partner"]
    repeated = sizes[:1] if len(sizes) > 1 else ()
    whose = [1, *range(1, len(sizes) + 1)][-len(sizes) - len(repeated) :]
    own: tuple[dict[str, Value], ...] = tuple(
        {name: f"{name[:1].upper()}-{number}" for name in fields} for number in whose
    )
    return [*repeated, *sizes], own


def default_value(each: Field, day: date) -> Value:
    """A neutral value of the field's type."""
    match each.type.kind:
        case Kind.DATE:
            return day
        case Kind.BOOLEAN:
            return False
        case Kind.MONEY | Kind.NUMBER:
            return Decimal(0).quantize(Decimal(1).scaleb(-each.type.scale))
        case Kind.INTEGER | Kind.DAYS | Kind.MONTHS:
            return 1
        case Kind.CHOICE:
            return each.type.values[0] if each.type.values else None
        case _:
            return IDS.get(each.references, f"{each.name[:1].upper()}-1")


def wanted_by(requirements: Sequence[Requirement], table: RecordTable | None, program: Program) -> dict[str, Value]:
    """Values of fields that make simple conditions true: the first way of several; what is not simple is left out."""
    wanted: dict[str, Value] = {}
    for name, value in _pairs(requirements, table, program):
        wanted.setdefault(name, value)
    return wanted


def _pairs(
    requirements: Sequence[Requirement], table: RecordTable | None, program: Program
) -> Iterator[tuple[str, Value]]:
    for each in requirements:
        if isinstance(each, Group):
            if each.form != "none":
                count = {"all": len(each.lines), "any": 1}.get(each.form, each.count)
                yield from _pairs(each.lines[:count], table, program)
        else:
            yield from _pair(each.expression, table, program)


def _pair(expression: Expression, table: RecordTable | None, program: Program) -> Iterator[tuple[str, Value]]:
    match expression:
        case syntax.Logic(op, terms):
            for term in terms if op == "and" else terms[:1]:
                yield from _pair(term, table, program)
        case syntax.Comparing(op, syntax.Name(name), right) if op in SHIFTS:
            value = _literal(right, program)
            yield from _typed(name, _shifted(value, SHIFTS[op]), table, program)
        case syntax.Comparing("is not", syntax.Name(name), right):
            yield from _other(name, (right,), table, program)
        case syntax.Membership(syntax.Name(name), options, False):
            yield from _typed(name, _literal(options[0], program), table, program)
        case syntax.Membership(syntax.Name(name), options, True):
            yield from _other(name, options, table, program)
        case syntax.Ranging(syntax.Name(name), low, _):
            yield from _typed(name, _literal(low, program), table, program)
        case syntax.Name(name):
            yield from _typed(name, True, table, program)
        case syntax.Negation(syntax.Name(name)):
            yield from _typed(name, False, table, program)
        case _:
            return


SHIFTS = {"is": 0, ">=": 0, "<=": 0, ">": 1, "<": -1}


def _literal(expression: Expression, program: Program) -> Value:
    """The value of a literal or of a bare word; None for anything else."""
    match expression:
        case syntax.Number(value) | syntax.Money(value) | syntax.Day(value) | syntax.Text(value) | syntax.Truth(value):
            return value
        case syntax.Name(name) if not any(each.name == name for each in program.parameters):
            return name
        case _:
            return None


def _shifted(value: Value, by: int) -> Value:
    if isinstance(value, bool) or not by:
        return value
    if isinstance(value, date):
        return value + by * ONE_DAY
    return value + by if isinstance(value, Decimal | int) else value


HELD: dict[Kind, type | tuple[type, ...]] = {
    Kind.INTEGER: (Decimal, int),
    Kind.NUMBER: (Decimal, int),
    Kind.MONEY: (Decimal, int),
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
}
"""What a field can be compared with; with a text where nothing is said."""


def _typed(name: str, value: Value, table: RecordTable | None, program: Program) -> Iterator[tuple[str, Value]]:
    """The pair, if the field exists and can hold the value."""
    found = _field(name, table, program)
    if found is None or not isinstance(value, HELD.get(found.type.kind, str)):
        return  # the right side is another field, say
    if found.type.kind is Kind.INTEGER and isinstance(value, Decimal):
        value = int(value)
    if found.type.kind in (Kind.MONEY, Kind.NUMBER) and isinstance(value, Decimal | int):
        value = Decimal(value).quantize(Decimal(1).scaleb(-found.type.scale))
    if found.type.kind is Kind.CHOICE and value not in found.type.values:
        return
    yield name, value


def _other(
    name: str, options: Sequence[Expression], table: RecordTable | None, program: Program
) -> Iterator[tuple[str, Value]]:
    """A value of a choice that is none of the options."""
    found = _field(name, table, program)
    refused = [_literal(each, program) for each in options]
    if found is not None and found.type.kind is Kind.CHOICE:
        rest = [each for each in found.type.values if each not in refused]
        if rest:
            yield name, rest[0]


def _field(name: str, table: RecordTable | None, program: Program) -> Field | None:
    """A field of the table, or of a row it links to."""
    if table is None:
        return None
    link_name, _, inside = name.partition(".")
    link = table.link(link_name) if inside else None
    if link is not None and inside:
        target = program.records.table(link.to)
        return target.field(inside) if target is not None else None
    return table.field(name)
