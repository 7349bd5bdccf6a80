"""Tiers: thresholds, floor and ceiling, history, invitations, what is told of a ladder."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import Records, decide, findings, partners, program, sales, told

LADDER = """
records: {partners: {fields: {score: {type: integer, optional: true}, stars: {type: integer, optional: true}}}}
tiers:
  ladder: [registered, silver, gold, platinum]
  requires: [score >= 10]
  gold: {requires: [stars >= 3]}
  platinum: {requires: [stars >= 5], by_invitation: true}
"""
HISTORY = "partner_id tier from before"


def status(
    partner: str, *history: str, day: str = "2026-06-30", nominations: tuple[str, ...] = ()
) -> tuple[Value, ...]:
    """Floor, ceiling, prior, held and undecided of one partner, given as `score|stars`."""
    records = {
        "partners": rows("partner_id score stars", f"P1|{partner}"),
        "statuses": rows(HISTORY, *history),
        "nominations": rows(HISTORY, *nominations),
    }
    return decide(LADDER, day, records).status()


@pytest.mark.parametrize(
    ("partner", "floor", "ceiling"),
    [
        ("9|9", "registered", "registered"),
        ("10|2", "silver", "silver"),  # on the threshold
        ("10|3", "gold", "gold"),
        ("-|3", "registered", "gold"),  # the common line is open, platinum refuted by the missing nomination
        ("10|-", "silver", "gold"),
        ("-|2", "registered", "silver"),
        ("9|-", "registered", "registered"),
    ],
)
def test_floor_and_ceiling(partner: str, floor: str, ceiling: str) -> None:
    """The highest tier met, and the highest not refuted; without history one starts at the floor."""
    assert status(partner) == (floor, ceiling, None, floor, floor != ceiling)


@pytest.mark.parametrize(
    ("partner", "prior", "held"),
    [
        ("10|3", "silver", "gold"),  # below the floor: rises
        ("10|3", "platinum", "gold"),  # above the ceiling: falls
        ("-|3", "silver", "silver"),  # between: held
        ("-|3", "gold", "gold"),
        ("-|3", "registered", "registered"),
        ("-|2", "gold", "silver"),  # above the ceiling: falls to it
        ("10|-", "registered", "silver"),
        ("10|3", "bronze", "gold"),  # a tier that is no longer on the ladder is no tier
    ],
)
def test_held_between_floor_and_ceiling(partner: str, prior: str, held: str) -> None:
    """A tier held before stays where what is missing leaves it open."""
    found = status(partner, f"P1|{prior}|2026-01-01|-")
    assert found[2:4] == (None if prior == "bronze" else prior, held)


@pytest.mark.parametrize(("day", "prior"), [("2026-03-31", "gold"), ("2026-04-01", "silver"), ("2026-06-01", None)])
def test_history_in_force_on_the_day(day: str, prior: str | None) -> None:
    """`from` included, `before` not."""
    history = ("P1|gold|2026-01-01|2026-04-01", "P1|silver|2026-04-01|2026-06-01")
    assert status("-|-", *history, day=day)[2] == prior


@pytest.mark.parametrize(
    ("nomination", "day", "held"),
    [
        ("P1|platinum|2026-03-01|2026-04-01", "2026-02-28", "gold"),
        ("P1|platinum|2026-03-01|2026-04-01", "2026-03-01", "platinum"),
        ("P1|platinum|2026-03-01|2026-04-01", "2026-03-31", "platinum"),
        ("P1|platinum|2026-03-01|2026-04-01", "2026-04-01", "gold"),
        ("P1|platinum|2026-03-01|-", "2026-12-31", "platinum"),
        ("P1|gold|2026-03-01|-", "2026-12-31", "gold"),  # invited to another tier
        ("P2|platinum|2026-03-01|-", "2026-12-31", "gold"),  # another partner
    ],
)
def test_by_invitation(nomination: str, day: str, held: str) -> None:
    """Platinum needs its lines and a nomination for it in force on the day."""
    assert status("10|5", day=day, nominations=(nomination,))[3] == held


def test_invitation_is_the_last_line() -> None:
    """Its outcome stands among the tier's conditions, with a distance of one nomination."""
    records = {"partners": rows("partner_id score stars", "P1|10|5")}
    found = decide(LADDER, "2026-06-30", records)
    assert (found.met("tier.platinum.3"), found.gap("tier.platinum.3")) == (False, (0, 1))
    (rung,) = (each for each in found.plan.rungs if each.tier == "platinum")
    assert rung.lines == ("tier.platinum.1", "tier.platinum.2", "tier.platinum.3")


