"""Names taken out of records: neutral ids in place of real ones, texts only where the program itself has them.

Neutral ids sort as the real ones do, since ties are broken by keys. Amounts, days, numbers and choices stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from engine.authoring.cases.given import SHORT
from engine.language.program import Program
from engine.language.records import EVERY_SCOPE, Field, RecordSchema, RecordTable
from engine.language.source import Span
from engine.plan.plan import Plan
from engine.plan.scalar import Literal, Value
from engine.types import Kind, Type

Rows = Mapping[str, tuple[Mapping[str, Value], ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """What each name is replaced by, by the kind of thing it names."""

    by_domain: Mapping[str, Mapping[str, str]]

    def of(self, domain: str, name: str) -> str:
        """The neutral name, the name itself where it stays."""
        return self.by_domain.get(domain, {}).get(name, name)


def neutral_records(rows: Rows, program: Program, plan: Plan) -> tuple[Rows, Names]:
    """The records with neutral names, and the names that were given."""
    schema = program.records
    kept = frozenset(_vocabulary(program, plan))
    found: dict[str, set[str]] = {}
    for table, each, value in _names(rows, schema):
        if value not in kept:
            found.setdefault(domain_of(each, table, schema), set()).add(value)
    names = Names({domain: dict(_numbered(domain, values, kept)) for domain, values in found.items()})
    tables = {table.name: table for table in schema.tables}
    changed = {name: tuple(_renamed(row, tables[name], schema, names) for row in many) for name, many in rows.items()}
    return changed, names


def domain_of(each: Field, table: RecordTable, schema: RecordSchema) -> str:
    """What an id names: the key of its table, or of the table it refers to; texts may be compared with each other."""
    if each.type.kind is Kind.TEXT:
        return "text"
    target = each.references or next((link.to for link in table.links if link.by == each.name), "")
    known = schema.table(target)
    return known.key[0] if known is not None else each.name


def _names(rows: Rows, schema: RecordSchema) -> Iterator[tuple[RecordTable, Field, str]]:
    """Every id and text of the records."""
    for name, many in rows.items():
        table = schema.table(name)
        for each in table.stored if table is not None else ():
            if table is not None and each.type.kind in (Kind.ID, Kind.TEXT):
                for row in many:
                    value = row.get(each.name)
                    if isinstance(value, str):
                        yield table, each, value


def _renamed(row: Mapping[str, Value], table: RecordTable, schema: RecordSchema, names: Names) -> dict[str, Value]:
    changed = dict(row)
    for each in table.stored:
        value = row.get(each.name)
        if each.type.kind in (Kind.ID, Kind.TEXT) and isinstance(value, str):
            changed[each.name] = names.of(domain_of(each, table, schema), value)
    return changed


def _numbered(domain: str, values: set[str], kept: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Neutral names in the order of the real ones, none of them a word of the program."""
    prefix = SHORT.get(domain, domain.removesuffix("_id") + "-")
    width = len(str(len(values)))
    while any(word.startswith(prefix) and word[len(prefix) :].isdigit() for word in kept):
        prefix = f"{prefix.rstrip('-')}x-"
    for number, value in enumerate(sorted(values), 1):
        yield value, f"{prefix}{number:0{width}}"


def _vocabulary(program: Program, plan: Plan) -> Iterator[str]:
    """The words that the program itself compares names with: tiers, certifications, texts in its lines."""
    yield EVERY_SCOPE
    for each in plan.ladders:
        yield from (each.name, *each.scope, *each.tiers)
    for stage in program.stages:
        yield from (name for pair in stage.ladder.was for name in pair)
        yield from (each.name for each in stage.certifications)
    yield from _literals(plan.tables)


def _literals(value: object) -> Iterator[str]:
    """Every text that a Plan compares with."""
    if isinstance(value, Literal):
        if isinstance(value.value, str) and value.type.kind in (Kind.ID, Kind.TEXT):
            yield value.value
    elif isinstance(value, tuple):
        for each in value:
            yield from _literals(each)
    elif is_dataclass(value) and not isinstance(value, type | Type | Span | Enum):
        for each in fields(value):
            yield from _literals(getattr(value, each.name))
