"""`cli/report.py`: totals for people, and what is said of the undecided."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from cli.report import remarks, render_run, undecided, ways_on
from engine.runs.evaluate import Evaluated
from engine.runs.recheck import Recheck
from engine.runs.summary import OpenBenefit, Standings, Summary, UndecidedEarning

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

pytestmark = pytest.mark.search

SUMMARY = Summary(
    partners=3,
    tiers=(("silver", 3),),
    benefits=(),
    totals=(("rebate", "USD", Decimal("1234567.89")),),
    undecided=0,
    first_undecided=(),
    undecided_earnings=0,
)
LAUNCH = UndecidedEarning("launch", "P1", "U1", "", "S-1")
QUARTER = UndecidedEarning("rebate", "P2", "P2", "2026-Q1", "")
RECHECK = Recheck("run-1", ("reference",), "all", 3, (), (), (), 0)


def test_nobody_is_undecided() -> None:
    """That everybody was decided is said, not left out."""
    assert list(remarks(SUMMARY, None, None)) == ["undecided: none"]


def test_the_undecided_are_named() -> None:
    """The first of them are named, and that there are more."""
    some = replace(
        SUMMARY, undecided=2, first_undecided=("P1", "P2"), undecided_earnings=1, first_undecided_earnings=(LAUNCH,)
    )
    assert list(remarks(some, None, None)) == [
        "undecided: the tier of 2 partners (P1, P2)",
        "undecided: 1 earning without an amount, not payable (launch, partner P1, record S-1)",
    ]
    many = replace(SUMMARY, undecided=12, first_undecided=("P1", "P2"))
    assert list(remarks(many, None, None)) == ["undecided: the tier of 12 partners (P1, P2, ..)"]


def test_undecided_benefits_are_counted() -> None:
    """A benefit that nobody can be told of is no `none`: it is counted, with a partner to look at."""
    open_ = replace(SUMMARY, undecided_benefits=(OpenBenefit("margin", 11, "P1"), OpenBenefit("badge.emea", 1, "P2")))
    assert list(undecided(open_)) == [
        "undecided: the benefit margin of 11 partners (P1, ..)",
        "undecided: the benefit badge.emea of 1 partner (P2)",
    ]
    assert "see why: rung explain run-1 P1" in list(ways_on(open_, "run-1"))


def test_undecided_earnings_do_not_contradict_decided_tiers() -> None:
    """When only earnings are undecided, one line says both; an earning of a period is told by it."""
    some = replace(SUMMARY, undecided_earnings=2, first_undecided_earnings=(QUARTER, LAUNCH))
    assert list(undecided(some)) == [
        "undecided: 2 earnings without an amount, not payable (rebate, partner P2, 2026-Q1, ..)"
    ]
    bare = replace(QUARTER, period="")
    lines = list(undecided(replace(some, undecided_earnings=1, first_undecided_earnings=(bare,))))
    assert lines[0].endswith("not payable (rebate, partner P2)")


def test_an_amount_that_follows_from_an_undecided_status_is_not_nothing() -> None:
    """Every tier of the day and every amount is there, but a past tier behind two of them was undecided."""
    some = replace(SUMMARY, by_open_status=2, first_by_open_status=(QUARTER, LAUNCH))
    assert list(remarks(some, None, None)) == [
        "undecided: a status that 2 earnings with an amount read on the day judged (rebate, partner P2, 2026-Q1, ..)"
    ]
    assert "see why: rung explain run-1 P2 --incentive rebate" in list(ways_on(some, "run-1"))


def test_an_undecided_designation_is_not_nothing() -> None:
    """Where every tier and earning is decided, what is left open is said, by the name that lines give it."""
    held = (("not_held", 2), ("held", 1))
    some = replace(SUMMARY, designations=(Standings("expert", "emea", held, 1), Standings("expert", "na", held, 0)))
    assert list(undecided(some)) == ["undecided: expert.emea of 1 partner"]


PROGRAM = """\
rung: 1
program: duo
version: "1"
effective: {from: 2026-01-01, before: 2027-01-01}
currency: EUR
records: {partners: {fields: {score: {type: integer, optional: true}}}}
designations: {expert: {requires: [score >= 3]}}
"""
REVENUE = """\
metrics: {revenue: {from: sales, sum: amount, window: trailing 12 months}}
"""
SOLD = """\
rung: 1
feed: duo
records: duo.yaml
sources: {p: {file: p.csv}, s: {file: s.csv}}
tables:
  partners: {from: p, fields: {partner_id: id, score: score}}
  sales:
    from: s
    fields: {sale_id: sale, partner_id: partner, entry: {constant: sale}, closed_on: day, amount: amount}
