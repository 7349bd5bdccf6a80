"""A frame: one row per partner and day judged, on which metrics, segments and tiers are computed.

Bounds of windows are literals when the frame has one day, and columns of its table of days
otherwise. Columns are requested first and become tables when the frame is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from engine.compiler.paying import Unpaid
from engine.compiler.typed import BROKEN, Typed
from engine.language import syntax
from engine.language.codes import meaning
from engine.language.diagnostic import Diagnostic
from engine.language.header import personal
from engine.language.near import MOST_SUGGESTED
from engine.language.records import RecordTable
from engine.language.source import Span
from engine.plan.grain import aggregate_column
from engine.plan.inference import is_optional, type_of
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Judging, StatusRead
from engine.plan.scalar import Column, Literal, Scalar, Value
from engine.plan.table import Aggregate, Cross, Extend, Join, Lookup, Measure, Table, Values
from engine.plan.tablenode import columns_in
from engine.types import DATE, ROW, Kind, Type

if TYPE_CHECKING:
    from engine.compiler.definitions import Behind
    from engine.compiler.workbench import Rows, Workbench

Bound = Callable[[date], Value]

DAY = "@day"  # no author can name a field like this


@dataclass(slots=True)
class Frame:
    """Partners judged on `days`. `partners` names the table of its rows before any measure.

    `on` are the columns by which its rows are distinguished: the partner, and the day if there are several.
    """

    bench: Workbench
    name: str
    days: tuple[date, ...]
    points: str = ""  # table of (partner_id, @day) pairs, for a frame of days that occur in rows
    bounds: dict[str, tuple[tuple[Value, ...], Type]] = field(default_factory=dict)
    aggregates: dict[str, tuple[Rows, list[Aggregate]]] = field(default_factory=dict)
    behind: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # (table, aggregate) of each metric
    derived: dict[str, Scalar] = field(default_factory=dict)
    shown: dict[Scalar, str] = field(default_factory=dict)  # columns of values that several lines show
    known: dict[str, Typed | None] = field(default_factory=dict)
    building: list[str] = field(default_factory=list)
    lookups: list[Callable[[str], str]] = field(default_factory=list)
    formulas: dict[str, Column] = field(default_factory=dict)  # of the partner, looked up before anything is measured
    tabled: dict[str, Rows] = field(default_factory=dict)
    daily: dict[str, Callable[[str], Table]] = field(default_factory=dict)  # looked up for each day judged
    rated: set[str] = field(default_factory=set)  # what the rates of its days were asked for
    conditions: list[Condition] = field(default_factory=list)
    closed: str = ""
    placed: dict[str, Span] = field(default_factory=dict)  # the scalar of each requested column
    statuses: dict[str, StatusRead] = field(default_factory=dict)  # by the column with what is held
    resting: dict[str, tuple[StatusRead, ...]] = field(default_factory=dict)  # on which statuses columns rest
    is_read: bool = False  # an incentive reads statuses on its days

    @classmethod
    def of_days(cls, bench: Workbench, days: tuple[date, ...]) -> Frame:
        """Every partner on every one of the days."""
        name = "partners" if days == (bench.day,) else f"partners@{len(bench.frames)}"
        return cls(bench, name, days)

    @property
    def recorded(self) -> bool:
        """Whether it judges the run's day judged, so that all it decides is part of the run's output."""
        return self.days == (self.bench.day,) and not self.points

    def keeps(self, owner: Owner) -> bool:
        """Whether the lines of this owner are kept for explanations: on other days, only those that incentives
        request.
        """
        return self.recorded or owner.kind in (OwnerKind.INCENTIVE, OwnerKind.SEGMENT)

    @property
    def on(self) -> tuple[str, ...]:
        """The key columns of its rows."""
        return ("partner_id",) if self.single else ("partner_id", DAY)

    @property
    def single(self) -> bool:
        """Whether all rows are judged on the same day."""
        return len(self.days) == 1 and not self.points

    @property
    def day(self) -> Scalar:
        """The day judged."""
        return Literal(self.days[0], DATE) if self.single else Column(DAY, DATE)

    def once(self, name: str, span: Span, build: Callable[[], Typed | None]) -> Typed | None:
        """The value of a name here, built at its first use; None after a finding, for example if it depends on
        itself.
        """
        if name not in self.known:
            if name in self.building:
                self.bench.report(circle_at(span, self.building, name, f"`{name}`"))
                return None
            self.building.append(name)
            self.known[name] = build()
            self.building.pop()
        return self.known[name]

    def bound(self, name: str, value: Bound, type: Type = DATE, of_base: bool = False) -> Scalar:
        """A value that depends on the day alone, computed now: a literal or a column of the days."""
        if self.single:
            return Literal(value(self.days[0]), type)
        if name not in self.bounds:
            self.bounds[name] = (tuple(value(day) for day in self.days), type)
        optional = None in self.bounds[name][0]
        return Column(name, type, optional=optional, of_base=of_base)

    def aggregate(self, rows: Rows, aggregate: Aggregate, metric: str = "") -> Column:
        """Request an aggregate over the rows of each partner, once under its name; `metric` is the metric it belongs
        to.
        """
        self.behind.setdefault(metric, []).append((self.measure_table(rows), aggregate.into))
        _, wanted = self.aggregates.setdefault(rows.name, (rows, []))
        wanted.append(aggregate)
        self.placed.setdefault(aggregate.into, self.bench.place)
        return aggregate_column(aggregate)

    def measure_table(self, rows: Rows) -> str:
        """The name of the table in which aggregates over these rows will be."""
        return f"{self.name}/{rows.name}"

    def derive(self, name: str, scalar: Scalar) -> Column:
        """Request a computed column."""
        self.derived.setdefault(name, scalar)
        self.placed.setdefault(name, self.bench.place)
        return Column(name, type_of(scalar), is_optional(scalar))

    def show(self, name: str, scalar: Scalar) -> Column:
        """The column that holds a value to be shown: an equal one that is there, or a new one of this name."""
        if isinstance(scalar, Column):
            return scalar
        return self.derive(self.shown.setdefault(scalar, name), scalar)

    def computed(self, name: str) -> Column | None:
        """Request a formula of the partner; None if it is wrong."""
        rows = self.bench.rows("partners", self.bench.place)
        column = self.bench.column(rows, name) if rows is not None else None
        if rows is None or column is None:
            return None
        if name not in self.formulas:
            source, on = rows.top, (("partner_id", "partner_id"),)
            self.lookup(lambda top: self.bench.add(Lookup(f"{self.name}/{name}", top, source, on, ((name, name),))))
            self.formulas[name] = replace(column, optional=True)
        return self.formulas[name]

    def statuses_behind(self, columns: Iterable[str]) -> tuple[StatusRead, ...]:
        """The statuses that requested columns are computed from, also through those of other ladders."""
        return tuple(dict.fromkeys(found for each in columns for found in self._resting(each)))

    def _resting(self, name: str) -> tuple[StatusRead, ...]:
        if name not in self.resting:
            own = (self.statuses[name],) if name in self.statuses else ()
            read = dict.fromkeys(each.name for each in columns_in(self.derived[name])) if name in self.derived else ()
            self.resting[name] = (*own, *self.statuses_behind(read))
        return self.resting[name]

    def lookup(self, make: Callable[[str], str]) -> None:
        """Request a join to the frame's rows before anything is measured."""
        self.lookups.append(make)

    def close(self) -> str:
        """Emit the tables; the name of the one with all columns."""
        if self.closed:
            return self.closed
        top = self._base()
        for make in self.lookups:
            top = make(top)
        for rows, aggregates in self.aggregates.values():
            name = self.measure_table(rows)
            partner = rows.table.partner or "partner_id"
            shared = [each for each in self.on if each == "partner_id" or each in rows.columns]
            on = tuple((each, partner if each == "partner_id" else each) for each in shared)
            top = self.bench.add(Measure(name, top, rows.top, on, tuple(aggregates)))
            self._place(top, (each.into for each in aggregates))
        for level, columns in enumerate(_levels(self.derived)):
            top = self.bench.add(Extend(f"{self.name}/{level + 1}", top, columns))
            self._place(top, (each for each, _ in columns))
        self.closed = top
        if (self.conditions or self.is_read) and not self.recorded:
            day: date | str = self.days[0] if self.single else DAY
            days = self.days[0], self.days[-1]
            self.bench.judgings.append(Judging(self.name, top, day, tuple(self.conditions), days))
        return top

    def _place(self, table: str, columns: Iterable[str]) -> None:
        """Keep for which place of the program each column was made."""
        self.bench.places |= {(table, each): self.placed[each] for each in columns}

    def _base(self) -> str:
        partners = self.bench.program.records.table("partners")
        assert partners is not None  # standard
        scan = self.bench.scan(partners)
        if self.single:
            return scan
        days = self.calendar()
        if not self.points:
            return self.bench.add(Cross(f"{self.name}/days", scan, days))
        taken = tuple((each.name, each.name) for each in partners.stored if each.name != "partner_id")
        # joins, not look-ups: every point has its partner and its day, so nothing becomes missing
        top = self.bench.add(
            Join(
                f"{self.name}/fields",
                self.points,
                scan,
                (("partner_id", "partner_id"),),
                (("partner_id", "partner_id"), (DAY, DAY)),
                taken,
                ("partner_id", DAY),
            )
        )
        kept = (("partner_id", "partner_id"), (DAY, DAY), *taken)
        return self._with_bounds(f"{self.name}/days", top, days, kept, ("partner_id", DAY))

    def _with_bounds(
        self, name: str, top: str, days: str, keep: tuple[tuple[str, str], ...], key: tuple[str, ...]
    ) -> str:
        """Rows with a day, and the bounds of that day."""
        bounds = tuple((each, each) for each in (*self.bounds, *self.daily))
        return self.bench.add(Join(name, top, days, ((DAY, DAY),), keep, bounds, key))

    def on_each_day(self, keys: str, name: str, key: tuple[str, ...]) -> str:
        """A table of keys (the partner first) on each day judged, with the bounds asked for so far."""
        days = self.calendar()
        if not self.points:
            return self.bench.add(Cross(f"{name}/days", keys, days))
        keep, take = (("partner_id", "partner_id"), (DAY, DAY)), tuple((each, each) for each in key[1:])
        joined = Join(
            f"{name}/points", self.points, keys, (("partner_id", key[0]),), keep, take, ("partner_id", DAY, *key[1:])
        )
        kept = (*keep, *take)
        return self._with_bounds(f"{name}/days", self.bench.add(joined), days, kept, ("partner_id", DAY, *key[1:]))

    def calendar(self) -> str:
        """The days judged, with the bounds and rates asked for so far."""
        name = f"{self.name}/calendar"
        columns = (Column(DAY, DATE), *(
            Column(each, type, optional=None in values)
            for each, (values, type) in self.bounds.items()
        ))  # fmt: skip
        rows = tuple(zip(self.days, *(values for values, _ in self.bounds.values()), strict=True))
        self.bench.tables[name] = Values(name, columns, rows, (DAY,))  # later bounds widen the same table
        for make in self.daily.values():
            found = make(name)
            name = self.bench.tables.setdefault(found.name, found).name
        return name


