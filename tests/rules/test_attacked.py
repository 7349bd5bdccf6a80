"""Defects found by attacking the course: each with the smallest program, and the figure worked out by hand.

Sentences in quotation marks are those of `docs/` that decide the figure.
"""

from __future__ import annotations

from datetime import date
from textwrap import dedent

from engine.language.diagnostic import has_errors
from engine.language.source import File
from engine.plan.scalar import Value
from rules import check_program, compile_program, load_program
from tests.ridge.records import rows
from tests.tiny import HEAD, Decided, Records, decide, decide_plan, partners, sales, told

SOLD = "sale_id partner_id seller_id customer_id entry closed_on returns_id quantity amount"


def paid(text: str, *lines: str, day: str = "2026-12-31", head: str = HEAD) -> list[tuple[str, ...]]:
    """Sources with their amounts; `-` is undecided."""
    sold: list[dict[str, Value]] = rows(SOLD, *lines)
    records = {"partners": partners("P1", "P2"), "sales": sold}
    return decide(text, day, records, head).earned("source_id", "amount")


def amended(base: str, day: str, rules: str, records: Records, on: str = "2026-12-31") -> Decided:
    """A version with one amendment from a day on, decided at the end of another."""
    head = HEAD.replace('version: "1"', 'version: "2026"')
    own = f'rung: 1\nprogram: tiny\namends: "2026"\namendment: 1\neffective_from: {day}\nreason: a test\n'
    files = [
        File("2026.yaml", (head + dedent(base)).encode()),
        File("2026.amendment-1.yaml", (own + dedent(rules)).encode()),
    ]
    program, found = load_program(files[-1].data, files[-1].name, files)
    assert program is not None, found
    found = (*found, *check_program(program))
    assert not has_errors(found), found
    compiled, found = compile_program(program, date.fromisoformat(on))
    assert compiled is not None, found
    return decide_plan(compiled, records)


TWO = sales("S1|P1|sale|2026-02-01|100.00", "S2|P1|sale|2026-08-01|100.00")
HALVES: Records = {"partners": partners(), "sales": TWO}


def test_each_branch_asks_for_its_own_benefit() -> None:
    """P4 is paid by `high`, which it has: 20% of 100; whether it has `low` is not asked. P5 lacks `high`."""
    text = """
tiers: {ladder: [a, b], b: {requires: [region is 'emea']}}
benefits:
  low: {value: percent, is: 10%, when: [name is 'X']}
  high: {value: percent, is: 20%, when: [type is 'Y']}
incentives:
  x: {kind: commission, of: amount, rate: {by: [tier], values: {a: benefits.low, b: benefits.high}}, payee: partner}
"""
    people = rows("partner_id region name type", "P1|na|X|Y", "P2|na|Z|Y", "P3|emea|X|Y", "P4|emea|Z|Y", "P5|emea|X|Z")
    sold = sales(*(f"S{each}|P{each}|sale|2026-01-01|100.00" for each in range(1, 6)))
    found = decide(text, "2026-12-31", {"partners": people, "sales": sold})
    assert found.earned("partner_id", "amount") == [("P1", "10.00"), ("P3", "20.00"), ("P4", "20.00")]


def test_an_amended_benefit_does_not_reach_back() -> None:
    """10% in February, 20% in August: "What was sold before `effective_from` is paid by the rules before"."""
    base = """
benefits: {share: {value: percent, is: 10%, when: [region is missing]}}
incentives: {x: {kind: commission, of: amount, rate: benefits.share, payee: partner}}
"""
    found = amended(base, "2026-07-01", "benefits: {share: {is: 20%}}", HALVES)
    assert found.earned("source_id", "amount") == [("S1", "10.00"), ("S2", "20.00")]


def test_a_parameter_of_a_benefit_does_not_reach_back() -> None:
    """The same where the incentive reaches the parameter through a benefit."""
    base = """
parameters: {p: 10%}
benefits: {share: {value: percent, is: p, when: [region is missing]}}
incentives: {x: {kind: commission, of: amount, rate: benefits.share, payee: partner}}
"""
    found = amended(base, "2026-07-01", "parameters: {p: 20%}", HALVES)
    assert found.earned("source_id", "amount") == [("S1", "10.00"), ("S2", "20.00")]


