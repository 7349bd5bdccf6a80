"""Expectations against the program: every name must be there, every value have its type."""

from __future__ import annotations

import pytest

from engine.authoring.cases.expected import read_expected
from engine.language.loader import load_tree
from rules import compile_program, load_program
from tests.engine.authoring.cases.suites import answers, only, run, told

BARE = 'rung: 1\nprogram: bare\nversion: "1"\neffective: {from: 2026-01-01, before: 2027-01-01}\ncurrency: USD\n'

WORLD = """
    cases:
      a:
        given:
          partners: [{size: enterprise}]
          sales:
            - {sale_id: A, closed_on: 2026-02-01, amount: 30_000 USD, channel: web, quantity: 3, seller_id: ann}
            - {sale_id: B, closed_on: 2026-02-02, amount: 2 USD, channel: shop, quantity: 9, seller_id: ann}
            - {sale_id: C, closed_on: 2025-02-02, amount: 20_000 USD, channel: web, weight: 1.25}
          certifications: [{times: 2, certification: pro, earned_on: 2026-01-01}]
        expect: %s
"""


def expecting(expect: str) -> dict[str, str]:
    """What differs in the world above."""
    (outcome,) = run(WORLD % expect)
    return {path: str(answer) for path, answer in answers(outcome).items()}


def test_everything_that_was_decided_can_be_expected() -> None:
    """Computed by hand: revenue 30,002 against 20,000, two engineers, enterprise: gold by being large and by growth."""
    assert (
        expecting("""{
      tier: gold, floor: gold, ceiling: gold,
      tiers: {silver: met, gold: met},
      benefits: {discount: 12.5%, support: best, coaching: true, gift: 100 USD},
      earnings: {rebate: {2026-Q1: 400 USD, 2026-Q2: none}, spiff: {A: 30 USD, B: 20 USD}},
      metrics: {revenue: 30_002 USD, revenue_before: 20_000 USD, growth: 50.01%, weight: missing, engineers: 2},
      lines: {
        gold: {"revenue >= 10_000 USD": {outcome: met, value: 30_002 USD, threshold: 10_000 USD, distance: 0 USD},
          large: met, any: met},
        tier.gold.3: {distance: 0, missing: []},
        large: {"size is enterprise": met},
        "growth >= 30%": met}}""")
        == {}
    )


def test_in_all_or_by_part() -> None:
    """An amount in all is the sum of its parts; what is not there is none."""
    assert expecting("{earnings: {rebate: 400 USD, spiff: 50 USD}}") == {}
    assert expecting("{earnings: {rebate: none, spiff: {A: none, C: 1 USD}}}") == {
        "earnings.rebate": "400.00",
        "earnings.spiff.A": "30.00",
        "earnings.spiff.C": "none",
    }


def test_values_are_compared_exactly() -> None:
    """A rounded ratio is not the ratio, and a word is no amount."""
    assert expecting("{metrics: {growth: 50%, revenue: 30_002.00 USD}}") == {"metrics.growth": "0.5001"}
    assert expecting("{benefits: {discount: none, coaching: undecided, gift: 100.01 USD}}") == {
        "benefits.discount": "0.125",
        "benefits.coaching": "True",
        "benefits.gift": "100",
    }


def test_a_common_line_is_that_of_the_tier_expected() -> None:
    """The line of the tier that the case expects; the text alone stands for several."""
    case = only(WORLD % '{tier: silver, lines: {"revenue >= 10_000 USD": met}}')
    assert case.expected[1].path == ("lines", "tier.silver.1", "outcome")
    assert [each.split(":")[0] for each in told(WORLD % '{lines: {"revenue >= 10_000 USD": met}}')] == ["RNG907 12"]


