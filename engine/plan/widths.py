"""How many digits every intermediate of a Plan can have, before any row is read.

Up to 38 digits fit a decimal of the database. What can have more is computed all the same, in whole numbers of
any size, which takes longer; so an evaluator may bound the records by their own largest values first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.plan.gauge import Gauge, Shape, Shapes, common_shape, width_of
from engine.plan.grain import columns_of
from engine.plan.node import Node
from engine.plan.plan import Plan
from engine.plan.table import Table
from engine.plan.tablenode import Columns, Known
from engine.types import MAX_DIGITS

Wide = tuple[str, Node, int]
"""Of an intermediate: its table, its scalar or column, and the digits that it can have."""


def too_wide(plan: Plan, columns: Known | None = None, most: int = MAX_DIGITS) -> tuple[Wide, ...]:
    """Every intermediate that could have more than `most` digits.

    `columns` are those of the tables, where they are known already.
    """
    return plan_shapes(plan, columns_of(plan.tables) if columns is None else columns, most)[1]


def plan_shapes(plan: Plan, columns: Known, most: int = MAX_DIGITS) -> tuple[dict[str, Shapes], tuple[Wide, ...]]:
    """The shapes of the numeric columns of every table, and what could have more than `most` digits."""
    known: dict[str, Shapes] = {}
    wide: list[Wide] = []
    for table in plan.tables:
        made: dict[str, Shape] = {}
        gauges: dict[tuple[str, str], Gauge] = {}
        for computed in table.widest:
            here = (computed.rows, computed.base)
            if here not in gauges:
                gauges[here] = Gauge(known[computed.rows], known.get(computed.base, {}))
            shape = gauges[here].shape(computed.scalar)
            if shape is not None and computed.into:
                made[computed.into] = shape
        found = (each for gauge in gauges.values() for each in gauge.found)
        wide.extend((table.name, node, digits) for node, digits in found if digits > most)
        shapes = table_shapes(table, columns[table.name], known, made)
        # what is passed on from one table was too wide there
        own = table.listed if len(table.passing) == 1 else tuple(shapes)
        over = [name for name in own if name in shapes and _digits_alone(shapes[name]) > most]
        by_name = {column.name: column for column in columns[table.name]} if over else {}
        wide.extend((table.name, by_name[name], _digits_alone(shapes[name])) for name in over)
        known[table.name] = shapes
    return known, tuple(dict.fromkeys(wide))


def _digits_alone(shape: Shape) -> int:
    """The digits of a number; a ratio is no column that is stored."""
    return 0 if shape.denominator is not None else shape.numerator.digits


def table_shapes(
    table: Table, columns: Columns, known: Mapping[str, Shapes], made: Mapping[str, Shape] | None = None
) -> Shapes:
    """The shapes of a table's numeric columns. `columns` are the table's, `known` the tables before it.

    A column that is passed on has the shape it had, of several sources one that holds all. What a table
    computes has the shape of the scalar, and an aggregate that of its values, with digits for their number;
    `made` are the shapes of scalars, where they are known already. All else has the width of its type:
    records, folds.
    """
    made = table.shapes_from(_made(table, known) if made is None else made)
    shapes = _together([known[source] for source in table.passing])
    own = columns[len(columns) - len(table.listed) :] if table.sources else columns
    for column in own:
        if column.type.is_numeric:
            passed = [known[source][old] for source, old in table.passes(column.name)]
            shapes[column.name] = passed[0] if passed else made.get(column.name) or Shape(width_of(column.type))
    return shapes


def _together(passed: Sequence[Shapes]) -> dict[str, Shape]:
    """The shapes of the columns of several tables; of one that several have, a shape that holds all."""
    if not passed:
        return {}
    found = dict(passed[0])
    for shapes in passed[1:]:
        for name, shape in shapes.items():
            found[name] = common_shape(found[name], shape) if name in found else shape
    return found


def _made(table: Table, known: Mapping[str, Shapes]) -> dict[str, Shape]:
    """The shapes of the scalars that a table computes from a row of its source, by column."""
    own = (
        (each.into, Gauge(known[each.rows], known.get(each.base, {})).shape(each.scalar))
        for each in table.scalars
        if each.into
    )
    return {into: shape for into, shape in own if shape is not None}
