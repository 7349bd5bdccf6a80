"""The referee on whole programs drawn at random: it agrees with the reference, and covers what it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.referee.judge import compare, compare_tiers, judge
from engine.reference.evaluate import evaluate
from tests.properties.programs import compiled, random_case

pytest.importorskip("durable", reason="durable-rules cannot be installed above Python 3.12")

REASONS = {"a value beyond 62 bits"}


@given(st.integers(0, 2**32))
def test_the_referee_agrees_with_the_reference(seed: int) -> None:
    """Every condition, tier, floor and ceiling of every partner; nothing is left out but for its size."""
    case = random_case(seed)
    plan = compiled(case.text, case.as_of)
    evaluation = evaluate(plan, case.records)
    rows = evaluation.tables[plan.decisions]
    verdict = judge(plan, rows)
    assert compare(plan, verdict, rows, "reference") == ()
    assert compare_tiers(plan, verdict, evaluation.outputs.get("statuses", ()), "reference") == ()
    assert {reason for reason, _ in verdict.uncovered} <= REASONS
    assert verdict.covered >= len(rows) * len(plan.conditions) * 4 // 5  # wide quotients are beyond its size
    assert verdict.restarts == 0
