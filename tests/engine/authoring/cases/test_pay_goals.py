"""What cases should reach of incentives in every combination: by record or period, values by tier, several limits."""

from __future__ import annotations

from functools import cache

import pytest

from engine.authoring.cases.coverage import Coverage, cover
from engine.authoring.cases.parse import parse_suite
from engine.authoring.cases.running import run_case
from engine.authoring.cases.typed import read_case
from engine.authoring.cases.value_goals import leaf_taken
from engine.language.program import Program
from engine.plan.scalar import Literal
from engine.types import INTEGER
from rules import load_program
from tests.engine.authoring.cases.suites import FILE, planner, text

HEAD = """\
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
segments:
  large: {when: [size is enterprise]}
tiers:
  ladder: [member, gold]
  requires: [revenue >= 1_000 USD]
incentives:
"""


@cache
def loaded(incentives: str) -> Program:
    """A program with these incentives."""
    program, found = load_program((HEAD + incentives).encode(), "paying.yaml")
    assert program is not None, found
    return program


def covered(incentives: str, *worlds: str) -> Coverage:
    """What cases of these worlds reach, each the flow mapping under `given` of one case."""
    program = loaded(incentives)
    plan_at = planner(program)
    cases = "".join(
        f"  c{n}: {{{'partner: P1, ' * ('P2' in each)}given: {each}, expect: {{tier: gold}}}}\n"
        for n, each in enumerate(worlds)
    )
    suite, found = parse_suite(text(f"cases:\n{cases}").encode(), FILE)
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
    return cover(program, plan_at, decided)


def wanted(incentives: str) -> set[str]:
    """The sentences of the goals of incentives."""
    found = covered(incentives, "{}")
    return {each.text for each in found.goals if each.kind in ("incentive", "band", "limit")}


def reached(incentives: str, *worlds: str) -> set[str]:
    """Those of them that the cases reach."""
    found = covered(incentives, *worlds)
    return {
        each.text for each in found.goals if each.kind in ("incentive", "band", "limit") and each.key in found.reached
    }


RESALE = """\
  resale:
    kind: commission
    from: sales
    of: amount
    rate:
      by: [tier]
      values:
        member: {by: [large], values: {"true": 2%, "false": 1%}}
        gold: {by: revenue, bands: [{from: 0 USD, value: 5%}, {from: 5_000 USD, value: 6%}]}
    payee: partner
"""


def test_a_goal_for_each_entry_of_a_rate() -> None:
    """One for every combination that the table lists, in the order written, at its own line."""
    found = [each for each in covered(RESALE, "{}").goals if each.kind == "incentive"]
    assert [(each.text, each.span.line) for each in found] == [
        ("is paid the rate for member true of `resale`", 25),
        ("is paid the rate for member false of `resale`", 25),
        ("is paid the rate for gold revenue from 0 USD of `resale`", 26),
        ("is paid the rate for gold revenue from 5_000 USD of `resale`", 26),
    ]


@pytest.mark.parametrize(
    ("size", "amounts", "entries"),
    [
        ("smb", [999], {"member false"}),
        ("enterprise", [999], {"member true"}),
        ("smb", [999, 1], {"member false", "gold revenue from 0 USD"}),  # gold from the second sale on
        ("smb", [4_999], {"gold revenue from 0 USD"}),
        ("smb", [5_000], {"gold revenue from 5_000 USD"}),
        ("missing", [999], set()),  # undecided: paid at no rate
    ],
)
def test_which_entry_is_paid(size: str, amounts: list[int], entries: set[str]) -> None:
    """Each sale is paid by what holds on its own day."""
    sales = ", ".join(f"{{closed_on: 2026-05-0{day}, amount: {amount} USD}}" for day, amount in enumerate(amounts, 1))
    assert reached(RESALE, f"{{partners: [{{size: {size}}}], sales: [{sales}]}}") == {
        f"is paid the rate for {each} of `resale`" for each in entries
    }


VOLUME = """\
  volume:
    kind: rebate
    from: sales
    eligible: [revenue >= 20 USD]
    period: quarter
    sum: amount
    bands:
      - {from: 10 USD, rate: 1%}
      - from: {by: [tier], values: {member: 100 USD, gold: 50 USD}}
        rate: {by: [tier], values: {member: 2%, gold: 3%}}
      - {from: revenue, rate: 0%, up_to: 9_000 USD}
    beyond: nothing
    payee: partner
"""