"""
FIELD = """\
rung: 1
feed: duo
records: duo.yaml
sources: {p: {file: p.csv}}
tables: {partners: {from: p, fields: {partner_id: id, score: score}}}
"""


def test_each_partner_is_counted_once_in_a_designation(rung: Shell, tmp_path: Path) -> None:
    """Of three partners one has no score: it holds nothing so far, and a line says that this is undecided."""
    for name, text in (("duo.yaml", PROGRAM), ("feed.yaml", FIELD), ("p.csv", "id,score\nP1,3\nP2,\nP3,2\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    lines = rung("evaluate", "duo.yaml", "--data", ".", "--as-of", "2026-06-30").out.splitlines()
    assert [each.split() for each in lines if each.startswith("expert")] == [
        ["expert", "not_held", "2"],
        ["expert", "held", "1"],
    ]
    assert "undecided: expert of 1 partner" in lines
    assert "undecided: none" not in lines


def test_the_way_to_the_reason_is_said() -> None:
    """The command that explains what is undecided comes before the one that explains anybody."""
    anybody = "explain a partner: rung explain run-1 PARTNER"
    assert list(ways_on(SUMMARY, "run-1")) == [anybody]
    tier = replace(SUMMARY, undecided=1, first_undecided=("P1",))
    assert list(ways_on(tier, "run-1")) == ["see why: rung explain run-1 P1", anybody]
    earning = replace(tier, undecided_earnings=1, first_undecided_earnings=(LAUNCH,))
    assert next(iter(ways_on(earning, "run-1"))) == "see why: rung explain run-1 P1 --incentive launch"


def test_a_mismatch_is_not_overlooked() -> None:
    """A recheck says how many partners, by whom, and whether they agreed."""
    assert list(remarks(SUMMARY, RECHECK, None))[1] == "recheck: 3 partners by reference: no mismatch"
    broken = replace(RECHECK, count=1, engines=("reference", "durable-rules"))
    said = list(remarks(SUMMARY, broken, None))[1]
    assert said == "recheck: 3 partners by reference and durable-rules: 1 mismatch!"
    broken = replace(RECHECK, count=370)
    assert list(remarks(SUMMARY, broken, None))[1] == "recheck: 3 partners by reference: 370 mismatches!"


def test_every_run_says_through_which_day_its_records_are_there(rung: Shell, tmp_path: Path) -> None:
    """The last sale is of 5 May: a run of June lists the day and warns, and `--complete` refuses it; with a declared
    day nothing is missing.
    """
    lines = "sale,partner,day,amount\nS1,P1,2026-05-05,10.50\n"
    program = PROGRAM.replace("score >= 3", "revenue >= 3 EUR") + REVENUE
    files = {"duo.yaml": program, "feed.yaml": SOLD, "p.csv": "id,score\nP1,3\n", "s.csv": lines}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    line = ("evaluate", "duo.yaml", "--data", ".", "--as-of", "2026-06-30")
    short = rung(*line)
    assert short.code == 0
    assert ["sales", "2026-05-05", "its", "last", "record"] in [each.split() for each in short.out.splitlines()]
    assert "warning RNG815" in short.err
    refused = rung(*line, "--complete")
    assert (refused.code, refused.out) == (3, "")
    assert "error RNG815" in refused.err
    (tmp_path / "feed.yaml").write_text(SOLD.replace("sources:", "complete_through: 2026-06-30\nsources:"))
    whole = rung(*line, "--complete")
    assert whole.code == 0
    assert "RNG815" not in whole.err
    said = [each.split() for each in whole.out.splitlines()]
    assert ["sales", "2026-06-30", "what", "the", "feed", "declares"] in said
    (tmp_path / "s.csv").write_text(lines.splitlines()[0] + "\n")
    (tmp_path / "feed.yaml").write_text(SOLD)
    assert ["sales", "no", "record"] in [each.split() for each in rung(*line).out.splitlines()]


def test_without_a_run_there_is_nothing_to_say() -> None:
    """Findings alone have no totals."""
    from cli.options import Format

    assert render_run(Evaluated(None, None, None), None, Format.TABLE) == ""


def test_undecided_earnings_are_counted_and_never_zero(rung: Shell, repository: object) -> None:
    """In the CSV of summit, partners with an earning that has no amount are marked; as many as the totals say."""
    line = ("evaluate", f"{repository}/programs/summit/2026.yaml", "--data", f"{repository}/programs/summit")
    text = rung(*line, "--as-of", "2026-07-31").out
    rows = list(csv.DictReader(rung(*line, "--as-of", "2026-07-31", "--format", "csv").out.splitlines()))
    counted = sum(int(row["undecided earnings"] or 0) for row in rows)
    assert f"undecided: {counted} earnings without an amount, not payable (" in text
    total = sum((Decimal(row["volume_rebate USD"] or 0) for row in rows), Decimal(0))
    assert f"{total:,}" in text
