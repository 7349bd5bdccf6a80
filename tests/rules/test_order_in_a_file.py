"""The order of sections and entries in a file has no meaning: a name may be used before it is declared."""

from __future__ import annotations

from itertools import permutations

import pytest

from engine.plan.scalar import Value
from tests.tiny import Decided, decide, partners, sales, told

SECTIONS = {
    "metrics": "metrics: {m: {from: sales, sum: amount, where: amount > p, window: lifetime}}\n",
    "parameters": "parameters: {p: 5 USD}\n",
    "tiers": "tiers: {ladder: [a, b], b: {requires: [benefits.perk, benefits.cut >= 5%]}}\n",
    "benefits": "benefits: {cut: {value: percent, is: 10%, when: [benefits.perk]}, perk: {value: flag, when: [d]}}\n",
    "designations": "designations: {d: {requires: [e]}, e: {requires: [m >= 100 USD]}}\n",
}
SOLD = sales("S1|P1|sale|2026-02-01|100.00", "S2|P1|sale|2026-02-02|5.00", "S3|P2|sale|2026-02-01|99.00")


def held(decided: Decided) -> dict[Value, Value]:
    """The tier of each partner."""
    return {row["partner_id"]: row["held"] for row in decided.outputs["statuses"] if row["ladder"] == "tiers"}


@pytest.mark.parametrize("first", sorted(SECTIONS))
def test_sections_may_stand_in_any_order(first: str) -> None:
    """A tier that asks for benefits, a benefit that asks for a designation, of which one asks for the other."""
    for order in list(permutations(each for each in SECTIONS if each != first))[::7]:
        text = "".join(SECTIONS[each] for each in (first, *order))
        decided = decide(text, "2026-12-31", {"partners": partners("P1", "P2"), "sales": SOLD})
        assert held(decided) == {"P1": "b", "P2": "a"}, (first, *order)
        assert [decided.benefit("perk", each)[1] for each in ("P1", "P2")] == [True, False]


BY_SEGMENT = """
tiers: {ladder: [a, b], requires: [s]}
segments: {s: {when: [t]}, t: {when: [benefits.perk]}}
benefits: {perk: {value: flag, when: [m >= 100 USD]}}
metrics: {m: {from: sales, sum: amount, window: lifetime}}
"""


def test_a_segment_may_ask_for_a_benefit_that_is_declared_later() -> None:
    """And a tier for the segment."""
    decided = decide(BY_SEGMENT, "2026-12-31", {"partners": partners("P1", "P2"), "sales": SOLD})
    assert held(decided) == {"P1": "b", "P2": "a"}


KEYED = """
tiers: {ladder: [a, b], requires: [benefits.share.u >= 5%, level.v >= high]}
benefits: {share: {value: percent, per: [key], by: [key], values: {u: rate, v: 6%}, when: [level >= high]}}
designations: {level: {per: [key], ladder: [low, high], high: {requires: [m >= 100 USD]}}}
parameters: {rate: 5%}
metrics: {m: {from: sales, sum: amount, window: lifetime}}
choices: {key: [u, v]}
"""


def test_what_goes_by_keys_may_be_read_before_it_is_declared() -> None:
    """A benefit and a designation with `per`, at a value."""
    decided = decide(KEYED, "2026-12-31", {"partners": partners("P1", "P2"), "sales": SOLD})
    assert held(decided) == {"P1": "b", "P2": "a"}


@pytest.mark.parametrize(
    ("text", "circle"),
    [
        (
            "benefits: {x: {value: flag, when: [benefits.y]}, y: {value: flag, when: [benefits.x]}}\n",
            "benefits.y -> benefits.x -> benefits.y",
        ),
        ("benefits: {x: {value: flag, when: [benefits.x]}}\n", "benefits.x -> benefits.x"),
        (
            "benefits: {x: {value: flag, when: [tier >= b]}}\ntiers: {ladder: [a, b], requires: [benefits.x]}\n",
            "tier -> benefits.x -> tier",
        ),
        (
            """tiers: {ladder: [a, b], requires: [benefits.x > 1%]}
benefits: {x: {value: percent, by: [tier], values: {b: 5%}}}
""",
            "tier -> benefits.x -> tier",
        ),
        (
            "designations: {d: {requires: [benefits.x]}}\nbenefits: {x: {value: flag, when: [d]}}\n",
            "d -> benefits.x -> d",
        ),
        (
            "choices: {key: [u, v]}\nbenefits: {x: {value: flag, per: [key], when: [benefits.x.u]}}\n",
            "benefits.x.u -> benefits.x.u",
        ),
    ],
)
def test_what_depends_on_itself_is_reported_once(text: str, circle: str) -> None:
    """With the names that lead back: a line of a benefit reads the tier that is held, also where a tier asks for it."""
    (found,) = (each for each in told(text) if "RNG211" not in each)
    assert found.startswith("RNG208") and found.endswith(f"depends on itself: {circle}")
