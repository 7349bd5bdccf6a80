"""Lines: which way the value has to move, and what it takes for a line to hold no longer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.explain.explain import nowhere
from engine.explain.lines import gap_to_leave, lines_of
from engine.explain.model import Gap, Outcome, Quantity
from engine.explain.subject import Subject, quantity
from engine.plan.owner import TIERS, Owner, OwnerKind
from engine.plan.plan import Condition, Measured, Plan
from engine.plan.scalar import Absolute, Column, Compare, Comparison, Literal, Scalar, Subtract
from engine.plan.table import Extend, Scan
from engine.reference.evaluate import evaluate
from engine.reference.trace import DIVISION, Absence
from engine.types import BOOLEAN, DATE, ID, INTEGER, money, number
from tests.ridge.program import AS_OF, RATIO, span

N = Column("n", INTEGER, True)
FIVE = Literal(5, INTEGER)
GOLD = Owner(OwnerKind.TIER, TIERS, "gold")


def subject(op: Comparison, value: int | None, turned: bool = False) -> tuple[Subject, Condition]:
    """A partner with one line that compares its `n` with 5; `turned` writes 5 on the left."""
    scalar: Scalar = Compare(FIVE, op, N) if turned else Compare(N, op, FIVE)
    strict = op in (Comparison.LESS, Comparison.MORE)
    condition = Condition(
        "tier.gold.1",
        GOLD,
        "compare",
        "n",
        span("gold:"),
        scalar,
        (),
        0,
        "o",
        "v",
        "t",
        "d",
        INTEGER,
        strict,
    )
    columns = (("o", scalar), ("v", N), ("t", FIVE), ("d", Absolute(Subtract(N, FIVE))))
    tables = (
        Scan("partners", "partners", (Column("partner_id", ID), N), ("partner_id",)),
        Extend("e", "partners", columns),
    )
    plan = Plan("f", "1", AS_OF, tables, (), "e", (), (condition,), (), (), ())
    evaluation = evaluate(plan, {"partners": [{"partner_id": "P", "n": value}]})
    return Subject(plan, evaluation, "P", evaluation.row("e", ("P",)), {}, nowhere, None), condition


def integer(value: int) -> Quantity:
    """A whole number."""
    return Quantity(value, "integer")


@pytest.mark.parametrize(
    ("op", "value", "turned", "gap"),
    [
        (Comparison.AT_LEAST, 3, False, Gap(integer(2), strict=False, up=True)),
        (Comparison.MORE, 5, False, Gap(integer(0), strict=True, up=True)),
        (Comparison.AT_MOST, 7, False, Gap(integer(2), strict=False, up=False)),
        (Comparison.LESS, 5, False, Gap(integer(0), strict=True, up=False)),
        (Comparison.AT_MOST, 3, True, Gap(integer(2), strict=False, up=True)),  # 5 <= n
        (Comparison.EQUAL, 3, True, Gap(integer(2), strict=False, up=True)),
        (Comparison.EQUAL, 7, False, Gap(integer(2), strict=False, up=False)),
        (Comparison.UNEQUAL, 5, False, None),
    ],
)
def test_the_gap_of_an_unmet_line(op: Comparison, value: int, turned: bool, gap: Gap | None) -> None:
    """Amount, strictness and direction for each comparison; `is not` has no distance."""
    someone, condition = subject(op, value, turned)
    (line,) = lines_of(someone, [condition.id, "nobody.1"])
    assert (line.outcome, line.gap) == (Outcome.NOT_MET, gap)


@pytest.mark.parametrize(
    ("op", "value", "gap"),
    [
        (Comparison.AT_LEAST, 7, Gap(integer(2), strict=True, up=False)),
        (Comparison.MORE, 7, Gap(integer(2), strict=False, up=False)),
        (Comparison.AT_MOST, 3, Gap(integer(2), strict=True, up=True)),
        (Comparison.EQUAL, 5, None),
        (Comparison.AT_LEAST, None, None),
    ],
)
def test_the_gap_to_hold_no_longer(op: Comparison, value: int | None, gap: Gap | None) -> None:
    """To the threshold where it does not belong to the line, just beyond it where it does."""
    assert gap_to_leave(*subject(op, value)) == gap


def test_lines_without_numbers_have_no_gap_to_leave() -> None:
    """A condition that has no value, or whose scalar is no comparison."""
    someone, condition = subject(Comparison.AT_LEAST, 7)
    assert gap_to_leave(someone, replace(condition, value="")) is None
    assert gap_to_leave(someone, replace(condition, scalar=Column("o", BOOLEAN))) is None


def test_quantities() -> None:
    """Money has its currency's digits and more only where needed; ratios are rounded to be shown."""
    usd, yen = money("USD", 2), money("JPY", 0)
    assert quantity(5, usd) == Quantity(Decimal("5.00"), "money", "USD")
    assert str(quantity(5, usd).value) == "5.00"
    assert str(quantity(5, yen.sized(20, 4)).value) == "5"
    assert str(quantity(Fraction("5.1250"), usd.sized(20, 4)).value) == "5.125"
    assert quantity(None, usd) == Quantity(None, "money", "USD")
    assert quantity(Fraction(1, 3), RATIO) == Quantity(Decimal("0.333333"), "number")
    assert quantity(AS_OF, DATE) == Quantity(AS_OF, "date")
    assert quantity(Fraction(1, 8), number(4), percent=True) == Quantity(Decimal("0.125"), "percent")
    assert quantity(3, INTEGER, percent=True) == integer(3)


def test_why_something_is_absent() -> None:
    """A divisor of zero is said by its metric; the count of an average as having no records."""
    someone, _ = subject(Comparison.AT_LEAST, 7)
    place = span("gold:")
    metrics = (
        Measured("revenue", "", place, INTEGER, "revenue.shown", (("m", "revenue.value"),)),
        Measured(
            "csat", "", place, INTEGER, "csat.shown", (("m", "csat.sum"), ("m", "csat.count")), divided_by="csat.count"
        ),
    )
    someone = replace(someone, plan=replace(someone.plan, metrics=metrics))
    assert someone.reason(Absence("sales.amount", "is missing")) == "is missing"
    assert someone.reason(Absence("", DIVISION, divisor="revenue.value")) == "a division by `revenue`, which is 0"
    assert someone.reason(Absence("", DIVISION, divisor="revenue.shown")) == "a division by `revenue`, which is 0"
    assert someone.reason(Absence("", DIVISION, divisor="a.fee")) == "a division by `a.fee`, which is 0"
    assert someone.reason(Absence("", DIVISION, divisor="csat.count")) == "`csat` has no records to average"
    assert someone.reason(Absence("", DIVISION)) == DIVISION
