"""What cases reach: every line both ways, every edge exactly and by one step."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from engine.authoring.cases.coverage import Coverage, cover, turning_days
from engine.authoring.cases.goals import fixed_numbers, say
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.language.program import Program
from engine.plan.scalar import Column, Literal
from engine.types import INTEGER, TEXT, money, number
from rules import load_program
from tests.engine.authoring.cases.suites import FILE, plan_of_small, planner, read, small, text


def covered(cases: str) -> Coverage:
    """What the cases of the small program reach."""
    kept, found = read(cases)
    assert found == []
    decided = []
    for case in kept:
        plan, _ = plan_of_small(case.as_of)
        assert plan is not None
        outcome, evaluation = run_case(case, small(), plan)
        assert evaluation is not None
        decided.append((plan, evaluation, case.partner, outcome.observed))
    return cover(small(), plan_of_small, decided)


def reached(cases: str) -> set[str]:
    """The sentences of what the cases reach."""
    found = covered(cases)
    return {each.text for each in found.goals if each.key in found.reached}


def case(partner: str = "", sales: str = "", rest: str = "") -> str:
    """A case of one partner with sales."""
    return f"""
        cases:
          a:
            given:
              partners: [{{{partner}}}]
              sales: [{sales}]
              {rest}
            expect: {{metrics: {{engineers: 0}}}}
    """


ALL = """
at exactly 1 (engineers > 1, gold)
at exactly 10% (growth >= 10%, gold)
at exactly 10,000 USD (revenue >= 10_000 USD, gold)
at exactly 10,000 USD (revenue >= 10_000 USD, silver)
at exactly 30% (growth >= 30%, coaching)
earns `rebate` within the limit of 1,000 USD
earns `spiff` within the limit of 50 USD
ends in the tier gold
ends in the tier registered
ends in the tier silver
has a record for which `channel is web` (rebate) is undecided
has a record that `channel is web` (rebate) rejects
has a record that `channel is web` (rebate) accepts
is eligible for `rebate`
is granted `coaching`
is granted `discount` of 12.5%
is granted `discount` of 5%
is granted `gift`
is granted `support` of basic
is granted `support` of best
is not eligible for `rebate`
is refused `coaching`
is refused `gift`
just above 1, such as 2 (engineers > 1, gold)
just below 10%, such as 9.99% (growth >= 10%, gold)
just below 10,000 USD, such as 9,999.99 USD (revenue >= 10_000 USD, gold)
just below 10,000 USD, such as 9,999.99 USD (revenue >= 10_000 USD, silver)
just below 30%, such as 29.99% (growth >= 30%, coaching)
leaves `any: growth >= 10%, large` (gold) undecided
leaves `growth >= 10%` (gold) undecided
leaves `growth >= 30%` (coaching) undecided
leaves `large` (gold) undecided
leaves `size is enterprise` (large) undecided
measures exactly 20,000 USD for `rebate`
measures just below 20,000 USD for `rebate`, such as 19,999.99 USD
meets `any: growth >= 10%, large` (gold)
meets `engineers > 1` (gold)
meets `growth >= 10%` (gold)
meets `growth >= 30%` (coaching)
meets `large` (gold)
meets `revenue >= 10_000 USD` (gold)
meets `revenue >= 10_000 USD` (silver)
meets `size is enterprise` (large)
meets `tier >= gold` (gift)
misses `any: growth >= 10%, large` (gold)
misses `engineers > 1` (gold)
misses `growth >= 10%` (gold)
misses `growth >= 30%` (coaching)
misses `large` (gold)
misses `revenue >= 10_000 USD` (gold)
misses `revenue >= 10_000 USD` (silver)
misses `size is enterprise` (large)
misses `tier >= gold` (gift)
earns more for `rebate` than the limit of 1,000 USD allows
earns more for `spiff` than the limit of 50 USD allows
"""


def test_every_goal_of_a_program() -> None:
    """One sentence for each: written by hand from the program, line by line."""
    found = covered(case())
    assert sorted(each.text for each in found.goals) == sorted(ALL.strip().splitlines())
    assert len({each.key for each in found.goals}) == len(found.goals)
    assert [each.span.line for each in found.goals] == sorted(each.span.line for each in found.goals)


def test_a_case_of_nothing() -> None:
    """A partner of whom nothing is known ends in the lowest tier, with everything about growth and size open."""
    assert reached(case()) == {
        "ends in the tier registered",
        "is granted `support` of basic",
        "is not eligible for `rebate`",
        "is refused `gift`",
        "leaves `any: growth >= 10%, large` (gold) undecided",
        "leaves `growth >= 10%` (gold) undecided",
        "leaves `growth >= 30%` (coaching) undecided",
        "leaves `large` (gold) undecided",
        "leaves `size is enterprise` (large) undecided",
        "misses `engineers > 1` (gold)",
        "misses `revenue >= 10_000 USD` (gold)",
        "misses `revenue >= 10_000 USD` (silver)",
        "misses `tier >= gold` (gift)",
    }


@pytest.mark.parametrize(
    ("amount", "edges"),
    [
        ("9_999.98", set()),
        ("9_999.99", {"just below 10,000 USD, such as 9,999.99 USD (revenue >= 10_000 USD, silver)"}),
        ("10_000", {"at exactly 10,000 USD (revenue >= 10_000 USD, silver)"}),
        ("10_000.01", set()),
    ],
)
def test_the_edge_of_an_amount(amount: str, edges: set[str]) -> None:
    """Exactly the threshold, and one cent less: nothing else tells `>=` from `>` or a threshold from its neighbour."""
    found = reached(case(sales=f"{{closed_on: 2026-05-01, amount: {amount} USD}}"))
    assert {each for each in found if "10,000 USD" in each and "silver" in each} == edges


@pytest.mark.parametrize(
    ("revenue", "edges"),
    [
        ("109_899.99", set()),
        ("109_990", {"just below 10%, such as 9.99% (growth >= 10%, gold)"}),
        ("109_999.99", {"just below 10%, such as 9.99% (growth >= 10%, gold)"}),
        ("110_000", {"at exactly 10% (growth >= 10%, gold)"}),
        ("110_000.01", set()),
    ],
)
def test_the_edge_of_a_ratio(revenue: str, edges: set[str]) -> None:
    """A ratio is just below when the last digit of its metric tells it from the threshold, and no more than that."""
    sales = f"{{closed_on: 2025-05-01, amount: 100_000 USD}}, {{closed_on: 2026-05-01, amount: {revenue} USD}}"
    assert {each for each in reached(case(sales=sales)) if " 10% " in each or " 10%, " in each} - {
        each for each in ALL.splitlines() if each.startswith(("leaves", "meets", "misses"))
    } == edges


def test_above_a_strict_edge() -> None:
    """Of `>` the threshold itself is refused, and one more is the first that does."""
    held = "certifications: [{times: %s, certification: pro, earned_on: 2026-01-01}]"
    assert "at exactly 1 (engineers > 1, gold)" in reached(case(rest=held % 1))
    assert "just above 1, such as 2 (engineers > 1, gold)" in reached(case(rest=held % 2))
    assert not {each for each in reached(case(rest=held % 3)) if "engineers > 1" in each and each.startswith("j")}


def test_bands_and_limits_of_those_who_may_earn() -> None:
    """An edge counts for somebody who is eligible; a limit is reached when it takes something away."""
    row = "{closed_on: 2026-02-01, amount: %s USD, channel: web, quantity: %s, seller_id: ann}"
    found = reached(case(sales=row % ("20_000", 5)))
    assert "measures exactly 20,000 USD for `rebate`" in found
    assert "earns `rebate` within the limit of 1,000 USD" in found
    assert "earns `spiff` within the limit of 50 USD" in found
    assert "has a record that `channel is web` (rebate) accepts" in found
    found = reached(case(sales=row % ("80_000", 6)))
    assert "earns more for `rebate` than the limit of 1,000 USD allows" in found
    assert "earns more for `spiff` than the limit of 50 USD allows" in found
    refused = row % ("9_000", 1)
    assert "is not eligible for `rebate`" in reached(case(sales=refused))
    assert not {each for each in reached(case(sales=refused)) if each.startswith("measures")}
    others = (row % ("1", 1)).replace("channel: web, ", "")
    assert "has a record for which `channel is web` (rebate) is undecided" in reached(case(sales=others))


def test_the_share() -> None:
    """Hundredths, rounded down; nothing to reach is all reached."""
    found = covered(case())
    assert (len(found.reached), len(found.goals), found.share) == (13, 55, 23)
    assert len(found.missed) == 42
    assert Coverage((), frozenset()).share == 100


DATED = """\
rung: 1
program: dated
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
parameters:
  needed: [{from: 2026-01-01, value: 5 USD}, {from: 2026-07-01, value: 7 USD}]
  team: {by: revenue, bands: [{from: 0 USD, value: 1}, {from: 100 USD, value: 2}]}
  base: {by: sold, bands: [{from: 0, value: 1}, {from: 3, value: 2}]}
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
  sold: {from: sales, count: records, window: lifetime}
  engineers: {from: people, count: records}
