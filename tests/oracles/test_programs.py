"""Tier tables of public programs (`../shared/oracles/programs.yaml`) as programs, on and beside each threshold.

Thresholds are read from the file. As far as the vocabulary goes:

- hubspot-2018 whole, with the app usage as a median; that a sale leaves the window when its customer turns
  twelve months old is a row's condition.
- dell-two-paths whole. fortinet-equivalence as one-way equivalence of a retired exam.
- aws-services-path-2024: all counts; validations must include one of three kinds. That the business plan is at most
  twelve months old is a trailing window.
- salesforce-trailblazer: score to tier by year, as dated values of a parameter. Scores themselves, reviews and
  the highest tier of any region are not in the vocabulary yet: the score is a field.
- Not here: hubspot-points, quickbooks-proadvisor (scores), gitlab-registration (registrations), one-level-at-a-time
  (review policies).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.plan.scalar import Value
from tests.ridge.records import rows
from tests.tiny import HEAD, decide, partners

pytestmark = pytest.mark.search

Tiers = Mapping[str, Mapping[str, Any]]  # numbers, and a list of words


@pytest.fixture(scope="module")
def programs(shared: Path) -> Mapping[str, Any]:  # the file's own shapes, one for each program
    """The programs by id."""
    read = yaml.safe_load((shared / "oracles" / "programs.yaml").read_text(encoding="utf-8"))
    return {each["id"]: each for each in read}


def hubspot(tiers: Tiers) -> str:
    """Sold and managed revenue, a certificate, and the median usage of clients."""
    own = "".join(
        f"  {tier}: {{requires: [sold >= {each['sold']} USD, managed >= {each['managed']} USD]}}\n"
        for tier, each in tiers.items()
    )
    return f"""
records:
  lines:
    partner: partner_id
    history: {{from: sold_on, before: ended_on}}
    fields:
      line_id: id
      partner_id: id
      sold_on: date
      ended_on: {{type: date, optional: true}}
      joined_on: date
      mrr: money
      how: {{type: choice, values: [sold, managed]}}
      usage: integer
certifications: {{inbound: {{}}}}
metrics:
  sold: {{from: lines, sum: mrr, where: [how is sold, "months_between(joined_on, as_of) < 12"]}}
  managed: {{from: lines, sum: mrr, where: how is managed}}
  usage: {{from: lines, median: usage, if_missing: 0}}
  certified: {{people_holding: inbound}}
tiers:
  ladder: [provider, {", ".join(tiers)}]
  requires:
    - certified >= 1
    - usage >= 3
{own}"""


def hubspot_world(
    sold: int, managed: int, *, usages: tuple[int, int] = (3, 3), joined: str = "2025-07-01", certified: bool = True
) -> dict[str, list[dict[str, Value]]]:
    """One partner with a line sold and a line managed."""
    return {
        "partners": partners(),
        "people": rows("person_id partner_id", "E1|P1"),
        "certifications": rows(
            "holding_id person_id certification earned_on", *(["H1|E1|inbound|2025-01-01"] * certified)
        ),
        "lines": rows(
            "line_id partner_id sold_on ended_on joined_on mrr how usage",
            f"L1|P1|2025-01-01|-|{joined}|{sold}|sold|{usages[0]}",
            f"L2|P1|2025-01-01|-|2020-01-01|{managed}|managed|{usages[1]}",
        ),
    }


def test_hubspot_2018(programs: Mapping[str, Any]) -> None:
    """Both sums on the threshold give the tier; one dollar less of either gives the one below."""
    tiers = programs["hubspot-2018"]["tiers"]
    text, ladder = hubspot(tiers), ["provider", *tiers]
    for place, (tier, each) in enumerate(tiers.items()):
        sold, managed = each["sold"], each["managed"]
        for less, expected in (((0, 0), tier), ((1, 0), ladder[place]), ((0, 1), ladder[place])):
            world = hubspot_world(sold - less[0], managed - less[1])
            assert decide(text, "2026-06-30", world).tier() == expected, (tier, less)


@pytest.mark.parametrize(
    ("world", "tier"),
    [
        (hubspot_world(1125, 1125, usages=(2, 4)), "silver"),  # the median of two is their middle: 3
        (hubspot_world(1125, 1125, usages=(2, 3)), "provider"),  # 2.5
        (hubspot_world(1125, 1125, certified=False), "provider"),
        (hubspot_world(1125, 1125, joined="2025-06-30"), "provider"),  # twelve months old on the day
    ],
)
def test_hubspot_other_lines(programs: Mapping[str, Any], world: dict[str, list[dict[str, Value]]], tier: str) -> None:
    """Usage is a median, one certificate is needed, and a sold line leaves at twelve months."""
    assert decide(hubspot(programs["hubspot-2018"]["tiers"]), "2026-06-30", world).tier() == tier


def test_dell_two_paths(programs: Mapping[str, Any]) -> None:
    """Gold by revenue with services, or by less of both with training."""
    rich, trained = programs["dell-two-paths"]["gold"]

    def usd(millions: float) -> int:
        return round(millions * 1_000_000)

    text = f"""