@dataclass(slots=True)
class FrameScope(Unpaid):
    """Names of a partner on a day.

    `tested` is the tier whose lines are being judged: the name of its ladder means this tier.

    `held` allows the names of ladders for what the partner holds that day; `rounded` reads metrics at their scale.
    `keys` are the current values of the dimensions that metrics and ladders go by. With `apart` their names do not
    stand for fields of the partner, which could be meant as well.
    """

    frame: Frame
    tested: Owner | None = None
    held: bool = False
    rounded: bool = False
    keys: tuple[tuple[str, str], ...] = ()
    apart: bool = False
    gates: list[Scalar] = field(default_factory=list)

    @property
    def bench(self) -> Workbench:
        """The workbench."""
        return self.frame.bench

    @property
    def currency(self) -> str:
        """The program's currency."""
        return self.bench.program.currency

    @property
    def knows_all(self) -> bool:
        """Whether its choices have no values but those the program knows."""
        return not self.bench.together

    @property
    def day(self) -> Typed | None:
        """The day judged."""
        return Typed(self.frame.day, DATE, self.bench.program.span)

    @property
    def is_crowded(self) -> bool:
        """Whether unknown names get no suggestions any more."""
        return len(self.bench.diagnostics) >= MOST_SUGGESTED

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.bench.report(diagnostic)

    def note(self, calculation: syntax.Expression, scalar: Scalar) -> None:
        """Remember where a calculation is written."""
        self.bench.written.append((calculation, scalar))

    def names(self) -> Iterator[str]:
        """All names, for suggestions."""
        yield "tier"
        yield from (each.name for each in self.bench.definitions.values() if each.of_partners)
        yield from (each.name for each in self._partners().readable)

    def find(self, name: syntax.Name) -> Typed | None:
        """The tier, the day, a field of the partner, or a definition."""
        if name.text == "tier":
            return self._tier(name)
        if name.text == "as_of":
            return Typed(self.frame.day, DATE, name.span)
        definition = self.bench.definitions.get(name.text)
        if definition is not None and (definition.of_partners or (self.keys and definition.at)):
            self.bench.used.add(name.text)
            if definition.by_tier and not self._reads_statuses:
                return None
            with self.bench.at(definition.span):
                typed = definition.at(self, name, ()) if definition.at else definition.build(self)
            # a finding about the definition was reported at its own place: go on with its kind unknown
            return typed.at(name.span) if typed else BROKEN
        if self.apart and name.text in dict(self.keys):
            return None
        found = self._partners().field(name.text)
        if found is not None and found.formula is not None:
            column = self.frame.computed(name.text)
            return self._in_one_currency(Typed(column, column.type, name.span)) if column else BROKEN
        if found is not None and not found.personal:
            return self._in_one_currency(Typed(Column(name.text, found.type, found.optional), found.type, name.span))
        return self._at_values(name)

    def _in_one_currency(self, found: Typed) -> Typed:
        """A value of the partner; an amount in the currency of its row is refused, because nothing converts it."""
        if found.type.currency != ROW:
            return found
        self.report(
            meaning.NO_CONVERSION.at(
                found.span,
                "this is in the currency of its row, and a partner has no day whose rate converts it",
                help="declare it without `currency: row`, or measure records with a day",
            )
        )
        return BROKEN

    @property
    def _reads_statuses(self) -> bool:
        """Whether what a partner holds is known here."""
        return self.tested is not None or self.held

    def _at_values(self, name: syntax.Name) -> Typed | None:
        """What has a value for each of its keys, at the values written behind dots: `regional_revenue.emea`."""
        definition, values = self.bench.with_values(name.text)
        if not values or definition is None or definition.at is None:
            return None
        if definition.by_tier and not self._reads_statuses:
            return None
        self.bench.used.add(definition.name)
        with self.bench.at(definition.span):
            typed = definition.at(self, name, values)
        return Typed(typed.scalar, typed.type, name.span) if typed else BROKEN

    def behind(self, name: syntax.Name) -> Behind | None:
        """What decides a name that is declared, and whether it applies; None where that is not reported."""
        definition, values = self.bench.with_values(name.text)
        return definition.behind(self, values) if definition and definition.behind else None

    def refuse(self, name: syntax.Name) -> Diagnostic | None:
        """Where the tier is not known."""
        if self.apart and name.text in dict(self.keys):
            return meaning.NOT_HERE.at(
                name.span,
                f"`{name.text}` stands under `per`, and can be read only under the `by` beside it",
                help=f"name it under `by`; for the partner's own `{name.text}`, use a segment",
            )
        definition, _ = self.bench.with_values(name.text)
        if name.text == "tier" or (definition is not None and definition.by_tier):
            what = "the tier" if name.text == "tier" else f"`{name.text}` depends on the tier, and the tier"
            if definition is not None and definition.behind is not None:
                what = f"whether a partner has `{name.text}`"
            return meaning.NOT_HERE.at(
                name.span,
                f"{what} is not known here",
                help=f"tiers depend on metrics and segments; use `{name.text}` in `requires`, `eligible` or benefits",
            )
        if definition is not None:
            return not_one_value(name.text, name.span, definition.cure)
        field_of_partner = self._partners().field(name.text)
        if field_of_partner is not None:  # the stored ones were found
            return personal(name.text, name.span)
        return None

    def is_field(self, name: str) -> bool:
        """Whether partners have a stored field of this name."""
        found = self._partners().field(name)
        return found is not None and not found.personal

    def _tier(self, name: syntax.Name) -> Typed | None:
        ladder = self.bench.program.ladder.names
        if self.tested is not None and self.tested.kind is OwnerKind.TIER:
            type = Type(Kind.CHOICE, values=ladder, ordered=True)
            return Typed(Literal(self.tested.tier, type), type, name.span)
        if not self._reads_statuses or self.bench.status is None:
            return None
        typed = self.bench.status(self.frame)
        return Typed(typed.scalar, typed.type, name.span) if typed and typed is not BROKEN else typed

    def _partners(self) -> RecordTable:
        table = self.bench.program.records.table("partners")
        assert table is not None  # standard
        return table


