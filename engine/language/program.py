"""A program as typed, frozen values: what the author declared, each with its place.

Expressions stay as written (`engine.language.syntax`); names in them are looked up when the
program is compiled for a date. Spans are not part of a program's meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, product
from math import prod

from engine.calendar import ONE_DAY, Calendar, Cycle
from engine.language.certification import Certification as Certification
from engine.language.certification import Held as Held
from engine.language.changes import Amendment, Corrections
from engine.language.exchange import BY_ROW, Conversion
from engine.language.records import RecordSchema
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.language.window import Window
from engine.types import Method, Mode

MOST_SCOPES = 500  # combinations of values under one `per`: each is compiled by itself
MOST_STATUSES = 500  # of all designations together: each is decided on top of those before it
MOST_CONDITIONS = 4_000  # of all designations, and benefits with `per`, together: lines, each for each combination


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: an expression as written."""

    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions under `all`, `any`, `none` or `at_least`; `count` is for the last."""

    form: str
    lines: tuple[Requirement, ...]
    span: Span
    count: int = 0


Requirement = Line | Group


def count_lines(lines: Iterable[Requirement]) -> int:
    """How many lines there are, those of groups one by one."""
    return sum(count_lines(each.lines) if isinstance(each, Group) else 1 for each in lines)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by dimensions: `keys` has one word for each name of `by`, in order."""

    keys: tuple[str, ...]
    value: Table
    span: Span
    key_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value by bands of a number: from `start` on, until the next."""

    start: Table
    value: Table


@dataclass(frozen=True, slots=True)
class Table:
    """A value, wherever a number is allowed: one expression (`single`), values by dimensions (`choices`),
    or by bands of one number (`thresholds`). An entry is a value again.
    """

    span: Span
    by: tuple[str, ...] = ()
    by_spans: tuple[Span, ...] = ()
    single: Expression | None = None
    choices: tuple[Choice, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no value is listed."""
        return self.single is None and not self.choices and not self.thresholds

    def at(self, keys: Mapping[str, str]) -> Table:
        """The value where names under `by` have these words; an empty one where none is listed for them."""
        rest = [place for place, name in enumerate(self.by) if name not in keys]
        if len(rest) == len(self.by) or self.thresholds:
            return self
        found = [
            each
            for each in self.choices
            if all(keys.get(name, word) == word for name, word in zip(self.by, each.keys, strict=True))
        ]
        if not rest:
            return replace(found[0].value, span=self.span) if found else replace(self, by=(), by_spans=(), choices=())
        choices = tuple(
            replace(
                each,
                keys=tuple(each.keys[place] for place in rest),
                key_spans=tuple(each.key_spans[place] for place in rest),
            )
            for each in found
        )
        by, by_spans = tuple(self.by[each] for each in rest), tuple(self.by_spans[each] for each in rest)
        return replace(self, by=by, by_spans=by_spans, choices=choices)


def expressions_of(value: Table) -> Iterator[Expression]:
    """Every expression in the value, in the order written."""
    if value.single is not None:
        yield value.single
    for choice in value.choices:
        yield from expressions_of(choice.value)
    for threshold in value.thresholds:
        yield from expressions_of(threshold.value)


