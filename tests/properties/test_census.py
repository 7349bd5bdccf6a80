"""Over a fixed set of programs every node kind met every outcome it can have, in every evaluator."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.plan.scalar import Among, And, AtLeast, Between, Column, Compare, IsMissing, Not, Or, Scalar
from engine.plan.table import FoldOp, Table
from engine.referee.formula import Answer
from engine.referee.judge import available, judge
from engine.reference.evaluate import evaluate
from tests.properties.agreement import assert_same, columnar
from tests.properties.census import Met, met, narrowed, widened
from tests.properties.collection import drawn

TRUTHS = ("true", "false", "missing")
CONDITIONS = ("Compare", "Among", "Between", "And", "Or", "Not", "AtLeast")
BOTH = ("Literal", "Column", "Case", "IfMissing")  # a condition or any other value
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(CONDITIONS, TRUTHS),
    **dict.fromkeys(BOTH, ("value", *TRUTHS)),
    "IsMissing": ("true", "false"),
    "Lookup": ("rows", "no rows", "found", "not found"),
}
FOLDS: Mapping[FoldOp, tuple[str, ...]] = {
    FoldOp.TAKE: ("limited", "not limited", "negative", "missing"),
    FoldOp.FIRST: TRUTHS,
}
"""What the rows of each fold come to; the other folds wait for words of the language that need them."""


def possible() -> set[Met]:
    """Every node kind with every outcome it can have."""
    scalars = {each.__name__ for each in Scalar.__args__}
    tables = {each.__name__ for each in Table.__args__}
    found = {(kind, one) for kind in scalars for one in OUTCOMES.get(kind, ("value", "missing"))}
    found |= {(kind, one) for kind in tables for one in OUTCOMES.get(kind, ("rows", "no rows"))}
    found |= {(f"Fold {op}", one) for op, outcomes in FOLDS.items() for one in outcomes}
    return found


@pytest.mark.long
def test_reference_met_everything() -> None:
    """The reference met every outcome of every node kind."""
    seen = {each for case in drawn().values() for outcomes in case.met.values() for each in outcomes}
    missing = possible() - seen
    assert not missing, f"never met: {sorted(missing)}"


@pytest.mark.long
def test_columnar_met_everything() -> None:
    """So did the columnar evaluator, in tables chosen so that few are needed; and it agrees in each part."""
    seen: set[Met] = set()
    for place, chosen in cover().items():
        case = drawn()[place].case
        plan, views = widened(drawn()[place].plan)
        asked = [each for each in views if each.output.name in chosen]
        part = narrowed(plan, asked)
        rows = columnar(part, case.records)
        assert_same(evaluate(part, case.records).outputs, rows)
        seen |= {each for view in asked for each in met(view, rows[view.output.name])}
    missing = possible() - seen
    assert not missing, f"never met: {sorted(missing)}"


def cover() -> dict[int, set[str]]:
    """Tables by number of the case that together met everything: each time the one that adds most."""
    left = possible()
    pool = {(place, name): outcomes for place, each in drawn().items() for name, outcomes in each.met.items()}
    chosen: dict[int, set[str]] = {}
    while left and pool:
        best = max(pool, key=lambda each: len(pool[each] & left))
        if not pool[best] & left:
            break
        chosen.setdefault(best[0], set()).add(best[1])
        left -= pool.pop(best)
    return chosen


ASKED = (Compare, Among, Between, IsMissing, And, Or, Not, AtLeast, Column)
ANSWERS = (Answer.MET, Answer.NOT_MET, Answer.CANNOT_DECIDE)


@pytest.mark.skipif(not available()[0], reason=available()[1])
def test_referee_met_everything() -> None:
    """The referee gave every answer to conditions of every kind; whether a value is missing it always knows."""
    wanted = {(kind.__name__, answer) for kind in ASKED for answer in ANSWERS}
    wanted.discard(("IsMissing", Answer.CANNOT_DECIDE))
    for each in drawn().values():
        if not wanted:
            break
        plan = each.plan
        kinds = [type(condition.scalar).__name__ for condition in plan.conditions]
        if {kind for kind, _ in wanted}.isdisjoint(kinds):
            continue
        verdict = judge(plan, each.result.tables[plan.decisions])
        wanted -= {pair for ruling in verdict.rulings for pair in zip(kinds, ruling.conditions, strict=True)}
    assert not wanted, f"never met: {sorted(wanted)}"
