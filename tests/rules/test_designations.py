"""Designations: held or not, ladders of their own, one status for each region, partners without a status."""

from __future__ import annotations

import pytest

from engine.plan.scalar import Value
from engine.referee.judge import available, compare, compare_tiers, judge
from engine.reference.evaluate import evaluate
from tests.ridge.records import rows
from tests.tiny import Decided, Records, decide, filled, told

FIELDS = """
choices:
  region: [emea, na]
records:
  partners:
    fields:
      score: {type: integer, optional: true}
      stars: {type: integer, optional: true}
      home: {type: region, optional: true}
      small: {type: boolean, optional: true}
  sales: {fields: {region: {type: region, optional: true}}}
"""
PARTNER = "partner_id score stars home small"
SOLD = "sale_id partner_id entry closed_on amount region"
REFEREE, _ = available()


def decided(sections: str, *partners: str, day: str = "2026-06-30", **tables: list[dict[str, Value]]) -> Decided:
    """What all three evaluators decide of partners written as `P1|score|stars|home|small`."""
    records: Records = {"partners": rows(PARTNER, *partners), **tables}
    found = decide(FIELDS + sections, day, records)
    if REFEREE:
        result = evaluate(found.plan, filled(found.plan, records))
        judged = result.tables[found.plan.decisions]
        verdict = judge(found.plan, judged)
        assert compare(found.plan, verdict, judged, "reference") == ()
        assert compare_tiers(found.plan, verdict, result.outputs["statuses"], "reference") == ()
    return found


def without_line(finding: str) -> str:
    """The finding without the number of its line."""
    code, rest = finding.split(" ", 1)
    return f"{code} {rest.lstrip('0123456789')}"


def standing(found: Decided, name: str, scope: str | None = None, partner: str = "P1") -> tuple[Value, ...] | None:
    """Floor, ceiling, prior, held, undecided on a ladder in a scope; None without a status."""
    key = (partner, name, scope)
    for row in found.outputs["statuses"]:
        if (row["partner_id"], row["ladder"], row["scope"]) == key:
            return tuple(row[each] for each in ("floor", "ceiling", "prior", "held", "undecided"))
    return None


# ------------------------------------------------------------------------------------------------ held or not

PLAIN = """
designations:
  specialist: {requires: [score >= 5]}
tiers:
  ladder: [low, high, top]
  high: {requires: [specialist]}
  top: {requires: [specialist, stars >= 3]}
benefits:
  badge: {value: flag, when: [specialist]}
  discount: {value: percent, by: [specialist], values: {"true": 5%, "false": 2%}}
"""


@pytest.mark.parametrize(
    ("partner", "status", "tier", "badge"),
    [
        ("P1|5|3|-|-", ("held", "held", None, "held", False), "top", True),
        ("P1|4|3|-|-", ("not_held", "not_held", None, "not_held", False), "low", False),
        ("P1|-|3|-|-", ("not_held", "held", None, "not_held", True), "low", False),
    ],
)
def test_held_or_not(partner: str, status: tuple[Value, ...], tier: str, badge: bool) -> None:
    """A designation without a ladder is a condition by its name; not decided, one without history does not have it."""
    found = decided(PLAIN, partner)
    assert standing(found, "specialist") == status
    held = standing(found, "tiers")
    assert held is not None and held[3] == tier
    assert found.benefit("badge")[1] is badge
    assert f"{found.benefit('discount')[0]}" == ("0.05" if badge else "0.02")


def test_benefits_by_a_designation() -> None:
    """Held and not held are the words `true` and `false` of a table."""
    found = decided(PLAIN, "P1|5|3|-|-", "P2|4|3|-|-")
    assert [f"{found.benefit('discount', each)[0]}" for each in ("P1", "P2")] == ["0.05", "0.02"]


def test_history_and_invitations_say_which_ladder() -> None:
    """A status of one ladder says nothing of another; what says no ladder is of the tiers."""
    sections = """
designations:
  specialist: {by_invitation: true, requires: [score >= 5]}
  level: {ladder: [member, expert], expert: {requires: [score >= 5], by_invitation: true}}
tiers: {ladder: [low, high], high: {requires: [score >= 5]}}
"""
    history = "partner_id ladder tier from before"
    invited = rows(history, "P1|specialist|held|2026-01-01|-", "P2|level|expert|2026-01-01|2026-07-01")
    statuses = rows(history, "P3|level|expert|2026-01-01|-", "P4|tiers|high|2026-01-01|-")
    partners = ("P1|5|-|-|-", "P2|5|-|-|-", "P3|-|-|-|-", "P4|-|-|-|-")
    found = decided(sections, *partners, nominations=invited, statuses=statuses)
    held = {
        (partner, name): row[3]
        for partner in ("P1", "P2", "P3", "P4")
        for name in ("tiers", "specialist", "level")
        if (row := standing(found, name, partner=partner)) is not None
    }
    assert held == {
        ("P1", "tiers"): "high",
        ("P1", "specialist"): "held",
        ("P1", "level"): "member",
        ("P2", "tiers"): "high",
        ("P2", "specialist"): "not_held",
        ("P2", "level"): "expert",
        ("P3", "tiers"): "low",
        ("P3", "specialist"): "not_held",
        ("P3", "level"): "member",  # no invitation refutes it, whatever was held before
        ("P4", "tiers"): "high",  # undecided, so it stays
        ("P4", "specialist"): "not_held",
        ("P4", "level"): "member",
    }


