"""Which records can still change the decisions of a day, by the program's `corrections`.

A record becomes known on its `recorded_on`, or on its own day where it has none. A day or period counts records that
became known before it is closed, and never records that became known after the day of the run. Without `corrections`,
all records of the snapshot count, whenever they became known.
"""

from __future__ import annotations

from datetime import date, timedelta

from engine.calendar import ONE_DAY, Cycle, add_days, add_months, cycle_of
from engine.compiler.frame import DAY, Frame
from engine.compiler.workbench import Rows, Workbench
from engine.language.program import Incentive, Limit, Program
from engine.language.records import RecordTable
from engine.language.syntax import Duration
from engine.plan import scalar as node
from engine.plan.plan import Corrected
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Lookup, Values
from engine.types import DATE, Kind

RECORDED = "recorded_on"
LATE, RETURNED = "@late", "@returned"  # the first day whose news changes nothing; no author can name a field like this


def closes(before: date, after: Duration | None) -> date | None:
    """The first day on which nothing changes any more what is decided of the days before `before`; None: never."""
    if after is None:
        return None
    return add_days(before, after.count) if after.unit == "days" else add_months(before, after.count)


def closed_before(before: date, program: Program) -> date | None:
    """The first day on which neither late records nor returns change the days before `before`; None: never."""
    ends = [closes(before, each) for each in (program.corrections.late_records, program.corrections.returns)]
    known = [each for each in ends if each is not None]
    return max(known) if len(known) == len(ends) else None


Unit = Cycle | date | None
"""What is closed together: the days of each period, all days before a day, or each day by itself."""


def closed_together(incentive: Incentive, program: Program) -> Unit:
    """The days of an incentive that are closed as one, so that nothing that is still open can change what is closed.

    A limit that takes records by their day gives a later day only what the earlier ones left. In any other order a
    record of an open day may come first, so all that share such a limit are closed with the last of its days.
    """
    table = program.records.table(incentive.source)
    if incentive.period is not None or table is None:
        return incentive.period
    times = {_time(each) for each in incentive.limits if not _goes_by_day(each, incentive, table)}
    if len(times) == 1 and None not in times:
        return times.pop()
    end = min(program.effective[1], incentive.during[1]) if incentive.during else program.effective[1]
    return end if times else None


def _time(limit: Limit) -> Cycle | None:
    """The calendar period after which a limit begins anew; None where it never does."""
    return next((cycle for word in limit.per if (cycle := cycle_of(word)) is not None), None)


def _goes_by_day(limit: Limit, incentive: Incentive, table: RecordTable) -> bool:
    """Whether no record takes what is left of a limit before one of an earlier day."""
    order = limit.order or incentive.order
    alone = {table.date, *table.key} & {table.field_of(each) for each in limit.per}  # it is one record's, or one day's
    return not order or order[0] == table.date or bool(alone)


def end_of(day: date, unit: Unit, program: Program) -> date:
    """The first day after those that are closed together with a day."""
    if isinstance(unit, tuple):
        return program.calendar.period_of(day, *unit).before
    return max(unit or day, day + ONE_DAY)


def known_in_time(rows: Rows, frame: Frame, of_base: bool) -> list[Scalar]:
    """The condition that a record measured on the day judged became known in time; none without `corrections`."""
    program, column = frame.bench.program, _recorded(rows.table)
    if column is None or not program.corrections.declared:
        return []
    as_of = frame.bench.as_of

    def bound(day: date) -> date:
        return _until(closes(day + ONE_DAY, program.corrections.late_records), as_of)

    return [_known(rows, frame.bound(LATE, bound, of_base=of_base))]


