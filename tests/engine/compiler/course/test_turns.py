"""Where the rules of an incentive give way to others: inside its time and outside, and after a pause."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engine.compiler.course.test_reigns import BASE, RATE, loaded, plan
from tests.tiny import Records, decide_plan, partners, sales


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        ("2026-02-14", False),  # in a quarter, before the incentive begins
        ("2026-02-15", False),  # its first day
        ("2026-02-16", True),
        ("2026-04-01", False),  # between two quarters
        ("2026-08-14", True),  # its last day
        ("2026-08-15", False),
    ],
)
def test_what_changes_during_an_incentive_is_settled(day: str, inside: bool) -> None:
    """Inside a period, and inside the time of the incentive, `on_change` is needed; everywhere else it is not."""
    over = BASE.replace("    payee", "    during: {from: 2026-02-15, before: 2026-08-15}\n    payee")
    _, found = loaded((day, RATE.format(rate="20%", more="")), base=over)
    assert [each.code for each in found] == (["RNG416"] if inside else [])


def test_removed_and_declared_again_inside_one_period() -> None:
    """10 % of April's 100.00 and 20 % of June's 300.00; May's 200.00 earn nothing. It is one earning of two parts."""
    limits = "limits: [{at_most: 500 USD, per: [partner, period]}]"
    split = BASE.replace("    payee", f"    on_change: split\n    {limits}\n    payee")
    again = """\
incentives:
  rebate:
    {kind: rebate, from: sales, period: quarter, sum: amount, bands: [{from: 0 USD, rate: 20%}],
     limits: [{at_most: 500 USD, per: [partner, period]}], on_change: split, payee: partner}"""
    amended = plan("2026-12-31", ("2026-05-01", "without: [incentives.rebate]"), ("2026-06-01", again), base=split)
    spread = sales("S1|P1|sale|2026-04-01|100.00", "S2|P1|sale|2026-05-31|200.00", "S3|P1|sale|2026-06-01|300.00")
    records: Records = {"partners": partners(), "sales": spread}
    decided = decide_plan(amended, records)
    assert decided.earned("period", "measure", "amount") == [("2026-Q2", "400.00", "70.00")]
    taken = [(row["period_from"], row["taken"]) for row in decided.outputs["allocations"]]
    assert taken == [(date(2026, 4, 1), 10), (date(2026, 6, 1), 60)]
