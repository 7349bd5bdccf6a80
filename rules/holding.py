"""How many people hold certificates that count on the day judged."""

from __future__ import annotations

from dataclasses import replace

from engine.calendar import first_day_reaching
from engine.compiler.counting import TRUE, groups_of, in_force
from engine.compiler.frame import DAY, Frame
from engine.compiler.typed import Typed
from engine.compiler.workbench import ORIGIN, Rows, Workbench
from engine.language.certification import Certification, counting_as
from engine.language.program import Metric, Program
from engine.language.records import REACH, Field, RecordTable
from engine.plan import scalar as node
from engine.plan.grain import aggregate_column
from engine.plan.inference import type_of
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Filter, Join, Lookup, Measure, Op
from engine.types import COUNT, DATE, ID
from rules.certifications import counts_before


def count_holders(metric: Metric, word: str, program: Program, frame: Frame) -> Typed | None:
    """People with certificates that count on the day; each person once. `word` begins the names of its columns."""
    known = {each.name for each in program.certifications}
    if not set(metric.holding) <= known:
        return None
    parts = [_holders(metric, word, program, frame, rows) for rows in _holdings(program, frame.bench, metric)]
    scalar: Scalar = parts[0]
    for part in parts[1:]:
        scalar = node.Add(scalar, part)
    return Typed(scalar, type_of(scalar), metric.span)


def _holdings(program: Program, bench: Workbench, metric: Metric) -> list[Rows]:
    """Certificates with the partner their holder works for.

    Where the program declares `assignments`, a person with assignments works where they say on that day; everybody
    else works for `people.partner_id`. No person is in both tables.
    """
    home = _home_holdings(program, bench, "assignments" in program.own_tables)
    tables = [home]
    if "assignments" in program.own_tables:
        tables.append(_assigned_holdings(program, bench))
    if metric.children:
        return [_reached(each, bench) for each in tables]
    return tables


def _table(program: Program, name: str) -> RecordTable:
    table = program.records.table(name)
    assert table is not None  # standard
    return table


HOLDING = ("holding_id", "person_id", "certification", "earned_on", "expires_on")


def _holding_rows(name: str, key: tuple[str, ...], program: Program, extra: tuple[Field, ...]) -> Rows:
    certifications = _table(program, "certifications")
    fields = [each for each in certifications.stored if each.name in HOLDING]
    table = RecordTable(name, key, (*fields, *extra), partner="partner_id", date="earned_on")
    columns = {each.name: Column(each.name, each.type, each.optional) for each in table.fields}
    return Rows(name, table, name, key, columns)


def _home_holdings(program: Program, bench: Workbench, dated: bool) -> Rows:
    rows = _holding_rows("holdings", ("holding_id",), program, (Field("partner_id", ID, optional=True),))
    if rows.name in bench.tables:
        return rows
    people, certifications = _table(program, "people"), _table(program, "certifications")
    scan, holder = bench.scan(certifications), (("person_id", "person_id"),)
    if not dated:
        bench.add(Lookup(rows.name, scan, bench.scan(people), holder, (("partner_id", "partner_id"),)))
        return rows
    count = Aggregate("assigned", Op.COUNT, None, TRUE, COUNT)
    counted = bench.add(
        Measure("people/assigned", bench.scan(people), bench.scan(_table(program, "assignments")), holder, (count,))
    )
    nowhere = node.Compare(aggregate_column(count), Comparison.EQUAL, Literal(0, COUNT))
    home = bench.add(Filter("people/home", counted, nowhere))
    bench.add(Lookup(rows.name, scan, home, holder, (("partner_id", "partner_id"),)))
    return rows


def _assigned_holdings(program: Program, bench: Workbench) -> Rows:
    extra = (Field("partner_id", ID), Field("from", DATE), Field("before", DATE, optional=True))
    rows = _holding_rows("holdings/assigned", ("holding_id", "person_id", "from"), program, extra)
    if rows.name not in bench.tables:
        bench.add(
            Join(
                rows.name,
                bench.scan(_table(program, "certifications")),
                bench.scan(_table(program, "assignments")),
                (("person_id", "person_id"),),
                tuple((each, each) for each in HOLDING),
                tuple((each.name, each.name) for each in extra),
                rows.key,
            )
        )
    rows.table = replace(rows.table, period=("from", "before"))
    return rows


