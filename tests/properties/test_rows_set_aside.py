"""A row that was set aside changes no decision: what it could change is undecided."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan.outputs import PARTNER
from engine.reference.evaluate import evaluate
from engine.runs.undecided import INCENTIVE, RUN, undecided_rows
from tests.properties.agreement import seeded
from tests.properties.aside import withheld_in, without_a_row
from tests.properties.programs import compiled, loaded, random_case


def examined(seed: int) -> Counter[str]:
    """Set a row of random records aside, and compare; how many rows of results were and were not decided."""
    case = random_case(seed)
    plan, schema = compiled(case.text, case.as_of), loaded(case.text).records
    halved = without_a_row(Random(seed), schema, case.records)
    whole, rest = evaluate(plan, case.records).outputs, evaluate(plan, halved.records).outputs
    withheld, columnar = withheld_in(plan, schema, halved)
    partners = {row[PARTNER] for row in halved.records["partners"]}
    counts: Counter[str] = Counter()
    for output in plan.outputs:
        found = undecided_rows(plan, output, rest[output.name], withheld)
        assert (output.name, columnar[output.name]) == (output.name, found)
        decided = [
            [
                row
                for row in rows
                if (row.get(INCENTIVE) or RUN, row[PARTNER]) not in withheld and row[PARTNER] in partners
            ]
            for rows in (whole[output.name], found)
        ]
        assert (output.name, decided[1]) == (output.name, decided[0])
        counts["decided"] += len(decided[0])
        counts["undecided"] += len(found) - len(decided[1])
    return counts


@seeded(2)
@given(st.integers(0, 2**32))
def test_what_is_decided_is_decided_as_with_the_row(seed: int) -> None:
    """Whatever the row says that was set aside, all that is decided without it is decided so with it.

    Both evaluators write the same rows for what is undecided.
    """
    examined(seed)


@pytest.mark.long
def test_some_is_decided_and_some_is_not() -> None:
    """Of a fixed set of programs, most rows of results are decided, and some are not."""
    counts = sum((examined(seed) for seed in range(900, 908)), Counter[str]())
    assert 0 < counts["undecided"] < counts["decided"]
