"""Who may earn and what was read, on the day judged: small programs with figures worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest

from cli.render.explain_text import render_explanation
from engine.explain.explain import explain
from engine.explain.model import EarningReason, Explanation, Line, Outcome, PartReason, Quantity, Reading, Record
from engine.plan.plan import Plan
from engine.plan.scalar import Value
from engine.reference.evaluate import evaluate
from tests.engine.compiler.course.test_reigns import AMENDMENT
from tests.engine.compiler.course.test_reigns import plan as amended
from tests.ridge.records import rows
from tests.tiny import FILE, Records, filled, partners, plan, sales, text

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.CANNOT_DECIDE
ORDERS = """
metrics:
  orders: {from: sales, count: records, where: entry is sale, window: lifetime}
incentives:
  rebate:
    kind: rebate
    from: sales
    eligible: [orders >= 5]
    period: quarter
    sum: amount
    rate: 2%
    payee: partner
"""
BASE = f"""\
rung: 1
program: tiny
version: "2026"
effective: {{from: 2026-04-01, before: 2027-01-01}}
currency: USD{ORDERS}"""
BY_TIER = """
metrics:
  orders: {from: sales, count: records, where: entry is sale, window: lifetime}
tiers:
  ladder: [bronze, silver]
  silver: {requires: [orders >= 2]}
parameters:
  share: {by: [tier], values: {bronze: 5%, silver: 10%}}
  cap: {by: [tier], values: {bronze: 4 USD, silver: 30 USD}}
"""
SOLD = sales(
    "S1|P1|sale|2026-04-10|100.00",
    "S2|P1|sale|2026-05-10|200.00",
    "S3|P1|sale|2026-06-30|300.00",
    "S4|P1|sale|2026-07-01|400.00",
    "S5|P1|sale|2026-08-01|500.00",
)
"""Three orders by the end of the second quarter, the third on its last day; five a quarter later."""
RECORDS: Records = {"partners": partners(), "sales": SOLD}


def explained(compiled: Plan, records: Records, source: Mapping[str, Sequence[str]], partner: str) -> Explanation:
    """The explanation on every record; nobody knows where records stand."""
    return explain(compiled, evaluate(compiled, filled(compiled, records)), partner, source=source, records=None)


def told(sections: str, day: str, records: Records = RECORDS, partner: str = "P1") -> Explanation:
    """The explanation of a program of these sections."""
    return explained(plan(sections, day), records, {FILE: text(sections).splitlines()}, partner)


def told_amended(rules: str, from_: str, day: str) -> EarningReason:
    """The second quarter's rebate under `BASE` and an amendment."""
    source = {"2026.yaml": BASE.splitlines()}
    source["2026.amendment-1.yaml"] = AMENDMENT.format(day=from_, rules=rules).splitlines()
    found = explained(amended(day, (from_, rules), base=BASE), RECORDS, source, "P1")
    return earning_of(found, "2026-Q2")


def earning_of(found: Explanation, key: str) -> EarningReason:
    """The earning of this period or record."""
    (earning,) = (each for each in found.earnings if key in [reading.value.value for reading in each.key])
    return earning


def part_of(found: Explanation, key: str) -> PartReason:
    """The only part of an earning."""
    (part,) = earning_of(found, key).parts
    return part


def steps(part: PartReason) -> list[tuple[str, object]]:
    """The steps by name, in order."""
    return [(each.name, each.value.value) for each in part.steps]


def facts(line: Line) -> tuple[object, ...]:
    """What a line says: text, outcome, observed, threshold, and how many more are needed."""
    seen = [each.value if each else None for each in (line.observed, line.threshold, line.gap and line.gap.amount)]
    assert line.gap is None or line.gap.up
    return (line.text, line.outcome, *seen)


def test_a_quarter_is_judged_on_its_last_day() -> None:
    """Three orders of five on 30 June, though five came by the day of the run: 2 % of 600.00 is not earned."""
    part = part_of(told(ORDERS, "2026-09-30"), "2026-Q2")
    (line,) = part.eligible
    assert part.judged_on == date(2026, 6, 30)
    assert facts(line) == ("orders >= 5", NOT_MET, 3, 5, 2)
    assert steps(part) == [("eligible", False), ("measure", 600), ("earned", 0), ("amount", 0)]
    assert (part.records.count, part.missing) == (3, ())


