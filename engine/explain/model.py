"""What an explanation is made of. Values only: no text layout, no other partner's figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.plan.scope import Decided


class Outcome(StrEnum):
    """The possible outcomes of a condition for a partner."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_DECIDE = "cannot_decide"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Clause:
    """A place in the program with the text of its line; `text` is "" where the source is not available."""

    file: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its unit: money (then `currency` is set), percent, number, integer, days, date, text, ..

    A percent is stored as a number: 12.5 % is 0.125. `value` None is missing. `between` are the lowest and the highest
    status that were possible, of a status that was undecided.
    """

    value: Decimal | int | str | bool | date | None
    unit: str
    currency: str = ""
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One record by its table and key, with the source file and line where they are known."""

    table: str
    key: tuple[str, ...]
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """Records behind a value: how many, and the first of them (or all)."""

    count: int
    shown: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What is absent: a field `table.field` of some records, or, with `field` "", a reason in words."""

    field: str
    reason: str
    records: Records


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something absent, with the texts of the lines it leaves open."""

    missing: Missing
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a value is from its threshold. `strict`: the threshold itself does not do ("more than").

    `up` says that the value has to rise.
    """

    amount: Quantity
    strict: bool
    up: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A name that a line reads, with its value."""

    name: str
    value: Quantity