segments:
  active:
    when: [revenue >= needed, engineers >= team, sold >= base, revenue >= revenue / 2, 3 <= sold]
tiers:
  ladder: [member, partner]
  requires: [active]
"""


def dated() -> Program:
    """A program whose threshold rises, and with thresholds by bands."""
    program, found = load_program(DATED.encode(), "dated.yaml")
    assert program is not None, found
    return program


def test_thresholds_of_all_days() -> None:
    """A threshold that rises has two edges; parameters by bands have theirs; what is computed has none."""
    plan_at = planner(dated())
    found = cover(dated(), plan_at, [])
    assert turning_days(dated()) == (date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 31))
    assert sorted(each.text for each in found.goals if each.kind in ("edge", "band")) == sorted([
        "at exactly 5 USD (revenue >= needed, active)",
        "just below 5 USD, such as 4.99 USD (revenue >= needed, active)",
        "at exactly 7 USD (revenue >= needed, active)",
        "just below 7 USD, such as 6.99 USD (revenue >= needed, active)",
        "at exactly 1 (engineers >= team, active)",
        "just below 1, such as 0 (engineers >= team, active)",
        "at exactly 2 (engineers >= team, active)",
        "just below 2, such as 1 (engineers >= team, active)",
        "at exactly 1 (sold >= base, active)",
        "just below 1, such as 0 (sold >= base, active)",
        "at exactly 2 (sold >= base, active)",
        "just below 2, such as 1 (sold >= base, active)",
        "at exactly 3 (3 <= sold, active)",
        "just below 3, such as 2 (3 <= sold, active)",
        "with `revenue` at exactly 100 USD (`team` by `revenue`)",
        "with `revenue` just below 100 USD, such as 99.99 USD (`team` by `revenue`)",
        "with `sold` at exactly 3 (`base` by `sold`)",
        "with `sold` just below 3, such as 2 (`base` by `sold`)",
    ])  # fmt: skip


def test_bands_of_a_parameter_are_reached() -> None:
    """By a metric that is exactly there, or one step below."""
    plan_at = planner(dated())
    written = (
        "rung_test: 1\nas_of: 2026-08-01\ncases:\n  a:\n"
        "    given: {sales: [{closed_on: 2026-05-01, amount: $amount}]}\n"
        "    expect: {tier: member}\n    table: {columns: [amount], rows: [[100 USD], [99.99 USD], [99.98 USD]]}\n"
    )
    suite, _ = parse_suite(written.encode(), FILE)
    assert suite is not None
    seen = []
    for draft in suite.drafts:
        case, found = read_case(draft, dated(), plan_at)
        assert case is not None, found
        plan, _ = plan_at(case.as_of)
        assert plan is not None
        outcome, evaluation = run_case(case, dated(), plan)
        assert evaluation is not None
        reach = cover(dated(), plan_at, [(plan, evaluation, "P1", outcome.observed)])
        seen.append(
            sorted(
                each.text
                for each in reach.goals
                if each.key in reach.reached and each.text.startswith("with `revenue`")
            )
        )
    assert seen == [
        ["with `revenue` at exactly 100 USD (`team` by `revenue`)"],
        ["with `revenue` just below 100 USD, such as 99.99 USD (`team` by `revenue`)"],
        [],
    ]


def test_numbers_in_sentences() -> None:
    """Grouped by thousands, amounts with their cents where there are any, percents as percents."""
    usd = money("USD", 2)
    assert [say(Fraction(text), usd) for text in ("250000", "249999.99", "0.5", "-1")] == [
        "250,000 USD", "249,999.99 USD", "0.50 USD", "-1 USD"
    ]  # fmt: skip
    assert say(Fraction(1, 8), number(4), percent=True) == "12.5%"
    assert say(Fraction(4), INTEGER) == "4"
    assert fixed_numbers(Column("a", INTEGER)) == ()
    assert fixed_numbers(Literal("a", TEXT)) == ()


PAYING = """\
rung: 1
program: paying
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: USD
records:
  partners:
    fields:
      size: {type: choice, values: [smb, enterprise], optional: true}
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
  sold: {from: sales, count: records, window: lifetime}
