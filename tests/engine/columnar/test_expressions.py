"""Every scalar node in SQL, against values worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.columnar.expressions import ScalarSql, reads_base
from engine.columnar.rational import constant
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Absolute,
    Add,
    Among,
    And,
    AtLeast,
    Band,
    Bands,
    Between,
    Case,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
    Literal,
    Method,
    Mode,
    MonthsBetween,
    Multiply,
    Not,
    Or,
    Quotient,
    Rank,
    Round,
    Scalar,
    Subtract,
    TakenBack,
    Value,
)
from engine.types import BOOLEAN, DATE, INTEGER, TEXT, money, number
from tests.engine.columnar.cells import cells

USD = money("USD", 2)
A, B = Column("a", USD, optional=True), Column("b", USD, optional=True)
TRUE, FALSE, UNKNOWN = (Literal(value, BOOLEAN) for value in (True, False, None))
NOTHING = Literal(None, USD)


def n(text: str) -> Literal:
    """A number as a literal."""
    return literal_number(Decimal(text))


def day(text: str) -> Literal:
    """A date as a literal."""
    return Literal(date.fromisoformat(text), DATE)


def of(scalar: Scalar, a: str | None = None, b: str | None = None) -> Value | Fraction:
    """The scalar for a row with amounts a and b."""
    amounts = [None if text is None else Decimal(text) for text in (a, b)]
    return cells(a=(A, amounts[0]), b=(B, amounts[1])).get(scalar)


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (Add(A, B), "12.5"),
        (Subtract(A, B), "7.5"),
        (Multiply(A, B), "25"),
        (Quotient(A, B), "4"),
        (Quotient(A, n("-4")), "-2.5"),
        (Multiply(Quotient(A, n("3")), n("6")), "20"),
        (Add(Quotient(A, n("3")), n("1")), "13/3"),
        (Subtract(n("1"), Quotient(B, A)), "3/4"),
        (Quotient(Quotient(A, n("3")), Quotient(B, n("-3"))), "-4"),
        (Add(Quotient(A, n("3")), Quotient(B, n("2"))), "55/12"),
        (Absolute(Quotient(B, n("-3"))), "5/6"),
        (Absolute(Subtract(B, A)), "7.5"),
        (TakenBack(n("-4"), A), "-4"),
        (TakenBack(n("0"), A), "0"),
        (TakenBack(n("4"), n("-1")), "4"),
        (Least((A, B, n("3"))), "2.5"),
        (Greatest((A, B)), "10"),
        (Least((A,)), "10"),
        (Greatest((Quotient(A, n("3")), n("3.33"))), "10/3"),
        (Least((Quotient(A, n("3")), Quotient(A, n("3")))), "10/3"),
        (IfMissing(NOTHING, A), "10"),
        (IfMissing(Quotient(A, n("0")), n("7")), "7"),
        (IfMissing(Quotient(A, n("3")), n("7")), "10/3"),
        (Case(((FALSE, n("1")), (TRUE, A)), n("2")), "10"),
        (Case(((UNKNOWN, n("1")),), Quotient(A, n("3"))), "10/3"),
        (Case((), A), "10"),
        (Round(Quotient(A, n("3")), 2, Mode.UP), "3.34"),
        (DaysBetween(day("2024-02-28"), day("2024-03-01")), "2"),
        (DaysBetween(day("2024-03-01"), day("2024-02-28")), "-2"),
        (Rank(Literal("gold", TEXT), ("silver", "gold")), "1"),
    ],
)
def test_arithmetic(scalar: Scalar, expected: str) -> None:
    """Exact results for a = 10 and b = 2.5, ratios without rounding."""
    assert of(scalar, "10", "2.5") == Fraction(expected)


@pytest.mark.parametrize(
    "scalar",
    [
        Add(A, B),
        Quotient(A, B),
        Quotient(B, n("0")),
        Quotient(B, Subtract(B, B)),
        Multiply(Quotient(B, n("0")), B),
        Least((A, B)),
        Greatest((B, Quotient(A, B))),
        Case(((UNKNOWN, B),), A),
        IfMissing(A, NOTHING),
        Absolute(A),
        Round(A, 0, Mode.UP),
        Rank(Literal("bronze", TEXT), ("silver", "gold")),
        Rank(Literal("bronze", TEXT), ()),
        DaysBetween(Literal(None, DATE), day("2024-02-28")),
        MonthsBetween(Literal(None, DATE), day("2024-02-28")),
        Compare(A, Comparison.LESS, B),
        Compare(Quotient(B, n("0")), Comparison.UNEQUAL, B),
        Among(B, (n("7"), NOTHING)),
        Between(B, n("0"), A),
        Not(UNKNOWN),
        And((TRUE, UNKNOWN)),
        Or((FALSE, UNKNOWN)),
        IfMissing(UNKNOWN, UNKNOWN),
        AtLeast(2, (TRUE, UNKNOWN)),
        Least((day("2024-02-28"), Literal(None, DATE))),
    ],
)
def test_missing_spreads(scalar: Scalar) -> None:
    """With a missing and b = 2.5 none of these can be told; a divisor of zero is missing as well."""
    assert of(scalar, None, "2.5") is None


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (Compare(A, Comparison.AT_LEAST, n("10")), True),
        (Compare(A, Comparison.MORE, n("10")), False),
        (Compare(A, Comparison.UNEQUAL, B), True),
        (Compare(Quotient(B, A), Comparison.EQUAL, n("0.25")), True),
        (Compare(Quotient(A, n("-3")), Comparison.LESS, n("-3.33")), True),
        (Compare(Literal("Z", TEXT), Comparison.LESS, Literal("a", TEXT)), True),
        (Compare(Literal("é", TEXT), Comparison.MORE, Literal("z", TEXT)), True),
        (Compare(day("2024-02-28"), Comparison.AT_MOST, day("2024-02-28")), True),
        (Compare(TRUE, Comparison.EQUAL, FALSE), False),
        (Among(A, (n("1"), n("10"))), True),
        (Among(A, ()), False),
        (Among(Literal("it's", TEXT), (Literal("it's", TEXT),)), True),
        (Between(A, n("10"), n("10")), True),
        (Between(A, n("11"), NOTHING), False),
        (IsMissing(NOTHING), True),
        (IsMissing(Quotient(A, n("0"))), True),
        (IsMissing(Quotient(A, n("3"))), False),
        (IsMissing(Literal(None, TEXT)), True),
        (And(()), True),
        (Or(()), False),
        (And((FALSE, UNKNOWN)), False),
        (Or((TRUE, UNKNOWN)), True),
        (Not(FALSE), True),
        (AtLeast(0, ()), True),
        (AtLeast(1, ()), False),
        (AtLeast(1, (TRUE, UNKNOWN)), True),
        (AtLeast(2, (TRUE, FALSE)), False),
        (IfMissing(UNKNOWN, TRUE), True),
        (Case(((UNKNOWN, FALSE), (TRUE, TRUE)), FALSE), True),
        (Case((), TRUE), True),
    ],
)
def test_conditions(scalar: Scalar, expected: bool) -> None:
    """Three-valued conditions for a = 10 and b = 2.5."""
    assert of(scalar, "10", "2.5") is expected


@pytest.mark.parametrize(
    ("scalar", "expected"),
    [
        (Literal("a\0b'c", TEXT), "a\0b'c"),
        (Case(((TRUE, Literal("x", TEXT)),), Literal("y", TEXT)), "x"),
        (IfMissing(Literal(None, DATE), day("2024-02-28")), date(2024, 2, 28)),
        (Least((day("2024-02-28"), day("2023-02-28"))), date(2023, 2, 28)),
        (Greatest((Literal("a", TEXT), Literal("b", TEXT))), "b"),
    ],
)
def test_words_and_days(scalar: Scalar, expected: Value) -> None:
    """Text keeps every character; dates compare by day."""
    assert of(scalar) == expected


DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, DAYS)
def test_months_between_agrees_with_dateutil(start: date, end: date) -> None:
    """The largest n with start + n months <= end, clamped to the last day; mirrored when end is earlier."""
    found = of(MonthsBetween(Literal(start, DATE), Literal(end, DATE)))
    early, late = min(start, end), max(start, end)
    months = 0
    while early + relativedelta(months=months + 1) <= late:
        months += 1
    assert found == (months if start <= end else -months)


MARGINAL = Bands(
    A,
    (
        Band(literal_number(0), rate=literal_number(Decimal("0.01"))),
        Band(literal_number(100), amount=literal_number(7)),
        Band(literal_number(300), rate=literal_number(Decimal("0.5"))),
    ),
    Method.MARGINAL,
    USD,
    literal_number(400),
)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("-1", Fraction(0)),
        ("0", Fraction(0)),
        ("50", Fraction(1, 2)),
        ("100", Fraction(1)),
        ("133.34", Fraction(1) + Fraction(7) * Fraction("33.34") / 200),
        ("300", Fraction(8)),
        ("310", Fraction(13)),
        ("999", Fraction(58)),
    ],
)
def test_marginal_bands(measure: str, expected: Fraction) -> None:
    """1 % up to 100, 7 spread over the next 200, half of the next 100, nothing more from 400."""
    assert of(MARGINAL, measure) == expected


@pytest.mark.parametrize(
    ("measure", "expected"), [("-0.01", "0"), ("99", "0.99"), ("100", "5"), ("250", "5"), ("300", "0")]
)
def test_whole_bands(measure: str, expected: str) -> None:
    """The reached band pays on everything, an amount once, and from the end on nothing."""
    bands = (
        Band(literal_number(0), rate=literal_number(Decimal("0.01"))),
        Band(literal_number(100), amount=literal_number(5)),
    )
    assert of(Bands(A, bands, Method.WHOLE, USD, literal_number(300)), measure) == Fraction(expected)


HUNDREDS = st.integers(-2, 4).map(lambda each: Decimal(each * 100))
MAYBE = st.one_of(st.none(), HUNDREDS)


@given(MAYBE, MAYBE, MAYBE, st.one_of(st.none(), st.sampled_from([Decimal("0.01"), Decimal("0.5")])), MAYBE)
def test_bands_of_values(
    measure: Decimal | None, low: Decimal | None, high: Decimal | None, rate: Decimal | None, end: Decimal | None
) -> None:
    """A rate from `low`, 7 spread from `high` to `end`: worked out band by band; missing out of order."""
    few, percent = USD.sized(7, 2), number(2, 4)
    low_edge, high_edge, at_end = (Column(name, few, optional=True) for name in ("low", "high", "end"))
    measured, paid = Column("m", few, optional=True), Column("rate", percent, optional=True)
    row = cells(
        m=(measured, measure), rate=(paid, rate), low=(low_edge, low), high=(high_edge, high), end=(at_end, end)
    )
    bands = (Band(low_edge, rate=paid), Band(high_edge, amount=n("7")))
    found = row.get(Bands(measured, bands, Method.MARGINAL, USD, at_end))
    if measure is None or low is None or high is None or rate is None or end is None or not low < high < end:
        assert found is None
        return
    first = Fraction(rate) * max(Fraction(0), min(Fraction(measure), Fraction(high)) - Fraction(low))
    second = 7 * Fraction(max(Decimal(0), min(measure, end) - high)) / Fraction(end - high)
    assert found == first + second


def test_bands_of_a_missing_measure_are_missing() -> None:
    """Nothing earned is another answer than not known."""
    assert of(MARGINAL, None) is None


def test_columns_of_the_base_are_read_from_the_base() -> None:
    """The same name may stand for a column of the row and one of the base."""
    scalars = ScalarSql({"x": "r.x"}, {"x": "b.x"})
    text = Column("x", TEXT)
    assert scalars.plain(text) == "r.x"
    assert scalars.plain(Column("x", TEXT, of_base=True)) == "b.x"
    assert reads_base(Compare(text, Comparison.EQUAL, Column("x", TEXT, of_base=True)))
    assert not reads_base(IsMissing(text))


@pytest.mark.parametrize("scalar", [A, Add(A, B)])
def test_a_number_is_no_plain_value(scalar: Scalar) -> None:
    """A fault of the caller is raised, never written into SQL."""
    with pytest.raises(TypeError, match="number"):
        ScalarSql({"a": constant(1), "b": constant(1)}).plain(scalar)


@pytest.mark.parametrize(
    "scalar", [Column("t", TEXT), IsMissing(A), Literal("x", USD), Literal(date(2026, 1, 1), INTEGER)]
)
def test_a_plain_value_is_no_number(scalar: Scalar) -> None:
    """A fault of the caller is raised, never written into SQL."""
    with pytest.raises(TypeError, match=r"number|numeric"):
        ScalarSql({"t": "t", "a": constant(1)}).number(scalar)


def test_a_deep_expression_is_still_one_query() -> None:
    """Eight sums and ratios over one another."""
    scalar: Scalar = A
    for _ in range(8):
        scalar = Subtract(Quotient(scalar, n("1")), n("0.5"))
    assert of(scalar, "10") == 6


def test_a_number_with_scale() -> None:
    """Columns of numbers and whole numbers meet exactly."""
    row = cells(r=(Column("r", number(4)), Decimal("0.0001")), i=(Column("i", INTEGER), 10**14))
    assert row.get(Multiply(Column("r", number(4)), Column("i", INTEGER))) == 10**10