@dataclass(frozen=True, slots=True)
class Computed:
    """The fields of one record from which a measure was computed, formulas too."""

    record: Record
    fields: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Through:
    """A row that was read through another: looked up by it, or a return of it; `fields` are those that counted."""

    record: Record
    fields: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record that counts in a sum: its own day, the fields that counted as imported, and what it added to the sum.

    `added` is what is left after its `through`: the rows that it looked up, and its returns. Its value is missing where
    it cannot be decided; `added` is None where nothing is added up, as in the largest of several.
    """

    record: Record
    day: date | None
    fields: tuple[Reading, ...]
    added: Quantity | None
    through: tuple[Through, ...]


@dataclass(frozen=True, slots=True)
class OpenStatus:
    """A status that was undecided on the day on which it was read: by its name in lines, with what was absent."""

    name: str
    status: Quantity
    missing: tuple[Missing, ...]


class Role(StrEnum):
    """What a sum is of a figure: all of it, or one of the two that make an average."""

    ALL = "all"
    SUM = "sum"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Sum:
    """What records add up to, in the order of their days; the exact values of `added` add up to the `total`, which is
    missing where one of them is. An average is the total of its sum divided by that of its number.
    """

    total: Quantity | None
    entries: tuple[Entry, ...]
    role: Role = Role.ALL


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what it says, what was observed, and how far it is; groups hold their parts."""

    id: str
    form: str
    text: str
    clause: Clause
    outcome: Outcome
    at_least: int = 0
    observed: Quantity | None = None
    threshold: Quantity | None = None
    gap: Gap | None = None
    readings: tuple[Reading, ...] = ()
    missing: tuple[Missing, ...] = ()
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the cheapest next step. `meet` False: the line must no longer hold."""

    line: Line
    meet: bool
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class TierReason:
    """The tier held, the interval it was found in, and the lines of that tier."""

    held: str
    floor: str
    ceiling: str
    prior: str
    undecided: bool
    because: str
    clause: Clause | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A tier not held: its lines, and the fewest lines whose being met gives it."""

    tier: str
    clause: Clause
    outcome: Outcome
    lines: tuple[Line, ...]
    cheapest: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class DesignationReason:
    """The status of the partner on a designation in one scope ("" without `per`); `plain`: held or not. `applies`
    says whether it applies to this partner, and `lines` why; without a status `status` is None.
    """

    name: str
    title: str
    scope: str
    plain: bool
    applies: Outcome
    lines: tuple[Line, ...]
    status: TierReason | None
    why_not: WhyNot | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in the currency of its record, and what it came to.

    By the `rate` on the `day`; or by amounts of equal `worth`, which hold from the `day` on, its own currency first.
    """

    records: tuple[Record, ...]
    amount: Quantity
    value: Quantity
    rate: Quantity | None
    day: date | None
    worth: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricReason:
    """A metric's value and the records behind it. `before` is the first day after the window. `sums` are there where
    all records are asked for: of an average two, one of what is averaged and one of how many there are.
    """

    name: str
    title: str
    clause: Clause
    value: Quantity
    since: date | None
    before: date | None
    records: Records
    missing: tuple[Missing, ...]
    converted: tuple[Conversion, ...] = ()
    sums: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitReason:
    """A benefit in one scope, "" where it has none, and what grants it: a tier's line (`tier` is the one that lists
    it) and conditions.
    """

    id: str
    scope: str
    clause: Clause
    outcome: Outcome
    value: Quantity
    tier: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One band that the measure reached. `before` None: without end. One of `rate` and `amount` is set.

    Neither is set for what no band pays on: from the end of the last band on, or below the first (`start` None).
    """

    start: Quantity | None
    before: Quantity | None
    rate: Quantity | None
    amount: Quantity | None
    measure: Quantity
    earned: Quantity
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class StepReason:
    """One named step of an earning; of a limit walked in order, what was left of it and the whole."""

    name: str
    value: Quantity
    clause: Clause
    left: Quantity | None = None
    limit: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An incentive as the program names it."""

    id: str
    text: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class PartReason:
    """What one set of rules made of an earning, in steps. `judged_on` is the day of its eligible lines,
    and of every value that is read.

    `since` and `before` bound the days of a period that these rules hold for; None for the earning of a record.
    `computed` has the fields of the records shown, where the measure is computed from several. `returned` are the
    returns of a record of which nothing is left. `sums` say what each record added to the measure, where all records
    are asked for. `open` are the statuses that it was computed from and that were undecided on that day.
    """

    since: date | None
    before: date | None
    judged_on: date | None
    eligible: tuple[Line, ...]
    steps: tuple[StepReason, ...]
    bands: tuple[Part, ...]
    amount: Quantity
    records: Records
    missing: tuple[Missing, ...]
    computed: tuple[Computed, ...] = ()
    converted: tuple[Conversion, ...] = ()
    returned: tuple[Record, ...] = ()
    sums: tuple[Sum, ...] = ()
    open: tuple[OpenStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class EarningReason:
    """One earning. An amount that is missing is undecided: listed, never payable, never zero.

    It has one part, or several where an amendment changed its rules inside the period. `complete_on` is the day from
    which on the amount of a running period is owed, and None where it is: until then it is what the period has come to.
    """

    incentive: str
    title: str
    clause: Clause
    key: tuple[Reading, ...]
    amount: Quantity
    parts: tuple[PartReason, ...]
    complete_on: date | None = None


@dataclass(frozen=True, slots=True)
class LateRecord:
    """A record that became known too late to count: its own day, when it became known, and the day it was due before.

    A return names the record it takes back in `of`; it must also be made before that day.
    """

    record: Record
    of: Record | None
    day: date
    known: date
    bound: date


@dataclass(frozen=True, slots=True)
class TooLate:
    """Records that a period left out; `period` "" for records that earn by themselves, on the days from `start` on."""

    incentive: str
    title: str
    clause: Clause
    edition: str
    period: str
    start: date
    before: date
    count: int
    shown: tuple[LateRecord, ...]


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A row of the partner that an import set aside: its table, its place in the source, and its fault.

    `fault` is the code of a fault, and the field that has it.
    """

    table: str
    place: str
    fault: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """What is undecided because rows were set aside: all that the run decides on its day, and all of some incentives.

    Without `rows`, they were rows of others whose records this partner shares, or rows that are read for everybody.
    """

    run: bool
    incentives: tuple[str, ...]
    rows: tuple[AsideRow, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one partner has what it has on a day. `as_of` is the day of the run, and `day` the day judged.

    `unearned` are incentives that found nothing to pay on by then. `scope` is what the run decides of each incentive,
    and `too_late` what its periods left out because it became known after they were closed to it. What `set_aside`
    leaves undecided is in no other part.
    """

    program: str
    version: str
    as_of: date
    day: date
    partner_id: str
    tier: TierReason | None
    why_not: WhyNot | None
    designations: tuple[DesignationReason, ...]
    metrics: tuple[MetricReason, ...]
    benefits: tuple[BenefitReason, ...]
    earnings: tuple[EarningReason, ...]
    unearned: tuple[Rule, ...]
    undecided: tuple[Undecided, ...]
    scope: tuple[Decided, ...] = ()
    too_late: tuple[TooLate, ...] = ()
    set_aside: SetAside | None = None
