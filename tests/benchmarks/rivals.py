"""The tier part decided by others: plain Python, zen-engine, durable-rules alone.

Each gets the figures of partners as a list of mappings with whole cents, and gives the highest tier
whose lines are all met. All answers are compared before any rate is printed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

Row = Mapping[str, int | str | None]
TIERS = ("registered", "silver", "gold", "platinum")
NEEDED = {  # cents, people, millionths, cents
    "silver": (2_000_000, 1, None, None),
    "gold": (4_000_000, 2, 50_000, None),
    "platinum": (6_000_000, 3, None, 1_500_000),
}


def plain_python(rows: Sequence[Row]) -> list[str]:
    """What somebody would write in an afternoon."""
    tiers = []
    for row in rows:
        revenue, engineers, growth, security = (row[name] for name in ("revenue", "engineers", "growth", "security"))
        tier = "registered"
        if revenue >= 2_000_000 and engineers >= 1:  # type: ignore[operator]  # ints, as generated
            tier = "silver"
        if revenue >= 4_000_000 and engineers >= 2 and growth is not None and growth >= 50_000:  # type: ignore[operator]  # as above
            tier = "gold"
        if revenue >= 6_000_000 and engineers >= 3 and security >= 1_500_000:  # type: ignore[operator]  # as above
            tier = "platinum"
        tiers.append(tier)
    return tiers


def zen_engine(rows: Sequence[Row]) -> list[str]:
    """A decision table, compiled once through a loader as its authors advise for speed."""
    import zen

    content = zen.ZenDecisionContent(json.dumps(_table()))
    engine = zen.ZenEngine({"loader": lambda _: content})
    return [engine.evaluate("tiers", dict(row))["result"]["tier"] for row in rows]


def _table() -> dict[str, object]:
    inputs = [{"id": name, "name": name, "field": name} for name in ("revenue", "engineers", "growth", "security")]
    rules = []
    for tier in reversed(TIERS):
        cells = NEEDED.get(tier, (None,) * 4)
        rule = {each["id"]: "" if cell is None else f">= {cell}" for each, cell in zip(inputs, cells, strict=True)}
        rules.append({"_id": tier, **rule, "tier": f'"{tier}"'})
    table = {
        "hitPolicy": "first",
        "inputs": inputs,
        "outputs": [{"id": "tier", "name": "tier", "field": "tier"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "table"}, {"id": "2", "sourceId": "table", "targetId": "out"}]
    return {"nodes": nodes, "edges": edges}


def durable_rules(rows: Sequence[Row]) -> list[str]:
    """One rule a tier, facts asserted and deleted one by one: the fastest safe way to use it."""
    from durable import engine

    reached: set[str] = set()
    rules: dict[str, object] = {"all": {"all": [{"m": {"k": 1}}], "run": lambda c: None}}
    fields = ("revenue", "engineers", "growth", "security")
    for tier, needed in NEEDED.items():
        tests = [{"$gte": {name: value}} for name, value in zip(fields, needed, strict=True) if value is not None]
        rules[tier] = {"all": [{"m": {"$and": [{"k": 1}, *tests]}}], "run": _note(reached, tier)}

    class Host(engine.Host):  # type: ignore[misc]  # the package has no types
        def _run(self) -> None:
            """No dispatcher threads."""

    host = Host({"tiers": rules})
    tiers = []
    for row in rows:
        reached.clear()
        fact = {name: value for name, value in row.items() if value is not None}
        host.assert_fact("tiers", {"k": 1, "sid": "s", **fact})
        host.delete_state("tiers", "s")
        tiers.append(next(tier for tier in reversed(TIERS) if tier in reached or tier == TIERS[0]))
    return tiers


def _note(reached: set[str], tier: str) -> Callable[[object], None]:
    return lambda context: reached.add(tier)


def rate(decide: Callable[[Sequence[Row]], list[str]], rows: Sequence[Row]) -> tuple[int, list[str]]:
    """Decisions a second, and the decisions."""
    start = perf_counter()
    answers = decide(rows)
    return round(len(rows) / (perf_counter() - start)), answers
