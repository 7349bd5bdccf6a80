"""Versions of one family, one after the other, as one program: each decides its own days by its own rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from engine.calendar import say_days
from engine.language.codes import lineage as codes
from engine.language.diagnostic import Diagnostic, Related
from engine.language.essence import essence_of
from engine.language.program import Program
from engine.language.records import Field, RecordSchema, RecordTable
from engine.language.source import Span
from engine.types import ROW, Kind, Type, choice


def chain_programs(programs: Sequence[Program]) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The last version with those before it, in the order of their days; None where they do not make one chain.

    Each reads the tables and fields that it declares. What several declare is the same, with the values of all.
    """
    if len(programs) == 1:
        return programs[0], ()
    versions = sorted(programs, key=lambda each: each.effective)
    found = [finding for old, new in pairwise(versions) for finding in _meeting(old, new)]
    records = versions[0].records
    for old, new in pairwise(versions) if not found else ():
        records, more = _together(records, new, old)
        found += more
    if found:
        return None, tuple(found)
    chained: Program | None = None
    for each in versions:
        chained = replace(_reading(each, records), follows=chained)
    return chained, ()


def _meeting(old: Program, new: Program) -> Iterator[Diagnostic]:
    """Findings where a version does not begin on the day on which the one before it ends, or is of another program."""
    related = [Related(old.span, f"version {old.edition}")]
    if old.family != new.family:
        message = f"`{new.family}` and `{old.family}` are different programs"
        help = "evaluate each by itself: versions of one program can be evaluated together"
        yield codes.OTHER_FAMILY.at(new.span, message, related=related, help=help)
    elif new.effective[0] < old.effective[1]:
        first, before = new.effective[0], min(old.effective[1], new.effective[1])
        days = say_days(first, before)
        message = f"versions {old.edition} and {new.edition} of `{new.family}` are both in force {days}"
        help = "end one on the day on which the other begins (`before`)"
        if old.edition == new.edition:
            message = f"version {new.edition} of `{new.family}` is named twice, in force {days}"
            help = "name only one file of each version"
        yield codes.OVERLAPPING_VERSIONS.at(new.span, message, related=related, help=help)
    elif old.effective[1] < new.effective[0]:
        message = f"no version is in force {say_days(old.effective[1], new.effective[0])}"
        help = "name the version between them, or evaluate each by itself"
        yield codes.GAP_BETWEEN_VERSIONS.at(new.span, message, related=related, help=help)
    elif old.currency != new.currency:
        message = f"version {new.edition} is in {new.currency}, but version {old.edition} is in {old.currency}"
        yield codes.VERSIONS_DIFFER.at(new.span, message, related=related, help="evaluate each by itself")


def _reading(program: Program, records: RecordSchema) -> Program:
    """The program and its earlier rules: its own tables and fields, with the values that they have in these records."""
    earlier = _reading(program.earlier, records) if program.earlier else None
    tables = (_as_in(each, records.table(each.name), program) for each in program.records.tables)
    own = {each.name: each.currencies for each in program.records.tables}
    incentives = (replace(e, currencies=own.get(e.source, ())) if e.pays_by_row else e for e in program.incentives)
    return replace(program, records=RecordSchema(tuple(tables)), incentives=tuple(incentives), earlier=earlier)


def _as_in(table: RecordTable, whole: RecordTable | None, program: Program) -> RecordTable:
    assert whole is not None  # it holds the tables of all
    known = {each.name: each for each in whole.fields}
    fields = (
        replace(e, type=known[e.name].type, optional=known[e.name].optional, choice=_choice(e, program))
        for e in table.fields
    )
    return replace(table, fields=tuple(fields))


def _choice(field: Field, program: Program) -> str:
    """The choice of a field: also of one that lists the values of the choice of its name, instead of naming it."""
    own = program.dimension(field.name)
    return field.name if own and field.type.values == own else field.choice


def _together(records: RecordSchema, new: Program, old: Program) -> tuple[RecordSchema, list[Diagnostic]]:
    """The records of the versions so far and of one more; findings if a name has two meanings."""
    tables, found = {each.name: each for each in records.tables}, []
    for table in new.records.tables:
        merged = _merged(tables[table.name], table) if table.name in tables else table
        if isinstance(merged, str):
            span, was = (_place(each, table.name) for each in (new, old))
            message = f"{merged} in version {new.edition}, compared with the versions before it"
            help = "declare it alike in all versions; only `optional` and the values of an unordered choice may differ"
            found.append(codes.VERSIONS_DIFFER.at(span, message, related=[Related(was, "before")], help=help))
        else:
            tables[table.name] = merged
    return RecordSchema(tuple(tables.values())), found


def _place(program: Program, table: str) -> Span:
    return dict(program.record_spans).get(table, program.span)


def _merged(one: RecordTable, other: RecordTable) -> RecordTable | str:
    """A table with the fields and links of both; what differs, where it cannot be one."""
    bare = [replace(each, fields=(), links=()) for each in (one, other)]
    if bare[0] != bare[1]:
        return f"the record table `{one.name}` has a different key, partner, day or history"
    fields = {each.name: each for each in one.fields}
    for field in other.fields:
        same = _alike(fields[field.name], field) if field.name in fields else field
        if same is None:
            return f"`{one.name}.{field.name}` has changed"
        fields[field.name] = same
    links = {each.name: each for each in one.links}
    for link in other.links:
        if links.setdefault(link.name, link) != link:
            return f"the link `{link.name}` of `{one.name}` refers to something else"
    return replace(one, fields=tuple(fields.values()), links=tuple(links.values()))


def _alike(one: Field, other: Field) -> Field | None:
    """A field that both declarations allow; None where they contradict each other."""
    type = _widest(one.type, other.type)
    if type is None:
        return None
    said = [essence_of(replace(each, type=type, optional=False)) for each in (one, other)]  # wherever it is written
    if said[0] != said[1]:
        return None
    return replace(one, type=type, optional=one.optional or other.optional)


def _widest(one: Type, other: Type) -> Type | None:
    if one == other:
        return one
    if one.kind is other.kind is Kind.CHOICE and not (one.ordered or other.ordered):
        return choice(*dict.fromkeys((*one.values, *other.values)))
    if one.currency == other.currency == ROW:  # its digits are those of the currencies that occur
        return max(one, other, key=lambda each: each.scale)
    return None