def test_the_next_quarter_is_judged_on_its_own() -> None:
    """Five orders of five on 30 September, the day of the run: 2 % of 900.00 is 18.00."""
    part = part_of(told(ORDERS, "2026-09-30"), "2026-Q3")
    (line,) = part.eligible
    assert (part.judged_on, *facts(line)) == (date(2026, 9, 30), "orders >= 5", MET, 5, 5, None)
    assert part.amount.value == 18


@pytest.mark.parametrize("day", ["2026-06-30", "2026-09-30"])
def test_each_part_of_a_quarter_has_its_own_threshold_and_day(day: str) -> None:
    """Until May five orders are needed and two are there; from June three and three: 2 % of 300.00 is 6.00."""
    rules = "incentives: {rebate: {eligible: [orders >= 3], on_change: split}}"
    earning = told_amended(rules, "2026-06-01", day)
    early, late = earning.parts
    assert [(each.since, each.before, each.judged_on) for each in earning.parts] == [
        (date(2026, 4, 1), date(2026, 6, 1), date(2026, 5, 31)),
        (date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 30)),
    ]
    assert [facts(each) for each in early.eligible] == [("orders >= 5", NOT_MET, 2, 5, 3)]
    assert [facts(each) for each in late.eligible] == [("orders >= 3", MET, 3, 3, None)]
    places = [(each.clause.file, each.clause.text) for part in earning.parts for each in part.eligible]
    assert places == [("2026.yaml", "eligible: [orders >= 5]"), ("2026.amendment-1.yaml", rules)]
    assert [each.amount.value for each in (early, late, earning)] == [0, 6, 6]


def test_a_quarter_of_earlier_rules_that_ends_on_the_day_of_the_run() -> None:
    """The new rules begin after it: it needs five orders as before, on the very day on which others need three."""
    rules = "incentives: {rebate: {eligible: [orders >= 3], on_change: at_start}}"
    (part,) = told_amended(rules, "2026-06-01", "2026-06-30").parts
    (line,) = part.eligible
    assert part.judged_on == date(2026, 6, 30)
    assert facts(line) == ("orders >= 5", NOT_MET, 3, 5, 2)
    assert (line.clause.file, part.amount.value) == ("2026.yaml", 0)


def test_a_record_is_judged_on_its_own_day() -> None:
    """The first order is one of two, one more needed; with the second both lines are met: one unit each."""
    spiff = """
  launch: {kind: spiff, from: sales, amount: 7 USD, payee: partner, eligible: [orders >= 2, tier >= silver]}
"""
    found = told(f"{BY_TIER}incentives:{spiff}", "2026-09-30")
    first, second = part_of(found, "S1"), part_of(found, "S2")
    assert (first.judged_on, second.judged_on) == (date(2026, 4, 10), date(2026, 5, 10))
    orders, tier = first.eligible
    assert facts(orders) == ("orders >= 2", NOT_MET, 1, 2, 1)
    assert (tier.outcome, tier.readings) == (NOT_MET, (Reading("tier", Quantity("bronze", "choice")),))
    assert [each.outcome for each in second.eligible] == [MET, MET]
    assert second.eligible[1].readings == (Reading("tier", Quantity("silver", "choice")),)
    assert (first.amount.value, second.amount.value) == (0, 7)


def test_a_line_that_cannot_be_decided_names_what_is_missing() -> None:
    """A partner without region: the line, the field and the partner; no amount."""
    spiff = "incentives: {launch: {kind: spiff, amount: 7 USD, payee: partner, eligible: [region is 'emea']}}"
    part = part_of(told(spiff, "2026-04-30"), "S1")
    (line,) = part.eligible
    assert (line.outcome, line.gap) == (UNKNOWN, None)
    (absent,) = line.missing
    assert (absent.field, absent.records.shown) == ("partners.region", (Record("partners", ("P1",)),))
    assert (part.amount.value, [each.field for each in part.missing]) == (None, ["partners.region"])


