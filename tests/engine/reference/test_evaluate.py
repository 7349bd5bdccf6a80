"""A whole plan on a small world: outputs, tables and what is behind them, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.plan.plan import Output, Plan
from engine.plan.scalar import Column
from engine.plan.table import Scan
from engine.reference.evaluate import Behind, Evaluation, evaluate, stored
from engine.types import DATE, ID, INTEGER, TEXT, number
from tests.plans import WORLD, ridge
from tests.ridge.program import AS_OF, RATIO, USD


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """The hand-built plan on its world."""
    return evaluate(ridge(), WORLD)


def test_statuses(evaluation: Evaluation) -> None:
    """P1 is silver; P2 keeps gold while its region is unknown; P3 and P4 are registered."""
    found = {
        row["partner_id"]: (row["floor"], row["ceiling"], row["held"], row["qualified"], row["undecided"])
        for row in evaluation.outputs["statuses"]
    }
    assert found == {
        "P1": ("silver", "silver", "silver", "silver", False),
        "P2": ("silver", "gold", "gold", None, True),
        "P3": ("registered", "registered", "registered", "registered", False),
        "P4": ("registered", "registered", "registered", "registered", False),
    }


def test_metrics_of_one_partner(evaluation: Evaluation) -> None:
    """P1: 280,000 now, 250,000 before, growth 12 %, two engineers, average score 12.6 / 3."""
    row = {each["partner_id"]: each for each in evaluation.tables["decisions"]}["P1"]
    assert row["revenue"] == Decimal("280000.00")
    assert str(row["revenue_before"]) == "250000.00"
    assert row["growth"] == Fraction(3, 25)
    assert row["engineers"] == 2
    assert str(row["csat"]) == "4.20"


def test_conditions_on_the_threshold(evaluation: Evaluation) -> None:
    """4.20 is not more than 4.2; growth of 12 % meets 10 % and misses 15 % by 3 points."""
    row = {each["partner_id"]: each for each in evaluation.tables["decisions"]}["P1"]
    assert [row[f"tier.gold.{line}:outcome"] for line in ("3.1", "3.2", "4.1", "4.2")] == [True, False, True, False]
    assert row["tier.gold.4.2:distance"] == Fraction(3, 100)
    assert row["gold:outcome"] is False


def test_earnings(evaluation: Evaluation) -> None:
    """1,000 + 400 and 600 for P1; 4,200 limited to 2,500 for P2; SPIFFs run under 400 per seller."""
    rebates = {(row["partner_id"], row["event"]): str(row["amount"]) for row in evaluation.outputs["rebates"]}
    assert rebates[("P1", "2026-Q1")] == "1400.00"
    assert rebates[("P1", "2026-Q2")] == "600.00"
    assert rebates[("P2", "2026-Q1")] == "2500.00"
    assert sum(Decimal(amount) for amount in rebates.values()) == 4500
    spiffs = {row["event"]: str(row["amount"]) for row in evaluation.outputs["spiffs"]}
    # S2 asks for 450 and takes 400; S7 gives 150 back; S8 asks for 300 and is recorded last; S6 has no seller
    assert spiffs == {"S2": "400.00", "S7": "-150.00", "S8": "150.00", "S6": "None"}


def test_outputs_are_sorted_by_their_key(evaluation: Evaluation) -> None:
    """Whatever the order of the records."""
    turned = evaluate(ridge(), {name: rows[::-1] for name, rows in WORLD.items()})
    assert turned.outputs == evaluation.outputs
    keys = [(row["partner_id"], row["event"]) for row in turned.outputs["rebates"]]
    assert keys[:3] == [("P1", "2026-Q1"), ("P1", "2026-Q2"), ("P2", "2026-Q1")]


def test_an_empty_world() -> None:
    """No records, no rows, no error."""
    assert all(rows == [] for rows in evaluate(ridge(), {}).outputs.values())


def test_rows_behind_an_aggregate(evaluation: Evaluation) -> None:
    """P1's revenue comes from the sales inside the window; P4's score has one survey without a value."""
    revenue = evaluation.behind("now.sales", "revenue", ("P1",))
    assert revenue == Behind((("S1",), ("S2",), ("S3",), ("S7",), ("S8",)), ())
    assert evaluation.behind("now.surveys", "csat.sum", ("P4",)) == Behind((("V6",),), (("V5",),))
    assert evaluation.behind("now.people", "engineers", ("P2",)) == Behind((("P2", "E3"), ("P2", "E4")), ())
    assert evaluation.behind("volume_rebate.measured", "volume_rebate:measure", ("P1", "2026-Q2")).used[0] == ("S2",)


def test_behind_wants_an_aggregate_of_a_measure(evaluation: Evaluation) -> None:
    """A wrong name is said so."""
    with pytest.raises(KeyError, match="is not a Measure"):
        evaluation.behind("decisions", "revenue", ("P1",))
    with pytest.raises(KeyError, match="has no aggregate `margin`"):
        evaluation.behind("now.sales", "margin", ("P1",))


def test_stored_values() -> None:
    """Decimal at the type's scale, int for whole numbers, ratios and all else as they are."""
    assert str(stored(Fraction(5, 2), USD)) == "2.50"
    assert str(stored(3, number(0))) == "3"
    assert stored(Fraction(4), INTEGER) == 4
    assert isinstance(stored(Fraction(4), INTEGER), int)
    assert stored(Fraction(1, 3), RATIO) == Fraction(1, 3)
    assert stored("x", TEXT) == "x"
    assert stored(AS_OF, DATE) == AS_OF
    assert stored(None, USD) is None


def test_a_value_with_too_many_digits_is_a_fault_of_the_plan() -> None:
    """Only `Round` loses digits, so nothing is cut here."""
    with pytest.raises(ValueError, match="more than 2 digits"):
        stored(Fraction(1, 3), USD)


def test_outputs_rename_columns() -> None:
    """The name in the output, the column of the source."""
    output = Output("out", "people", (("who", "person_id", ID),), ("who",))
    node = Scan("people", "people", (Column("person_id", ID),), ("person_id",))
    plan = Plan("f", "1", AS_OF, (node,), (output,), "people", (), (), (), (), (), ())
    assert evaluate(plan, {"people": [{"person_id": "b"}, {"person_id": "a"}]}).outputs == {
        "out": [{"who": "a"}, {"who": "b"}]
    }