def test_edges_that_are_values() -> None:
    """Every number that an edge can be is a goal; one that is computed is none. So is a first edge above zero."""
    assert {each for each in wanted(VOLUME) if each.startswith("measures")} == {
        f"measures {each}"
        for edge, below in (("10", "9.99"), ("100", "99.99"), ("50", "49.99"), ("9,000", "8,999.99"))
        for each in (f"exactly {edge} USD for `volume`", f"just below {edge} USD for `volume`, such as {below} USD")
    }


@pytest.mark.parametrize(
    ("before", "amount", "seen"),
    [
        (15, "9.99", {"measures just below 10 USD for `volume`, such as 9.99 USD"}),
        (15, "10", {"measures exactly 10 USD for `volume`"}),
        (15, "99.99", {"measures just below 100 USD for `volume`, such as 99.99 USD"}),
        (15, "100", {"measures exactly 100 USD for `volume`", "is paid the rate for member of band 2 of `volume`"}),
        (15, "50", set()),  # the edge of gold, and this is a member
        (5_000, "50", {"measures exactly 50 USD for `volume`", "is paid the rate for gold of band 2 of `volume`"}),
        (5_000, "49.99", {"measures just below 50 USD for `volume`, such as 49.99 USD"}),
        (5_000, "100", {"is paid the rate for gold of band 2 of `volume`"}),
    ],
)
def test_edges_of_the_tier_held(before: int, amount: str, seen: set[str]) -> None:
    """An edge by tier is reached by somebody of that tier alone; a rate where its band is entered."""
    sales = f"{{closed_on: 2025-05-01, amount: {before} USD}}, {{closed_on: 2026-02-01, amount: {amount} USD}}"
    found = reached(VOLUME, f"{{sales: [{sales}]}}")
    assert found - {"is eligible for `volume`", "is not eligible for `volume`"} == {
        each.replace("is paid the rate for member of band 2", "is paid the rate of band 2 for member").replace(
            "is paid the rate for gold of band 2", "is paid the rate of band 2 for gold"
        )
        for each in seen
    }


CAPPED = """\
  launch:
    kind: spiff
    from: sales
    where: [entry is sale, quantity > 1]
    eligible: [tier >= gold]
    amount: {by: [tier], values: {member: 5 USD, gold: 10 USD}}
    limits:
      - {at_most: 15 USD, per: [seller]}
      - {at_most: {by: [tier], values: {member: 8 USD, gold: 12 USD}}, per: [partner, quarter]}
    payee: seller
"""
SOLD = "{{closed_on: 2026-05-01, amount: 1_000 USD, quantity: {}, seller_id: {}}}"


def test_an_amount_paid_once_under_two_limits() -> None:
    """Each limit has its two goals; one whose amount goes by tier is not told by a number."""
    assert wanted(CAPPED) == {
        "has a record that `entry is sale` (launch) accepts",
        "has a record that `entry is sale` (launch) rejects",
        "has a record that `quantity > 1` (launch) accepts",
        "has a record that `quantity > 1` (launch) rejects",
        "is eligible for `launch`",
        "is not eligible for `launch`",
        "has a record for which `quantity > 1` (launch) is undecided",
        "is paid the amount for member of `launch`",
        "is paid the amount for gold of `launch`",
        "earns more for `launch` than the limit of 15 USD allows",
        "earns `launch` within the limit of 15 USD",
        "earns more for `launch` than the limit allows",
        "earns `launch` within the limit",
    }


@pytest.mark.parametrize(
    ("sellers", "limits"),
    [
        (["ann"], {"earns `launch` within the limit of 15 USD", "earns `launch` within the limit"}),
        # 10 and 10: of the second 5 are left for the seller, of 12 USD together 2
        (["ann", "ann"], {
            "earns `launch` within the limit of 15 USD", "earns `launch` within the limit",
            "earns more for `launch` than the limit of 15 USD allows", "earns more for `launch` than the limit allows",
        }),
        # two sellers: each below 15, together above 12
        (["ann", "bob"], {
            "earns `launch` within the limit of 15 USD", "earns `launch` within the limit",
            "earns more for `launch` than the limit allows",
        }),
    ],
)  # fmt: skip
def test_limits_one_after_the_other(sellers: list[str], limits: set[str]) -> None:
    """A limit is reached where it takes something away from what the one before left."""
    sales = ", ".join(SOLD.format(2, each) for each in sellers)
    found = reached(CAPPED, f"{{sales: [{sales}]}}")
    assert {each for each in found if "limit" in each} == limits


def test_records_that_count_and_one_that_does_not() -> None:
    """Every line of `where` by itself."""
    sale = SOLD.format(1, "ann")
    assert reached(CAPPED, f"{{sales: [{sale}]}}") == {
        "has a record that `entry is sale` (launch) accepts",
        "has a record that `quantity > 1` (launch) rejects",
    }


