"""Exact numbers in SQL: decimals, and ratios as a pair (numerator, denominator).

DuckDB's `/` gives a DOUBLE, so nothing is divided here but at `rounded`, and that on whole
numbers. A ratio's denominator is positive, or NULL where the divisor was zero: then the ratio is
missing. Widths follow `engine/plan/gauge.py` step by step; what can have more than 38 digits is a whole
number of any size, without its point (`wide`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from engine.columnar import wide
from engine.columnar.literals import decimal_type, is_wide, number_sql
from engine.plan.digits import number_size
from engine.plan.gauge import (
    ONE,
    Shape,
    Width,
    common_width,
    product_width,
    rounded_width,
    shift_of,
    sum_width,
    unbounded_width,
)
from engine.plan.scalar import Comparison, Mode
from engine.types import MAX_DIGITS

NARROW = 18  # DuckDB keeps the product of two numbers of so many digits at 18 and fails when it is larger
SPARE_DIGITS = 2  # of twice the rest of a division, beyond those of the numerator
SQL_OPERATOR = {Comparison.EQUAL: "=", Comparison.UNEQUAL: "<>"}


@dataclass(frozen=True, slots=True)
class Number:
    """SQL of a decimal, or of a wide number without its point, and the digits it can have.

    `constant` is its value when it is a literal.
    """

    sql: str
    width: Width
    constant: Decimal | None = None

    def cast(self, width: Width) -> str:
        """SQL of the number in exactly this width, which has at least its digits after the point.

        A wide number becomes a DECIMAL where it fits one; where it does not, the query fails.
        """
        if self.constant is not None:
            return number_sql(self.constant, width)
        if is_wide(width):
            return wide.shifted(self.unscaled, width.scale - self.width.scale)
        if is_wide(self.width):
            whole = f"CAST(CAST({wide.shifted(self.sql, width.scale - self.width.scale)} AS VARCHAR) AS DECIMAL(38,0))"
            # a whole number times the unit of the scale never overflows: DuckDB multiplies the unscaled values
            return f"CAST({whole} * {_unit(width.scale)} AS {decimal_type(width)})" if width.scale else whole
        return f"CAST({self.sql} AS {decimal_type(width)})"

    def fitted(self, scale: int) -> str:
        """SQL of a wide number as a decimal of 38 digits; missing where it has more."""
        text = f"CAST({wide.shifted(self.sql, scale - self.width.scale)} AS VARCHAR)"
        whole = f"TRY_CAST({text} AS DECIMAL({MAX_DIGITS},0))"
        return f"CAST({whole} * {_unit(scale)} AS {decimal_type(Width(MAX_DIGITS, scale))})" if scale else whole

    @property
    def unscaled(self) -> str:
        """SQL of the number without its point, of any size."""
        if is_wide(self.width):
            return self.sql
        if self.constant is not None:
            return number_sql(self.constant, Width(MAX_DIGITS + 1, self.width.scale))
        return f"CAST({_scaled(self.sql, self.width, 0)} AS BIGNUM)"

    @property
    def is_negative(self) -> str:
        """SQL that says whether it is below zero."""
        return f"{self.sql} < {wide.ZERO}" if is_wide(self.width) else f"{self.sql} < 0"

    @property
    def size(self) -> str:
        """SQL of the number without its sign."""
        return wide.size_of(self.sql) if is_wide(self.width) else f"abs({self.sql})"


@dataclass(frozen=True, slots=True)
class Exact:
    """A number, or a ratio when it has a denominator."""

    numerator: Number
    denominator: Number | None = None

    @property
    def shape(self) -> Shape:
        """The widths of the halves."""
        return Shape(self.numerator.width, self.denominator.width if self.denominator else None)

    @property
    def is_missing(self) -> str:
        """SQL that says whether it is missing; never NULL."""
        if self.denominator is None or self.denominator.constant is not None:
            return f"({self.numerator.sql} IS NULL)"
        return f"({self.numerator.sql} IS NULL OR {self.denominator.sql} IS NULL)"


def constant(value: Decimal | int) -> Exact:
    """A literal number with its own digits."""
    exact = Decimal(value)
    width = Width(*number_size(exact))
    return Exact(Number(number_sql(exact, width), width, exact))


ONE_NUMBER = constant(1).numerator


def missing() -> Exact:
    """A literal missing number."""
    return Exact(Number(f"CAST(NULL AS {decimal_type(ONE)})", ONE))


def _product(left: Number | None, right: Number | None) -> Number | None:
    """The product of two halves; None means one."""
    if left is None or left.constant == 1:
        return right if right is not None else left
    if right is None or right.constant == 1:
        return left
    width = product_width(left.width, right.width)
    if is_wide(width):
        product = wide.product(left.unscaled, right.unscaled, left.width.digits, right.width.digits)
        return Number(product, width)
    one = left.sql
    if left.width.digits <= NARROW and right.width.digits <= NARROW < width.digits:
        one = left.cast(Width(NARROW + 1, left.width.scale))
    return Number(f"({one} * {right.sql})", width)


def _crossed(left: Exact, right: Exact) -> tuple[Number, Number]:
    """Both numerators over one denominator."""
    return (
        _product(left.numerator, right.denominator) or left.numerator,
        _product(right.numerator, left.denominator) or right.numerator,
    )


def added(left: Exact, right: Exact, operator: str = "+") -> Exact:
    """The sum, or the difference with the operator `-`."""
    one, two = _crossed(left, right)
    width = sum_width(one.width, two.width)
    left_sql, right_sql = (each.cast(width) if is_wide(width) else each.sql for each in (one, two))
    return Exact(Number(f"({left_sql} {operator} {right_sql})", width), _product(left.denominator, right.denominator))


def multiplied(left: Exact, right: Exact) -> Exact:
    """The product."""
    product = _product(left.numerator, right.numerator)
    return Exact(product or left.numerator, _product(left.denominator, right.denominator))


def divided(left: Exact, right: Exact) -> Exact:
    """The exact ratio as a pair; missing where the right is zero."""
    numerator, denominator = _crossed(left, right)
    if denominator.constant is not None and denominator.constant > 0:
        return Exact(numerator, denominator)
    signed = f"(CASE WHEN {denominator.is_negative} THEN -{numerator.sql} ELSE {numerator.sql} END)"
    positive = f"nullif({denominator.size}, {wide.ZERO if is_wide(denominator.width) else 0})"
    return Exact(Number(signed, numerator.width), Number(positive, denominator.width))


def absolute(value: Exact) -> Exact:
    """The value without its sign."""
    return Exact(Number(value.numerator.size, value.numerator.width), value.denominator)


def compared(left: Exact, op: Comparison, right: Exact) -> str:
    """SQL of the comparison; NULL when a side is missing. Ratios are cross-multiplied."""
    one, two = _crossed(left, right)
    width = common_width(one.width, two.width)
    left_sql, right_sql = (each.cast(width) if is_wide(width) else each.sql for each in (one, two))
    return f"({left_sql} {SQL_OPERATOR.get(op, op.value)} {right_sql})"


def shaped(value: Exact, shape: Shape) -> Exact:
    """The value as columns of exactly these widths."""
    numerator = Number(value.numerator.cast(shape.numerator), shape.numerator)
    if shape.denominator is None:
        return Exact(numerator)
    denominator = value.denominator or ONE_NUMBER
    return Exact(numerator, Number(denominator.cast(shape.denominator), shape.denominator))


def chosen(conditions: Sequence[str], values: Sequence[Exact], otherwise: Exact) -> Exact:
    """The value of the first condition that is true, else `otherwise`."""
    everything = [*values, otherwise]
    numerator = _choice(conditions, [each.numerator for each in everything])
    if all(each.denominator is None for each in everything):
        return Exact(numerator)
    return Exact(numerator, _choice(conditions, [each.denominator or ONE_NUMBER for each in everything]))


def _choice(conditions: Sequence[str], halves: Sequence[Number]) -> Number:
    width = halves[0].width
    for half in halves[1:]:
        width = common_width(width, half.width)
    *results, last = (half.cast(width) for half in halves)
    if len(set(results)) <= 1 and (not results or results[0] == last):
        return Number(last, width)
    cases = " ".join(f"WHEN {when} THEN {then}" for when, then in zip(conditions, results, strict=True))
    return Number(f"(CASE {cases} ELSE {last} END)", width)


def rounded(value: Exact, scale: int, mode: Mode) -> Exact:
    """The value at `scale` digits after the point, by any mode, exactly."""
    width = rounded_width(value.shape, scale)
    number, denominator = value.numerator, value.denominator
    if denominator is not None and denominator.constant == 1 and denominator.width == ONE:
        denominator = None  # the width stays that of a ratio
    if denominator is not None and _is_wide_division(number, denominator, scale):
        return Exact(Number(_rounded_wide(number, denominator, scale, mode, width), width))
    if denominator is not None:
        return Exact(Number(_rounded_ratio(number, denominator, scale, mode, width), width))
    if number.width.scale <= scale:
        full = unbounded_width(value.shape, scale)
        if is_wide(full):
            return Exact(Number(Number(number.cast(full), full).fitted(scale), width))
        return Exact(Number(number.cast(width), width))
    if is_wide(number.width):
        return Exact(Number(_rounded_wide(number, ONE_NUMBER, scale, mode, width), width))
    return Exact(Number(f"CAST({_rounded_decimal(number, scale, mode)} AS {decimal_type(width)})", width))


def _is_wide_division(numerator: Number, denominator: Number, scale: int) -> bool:
    """Whether the long division of two numbers at `scale` needs more than 38 digits."""
    above, below = shift_of(Shape(numerator.width, denominator.width), scale)
    return max(numerator.width.digits + above, denominator.width.digits + below) > MAX_DIGITS


def _rounded_wide(numerator: Number, denominator: Number, scale: int, mode: Mode, width: Width) -> str:
    """The ratio rounded, by whole numbers of any size."""
    above, below = shift_of(Shape(numerator.width, denominator.width), scale)
    over, under = wide.shifted(numerator.unscaled, above), wide.shifted(denominator.unscaled, below)
    unscaled = Number(wide.quotient(over, under, mode), Width(MAX_DIGITS + 1, scale))
    return f"CAST({unscaled.fitted(scale)} AS {decimal_type(width)})"


def _rounded_decimal(number: Number, scale: int, mode: Mode) -> str:
    """DuckDB's own functions are exact on decimals; only rounding away from zero has none."""
    match mode:
        case Mode.HALF_UP:
            return f"round({number.sql}, {scale})"
        case Mode.HALF_EVEN:
            return f"round_even({number.sql}, {scale})"
        case Mode.DOWN:
            return f"trunc({number.sql}, {scale})"
        case Mode.UP:
            down = f"trunc({number.sql}, {scale})"
            away = f"(CASE WHEN {number.sql} < 0 THEN -{_unit(scale)} ELSE {_unit(scale)} END)"
            return f"(CASE WHEN {down} = {number.sql} THEN {down} ELSE {down} + {away} END)"
    assert_never(mode)