def test_what_is_named_of_the_partner_is_followed_through_amendments() -> None:
    """`partner.tier` is accepted and read, so an amended ladder counts from its day: 2% in February, 1% in August."""
    base = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
tiers: {ladder: [a, b], b: {requires: [revenue >= 50 USD]}}
incentives: {x: {kind: commission, of: amount, rate: {by: [partner.tier], values: {a: 1%, b: 2%}}, payee: partner}}
"""
    found = amended(base, "2026-07-01", "tiers: {b: {requires: [revenue >= 500 USD]}}", HALVES)
    assert found.earned("source_id", "amount") == [("S1", "2.00"), ("S2", "1.00")]


def test_a_metric_named_of_the_partner_is_used() -> None:
    """`partner.revenue` is accepted and read, so the metric is not "used nowhere"."""
    text = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
incentives: {x: {kind: commission, of: amount, rate: 1%, eligible: [partner.revenue >= 1 USD], payee: partner}}
"""
    assert not [each for each in told(text) if "used nowhere" in each]


def test_the_days_of_a_period_are_those_of_its_own_incentive() -> None:
    """`y` was not amended: its first quarter begins on 1 January, although a part of `x` begins in February."""
    base = """
incentives:
  x: {kind: rebate, period: quarter, sum: amount, rate: 10%, payee: partner, on_change: split, adds_to: [y]}
  y: {kind: rebate, period: quarter, sum: amount, rate: 1%, payee: partner}
"""
    found = amended(base, "2026-02-15", "incentives: {x: {rate: 20%}}", HALVES)
    days = found.earned("incentive", "period", "period_from", "period_before")
    assert days == [
        ("x", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("x", "2026-Q3", "2026-07-01", "2026-10-01"),
        ("y", "2026-Q1", "2026-01-01", "2026-04-01"),
        ("y", "2026-Q3", "2026-07-01", "2026-10-01"),
    ]


UNITS = "kind: spiff, of: quantity, amount: 1 USD, per: 1, payee: seller"


def test_what_a_later_limit_leaves_undecided_takes_no_room_in_an_earlier_one() -> None:
    """An undecided earning "takes no room in a limit": S1 lacks its customer, so all 10 USD of E1 are left for S2."""
    limits = "[{at_most: 10 USD, per: [seller]}, {at_most: 50 USD, per: [seller, customer]}]"
    lines = ("S1|P1|E1|-|sale|2026-01-01|-|10|1.00", "S2|P1|E1|C1|sale|2026-01-02|-|10|1.00")
    assert paid(f"incentives: {{x: {{{UNITS}, limits: {limits}}}}}", *lines) == [("S1", "-"), ("S2", "10.00")]


def test_what_an_unknown_limit_leaves_undecided_takes_no_room_in_an_earlier_one() -> None:
    """The same where the second limit is a benefit of which P1 cannot be told whether it has it."""
    text = f"""
benefits: {{cap: {{value: money, is: 50 USD, when: [region is 'na']}}}}
incentives:
  x: {{{UNITS}, limits: [{{at_most: 10 USD, per: [seller]}}, {{at_most: benefits.cap, per: [partner]}}]}}
"""
    sold = rows(SOLD, "S1|P1|E1|C1|sale|2026-01-01|-|10|1.00", "S2|P2|E1|C1|sale|2026-01-02|-|10|1.00")
    records = {"partners": rows("partner_id region", "P1|-", "P2|na"), "sales": sold}
    found = decide(text, "2026-12-31", records).earned("source_id", "amount")
    assert found == [("S1", "-"), ("S2", "10.00")]


def test_nothing_is_paid_once_of_a_sale_of_which_more_was_given_back() -> None:
    """Amounts paid once are not paid "of a sale given back in full", and 150 of 100 is no less than in full."""
    lines = ("S1|P1|E1|C1|sale|2026-01-01|-|1|100.00", "S2|P1|E1|C1|return|2026-01-05|S1|-1|-150.00")
    once = paid("incentives: {x: {kind: spiff, amount: 10 USD, payee: seller}}", *lines)
    assert ("S1", "10.00") not in once


def test_a_sale_of_which_more_was_given_back_is_no_first_sale() -> None:
    """S3 is the customer's first: "A sale given back in full counts as never made"."""
    during = "during: {from: 2026-01-01, before: 2027-01-01}"
    lines = (
        "S1|P1|E1|C1|sale|2026-01-01|-|1|100.00",
        "S2|P1|E1|C1|return|2026-01-05|S1|-1|-150.00",
        "S3|P1|E1|C1|sale|2026-02-01|-|1|100.00",
    )
    found = paid(f"incentives: {{x: {{kind: bounty, amount: 10 USD, payee: seller, {during}}}}}", *lines)
    assert ("S1", "10.00") not in found


def test_what_needs_too_many_digits_is_named() -> None:
    """A third of a metric for every 1,000 USD may be too wide, but no line about a region has any digits."""
    text = """
metrics: {by_c: {from: sales, sum: amount, per: [customer_id], window: lifetime}, best: {from: by_c, max: value}}
benefits: {cond: {value: flag, when: [region is 'na']}}
incentives:
  x: {kind: commission, of: amount, amount: best / 3, per: 1_000 USD, payee: partner,
      limits: [{at_most: best / 3, per: [partner]}]}
"""
    assert not [each for each in told(text) if each.startswith("RNG214") and "region" in each]


def test_a_band_that_is_not_reached_asks_for_no_benefit() -> None:
    """Only what pays must be granted: `whole` pays P1, who has `high`, 20% of 100, and P2, who has `low`, 10% of 40.

    Under `marginal` 40 lies in the first band alone, so P2 earns the same 4.00 there.
    """
    text = """
benefits:
  low: {value: percent, is: 10%, when: [region is 'low']}
  high: {value: percent, is: 20%, when: [region is 'high']}
incentives:
  x: {kind: commission, of: amount, method: METHOD, payee: partner,
      bands: [{from: 0 USD, rate: benefits.low}, {from: 50 USD, rate: benefits.high}]}
"""
    people = rows("partner_id region", "P1|high", "P2|low")
    sold = sales("S1|P1|sale|2026-01-01|100.00", "S2|P2|sale|2026-01-01|40.00")
    records = {"partners": people, "sales": sold}
    whole = decide(text.replace("METHOD", "whole"), "2026-12-31", records).earned("source_id", "amount")
    assert whole == [("S1", "20.00"), ("S2", "4.00")]
    marginal = decide(text.replace("METHOD", "marginal"), "2026-12-31", records).earned("source_id", "amount")
    assert ("S2", "4.00") in marginal


def test_a_benefit_that_pays_keeps_its_lines_once() -> None:
    """Its value is asked of it again by the incentive, its lines are not: each is one condition."""
    text = """
benefits: {cap: {value: money, is: 5 USD, when: [region is 'high']}}
incentives:
  x: {kind: commission, of: amount, rate: 1%, where: [{any: [amount > 1 USD, amount < 0 USD]}], payee: partner,
      limits: [{at_most: benefits.cap, per: [partner]}]}
"""
    people = rows("partner_id region", "P1|high")
    records = {"partners": people, "sales": sales("S1|P1|sale|2026-12-31|900.00")}
    found = decide(text, "2026-12-31", records)
    assert found.earned("source_id", "amount") == [("S1", "5.00")]
    yearly = text.replace("kind: commission, of:", "kind: rebate, period: year, sum:")
    for plan in (found.plan, decide(yearly, "2026-06-30", records).plan):
        ids = [each.id for each in plan.conditions]
        assert len(ids) == len(set(ids))


def test_a_limit_for_sellers_of_records_without_any() -> None:
    """One finding, at the word."""
    text = """
incentives:
  x: {kind: spiff, from: deals, of: value, rate: 1%, payee: partner, order: [submitted_on],
      limits: [{at_most: 5 USD, per: [seller]}]}
"""
    assert [each.split()[0] for each in told(text)] == ["RNG315"]


def test_a_window_is_missed_once() -> None:
    """A metric that is `like` another has its window: what both lack is told of the first."""
    text = """
metrics:
  a: {from: sales, sum: amount}
  b: {like: a, where: quantity > 1}
tiers: {ladder: [low, high], high: {requires: [b > 5 USD, a > 1 USD]}}
"""
    assert len(told(text)) == 1, told(text)


def test_a_segment_reads_nothing_that_goes_by_tier() -> None:
    """Segments are told before the tier that a parameter goes by."""
    text = """
tiers: {ladder: [low, high], high: {requires: [s]}}
parameters: {p: {by: [tier], values: {low: 1%, high: 2%}}}
segments: {s: {when: [p > 1%]}}
"""
    assert told(text)