def test_no_entry_is_taken_of_another_shape() -> None:
    """A value that was compiled to something else than a case of its entries tells nothing."""
    (resale,) = loaded(RESALE).incentives
    assert resale.rate is not None
    assert leaf_taken(resale.rate, Literal(1, INTEGER), {}) is None


BOUNTY = """\
  fresh:
    kind: bounty
    from: sales
    new_to: anybody
    during: {from: 2026-03-01, before: 2026-06-01}
    amount: 500 USD
    payee: partner
"""


def sold(day: str, customer: str, partner: str = "P1") -> str:
    """A sale to a customer on a day."""
    return f"{{partner_id: {partner}, closed_on: {day}, amount: 1 USD, customer_id: {customer}}}"


@pytest.mark.parametrize(
    ("sales", "seen"),
    [
        ([sold("2026-04-01", "C1")], {"has the first record of a customer for `fresh`"}),
        ([sold("2026-04-01", "C1"), sold("2026-04-02", "C1")], {
            "has the first record of a customer for `fresh`",
            "has a later record of a customer for `fresh`",
        }),
        # the other partner was first
        ([sold("2026-04-01", "C1", "P2"), sold("2026-04-02", "C1")], {"has a later record of a customer for `fresh`"}),
        ([sold("2026-04-01", "missing")], {"has a record that may be a customer's first for `fresh`"}),
    ],
)  # fmt: skip
def test_the_first_record_of_a_customer_and_a_later_one(sales: list[str], seen: set[str]) -> None:
    """And one of which nobody can tell, for want of a customer."""
    assert wanted(BOUNTY) == {
        "has the first record of a customer for `fresh`",
        "has a later record of a customer for `fresh`",
        "has a record that may be a customer's first for `fresh`",
    }
    world = f"{{partners: [{{partner_id: P1}}, {{partner_id: P2}}], sales: [{', '.join(sales)}]}}"
    assert reached(BOUNTY, world) == seen


UNITS = """
  x:
    {kind: rebate, period: quarter, eligible: [revenue >= 1 USD], PAID, limits: [{at_most: 900 USD, per: [partner]}],
    payee: partner}
"""
AT = {"exactly a number of full 10"}
WORLD_OF_UNITS = "{sales: [{sale_id: A, closed_on: 2026-02-01, amount: %s, quantity: %s}]}"


@pytest.mark.parametrize(
    ("paid", "amount", "quantity", "seen"),
    [
        ("sum: amount, amount: 5 USD, per: 100 USD", "100 USD", 1, {"exactly a number of full 100 USD"}),
        ("sum: amount, amount: 5 USD, per: 100 USD", "300 USD", 1, {"exactly a number of full 100 USD"}),
        ("sum: amount, amount: 5 USD, per: 100 USD", "299.99 USD", 1, {"just below a number of full 100 USD"}),
        ("sum: amount, amount: 5 USD, per: 100 USD", "299.98 USD", 1, set()),
        (
            "sum: quantity, amount: {by: [size], values: {smb: 5 USD, enterprise: 9 USD}}, per: 10",
            "5 USD",
            20,
            {"exactly a number of full 10"},
        ),
        ("sum: quantity, amount: 5 USD, per: 10", "5 USD", 20, {"exactly a number of full 10"}),
        ("sum: quantity, amount: 5 USD, per: 10", "5 USD", 9, {"just below a number of full 10"}),
        ("sum: quantity, amount: 5 USD, per: 10", "5 USD", 8, set()),
        ("sum: quantity, amount: 5 USD, per: 10", "0 USD", 10, set()),  # not eligible
    ],
)
def test_full_units(paid: str, amount: str, quantity: int, seen: set[str]) -> None:
    """Full ones alone, and one step less than full ones, of somebody who may earn."""
    found = covered(UNITS.replace("PAID", paid), WORLD_OF_UNITS % (amount, quantity))
    goals = {each.text: each.key for each in found.goals if "a number of full" in each.text}
    assert len(goals) == 2
    reached = {text for text, key in goals.items() if key in found.reached}
    assert {text.removeprefix("measures ").split(" for ")[0] for text in reached} == seen


def test_single_units_have_no_edge() -> None:
    """Of pieces paid one by one every measure is full ones."""
    found = covered(UNITS.replace("PAID", "sum: quantity, amount: 5 USD, per: 1"), WORLD_OF_UNITS % ("5 USD", 1))
    assert not [each for each in found.goals if "a number of full" in each.text]
