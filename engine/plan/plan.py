"""The Plan itself: tables in dependency order, and what of them is the run's output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.language.source import Span
from engine.plan.needs import Needs, needs_of
from engine.plan.outputs import PARTNER
from engine.plan.owner import TIERS, Owner, said_scope
from engine.plan.scalar import Bands, Scalar
from engine.plan.scope import Decided, Running
from engine.plan.table import Table
from engine.types import Type


@dataclass(frozen=True, slots=True)
class Output:
    """A table of the run: `columns` of the table `source`, renamed; unique and sorted by `key`."""

    name: str  # see engine.plan.outputs
    source: str
    columns: tuple[tuple[str, str, Type], ...]  # (name in the output, column of the source, type)
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a program, decided for every partner in the table `Plan.decisions`.

    `form` is compare, all, any, none, at_least or name. Columns of the decisions table:
    `outcome` (boolean), and for a comparison of numbers `value`, `threshold`, `distance`.
    Distance is what is missing to the threshold, 0 when met, missing when it cannot be decided.
    Where the column `applies` is false the line is not applicable: its outcome is missing, and it has no distance.
    """

    id: str  # "tier.gold.2.1": owner and place among its lines; a name, never cut
    owner: Owner
    form: str
    text: str
    span: Span
    scalar: Scalar
    parts: tuple[str, ...] = ()  # ids, of all, any, none, at_least
    at_least: int = 0
    outcome: str = ""
    value: str = ""
    threshold: str = ""
    distance: str = ""
    unit: Type | None = None
    strict: bool = False  # the threshold itself does not meet it: "more than"
    names: tuple[str, ...] = ()  # metrics, fields, segments it reads
    applies: str = ""  # "": it applies to all partners
    behind: Owner | None = None  # of a name: whose lines decide it
    percent: bool = False  # its numbers are written in percent, in the line or in what it names

    @property
    def of(self) -> str:
        """What a person calls its owner: "gold", "strategic", "coaching", "launch"."""
        return self.owner.of


@dataclass(frozen=True, slots=True)
class Measured:
    """Where a metric's values are: column of the decisions table, and the aggregates behind it."""

    name: str
    title: str
    span: Span
    type: Type
    column: str
    sources: tuple[tuple[str, str], ...] = ()  # (Measure table, aggregate), to find the records
    window: tuple[date | None, date | None] = (None, None)
    scope: tuple[str, ...] = ()  # the value of each key of its `per`
    divided_by: str = ""  # of an average: the aggregate that counts

    @property
    def said(self) -> str:
        """The name by which a line reads it where no value is given: "revenue", "regional_revenue.emea"."""
        return ".".join((self.name, said_scope(self.scope))) if self.scope else self.name


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier above the lowest: the ids of the lines that must all hold."""

    tier: str
    span: Span
    lines: tuple[str, ...]
    outcome: str  # column of the decisions table
    of: str = ""  # what a person calls it: "gold", "specialist", "level.expert"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder in one scope, with the columns of the decisions table for a partner's status on it.

    `name` is `tiers` or that of a designation, and `scope` the value of each key of its `per`. A `plain` designation
    is held or not: its one rung contains its requirements. Where the column `applies` is false there is no status.
    """

    name: str
    span: Span
    tiers: tuple[str, ...]
    rungs: tuple[Rung, ...]
    held: str = ""
    floor: str = ""
    ceiling: str = ""
    prior: str = ""
    undecided: str = ""
    applies: str = ""  # "": it applies to all partners
    scope: tuple[str, ...] = ()
    title: str = ""
    plain: bool = False
    word: str = ""  # the name by which a line reads it: "tier", "level.emea"
    conditions: tuple[str, ...] = ()  # ids of the lines that say whom it applies to

    def rung(self, tier: str) -> Rung | None:
        """The rung of a tier; None for the lowest and for one that is not on the ladder."""
        return next((each for each in self.rungs if each.tier == tier), None)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A benefit, in one scope: columns of the decisions table for what is granted and whether."""

    name: str
    span: Span
    value: str
    granted: str
    type: Type
    by_tier: bool
    lines: tuple[str, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()  # (tier, place of its value)
    scope: tuple[str, ...] = ()  # the value of each key of its `per`

    @property
    def said(self) -> str:
        """What a person calls it: "discount", "margin.network"."""
        return ".".join((self.name, said_scope(self.scope))) if self.scope else self.name


@dataclass(frozen=True, slots=True)
class Step:
    """One named step of an earning, in order: a column of its table.

    Of a limit, `room` and `left` are the columns with what was left of it before the row and after, and
    `whole` that with all of it.
    """

    name: str
    column: str
    type: Type
    span: Span
    room: str = ""
    left: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of an incentive's course, and the table in which it is done."""

    name: str
    table: str
    span: Span


