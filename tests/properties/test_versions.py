"""Any program cut into two versions that are evaluated together: each decides what it decides alone.

Where a period is shared, the parts add up; everything else is one version's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.chain import chain_programs
from engine.language.program import Program
from engine.plan.scalar import Value
from engine.reference.evaluate import OutputRow, evaluate
from tests.properties.agreement import assert_agree, seeded
from tests.properties.program_text import Tree, program_text
from tests.properties.programs import Case, loaded, planned
from tests.properties.reduction import prove
from tests.properties.test_after_the_last_day import late_case

KEY = ("partner_id", "earner_id", "incentive", "period", "source_id")


@dataclass(frozen=True)
class Cut:
    """Two versions of one program, the day on which the second begins, and the day of the run."""

    versions: tuple[Program, Program]
    as_of: date


def cut(case: Case) -> Cut:
    """The program of a case in two versions; where, follows from its text."""
    whole, random = loaded(case.text), Random(case.text)
    start, before = whole.effective
    day = start + timedelta(days=random.randint(1, (before - start).days - 1))
    if random.random() < 0.3:
        day = max(start + timedelta(days=1), day.replace(day=1))  # where many periods end
    days = ((start, day), (day, before))
    versions = (_version(case.sections, f"v{place}", each) for place, each in enumerate(days, 1))
    return Cut((next(versions), next(versions)), random.choice((case.as_of, day, before)))


def _version(sections: Mapping[str, Tree], name: str, days: tuple[date, date]) -> Program:
    """The same rules on some of the days; periods that another version shares are split."""
    tree: dict[str, Tree] = dict(sections)
    tree |= {"version": name, "effective": {"from": str(days[0]), "before": str(days[1])}}
    incentives = tree.get("incentives")
    if isinstance(incentives, Mapping):
        tree["incentives"] = {
            key: {**each, "on_change": "split"} for key, each in incentives.items() if isinstance(each, Mapping)
        }
    return loaded(program_text(tree))


def _earned(rows: list[OutputRow]) -> dict[tuple[Value, ...], Value]:
    return {tuple(row[name] for name in KEY): row["amount"] for row in rows}


def check_versions(case: Case) -> None:
    """All evaluators agree on both together, and that is the sum of each alone."""
    made = cut(case)
    together, found = chain_programs(made.versions)
    assert together is not None, found
    evaluation = assert_agree(planned(together, made.as_of), case.records)
    sums: dict[tuple[Value, ...], list[Value]] = defaultdict(list)
    for version in made.versions:
        if version.effective[0] <= made.as_of:
            alone = evaluate(planned(version, made.as_of), case.records).outputs
            for key, amount in _earned(list(alone["earnings"])).items():
                sums[key].append(amount)
            last = alone  # of the version in force
    expected = {
        key: None if None in amounts else sum((each for each in amounts if isinstance(each, Decimal)), Decimal(0))
        for key, amounts in sums.items()
    }
    assert _earned(list(evaluation.outputs["earnings"])) == {key: each for key, each in expected.items() if each != 0}
    assert evaluation.outputs.get("statuses") == last.get("statuses")
    assert evaluation.outputs.get("entitlements") == last.get("entitlements")


@seeded(3)
@given(st.integers(0, 2**32))
def test_each_version_decides_what_it_decides_alone(seed: int) -> None:
    """Earnings by key and amount; the tiers and benefits of the version in force."""
    prove(late_case(seed), check_versions)


@pytest.mark.long
def test_what_is_cut_is_not_tame() -> None:
    """Both versions earn, and some periods are shared."""
    shared = both = 0
    for seed in range(40):
        case = late_case(seed)
        made = cut(case)
        found = [
            set(_earned(list(evaluate(planned(each, case.as_of), case.records).outputs["earnings"])))
            for each in made.versions
        ]
        both += all(found)
        shared += bool(found[0] & found[1])
    assert both >= 3
    assert shared >= 2
