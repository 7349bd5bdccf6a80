"""Traces: the records behind a value, and what is absent where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.language.records import REACH
from engine.plan.plan import Plan
from engine.plan.scalar import (
    Add,
    And,
    Case,
    Column,
    Compare,
    Comparison,
    IsMissing,
    Literal,
    Quotient,
    Rank,
    Scalar,
    Value,
)
from engine.plan.table import (
    Aggregate,
    Cross,
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
    Select,
    Table,
    Union,
    Values,
    Within,
)
from engine.reference.evaluate import Evaluation, evaluate
from engine.reference.trace import DIVISION, NO_VALUE, Absence, RecordRef, records_behind, records_of, why_missing
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT
from tests.plans import WORLD, ridge

ALWAYS = Literal(True, BOOLEAN)
P, S, X = Column("p", ID), Column("s", ID), Column("x", INTEGER, True)
REGION = Column("region", TEXT, True)
PARTNERS = Scan("partners", "partners", (P, REGION), ("p",))
SALES = Scan("sales", "sales", (S, Column("owner", ID, True), X, Column("day", DATE, True)), ("s",))


@pytest.fixture(scope="module")
def ridged() -> Evaluation:
    """The hand-built plan on its world."""
    return evaluate(ridge(), WORLD)


def world(*tables: Table, **records: Sequence[Mapping[str, Value]]) -> Evaluation:
    """Tables evaluated on records."""
    return evaluate(Plan("f", "1", date(2026, 1, 1), tables, (), tables[-1].name, (), (), (), (), (), ()), records)


def absent(evaluation: Evaluation, scalar: Scalar, table: str = "", place: int = 0) -> list[str]:
    """What is absent for the scalar in a row of the last table (or of `table`), in words."""
    name = table or evaluation.plan.tables[-1].name
    found = why_missing(evaluation, name, evaluation.exact.rows[name][place], scalar)
    return [f"{each.field} {each.reason}".strip() for each in found]


def refs(*texts: str) -> tuple[RecordRef, ...]:
    """`table/key` as records."""
    return tuple(RecordRef(text.split("/")[0], tuple(text.split("/")[1:])) for text in texts)


def test_records_behind_metrics(ridged: Evaluation) -> None:
    """Sales behind revenue; the certificates behind engineers, also those that say the same twice."""
    assert records_behind(ridged, "now.sales", "revenue", ("P2",)) == refs("sales/S5")
    holdings = records_behind(ridged, "now.people", "engineers", ("P1",))
    assert holdings == refs("certifications/H1", "certifications/H2", "certifications/H3")
    with pytest.raises(KeyError, match="is not a Measure"):
        records_behind(ridged, "decisions", "revenue", ("P1",))


def test_what_leaves_the_undecided_partners_undecided(ridged: Evaluation) -> None:
    """P2 has no region; P4's survey V5 no score, and its growth no baseline."""
    gold = Column("gold:outcome", BOOLEAN, True)
    region = Absence("partners.region", "is missing", RecordRef("partners", ("P2",)))
    assert why_missing(ridged, "decisions", ridged.row("decisions", ("P2",)), gold) == (region,)
    score = Absence("surveys.score", "is missing", RecordRef("surveys", ("V5",)))
    any_line = Column("tier.gold.3:outcome", BOOLEAN, True)
    assert why_missing(ridged, "decisions", ridged.row("decisions", ("P4",)), any_line) == (
        Absence("", DIVISION, divisor="revenue_before"),
        score,
    )


def test_a_value_that_is_there_has_no_absence(ridged: Evaluation) -> None:
    """Nothing to say."""
    assert why_missing(ridged, "decisions", ridged.row("decisions", ("P1",)), Column("revenue", INTEGER)) == ()


