"""Which records can still change the decisions of a day, by the program's `corrections`.

A record becomes known on its `recorded_on`, or on its own day where it has none. A day or period counts records that
became known before it is closed, and never records that became known after the day of the run. Without `corrections`,
all records of the snapshot count, whenever they became known.
"""

from __future__ import annotations

from datetime import date, timedelta

from engine.calendar import ONE_DAY, Cycle, add_days, add_months
from engine.compiler.frame import DAY, Frame
from engine.compiler.workbench import Rows, Workbench
from engine.language.program import Program
from engine.language.records import RecordTable
from engine.language.syntax import Duration
from engine.plan import scalar as node
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


def known_in_time(rows: Rows, frame: Frame, of_base: bool) -> list[Scalar]:
    """The condition that a record measured on the day judged became known in time; none without `corrections`."""
    program, column = frame.bench.program, _recorded(rows.table)
    if column is None or not program.corrections.declared:
        return []
    as_of = frame.bench.as_of

    def bound(day: date) -> date:
        return _until(closes(day + ONE_DAY, program.corrections.late_records), as_of)

    return [_known(rows, frame.bound(LATE, bound, of_base=of_base))]


def with_bounds(rows: Rows, cycle: Cycle | None, bench: Workbench) -> Rows:
    """The rows of an incentive, each with the days on which its period is closed; as they are without `corrections`.

    `cycle` is the incentive's period; a record that earns by itself is closed by its own day.
    """
    if not (bench.program.corrections.declared and _recorded(rows.table)):
        return rows
    which = " ".join(map(str, cycle)) if cycle else "record"
    calendar, name = f"corrections/{which}", f"{rows.name}/{which}"
    if calendar not in bench.tables:
        bench.add(_calendar(calendar, cycle, bench.program, bench.as_of))
    if name not in bench.made:
        taken = tuple((each, each) for each in (LATE, RETURNED))
        top = bench.add(Lookup(name, bench.scan(rows.table), calendar, ((rows.table.date, DAY),), taken))
        columns = {each.name: rows.columns[each.name] for each in rows.table.stored}  # not links joined to plain rows
        columns |= {each: Column(each, DATE, optional=True) for each in (LATE, RETURNED)}
        bench.made[name] = Rows(name, rows.table, top, rows.key, columns)
    return bench.made[name]


def row_in_time(rows: Rows, bench: Workbench) -> list[Scalar]:
    """That a row with bounds became known in time."""
    if LATE not in rows.columns:
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
    return node.And((made, _known(rows, bound)))


def _first(bench: Workbench, after: Duration | None) -> Literal:
    """The bound of a row of another day than the version's: it may be a customer's first, and then it counts as long
    as the version's first day is open.
    """
    return Literal(_until(closes(bench.program.effective[0] + ONE_DAY, after), bench.as_of), DATE)


def _calendar(name: str, cycle: Cycle | None, program: Program, as_of: date) -> Values:
    """Each day of the version, with the first days whose late records and returns do not change it."""
    start, before = program.effective
    rows = []
    for place in range((before - start).days):
        day = start + timedelta(days=place)
        end = program.calendar.period_of(day, *cycle).before if cycle else day + ONE_DAY
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
