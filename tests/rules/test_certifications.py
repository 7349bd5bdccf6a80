"""Certificates: validity, grace, expiry, retirement, equivalence; people counted once, where they work."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import Decided, decide, partners, program, told

TEXT = """
certifications:
  pro: {valid_for: 24 months, grace: 90 days}
  pro_2024: {counts_as: pro, retired_on: 2026-03-01, run_off: 2 months}
  pro_2022: {counts_as: pro_2024, retired_on: 2026-02-01}
  forever: {}
  bare:
metrics:
  engineers: {people_holding: pro}
  old: {people_holding: pro_2024}
  either: {people_holding: {any: [pro, forever]}}
  both: {people_holding: {all: [pro, forever]}}
  alone: {people_holding: {all: [forever]}}
  bare_holders: {people_holding: bare}
tiers:
  ladder: [registered, silver]
  requires: [engineers + old + either + both + alone + bare_holders >= 1]
"""
HOLDING = "holding_id person_id certification earned_on expires_on"


def holding(*lines: str, people: Sequence[str] = ("E1|P1",)) -> dict[str, list[dict[str, Value]]]:
    """A world of people and their certificates."""
    return {
        "partners": partners("P1", "P2"),
        "people": rows("person_id partner_id", *people),
        "certifications": rows(HOLDING, *lines),
    }


def judged(line: str, day: str, metric: str = "engineers") -> Value:
    """How many people one certificate makes on a day."""
    return decide(TEXT, day, holding(line)).metric(metric)


@pytest.mark.parametrize(
    ("line", "day", "counts"),
    [
        ("H1|E1|pro|2026-03-01|-", "2026-02-28", 0),  # not earned yet
        ("H1|E1|pro|2026-03-01|-", "2026-03-01", 1),  # earned on the day
        ("H1|E1|pro|2024-03-01|-", "2026-02-28", 1),  # the last day of 24 months
        ("H1|E1|pro|2024-03-01|-", "2026-03-01", 1),  # the first day of grace
        ("H1|E1|pro|2024-03-01|-", "2026-05-29", 1),  # 1 March and 90 days is 30 May, no longer counted
        ("H1|E1|pro|2024-03-01|-", "2026-05-30", 0),
        ("H1|E1|pro|2026-01-10|2026-02-01", "2026-01-31", 1),  # the record's own expiry goes before
        ("H1|E1|pro|2026-01-10|2026-02-01", "2026-05-01", 1),  # 1 February and 90 days is 2 May
        ("H1|E1|pro|2026-01-10|2026-02-01", "2026-05-02", 0),
        ("H1|E1|pro|2020-01-10|2030-01-01", "2026-05-02", 1),  # later than 24 months would allow
        ("H1|E1|pro_2024|2020-01-01|-", "2026-04-30", 1),  # retired, running off
        ("H1|E1|pro_2024|2020-01-01|-", "2026-05-01", 0),
        ("H1|E1|pro_2024|2020-01-01|2026-04-01", "2026-03-31", 1),  # no grace of its own
        ("H1|E1|pro_2024|2020-01-01|2026-04-01", "2026-04-01", 0),
        ("H1|E1|pro_2022|2020-01-01|-", "2026-01-31", 1),  # counts as what counts as it
        ("H1|E1|pro_2022|2020-01-01|-", "2026-02-01", 0),  # retired at once
        ("H1|E1|forever|2020-01-01|-", "2026-12-31", 0),  # another certificate
    ],
)
def test_days_of_a_certificate(line: str, day: str, counts: int) -> None:
    """The first and the last day on which one certificate counts."""
    assert judged(line, day) == counts


def test_equivalence_is_one_way() -> None:
    """The new certificate does not count as the old one."""
    assert judged("H1|E1|pro|2026-01-01|-", "2026-02-01", "old") == 0
    assert judged("H1|E1|pro_2022|2026-01-01|-", "2026-01-31", "old") == 1


def test_a_certificate_without_rules_never_ends() -> None:
    """Written as `{}` or with nothing after it; its record may still expire."""
    assert judged("H1|E1|bare|1999-01-01|-", "2026-12-31", "bare_holders") == 1
    assert judged("H1|E1|bare|1999-01-01|2026-12-31", "2026-12-31", "bare_holders") == 0


def test_a_person_counts_once() -> None:
    """Twice the same certificate, or two that count as one, is one person."""
    found = decide(
        TEXT,
        "2026-02-15",
        holding(
            "H1|E1|pro|2025-01-01|-",
            "H2|E1|pro|2025-02-01|-",
            "H3|E1|pro_2024|2025-02-01|-",
            "H4|E2|pro|2025-02-01|-",
            "H5|E3|pro|2025-02-01|-",
            "H6|E4|pro|2025-02-01|-",
            people=("E1|P1", "E2|P1", "E3|P2", "E4|-"),
        ),
    )
    assert (found.metric("engineers"), found.metric("engineers", "P2")) == (2, 1)


def test_any_and_all() -> None:
    """`any` is one of them; `all` is each of them, by one and the same person."""
    found = decide(
        TEXT,
        "2026-02-15",
        holding(
            "H1|E1|pro|2025-01-01|-",
            "H2|E1|forever|2025-02-01|-",
            "H3|E2|pro|2025-02-01|-",
            "H4|E3|forever|2025-02-01|-",
            people=("E1|P1", "E2|P1", "E3|P1"),
        ),
    )
    assert [found.metric(each) for each in ("engineers", "either", "both", "alone")] == [2, 3, 1, 2]


DATED = """
records: {assignments: {fields: {role: {type: text, optional: true}}}}
certifications: {pro: {}, plus: {}}
metrics:
  engineers: {people_holding: pro}
  group: {people_holding: pro, scope: partner with children}
  both: {people_holding: {all: [pro, plus]}}
  group_both: {people_holding: {all: [pro, plus]}, scope: partner with children}