def test_invited_when_the_period_ended() -> None:
    """A rebate's eligibility reads the nominations in force on the period's last day."""
    text = (
        LADDER
        + """
incentives:
  r:
    kind: rebate
    eligible: [tier is platinum]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
"""
    )
    records = {
        "partners": rows("partner_id score stars", "P1|10|5"),
        "nominations": rows(HISTORY, "P1|platinum|2026-01-01|2026-06-30"),
        "sales": sales("S1|P1|sale|2026-01-01|100.00", "S2|P1|sale|2026-04-01|100.00"),
    }
    assert decide(text, "2026-06-30", records).earned("period", "amount") == [("2026-Q1", "1.00")]


def test_ladder_of_one_and_tier_without_lines() -> None:
    """One tier takes everybody; a tier by invitation alone takes who is invited."""
    assert decide("tiers: {ladder: [all]}", "2026-06-30", {"partners": partners()}).tier() == "all"
    text = "tiers: {ladder: [all, chosen], chosen: {by_invitation: true}}"
    records = {"partners": partners("P1", "P2"), "nominations": rows(HISTORY, "P2|chosen|2026-01-01|-")}
    found = decide(text, "2026-06-30", records)
    assert (found.tier("P1"), found.tier("P2")) == ("all", "chosen")


def test_a_skipped_tier_is_not_needed() -> None:
    """The highest tier whose own lines hold counts, whatever is between."""
    text = """
records: {partners: {fields: {a: {type: boolean}, b: {type: boolean}}}}
tiers: {ladder: [low, middle, high], middle: {requires: [a]}, high: {requires: [b]}}
"""
    records: Records = {"partners": [{"partner_id": "P1", "a": False, "b": True}]}
    assert decide(text, "2026-06-30", records).status() == ("high", "high", None, "high", False)


