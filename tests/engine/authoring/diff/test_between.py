"""What stands between two programs is refused or compiled like any other program; it never breaks the checks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from engine.authoring.diff.programs import compare_programs
from engine.authoring.diff.swap import swapped
from engine.language.diagnostic import has_errors
from rules import check_program, compile_program
from tests.properties.programs import loaded, random_case
from tests.tiny import program

pytestmark = pytest.mark.search

SEEDS = (402, 411, 418, 443, 445, 450)  # drawn strangers whose parts do not fit each other in many ways
TRIES = 12


@pytest.mark.long
def test_between_strangers() -> None:
    """Any clauses of one program in another: findings say what is missing, and what is sound compiles."""
    found = Counter[str]()
    for seed in SEEDS:
        old, new = loaded(random_case(seed).text), loaded(random_case(seed + 1000).text)
        clauses = list(dict.fromkeys(each.clause for each in compare_programs(old, new) if each.decides))
        random = Random(seed)
        for _ in range(TRIES):
            between = swapped(old, new, random.sample(clauses, random.randint(1, len(clauses))))
            if has_errors(check_program(between)):
                found["refused"] += 1
            else:
                found["compiled"] += compile_program(between, between.effective[0])[0] is not None
    assert found["refused"] > 5 and found["compiled"] > 5, found


def test_a_metric_without_the_one_it_is_like() -> None:
    """A copy of state that lost its original is judged by itself."""
    text = """\
        metrics:
          first: {from: partners, count: records}
          second: {like: first}
        tiers:
          ladder: [a, b]
          b: {requires: [second >= 1]}
        """
    whole = program(text)
    alone = replace(whole, metrics=whole.metrics[1:])
    assert [each.name for each in alone.metrics] == ["second"]
    assert not has_errors(check_program(alone))


def test_dates_that_have_nothing_in_common_are_one_change() -> None:
    """All versions of a parameter are swapped together, so that it is never left without a value."""
    old = program("parameters:\n  least: [{from: 2026-01-01, value: 1}]\n" + LINES)
    new = program("parameters:\n  least: [{from: 2025-06-01, value: 2}, {from: 2026-03-01, value: 3}]\n" + LINES)
    changes = compare_programs(old, new)
    assert {each.clause for each in changes} == {"parameters.least"}
    assert "`least` starts on 2025-06-01 and 2026-03-01, was on 2026-01-01" in [each.sentence for each in changes]
    assert [len(each.versions) for each in swapped(old, new, ()).parameters] == [1]


LINES = """\
metrics:
  deals_made: {from: deals, count: records, window: trailing 12 months}
tiers:
  ladder: [a, b]
  b: {requires: [deals_made >= least]}
"""