@dataclass(frozen=True, slots=True)
class Version:
    """What a parameter is from a day on; `start` is None for an undated one."""

    start: date | None
    table: Table
    span: Span
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or date apart from the logic; versions ascend by start."""

    name: str
    span: Span
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value per partner, or per partner and `per` fields.

    Exactly one of `formula`, `holding` or `source` with `op` is set. Where certifications go by choices, `holding_at`
    has those of each value of the choices in `holding_by`, and `holding` has all of them.
    """

    name: str
    span: Span
    title: str = ""
    source: str = ""
    source_span: Span | None = None
    op: str = ""
    value: Expression | None = None
    where: tuple[Requirement, ...] = ()
    window: Window | None = None
    shifted: int = 0  # months back
    children: bool = False
    per: tuple[str, ...] = ()
    formula: Expression | None = None
    if_missing: Expression | None = None
    holding: tuple[str, ...] = ()
    holding_spans: tuple[Span, ...] = ()
    holding_all: bool = False
    holding_by: tuple[str, ...] = ()
    holding_by_spans: tuple[Span, ...] = ()
    holding_at: tuple[Held, ...] = ()
    scale: int | None = None
    ignore_missing: bool = False
    copied_span: Span | None = None  # where another metric is `like` it

    def at(self, values: tuple[str, ...]) -> Metric | None:
        """The metric as it is for one value of each of its keys; None if no certification is listed for them."""
        if not self.holding_at:
            return self
        keys = dict(zip(self.per, values, strict=True))
        asked = tuple(keys.get(each) for each in self.holding_by)
        found = next((each for each in self.holding_at if each.keys == asked), None)
        if found is None:
            return None
        flat = replace(self, per=(), holding=found.names, holding_spans=found.spans, holding_all=found.all)
        return replace(flat, holding_by=(), holding_by_spans=(), holding_at=())


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of partners."""

    name: str
    span: Span
    when: tuple[Requirement, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of the ladder with its own lines."""

    name: str
    span: Span
    requires: tuple[Requirement, ...] = ()
    invitation: Span | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Tiers from low to high; the common lines hold for every tier above the first.

    `name` is that of a designation, "" for `tiers`. A `plain` designation is held or not. With `per` there is one
    status for each value of these choices, and `overall` says which one the name means where none is given.
    If it is `cumulative`, a tier also requires the own lines of the tiers below it.
    """

    tiers: tuple[Tier, ...] = ()
    common: tuple[Requirement, ...] = ()
    span: Span | None = None
    was: tuple[tuple[str, str], ...] = ()  # (tier of the version before, tier of this one)
    name: str = ""
    title: str = ""
    plain: bool = False
    applies_to: tuple[Requirement, ...] = ()
    per: tuple[str, ...] = ()
    per_spans: tuple[Span, ...] = ()
    overall: str = ""
    overall_span: Span | None = None
    cumulative: bool = False

    def lines_of(self, tier: Tier) -> tuple[Requirement, ...]:
        """What a tier requires: the common lines, its own, and those it takes over; the lowest has only its own."""
        return (*(self.common if tier.name in self.names[1:] else ()), *tier.requires, *self.taken_over(tier))

    def taken_over(self, tier: Tier) -> tuple[Requirement, ...]:
        """The own lines of the tiers below, from high to low; none unless the ladder is cumulative."""
        below = self.tiers[: self.names.index(tier.name)] if self.cumulative else ()
        return tuple(line for each in reversed(below) for line in each.requires)

    @property
    def names(self) -> tuple[str, ...]:
        """Tier names from low to high."""
        return tuple(tier.name for tier in self.tiers)

    @property
    def line_count(self) -> int:
        """How many lines are decided for each of its scopes."""
        return count_lines(self.applies_to) + sum(count_lines(self.lines_of(tier)) for tier in self.tiers[1:])


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a partner is entitled to. `value` is percent, level, quantity, money or flag.

    With `per` it is granted by itself for each value of these choices.
    """

    name: str
    span: Span
    value: str
    table: Table | None = None
    levels: tuple[str, ...] = ()
    when: tuple[Requirement, ...] = ()
    every: str = ""
    title: str = ""
    per: tuple[str, ...] = ()
    per_spans: tuple[Span, ...] = ()

    def at(self, scope: tuple[str, ...]) -> Benefit:
        """The benefit as it is for one value of each of its keys."""
        keys = dict(zip(self.per, scope, strict=True))
        return replace(self, table=self.table.at(keys)) if self.table is not None else self

    @property
    def line_count(self) -> int:
        """How many lines are decided for each of its scopes; without any, it has its value to find."""
        return max(1, count_lines(self.when))


@dataclass(frozen=True, slots=True)
class BandRow:
    """One line of a band table; exactly one of rate and amount."""

    start: Table
    span: Span
    rate: Table | None = None
    amount: Table | None = None
    up_to: Table | None = None

    @property
    def paid(self) -> Table | None:
        """What the band pays: its rate or its amount."""
        return self.rate if self.rate is not None else self.amount


@dataclass(frozen=True, slots=True)
class Limit:
    """A maximum for each combination under `per`; one that a kind adds by itself has no `per_spans`.

    `order` is the limit's own, in programs written before an incentive had one.
    """

    at_most: Table
    per: tuple[str, ...]  # partner, seller, customer, period, a calendar period such as `fiscal quarter`, a field
    span: Span
    order: tuple[str, ...] = ()
    per_spans: tuple[Span, ...] = ()
    order_spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Incentive:
    """Rows, a measure, a pay and limits: what every kind is a preset of.

    With `period` it earns for each complete one and measures the sum of its rows; without, for each
    record. It pays one of `rate`, `amount` and `bands`; an amount is paid once, or for every full `per`.
    """

    name: str
    kind: str
    span: Span
    source: str
    payee: str
    title: str = ""
    where: tuple[Requirement, ...] = ()
    eligible: tuple[Requirement, ...] = ()
    period: Cycle | None = None
    during: tuple[date, date] | None = None
    first: tuple[str, ...] = ()  # only the first record of each of these counts, of all records known
    measure: Expression | None = None
    method: Method = Method.MARGINAL
    bands: tuple[BandRow, ...] = ()
    beyond_nothing: bool = False
    amount: Table | None = None
    rate: Table | None = None
    per: Expression | Table | None = None  # a literal number or amount, or one for each currency
    order: tuple[str, ...] = ()  # in which records are taken; empty: by day, then key
    order_spans: tuple[Span, ...] = ()
    limits: tuple[Limit, ...] = ()
    source_span: Span | None = None
    period_span: Span | None = None
    during_span: Span | None = None
    returns: str = "restate"
    unlinked_returns: str = "current_period"
    on_change: str = ""  # split, at_start, at_end: what a change inside a period does
    days: tuple[date, date] | None = None  # an amended program: the days these rules hold for it
    cuts: tuple[date, ...] = ()  # where a change ends one part of a period and begins the next
    accounting: str = ""
    settle_by: str = ""
    tax: str = ""
    adds_to: tuple[str, ...] = ()  # incentives that are meant to pay for the same records as well
    adds_to_spans: tuple[Span, ...] = ()
    pays_in: str = ""  # "row": the records of each currency in it; else in the program's
    pays_in_span: Span | None = None
    currencies: tuple[str, ...] = ()  # those its version knows, where other versions have more

    @property
    def pays_by_row(self) -> bool:
        """Whether the records of each currency earn in it."""
        return self.pays_in == BY_ROW

    @property
    def is_once(self) -> bool:
        """Whether its amount is paid once, whatever is measured."""
        return self.amount is not None and self.per is None


