"""Earnings: the bands at work, earnings that cannot be decided, and what limits left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.explain.explain import explain
from engine.explain.model import Outcome, PartReason
from engine.plan.literals import literal_number
from engine.plan.plan import Part, Plan
from engine.plan.scalar import (
    Band,
    Bands,
    Case,
    Column,
    Compare,
    Comparison,
    Literal,
    Method,
    Value,
)
from engine.plan.table import Extend, Fold
from engine.reference.evaluate import evaluate
from engine.types import ID
from tests.plans import WORLD, ridge
from tests.ridge.earnings import REBATE_BANDS
from tests.ridge.program import FILE, LINES, USD

LIMIT = Literal(Decimal(400), USD)
NOTHING = Literal(None, USD)


def with_part(part: Part) -> Plan:
    """The plan with the rebate alone, made by this part."""
    plan = ridge()
    return replace(plan, earnings=(replace(plan.earnings[0], parts=(part,)),))


def first_quarter(bands: Bands | None, spans: int = 2) -> PartReason:
    """P1's rebate of the first quarter (1,400 USD for 120,000 USD), said to come from these bands."""
    (part,) = ridge().earnings[0].parts
    plan = with_part(replace(part, bands=bands, band_spans=part.band_spans[:spans]))
    return explain(plan, evaluate(plan, WORLD), "P1", source={FILE: LINES}).earnings[0].parts[0]


@pytest.mark.parametrize(
    ("bands", "count"),
    [
        (REBATE_BANDS, 2),
        (replace(REBATE_BANDS, measure=NOTHING), 0),
        (replace(REBATE_BANDS, bands=REBATE_BANDS.bands[::-1]), 0),  # out of order, they say nothing
        (replace(REBATE_BANDS, bands=REBATE_BANDS.bands[:1]), 0),  # 1,200 USD: something else decided what was earned
        (None, 0),
    ],
)
def test_the_bands_at_work(bands: Bands | None, count: int) -> None:
    """Shown where they gave what was earned: 1 % of 100,000 and 2 % of 20,000 are 1,400."""
    assert len(first_quarter(bands).bands) == count


def test_nobody_who_may_not_earn_has_a_band_at_work() -> None:
    """P3 sold 30,000 and is registered: a band of 0 % gives its 0.00 too, and was never asked."""
    free = Band(literal_number(0), rate=literal_number(0))
    (part,) = ridge().earnings[0].parts
    plan = with_part(replace(part, bands=replace(REBATE_BANDS, bands=(free,))))
    second = explain(plan, evaluate(plan, WORLD), "P3", source={}).earnings[1].parts[0]
    assert (second.bands, second.amount.value) == ((), 0)


def test_an_unknown_earning_has_no_band_at_work() -> None:
    """Where what was earned is missing, no band is said to have given it."""
    (part,) = ridge().earnings[0].parts
    steps = tuple(replace(each, column="unknown") if each.name == "earned" else each for each in part.steps)
    plan = with_part(replace(part, steps=steps))
    unknown = Extend("volume_rebate.unknown", part.table, (("unknown", NOTHING),))
    plan = replace(plan, tables=(*plan.tables, unknown))
    plan = replace(
        plan, earnings=(replace(plan.earnings[0], parts=(replace(plan.earnings[0].parts[0], table=unknown.name),)),)
    )
    assert explain(plan, evaluate(plan, WORLD), "P1", source={}).earnings[0].parts[0].bands == ()


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
    assert [(each.field, each.records.shown[0].key) for each in first.parts[0].missing] == [("sales.quantity", ("S2",))]
    assert found.tier is not None
    assert found.tier.lines[0].outcome is Outcome.MET


def test_what_a_limit_walked_in_order_left() -> None:
    """S2 finds all of 400, S7 gives 150 back of nothing left, S8 finds 150; of nobody's sale S6 nothing is known."""
    plan = ridge()
    evaluation = evaluate(plan, WORLD)

    def left(partner: str) -> list[Value]:
        found = explain(plan, evaluation, partner, source={}, incentive="launch_spiff")
        steps = [earning.parts[0].steps[1] for earning in found.earnings]
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
    steps = {each.key[0].value.value: each.parts[0].steps[1] for each in found.earnings}
    assert steps["S8"].left is None
    assert steps["S7"].left is not None
    assert steps["S7"].left.value == Decimal(400)
