"""The impact is what anybody counts by hand, on drawn programs with one thing or many changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from engine.authoring.diff.bare import bare
from engine.impact.model import Impact
from engine.impact.moves import read_earnings, read_moves
from engine.language.diagnostic import has_errors
from engine.language.program import Program
from rules import check_program, compile_program
from tests.engine.authoring.diff.mutation import Spot, mutated, spots
from tests.engine.impact import naive
from tests.engine.impact.evaluated import Compared, compared
from tests.properties.programs import Case, loaded, random_case

SEEDS = (300, 302, 306, 307, 313, 316, 328, 329, 331, 408, 414, 421, 424, 425, 431, 436)  # where something happens
CHANGED = (
    "Number.value Money.value Duration.count Comparing.op Arithmetic.op Tier.requires Tier.invitation Ladder.common "
    "Segment.when Group.lines Group.form Group.count Incentive.where Incentive.eligible Incentive.limits "
    "Incentive.bands Incentive.method Table.choices Program.incentives Program.benefits Window.count Metric.where "
    "Metric.children Metric.ignore_missing Certification.grace Certification.valid_for Benefit.when Benefit.name "
    "Incentive.name"
)
"""What is changed: an author could have written the result, so checks say what is wrong with it, if anything is."""


@cache
def altered(seed: int) -> tuple[Case, Program, Program] | None:
    """A drawn program, and the same with some places changed that still passes every check; None if none is found."""
    case = random_case(seed)
    program, random = loaded(case.text), Random(seed)
    wanted, found, every = random.choice((1, 3, 6)), program, places(program, paid=seed % 2 == 1)
    for _ in range(TRIES):
        other = mutated(found, random.choice(every[random.choice(sorted(every))]), random)
        if other is None or bare(other) == bare(found) or has_errors(check_program(other)):
            continue
        plan, problems = compile_program(other, case.as_of)
        if plan is not None and not has_errors(problems):
            found, wanted, every = other, wanted - 1, places(other, paid=False)
            if not wanted:
                return case, program, found
    return None


TRIES = 60


def places(program: Program, *, paid: bool) -> dict[str, list[Spot]]:
    """What may be changed, by the name of the field; with `paid` in what pays, where something does."""
    found: dict[str, list[Spot]] = {}
    for each in spots(program):
        if each.name in CHANGED.split() and (not paid or not program.incentives or each.way[0] == "incentives"):
            found.setdefault(each.name, []).append(each)
    return found


@pytest.mark.long
def test_everything_agrees_with_counting_by_hand() -> None:
    """Flows, movers, money, benefits and stakes, and the steps add up to the whole."""
    seen = Counter[str]()
    for seed in SEEDS:
        drawn = altered(seed)
        if drawn is None:
            continue
        case, old, new = drawn
        with compared(old, new, case.records, case.as_of) as found:
            _agree(found, case, seed)
            _count(found.measured.impact, seen)
    scarce = {name: seen[name] for name, least in LEAST.items() if seen[name] < least}
    assert not scarce, f"too few: {scarce}"


LEAST = {
    "programs": 14, "several steps": 5, "movers": 8, "money": 3, "grants": 3, "alike": 3,
    "stakes": 2,
}  # fmt: skip


def _count(impact: Impact, seen: Counter[str]) -> None:
    seen["programs"] += 1
    seen["several steps"] += len(impact.steps) > 1
    seen["movers"] += impact.movers
    seen["money"] += any(each.change for each in impact.money)
    seen["grants"] += any(each.gained or each.lost or each.changed for each in impact.grants)
    seen["alike"] += any(each.alike for each in impact.steps)
    seen["stakes"] += len(impact.winners) + len(impact.losers)


def _agree(found: Compared, case: Case, seed: int) -> None:
    impact = found.measured.impact
    old, new = naive.decided(found.old, case.records), naive.decided(found.new, case.records)
    if found.old.tiers.tiers or found.new.tiers.tiers:
        assert {(each.before, each.after): each.partners for each in impact.flows} == naive.flows(old, new), seed
    standings = {
        each.designation: {(flow.before, flow.after): flow.partners for flow in each.flows}
        for each in impact.designations
        if each.flows
    }
    assert standings == naive.standings(old, new), seed
    moves = list(read_moves(found.measured))
    assert {each.partner: (each.before, each.after) for each in moves} == naive.movers(old, new), seed
    assert len(moves) == impact.movers
    for number, step in enumerate(impact.steps, 1):
        movers = [each for each in moves if each.steps == (number,)]
        setup = found.build(frozenset(step.clauses)) if movers else None
        held = {} if setup is None else naive.tiers(naive.decided(setup.plan, case.records))
        assert all(each.alone == (held.get(each.partner) == each.after) for each in movers), (seed, number)
    _money_agrees(found, impact, old, new)
    assert {each.benefit: each for each in impact.grants} == naive.grants(found.old, found.new, old, new), seed
    _stakes_agree(found, impact, old, new)
    _steps_add_up(impact)


def _money_agrees(found: Compared, impact: Impact, old: naive.Outputs, new: naive.Outputs) -> None:
    before, after = naive.sums(found.old, old), naive.sums(found.new, new)
    own = {each.incentive: {each.currency} for plan in (found.old, found.new) for each in plan.earnings}
    earned = {name: {*before.get(name, {}), *after.get(name, {})} or own[name] for name in {*before, *after}}
    assert [(each.incentive, each.currency) for each in impact.money] == list(
        dict.fromkeys((each.incentive, each.currency) for each in impact.money)
    )
    assert {(each.incentive, each.currency) for each in impact.money} == {
        (name, each) for name, currencies in earned.items() for each in currencies
    }
    nothing = (Decimal(0), 0, 0)
    for each in impact.money:
        sides = (before.get(each.incentive), after.get(each.incentive))
        one, other = (None if side is None else side.get(each.currency, nothing) for side in sides)
        assert (each.before, each.after) == (one and one[0], other and other[0])
        counts = (each.earnings_before, each.undecided_before, each.earnings_after, each.undecided_after)
        assert counts == (*(one or (0, 0, 0))[1:], *(other or (0, 0, 0))[1:])


def _stakes_agree(found: Compared, impact: Impact, old: naive.Outputs, new: naive.Outputs) -> None:
    """Everybody whose sum differs, in one list; winners and losers are its ends."""
    before, after = naive.by_earner(old), naive.by_earner(new)
    zero = Decimal(0)
    changes = {key: after.get(key, zero) - before.get(key, zero) for key in {*before, *after}}
    expected = {key: change for key, change in changes.items() if change}
    _earnings_agree(found, impact, expected)
    for listed, sign in ((impact.winners, 1), (impact.losers, -1)):
        ordered = sorted((-sign * change, *key) for key, change in expected.items() if change * sign > 0)
        assert [(each.partner, each.seller, each.currency) for each in listed] == [tuple(key) for _, *key in ordered]
        for each in listed:
            assert sum((change for _, change in each.causes), zero) == each.change


def _earnings_agree(found: Compared, impact: Impact, expected: dict[tuple[str, str, str], Decimal]) -> None:
    """One by one, the earnings that differ add up to what each earner gets more; the largest come first."""
    earnings = list(read_earnings(found.measured))
    assert len(earnings) == impact.earnings
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for each in earnings:
        undecided = each.undecided_before or each.undecided_after
        assert each.change == (None if undecided else (each.after or 0) - (each.before or 0))
        assert each.before != each.after or each.undecided_before != each.undecided_after
        sums[each.partner, each.seller, each.currency] += (each.after or Decimal(0)) - (each.before or Decimal(0))
    assert {key: change for key, change in sums.items() if change} == expected
    sizes = [abs(each.change) for each in earnings if each.change is not None]
    assert sizes == sorted(sizes, reverse=True)


def _steps_add_up(impact: Impact) -> None:
    """What the steps do to money is what the whole does, to the cent."""
    for each in impact.money:
        parts = [
            change
            for step in impact.steps
            for incentive, currency, change in step.money
            if (incentive, currency) == (each.incentive, each.currency)
        ]
        assert sum(parts, Decimal(0)) == each.change
    if len(impact.steps) == 1:
        whole = tuple(each for each in impact.grants if each.gained or each.lost or each.changed)
        assert impact.steps[0].alike or impact.steps[0].grants == whole
    assert all(
        not (step.money or step.grants or step.up or step.down or step.other) for step in impact.steps if step.alike
    )


def test_nothing_changes_where_nothing_is_changed() -> None:
    """The same program twice has no impact at all."""
    case = random_case(300)
    program = loaded(case.text)
    with compared(program, replace(program, title="another"), case.records, case.as_of) as found:
        assert found.measured.impact.is_nothing
        assert list(read_moves(found.measured)) == []