def test_was_renames_a_tier_of_its_own_ladder() -> None:
    """A status from before the version bears the name of its time, on each ladder its own."""
    sections = """
designations:
  level: {ladder: [member, expert], was: {master: expert}, expert: {requires: [score >= 5]}}
tiers: {ladder: [low, high], was: {master: low}, high: {requires: [score >= 5]}}
"""
    statuses = rows(
        "partner_id ladder tier from before", "P1|level|master|2025-01-01|-", "P1|tiers|master|2025-01-01|-"
    )
    found = decided(sections, "P1|-|-|-|-", statuses=statuses)
    assert [standing(found, name) for name in ("level", "tiers")] == [
        ("member", "expert", "expert", "expert", True),
        ("low", "high", "low", "low", True),
    ]


def test_its_own_name_is_the_tier_tested() -> None:
    """In the lines of a ladder its name means the tier whose lines are judged."""
    sections = """
parameters: {needed: {by: [level], values: {expert: 5, master: 9}}}
designations:
  level: {ladder: [member, expert, master], requires: [score >= needed]}
tiers: {ladder: [low, high], high: {requires: [level >= expert]}}
"""
    found = decided(sections, "P1|8|-|-|-", "P2|9|-|-|-", "P3|4|-|-|-")
    statuses = [standing(found, "level", partner=each) for each in ("P1", "P2", "P3")]
    assert [each[3] for each in statuses if each] == ["expert", "master", "member"]
    assert [found.met("tier.high.1", each) for each in ("P1", "P2", "P3")] == [True, True, False]


# ------------------------------------------------------------------------------------------------ not applicable

APPLIES = """
designations:
  specialist: {applies_to: [home is emea], requires: [score >= 5]}
tiers:
  ladder: [low, high]
  high:
    requires:
      - LINE
"""
EMEA_MET, EMEA_UNMET, EMEA_OPEN = "P1|5|3|emea|-", "P1|4|3|emea|-", "P1|-|3|emea|-"
NOBODY, OPEN = "P1|5|3|na|-", "P1|5|3|-|-"
EVERYBODY = (EMEA_MET, EMEA_UNMET, EMEA_OPEN, NOBODY, OPEN)


@pytest.mark.parametrize(
    ("partner", "status"),
    [
        (EMEA_MET, ("held", "held", None, "held", False)),
        (EMEA_UNMET, ("not_held", "not_held", None, "not_held", False)),
        (EMEA_OPEN, ("not_held", "held", None, "not_held", True)),
        (NOBODY, None),
        (OPEN, (None, None, None, None, True)),
    ],
)
def test_whom_it_does_not_apply_to_has_no_status(partner: str, status: tuple[Value, ...] | None) -> None:
    """No row where `applies_to` is not met; where that is open nothing is known of the status."""
    assert standing(decided(APPLIES.replace("LINE", "stars >= 3"), partner), "specialist") == status


@pytest.mark.parametrize(
    ("line", "outcomes"),
    [
        # of partners with it, without it, open, without a status, with a status that is open
        ("specialist", (True, False, False, "none", None)),
        ("any: [specialist, stars >= 4]", (True, False, False, False, None)),
        ("any: [specialist, stars >= 3]", (True, True, True, True, True)),
        ("all: [specialist, stars >= 3]", (True, False, False, True, None)),
        ("all: [specialist, stars >= 4]", (False, False, False, False, False)),
        ("none: [specialist, stars >= 4]", (False, True, True, True, None)),
        ("none: [specialist]", (False, True, True, "none", None)),
        ("not specialist", (False, True, True, "none", None)),
        ("{at_least: 1, of: [specialist, stars >= 4]}", (True, False, False, False, None)),
        ("{at_least: 2, of: [specialist, stars >= 3]}", (True, False, False, False, None)),
        ("specialist or stars >= 4", (True, False, False, False, None)),
        ("specialist and stars >= 3", (True, False, False, True, None)),
        ("any: [{all: [specialist]}]", (True, False, False, "none", None)),
        ("specialist is missing", (False, False, False, "none", None)),
    ],
)
def test_not_applicable_is_neither_met_nor_unmet(line: str, outcomes: tuple[object, ...]) -> None:
    """It leaves an inner group; a group with nothing left is not applicable; at the top it counts as not met."""
    written = {f"P{place}": each.removeprefix("P1") for place, each in enumerate(EVERYBODY, 1)}
    found = decided(APPLIES.replace("LINE", line), *(partner + fields for partner, fields in written.items()))
    conditions = {row["partner_id"]: row for row in found.outputs["conditions"]}
    for partner, wanted in zip(written, outcomes, strict=True):
        row = conditions[partner]
        applies = row.get("tier.high.1.applies", True)
        outcome = "none" if applies is False else row["tier.high.1"]
        assert (partner, outcome) == (partner, wanted)
        tier = standing(found, "tiers", partner=partner)
        assert tier is not None
        assert tier[0] == ("high" if wanted is True else "low")
        assert tier[1] == ("low" if wanted in (False, "none") else "high")