@dataclass(frozen=True, slots=True)
class Judging:
    """Lines decided for partners on other days than the one judged, in `table`.

    `day` is the one day judged, or the column that says which it is; `days` are the first and the last. `rules`
    is the edition whose lines they are; "" for the rules in force.
    """

    name: str
    table: str
    day: date | str
    conditions: tuple[Condition, ...]
    days: tuple[date, date] = (date.min, date.max)
    rules: str = ""


@dataclass(frozen=True, slots=True)
class StatusRead:
    """A status that an incentive reads on the days it judges, itself or through others: columns of that judging.

    It is undecided where `floor` is not `ceiling`. `outcomes` say of each higher tier whether its lines are met.
    """

    word: str  # "tier", "level.emea"
    held: str
    floor: str
    ceiling: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """How long the rows of a part change what it earns: with it, records that became known too late can be told.

    `day`, `partner` and `recorded` (when a record became known; "" where no field says) are columns of its rows, and so
    are `late` and `closed`, the first days whose records, and whose returns, no longer count. `counts` is all else that
    is asked of a row. `returned` is the table of returns that lower a row; "" where none do. `rules` is the edition.
    """

    rules: str
    table: str  # of records
    key: str
    partner: str
    day: str
    recorded: str
    late: str
    closed: str
    counts: Scalar
    returned: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An incentive under one set of rules: a table with a row for every earning, also those of zero.

    `basis` names the aggregates whose records a period's earning rests on; a record rests on itself. `judged`
    names the judging that decided the eligible lines; "" where those of the run's own day did, or none are asked.
    `where` are the lines that choose records among the rows of the table `rows`: they have no columns. `fields` are
    those that the measure is computed from, formulas too, as columns of the records. `complete` is the column with the
    day from which on an earning is owed, where the last period still runs; "" where all are. `unreturned` are the
    columns that say how many returns a record has, and what they left of it, as they are without any return. `statuses`
    are what it reads of ladders in the judging `read_in`, "" for the run's own day; `open` is the column that says
    whether one of them was undecided.
    """

    incentive: str
    table: str
    key: tuple[str, ...]
    steps: tuple[Step, ...]
    amount: str
    phases: tuple[Phase, ...]
    basis: tuple[tuple[str, str], ...] = ()  # (Measure table, aggregate)
    judged: str = ""
    lines: tuple[str, ...] = ()
    rows: str = ""
    where: tuple[Condition, ...] = ()
    bands: Bands | None = None
    band_spans: tuple[Span, ...] = ()
    corrected: Corrected | None = None  # None where no record can be too late
    fields: tuple[str, ...] = ()
    complete: str = ""
    unreturned: tuple[tuple[str, Scalar], ...] = ()
    statuses: tuple[StatusRead, ...] = ()
    read_in: str = ""
    open: str = ""

    @property
    def asks_of_run(self) -> bool:
        """Whether it asks for lines or statuses that are decided on the run's own day."""
        return bool((self.lines and not self.judged) or (self.statuses and not self.read_in))

    def renamed(self, names: Mapping[str, str], prefix: str, own: str) -> Part:
        """The same among tables with these names; `own` is the judging of what was decided on the run's own day."""
        known = self.corrected
        if known is not None and known.returned:
            known = replace(known, returned=names[known.returned])
        return replace(
            self,
            table=names[self.table],
            phases=tuple(replace(each, table=names[each.table]) for each in self.phases),
            basis=tuple((names[table], aggregate) for table, aggregate in self.basis),
            judged=prefix + self.judged if self.judged else own if self.lines else "",
            rows=names[self.rows],
            corrected=known,
            read_in=prefix + self.read_in if self.read_in else own if self.statuses else "",
        )

    def complete_on(self, row: Mapping[str, object], as_of: date) -> date | None:
        """The day from which on the earning of a row is owed, if its period still runs at the end of `as_of`."""
        day = row[self.complete] if self.complete else None
        return day if isinstance(day, date) and day > as_of else None