@dataclass(frozen=True, slots=True)
class Dimension:
    """Values that fields, tables and rules share: an entry of `choices`."""

    name: str
    span: Span
    values: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program: the rules of one version, as amended.

    `files` are the names of the files it is written in, the one asked for first. An amended version
    is a chain: these rules hold from `since` on, those of `earlier` before. `follows` is the version before
    this one, where several are evaluated as one; each governs its own days and reads its own records by its own names.
    """

    family: str
    version: str
    title: str
    file: str
    span: Span
    effective: tuple[date, date]
    currency: str
    scale: int  # minor digits of the currency
    records: RecordSchema
    choices: tuple[Dimension, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    calendar_declared: bool = False
    rounding: Mode = Mode.HALF_UP
    rounding_at: str = "earning"
    conversion: Conversion | None = None
    corrections: Corrections = field(default_factory=Corrections)
    amendments: tuple[Amendment, ...] = ()
    earlier: Program | None = None  # the rules before the last amendment took effect
    since: date | None = None  # the first day of these rules; None: that of `effective`
    follows: Program | None = None
    files: tuple[str, ...] = ()
    own_tables: tuple[str, ...] = ()  # tables the program names under `records`
    record_spans: tuple[tuple[str, Span], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    certifications: tuple[Certification, ...] = ()
    metrics: tuple[Metric, ...] = ()
    segments: tuple[Segment, ...] = ()
    ladder: Ladder = field(default_factory=Ladder)
    designations: tuple[Ladder, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    incentives: tuple[Incentive, ...] = ()

    @property
    def ladders(self) -> tuple[Ladder, ...]:
        """`tiers`, where the program has them, then the designations."""
        return (*((self.ladder,) if self.ladder.tiers else ()), *self.designations)

    def designation(self, name: str) -> Ladder | None:
        """The designation of this name."""
        return next((each for each in self.designations if each.name == name), None)

    def choice(self, name: str) -> Dimension | None:
        """The choice of this name."""
        return next((each for each in self.choices if each.name == name), None)

    def dimension(self, name: str) -> tuple[str, ...]:
        """The values of a choice; () where none is declared under this name."""
        found = self.choice(name)
        return found.values if found is not None else ()

    def scopes(self, per: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Every combination of values of the keys, () of none. Only the first where `check` refuses their number."""
        if not per:  # asked of everything that a program declares
            return iter(((),))
        found = product(*map(self.dimension, per))
        few = self.scope_count(per) <= MOST_SCOPES and self.too_many is None
        return found if few else islice(found, 1)

    @property
    def too_many(self) -> tuple[Ladder | Benefit, str] | None:
        """The one with which designations, and benefits with `per`, are too many together, and their number."""
        statuses = conditions = 0
        declared: tuple[Ladder | Benefit, ...] = (*self.designations, *self.benefits)
        for each in (one for one in declared if one.per or isinstance(one, Ladder)):
            count = self.scope_count(each.per)
            conditions += count * each.line_count
            statuses += count * isinstance(each, Ladder)
            if statuses > MOST_STATUSES:
                return each, f"{statuses:,} statuses, and the limit is {MOST_STATUSES:,}"
            if conditions > MOST_CONDITIONS:
                return each, f"{conditions:,} lines to decide, and the limit is {MOST_CONDITIONS:,}"
        return None

    def scope_count(self, per: tuple[str, ...]) -> int:
        """How many combinations of values there are."""
        return prod(len(self.dimension(each)) for each in per)

    @property
    def edition(self) -> str:
        """The version, with its last amendment where there is one: `2026`, `2026.amendment-1`."""
        numbers = [each.number for each in self.amendments]
        return f"{self.version}.amendment-{max(numbers)}" if numbers else self.version

    @property
    def stages(self) -> tuple[Program, ...]:
        """The rules in force one after the other, each from its `since`; the last are these."""
        return (*(self.earlier.stages if self.earlier else ()), self)

    @property
    def versions(self) -> tuple[Program, ...]:
        """The versions that are evaluated as one, each by itself, the earliest first; the last is this one."""
        return (*(self.follows.versions if self.follows else ()), replace(self, follows=None))

    @property
    def all_records(self) -> RecordSchema:
        """The records that it reads: those of all versions, where several are evaluated as one."""
        return self.follows.all_records.joined(self.records) if self.follows else self.records

    @property
    def last_day(self) -> date:
        """The last day on which the version is in force."""
        return self.effective[1] - ONE_DAY

    @property
    def first_day(self) -> date:
        """The first day of these rules."""
        return self.since or self.effective[0]