@pytest.mark.parametrize("rate", ["share", "{by: [tier], values: {bronze: 5%, silver: 10%}}"])
def test_a_commission_by_tier(rate: str) -> None:
    """The first sale at 5 % of bronze, the second at 10 % of silver, the tier it made: written there, or by name."""
    found = told(
        f"{BY_TIER}incentives:\n  x: {{kind: commission, of: amount, rate: {rate}, payee: partner}}", "2026-05-31"
    )
    first, second = part_of(found, "S1"), part_of(found, "S2")
    assert steps(first) == [
        ("tier", "bronze"),
        ("measure", 100),
        ("rate", Decimal("0.05")),
        ("earned", 5),
        ("amount", 5),
    ]
    assert steps(second) == [
        ("tier", "silver"),
        ("measure", 200),
        ("rate", Decimal("0.1")),
        ("earned", 20),
        ("amount", 20),
    ]
    assert (first.judged_on, second.judged_on, first.eligible) == (date(2026, 4, 10), date(2026, 5, 10), ())


def test_a_limit_by_tier_with_what_was_left_of_it() -> None:
    """4 USD of bronze for 5.00; then 26 left of 30 for 20.00, and 6 left for 30.00."""
    limited = (
        "  x: {kind: commission, of: amount, rate: share, payee: partner, limits: [{at_most: cap, per: [partner]}]}"
    )
    found = told(f"{BY_TIER}incentives:\n{limited}", "2026-06-30")
    limits = [next(each for each in part_of(found, key).steps if each.name == "limit") for key in ("S1", "S2", "S3")]
    shown = [tuple(each and each.value for each in (limit.left, limit.limit, limit.value)) for limit in limits]
    assert shown == [(4, 4, 4), (26, 30, 20), (6, 30, 6)]
    assert [part_of(found, key).steps[0].value.value for key in ("S1", "S2")] == ["bronze", "silver"]


def test_a_period_by_tier() -> None:
    """The tier of the quarter's last day, silver: 10 % of 600.00."""
    keys = "kind: rebate, period: quarter, sum: amount, rate: share, payee: partner"
    found = told(f"{BY_TIER}incentives:\n  x: {{{keys}}}", "2026-06-30")
    part = part_of(found, "2026-Q2")
    assert steps(part)[:3] == [("tier", "silver"), ("measure", 600), ("rate", Decimal("0.1"))]
    assert (part.judged_on, part.amount.value) == (date(2026, 6, 30), 60)


def test_full_units_and_what_each_pays() -> None:
    """600.00 hold two full 250 USD, each of 9 USD for silver."""
    amount = "{by: [tier], values: {bronze: 5 USD, silver: 9 USD}}"
    keys = f"kind: rebate, period: quarter, sum: amount, amount: {amount}, per: 250 USD, payee: partner"
    part = part_of(told(f"{BY_TIER}incentives:\n  x: {{{keys}}}", "2026-06-30"), "2026-Q2")
    assert steps(part)[2:] == [("amount", 9), ("units", 2), ("earned", 18), ("amount", 18)]


# ------------------------------------------------------------------------------------------------ first


BOUNTY = """
incentives:
  x: {kind: bounty, amount: 50 USD, during: {from: 2026-02-01, before: 2026-12-01}, payee: seller%s}
"""
CUSTOMERS = "sale_id partner_id seller_id customer_id entry closed_on returns_id quantity amount"


def bounty(*lines: str, partner: str = "P1", more: str = "", kind: str = "bounty") -> Explanation:
    """The bounty's explanation on these sales of two partners."""
    records: dict[str, list[dict[str, Value]]] = {
        "partners": partners("P1", "P2"),
        "sales": rows(CUSTOMERS, *lines),
    }
    return told((BOUNTY % more).replace("bounty", kind), "2026-11-30", records, partner)


ELIGIBLE = ", eligible: [partner_id is 'P1']"
LIMITS = ", limits: [{at_most: 70 USD, per: [partner]}, {at_most: 60 USD, per: [partner, sale_id]}]"


