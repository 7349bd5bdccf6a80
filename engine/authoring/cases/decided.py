"""A case from a real decision: the records it read, without names, and everything that was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.authoring.cases.given import PARTNER, PARTNERS, PEOPLE, neutral
from engine.authoring.cases.model import Case, Expectation, Observed, Path, Row
from engine.authoring.cases.neutral import Names, Rows, domain_of, neutral_records
from engine.authoring.cases.observing import incentives_on, observe
from engine.authoring.cases.running import decide
from engine.authoring.cases.soundness import PARENT
from engine.authoring.cases.typed import fields_read
from engine.language.program import Program
from engine.language.records import CURRENCY, ENTRIES, ENTRY, RecordTable
from engine.plan.plan import Plan
from engine.plan.table import Fold, Measure
from engine.reference.evaluate import Evaluation
from engine.reference.tables import ExactRow, matching, selected
from engine.reference.trace import RecordRef, records_of
from engine.types import ROW, Kind

STRANGER = "-stranger"  # a partner outside of the world, until names are taken out: no real id begins so
NAMED = ("people", "products", "customers")  # records that matter as far as others name them
MOST_ROWS = 3_000  # beyond them, leaving out names one by one takes too long
STATED = ("tier", "tiers", "designations", "benefits", "earnings", "metrics")


def decided_case(name: str, program: Program, plan: Plan, records: Mapping[str, tuple[Row, ...]], partner: str) -> Case:
    """The case of one partner. `records` are the rows of its world; raises KeyError where it is not among them."""
    read = _read_fields(program, plan, records)
    evaluation = decide(plan, read)
    observed = observe(program, plan, evaluation, partner)
    small = _needed_rows(program, plan, evaluation, read, partner)
    if observe(program, plan, decide(plan, small), partner) != observed:
        small = read  # what seemed to play no part does: keep everything
    small = _without_idle_names(program, plan, small, partner, observed)
    fewer = _referred_to(program, small)
    if observe(program, plan, decide(plan, fewer), partner) == observed:
        small = fewer
    neutral, names = neutral_records(small, program, plan)
    expected = tuple(_stated(program, plan, observed, names))
    return Case(name, plan.as_of, names.of(PARTNER, partner), neutral, expected)


def _read_fields(program: Program, plan: Plan, records: Mapping[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """The fields that the Plan reads, of the tables it reads; of partners also who is above whom."""
    read = {name: set(fields) for name, fields in fields_read(plan).items()}
    read.setdefault(PARTNERS, set()).update((PARTNER, PARENT))
    known = {row[PARTNER] for row in records.get(PARTNERS, ())}
    found: dict[str, tuple[Row, ...]] = {}
    for table in program.records.tables:
        if table.name in read:
            rows, names = records.get(table.name, ()), read[table.name]
            if any(each.name in names and each.type.currency == ROW for each in table.stored):
                names = names | {CURRENCY}  # an amount is written with it
            found[table.name] = tuple({**_entry(row), **{name: row.get(name) for name in names}} for row in rows)
    # whoever is above the top of this world is not in it, and plays no part
    found[PARTNERS] = tuple({**row, PARENT: row[PARENT] if row[PARENT] in known else None} for row in found[PARTNERS])
    return _with_strangers(program, plan.as_of, found)


def _entry(row: Row) -> Row:
    """The entry of a return or an adjustment, read or not: as a sale, a negative amount would be refused."""
    return {ENTRY: row[ENTRY]} if row.get(ENTRY) in ENTRIES[1:] else {}


def _with_strangers(program: Program, day: date, rows: dict[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """Records outside of this world that some in it name, without anything of theirs but the id.

    A seller who works elsewhere, the sale of another partner that was returned here.
    """
    for table in program.records.tables:
        key = table.key[0]
        named = set(_named({each.name: each for each in program.records.tables}, rows, table.name))
        unknown = sorted(str(each) for each in named - {row[key] for row in rows.get(table.name, ())} - {None})
        if not unknown or not rows.get(table.name) or table.name == PARTNERS or len(table.key) > 1:
            continue
        others = [_stranger(table, each, day) for each in unknown]
        rows = {**rows, table.name: (*rows[table.name], *others)}
        known = {row[PARTNER] for row in rows[PARTNERS]}
        if table.partner and table.name != PEOPLE and STRANGER not in known:
            rows[PARTNERS] = (*rows[PARTNERS], {PARTNER: STRANGER, PARENT: None})
    return rows


def _stranger(table: RecordTable, id: str, day: date) -> Row:
    filled = {each.name: neutral(each.type, day) for each in table.stored if not each.optional}
    owner = {table.partner: None if table.name == PEOPLE else STRANGER} if table.partner else {}
    return {**filled, **owner, table.key[0]: id}


def _without_idle_names(
    program: Program, plan: Plan, rows: dict[str, tuple[Row, ...]], partner: str, observed: Observed
) -> dict[str, tuple[Row, ...]]:
    """The records without names that may be missing and decide nothing: the fewer, the better."""
    if sum(map(len, rows.values())) > MOST_ROWS:
        return rows
    for table in program.records.tables:
        for each in table.stored:
            named = (
                each.type.kind in (Kind.ID, Kind.TEXT) and each.optional and each.name not in (table.partner, PARENT)
            )
            if not named or all(row.get(each.name) is None for row in rows.get(table.name, ())):
                continue
            fewer = {**rows, table.name: tuple({**row, each.name: None} for row in rows[table.name])}
            if observe(program, plan, decide(plan, fewer), partner) == observed:
                rows = fewer
    return rows


def _needed_rows(
    program: Program, plan: Plan, evaluation: Evaluation, rows: Rows, partner: str
) -> dict[str, tuple[Row, ...]]:
    """Records that some value was made from, and those that they name; of history everything."""
    refs = set(_behind(evaluation))
    kept = {name: [row for row in many if _stays(program, name, row, refs)] for name, many in rows.items()}
    tables = {table.name: table for table in program.records.tables}
    for name, table in tables.items():
        if table.date and name in kept and len(table.key) == 1:
            named = set(_named(tables, kept, name)) | {row[table.key[0]] for row in kept[name]}
            kept[name] = [row for row in rows[name] if row[table.key[0]] in named]
    chain = _with_parents(rows[PARTNERS], {partner, *_owners(tables, kept)})
    kept[PARTNERS] = [row for row in rows[PARTNERS] if row[PARTNER] in chain]
    return _referred_to(program, {name: tuple(many) for name, many in kept.items()})


def _referred_to(program: Program, rows: dict[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """The records without people, products and customers that none of them names."""
    tables = {table.name: table for table in program.records.tables}
    for name in NAMED:
        if name in rows:
            named = set(_named(tables, rows, name))
            rows = {**rows, name: tuple(row for row in rows[name] if row[tables[name].key[0]] in named)}
    return rows


def _behind(evaluation: Evaluation) -> Iterator[RecordRef]:
    """The records that aggregates used or could not decide, those that earn, and those that limits were walked over."""
    for earning in evaluation.plan.earnings:
        for part in earning.parts:
            for row in evaluation.exact.rows[part.table] if not part.basis else ():
                yield from records_of(evaluation, part.table, row)
    for node in evaluation.nodes.values():
        if isinstance(node, Measure):
            for base in evaluation.exact.rows[node.base]:
                for row in _chosen(node, base, evaluation):
                    yield from records_of(evaluation, node.rows, row)
        elif isinstance(node, Fold):
            for row in evaluation.exact.rows[node.source]:
                yield from records_of(evaluation, node.source, row)


def _chosen(node: Measure, base: ExactRow, evaluation: Evaluation) -> Iterator[ExactRow]:
    rows = matching(node, base, evaluation.exact)
    for aggregate in node.aggregates:
        chosen = selected(aggregate, rows, base)
        yield from (row for row, _ in chosen.used)
        yield from chosen.undecided


def _stays(program: Program, name: str, row: Row, refs: set[RecordRef]) -> bool:
    """Events stay where something was made from them; everything else stays."""
    table = program.records.table(name)
    if table is None or not table.date:
        return True
    return RecordRef(name, tuple(str(row.get(key)) for key in table.key)) in refs


def _named(tables: Mapping[str, RecordTable], kept: Mapping[str, Sequence[Row]], target: str) -> Iterator[object]:
    """The ids by which kept records name records of a table."""
    for name, rows in kept.items():
        table = tables[name]
        links = {link.by for link in table.links if link.to == target}
        for each in table.stored:
            if each.references == target or each.name in links:
                yield from (row.get(each.name) for row in rows)


def _owners(tables: Mapping[str, RecordTable], kept: Mapping[str, list[Row]]) -> Iterator[object]:
    """The partners that kept records belong to."""
    for name, rows in kept.items():
        owner = tables[name].partner
        if owner and name != PARTNERS:
            yield from (row.get(owner) for row in rows)


def _with_parents(partners: tuple[Row, ...], wanted: set[object]) -> set[object]:
    """These partners and all partners above them."""
    parent: dict[object, object] = {row[PARTNER]: row.get(PARENT) for row in partners}
    found: set[object] = set()
    for each in wanted:
        above = each
        while above is not None and above not in found:
            found.add(above)
            above = parent.get(above)
    return found


def _stated(program: Program, plan: Plan, observed: Observed, names: Names) -> Iterator[Expectation]:
    """Everything that was decided, as expectations; amounts by period and record, not in all as well. So it is with
    the currencies of a period.
    """
    for path, found in observed.items():
        section = path[0]
        if section not in STATED and not (section in ("floor", "ceiling") and _is_open(observed)):
            continue
        if section == "earnings" and _has_parts(observed, path):
            continue
        yield Expectation(_renamed(program, plan, path, names), found.answer, found.type, None, found.percent)


def _is_open(observed: Observed) -> bool:
    """Whether something is missing to decide the tier."""
    return ("floor",) in observed and observed["floor",] != observed["ceiling",]


def _has_parts(observed: Observed, path: Path) -> bool:
    return any(each[: len(path)] == path and len(each) > len(path) for each in observed)


def _renamed(program: Program, plan: Plan, path: Path, names: Names) -> Path:
    """The path with the neutral id of a record, where an earning is identified by one."""
    if path[0] != "earnings" or len(path) < 3:
        return path
    incentive = incentives_on(program, plan.as_of)[path[1]]
    table = program.records.table(incentive.source)
    if incentive.period is not None or table is None:
        return path
    key = table.field(table.key[0])
    return (*path[:2], names.of(domain_of(key, table, program.records), path[2])) if key is not None else path
