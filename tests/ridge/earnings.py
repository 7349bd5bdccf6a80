"""The incentives of the hand-built plan: a quarterly rebate and a SPIFF with a running limit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.plan.literals import literal_number
from engine.plan.outputs import EARNINGS, TOLD
from engine.plan.scalar import (
    And,
    Band,
    Bands,
    Case,
    Column,
    Compare,
    Comparison,
    Least,
    Literal,
    Method,
    Mode,
    Multiply,
    Not,
    Round,
    Scalar,
)
from engine.plan.table import (
    Aggregate,
    Cross,
    Extend,
    Filter,
    Fold,
    FoldOp,
    Lookup,
    Measure,
    Op,
    Table,
    Values,
)
from engine.types import BOOLEAN, DATE, ID, INTEGER, TEXT
from tests.ridge.metrics import AMOUNT
from tests.ridge.program import USD, at_least, usd, word

QUARTERS = (
    ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
    ("2026-Q2", date(2026, 4, 1), date(2026, 7, 1)),
)
IN_PERIOD = And(
    (
        at_least(Column("closed_on", DATE), Column("start", DATE, of_base=True)),
        Compare(Column("closed_on", DATE), Comparison.LESS, Column("before", DATE, of_base=True)),
    )
)
REBATE_BANDS = Bands(
    Column("volume_rebate:measure", USD),
    (
        Band(literal_number(0), rate=literal_number(Decimal("0.01"))),
        Band(literal_number(100_000), rate=literal_number(Decimal("0.02"))),
    ),
    Method.MARGINAL,
    USD,
)
ELIGIBLE = Column("volume_rebate:eligible", BOOLEAN, True)
EDGEGUARD = Compare(Column("item.name", TEXT, True), Comparison.EQUAL, word("EdgeGuard 9"))

MINOR = USD.sized(22, 4)


def told(incentive: str, **given: Scalar) -> tuple[tuple[str, Scalar], ...]:
    """The columns by which a run tells earnings apart."""
    known: dict[str, Scalar] = {
        "partner_id": Column("partner_id", ID),
        "program": word("ridge"),
        "incentive": word(incentive),
        "earner_id": Column("partner_id", ID),
        "currency": word("USD"),
        **given,
    }
    return tuple((f"{TOLD}{name}", known.get(name, Literal(None, type))) for name, type in EARNINGS.keys)


EARNING_TABLES: tuple[Table, ...] = (
    Values("periods", (Column("period", TEXT), Column("start", DATE), Column("before", DATE)), QUARTERS, ("period",)),
    Cross("volume_rebate.keys", "partners", "periods"),
    Measure(
        "volume_rebate.measured",
        "volume_rebate.keys",
        "sales.item",
        (("partner_id", "partner_id"),),
        (Aggregate("volume_rebate:measure", Op.SUM, AMOUNT, IN_PERIOD, USD),),
    ),
    Lookup(
        "volume_rebate.judged",
        "volume_rebate.measured",
        "now.on_tier",
        (("partner_id", "partner_id"),),
        (("volume_rebate:eligible", "incentive.volume_rebate.1:outcome"),),
    ),
    Extend(
        "volume_rebate.banded",
        "volume_rebate.judged",
        (
            (
                "volume_rebate:banded",
                Case(((ELIGIBLE, REBATE_BANDS), (Not(ELIGIBLE), usd("0"))), Literal(None, USD)),
            ),
        ),
    ),
    Extend(
        "volume_rebate.limited",
        "volume_rebate.banded",
        (("volume_rebate:limited", Least((Column("volume_rebate:banded", MINOR, True), usd("2500")))),),
    ),
    Extend(
        "volume_rebate.earned",
        "volume_rebate.limited",
        (("volume_rebate:amount", Round(Column("volume_rebate:limited", MINOR, True), 2, Mode.HALF_UP)),),
    ),
    Filter("launch_spiff.rows", "sales.item", EDGEGUARD),
    Extend(
        "launch_spiff.gross",
        "launch_spiff.rows",
        (("launch_spiff:gross", Multiply(usd("150"), Column("quantity", INTEGER, True))),),
    ),
    Fold(
        "launch_spiff.earned",
        "launch_spiff.gross",
        ("seller_id",),
        ("recorded_on", "closed_on", "sale_id"),
        FoldOp.TAKE,
        Column("launch_spiff:gross", USD.sized(22, 4), True),
        "launch_spiff:amount",
        usd("400"),
        room="launch_spiff:room",
    ),
    Extend(
        "volume_rebate.told",
        "volume_rebate.earned",
        told(
            "volume_rebate",
            period=Column("period", TEXT),
            period_from=Column("start", DATE),
            period_before=Column("before", DATE),
        ),
    ),
    Extend("launch_spiff.whole", "launch_spiff.earned", (("launch_spiff:whole", usd("400")),)),
    Extend(
        "launch_spiff.told",
        "launch_spiff.whole",
        told("launch_spiff", source_id=Column("sale_id", ID), earner_id=Column("seller_id", ID, True)),
    ),
)
