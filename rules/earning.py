"""How earnings are built, whatever the kind: rows, returns, periods, eligibility, limits, rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from engine.calendar import Period
from engine.compiler.conditions import all_of, lower_requirements
from engine.compiler.expressions import BROKEN, NUMBERS, Typed, decimal_literal, lower
from engine.compiler.frame import DAY, Frame, FrameScope
from engine.compiler.workbench import Rows, RowScope, Workbench
from engine.language.codes import meaning
from engine.language.diagnostic import Related
from engine.language.names import names_in
from engine.language.numerals import grouped
from engine.language.program import BandRow, Incentive, Limit, Program
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.bands import ascends
from engine.plan.grain import aggregate_column, fold_type
from engine.plan.inference import is_optional, type_of
from engine.plan.literals import literal_number
from engine.plan.plan import Earning, Step
from engine.plan.scalar import Band, Bands, Column, Comparison, Literal, Scalar, Value
from engine.plan.table import Aggregate, Extend, Filter, Fold, FoldOp, Measure, Op
from engine.types import BOOLEAN, DATE, ID, TEXT, TOTAL_DIGITS, Kind, Type, money
from rules.counting import TRUE, lower_row_condition


@dataclass(frozen=True, slots=True)
class Basis:
    """The rows an incentive pays on: which of them count (`where`), and their day."""

    rows: Rows
    where: Scalar
    day: Column


def basis_of(incentive: Incentive, bench: Workbench) -> Basis | None:
    """Rows with returns restated where the incentive says so, and its `where` lowered."""
    rows = bench.rows(incentive.source, incentive.source_span or incentive.span)
    if rows is None or not (rows.table.date and rows.table.partner):
        return None
    if incentive.returns == "restate" and "returns_id" in rows.columns:
        rows = _restated(incentive, rows, bench)
    scope = RowScope(bench, rows)
    lowered = [lower_row_condition(each, scope) for each in incentive.where]
    terms = tuple(each for each in lowered if each is not None)
    if len(terms) < len(lowered):
        return None
    where = TRUE if not terms else terms[0] if len(terms) == 1 else node.And(terms)
    return Basis(rows, where, rows.columns[rows.table.date])


def _restated(incentive: Incentive, plain: Rows, bench: Workbench) -> Rows:
    """Sales less what was returned of them until the day of the run; a return without its sale stays a row."""
    named = {each.text for each in names_in(incentive)}
    stored = {each.name: plain.columns[each.name] for each in plain.table.stored}  # not links joined to plain rows
    fields = [name for name in named if name in stored and stored[name].type.is_numeric]
    name = f"{plain.name}/net:{','.join(sorted(fields))}"
    if name in bench.made:  # one set of rows, so that what one incentive joins to them all incentives find
        return bench.made[name]
    columns = stored | {
        each: Column(f"net.{each}", _net_type(plain.columns[each]), plain.columns[each].optional) for each in fields
    }
    key, sale = plain.table.key[0], plain.columns["returns_id"]
    known = node.Compare(plain.columns[plain.table.date], Comparison.AT_MOST, Literal(bench.as_of, DATE))
    linked = node.Not(node.IsMissing(sale))
    scan = bench.scan(plain.table)
    originals, returned = f"{plain.name}/originals", f"{plain.name}/returned"
    if originals not in bench.tables:
        bench.add(Filter(originals, scan, node.IsMissing(sale)))
        bench.add(Filter(returned, scan, node.And((linked, known))))
    sums = tuple(
        Aggregate(f"returned.{each}", Op.SUM, plain.columns[each], TRUE, plain.columns[each].type, digits=TOTAL_DIGITS)
        for each in sorted(fields)
    )
    bench.add(Measure(f"{name}/returned", originals, returned, ((key, "returns_id"),), sums))
    net = tuple(
        (f"net.{each}", node.Add(plain.columns[each], aggregate_column(total)))
        for each, total in zip(sorted(fields), sums, strict=True)
    )
    bench.add(Extend(name, f"{name}/returned", net))
    bench.made[name] = Rows(name, plain.table, name, plain.key, columns)
    return bench.made[name]


def _net_type(column: Column) -> Type:
    total = aggregate_column(Aggregate("", Op.SUM, column, TRUE, column.type, digits=TOTAL_DIGITS))
    return type_of(node.Add(column, total))


def days_paid(incentive: Incentive, program: Program, as_of: date) -> tuple[date, date]:
    """The days whose rows can earn by now: half-open, empty when it has not begun."""
    start, before = program.effective
    if incentive.during is not None:
        start, before = max(start, incentive.during[0]), min(before, incentive.during[1])
    if incentive.days is not None:
        start, before = max(start, incentive.days[0]), min(before, incentive.days[1])
    return start, min(before, as_of + timedelta(days=1))


def periods_of(incentive: Incentive, program: Program, as_of: date, complete: bool) -> tuple[Period, ...]:
    """The incentive's periods that began by now; with `complete` only those that ended.

    A period exists as an earning once it is complete: what is still running is not owed yet.
    """
    start, before = days_paid(incentive, program, as_of)
    if incentive.period is None or start >= before:
        return ()
    unit, fiscal = incentive.period
    periods = [_part(each, start, incentive.cuts) for each in program.calendar.periods(start, before, unit, fiscal)]
    return tuple(each for each in periods if not complete or each.last_day <= as_of)


def _part(period: Period, start: date, cuts: Sequence[date]) -> Period:
    """The part of a period from `start` on, or from its own start, to where a change cuts it off.

    Parts are numbered within the period.
    """
    inside = sorted({each for each in cuts if period.start < each < period.before})
    if not inside:
        return period
    edges = [period.start, *inside, period.before]
    place = max(number for number, edge in enumerate(edges[:-1]) if edge <= max(start, period.start))
    return replace(period, start=edges[place], before=edges[place + 1], name=f"{period.name}/{place + 1}")


def inside(day: Scalar, start: date, before: date) -> Scalar:
    """Whether a day is in the range."""
    return node.And(
        (
            node.Compare(day, Comparison.AT_LEAST, Literal(start, DATE)),
            node.Compare(day, Comparison.LESS, Literal(before, DATE)),
        )
    )


def by_period(day: Scalar, periods: Sequence[Period], values: Sequence[Value], type: Type) -> Scalar:
    """The value of the period a day is in; missing outside all of them."""
    none = Literal(None, type)
    if not periods:
        return none
    branches: list[tuple[Scalar, Scalar]] = [
        (node.Compare(day, Comparison.LESS, Literal(periods[0].start, DATE)), none)
    ]
    for period, value in zip(periods, values, strict=True):
        branches.append((node.Compare(day, Comparison.LESS, Literal(period.before, DATE)), Literal(value, type)))
    return node.Case(tuple(branches), none)


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether the partner may earn on the day judged: `gate` is None where everybody may.

    `steps` are columns of the frame that say why: the tier held that day where a line reads it, then the
    outcome. `lines` are ids of recorded conditions.
    """

    gate: Scalar | None = None
    steps: tuple[Step, ...] = ()
    lines: tuple[str, ...] = ()


