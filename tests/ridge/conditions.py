"""The conditions, statuses and benefits of the hand-built plan."""

from __future__ import annotations

from engine.plan.owner import TIERS, Owner, OwnerKind
from engine.plan.plan import Condition
from engine.plan.scalar import (
    Among,
    And,
    AtLeast,
    Case,
    Column,
    Compare,
    Comparison,
    IfMissing,
    Literal,
    Not,
    Or,
    Rank,
    Scalar,
)
from engine.plan.table import (
    Extend,
    Lookup,
    Table,
    Within,
)
from engine.types import BOOLEAN, COUNT, DATE, INTEGER, TEXT, Type
from tests.ridge.metrics import CSAT, ENGINEERS, GROWTH, HELD, REGION, REVENUE
from tests.ridge.program import AS_OF, LADDER, SCORE, TIER, USD, at_least, missing_to, num, span, usd, word


def owner_of(id: str) -> Owner:
    """What a line belongs to, by its id: `tier.gold.2.1` is a line of the tier gold."""
    kind, name, *_ = id.split(".")
    return Owner(OwnerKind.TIER, TIERS, name) if kind == "tier" else Owner(OwnerKind(kind), name)


def comparison(
    id: str,
    text: str,
    value: Scalar,
    threshold: Scalar,
    unit: Type,
    *names: str,
    strict: bool = False,
    nth: int = 1,
) -> Condition:
    """A line `value >= threshold`, or `>` when strict."""
    scalar = Compare(value, Comparison.MORE if strict else Comparison.AT_LEAST, threshold)
    return Condition(
        id,
        owner_of(id),
        "compare",
        text,
        span(text, nth),
        scalar,
        outcome=f"{id}:outcome",
        value=f"{id}:value",
        threshold=f"{id}:threshold",
        distance=f"{id}:distance",
        unit=unit,
        strict=strict,
        names=names,
    )


def combination(id: str, form: str, text: str, scalar: Scalar, *parts: str, count: int = 0) -> Condition:
    """A line made of others; its text is that of the compiler."""
    said = f"at least {count} of" if count else form
    return Condition(id, owner_of(id), form, said, span(text), scalar, parts, count, f"{id}:outcome")


def plain(id: str, text: str, scalar: Scalar, *names: str) -> Condition:
    """A comparison of words: no distance."""
    return Condition(id, owner_of(id), "compare", text, span(text), scalar, outcome=f"{id}:outcome", names=names)


def outcome(id: str) -> Column:
    """The outcome of another line."""
    return Column(f"{id}:outcome", BOOLEAN, True)


COMMON = ("revenue >= revenue_needed", "engineers >= engineers_needed")
LEAVES: tuple[Condition, ...] = (
    plain("segment.strategic.1", "region in [emea, na]", Among(REGION, (word("emea"), word("na"))), "region"),
    comparison("segment.strategic.2", "revenue >= 300_000 USD", REVENUE, usd("300000"), USD, "revenue"),
    comparison("tier.silver.1", COMMON[0], REVENUE, usd("50000"), USD, "revenue"),
    comparison("tier.silver.2", COMMON[1], ENGINEERS, Literal(1, COUNT), COUNT, "engineers"),
    comparison("tier.gold.1", COMMON[0], REVENUE, usd("250000"), USD, "revenue"),
    comparison("tier.gold.2", COMMON[1], ENGINEERS, Literal(2, COUNT), COUNT, "engineers"),
    comparison("tier.gold.3.1", "growth >= 10%", GROWTH, num("0.10"), SCORE, "growth"),
    comparison("tier.gold.3.2", "csat > 4.2", CSAT, num("4.2"), SCORE, "csat", strict=True),
    comparison("tier.gold.4.1", "csat >= 4", CSAT, num("4"), SCORE, "csat"),
    comparison("tier.gold.4.2", "growth >= 15%", GROWTH, num("0.15"), SCORE, "growth"),
    plain("tier.gold.5.1", "region is restricted", Compare(REGION, Comparison.EQUAL, word("restricted")), "region"),
    comparison("benefit.coaching.2", "growth >= 30%", GROWTH, num("0.30"), SCORE, "growth"),
)
STRATEGIC = And((outcome("segment.strategic.1"), outcome("segment.strategic.2")))
ANY = Or((outcome("tier.gold.3.1"), outcome("tier.gold.3.2")))
TWO_OF = AtLeast(2, (outcome("tier.gold.4.1"), outcome("tier.gold.4.2"), STRATEGIC))
NONE_OF = Not(Or((outcome("tier.gold.5.1"),)))
COMBINED: tuple[Condition, ...] = (
    combination("tier.gold.3", "any", "any:", ANY, "tier.gold.3.1", "tier.gold.3.2"),
    Condition(
        "tier.gold.4.3",
        owner_of("tier.gold.4.3"),
        "name",
        "strategic",
        span("- strategic").inside(2, 11),
        STRATEGIC,
        outcome="tier.gold.4.3:outcome",
        names=("strategic",),
        behind=owner_of("segment.strategic.1"),
    ),
    combination(
        "tier.gold.4", "at_least", "at_least: 2", TWO_OF, "tier.gold.4.1", "tier.gold.4.2", "tier.gold.4.3", count=2
    ),
    combination("tier.gold.5", "none", "none:", NONE_OF, "tier.gold.5.1"),
)
AT_MOST_SILVER = Compare(Rank(HELD, LADDER), Comparison.AT_MOST, Literal(1, INTEGER))
AT_LEAST_SILVER = at_least(Rank(HELD, LADDER), Literal(1, INTEGER))
ON_TIER: tuple[Condition, ...] = (
    plain("benefit.coaching.1", "tier <= silver", AT_MOST_SILVER, "tier"),
    plain("incentive.volume_rebate.1", "tier >= silver", AT_LEAST_SILVER, "tier"),
)