def test_records_through_every_table_node() -> None:
    """A join of reach and sales, crossed with periods, in a union, extended, filtered, looked up, limited."""
    reach = Scan("reach", REACH.name, (P, Column("q", ID)), ("p", "q"))
    evaluation = world(
        PARTNERS,
        SALES,
        reach,
        Join(
            "reached",
            "reach",
            "sales",
            (("q", "owner"),),
            (("p", "p"), ("q", "q")),
            (("sale", "s"), ("x", "x")),
            ("p", "q", "sale"),
        ),
        Values("days", (Column("d", INTEGER),), ((1,),), ("d",)),
        Cross("daily", "reached", "days"),
        Extend("more", "daily", (("y", X),)),
        Filter("some", "more", ALWAYS),
        Lookup("named", "some", "partners", (("p", "p"),), (("region", "region"),)),
        Fold("walked", "named", ("p",), ("sale",), FoldOp.TAKE, X, "taken", Literal(5, INTEGER)),
        Filter("none", "walked", Literal(False, BOOLEAN)),
        Union("both", ("walked", "none")),
        Measure("base", "partners", "both", (("p", "p"),), (Aggregate("sum", Op.SUM, X, ALWAYS, INTEGER),)),
        Measure(
            "top",
            "partners",
            "base",
            (("region", "region"),),
            (Aggregate("max", Op.MAX, Column("sum", INTEGER), ALWAYS, INTEGER),),
        ),
        partners=[{"p": "A", "region": "na"}, {"p": "B", "region": "na"}],
        sales=[{"s": "1", "owner": "A", "x": 2}, {"s": "2", "owner": "B", "x": 3}],
        reach=[{"p": "A", "q": "A"}, {"p": "A", "q": "B"}, {"p": "B", "q": "B"}],
    )
    assert records_behind(evaluation, "base", "sum", ("A",)) == refs("sales/1", "sales/2")
    assert records_behind(evaluation, "top", "max", ("B",)) == refs("partners/A", "partners/B", "sales/1", "sales/2")


def test_absences_through_every_table_node() -> None:
    """The field that is missing is named through joins, crosses, unions, folds and look-ups."""
    evaluation = world(
        PARTNERS,
        SALES,
        Values("days", (Column("k", INTEGER), Column("d", INTEGER, True)), ((1, None),), ("k",)),
        Join(
            "owned",
            "partners",
            "sales",
            (("p", "owner"),),
            (("p", "p"), ("region", "region")),
            (("s", "s"), ("x", "x")),
            ("p", "s"),
        ),
        Cross("daily", "owned", "days"),
        Extend("more", "daily", (("y", Add(X, X)),)),
        Lookup("again", "more", "partners", (("p", "p"),), (("place", "region"),)),
        Fold("walked", "again", ("p",), ("s",), FoldOp.TAKE, Column("y", INTEGER, True), "taken", Literal(5, INTEGER)),
        Fold("unlimited", "walked", ("p",), ("s",), FoldOp.TAKE, X, "taken2", Literal(5, INTEGER)),
        Filter("some", "unlimited", ALWAYS),
        Union("both", ("some",)),
        partners=[{"p": "A"}],
        sales=[{"s": "1", "owner": "A"}],
    )
    for name in ("x", "y", "taken", "taken2"):
        assert absent(evaluation, Column(name, INTEGER, True)) == ["sales.x is missing"]
    for name in ("region", "place"):
        assert absent(evaluation, Column(name, TEXT, True)) == ["partners.region is missing"]
    assert absent(evaluation, Column("d", INTEGER, True)) == ["the program states no value"]


def test_a_join_may_keep_the_shared_column_on_either_side() -> None:
    """The key of each side is found through the columns they were joined on."""
    for keep, take in (((("p", "p"),), (("x", "x"), ("s", "s"))), ((), (("p", "owner"), ("x", "x"), ("s", "s")))):
        join = Join("j", "partners", "owned", (("p", "owner"),), keep, take, ("p", "s"))
        owned = Scan("owned", "owned", (S, Column("owner", ID), X), ("s", "owner"))
        evaluation = world(PARTNERS, owned, join, partners=[{"p": "A"}], owned=[{"s": "1", "owner": "A"}])
        assert absent(evaluation, X) == ["owned.x is missing"]


