"""An amended program decides each side of the day as the rules of that side do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.plan.scalar import Value
from engine.reference.evaluate import evaluate
from tests.properties.agreement import assert_agree, seeded
from tests.properties.amendments import random_amendment, sided
from tests.properties.programs import planned, random_case


@seeded(2)
@given(st.integers(0, 2**32), st.integers(0, 2**16))
def test_each_side_by_its_own_rules(seed: int, change: int) -> None:
    """Earnings are those of the old rules before the day and of the new rules from it on; all else is as of the run.

    Both evaluators agree on the amended program too.
    """
    case = random_case(seed)
    amended = random_amendment(case, change)
    assume(amended is not None)
    assert amended is not None
    found = assert_agree(planned(amended.program, case.as_of), case.records).outputs
    in_force = amended.after if case.as_of >= amended.day else amended.before
    expected = dict(evaluate(planned(in_force, case.as_of), case.records).outputs)
    sides = [sided(amended.before, date.min, amended.day), sided(amended.after, amended.day, date.max)]
    rows = [
        row
        for side in (sides if case.as_of >= amended.day else [amended.before])
        for row in evaluate(planned(side, case.as_of), case.records).outputs["earnings"]
    ]
    for name in ("conditions", "statuses", "entitlements"):
        made, wanted = (of_partners(each.get(name, ()), case.as_of) for each in (found, expected))
        assert (name, made) == (name, wanted)
    assert in_order(found["earnings"]) == in_order(rows)


def of_partners(rows: Sequence[Mapping[str, Value]], as_of: date) -> list[dict[str, Value]]:
    """Rows without what an incentive is judged by on the day of the run.

    It stands in the row of the run where that is the only day that an incentive judges, else in a row of its own.
    """
    apart = ("incentive.", "metric.", "segment.")
    return [
        {name: value for name, value in row.items() if not name.startswith(apart)}
        for row in rows
        if row.get("incentive") is None or row["day"] != as_of
    ]


def in_order(rows: Iterable[Mapping[str, Value]]) -> list[list[tuple[str, str]]]:
    """Earnings in one order; a number is itself however many digits stand behind its point."""
    return sorted(
        sorted((name, str(value.normalize() if isinstance(value, Decimal) else value)) for name, value in row.items())
        for row in rows
    )