def _reached(rows: Rows, bench: Workbench) -> Rows:
    """Holdings once for every partner above the holder's."""
    name = f"{rows.name}/children"
    key = (*rows.key, "partner_id")
    columns = dict(rows.columns) | {ORIGIN: rows.columns["partner_id"], "partner_id": Column("partner_id", ID)}
    if name not in bench.tables:
        kept = tuple((ORIGIN if each == "partner_id" else each, each) for each in rows.columns)
        on, taken = (("partner_id", "source_id"),), (("partner_id", "partner_id"),)
        bench.add(Join(name, rows.top, bench.scan(REACH), on, kept, taken, key))
    return Rows(name, rows.table, name, key, columns)


def _holders(metric: Metric, word: str, program: Program, frame: Frame, rows: Rows) -> Scalar:
    works = in_force(rows, frame, of_base=True) if rows.table.period else []
    wanted = [_counts(each, program, frame, rows) for each in metric.holding]
    suffix = rows.name.replace("/", "_")
    person = rows.columns["person_id"]
    if not metric.holding_all or len(wanted) == 1:
        where = node.conjunction((*works, node.disjunction(wanted)))
        return frame.aggregate(rows, Aggregate(f"{word}.{suffix}", Op.COUNT_DISTINCT, person, where, COUNT), word)
    return _holders_of_all(word, frame, rows, works, wanted)


def _holders_of_all(word: str, frame: Frame, rows: Rows, works: list[Scalar], wanted: list[Scalar]) -> Scalar:
    """People who hold each of several: counted per person first."""
    bench = frame.bench
    name = f"{frame.name}/{word}/{rows.name}"
    keys = ("partner_id", "person_id")
    base = groups_of(name, rows, keys, frame)
    counts = tuple(
        Aggregate(f"held.{place}", Op.COUNT, None, node.And((*works, each)), COUNT) for place, each in enumerate(wanted)
    )
    on = tuple((each, each) for each in keys)
    bench.add(Measure(name, base, rows.top, on, counts))
    held = node.And(tuple(node.Compare(aggregate_column(each), Comparison.MORE, Literal(0, COUNT)) for each in counts))
    key = keys if frame.single else (*keys, DAY)
    fields = tuple(Field(each, ID) for each in keys)
    columns = {each: Column(each, ID) for each in keys} | ({} if frame.single else {DAY: Column(DAY, DATE)})
    people = Rows(name, RecordTable(name, key, fields, partner="partner_id"), name, key, columns)
    into = f"{word}.{rows.name.replace('/', '_')}"
    return frame.aggregate(people, Aggregate(into, Op.COUNT, None, held, COUNT), word)


def _counts(name: str, program: Program, frame: Frame, rows: Rows) -> Scalar:
    """Whether a holding counts as this certification on the day judged."""
    ways = {each.name for each in counting_as((name,), program.certifications)}
    each_way = tuple(_valid(each, frame, rows) for each in program.certifications if each.name in ways)
    return node.disjunction(each_way)


def _valid(certification: Certification, frame: Frame, rows: Rows) -> Scalar:
    day = replace(frame.day, of_base=True) if isinstance(frame.day, Column) else frame.day
    terms: list[Scalar] = [
        node.Compare(rows.columns["certification"], Comparison.EQUAL, Literal(certification.name, ID)),
        node.Compare(rows.columns["earned_on"], Comparison.AT_MOST, day),
        _unexpired(certification, frame, rows),
    ]
    end = counts_before(certification)
    if end is not None:
        terms.append(node.Compare(day, Comparison.LESS, Literal(end, DATE)))
    return node.And(tuple(terms))


def _unexpired(certification: Certification, frame: Frame, rows: Rows) -> Scalar:
    """The record's own expiry, or the certification's: both as bounds on a date of the record."""
    grace, months = certification.grace, certification.valid_for
    expires, earned = rows.columns["expires_on"], rows.columns["earned_on"]
    # expires_on + grace > day, solved for expires_on, so that no evaluator adds days
    bound = frame.bound(f"@expires {grace}", lambda day: first_day_reaching(day, 0, grace), of_base=True)
    own = node.Compare(expires, Comparison.AT_LEAST, bound)
    if months is None:
        return node.IfMissing(own, TRUE)
    oldest = frame.bound(f"@earned {months} {grace}", lambda day: first_day_reaching(day, months, grace), of_base=True)
    return node.IfMissing(own, node.Compare(earned, Comparison.AT_LEAST, oldest))
