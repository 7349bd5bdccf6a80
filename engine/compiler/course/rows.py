"""The rows of an incentive: those that count, and the first of each customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.compiler.converting import cannot_be_ordered
from engine.compiler.corrections import corrected, row_in_time, with_bounds
from engine.compiler.counting import lower_row_condition
from engine.compiler.course.given_back import RETURNS, given_back
from engine.compiler.course.restated import less_returns, names_read
from engine.compiler.course.scopes import measure_scope, record_scope
from engine.compiler.expressions import lower
from engine.compiler.typed import Typed
from engine.compiler.workbench import Rows, Workbench
from engine.language.expression import render_expression
from engine.language.program import Group, Incentive, Requirement
from engine.language.records import ENTRIES
from engine.language.source import Span
from engine.plan import scalar as node
from engine.plan.inference import is_optional
from engine.plan.owner import Owner, OwnerKind
from engine.plan.plan import Condition, Corrected
from engine.plan.scalar import Column, Comparison, Literal, Scalar
from engine.plan.table import Fold, FoldOp
from engine.types import BOOLEAN, ROW

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
    measure: Typed | None = None


def basis_of(incentive: Incentive, bench: Workbench) -> Basis | None:
    """Rows with returns restated where the incentive says so, and its `where` lowered."""
    rows = bench.rows(incentive.source, incentive.source_span or incentive.span)
    if rows is None or not (rows.table.date and rows.table.partner):
        return None
    rows, said = less_returns(incentive, with_bounds(rows, incentive, bench), bench)
    _compute(incentive, rows, bench)
    measure = lower(said, measure_scope(incentive, rows, bench)) if said is not None else None
    scope = record_scope(incentive, rows, bench)
    lowered = [lower_row_condition(each, scope) for each in incentive.where]
    terms = [each for each in lowered if each is not None]
    lines = [_line(incentive, place, *each) for place, each in enumerate(zip(incentive.where, terms, strict=False), 1)]
    if len(terms) < len(lowered) or (incentive.first and not _can_be_first(incentive, rows)):
        return None  # what is not there was reported
    terms += _made(incentive, rows)
    known = corrected(rows, node.conjunction(terms), bench)
    terms = [*row_in_time(rows, bench), *terms]
    if incentive.first:
        terms.append(_first(incentive, rows, bench))
        whose = " and ".join(incentive.first)
        lines.append(_named(incentive, "first", "first", f"first of {whose}", incentive.span, terms[-1]))
    return Basis(rows, node.conjunction(terms), rows.columns[rows.table.date], tuple(lines), known, measure)


def _compute(incentive: Incentive, rows: Rows, bench: Workbench) -> None:
    """Formulas that order, identify or sum rows become columns now: they are used by name, not compiled again."""
    named = [*incentive.first, *incentive.order]
    named += [word for limit in incentive.limits for word in (*limit.per, *limit.order)]
    formulas = {each.name for each in rows.table.formulas}
    for word in dict.fromkeys(named):
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


def fields_of(incentive: Incentive, bench: Workbench) -> tuple[str, ...]:
    """The fields that its measure is computed from: of the row, and of rows it refers to."""
    table = bench.program.records.table(incentive.source)
    found = sorted(
        each for each in names_read(incentive.measure, incentive, bench) if table is not None and table.reads(each)
    )
    return tuple(found)


def _made(incentive: Incentive, rows: Rows) -> list[Scalar]:
    """That a record is not given back in full, and of an amount paid once, that it is a sale."""
    terms: list[Scalar] = []
    entry = rows.columns.get("entry")
    once = incentive.is_once or incentive.first
    if once and entry is not None and entry.type.values == ENTRIES:
        terms.append(node.Compare(entry, Comparison.EQUAL, Literal(ENTRIES[0], entry.type)))
    if RETURNS in rows.columns:
        terms.append(node.Not(given_back(rows)))
    return terms


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
    counts = node.conjunction([*row_in_time(rows, bench), *_made(incentive, rows)])
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
