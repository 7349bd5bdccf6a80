"""The page of the language is true: its examples are one program that checks without errors."""

from __future__ import annotations

import re
from pathlib import Path

from engine.language.diagnostic import has_errors
from rules import SCHEMA, check_program, load_program
from tests.tiny import told

PAGE = Path(__file__).resolve().parents[1] / "docs" / "language.md"


def blocks() -> list[str]:
    """The YAML examples of the page, but for the one that shows lines alone."""
    found = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [each for each in found if not each.startswith("requires:")]


def test_examples_make_one_program_without_errors() -> None:
    """Every example of the page, put together, is accepted."""
    program, found = load_program("\n".join(blocks()).encode(), "language.md")
    assert not has_errors(found), [each.message for each in found]
    assert program is not None
    assert not has_errors(check_program(program)), [each.message for each in check_program(program)]


def test_every_section_is_on_the_page() -> None:
    """No key of the schema is left out."""
    page = PAGE.read_text(encoding="utf-8")
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    named = [key for key, schema in properties.items() if not schema.get("x-later")]
    assert [key for key in named if f"{key}:" not in page] == []


LATER_RECORDS = "metrics: {m: {from: %s, count: records, window: lifetime}}"
LATER_LADDER = "metrics: {m: {from: sales, sum: amount, window: lifetime}}\n%s"
LATER_TIERS = LATER_LADDER % "tiers: {ladder: [a, b], b: {requires: [m >= 1 USD]}, %s}"
LATER_STATUS = LATER_LADDER % "designations: {d: {requires: [m >= 1 USD], %s}}"
LATER_LINE = LATER_LADDER % "segments: {s: {when: [{%s}]}}"
LATER_METRIC = "metrics: {m: {from: sales, %s, window: lifetime}}"
LATER_INCENTIVE = "incentives: {x: {kind: rebate, period: quarter, sum: amount, rate: 1%%, payee: partner, %s}}"
LATER_LIMIT = LATER_INCENTIVE.replace("%s", "limits: [{at_most: 9 USD, per: [partner], %s}]")
LATER = {
    "pools": ["pools: {a: {amount: 5 USD}}"],
    "funds": ["funds: {a: {accrues: 2%}}"],
    "reviews": ["reviews: {a: {every: 1 year}}"],
    "scores": ["scores: {a: {parts: {b: {of: 1, points: 3}}}}"],
    "registrations": ["registrations: {a: {from: deals}}"],
    "objectives": ["objectives: {a: growth}"],
    **{
        name: [f"records: {{{name}: {{fields: {{key: id}}}}}}", LATER_RECORDS % name]
        for name in ("claims", "overrides", "successions", "agreements")
    },
    "review": [LATER_TIERS % "review: {up: {reviewed: at once}}", LATER_STATUS % "review: {up: {reviewed: at once}}"],
    "inherits": [LATER_TIERS % "inherits: parent", LATER_STATUS % "inherits: parent"],
    "per": [LATER_TIERS % "per: [region]"],
    "applies_to": [LATER_TIERS % "applies_to: [m >= 1 USD]"],
    "overall": [LATER_TIERS % "overall: highest"],
    "met": [LATER_LINE % "met: any day, within: trailing 3 months, requires: [m >= 1 USD]"],
    "every": [LATER_LINE % "every: sales, within: trailing 3 months, requires: [amount >= 1 USD]"],
    "within": [LATER_LINE % "within: trailing 3 months"],
    "first": [LATER_METRIC % "first: amount"],
    "last": [LATER_METRIC % "last: amount"],
    "order": [LATER_METRIC % "sum: amount, order: [sale_id]"],
    "closes_by": [LATER_METRIC % "sum: amount, closes_by: recorded_on"],
    "fund": [(LATER_INCENTIVE % "limits: []").replace("rebate", "fund")],
    "judged_on": [LATER_INCENTIVE % "judged_on: closed_on"],
    "formula": [LATER_INCENTIVE % "formula: amount"],
    "less": [LATER_INCENTIVE % "less: [y]"],
    "best_of": [LATER_INCENTIVE % "best_of: [y]"],
    "claim": [LATER_INCENTIVE % "claim: {within: 2 months}"],
    "shares": [LATER_INCENTIVE % "shares: {partner: 60%, seller: 40%}"],
    "on_exit": [LATER_INCENTIVE % "on_exit: keep"],
    "unlinked_returns": [LATER_INCENTIVE % "unlinked_returns: ignore"],
    "on_change: by_date": [LATER_INCENTIVE % "on_change: by_date"],
    "at_least": [LATER_LIMIT % "at_least: 5 USD"],
    "pool": [LATER_LIMIT % "pool: launch"],
    "where": [LATER_LIMIT % "where: entry is sale"],
    "of": [LATER_LIMIT % "of: amount"],
    "over": [LATER_LIMIT % "over: quarter"],
    "since FIELD": [(LATER_METRIC % "sum: amount").replace("lifetime", "since joined_on")],
}
"""Each word of the section, as a program would use it."""


def test_every_word_that_is_not_built_is_refused_as_the_page_says() -> None:
    """Each word of the page's last section has its code wherever the page says it may stand."""
    section = PAGE.read_text(encoding="utf-8").rpartition("## Not supported yet")[2]
    assert set(re.findall(r"`([^`]+)`", section)) == set(LATER)
    for word, programs in LATER.items():
        for text in programs:
            found = {each.partition(" ")[0] for each in told(f"{text}\n")}
            assert found == {"RNG521" if word == "since FIELD" else "RNG108"}, (word, told(f"{text}\n"))