def not_one_value(name: str, span: Span, cure: str) -> Diagnostic:
    """A finding for a name that has several values for a partner; `cure` says how to read one."""
    return meaning.NOT_HERE.at(
        span,
        f"`{name}` has one value for each group (`per`), not one for the partner",
        help=cure,
    )


def circle_at(span: Span, building: Sequence[str], name: str, shown: str) -> Diagnostic:
    """The finding that a name is read while it is built; `building` are the names that led back to it."""
    loop = " -> ".join((*building[building.index(name) :], name))
    return meaning.CYCLE.at(span, f"{shown} depends on itself: {loop}", help="remove the reference from one of them")


def _place(name: str, derived: Mapping[str, Scalar], level: dict[str, int]) -> int:
    """The layer of a column, noted in `level` with those it reads."""
    if name not in level:
        read = {each.name: None for each in columns_in(derived[name]) if each.name in derived}
        level[name] = 1 + max((_place(each, derived, level) for each in read), default=-1)
    return level[name]


def _levels(derived: Mapping[str, Scalar]) -> list[tuple[tuple[str, Scalar], ...]]:
    """Columns in layers, so that each reads only earlier layers."""
    level: dict[str, int] = {}
    for name in derived:
        _place(name, derived, level)
    count = 1 + max(level.values(), default=-1)
    return [tuple((name, derived[name]) for name in derived if level[name] == each) for each in range(count)]