def eligibility(incentive: Incentive, frame: Frame) -> Judged | None:
    """The eligible lines, judged on the days of the frame; None after findings."""
    if not incentive.eligible:
        return Judged()
    scope = FrameScope(frame, held=True)
    decided = lower_requirements(f"incentive.{incentive.name}", incentive.eligible, scope)
    if decided is None:
        return None
    span = incentive.eligible[0].span
    gate = frame.derive(f"{incentive.name}.eligible", all_of(decided))
    steps = [Step("eligible", gate.name, BOOLEAN, span)]
    tier = next((each for each in names_in(incentive.eligible) if each.text == "tier"), None)
    held = scope.find(tier) if tier else None
    if held is not None and held is not BROKEN:
        column = frame.derive(f"{incentive.name}.tier", held.scalar)
        steps.insert(0, Step("tier", column.name, held.type, span))
    return Judged(gate, tuple(steps), tuple(each.id for each in decided if each.id))


def gated(gates: Sequence[Scalar], value: Scalar) -> Scalar:
    """The value where all gates are true, 0 where one is false, missing where it cannot be decided."""
    if not gates:
        return value
    gate = gates[0] if len(gates) == 1 else node.And(tuple(gates))
    kind = type_of(value)
    zero = Literal(Decimal(0), kind.sized(1, 0))
    if not is_optional(gate):
        return node.Case(((gate, value),), zero)
    return node.Case(((gate, value), (node.Not(gate), zero)), Literal(None, kind))


