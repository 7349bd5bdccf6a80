"""Every benefit with its cause: the tier that lists it, the conditions, or both."""

from __future__ import annotations

from engine.explain.lines import lines_of
from engine.explain.model import BenefitReason
from engine.explain.subject import Subject
from engine.plan.owner import said_scope
from engine.plan.plan import Entitlement


def benefit_reasons(subject: Subject, held: str) -> tuple[BenefitReason, ...]:
    """The benefits in program order; `held` is the partner's tier, "" without a ladder."""
    return tuple(_reason(subject, benefit, held) for benefit in subject.plan.entitlements)


def _reason(subject: Subject, benefit: Entitlement, held: str) -> BenefitReason:
    tier = _listing_tier(benefit, subject.plan.tiers.tiers, held) if benefit.by_tier else ""
    clause = subject.clause(dict(benefit.spans).get(tier, benefit.span))
    return BenefitReason(
        benefit.name,
        said_scope(benefit.scope),
        clause,
        subject.outcome(benefit.granted),
        subject.decided(benefit.value, percent="%" in clause.text),
        tier,
        lines_of(subject, benefit.lines),
    )


def _listing_tier(benefit: Entitlement, ladder: tuple[str, ...], held: str) -> str:
    """The tier whose value applies: the one held, else the next lower one listed; "" if there is none."""
    listed = {tier for tier, _ in benefit.spans}
    upto = ladder[: ladder.index(held) + 1] if held else ()
    return next((tier for tier in reversed(upto) if tier in listed), "")