def with_bounds(rows: Rows, incentive: Incentive, bench: Workbench) -> Rows:
    """The rows of an incentive, each with the days on which it is closed; as they are without `corrections`."""
    corrected = _recorded(rows.table) or rows.table.field("returns_id")
    if not (bench.program.corrections.declared and corrected):
        return rows
    unit = closed_together(incentive, bench.program)
    which = " ".join(map(str, unit)) if isinstance(unit, tuple) else f"before {unit}" if unit else "record"
    calendar, name = f"corrections/{which}", f"{rows.name}/{which}"
    if calendar not in bench.tables:
        bench.add(_calendar(calendar, unit, bench.program, bench.as_of))
    if name not in bench.made:
        taken = tuple((each, each) for each in (LATE, RETURNED))
        top = bench.add(Lookup(name, bench.scan(rows.table), calendar, ((rows.table.date, DAY),), taken))
        columns = {each.name: rows.columns[each.name] for each in rows.table.stored}  # not links joined to plain rows
        columns |= {each: Column(each, DATE, optional=True) for each in (LATE, RETURNED)}
        bench.made[name] = Rows(name, rows.table, top, rows.key, columns)
    return bench.made[name]


def row_in_time(rows: Rows, bench: Workbench) -> list[Scalar]:
    """That a row with bounds became known in time."""
    if LATE not in rows.columns or not _recorded(rows.table):
        return []
    return [_known(rows, node.IfMissing(rows.columns[LATE], _first(bench, bench.program.corrections.late_records)))]


def return_in_time(rows: Rows, bench: Workbench) -> Scalar | None:
    """That a return was made, and became known, before its sale's period was closed; None: always.

    It reads the row of a return, and the sale as its base.
    """
    if RETURNED not in rows.columns:
        return None
    sale = Column(RETURNED, DATE, optional=True, of_base=True)
    bound = node.IfMissing(sale, _first(bench, bench.program.corrections.returns))
    made = node.Compare(rows.columns[rows.table.date], Comparison.LESS, bound)
    return node.And((made, _known(rows, bound))) if _recorded(rows.table) else made


def corrected(rows: Rows, counts: Scalar, bench: Workbench) -> Corrected | None:
    """How it is told that a row with bounds became known too late; `counts` is what else is asked of it."""
    if LATE not in rows.columns:
        return None
    table = rows.table
    return Corrected(
        rules=bench.program.edition,
        table=table.name,
        key=table.key[0],
        partner=table.partner,
        day=table.date,
        recorded=_recorded(table) or "",
        late=LATE,
        closed=RETURNED,
        counts=counts,
        returned=rows.returned,
    )


def _first(bench: Workbench, after: Duration | None) -> Literal:
    """The bound of a row of another day than the version's: it may be a customer's first, and then it counts as long
    as the version's first day is open.
    """
    return Literal(_until(closes(bench.program.effective[0] + ONE_DAY, after), bench.as_of), DATE)


def _calendar(name: str, unit: Unit, program: Program, as_of: date) -> Values:
    """Each day that the version governs, with the first days whose news does not change it."""
    start, before = program.effective
    rows = []
    for place in range((before - start).days):
        day = start + timedelta(days=place)
        end = end_of(day, unit, program)
        bounds = (closes(end, each) for each in (program.corrections.late_records, program.corrections.returns))
        rows.append((day, *(_until(each, as_of) for each in bounds)))
    columns = tuple(Column(each, DATE) for each in (DAY, LATE, RETURNED))
    return Values(name, columns, tuple(rows), (DAY,))


def _until(closed: date | None, as_of: date) -> date:
    """What became known after the day of the run counts nowhere."""
    return min(closed, as_of + ONE_DAY) if closed else as_of + ONE_DAY


def _known(rows: Rows, bound: Scalar) -> Scalar:
    """That a record became known before a day."""
    recorded, day = rows.columns[RECORDED], rows.columns[rows.table.date]
    return node.Compare(node.IfMissing(recorded, day) if recorded.optional else recorded, Comparison.LESS, bound)


def _recorded(table: RecordTable) -> str | None:
    """The field that says when a record became known; None if there is none, or the table has no day."""
    found = next((each for each in table.stored if each.name == RECORDED), None)
    return RECORDED if table.date and found is not None and found.type.kind is Kind.DATE else None
