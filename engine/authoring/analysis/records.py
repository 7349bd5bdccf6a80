"""Worlds as records: rows with ids, rounded to what their fields keep, and the rows they refer to."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from engine.authoring.analysis.domain import Words
from engine.authoring.analysis.formula import Variable
from engine.authoring.analysis.lines import YES
from engine.authoring.analysis.names import Names
from engine.authoring.analysis.solver import Model
from engine.authoring.analysis.templates import Template, pick
from engine.authoring.analysis.witness import Amounts, World
from engine.calendar import FIRST_DAY, LAST_BEFORE
from engine.language.records import TAKEN_BACK, Field, RecordTable
from engine.plan.scalar import Value
from engine.types import Kind, Type

MOST_ROWS = 250  # of one kind; an example of thousands of records explains nothing
PARTNER, CHILD = "P1", "P2"
Row = dict[str, Value]
Records = dict[str, tuple[Row, ...]]
ROUNDED = (round, ceil, floor)


def records_of(model: Model, world: World, names: Names, day: date) -> Iterator[Records]:
    """Records for a world, rounded in different ways; none if there would be too many."""
    if any(each.count > MOST_ROWS for each in world.amounts) or any(count > MOST_ROWS for _, count in world.people):
        return
    seen: list[Records] = []
    for place in range(len(ROUNDED)):
        made = Writer(names, day, place).write(model, world)
        if made not in seen:
            seen.append(made)
            yield made


@dataclass
class Writer:
    """Writes the rows of a small world. `rounding` picks how numbers are rounded."""

    names: Names
    day: date
    rounding: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    given: dict[tuple[str, str], int] = field(default_factory=dict)  # how many values of a field other kinds have

    def write(self, model: Model, world: World) -> Records:
        """All records of a world."""
        partner: Row = {"partner_id": PARTNER}
        for variable, domain in model.domains.items():
            name = self.names.partner_fields.get(variable)
            if name is not None:
                found = self.names.partners.field(name)
                assert found is not None
                partner[name] = self.typed(world.numbers.get(variable, pick(variable, domain)), found.type)
        self._fill(self.add("partners", partner), self.names.partners)
        self._related(partner)
        self._nominate(model)
        for each in world.amounts:
            self._amounts(each)
        for holder, count in world.people:
            for _ in range(ceil(count)):
                self._person(sorted(holder.certificates))
        return {name: tuple(rows) for name, rows in self.rows.items()}

    def add(self, table: str, row: Row) -> Row:
        """Add a row as it is."""
        self.rows.setdefault(table, []).append(row)
        return row

    def _related(self, partner: Row) -> None:
        """The partners that the partner names; none is its own ancestor."""
        for each in self.names.partners.stored:
            other = partner.get(each.name)
            if each.references != "partners" or other is None or each.name == "partner_id":
                continue
            if other == PARTNER:
                partner[each.name] = None
            elif all(row["partner_id"] != other for row in self.rows["partners"]):
                self._fill(self.add("partners", {"partner_id": other}), self.names.partners)

    def _nominate(self, model: Model) -> None:
        for variable, (tier, place) in self.names.invitations.items():
            domain = model.domains.get(variable)
            if isinstance(domain, Words) and domain.meet(YES) == domain:
                row: Row = {"partner_id": PARTNER, "tier": tier, "from": self.day, **dict(place.keys)}
                if place.ladder:
                    row["ladder"] = place.ladder
                self.add("nominations", row)

    def _person(self, certificates: list[str]) -> None:
        person = f"E{len(self.rows.get('people', ())) + 1}"
        self.add("people", {"person_id": person, "partner_id": PARTNER})
        for each in certificates:
            holding = f"H{len(self.rows.get('certifications', ())) + 1}"
            self.add(
                "certifications",
                {"holding_id": holding, "person_id": person, "certification": each, "earned_on": self.day},
            )

    def one(self, amounts: Amounts) -> Row:
        """One record of a kind."""
        row = self._record(amounts.template)
        self._complete(row, amounts.template)
        return row

    def give(self, row: Row, table: RecordTable, name: str, *, new: bool) -> None:
        """Fill a field of a record that may be empty; a `new` id is one that no other record has."""
        found = table.field(name)
        if found is None or found not in table.stored or (row.get(name) is not None and not new):
            return
        if found.references == "people":
            if not self.rows.get("people"):
                self.add("people", {"person_id": "E1", "partner_id": PARTNER})
            row[name] = self.rows["people"][0]["person_id"]
        elif new and found.type.is_textual and not found.type.values:
            used = {each.get(name) for each in self.rows.get(table.name, ()) if each is not row}
            letter = name[:1].upper()
            row[name] = next(each for number in itertools.count(1) if (each := f"{letter}{number}") not in used)
        else:
            row[name] = self._plain(found)
        self._refer(row, found)

    def _amounts(self, amounts: Amounts) -> None:
        """The records of one kind; the first carries the sums, all carry the levels. Kinds share no distinct value."""
        table, given = amounts.template.table.name, self.given
        needed = 1 if any(amounts.sums.values()) or any(amounts.distinct.values()) else 0
        count = max(ceil(amounts.count), needed, *(ceil(each) for each in amounts.distinct.values()), 0)
        for number in range(count):
            row = self._record(amounts.template)
            for variable, total in amounts.sums.items():
                ranged = variable in amounts.template.ranges
                share = total / count if ranged else total if number == 0 else Fraction(0)
                self._put(row, amounts.template.table, variable, share)
            for variable, level in amounts.levels.items():
                self._put(row, amounts.template.table, variable, level)
            for variable, several in amounts.distinct.items():
                first = given.get((table, variable.name), 0) if several else 0
                self._tell_apart(row, amounts.template, variable, first + number * ceil(several) // count)
            self._complete(row, amounts.template)
        for variable, several in amounts.distinct.items():
            given[table, variable.name] = given.get((table, variable.name), 0) + ceil(several)

    def _record(self, template: Template) -> Row:
        """A row with the fields that its kind needs, and the rows it links to."""
        row: Row = {}
        for variable, value in template.values.items():
            found = template.table.field(variable.name)
            if found is not None and found.is_stored and not variable.free:
                row[variable.name] = self.typed(value, found.type)
        for name, target in self._linked(template).items():
            if any(each is not None for each in target.values()):
                self._link(row, template.table, name, target)
        return row

    def _linked(self, template: Template) -> dict[str, Row]:
        """What a kind of record needs of the rows that it links to."""
        found: dict[str, Row] = {}
        for variable, value in template.values.items():
            first, dot, second = variable.name.partition(".")
            if dot and not variable.free:
                found.setdefault(first, {})[second] = self._linked_value(template.table, first, second, value)
        return found

    def _link(self, row: Row, table: RecordTable, name: str, target: Row) -> None:
        """Link a record to a row with these fields."""
        link = table.link(name)
        assert link is not None  # so it was read
        row[link.by] = self._target(link.to, target)

    def _linked_value(self, table: RecordTable, link: str, name: str, value: Fraction | str | None) -> Value:
        found = table.link(link)
        target = self.names.program.records.table(found.to) if found else None
        field = target.field(name) if target is not None else None
        return self.typed(value, field.type) if field is not None else None

    def _target(self, table: str, wanted: Row) -> Value:
        """The id of a row of another table with these fields, made once."""
        declared = self.names.program.records.table(table)
        assert declared is not None  # the link was checked
        key = declared.key[0]
        if key in wanted:
            if all(row[key] != wanted[key] for row in self.rows.get(table, [])):
                self._fill(self.add(table, dict(wanted)), declared)
            return wanted[key]
        for row in self.rows.get(table, []):
            if all(row.get(name) == value for name, value in wanted.items()):
                return row[key]
        made: Row = {key: f"{self._letters(table)}{len(self.rows.get(table, ())) + 1}", **wanted}
        self._fill(self.add(table, made), declared)
        return made[key]

    def _tell_apart(self, row: Row, template: Template, variable: Variable, number: int) -> None:
        """Give a record the value of this number, in its own field or in that of the row that it links to."""
        table, (first, dot, second) = template.table, variable.name.partition(".")
        link = table.link(first) if dot else None
        other = self.names.program.records.table(link.to) if link is not None else None
        found = table.field(variable.name) if other is None else other.field(second)
        if found is None or not found.is_stored:
            return
        words = template.words.get(variable, ())
        value = words[number % len(words)] if words else self._numbered(found, number)
        if other is None:
            row[found.name] = value
            self._refer(row, found)
        else:
            self._link(row, table, first, {**self._linked(template).get(first, {}), second: value})

    def _numbered(self, found: Field, number: int) -> Value:
        """A value that is another for each number, as far as there are values."""
        if found.type.is_textual:
            words = found.type.values
            return words[number % len(words)] if words else f"{found.name[:1].upper()}{number + 1}"
        if found.type.kind is Kind.DATE:
            return self.day - timedelta(days=number)
        return self.typed(Fraction(number + 1), found.type)

    def _refer(self, row: Row, found: Field) -> None:
        """Make the row that an id refers to."""
        declared = self.names.program.records.table(found.references) if found.references else None
        if declared is not None and row.get(found.name) is not None:
            self._target(declared.name, {declared.key[0]: row[found.name]})

    def _put(self, row: Row, table: RecordTable, variable: Variable, value: Fraction) -> None:
        found = table.field(variable.name)
        if found is not None:
            row[found.name] = self.typed(value, found.type)

    def _complete(self, row: Row, template: Template) -> None:
        """Owner, id and required fields; an amount below zero is an adjustment."""
        table = template.table
        if template.below and all(each["partner_id"] != CHILD for each in self.rows["partners"]):
            self._fill(self.add("partners", {"partner_id": CHILD, "parent_id": PARTNER}), self.names.partners)
        row[table.partner] = CHILD if template.below else PARTNER
        if table.name == "sales" and "entry" not in row:
            numbers = [row.get(name) for name in TAKEN_BACK]
            below = any(isinstance(each, int | Decimal) and each < 0 for each in numbers)
            row["entry"] = "adjustment" if below else "sale"
        self._fill(row, table)
        self.add(table.name, row)

    def _fill(self, row: Row, table: RecordTable) -> None:
        """Required fields that no condition uses, in the order of the table."""
        number = len(self.rows.get(table.name, ())) + 1
        for each in table.stored:
            if row.get(each.name) is not None:
                self._refer(row, each)
            elif each.name == table.key[0] and each.type.kind is Kind.ID and not each.references:
                row[each.name] = f"{self._letters(table.name)}{number}"
            elif not each.optional:
                row[each.name] = self._plain(each)
                self._refer(row, each)

    def _letters(self, table: str) -> str:
        """The beginning of ids: the first letter of the table, or two if an earlier table has the same first letter."""
        before = (each.name for each in self.names.program.records.tables)
        first = next(each for each in before if each[:1] == table[:1])
        return table[: 1 if first == table else 2].upper()

    def _plain(self, each: Field) -> Value:
        """A neutral value."""
        match each.type.kind:
            case Kind.MONEY | Kind.NUMBER:
                return Decimal(0)
            case Kind.INTEGER | Kind.DAYS | Kind.MONTHS:
                return 0
            case Kind.DATE:
                return self.day
            case Kind.BOOLEAN:
                return False
            case Kind.CHOICE:
                return each.type.values[0]
            case Kind.ID if each.references == "partners":
                return PARTNER
        return f"{each.name[:1].upper()}1"

    def typed(self, value: Fraction | str | None, type_: Type) -> Value:
        """A value as its field stores it; numbers are rounded this writer's way where they do not fit."""
        if value is None:
            return None
        if isinstance(value, str):
            return value == "true" if type_.kind is Kind.BOOLEAN else value
        if type_.kind is Kind.DATE:
            return date.fromordinal(min(max(round(value), FIRST_DAY.toordinal()), LAST_BEFORE.toordinal() - 1))
        scaled = ROUNDED[self.rounding](value * 10**type_.scale)
        return scaled if type_.kind in (Kind.INTEGER, Kind.DAYS, Kind.MONTHS) else Decimal(scaled).scaleb(-type_.scale)