def test_a_line_at_the_top_that_may_not_apply_is_warned_of() -> None:
    """Nobody outside can ever meet it; a group with something for everybody is no finding."""
    sections = FIELDS + APPLIES
    at_top = told(sections.replace("LINE", "specialist"))
    assert list(map(without_line, at_top)) == [
        "RNG320 `specialist`: this line counts as not met for partners to whom it does not apply"
    ]
    assert told(sections.replace("LINE", "any: [specialist, home is na]")) == []


SHARED = """
designations:
  west: {applies_to: [home is emea], requires: [score >= 5]}
  east: {applies_to: ["home in [na]"], requires: [stars >= 5]}
  smalls: {applies_to: [home is na, small is true], requires: [stars >= 5]}
tiers: {ladder: [low, high], high: {requires: [LINE]}}
"""


@pytest.mark.parametrize(
    ("line", "is_warned"),
    [
        ("west or east", False),
        ("{any: [west, {all: [east]}]}", False),
        ("not (west and east)", False),
        ("{at_least: 2, of: [west, east]}", False),
        ("west", True),
        ("{any: [west]}", True),
        ("west or smalls", True),  # not to partners of na that are not small
    ],
)
def test_designations_that_share_out_the_regions_apply_to_all(line: str, is_warned: bool) -> None:
    """One of them applies to every partner with a region, so the group is never without a line."""
    assert [each.split()[0] for each in told(FIELDS + SHARED.replace("LINE", line))] == ["RNG320"] * is_warned
    found = decided(SHARED.replace("LINE", line), "P1|5|5|emea|-", "P2|5|5|na|-", "P3|4|4|na|-")
    applied = [row.get("tier.high.1.applies", True) for row in found.outputs["conditions"]]
    assert is_warned or applied == [True] * 3


def test_eligible_for_whom_it_applies_to() -> None:
    """An incentive's lines, judged on each sale's day, leave out what does not apply."""
    sections = """
designations:
  specialist: {applies_to: [home is emea], requires: [score >= 5]}
incentives:
  resale:
    kind: commission
    from: sales
    of: amount
    rate: 10%
    eligible: [any: [specialist, stars >= 3]]
    payee: partner
  flat: {kind: commission, from: sales, of: amount, rate: 1%, eligible: [specialist], payee: partner}
"""
    partners = ("P1|5|0|emea|-", "P2|4|0|emea|-", "P3|9|0|na|-", "P4|0|3|na|-")
    sold = rows(SOLD, *(f"S{place}|P{place}|sale|2026-03-01|100.00|-" for place in range(1, 5)))
    found = decided(sections, *partners, sales=sold)
    assert sorted(found.earned("incentive", "partner_id", "amount")) == [
        ("flat", "P1", "1.00"),
        ("resale", "P1", "10.00"),
        ("resale", "P4", "10.00"),
    ]


# ------------------------------------------------------------------------------------------------ one for each region

REGIONAL = """
metrics:
  revenue: {from: sales, sum: amount, window: lifetime}
  regional_revenue: {like: revenue, per: [region]}
designations:
  regional:
    per: [region]
    OVERALL
    ladder: [member, expert]
    requires: [regional_revenue >= 100 USD]
tiers:
  ladder: [low, high]
  high: {requires: [LINE]}
"""


def regional(line: str, *sold: str, overall: str = "overall: highest", home: str = "-") -> Decided:
    """One partner with sales written as `amount|region`."""
    made = rows(SOLD, *(f"S{place}|P1|sale|2026-03-01|{each}" for place, each in enumerate(sold)))
    text = REGIONAL.replace("LINE", line).replace("OVERALL", overall or "title: Regional")
    return decided(text, f"P1|1|1|{home}|-", sales=made)


