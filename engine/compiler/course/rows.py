"""The rows of an incentive: net of returns, those that count, and the first of each customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.compiler.converting import cannot_be_ordered
from engine.compiler.corrections import LATE, RETURNED, corrected, return_in_time, row_in_time, with_bounds
from engine.compiler.counting import TRUE, lower_row_condition
from engine.compiler.course.scopes import measure_scope, record_scope
from engine.compiler.expressions import Typed, lower
from engine.compiler.formulas import undivided
from engine.compiler.totals import Whole, as_whole, divided
from engine.compiler.workbench import UNDIVIDED, Rows, Workbench
from engine.language import syntax
from engine.language.expression import render_expression
from engine.language.names import names_in
from engine.language.program import Group, Incentive, Requirement
from engine.language.records import ENTRIES, RecordTable
from engine.language.source import Span
from engine.language.syntax import Expression
from engine.plan import scalar as node
from engine.plan.grain import aggregate_column
from engine.plan.inference import is_optional, type_of
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Corrected
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Aggregate, Extend, Filter, Fold, FoldOp, Measure, Op, Select
from engine.types import BOOLEAN, COUNT, DATE, ROW, TOTAL_DIGITS, Type

FIRST = "@first"  # whether a row is the first of its customer; no author can name a field like this
"""Words for whose a record is, and the fields of a row that say so."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The rows an incentive pays on: which of them count (`where`, and the lines it is made of), and their day."""

    rows: Rows
    where: Scalar
    day: Column
    lines: tuple[Condition, ...] = ()
    corrected: Corrected | None = None
    product: Scalar | None = None  # the measure, where it is one of each sale and of each of its returns


def basis_of(incentive: Incentive, bench: Workbench) -> Basis | None:
    """Rows with returns restated where the incentive says so, and its `where` lowered."""
    rows = bench.rows(incentive.source, incentive.source_span or incentive.span)
    if rows is None or not (rows.table.date and rows.table.partner):
        return None
    rows = with_bounds(rows, incentive, bench)
    _compute(incentive, rows, bench)
    product: _Product | None = None
    if incentive.returns == "restate" and "returns_id" in rows.columns:
        if incentive.measure is not None and _multiplies(incentive.measure, rows.table):
            typed = lower(incentive.measure, measure_scope(incentive, rows, bench, returns=True))
            if typed is None:
                return None
            product = _product(incentive, undivided(typed), rows, bench)
        rows = _restated(incentive, rows, bench, product)
    scope = record_scope(incentive, rows, bench)
    lowered = [lower_row_condition(each, scope) for each in incentive.where]
    terms = [each for each in lowered if each is not None]
    lines = [_line(incentive, place, *each) for place, each in enumerate(zip(incentive.where, terms, strict=False), 1)]
    if len(terms) < len(lowered) or (incentive.first and not _can_be_first(incentive, rows)):
        return None  # what is not there was reported
    if incentive.is_once or incentive.first:
        terms += _made(rows)
    known = corrected(rows, all_of(terms), bench)
    terms = [*row_in_time(rows, bench), *terms]
    if incentive.first:
        terms.append(_first(incentive, rows, bench))
        whose = " and ".join(incentive.first)
        lines.append(_named(incentive, "first", "first", f"first of {whose}", incentive.span, terms[-1]))
    left = None
    if product is not None:
        left = divided(rows.columns[product.column.name], product.over, product.type)
    return Basis(rows, all_of(terms), rows.columns[rows.table.date], tuple(lines), known, left)


def _multiplies(expression: Expression, table: RecordTable) -> bool:
    """Whether fields are multiplied or divided by each other: then reducing each field by its returns gives a wrong
    result. If 4 of 10 pieces at 5 USD come back, 6 times 5 USD remain, not 6 times the sum of the prices.
    """
    match expression:
        case syntax.Arithmetic(op="*" | "/", left=left, right=right):
            sides = (left, right)
            return all(any(map(table.reads, (n.text for n in names_in(each)))) for each in sides) or any(
                _multiplies(each, table) for each in sides
            )
        case syntax.Arithmetic(left=left, right=right):
            return _multiplies(left, table) or _multiplies(right, table)
        case syntax.Negative(value=value):
            return _multiplies(value, table)
        case syntax.Call(arguments=arguments):
            return any(_multiplies(each, table) for each in arguments)
    return False