tiers: {ladder: [registered, silver], requires: [engineers + group + both + group_both >= 1]}
"""


def assigned(day: str) -> Decided:
    """E1 moves from P1 to P2 on 1 March, E2 has no assignment, E3 works for both, P2 is below P1."""
    world: dict[str, list[dict[str, Value]]] = {
        "partners": rows("partner_id parent_id", "P1|-", "P2|P1"),
        "people": rows("person_id partner_id", "E1|P1", "E2|P2", "E3|-"),
        "assignments": rows(
            "person_id partner_id from before",
            "E1|P1|2026-01-01|2026-03-01",
            "E1|P2|2026-03-01|-",
            "E3|P1|2026-01-01|-",
            "E3|P2|2026-02-01|2026-06-01",
        ),
        "certifications": rows(
            HOLDING,
            "H1|E1|pro|2025-01-01|-",
            "H2|E2|pro|2025-01-01|-",
            "H3|E3|pro|2025-01-01|-",
            "H4|E3|plus|2025-01-01|-",
        ),
    }
    return decide(DATED, day, world)


@pytest.mark.parametrize(
    ("day", "own", "below", "group"),
    [
        ("2026-01-31", 2, 1, 3),  # E1, E3 | E2
        ("2026-02-28", 2, 2, 3),  # E1, E3 | E2, E3: E3 counts for both, and once for the group
        ("2026-03-01", 1, 3, 3),  # E3 | E1, E2, E3
        ("2026-06-01", 1, 2, 3),  # E3 | E1, E2
    ],
)
def test_people_count_where_they_work_that_day(day: str, own: int, below: int, group: int) -> None:
    """Assignments by date go before `people.partner_id`; who has none works there."""
    found = assigned(day)
    counted = (found.metric("engineers"), found.metric("engineers", "P2"), found.metric("group"))
    assert counted == (own, below, group)


def test_all_of_several_where_they_work() -> None:
    """E3 has both, for P1 always, for P2 before 1 June."""
    assert [assigned("2026-05-31").metric("both", each) for each in ("P1", "P2")] == [1, 1]
    assert [assigned("2026-06-01").metric("both", each) for each in ("P1", "P2")] == [1, 0]
    assert assigned("2026-05-31").metric("group_both") == 1


def test_on_a_periods_last_day() -> None:
    """Eligibility of a quarter reads the people of its last day, by every way of counting."""
    text = """