def test_ties_on_thresholds() -> None:
    """`>=` takes the threshold itself, `>` does not; the distance says what is missing."""
    text = """
metrics: {revenue: {from: sales, sum: amount, window: lifetime}}
tiers:
  ladder: [a, b, c, d, e]
  b: {requires: [revenue >= 100 USD]}
  c: {requires: [revenue > 100 USD]}
  d: {requires: [revenue <= 99.99 USD]}
  e: {requires: [100 USD < revenue, not revenue is 100 USD]}
"""
    found = decide(text, "2026-06-30", {"partners": partners(), "sales": sales("S1|P1|sale|2026-01-01|100.00")})
    assert [found.met(f"tier.{each}.1") for each in "bcde"] == [True, False, False, False]
    assert found.gap("tier.d.1") == (Decimal(100), Decimal("0.01"))
    assert found.gap("tier.e.1") == (Decimal(100), Decimal(0))
    assert found.met("tier.e.2.1") is True
    strict = {each.id: each.strict for each in found.plan.conditions}
    assert (strict["tier.b.1"], strict["tier.c.1"], strict["tier.e.1"]) == (False, True, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tiers: {ladder: [a, b, a], requires: [1 > 0]}", ["RNG207 6`a`: `a` is on the ladder twice"]),
        (
            "tiers: {ladder: [a, b], requires: [1 > 0], c: {requires: [1 > 0]}}",
            ["RNG310 6`c`: `c` is not on the ladder"],
        ),
        ("tiers: {ladder: [a, requires]}", ["RNG210 6`requires`: `requires` is a word of the language"]),
        ("tiers: {ladder: [tier, b]}", ["RNG210 6`tier`: `tier` is a word of the language"]),
        (
            "tiers: {ladder: [a, b], requires: [1 > 0], a: {requires: [1 > 0]}}",
            ["RNG314 6`a`: `a` is the lowest tier: every partner has it, so its requirements have no effect"],
        ),
        (
            "tiers: {ladder: [a, b], requires: [1 > 0], a: {by_invitation: true}}",
            ["RNG314 6`a`: `a` is the lowest tier: every partner has it, so its requirements have no effect"],
        ),
        ("tiers: {ladder: [a, b]}", ["RNG309 6`b`: `b` requires nothing, so every partner has it"]),
        (
            "tiers: {ladder: [a, b], b: {by_invitation: false}}",
            ["RNG309 6`b`: `b` requires nothing, so every partner has it"],
        ),
        (
            "tiers: {ladder: [a, b], requires: [x > 0]}",
            ["RNG200 6`x`: unknown name `x`"],
        ),
        (
            "tiers: {ladder: [a, b, c], requires: [s]}\nsegments: {s: {when: [tier is b]}}",
            ["RNG213 7`tier`: the tier is not known here"],
        ),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    """Each slip is told once, at its place."""
    assert told(text) == expected


LOWEST_ASKS = """
records: {partners: {fields: {score: integer}}}
parameters: {needed: {by: [tier], values: {silver: 10}}}
tiers:
  ladder: [member, silver]
  requires: [score >= needed]
  member: {requires: [score >= 1]}
"""


def test_the_cure_of_a_lowest_tier_that_asks() -> None:
    """Both ways that the help names, followed as it says them, end without a finding; half of the second does not."""
    (found,) = findings(LOWEST_ASKS)
    below = "the common `requires` then hold for `member` too: give it a value in each table by tier"
    assert found.code == "RNG314"
    assert found.help == f"remove its requirements, or add a tier below it; {below}"
    assert told(LOWEST_ASKS.replace("  member: {requires: [score >= 1]}\n", "")) == []
    guest = LOWEST_ASKS.replace("[member, silver]", "[guest, member, silver]")
    assert {each.code for each in findings(guest)} == {"RNG212"}
    assert told(guest.replace("{silver: 10}", "{member: 5, silver: 10}")) == []


def test_tier_names_the_tier_tested() -> None:
    """In its own lines `tier` is the one being judged."""
    text = """
records: {partners: {fields: {score: integer}}}
tiers:
  ladder: [a, b, c]
  requires:
    - any: [tier is b, score >= 5]
"""
    records = {"partners": rows("partner_id score", "P1|4", "P2|5")}
    found = decide(text, "2026-06-30", records)
    assert (found.tier("P1"), found.tier("P2")) == ("b", "c")


@pytest.mark.parametrize(
    ("status", "held"),
    [
        ("P1|silver|2025-06-01|-", "gold"),  # held since before this version: its name then
        ("P1|silver|2026-02-01|-", "silver"),  # given under this version: its name now
        ("P1|bronze|2025-06-01|-", "base"),  # no longer on the ladder and not renamed
        ("P1|gold|2025-06-01|-", "gold"),
    ],
)
def test_was(status: str, held: str) -> None:
    """A tier held since before the version began bears the name of its time, even where that name is in use again."""
    text = """
records: {partners: {fields: {a: {type: boolean, optional: true}}}}
tiers: {ladder: [base, silver, gold], was: {silver: gold}, silver: {requires: [a]}, gold: {requires: [a]}}
"""
    records: Records = {
        "partners": [{"partner_id": "P1", "a": None}],
        "statuses": rows("partner_id tier from before", status),
    }
    assert decide(text, "2026-06-30", records).tier() == held


def test_was_must_lead_to_the_ladder() -> None:
    """A tier that is not there is no successor."""
    assert told("tiers: {ladder: [a, b], was: {x: c}, b: {requires: [1 > 0]}}") == [
        "RNG419 6`c`: `c`, the new name of `x`, is not on the ladder"
    ]


def test_a_tier_has_a_title() -> None:
    """For people; the name decides, and a tier without a word of its own has none."""
    parsed = program("tiers: {ladder: [a, b, c], b: {title: Bee, requires: [1 > 0]}, c: {requires: [1 > 0]}}")
    assert [tier.title for tier in parsed.ladder.tiers] == ["", "Bee", ""]


@pytest.mark.parametrize(
    ("number", "help"),
    [
        ("1", "write `1 USD`"),
        ("5_000", "write `5_000 USD`"),
        ("0.5", "write an amount with its currency, USD, and a plain number without"),
    ],
)
def test_the_cure_of_an_amount_without_its_currency(number: str, help: str) -> None:
    """The author's own number with the currency; less than one may be meant as a percentage."""
    text = f"""
metrics: {{revenue: {{from: sales, sum: amount, window: trailing 12 months}}}}
tiers: {{ladder: [a, b], b: {{requires: [revenue >= {number}]}}}}
"""
    (found,) = findings(text)
    assert (found.code, found.help) == ("RNG201", help)
