"""Earnings: band tables below roundings and branches, and earnings that cannot be decided."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.explain.explain import explain
from engine.explain.model import EarningReason, Outcome
from engine.plan.scalar import Add, Band, Bands, Case, Column, Compare, Comparison, Literal, Method, Mode, Round, Scalar
from engine.reference.evaluate import evaluate
from engine.types import BOOLEAN, TEXT
from tests.plans import WORLD, ridge
from tests.ridge.earnings import REBATE_BANDS
from tests.ridge.program import FILE, LINES, USD

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
    amounts = (Band(Decimal(0), amount=Decimal(400)), Band(Decimal(100_000), amount=Decimal(1000)))
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
