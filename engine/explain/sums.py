"""A figure as a sum: every record that counts in it, with what it added and the rows that were read through it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from engine.explain.model import Entry, Quantity, Reading, Role, Sum, Through
from engine.explain.reads import is_record, records_read
from engine.explain.subject import Subject, quantity
from engine.language.records import CURRENCY
from engine.plan.measures import Aggregate, Op
from engine.plan.outputs import TOLD
from engine.plan.plan import Part
from engine.plan.scalar import Column, Scalar
from engine.plan.table import Extend, Filter, Fold, Join, Lookup, Measure, Scan, Select, Union
from engine.reference.evaluate import Evaluation, aggregate_of
from engine.reference.origins import Origin, origins_of
from engine.reference.scalars import Exact
from engine.reference.tables import ExactRow, key_values, matching, selected
from engine.reference.trace import Place, RecordRef, records_of, ref_of, selected_from, sides, sources_with
from engine.types import INTEGER, Kind, Type, is_in_row

MEASURE = "measure"  # the step of what an earning is paid on
WIDE = 12  # digits after the point of what a record adds, as far as it has them

Asked = tuple[Scalar, ...]
Entries = Iterator[Entry]
Fields = dict[RecordRef, dict[str, Quantity]]


def sums_of(
    subject: Subject, sources: Collection[tuple[str, str]], row: ExactRow, divided_by: str = ""
) -> tuple[Sum, ...]:
    """The aggregates (Measure table, aggregate) of one row that holds their keys, record by record; () unless all
    records are asked for: of a part of them nothing can be added up. The two of a median are one where they are equal;
    of an average, `divided_by` is the aggregate that counts.
    """
    if subject.limit is not None:
        return ()
    roles = {name: (Role.NUMBER if name == divided_by else Role.SUM) if divided_by else Role.ALL for _, name in sources}
    return tuple(dict.fromkeys(replace(_of_aggregate(subject, *each, row), role=roles[each[1]]) for each in sources))


def sums_of_part(subject: Subject, part: Part, row: ExactRow) -> tuple[Sum, ...]:
    """What an earning was measured on: of a period the rows that it adds up, of a record itself."""
    if part.basis or subject.limit is not None:
        return sums_of(subject, part.basis, row)
    step = next((each for each in part.steps if each.name == MEASURE), None)
    total = quantity(row[step.column], _told(step.type, row)) if step is not None else None
    values = (Column(step.column, step.type),) if step is not None else ()
    names = dict.fromkeys((*(each.column for each in part.steps), part.amount))
    asked = tuple(_columns(subject.evaluation, part.table, names))
    entries = tuple(_entry(subject, Place(part.table, row), values, total, asked))
    return (Sum(total, entries),) if entries else ()


def _of_aggregate(subject: Subject, table: str, name: str, row: ExactRow) -> Sum:
    evaluation = subject.evaluation
    node = evaluation.nodes[table]
    assert isinstance(node, Measure)  # aggregates are of these
    base = evaluation.row(table, key_values(row, evaluation.keys[table]))
    aggregate, type = aggregate_of(node, name), _told(subject.type_of(table, name), row)
    chosen = selected(aggregate, matching(node, base, evaluation.exact), base)
    values = () if aggregate.value is None else (aggregate.value,)
    rows = [used for used, _ in chosen.used]
    added = list(_added(aggregate, [value for _, value in chosen.used], type))
    if not aggregate.ignore_missing:  # what cannot be decided is why there is no total
        rows += chosen.undecided
        added += [quantity(None, type)] * len(chosen.undecided)
    asked = (aggregate.where, *_columns(evaluation, node.rows, (mine for _, mine in node.on)))
    entries = (
        entry
        for used, amount in zip(rows, added, strict=True)
        for entry in _entry(subject, Place(node.rows, used, Place(node.base, base)), values, amount, asked)
    )
    return Sum(quantity(base[name], type), tuple(sorted(entries, key=_by_day)))


def _columns(evaluation: Evaluation, table: str, names: Iterable[str]) -> Iterator[Column]:
    """Columns of a table by their names."""
    types = {each.name: each.type for each in evaluation.columns[table]}
    return (Column(name, types[name]) for name in names)


def _by_day(entry: Entry) -> tuple[date, str, tuple[str, ...]]:
    return entry.day or date.min, entry.record.table, entry.record.key


def _added(aggregate: Aggregate, values: list[Exact], type: Type) -> Iterator[Quantity | None]:
    """What each row adds: its value to a sum, 1 to a number, and of equal values only the first to that of different
    ones. None where nothing is added up, as in the largest of them.
    """
    seen: set[Exact] = set()
    for value in values:
        match aggregate.op:
            case Op.SUM:
                yield _exact(value, type)
            case Op.COUNT:
                yield quantity(1, INTEGER)
            case Op.COUNT_DISTINCT:
                yield quantity(int(value not in seen), INTEGER)
                seen.add(value)
            case _:
                yield None


def _exact(value: Exact, type: Type) -> Quantity:
    """A summand, with as many digits as it has."""
    return quantity(value, type.sized(38, WIDE) if type.kind in (Kind.MONEY, Kind.NUMBER) else type)


def _told(type: Type, row: ExactRow) -> Type:
    """The type of an amount: one in the currency of its row is in what the earning is paid in."""
    code = row.get(f"{TOLD}{CURRENCY}")
    return replace(type, currency=str(code)) if code and is_in_row(type) else type


def _entry(subject: Subject, place: Place, values: Iterable[Scalar], added: Quantity | None, asked: Asked) -> Entries:
    """The record that a row is of, with the rows that what is `asked` was read from: looked up, or returns of it."""
    evaluation = subject.evaluation
    below = list(_below(evaluation, place))
    scans = [each for each in below if is_record(evaluation, each)]
    rest = {ref for each in scans[1:] for ref in records_of(evaluation, each.table, each.row)}
    rest |= records_read(evaluation, (*((place, each) for each in (*values, *asked)), *_chosen(evaluation, below)))
    if scans:
        table, key = _ref(evaluation, scans[0])
        ref, row = RecordRef(table, key), scans[0].row
        day = row.get(subject.dates.get(table, ""))
    else:  # a row that stands for several records
        refs = records_of(evaluation, place.table, place.row)
        if not refs:
            return
        ref, day = refs[0], None
        rest.update(refs)
    rest -= {ref, RecordRef("partners", (subject.partner_id,))}
    fields = _fields(subject, place, values)
    through = tuple(Through(subject.record(each), _readings(fields, each)) for each in sorted(rest))
    yield Entry(subject.record(ref), day if isinstance(day, date) else None, _readings(fields, ref), added, through)


def _chosen(evaluation: Evaluation, below: Iterable[Place]) -> Iterator[tuple[Place, Scalar]]:
    """The conditions by which the rows were chosen that a row was made of, and what paired them."""
    for each in below:
        node = evaluation.nodes[each.table]
        if isinstance(node, Filter):
            yield Place(node.source, each.row), node.where
        elif isinstance(node, Join):
            for side, names in zip(sides(evaluation, node, each.row), zip(*node.on, strict=True), strict=True):
                yield from ((side, column) for column in _columns(evaluation, side.table, names))


def _below(evaluation: Evaluation, place: Place) -> Iterator[Place]:
    """The rows that a row was made of, one by one, from the top down to those of record tables."""
    node = evaluation.nodes[place.table]
    yield place
    match node:
        case Select():
            sources = tuple(selected_from(evaluation, node, place.row))
        case Union():
            sources = tuple(sources_with(evaluation, node, place.row))
        case Join():
            sources = sides(evaluation, node, place.row)
        case Measure():
            sources = (Place(node.base, place.row),)
        case Extend() | Filter() | Fold() | Lookup():
            sources = (Place(node.source, place.row),)
        case _:
            sources = ()
    for each in sources:
        yield from _below(evaluation, each)


def _ref(evaluation: Evaluation, place: Place) -> tuple[str, tuple[str, ...]]:
    node = evaluation.nodes[place.table]
    assert isinstance(node, Scan)
    found = ref_of(node, place.row)
    return found.table, found.key


def _fields(subject: Subject, place: Place, values: Iterable[Scalar]) -> Fields:
    """The imported fields that a value was computed of, by record."""
    found: Fields = {}
    for value in values:
        for origin in origins_of(subject.evaluation, value, place):
            if isinstance(origin.scalar, Column):
                for ref, name, read in _read(subject, origin.scalar.name, origin):
                    found.setdefault(ref, {})[name] = read
    return found


def _read(subject: Subject, name: str, origin: Origin) -> Iterator[tuple[RecordRef, str, Quantity]]:
    """A field of a record, imported or looked up; nothing for what is computed on the way."""
    evaluation, place = subject.evaluation, origin.place
    node = evaluation.nodes[place.table]
    if isinstance(node, Lookup) and origin.owner is not None:
        place, name = Place(node.target, origin.owner), dict(node.take)[name]
        of = next((each for each in _below(evaluation, place) if is_record(evaluation, each)), None)
    else:
        of = place if is_record(evaluation, place) else None
    if of is None:
        return
    type = subject.type_of(place.table, name)
    if is_in_row(type):
        type = replace(type, currency=str(place.row.get(CURRENCY) or ""))
    yield RecordRef(*_ref(evaluation, of)), name, quantity(place.row[name], type)


def _readings(fields: Fields, ref: RecordRef) -> tuple[Reading, ...]:
    return tuple(Reading(name, value) for name, value in fields.get(ref, {}).items())
