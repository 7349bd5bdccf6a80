"""Why a partner holds a tier: one sentence for each way the history and the lines can stand."""

from __future__ import annotations

import pytest

from engine.explain.tiers import why_held

LADDER = ("registered", "silver", "gold", "platinum")
OPEN = "a value is missing, so anything from silver to gold is possible"


@pytest.mark.parametrize(
    ("held", "floor", "ceiling", "prior", "sentence"),
    [
        ("silver", "silver", "silver", "", "the highest tier whose lines are all met"),
        ("silver", "silver", "silver", "silver", "the highest tier whose lines are all met"),
        ("silver", "silver", "silver", "registered", "up from registered: all its lines are met"),
        ("silver", "silver", "silver", "gold", "down from gold: the highest tier whose lines are all met"),
        (
            "registered",
            "registered",
            "registered",
            "",
            "the lowest tier: no other tier has all its lines met",
        ),
        ("gold", "silver", "silver", "gold", "kept from before; its lines now give only silver"),
        ("silver", "silver", "gold", "", f"{OPEN}; a partner without history starts at silver"),
        ("gold", "silver", "gold", "gold", f"{OPEN}; the tier held before is kept"),
        ("silver", "silver", "gold", "registered", f"{OPEN}; silver is certain, so it goes up from registered"),
        (
            "gold",
            "silver",
            "gold",
            "platinum",
            f"{OPEN}; a tier above gold is impossible, so it goes down from platinum",
        ),
    ],
)
def test_why_this_tier(held: str, floor: str, ceiling: str, prior: str, sentence: str) -> None:
    """Decided or open, with and without history, rising, staying and falling."""
    assert why_held(LADDER, held, floor, ceiling, prior) == sentence
