"""Why a partner holds a tier: one sentence for each way the history and the lines can stand."""

from __future__ import annotations

import pytest

from engine.explain.tiers import why_held

LADDER = ("registered", "silver", "gold", "platinum")
OPEN = "a missing value leaves it open between silver and gold"


@pytest.mark.parametrize(
    ("held", "floor", "ceiling", "prior", "sentence"),
    [
        ("silver", "silver", "silver", "", "the highest tier whose lines are all met"),
        ("silver", "silver", "silver", "silver", "the highest tier whose lines are all met"),
        ("silver", "silver", "silver", "registered", "all its lines are met: rises from registered"),
        ("silver", "silver", "silver", "gold", "the highest tier whose lines are all met: falls from gold"),
        (
            "registered",
            "registered",
            "registered",
            "",
            "the lowest tier: no other tier has all its lines met",
        ),
        ("gold", "silver", "silver", "gold", "keeps the tier held before, though its lines now give silver"),
        ("silver", "silver", "gold", "", f"{OPEN}; a partner without history starts at silver"),
        ("gold", "silver", "gold", "gold", f"{OPEN}, so the tier held before stays"),
        ("silver", "silver", "gold", "registered", f"{OPEN}; silver is certain, so it rises from registered"),
        ("gold", "silver", "gold", "platinum", f"{OPEN}; a tier above gold is impossible, so it falls from platinum"),
    ],
)
def test_why_this_tier(held: str, floor: str, ceiling: str, prior: str, sentence: str) -> None:
    """Decided or open, with and without history, rising, staying and falling."""
    assert why_held(LADDER, held, floor, ceiling, prior) == sentence
