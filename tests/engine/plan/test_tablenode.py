"""A node is known by its own class: toy nodes that nobody has heard of, and names of nodes where they do not belong."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from engine.columnar.demand import demanded_columns
from engine.columnar.grouping import groupings_of, origin_of
from engine.plan.consistency import check_plan, check_tables
from engine.plan.digits import sum_type
from engine.plan.gauge import Gauge, Shape
from engine.plan.grain import columns_of, key_of
from engine.plan.inference import children, is_optional, type_of
from engine.plan.literals import literal_number
from engine.plan.needs import Needs
from engine.plan.node import Node
from engine.plan.plan import Output, Plan
from engine.plan.pruning import leading_to, pruned
from engine.plan.scalar import (
    Absolute,
    Between,
    Column,
    Compare,
    Comparison,
    DaysBetween,
    Least,
    Literal,
    Mode,
    Multiply,
    Not,
    Quotient,
    Rank,
    Round,
    Scalar,
    Subtract,
    TakenBack,
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
    Within,
)
from engine.plan.tablenode import Checker, Columns, Computed, Known, Passed, RowByRow, TableNode
from engine.plan.widths import table_shapes, too_wide
from engine.types import BOOLEAN, ID, MAX_DIGITS, TEXT, Type, money
from tests.conftest import ROOT

USD = money("USD", 2).sized(10, 2)
AMOUNT, NOTE = Column("amount", USD), Column("note", TEXT)
SALES = Scan(
    "sales",
    "sales",
    (Column("sale_id", ID), Column("partner_id", ID), AMOUNT, Column("rate", USD, True), NOTE),
    ("sale_id",),
    "partner_id",
)


@dataclass(frozen=True, slots=True)
class Twice(Node):
    """A toy scalar: a number twice."""

    value: Scalar

    def _operands(self) -> tuple[Scalar, ...]:
        return (self.value,)

    def _typed(self) -> Type:
        return sum_type(self.value.typed, self.value.typed)

    def _fits(self) -> bool:
        return self.value.typed.is_numeric

    def _shape(self, gauge: Gauge) -> Shape | None:
        return gauge.sum(self, self.value, self.value)


@dataclass(frozen=True, slots=True)
class Tally(RowByRow):
    """A toy table: the rows of its source, each with a column computed of it."""

    name: str
    source: str
    value: Scalar

    def _origins(self) -> Mapping[str, Passed]:
        return {"tally": ()}

    def _scalars(self) -> tuple[Computed, ...]:
        return (Computed(self.value, self.source, into="tally"),)

    def _columns(self, known: Known) -> Columns:
        return (*known[self.source], Column("tally", self.value.typed, self.value.may_miss))

    def _renamed(self, names: Mapping[str, str]) -> Table:
        return table(replace(self, name=names[self.name], source=names[self.source]))

    def _check(self, check: Checker) -> None:
        check.scalar(self.value, check.known[self.source], {})


def twice(value: Scalar) -> Scalar:
    """The toy as one of the list that evaluators match on, where it does not stand."""
    return cast(Scalar, Twice(value))


def table(node: TableNode) -> Table:
    """The toy as one of the list."""
    return cast(Table, node)


def plan(*tables: Table) -> Plan:
    """A Plan that writes the tally of each sale."""
    columns = (
        ("partner_id", "partner_id", ID),
        ("sale_id", "sale_id", ID),
        ("n", "tally", tables[-1].scalars[0].scalar.typed),
    )
    output = Output("tallies", tables[-1].name, columns, ("sale_id",))
    return Plan("p", "1", date(2026, 1, 1), (SALES, *tables), (output,), "sales", (), (), (), (), (), ())


def test_a_toy_scalar_is_known() -> None:
    """Its type, whether it may be missing, its operands, what it is defined for, and its digits."""
    toy = twice(AMOUNT)
    assert type_of(toy) == USD.sized(11, 2)
    assert not is_optional(toy) and is_optional(twice(Column("rate", USD, True)))
    assert children(toy) == (AMOUNT,)
    assert check_tables((SALES, Extend("e", "sales", (("x", toy),)))) == ()
    assert check_tables((SALES, Extend("e", "sales", (("x", twice(Column("note", TEXT))),)))) == (
        "table `e`: Twice of text",
    )
    wide = Extend("e", "sales", (("x", twice(Multiply(Multiply(AMOUNT, AMOUNT), Multiply(AMOUNT, AMOUNT)))),))
    assert {digits > MAX_DIGITS for _, _, digits in too_wide(plan(table(Tally("t", "sales", wide.columns[0][1]))))} == {
        True
    }


def test_a_toy_table_is_known() -> None:
    """Columns, key, soundness, digits, what it reads, whose rows it needs, where its columns come from."""
    toy = table(Tally("t", "sales", twice(AMOUNT)))
    tables = (SALES, toy)
    assert columns_of(tables)["t"][-1] == Column("tally", USD.sized(11, 2))
    assert key_of(tables)["t"] == ("sale_id",)
    assert check_plan(plan(toy)) == ()
    assert check_tables((table(Tally("t", "nowhere", AMOUNT)),)) == ("table `t`: unknown table `nowhere`",)
    assert too_wide(plan(toy)) == ()
    shapes = {"sales": table_shapes(SALES, SALES.columns, {})}
    assert table_shapes(toy, columns_of(tables)["t"], shapes)["tally"].numerator.digits == 11
    assert plan(toy).needs == Needs()
    assert leading_to(tables, ["t"]) == tables
    asked = [("t", "tally"), ("t", "partner_id")]
    assert [each.name for each in cast(Scan, pruned(tables, asked)[0]).columns] == ["sale_id", "partner_id", "amount"]
    assert toy.renamed({"t": "1/t", "sales": "sales"}) == replace(toy, name="1/t")
    groupings = groupings_of(tables)
    assert demanded_columns(plan(toy), columns_of(tables), key_of(tables), groupings) == {
        "sales": ("sale_id", "partner_id", "amount"),
        "t": ("sale_id", "partner_id", "tally"),
    }
    days = Values("days", (Column("day", TEXT),), (("x",),), ("day",))
    later = table(Tally("t", "days", literal_number(Decimal(1))))
    assert origin_of({"days": days, "t": later}, columns_of((days, later)), "t", "day") == (days, "day")
    assert origin_of({"days": days, "t": later}, columns_of((days, later)), "t", "tally") is None


def test_the_sources_of_a_table() -> None:
    """Every table names the tables it is computed from."""
    assert SALES.sources == ()
    assert Cross("c", "a", "b").sources == ("a", "b")
    assert Measure("m", "a", "b", (), ()).sources == ("a", "b")
    assert Union("u", ("a", "b", "c")).sources == ("a", "b", "c")
    sound = check_tables((SALES, Cross("c", "sales", "sales")))
    assert sound[0] == "table `c`: column `sale_id` appears twice"


class Nameless(TableNode):
    """A node that forgot to say anything."""

    __slots__ = ()


def test_what_a_node_must_say() -> None:
    """Its type, its columns and its other name: what nobody could guess is not guessed."""
    with pytest.raises(NotImplementedError, match="Node has no type"):
        _ = Node().typed
    with pytest.raises(NotImplementedError, match="has no columns"):
        Nameless().columns_from({})
    with pytest.raises(NotImplementedError, match="cannot be renamed"):
        Nameless().renamed({})
    assert (Nameless().sources, Nameless().passes("x"), Nameless().widest) == ((), (), ())


SCALARS, TABLES = ("literals", "arithmetic", "logic", "bands", "returns"), ("rows", "joins", "measures", "folds")
HOMES = {"node", "tablenode", "scalar", "table", *SCALARS, *TABLES}
ALLOWED = {
    "gauge": {"Column"},  # what an expression ends in has the width of the row
    "consistency": {"Column"},
    "needs": {"Scan", "Values"},  # records say whose they are, written rows are nobody's
    "pruning": {"Scan", "Select"},  # whose columns are chosen, and fewer do
    "plan": {"Bands"},  # what an earning shows
    "currencies": {"Case", "Column", "Compare", "Literal"},  # what is listed for a currency is a branch of a case
}


@pytest.mark.parametrize("path", sorted((ROOT / "engine/plan").glob("*.py")), ids=lambda path: path.stem)
def test_no_list_of_nodes_outside_their_homes(path: Path) -> None:
    """What is known of nodes is asked of them: a new one is added in its own file, and to the evaluators."""
    nodes = {each.__name__ for each in (*Scalar.__args__, *Table.__args__)}
    imports = [
        each for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(each, ast.ImportFrom)
    ]
    imported = {name.name for each in imports for name in each.names}
    assert path.stem in {*HOMES, "words"} or imported & nodes <= ALLOWED.get(path.stem, set())  # words make some short


def test_renaming_reaches_every_table() -> None:
    """Each kind under another name, over sources under other names."""
    names = {"x": "1/x", "a": "1/a", "b": "1/b"}
    for node in (
        Scan("x", "x", (), ()),
        Values("x", (), (), ()),
        Filter("x", "a", Literal(True, BOOLEAN)),
        Extend("x", "a", ()),
        Select("x", "a", (), ()),
        Distinct("x", "a", ()),
        Union("x", ("a", "b")),
        Cross("x", "a", "b"),
        Lookup("x", "a", "b", (), ()),
        Join("x", "a", "b", (), (), (), ()),
        Measure("x", "a", "b", (), ()),
        Fold("x", "a", (), (), FoldOp.COUNT, AMOUNT, "n"),
    ):
        found = node.renamed(names)
        assert (found.name, found.sources) == ("1/x", tuple(f"1/{each}" for each in node.sources))


def test_what_tables_read_and_list() -> None:
    """The columns that each names itself are read of its sources, whichever of its own are wanted."""
    select = Select("x", "sales", (("id", "sale_id"),), ("id",))
    assert (select.listed, list(select.reads), list(select.makes("id"))) == (("id",), [], [("sales", "sale_id")])
    distinct = Distinct("x", "sales", ("note",))
    assert (distinct.listed, list(distinct.reads)) == (("note",), [("sales", "note")])
    joined = Join("x", "sales", "days", (("note", "day"),), (("id", "sale_id"),), (("d", "day"),), ("id",))
    assert (joined.listed, list(joined.reads)) == (("id", "d"), [("sales", "note"), ("days", "day")])
    found = Lookup("x", "sales", "days", (("note", "day"),), (("d", "day"),), Within(AMOUNT, "from", "to"))
    assert found.listed == ("d",)
    assert list(found.reads) == [
        ("sales", "note"), ("days", "day"), ("days", "from"), ("days", "to"), ("sales", "amount")
    ]  # fmt: skip
    onward = Lookup("x", "sales", "days", (("note", "day"),), (("d", "day"),), Within(AMOUNT, "from", ""))
    assert list(onward.reads) == [("sales", "note"), ("days", "day"), ("days", "from"), ("sales", "amount")]
    step = Fold("x", "sales", ("note",), ("sale_id",), FoldOp.NET, AMOUNT, "n")
    assert (step.listed, step.ordered) == (("n",), ("sale_id",))
    assert list(step.reads) == [("sales", "note"), ("sales", "sale_id"), ("sales", "amount")]
    limit = Fold("x", "sales", (), ("sale_id",), FoldOp.TAKE, AMOUNT, "n", AMOUNT)
    added = Subtract(AMOUNT, AMOUNT)
    assert [each.scalar for each in step.widest] == [AMOUNT, added]
    assert [each.scalar for each in limit.widest] == [AMOUNT, AMOUNT, added]
    assert [each.scalar for each in replace(step, op=FoldOp.SUM).widest] == [AMOUNT]


@pytest.mark.parametrize(
    "scalar",
    [
        Multiply(AMOUNT, NOTE),
        Quotient(AMOUNT, NOTE),
        Round(NOTE, 2, Mode.UP),
        Absolute(NOTE),
        TakenBack(NOTE, AMOUNT),
        TakenBack(AMOUNT, NOTE),
        Subtract(AMOUNT, NOTE),
        Between(NOTE, AMOUNT, AMOUNT),
        DaysBetween(NOTE, NOTE),
        Rank(AMOUNT, ()),
        Not(AMOUNT),
        Least(()),
    ],
)
def test_what_no_node_is_defined_for(scalar: Scalar) -> None:
    """Numbers of texts, spans of no days, places of numbers, conditions of none."""
    assert not scalar.fits


def test_a_scan_is_narrowed_to_what_is_read() -> None:
    """Its key, whose it is, and the columns that tables name or pass on to an output."""
    some = Filter("some", "sales", Compare(AMOUNT, Comparison.MORE, AMOUNT))
    first, rest = pruned((SALES, some), [("some", "note")])
    assert [each.name for each in cast(Scan, first).columns] == ["sale_id", "partner_id", "amount", "note"]
    assert rest is some
    columns = (("sale_id", "sale_id"), ("said", "note"), ("paid", "amount"))
    first, rest = pruned((SALES, Select("some", "sales", columns, ("sale_id",))), [("some", "said")])
    assert [each.name for each in cast(Scan, first).columns] == ["sale_id", "partner_id", "note"]
    assert rest == Select("some", "sales", columns[:2], ("sale_id",))
    twins = leading_to((SALES, some, Union("u", ("some", "some"))), ["u", "some"])
    assert [each.name for each in twins] == ["sales", "some", "u"]