def _rounded_ratio(numerator: Number, denominator: Number, scale: int, mode: Mode, width: Width) -> str:
    """The size of the ratio rounded, with the sign of its numerator."""
    rest_scale = max(numerator.width.scale, scale + denominator.width.scale)
    if numerator.width.whole + rest_scale + SPARE_DIGITS <= MAX_DIGITS:
        size = _divided(numerator, denominator, scale, mode)
    else:
        size = _long_division(numerator, denominator, scale, mode)
    return f"CAST((CASE WHEN {numerator.sql} < 0 THEN -{size} ELSE {size} END) AS {decimal_type(width)})"


def _unit(scale: int) -> str:
    """One at the last of `scale` digits after the point."""
    return number_sql(Decimal((0, (1,), -scale)), Width(max(scale, 1), scale))


def _divided(numerator: Number, denominator: Number, scale: int, mode: Mode) -> str:
    """DuckDB's half-even division, corrected for other modes by the exact rest, which it may have passed."""
    roomy = Width(numerator.width.digits + 1, numerator.width.scale)  # DuckDB leaves no digit for a carry
    over, under = f"abs({numerator.cast(roomy)})", denominator.cast(denominator.width)
    quotient = f"decimal_division({over}, {under}, {scale})"
    rest = f"({over} - {quotient} * {under})"
    match mode:
        case Mode.HALF_EVEN:
            return quotient
        case Mode.HALF_UP:  # a tie that went down to the even digit
            is_tie = f"{rest} + {rest} = {under} * {_unit(scale)}"
            return f"(CASE WHEN {is_tie} THEN {quotient} + {_unit(scale)} ELSE {quotient} END)"
        case Mode.DOWN:
            return f"(CASE WHEN {rest} < 0 THEN {quotient} - {_unit(scale)} ELSE {quotient} END)"
        case Mode.UP:
            return f"(CASE WHEN {rest} > 0 THEN {quotient} + {_unit(scale)} ELSE {quotient} END)"
    assert_never(mode)


