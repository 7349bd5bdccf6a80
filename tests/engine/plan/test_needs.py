"""What deciding a partner needs of others, worked out by hand from the tables of small Plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.plan.needs import Needs, Place, Sharing, needs_of
from engine.plan.outputs import PARTNER
from engine.plan.scalar import Column, Compare, Comparison, Literal
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
)
from engine.types import BOOLEAN, COUNT, DATE, ID, money

USD = money("USD", 2).sized(10, 2)
TRUE = Literal(True, BOOLEAN)
AMOUNT = Column("amount", USD)
COUNTED = (Aggregate("n", Op.COUNT, None, TRUE, COUNT),)
PARTNERS = Scan(
    "partners", "partners", (Column("partner_id", ID), Column("parent_id", ID, True)), ("partner_id",), "partner_id"
)
REACH = Scan(
    "reach", "reach", (Column("partner_id", ID), Column("source_id", ID)), ("partner_id", "source_id"), "partner_id"
)
SALES = Scan(
    "sales",
    "sales",
    (
        Column("sale_id", ID),
        Column("owner", ID),
        Column("seller", ID, True),
        Column("customer", ID, True),
        Column("product", ID, True),
        Column("returns", ID, True),
        AMOUNT,
    ),
    ("sale_id",),
    "owner",
    kin=(("returns", "sales"),),
)
PRODUCTS = Scan("products", "products", (Column("product_id", ID), Column("line", ID)), ("product_id",))
PEOPLE = Scan(
    "people",
    "people",
    (Column("person", ID), Column("partner_id", ID, True), Column("region", ID, True)),
    ("person",),
    "partner_id",
    "person",
)
CERTIFICATES = Scan(
    "certificates", "certificates", (Column("holding", ID), Column("person", ID), Column("kind", ID)), ("holding",),
    person="person",
)  # fmt: skip
DAYS = Values("days", (Column("day", DATE),), ((date(2026, 1, 1),),), ("day",))
SCANS = (PARTNERS, REACH, SALES, PRODUCTS, PEOPLE, CERTIFICATES, DAYS)
BY_SELLER = Sharing(Place("sales", "seller"), Place("sales", "seller"))
BY_CUSTOMER = Sharing(Place("sales", "customer"), Place("sales", "customer"))
BELOW = Sharing(Place("reach", "source_id"), None)
MINE = (("partner_id", "owner"),)


def needs(*tables: Table, by: str = "partner_id") -> Needs:
    """What the last table needs, whose rows are told apart by the partner; whatever the tables are called."""
    every = (*SCANS, *tables)
    names = {each.name: f"t{len(every) - number:02}" for number, each in enumerate(sorted(every, key=_name))}
    found = needs_of(every, [(tables[-1].name, by)])
    assert needs_of(tuple(each.renamed(names) for each in every), [(names[tables[-1].name], by)]) == found
    return found


def _name(table: Table) -> str:
    return table.name


def limit(source: str, *partition: str, into: str = "taken") -> Fold:
    """A limit on the amount."""
    return Fold(into, source, partition, ("sale_id",), FoldOp.TAKE, AMOUNT, into, Literal(Decimal(9), USD))


def test_a_partner_alone() -> None:
    """Its sales, products of nobody, days, rows renamed and put together: nobody else is needed."""
    few = Filter("few", "sales", Compare(AMOUNT, Comparison.MORE, Literal(Decimal(1), USD)))
    named = Extend("named", "few", (("partner_id", Column("owner", ID)),))
    priced = Lookup("priced", "named", "products", (("product", "product_id"),), (("line", "line"),))
    daily = Cross("daily", "priced", "days")
    taken = limit("daily", "partner_id", "line")
    short = Select("short", "taken", (("p", "partner_id"), ("sale_id", "sale_id"), ("day", "day")), ("sale_id", "day"))
    both = Union("both", ("short", "short"))
    assert needs(few, named, priced, daily, taken, short, both, by="p") == Needs()
    assert needs(Measure("m", "partners", "sales", MINE, COUNTED)) == Needs()
    assert needs(Distinct("pairs", "sales", ("owner", "seller")), by="owner") == Needs()


def test_a_limit_across_partners() -> None:
    """Who has a sale with the same seller; the order of the sales does not matter to whose they are."""
    assert needs(limit("sales", "seller"), by="owner") == Needs((BY_SELLER,), 1)


def test_one_limit_after_the_other() -> None:
    """What the second leaves depends on what the first left to others: two rounds. The same twice is one."""
    twice = (limit("sales", "seller"), limit("taken", "customer", into="again"))
    assert needs(*twice, by="owner") == Needs((BY_CUSTOMER, BY_SELLER), 2)
    same = (limit("sales", "seller"), limit("taken", "seller", into="again"))
    assert needs(*same, by="owner") == Needs((BY_SELLER,), 1)


def test_a_limit_for_all() -> None:
    """Without a partition, or by something no record holds, everybody is needed."""
    assert needs(limit("sales"), by="owner") == Needs(everybody=True)
    priced = Lookup("priced", "sales", "products", (("product", "product_id"),), (("line", "line"),))
    assert needs(priced, limit("priced", "line"), by="owner") == Needs(everybody=True)
    large = Extend("large", "sales", (("large", Compare(AMOUNT, Comparison.MORE, Literal(Decimal(1), USD))),))
    assert needs(large, limit("large", "large"), by="owner") == Needs(everybody=True)


def test_records_of_partners_below() -> None:
    """A sale counts for whom reach names: the partners it names for a partner are needed, one round."""
    kept = (("sale_id", "sale_id"), ("amount", "amount"), ("seller", "seller"), ("@origin", "owner"))
    taken = (("owner", "partner_id"),)
    counted = Join("counted", "sales", "reach", (("owner", "source_id"),), kept, taken, ("sale_id", "owner"))
    assert needs(counted, Measure("m", "partners", "counted", MINE, COUNTED)) == Needs((BELOW,), 1)
    # sellers of partners below: first those, then who shares a seller with them, and who counts that
    above = Sharing(Place("sales", "owner"), Place("reach", "source_id"))
    walked = Fold("f", "counted", ("seller",), ("sale_id", "owner"), FoldOp.COUNT, AMOUNT, "before")
    assert needs(counted, walked, by="owner") == Needs((BELOW, above, BY_SELLER), 3)


def test_returns_are_of_the_same_partner() -> None:
    """A field that names a record of the same partner leads nowhere else."""
    restated = Measure("restated", "sales", "sales", (("sale_id", "returns"),), COUNTED)
    assert needs(restated, by="owner") == Needs()
    other = Measure("other", "sales", "sales", (("sale_id", "seller"),), COUNTED)
    assert needs(other, by="owner") == Needs((Sharing(Place("sales", "sale_id"), Place("sales", "seller")),), 1)


def test_people_bring_their_certificates() -> None:
    """Whoever works for a partner is in its world with everything; by another field nobody could say who."""
    on = (("person", "person"),)
    held = Lookup("held", "certificates", "people", on, (("owner", "partner_id"),))
    assert needs(held, Measure("m", "partners", "held", MINE, COUNTED)) == Needs()
    kinds = Measure("kinds", "certificates", "certificates", (("kind", "kind"),), COUNTED)
    named = Lookup("held", "kinds", "people", on, (("owner", "partner_id"),))
    assert needs(kinds, named, Measure("m", "partners", "held", MINE, COUNTED)) == Needs(everybody=True)


def test_a_single_record_of_another_partner() -> None:
    """A seller may work elsewhere: the record is read by its key, its partner is not needed."""
    sold = Lookup("sold", "sales", "people", (("seller", "person"),), (("region", "region"),))
    linked = Needs(linked=((Place("sales", "seller"), "people"),))
    assert needs(sold, by="owner") == linked
    # who shares the region of such a seller cannot be told from the partners' own records
    assert needs(sold, limit("sold", "region"), by="owner") == Needs(everybody=True)


def test_rows_of_another_table_by_a_shared_field() -> None:
    """Sales of one's people, wherever they sell: who has sales by them is needed."""
    sold = Measure("sold", "people", "sales", (("person", "seller"),), COUNTED)
    assert needs(sold) == Needs((Sharing(Place("people", "person"), Place("sales", "seller")),), 1)
    parents = Measure("m", "partners", "sales", (("parent_id", "owner"),), COUNTED)
    assert needs(parents) == Needs((Sharing(Place("partners", "parent_id"), None),), 1)


