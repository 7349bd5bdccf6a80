"""Explanations of the hand-built plan: every figure worked out by hand from its world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.explain.explain import explain
from engine.explain.lines import tree
from engine.explain.model import Clause, Explanation, Gap, Line, Outcome, Quantity, Reading, Record, Records, WhyNot
from engine.plan.plan import Plan
from engine.reference.evaluate import evaluate
from tests.plans import WORLD, ridge
from tests.ridge.program import FILE, LINES, span

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_DECIDE


def place_of(table: str, key: tuple[str, ...]) -> tuple[str, int] | None:
    """Records stand in the order of their numbers below a header line; certificates nobody knows where."""
    return None if table == "certifications" else (f"{table}.csv", 1 + int(key[0][1:]))


def explained(
    partner: str, plan: Plan | None = None, *, tier: str | None = None, incentive: str | None = None
) -> Explanation:
    """The explanation of one partner, with two records behind each value."""
    plan = plan or ridge()
    return explain(
        plan,
        evaluate(plan, WORLD),
        partner,
        source={FILE: LINES},
        place_of=place_of,
        records=2,
        tier=tier,
        incentive=incentive,
    )


def usd(text: str) -> Quantity:
    """Money."""
    return Quantity(Decimal(text), "money", "USD")


def percent(text: str) -> Quantity:
    """A percent, as the number it stands for."""
    return Quantity(Decimal(text), "percent")


def line(lines: tuple[Line, ...], id: str) -> Line:
    """The line of this id, at any depth."""
    return next(each for each in tree(lines) if each.id == id)


def wanted(explanation: Explanation) -> WhyNot:
    """The tier not held."""
    assert explanation.why_not is not None
    return explanation.why_not


def test_the_tier_held_and_its_lines() -> None:
    """P1 is silver with 280,000 USD of 50,000 and two engineers of one."""
    tier = explained("P1").tier
    assert tier is not None
    assert (tier.held, tier.floor, tier.ceiling, tier.prior, tier.undecided) == (
        "silver",
        "silver",
        "silver",
        "",
        False,
    )
    assert tier.because == "the highest tier whose lines are all met"
    revenue, engineers = tier.lines
    assert revenue.clause == Clause(FILE, 27, 7, "- revenue >= revenue_needed")
    assert (revenue.outcome, revenue.observed, revenue.threshold) == (MET, usd("280000.00"), usd("50000.00"))
    assert (engineers.observed, engineers.threshold) == (Quantity(2, "integer"), Quantity(1, "integer"))
    assert revenue.gap is None


def test_why_not_gold() -> None:
    """P1 meets one of the three lines of which two are needed: growth is 3 points short, revenue 20,000 USD."""
    gold = wanted(explained("P1"))
    assert (gold.tier, gold.outcome, gold.clause.line) == ("gold", NOT_MET, 29)
    outcomes = {each.id: each.outcome for each in gold.lines}
    assert outcomes == {f"tier.gold.{place}": NOT_MET if place == 4 else MET for place in range(1, 6)}
    assert line(gold.lines, "tier.gold.4.2").gap == Gap(percent("0.03"), strict=False, up=True)
    assert line(gold.lines, "tier.gold.4.2").observed == percent("0.12")
    group = line(gold.lines, "tier.gold.4")
    assert (group.form, group.at_least, len(group.parts)) == ("at_least", 2, 3)


def test_a_strict_line_on_its_threshold() -> None:
    """4.2 is not more than 4.2: nothing is missing but it is not met."""
    strict = line(wanted(explained("P1")).lines, "tier.gold.3.2")
    assert (strict.outcome, strict.gap) == (NOT_MET, Gap(Quantity(Decimal(0), "number"), strict=True, up=True))


def test_the_lines_of_a_segment_stand_below_its_name() -> None:
    """`strategic` is not met because of its revenue line, 20,000 USD short."""
    strategic = line(wanted(explained("P1")).lines, "tier.gold.4.3")
    assert [part.id for part in strategic.parts] == ["segment.strategic.1", "segment.strategic.2"]
    assert strategic.parts[0].readings == (Reading("region", Quantity("emea", "text")),)
    assert strategic.parts[1].gap == Gap(usd("20000.00"), strict=False, up=True)


def test_the_cheapest_step_is_one_line() -> None:
    """Growth and the segment's revenue both do it alone; growth comes first in the program."""
    (move,) = wanted(explained("P1")).cheapest
    assert (move.line.id, move.meet, move.gap) == ("tier.gold.4.2", True, Gap(percent("0.03"), strict=False, up=True))