def test_a_limit_that_is_missing() -> None:
    """The amount is there; the limit's own field is named."""
    limited = Fold("r", "sales", (), ("s",), FoldOp.TAKE, X, "taken", Column("cap", INTEGER, True))
    scan = Scan("sales", "sales", (S, X, Column("cap", INTEGER, True)), ("s",))
    evaluation = world(scan, limited, sales=[{"s": "1", "x": 3}])
    assert absent(evaluation, Column("taken", INTEGER, True)) == ["sales.cap is missing"]


def test_a_row_of_no_partition() -> None:
    """The field by which rows belong together is named, and nothing of the row itself."""
    fold = Fold("f", "sales", ("owner",), ("s",), FoldOp.COUNT, X, "before")
    scan = Scan("sales", "sales", (S, X, Column("owner", ID, True)), ("s",))
    evaluation = world(scan, fold, sales=[{"s": "1", "x": 3}])
    assert absent(evaluation, Column("before", INTEGER, True)) == ["sales.owner is missing"]


def test_an_earlier_row_that_may_have_been_the_first() -> None:
    """The second is undecided for what is missing in the first."""
    fold = Fold("f", "sales", (), ("s",), FoldOp.FIRST, Compare(X, Comparison.MORE, Literal(0, INTEGER)), "first")
    evaluation = world(SALES, fold, sales=[{"s": "1"}, {"s": "2", "x": 3}])
    second = why_missing(evaluation, "f", evaluation.row("f", ("2",)), Column("first", BOOLEAN, True))
    assert [(each.field, each.record and each.record.key) for each in second] == [("sales.x", ("1",))]


def test_a_lookup_that_finds_nothing() -> None:
    """No row for the key, no key to look for, and no day to look on."""
    within = Within(Column("day", DATE, True), "from", "before")
    history = Scan("history", "history", (P, Column("from", DATE), Column("before", DATE)), ("p", "from"))
    evaluation = world(
        history,
        SALES,
        Lookup("found", "sales", "history", (("owner", "p"),), (("since", "from"),), within),
        sales=[{"s": "1", "owner": "A", "day": date(2026, 1, 1)}, {"s": "2"}],
    )
    since = Column("since", DATE, True)
    assert absent(evaluation, since, place=0) == ["`history` has no row for A"]
    assert absent(evaluation, since, place=1) == ["sales.day is missing", "sales.owner is missing"]
    onward = Lookup("found", "sales", "history", (("owner", "p"),), (("since", "from"),), replace(within, before=""))
    nowhere = world(history, SALES, onward, sales=[{"s": "1", "owner": "A", "day": date(2026, 1, 1)}])
    assert absent(nowhere, since) == ["`history` has no row for A on 2026-01-01 or before"]
    chosen = Filter("partners/EU", "partners", Compare(REGION, Comparison.EQUAL, Literal("EU", REGION.type)))
    narrowed = Lookup("found", "sales", "partners/EU", (("owner", "p"),), (("region", "region"),))
    outside = world(PARTNERS, chosen, SALES, narrowed, sales=[{"s": "1", "owner": "A"}])
    assert absent(outside, REGION) == ["`partners` has no row for A, EU"]  # not the name that it has in the Plan
    timeless = Lookup("found", "sales", "partners", (("owner", "p"),), (("region", "region"),))
    assert absent(world(PARTNERS, SALES, timeless, sales=[{"s": "2"}]), REGION) == ["sales.owner is missing"]


