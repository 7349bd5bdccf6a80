"""Frames: partners on one day, on the ends of periods, on the days of rows."""

from __future__ import annotations

from datetime import date

import pytest

from engine.compiler.workbench import Workbench
from engine.plan.scalar import Column, Compare, Comparison, Literal
from engine.plan.table import Cross, Extend, Scan, Values
from engine.types import BOOLEAN, DATE, INTEGER
from tests.ridge.records import rows
from tests.tiny import decide, program, told

DAY = date(2026, 6, 30)


def test_one_day_has_literals_for_bounds() -> None:
    """The frame of the run: partners as they are, and a bound that is a value."""
    bench = Workbench(program(""), DAY)
    frame = bench.decisions
    assert (frame.recorded, frame.single, frame.on) == (True, True, ("partner_id",))
    assert frame.bound("x", lambda day: day) == Literal(DAY, DATE)
    assert frame.close() == "partners" == frame.close()
    assert [type(each) for each in bench.tables.values()] == [Scan]


def test_several_days_have_columns_for_bounds() -> None:
    """Every partner on each of the days, with a table of the days and their bounds."""
    bench = Workbench(program(""), DAY)
    days = (date(2026, 3, 31), DAY)
    frame = bench.frame(days)
    assert bench.frame(days) is frame
    assert (frame.recorded, frame.single, frame.on) == (False, False, ("partner_id", "@day"))
    bound = frame.bound("open", lambda day: None if day == DAY else day, of_base=True)
    assert bound == Column("open", DATE, optional=True, of_base=True)
    frame.close()
    calendar = next(each for each in bench.tables.values() if isinstance(each, Values))
    assert calendar.rows == ((days[0], days[0]), (DAY, None))
    assert [each.optional for each in calendar.columns] == [False, True]
    assert any(isinstance(each, Cross) for each in bench.tables.values())


def test_columns_are_computed_in_layers() -> None:
    """A column that reads another comes after it, whatever the order they were asked for."""
    bench = Workbench(program(""), DAY)
    frame = bench.decisions
    one = Literal(1, INTEGER)
    late = Compare(Column("early", INTEGER), Comparison.EQUAL, one)
    assert frame.derive("late", late) == Column("late", BOOLEAN)
    frame.derive("early", one)
    frame.derive("early", Literal(2, INTEGER))  # asked for before: the same column
    frame.close()
    layers = [each.columns for each in bench.tables.values() if isinstance(each, Extend)]
    assert layers == [(("early", one),), (("late", late),)]


def test_as_of_is_the_day_judged() -> None:
    """In a period's frame it is the period's last day; in a row's frame the row's day."""
    text = """
incentives:
  r:
    kind: rebate
    eligible: [as_of < 2026-06-30]
    period: quarter
    sum: amount
    bands: [{from: 0 USD, rate: 1%}]
    payee: partner
  s: {kind: spiff, eligible: [as_of is 2026-05-05], rate: 1%, of: amount, payee: partner}
"""
    records = {
        "partners": rows("partner_id", "P1"),
        "sales": rows(
            "sale_id partner_id entry closed_on amount", "S1|P1|sale|2026-03-03|100.00", "S2|P1|sale|2026-05-05|200.00"
        ),
    }
    found = decide(text, "2026-06-30", records).earned("incentive", "period", "source_id", "amount")
    assert found == [("r", "2026-Q1", "-", "1.00"), ("s", "-", "S2", "2.00")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("as_of >= 2026-01-01", []),
        ("mail is 'x'", ["RNG213 9`mail`: `mail` is personal and cannot be used in a decision"]),
        ("regoin is 'x'", ["RNG200 9`regoin`: unknown name `regoin`"]),
        ("tier is b", []),
        ("by_tier > 1", []),
        (
            "by_customer > 1 USD",
            ["RNG213 9`by_customer`: `by_customer` has one value for each group (`per`), not one for the partner"],
        ),
    ],
)
def test_names(line: str, expected: list[str]) -> None:
    """Fields, the day, definitions; what is personal or has no single value is refused with its reason."""
    text = f"""
records: {{partners: {{fields: {{mail: {{type: text, personal: true, optional: true}}}}}}}}
parameters: {{by_tier: {{by: tier, values: {{b: 1}}}}}}
tiers: {{ladder: [a, b], requires: ["{line}"]}}
metrics: {{by_customer: {{from: sales, sum: amount, per: customer_id, window: lifetime}}}}
"""
    assert [each for each in told(text) if "RNG211" not in each] == expected
