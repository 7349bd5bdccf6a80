"""A realistic three-tier Plan built by hand, with its program text and a small world of records.

It is compiled by nobody: evaluators and explanations are tested on it before, and apart from, the
compiler. Every span points into `PROGRAM`. The day is 2026-06-30.
"""

from __future__ import annotations

from datetime import date

from engine.plan.owner import TIERS
from engine.plan.plan import Earning, Entitlement, Ladder, Measured, Output, Part, Plan, Rung, Step
from engine.plan.scalar import (
    Column,
)
from engine.types import BOOLEAN, ID, TEXT, number
from tests.ridge.conditions import COMBINED, LEAVES, ON_TIER, STATUS_TABLES
from tests.ridge.earnings import EARNING_TABLES, REBATE_BANDS
from tests.ridge.metrics import BEFORE, CSAT, ENGINEERS, GROWTH, METRIC_TABLES, REVENUE, SCANS
from tests.ridge.program import AS_OF, LADDER, TIER, USD, span
from tests.ridge.records import WORLD

__all__ = ["WORLD", "ridge"]


def measured(name: str, column: Column, *sources: tuple[str, str], title: str = "") -> Measured:
    """A metric as of the day, over the trailing twelve months."""
    return Measured(
        name,
        title,
        span(f"  {name}:").inside(2, 2 + len(name)),
        column.type,
        name,
        sources,
        (date(2025, 7, 1), date(2026, 7, 1)),
    )


METRICS = (
    measured("revenue", REVENUE, ("now.sales", "revenue"), title="Net revenue, trailing twelve months"),
    measured("revenue_before", BEFORE, ("now.sales", "revenue_before")),
    measured("growth", GROWTH, ("now.sales", "revenue"), ("now.sales", "revenue_before")),
    measured("engineers", ENGINEERS, ("now.people", "engineers")),
    measured("csat", CSAT, ("now.surveys", "csat.sum"), ("now.surveys", "csat.count")),
)
RUNGS = (
    Rung("silver", span("ladder"), ("tier.silver.1", "tier.silver.2"), "silver:outcome"),
    Rung("gold", span("gold:", 1), tuple(f"tier.gold.{place}" for place in range(1, 6)), "gold:outcome"),
)
TIER_LADDER = Ladder(
    TIERS, span("ladder"), LADDER, RUNGS, "held", "floor", "ceiling", "prior", "undecided", word="tier"
)
ENTITLEMENTS = (
    Entitlement(
        "discount",
        span("discount"),
        "discount",
        "discount:granted",
        number(4),
        by_tier=True,
        spans=(("registered", span("registered: 5%")), ("silver", span("silver: 10%")), ("gold", span("gold: 15%"))),
    ),
    Entitlement(
        "coaching",
        span("coaching"),
        "coaching",
        "coaching:granted",
        BOOLEAN,
        by_tier=False,
        lines=("benefit.coaching.1", "benefit.coaching.2"),
    ),
)
EARNINGS = (
    Earning(
        "volume_rebate",
        "Quarterly volume rebate",
        span("volume_rebate"),
        "USD",
        (
            Part(
                "volume_rebate",
                "volume_rebate.told",
                ("partner_id", "period"),
                (
                    Step("measure", "volume_rebate:measure", USD, span("volume_rebate")),
                    Step("earned", "volume_rebate:banded", USD.sized(22, 4), span("bands", 1)),
                    Step("limit", "volume_rebate:limited", USD.sized(22, 4), span("at_most: 2_500 USD")),
                    Step("amount", "volume_rebate:amount", USD, span("volume_rebate")),
                ),
                "volume_rebate:amount",
                (),
                basis=(("volume_rebate.measured", "volume_rebate:measure"),),
                lines=("incentive.volume_rebate.1",),
                bands=REBATE_BANDS,
                band_spans=(span("{from: 0 USD, rate: 1%}"), span("{from: 100_000 USD, rate: 2%}")),
            ),
        ),
    ),
    Earning(
        "launch_spiff",
        "EdgeGuard launch",
        span("launch_spiff"),
        "USD",
        (
            Part(
                "launch_spiff",
                "launch_spiff.told",
                ("seller_id", "sale_id"),
                (
                    Step("earned", "launch_spiff:gross", USD, span("amount: 150 USD")),
                    Step(
                        "limit",
                        "launch_spiff:amount",
                        USD,
                        span("at_most: 400 USD"),
                        "launch_spiff:room",
                        whole="launch_spiff:whole",
                    ),
                ),
                "launch_spiff:amount",
                (),
            ),
        ),
    ),
)
CONDITIONS = (*LEAVES, *COMBINED, *ON_TIER)
CONDITION_COLUMNS = tuple(
    (name, name, type)
    for each in CONDITIONS
    for name, type in (
        (each.outcome, BOOLEAN),
        *([(each.value, each.unit)] if each.value and each.unit and each.names != ("growth",) else []),
    )
)
OUTPUTS = (
    Output("conditions", "decisions", (("partner_id", "partner_id", ID), *CONDITION_COLUMNS), ("partner_id",)),
    Output(
        "statuses",
        "decisions",
        (
            ("partner_id", "partner_id", ID),
            *((name, name, TEXT) for name in ("ladder", "scope")),
            *((name, name, TIER) for name in ("floor", "ceiling", "held", "prior", "qualified")),
            ("undecided", "undecided", BOOLEAN),
        ),
        ("partner_id", "ladder", "scope"),
    ),
    Output(
        "entitlements",
        "decisions",
        (
            ("partner_id", "partner_id", ID),
            ("discount", "discount", number(4)),
            ("coaching", "coaching:granted", BOOLEAN),
        ),
        ("partner_id",),
    ),
    Output(
        "rebates",
        "volume_rebate.told",
        (("partner_id", "partner_id", ID), ("event", "period", TEXT), ("amount", "volume_rebate:amount", USD)),
        ("partner_id", "event"),
    ),
    Output(
        "spiffs",
        "launch_spiff.told",
        (
            ("partner_id", "partner_id", ID),
            ("event", "sale_id", ID),
            ("seller_id", "seller_id", ID),
            ("amount", "launch_spiff:amount", USD),
        ),
        ("partner_id", "event"),
    ),
)


def ridge() -> Plan:
    """The plan."""
    return Plan(
        "ridge",
        "2026",
        AS_OF,
        (*SCANS, *METRIC_TABLES, *STATUS_TABLES, *EARNING_TABLES),
        OUTPUTS,
        "decisions",
        (TIER_LADDER,),
        CONDITIONS,
        METRICS,
        ENTITLEMENTS,
        EARNINGS,
    )
