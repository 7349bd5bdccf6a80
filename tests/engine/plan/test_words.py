"""A Plan in words: nodes by their class and parts, usual signs short, each line with its place in the program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.language.source import Span
from engine.plan.measures import Aggregate, Op
from engine.plan.plan import Earning, Output, Part, Phase, Plan
from engine.plan.scalar import (
    Add,
    And,
    Case,
    Column,
    Compare,
    Comparison,
    Convert,
    IsMissing,
    Literal,
    Mode,
    Multiply,
    Not,
    Or,
    Quotient,
    Round,
    Subtract,
)
from engine.plan.table import Extend, Filter, Measure, Scan, Values
from engine.plan.words import Told, say, say_incentive, say_plan, say_table
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT, money

USD = money("USD", 2)

AMOUNT, RATE, NOTE = Column("amount", USD), Column("rate", USD, True), Column("note", TEXT)
PAID = Compare(AMOUNT, Comparison.MORE, Literal(Decimal(0), USD))
NAMED = Not(IsMissing(NOTE))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (AMOUNT, "amount"),
        (Column("amount", USD, of_base=True), "amount of the base"),
        (Literal(Decimal("1E+3"), USD), "1000"),
        (Literal(None, USD), "missing"),
        (Literal(True, BOOLEAN), "yes"),
        (Literal(False, BOOLEAN), "no"),
        (Literal(date(2026, 3, 1), DATE), "2026-03-01"),
        (PAID, "amount > 0"),
        (Add(AMOUNT, Multiply(RATE, AMOUNT)), "amount + (rate * amount)"),
        (Subtract(AMOUNT, RATE), "amount - rate"),
        (Quotient(AMOUNT, RATE), "amount / rate"),
        (Convert(AMOUNT, RATE, "EUR"), "amount * rate in EUR"),
        (And((PAID, NAMED)), "(amount > 0) and not(is missing(note))"),
        (Or((PAID, NAMED)), "(amount > 0) or not(is missing(note))"),
        (And(()), "yes"),
        (Or(()), "no"),
        (Case(((PAID, AMOUNT), (PAID, RATE)), NOTE), "(amount if amount > 0; rate if amount > 0; else note)"),
        (Round(AMOUNT, 2, Mode.HALF_UP), "round(amount, 2, half up)"),
        (("partner", 3), "partner, 3"),
    ],
)  # fmt: skip
def test_a_value_in_words(value: object, words: str) -> None:
    """Signs stand between their sides, which are in brackets where they are more than one word."""
    assert say(value) == words


def place(line: int) -> Span:
    """A line of the program."""
    return Span("2026.yaml", line, 1, line, 9)


SALES = Scan("sales", "sales", (Column("partner_id", ID), AMOUNT, NOTE), ("sale_id",), "partner_id")
TIERS = Values(
    "tiers",
    (Column("tier", INTEGER), Column("goods", INTEGER)),
    tuple((n, n * 10) for n in range(5)),
    ("tier",),
)
KEPT = Filter("kept", "sales", PAID)
DOUBLED = Extend("doubled", "kept", (("twice", Add(AMOUNT, AMOUNT)),))
TOTALS = Measure(
    "totals",
    "partners",
    "doubled",
    (("partner_id", "partner_id"),),
    (Aggregate("total", Op.SUM, AMOUNT, PAID, USD), Aggregate("n", Op.COUNT, None, And(()), INTEGER)),
)
PARTS = (
    Part(
        "launch",
        "doubled",
        ("sale_id",),
        (),
        "twice",
        (Phase("rows", "kept", place(3)), Phase("pay", "doubled", place(5))),
    ),
    Part("launch", "totals", ("sale_id",), (), "total", (Phase("rows", "totals", place(7)),)),
)  # fmt: skip
PHASES = (("rows", "the records"), ("pay", "what they earn"))
PLAN = Plan(
    "p", "1", date(2026, 1, 1), (SALES, TIERS, KEPT, DOUBLED, TOTALS),
    (Output("earnings", "totals", (("partner_id", "partner_id", ID), ("amount", "total", USD)), ("partner_id",)),),
    "sales", (), (), (), (), (Earning("launch", "", place(2), "USD", PARTS),),
    places={("sales", ""): place(1), ("doubled", ""): place(4), ("doubled", "twice"): place(5)},
)  # fmt: skip


def test_a_plan_in_words() -> None:
    """Tables in order with what they compute, the first rows of one that is written down, then the outputs."""
    assert list(say_plan(PLAN)) == [
        Told("sales: scan, table sales, partner partner_id", place(1)),
        Told("tiers: values"),
        Told("tier, goods: 0, 0; 1, 10; 2, 20; and 2 more", None, 1),
        Told("kept: filter of sales, where amount > 0"),
        Told("doubled: extend of kept", place(4)),
        Told("twice = amount + amount", place(5), 1),
        Told("totals: measure of partners and doubled, on partner_id, partner_id"),
        Told("total = sum of amount where amount > 0", None, 1),
        Told("n = count of records", None, 1),
        Told("output earnings from totals: partner_id, amount"),
    ]


def test_an_incentive_phase_by_phase() -> None:
    """Every phase, those with nothing to do as well, and every table once, where it is first needed."""
    assert list(say_incentive(PLAN.earnings[0], PLAN, PHASES)) == [
        Told("launch, phase by phase", place(2)),
        Told("rules 1 of 2", place(3)),
        Told("rows: the records", place(3), 1),
        Told("sales: scan, table sales, partner partner_id", place(1), 2),
        Told("kept: filter of sales, where amount > 0", None, 2),
        Told("pay: what they earn", place(5), 1),
        Told("doubled: extend of kept", place(4), 2),
        Told("twice = amount + amount", place(5), 3),
        Told("rules 2 of 2", place(7)),
        Told("rows: the records", place(7), 1),
        Told("sales: scan, table sales, partner partner_id", place(1), 2),
        Told("kept: filter of sales, where amount > 0", None, 2),
        Told("doubled: extend of kept", place(4), 2),
        Told("twice = amount + amount", place(5), 3),
        Told("totals: measure of partners and doubled, on partner_id, partner_id", None, 2),
        Told("total = sum of amount where amount > 0", None, 3),
        Told("n = count of records", None, 3),
        Told("pay: none", None, 1),
    ]


@pytest.mark.parametrize(("count", "shown"), [(3, "0; 1; 2"), (4, "0; 1; 2; and 1 more")])
def test_rows_that_are_written_down(count: int, shown: str) -> None:
    """Three are shown; only of four is there one more."""
    table = Values("days", (Column("day", INTEGER),), tuple((n,) for n in range(count)), ("day",))
    _, rows = say_table(table, PLAN)
    assert rows.text == f"day: {shown}"