def lower_bands(incentive: Incentive, measure: Scalar, program: Program, bench: Workbench) -> Bands | None:
    """The band table on a measure; its values are fixed numbers, or parameters with one value."""
    rows = [_band(row, type_of(measure), bench) for row in incentive.bands]
    end = incentive.bands[-1].up_to
    last = _fixed(end, type_of(measure).kind, IN_MEASURE, bench) if end else None
    bands = tuple(each for each in rows if each is not None)
    if len(bands) < len(rows) or (end and last is None):
        return None
    steps = enumerate(pairwise(each.start for each in bands), 1)
    late = next((place for place, pair in steps if not ascends(pair)), None)
    if late is not None:
        bench.report(
            meaning.BAND_ORDER.at(
                incentive.bands[late].span,
                "this band does not start above the one before",
                related=[Related(incentive.bands[late - 1].span, "the band before")],
                help="order bands from low to high",
            )
        )
        return None
    result = money(program.currency, program.scale)
    return Bands(measure, bands, incentive.method, result, None if last is None else literal_number(last))


IN_MEASURE = "bands are in the unit of what is measured"


def _band(row: BandRow, measured: Type, bench: Workbench) -> Band | None:
    start = _fixed(row.start, measured.kind, IN_MEASURE, bench)
    if start is None:
        return None
    if row.rate is not None:
        rate = _fixed(row.rate, Kind.NUMBER, "a rate is a number such as `5%`", bench)
        if rate is not None and measured.kind is not Kind.MONEY:
            bench.report(
                meaning.TYPE_MISMATCH.at(
                    row.rate.span,
                    f"a rate is of an amount, and {measured} is measured",
                    help="give the band an `amount`",
                )
            )
            return None
        return None if rate is None else Band(literal_number(start), literal_number(rate))
    assert row.amount is not None  # a band has one of both
    amount = _fixed(row.amount, Kind.MONEY, "a band's amount is money", bench)
    return None if amount is None else Band(literal_number(start), None, literal_number(amount))


@dataclass(slots=True)
class _OnAnyDay(FrameScope):
    """Where a value must be the same on every day: what is dated is no literal here."""

    @property
    def day(self) -> Typed | None:
        """A day that is not known."""
        return Typed(Column(DAY, DATE), DATE, self.bench.program.span)


def _fixed(expression: Expression, kind: Kind, cure: str, bench: Workbench) -> Decimal | None:
    """The number an expression is on every day, for everybody."""
    typed = lower(expression, _OnAnyDay(bench.decisions))
    if typed is None:
        return None
    literal = typed.scalar
    if not isinstance(literal, Literal) or not isinstance(literal.value, Decimal | int):
        bench.report(
            meaning.TYPE_MISMATCH.at(
                typed.span,
                "a fixed number belongs here; what changes by day, tier or partner is not supported yet",
                help="write the number, or a parameter with one value",
            )
        )
        return None
    if literal.type.kind is not kind and {literal.type.kind, kind} - set(NUMBERS):
        if kind is Kind.MONEY and literal.type.kind in NUMBERS:
            cure = f"write its currency, too: `{grouped(literal.value)} {bench.program.currency}`; {cure}"
        bench.report(meaning.TYPE_MISMATCH.at(typed.span, f"expected {kind.value}, found {literal.type}", help=cure))
        return None
    return Decimal(literal.value)


