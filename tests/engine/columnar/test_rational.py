"""Rounding and ratios in SQL against Python's fractions: ties, signs, zero, the edges of 38 digits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine.columnar.literals import decimal_type, number_sql, plain_sql, text_sql, value_sql
from engine.columnar.rational import Exact, Number, chosen, constant, multiplied, shaped
from engine.plan.gauge import Shape, Width
from engine.plan.literals import literal_number
from engine.plan.scalar import Column, Compare, Comparison, Mode, Multiply, Quotient, Round, Value
from engine.types import BOOLEAN, DATE, MAX_DIGITS, TEXT, Type, number
from tests.engine.columnar.cells import cells


def by_hand(value: Fraction, scale: int, mode: Mode) -> Fraction:
    """The definition of each mode, on the number line."""
    steps = value * 10**scale
    low, high = floor(steps), ceil(steps)
    toward, away = (low, high) if value >= 0 else (high, low)
    match mode:
        case Mode.DOWN:
            chosen_step = toward
        case Mode.UP:
            chosen_step = away
        case Mode.HALF_UP:
            chosen_step = away if abs(steps - toward) >= Fraction(1, 2) else toward
        case Mode.HALF_EVEN:
            chosen_step = round(steps)
    return Fraction(chosen_step, 10**scale)


def decimals(digits: int, scale: int) -> st.SearchStrategy[Decimal]:
    """Numbers of a width, often at its edges or few units from zero."""
    limit = 10**digits - 1
    units = st.one_of(st.integers(-limit, limit), st.integers(-30, 30), st.sampled_from([limit, -limit, limit // 2]))
    return units.filter(lambda each: abs(each) <= limit).map(lambda each: exact(each, scale))


def exact(units: int, scale: int) -> Decimal:
    """A number from its units, whatever the decimal context."""
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -scale))


def typed(digits: int, scale: int) -> Type:
    """A number of this width."""
    return number(scale, digits)


@given(st.data(), st.integers(1, 37), st.integers(0, 6), st.integers(0, 4), st.sampled_from(Mode))
def test_rounding_a_decimal(data: st.DataObject, digits: int, scale: int, to: int, mode: Mode) -> None:
    """Every mode at every width is exact, also where the carry makes a new digit."""
    assume(scale <= digits and digits - scale + to + 1 <= MAX_DIGITS)
    value = data.draw(decimals(digits, scale))
    column = Column("x", typed(digits, scale))
    assert cells(x=(column, value)).get(Round(column, to, mode)) == by_hand(Fraction(value), to, mode)


@given(
    st.data(),
    st.integers(1, 30),
    st.integers(0, 4),
    st.integers(1, 30),
    st.integers(0, 4),
    st.integers(0, 4),
    st.sampled_from(Mode),
)
def test_rounding_a_ratio(
    data: st.DataObject, digits: int, scale: int, below: int, below_scale: int, to: int, mode: Mode
) -> None:
    """Every mode of an exact ratio, in decimals or beyond them, and missing where the divisor is zero."""
    assume(scale <= digits and below_scale <= below and digits - scale + below_scale + to < MAX_DIGITS)
    one, two = Column("x", typed(digits, scale)), Column("y", typed(below, below_scale))
    scalar = Round(Quotient(one, two), to, mode)
    x, y = data.draw(decimals(digits, scale)), data.draw(decimals(below, below_scale))
    found = cells(x=(one, x), y=(two, y)).get(scalar)
    assert found == (None if y == 0 else by_hand(Fraction(x) / Fraction(y), to, mode))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    ("x", "y"), [("0.25", "2"), ("-0.25", "2"), ("0.35", "2"), ("1", "3"), ("-2", "3"), ("7", "-8")]
)
def test_ties_and_signs_of_ratios(x: str, y: str, mode: Mode) -> None:
    """At one digit: ties to even and odd, thirds, and divisors below zero."""
    one, two = Column("x", typed(5, 2)), Column("y", typed(3, 0))
    found = cells(x=(one, Decimal(x)), y=(two, Decimal(y))).get(Round(Quotient(one, two), 1, mode))
    assert found == by_hand(Fraction(x) / Fraction(y), 1, mode)


WIDE = typed(37, 1)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("units", [10**37 - 1, 10**37 - 5, -(10**37) + 15, 5, -15])
def test_long_division_where_digits_are_short(units: int, mode: Mode) -> None:
    """37 digits by 10 leave no room for the rest of DuckDB's division: whole numbers are divided instead."""
    column = Column("x", WIDE)
    value = exact(units, 1)
    found = cells(x=(column, value)).get(Round(Quotient(column, literal_number(10)), 0, mode))
    assert found == by_hand(Fraction(value) / 10, 0, mode)


@pytest.mark.parametrize("mode", Mode)
def test_long_division_of_a_number_that_cannot_be_multiplied(mode: Mode) -> None:
    """36 digits with 20 after the point: the point is taken out of the text."""
    column = Column("x", typed(36, 20))
    value = exact(-(10**35) - 5 * 10**18, 20)
    found = cells(x=(column, value)).get(Round(Quotient(column, literal_number(7)), 2, mode))
    assert found == by_hand(Fraction(value) / 7, 2, mode)


def test_a_ratio_without_digits_at_the_scale() -> None:
    """0.99 / 1 at scale 0 has no digit of its own and still rounds up to one."""
    column = Column("x", typed(2, 2))
    assert cells(x=(column, Decimal("0.99"))).get(Round(Quotient(column, literal_number(1)), 0, Mode.HALF_UP)) == 1


