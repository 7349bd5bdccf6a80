"""The records of a case: rows read by the types of their tables, and what need not be written filled in.

Filled in are ids, `entry` (`return` where `returns_id` is written, else `sale`), the partner of the case, people that
rows name where no `people` are given, and neutral values of fields that every record has and the program does not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import assert_never

from engine.authoring.cases import codes
from engine.authoring.cases.model import Word
from engine.authoring.cases.values import read_value
from engine.language.currency import scale_of
from engine.language.diagnostic import Diagnostic
from engine.language.lines import shown
from engine.language.near import suggest
from engine.language.reading import start_of
from engine.language.records import CURRENCY, ENTRY, RETURNS, Field, RecordSchema, RecordTable
from engine.language.source import Entry, Node, Scalar, Sequence, Span
from engine.language.source import Mapping as Tree
from engine.plan.scalar import Value
from engine.types import ROW, Kind, Type, money

PARTNERS, PEOPLE = "partners", "people"
PARTNER, PERSON = "partner_id", "person_id"
TIMES = "times"  # repeats a record; a field of this name goes before it
FIRST = "P1"  # the partner of a case that names none
MAX_ROWS = 10_000  # of one case: cases are small worlds
SHORT = {PARTNER: "P", PERSON: "S"}  # ids people read most: partners, and sellers

Needed = Mapping[str, frozenset[str]]
"""The fields by record table that the program reads."""


@dataclass(slots=True)
class Record:
    """One row as far as it is known, with the places of its fields."""

    table: RecordTable
    span: Span
    values: dict[str, Value]
    places: dict[str, Span] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)  # fields that the author wrote as missing
    currencies: dict[str, str] = field(default_factory=dict)  # those written behind amounts of the row
    misspelt: bool = False  # an unknown field may be a misspelt required one

    def place(self, name: str) -> Span:
        """The place of a field, or of the record."""
        return self.places.get(name, self.span)


@dataclass(slots=True)
class Given:
    """Records by table, in the order given; findings on the way."""

    schema: RecordSchema
    day: date
    needed: Needed
    tables: dict[str, list[Record]] = field(default_factory=dict)
    reports: list[Diagnostic] = field(default_factory=list)

    def rows(self, table: str) -> list[Record]:
        """The records of a table, none where it is not given."""
        return self.tables.get(table, [])

    def read(self, name: Scalar, node: Node) -> None:
        """The rows written for one table; a name of a file was replaced by its rows before."""
        table = self.schema.table(name.text)
        if table is None:
            help = suggest(name.text, [each.name for each in self.schema.tables])
            message = f"the program has no record table `{shown(name.text)}`"
            self.reports.append(codes.UNKNOWN_TABLE.at(name.span, message, help=help))
            return
        rows = self.tables.setdefault(table.name, [])
        for item in node if isinstance(node, Sequence) else ():
            if isinstance(item, Tree):
                record, times = self._record(table, item)
                rows += [replace(record, values=dict(record.values)) for _ in range(times)]
                if sum(map(len, self.tables.values())) > MAX_ROWS:
                    message = f"a case has more than {MAX_ROWS:,} records"
                    help = "use fewer records"
                    self.reports.append(codes.BAD_RECORDS.at(name.span, message, help=help))
                    rows.clear()
                    return

    def _record(self, table: RecordTable, item: Tree) -> tuple[Record, int]:
        """One record, and how often it is repeated."""
        record, times = Record(table, start_of(item) if item.entries else item.span, {}), 1
        for entry in item:
            known = table.field(entry.key.text)
            if known is None and entry.key.text == TIMES:
                times = self._times(entry)
            elif known is None:
                help = suggest(entry.key.text, [each.name for each in table.stored])
                record.misspelt = True
                message = f"`{table.name}` has no field `{shown(entry.key.text)}`"
                self.reports.append(codes.UNKNOWN_FIELD.at(entry.key.span, message, help=help))
            elif known.formula is not None:
                message = f"`{known.name}` is computed and never stored"
                self.reports.append(
                    codes.UNKNOWN_FIELD.at(entry.key.span, message, help="write the fields it is computed from")
                )
            elif known.personal:
                message = f"`{known.name}` is personal and never stored"
                self.reports.append(codes.UNKNOWN_FIELD.at(entry.key.span, message, help="leave it out"))
            elif isinstance(entry.value, Scalar):
                self._value(record, known, entry.value)
        for each in table.stored:
            if each.type.currency == ROW and each.name in record.values:
                self._in_one_currency(record, each.name)
        return record, times

    def _in_one_currency(self, record: Record, name: str) -> None:
        """The currency written behind an amount is that of its record, which need not say it again."""
        code, place = record.currencies.get(name, ""), record.place(name)
        found = record.values.setdefault(CURRENCY, code) if code else ""
        if code and isinstance(found, str) and found != code:
            message = f"one amount of this record is in {found}, another in {code}"
            self.reports.append(
                codes.WRONG_VALUE.at(place, message, help="a record has one currency: write all its amounts in it")
            )

    def _times(self, entry: Entry) -> int:
        word = entry.value if isinstance(entry.value, Scalar) else Scalar("", entry.value.span)
        whole, found = read_value(word, Type(Kind.INTEGER, digits=15))
        self.reports += found
        if isinstance(whole, int) and 0 <= whole <= MAX_ROWS:
            return whole
        if not found:
            help = f"write a number from 0 to {MAX_ROWS:,}"
            self.reports.append(
                codes.WRONG_VALUE.at(word.span, f"`{word.text}` cannot be a number of records", help=help)
            )
        return 0

    def _value(self, record: Record, known: Field, word: Scalar) -> None:
        record.places[known.name] = word.span
        if word.is_null or (word.text == Word.MISSING and not word.quoted):
            if known.optional:
                record.absent.add(known.name)
                return
            message = f"`{known.name}` of `{record.table.name}` cannot be missing"
            self.reports.append(codes.FIELD_NEEDED.at(word.span, message, help="write its value"))
            record.values[known.name] = None
            return
        type = known.type if known.type.currency != ROW else self._type_in_row(record, known, word)
        if type is None:
            record.values[known.name] = None
            return
        value, found = read_value(word, type)
        self.reports += found
        record.values[known.name] = None if isinstance(value, Word | tuple) else value

    def _type_in_row(self, record: Record, known: Field, word: Scalar) -> Type | None:
        """Money of the currency written behind the amount; None after a finding."""
        code, held = word.text.rpartition(" ")[2], record.table.currencies
        if code in held:
            record.currencies[known.name] = code
            return money(code, scale_of(code) or 0)
        message = f"`{shown(word.text)}` is not in a currency of `{record.table.name}`"
        help = f"write it with one of {', '.join(held)}"
        self.reports.append(codes.WRONG_VALUE.at(word.span, message, help=help))
        return None


def fill(given: Given, partner: str) -> None:
    """Complete the records, for a case about `partner`."""
    if not given.rows(PARTNERS):
        table = given.schema.table(PARTNERS)
        assert table is not None  # standard
        given.tables[PARTNERS] = [Record(table, Span("", 0, 0, 0, 0), {PARTNER: partner})]
    _name_partners(given, partner)
    named = PEOPLE in given.tables
    for rows in list(given.tables.values()):
        for record in rows:
            _own(record, partner)
    _fill_keys(given)
    _fill_people(given, partner, implied=not named)
    for rows in given.tables.values():
        for record in rows:
            _fill_required(given, record)


def _own(record: Record, partner: str) -> None:
    """The partner's field of a record, which is the case's partner unless it says otherwise."""
    owner = record.table.partner
    if owner and record.table.name != PARTNERS and owner not in record.values and owner not in record.absent:
        record.values[owner] = partner


def _name_partners(given: Given, partner: str) -> None:
    taken = {record.values.get(PARTNER) for record in given.rows(PARTNERS)}
    for record in given.rows(PARTNERS):
        if PARTNER not in record.values:
            record.values[PARTNER] = partner if partner not in taken else _fresh(PARTNER, taken)
            taken.add(record.values[PARTNER])


def _fresh(name: str, taken: set[Value]) -> str:
    """An id for a key: `P2`, `sale-1`."""
    prefix = SHORT.get(name, name.removesuffix("_id") + "-")
    return next(id for number in count(1) if (id := f"{prefix}{number}") not in taken)


def _fill_keys(given: Given) -> None:
    """Ids of records that have one of their own and do not say it."""
    for rows in given.tables.values():
        table = rows[0].table if rows else None
        if table is None or table.name == PARTNERS:
            continue
        for name in table.key:
            key = table.field(name)
            if key is None or key.type.kind is not Kind.ID or key.references or _says_more(key, table):
                continue
            fresh = _numbering(name, {record.values.get(name) for record in rows})
            for record in rows:
                if name not in record.values:
                    record.values[name] = fresh()


def _says_more(key: Field, table: RecordTable) -> bool:
    """Whether a part of a key says more than which record it is, as the tier of a nomination does."""
    return len(table.key) > 1 and not key.name.endswith("_id")


def _numbering(name: str, taken: set[Value]) -> Callable[[], str]:
    """Ids one after the other, none twice; quick for many."""
    prefix = SHORT.get(name, name.removesuffix("_id") + "-")
    numbers = count(1)

    def fresh() -> str:
        return next(id for number in numbers if (id := f"{prefix}{number}") not in taken)

    return fresh


def _fill_people(given: Given, partner: str, implied: bool) -> None:
    """A person for every record that needs one and names none; and, if no people are given, the people named by
    records.
    """
    table = given.schema.table(PEOPLE)
    assert table is not None  # standard
    known = {record.values.get(PERSON) for record in given.rows(PEOPLE)}
    named = {
        record.values.get(each.name)
        for record, each in _naming_people(given)
        if isinstance(record.values.get(each.name), str)
    }
    fresh = _numbering(PERSON, known | named)
    for record, each in list(_naming_people(given)):
        value = record.values.get(each.name)
        if value is None and not each.optional and each.name not in record.places:
            value = record.values[each.name] = fresh()
        elif not implied:
            continue
        if value is not None and value not in known:
            known.add(value)
            owner = record.values.get(record.table.partner, partner) if record.table.partner else partner
            values: dict[str, Value] = {PERSON: value, PARTNER: owner}
            given.tables.setdefault(PEOPLE, []).append(Record(table, record.span, values))


def _naming_people(given: Given) -> Iterator[tuple[Record, Field]]:
    for rows in list(given.tables.values()):
        for record in list(rows):
            for each in record.table.stored:
                if each.references == PEOPLE and record.table.name != PEOPLE:
                    yield record, each


def _fill_required(given: Given, record: Record) -> None:
    """Check required fields: reported if the program reads them, filled with a neutral value otherwise."""
    for each in record.table.stored:
        if each.optional or each.name in record.values:
            continue
        if each.default:
            record.values[each.name] = each.default
        elif each.name == ENTRY and "sale" in each.type.values:
            record.values[each.name] = "return" if record.values.get(RETURNS) is not None else "sale"
        elif each.name in given.needed.get(record.table.name, frozenset()):
            record.values[each.name] = None
            if record.misspelt:
                continue
            message = f"this record of `{record.table.name}` has no `{each.name}`, which the program reads"
            given.reports.append(codes.FIELD_NEEDED.at(record.span, message, help=f"add `{each.name}`"))
        else:
            record.values[each.name] = neutral(each.type, given.day)


def neutral(type: Type, day: date) -> Value:
    """A value for a field that the program does not read."""
    match type.kind:
        case Kind.MONEY | Kind.NUMBER:
            return Decimal(0)
        case Kind.INTEGER | Kind.DAYS | Kind.MONTHS:
            return 0
        case Kind.DATE:
            return day
        case Kind.CHOICE:
            return type.values[0]
        case Kind.TEXT | Kind.ID:
            return "none"
        case Kind.BOOLEAN:
            return False
        case _:
            assert_never(type.kind)