@pytest.mark.parametrize(
    ("expect", "messages"),
    [
        ("{tier: platinum}", ["the program has no tier `platinum`"]),
        ("{tiers: {bronze: met}}", ["the program has no tier `bronze`"]),
        ("{tiers: {registered: met}}", ["`registered` is the lowest tier and has no lines"]),
        ("{benefits: {rebate: 1%}}", ["the program has no benefit `rebate`"]),
        ("{benefits: {discount: 12.5}}", []),
        ("{benefits: {coaching: none}}", ["`none` is neither true nor false"]),
        ("{benefits: {support: better}}", ["`better` is not a value of the choice"]),
        ("{earnings: {discount: 1 USD}}", ["the program has no incentive `discount`"]),
        ("{earnings: {rebate: {Q1: 1 USD}}}", ["`rebate` has no period `Q1`"]),
        ("{earnings: {spiff: {X: 1 USD}}}", ["`spiff` has no record in `sales` `X`"]),
        ("{earnings: {spiff: 30}}", ["expected an amount with its currency, found `30`"]),
        ("{metrics: {revenu: 1 USD}}", ["the program has no metric `revenu`"]),
        ("{lines: {gold: {growth > 1: met}}}", ["the program has no line `growth > 1`"]),
        ("{lines: {tier.gold.1: {gap: 1 USD}}}", ["a line has no `gap`"]),
        ("{lines: {large: {size is enterprise: {value: 1}}}}", [
            "`size is enterprise` compares no numbers, so it has no value"
        ]),
        ("{lines: {tier.gold.1: {missing: {a: met}}}}", ["fields that are missing are a list"]),
        ("{lines: {tier.gold.1: {value: [1]}}}", ["`value` must be a single value"]),
        ("{lines: {tier.gold.1: perhaps}}", ["`perhaps` is not a value of the choice"]),
    ],
)  # fmt: skip
def test_what_cannot_be_expected(expect: str, messages: list[str]) -> None:
    """An expectation that could never fail, or never hold, is told at its place."""
    assert [each.split(": ", 1)[1] for each in told(WORLD % expect)] == messages


def test_what_is_missing_is_named() -> None:
    """A line that cannot be decided tells the fields whose absence leaves it open."""
    (outcome,) = run("""
        cases:
          nobody knows the size:
            given: {sales: [{closed_on: 2026-05-01, amount: 10_000 USD}]}
            expect:
              tier: silver
              lines: {large: {"size is enterprise": {outcome: cannot_decide, missing: [partners.size]}}}
    """)
    assert outcome.passed
    (outcome,) = run("""
        cases:
          nobody knows the size:
            given: {sales: [{closed_on: 2026-05-01, amount: 10_000 USD}]}
            expect: {lines: {large: {"size is enterprise": {missing: [partners.rank]}}}}
    """)
    assert answers(outcome) == {"lines.segment.large.1.missing": ("partners.size",)}


def test_a_program_without_tiers() -> None:
    """Nothing is expected of tiers that are not there."""
    program, _ = load_program(BARE.encode(), "bare.yaml")
    assert program is not None
    plan, _ = compile_program(program, program.effective[0])
    assert plan is not None
    tree, _ = load_tree(b"tier: gold\n", "x.yaml")
    found, reports = read_expected(tree, program, plan, {})
    assert (found, [each.message for each in reports]) == ((), ["the program has no tier `gold`"])
    assert reports[0].help == "it has none"


def test_a_metric_of_other_days() -> None:
    """A metric that only an incentive asks about, on its own days, has no value on the day of the case."""
    text = BARE + (
        "metrics:\n  sold: {from: sales, count: records, window: lifetime}\n"
        "incentives:\n  bonus:\n    kind: spiff\n    from: sales\n    eligible: [sold >= 2]\n"
        "    rate: 1%\n    of: amount\n    payee: partner\n"
    )
    program, _ = load_program(text.encode(), "bare.yaml")
    assert program is not None
    plan, _ = compile_program(program, program.effective[0])
    assert plan is not None
    tree, _ = load_tree(b"metrics: {sold: 1}\n", "x.yaml")
    found, reports = read_expected(tree, program, plan, {})
    assert found == ()
    assert [each.message for each in reports] == [
        "`sold` has no single value here: it has one for each group, or for other days"
    ]
