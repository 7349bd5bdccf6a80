"""The record tables and metrics of the hand-built plan, as of the day."""

from __future__ import annotations

from datetime import date

from engine.plan.scalar import (
    And,
    Column,
    Compare,
    Comparison,
    IfMissing,
    Literal,
    Mode,
    Quotient,
    Round,
    Subtract,
)
from engine.plan.table import (
    Aggregate,
    Distinct,
    Extend,
    Filter,
    Lookup,
    Measure,
    Op,
    Scan,
    Table,
)
from engine.types import BOOLEAN, COUNT, DATE, ID, INTEGER, TEXT, number
from tests.ridge.program import AS_OF, RATIO, SCORE, TIER, USD

PARTNER = Column("partner_id", ID)
SCANS: tuple[Scan, ...] = (
    Scan("partners", "partners", (PARTNER, Column("region", TEXT, True)), ("partner_id",)),
    Scan(
        "sales",
        "sales",
        (
            Column("sale_id", ID),
            PARTNER,
            Column("seller_id", ID, True),
            Column("product_id", ID, True),
            Column("closed_on", DATE),
            Column("recorded_on", DATE, True),
            Column("quantity", INTEGER, True),
            Column("amount", USD),
        ),
        ("sale_id",),
    ),
    Scan("products", "products", (Column("product_id", ID), Column("name", TEXT, True)), ("product_id",)),
    Scan("people", "people", (Column("person_id", ID), Column("partner_id", ID, True)), ("person_id",)),
    Scan(
        "certifications",
        "certifications",
        (
            Column("holding_id", ID),
            Column("person_id", ID),
            Column("certification", ID),
            Column("earned_on", DATE),
            Column("expires_on", DATE, True),
        ),
        ("holding_id",),
    ),
    Scan(
        "surveys",
        "surveys",
        (Column("survey_id", ID), PARTNER, Column("answered_on", DATE), Column("score", SCORE, True)),
        ("survey_id",),
    ),
    Scan(
        "statuses",
        "statuses",
        (PARTNER, Column("tier", TIER), Column("from", DATE), Column("before", DATE, True)),
        ("partner_id", "from"),
    ),
)


def within(column: str, after: date, upto: date) -> And:
    """Whether after < column <= upto."""
    day = Column(column, DATE)
    return And(
        (Compare(day, Comparison.MORE, Literal(after, DATE)), Compare(day, Comparison.AT_MOST, Literal(upto, DATE)))
    )


YEAR_AGO, TWO_YEARS_AGO = date(2025, 6, 30), date(2024, 6, 30)
AMOUNT = Column("amount", USD)
REVENUE, BEFORE = Column("revenue", USD), Column("revenue_before", USD)
ENGINEERS = Column("engineers", COUNT)
REGION = Column("region", TEXT, True)
GROWTH = Column("growth", RATIO, True)
CSAT = Column("csat", number(2), True)
HELD = Column("held", TIER)

METRIC_TABLES: tuple[Table, ...] = (
    Lookup("sales.item", "sales", "products", (("product_id", "product_id"),), (("item.name", "name"),)),
    Lookup("holdings", "certifications", "people", (("person_id", "person_id"),), (("partner_id", "partner_id"),)),
    Filter(
        "valid",
        "holdings",
        And(
            (
                Compare(Column("certification", ID), Comparison.EQUAL, Literal("security_pro", ID)),
                Compare(Column("earned_on", DATE), Comparison.AT_MOST, Literal(AS_OF, DATE)),
                Compare(
                    IfMissing(Column("expires_on", DATE, True), Literal(date(2199, 12, 31), DATE)),
                    Comparison.MORE,
                    Literal(AS_OF, DATE),
                ),
            )
        ),
    ),
    Distinct("holders", "valid", ("partner_id", "person_id")),
    Measure(
        "now.sales",
        "partners",
        "sales.item",
        (("partner_id", "partner_id"),),
        (
            Aggregate("revenue", Op.SUM, AMOUNT, within("closed_on", YEAR_AGO, AS_OF), USD),
            Aggregate("revenue_before", Op.SUM, AMOUNT, within("closed_on", TWO_YEARS_AGO, YEAR_AGO), USD),
        ),
    ),
    Measure(
        "now.people",
        "now.sales",
        "holders",
        (("partner_id", "partner_id"),),
        (Aggregate("engineers", Op.COUNT, None, Literal(True, BOOLEAN), COUNT),),
    ),
    Measure(
        "now.surveys",
        "now.people",
        "surveys",
        (("partner_id", "partner_id"),),
        (
            Aggregate("csat.sum", Op.SUM, Column("score", SCORE, True), within("answered_on", YEAR_AGO, AS_OF), SCORE),
            Aggregate("csat.count", Op.COUNT, None, within("answered_on", YEAR_AGO, AS_OF), COUNT),
        ),
    ),
    Extend(
        "now.metrics",
        "now.surveys",
        (
            ("growth", Quotient(Subtract(REVENUE, BEFORE), BEFORE)),
            (
                "csat",
                Round(Quotient(Column("csat.sum", SCORE, True), Column("csat.count", COUNT)), 2, Mode.HALF_UP),
            ),
        ),
    ),
)