NUMBERS = decimals(12, 2)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(Comparison))
@example(Decimal(1), Decimal(3), Decimal(2), Decimal(6), Comparison.EQUAL)
def test_comparing_ratios(a: Decimal, b: Decimal, c: Decimal, d: Decimal, op: Comparison) -> None:
    """Cross-multiplied with the signs of both divisors, and missing where one is zero."""
    columns = {name: Column(name, typed(12, 2)) for name in "abcd"}
    row = cells(**{name: (columns[name], value) for name, value in zip("abcd", (a, b, c, d), strict=True)})
    left, right = Quotient(columns["a"], columns["b"]), Quotient(columns["c"], columns["d"])
    found = row.get(Compare(left, op, right))
    if b == 0 or d == 0:
        assert found is None
        return
    one, two = Fraction(a) / Fraction(b), Fraction(c) / Fraction(d)
    expected = {
        Comparison.LESS: one < two,
        Comparison.AT_MOST: one <= two,
        Comparison.MORE: one > two,
        Comparison.AT_LEAST: one >= two,
        Comparison.EQUAL: one == two,
        Comparison.UNEQUAL: one != two,
    }
    assert found is expected[op]


def test_two_narrow_numbers_multiply_without_overflow() -> None:
    """DuckDB keeps the product of two numbers of 18 digits at 18: one side is widened."""
    column = Column("x", typed(18, 2))
    value = Decimal("9999999999999999.99")
    assert cells(x=(column, value)).get(Multiply(column, column)) == Fraction(value) ** 2


def number_of(digits: int) -> Exact:
    """A number of so many digits."""
    return Exact(Number("x", Width(digits, 0)))


def test_one_is_not_multiplied() -> None:
    """A literal one leaves the other side as it is."""
    assert multiplied(constant(1), number_of(3)) == number_of(3)
    assert multiplied(number_of(3), constant(1)) == number_of(3)


def test_a_number_stored_as_a_ratio_stands_over_one() -> None:
    """Beside ratios in a union."""
    assert shaped(number_of(3), Shape(Width(3, 0), Width(2, 0))).denominator == Number(
        "CAST('1' AS DECIMAL(2,0))", Width(2, 0)
    )


def test_a_choice_between_the_same_is_no_choice() -> None:
    """Equal branches need no CASE."""
    assert chosen(["a"], [constant(2)], constant(2)).numerator.sql == "CAST('2' AS DECIMAL(1,0))"


@pytest.mark.parametrize(
    ("value", "type", "sql"),
    [
        (None, TEXT, "CAST(NULL AS VARCHAR)"),
        (None, number(2, 5), "CAST(NULL AS DECIMAL(5,2))"),
        (True, BOOLEAN, "TRUE"),
        (False, BOOLEAN, "FALSE"),
        ("it's", TEXT, "'it''s'"),
        (Decimal("1E+2"), number(0, 5), "CAST('100' AS DECIMAL(5,0))"),
        (7, number(1, 5), "CAST('7' AS DECIMAL(5,1))"),
    ],
)
def test_literals(value: Value, type: Type, sql: str) -> None:
    """Every constant is typed, and text is quoted."""
    assert value_sql(value, type) == sql


def test_text_with_a_nul_is_put_together() -> None:
    """A NUL would end the SQL."""
    assert text_sql("a\0b") == "('a' || chr(0) || 'b')"


def test_literals_of_the_wrong_type_are_refused() -> None:
    """A fault of the compiler never becomes SQL."""
    with pytest.raises(TypeError, match="is not a number"):
        value_sql("x", number(2))
    with pytest.raises(TypeError, match="is no date"):
        plain_sql(Decimal(1), DATE)
    assert decimal_type(Width(38, 2)) == "DECIMAL(38,2)"
    assert decimal_type(Width(39, 2)) == "BIGNUM"
    assert number_sql(Decimal("-0.10"), Width(3, 2)) == "CAST('-0.10' AS DECIMAL(3,2))"


@pytest.mark.parametrize("mode", Mode)
def test_a_ratio_that_carries_into_a_new_digit(mode: Mode) -> None:
    """9.99 / 1 at one digit is 9.9 or 10.0."""
    column = Column("x", typed(3, 2))
    found = cells(x=(column, Decimal("9.99"))).get(Round(Quotient(column, literal_number(1)), 1, mode))
    assert found == (Fraction("9.9") if mode is Mode.DOWN else 10)


@pytest.mark.parametrize("mode", Mode)
def test_long_division_of_a_number_that_can_be_multiplied(mode: Mode) -> None:
    """36 digits with one after the point, rounded at two."""
    column = Column("x", typed(36, 1))
    value = exact(10**36 - 1, 1)
    found = cells(x=(column, value)).get(Round(Quotient(column, literal_number(7)), 2, mode))
    assert found == by_hand(Fraction(value) / 7, 2, mode)


@pytest.mark.parametrize("mode", Mode)
def test_long_division_where_the_point_is_taken_out_of_the_text(mode: Mode) -> None:
    """17 + 20 digits: one digit too many for DuckDB's division, and no decimal holds the number times 10^20."""
    column = Column("x", typed(37, 20))
    value = exact(-(10**36) - 5 * 10**18, 20)
    found = cells(x=(column, value)).get(Round(Quotient(column, literal_number(7)), 2, mode))
    assert found == by_hand(Fraction(value) / 7, 2, mode)