SELLER = "seller"  # the payee of an incentive that pays people


@dataclass(frozen=True, slots=True)
class Earning:
    """An incentive that has earned something by now, under all the rules it had."""

    incentive: str
    title: str
    span: Span
    currency: str
    parts: tuple[Part, ...]
    payee: str = ""  # partner or seller; "" where its rules differ

    def is_to_seller(self, earner: object, partner: object) -> bool:
        """Whether a seller earns. A person may have the id of its partner, so ids decide only where rules differ."""
        return self.payee == SELLER if self.payee else earner not in (None, partner)


@dataclass(frozen=True, slots=True)
class Rated:
    """A table whose rows have a rate that converts amounts of theirs into the currency `own`, or lack one.

    `made` are tables on top of those of the Plan that nothing but this asks for; the last of them is `table`.
    """

    table: str
    rate: str  # columns of it
    currency: str
    day: str
    own: str
    span: Span  # of the program's conversion
    made: tuple[Table, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables of the Plan that it rests on."""
        own = {each.name for each in self.made}
        return tuple(name for each in self.made for name in each.sources if name not in own) or (self.table,)

    def renamed(self, names: Mapping[str, str], prefix: str) -> Rated:
        """The same where the tables of the Plan have other names."""
        known = {**names, **{each.name: prefix + each.name for each in self.made}}
        return replace(self, table=known[self.table], made=tuple(each.renamed(known) for each in self.made))


@dataclass(frozen=True, slots=True)
class Converted:
    """What tells of a conversion: currency and day in a row, and the amounts of equal worth by their first day."""

    currency: Scalar
    day: Scalar | None
    worths: tuple[tuple[date, tuple[tuple[str, Decimal], ...]], ...] = ()

    def in_force(self, day: date | None) -> tuple[date, tuple[tuple[str, Decimal], ...]]:
        """The amounts of equal worth on a day; before the first day, the first."""
        begun = [each for each in self.worths if day is not None and each[0] <= day]
        return begun[-1] if begun else self.worths[0]


@dataclass(frozen=True)
class Plan:
    """A compiled program at a date. `decisions` has one row per partner on the day judged.

    `as_of` is the day of the run: what is known at its end counts. `judged` is the day on which partners are
    judged where it is another: the last day that the rules govern, of a run after it.

    `scope` says which days and periods of which incentives it decides, and `running` which periods are not complete.

    `places` says for which line of the program a table, (table, ""), or a column of it, (table, column), was made.
    `converted` tells of each conversion in the rows of a record table.
    """

    family: str
    version: str
    as_of: date
    tables: tuple[Table, ...]
    outputs: tuple[Output, ...]
    decisions: str
    ladders: tuple[Ladder, ...]
    conditions: tuple[Condition, ...]
    metrics: tuple[Measured, ...]
    entitlements: tuple[Entitlement, ...]
    earnings: tuple[Earning, ...]
    judgings: tuple[Judging, ...] = ()
    rated: tuple[Rated, ...] = ()
    judged: date | None = None
    scope: tuple[Decided, ...] = ()
    running: tuple[Running, ...] = ()
    places: Mapping[tuple[str, str], Span] = field(default_factory=dict, repr=False, compare=False)
    converted: Mapping[tuple[str, Scalar], Converted] = field(default_factory=dict, repr=False, compare=False)

    @property
    def day(self) -> date:
        """The day on which partners are judged."""
        return self.judged or self.as_of

    @cached_property
    def tiers(self) -> Ladder:
        """The ladder `tiers`; one without tiers where the program has none."""
        return next((each for each in self.ladders if each.name == TIERS), NO_TIERS)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rungs of all ladders, in their order."""
        return tuple(rung for ladder in self.ladders for rung in ladder.rungs)

    @cached_property
    def needs(self) -> Needs:
        """Whose rows a partner's decisions need beside its own."""
        named = ((each.source, column) for each in self.outputs for name, column, _ in each.columns if name == PARTNER)
        return needs_of(self.tables, named)


NO_TIERS = Ladder(TIERS, Span("", 0, 0, 0, 0), (), ())