benefits:
  gift: {value: money, by: [size], values: {smb: 10 USD, enterprise: 10 USD}}
  bonus: {value: money, is: revenue, when: [revenue < 1_000 USD]}
incentives:
  rebate:
    kind: rebate
    from: sales
    where:
      - entry is sale
      - any: [quantity > 1, product_id is missing]
    eligible:
      - size is enterprise
      - 500 USD <= revenue
      - any: [sold > 2, revenue >= 900 USD]
    period: quarter
    sum: quantity
    bands:
      - {from: 0, amount: 0 USD}
      - {from: 10, amount: 50 USD, up_to: 20}
    beyond: nothing
    method: whole
    payee: partner
  spiff:
    kind: spiff
    from: sales
    where: seller_id is not 'house'
    eligible: [revenue >= 300 USD]
    rate: 1%
    of: amount
    payee: partner
"""


def paying(cases: str) -> set[str]:
    """The sentences of what cases of the paying program reach."""
    program, found = load_program(PAYING.encode(), "paying.yaml")
    assert program is not None, found
    plan_at = planner(program)
    suite, found = parse_suite(text(cases).encode(), FILE)
    assert suite is not None, found
    decided = []
    for draft in suite.drafts:
        case, found = read_case(draft, program, plan_at)
        assert case is not None, found
        plan, _ = plan_at(case.as_of)
        assert plan is not None
        outcome, evaluation = run_case(case, program, plan)
        assert evaluation is not None
        decided.append((plan, evaluation, case.partner, outcome.observed))
    found_goals = cover(program, plan_at, decided)
    wanted = {each.text for each in found_goals.goals}
    assert wanted >= ELIGIBLE_EDGES
    assert wanted >= GIVEN
    return {each.text for each in found_goals.goals if each.key in found_goals.reached}


ELIGIBLE_EDGES = {
    "at exactly 500 USD where `rebate` checks eligibility",
    "just below 500 USD, such as 499.99 USD where `rebate` checks eligibility",
    "at exactly 900 USD where `rebate` checks eligibility",
    "just below 900 USD, such as 899.99 USD where `rebate` checks eligibility",
    "at exactly 2 where `rebate` checks eligibility",
    "just above 2, such as 3 where `rebate` checks eligibility",
    "at exactly 300 USD where `spiff` checks eligibility",
    "just below 300 USD, such as 299.99 USD where `spiff` checks eligibility",
}
GIVEN = {
    "is granted `gift` of 10 USD",
    "is granted `bonus`",
    "is refused `bonus`",
    "at exactly 1,000 USD (revenue < 1_000 USD, bonus)",
    "just below 1,000 USD, such as 999.99 USD (revenue < 1_000 USD, bonus)",
    "has a record that `entry is sale` (rebate) accepts",
    "has a record that `any` (rebate) rejects",
    "has a record that `seller_id is not 'house'` (spiff) accepts",
    "has a record that `seller_id is not 'house'` (spiff) rejects",
    "has a record for which `seller_id is not 'house'` (spiff) is undecided",
    "leaves eligibility for `rebate` undecided",
    "measures exactly 10 for `rebate`",
    "measures just below 20 for `rebate`, such as 19",
}
SALE = "{{closed_on: 2026-05-01, amount: {}{}, quantity: {}, product_id: missing}}"


@pytest.mark.parametrize(
    ("size", "sales", "seen"),
    [
        ("enterprise", [("500", 10)], {
            "at exactly 500 USD where `rebate` checks eligibility",
            "is not eligible for `rebate`",
        }),
        ("enterprise", [("899.99", 19)], {
            "just below 900 USD, such as 899.99 USD where `rebate` checks eligibility",
        }),
        ("enterprise", [("900", 19)], {
            "at exactly 900 USD where `rebate` checks eligibility",
            "is eligible for `rebate`",
            "measures just below 20 for `rebate`, such as 19",
            "is granted `gift` of 10 USD",
            "is granted `bonus`",
        }),
        ("missing", [("900", 10)], {
            "leaves eligibility for `rebate` undecided",
            "measures exactly 10 for `rebate`",
        }),
        ("smb", [("299.99", 1)], {"just below 300 USD, such as 299.99 USD where `spiff` checks eligibility"}),
        ("smb", [("100", 1)] * 3, {
            "at exactly 300 USD where `spiff` checks eligibility",
            "just above 2, such as 3 where `rebate` checks eligibility",
            "is eligible for `spiff`",
            "has a record that `seller_id is not 'house'` (spiff) accepts",
        }),
        ("smb", [("100", 1), ("200 USD, seller_id: house", 1)], {
            "has a record that `seller_id is not 'house'` (spiff) rejects",
        }),
        ("smb", [("100 USD, seller_id: missing", 1)], {
            "has a record for which `seller_id is not 'house'` (spiff) is undecided",
        }),
        ("smb", [("1_000", 1)], {"at exactly 1,000 USD (revenue < 1_000 USD, bonus)", "is refused `bonus`"}),
    ],
)  # fmt: skip
def test_what_incentives_ask(size: str, sales: list[tuple[str, int]], seen: set[str]) -> None:
    """Eligibility both ways and undecided, its edges on the days it is judged, and the measure of whoever may earn."""
    rows = ", ".join(
        SALE.format(amount, "" if "seller" in amount else " USD, seller_id: ann", count) for amount, count in sales
    )
    reached = paying(f"""
        cases:
          a:
            given:
              partners: [{{size: {size}}}]
              sales: [{rows}]
            expect: {{metrics: {{revenue: 1 USD}}}}
    """)
    assert seen <= reached
    assert not any(each.startswith("measures") for each in reached) or size != "smb"


def test_a_line_that_an_amendment_changed_is_another_goal() -> None:
    """Goals of the same name at two places are told apart; where nothing changed there is one."""
    goals = [each for each in covered(case()).goals if each.id.startswith("band.")]
    assert len({each.key for each in goals}) == len(goals) == 2