def test_rows_with_everybody() -> None:
    """Two partners side by side, totals of all, and a partner that no record names."""
    others = Select("others", "partners", (("other", "partner_id"),), ("other",))
    assert needs(others, Cross("crossed", "partners", "others")) == Needs(everybody=True)
    total = Measure("total", "days", "sales", (), COUNTED)
    assert needs(total, Cross("told", "partners", "total")) == Needs(everybody=True)
    assert needs(Extend("named", "sales", (("p", Literal("x", ID)),)), by="p") == Needs(everybody=True)
    assert needs(Measure("m", "partners", "sales", MINE, COUNTED), by="n") == Needs(everybody=True)
    assert needs(Filter("few", "sales", TRUE), by="seller") == Needs(everybody=True)


def test_the_fields_that_are_shared() -> None:
    """Those of a record of each side, or of the one that names the other partner."""
    assert BY_SELLER.places == (Place("sales", "seller"), Place("sales", "seller"))
    assert BELOW.places == (Place("reach", "source_id"),)


def test_nothing_asked_needs_nobody() -> None:
    """Values of no record are everybody's; so is a Plan without outputs."""
    empty = Values("none", (Column(PARTNER, ID),), (), (PARTNER,))
    assert needs(empty) == Needs()
    assert needs_of(SCANS, []) == Needs()
    assert SALES.passes("owner") == DAYS.passes("day") == ()


@pytest.mark.parametrize("op", list(FoldOp))
def test_every_fold_is_followed(op: FoldOp) -> None:
    """Whatever is told of the earlier rows."""
    value = Compare(AMOUNT, Comparison.MORE, Literal(Decimal(1), USD)) if op is FoldOp.FIRST else AMOUNT
    limit = AMOUNT if op is FoldOp.TAKE else None
    fold = Fold("f", "sales", ("customer",), ("sale_id",), op, value, "x", limit)
    assert needs(fold, by="owner") == Needs((BY_CUSTOMER,), 1)