@pytest.mark.parametrize("more", ["", ELIGIBLE, LIMITS, ELIGIBLE + LIMITS])
def test_a_second_sale_earns_nothing_as_it_is_not_the_first(more: str) -> None:
    """S1 was the customer's first; S2 says that it was not, with its own record and seller, whatever else is asked."""
    found = bounty("S1|P1|E1|C1|sale|2026-02-01|-|1|10.00", "S2|P1|E2|C1|sale|2026-03-01|-|1|90.00", more=more)
    assert part_of(found, "S1").amount.value == 50
    part = part_of(found, "S2")
    assert steps(part) == [("first", False), ("amount", 0)]
    assert part.records.shown == (Record("sales", ("S2",)),)
    assert [(each.name, each.value.value) for each in earning_of(found, "S2").key] == [
        ("source_id", "S2"),
        ("earner_id", "E2"),
    ]
    assert found.unearned == ()


def test_the_first_sale_may_be_another_partner_s_who_is_not_named() -> None:
    """P1 sold to the customer first: P2 learns that its sale was not the first, and of nobody else's."""
    lines = ("S1|P1|E1|C1|sale|2026-02-01|-|1|10.00", "S2|P2|E2|C1|sale|2026-03-01|-|1|90.00")
    found = bounty(*lines, partner="P2")
    assert [[each.value.value for each in earning.key] for earning in found.earnings] == [["S2", "E2"]]
    assert "P1" not in repr(found) and "S1" not in repr(found)
    own = bounty(*lines, partner="P2", more=", new_to: partner")
    assert steps(part_of(own, "S2")) == [("earned", 50), ("amount", 50)]


def test_what_lacks_more_than_being_first_is_not_told() -> None:
    """A sale on another day or too small, and a return would earn nothing were they first."""
    found = bounty(
        "S1|P1|E1|C1|sale|2026-01-31|-|1|10.00",  # before it began: the first all the same
        "S2|P1|E1|C1|sale|2026-02-01|-|1|10.00",
        "S3|P1|E1|C1|sale|2026-02-02|-|1|10.00",
        "R3|P1|E1|C1|return|2026-02-03|S3|-1|-10.00",
        "R4|P1|E1|C1|return|2026-02-04|-|-1|-5.00",
        "S5|P1|E1|C1|sale|2026-12-01|-|1|10.00",
        "S6|P1|E1|C1|sale|2026-02-05|-|1|9.99",
        more=", where: amount >= 10 USD",
    )
    assert [(each.key[0].value.value, steps(each.parts[0])) for each in found.earnings] == [
        ("S2", [("first", False), ("amount", 0)]),
        ("S3", [("amount", 0)]),  # as large as S2, and returned
    ]


@pytest.mark.parametrize("kind", ["bounty", "spiff"])
@pytest.mark.parametrize("where", ["", ", where: amount >= 10 USD", ", where: [amount >= 10 USD, quantity is 1]"])
def test_a_sale_given_back_in_full_names_its_returns(kind: str, where: str) -> None:
    """An amount that is paid once measures nothing: of a returned sale it is 0, with the returns that took it back."""
    found = bounty(
        "S1|P1|E1|C1|sale|2026-02-01|-|1|10.00",
        "R1|P1|E1|C1|return|2026-02-03|S1|-1|-10.00",
        "S2|P1|E1|C2|sale|2026-02-01|-|1|9.00",  # too small for a condition, returned or not
        "R2|P1|E1|C2|return|2026-02-03|S2|-1|-9.00",
        "S3|P1|E1|C3|sale|2026-01-31|-|1|10.00",  # before it began
        "R3|P1|E1|C3|return|2026-02-03|S3|-1|-10.00",
        more=where,
        kind=kind,
    )
    expected = {"S1": ("R1",), **({} if where else {"S2": ("R2",)})}
    told = {each.key[0].value.value: each for each in found.earnings}
    assert {key: each.parts[0].returned for key, each in told.items()} == {
        sale: (Record("sales", back),) for sale, back in expected.items()
    }
    assert steps(part_of(found, "S1")) == [("amount", 0)]
    assert part_of(found, "S1").records.shown == (Record("sales", ("R1",)), Record("sales", ("S1",)))
    assert found.unearned == ()
    assert "0.00 USD: S1, seller E1, returned by sales R1" in render_explanation(found, 100)


