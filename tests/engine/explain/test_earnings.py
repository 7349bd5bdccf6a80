"""Earnings: band tables below roundings and branches, and earnings that cannot be decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.explain.explain import explain
from engine.explain.model import EarningReason, Outcome
from engine.plan.literals import literal_number
from engine.plan.scalar import (
    Add,
    Band,
    Bands,
    Case,
    Column,
    Compare,
    Comparison,
    Literal,
    Method,
    Mode,
    Round,
    Scalar,
    Value,
)
from engine.plan.table import Extend, Filter, Fold
from engine.reference.evaluate import evaluate
from engine.types import BOOLEAN, DATE, ID, TEXT
from tests.plans import WORLD, ridge
from tests.ridge.earnings import REBATE_BANDS
from tests.ridge.program import FILE, LINES, USD

LIMIT = Literal(Decimal(400), USD)
ALWAYS, NEVER = Literal(True, BOOLEAN), Literal(False, BOOLEAN)


def first_quarter(bands: Scalar | None, spans: int = 2) -> EarningReason:
    """P1's rebate of the first quarter (120,000 USD), with this as its band table."""
    plan = ridge()
    rebate = replace(plan.earnings[0], bands=bands, band_spans=plan.earnings[0].band_spans[:spans])
    plan = replace(plan, earnings=(rebate,))
    return explain(plan, evaluate(plan, WORLD), "P1", source={FILE: LINES}).earnings[0]


@pytest.mark.parametrize(
    ("bands", "parts"),
    [
        (REBATE_BANDS, 2),
        (Round(REBATE_BANDS, 2, Mode.HALF_UP), 2),
        (Case(((NEVER, Literal(None, USD)), (ALWAYS, REBATE_BANDS)), Literal(None, USD)), 2),
        (Case(((NEVER, Literal(None, USD)),), REBATE_BANDS), 2),
        (Add(REBATE_BANDS, REBATE_BANDS), 0),  # not one table
        (replace(REBATE_BANDS, measure=Column("elsewhere", USD)), 0),  # not in the row
        (replace(REBATE_BANDS, measure=Literal(None, USD)), 0),  # no measure
        (Case(((Compare(Column("period", TEXT), Comparison.EQUAL, Literal("x", TEXT)), REBATE_BANDS),), NEVER), 0),
        (None, 0),
    ],
)
def test_the_band_table_that_applied(bands: Scalar | None, parts: int) -> None:
    """Found below roundings and through the branch taken; otherwise there are no parts."""
    assert len(first_quarter(bands).bands) == parts


def test_bands_of_amounts_and_bands_without_a_place() -> None:
    """An amount in place of a rate; a clause only where the plan knows it."""
    amounts = (
        Band(literal_number(0), amount=literal_number(400)),
        Band(literal_number(100_000), amount=literal_number(1000)),
    )
    bands = Bands(Column("volume_rebate:measure", USD), amounts, Method.MARGINAL, USD)
    lower, upper = first_quarter(bands, spans=1).bands
    assert (lower.rate, upper.rate) == (None, None)
    assert lower.amount is not None
    assert lower.amount.value == Decimal(400)
    assert upper.earned.value == Decimal(1000)
    assert (lower.clause is None, upper.clause) == (False, None)


def test_an_undecided_earning() -> None:
    """A sale without its quantity earns no known amount: listed with the field, never zero."""
    plan = ridge()
    sales = [{**row, "quantity": None} if row["sale_id"] == "S2" else row for row in WORLD["sales"]]
    found = explain(plan, evaluate(plan, {**WORLD, "sales": sales}), "P1", source={}, incentive="launch_spiff")
    first = found.earnings[0]
    assert first.amount.value is None
    assert [(each.field, each.records.shown[0].key) for each in first.missing] == [("sales.quantity", ("S2",))]
    assert found.tier is not None
    assert found.tier.lines[0].outcome is Outcome.MET


def test_what_a_limit_walked_in_order_left() -> None:
    """S2 finds all of 400, S7 gives 150 back of nothing left, S8 finds 150; of nobody's sale S6 nothing is known."""
    plan = ridge()
    evaluation = evaluate(plan, WORLD)

    def left(partner: str) -> list[Value]:
        found = explain(plan, evaluation, partner, source={}, incentive="launch_spiff")
        steps = [earning.steps[1] for earning in found.earnings]
        return [step.left.value if step.left else None for step in steps]

    assert left("P1") == [Decimal(400), Decimal(0), Decimal(150)]
    assert left("P3") == [None]


def test_a_limit_that_is_missing() -> None:
    """Nothing is said of what was left of it; a row before without an amount took nothing."""
    plan = ridge()
    unknown = Case(((Compare(Column("sale_id", ID), Comparison.EQUAL, Literal("S8", ID)), Literal(None, USD)),), LIMIT)
    tables = tuple(replace(each, limit=unknown) if isinstance(each, Fold) else each for each in plan.tables)
    sales = [{**row, "quantity": None} if row["sale_id"] == "S2" else row for row in WORLD["sales"]]
    plan = replace(plan, tables=tables)
    found = explain(plan, evaluate(plan, {**WORLD, "sales": sales}), "P1", source={}, incentive="launch_spiff")
    steps = {each.key[-1].value.value: each.steps[1] for each in found.earnings}
    assert steps["S8"].left is None
    assert steps["S7"].left is not None
    assert steps["S7"].left.value == Decimal(400)


def test_earnings_as_the_run_tells_them_apart() -> None:
    """With the columns of the run, a key is a period with its days and who earned, where that is not the partner."""
    plan = ridge()
    told = (
        ("@out.period", Column("period", TEXT)),
        ("@out.period_from", Column("start", DATE)),
        ("@out.period_before", Column("before", DATE)),
        ("@out.source_id", Literal(None, TEXT)),
        ("@out.earner_id", Column("partner_id", ID)),
    )
    rebate = replace(plan.earnings[0], table="kept")
    owed = Compare(Column("volume_rebate:amount", USD), Comparison.UNEQUAL, Literal(Decimal(0), USD))
    tables = (*plan.tables, Extend("told", "volume_rebate.earned", told), Filter("kept", "told", owed))
    plan = replace(plan, tables=tables, earnings=(rebate,))
    first, second = explain(plan, evaluate(plan, WORLD), "P2", source={}).earnings
    assert [(each.name, each.value.value) for each in first.key] == [
        ("period", "2026-Q1"),
        ("period_from", date(2026, 1, 1)),
        ("period_before", date(2026, 4, 1)),
    ]
    assert second.amount.value == 0  # left out of the run, and still explained
