"""Numbers of more than 38 digits in SQL against Python's whole numbers and fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.columnar import wide
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Absolute,
    Add,
    Case,
    Column,
    Compare,
    Comparison,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
    Literal,
    Mode,
    Multiply,
    Quotient,
    Round,
    Scalar,
    Subtract,
    TakenBack,
)
from engine.plan.table import Aggregate, Extend, Measure, Op, Select
from engine.types import BOOLEAN, ID, number
from tests.engine.columnar.cells import cells
from tests.engine.columnar.small import last, rows
from tests.engine.columnar.test_rational import by_hand, decimals
from tests.longer import every

TRUE = Literal(True, BOOLEAN)
WIDE = number(4, 30)
A, B, C = (Column(name, WIDE, optional=True) for name in "abc")
NUMBERS = decimals(30, 4)


def edges(digits: int) -> st.SearchStrategy[int]:
    """Whole numbers of up to so many digits, often at the edges of their parts."""
    near = st.sampled_from([0, 1, 10**18 - 1, 10**18, 10**36, 10**38 - 1, 10**38, 10**digits - 1])
    sizes = st.one_of(near, st.integers(0, 10**digits - 1))
    return st.builds(lambda size, sign: size * sign, sizes, st.sampled_from([1, -1]))


def asked(sql: str, **given_numbers: int) -> object:
    """The SQL over one row of whole numbers of any size."""
    columns = ", ".join(f"CAST('{value}' AS BIGNUM) AS {name}" for name, value in given_numbers.items())
    [(found,)] = duckdb.connect(":memory:").execute(f"SELECT {sql} FROM (SELECT {columns})").fetchall()
    return found


@settings(max_examples=20)
@given(edges(60), edges(80))
@example(-(10**60) + 1, 10**80 - 1)
def test_a_product_is_put_together_of_parts(a: int, b: int) -> None:
    """With any signs and any number of parts."""
    assert int(str(asked(wide.product("a", "b", 60, 80), a=a, b=b))) == a * b


@settings(max_examples=30)
@given(edges(80), edges(60), st.sampled_from(Mode))
@example(5 * 10**70, 10**71, Mode.HALF_EVEN)
@example(15 * 10**70, 10**71, Mode.HALF_EVEN)
@example(5 * 10**70, 10**71, Mode.HALF_UP)
@example(10**71 + 1, 10**71, Mode.UP)
@example(10**37, 3, Mode.DOWN)
def test_a_quotient_is_exact_on_either_side_of_38_digits(a: int, b: int, mode: Mode) -> None:
    """Rounded by its exact rest, in every mode."""
    under = abs(b) or 7
    found = asked(wide.quotient("a", "b", mode), a=a, b=under)
    assert int(str(found)) == by_hand(Fraction(a, under), 0, mode)


def test_what_is_missing_has_no_quotient() -> None:
    """A divisor of zero became missing before."""
    assert asked(wide.quotient("a", f"nullif(b, {wide.ZERO})", Mode.DOWN), a=5, b=0) is None


OPERATIONS: dict[str, tuple[Scalar, object]] = {
    "product": (Multiply(A, B), lambda a, b, c: a * b),
    "product of products": (Multiply(Multiply(A, B), Multiply(B, C)), lambda a, b, c: a * b * b * c),
    "sum": (Add(Multiply(A, B), C), lambda a, b, c: a * b + c),
    "difference": (Subtract(C, Multiply(A, B)), lambda a, b, c: c - a * b),
    "size": (Absolute(Multiply(A, B)), lambda a, b, c: abs(a * b)),
    "taken back": (
        IfMissing(TakenBack(Multiply(A, B), C), C),
        lambda a, b, c: a * b if a * b <= 0 <= c or c < 0 <= a * b else c,
    ),
    "least": (Least((Multiply(A, B), C, literal_number(-7))), lambda a, b, c: min(a * b, c, -7)),
    "greatest": (Greatest((Multiply(A, B), Multiply(B, C))), lambda a, b, c: max(a * b, b * c)),
    "choice": (
        Case(((Compare(Multiply(A, B), Comparison.LESS, literal_number(0)), C),), Multiply(B, B)),
        lambda a, b, c: c if a * b < 0 else b * b,
    ),
}


EDGE = Decimal("99999999999999999999999999.9999")
TRIPLES = [
    (EDGE, EDGE, EDGE),
    (EDGE, EDGE.copy_negate(), Decimal("0.0001")),
    (Decimal("-84089642209529065740.6975"), Decimal("-7.25"), Decimal("609.5625")),
    (Decimal(0), Decimal("12345678901234567890.1234"), Decimal("-3.0001")),
]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(("a", "b", "c"), every(2, TRIPLES))
def test_arithmetic_is_exact_beyond_decimals(name: str, a: Decimal, b: Decimal, c: Decimal) -> None:
    """Compared with the same number, one a last digit above, and one below; and rounded to fit again."""
    scalar, by_python = OPERATIONS[name]
    assert callable(by_python)
    expected = by_python(Fraction(a), Fraction(b), Fraction(c))
    row = cells(a=(A, a), b=(B, b), c=(C, c))
    tiny = Decimal(1).scaleb(-20)
    for step, op in ((0, Comparison.EQUAL), (1, Comparison.LESS), (-1, Comparison.MORE)):
        beside = exactly(expected + step * Fraction(tiny))
        assert row.get(Compare(scalar, op, beside)) is True
    small = Round(Multiply(scalar, literal_number(Decimal(1).scaleb(-110))), 30, Mode.HALF_UP)
    assert row.get(small) == by_hand(expected / 10**110, 30, Mode.HALF_UP)


def exactly(value: Fraction) -> Literal:
    """A fraction that ends as a literal of all its digits."""
    units = value * 10**40
    assert units.denominator == 1
    text = str(abs(units.numerator))
    return literal_number(Decimal((int(units < 0), tuple(map(int, text)), -40)))


@settings(max_examples=20)
@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(Mode), st.integers(0, 4))
def test_a_ratio_of_wide_numbers_is_rounded_once(a: Decimal, b: Decimal, c: Decimal, mode: Mode, to: int) -> None:
    """Whatever its signs; missing where the divisor is zero."""
    ratio = Quotient(Multiply(A, B), Multiply(Multiply(B, C), literal_number(10**28)))
    found = cells(a=(A, a), b=(B, b), c=(C, c)).get(Round(ratio, to, mode))
    if not b * c:
        assert found is None
        return
    value = Fraction(a) * Fraction(b) / (Fraction(b) * Fraction(c) * 10**28)
    assert found == by_hand(value, to, mode)


@pytest.mark.parametrize("size", [27, 28, 29, 30])
@pytest.mark.parametrize(("above", "below"), [(10, 0), (0, 10)])
def test_a_long_division_on_either_side_of_38_digits(size: int, above: int, below: int) -> None:
    """One half is multiplied by 10^10 to divide at two digits: of 28 digits it fits a decimal, of 29 it does not."""
    one, two = Column("a", number(below + 2, size)), Column("b", number(above, size))
    largest = 10**size - 1
    a, b = Decimal(f"{largest}E-{below + 2}"), Decimal(f"{largest - 1}E-{above}")
    cases = ((a, b), (a, Decimal(f"1E-{above}")), (Decimal(f"1E-{below + 2}"), b))
    for x, y in cases:
        for mode in (Mode.HALF_UP, Mode.DOWN):
            found = cells(a=(one, x), b=(two, y)).get(Round(Quotient(one, two), 2, mode))
            expected = by_hand(Fraction(x) / Fraction(y), 2, mode)
            assert found == (expected if expected < 10**36 else None)


@settings(max_examples=20)
@given(NUMBERS, NUMBERS, NUMBERS)
@example(Decimal(2), Decimal(4), Decimal(8))
def test_quotients_are_compared_exactly(a: Decimal, b: Decimal, c: Decimal) -> None:
    """A / b with b / c, cross-multiplied at 60 digits."""
    row = cells(a=(A, a), b=(B, b), c=(C, c))
    found = row.get(Compare(Quotient(A, B), Comparison.AT_LEAST, Quotient(B, C)))
    expected = None if not b or not c else Fraction(a) / Fraction(b) >= Fraction(b) / Fraction(c)
    assert found is expected


def test_missing_spreads() -> None:
    """A wide number of which a part is missing is missing."""
    row = cells(a=(A, None), b=(B, Decimal(2)), c=(C, Decimal(1)))
    for scalar in (Multiply(A, B), Add(Multiply(B, C), A), Absolute(Multiply(A, B)), Quotient(Multiply(A, B), C)):
        assert row.get(IsMissing(scalar)) is True


ROWS = rows(
    "rows",
    ("id",),
    (Column("id", ID), Column("p", ID), Column("a", number(2, 20)), Column("b", number(4, 20))),
    ("r1", "p", Decimal("123456789012345678.91"), Decimal("9876543210987654.3211")),
    ("r2", "p", Decimal("-123456789012345678.91"), Decimal("9876543210987654.3212")),
    ("r3", "p", Decimal("0.02"), Decimal("0.0003")),
)
BASE = rows("base", ("p",), (Column("p", ID),), ("p",), ("q",))


CELLS = [(Fraction(str(row[2])), Fraction(str(row[3]))) for row in ROWS.rows]
PRODUCTS = sorted(a * b for a, b in CELLS)


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (Op.SUM, sum(PRODUCTS)),
        (Op.MIN, PRODUCTS[0]),
        (Op.MAX, PRODUCTS[-1]),
        (Op.MEDIAN_LOW, PRODUCTS[1]),
        (Op.MEDIAN_HIGH, PRODUCTS[1]),
    ],
)
def test_wide_rows_are_aggregated(op: Op, expected: Fraction) -> None:
    """Products of 40 digits: added up, compared and ordered without a digit lost; over no rows as any others."""
    product = Multiply(Column("a", number(2, 20)), Column("b", number(4, 20)))
    found = Aggregate("n", op, product, TRUE, product.typed)
    read = Column("n", number(6, 49), optional=True)
    shown = Round(Multiply(read, literal_number(Decimal("1E-9"))), 6, Mode.HALF_UP)
    measured = Measure("m", "base", "rows", (("p", "p"),), (found,))
    chosen = Select("s", "e", (("p", "p"), ("x", "x")), ("p",))
    tables = (BASE, ROWS, measured, Extend("e", "m", (("x", shown),)), chosen)
    (_, of_p), (_, of_q) = last(*tables, columns=("p", "x"))
    assert Fraction(str(of_p)) == by_hand(expected / 10**9, 6, Mode.HALF_UP)
    assert of_q == (0 if op is Op.SUM else None)