def test_a_part_that_was_returned_takes_no_bounty() -> None:
    """One of two pieces came back: the bounty is paid, and nothing says that the sale was returned."""
    found = bounty("S1|P1|E1|C1|sale|2026-02-01|-|2|20.00", "R1|P1|E1|C1|return|2026-02-03|S1|-1|-10.00")
    assert [(each.amount.value, each.parts[0].returned) for each in found.earnings] == [(50, ())]


def test_a_sale_that_became_too_small_is_not_told_as_returned() -> None:
    """Half of it came back, and what is left is below what is asked: it was not returned in full."""
    found = bounty(
        "S1|P1|E1|C1|sale|2026-02-01|-|2|20.00",
        "R1|P1|E1|C1|return|2026-02-03|S1|-1|-10.00",
        more=", where: amount >= 15 USD",
    )
    assert found.earnings == ()


def test_a_sale_of_another_partner_is_not_told() -> None:
    """P1's returned sale is none of P2's."""
    lines = ("S1|P1|E1|C1|sale|2026-02-01|-|1|10.00", "R1|P1|E1|C1|return|2026-02-03|S1|-1|-10.00")
    assert bounty(*lines, partner="P2").earnings == ()


@pytest.mark.parametrize(
    ("keys", "measure"),
    [
        ("kind: commission, of: amount", "amount"),
        ("kind: rebate, period: quarter, sum: amount", "amount"),
        ("kind: commission, of: amount * quantity", "amount * quantity"),
        ("kind: rebate, period: quarter, sum: worth", "worth"),
    ],
)
def test_a_return_that_would_raise_its_sale_is_named(keys: str, measure: str) -> None:
    """The import keeps the sign of a file; the earning is undecided, and says by which record and number. A return with
    the other sign is decided: 10 % of 100 less 30 and 40 is 3, and 10 % of 200 less 30 and 40 is 13.
    """
    head = "records: {sales: {fields: {quantity: integer, worth: {type: money, formula: amount * quantity}}}}\n"

    def found(back: str) -> Explanation:
        sold = rows(
            "sale_id partner_id entry closed_on returns_id amount quantity",
            "S1|P1|sale|2026-04-10|-|100.00|2",
            "R1|P1|return|2026-04-11|S1|-30.00|1",
            f"R2|P1|return|2026-04-12|S1|{back}|1",
        )
        sections = f"{head}incentives: {{x: {{{keys}, rate: 10%, payee: partner}}}}"
        return told(sections, "2026-06-30", {**RECORDS, "sales": sold})

    ((part,),) = (each.parts for each in found("40.00").earnings if each.amount.value is None)
    (missing,) = part.missing
    reason = f"the return would raise `{measure}`, which it has to lower; correct the sign of a number in it"
    assert (missing.field, missing.reason) == ("", reason)
    assert [each.key for each in missing.records.shown] == [("R2",)]
    earned = [each.amount.value for each in found("-40.00").earnings]
    assert [each for each in earned if each] == [3 if measure == "amount" else 13]


def test_a_summand_that_a_return_would_raise_is_named() -> None:
    """100 * 2 + 100 was sold; a return of 40 would raise both summands, and the first is named."""
    sold = rows(
        "sale_id partner_id entry closed_on returns_id amount quantity",
        "S1|P1|sale|2026-04-10|-|100.00|2",
        "R1|P1|return|2026-04-12|S1|40.00|1",
    )
    keys = "kind: commission, of: amount * quantity + amount, rate: 10%, payee: partner"
    found = told(f"incentives: {{x: {{{keys}}}}}", "2026-06-30", {**RECORDS, "sales": sold})
    ((part,),) = (each.parts for each in found.earnings)
    (missing,) = part.missing
    assert missing.reason.startswith("the return would raise `amount * quantity`, which it has to lower;")
