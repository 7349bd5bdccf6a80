"""Counting which node kinds met which outcomes when a plan is evaluated.

A plan is widened by tables that show every part of every scalar as a column of its own: a condition as it is, any
other value as whether it is missing. What an evaluator makes of these tables is what the parts came to in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from engine.plan.grain import columns_of, key_of
from engine.plan.inference import children, type_of
from engine.plan.node import Node
from engine.plan.plan import Output, Plan
from engine.plan.pruning import leading_to
from engine.plan.scalar import Band, Column, IsMissing, Scalar, Value
from engine.plan.table import Extend, Fold, FoldOp, Join, Lookup, Measure, Table
from engine.types import Kind

Met = tuple[str, str]
"""A node kind and what it came to: ("And", "missing"), ("Lookup", "found")."""

TRUTHS: Mapping[Value, str] = {True: "true", False: "false", None: "missing"}
PRESENCE: Mapping[Value, str] = {True: "missing", False: "value"}
BASE, ROW = "base.", "row."


@dataclass(frozen=True)
class Shown:
    """An output of a widened plan and what it tells of one table: its rows, or the parts of its scalars."""

    output: Output
    table: Table
    parts: tuple[tuple[str, Scalar], ...] = ()  # (column, the part it shows)


def widened(plan: Plan) -> tuple[Plan, tuple[Shown, ...]]:
    """The plan with outputs that show every table of it, and what those tell."""
    columns, keys = columns_of(plan.tables), key_of(plan.tables)
    tables, views = list(plan.tables), list[Shown]()
    for place, table in enumerate(plan.tables):
        views.append(_rows_view(f"{place} rows", table, tables, keys))
        parts = tuple(dict.fromkeys(part for scalar in scalars_of(table) for part in _parts(scalar)))
        if parts:
            views.append(_parts_view(f"{place} parts", table, parts, tables, columns))
    return replace(plan, tables=tuple(tables), outputs=tuple(each.output for each in views)), tuple(views)


def _rows_view(name: str, table: Table, tables: list[Table], keys: Mapping[str, tuple[str, ...]]) -> Shown:
    """The keys of a table's rows; of a look-up what was found, of a limit what was asked and taken."""
    source, more = table.name, list[tuple[str, str]]()
    if isinstance(table, Lookup):
        source = name
        tables.append(replace(table, name=name, take=(("found", table.on[0][1]),)))
        more.append(("found", "found"))
    if isinstance(table, Fold):
        more.append(("result", table.into))
    if isinstance(table, Fold) and table.op is FoldOp.TAKE:
        assert isinstance(table.value, Column)  # what an incentive earned before
        more.append(("asked", table.value.name))
    return Shown(_output(name, source, keys[table.name], more, tables), table)


def _parts_view(
    name: str, table: Table, parts: tuple[Scalar, ...], tables: list[Table], columns: Mapping[str, Sequence[Column]]
) -> Shown:
    """Every part of a table's scalars, over the rows they are computed from."""
    source, here = table.sources[0], parts
    if isinstance(table, Measure):
        source = f"{name} pairs"
        tables.append(_pairs(table, source, tables, columns))
        here = tuple(_over_pairs(part) for part in parts)
    shown = tuple((f"{place}", _as_shown(part)) for place, part in enumerate(here))
    tables.append(Extend(name, source, shown))
    key = key_of(tables)[name]
    output = _output(name, name, key, [(column, column) for column, _ in shown], tables)
    return Shown(output, table, tuple((column, part) for (column, _), part in zip(shown, parts, strict=True)))


def _output(
    name: str, source: str, key: Sequence[str], more: Sequence[tuple[str, str]], tables: Sequence[Table]
) -> Output:
    types = {each.name: each.type for each in columns_of(tables)[source]}
    keys = [(f"key {place}", column) for place, column in enumerate(key)]
    columns = tuple((shown, column, types[column]) for shown, column in [*keys, *more])
    return Output(name, source, columns, tuple(shown for shown, _ in keys))


def _pairs(table: Measure, name: str, tables: list[Table], columns: Mapping[str, Sequence[Column]]) -> Join:
    """Every row measured beside the row it is measured for."""
    keys = key_of(tables)
    keep = tuple((BASE + each.name, each.name) for each in columns[table.base])
    take = tuple((ROW + each.name, each.name) for each in columns[table.rows])
    key = (*(BASE + each for each in keys[table.base]), *(ROW + each for each in keys[table.rows]))
    return Join(name, table.base, table.rows, table.on, keep, take, key)


def _over_pairs(part: Scalar) -> Scalar:
    """A scalar of a `Measure` as one over the joined pair of rows."""
    return _renamed(part)  # type: ignore[return-value]  # the same node over renamed columns


def _renamed(value: object) -> object:
    if isinstance(value, Column):
        return replace(value, name=(BASE if value.of_base else ROW) + value.name, of_base=False)
    if isinstance(value, tuple):
        return tuple(_renamed(each) for each in value)
    if _is_node(value):
        given = (getattr(value, each.name) for each in fields(value))  # type: ignore[arg-type]  # a node is a dataclass
        return type(value)(*map(_renamed, given))
    return value


def _as_shown(part: Scalar) -> Scalar:
    return part if type_of(part).kind is Kind.BOOLEAN else IsMissing(part)


def scalars_of(table: Table) -> Iterator[Scalar]:
    """The scalars that stand in a table node."""
    yield from (each.scalar for each in table.scalars)


def _parts(scalar: Scalar) -> Iterator[Scalar]:
    yield scalar
    for each in children(scalar):
        yield from _parts(each)


def _is_node(value: object) -> bool:
    return isinstance(value, Node | Band)


def met(view: Shown, rows: Sequence[Mapping[str, Value]]) -> set[Met]:
    """What the nodes of one table came to."""
    if view.parts:
        return {_outcome(part, row[column]) for row in rows for column, part in view.parts}
    found = {(type(view.table).__name__, "rows" if rows else "no rows")}
    if isinstance(view.table, Lookup):
        found |= {("Lookup", "not found" if row["found"] is None else "found") for row in rows}
    if isinstance(view.table, Fold):
        op = view.table.op
        found |= {(f"Fold {op}", _walked(row.get("asked"), row["result"], op)) for row in rows}
    return found


def _outcome(part: Scalar, value: Value) -> Met:
    table = TRUTHS if type_of(part).kind is Kind.BOOLEAN else PRESENCE
    return type(part).__name__, table[value]


def _walked(asked: Value, result: Value, op: FoldOp) -> str:
    if op is not FoldOp.TAKE:
        return TRUTHS[result] if isinstance(result, bool) or result is None else "value"
    if asked is None or result is None:
        return "missing"
    assert isinstance(asked, Decimal | int) and isinstance(result, Decimal | int)
    if asked < 0:
        return "negative"
    return "limited" if result < asked else "not limited"


def narrowed(plan: Plan, views: Iterable[Shown]) -> Plan:
    """The plan with these outputs and the tables they need."""
    outputs = tuple(each.output for each in views)
    tables = leading_to(plan.tables, [output.source for output in outputs])
    return replace(plan, tables=tables, outputs=outputs)