records: {{partners: {{fields: {{revenue: money, services: money, trained: boolean}}}}}}
tiers:
  ladder: [authorized, gold]
  gold:
    requires:
      - any:
          - all: [revenue >= {usd(rich["revenue"])} USD, services >= {usd(rich["services"])} USD]
          - all: [revenue >= {usd(trained["revenue"])} USD, services >= {usd(trained["services"])} USD, trained]
"""
    cases = (
        (3_000_000, 400_000, False, "gold"),
        (2_999_999, 400_000, False, "authorized"),
        (3_000_000, 399_999, False, "authorized"),
        (500_000, 60_000, True, "gold"),
        (500_000, 60_000, False, "authorized"),
        (499_999, 60_000, True, "authorized"),
        (500_000, 59_999, True, "authorized"),
    )
    records: list[dict[str, Value]] = [
        {"partner_id": f"P{place}", "revenue": revenue, "services": services, "trained": is_trained}
        for place, (revenue, services, is_trained, _) in enumerate(cases)
    ]
    found = decide(text, "2026-06-30", {"partners": records})
    assert [found.tier(f"P{place}") for place in range(len(cases))] == [each[3] for each in cases]


def test_fortinet_equivalence(programs: Mapping[str, Any]) -> None:
    """An exam counts as the new designation until two years after it."""
    head = HEAD.replace("2026-01-01", "2023-10-01").replace("2027-01-01", "2026-10-01")
    text = """
certifications: {exam: {valid_for: 24 months, counts_as: designation}, designation: {}}
metrics: {designated: {people_holding: designation}}
tiers: {ladder: [a, b], requires: [designated >= 1]}
"""
    for case in programs["fortinet-equivalence"]["cases"]:
        records = {
            "partners": partners(),
            "people": rows("person_id partner_id", "E1|P1"),
            "certifications": rows("holding_id person_id certification earned_on", f"H1|E1|exam|{case['exam']}"),
        }
        assert (decide(text, str(case["valid_on"]), records, head).metric("designated") == 1) is case["counts"], case


COUNTED = {
    "accredited": 1, "accredited_technical": 1, "accredited_business": 1, "foundational": 1, "technical": 1,
    "professional_or_specialty": 1, "launched": 1, "program_validations": 1,
}  # fmt: skip


def aws(tiers: Tiers) -> str:
    """Counts as fields; the business plan and the validations as records."""
    fields = ", ".join(f"{name}: integer" for name in COUNTED if name != "program_validations")

    def lines(each: Mapping[str, Any]) -> str:
        asked = [f"{name} >= {each[name]}" for name in COUNTED if name in each]
        asked += [f"launched_mrr >= {each['launched_mrr']} USD"]
        if "business_plan_within_months" in each:
            asked.append("plans >= 1")
        if "validations_must_include_one_of" in each:
            asked.append("core_validations >= 1")
        return ", ".join(asked)

    kinds = ", ".join(list(tiers.values())[-1]["validations_must_include_one_of"])
    own = "".join(f"  {tier}: {{requires: [{lines(each)}]}}\n" for tier, each in tiers.items())
    return f"""