def test_one_status_for_each_region() -> None:
    """Each reads the metric at its own region; a region without sales has revenue of zero."""
    found = regional("regional_revenue.emea >= 50 USD", "100.00|emea", "30.00|emea", "99.00|na")
    assert standing(found, "regional", "emea") == ("expert", "expert", None, "expert", False)
    assert standing(found, "regional", "na") == ("member", "member", None, "member", False)
    assert f"{found.metric('regional_revenue.emea')}" == "130.00"
    assert f"{found.metric('regional_revenue.na')}" == "99.00"
    assert found.met("tier.high.1") is True
    assert found.gap("designation.regional.na.expert.1")[1] is not None
    assert f"{found.gap('designation.regional.na.expert.1')[1]}" == "1.00"


def test_a_sale_without_a_region_may_be_of_any() -> None:
    """Every group of the partner is missing, and so is what is made of it."""
    found = regional("regional_revenue.na >= 50 USD", "100.00|emea", "30.00|-")
    assert found.metric("regional_revenue.emea") is None
    assert standing(found, "regional", "emea") == ("member", "expert", None, "member", True)
    assert found.met("tier.high.1") is None


@pytest.mark.parametrize(
    ("line", "emea", "na", "met"),
    [
        ("regional >= expert", 100, 0, True),
        ("regional >= expert", 0, 100, True),
        ("regional >= expert", 0, 0, False),
        ("regional.highest is expert", 100, 0, True),
        ("regional.lowest is expert", 100, 0, False),
        ("regional.lowest is expert", 100, 100, True),
        ("regional.emea is expert", 100, 0, True),
        ("regional.na is expert", 100, 0, False),
    ],
)
def test_which_status_a_name_means(line: str, emea: int, na: int, met: bool) -> None:
    """The highest of all where nothing is at hand; the highest, the lowest or one region where that is written."""
    assert regional(line, f"{emea}.00|emea", f"{na}.00|na").met("tier.high.1") is met


@pytest.mark.parametrize(("home", "met"), [("emea", True), ("na", False), ("-", None)])
def test_overall_by_a_field(home: str, met: bool | None) -> None:
    """The status of the region that a field of the partner names; of none it cannot be decided."""
    found = regional("regional is expert", "100.00|emea", overall="overall: home", home=home)
    assert found.met("tier.high.1") is met


def test_plain_designations_by_region() -> None:
    """Held in any region, in all of them, in the one that a field names; those that do not apply are left out."""
    sections = """
metrics:
  sold: {from: sales, sum: amount, window: lifetime, per: [region]}
designations:
  local: {per: [region], overall: highest, applies_to: [sold > 0 USD], requires: [sold >= 100 USD]}
  at_home: {per: [region], overall: home, applies_to: [sold > 0 USD], requires: [sold >= 100 USD]}
tiers:
  ladder: [low, high]
  high: {requires: [{any: [local, stars >= 9]}, {any: [local.lowest, stars >= 9]}, {any: [at_home, stars >= 9]}]}
"""
    sold = rows(
        SOLD,
        *("S1|P1|sale|2026-03-01|100.00|emea", "S2|P2|sale|2026-03-01|100.00|emea", "S3|P2|sale|2026-03-01|50.00|na"),
    )
    found = decided(sections, "P1|1|1|na|-", "P2|1|1|na|-", "P3|1|1|na|-", sales=sold)

    def lines(partner: str) -> list[object]:
        row = next(each for each in found.outputs["conditions"] if each["partner_id"] == partner)
        ids = [f"tier.high.{place}.1" for place in (1, 2, 3)]
        return ["none" if row[f"{each}.applies"] is False else row[each] for each in ids]

    assert lines("P1") == [True, True, "none"]
    assert lines("P2") == [True, False, False]
    assert lines("P3") == ["none", "none", "none"]
    assert standing(found, "local", "na") is None


def test_two_keys() -> None:
    """A status for each value of each choice together, told by both."""
    sections = """
choices:
  region: [emea, na]
  size: [smb, 'big one']
records:
  sales: {fields: {region: region, size: size}}
metrics:
  sold: {from: sales, sum: amount, window: lifetime, per: [region, size]}
  share: {formula: sold / 200 USD, scale: 2, per: [region, size]}
designations:
  local: {per: [region, size], overall: highest, requires: [share >= 50%]}
tiers: {ladder: [low, high], high: {requires: [local]}}
"""
    made = rows(
        "sale_id partner_id entry closed_on amount region size",
        "S1|P1|sale|2026-03-01|100.00|na|smb",
        "S2|P1|sale|2026-03-01|99.00|emea|big one",
    )
    found = decide(sections, "2026-06-30", {"partners": rows("partner_id", "P1"), "sales": made})
    scopes = {row["scope"]: row["held"] for row in found.outputs["statuses"] if row["ladder"] == "local"}
    assert scopes == {
        "emea.smb": "not_held",
        "emea.'big one'": "not_held",
        "na.smb": "held",
        "na.'big one'": "not_held",
    }
    assert found.met("tier.high.1") is True