def limit_amount(limit: Limit, program: Program, bench: Workbench) -> Literal | None:
    """The limit as one fixed amount."""
    amount = _fixed(limit.at_most, Kind.MONEY, "a limit is an amount such as `3_000 USD`", bench)
    if amount is not None and amount < 0:
        finding = meaning.BAD_LIMIT.at(
            limit.at_most.span, "a limit below zero would take money instead of paying it", help="say 0 or more"
        )
        bench.report(finding)
        return None
    return None if amount is None else decimal_literal(amount, Kind.MONEY, program.currency)


@dataclass(frozen=True, slots=True)
class Explained:
    """What an explanation of the earning needs beside its steps."""

    basis: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    bands: Bands | None = None


@dataclass(slots=True)
class Walk:
    """An earning on its way from measure to amount: the table it stands in and its steps so far."""

    incentive: Incentive
    program: Program
    bench: Workbench
    top: str
    key: tuple[str, ...]
    steps: list[Step]
    column: str
    columns: dict[str, str]  # dimension of a limit -> column
    order: tuple[str, ...]

    def limit(self, place: int, limit: Limit, amount: Literal) -> None:
        """Apply one limit; the order walked is the limit's own, or the day and the key."""
        into = f"{self.incentive.name}.limit{place}"
        partition = tuple(self.columns[each] for each in limit.per)
        # a tie in the declared order is broken by the key
        order = (*(self.columns.get(each, each) for each in limit.order), *self.order)
        before = Column(self.column, self._type(), True)
        if set(self.key) <= set(partition):
            capped = node.Least((before, amount))
            self.top = self.bench.add(Extend(into, self.top, ((into, capped),)))
            after = type_of(capped)
        else:
            zero = Literal(Decimal(0), amount.type)
            walked = Fold(
                into,
                self.top,
                partition,
                tuple(dict.fromkeys(order)),
                FoldOp.TAKE,
                before,
                into,
                amount,
                # who earns nothing takes nothing, and need not be told whose limit that is
                node.Compare(before, Comparison.UNEQUAL, zero),
                f"{into}.room",
            )
            self.top = self.bench.add(walked)
            after = fold_type(walked)
            if "partner" not in limit.per:
                shared = [each for each in limit.per if each != "period"]
                self.bench.share(self.incentive.source, shared, self.columns)
        self.column = into
        self.steps.append(Step("limit", into, after, limit.span))

    def _type(self) -> Type:
        return self.steps[-1].type

    def finish(self, names: tuple[tuple[str, Scalar], ...], explained: Explained) -> None:
        """Round once, keep what is owed or undecided, and hand the earnings to the run."""
        name, program = self.incentive.name, self.program
        paid = money(program.currency, program.scale)
        rounded = node.Round(Column(self.column, self._type(), True), program.scale, program.rounding)
        amount = f"{name}.amount"
        top = self.bench.add(Extend(amount, self.top, ((amount, rounded), *names)))
        due = Column(amount, type_of(rounded), True)
        zero = Literal(Decimal(0), paid.sized(1, 0))
        owed = node.Or((node.IsMissing(due), node.Compare(due, Comparison.UNEQUAL, zero)))
        table = self.bench.add(Filter(f"{name}.earnings", top, owed))
        self.steps.append(Step("amount", amount, due.type, self.incentive.span))
        self.bench.earnings.append(
            Earning(
                name,
                self.incentive.title,
                self.incentive.span,
                table,
                self.key,
                tuple(self.steps),
                amount,
                program.currency,
                explained.basis,
                explained.lines,
                explained.bands,
                tuple(each.span for each in self.incentive.bands),
            )
        )


OUTPUT_TEXTS = (
    ("incentive", TEXT), ("partner_id", ID), ("earner_id", ID), ("period", TEXT), ("period_from", DATE),
    ("period_before", DATE), ("source_id", ID),
)  # fmt: skip


def described(incentive: Incentive, values: dict[str, Scalar]) -> tuple[tuple[str, Scalar], ...]:
    """The columns by which an earning is told apart in the run, under names no field can have."""
    given: dict[str, Scalar] = {"incentive": Literal(incentive.name, TEXT), **values}
    return tuple((f"@out.{name}", given.get(name, Literal(None, type))) for name, type in OUTPUT_TEXTS)