records:
  partners: {{fields: {{{fields}, launched_mrr: money}}}}
  validations:
    partner: partner_id
    fields: {{validation_id: id, partner_id: id, kind: {{type: choice, values: [{kinds}, other]}}}}
metrics:
  plans: {{from: activities, count: records, where: type is 'business plan', window: trailing 12 months}}
  program_validations: {{from: validations, count: records}}
  core_validations: {{from: validations, count: records, where: "kind in [{kinds}]"}}
tiers:
  ladder: [registered, {", ".join(tiers)}]
{own}"""


def aws_world(
    asked: Mapping[str, int], *, kinds: tuple[str, ...] = (), plan: str = "2025-07-01"
) -> dict[str, list[dict[str, Value]]]:
    """A partner that has exactly what is asked."""
    fields = {name: asked.get(name, 0) for name in (*COUNTED, "launched_mrr") if name != "program_validations"}
    return {
        "partners": [{"partner_id": "P1", **fields}],
        "validations": rows("validation_id partner_id kind", *(f"V{n}|P1|{kind}" for n, kind in enumerate(kinds))),
        "activities": rows("activity_id partner_id type done_on", f"A1|P1|business plan|{plan}"),
    }


def test_aws_services_path_2024(programs: Mapping[str, Any]) -> None:
    """Exactly what a tier asks gives the tier; one less of any line gives the one below."""
    tiers: Tiers = programs["aws-services-path-2024"]["tiers"]
    text, below = aws(tiers), "registered"
    for tier, asked in tiers.items():
        kinds = ("msp", "other", "other") if "program_validations" in asked else ()
        assert decide(text, "2026-06-30", aws_world(asked, kinds=kinds)).tier() == tier
        for name in asked:
            if name in (*COUNTED, "launched_mrr") and name != "program_validations":
                less = {**asked, name: asked[name] - 1}
                assert decide(text, "2026-06-30", aws_world(less, kinds=kinds)).tier() == below, (tier, name)
        if kinds:
            for fewer in (("msp", "other"), ("other", "other", "other")):
                assert decide(text, "2026-06-30", aws_world(asked, kinds=fewer)).tier() == below
        if "business_plan_within_months" in asked:
            old = aws_world(asked, kinds=kinds, plan="2025-06-30")
            assert decide(text, "2026-06-30", old).tier() == "select"  # no plan of the last twelve months
        below = tier


def test_salesforce_trailblazer(programs: Mapping[str, Any]) -> None:
    """The score that a tier needs, by year; a name given up does not matter to the number."""
    example = programs["salesforce-trailblazer"]
    years = {"PY20": "2019-02-01", "PY21": "2020-02-01", "FY22": "2021-02-01"}
    versions = ""
    for year, table in example["score_to_tier"].items():
        second, third, top = list(table.values())[1:]
        values = f"{{second: {second}, third: {third}, top: {top}}}"
        versions += f"    - {{from: {years[year]}, by: tier, values: {values}}}\n"
    head = HEAD.replace("2026-01-01", "2019-02-01").replace("2027-01-01", "2022-02-01")
    text = f"""
records: {{partners: {{fields: {{score: integer}}}}}}
parameters:
  needed:
{versions}
tiers: {{ladder: [first, second, third, top], requires: [score >= needed]}}
"""
    for case in example["cases"]:
        names = list(example["score_to_tier"][case["year"]])
        records = {"partners": rows("partner_id score", f"P1|{case['score']}")}
        held = decide(text, years[case["year"]], records, head).tier()
        assert names[["first", "second", "third", "top"].index(str(held))] == case["tier"], case
