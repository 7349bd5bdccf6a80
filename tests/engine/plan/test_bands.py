"""Band tables as cases: by hand where all is written down, and by their parts where edges and rates are values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.bands import ascends, bands_case, edges_of
from engine.plan.consistency import check_tables
from engine.plan.gauge import Gauge, Shape, Width
from engine.plan.inference import children, is_optional, type_of
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Add,
    And,
    Band,
    Bands,
    Case,
    Column,
    Compare,
    Comparison,
    IsMissing,
    Literal,
    Method,
    Multiply,
    Not,
    Quotient,
    Scalar,
    Subtract,
)
from engine.plan.table import Extend, Scan
from engine.types import Kind, money, number

USD = money("USD", 2).sized(10, 2)
MONEY = Column("amount", USD)
EDGE = Column("edge", USD)
RATE = Column("rate", number(4, 6), optional=True)


MARGINAL = Bands(
    MONEY,
    (
        Band(literal_number(0), rate=literal_number(Decimal("0.01"))),
        Band(literal_number(100), amount=literal_number(5)),
        Band(literal_number(200), amount=literal_number(7)),
    ),
    Method.MARGINAL,
    USD,
)


def case_of(bands: Bands) -> Case:
    """The case that a band table of numbers becomes."""
    case = bands_case(bands)
    assert isinstance(case, Case)
    return case


def test_bands_are_straight_lines_from_the_highest_down() -> None:
    """Each branch starts with what the lower bands hold in full: 1 after the first, 1 + 5 after the second."""
    case = case_of(MARGINAL)
    starts = [branch[0] for branch in case.branches]
    assert starts == [
        Compare(MONEY, Comparison.AT_LEAST, literal_number(200)),
        Compare(MONEY, Comparison.AT_LEAST, literal_number(100)),
        Compare(MONEY, Comparison.AT_LEAST, literal_number(0)),
        Compare(MONEY, Comparison.LESS, literal_number(0)),
    ]
    assert [branch[1] for branch in case.branches] == [
        literal_number(13),
        Add(
            literal_number(1),
            Quotient(Multiply(literal_number(5), Subtract(MONEY, literal_number(100))), literal_number(100)),
        ),
        Multiply(literal_number(Decimal("0.01")), Subtract(MONEY, literal_number(0))),
        literal_number(0),
    ]
    assert case.otherwise == Literal(None, USD)


def test_bands_with_a_pro_rata_amount_are_a_ratio() -> None:
    """5 x part / 100 has no fixed scale in general, whatever the result is called."""
    assert type_of(MARGINAL).ratio
    assert type_of(MARGINAL).kind is Kind.MONEY


def test_beyond_the_end_whole_bands_pay_nothing_and_marginal_ones_no_more() -> None:
    """`beyond: nothing` ends the table."""
    bands = (Band(literal_number(0), rate=literal_number(Decimal("0.1"))),)
    whole = case_of(Bands(MONEY, bands, Method.WHOLE, USD, literal_number(50)))
    marginal = case_of(Bands(MONEY, bands, Method.MARGINAL, USD, literal_number(50)))
    assert whole.branches[0][1] == literal_number(0)
    assert whole.branches[1][1] == Multiply(literal_number(Decimal("0.1")), MONEY)
    assert marginal.branches[0][1] == literal_number(Decimal("5.0"))


def test_whole_bands_pay_an_amount_once() -> None:
    """A band amount under WHOLE does not depend on the measure."""
    case = case_of(Bands(MONEY, (Band(literal_number(0), amount=literal_number(9)),), Method.WHOLE, USD))
    assert case.branches[0][1] == literal_number(9)


def test_a_band_pays_a_rate_or_an_amount() -> None:
    """A band with neither is a fault of the compiler."""
    with pytest.raises(ValueError, match="neither rate nor amount"):
        bands_case(Bands(MONEY, (Band(literal_number(0)),), Method.WHOLE, USD))


def n(text: str | int) -> Literal:
    """A number."""
    return literal_number(Decimal(text))


VALUES = Bands(MONEY, (Band(n(0), rate=n("0.01")), Band(EDGE, rate=RATE)), Method.MARGINAL, USD)


def test_all_that_is_read_is_an_operand() -> None:
    """The measure, the edges from low to high, then what each band pays."""
    assert children(MARGINAL) == (MONEY, n(0), n(100), n(200), n("0.01"), n(5), n(7))
    ended = Bands(MONEY, (Band(EDGE, rate=RATE),), Method.WHOLE, USD, n(9))
    assert children(ended) == (MONEY, EDGE, n(9), RATE)
    assert edges_of(ended) == (EDGE, n(9))


def test_numbers_ascend_or_they_do_not() -> None:
    """An edge that is no number is not known to."""
    assert ascends((n(0), n(1), n("1.5")))
    assert ascends((n(0),))
    assert not ascends((n(0), n(0)))
    assert not ascends((n(0), EDGE))
    assert not ascends((Literal(None, USD),))


def test_values_are_asked_for_before_the_bands_are_used() -> None:
    """The edges are compared; the rate, which no comparison reads, must be there."""
    case = bands_case(VALUES)
    assert isinstance(case, Case) and case.otherwise == Literal(None, USD)
    ((sound, lines),) = case.branches
    assert sound == And((Compare(n(0), Comparison.LESS, EDGE), Not(IsMissing(RATE))))
    full = Multiply(n("0.01"), EDGE)
    below, passed = Compare(MONEY, Comparison.LESS, EDGE), Compare(MONEY, Comparison.AT_LEAST, EDGE)
    assert isinstance(lines, Add) and isinstance(lines.left, Case)
    assert lines.left.branches[0] == (passed, Multiply(RATE, Subtract(MONEY, EDGE)))
    assert lines.right == Case(((passed, full), (below, n(0))), Literal(None, USD))


def test_what_is_paid_is_written_out_a_few_times() -> None:
    """An expression stands in a few places however many bands there are above it, not once in each."""

    def parts(count: int) -> int:
        bands = tuple(Band(n(each), rate=RATE) for each in range(count))
        pending, seen = [bands_case(Bands(MONEY, bands, Method.MARGINAL, USD))], 0
        while pending:
            seen += 1
            pending += children(pending.pop())
        return seen

    assert parts(40) < 2.1 * parts(20)


def test_a_single_edge_must_be_there() -> None:
    """Nothing compares it: it is asked for by itself."""
    case = bands_case(Bands(MONEY, (Band(EDGE, rate=n("0.1")),), Method.WHOLE, USD))
    assert isinstance(case, Case) and case.branches[0][0] == Not(IsMissing(EDGE))


def test_the_width_of_an_amount_spread_over_an_edge() -> None:
    """5 pro rata between 100 and an edge: a ratio over the difference of the two, eleven digits."""
    bands = (Band(n(100), amount=n(5)), Band(EDGE, amount=n(7)))
    spread = Bands(MONEY, bands, Method.MARGINAL, USD)
    gauge = Gauge({"amount": Shape(Width(10, 2)), "edge": Shape(Width(10, 2))})
    shape = gauge.number(spread)
    assert shape.denominator == Width(11, 2)
    assert type_of(spread).ratio


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (MARGINAL, False),
        (VALUES, True),
        (Bands(MONEY, (Band(EDGE, rate=n("0.1")),), Method.WHOLE, USD), True),
        (Bands(MONEY, (Band(n(5), rate=n(1)), Band(n(5), rate=n(2))), Method.WHOLE, USD), True),
        (Bands(MONEY, (Band(n(5), rate=RATE),), Method.WHOLE, USD), True),
    ],
)
def test_bands_may_be_missing(bands: Bands, expected: bool) -> None:
    """Where a value may be missing, and where edges are not known to ascend."""
    assert is_optional(bands) is expected


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (Band(n(0)),),
        (Band(n(0), rate=n(1), amount=n(1)),),
        (Band(n(0), amount=Literal(Decimal(1), money("EUR", 2))),),
        (Band(Literal(Decimal(1), money("EUR", 2)), rate=n(1)),),
    ],
)
def test_a_plan_with_such_bands_is_refused(bands: tuple[Band, ...]) -> None:
    """No band, a band that pays nothing or twice, and another currency than what is measured or paid."""
    scan = Scan("sales", "sales", (MONEY,), ())
    scalar: Scalar = Bands(MONEY, bands, Method.WHOLE, USD)
    assert len(check_tables((scan, Extend("paid", "sales", (("earned", scalar),))))) == 1