def test_the_cheapest_step_of_two_lines() -> None:
    """P3 lacks 20,000 USD and one engineer for silver, and needs both."""
    moves = wanted(explained("P3")).cheapest
    assert [(each.line.id, each.gap) for each in moves] == [
        ("tier.silver.1", Gap(usd("20000.00"), strict=False, up=True)),
        ("tier.silver.2", Gap(Quantity(1, "integer"), strict=False, up=True)),
    ]


def test_an_undecided_partner() -> None:
    """P2 keeps gold; its region is missing, in line 4 of partners.csv by our count 3."""
    found = explained("P2")
    assert found.tier is not None
    assert (found.tier.held, found.tier.floor, found.tier.ceiling, found.tier.undecided) == (
        "gold",
        "silver",
        "gold",
        True,
    )
    assert found.tier.because.startswith(
        "a value is missing, so anything from silver to gold is possible; the tier held before is kept"
    )
    restricted = line(found.tier.lines, "tier.gold.5.1")
    assert restricted.outcome is UNKNOWN
    assert restricted.missing[0].field == "partners.region"
    (undecided,) = found.undecided
    assert undecided.missing.records == Records(1, (Record("partners", ("P2",), "partners.csv", 3),))
    assert undecided.lines == ("region in [emea, na]", "region is restricted")
    assert found.why_not is None  # it holds the highest tier


def test_why_not_a_tier_that_is_named() -> None:
    """P3 asked about gold: seven leaves, of which growth cannot be decided; the lowest tier has no lines."""
    gold = wanted(explained("P3", tier="gold"))
    assert gold.tier == "gold"
    assert line(gold.lines, "tier.gold.3.1").outcome is UNKNOWN
    assert [move.line.id for move in gold.cheapest] == [
        "tier.gold.1",
        "tier.gold.2",
        "tier.gold.3.1",
        "tier.gold.4.1",
        "tier.gold.4.2",
    ]
    assert explained("P3", tier="registered").why_not is None


def test_metrics_and_their_records() -> None:
    """P1's revenue comes from five sales, of which two are shown; certificates have no known place."""
    metrics = {each.name: each for each in explained("P1").metrics}
    revenue = metrics["revenue"]
    assert (revenue.title, revenue.value) == ("Net revenue, trailing twelve months", usd("280000.00"))
    assert (revenue.since, revenue.before) == (date(2025, 7, 1), date(2026, 7, 1))
    shown = (Record("sales", ("S1",), "sales.csv", 2), Record("sales", ("S2",), "sales.csv", 3))
    assert revenue.records == Records(5, shown)
    assert metrics["growth"].value == percent("0.12")
    assert metrics["engineers"].records.shown[0] == Record("certifications", ("H1",))
    assert metrics["csat"].value == Quantity(Decimal("4.2"), "number")
    score = {each.name: each for each in explained("P4").metrics}["csat"].missing
    assert [(each.field, each.records.count) for each in score] == [("surveys.score", 1)]


def test_benefits_and_their_causes() -> None:
    """P1 has the 10 % listed for silver, and no coaching as growth is below 30 %; P3's cannot be decided."""
    discount, coaching = explained("P1").benefits
    assert (discount.value, discount.tier, discount.clause.line) == (percent("0.1"), "silver", 42)
    assert coaching.outcome is NOT_MET
    assert [each.outcome for each in coaching.lines] == [MET, NOT_MET]
    assert explained("P3").benefits[1].outcome is UNKNOWN


def test_a_tier_not_listed_has_the_value_of_the_next_lower_one() -> None:
    """Without silver's own value P1 would have what registered has; a benefit that lists none names none."""
    plan = ridge()
    discount = plan.entitlements[0]
    bare = replace(discount, spans=(discount.spans[0], discount.spans[2]))
    assert explained("P1", replace(plan, entitlements=(bare,))).benefits[0].tier == "registered"
    empty = replace(discount, spans=())
    assert explained("P1", replace(plan, entitlements=(empty,))).benefits[0].tier == ""


