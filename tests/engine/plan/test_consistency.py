"""Faults of a compiler that `check_plan` names, one Plan each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.plan.consistency import check_plan, check_tables
from engine.plan.literals import literal_number
from engine.plan.plan import Output, Plan
from engine.plan.scalar import (
    Add,
    Among,
    And,
    Case,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Greatest,
    IfMissing,
    Literal,
    Multiply,
    Not,
    Quotient,
    Rank,
    Scalar,
)
from engine.plan.table import (
    Aggregate,
    Distinct,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Join,
    Lookup,
    Measure,
    Op,
    Scan,
    Table,
    Union,
    Values,
    Within,
)
from engine.types import BOOLEAN, COUNT, DATE, ID, TEXT, money, number

TRUE = Literal(True, BOOLEAN)
USD, EUR = money("USD", 2), money("EUR", 2)
SALE, PARTNER, DAY = Column("sale_id", ID), Column("partner_id", ID), Column("closed_on", DATE)
AMOUNT, FEE = Column("amount", USD), Column("fee", EUR)
SCORE = Column("score", number(1), optional=True)
SALES = Scan("sales", "sales", (SALE, PARTNER, DAY, AMOUNT, FEE, SCORE), ("sale_id",))
RATIO = Extend("ratio", "sales", (("r", Quotient(AMOUNT, AMOUNT)),))
R = Column("r", number(0, 38), optional=True)


def faults(*tables: Table) -> tuple[str, ...]:
    """What is said about the tables, the sales before them."""
    return check_tables((SALES, *tables))


def extended(scalar: Scalar) -> tuple[str, ...]:
    """What is said about one more column of the sales."""
    return faults(Extend("more", "sales", (("x", scalar),)))


def plan(*outputs: Output, tables: tuple[Table, ...] = (SALES,), decisions: str = "sales") -> Plan:
    """A Plan over the sales."""
    return Plan("p", "1", date(2026, 1, 1), tables, outputs, decisions, (), (), (), (), (), ())


def test_a_sound_plan_has_no_faults() -> None:
    """Tables and an output that fit together."""
    columns = (("sale_id", "sale_id", ID), ("amount", "amount", USD.sized(20, 3)), ("note", "partner_id", TEXT))
    assert check_plan(plan(Output("out", "sales", columns, ("sale_id",)))) == ()


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ((SALES,), "table `sales` appears twice"),
        ((Filter("few", "nothing", TRUE),), "table `few`: unknown table `nothing`"),
        ((Scan("s", "s", (PARTNER,), ("id",)),), "table `s`: unknown column `id`"),
        ((Extend("more", "sales", (("AMOUNT", TRUE),)),), "table `more`: column `amount` appears twice"),
        ((Filter("few", "sales", AMOUNT),), "table `few`: Column is no boolean"),
        ((Distinct("some", "sales", ("seller",)),), "table `some`: unknown column `seller`"),
        (
            (Lookup("l", "sales", "sales", (("amount", "closed_on"),), (("x", "y"),)),),
            "table `l`: `amount` and `closed_on` are of different types",
        ),
        (
            (Lookup("l", "sales", "sales", (("no", "where"),), ()),),
            "table `l`: unknown column `no`",
        ),
        (
            (Lookup("l", "sales", "sales", (), (), Within(AMOUNT, "from", "closed_on")),),
            "table `l`: Column is no date",
        ),
        (
            (Join("j", "sales", "sales", (), (("a", "amount"),), (("b", "bonus"),), ("c",)),),
            "table `j`: unknown column `bonus`",
        ),
        (
            (Measure("m", "sales", "sales", (), (Aggregate("n", Op.COUNT, AMOUNT, TRUE, COUNT),)),),
            "table `m`: `n`: count with the wrong number of values",
        ),
        (
            (Measure("m", "sales", "sales", (), (Aggregate("n", Op.SUM, PARTNER, TRUE, COUNT),)),),
            "table `m`: `n`: a sum of id",
        ),
        (
            (RATIO, Measure("m", "sales", "ratio", (), (Aggregate("n", Op.MAX, Quotient(AMOUNT, AMOUNT), TRUE, USD),))),
            "table `m`: `n`: max of an exact ratio; round it first",
        ),
        (
            (Fold("run", "sales", (), ("closed_on",), FoldOp.TAKE, AMOUNT, "t", AMOUNT),),
            "table `run`: the order does not end in the key ['sale_id']",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.TAKE, AMOUNT, "t", Quotient(AMOUNT, AMOUNT)),),
            "table `run`: value and limit must be rounded numbers of one unit",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.SUM, PARTNER, "t"),),
            "table `run`: value and limit must be rounded numbers of one unit",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.FIRST, AMOUNT, "t"),),
            "table `run`: the first of money in USD",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.NET, AMOUNT, "t", where=AMOUNT),),
            "table `run`: `where` is no condition",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.NET, AMOUNT, "t", AMOUNT),),
            "table `run`: net with or without a limit",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.TAKE, AMOUNT, "t"),),
            "table `run`: take with or without a limit",
        ),
        (
            (Fold("run", "sales", (), ("sale_id",), FoldOp.COUNT, AMOUNT, "t", where=TRUE),),
            "table `run`: count leaves nobody out",
        ),
        (
            (Fold("run", "sales", ("seller",), ("sale_id",), FoldOp.TAKE, AMOUNT, "t", AMOUNT),),
            "table `run`: unknown column `seller`",
        ),
        ((Extend("e", "sales", ()), Union("u", ("sales", "e", "d"))), "table `u`: unknown table `d`"),
        (
            (Distinct("d", "sales", ("sale_id",)), Union("u", ("sales", "d"))),
            "table `u`: the sources have different columns",
        ),
        (
            (
                Extend("one", "sales", (("x", AMOUNT),)),
                Extend("two", "sales", (("x", PARTNER),)),
                Union("u", ("one", "two")),
            ),
            "table `u`: the sources have columns of different types",
        ),
    ],
)
def test_faults_of_tables(tables: tuple[Table, ...], fault: str) -> None:
    """Each is named with its table."""
    assert fault in faults(*tables)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (((date(2026, 1, 1),),), "a row has 1 values for 2 columns"),
        (((date(2026, 1, 1), Decimal("0.1"), None),), "a row has 3 values for 2 columns"),
        (((date(2026, 1, 1), Decimal("0.123")),), "`rate` cannot be Decimal('0.123')"),
        (((None, Decimal(1)),), "`day` cannot be None"),
    ],
)
def test_faults_of_written_rows(rows: tuple[tuple[date | Decimal | None, ...], ...], fault: str) -> None:
    """Values have the types of their columns."""
    columns = (Column("day", DATE), Column("rate", number(2, 3)))
    assert faults(Values("v", columns, rows, ("day",))) == (f"table `v`: {fault}",)


@pytest.mark.parametrize(
    ("scalar", "fault"),
    [
        (Column("bonus", USD), "unknown column `bonus`"),
        (Column("amount", USD.sized(5, 2)), "`amount` is money in USD (16,2), read as money in USD (5,2)"),
        (Column("score", SCORE.type), "`score` may be missing, read as never missing"),
        (Add(AMOUNT, PARTNER), "Add of money in USD (16,2), id"),
        (Add(AMOUNT, FEE), "Add of money in USD (16,2), money in EUR (16,2)"),
        (Multiply(AMOUNT, DAY), "Multiply of money in USD (16,2), date"),
        (DaysBetween(DAY, AMOUNT), "DaysBetween of date, money in USD (16,2)"),
        (Rank(AMOUNT, ()), "Rank of money in USD (16,2)"),
        (Not(AMOUNT), "Not of money in USD (16,2)"),
        (And((TRUE, DAY)), "And of boolean, date"),
        (Compare(AMOUNT, Comparison.LESS, DAY), "Compare of money in USD (16,2), date"),
        (Compare(Quotient(AMOUNT, AMOUNT), Comparison.LESS, DAY), "Compare of number (exact ratio), date"),
        (Among(DAY, (Literal("x", TEXT),)), "Among of date, text"),
        (IfMissing(DAY, TRUE), "IfMissing of date, boolean"),
        (Greatest(()), "Greatest of "),
        (Case(((AMOUNT, DAY),), DAY), "Case of money in USD (16,2), date, date"),
        (Case(((TRUE, DAY),), AMOUNT), "Case of boolean, date, money in USD (16,2)"),
    ],
)
def test_faults_of_scalars(scalar: Scalar, fault: str) -> None:
    """Operands have types the node is defined for; columns are read with a type that holds them."""
    assert extended(scalar) == (f"table `more`: {fault}",)


def test_a_plain_number_meets_money() -> None:
    """Zero needs no currency inside a Plan."""
    assert extended(Greatest((AMOUNT, literal_number(0)))) == ()


def test_text_meets_ids() -> None:
    """All words are comparable."""
    assert extended(Compare(PARTNER, Comparison.EQUAL, Literal("p", TEXT))) == ()


OUT = (("sale_id", "sale_id", ID),)


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (Output("out", "nothing", OUT, ("sale_id",)), "unknown table `nothing`"),
        (Output("out", "sales", (*OUT, *OUT), ("sale_id",)), "column `sale_id` appears twice"),
        (Output("out", "sales", OUT, ("sale_id", "day")), "key column `day` is not written"),
        (Output("out", "sales", OUT, ()), "the key does not hold the grain ['sale_id']"),
        (Output("out", "sales", (*OUT, ("x", "bonus", USD)), ("sale_id",)), "unknown column `bonus`"),
        (
            Output("out", "sales", (*OUT, ("x", "amount", USD.sized(9, 2))), ("sale_id",)),
            "column `x` does not hold money in USD (16,2)",
        ),
        (Output("out", "sales", (*OUT, ("x", "closed_on", TEXT)), ("sale_id",)), "column `x` does not hold date"),
        (
            Output("out", "ratio", (*OUT, ("x", "r", R.type)), ("sale_id",)),
            "column `x` is an exact ratio; round it first",
        ),
    ],
)
def test_faults_of_outputs(output: Output, fault: str) -> None:
    """An output writes columns that exist, in types that hold them, unique by its key."""
    assert check_plan(plan(output, tables=(SALES, RATIO))) == (f"output `out`: {fault}",)


def test_outputs_have_names_of_their_own_and_decisions_a_table() -> None:
    """Both are looked up by name."""
    output = Output("out", "sales", OUT, ("sale_id",))
    assert check_plan(plan(output, output, decisions="d")) == (
        "decisions: unknown table `d`",
        "output `out` appears twice",
    )


def test_faults_of_tables_come_first() -> None:
    """Outputs of tables that do not hold together are not looked at."""
    assert check_plan(plan(tables=(SALES, SALES))) == ("table `sales` appears twice",)