@dataclass(frozen=True, slots=True)
class _Product:
    """A measure that multiplies fields, as a column of sales and returns, over a number; `type` once it is divided."""

    column: Column
    over: int
    type: Type


def _product(incentive: Incentive, typed: Typed, rows: Rows, bench: Workbench) -> _Product | None:
    """The measure as a column of sales and returns, so that it is added up; a ratio is computed of what is left."""
    whole = as_whole(typed.scalar, rows.wholes) if typed.type.is_numeric else None
    if whole is None:
        return None
    name = f"@{incentive.name}.product"  # no author can name a field like this
    rows.top = bench.add(Extend(f"{rows.top}+{name}", rows.top, ((name, whole[0]),)))
    rows.columns[name] = Column(name, type_of(whole[0]), is_optional(whole[0]))
    return _Product(rows.columns[name], whole[1], typed.type)


def _compute(incentive: Incentive, rows: Rows, bench: Workbench) -> None:
    """Formulas that order, identify or sum rows become columns now: they are used by name, not compiled again."""
    named = [*incentive.first, *incentive.order]
    named += [word for limit in incentive.limits for word in (*limit.per, *limit.order)]
    formulas = {each.name for each in rows.table.formulas}
    for word in dict.fromkeys((*named, *sorted(_read(incentive, bench) & formulas))):
        bench.column(rows, rows.table.field_of(word))
    orders = [(incentive.order, incentive.order_spans), *((each.order, each.order_spans) for each in incentive.limits)]
    for name, span in (each for order, spans in orders for each in zip(order, spans, strict=True)):
        column = rows.columns.get(name)
        if name in formulas and column is not None and column.type.currency == ROW:
            bench.report(cannot_be_ordered(name, span))


def _line(incentive: Incentive, place: int, line: Requirement, term: Scalar) -> Condition:
    """A line of `where`, for any row."""
    if isinstance(line, Group):
        return _named(incentive, f"where.{place}", line.form, line.form, line.span, term)
    text = render_expression(line.expression)
    return _named(incentive, f"where.{place}", "compare", text, line.span, term)


def _named(incentive: Incentive, place: str, form: str, text: str, span: Span, term: Scalar) -> Condition:
    owner = Owner(OwnerKind.INCENTIVE, incentive.name)
    return Condition(f"{owner}.{place}", owner, form, text, span, term)


def all_of(terms: list[Scalar]) -> Scalar:
    """All terms together; of none: true."""
    return TRUE if not terms else terms[0] if len(terms) == 1 else node.And(tuple(terms))