def test_an_earning_as_steps() -> None:
    """P2's first quarter: 260,000 at 1 % and 2 % is 1,000 + 3,200, limited to 2,500."""
    first = explained("P2", incentive="volume_rebate").earnings[0]
    (part,) = first.parts
    assert [(each.name, each.value) for each in part.steps] == [
        ("measure", usd("260000.00")),
        ("earned", usd("4200.00")),
        ("limit", usd("2500.00")),
        ("amount", usd("2500.00")),
    ]
    assert [(band.rate, band.measure, band.earned) for band in part.bands] == [
        (percent("0.01"), usd("100000.00"), usd("1000.00")),
        (percent("0.02"), usd("160000.00"), usd("3200.00")),
    ]
    low, high = part.bands
    assert (low.start, low.before, high.before) == (usd("0.00"), usd("100000.00"), None)
    assert high.clause == Clause(FILE, 51, 9, "- {from: 100_000 USD, rate: 2%}")
    assert (first.amount, part.amount) == (usd("2500.00"), usd("2500.00"))
    assert part.records == Records(1, (Record("sales", ("S5",), "sales.csv", 6),))
    assert [(each.name, each.value.value) for each in first.key] == [
        ("period", "2026-Q1"),
        ("period_from", date(2026, 1, 1)),
        ("period_before", date(2026, 4, 1)),
    ]
    assert (part.since, part.before) == (date(2026, 1, 1), date(2026, 4, 1))


def test_who_may_earn_with_the_tier_held() -> None:
    """P3 is registered on the day, so `tier >= silver` is not met; a line of words has no distance."""
    (part,) = explained("P3", incentive="volume_rebate").earnings[1].parts
    assert part.judged_on == date(2026, 6, 30)
    (tier,) = part.eligible
    assert (tier.text, tier.outcome, tier.gap) == ("tier >= silver", NOT_MET, None)
    assert tier.readings == (Reading("tier", Quantity("registered", "choice")),)
    assert tier.clause.line == 48


def test_an_ineligible_partner_has_no_band_at_work() -> None:
    """P3 sold 30,000 in the second quarter and is registered: the bands earned nothing."""
    second = explained("P3", incentive="volume_rebate").earnings[1]
    assert (second.parts[0].bands, second.amount) == ((), usd("0.00"))


def test_an_earning_of_a_row_names_its_record() -> None:
    """S2 asks for 450 USD and takes the 400 that its seller may have."""
    spiff = explained("P1", incentive="launch_spiff").earnings[0]
    (part,) = spiff.parts
    assert [each.value for each in part.steps] == [usd("450.00"), usd("400.00")]
    assert part.records.shown == (Record("sales", ("S2",), "sales.csv", 3),)
    assert (part.bands, part.eligible, part.judged_on, part.since) == ((), (), None, None)


def test_all_incentives_unless_one_is_named() -> None:
    """Two quarters and three sales for P1; an unknown incentive has none."""
    assert [each.incentive for each in explained("P1").earnings] == ["volume_rebate"] * 2 + ["launch_spiff"] * 3
    assert explained("P1", incentive="other").earnings == ()
    assert [rule.id for rule in explained("P4").unearned] == ["launch_spiff"]
    assert explained("P4", incentive="volume_rebate").unearned == ()


def test_incentives_that_the_plan_does_not_know_yet() -> None:
    """The program has one whose first period still runs: it is named, unless another is asked about."""
    plan, waiting = ridge(), ("yearly", "Yearly bonus", span("launch_spiff"))

    def unearned(incentive: str | None) -> list[tuple[str, str, int]]:
        found = explain(
            plan, evaluate(plan, WORLD), "P1", source={FILE: LINES}, incentive=incentive, incentives=[waiting]
        )
        return [(each.id, each.text, each.clause.line) for each in found.unearned]

    assert unearned(None) == unearned("yearly") == [("yearly", "Yearly bonus", 54)]
    assert unearned("volume_rebate") == []


def test_all_records() -> None:
    """None shows every record; without places they have none, without the source clauses have no text."""
    plan = ridge()
    found = explain(plan, evaluate(plan, WORLD), "P1", source={}, records=None)
    assert len(found.metrics[0].records.shown) == 5
    assert found.metrics[0].records.shown[0] == Record("sales", ("S1",))
    assert found.metrics[0].clause.text == ""


def test_a_program_without_tiers() -> None:
    """No ladder, no tier, and nothing to climb."""
    plan = replace(ridge(), ladders=(), outputs=())
    found = explained("P1", plan)
    assert (found.tier, found.why_not) == (None, None)
    assert found.benefits[0].tier == ""


def test_a_partner_that_is_not_there() -> None:
    """The caller asks only for partners of the run."""
    with pytest.raises(KeyError):
        explained("P9")