records: {assignments: {fields: {role: {type: text, optional: true}}}}
certifications: {pro: {valid_for: 3 months}, plus: {}}
metrics:
  engineers: {people_holding: pro}
  both: {people_holding: {all: [pro, plus]}}
incentives:
  alone: {kind: rebate, eligible: [engineers >= 1], BODY}
  paired: {kind: rebate, eligible: [both >= 1], BODY}
"""
    world: dict[str, list[dict[str, Value]]] = {
        "partners": partners(),
        "people": rows("person_id partner_id", "E1|P1", "E2|-"),
        "assignments": rows("person_id partner_id from before", "E2|P1|2026-05-01|2026-09-30"),
        "certifications": rows(
            HOLDING,
            "H1|E1|pro|2026-01-01|-",  # valid through 31 March
            "H2|E2|pro|2026-04-10|2027-01-01",
            "H3|E2|plus|2026-07-01|-",
        ),
        "sales": rows(
            "sale_id partner_id entry closed_on amount",
            *(f"S{month}|P1|sale|2026-{month:02}-15|100.00" for month in (1, 4, 7, 10)),
        ),
    }
    body = "period: quarter, sum: amount, bands: [{from: 0 USD, rate: 1%}], payee: partner"
    found = decide(text.replace("BODY", body), "2026-12-31", world)
    # Q1: E1 has expired on 31 March? 1 January and 3 months is 1 April: the last day is 31 March
    assert found.earned("incentive", "period") == [("alone", "2026-Q1"), ("alone", "2026-Q2")]


UNUSED = "RNG211 6`a`: the certification `a` is not used"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "certifications: {a: {counts_as: b}}",
            ["RNG200 6`b`: there is no certification `b`"],
        ),
        (
            "certifications: {a: {counts_as: b}, b: {counts_as: a}}",
            ["RNG208 6`b`: `a` counts as itself through other certifications"],
        ),
        (
            "certifications: {a: {run_off: 2 months}}",
            ["RNG300 6`run_off`: `run_off` has no meaning without `retired_on`"],
        ),
        (
            "certifications: {a: {retired_on: 2025-11-01, run_off: 2 months}}",
            ["RNG312 6`a`: `a` counts until 2026-01-01, and the program starts on 2026-01-01"],
        ),
        ("certifications: {a: {retired_on: 2025-11-01, run_off: 3 months}}", [UNUSED]),
        ("certifications: {a: {valid_for: 0 months}}", ["RNG312 6`a`: `a` never counts, because `valid_for` is zero"]),
        ("certifications: {a: {valid_for: 0 months, grace: 1 day}}", [UNUSED]),
        (
            """
certifications: {a: {counts_as: b}, b: {counts_as: c}, c: {}}
metrics: {m: {people_holding: b}}
tiers: {ladder: [x, y], requires: [m >= 1]}
""",
            ["RNG211 7`c`: the certification `c` is not used"],
        ),
        ("certifications: {a: {valid_for: 90 days}}", ["RNG201 6`90 days`: expected months, found days"]),
        ("certifications: {a: {grace: 90 years}}", ["RNG201 6`90 years`: expected days, found months"]),
        (
            "certifications: {a: {valid_for: 9_999 years}}",
            ["RNG512 6`9_999 years`: `9_999 years` is longer than 210 years"],
        ),
        ("certifications: {tier: {}}", ["RNG210 6`tier`: `tier` is a word of the language"]),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    """Each slip is told at its place."""
    assert told(text) == expected


def test_a_circle_that_is_not_its_own_is_no_circle() -> None:
    """What counts as a part of a circle is told for the circle alone, and ends."""
    text = "certifications: {a: {counts_as: b}, b: {counts_as: c}, c: {counts_as: b}}"
    assert [each.split("`")[1] for each in told(text)] == ["c"]


def test_titles_are_kept() -> None:
    """What stands for people to read is part of the program."""
    (found,) = program("certifications: {a: {title: The A}}").certifications
    assert found.title == "The A"