def _restated(incentive: Incentive, plain: Rows, bench: Workbench, product: _Product | None) -> Rows:
    """Sales less what was returned of them until the day of the run; a return without its sale stays a row."""
    own = [product.column.name] if product is not None else []
    fields, counted = sorted({*_netted(incentive, plain, bench), *own}), incentive.is_once or bool(incentive.first)
    name = f"{plain.name}/net:{','.join(fields)}" + (" counted" if counted else "")
    if name in bench.made:  # one set of rows, so that what one incentive joins to them all incentives find
        return bench.made[name]
    kept = [*own, *(each.name for each in plain.table.readable), LATE, RETURNED]  # not links joined to plain rows
    kept += [each for each in fields if each.startswith(UNDIVIDED)]
    stored = {each: plain.columns[each] for each in kept if each in plain.columns and not _is_ratio(plain, each)}
    columns = stored | {
        each: Column(f"net.{each}", _net_type(each, plain), plain.columns[each].optional) for each in fields
    }
    key, sale = plain.table.key[0], plain.columns["returns_id"]
    known = node.Compare(plain.columns[plain.table.date], Comparison.AT_MOST, Literal(bench.as_of, DATE))
    linked = node.Not(node.IsMissing(sale))
    source = _with_formulas(plain, tuple(stored), bench)
    originals, returned = f"{source}/originals", f"{source}/returned"
    if originals not in bench.tables:
        scan = bench.scan(plain.table) if source == plain.name else source
        bench.add(Filter(originals, source, node.IsMissing(sale)))
        bench.add(Filter(returned, scan, node.And((linked, known))))
    timely = return_in_time(plain, bench) or TRUE
    sums = tuple(replace(_given_sum(each, plain), where=timely) for each in fields)
    counts = (Aggregate(RETURNS, Op.COUNT, None, timely, COUNT),) if counted else ()
    bench.add(Measure(f"{name}/returned", originals, returned, ((key, "returns_id"),), (*sums, *counts)))
    net = tuple(
        (f"net.{each}", node.Add(plain.columns[each], aggregate_column(total)))
        for each, total in zip(fields, sums, strict=True)
    )
    bench.add(Extend(name, f"{name}/returned", net))
    columns |= {each.into: aggregate_column(each) for each in counts}
    wholes: dict[str, Whole] = {
        each: (columns[f"{UNDIVIDED}{each}"], over)
        for each, (_, over) in plain.wholes.items()
        if f"{UNDIVIDED}{each}" in fields
    }
    bench.made[name] = Rows(name, plain.table, name, plain.key, columns, returned=returned, wholes=wholes)
    return bench.made[name]


RETURNS = "@returns"  # how many records take something of this one back; no author can name a field like this


def _with_formulas(plain: Rows, names: tuple[str, ...], bench: Workbench) -> str:
    """The records with the formulas that are read, and no column joined for anything else."""
    plainly = {*(each.name for each in plain.table.stored), LATE, RETURNED}
    computed = [each for each in names if each not in plainly]
    if not computed:
        return plain.name
    name = f"{plain.name}/with:{','.join(computed)}"
    if name not in bench.tables:
        bench.add(Select(name, plain.top, tuple((each, each) for each in names), plain.key))
    return name


def _is_ratio(rows: Rows, name: str) -> bool:
    """Whether a formula divides: it is computed after returns are subtracted, and not added up."""
    declared = rows.table.field(name)
    return declared is not None and declared.formula is not None and rows.columns[name].type.ratio


def _given_sum(name: str, rows: Rows) -> Aggregate:
    """What was given back of a number; the import has checked the total of one that is stored."""
    column, declared = rows.columns[name], rows.table.field(name)
    digits = TOTAL_DIGITS if declared is not None and declared.is_stored else 0
    return Aggregate(f"returned.{name}", Op.SUM, column, TRUE, column.type, digits=digits)


def _netted(incentive: Incentive, rows: Rows, bench: Workbench) -> set[str]:
    """The fields that a return reduces: numbers that the incentive reads, and those that show whether everything was
    returned.
    """
    numbers = {each.name for each in rows.table.stored if each.type.is_numeric}
    computed = (each.name for each in rows.table.formulas if each.type.is_numeric and each.name in rows.columns)
    numbers |= {each for each in computed if not _is_ratio(rows, each)}
    orders = (incentive.order, *(each.order for each in incentive.limits))
    read = _read(incentive, bench) | {word for order in orders for word in order}
    read = (read & numbers) | {f"{UNDIVIDED}{each}" for each in read if f"{UNDIVIDED}{each}" in rows.columns}
    return read | set(_always(rows)) if incentive.is_once or incentive.first else read


def _read(incentive: Incentive, bench: Workbench) -> set[str]:
    """The names that an incentive reads, by itself and through parameters and formulas."""
    return _names(incentive, incentive, bench)


