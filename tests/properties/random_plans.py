"""Random Plans over a small set of record tables, and random rows for them.

Every table of a Plan becomes an output, so two evaluators are compared step by step. A ratio is
written rounded, and read exactly by the conditions around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from engine.language.source import Span
from engine.plan.gauge import Shapes
from engine.plan.grain import columns_of, key_of
from engine.plan.inference import type_of
from engine.plan.literals import literal_number
from engine.plan.plan import Output, Plan
from engine.plan.scalar import Column, Mode, Round, Scalar, Value
from engine.plan.table import (
    Aggregate,
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Select,
    Table,
    Union,
    Values,
    Within,
)
from engine.plan.widths import table_shapes
from engine.types import BOOLEAN, COUNT, DATE, ID, TEXT, Kind, Type, number
from tests.properties.random_scalars import Scalars

AMOUNT = Type(Kind.MONEY, digits=7, scale=2)  # without a currency, so that any two numbers may meet
PARTNERS = (
    Column("partner_id", ID),
    Column("region", TEXT, optional=True),
    Column("size", Type(Kind.INTEGER, digits=5), optional=True),
    Column("joined_on", DATE, optional=True),
    Column("score", number(3, 6), optional=True),
)
SALES = (
    Column("sale_id", ID),
    Column("partner", ID),
    Column("seller", ID, optional=True),
    Column("closed_on", DATE),
    Column("amount", AMOUNT),
    Column("quantity", Type(Kind.INTEGER, digits=4), optional=True),
    Column("firm", BOOLEAN, optional=True),
)
HISTORY = (
    Column("partner_id", ID),
    Column("from", DATE, optional=True),
    Column("before", DATE, optional=True),
    Column("tier", TEXT, optional=True),
)
RECORDS = {"partners": PARTNERS, "sales": SALES, "history": HISTORY}
KEYS = {"partners": ("partner_id",), "sales": ("sale_id",), "history": ("partner_id", "from")}
BOUNDS = (Column("day", DATE), Column("since", DATE, optional=True), Column("needed", number(1, 4)))
IDS = ("p1", "P1", "it's", "ü", "p 2")
FIRST = date(2020, 1, 30)
NOWHERE = Span("test", 1, 1, 1, 1)
Rows = dict[str, list[dict[str, Value]]]


def random_records(random: Random) -> Rows:
    """Rows of all record tables; optional values are missing at times."""
    ids = random.sample(IDS, random.randint(0, len(IDS)))
    partners = [_row(random, PARTNERS, partner_id=each) for each in ids]
    people = (*ids, "nobody")
    sales = [
        _row(random, SALES, sale_id=f"s{place}", partner=random.choice(people), seller=random.choice((*people, None)))
        for place in random.sample(range(100), random.randint(0, 14))
    ]
    history = [row for each in ids for row in _periods(random, each)]
    random.shuffle(history)
    return {"partners": partners, "sales": sales, "history": history}


def _periods(random: Random, partner: str) -> list[dict[str, Value]]:
    """Periods of one partner that do not overlap; the first and the last may be open."""
    days = sorted(FIRST + timedelta(each) for each in random.sample(range(60), random.randint(0, 4)))
    bounds: list[date | None] = [None if random.random() < 0.3 else FIRST, *days, None]
    pairs = list(pairwise(bounds))
    return [
        {"partner_id": partner, "from": start, "before": before, "tier": random.choice(("gold", "silver", None))}
        for start, before in pairs
        if start is None or before is None or start < before
    ]


def _row(random: Random, columns: tuple[Column, ...], **given: Value) -> dict[str, Value]:
    return {each.name: given[each.name] if each.name in given else _value(random, each) for each in columns}


def _value(random: Random, column: Column) -> Value:
    if column.optional and random.random() < 0.2:
        return None
    match column.type.kind:
        case Kind.DATE:
            return FIRST + timedelta(random.choice((0, 1, 2, 30, 31, random.randint(0, 60))))
        case Kind.BOOLEAN:
            return random.random() < 0.5
        case Kind.INTEGER:
            return random.choice((0, 1, 2, -3, 10))
        case Kind.MONEY | Kind.NUMBER:
            units = random.choice((0, 1, 100, 1500, -250, 10**column.type.digits - 1, random.randint(-9999, 9999)))
            return Decimal(units).scaleb(-column.type.scale)
        case _:
            return random.choice(("emea", "na", "it's", ""))


@dataclass
class Plans:
    """Grows a Plan table by table."""

    random: Random
    tables: list[Table] = field(default_factory=list)
    shapes: dict[str, Shapes] = field(default_factory=dict)

    def add(self, table: Table) -> str:
        """Add a table and return its name."""
        self.tables.append(table)
        self.shapes[table.name] = table_shapes(table, self.columns(table.name), self.shapes)
        return table.name

    def columns(self, table: str) -> tuple[Column, ...]:
        """The columns of a table built so far."""
        return columns_of(self.tables)[table]

    def key(self, table: str) -> tuple[str, ...]:
        """The grain of a table built so far."""
        return key_of(self.tables)[table]

    def name(self, what: str) -> str:
        """A name not given yet."""
        return f"{what} {len(self.tables)}"

    def scalars(self, table: str, base: str = "") -> Scalars:
        """Scalars over the rows of a table, and of a base."""
        columns = list(self.columns(table))
        if base:
            columns += [replace(each, of_base=True) for each in self.columns(base)]
        return Scalars(self.random, columns, self.shapes[table], self.shapes[base] if base else {})

    def extended(self, source: str) -> str:
        """One or two more columns."""
        draw = self.scalars(source)
        new: list[tuple[str, Scalar]] = []
        for place in range(self.random.randint(1, 2)):
            scalar = draw.number(2) if self.random.random() < 0.7 else draw.boolean(2)
            new.append((f"x{len(self.tables)}.{place}", scalar))
        return self.add(Extend(self.name("extend"), source, tuple(new)))

    def filtered(self, source: str) -> str:
        """Some of the rows."""
        return self.add(Filter(self.name("filter"), source, self.scalars(source).boolean(2)))

    def looked_up(self, source: str, by: str) -> str:
        """Columns of the partner, or of the partner's history on a day."""
        here = len(self.tables)
        if self.random.random() < 0.5:
            take = tuple((f"l{here}.{each}", each) for each in ("region", "size", "score"))
            return self.add(Lookup(self.name("lookup"), source, "partners", ((by, "partner_id"),), take))
        days = [each for each in self.columns(source) if each.type.kind is Kind.DATE]
        within = Within(self.random.choice(days), "from", "before")
        take = ((f"l{here}.tier", "tier"),)
        return self.add(Lookup(self.name("lookup"), source, "history", ((by, "partner_id"),), take, within))

    def selected(self, source: str) -> str:
        """The same columns under other names would hide them from later steps: the same, reordered."""
        names = [each.name for each in self.columns(source)]
        self.random.shuffle(names)
        return self.add(Select(self.name("select"), source, tuple((name, name) for name in names), self.key(source)))

    def measured(self, base: str, rows: str, on: tuple[tuple[str, str], ...], by_row: bool) -> str:
        """Aggregates over rows; with `by_row` they read the base."""
        draw = self.scalars(rows, base if by_row else "")
        here = len(self.tables)
        count = self.random.randint(1, 4)
        aggregates = tuple(self._aggregate(draw, f"m{here}.{place}") for place in range(count))
        return self.add(Measure(self.name("measure"), base, rows, on, aggregates))

    def _aggregate(self, draw: Scalars, into: str) -> Aggregate:
        op = self.random.choice(list(Op))
        where, ignore = draw.boolean(self.random.randint(0, 2)), self.random.random() < 0.4
        if op is Op.COUNT:
            return Aggregate(into, op, None, where, COUNT, ignore)
        if op is Op.COUNT_DISTINCT:
            value: Scalar = self.random.choice(draw.of_kind(Kind.TEXT) or draw.of_kind(Kind.DATE))
            return Aggregate(into, op, value, where, COUNT, ignore)
        value = draw.number(self.random.randint(0, 1), ratio=False)
        return Aggregate(into, op, value, where, type_of(value), ignore)

    def folded(self, source: str, apart: tuple[str, ...] = ()) -> str:
        """A fold of any kind, by a partition that holds the columns `apart`."""
        draw = self.scalars(source)
        key = self.key(source)
        words = [each.name for each in draw.of_kind(Kind.TEXT)]
        some = tuple(self.random.sample(words, min(len(words), self.random.randint(0, 1))))
        partition = tuple(dict.fromkeys([*apart, *(key if self.random.random() < 0.2 else some)]))
        first = self.random.choice(self.columns(source))
        order = tuple(dict.fromkeys([*(() if first.type.ratio else (first.name,)), *key]))
        op = self.random.choice(list(FoldOp))
        value = self._folded_value(draw, op)
        if value is None:
            return source
        into, name = f"t{len(self.tables)}", self.name("fold")
        walked = op in (FoldOp.TAKE, FoldOp.NET)
        return self.add(
            Fold(
                name,
                source,
                partition,
                order,
                op,
                value,
                into,
                limit=self._limit(draw) if op is FoldOp.TAKE else None,
                where=draw.boolean(1) if walked and self.random.random() < 0.5 else None,
                room=f"{into} room" if op is FoldOp.TAKE and self.random.random() < 0.5 else "",
            )
        )

    def _folded_value(self, draw: Scalars, op: FoldOp) -> Scalar | None:
        if op is FoldOp.FIRST:
            return draw.boolean(1)
        if op is FoldOp.COUNT:
            return self.random.choice((draw.boolean, draw.number))(1)
        return self._narrow(draw, draw.number(self.random.randint(0, 1), ratio=False))

    def _limit(self, draw: Scalars) -> Scalar:
        return self._narrow(draw, draw.number(self.random.randint(0, 1), ratio=False)) or literal_number(100)

    def _narrow(self, draw: Scalars, scalar: Scalar) -> Scalar | None:
        """The number, or a column that leaves room to add up its rows."""
        if type_of(scalar).digits < 24:
            return scalar
        plain = [each for each in draw.of_kind(Kind.INTEGER) if not each.type.ratio and each.type.digits < 24]
        return self.random.choice(plain) if plain else None

    def base(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What is measured for, and the pairs of columns by which sales belong to it."""
        pick = self.random.randrange(4)
        if pick == 0:
            return "partners", (("partner_id", "partner"),)
        if pick == 1:
            return self.add(Cross(self.name("cross"), "partners", "days")), (("partner_id", "partner"),)
        if pick == 2:
            pairs = self.add(Distinct(self.name("distinct"), "sales", ("partner", "seller")))
            return pairs, (("partner", "partner"), ("seller", "seller"))
        return "days", ()


def random_plan(random: Random) -> Plan:
    """A Plan of scans, days, rows worked on, measures and what follows from them."""
    plans = Plans(random)
    for name, columns in RECORDS.items():
        plans.add(Scan(name, name, columns, KEYS[name]))
    plans.add(_days(random))
    rows = "sales"
    for _ in range(random.randint(0, 3)):
        steps = (
            plans.extended,
            plans.filtered,
            plans.folded,
            plans.selected,
            lambda each: plans.looked_up(each, "partner"),
        )
        rows = random.choice(steps)(rows)
    base, on = plans.base()
    top = base
    for _ in range(random.randint(1, 2)):
        top = plans.measured(top, random.choice((rows, "sales")), on, by_row=random.random() < 0.6)
    top = plans.extended(top)
    if random.random() < 0.3:
        top = plans.selected(top)
    top = plans.extended(top)
    if random.random() < 0.4:
        top = plans.folded(top)
    if random.random() < 0.3:
        top = plans.add(Union(plans.name("union"), (plans.filtered(top), plans.filtered(top))))
    if on and base == "partners" and random.random() < 0.4:
        _joined(plans, top, rows)
    return _finished(plans)


def _joined(plans: Plans, left: str, right: str) -> None:
    keep = tuple((f"k.{each.name}", each.name) for each in plans.columns(left))
    take = tuple((f"r.{each.name}", each.name) for each in plans.columns(right))
    key = (*(f"k.{name}" for name in plans.key(left)), *(f"r.{name}" for name in plans.key(right)))
    top = plans.add(Join(plans.name("join"), left, right, (("partner_id", "partner"),), keep, take, key))
    plans.folded(plans.extended(top))


def _days(random: Random) -> Values:
    count = random.choice((1, 2, 3, 40))
    days = [FIRST + timedelta(place) for place in range(count)]
    rows = tuple(
        (day, random.choice((None, day - timedelta(20))), Decimal(random.randint(-20, 20)).scaleb(-1)) for day in days
    )
    return Values("days", BOUNDS, rows, ("day",))


def _finished(plans: Plans) -> Plan:
    """Every table an output, ratios rounded beside it."""
    outputs = []
    unions = {name for table in plans.tables if isinstance(table, Union) for name in _below(plans, table.name)}
    for table in list(plans.tables):
        if table.name in unions:
            continue  # rows of a union of overlapping sources are not unique by the key
        shown = table.name
        ratios = [each for each in plans.columns(shown) if each.type.ratio]
        if ratios:
            draw = plans.scalars(shown)
            rounded = [(f"{each.name} rounded", Round(each, 1, Mode.HALF_EVEN)) for each in ratios]
            kept = tuple((name, scalar) for name, scalar in rounded if draw.fits(scalar))
            shown = plans.add(Extend(plans.name("shown"), shown, kept))
        columns = [each for each in plans.columns(shown) if not each.type.ratio]
        outputs.append(
            Output(table.name, shown, tuple((each.name, each.name, each.type) for each in columns), plans.key(shown))
        )
    return Plan(
        family="random",
        version="1",
        as_of=FIRST,
        tables=tuple(plans.tables),
        outputs=tuple(outputs),
        decisions=plans.tables[-1].name,
        ladders=(),
        conditions=(),
        metrics=(),
        entitlements=(),
        earnings=(),
    )


def _below(plans: Plans, union: str) -> set[str]:
    """The union and all tables computed from it."""
    found = {union}
    for table in plans.tables:
        if not found.isdisjoint(table.sources[:1]):
            found.add(table.name)
    return found