def test_an_aggregate_of_nothing_and_of_undecided_rows() -> None:
    """An average over no rows says so; an undecided row names its field, of the row or of the base."""
    when = Compare(X, Comparison.MORE, Column("least", INTEGER, True, of_base=True))
    base = Scan("base", "base", (P, Column("least", INTEGER, True)), ("p",))
    node = Measure(
        "m",
        "base",
        "sales",
        (("p", "owner"),),
        (Aggregate("top", Op.MAX, X, when, INTEGER), Aggregate("n", Op.COUNT, None, when, INTEGER)),
    )
    evaluation = world(
        base,
        SALES,
        node,
        base=[{"p": "A", "least": 1}, {"p": "B"}, {"p": "C", "least": 1}],
        sales=[{"s": "1", "owner": "B", "x": 1}, {"s": "2", "owner": "C"}],
    )
    top, count = Column("top", INTEGER, True), Column("n", INTEGER, True)
    assert absent(evaluation, top, place=0) == ["no rows to take a max of"]
    assert absent(evaluation, top, place=1) == ["base.least is missing"]
    assert absent(evaluation, count, place=2) == ["sales.x is missing"]
    assert absent(evaluation, Column("least", INTEGER, True), place=1) == ["base.least is missing"]


def test_scalars_that_are_missing_for_other_reasons() -> None:
    """A division by zero, a word that is not listed, a value left out."""
    evaluation = world(SALES, sales=[{"s": "1", "owner": "A", "day": date(2026, 1, 1)}])
    one, zero = Literal(Decimal(1), INTEGER), Literal(Decimal(0), INTEGER)
    assert absent(evaluation, Quotient(one, zero)) == ["a division by zero"]
    assert absent(evaluation, Quotient(X, zero)) == ["a division by zero", "sales.x is missing"]
    assert absent(evaluation, Quotient(one, X)) == ["sales.x is missing"]
    assert absent(evaluation, Rank(Column("owner", ID), ("B",))) == ["`A` is not one of the words it is compared with"]
    assert absent(evaluation, Rank(Literal(None, TEXT), ("B",))) == ["the program states no value"]


def test_a_case_that_is_missing() -> None:
    """What left an earlier branch undecided, what was asked to be missing, or what was taken."""
    evaluation = world(SALES, sales=[{"s": "1", "owner": "A", "day": date(2026, 1, 1)}])
    one, nothing = Literal(Decimal(1), INTEGER), Literal(None, INTEGER)
    undecided = Compare(X, Comparison.MORE, one)
    refuted, asked = Literal(False, BOOLEAN), And((ALWAYS, IsMissing(X)))
    assert absent(evaluation, Case(((refuted, one), (ALWAYS, X)), one)) == ["sales.x is missing"]
    assert absent(evaluation, Case(((undecided, one),), nothing)) == ["sales.x is missing"]
    assert absent(evaluation, Case(((undecided, one),), Quotient(one, zero()))) == [DIVISION, "sales.x is missing"]
    assert absent(evaluation, Case(((asked, nothing),), one)) == ["sales.x is missing"]
    assert absent(evaluation, Case(((refuted, one),), nothing)) == [NO_VALUE]
    assert absent(evaluation, Case(((undecided, one), (ALWAYS, one)), nothing)) == []


def zero() -> Literal:
    """Nothing."""
    return Literal(Decimal(0), INTEGER)


def test_select_shows_columns_under_other_names() -> None:
    """The record and the absence are those of the row it shows."""
    renamed = Select("shown", "sales", (("id", "s"), ("y", "x")), ("id",))
    top = Measure("m", "partners", "shown", (), (Aggregate("n", Op.COUNT, None, ALWAYS, INTEGER),))
    evaluation = world(PARTNERS, SALES, renamed, top, partners=[{"p": "A"}], sales=[{"s": "1", "x": None}])
    assert evaluation.exact.rows["shown"] == [{"id": "1", "y": None}]
    assert records_behind(evaluation, "m", "n", ("A",)) == refs("sales/1")
    assert records_of(evaluation, "shown", {"id": "1", "y": None}) == refs("sales/1")
    assert absent(evaluation, Column("y", INTEGER, True), "shown") == ["sales.x is missing"]


def test_the_key_of_a_distinct_is_never_missing() -> None:
    """Asking for it is a fault of the caller."""
    evaluation = world(SALES, Distinct("d", "sales", ("owner",)), sales=[{"s": "1", "owner": "A"}])
    with pytest.raises(KeyError, match="never missing"):
        why_missing(evaluation, "d", {"owner": None}, Column("owner", ID, True))
