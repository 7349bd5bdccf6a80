"""What is drawn at random is worth testing: ties, gaps, every tier, limits that bind, people who move."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from engine.plan.plan import Condition
from engine.reference.evaluate import OutputRow
from tests.properties.collection import Drawn, drawn
from tests.properties.programs import of_the_run

LEAST = {
    "tie": 50, "met": 300, "not met": 300, "cannot decide": 100, "value missing": 30, "held bronze": 15,
    "held silver": 3, "held gold": 3, "held platinum": 3, "undecided status": 4, "kept by history": 1,
    "paid": 30, "taken back": 3, "undecided earning": 15, "limited": 2, "benefit granted": 15,
    "benefit undecided": 3, "parent": 15, "no records at all": 2, "negative sale": 30, "loose return": 5,
    "linked return": 15, "seller for two partners": 8, "moved person": 3, "recorded_on missing": 15,
}  # fmt: skip


def test_what_is_drawn() -> None:
    """Everything that evaluators could differ in occurs often enough in the fixed set."""
    found = Counter[str]()
    for each in drawn().values():
        _conditions(each, found)
        _statuses(each, found)
        _earnings(each, found)
        _records(each, found)
    scarce = {name: found[name] for name, least in LEAST.items() if found[name] < least}
    assert not scarce, f"too few: {scarce}"


def _conditions(each: Drawn, found: Counter[str]) -> None:
    words = {True: "met", False: "not met", None: "cannot decide"}
    for row in each.result.tables[each.plan.decisions]:
        for condition in each.plan.conditions:
            outcome = row[condition.outcome]
            found[words[outcome if isinstance(outcome, bool) else None]] += 1
            found["tie"] += _tied(condition, row)  # type: ignore[arg-type]  # shown values are no ratios
    for row in of_the_run(each.result.outputs["conditions"]):
        found["value missing"] += sum(row[f"metric.{metric.name}"] is None for metric in each.plan.metrics)
    for row in each.result.outputs.get("entitlements", ()):
        granted = [row[f"{benefit.name}.granted"] for benefit in each.plan.entitlements]
        found["benefit granted"] += granted.count(True)
        found["benefit undecided"] += granted.count(None)


def _tied(condition: Condition, row: OutputRow) -> bool:
    """Whether a value stands exactly on its threshold."""
    return (
        bool(condition.value) and row[condition.value] is not None and row[condition.value] == row[condition.threshold]
    )


def _statuses(each: Drawn, found: Counter[str]) -> None:
    for row in each.result.outputs.get("statuses", ()):
        found[f"held {row['held']}"] += 1
        found["undecided status"] += row["undecided"] is True
        found["kept by history"] += row["held"] == row["prior"] != row["floor"]


def _earnings(each: Drawn, found: Counter[str]) -> None:
    for row in each.result.outputs["earnings"]:
        amount = row["amount"]
        if amount is None:
            found["undecided earning"] += 1
            continue
        assert isinstance(amount, Decimal)
        found["paid" if amount > 0 else "taken back"] += 1
        found["limited"] += row["amount"] != row["rounded"]


def _records(each: Drawn, found: Counter[str]) -> None:
    records = each.case.records
    found["no records at all"] += not any(records.values())
    found["parent"] += sum(row["parent_id"] is not None for row in records.get("partners", ()))
    partners: dict[object, set[object]] = {}
    for row in records.get("sales", ()):
        amount = row["amount"]
        assert isinstance(amount, Decimal)
        found["negative sale"] += amount < 0
        found["recorded_on missing"] += row["recorded_on"] is None
        if row["entry"] == "return":
            found["loose return" if row["returns_id"] is None else "linked return"] += 1
        if row["seller_id"] is not None:
            partners.setdefault(row["seller_id"], set()).add(row["partner_id"])
    found["seller for two partners"] += sum(len(theirs) > 1 for theirs in partners.values())
    moved = Counter(row["person_id"] for row in records.get("assignments", ()))
    found["moved person"] += sum(count > 1 for count in moved.values())