def fields_of(incentive: Incentive, bench: Workbench) -> tuple[str, ...]:
    """The fields that its measure is computed from, where there are several: of the row, and of rows it refers to."""
    table = bench.program.records.table(incentive.source)
    found = sorted(
        each for each in _names(incentive.measure, incentive, bench) if table is not None and table.reads(each)
    )
    return tuple(found) if len(found) > 1 else ()


def _names(said: object, incentive: Incentive, bench: Workbench) -> set[str]:
    table = bench.program.records.table(incentive.source)
    further: dict[str, object] = {each.name: each for each in bench.program.parameters}
    further |= {each.name: each.formula for each in (table.formulas if table is not None else ())}
    found = {each.text.removeprefix(f"{incentive.source}.") for each in names_in(said)}
    pending = list(found & further.keys())
    while pending:
        more = {each.text for each in names_in(further[pending.pop()])} - found
        found |= more
        pending += more & further.keys()
    return found


def _always(rows: Rows) -> list[str]:
    """The numbers that every record has; if there are none, all numbers."""
    numbers = [each for each in rows.table.stored if each.type.is_numeric]
    return [each.name for each in numbers if not each.optional] or [each.name for each in numbers]


def _net_type(name: str, rows: Rows) -> Type:
    return type_of(node.Add(rows.columns[name], aggregate_column(_given_sum(name, rows))))


def _made(rows: Rows) -> list[Scalar]:
    """That a record is a sale, and not given back in full: of others no amount is paid once."""
    terms: list[Scalar] = []
    entry = rows.columns.get("entry")
    if entry is not None and entry.type.values == ENTRIES:
        terms.append(node.Compare(entry, Comparison.EQUAL, Literal(ENTRIES[0], entry.type)))
    if RETURNS in rows.columns:
        some = node.Compare(rows.columns[RETURNS], Comparison.MORE, Literal(0, COUNT))
        terms.append(node.Not(all_of([some, *(_given_back(each, rows) for each in _always(rows))])))
    return terms


def _given_back(field: str, rows: Rows) -> Scalar:
    """Whether nothing is left of a number, or more was given back than there was."""
    net, stored = rows.columns[field], rows.table.field(field)
    assert stored is not None  # one of the table's own
    zero = Literal(0, net.type.sized(1, 0))
    sold = Column(field, stored.type, stored.optional)
    ways = ((Comparison.AT_LEAST, Comparison.AT_MOST), (Comparison.AT_MOST, Comparison.AT_LEAST))
    return node.Or(
        tuple(node.And((node.Compare(sold, one, zero), node.Compare(net, other, zero))) for one, other in ways)
    )


def _can_be_first(incentive: Incentive, rows: Rows) -> bool:
    """Whether the rows have the fields of whom they are the first, and those they are taken by."""
    named = (*(rows.table.field_of(each) for each in incentive.first), *incentive.order)
    return all(each in rows.columns for each in named)


def _first(incentive: Incentive, rows: Rows, bench: Workbench) -> Scalar:
    """Whether a row is the first made of its customer, of all records there are; ties go by the incentive's order."""
    partition = tuple(rows.columns[rows.table.field_of(each)].name for each in incentive.first)
    day, *key = in_time(rows)
    order = (day, *(rows.columns[each].name for each in incentive.order), *key)
    name = f"{incentive.name}.first"
    into = f"{FIRST} {incentive.name}"
    counts = all_of([*row_in_time(rows, bench), *_made(rows)])
    fold = Fold(name, rows.top, partition, tuple(dict.fromkeys(order)), FoldOp.FIRST, counts, into)
    rows.top = bench.add(fold)
    return Column(into, BOOLEAN, optional=True)


def in_time(rows: Rows) -> tuple[str, ...]:
    """The order in which rows are taken where nothing is said: by day, then by key."""
    return (rows.columns[rows.table.date].name, *rows.table.key)


def undecided_rows(basis: Basis) -> Iterator[Scalar]:
    """A gate for rows of which it cannot be decided whether they count."""
    if is_optional(basis.where):
        yield basis.where
