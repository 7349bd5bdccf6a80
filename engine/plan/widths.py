"""How many digits every intermediate of a Plan can have, so that no row can make a query fail.

A quotient is an exact pair: numerator over denominator, the denominator positive. Arithmetic
multiplies and adds the pairs, and comparing two cross-multiplies them, so the sides of a comparison
are wider than the values compared. `Shape` follows them; the columnar evaluator carries the same
shapes and would need more than 38 digits exactly where `too_wide` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from engine.plan.bands import bands_case
from engine.plan.grain import Columns, aggregate_type, columns_of
from engine.plan.inference import children, type_of
from engine.plan.literals import is_missing_literal
from engine.plan.plan import Plan
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    Bands,
    Between,
    Case,
    Column,
    Compare,
    Greatest,
    IfMissing,
    Least,
    Multiply,
    Quotient,
    Round,
    Scalar,
    Subtract,
)
from engine.plan.table import (
    Cross,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Scan,
    Select,
    Table,
    Union,
    Values,
)
from engine.types import MAX_DIGITS, Type


@dataclass(frozen=True, slots=True)
class Width:
    """Digits in all, and how many of them after the point."""

    digits: int
    scale: int

    @property
    def whole(self) -> int:
        """Digits before the point."""
        return self.digits - self.scale


ONE = Width(1, 0)


@dataclass(frozen=True, slots=True)
class Shape:
    """The width of a number, or of the two halves of an exact ratio."""

    numerator: Width
    denominator: Width | None = None


Shapes = Mapping[str, Shape]
"""Shapes of the numeric columns of a row."""


def width_of(type: Type) -> Width:
    """The width of a number that is no ratio."""
    return Width(type.digits, type.scale)


def common_width(left: Width, right: Width) -> Width:
    """Holds values of both, at one scale."""
    scale = max(left.scale, right.scale)
    return Width(max(left.whole, right.whole) + scale, scale)


def sum_width(left: Width, right: Width) -> Width:
    """Holds the sum of both: one digit more for the carry."""
    common = common_width(left, right)
    return Width(common.digits + 1, common.scale)


def product_width(left: Width, right: Width) -> Width:
    """Holds the product of both."""
    return Width(left.digits + right.digits, left.scale + right.scale)


def shift_of(shape: Shape, scale: int) -> tuple[int, int]:
    """Powers of ten by which the halves, as whole numbers, are multiplied to divide at `scale`."""
    denominator = shape.denominator or ONE
    shift = denominator.scale + scale - shape.numerator.scale
    return max(shift, 0), max(-shift, 0)


def rounded_width(shape: Shape, scale: int) -> Width:
    """What a number or ratio has once rounded to `scale` digits after the point.

    The smallest divisor is one at its last digit, and the largest quotient one last digit of the
    numerator, divided by that, below a power of ten: rounding carries over only where it cuts more.
    """
    denominator = shape.denominator or ONE
    carry = scale + denominator.scale < shape.numerator.scale
    return Width(max(1, shape.numerator.whole + denominator.scale + scale + carry), scale)


@dataclass(slots=True)
class Gauge:
    """Measures scalars over one row (and the base row of a `Measure`); `found` keeps every width."""

    row: Shapes
    base: Shapes = field(default_factory=dict)
    found: list[tuple[Scalar, int]] = field(default_factory=list)

    def shape(self, scalar: Scalar) -> Shape | None:
        """The shape of a numeric scalar, None for any other; all it needs on the way is noted."""
        match scalar:
            case Column():
                return (self.base if scalar.of_base else self.row).get(scalar.name)
            case Add(left, right) | Subtract(left, right):
                return self._sum(scalar, self.number(left), self.number(right))
            case Multiply(left, right):
                return self._product(scalar, self.number(left), self.number(right))
            case Quotient(left, right):
                return self._quotient(scalar, self.number(left), self.number(right))
            case Round(value, scale, _):
                return self._round(scalar, self.number(value), scale)
            case Absolute(value):
                return self.number(value)
            case Least(values) | Greatest(values):
                self._compare_all(scalar, values)
                return self._choice(scalar, values)
            case IfMissing(value, default):
                return self._choice(scalar, (value, default))
            case Case(branches, otherwise):
                for condition, _ in branches:
                    self.shape(condition)
                return self._choice(scalar, (*(value for _, value in branches), otherwise))
            case Compare(left, _, right):
                self._compare(scalar, self.shape(left), self.shape(right))
                return None
            case Among() | Between():
                value, *others = children(scalar)
                for other in others:
                    self._compare(scalar, self.shape(value), self.shape(other))
                return None
            case Bands():
                return self.shape(bands_case(scalar))
            case _:
                for each in children(scalar):
                    self.shape(each)
                result = type_of(scalar)
                return Shape(width_of(result)) if result.is_numeric else None

    def number(self, scalar: Scalar) -> Shape:
        """The shape of a scalar that must be numeric. Raises TypeError for any other."""
        shape = self.shape(scalar)
        if shape is None:
            raise TypeError(f"{type(scalar).__name__} is not a number")
        return shape

    def _note(self, scalar: Scalar, *widths: Width) -> None:
        self.found.extend((scalar, width.digits) for width in widths)

    def _product_of(self, scalar: Scalar, left: Width | None, right: Width | None) -> Width | None:
        """The product of two halves; None stands for one."""
        if left is None or right is None:
            return left or right
        width = product_width(left, right)
        self._note(scalar, width)
        return width

    def _crossed(self, scalar: Scalar, left: Shape, right: Shape) -> tuple[Width, Width]:
        """Both numerators over one denominator."""
        return (
            self._product_of(scalar, left.numerator, right.denominator) or ONE,
            self._product_of(scalar, right.numerator, left.denominator) or ONE,
        )

    def _sum(self, scalar: Scalar, left: Shape, right: Shape) -> Shape:
        numerator = sum_width(*self._crossed(scalar, left, right))
        self._note(scalar, numerator)
        return Shape(numerator, self._product_of(scalar, left.denominator, right.denominator))

    def _product(self, scalar: Scalar, left: Shape, right: Shape) -> Shape:
        numerator = self._product_of(scalar, left.numerator, right.numerator) or ONE
        return Shape(numerator, self._product_of(scalar, left.denominator, right.denominator))

    def _quotient(self, scalar: Scalar, left: Shape, right: Shape) -> Shape:
        return Shape(*self._crossed(scalar, left, right))

    def _round(self, scalar: Scalar, shape: Shape, scale: int) -> Shape:
        if shape.denominator is not None:
            above, below = shift_of(shape, scale)
            self._note(
                scalar,
                Width(shape.numerator.digits + above, 0),
                Width(shape.denominator.digits + below, 0),
            )
        rounded = rounded_width(shape, scale)
        self._note(scalar, rounded)
        return Shape(rounded)

    def _choice(self, scalar: Scalar, values: Iterable[Scalar]) -> Shape | None:
        """One of several values: halves wide enough for each; literally missing ones take no part."""
        shapes = [self.shape(each) for each in values if not is_missing_literal(each)]
        known = [each for each in shapes if each is not None]
        if not known:
            result = type_of(scalar)
            return Shape(width_of(result)) if result.is_numeric else None
        result_shape = known[0]
        for other in known[1:]:
            result_shape = common_shape(result_shape, other)
        self._note(scalar, result_shape.numerator, result_shape.denominator or ONE)
        return result_shape

    def _compare(self, scalar: Scalar, left: Shape | None, right: Shape | None) -> None:
        if left is not None and right is not None:
            self._note(scalar, common_width(*self._crossed(scalar, left, right)))

    def _compare_all(self, scalar: Scalar, values: tuple[Scalar, ...]) -> None:
        shapes = [self.shape(each) for each in values]
        for place, left in enumerate(shapes):
            for right in shapes[place + 1 :]:
                self._compare(scalar, left, right)


def common_shape(left: Shape, right: Shape) -> Shape:
    """Holds both numbers or ratios, half by half."""
    numerator = common_width(left.numerator, right.numerator)
    if left.denominator is None and right.denominator is None:
        return Shape(numerator)
    return Shape(numerator, common_width(left.denominator or ONE, right.denominator or ONE))


def too_wide(plan: Plan) -> tuple[tuple[str, Scalar, int], ...]:
    """(table, scalar, digits) of every intermediate that could have more than 38 digits."""
    columns = columns_of(plan.tables)
    known: dict[str, Shapes] = {}
    wide: list[tuple[str, Scalar, int]] = []
    for table in plan.tables:
        gauges = gauges_of(table, known)
        measured = [gauge.shape(scalar) for gauge, scalar in gauges]
        for gauge, _ in gauges:
            wide.extend((table.name, node, digits) for node, digits in gauge.found if digits > MAX_DIGITS)
            gauge.found.clear()
        for column in columns[table.name]:
            if column.type.is_numeric and not column.type.ratio and column.type.digits > MAX_DIGITS:
                wide.append((table.name, column, column.type.digits))
        known[table.name] = table_shapes(table, columns[table.name], known, measured)
    return tuple(dict.fromkeys(wide))


def gauges_of(table: Table, known: Mapping[str, Shapes]) -> list[tuple[Gauge, Scalar]]:
    """The scalars of a table, each with the gauge of the rows it reads."""
    match table:
        case Filter():
            return [(Gauge(known[table.source]), table.where)]
        case Extend():
            return [(Gauge(known[table.source]), scalar) for _, scalar in table.columns]
        case Lookup():
            return [(Gauge(known[table.source]), table.within.day)] if table.within else []
        case Fold():
            return [(Gauge(known[table.source]), scalar) for scalar in (*table.scalars, *_subtracted(table))]
        case Measure():
            gauge = Gauge(known[table.rows], known[table.base])
            read = [each for aggregate in table.aggregates for each in (aggregate.where, aggregate.value)]
            return [(gauge, each) for each in read if each is not None]
        case _:
            return []


def _subtracted(fold: Fold) -> tuple[Scalar, ...]:
    """What a fold computes of its values beside them: the room a limit leaves, and the step since the last."""
    match fold.op:
        case FoldOp.TAKE:
            return (Subtract(fold.limit or fold.value, fold.value),)
        case FoldOp.NET:
            return (Subtract(fold.value, fold.value),)
        case _:
            return ()


def table_shapes(
    table: Table, columns: Columns, known: Mapping[str, Shapes], measured: Sequence[Shape | None] | None = None
) -> Shapes:
    """The shapes of a table's numeric columns. `columns` are the table's, `known` the tables before it.

    `measured` are those of the columns of an `Extend`, where they are known already.
    """
    match table:
        case Scan() | Values():
            return {column.name: Shape(width_of(column.type)) for column in columns if column.type.is_numeric}
        case Cross():
            return {**known[table.left], **known[table.right]}
        case Filter():
            return known[table.source]
        case Select():
            return _renamed(known[table.source], table.columns)
        case Distinct():
            return _renamed(known[table.source], [(name, name) for name in table.key])
        case Lookup():
            return {**known[table.source], **_renamed(known[table.target], table.take)}
        case Join():
            return {**_renamed(known[table.left], table.keep), **_renamed(known[table.right], table.take)}
        case Extend():
            gauge = Gauge(known[table.source])
            shapes = measured or [gauge.shape(scalar) for _, scalar in table.columns]
            computed = zip((name for name, _ in table.columns), shapes, strict=True)
            return {**known[table.source], **{name: shape for name, shape in computed if shape}}
        case Measure():
            types = {each.into: aggregate_type(each) for each in table.aggregates}
            added = {name: Shape(width_of(type)) for name, type in types.items() if type.is_numeric}
            return {**known[table.base], **added}
        case Fold():
            made = [each for each in columns if each.name in table.made and each.type.is_numeric]
            return {**known[table.source], **{each.name: Shape(width_of(each.type)) for each in made}}
        case Union():
            merged = dict(known[table.sources[0]])
            for source in table.sources[1:]:
                for name, shape in known[source].items():
                    merged[name] = common_shape(merged[name], shape)
            return merged
    assert_never(table)


def _renamed(shapes: Shapes, names: Iterable[tuple[str, str]]) -> dict[str, Shape]:
    return {new: shapes[old] for new, old in names if old in shapes}
