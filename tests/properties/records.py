"""Random records for the tables of a program: few distinct values, so that ties and equal sums are common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from random import Random
from typing import cast

from engine.calendar import add_months
from engine.language.currency import scale_of
from engine.language.records import CURRENCY, RATES, REACH, Field, RecordSchema, RecordTable
from engine.plan.scalar import Value
from engine.types import ROW, Kind, Type

Row = dict[str, Value]
Rows = dict[str, list[Row]]
IDS: Mapping[str, tuple[str, ...]] = {
    "partners": ("p1", "P1", "p10", "p2", "it's", "ü", "p 3", "p4"),
    "people": ("n1", "n2", "N2", "n3", "n4", "n5", "n6"),
    "products": ("a", "B", "c"),
    "customers": ("c1", "c2", "c3"),
}
SIZES: Mapping[str, int] = {
    "sales": 60, "certifications": 16, "surveys": 10, "deals": 6, "activities": 6, "branches": 6, "contracts": 6,
    "assignments": 5,
}  # fmt: skip
AMOUNTS = (0, 1, 100, 100, 250, 1000, 1000, 1500, 333, 2500, 10_000, -100, -1000)
NUMBERS = (0, 1, 2, 2, 3, 5, 10, 15, 45, -1)
TEXTS = ("alpha", "beta", "it's", "ß", "")
MOST_UNITS = 2**53 - 1  # of money; the import refuses more
USUALLY_MISSING = 0.15  # how often an optional value is missing
MISSING = {"expires_on": 0.6, "ended_on": 0.4, "seller_id": 0.1}


@dataclass
class Records:
    """Draws rows for each table in turn; `words` are what identifiers without a table may hold."""

    random: Random
    schema: RecordSchema
    days: tuple[date, ...]
    words: Mapping[str, tuple[str, ...]]
    rows: Rows = field(default_factory=dict)
    largest: int = 0  # in a hundred, how often a number has all the digits it may have

    def draw(self) -> Rows:
        """Rows of all tables, referenced ones first, and `reach`."""
        for table in self._in_order():
            self.rows[table.name] = self._table(table)
        self._link_returns()
        self.rows[REACH.name] = list(reach_of(self.rows["partners"]))
        for rows in self.rows.values():
            self.random.shuffle(rows)
        return self.rows

    def _in_order(self) -> list[RecordTable]:
        known: dict[str, RecordTable] = {}

        def place(table: RecordTable) -> None:
            for name in {each.references for each in table.fields} - {"", table.name, *known}:
                found = self.schema.table(name)
                assert found is not None
                place(found)
            known[table.name] = table

        for table in self.schema.tables:
            place(table)
        return list(known.values())

    def _table(self, table: RecordTable) -> list[Row]:
        if table.name == RATES.name:
            return self._rates(table)
        if table.name in IDS:
            return self._named(table, IDS[table.name])
        if table.period is not None and table.name != "contracts":
            return self._histories(table)
        if self.random.random() < 0.08:
            return []
        most = SIZES.get(table.name, 6)
        count = self.random.randint(most // 3, most)
        rows = [self._row(table, {table.key[0]: f"{table.name[0]}{place}"}) for place in range(count)]
        return [row for row in rows if row]

    def _named(self, table: RecordTable, ids: tuple[str, ...]) -> list[Row]:
        count = self.random.randint(2, len(ids)) if self._often(0.94) else self.random.randint(0, 1)
        chosen = self.random.sample(ids, count)
        rows = [self._row(table, {table.key[0]: each}) for each in chosen]
        if table.name == "partners":
            self._adopt(rows)
        return rows

    def _adopt(self, rows: list[Row]) -> None:
        """Parents only among the partners before, so that there is no circle."""
        for place, row in enumerate(rows):
            row["parent_id"] = rows[self.random.randrange(place)]["partner_id"] if place and self._often(0.5) else None

    def _rates(self, table: RecordTable) -> list[Row]:
        """A few rates between any two currencies of the records; at times one is missing."""
        held = sorted({code for each in self.schema.tables for code in each.currencies})
        mine = self.schema.table("products")
        cost = mine.field("standard_cost") if mine else None
        assert cost is not None  # it is in the program's currency
        own = cost.type.currency
        pairs = [pair for one in held if one != own for pair in ((one, own), (own, one))]
        first = min(self.days) - timedelta(days=1)
        found: list[Row] = []
        for one, other in pairs:
            later = self.random.sample(self.days, min(len(self.days), self.random.randint(0, 3)))
            days = later if self._often(0.2) else [first, *later]
            rates = [Decimal(self.random.choice(("1", "2", "0.5", "1.125", "0.0067"))) for _ in days]
            named = zip(days, rates, strict=True)
            found += [{"from_currency": one, "to_currency": other, "effective_from": a, "rate": b} for a, b in named]
        return found if self._often(0.95) else []

    def _histories(self, table: RecordTable) -> list[Row]:
        """For each owner, periods that do not overlap; the first or last may be open."""
        assert table.period is not None
        start, before = table.period
        owner = table.field(table.key[0])
        assert owner is not None
        found: list[Row] = []
        for row in self.rows.get(owner.references, []):
            if self._often(0.3):
                continue
            cuts = sorted(self.random.sample(self.days, min(len(self.days), self.random.randint(1, 4))))
            ends: list[date | None] = [*cuts, None if self._often(0.8) else max(self.days) + timedelta(9)]
            for first, last in pairwise(ends):
                if self._often(0.85):
                    given: Row = {owner.name: next(iter(row.values())), start: first, before: last}
                    made = self._row(table, given)
                    found += [made] if made else []
        return found

    def _row(self, table: RecordTable, given: Row) -> Row:
        """A row; empty when a table it must refer to has none."""
        row: Row = {}
        for each in table.stored:
            value = given[each.name] if each.name in given else self._value(each, table)
            if value is None and not each.optional:
                return {}
            row[each.name] = value
        _without_parts(row, table)
        if table.period is not None:
            self._ordered(row, *table.period)
        return row

    def _ordered(self, row: Row, start: str, before: str) -> None:
        first, last = row[start], row[before]
        if isinstance(first, date) and isinstance(last, date) and last <= first:
            row[before] = first + timedelta(1)

    def _value(self, each: Field, table: RecordTable) -> Value:
        if each.optional and self._often(MISSING.get(each.name, USUALLY_MISSING)):
            return None
        if each.references:
            if each.references == table.name:
                return None  # a row of the same table: set when all of them are there
            ids = [next(iter(row.values())) for row in self.rows.get(each.references, [])]
            return self.random.choice(ids) if ids else None
        if each.name in self.words:
            return self.random.choice(self.words[each.name])
        draw: dict[Kind, Callable[[], Value]] = {
            Kind.DATE: lambda: self.random.choice(self.days),
            Kind.BOOLEAN: lambda: self._often(0.5),
            Kind.INTEGER: lambda: int(self._units(each.type.digits, NUMBERS)),
            Kind.MONEY: lambda: self._amount(each.type),
            Kind.NUMBER: lambda: self._units(each.type.digits, NUMBERS).scaleb(-each.type.scale),
            Kind.CHOICE: lambda: self.random.choice(each.type.values),
        }
        return draw.get(each.type.kind, lambda: self.random.choice(TEXTS))()

    def _amount(self, type: Type) -> Decimal:
        units = self._units(type.digits, AMOUNTS)
        if abs(units) > max(AMOUNTS) or self._often(0.15):
            return units.scaleb(-type.scale)
        return units.quantize(Decimal(1).scaleb(-type.scale))

    def _units(self, digits: int, usual: tuple[int, ...]) -> Decimal:
        """A number in its smallest units: a usual one, or the largest there is."""
        if self.largest and self._often(self.largest / 100):
            return Decimal(min(10**digits - 1, MOST_UNITS)) * self.random.choice((1, 1, -1))
        return Decimal(self.random.choice(usual))

    def _link_returns(self) -> None:
        """Most returns name a sale of the same partner, lower it, and come later; some are loose."""
        sales = self.rows["sales"]
        kept = [row for row in sales if row["entry"] != "return"]
        for row in sales:
            if row["entry"] == "return":
                if self._often(0.9):
                    row["amount"] = -abs(_decimal(row["amount"]))
                    row["quantity"] = -abs(row["quantity"]) if isinstance(row["quantity"], int) else None
                mine = [each for each in kept if each["partner_id"] == row["partner_id"]]
                sale = self.random.choice(mine) if mine and self._often(0.75) else None
                row["returns_id"] = sale["sale_id"] if sale else None
                if sale and "currency" in row:  # the import refuses others
                    row["currency"] = sale["currency"]
                    _without_parts(row, self._sales)

    @property
    def _sales(self) -> RecordTable:
        table = self.schema.table("sales")
        assert table is not None
        return table

    def _often(self, share: float) -> bool:
        return self.random.random() < share


def _without_parts(row: Row, table: RecordTable) -> None:
    """Amounts in the currency of their row have as many digits as that: the import refuses more."""
    for each in table.stored:
        amount = row[each.name]
        if each.type.currency == ROW and isinstance(amount, Decimal):
            row[each.name] = amount.quantize(Decimal(1).scaleb(-(scale_of(str(row[CURRENCY])) or 0)), ROUND_DOWN)


def as_imported(sales: list[Row]) -> list[Row]:
    """The same sales and returns with signs, days and sizes that an import takes: others stay outside a snapshot."""
    made = [dict(row) for row in sales]
    by_id = {row["sale_id"]: row for row in made}
    for row in made:
        sale = by_id.get(row["returns_id"])
        if row["entry"] == "sale" or (sale is not None and sale["entry"] != "sale"):
            row["returns_id"] = None
        if row["entry"] != "adjustment" or row["returns_id"] is not None:
            sign = 1 if row["entry"] == "sale" else -1
            row["amount"] = sign * abs(_decimal(row["amount"]))
            row["quantity"] = sign * abs(row["quantity"]) if isinstance(row["quantity"], int) else None
    left = {id: (_decimal(row["amount"]), row["quantity"]) for id, row in by_id.items()}
    for row in made:
        if (sale := by_id.get(row["returns_id"])) is not None:
            row["closed_on"] = max(cast(date, row["closed_on"]), cast(date, sale["closed_on"]))
            amount, quantity = left[sale["sale_id"]]
            row["amount"] = max(_decimal(row["amount"]), -amount)
            if isinstance(quantity, int) and isinstance(row["quantity"], int):
                row["quantity"] = max(row["quantity"], -quantity)
                quantity += row["quantity"]
            left[sale["sale_id"]] = (amount + _decimal(row["amount"]), quantity)
    return made


def _decimal(value: Value) -> Decimal:
    assert isinstance(value, Decimal)
    return value


def reach_of(partners: list[Row]) -> list[Row]:
    """Each partner with itself and all partners below it, walked up from each."""
    parents = {row["partner_id"]: row["parent_id"] for row in partners}
    found: list[Row] = []
    for source in parents:
        above: Value = source
        while above is not None:
            found.append({"partner_id": above, "source_id": source})
            above = parents[above]
    return found


def days_around(random: Random, as_of: date, effective: tuple[date, date]) -> tuple[date, ...]:
    """A few days at and next to the edges that windows, periods and certificates have."""
    start, before = effective
    first = add_months(as_of, -14)
    edges = [start, before, as_of.replace(day=1), add_months(as_of, -12), add_months(as_of, -3), add_months(as_of, -24)]
    near = [each + timedelta(days=step) for each in edges for step in (-1, 0, 1)]
    inside = [start + timedelta(days=each) for each in range(0, (as_of - start).days, 7)]
    before_now = [first + timedelta(days=each) for each in range(0, (as_of - first).days, 11)]
    days = {as_of, random.choice((as_of, as_of + timedelta(days=1)))}
    for pool, count in ((near, 4), (inside, 6), (before_now, 3)):
        days.update(random.sample(pool, min(len(pool), random.randint(count // 2, count))))
    return tuple(sorted(days))
