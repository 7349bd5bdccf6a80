"""The referee's own exact arithmetic, against Python's decimals, fractions and dateutil."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

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
    DaysBetween,
    Greatest,
    IfMissing,
    IsMissing,
    Least,
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
)
from engine.referee.arithmetic import (
    NotCovered,
    Row,
    divide,
    is_textual,
    months_between,
    number,
    rounded,
    truth,
    words,
)
from tests.engine.referee.conditions import (
    AT_LEAST,
    EQUAL,
    LESS,
    UNEQUAL,
    USD,
    amount,
    compare,
    flag,
    literal,
    text,
    undefined,
    whole,
)

ROUNDINGS = {
    Mode.HALF_UP: ROUND_HALF_UP,
    Mode.HALF_EVEN: ROUND_HALF_EVEN,
    Mode.DOWN: ROUND_DOWN,
    Mode.UP: ROUND_UP,
}
decimals = st.decimals(-(10**9), 10**9, places=4)


def value(scalar: Scalar, **row: object) -> Fraction | None:
    """The number an expression gives for a row."""
    ratio = number(scalar, undefined)(row)  # type: ignore[arg-type]  # any value may stand in a test's row
    return None if ratio is None else Fraction(*ratio)


def holds(scalar: Scalar, **row: object) -> bool | None:
    """The truth of an expression for a row."""
    return truth(scalar, undefined)(row)  # type: ignore[arg-type]  # any value may stand in a test's row


A, B = amount("a"), amount("b")


@given(decimals, decimals)
def test_the_four_operations_are_exact(a: Decimal, b: Decimal) -> None:
    """Sum, difference, product, quotient, least, greatest, absolute and taken back equal those of fractions."""
    x, y = Fraction(a), Fraction(b)
    assert value(Add(A, B), a=a, b=b) == x + y
    assert value(Subtract(A, B), a=a, b=b) == x - y
    assert value(Multiply(A, B), a=a, b=b) == x * y
    assert value(Quotient(A, B), a=a, b=b) == (x / y if y else None)
    assert value(Least((A, B)), a=a, b=b) == min(x, y)
    assert value(Greatest((A, B)), a=a, b=b) == max(x, y)
    assert value(Absolute(A), a=a) == abs(x)
    assert value(TakenBack(A, B), a=a, b=b) == (x if x <= 0 <= y or y < 0 <= x else None)


@given(decimals, st.integers(0, 4), st.sampled_from(Mode))
def test_rounding_equals_decimals(a: Decimal, scale: int, mode: Mode) -> None:
    """Every mode rounds as the decimal module does."""
    assert value(Round(A, scale, mode), a=a) == Fraction(a.quantize(Decimal(1).scaleb(-scale), ROUNDINGS[mode]))


@pytest.mark.parametrize("mode", Mode)
def test_rounding_a_third_has_no_tie(mode: Mode) -> None:
    """A ratio without a finite decimal form rounds by its exact remainder."""
    assert rounded((-1, 3), 1, mode) == ((-4, 10) if mode is Mode.UP else (-3, 10))


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_months_are_the_most_that_fit(start: date, end: date) -> None:
    """The months between are the largest number that, added by dateutil, does not pass the end."""
    early, late = sorted((start, end))
    months = abs(months_between(start, end))
    assert early + relativedelta(months=months) <= late < early + relativedelta(months=months + 1)
    assert months_between(end, start) == -months_between(start, end)


def test_dates_count_days_and_flags_one() -> None:
    """Days between and months between take columns and literals; a date is missing where it is."""
    joined, day = whole("joined"), literal(date(2026, 6, 30))
    assert value(DaysBetween(joined, day), joined=date(2026, 6, 1)) == 29
    assert value(MonthsBetween(joined, day), joined=date(2026, 1, 31)) == 5
    assert value(DaysBetween(joined, day), joined=None) is None
    assert value(flag("f"), f=True) == 1
    assert value(flag("f"), f=False) == 0


@pytest.mark.parametrize("node", [Add, Subtract, Multiply, Quotient])
def test_missing_spreads(node: type[Add]) -> None:
    """An operation with a missing operand is missing."""
    assert value(node(A, B), a=None, b=Decimal(1)) is None
    assert value(node(A, B), a=Decimal(1), b=None) is None


def test_missing_spreads_through_functions() -> None:
    """Least, greatest, absolute, round and rank of something missing are missing."""
    for scalar in (Least((A, B)), Greatest((B, A)), Absolute(A), Round(A, 0, Mode.UP)):
        assert value(scalar, a=None, b=Decimal(1)) is None
    assert value(Rank(text("t"), ("low", "high")), t=None) is None
    assert value(Rank(text("t"), ("low", "high")), t="high") == 1
    assert value(Rank(text("t"), ("low", "high")), t="odd") is None


def test_division_keeps_what_is_below_positive() -> None:
    """The sign moves up, so that cross-multiplying never turns a comparison round."""
    assert divide((1, 1), (-2, 1)) == (-1, 2)
    assert divide((1, 1), (0, 5)) is None


def test_defaults_and_cases_of_numbers_and_texts() -> None:
    """If-missing and case choose by the row; a test that cannot be decided is not taken."""
    assert value(IfMissing(A, literal(7)), a=None) == 7
    assert value(IfMissing(A, literal(7)), a=Decimal(1)) == 1
    chosen = Case(((compare(A, LESS, literal(10)), literal(1)),), literal(2))
    assert [value(chosen, a=a) for a in (Decimal(9), Decimal(10), None)] == [1, 2, 2]
    word = Case(((compare(A, LESS, literal(10)), literal("few")),), IfMissing(text("t"), literal("many")))
    assert is_textual(word)
    assert is_textual(Case((), IfMissing(text("t"), literal("x"))))
    assert words(word, undefined)({"a": Decimal(1), "t": None}) == "few"
    assert words(word, undefined)({"a": Decimal(10), "t": None}) == "many"
    assert words(word, undefined)({"a": Decimal(10), "t": "all"}) == "all"


def test_truth_inside_numbers() -> None:
    """Tests of a case are Kleene: comparison, membership, between, missing, and, or, not, at least."""
    one, two = literal(1), literal(2)
    below = compare(A, LESS, two)
    assert [holds(below, a=a) for a in (1, 2, None)] == [True, False, None]
    assert [holds(Not(below), a=a) for a in (1, 2, None)] == [False, True, None]
    assert [holds(Among(A, (one, two)), a=a) for a in (2, 3, None)] == [True, False, None]
    assert [holds(Between(A, one, two), a=a) for a in (2, 3, None)] == [True, False, None]
    assert [holds(IsMissing(A), a=a) for a in (2, None)] == [False, True]
    assert [holds(IsMissing(text("t")), t=t) for t in ("x", None)] == [False, True]
    for a, b, both, either, exactly in (
        (True, True, True, True, True),
        (True, None, None, True, None),
        (False, None, False, None, False),
        (False, False, False, False, False),
    ):
        terms = (flag("a"), flag("b"))
        assert holds(And(terms), a=a, b=b) is both
        assert holds(Or(terms), a=a, b=b) is either
        assert holds(AtLeast(2, terms), a=a, b=b) is exactly
    assert value(below, a=1) == 1
    assert value(below, a=None) is None


def test_texts_are_equal_or_not() -> None:
    """Texts compare for equality; a missing one cannot be decided."""
    same, other = compare(text("a"), EQUAL, literal("x")), compare(text("a"), UNEQUAL, text("b"))
    assert [holds(same, a=a) for a in ("x", "y", None)] == [True, False, None]
    assert holds(other, a="x", b="y") is True
    assert holds(other, a="x", b=None) is None


def test_a_computed_flag_is_computed_again() -> None:
    """A boolean column the Plan defines is evaluated from its definition, not read."""
    row: Row = {"a": Decimal(5), "big": False}
    definitions: dict[str, Scalar] = {"big": compare(A, AT_LEAST, literal(5))}
    assert number(flag("big"), definitions.get)(row) == (1, 1)


BANDS = Bands(A, (Band(literal_number(0), literal_number(1)),), Method.WHOLE, USD)


@pytest.mark.parametrize(
    "scalar",
    [
        BANDS,
        literal("x"),
        text("t"),
        compare(text("a"), LESS, text("b")),
        compare(text("a"), EQUAL, whole("b")),
        compare(text("a"), EQUAL, literal(1)),
        compare(text("a"), EQUAL, Add(whole("b"), whole("b"))),
        DaysBetween(IfMissing(whole("a"), whole("b")), whole("b")),
    ],
)
def test_what_has_no_arithmetic_is_refused(scalar: Scalar) -> None:
    """Bands, an order of texts, texts among numbers and computed dates are not covered, by name."""
    with pytest.raises(NotCovered):
        number(scalar, undefined)
