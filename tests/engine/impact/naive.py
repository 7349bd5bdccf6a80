"""The impact of a change as anybody would count it: row by row in Python, from what the reference evaluator decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.impact.model import Grant
from engine.plan.plan import Plan
from engine.reference.evaluate import evaluate
from tests.properties.records import Rows

Row = Mapping[str, object]
Outputs = Mapping[str, Sequence[Row]]


def decided(plan: Plan, records: Rows) -> Outputs:
    """All outputs by the reference."""
    return {name: [dict(row) for row in rows] for name, rows in evaluate(plan, records).outputs.items()}


def tiers(outputs: Outputs) -> dict[str, str]:
    """The tier of each partner."""
    return levels(outputs, "tiers", None)


def levels(outputs: Outputs, ladder: str, scope: str | None) -> dict[str, str]:
    """What each partner holds on one ladder."""
    return {
        str(row["partner_id"]): str(row["held"])
        for row in outputs.get("statuses", ())
        if (row["ladder"], row["scope"]) == (ladder, scope)
    }


def standings(old: Outputs, new: Outputs) -> dict[str, Counter[tuple[str | None, str | None]]]:
    """How many went from which level to which, of each designation."""
    found = {}
    ladders = {(str(row["ladder"]), row["scope"]) for side in (old, new) for row in side.get("statuses", ())}
    for ladder, scope in ladders - {("tiers", None)}:
        said = None if scope is None else str(scope)
        before, after = (levels(side, ladder, said) for side in (old, new))
        name = ladder if said is None else f"{ladder}.{said}"
        found[name] = Counter((before.get(partner), after.get(partner)) for partner in {*before, *after})
    return found


def flows(old: Outputs, new: Outputs) -> Counter[tuple[str | None, str | None]]:
    """How many went from which tier to which."""
    before, after = tiers(old), tiers(new)
    return Counter((before.get(partner), after.get(partner)) for partner in {*before, *after})


def movers(old: Outputs, new: Outputs) -> dict[str, tuple[str | None, str | None]]:
    """Who has another tier after."""
    before, after = tiers(old), tiers(new)
    pairs = {partner: (before.get(partner), after.get(partner)) for partner in {*before, *after}}
    return {partner: pair for partner, pair in pairs.items() if pair[0] != pair[1]}


def sums(plan: Plan, outputs: Outputs) -> dict[str, dict[str, tuple[Decimal, int, int]]]:
    """By incentive and the currencies it earned in: what is payable, of how many earnings, how many are undecided."""
    found: dict[str, dict[str, tuple[Decimal, int, int]]] = {each.incentive: {} for each in plan.earnings}
    for row in outputs["earnings"]:
        own, currency, amount = found[str(row["incentive"])], str(row["currency"]), row["amount"]
        total, paid, undecided = own.get(currency, (Decimal(0), 0, 0))
        is_paid = isinstance(amount, Decimal)
        own[currency] = (
            total + (amount if isinstance(amount, Decimal) else 0),
            paid + is_paid,
            undecided + (not is_paid),
        )
    return found


def by_earner(outputs: Outputs) -> dict[tuple[str, str, str], Decimal]:
    """What each partner earns in each currency, and each of its sellers; '' is the partner itself."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for row in outputs["earnings"]:
        if isinstance(row["amount"], Decimal):
            partner, earner = str(row["partner_id"]), str(row["earner_id"])  # no drawn seller has a partner's id
            key = partner, "" if earner == partner else earner, str(row["currency"])
            found[key] = found.get(key, Decimal(0)) + row["amount"]
    return found


def grants(old_plan: Plan, new_plan: Plan, old: Outputs, new: Outputs) -> dict[str, Grant]:
    """Who has which benefit, and with what value."""
    names = [{(each.name, each.scope) for each in plan.entitlements} for plan in (old_plan, new_plan)]
    found = {}
    for benefit, scope in names[0] | names[1]:
        before, after = (
            _having(benefit, ".".join(scope) or None, outputs) if (benefit, scope) in known else None
            for known, outputs in zip(names, (old, new), strict=True)
        )
        name = ".".join((benefit, *scope))
        one, other = before or {}, after or {}
        changed = sum(one[partner] != other[partner] for partner in one.keys() & other.keys())
        found[name] = Grant(
            name,
            None if before is None else len(one),
            None if after is None else len(other),
            len(other.keys() - one.keys()),
            len(one.keys() - other.keys()),
            changed,
        )
    return found


def _having(name: str, scope: str | None, outputs: Outputs) -> dict[object, object]:
    rows = [row for row in outputs.get("entitlements", ()) if row["scope"] == scope]
    return {row["partner_id"]: row.get(name) for row in rows if row[f"{name}.granted"] is True}