def _long_division(numerator: Number, denominator: Number, scale: int, mode: Mode) -> str:
    """Division of whole numbers: quotient and rest of HUGEINT are exact. Slower, and needs fewer digits."""
    above, below = shift_of(Shape(numerator.width, denominator.width), scale)
    over = _scaled(f"abs({numerator.sql})", numerator.width, above)
    under = _scaled(denominator.sql, denominator.width, below)
    whole, rest = f"({over} // {under})", f"({over} % {under})"
    away = _moves_away(whole, rest, under, mode)
    # a whole number times the unit of the scale never overflows: DuckDB multiplies the unscaled values
    carried = f"{whole} + (CASE WHEN {away} THEN 1 ELSE 0 END)"
    return f"(CAST({carried} AS DECIMAL({MAX_DIGITS},0)) * {_unit(scale)})"


def _moves_away(whole: str, rest: str, under: str, mode: Mode) -> str:
    """Whether a quotient with this rest is rounded up."""
    match mode:
        case Mode.HALF_UP:
            return f"{rest} >= {under} - {rest}"
        case Mode.HALF_EVEN:
            return f"{rest} > {under} - {rest} OR ({rest} = {under} - {rest} AND {whole} % 2 = 1)"
        case Mode.DOWN:
            return "FALSE"
        case Mode.UP:
            return f"{rest} > 0"
    assert_never(mode)


def _scaled(sql: str, width: Width, power: int) -> str:
    """A decimal without its point, times a power of ten, as HUGEINT."""
    if width.scale == 0:
        whole = f"CAST({sql} AS HUGEINT)"
    elif width.digits + width.scale + 1 <= MAX_DIGITS:
        whole = f"CAST({sql} * CAST('{10**width.scale}' AS DECIMAL({max(width.scale + 1, NARROW + 1)},0)) AS HUGEINT)"
    else:  # no decimal type is wide enough for the product: take the point out of the text
        text = f"CAST(CAST({sql} AS {decimal_type(width)}) AS VARCHAR)"
        whole = f"CAST(replace({text}, '.', '') AS HUGEINT)"
    return whole if power == 0 else f"({whole} * CAST('{10**power}' AS HUGEINT))"