def condition_columns(conditions: tuple[Condition, ...]) -> tuple[tuple[str, Scalar], ...]:
    """Outcome of every line; of comparisons with a unit also value, threshold and distance."""
    columns: list[tuple[str, Scalar]] = []
    for each in conditions:
        columns.append((each.outcome, each.scalar))
        if each.value and isinstance(each.scalar, Compare):
            left, right = each.scalar.left, each.scalar.right
            columns += [(each.value, left), (each.threshold, right), (each.distance, missing_to(left, right))]
    return tuple(columns)


def ladder(gold: Scalar, silver: Scalar) -> Case:
    """The highest tier whose condition holds."""
    return Case(((gold, Literal("gold", TIER)), (silver, Literal("silver", TIER))), Literal("registered", TIER))


def not_refuted(name: str) -> Scalar:
    """Whether an outcome is met or cannot be decided."""
    return IfMissing(Column(name, BOOLEAN, True), Literal(True, BOOLEAN))


GOLD, SILVER = Column("gold:outcome", BOOLEAN, True), Column("silver:outcome", BOOLEAN, True)
FLOOR, CEILING, PRIOR = Column("floor", TIER), Column("ceiling", TIER), Column("prior", TIER, True)


def rank(tier: Scalar) -> Rank:
    """The place of a tier on the ladder."""
    return Rank(tier, LADDER)


STATUS_TABLES: tuple[Table, ...] = (
    Extend("now.lines", "now.metrics", condition_columns(LEAVES)),
    Extend("now.combined", "now.lines", condition_columns(COMBINED)),
    Extend(
        "now.rungs",
        "now.combined",
        (
            ("silver:outcome", And((outcome("tier.silver.1"), outcome("tier.silver.2")))),
            ("gold:outcome", And(tuple(outcome(f"tier.gold.{place}") for place in range(1, 6)))),
        ),
    ),
    Lookup(
        "now.prior",
        "now.rungs",
        "statuses",
        (("partner_id", "partner_id"),),
        (("prior", "tier"),),
        Within(Literal(AS_OF, DATE), "from", "before"),
    ),
    Extend(
        "now.interval",
        "now.prior",
        (
            ("floor", ladder(GOLD, SILVER)),
            ("ceiling", ladder(not_refuted("gold:outcome"), not_refuted("silver:outcome"))),
        ),
    ),
    Extend(
        "now.status",
        "now.interval",
        (
            (
                "held",
                Case(
                    (
                        (Compare(rank(PRIOR), Comparison.LESS, rank(FLOOR)), FLOOR),
                        (Compare(rank(PRIOR), Comparison.MORE, rank(CEILING)), CEILING),
                    ),
                    IfMissing(PRIOR, FLOOR),
                ),
            ),
            ("qualified", Case(((Compare(FLOOR, Comparison.EQUAL, CEILING), FLOOR),), Literal(None, TIER))),
            ("undecided", Compare(FLOOR, Comparison.UNEQUAL, CEILING)),
            ("ladder", Literal("tiers", TEXT)),
            ("scope", Literal(None, TEXT)),
        ),
    ),
    Extend("now.on_tier", "now.status", condition_columns(ON_TIER)),
    Extend(
        "decisions",
        "now.on_tier",
        (
            (
                "discount",
                Case(
                    (
                        (at_least(rank(HELD), Literal(2, INTEGER)), num("0.15")),
                        (at_least(rank(HELD), Literal(1, INTEGER)), num("0.10")),
                    ),
                    num("0.05"),
                ),
            ),
            ("discount:granted", Literal(True, BOOLEAN)),
            ("coaching", Literal(True, BOOLEAN)),
            ("coaching:granted", And((outcome("benefit.coaching.1"), outcome("benefit.coaching.2")))),
        ),
    ),
)
